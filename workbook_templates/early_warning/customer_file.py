"""The customer file: one customer's warning, measures and indicators over the periods."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, define, headers, merge, put
from workbook_templates.charts import bars, place
from workbook_templates.conditions import colour_where
from workbook_templates.early_warning.layout import (
    CUSTOMER_LIST,
    INDICATOR_TABLE,
    INDICATORS,
    PERIODS,
    QUARTERS,
    SHEETS,
    TREND_RULES,
    period_name,
    result_name,
    series_name,
    trend_name,
)
from workbook_templates.early_warning.results import colour_name
from workbook_templates.early_warning.trends import (
    DETERIORATING,
    indicator_format,
    indicator_label,
)
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pages.word_colours import colour_warnings
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    INPUT,
    LABEL,
    NAVY,
    PROSE,
    RESULT,
    SECTION,
    TAB_RESULT,
    TEAL,
    UNIT,
)

CHOSEN: Final = "file_customer"
FOUND: Final = "file_row"
_LEFT: Final = 2
_FIRST_PERIOD: Final = _LEFT + 1
_TREND: Final = _FIRST_PERIOD + PERIODS
_WHY: Final = _TREND + 1
_LAST: Final = _WHY + 3
_FOUND_COLUMN: Final = _LAST + 2
_CARD_ROW: Final = 4
_TEXT_ROW: Final = 8
_CHART_ROWS: Final = 11
_CHART_FORMATS: Final = {
    "rate": "0%;-0%;",
    "times": "0.0;-0.0;",
    "money": "#,##0;-#,##0;",
    "count": "#,##0;-#,##0;",
}
"""Number formats of the charts; a period without a figure gets no label."""


def _of_customer(name: str) -> str:
    return f'=IF({FOUND}=0,"",INDEX({result_name(name)},{FOUND}))'


def add_customer_file_sheet(book: Workbook, lang: Lang, chosen: str) -> None:
    """Add the sheet, showing the customer chosen."""
    say = Speaker(lang)
    setup = PageSetup(
        title=SHEETS["customer_file"][lang],
        subtitle=say(
            "Choose a customer in the blue cell: warning, measures and indicators follow.",
            "在蓝字单元格选择客户，预警、措施与指标随之更新。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, setup.title, setup, lang)
    rule_off(sheet, _LAST)
    widths = {_LEFT: 25.0, _TREND: 18.0, _LAST + 1: 2.0, _FOUND_COLUMN: 12.0}
    widths |= dict.fromkeys(range(_FIRST_PERIOD, _TREND), 11.0)
    widths |= dict.fromkeys(range(_WHY, _LAST + 1), 20.0)
    set_widths(sheet, widths)
    _choice(book, sheet, lang, chosen)
    _cards(sheet, say)
    row = _texts(sheet, say)
    row = _colour_history(sheet, row + 1, say)
    top = row + 1
    row = _indicators(sheet, top, lang)
    _charts(sheet, top, row + 2, lang)


def _choice(book: Workbook, sheet: Worksheet, lang: Lang, chosen: str) -> None:
    say = Speaker(lang)
    card(sheet, _CARD_ROW, _LEFT, _LEFT, say("Customer ID", "客户编号"), "", "words")
    put(sheet, _CARD_ROW + 1, _LEFT, chosen, INPUT, "text")
    cell = Box(sheet, _CARD_ROW + 1, _LEFT, _CARD_ROW + 1, _LEFT)
    define(book, CHOSEN, cell)
    rule = DataValidation(type="list", formula1=f"={CUSTOMER_LIST}", allow_blank=True)
    rule.promptTitle = say("Customer ID", "客户编号")
    rule.prompt = say("Choose a customer from the list.", "请从列表中选择客户。")
    rule.showInputMessage = rule.showErrorMessage = True
    sheet.add_data_validation(rule)
    rule.add(cell.address)
    found = Box(sheet, _CARD_ROW, _FOUND_COLUMN, _CARD_ROW, _FOUND_COLUMN)
    # Without the question Calc, other than Excel, finds a blank in the first row that has no ID.
    found_at = f"IFERROR(MATCH({CHOSEN},{result_name('customer_id')},0),0)"
    formula = f'=IF({CHOSEN}="",0,{found_at})'
    put(sheet, found.top, found.left, formula, UNIT, "count")
    define(book, FOUND, found)


def _cards(sheet: Worksheet, say: Speaker) -> None:
    top = (
        (say("Name", "客户名称"), "name", "words", 3, 6),
        (say("Colour", "预警颜色"), "colour", "words", 7, 8),
        (say("Points", "分值"), "points", "count", 9, 9),
        (say("Move", "变动"), "move", "words", 10, 11),
        (say("Manager", "客户经理"), "manager", "words", 12, 12),
        (say("Risk tier", "风险层级"), "tier", "words", 13, 13),
        (say("Measures due", "措施完成日"), "due", "date", 14, 14),
        (say("Next review", "下次复评日"), "next_review", "date", 15, 15),
    )
    below = (
        (say("Balance", "贷款余额"), "balance", "money", 2, 2),
        (say("Limit", "授信额度"), "limit", "money", 3, 4),
        (say("New limit", "建议额度"), "new_limit", "money", 5, 6),
        (say("To pay down", "需压降"), "excess", "money", 7, 8),
        (say("Rate", "利率"), "rate", "pd", 9, 10),
        (say("New rate", "建议利率"), "new_rate", "pd", 11, 11),
        (say("Deteriorating", "恶化指标数"), "falling", "count", 12, 12),
        (say("Last review", "上次复评日"), "last_review", "date", 13, 15),
    )
    for row, cards in ((_CARD_ROW, top), (_CARD_ROW + 2, below)):
        for text, name, kind, first, last in cards:
            made = card(sheet, row, first, last, text, _of_customer(name), kind)
            if name == "colour":
                colour_warnings(Box(sheet, made.top, first, made.top, last))
            sheet.cell(made.top, first).alignment = Alignment(
                horizontal="left", vertical="center", indent=1, shrink_to_fit=True
            )


def _texts(sheet: Worksheet, say: Speaker) -> int:
    """The reason and what is to be done, each over the whole page."""
    rows = (
        (say("Why", "预警理由"), "why", 44),
        (say("Hard triggers", "直接触发"), "hard", 20),
        (say("Missing inputs", "缺失数据"), "missing", 32),
        (say("Measures", "处置措施"), "actions", 32),
        (say("Collateral", "担保要求"), "collateral", 20),
    )
    for row, (text, name, height) in enumerate(rows, start=_TEXT_ROW + 1):
        put(sheet, row, _LEFT, text, LABEL)
        for column in range(_FIRST_PERIOD, _LAST + 1):
            put(sheet, row, column, None, PROSE)
        put(sheet, row, _FIRST_PERIOD, _of_customer(name), PROSE)
        merge(sheet, Box(sheet, row, _FIRST_PERIOD, row, _LAST))
        sheet.row_dimensions[row].height = height
    return _TEXT_ROW + len(rows)


def _colour_history(sheet: Worksheet, row: int, say: Speaker) -> int:
    """The colours of the last quarters, the present one last."""
    sheet.row_dimensions[row].height = 6
    row += 1
    put(sheet, row, _LEFT, say("Colour by quarter", "各季预警颜色"), LABEL)
    sheet.row_dimensions[row].height = 20
    for quarter in range(1, QUARTERS + 1):
        column = _TREND - QUARTERS + quarter - 1
        formula = f'=IF({FOUND}=0,"",INDEX({colour_name(quarter)},{FOUND}))'
        put(sheet, row, column, formula, RESULT, "words")
        sheet.cell(row, column).alignment = Alignment(
            horizontal="center", vertical="center", shrink_to_fit=True
        )
    colour_warnings(Box(sheet, row, _TREND - QUARTERS, row, _TREND - 1))
    return row


def _indicators(sheet: Worksheet, top: int, lang: Lang) -> int:
    """The indicators by period, with trend and why; returns the last row."""
    say = Speaker(lang)
    texts = [say("Indicator", "指标"), *(f"={period_name(n)}" for n in range(1, PERIODS + 1))]
    why = [say("Why", "走势理由"), "", "", ""]
    headers(sheet, top, _LEFT, [*texts, say("Trend", "走势"), *why])
    merge(sheet, Box(sheet, top, _WHY, top, _LAST))
    sheet.row_dimensions[top].height = 20
    for row, indicator in enumerate(INDICATORS, start=top + 1):
        put(sheet, row, _LEFT, indicator_label(indicator, lang), LABEL)
        sheet.row_dimensions[row].height = 34
        for column in range(_FIRST_PERIOD, _TREND):
            number = f"COLUMN({get_column_letter(column)}$1)-COLUMN($B$1)"
            figure = f"INDEX({series_name(indicator)},{FOUND},{number})"
            formula = f'=IF({FOUND}=0,"",{figure})'
            put(sheet, row, column, formula, CALCULATION, indicator_format(indicator))
        trend = f'=IF({FOUND}=0,"",INDEX({trend_name(indicator)},{FOUND}))'
        put(sheet, row, _TREND, trend, RESULT, "words")
        values = f"$C{row}:${get_column_letter(_TREND - 1)}{row}"
        for column in range(_WHY, _LAST + 1):
            put(sheet, row, column, None, PROSE)
        put(sheet, row, _WHY, f"={_reason(values, indicator, lang)}", PROSE)
        merge(sheet, Box(sheet, row, _WHY, row, _LAST))
    bottom = top + len(INDICATORS)
    cells = Box(sheet, top + 1, _TREND, bottom, _TREND)
    cell = f"{get_column_letter(_TREND)}{top + 1}"
    colour_where(cells, f"{cell}={DETERIORATING}", ground=BAD_FILL)
    return bottom


def _reason(values: str, indicator: str, lang: Lang) -> str:
    number = INDICATORS.index(indicator) + 1
    return udf(
        "CR_TREND",
        values=values,
        better=f"INDEX({INDICATOR_TABLE.column('better', lang)},{number})",
        rules=TREND_RULES.whole,
        out='"why"',
        lang="lang",
    )


def _charts(sheet: Worksheet, top: int, row: int, lang: Lang) -> None:
    """A small chart per indicator, four to a row."""
    say = Speaker(lang)
    put(sheet, row, _LEFT, say("Indicators over the periods", "各期指标"), SECTION)
    spots = ((_LEFT, 4), (5, 9), (10, _WHY), (_WHY + 1, _LAST))
    for line in range(2 * _CHART_ROWS):
        sheet.row_dimensions[row + 1 + line].height = 15
    periods = Box(sheet, top, _FIRST_PERIOD, top, _TREND - 1)
    for i, indicator in enumerate(INDICATORS):
        values = Box(sheet, top + 1 + i, _LEFT, top + 1 + i, _TREND - 1)
        chart = bars(
            indicator_label(indicator, lang),
            periods,
            [values],
            lang,
            number_format=_CHART_FORMATS[indicator_format(indicator)],
            colours=(NAVY if i % 2 == 0 else TEAL,),
        )
        first, last = spots[i % len(spots)]
        start = row + 1 + (i // len(spots)) * _CHART_ROWS
        place(sheet, chart, Box(sheet, start, first, start + _CHART_ROWS - 1, last))
    bottom = row + 2 * _CHART_ROWS
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{bottom}"
