"""The financing plan: what the money is for, by which channels it comes, and what it costs."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.charts import bars, place
from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.key_account.case import SOURCES, USES
from workbook_templates.key_account.layout import title
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.cards import fit_words, named_cards
from workbook_templates.one_customer.entry_form import Entry, add_entries
from workbook_templates.one_customer.entry_table import add_entry_table
from workbook_templates.one_customer.formulas import known, or_blank
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    HEADER,
    LABEL,
    NAVY,
    PROSE,
    RESULT,
    SECTION,
    TAB_INPUT,
    TEAL,
    TOTAL,
)

USE_ROWS: Final = 6
SOURCE_ROWS: Final = 7
HORIZON: Final = 10
"""Years that the repayment table looks ahead."""
_LEFT: Final = 2
LAST_COLUMN: Final = 13
_CARD_ROW: Final = 4
_SOURCE_ROW: Final = 11
_SOURCE_LAST: Final = _SOURCE_ROW + SOURCE_ROWS
_YEARS_ROW: Final = _SOURCE_LAST + 4
_YEARS_LAST: Final = _YEARS_ROW + SOURCE_ROWS
_USES_ROW: Final = _YEARS_LAST + 6
_MONEY: Final = 1e9
_COLOURS: Final = (NAVY, TEAL, "8FB8C8", "CBD5DF", "5F6C7B", "A9C9D6", "E3A83B")


def add_financing_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet; blended cost, channels and years have names that other sheets use."""
    say = Speaker(lang)
    setup = PageSetup(
        title=title("financing", lang),
        subtitle=say(
            "CNY 10k. Channels side by side: all-in cost with fees spread over the term, repayment year by year.",
            "单位：万元。各渠道并列：综合成本含期限内摊销的一次性费用，逐年还本。",
        ),
        tab=TAB_INPUT,
        pages_high=1,
    )
    sheet = new_page(book, title("financing", lang), setup, lang)
    set_widths(sheet, {_LEFT: 38} | dict.fromkeys(range(3, LAST_COLUMN + 1), 14.0))
    rule_off(sheet, LAST_COLUMN)
    _sources(book, sheet, lang)
    _repayments(book, sheet, lang)
    _uses(book, sheet, lang)
    _cards(book, sheet, lang)


def mix(out: str) -> str:
    """The blended cost of the plan."""
    return udf(
        "CR_MIXCOST",
        amounts="source_amounts",
        rates="source_rates",
        fees="source_fees",
        years="source_years",
        channels="source_names",
        out=f'"{out}"',
        lang="lang",
    )


def _sources(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, _SOURCE_ROW - 1, _LEFT, say("Channels", "融资渠道"), SECTION)
    kinds = {"equal": say("equal parts", "等额分期"), "bullet": say("bullet", "到期一次")}
    columns = (
        Entry("source_names", "Channel", "渠道", "words", None),
        Entry("source_amounts", "Amount", "金额", "money", None, lower=0, upper=_MONEY),
        Entry("source_rates", "Rate a year", "年利率", "pd", None, lower=0, upper=0.36),
        Entry("source_fees", "One-off fee", "一次性费用率", "pd", None, lower=0, upper=0.2),
        Entry("source_years", "Years", "期限（年）", "code", None, lower=1, upper=HORIZON,
              help=("Whole years, 1 to 10.", "整年，1 至 10。")),
        Entry("source_repayment", "Repayment", "还本方式", "words", None, choices=tuple(kinds.values())),
    )  # fmt: skip
    rows = [
        (say(*name), amount, rate, fee, years, kinds[repayment])
        for name, amount, rate, fee, years, repayment in SOURCES
    ]
    spot = Box(sheet, _SOURCE_ROW, _LEFT, _SOURCE_LAST, _LEFT + len(columns) - 1)
    add_entry_table(book, sheet, spot, columns, rows, lang)
    headers(
        sheet,
        _SOURCE_ROW,
        8,
        [say("All-in cost", "综合成本"), say("Share", "占比"), say("Above blended", "高于平均")],
    )
    for row in range(_SOURCE_ROW + 1, _SOURCE_LAST + 1):
        alone = udf(
            "CR_MIXCOST", amounts=f"C{row}", rates=f"D{row}", fees=f"E{row}", years=f"F{row}"
        )
        put(sheet, row, 8, f'=IF(C{row}="","",IFERROR({alone},missing))', RESULT, "pd")
        put(
            sheet,
            row,
            9,
            or_blank(f'IF(C{row}="","",C{row}/SUM(source_amounts))'),
            CALCULATION,
            "rate",
        )
        put(sheet, row, 10, or_blank(f'IF(C{row}="","",H{row}-blended_cost)'), CALCULATION, "pd")
        sheet.row_dimensions[row].height = 18
    total = _SOURCE_LAST + 1
    put(sheet, total, _LEFT, say("Total", "合计"), TOTAL, "words")
    for column in range(3, 11):
        put(sheet, total, column, None, TOTAL)
    put(sheet, total, 3, "=SUM(source_amounts)", TOTAL, "money")
    put(sheet, total, 8, known(mix("value")), TOTAL, "pd")
    put(sheet, total, 9, f"=SUM(I{_SOURCE_ROW + 1}:I{_SOURCE_LAST})", TOTAL, "rate")
    define(book, "total_sources", Box(sheet, total, 3, total, 3))
    define(book, "blended_cost", Box(sheet, total, 8, total, 8))
    define(book, "source_costs", Box(sheet, _SOURCE_ROW + 1, 8, _SOURCE_LAST, 8))
    define(book, "source_shares", Box(sheet, total, 9, total, 9))
    costs = bars(
        say("All-in cost by channel", "各渠道综合成本"),
        Box(sheet, _SOURCE_ROW + 1, _LEFT, _SOURCE_LAST, _LEFT),
        [Box(sheet, _SOURCE_ROW, 8, _SOURCE_LAST, 8)],
        lang, number_format="0.00%", colours=(TEAL,), direction="bar",
    )  # fmt: skip
    place(sheet, costs, Box(sheet, _SOURCE_ROW - 1, 11, total, LAST_COLUMN))


