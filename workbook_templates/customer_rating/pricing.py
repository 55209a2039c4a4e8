"""The pricing sheet: build-up of the rate, the quote against it, covenants, what the tier asks."""

from __future__ import annotations

from typing import Final

from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.charts import bars, place
from workbook_templates.customer_rating import layout
from workbook_templates.customer_rating.covenants import covenants_block, tier_block
from workbook_templates.customer_rating.layout import title
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.cards import fit_words, named_cards
from workbook_templates.one_customer.formulas import known, or_blank
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import (
    CALCULATION,
    LABEL,
    NAVY,
    PROSE,
    RESULT,
    SECTION,
    TAB_RESULT,
    TEAL,
    UNIT,
)

_LABEL, _VALUE, _WHY = 2, 3, 4
LAST_COLUMN: Final = 9
_CARD_ROW: Final = 4
_BUILD_ROW: Final = 8
_PARTS: Final = 7
"""Parts of the rate that CR_RATE tells: funding to fee."""
_CHART_DATA: Final = LAST_COLUMN + 2


def add_pricing_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet; the rates and the decision on the quote have names."""
    say = Speaker(lang)
    setup = PageSetup(
        title=title("pricing", lang),
        subtitle=say(
            "The rate that pays for funding, cost, expected loss and capital; the quote beside it; the terms.",
            "覆盖资金成本、运营成本、预期损失与资本回报的利率，与报价对照；授信条款。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, title("pricing", lang), setup, lang)
    set_widths(sheet, {2: 42, 3: 22, 4: 17, 5: 17, 6: 17, 7: 17, 8: 17, 9: 17, 10: 3, 11: 24, 12: 12, 13: 12})  # fmt: skip
    rule_off(sheet, LAST_COLUMN)
    _cards(book, sheet, lang)
    row = _build_up(book, sheet, lang)
    row = _quote(book, sheet, row + 2, lang)
    row = covenants_block(book, sheet, row + 2, lang)
    tier_block(book, sheet, row + 2, lang)
    sheet.print_area = f"B1:I{sheet.max_row}"


def rate_call(out: str) -> str:
    """The risk-based rate, or its parts."""
    return udf(
        "CR_RATE",
        funding_rate="funding_rate",
        operating_cost="operating_cost",
        pd="pd",
        lgd="lgd",
        fee="fee_rate",
        policy=layout.PRICING.whole,
        out=f'"{out}"',
        lang="lang",
    )


def spread_call(out: str) -> str:
    """The contract rate as the loan prime rate and a spread, not below the risk-based rate."""
    return udf(
        "CR_SPREAD",
        grade="grade",
        lpr="lpr",
        years="request_years",
        floor="minimum_rate",
        spreads=layout.SPREADS.whole,
        terms=layout.TERMS.whole,
        out=f'"{out}"',
        lang="lang",
    )


def check_call(out: str) -> str:
    """The quoted rate against the contract rate."""
    return udf(
        "CR_RATECHECK",
        quoted="quoted_rate",
        minimum="minimum_rate",
        authority=layout.EXCEPTIONS.whole,
        out=f'"{out}"',
        lang="lang",
    )


def raroc_call(out: str) -> str:
    """Return on capital at the quoted rate."""
    return udf(
        "CR_RAROC",
        rate="quoted_rate",
        funding_rate="funding_rate",
        operating_cost="operating_cost",
        pd="pd",
        lgd="lgd",
        fee="fee_rate",
        policy=layout.PRICING.whole,
        out=f'"{out}"',
        lang="lang",
    )


def _cards(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    cards = (
        ("minimum_rate", say("Minimum rate", "最低利率"), known(rate_call("value")), "pd", 2, 2),
        ("offer_rate", say("Rate by LPR and spread", "LPR 加点利率"), known(spread_call("rate")), "pd", 3, 4),
        ("", say("Rate quoted", "报价利率"), '=IF(quoted_rate="",missing,quoted_rate)', "pd", 5, 5),
        ("raroc", say("RAROC at the quote", "报价对应 RAROC"), known(raroc_call("value")), "rate", 6, 7),
        ("quote_decision", say("Decision on the quote", "报价审批结论"), known(check_call("value")), "words", 8, 9),
    )  # fmt: skip
    for name, _, cell in named_cards(book, sheet, _CARD_ROW, cards):
        if name == "quote_decision":
            fit_words(cell, lang)


def _build_up(book: Workbook, sheet: Worksheet, lang: Lang) -> int:
    """The parts of the rate with a waterfall; returns the last row."""
    say = Speaker(lang)
    put(sheet, _BUILD_ROW, _LABEL, say("Build-up of the minimum rate", "最低利率构成"), SECTION)
    sheet.row_dimensions[_BUILD_ROW].height = 22
    headers(sheet, _BUILD_ROW + 1, _LABEL, [say("Part", "构成"), say("Rate", "利率")])
    headers(sheet, _BUILD_ROW + 1, _CHART_DATA, [say("Chart data", "图表数据"), say("Below", "底"), say("Part", "构成")])  # fmt: skip
    top = _BUILD_ROW + 2
    for i in range(_PARTS):
        row = top + i
        for column, line, style, kind in ((_LABEL, 1, LABEL, "words"), (_VALUE, 2, CALCULATION, "pd")):  # fmt: skip
            part = f"INDEX({rate_call('table')},{line},ROWS(B${top}:B{row}))"
            put(sheet, row, column, or_blank(part), style, kind)
        sheet.row_dimensions[row].height = 20
        put(sheet, row, _CHART_DATA, f"=B{row}", UNIT)
        below = f"SUM(C${top}:C{row})-MAX(0,N(C{row}))"
        put(sheet, row, _CHART_DATA + 1, f"={below}", UNIT, "pd")
        put(sheet, row, _CHART_DATA + 2, f"=ABS(N(C{row}))", UNIT, "pd")
    row = top + _PARTS
    put(sheet, row, _LABEL, say("Minimum rate", "最低利率"), LABEL)
    put(
        sheet,
        row,
        _VALUE,
        f"=IF(COUNT(C{top}:C{row - 1})=0,missing,SUM(C{top}:C{row - 1}))",
        RESULT,
        "pd",
    )
    define(book, "rate_parts", Box(sheet, row, _VALUE, row, _VALUE))
    put(sheet, row + 1, _LABEL, say("Rate quoted", "报价利率"), LABEL)
    put(sheet, row + 1, _VALUE, '=IF(quoted_rate="","",quoted_rate)', RESULT, "pd")
    for line in (row, row + 1):
        put(sheet, line, _CHART_DATA, f"=B{line}", UNIT)
        put(sheet, line, _CHART_DATA + 1, 0, UNIT, "pd")
        put(sheet, line, _CHART_DATA + 2, f"=N(C{line})", UNIT, "pd")
        sheet.row_dimensions[line].height = 20
    _waterfall(
        sheet, Box(sheet, _BUILD_ROW + 1, _WHY, row + 1, LAST_COLUMN), top, row + 1, say, lang
    )
    return row + 1


def _waterfall(
    sheet: Worksheet, spot: Box, top: int, bottom: int, say: Speaker, lang: Lang
) -> None:
    names = Box(sheet, top, _CHART_DATA, bottom, _CHART_DATA)
    blocks = [
        Box(sheet, top - 1, column, bottom, column) for column in (_CHART_DATA + 1, _CHART_DATA + 2)
    ]
    chart = bars(
        say("From funding to the minimum rate", "从资金成本到最低利率"), names, blocks, lang,
        number_format="0.00%", colours=(NAVY, TEAL), stacked="stacked",
    )  # fmt: skip
    below = chart.series[0]
    below.graphicalProperties = GraphicalProperties(noFill=True)
    chart.legend = None
    place(sheet, chart, spot)


def _quote(book: Workbook, sheet: Worksheet, top: int, lang: Lang) -> int:
    """The reasons of price and return; returns the last row."""
    say = Speaker(lang)
    put(sheet, top, _LABEL, say("Reasons", "理由"), SECTION)
    sheet.row_dimensions[top].height = 22
    rows = (
        (say("Minimum rate", "最低利率"), rate_call("why"), "", "ISNUMBER(minimum_rate)"),
        (
            say("Rate by LPR and spread", "LPR 加点利率"),
            spread_call("why"),
            "spread_why",
            "ISNUMBER(offer_rate)",
        ),
        (say("RAROC at the quote", "报价对应 RAROC"), raroc_call("why"), "", "ISNUMBER(raroc)"),
        (
            say("Decision on the quote", "报价审批结论"),
            check_call("why"),
            "quote_why",
            "COUNT(minimum_rate,quoted_rate)=2",
        ),
    )
    row = top
    for row, (text, formula, name, needs) in enumerate(rows, start=top + 1):
        put(sheet, row, _LABEL, text, LABEL)
        for column in range(_VALUE, LAST_COLUMN + 1):
            put(sheet, row, column, None, PROSE)
        put(sheet, row, _VALUE, f"=IF({needs},{formula},missing)", PROSE)
        sheet.merge_cells(Box(sheet, row, _VALUE, row, LAST_COLUMN).address)
        sheet.row_dimensions[row].height = 32
        if name:
            define(book, name, Box(sheet, row, _VALUE, row, _VALUE))
    return row
