"""The doctor's look at the installation: the add-in's file, Python, and what they need."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import xlwings

from addin.desktop.diagnosis import Diagnosis
from addin.desktop.install import interpreter, noted_interpreter
from addin.desktop.machine import Machine
from addin.desktop.paths import addin_file, settings_file
from addin.desktop.xlam import FILE_NAME, addin_bytes

_OPTIONS: Final = r"Software\Microsoft\Office\16.0\Excel\Options"
_BITNESS: Final = (
    (r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration", "Platform"),
    (r"SOFTWARE\Microsoft\Office\16.0\Outlook", "Bitness"),
    (r"SOFTWARE\WOW6432Node\Microsoft\Office\16.0\Outlook", "Bitness"),
)
_INSTALL: Final = ("Run `creditcells addin install`.", "请运行 `creditcells addin install`。")


def addin_in_place(here: Machine) -> Diagnosis:
    """The add-in stands where Excel starts, and is of the installed version."""
    check = ("Add-in file", "加载项文件")
    file = addin_file(here.environment)
    if not file.exists():
        return Diagnosis(check, (f"{file} is missing.", f"缺少 {file}。"), _INSTALL)
    if file.read_bytes() != addin_bytes():
        problem = (
            f"{file} is of another version than the installed creditcells.",
            f"{file} 与已安装的 creditcells 版本不一致。",
        )
        remedy = (
            "Close Excel and run `creditcells addin install` again.",
            "请关闭 Excel 后重新运行 `creditcells addin install`。",
        )
        return Diagnosis(check, problem, remedy)
    return Diagnosis(check)


def second_copy(here: Machine) -> Diagnosis:
    """No other copy of the add-in is opened from elsewhere."""
    check = ("Second copy", "重复的加载项")
    numbers = ("", *map(str, range(1, 20)))
    opened = (here.registry("HKCU", _OPTIONS, f"OPEN{number}") for number in numbers)
    copy = next((str(one) for one in opened if one and FILE_NAME in str(one).casefold()), None)
    if copy is None:
        return Diagnosis(check)
    return Diagnosis(
        check,
        (
            f"Excel also opens {copy}; formulas then turn into links to a file.",
            f"Excel 还会打开 {copy}，公式会因此变成文件链接。",
        ),
        (
            (
                "In Excel, File, Options, Add-ins, Go: clear the box beside creditcells, then press "
                "Relink in the workbooks concerned."
            ),
            (
                "在 Excel“文件 → 选项 → 加载项 → 转到”中取消勾选 creditcells，"
                "再在相关工作簿中点击“修复链接”。"
            ),
        ),
    )


def from_web(here: Machine) -> Diagnosis:
    """Windows does not take the add-in for a download."""
    check = ("Protected View", "受保护的视图")
    file = addin_file(here.environment)
    if not here.is_marked_from_web(file):
        return Diagnosis(check)
    return Diagnosis(
        check,
        (
            "Windows has marked the add-in as from the internet; Excel blocks its macros.",
            "Windows 将加载项标记为来自互联网，Excel 会阻止其中的宏。",
        ),
        (
            f"Right-click {file}, Properties, Unblock; or run `creditcells addin install`.",
            f"右键单击 {file}，在“属性”中勾选“解除锁定”；或运行 `creditcells addin install`。",
        ),
    )


def python_found(here: Machine) -> Diagnosis:
    """The settings name a Python that is there, and that creditcells is installed in."""
    check = ("Python", "Python")
    noted, own = noted_interpreter(here), interpreter(here.python)
    if noted is None:
        file = settings_file(here.environment)
        problem = (f"{file} does not say which Python to use.", f"{file} 未写明所用的 Python。")
        return Diagnosis(check, problem, _INSTALL)
    if not noted.exists():
        problem = (f"{noted} is not there any more.", f"{noted} 已不存在。")
        return Diagnosis(check, problem, _INSTALL)
    if noted != own:
        problem = (
            f"Excel starts {noted}, but creditcells runs here in {own}.",
            f"Excel 启动的是 {noted}，而此处 creditcells 使用 {own}。",
        )
        return Diagnosis(check, problem, _INSTALL)
    return Diagnosis(check)


def packages(here: Machine) -> Diagnosis:
    """Python can talk to Excel."""
    check = ("pywin32", "pywin32")
    if here.has_package("win32com"):
        return Diagnosis(check)
    return Diagnosis(
        check,
        ("The package pywin32 is missing; Excel cannot talk to Python.", "缺少 pywin32，Excel 无法与 Python 通信。"),
        (f"Run `{here.python} -m pip install pywin32`.", f"请运行 `{here.python} -m pip install pywin32`。"),
    )  # fmt: skip


def library(here: Machine) -> Diagnosis:
    """The library that Excel loads must be of Excel's own bitness; Python's does not matter."""
    check = ("xlwings library", "xlwings 动态库")
    bits = _excel_bits(here)
    names = [f"xlwings{one}-{xlwings.__version__}.dll" for one in bits]
    folders = _library_folders(here)
    missing = [n for n in names if not any((folder / n).exists() for folder in folders)]
    if not missing:
        return Diagnosis(check)
    listed, name = ", ".join(map(str, folders)), missing[0]
    shown = "/".join(bits)
    problem = (
        f"{name} (for Excel of {shown} bits) is in none of: {listed}.",
        f"在下列文件夹中没有找到 {name}（适用于 {shown} 位 Excel）：{listed}。",
    )
    if (here.user_base / name).exists():
        remedy = (
            (
                f"It was installed for this user alone, in {here.user_base}, where Excel does not "
                "look: install creditcells in an environment of its own (python -m venv) and run "
                "its `creditcells addin install`."
            ),
            (
                f"该文件安装在用户目录 {here.user_base}，Excel 不会在那里查找：请用 python -m venv "
                "建立独立环境安装 creditcells，并在其中运行 `creditcells addin install`。"
            ),
        )
        return Diagnosis(check, problem, remedy)
    command = (
        f"{here.python} -m pip install --force-reinstall --no-deps xlwings=={xlwings.__version__}"
    )
    remedy = (
        f"Run `{command}`; if it goes missing again, ask IT to allow it in the antivirus program.",
        f"请运行 `{command}`；若再次丢失，请信息技术部门在杀毒软件中放行。",
    )
    return Diagnosis(check, problem, remedy)


def _excel_bits(here: Machine) -> tuple[str, ...]:
    """Excel's own bits; both where the registry does not tell."""
    for key, name in _BITNESS:
        told = here.registry("HKLM", key, name)
        if told is not None:
            return ("32",) if str(told).casefold() == "x86" else ("64",)
    return ("32", "64")


