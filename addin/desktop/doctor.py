"""What keeps the add-in from working in Excel on this computer, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import xlwings

from addin.desktop.install import noted_interpreter
from addin.desktop.machine import Machine
from addin.desktop.paths import addin_file, settings_file
from addin.desktop.xlam import addin_bytes

_EXCEL: Final = r"Software\Microsoft\Office\16.0\Excel"
_EXCEL_POLICY: Final = r"Software\Policies\Microsoft\Office\16.0\Excel"
_OFFICE: Final = r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
_DEFENDER: Final = (
    r"SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
)
# Block all Office applications from creating child processes.
_CHILD_PROCESSES: Final = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
_BLOCKING: Final = ("1", 1)
_ALL_MACROS_OFF: Final = 4


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at.

    Attributes:
        check: what, in English and Chinese.
        problem: what is wrong, likewise; empty where all is well.
        remedy: what to do, likewise.
    """

    check: tuple[str, str]
    problem: tuple[str, str] = ("", "")
    remedy: tuple[str, str] = ("", "")

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem[0]


def diagnose(machine: Machine | None = None) -> list[Diagnosis]:
    """Look at everything that is known to keep the add-in from working.

    Returns:
        What was looked at, in the order in which to repair it. Elsewhere than on Windows that is
        one diagnosis, which says what to use instead.
    """
    here = machine or Machine()
    if not here.is_windows:
        return [_elsewhere(here)]
    return [check(here) for check in CHECKS]


def _elsewhere(here: Machine) -> Diagnosis:
    return Diagnosis(
        ("System", "操作系统"),
        (
            f"The add-in is for Excel on Windows; this system is {here.platform}.",
            f"本加载项用于 Windows 版 Excel，当前系统为 {here.platform}。",
        ),
        (
            (
                "Compute workbooks with `creditcells recalc` and `refresh`; `creditcells addin build` "
                "makes the file for a Windows computer."
            ),
            (
                "请用 `creditcells recalc` 与 `refresh` 计算工作簿；"
                "`creditcells addin build` 可为 Windows 电脑生成加载项文件。"
            ),
        ),
    )


_INSTALL: Final = ("Run `creditcells addin install`.", "请运行 `creditcells addin install`。")


def _addin(here: Machine) -> Diagnosis:
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


def _from_web(here: Machine) -> Diagnosis:
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


def _python(here: Machine) -> Diagnosis:
    check = ("Python", "Python")
    noted = noted_interpreter(here)
    if noted is None:
        file = settings_file(here.environment)
        problem = (f"{file} does not say which Python to use.", f"{file} 未写明所用的 Python。")
        return Diagnosis(check, problem, _INSTALL)
    if not noted.exists():
        problem = (f"{noted} is not there any more.", f"{noted} 已不存在。")
        return Diagnosis(check, problem, _INSTALL)
    return Diagnosis(check)


def _packages(here: Machine) -> Diagnosis:
    check = ("pywin32", "pywin32")
    if here.has_package("win32com"):
        return Diagnosis(check)
    return Diagnosis(
        check,
        ("The package pywin32 is missing; Excel cannot talk to Python.", "缺少 pywin32，Excel 无法与 Python 通信。"),
        (f"Run `{here.python} -m pip install pywin32`.", f"请运行 `{here.python} -m pip install pywin32`。"),
    )  # fmt: skip


def _library(here: Machine) -> Diagnosis:
    check = ("xlwings library", "xlwings 动态库")
    bits = "32" if here.registry("HKLM", _OFFICE, "Platform") == "x86" else "64"
    name = f"xlwings{bits}-{xlwings.__version__}.dll"
    folders = _library_folders(here)
    if any((folder / name).exists() for folder in folders):
        return Diagnosis(check)
    listed = ", ".join(map(str, folders))
    return Diagnosis(
        check,
        (
            f"{name} ({bits}-bit, as this Excel) is in none of: {listed}.",
            f"在下列文件夹中没有找到 {name}（{bits} 位，与本机 Excel 一致）：{listed}。",
        ),
        (
            (
                f"Run `{here.python} -m pip install --force-reinstall --no-deps xlwings`; if it goes "
                "missing again, ask IT to allow it in the antivirus program."
            ),
            (
                f"请运行 `{here.python} -m pip install --force-reinstall --no-deps xlwings`；"
                "若再次丢失，请信息技术部门在杀毒软件中放行。"
            ),
        ),
    )


def _library_folders(here: Machine) -> list[Path]:
    """Where the VBA of xlwings looks: beside the interpreter and one folder up."""
    python = noted_interpreter(here) or here.python
    return list(dict.fromkeys((python.parent, python.parent.parent)))


