"""The dashboard: colours, signals, trends and moves at a glance; the figures stand on page two."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, card, define, headers, put
from workbook_templates.charts import bars, place
from workbook_templates.early_warning.layout import (
    COLOURS,
    INDICATORS,
    PERIODS,
    QUARTERS,
    SHEETS,
    SIGNALS,
    TIER_STRATEGY,
    WARNINGS,
    period_name,
    result_name,
    trend_name,
)
from workbook_templates.early_warning.results import colour_name
from workbook_templates.early_warning.signals import FIRST_ROW as FIRST_SIGNAL_ROW
from workbook_templates.early_warning.signals import FIRST_SIGNAL, HEADER_ROW
from workbook_templates.early_warning.trends import DETERIORATING, indicator_label
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import new_result_page, rule_off, set_widths
from workbook_templates.pages.word_colours import (
    WARNING_COLOURS,
    colour_warnings,
    ink_on,
)
from workbook_templates.style import BAD, CALCULATION, LABEL, NAVY, SECTION, TEAL, TOTAL

_PANELS: Final = (2, 8, 14)
"""First columns of the three panels; each has a label and four figures."""
_LAST: Final = 18
_CARD_ROWS: Final = (4, 7)
_CHART_ROWS: Final = (10, 26)
_CHART_HEIGHT: Final = 15
_BEHIND: Final = 43
_SECOND: Final = _BEHIND + len(WARNINGS) + 4
_KINDS: Final = ("words", "tally", "tally", "tally", "tally")


def add_dashboard_sheet(book: Workbook, customers: int, lang: Lang) -> None:
    """Add the dashboard."""
    say = Speaker(lang)
    latest = period_name(PERIODS)
    sheet = new_result_page(
        book,
        SHEETS["dashboard"][lang],
        say("Early-warning dashboard", "客户预警看板"),
        say(
            f'="As of "&TEXT(asof,"yyyy-mm-dd")&"  ·  period "&{latest}&"  ·  amounts in CNY 10k"',
            f'="基准日 "&TEXT(asof,"yyyy-mm-dd")&"  ·  本期 "&{latest}&"  ·  金额单位：万元"',
        ),
        lang,
    )
    rule_off(sheet, _LAST)
    for panel in _PANELS:
        widths = {panel: 24.0, panel + 5: 2.0}
        widths |= dict.fromkeys(range(panel + 1, panel + 5), 10.5)
        set_widths(sheet, widths)
    _cards(book, sheet, say)
    for row in range(_CHART_ROWS[0], _BEHIND):
        sheet.row_dimensions[row].height = 19
    colours = _colours(book, sheet, lang)
    quarters = _quarters(book, sheet, lang)
    signals = _signals(book, sheet, customers, lang)
    moves = _moves(sheet, lang)
    trends = _trends(sheet, lang)
    tiers = _tiers(sheet, lang)
    _charts(sheet, (quarters, colours, signals, trends, moves, tiers), lang)
    # The figures behind the charts stay off the paper.
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{_BEHIND - 1}"


def _cards(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    names = ("customer_id", "balance", "hard", "missing", "move", "next_review", "falling")
    customers, balance, hard, missing, move, review, falling = (result_name(n) for n in names)
    worse = say("worse", "恶化")
    rows = (
        (
            ("total_customers", say("Customers", "客户数"), f'=COUNTIF({customers},"?*")', "count"),
            ("total_balance", say("Balance", "贷款余额"), f"=SUM({balance})", "money"),
            ("", say("On the watch list", "关注客户数"), "=watched", "count"),
            ("", say("Balance watched", "关注贷款余额"), "=watched_balance", "money"),
            ("", say("Share of balance watched", "关注余额占比"),
             "=IF(total_balance=0,0,watched_balance/total_balance)", "rate"),
            ("", say("To pay down", "需压降合计"), "=watched_excess", "money"),
        ),
        (
            ("", say("Worse than last quarter", "较上季恶化"), f'=COUNTIF({move},"{worse}")', "count"),
            ("", say("With a hard trigger", "直接触发客户数"), f'=COUNTIF({hard},"?*")', "count"),
            ("", say("With missing inputs", "有缺失数据客户数"), f'=COUNTIF({missing},"?*")', "count"),
            ("", say("With deteriorating trends", "有指标恶化客户数"), f'=COUNTIF({falling},">0")', "count"),
            ("", say("Reviews due soon", "近期到期复评"),
             f'=COUNTIF({review},"<="&asof+review_notice_days)', "count"),
            ("", say("Checks, differences", "核对差额"), "=check_total", "number"),
        ),
    )  # fmt: skip
    for row, cards in zip(_CARD_ROWS, rows, strict=True):
        for i, (name, text, formula, kind) in enumerate(cards):
            panel = _PANELS[i // 2]
            first, last = (panel, panel) if i % 2 == 0 else (panel + 1, panel + 4)
            made = card(sheet, row, first, last, text, formula, kind)
            if name:
                define(book, name, made)
        sheet.row_dimensions[row + 2].height = 6


def _block(
    sheet: Worksheet, top: int, panel: int, texts: list[str], rows: list[list[CellValue]]
) -> Box:
    """A small table of figures; its first text is its title. Returns it with its header row."""
    put(sheet, top, panel, texts[0], SECTION)
    headers(sheet, top + 1, panel, texts)
    sheet.row_dimensions[top + 1].height = 28
    for row, values in enumerate(rows, start=top + 2):
        for i, value in enumerate(values):
            put(sheet, row, panel + i, value, LABEL if i == 0 else CALCULATION, _KINDS[i])
    return Box(sheet, top + 1, panel, top + 1 + len(rows), panel + len(texts) - 1)


def _label(english: str, chinese: str, number: int) -> str:
    return f'=IFERROR(IF(lang="zh",INDEX({chinese},{number}),INDEX({english},{number})),"")'


def _colours(book: Workbook, sheet: Worksheet, lang: Lang) -> Box:
    say = Speaker(lang)
    english, chinese = (COLOURS.column(f"label_{x}", lang) for x in ("en", "zh"))
    colour, letter = colour_name(QUARTERS), get_column_letter(_PANELS[0])
    rows: list[list[CellValue]] = []
    for number in range(1, len(WARNINGS) + 1):
        cell = f"${letter}{_BEHIND + 1 + number}"
        sums = (f"=SUMIFS({result_name(n)},{colour},{cell})" for n in ("balance", "excess"))
        count = f"=COUNTIF({colour},{cell})"
        rows.append([_label(english, chinese, number), count, *sums])
    texts = [say("Colour", "预警颜色"), say("Customers", "客户数"), say("Balance", "贷款余额"),
             say("To pay down", "需压降")]  # fmt: skip
    block = _block(sheet, _BEHIND, _PANELS[0], texts, rows)
    colour_warnings(Box(sheet, block.top + 1, block.left, block.bottom, block.left))
    for i, name in enumerate(("colour_customers", "colour_balance"), start=1):
        total = Box(sheet, block.bottom + 1, block.left + i, block.bottom + 1, block.left + i)
        column = get_column_letter(total.left)
        summed = f"=SUM({column}{block.top + 1}:{column}{block.bottom})"
        put(sheet, total.top, total.left, summed, TOTAL, "count")
        define(book, name, total)
    put(sheet, block.bottom + 1, block.left, say("Total", "合计"), TOTAL)
    return block


def _quarters(book: Workbook, sheet: Worksheet, lang: Lang) -> Box:
    """Customers by colour in each of the last quarters."""
    say = Speaker(lang)
    english, chinese = (COLOURS.column(f"label_{x}", lang) for x in ("en", "zh"))
    letter = get_column_letter(_PANELS[1])
    rows: list[list[CellValue]] = []
    for number in range(1, len(WARNINGS) + 1):
        cell = f"${letter}{_BEHIND + 1 + number}"
        counts = [f"=COUNTIF({colour_name(q)},{cell})" for q in range(1, QUARTERS + 1)]
        rows.append([_label(english, chinese, number), *counts])
    names = [f"={period_name(PERIODS - QUARTERS + q)}" for q in range(1, QUARTERS + 1)]
    block = _block(sheet, _BEHIND, _PANELS[1], [say("By quarter", "各季客户数"), *names], rows)
    colour_warnings(Box(sheet, block.top + 1, block.left, block.bottom, block.left))
    define(
        book, "quarter_counts", Box(sheet, block.top + 1, block.right, block.bottom, block.right)
    )
    return block


def _signals(book: Workbook, sheet: Worksheet, customers: int, lang: Lang) -> Box:
    """How many customers each signal is raised for."""
    say = Speaker(lang)
    source = SHEETS["signals"][lang]
    rows: list[list[CellValue]] = []
    for i in range(len(SIGNALS)):
        letter = get_column_letter(FIRST_SIGNAL + i)
        cells = f"'{source}'!${letter}${FIRST_SIGNAL_ROW}:${letter}${HEADER_ROW + customers}"
        name = f"='{source}'!{letter}${HEADER_ROW}"
        rows.append([name, f'=COUNTIF({cells},">0")', f"=SUM({cells})"])
    texts = [say("Signal", "信号"), say("Customers", "客户数"), say("Points", "分值")]
    block = _block(sheet, _BEHIND, _PANELS[2], texts, rows)
    for row in range(block.top + 1, block.bottom + 1):
        sheet.cell(row, block.left).alignment = Alignment(
            horizontal="left", vertical="center", indent=1, shrink_to_fit=True
        )
    define(book, "signal_totals", Box(sheet, block.top + 1, block.right, block.bottom, block.right))
    return block


def _moves(sheet: Worksheet, lang: Lang) -> Box:
    say = Speaker(lang)
    move, customers = result_name("move"), result_name("customer_id")
    words = (say("worse", "恶化"), say("unchanged", "不变"), say("better", "好转"))
    rows: list[list[CellValue]] = [[word, f'=COUNTIF({move},"{word}")'] for word in words]
    first = _SECOND + 2
    letter = get_column_letter(_PANELS[0] + 1)
    new = f'=COUNTIF({customers},"?*")-SUM({letter}{first}:{letter}{first + len(words) - 1})'
    rows.append([say("new", "新增"), new])
    texts = [say("Move", "变动"), say("Customers", "客户数")]
    return _block(sheet, _SECOND, _PANELS[0], texts, rows)


def _trends(sheet: Worksheet, lang: Lang) -> Box:
    say = Speaker(lang)
    rows: list[list[CellValue]] = [
        [indicator_label(one, lang), f"=COUNTIF({trend_name(one)},{DETERIORATING})"]
        for one in INDICATORS
    ]
    texts = [say("Indicator", "指标"), say("Deterio-rating", "恶化客户数")]
    return _block(sheet, _SECOND, _PANELS[1], texts, rows)


def _tiers(sheet: Worksheet, lang: Lang) -> Box:
    """Who is watched in each risk tier."""
    say = Speaker(lang)
    tier, grave, balance = (result_name(name) for name in ("tier", "severity", "balance"))
    names = TIER_STRATEGY.column("tier" if lang == "en" else "label_zh", lang)
    top = _SECOND + len(INDICATORS) + 4
    letter = get_column_letter(_PANELS[0])
    rows: list[list[CellValue]] = []
    for i in range(1, len(TIER_STRATEGY.table.rows) + 1):
        cell = f"${letter}{top + 1 + i}"
        watched = f'{tier},{cell},{grave},">0"'
        unwatched = f"{tier},{cell},{grave},0"
        rows.append(
            [f'=IFERROR(INDEX({names},{i}),"")', f"=COUNTIFS({unwatched})", f"=COUNTIFS({watched})",
             f"=SUMIFS({balance},{watched})"]
        )  # fmt: skip
    texts = [say("Risk tier", "风险层级"), say("Not watched", "未列入"), say("Watched", "关注"),
             say("Balance watched", "关注余额")]  # fmt: skip
    return _block(sheet, top, _PANELS[0], texts, rows)


def _charts(sheet: Worksheet, blocks: tuple[Box, ...], lang: Lang) -> None:
    say = Speaker(lang)
    quarters, colours, signals, trends, moves, tiers = blocks
    spots = [
        Box(sheet, top, panel, top + _CHART_HEIGHT, panel + 4)
        for top in _CHART_ROWS
        for panel in _PANELS
    ]
    palette = [WARNING_COLOURS[name] for name in WARNINGS]
    series = [
        Box(sheet, row, quarters.left, row, quarters.right)
        for row in range(quarters.top + 1, quarters.bottom + 1)
    ]
    names = Box(sheet, quarters.top, quarters.left + 1, quarters.top, quarters.right)
    chart = bars(say("Customers by colour and quarter", "各季预警颜色客户数"), names, series, lang,
                 colours=palette, stacked="stacked", number_format="0;;",
                 label_colours=[ink_on(colour) for colour in palette])  # fmt: skip
    place(sheet, chart, spots[0])
    charts = (
        (say("Balance by colour", "各颜色贷款余额"), colours, 2, NAVY, "col"),
        (say("Customers by signal", "各信号客户数"), signals, 1, TEAL, "bar"),
        (say("Customers with a deteriorating trend", "指标恶化客户数"), trends, 1, BAD, "bar"),
        (say("Colours against the quarter before", "较上季的颜色变动"), moves, 1, NAVY, "col"),
    )
    for spot, (title, block, column, colour, direction) in zip(spots[1:], charts, strict=False):
        names = Box(sheet, block.top + 1, block.left, block.bottom, block.left)
        chart = bars(title, names, [block.column(column)], lang, colours=(colour,),
                     direction="bar" if direction == "bar" else "col")  # fmt: skip
        place(sheet, chart, spot)
    names = Box(sheet, tiers.top + 1, tiers.left, tiers.bottom, tiers.left)
    chart = bars(say("Watched customers by risk tier", "各风险层级关注客户"), names,
                 [tiers.column(1), tiers.column(2)], lang, stacked="stacked",
                 colours=("CBD5DF", NAVY), number_format="0;;",
                 label_colours=("1F2A37", "FFFFFF"))  # fmt: skip
    place(sheet, chart, spots[5])
