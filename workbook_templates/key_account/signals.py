"""The signals sheet: indicators over eight quarters, events, trend, colour, what to do."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, define, headers, put
from workbook_templates.charts import curves, place
from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.key_account import layout
from workbook_templates.key_account.case import EVENTS_THAT_HOLD, INDICATORS, QUARTERS
from workbook_templates.key_account.layout import title
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.cards import fit_words
from workbook_templates.one_customer.entry_form import Entry, restrict
from workbook_templates.one_customer.formulas import array_beside, array_cell, known, or_blank
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    INPUT,
    LABEL,
    NAVY,
    PROSE,
    RESULT,
    SECTION,
    TAB_INPUT,
    TEAL,
    UNIT,
    WARN_FILL,
)

_CODE, _NAME, _FIRST = 2, 3, 4
_LAST: Final = _FIRST + len(QUARTERS) - 1
_CHANGE, _TREND, _WHY = _LAST + 1, _LAST + 2, _LAST + 3
_CARD_ROW: Final = 4
_TITLE_ROW: Final = 8
_HEADER_ROW: Final = 9
FIRST_ROW: Final = 10
LAST_ROW: Final = FIRST_ROW + len(INDICATORS) - 1
_CHART_ROWS: Final = (LAST_ROW + 2, LAST_ROW + 14)
_EVENTS_ROW: Final = LAST_ROW + 16
LOOKS: Final = {
    "receivables_overdue_ratio": "rate", "debt_ratio": "rate", "profit_margin": "rate",
    "revenue": "money", "current_ratio": "times", "interest_cover": "times", "dscr": "times",
    "overdue_days": "count",
}  # fmt: skip
_HOLDS: Final = _FIRST + 3
_LOWER: Final = ("receivables_overdue_ratio", "debt_ratio", "overdue_days")


def add_signals_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet; colour, points and reasons have names that other sheets use."""
    say = Speaker(lang)
    setup = PageSetup(
        title=title("signals", lang),
        subtitle=say(
            "Type in the quarters, oldest on the left, and the events; colour, trend and actions follow.",
            "录入各季度指标（由旧到新）与事件；预警颜色、趋势与措施随之得出。",
        ),
        tab=TAB_INPUT,
        pages_high=1,
    )
    sheet = new_page(book, title("signals", lang), setup, lang)
    set_widths(sheet, {_CODE: 26, _NAME: 26, _CHANGE: 13, _TREND: 16, _WHY: 104}
               | dict.fromkeys(range(_FIRST, _LAST + 1), 11.0))  # fmt: skip
    rule_off(sheet, _WHY)
    _quarters(book, sheet, lang)
    _charts(sheet, lang)
    _events(book, sheet, lang)
    _results(book, sheet, lang)


def ews(out: str) -> str:
    """The early warning of the group."""
    return udf(
        "CR_EWS",
        values="TRANSPOSE(signal_latest)",
        indicators="TRANSPOSE(signal_codes)",
        prior_values="TRANSPOSE(signal_prior)",
        flags="events",
        rules=layout.WARNINGS.whole,
        colours=layout.COLOURS.whole,
        out=f'"{out}"',
        lang="lang",
    )


