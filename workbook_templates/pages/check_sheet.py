"""The check sheet: figures that must agree, and inputs that the results need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

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
    WARN_FILL,
)

CHECK_TOTAL_NAME: Final = "check_total"
"""Defined name of the sum of all differences; ``creditcells check`` reads it."""
MISSING_COUNT_NAME: Final = "missing_inputs"
"""Defined name of the number of needed inputs that are blank."""
_LEFT: Final = 2
_LAST: Final = _LEFT + 3
_CARD_ROW: Final = 4
_FIRST: Final = 9
_HEADER_HEIGHT, _ROW_HEIGHT = 20, 18
_DECIMALS: Final = 5
"""Of a difference that counts: a tenth of a basis point, a tenth of a yuan in CNY 10k."""


@dataclass(frozen=True, slots=True)
class Check:
    """Two figures that must agree.

    Attributes:
        text: what is compared, in the workbook's language.
        here: the one, a formula.
        there: the other, a formula.
        kind: their number format.
    """

    text: str
    here: str
    there: str
    kind: str = "number"


def checks_of(rows: Iterable[Sequence[str]], lang: Lang) -> list[Check]:
    """Checks from their texts in English and Chinese and two formulas without equals signs.

    A fifth text is the number format.
    """
    say = Speaker(lang)
    return [
        Check(say(en, zh), f"={here}", f"={there}", *kind) for en, zh, here, there, *kind in rows
    ]


@dataclass(frozen=True, slots=True)
class Needed:
    """Inputs that the results need.

    Attributes:
        text: what they are, in the workbook's language.
        cells: their cells, as a formula refers to them.
    """

    text: str
    cells: str


def add_check_sheet(
    book: Workbook,
    title: str,
    checks: Sequence[Check],
    lang: Lang,
    needed: Sequence[Needed] = (),
) -> None:
    """Add the sheet; the sum of all differences gets its name, the number of missing inputs too.

    Args:
        book: the workbook.
        title: of the sheet and its tab.
        checks: what must agree.
        lang: language of the workbook.
        needed: inputs that the results need; none where blank inputs are no fault.
    """
    say = Speaker(lang)
    setup = PageSetup(
        title=title,
        subtitle=say(
            "The pages agree with each other if all differences are zero."
            + (" What is missing is never treated as good." if needed else ""),
            "所有差额为零，说明各表相互核平。" + ("缺失的数据绝不当作良好。" if needed else ""),
        ),
        tab=TAB_RECORD,
        orientation="portrait",
        pages_high=1,
    )
    sheet = new_page(book, title, setup, lang)
    rule_off(sheet, _LAST)
    set_widths(sheet, {_LEFT: 78, _LEFT + 1: 18, _LEFT + 2: 18, _LAST: 18})
    differences = _differences(sheet, checks, say)
    _total_cards(book, differences, _LAST - 1 if needed else _LAST, say)
    if needed:
        _missing_card(book, _needed(sheet, differences.bottom + 4, needed, say), say)


def _differences(sheet: Worksheet, checks: Sequence[Check], say: Speaker) -> Box:
    put(sheet, _FIRST - 2, _LEFT, say("Reconciliation", "核对明细"), SECTION)
    texts = [say("Check", "核对项"), say("Here", "数值一"), say("There", "数值二")]
    headers(sheet, _FIRST - 1, _LEFT, [*texts, say("Difference", "差额")])
    sheet.row_dimensions[_FIRST - 1].height = _HEADER_HEIGHT
    for row, check in enumerate(checks, start=_FIRST):
        put(sheet, row, _LEFT, check.text, LABEL)
        put(sheet, row, _LEFT + 1, check.here, CALCULATION, check.kind)
        put(sheet, row, _LEFT + 2, check.there, CALCULATION, check.kind)
        # A result that lacks an input is a word: it counts as nothing.
        formula = f"=ROUND(ABS(N(C{row})-N(D{row})),{_DECIMALS})"
        put(sheet, row, _LAST, formula, RESULT, "number")
        sheet.row_dimensions[row].height = _ROW_HEIGHT
    return Box(sheet, _FIRST, _LAST, _FIRST + len(checks) - 1, _LAST)


def _needed(sheet: Worksheet, top: int, needed: Sequence[Needed], say: Speaker) -> Box:
    put(sheet, top - 2, _LEFT, say("Inputs that the results need", "结果所需的录入项"), SECTION)
    texts = [say("Input", "录入项"), say("Cells", "单元格数"), say("Filled", "已填")]
    headers(sheet, top - 1, _LEFT, [*texts, say("Missing", "缺失")])
    sheet.row_dimensions[top - 1].height = _HEADER_HEIGHT
    for row, one in enumerate(needed, start=top):
        put(sheet, row, _LEFT, one.text, LABEL)
        put(sheet, row, _LEFT + 1, f"=ROWS({one.cells})*COLUMNS({one.cells})", CALCULATION, "count")
        put(sheet, row, _LEFT + 2, f"=COUNTA({one.cells})", CALCULATION, "count")
        put(sheet, row, _LAST, f"=C{row}-D{row}", RESULT, "count")
        sheet.row_dimensions[row].height = _ROW_HEIGHT
    return Box(sheet, top, _LAST, top + len(needed) - 1, _LAST)


def _total_cards(book: Workbook, differences: Box, last: int, say: Speaker) -> None:
    sheet = differences.sheet
    _colour_what_is_not_zero(differences, BAD_FILL)
    text = say("Sum of all differences", "差额合计")
    formula = f"=SUM({differences.address})"
    total = card(sheet, _CARD_ROW, _LEFT, _LEFT, text, formula, "number")
    define(book, CHECK_TOTAL_NAME, total)
    yes, no = say("Yes", "是"), say("No: see below", "否：见下")
    formula = f'=IF({CHECK_TOTAL_NAME}=0,"{yes}","{no}")'
    text = say("Everything adds up?", "是否核平")
    status = card(sheet, _CARD_ROW, _LEFT + 1, last, text, formula, "words")
    for cell in (total, status):
        colour_where(cell, f"{CHECK_TOTAL_NAME}=0", ground=GOOD_FILL, ink=GOOD, bold=True)
        colour_where(cell, f"{CHECK_TOTAL_NAME}<>0", ground=BAD_FILL, ink=BAD, bold=True)


def _missing_card(book: Workbook, missing: Box, say: Speaker) -> None:
    _colour_what_is_not_zero(missing, WARN_FILL)
    text, formula = say("Inputs missing", "缺失录入项"), f"=SUM({missing.address})"
    count = card(missing.sheet, _CARD_ROW, _LAST, _LAST, text, formula, "count")
    define(book, MISSING_COUNT_NAME, count)


def _colour_what_is_not_zero(cells: Box, ground: str) -> None:
    colour_where(cells, f"{get_column_letter(cells.left)}{cells.top}<>0", ground=ground)