def _macros(here: Machine) -> Diagnosis:
    check = ("Macro policy", "宏策略")
    by_policy = here.registry("HKCU", rf"{_EXCEL_POLICY}\Security", "VBAWarnings")
    own = here.registry("HKCU", rf"{_EXCEL}\Security", "VBAWarnings")
    disabled = here.registry(
        "HKCU", rf"{_EXCEL}\Security\Trusted Locations", "AllLocationsDisabled"
    )
    locked = here.registry(
        "HKCU", rf"{_EXCEL_POLICY}\Security\Trusted Locations", "AllLocationsDisabled"
    )
    off = _ALL_MACROS_OFF in (by_policy, own) and 1 in (disabled, locked)
    if not off and 1 not in (disabled, locked):
        return Diagnosis(check)
    ask = by_policy is not None or locked == 1
    remedy = (
        ("Ask IT to allow Excel's start folder as a trusted location.", "请信息技术部门允许 Excel 启动文件夹为受信任位置。")
        if ask
        else (
            "Excel, Options, Trust Center, Trusted Locations: clear “Disable all Trusted Locations”.",
            "Excel 选项 → 信任中心 → 受信任位置，取消“禁用所有受信任位置”。",
        )
    )  # fmt: skip
    return Diagnosis(
        check,
        ("Trusted locations are switched off, so Excel may not run the add-in.", "受信任位置已被禁用，Excel 可能无法运行加载项。"),
        remedy,
    )  # fmt: skip


def _antivirus(here: Machine) -> Diagnosis:
    check = ("Antivirus rule", "杀毒软件规则")
    if here.registry("HKLM", _DEFENDER, _CHILD_PROCESSES) not in _BLOCKING:
        return Diagnosis(check)
    return Diagnosis(
        check,
        (
            "A Defender rule forbids Office to start other programs, so Excel cannot start Python.",
            "Defender 规则禁止 Office 启动其他程序，Excel 无法启动 Python。",
        ),
        (
            f"Ask IT for an exception for {here.python} (rule {_CHILD_PROCESSES}).",
            f"请信息技术部门为 {here.python} 设置例外（规则 {_CHILD_PROCESSES}）。",
        ),
    )


def _disabled(here: Machine) -> Diagnosis:
    check = ("Disabled items", "已禁用项目")
    if here.registry("HKCU", rf"{_EXCEL}\Resiliency\DisabledItems", "*") is None:
        return Diagnosis(check)
    return Diagnosis(
        check,
        ("Excel has disabled something after a crash; it may be the add-in.", "Excel 在崩溃后禁用了某些项目，可能包括本加载项。"),
        ("Excel, Options, Add-ins, Manage: Disabled Items; enable creditcells.", "Excel 选项 → 加载项 → 管理“禁用项目”，启用 creditcells。"),
    )  # fmt: skip


def _one_drive(here: Machine) -> Diagnosis:
    check = ("OneDrive", "OneDrive")
    files = (addin_file(here.environment), here.python)
    synced = [file for file in files if "onedrive" in str(file).casefold()]
    if not synced:
        return Diagnosis(check)
    return Diagnosis(
        check,
        (f"{synced[0]} lies in OneDrive, which moves files away while they are in use.", f"{synced[0]} 位于 OneDrive 中，使用时文件可能被移走。"),
        ("Install Python and creditcells in a folder of this computer alone.", "请将 Python 与 creditcells 安装在仅属于本机的文件夹中。"),
    )  # fmt: skip


def _running(here: Machine) -> Diagnosis:
    check = ("Running Excel", "正在运行的 Excel")
    if not here.is_running("EXCEL.EXE"):
        return Diagnosis(check)
    return Diagnosis(
        check,
        ("Excel is running; it reads the add-in only when it starts.", "Excel 正在运行，只有启动时才会读取加载项。"),
        ("Close all Excel windows; if Excel stays in the Task Manager, end it there.", "请关闭所有 Excel 窗口；若任务管理器中仍有 Excel，请在其中结束进程。"),
    )  # fmt: skip


CHECKS: Final[tuple[Callable[[Machine], Diagnosis], ...]] = (
    _addin,
    _from_web,
    _python,
    _packages,
    _library,
    _macros,
    _antivirus,
    _disabled,
    _one_drive,
    _running,
)


def told(diagnoses: list[Diagnosis], lang: str) -> Iterator[str]:
    """The diagnoses as lines of text."""
    side = 1 if lang == "zh" else 0
    fine = ("ok", "正常")[side]
    mark = "：" if lang == "zh" else ": "
    for one in diagnoses:
        text = (
            fine
            if one.well
            else one.problem[side] + ("" if lang == "zh" else " ") + one.remedy[side]
        )
        yield f"{one.check[side]}{mark}{text}"