def _quarters(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, _TITLE_ROW, _CODE, say("Indicators", "指标"), SECTION)
    texts = [say("Code", "代码"), say("Indicator", "指标"), *[""] * len(QUARTERS),
             say("Year's change", "同比变动"), say("Trend", "趋势"), say("Why", "理由")]  # fmt: skip
    headers(sheet, _HEADER_ROW, _CODE, texts)
    sheet.row_dimensions[_HEADER_ROW].height = 22
    for i, quarter in enumerate(QUARTERS):
        put(sheet, _HEADER_ROW, _FIRST + i, quarter, INPUT, "text")
        sheet.cell(_HEADER_ROW, _FIRST + i).alignment = Alignment(horizontal="center")
    labels = layout.WARNINGS.table.rows.drop_duplicates("indicator").set_index("indicator")
    first, last = get_column_letter(_FIRST), get_column_letter(_LAST)
    prior = f"INDEX({first}{{0}}:{last}{{0}},COLUMNS({first}{{0}}:{last}{{0}})-year_quarters)"
    change = get_column_letter(_CHANGE)
    for row, (code, values) in enumerate(INDICATORS.items(), start=FIRST_ROW):
        look = LOOKS[code]
        put(sheet, row, _CODE, code, UNIT)
        put(sheet, row, _NAME, str(labels.loc[code, f"label_{lang}"]), LABEL)
        for i, value in enumerate(values):
            put(sheet, row, _FIRST + i, value, INPUT, look)
        both = f"COUNT({last}{row},{prior.format(row)})=2"
        put(
            sheet,
            row,
            _CHANGE,
            f'=IF({both},{last}{row}-{prior.format(row)},"")',
            CALCULATION,
            look,
        )
        better = '"lower"' if code in _LOWER else '"higher"'
        for column, out, style in ((_TREND, "value", RESULT), (_WHY, "why", PROSE)):
            trend = udf("CR_TREND", values=f"{first}{row}:{last}{row}", better=better,
                        rules=layout.TREND_RULES.whole, out=f'"{out}"', lang="lang")  # fmt: skip
            put(sheet, row, column, or_blank(trend), style, "words" if column == _TREND else "")
        code_of = udf("CR_TREND", values=f"{first}{row}:{last}{row}", better=better,
                      rules=layout.TREND_RULES.whole, lang='"en"')  # fmt: skip
        put(sheet, row, _WHY + 4, or_blank(code_of), UNIT)
        put(sheet, row, _WHY + 2, f'=IF({last}{row}="","",{last}{row})', UNIT)
        put(sheet, row, _WHY + 3, f'=IF({prior.format(row)}="","",{prior.format(row)})', UNIT)
        worse = f"N({change}{row})>0" if code in _LOWER else f"N({change}{row})<0"
        colour_where(Box(sheet, row, _CHANGE, row, _CHANGE), worse, ground=WARN_FILL)
        sheet.row_dimensions[row].height = 30
    put(sheet, _HEADER_ROW, _WHY + 2, say("Latest", "最近一季"), UNIT)
    put(sheet, _HEADER_ROW, _WHY + 3, say("Year before", "上年同期"), UNIT)
    put(sheet, _HEADER_ROW, _WHY + 4, say("Trend code", "趋势代码"), UNIT)
    for name, column in (("signal_codes", _CODE), ("signal_names", _NAME), ("signal_latest", _WHY + 2),
                         ("signal_prior", _WHY + 3), ("signal_trend", _TREND), ("signal_change", _CHANGE),
                         ("signal_trend_codes", _WHY + 4)):  # fmt: skip
        define(book, name, Box(sheet, FIRST_ROW, column, LAST_ROW, column))
    figures = Box(sheet, FIRST_ROW, _FIRST, LAST_ROW, _LAST)
    define(book, "signal_figures", figures)
    define(book, "quarters", Box(sheet, _HEADER_ROW, _FIRST, _HEADER_ROW, _LAST))
    restrict(figures, Entry("", "Figure", "指标值", "number", None, lower=-1e9, upper=1e9,
                            help=("Rates as decimals, days as whole numbers; blank if not known.",
                                  "比率填小数，天数填整数；未知留空。")), lang)  # fmt: skip
    restrict(Box(sheet, _HEADER_ROW, _FIRST, _HEADER_ROW, _LAST),
             Entry("", "Quarter", "季度", "text", None), lang)  # fmt: skip
    sheet.print_area = f"B1:{get_column_letter(_WHY)}{_EVENTS_ROW + 11}"


def _charts(sheet: Worksheet, lang: Lang) -> None:
    """Rates at the left, covers at the right: two small charts of the same quarters."""
    say = Speaker(lang)
    for row in range(_CHART_ROWS[0], _CHART_ROWS[1] + 1):
        sheet.row_dimensions[row].height = 15
    codes = list(INDICATORS)
    names = Box(sheet, _HEADER_ROW, _FIRST, _HEADER_ROW, _LAST)
    groups = (
        (say("Debt ratio, overdue receivables, margin", "资产负债率、应收逾期率与利润率"),
         ("debt_ratio", "receivables_overdue_ratio", "profit_margin"), "0%", _CODE, _FIRST + 4),
        (say("Current ratio, DSCR, interest cover", "流动比率、偿债备付率与利息保障倍数"),
         ("current_ratio", "dscr", "interest_cover"), "0.0", _FIRST + 5, _WHY),
    )  # fmt: skip
    for text, wanted, look, left, right in groups:
        rows = [FIRST_ROW + codes.index(code) for code in wanted]
        blocks = [Box(sheet, row, _NAME, row, _LAST) for row in rows]
        chart = curves(text, names, blocks, lang, number_format=look, colours=(NAVY, TEAL, "8FB8C8"))  # fmt: skip
        for series, row in zip(chart.series, rows, strict=True):
            series.tx.strRef.f = f"'{sheet.title}'!$C${row}"
            series.val.numRef.f = f"'{sheet.title}'!$D${row}:${get_column_letter(_LAST)}${row}"
        place(sheet, chart, Box(sheet, _CHART_ROWS[0], left, _CHART_ROWS[1], right))


