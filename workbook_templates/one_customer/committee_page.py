"""The page for the committee: one customer upright on one page, in cards, texts and charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, put
from workbook_templates.conditions import colour_where
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pages.check_sheet import CHECK_TOTAL_NAME, MISSING_COUNT_NAME
from workbook_templates.style import (
    BAD_FILL,
    GOOD_FILL,
    LABEL,
    PROSE,
    SECTION,
    TAB_RESULT,
    WARN_FILL,
)

LEFT: Final = 2
LAST_COLUMN: Final = 10
_LINE: Final[dict[Lang, float]] = {"en": 13.5, "zh": 15.5}

Card = tuple[str, str, str, int, int]
"""A label, a formula, its number format, and the first and last column."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """A label, and a text across the page.

    Attributes:
        label: what the text is about.
        formula: gives the text.
        lines: how many it may need.
        kind: number format, where it is no text.
    """

    label: str
    formula: str
    lines: int = 1
    kind: str = ""


def new_committee_page(
    book: Workbook,
    name: str,
    title: str,
    customer: str,
    widths: Mapping[int, float],
    lang: Lang,
) -> Worksheet:
    """Add the page with its title.

    Args:
        book: the workbook.
        name: of the page's tab.
        title: stands at its top.
        customer: the defined name of the cell with the customer's name.
        widths: of its columns.
        lang: language of the workbook.
    """
    say = Speaker(lang)
    setup = PageSetup(
        title=title, subtitle="", tab=TAB_RESULT, orientation="portrait", pages_high=1, zoom=100
    )
    sheet = new_page(book, name, setup, lang)
    day = 'TEXT(asof,"yyyy-mm-dd")'
    sheet["B2"] = say(
        f'={customer}&"  ·  as of "&{day}&"  ·  amounts in CNY 10k"',
        f'={customer}&"  ·  基准日 "&{day}&"  ·  金额单位：万元"',
    )
    set_widths(sheet, dict(widths))
    rule_off(sheet, LAST_COLUMN)
    return sheet


def card_rows(
    sheet: Worksheet, rows: Sequence[tuple[int, Sequence[Card]]]
) -> Iterator[tuple[Box, str, str]]:
    """Write rows of cards; gives the cell of each result, its formula and its number format."""
    for row, cards in rows:
        for text, formula, kind, left, right in cards:
            yield card(sheet, row, left, right, text, formula, kind), formula, kind
        sheet.row_dimensions[row + 1].height = 26
        sheet.row_dimensions[row + 2].height = 5


def text_row(sheet: Worksheet, row: int, text: TextRow, lang: Lang) -> None:
    """Write a label, and its text over the rest of the page."""
    put(sheet, row, LEFT, text.label, LABEL)
    for column in range(LEFT + 1, LAST_COLUMN + 1):
        put(sheet, row, column, None, PROSE)
    put(sheet, row, LEFT + 1, text.formula, PROSE, text.kind)
    sheet.merge_cells(Box(sheet, row, LEFT + 1, row, LAST_COLUMN).address)
    sheet.row_dimensions[row].height = _LINE[lang] * text.lines + 3


def text_rows(
    sheet: Worksheet, top: int, title: str, rows: Sequence[TextRow], height: float, lang: Lang
) -> int:
    """Write texts under a title of some height; returns the last row."""
    put(sheet, top, LEFT, title, SECTION)
    sheet.row_dimensions[top].height = height
    for row, text in enumerate(rows, start=top + 1):
        text_row(sheet, row, text, lang)
    return top + len(rows)


def checks_row(say: Speaker) -> TextRow:
    """Whether the workbook adds up, and how many inputs are missing."""
    adds, broken = say("adds up", "已核平"), say("does not add up: ", "未核平：")
    lacks = say("inputs missing: ", "缺失录入项：")
    formula = (
        f'=IF({CHECK_TOTAL_NAME}=0,"{adds}","{broken}"&{CHECK_TOTAL_NAME})'
        f'&"  ·  {lacks}"&{MISSING_COUNT_NAME}'
    )
    return TextRow(say("Checks", "核对"), formula)


def colour_checks(sheet: Worksheet, row: int) -> None:
    """Colour the text of the checks by what it says."""
    status = Box(sheet, row, LEFT + 1, row, LEFT + 1)
    colour_where(status, f"{CHECK_TOTAL_NAME}<>0", ground=BAD_FILL)
    colour_where(status, f"{MISSING_COUNT_NAME}>0", ground=WARN_FILL)
    colour_where(status, f"{CHECK_TOTAL_NAME}=0", ground=GOOD_FILL)
