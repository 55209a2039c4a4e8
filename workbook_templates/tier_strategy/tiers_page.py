"""The committee's page: the tiers side by side, what puts a customer there and what it means."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, define, headers, put
from workbook_templates.charts import bars, place
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import as_of_line, new_result_page, rule_off, set_widths
from workbook_templates.style import (
    CALCULATION,
    HEADER,
    LABEL,
    PROSE,
    RESULT,
    SECTION,
    TIER_COLOURS,
    UNIT,
)
from workbook_templates.text_width import text_width
from workbook_templates.tier_colours import colour_tiers, text_on_tier
from workbook_templates.tier_strategy.layout import (
    CODES,
    SERVICE,
    SHEETS,
    STRATEGY,
    TIERS,
    customer,
    res,
)

_LABELS, _FIRST = 2, 3
_LAST_TIER: Final = _FIRST + len(CODES) - 1
_CHART: Final = _LAST_TIER + 2
_LAST: Final = _CHART + 2
_CARD_ROW, _SECTION_ROW, _HEADER_ROW, _TOP = 4, 7, 8, 9
_DATA: Final = _LAST + 2
"""Where the codes and the charts' figures stand, beside the printed page."""
_TIER_WIDTH: Final = 33.0
_LINES: Final = 34.0
"""Characters of a strategy text that fit on one line of its cell."""
_CENTRED: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the page: a label and one formula per tier.

    ``{tier}`` stands for the tier's name, ``{code}`` for its code, ``{column}`` for its letter.
    """

    texts: tuple[str, str]
    formula: str
    kind: str = "words"
    longest: float = 0.0


def add_tiers_page(book: Workbook, lang: Lang) -> None:
    """Add the page."""
    say = Speaker(lang)
    sheet = new_result_page(
        book,
        SHEETS["tiers"][lang],
        say("Tier strategy", "客户分层管理策略"),
        as_of_line(lang),
        lang,
    )
    rule_off(sheet, _LAST)
    widths = {_LABELS: 28.0, _LAST_TIER + 1: 2.0}
    widths |= dict.fromkeys(range(_FIRST, _LAST_TIER + 1), _TIER_WIDTH)
    widths |= dict.fromkeys(range(_CHART, _LAST + 1), 19.0) | {_DATA: 18.0}
    set_widths(sheet, widths)
    _cards(book, sheet, say, lang)
    _names(book, sheet, lang)
    row = _block(sheet, _TOP, _figures(lang), RESULT, lang)
    row = _section(sheet, row, say("Who belongs there", "准入标准"))
    row = _block(sheet, row, _criteria(lang), CALCULATION, lang)
    row = _section(sheet, row, say("What each tier means", "各层级策略"))
    last = _block(sheet, row, _strategy(lang), CALCULATION, lang) - 1
    _charts(sheet, last, lang)
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{last}"
    sheet.freeze_panes = f"C{_TOP}"


def _cards(book: Workbook, sheet: Worksheet, say: Speaker, lang: Lang) -> None:
    tier, loss, capital = res("tier_now"), res("loss_now"), res("capital_now")
    exposure = customer("exposure", lang)
    cards = (
        ("total_customers", say("Customers", "客户数"), f'=COUNTIF({res("customer_id")},"?*")', "count", 2, 2),
        ("total_exposure", say("Exposure", "敞口"), f"=SUM({exposure})", "money", 3, 3),
        ("total_loss", say("Expected loss", "预期损失"), f'=SUMIFS({loss},{loss},">=0")', "number", 4, 4),
        ("total_capital", say("Capital", "资本占用"), f'=SUMIFS({capital},{capital},">=0")', "number", 5, 5),
        ("total_profit", say("Income less expected loss", "风险后收益"),
         f'=SUMIFS({res("profit_now")},{tier},"?*")', "number", 6, 6),
        ("return_on_capital", say("Return on capital", "资本回报率"),
         "=IF(total_capital=0,0,total_profit/total_capital)", "rate", _CHART, _CHART + 1),
        ("not_classified", say("Without a tier", "未分层"),
         f'=total_customers-COUNTIF({tier},"?*")', "count", _LAST, _LAST),
    )  # fmt: skip
    for name, text, formula, kind, first, last in cards:
        define(book, name, card(sheet, _CARD_ROW, first, last, text, formula, kind))
    sheet.row_dimensions[_CARD_ROW + 2].height = 8


def _names(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """The tiers' names across, and their codes beside the page."""
    say = Speaker(lang)
    _section(sheet, _SECTION_ROW, say("The tiers in figures", "各层级数据"))
    headers(sheet, _HEADER_ROW, _LABELS, [say("Risk tier", "风险层级")])
    sheet.row_dimensions[_HEADER_ROW].height = 22
    for i in range(len(CODES)):
        code = f"{get_column_letter(_DATA + 1 + i)}{_SECTION_ROW}"
        put(
            sheet,
            _SECTION_ROW,
            _DATA + 1 + i,
            f"=INDEX({TIERS.column('tier', lang)},{i + 1})",
            UNIT,
        )
        label = udf("CR_STRATEGY", tier=code, item='"label"', policy=STRATEGY.whole, lang="lang")
        put(sheet, _HEADER_ROW, _FIRST + i, f"={label}", HEADER)
    names = Box(sheet, _HEADER_ROW, _FIRST, _HEADER_ROW, _LAST_TIER)
    define(book, "tier_names", names)
    colour_tiers(names)


