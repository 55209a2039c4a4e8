"""The check sheet: pairs of figures that must agree, and the sum of their differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box, card, define, headers, put
from workbook_templates.conditions import colour_where
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import (
    BAD,
    BAD_FILL,
    CALCULATION,
    GOOD,
    GOOD_FILL,
    LABEL,
    RESULT,
    TAB_RECORD,
)

CHECK_TOTAL: Final = "check_total"
"""Defined name of the sum of all differences: 0."""
_LEFT: Final = 2
_CARD_ROW: Final = 4
_HEADER_ROW: Final = 7
_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Check:
    """Two figures that must agree.

    Attributes:
        en: what is held against what.
        zh: the same in Chinese.
        here: formula of the first figure, without the equals sign.
        there: formula of the second.
        kind: their number format.
    """

    en: str
    zh: str
    here: str
    there: str
    kind: str = "number"


def add_check_page(book: Workbook, title: str, checks: Sequence[Check], lang: Lang) -> None:
    """Add the check sheet.

    Args:
        book: the workbook.
        title: of the sheet.
        checks: what must agree.
        lang: language of the workbook.
    """
    say = Speaker(lang)
    setup = PageSetup(
        title=title,
        subtitle=say(
            "Each line compares two ways to the same figure. All differences must be zero.",
            "每行以两种算法核对同一数值；所有差额必须为零。",
        ),
        tab=TAB_RECORD,
        pages_high=1,
    )
    sheet = new_page(book, title, setup, lang)
    rule_off(sheet, _LEFT + 3)
    set_widths(sheet, {_LEFT: 78, _LEFT + 1: 18, _LEFT + 2: 18, _LEFT + 3: 18})
    texts = (("Check", "核对项"), ("Here", "数值一"), ("There", "数值二"), ("Difference", "差额"))
    headers(sheet, _HEADER_ROW, _LEFT, [say(*pair) for pair in texts])
    sheet.row_dimensions[_HEADER_ROW].height = 20
    for row, check in enumerate(checks, start=_HEADER_ROW + 1):
        put(sheet, row, _LEFT, say(check.en, check.zh), LABEL)
        put(sheet, row, _LEFT + 1, f"={check.here}", CALCULATION, check.kind)
        put(sheet, row, _LEFT + 2, f"={check.there}", CALCULATION, check.kind)
        formula = f"=ROUND(ABS(C{row}-D{row}),{_DECIMALS})"
        put(sheet, row, _LEFT + 3, formula, RESULT, "number")
        sheet.row_dimensions[row].height = 18
    last = _HEADER_ROW + len(checks)
    differences = Box(sheet, _HEADER_ROW + 1, _LEFT + 3, last, _LEFT + 3)
    text = say("Sum of all differences", "差额合计")
    total = card(sheet, _CARD_ROW, _LEFT, _LEFT, text, f"=SUM({differences.address})", "number")
    define(book, CHECK_TOTAL, total)
    yes, no = say("Yes", "是"), say("No: see below", "否：见下")
    formula = f'=IF({CHECK_TOTAL}=0,"{yes}","{no}")'
    text = say("Everything adds up?", "是否核平")
    status = card(sheet, _CARD_ROW, _LEFT + 1, _LEFT + 3, text, formula, "words")
    for cell in (total, status):
        colour_where(cell, f"{CHECK_TOTAL}=0", ground=GOOD_FILL, ink=GOOD, bold=True)
        colour_where(cell, f"{CHECK_TOTAL}<>0", ground=BAD_FILL, ink=BAD, bold=True)
    colour_where(differences, f"E{_HEADER_ROW + 1}<>0", ground=BAD_FILL)
