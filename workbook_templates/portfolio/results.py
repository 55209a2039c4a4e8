"""The results sheet: one row per customer, one purpose and one array formula per column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, column_formula, define, headers, put
from workbook_templates.conditions import colour_where
from workbook_templates.language import Lang
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.portfolio.layout import FIRST_ROW, HEADER_ROW, SHEETS, UNIT_ROW, result_name
from workbook_templates.portfolio.result_columns import ResultColumn
from workbook_templates.portfolio.result_formulas import result_columns
from workbook_templates.style import BAD_FILL, CALCULATION, GROUP, RESULT, TAB_RESULT
from workbook_templates.tier_colours import colour_tiers

_LEFT: Final = 2
_FROZEN: Final = "D"


def add_results_sheet(book: Workbook, lang: Lang, customers: int) -> None:
    """Add the sheet with all results of as many customers as the customers sheet has."""
    columns = result_columns(lang)
    title = SHEETS["results"][lang]
    subtitle = {
        "en": "Every cell is a formula. Row by row the same customers as on the Customers sheet; "
        "an error shows what could not be computed, and why stands beside it.",
        "zh": "全部为公式。各行与“客户”表逐行对应；错误值表示无法计算，原因见相邻列。",
    }[lang]
    setup = PageSetup(
        title=title,
        subtitle=subtitle,
        tab=TAB_RESULT,
        repeat_rows=f"{UNIT_ROW}:{HEADER_ROW}",
        repeat_columns="A:C",
        pages_wide=6,
    )
    sheet = new_page(book, title, setup, lang)
    rule_off(sheet, _LEFT + len(columns) - 1)
    sheet.row_dimensions[HEADER_ROW].height = 32
    _group_row(sheet, columns)
    headers(sheet, HEADER_ROW, _LEFT, [column.header(lang) for column in columns])
    set_widths(sheet, {_LEFT + i: column.width for i, column in enumerate(columns)})
    last = HEADER_ROW + customers
    for i, column in enumerate(columns):
        body = Box(sheet, FIRST_ROW, _LEFT + i, last, _LEFT + i)
        define(book, result_name(column.name), body)
        style = RESULT if column.decides else CALCULATION
        column_formula(body, column.formula, style, column.kind)
        _highlight(column, body)
    sheet.freeze_panes = f"{_FROZEN}{FIRST_ROW}"
    last_column = get_column_letter(_LEFT + len(columns) - 1)
    sheet.auto_filter.ref = f"B{HEADER_ROW}:{last_column}{last}"


def _group_row(sheet: Worksheet, columns: Iterable[ResultColumn]) -> None:
    """A band over the headers that names each group at its first column."""
    before = ""
    for i, column in enumerate(columns):
        put(sheet, UNIT_ROW, _LEFT + i, column.group if column.group != before else None, GROUP)
        before = column.group


def _highlight(column: ResultColumn, body: Box) -> None:
    first = f"{get_column_letter(body.left)}{body.top}"
    if column.name == "risk_tier":
        colour_tiers(body)
    if column.name == "headroom":
        colour_where(body, f"AND(ISNUMBER({first}),{first}<0)", ground=BAD_FILL)
    if column.name == "check":
        colour_where(body, f"LEN({first})>0", ground=BAD_FILL)
