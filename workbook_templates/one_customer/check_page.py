"""A check sheet: pairs of figures that must agree, and the inputs that are still missing."""

from __future__ import annotations

from collections.abc import Sequence
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

CHECK_TOTAL: Final = "check_total"
"""Defined name of the sum of all differences; `creditcells check` reads it."""
MISSING_COUNT: Final = "missing_inputs"
"""Defined name of the number of needed inputs that are blank."""
_LEFT: Final = 2
_CARD_ROW: Final = 4
_FIRST: Final = 9
_WIDTHS: Final = (58.0, 18.0, 18.0, 18.0)
_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """Two figures that must agree.

    Attributes:
        en: what is checked, in English.
        zh: the same in Chinese.
        here: one figure, a formula without the equals sign.
        there: the other.
    """

    en: str
    zh: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class Needed:
    """An input that the results need.

    Attributes:
        en: its label in English.
        zh: its label in Chinese.
        cells: its cells, as a formula refers to them.
    """

    en: str
    zh: str
    cells: str


def add_check_page(
    book: Workbook, name: str, pairs: Sequence[Pair], needed: Sequence[Needed], lang: Lang
) -> None:
    """Add the check sheet, with the names ``check_total`` and ``missing_inputs``."""
    say = Speaker(lang)
    setup = PageSetup(
        title=name,
        subtitle=say(
            "All differences must be zero. What is missing is never treated as good.",
            "所有差额必须为零；缺失的数据绝不当作良好。",
        ),
        tab=TAB_RECORD,
        orientation="portrait",
    )
    sheet = new_page(book, name, setup, lang)
    set_widths(sheet, {_LEFT + i: width for i, width in enumerate(_WIDTHS)})
    rule_off(sheet, _LEFT + len(_WIDTHS) - 1)
    last = _differences(sheet, pairs, say)
    first_needed = last + 4
    missing = _needed(sheet, first_needed, needed, say)
    _cards(book, sheet, Box(sheet, _FIRST, 5, last, 5), missing, say)


def _differences(sheet: Worksheet, pairs: Sequence[Pair], say: Speaker) -> int:
    put(sheet, _FIRST - 2, _LEFT, say("Totals", "合计核对"), SECTION)
    texts = (say("Check", "核对项"), say("Here", "数值一"), say("There", "数值二"), say("Difference", "差额"))  # fmt: skip
    headers(sheet, _FIRST - 1, _LEFT, texts)
    sheet.row_dimensions[_FIRST - 1].height = 20
    for row, pair in enumerate(pairs, start=_FIRST):
        put(sheet, row, _LEFT, say(pair.en, pair.zh), LABEL)
        put(sheet, row, _LEFT + 1, f"={pair.here}", CALCULATION, "number")
        put(sheet, row, _LEFT + 2, f"={pair.there}", CALCULATION, "number")
        difference = f"=ROUND(ABS(N(C{row})-N(D{row})),{_DECIMALS})"
        put(sheet, row, _LEFT + 3, difference, RESULT, "number")
    return _FIRST + len(pairs) - 1


def _needed(sheet: Worksheet, top: int, needed: Sequence[Needed], say: Speaker) -> Box:
    put(sheet, top - 2, _LEFT, say("Inputs that the results need", "结果所需的录入项"), SECTION)
    texts = (say("Input", "录入项"), say("Cells", "单元格数"), say("Filled", "已填"), say("Missing", "缺失"))  # fmt: skip
    headers(sheet, top - 1, _LEFT, texts)
    sheet.row_dimensions[top - 1].height = 20
    for row, one in enumerate(needed, start=top):
        put(sheet, row, _LEFT, say(one.en, one.zh), LABEL)
        put(sheet, row, _LEFT + 1, f"=ROWS({one.cells})*COLUMNS({one.cells})", CALCULATION, "count")
        put(sheet, row, _LEFT + 2, f"=COUNTA({one.cells})", CALCULATION, "count")
        put(sheet, row, _LEFT + 3, f"=C{row}-D{row}", RESULT, "count")
    return Box(sheet, top, _LEFT + 3, top + len(needed) - 1, _LEFT + 3)


def _cards(book: Workbook, sheet: Worksheet, sums: Box, missing: Box, say: Speaker) -> None:
    text = say("Sum of all differences", "差额合计")
    total = card(sheet, _CARD_ROW, _LEFT, _LEFT, text, f"=SUM({sums.address})", "number")
    define(book, CHECK_TOTAL, total)
    yes, no = say("Yes", "是"), say("No: see below", "否：见下")
    formula = f'=IF({CHECK_TOTAL}=0,"{yes}","{no}")'
    text = say("Everything adds up?", "是否核平")
    status = card(sheet, _CARD_ROW, _LEFT + 1, _LEFT + 2, text, formula, "words")
    text = say("Inputs missing", "缺失录入项")
    count = card(sheet, _CARD_ROW, _LEFT + 3, _LEFT + 3, text, f"=SUM({missing.address})", "count")
    define(book, MISSING_COUNT, count)
    for cell in (total, status):
        colour_where(cell, f"{CHECK_TOTAL}=0", ground=GOOD_FILL, ink=GOOD, bold=True)
        colour_where(cell, f"{CHECK_TOTAL}<>0", ground=BAD_FILL, ink=BAD, bold=True)
    for cells, ground in ((sums, BAD_FILL), (missing, WARN_FILL)):
        first = f"{get_column_letter(cells.left)}{cells.top}"
        colour_where(cells, f"{first}<>0", ground=ground)
