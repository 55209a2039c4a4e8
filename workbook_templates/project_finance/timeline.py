"""A sheet with the operating years across."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box, put
from workbook_templates.conditions import colour_where
from workbook_templates.finance_pages.time_rows import (
    FACTOR,
    FIRST,
    LABELS,
    START,
    TOTAL,
    UNITS,
    TimeRows,
)
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.project_finance.layout import PERIODS, SHEETS
from workbook_templates.style import GROUP, HEADER, LINE, TAB_RESULT

PERIOD_ROW, YEAR_ROW = 4, 5
FIRST_ROW: Final = 6
_WIDTHS: Final = {LABELS: 38.0, UNITS: 9.0, FACTOR: 10.0, TOTAL: 12.0, START: 10.0}
_PERIOD_WIDTH: Final = 9.5


def add_timeline_sheet(book: Workbook, key: str, subtitle: str, lang: Lang) -> TimeRows:
    """Add a sheet whose columns are the operating years; its rows are still to come."""
    say = Speaker(lang)
    title = SHEETS[key][lang]
    setup = PageSetup(
        title=title,
        subtitle=subtitle,
        tab=TAB_RESULT,
        pages_wide=2,
        repeat_rows=f"{PERIOD_ROW}:{YEAR_ROW}",
        repeat_columns="A:E",
    )
    sheet = new_page(book, title, setup, lang)
    rows = TimeRows(sheet, PERIODS, {"period": PERIOD_ROW, "year": YEAR_ROW})
    rule_off(sheet, rows.last)
    set_widths(sheet, _WIDTHS | dict.fromkeys(range(FIRST, rows.last + 1), _PERIOD_WIDTH))
    texts = (("Operating year", "运营年序"), ("Unit", "单位"), ("Factor", "系数"),
             ("Total", "合计"))  # fmt: skip
    for column, text in enumerate(texts, start=LABELS):
        put(sheet, PERIOD_ROW, column, say(*text), HEADER)
        put(sheet, YEAR_ROW, column, None, HEADER)
    put(sheet, YEAR_ROW, LABELS, say("Calendar year", "日历年度"), HEADER)
    for column in range(START, rows.last + 1):
        before = get_column_letter(column - 1)
        number = 0 if column == START else f"={before}{PERIOD_ROW}+1"
        put(sheet, PERIOD_ROW, column, number, HEADER, "code")
        period = f"{get_column_letter(column)}{PERIOD_ROW}"
        year = f'=IF(N(first_year)=0,"",first_year+{period}-1)'
        put(sheet, YEAR_ROW, column, year, HEADER, "code")
    for row in (PERIOD_ROW, YEAR_ROW):
        sheet.row_dimensions[row].height = 18
    sheet.freeze_panes = f"{get_column_letter(FIRST)}{FIRST_ROW}"
    return rows


def section(rows: TimeRows, row: int, text: str) -> int:
    """A band with the name of the rows below it; returns the next row."""
    for column in range(LABELS, rows.last + 1):
        put(rows.sheet, row, column, None, GROUP)
    rows.sheet.cell(row, LABELS).value = text
    rows.sheet.row_dimensions[row].height = 18
    return row + 1


def fade_after(rows: TimeRows, top: int, bottom: int, life: str) -> None:
    """Print the years after the end of the project's life in a light colour."""
    first = get_column_letter(FIRST)
    cells = Box(rows.sheet, top, FIRST, bottom, rows.last)
    colour_where(cells, f"{first}${PERIOD_ROW}>N({life})", ink=LINE)