def _section(sheet: Worksheet, row: int, text: str) -> int:
    put(sheet, row, _LABELS, text, SECTION)
    sheet.row_dimensions[row].height = 22
    return row + 1


def _block(sheet: Worksheet, top: int, rows: tuple[_Row, ...], style: str, lang: Lang) -> int:
    """Write rows from a row on; returns the next free one."""
    say = Speaker(lang)
    for row, one in enumerate(rows, start=top):
        put(sheet, row, _LABELS, say(*one.texts), LABEL)
        for i, column in enumerate(range(_FIRST, _LAST_TIER + 1)):
            letter = get_column_letter(column)
            code = f"{get_column_letter(_DATA + 1 + i)}${_SECTION_ROW}"
            places = {"tier": f"{letter}${_HEADER_ROW}", "code": code, "column": letter}
            text = one.longest > 0
            put(
                sheet, row, column, one.formula.format(**places), PROSE if text else style, one.kind
            )
            if not text:
                sheet.cell(row, column).alignment = _CENTRED
        lines = math.ceil(one.longest / _LINES)
        sheet.row_dimensions[row].height = max(17.0, 12.8 * lines + 5)
    return top + len(rows)


def _figures(lang: Lang) -> tuple[_Row, ...]:
    tier, exposure = res("tier_now"), customer("exposure", lang)

    def total(column: str) -> str:
        return f"SUMIFS({column},{tier},{{tier}})"

    customers, whole = f"COUNTIF({tier},{{tier}})", total(exposure)
    here = {name: f"{{column}}{_TOP + place}" for name, place in _PLACES.items()}
    return (
        _Row(("Customers", "客户数"), f"={customers}", "count"),
        _Row(("Share of customers", "客户占比"),
             f"=IF(total_customers=0,0,{here['customers']}/total_customers)", "rate"),
        _Row(("Exposure, CNY 10k", "敞口（万元）"), f"={whole}", "money"),
        _Row(("Share of exposure", "敞口占比"),
             f"=IF(total_exposure=0,0,{here['exposure']}/total_exposure)", "rate"),
        _Row(("Expected loss, CNY 10k", "预期损失（万元）"), f"={total(res('loss_now'))}", "number"),
        _Row(("Expected loss / exposure", "预期损失率"),
             f"=IF({here['exposure']}=0,0,{here['loss']}/{here['exposure']})", "pd"),
        _Row(("Capital, CNY 10k", "资本占用（万元）"), f"={total(res('capital_now'))}", "number"),
        _Row(("Income, CNY 10k", "收入（万元）"), f"={total(res('income_now'))}", "number"),
        _Row(("Income less expected loss", "风险后收益（万元）"), f"={total(res('profit_now'))}", "number"),
        _Row(("Return on capital", "资本回报率"),
             f"=IF({here['capital']}=0,0,{here['profit']}/{here['capital']})", "rate"),
        _Row(("Limits, CNY 10k", "授信额度（万元）"), f"={total(res('limit_now'))}", "money"),
    )  # fmt: skip


_PLACES: Final = {"customers": 0, "exposure": 2, "loss": 4, "capital": 6, "profit": 8}
"""Rows of the figures that others use, counted from the first."""


def _criteria(lang: Lang) -> tuple[_Row, ...]:
    def limit(column: str) -> str:
        found = (
            f"INDEX({TIERS.column(column, lang)},MATCH({{code}},{TIERS.column('tier', lang)},0))"
        )
        return f'=IF({found}="","–",{found})'

    return (
        _Row(("PD below", "违约概率低于"), limit("pd_upper"), "pd"),
        _Row(("Among the best by value", "价值位次低于"), limit("value_share"), "rate"),
    )


