"""The dashboard: moves, defaults, churn, stability and reviews at a glance."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, put
from workbook_templates.charts import bars, place
from workbook_templates.language import Lang, Speaker
from workbook_templates.migration_monitoring.layout import (
    GRADE_COUNT,
    MONTH_COUNT,
    PERIODS,
    SHEETS,
    TIER_COUNT,
    move_name,
)
from workbook_templates.migration_monitoring.performance import (
    CHURN_RATE,
    DEFAULT_RATE,
    TIER_TOP,
    VINTAGE_TOP,
    VINTAGES,
)
from workbook_templates.migration_monitoring.performance import LEFT as TIER_LEFT
from workbook_templates.migration_monitoring.review_calendar import LEFT as MONTH_LEFT
from workbook_templates.migration_monitoring.review_calendar import MONTH_TOP, MONTHS
from workbook_templates.migration_monitoring.stability import LEFT as SHARE_LEFT
from workbook_templates.migration_monitoring.stability import SHARES_TOP
from workbook_templates.page import new_result_page, rule_off, set_widths
from workbook_templates.style import BAD, NAVY, TEAL, UNIT

_PANELS: Final = (2, 6, 10)
_LAST: Final = 12
_CARD_ROW: Final = 4
_CHART_ROWS: Final = (9, 27)
_CHART_HEIGHT: Final = 17
_BEHIND: Final = _LAST + 2
_SHADES: Final = ("CBD5DF", "A9C9D6", "6FA8BC", TEAL, "17506B", NAVY)
"""From the youngest age to the oldest."""


def add_dashboard_sheet(book: Workbook, lang: Lang) -> None:
    """Add the dashboard."""
    say = Speaker(lang)
    sheet = new_result_page(
        book,
        SHEETS["dashboard"][lang],
        say("Migration and monitoring dashboard", "迁徙与监测看板"),
        say(
            '="From "&period_before&" to "&period_5&"  ·  as of "&TEXT(asof,"yyyy-mm-dd")&"  ·  amounts in CNY 10k"',
            '="自 "&period_before&" 至 "&period_5&"  ·  基准日 "&TEXT(asof,"yyyy-mm-dd")&"  ·  金额单位：万元"',
        ),
        lang,
    )
    rule_off(sheet, _LAST)
    for panel in _PANELS:
        set_widths(sheet, {panel + 3: 2.0} | dict.fromkeys(range(panel, panel + 3), 20.0))
    _cards(sheet, say)
    for row in range(_CHART_ROWS[0], _CHART_ROWS[1] + _CHART_HEIGHT + 1):
        sheet.row_dimensions[row].height = 17
    _charts(book, sheet, lang)
    bottom = _CHART_ROWS[1] + _CHART_HEIGHT
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{bottom}"


def _cards(sheet: Worksheet, say: Speaker) -> None:
    due = move_name("first_due")
    rows = (
        (
            (say("Customers before", "期初客户数"), "=begun_customers", "count", 2, 2),
            (say("Customers now", "期末客户数"), "=ended_customers", "count", 3, 4),
            (say("Downgraded", "下调"), "=moved_down", "count", 6, 6),
            (say("Upgraded", "上调"), "=moved_up", "count", 7, 8),
            (say("Defaulted", "新增违约"), "=total_defaulted", "count", 10, 10),
            (say("Default rate", "违约率"), "=default_rate", "pd", 11, 12),
        ),
        (
            (say("Lost", "流失"), "=total_lost", "count", 2, 2),
            (say("Churn rate", "流失率"), "=churn_rate", "pd", 3, 4),
            (say("PSI of grades", "等级 PSI"), "=psi_now", "times", 6, 6),
            (say("Reviews overdue", "逾期未评审"), f'=COUNTIF({due},"<"&asof)', "count", 7, 8),
            (say("New customers", "新增客户"), "=newcomers", "count", 10, 10),
            (say("Checks, differences", "核对差额"), "=check_total", "number", 11, 12),
        ),
    )
    for line, cards in enumerate(rows):
        for text, formula, kind, first, last in cards:
            card(sheet, _CARD_ROW + 2 * line, first, last, text, formula, kind)


def _charts(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    spots = [
        Box(sheet, top, panel, top + _CHART_HEIGHT - 1, panel + 2)
        for top in _CHART_ROWS
        for panel in _PANELS
    ]
    moves = _moves(sheet, say)
    names = Box(sheet, moves.top + 1, moves.left, moves.bottom, moves.left)
    chart = bars(say("Grades: moves of customers", "等级变动客户数"), names, [moves.column(1)], lang,
                 colours=(NAVY,))  # fmt: skip
    place(sheet, chart, spots[0])
    performance = book[SHEETS["performance"][lang]]
    top, bottom = TIER_TOP + 1, TIER_TOP + 1 + TIER_COUNT
    tiers = Box(performance, top + 1, TIER_LEFT, bottom, TIER_LEFT)
    rates = [Box(performance, top, c, bottom, c) for c in (DEFAULT_RATE, CHURN_RATE)]
    chart = bars(say("Default and churn rate by tier", "各层级违约率与流失率"), tiers, rates, lang,
                 number_format="0%", colours=(BAD, "8FB8C8"))  # fmt: skip
    place(sheet, chart, spots[1])
    stability = book[SHEETS["stability"][lang]]
    top, bottom = SHARES_TOP + 1, SHARES_TOP + 1 + GRADE_COUNT
    grades = Box(stability, top + 1, SHARE_LEFT, bottom, SHARE_LEFT)
    shares = [Box(stability, top, SHARE_LEFT + n, bottom, SHARE_LEFT + n) for n in (1, PERIODS)]
    chart = bars(say("Customers by grade: first and present period", "等级分布：首期与本期"), grades, shares,
                 lang, number_format="0%", colours=("8FB8C8", NAVY))  # fmt: skip
    place(sheet, chart, spots[2])
    starts, ages = _vintages(sheet, lang)
    chart = bars(say("Cumulative default rate of each vintage by months on book", "各账龄组别累计违约率（按账龄月数）"),
                 starts, ages, lang, number_format="0%", colours=_SHADES)  # fmt: skip
    place(sheet, chart, spots[3])
    top = SHARES_TOP + 1
    tiers = Box(stability, top + 1, 9, top + TIER_COUNT, 9)
    shares = [Box(stability, top, 9 + n, top + TIER_COUNT, 9 + n) for n in (1, PERIODS)]
    chart = bars(say("Customers by tier: first and present period", "层级分布：首期与本期"), tiers, shares,
                 lang, number_format="0%", colours=("8FB8C8", NAVY))  # fmt: skip
    place(sheet, chart, spots[4])
    calendar = book[SHEETS["calendar"][lang]]
    header = MONTH_TOP + 1
    when = Box(calendar, header, MONTH_LEFT + 1, header, MONTH_LEFT + 1 + MONTHS)
    due = [
        Box(calendar, row, MONTH_LEFT, row, MONTH_LEFT + 1 + MONTHS)
        for row in (header + 1, header + 2)
    ]
    chart = bars(say("Reviews due by month", "各月到期评审"), when, due, lang, stacked="stacked",
                 colours=(NAVY, "8FB8C8"))  # fmt: skip
    place(sheet, chart, spots[5])


def _moves(sheet: Worksheet, say: Speaker) -> Box:
    """The moves in the shape that a chart needs, beside the printed page."""
    rows = (
        (say("upgraded", "上调"), "=moved_up"),
        (say("unchanged", "不变"), "=unmoved"),
        (say("downgraded", "下调"), "=moved_down"),
        (say("left", "退出"), "=withdrawn"),
        (say("new", "新增"), "=newcomers"),
    )
    top = _CHART_ROWS[0]
    put(sheet, top, _BEHIND + 1, say("Customers", "客户数"), UNIT)
    for row, (text, formula) in enumerate(rows, start=top + 1):
        put(sheet, row, _BEHIND, text, UNIT)
        put(sheet, row, _BEHIND + 1, formula, UNIT, "count")
    set_widths(sheet, {_LAST + 1: 2.0, _BEHIND: 16.0, _BEHIND + 1: 12.0})
    return Box(sheet, top, _BEHIND, top + len(rows), _BEHIND + 1)


def _vintages(sheet: Worksheet, lang: Lang) -> tuple[Box, list[Box]]:
    """When each vintage begins, and the rates of all at each age, beside the printed page.

    A vintage too young for an age has no bar: its bars grow from the left with its age, and what
    is missing is missing on the right.
    """
    say = Speaker(lang)
    source = SHEETS["performance"][lang]
    top = _CHART_ROWS[0] + 7
    put(sheet, top, _BEHIND, say("Vintages", "账龄组别"), UNIT)
    for month in range(MONTH_COUNT):
        age = f"'{source}'!{get_column_letter(TIER_LEFT + 4 + month)}{VINTAGE_TOP + 1}"
        name = say(f'={age}&" months"', f'={age}&"个月"')
        put(sheet, top, _BEHIND + 1 + month, name, UNIT)
    for i in range(1, VINTAGES + 1):
        from_row = VINTAGE_TOP + 1 + i
        put(sheet, top + i, _BEHIND, f"=TEXT('{source}'!B{from_row},\"yyyy-mm\")", UNIT)
        for month in range(MONTH_COUNT):
            cell = f"'{source}'!{get_column_letter(TIER_LEFT + 4 + month)}{from_row}"
            put(sheet, top + i, _BEHIND + 1 + month, f'=IF({cell}="","",{cell})', UNIT, "rate")
    bottom = top + VINTAGES
    columns = range(_BEHIND + 1, _BEHIND + 1 + MONTH_COUNT)
    return Box(sheet, top + 1, _BEHIND, bottom, _BEHIND), [
        Box(sheet, top, column, bottom, column) for column in columns
    ]
