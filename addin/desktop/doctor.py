"""What keeps the add-in from working in Excel on this computer, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from addin.desktop.diagnosis import Diagnosis
from addin.desktop.installation_checks import (
    addin_in_place,
    from_web,
    library,
    one_drive,
    packages,
    python_found,
    running_excel,
    second_copy,
)
from addin.desktop.machine import Machine
from addin.desktop.policy_checks import (
    antivirus_rules,
    disabled_items,
    macro_policy,
    start_folder,
)

CHECKS: Final[tuple[Callable[[Machine], Diagnosis], ...]] = (
    addin_in_place,
    second_copy,
    from_web,
    python_found,
    packages,
    library,
    macro_policy,
    start_folder,
    antivirus_rules,
    disabled_items,
    one_drive,
    running_excel,
)
"""In the order in which to repair what they find."""


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
                "Compute workbooks with `creditcells refresh` and `recalc`, or use the LibreOffice "
                "or xlwings Lite add-in; `creditcells addin build` makes the file for a Windows "
                "computer."
            ),
            (
                "请用 `creditcells refresh` 与 `recalc` 计算工作簿，或使用 LibreOffice、xlwings Lite "
                "加载项；`creditcells addin build` 可为 Windows 电脑生成加载项文件。"
            ),
        ),
    )


def told(diagnoses: list[Diagnosis], lang: str) -> Iterator[str]:
    """The diagnoses as lines of text."""
    side = 1 if lang == "zh" else 0
    fine, mark, between = (("ok", ": ", " "), ("正常", "：", ""))[side]
    for one in diagnoses:
        text = fine if one.well else f"{one.problem[side]}{between}{one.remedy[side]}"
        yield f"{one.check[side]}{mark}{text}"
