"""The check sheet: pairs of figures that must be the same; their differences come to zero."""

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
    SECTION,
    TAB_RECORD,
)

CHECK_TOTAL_NAME: Final = "check_total"
_LEFT: Final = 2
_CARD_ROW: Final = 4
_TITLE_ROW: Final = 7
_HEADER_ROW: Final = 8
_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Check:
    """Two figures that must agree.

    Attributes:
        text: what is compared, in the workbook's language.
        here: the one, a formula.
        there: the other, a formula.
    """

    text: str
    here: str
    there: str


def add_check_sheet(book: Workbook, title: str, checks: Sequence[Check], lang: Lang) -> None:
    """Add the sheet; the sum of all differences gets its name."""
    say = Speaker(lang)
    setup = PageSetup(
        title=title,
        subtitle=say(
            "The pages agree with each other if all differences are zero.",
            "所有差额为零，说明各表相互核平。",
        ),
        tab=TAB_RECORD,
        orientation="portrait",
        pages_high=1,
    )
    sheet = new_page(book, title, setup, lang)
    rule_off(sheet, _LEFT + 3)
    set_widths(sheet, {_LEFT: 78, _LEFT + 1: 18, _LEFT + 2: 18, _LEFT + 3: 18})
    put(sheet, _TITLE_ROW, _LEFT, say("Reconciliation", "核对明细"), SECTION)
    texts = [say("Check", "核对项"), say("Here", "数值一"), say("There", "数值二")]
    headers(sheet, _HEADER_ROW, _LEFT, [*texts, say("Difference", "差额")])
    sheet.row_dimensions[_HEADER_ROW].height = 20
    for row, check in enumerate(checks, start=_HEADER_ROW + 1):
        put(sheet, row, _LEFT, check.text, LABEL)
        put(sheet, row, _LEFT + 1, check.here, CALCULATION, "number")
        put(sheet, row, _LEFT + 2, check.there, CALCULATION, "number")
        put(sheet, row, _LEFT + 3, f"=ROUND(ABS(C{row}-D{row}),{_DECIMALS})", RESULT, "number")
        sheet.row_dimensions[row].height = 18
    last = _LEFT + 3
    differences = Box(sheet, _HEADER_ROW + 1, last, _HEADER_ROW + len(checks), last)
    colour_where(differences, f"E{_HEADER_ROW + 1}<>0", ground=BAD_FILL)
    text = say("Sum of all differences", "差额合计")
    formula = f"=SUM({differences.address})"
    total = card(sheet, _CARD_ROW, _LEFT, _LEFT, text, formula, "number")
    define(book, CHECK_TOTAL_NAME, total)
    yes, no = say("Yes", "是"), say("No: see below", "否：见下")
    formula = f'=IF({CHECK_TOTAL_NAME}=0,"{yes}","{no}")'
    text = say("Everything adds up?", "是否核平")
    status = card(sheet, _CARD_ROW, _LEFT + 1, _LEFT + 3, text, formula, "words")
    for cell in (total, status):
        colour_where(cell, f"{CHECK_TOTAL_NAME}=0", ground=GOOD_FILL, ink=GOOD, bold=True)
        colour_where(cell, f"{CHECK_TOTAL_NAME}<>0", ground=BAD_FILL, ink=BAD, bold=True)
