"""The doctor's look at what IT, Excel or the antivirus program forbid."""

from __future__ import annotations

from typing import Final

from addin.desktop.diagnosis import Both, Diagnosis
from addin.desktop.machine import Machine

_EXCEL: Final = r"Software\Microsoft\Office\16.0\Excel"
_POLICIES: Final = (
    r"Software\Policies\Microsoft\Office\16.0",
    r"Software\Policies\Microsoft\Cloud\Office\16.0",
)
_DEFENDER: Final = r"SOFTWARE\Policies\Microsoft\Windows Defender"
_RULES: Final = r"Windows Defender Exploit Guard\ASR\Rules"
_RULE_KEYS: Final = (rf"{_DEFENDER}\{_RULES}", rf"SOFTWARE\Microsoft\Windows Defender\{_RULES}")
DEFENDER_RULES: Final[dict[str, Both]] = {
    "d4f940ab-401b-4efc-aadc-ad5f3c50688a": (
        "forbids Office to start other programs, so Excel cannot start Python",
        "禁止 Office 启动其他程序，Excel 无法启动 Python",
    ),
    "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b": (
        "forbids macros to call Windows, so Excel cannot load the xlwings library",
        "禁止宏调用 Windows 接口，Excel 无法加载 xlwings 动态库",
    ),
}
"""Rules of Microsoft Defender (attack surface reduction) that stop the add-in."""
_BLOCKING: Final = frozenset({"1", "6"})  # 6 warns, which a macro cannot answer
_MACROS_ON: Final = 1


def macro_policy(here: Machine) -> Diagnosis:
    """No policy forbids macros or add-ins altogether."""
    check = ("Macro policy", "宏策略")
    ask = ("Ask IT to allow creditcells.xlam.", "请信息技术部门放行 creditcells.xlam。")
    if _policy(here, "Common", "VBAOff") == 1:
        problem = ("A policy switches VBA off in all of Office.", "策略禁用了 Office 的全部 VBA。")
        return Diagnosis(check, problem, ask)
    for name in ("DisableAllAddins", "RequireAddinSig"):
        by_policy = _policy(here, r"Excel\Security", name) == 1
        if by_policy or here.registry("HKCU", rf"{_EXCEL}\Security", name) == 1:
            problem = (
                f"The setting {name} lets Excel open no add-in that is not signed.",
                f"设置 {name} 不允许 Excel 打开未签名的加载项。",
            )
            own = (
                "Excel, Options, Trust Center, Add-ins: clear the boxes.",
                "Excel 选项 → 信任中心 → 加载项，取消相关勾选。",
            )
            return Diagnosis(check, problem, ask if by_policy else own)
    return Diagnosis(check)


def start_folder(here: Machine) -> Diagnosis:
    """Macros in Excel's start folder run whatever the macro setting, unless trust is off."""
    check = ("Trusted start folder", "受信任的启动文件夹")
    locations = r"Security\Trusted Locations"
    by_policy = _policy(here, rf"Excel\{locations}", "AllLocationsDisabled")
    own = here.registry("HKCU", rf"{_EXCEL}\{locations}", "AllLocationsDisabled")
    warnings = _policy(here, r"Excel\Security", "VBAWarnings")
    if warnings is None:
        warnings = here.registry("HKCU", rf"{_EXCEL}\Security", "VBAWarnings")
    if 1 not in (by_policy, own) or warnings == _MACROS_ON:
        return Diagnosis(check)
    remedy = (
        ("Ask IT to allow Excel's start folder as a trusted location.", "请信息技术部门将 Excel 启动文件夹设为受信任位置。")
        if by_policy == 1
        else (
            "Excel, Options, Trust Center, Trusted Locations: clear “Disable all Trusted Locations”.",
            "Excel 选项 → 信任中心 → 受信任位置，取消“禁用所有受信任位置”。",
        )
    )  # fmt: skip
    return Diagnosis(
        check,
        ("Trusted locations are switched off, so Excel does not run the add-in.", "受信任位置已被禁用，Excel 不会运行加载项。"),
        remedy,
    )  # fmt: skip


def antivirus_rules(here: Machine) -> Diagnosis:
    """No rule of Microsoft Defender stops the macros or Python's start."""
    check = ("Antivirus rule", "杀毒软件规则")
    managed = str(here.registry("HKLM", rf"{_DEFENDER}\Policy Manager", "ASRRules") or "")
    by_manager = dict(pair.casefold().split("=", 1) for pair in managed.split("|") if "=" in pair)
    for rule, (english, chinese) in DEFENDER_RULES.items():
        states = {str(here.registry("HKLM", key, rule)) for key in _RULE_KEYS}
        if (states | {by_manager.get(rule, "")}) & _BLOCKING:
            return Diagnosis(
                check,
                (f"A rule of Microsoft Defender {english}.", f"Microsoft Defender 规则{chinese}。"),
                (
                    f"Ask IT for an exception for EXCEL.EXE with {here.python} (rule {rule}).",
                    f"请信息技术部门为 EXCEL.EXE 与 {here.python} 设置例外（规则 {rule}）。",
                ),
            )
    return Diagnosis(check)


def disabled_items(here: Machine) -> Diagnosis:
    """Excel has not switched the add-in off after a crash."""
    check = ("Disabled items", "已禁用项目")
    if here.registry("HKCU", rf"{_EXCEL}\Resiliency\DisabledItems", "*") is None:
        return Diagnosis(check)
    return Diagnosis(
        check,
        ("Excel has disabled something after a crash; it may be the add-in.", "Excel 在崩溃后禁用了某些项目，可能包括本加载项。"),
        ("Excel, Options, Add-ins, Manage: Disabled Items; enable creditcells.", "Excel 选项 → 加载项 → 管理“禁用项目”，启用 creditcells。"),
    )  # fmt: skip


def _policy(here: Machine, key: str, name: str) -> object | None:
    """A setting that IT has made for the user or the computer."""
    found = (
        here.registry(root, rf"{base}\{key}", name)
        for root in ("HKCU", "HKLM")
        for base in _POLICIES
    )
    return next((value for value in found if value is not None), None)
