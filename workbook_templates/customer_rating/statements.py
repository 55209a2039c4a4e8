"""The statements sheet: three years of balance sheet, income, cash flow and notes."""

from __future__ import annotations

import re
from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.customer_rating.case import FIGURES, YEARS
from workbook_templates.customer_rating.layout import title
from workbook_templates.customer_rating.statement_lines import LINES, Line
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.entry_form import Entry, restrict
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import GROUP, INPUT, LABEL, TAB_INPUT, TOTAL, UNIT

YEAR_ROW: Final = 5
FIRST_ROW: Final = 6
_CODE, _LABEL, _FIRST_YEAR = 2, 3, 4
LAST_YEAR: Final = _FIRST_YEAR + len(YEARS) - 1
_PLACEHOLDER: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")
_ROWS: Final = {line.code: FIRST_ROW + i for i, line in enumerate(LINES) if line.code}
_LARGEST: Final = 1e9
_SCALE: Final = 66
"""In percent: the balance sheet fills one sheet of paper, the other statements the next."""


def last(code: str) -> str:
    """The name of a line's cell in the latest year."""
    return f"last_{code}"


def prior(code: str) -> str:
    """The name of a line's cell in the year before."""
    return f"prior_{code}"


def first(code: str) -> str:
    """The name of a line's cell in the first of the three years."""
    return f"first_{code}"


def add_statements_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet, filled with the worked case; each line has a name per year."""
    say = Speaker(lang)
    setup = PageSetup(
        title=title("statements", lang),
        subtitle=say(
            "CNY 10k. Costs, payments and liabilities as positive numbers; totals add up themselves.",
            "单位：万元。成本费用、现金流出与负债均填正数；合计自动计算。",
        ),
        tab=TAB_INPUT,
        orientation="portrait",
        repeat_rows=f"{YEAR_ROW}:{YEAR_ROW}",
        scale=_SCALE,
    )
    sheet = new_page(book, title("statements", lang), setup, lang)
    sheet.row_breaks.append(Break(id=_ROWS["revenue"] - 2))
    set_widths(sheet, {_CODE: 27, _LABEL: 50} | dict.fromkeys(range(4, 7), 15.0))
    rule_off(sheet, LAST_YEAR)
    headers(sheet, YEAR_ROW, _CODE, [say("Item", "项目代码"), say("Line", "报表项目"), "", "", ""])
    sheet.row_dimensions[YEAR_ROW].height = 22
    _years(book, sheet)
    for line in LINES:
        if line.code:
            _line(sheet, line, say)
        else:
            _heading(sheet, line, say)
    for year, prefix in enumerate((first, prior, last)):
        for code, row in _ROWS.items():
            column = _FIRST_YEAR + year
            define(book, prefix(code), Box(sheet, row, column, row, column))
    bottom = FIRST_ROW + len(LINES) - 1
    define(book, "st_items", Box(sheet, FIRST_ROW, _CODE, bottom, _CODE))
    define(book, "st_figures", Box(sheet, FIRST_ROW, _FIRST_YEAR, bottom, LAST_YEAR))
    define(book, "st_last", Box(sheet, FIRST_ROW, LAST_YEAR, bottom, LAST_YEAR))
    define(book, "st_prior", Box(sheet, FIRST_ROW, LAST_YEAR - 1, bottom, LAST_YEAR - 1))
    define(book, "st_first", Box(sheet, FIRST_ROW, _FIRST_YEAR, bottom, _FIRST_YEAR))
    for name, top, end in (
        ("cash_years", "cash", "cash"),
        ("revenue_years", "revenue", "cost_of_sales"),
        ("tax_years", "income_tax", "income_tax"),
    ):
        define(book, name, Box(sheet, _ROWS[top], _FIRST_YEAR, _ROWS[end], LAST_YEAR))
    _validate(sheet, bottom, lang)
    sheet.freeze_panes = f"D{FIRST_ROW}"


def _years(book: Workbook, sheet: Worksheet) -> None:
    for i, year in enumerate(YEARS):
        put(sheet, YEAR_ROW, _FIRST_YEAR + i, year, INPUT, "code")
    years = Box(sheet, YEAR_ROW, _FIRST_YEAR, YEAR_ROW, LAST_YEAR)
    define(book, "st_years", years)


def _heading(sheet: Worksheet, line: Line, say: Speaker) -> None:
    row = FIRST_ROW + LINES.index(line)
    put(sheet, row, _LABEL, say(line.en, line.zh), GROUP)
    for column in (_CODE, *range(_FIRST_YEAR, LAST_YEAR + 1)):
        put(sheet, row, column, None, GROUP)
    sheet.row_dimensions[row].height = 22


def _line(sheet: Worksheet, line: Line, say: Speaker) -> None:
    row = _ROWS[line.code]
    put(sheet, row, _CODE, line.code, UNIT)
    put(sheet, row, _LABEL, say(line.en, line.zh), TOTAL if line.formula else LABEL, "words")
    sheet.row_dimensions[row].height = 16.5
    for i in range(len(YEARS)):
        column = _FIRST_YEAR + i
        if line.formula:
            put(sheet, row, column, _total(line, column), TOTAL, "money")
        else:
            put(sheet, row, column, FIGURES[line.code][i], INPUT, "money")


def _total(line: Line, column: int) -> str:
    """The formula of a total; it stays blank where all that it adds up is blank."""
    letter = get_column_letter(column)

    def cells(found: re.Match[str]) -> str:
        start = f"{letter}{_ROWS[found[1]]}"
        return f"{start}:{letter}{_ROWS[found[2]]}" if found[2] else start

    counted = _PLACEHOLDER.sub(cells, line.counts)
    return f'=IF(COUNT({counted})=0,"",{_PLACEHOLDER.sub(cells, line.formula)})'


def _validate(sheet: Worksheet, bottom: int, lang: Lang) -> None:
    figures = Box(sheet, FIRST_ROW, _FIRST_YEAR, bottom, LAST_YEAR)
    amount = Entry("", "Amount", "金额", "money", None, lower=-_LARGEST, upper=_LARGEST,
                   help=("CNY 10k; leave blank what the statement does not show.",
                         "单位：万元；报表未列示的项目留空。"))  # fmt: skip
    restrict(figures, amount, lang)
    years = Box(sheet, YEAR_ROW, _FIRST_YEAR, YEAR_ROW, LAST_YEAR)
    year = Entry("", "Year", "年度", "count", None, lower=1990, upper=2100,
                 help=("Financial year, oldest first.", "会计年度，由旧到新。"))  # fmt: skip
    restrict(years, year, lang)