def _events(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """Events that are true or not; those that hold are joined to one text."""
    say = Speaker(lang)
    put(sheet, _EVENTS_ROW, _CODE, say("Events", "事件"), SECTION)
    headers(
        sheet,
        _EVENTS_ROW + 1,
        _CODE,
        [say("Code", "代码"), say("Event", "事件"), "", "", "", say("Holds", "是否发生")],
    )
    sheet.merge_cells(Box(sheet, _EVENTS_ROW + 1, _NAME, _EVENTS_ROW + 1, _HOLDS - 1).address)
    rules = layout.WARNINGS.table.rows
    flags = rules[rules["kind"] == "flag"]
    yes, no = say("yes", "是"), say("no", "否")
    top = _EVENTS_ROW + 2
    holds, so_far = _HOLDS, _WHY + 2
    column = get_column_letter(so_far)
    for i, flag in enumerate(flags.to_dict("records")):
        row = top + i
        code = str(flag["indicator"])
        put(sheet, row, _CODE, code, UNIT)
        for place_of in range(_NAME, _HOLDS):
            put(sheet, row, place_of, None, LABEL)
        put(sheet, row, _NAME, str(flag[f"label_{lang}"]), LABEL)
        sheet.merge_cells(Box(sheet, row, _NAME, row, _HOLDS - 1).address)
        put(sheet, row, holds, yes if code in EVENTS_THAT_HOLD else no, INPUT, "words")
        before = f"{column}{row - 1}" if i else '""'
        joined = f'{before}&IF({before}="","",",")&B{row}'
        put(sheet, row, so_far, f"=IF(G{row}=yes_word,{joined},{before})", UNIT)
        sheet.row_dimensions[row].height = 18
    bottom = top + len(flags) - 1
    answers = Box(sheet, top, holds, bottom, holds)
    restrict(answers, Entry("", "Event", "事件", "words", None, choices=(yes, no)), lang)
    define(book, "event_answers", answers)
    define(book, "events", Box(sheet, bottom, so_far, bottom, so_far))
    colour_where(Box(sheet, top, _CODE, bottom, holds), f"$G{top}=yes_word", ground=BAD_FILL)


def _adjust(out: str) -> str:
    return udf("CR_ADJUST", warning="warning", limit="group_limit", rate="average_rate",
               balance="total_loans", policy=layout.WARNING_ACTIONS.whole, out=f'"{out}"',
               lang="lang")  # fmt: skip


def _results(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    cards = (
        ("warning", say("Early warning", "预警颜色"), known(ews("value")), "words", 2, 2),
        ("warning_points", say("Points", "预警分值"), known(ews("points")), "general", 3, 3),
        ("worse_trends", say("Indicators that worsen", "趋势恶化指标数"), "=COUNTIF(signal_trend_codes,deteriorating)", "count", 4, 6),
        ("adjusted_limit", say("Limit under the warning", "预警后授信额度"), known(_adjust("limit")), "money", 7, 9),
        ("adjusted_rate", say("Rate under the warning", "预警后利率"), known(_adjust("rate")), "pd", 10, 12),
    )  # fmt: skip
    for name, text, formula, kind, left, right in cards:
        cell = card(sheet, _CARD_ROW, left, right, text, formula, kind)
        define(book, name, cell)
        if name in ("warning", "warning_points"):
            for column in range(left, right + 1):
                put(sheet, _CARD_ROW + 1, column, None, sheet.cell(_CARD_ROW + 1, column).style)
            look = sheet.cell(_CARD_ROW + 1, left).style
            array_cell(sheet, _CARD_ROW + 1, left, formula, look, kind)
    fit_words(card(sheet, _CARD_ROW, _TREND, _WHY, say("Why", "理由"), "", "words"), lang)
    array_beside(sheet, (_CARD_ROW + 1, _TREND), or_blank(ews("why")), PROSE, "words", _WHY + 2)
    sheet.cell(_CARD_ROW + 1, _TREND).style = PROSE
    sheet.row_dimensions[_CARD_ROW + 1].height = 36
    define(book, "warning_why", Box(sheet, _CARD_ROW + 1, _TREND, _CARD_ROW + 1, _TREND))
    _actions(book, sheet, lang)


def _actions(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """What the policy does under the colour, beside the events."""
    say = Speaker(lang)
    left = _HOLDS + 2
    put(sheet, _EVENTS_ROW, left, say("What the colour asks for", "预警应对"), SECTION)
    rows = (
        ("warning_actions", say("Actions", "管理措施"), _adjust("value")),
        ("", say("Collateral", "担保要求"), _adjust("collateral")),
        ("", say("Change of limit and price", "额度与利率调整"), _adjust("why")),
    )
    row = _EVENTS_ROW + 1
    for name, text, formula in rows:
        end = row + 2
        for line in range(row, end + 1):
            for column in range(left, _WHY + 1):
                put(sheet, line, column, None, LABEL if column < left + 2 else PROSE)
        put(sheet, row, left, text, LABEL)
        put(sheet, row, left + 2, known(formula), PROSE)
        sheet.merge_cells(Box(sheet, row, left, end, left + 1).address)
        sheet.merge_cells(Box(sheet, row, left + 2, end, _WHY).address)
        if name:
            define(book, name, Box(sheet, row, left + 2, row, left + 2))
        row = end + 1