def _library_folders(here: Machine) -> list[Path]:
    """Where the VBA of xlwings looks: beside the interpreter and one folder up."""
    noted = noted_interpreter(here)
    python = noted if noted is not None and noted.exists() else here.python
    return list(dict.fromkeys((python.parent, python.parent.parent)))


def one_drive(here: Machine) -> Diagnosis:
    """Nothing of the installation lies in a synchronised folder."""
    check = ("OneDrive", "OneDrive")
    files = (addin_file(here.environment), noted_interpreter(here) or here.python)
    synced = [file for file in files if "onedrive" in str(file).casefold()]
    if not synced:
        return Diagnosis(check)
    return Diagnosis(
        check,
        (f"{synced[0]} lies in OneDrive, which moves files away while they are in use.", f"{synced[0]} 位于 OneDrive 中，使用时文件可能被移走。"),
        ("Install Python and creditcells in a folder of this computer alone.", "请将 Python 与 creditcells 安装在仅属于本机的文件夹中。"),
    )  # fmt: skip


def running_excel(here: Machine) -> Diagnosis:
    """No Excel runs that was started before the last installation."""
    check = ("Running Excel", "正在运行的 Excel")
    if not here.is_running("EXCEL.EXE"):
        return Diagnosis(check)
    return Diagnosis(
        check,
        ("Excel is running; what was installed or repaired since shows after its next start.", "Excel 正在运行；此后的安装或修复要到下次启动才生效。"),
        ("Close all Excel windows; if Excel stays in the Task Manager, end it there.", "请关闭所有 Excel 窗口；若任务管理器中仍有 Excel，请在其中结束进程。"),
    )  # fmt: skip