def _strategy(lang: Lang) -> tuple[_Row, ...]:
    def item(name: str) -> str:
        call = udf("CR_STRATEGY", tier="{tier}", item=f'"{name}"', policy=STRATEGY.whole, lang="lang")  # fmt: skip
        return f"={call}"

    def service(name: str) -> str:
        return (
            f"=INDEX({SERVICE.column(name, lang)},MATCH({{code}},{SERVICE.column('tier', lang)},0))"
        )

    def words(name: str) -> float:
        return max(text_width(text) for text in STRATEGY.table.rows[f"{name}_{lang}"])

    said = [SERVICE.column(f"service_{one}", lang) for one in ("zh", "en")]
    place = f"MATCH({{code}},{SERVICE.column('tier', lang)},0)"
    care = f'=IF(lang="zh",INDEX({said[0]},{place}),INDEX({said[1]},{place}))'
    care_width = max(text_width(text) for text in SERVICE.table.rows[f"service_{lang}"])
    return (
        _Row(("Approval path", "审批路径"), item("approval"), longest=words("approval")),
        _Row(("Spread over LPR, bp", "LPR 加点（基点）"), item("spread_bp"), "count"),
        _Row(("Limit, times net worth", "授信额度（净资产倍数）"), item("limit_multiple"), "times"),
        _Row(("Lent per collateral, up to", "最高抵押率"), item("max_ltv"), "rate"),
        _Row(("Collateral", "担保要求"), item("collateral"), longest=words("collateral")),
        _Row(("Repayment", "还款安排"), item("repayment"), longest=words("repayment")),
        _Row(("Monitoring", "监控要求"), item("monitoring"), longest=words("monitoring")),
        _Row(("Review every, months", "复评间隔（月）"), item("review_months"), "count"),
        _Row(("Service", "服务内容"), care, longest=care_width),
        _Row(("Visits per year", "每年走访次数"), service("visits"), "count"),
        _Row(("Answer within, working days", "答复时限（工作日）"), service("answer_days"), "count"),
        _Row(("Products", "适用产品"), item("products"), longest=words("products")),
        _Row(("Actions", "管理措施"), item("actions"), longest=words("actions")),
        _Row(("Owner", "责任人"), item("owner"), longest=words("owner")),
    )  # fmt: skip


def _charts(sheet: Worksheet, last: int, lang: Lang) -> None:
    """Two charts at the right: what each tier has of everything, and what it earns."""
    say = Speaker(lang)
    put(sheet, _HEADER_ROW, _DATA, None, UNIT)
    shares = (
        (say("Customers", "客户数"), "={column}" + str(_TOP + 1)),
        (say("Exposure", "敞口"), "={column}" + str(_TOP + 3)),
        (say("Expected loss", "预期损失"), "=IF(total_loss=0,0,{column}" + f"{_TOP + 4}/total_loss)"),
        (say("Capital", "资本占用"), "=IF(total_capital=0,0,{column}" + f"{_TOP + 6}/total_capital)"),
    )  # fmt: skip
    for i in range(len(CODES)):
        letter = get_column_letter(_FIRST + i)
        put(sheet, _HEADER_ROW, _DATA + 1 + i, f"={letter}{_HEADER_ROW}", UNIT)
        for j, (_, formula) in enumerate(shares):
            cell = formula.format(column=letter)
            put(sheet, _TOP + j, _DATA + 1 + i, cell, UNIT, "share")
    for j, (text, _) in enumerate(shares):
        put(sheet, _TOP + j, _DATA, text, UNIT)
    bottom = _TOP + len(shares) - 1
    names = Box(sheet, _TOP, _DATA, bottom, _DATA)
    columns = range(_DATA + 1, _DATA + 1 + len(CODES))
    series = [Box(sheet, _HEADER_ROW, column, bottom, column) for column in columns]
    colours = tuple(TIER_COLOURS[code] for code in CODES)
    chart = bars(
        say("Shares by tier", "各层级占比"), names, series, lang, number_format='[<0.04]"";0%',
        colours=colours, stacked="percentStacked",
        label_colours=tuple(text_on_tier(code) for code in CODES),
    )  # fmt: skip
    chart.y_axis.number_format = "0%"
    spot = Box(sheet, _HEADER_ROW, _CHART, last, _LAST)
    place(sheet, chart, spot, part=0, parts=2)
    _earnings_chart(sheet, spot, bottom + 2, lang)


def _earnings_chart(sheet: Worksheet, spot: Box, top: int, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, top, _DATA, None, UNIT)
    rows = ((say("Income", "收入"), _TOP + 7), (say("Expected loss", "预期损失"), _TOP + 4))
    for j, (text, source) in enumerate(rows):
        put(sheet, top, _DATA + 1 + j, text, UNIT)
        for i in range(len(CODES)):
            cell = f"={get_column_letter(_FIRST + i)}{source}"
            put(sheet, top + 1 + i, _DATA + 1 + j, cell, UNIT, "number")
    for i in range(len(CODES)):
        put(sheet, top + 1 + i, _DATA, f"={get_column_letter(_FIRST + i)}{_HEADER_ROW}", UNIT)
    names = Box(sheet, top + 1, _DATA, top + len(CODES), _DATA)
    series = [Box(sheet, top, _DATA + 1 + j, top + len(CODES), _DATA + 1 + j) for j in range(2)]
    title = say("Income and expected loss, CNY 10k", "收入与预期损失（万元）")
    chart = bars(title, names, series, lang, colours=("17324D", "B23A48"))
    place(sheet, chart, spot, part=1, parts=2)