def _repayments(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """Principal by channel and year; the cash flow that covers it."""
    say = Speaker(lang)
    put(sheet, _YEARS_ROW - 1, _LEFT, say("Principal due by year", "逐年还本"), SECTION)
    headers(
        sheet, _YEARS_ROW, _LEFT, [say("Channel", "渠道"), *[""] * HORIZON, say("Total", "合计")]
    )
    for place_of in range(1, HORIZON + 1):
        put(sheet, _YEARS_ROW, 2 + place_of, place_of, HEADER, "code")
    last_year = get_column_letter(2 + HORIZON)
    first = _YEARS_ROW + 1
    for i in range(SOURCE_ROWS):
        row, source = first + i, _SOURCE_ROW + 1 + i
        put(sheet, row, _LEFT, f'=IF(B{source}="","–",B{source})', LABEL)
        for column in range(3, 3 + HORIZON):
            year = f"{get_column_letter(column)}${_YEARS_ROW}"
            amount, years = f"$C{source}", f"$F{source}"
            equal = f"({year}<={years})*{amount}/{years}"
            due = f"IF($G{source}=bullet_word,({year}={years})*{amount},{equal})"
            put(
                sheet, row, column, f'=IF(COUNT({amount},{years})=2,{due},"")', CALCULATION, "money"
            )
        put(
            sheet,
            row,
            3 + HORIZON,
            f'=IF(COUNT(C{row}:{last_year}{row})=0,"",SUM(C{row}:{last_year}{row}))',
            CALCULATION,
            "money",
        )
        sheet.row_dimensions[row].height = 18
    lines = (
        ("principal_due", say("Principal due", "到期本金合计"), f"=SUM({{c}}{first}:{{c}}{_YEARS_LAST})", TOTAL, "money"),
        ("principal_cover", say("Covered by cash flow, times", "现金流覆盖倍数"),
         f'=IF(AND({{c}}{_YEARS_LAST + 1}>0,ISNUMBER(plan_cash_flow)),plan_cash_flow/{{c}}{_YEARS_LAST + 1},"")', CALCULATION, "times"),
        ("cover_status", say("Status", "状态"),
         f'=IF({{c}}{_YEARS_LAST + 2}="","",IF({{c}}{_YEARS_LAST + 2}<least_cover,short_word,covered_word))', RESULT, "words"),
    )  # fmt: skip
    for row, (name, text, formula, style, kind) in enumerate(lines, start=_YEARS_LAST + 1):
        put(sheet, row, _LEFT, text, style if style == TOTAL else LABEL, "words")
        for column in range(3, 3 + HORIZON):
            put(sheet, row, column, formula.format(c=get_column_letter(column)), style, kind)
        put(sheet, row, 3 + HORIZON, None, style)
        define(book, name, Box(sheet, row, 3, row, 2 + HORIZON))
        sheet.row_dimensions[row].height = 18
    total = _YEARS_LAST + 1
    put(sheet, total, 3 + HORIZON, f"=SUM(C{total}:{last_year}{total})", TOTAL, "money")
    define(book, "total_repaid", Box(sheet, total, 3 + HORIZON, total, 3 + HORIZON))
    define(book, "repayment_names", Box(sheet, first, _LEFT, _YEARS_LAST, _LEFT))
    status = Box(sheet, _YEARS_LAST + 3, 3, _YEARS_LAST + 3, 2 + HORIZON)
    colour_where(status, f"C{status.top}=short_word", ground=BAD_FILL)


def repayment_chart(book: Workbook, sheet: Worksheet, spot: Box, lang: Lang) -> None:
    """Principal due by year, one layer per channel, over a block of any sheet."""
    say = Speaker(lang)
    ((name, cells),) = book.defined_names["repayment_names"].destinations
    source = book[name]
    first = int(cells.split("$")[2].rstrip(":"))
    years = Box(source, _YEARS_ROW, 3, _YEARS_ROW, 2 + HORIZON)
    blocks = [Box(source, first + i, _LEFT, first + i, 2 + HORIZON) for i in range(SOURCE_ROWS)]
    chart = bars(
        say("Principal due by year and channel", "逐年分渠道还本（万元）"), years, blocks, lang,
        colours=_COLOURS, stacked="stacked",
    )  # fmt: skip
    last = get_column_letter(2 + HORIZON)
    for series, block in zip(chart.series, blocks, strict=True):
        series.tx.strRef.f = f"'{name}'!$B${block.top}"
        series.val.numRef.f = f"'{name}'!$C${block.top}:${last}${block.top}"
    place(sheet, chart, spot)


def _uses(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, _USES_ROW - 1, _LEFT, say("What the money is for", "资金用途"), SECTION)
    columns = (
        Entry("use_names", "Use", "用途", "words", None),
        Entry("use_amounts", "Amount", "金额", "money", None, lower=0, upper=_MONEY),
    )
    rows = [(say(*name), amount) for name, amount in USES]
    spot = Box(sheet, _USES_ROW, _LEFT, _USES_ROW + USE_ROWS, _LEFT + 1)
    add_entry_table(book, sheet, spot, columns, rows, lang)
    total = spot.bottom + 1
    put(sheet, total, _LEFT, say("Total", "合计"), TOTAL, "words")
    put(sheet, total, 3, "=SUM(use_amounts)", TOTAL, "money")
    define(book, "total_uses", Box(sheet, total, 3, total, 3))
    entries = (
        Entry("current_cost", "Cost of funding today", "现行融资成本", "pd", 0.0405, lower=0, upper=0.36),
        Entry("plan_cash_flow", "Cash flow a year for principal", "每年可用于还本的现金流", "money", 31000,
              lower=-_MONEY, upper=_MONEY),
    )  # fmt: skip
    add_entries(book, sheet, total + 2, _LEFT, entries, lang)
    define(book, "financing_data", Box(sheet, total + 2, 3, total + 3, 3))
    bottom = total + 3
    for row in range(_USES_ROW, bottom + 1):
        sheet.row_dimensions[row].height = sheet.row_dimensions[row].height or 18
    repayment_chart(book, sheet, Box(sheet, _USES_ROW - 1, 5, bottom, LAST_COLUMN), lang)


def _cards(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    saving = "(current_cost-blended_cost)*total_sources"
    cards = (
        ("", say("Total of the plan", "方案总额"), "=total_sources", "money", 2, 2),
        ("", say("Blended cost", "综合融资成本"), "=blended_cost", "pd", 3, 4),
        ("saving", say("Saved a year against today", "较现行成本年节约"), known(saving), "money", 5, 6),
        ("marginal_channel", say("Dearest channel in use", "最贵渠道"), known(mix("marginal")), "words", 7, 8),
        ("marginal_cost", say("Its all-in cost", "其综合成本"), known(mix("marginal_cost")), "pd", 9, 10),
        ("short_years", say("Years with too little cover", "覆盖不足年数"), "=COUNTIF(cover_status,short_word)", "count", 11, 13),
    )  # fmt: skip
    for _, kind, cell in named_cards(book, sheet, _CARD_ROW, cards):
        if kind == "words":
            fit_words(cell, lang)
    row = _CARD_ROW + 3
    put(sheet, row, _LEFT, say("Why", "说明"), LABEL)
    for column in range(_LEFT + 1, LAST_COLUMN + 1):
        put(sheet, row, column, None, PROSE)
    put(sheet, row, _LEFT + 1, or_blank(mix("why")), PROSE)
    sheet.merge_cells(Box(sheet, row, _LEFT + 1, row, LAST_COLUMN).address)
    sheet.row_dimensions[row].height = 34
    define(book, "financing_why", Box(sheet, row, _LEFT + 1, row, _LEFT + 1))
