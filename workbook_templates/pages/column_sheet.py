"""A sheet of results: one row per case, one purpose and one array formula per column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, column_formula, define, headers, put
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import CALCULATION, GROUP, RESULT, TAB_RESULT, UNIT

KEY_ROW: Final = 4
GROUP_ROW: Final = 5
HEADER_ROW: Final = 6
FIRST_ROW: Final = HEADER_ROW + 1
LEFT: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultColumn:
    """One column of results.

    Attributes:
        name: its defined name; "" for none.
        header: its header in the workbook's language, or a formula that gives it.
        group: the group of columns it belongs to.
        kind: of number format.
        width: in characters.
        formula: the array formula that fills it.
        decides: whether it is a result to act on rather than a step on the way.
        key: what stands over its group, such as an indicator's code.
        wrap: whether a long text runs over several lines of its row.
    """

    name: str
    header: str
    group: str
    kind: str
    width: float
    formula: str
    decides: bool = False
    key: str = ""
    wrap: bool = False


def column_setup(
    title: str,
    subtitle: str,
    pages_wide: int,
    *,
    repeat_columns: str = "A:C",
    pages_high: int = 0,
) -> PageSetup:
    """How a sheet of results looks on paper: its headers and first columns on every page."""
    return PageSetup(
        title=title,
        subtitle=subtitle,
        tab=TAB_RESULT,
        repeat_rows=f"{GROUP_ROW}:{HEADER_ROW}",
        repeat_columns=repeat_columns,
        pages_wide=pages_wide,
        pages_high=pages_high,
    )


def by_customer(lang: Lang) -> str:
    """What a sheet with a row for each customer says of itself under its title."""
    return Speaker(lang)(
        "Every cell is a formula. Row by row the same customers as on the Customers sheet.",
        "全部为公式。各行与“客户”表逐行对应。",
    )


def add_column_sheet(
    book: Workbook,
    setup: PageSetup,
    columns: Sequence[ResultColumn],
    rows: int,
    lang: Lang,
    *,
    frozen: int = 2,
    row_height: float | None = None,
) -> dict[str, Box]:
    """Add the sheet; returns the block of each named column.

    Args:
        book: the workbook, which gets the columns' names.
        setup: the sheet's title and page.
        columns: in their order.
        rows: how many, the spare ones included.
        lang: language of the workbook.
        frozen: how many columns stay in sight.
        row_height: in points, where texts wrap.
    """
    sheet = new_page(book, setup.title, setup, lang)
    rule_off(sheet, LEFT + len(columns) - 1)
    sheet.row_dimensions[HEADER_ROW].height = 32
    _group_row(sheet, columns)
    headers(sheet, HEADER_ROW, LEFT, [column.header for column in columns])
    set_widths(sheet, {LEFT + i: column.width for i, column in enumerate(columns)})
    last = HEADER_ROW + rows
    blocks: dict[str, Box] = {}
    for i, column in enumerate(columns):
        if column.key:
            put(sheet, KEY_ROW, LEFT + i, column.key, UNIT)
        body = Box(sheet, FIRST_ROW, LEFT + i, last, LEFT + i)
        if column.name:
            define(book, column.name, body)
            blocks[column.name] = body
        style = RESULT if column.decides else CALCULATION
        column_formula(body, column.formula, style, column.kind)
        if column.wrap:
            _wrap(body)
    if row_height is not None:
        for row in range(FIRST_ROW, last + 1):
            sheet.row_dimensions[row].height = row_height
    sheet.freeze_panes = f"{get_column_letter(LEFT + frozen)}{FIRST_ROW}"
    final = get_column_letter(LEFT + len(columns) - 1)
    sheet.auto_filter.ref = f"B{HEADER_ROW}:{final}{last}"
    return blocks


def across(first: Box, last: Box) -> Box:
    """The block from one column to another."""
    return Box(first.sheet, first.top, first.left, last.bottom, last.right)


def _wrap(body: Box) -> None:
    for row in range(body.top, body.bottom + 1):
        body.sheet.cell(row, body.left).alignment = Alignment(
            horizontal="left", vertical="center", wrap_text=True, indent=1
        )


def _group_row(sheet: Worksheet, columns: Sequence[ResultColumn]) -> None:
    """A band over the headers that names each group at its first column."""
    before = ""
    for i, column in enumerate(columns):
        put(sheet, GROUP_ROW, LEFT + i, column.group if column.group != before else None, GROUP)
        before = column.group
