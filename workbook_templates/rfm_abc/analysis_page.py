"""The analysis: heat maps of recency and frequency, segments, classes, and the Pareto chart."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, define, headers, merge, put
from workbook_templates.charts import bars, pareto, place
from workbook_templates.conditions import heat_map
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import new_result_page, rule_off, set_widths
from workbook_templates.rfm_abc.layout import (
    SCORES,
    SEGMENT_ACTIONS,
    SEGMENT_COUNT,
    SEGMENTS,
    SHEETS,
    res,
)
from workbook_templates.style import CALCULATION, LABEL, RESULT, SECTION, TOTAL, UNIT

_LEFT: Final = 2
_SECOND: Final = _LEFT + SCORES + 2
_THIRD: Final = _SECOND + SCORES + 2
_LAST: Final = _THIRD + 5
_CARD_ROW, _MAPS = 4, 7
_MAP_TOP: Final = _MAPS + 2
_BELOW: Final = _MAP_TOP + SCORES + 2
_SEGMENT_TOP: Final = _BELOW + 2
_DATA: Final = _LAST + 2
_CUT_A, _CUT_B = 6, 7
_PLAYBOOK: Final = _SEGMENT_TOP + SEGMENT_COUNT + 2
_RANKS: Final = 40
"""Customers in the Pareto chart."""
_CENTRED: Final = Alignment(horizontal="center", vertical="center")


def add_analysis_page(book: Workbook, lang: Lang) -> None:
    """Add the page; its totals get names that the checks compare."""
    say = Speaker(lang)
    sheet = new_result_page(
        book,
        SHEETS["analysis"][lang],
        say("RFM and ABC analysis", "RFM 与 ABC 客户分析"),
        say(
            '="As of "&TEXT(asof,"yyyy-mm-dd")&"  ·  last "&rfm_months&" months  ·  amounts in CNY 10k"',
            '="基准日 "&TEXT(asof,"yyyy-mm-dd")&"  ·  近 "&rfm_months&" 个月  ·  金额单位：万元"',
        ),
        lang,
    )
    rule_off(sheet, _LAST)
    widths = {_LEFT: 24.0, _SECOND: 12.0, _SECOND - 1: 2.0, _THIRD - 1: 2.0, _DATA: 8.0}
    for first in (_LEFT + 1, _SECOND + 1):
        widths |= dict.fromkeys(range(first, first + SCORES), 14.0)
    widths |= dict.fromkeys(range(_THIRD, _LAST + 1), 13.5)
    set_widths(sheet, widths)
    _cards(book, sheet, say)
    _maps(book, sheet, say)
    _segments(book, sheet, lang)
    _classes(book, sheet, say)
    _charts(sheet, lang)
    bottom = _playbook(sheet, lang)
    _segments_by_class(book, sheet, say)
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{bottom}"


def _cards(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    gain, frequency, late = res("contribution"), res("frequency"), res("late")
    cards = (
        ("total_customers", say("Customers", "客户数"), f'=COUNTIF({res("customer_id")},"?*")', "count",
         _LEFT, _LEFT),
        ("active_customers", say("With income in the window", "有收入的客户"), f'=COUNTIF({frequency},">0")',
         "count", _LEFT + 1, _LEFT + 2),
        ("total_contribution", say("Contribution per year", "年综合贡献"), f"=SUM({gain})", "number",
         _LEFT + 3, _LEFT + SCORES),
        ("share_of_a", say("Customers in class A", "A 类客户占比"),
         f'=IF(total_customers=0,0,COUNTIF({res("abc")},"A")/total_customers)', "rate",
         _SECOND, _SECOND + 2),
        ("contribution_of_a", say("Contribution of class A", "A 类贡献占比"),
         f'=IF(total_contribution=0,0,SUMIFS({gain},{res("abc")},"A")/total_contribution)', "rate",
         _SECOND + 3, _SECOND + SCORES),
        ("contribution_late", say("Contribution of overdue", "逾期客户贡献占比"),
         f"=IF(total_contribution=0,0,SUMIFS({gain},{late},TRUE)/total_contribution)", "rate",
         _THIRD, _THIRD + 2),
        ("without_segment", say("Without a segment", "未细分客户"),
         f'=total_customers-COUNTIF({res("segment")},"?*")', "count", _THIRD + 3, _LAST),
    )  # fmt: skip
    for name, text, formula, kind, first, last in cards:
        define(book, name, card(sheet, _CARD_ROW, first, last, text, formula, kind))
    sheet.row_dimensions[_CARD_ROW + 2].height = 8


def _maps(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    """Customers and their contribution by recency (down) and frequency (across)."""
    r, f = res("r"), res("f")
    maps = (
        (_LEFT, say("Customers: recency (down) × frequency (across)", "客户数：最近一次（纵）× 频率（横）"),
         f"COUNTIFS({r},{{r}},{f},{{f}})", "tally", "map_customers"),
        (_SECOND, say("Contribution: recency × frequency", "综合贡献：最近一次 × 频率"),
         f"SUMIFS({res('contribution')},{r},{{r}},{f},{{f}})", "number", "map_contribution"),
    )  # fmt: skip
    for left, title, formula, kind, name in maps:
        put(sheet, _MAPS, left, title, SECTION)
        headers(sheet, _MAP_TOP - 1, left, ["R \\ F"])
        first = get_column_letter(left + 1)
        for i in range(SCORES):
            place_of = f"COLUMNS(${first}$1:{get_column_letter(left + 1 + i)}$1)"
            headers(sheet, _MAP_TOP - 1, left + 1 + i, [f'=IF({place_of}<=rfm_bins,{place_of},"")'])
            row = _MAP_TOP + i
            down = f"ROWS($A${_MAP_TOP}:$A{row})"
            put(sheet, row, left, f'=IF({down}<=rfm_bins,rfm_bins+1-{down},"")', LABEL, "code")
            sheet.cell(row, left).alignment = _CENTRED
            sheet.row_dimensions[row].height = 27
            for j in range(SCORES):
                across = f"{get_column_letter(left + 1 + j)}${_MAP_TOP - 1}"
                score = f"${get_column_letter(left)}{row}"
                # A blank criterion would count the rows without a customer.
                cell = formula.format(r=score, f=across)
                cell = f'=IF(({score}="")+({across}="")>0,0,{cell})'
                put(sheet, row, left + 1 + j, cell, CALCULATION, kind)
        body = Box(sheet, _MAP_TOP, left + 1, _MAP_TOP + SCORES - 1, left + SCORES)
        heat_map(body)
        define(book, name, body)
    sheet.row_dimensions[_MAPS].height = 22
    sheet.row_dimensions[_MAP_TOP - 1].height = 20


def _segments(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, _BELOW, _LEFT, say("Segments", "RFM 细分"), SECTION)
    sheet.row_dimensions[_BELOW].height = 22
    texts = [
        say("Segment", "细分类别"), say("Customers", "客户数"), say("Contribution", "综合贡献"),
        say("Share", "贡献占比"), say("Days since last", "平均间隔天数"), say("Goal", "目标"),
    ]  # fmt: skip
    headers(sheet, _SEGMENT_TOP - 1, _LEFT, texts)
    sheet.row_dimensions[_SEGMENT_TOP - 1].height = 30
    segment, gain, recency = res("segment"), res("contribution"), res("recency")
    labels = [SEGMENTS.column(f"label_{one}", lang) for one in ("zh", "en")]
    goals = [SEGMENT_ACTIONS.column(f"goal_{one}", lang) for one in ("zh", "en")]
    for i in range(SEGMENT_COUNT):
        row = _SEGMENT_TOP + i
        label = f'=IF(lang="zh",INDEX({labels[0]},{i + 1}),INDEX({labels[1]},{i + 1}))'
        put(sheet, row, _LEFT, label, LABEL)
        place_of = f"${get_column_letter(_DATA + 4)}{row}"
        days = f"=INDEX({SEGMENT_ACTIONS.column('days', lang)},{place_of})"
        code = f"INDEX({SEGMENTS.column('segment', lang)},{i + 1})"
        put(
            sheet,
            row,
            _DATA + 4,
            f"=MATCH({code},{SEGMENT_ACTIONS.column('segment', lang)},0)",
            UNIT,
        )
        put(sheet, row, _DATA + 5, days, UNIT)
        cells = (
            (f"=COUNTIF({segment},$B{row})", "tally", CALCULATION),
            (f"=SUMIFS({gain},{segment},$B{row})", "number", RESULT),
            (f"=IF(total_contribution=0,0,D{row}/total_contribution)", "rate", CALCULATION),
            (f"=IF(C{row}=0,0,SUMIFS({recency},{segment},$B{row})/C{row})", "tally", CALCULATION),
            (f'=IF(lang="zh",INDEX({goals[0]},{place_of}),INDEX({goals[1]},{place_of}))', "words", CALCULATION),
        )  # fmt: skip
        for j, (formula, kind, style) in enumerate(cells, start=_LEFT + 1):
            put(sheet, row, j, formula, style, kind)
        sheet.row_dimensions[row].height = 24
    bottom = _SEGMENT_TOP + SEGMENT_COUNT
    put(sheet, bottom, _LEFT, say("Total", "合计"), TOTAL)
    for j, kind in enumerate(("count", "number", "rate", "words", "words"), start=_LEFT + 1):
        letter = get_column_letter(j)
        total = f"=SUM({letter}{_SEGMENT_TOP}:{letter}{bottom - 1})" if kind != "words" else None
        put(sheet, bottom, j, total, TOTAL, kind)
    for name, column in (
        ("segment_names", _LEFT),
        ("segment_customers", _LEFT + 1),
        ("segment_contribution", _LEFT + 2),
        ("segment_rows", _DATA + 4),
        ("segment_days", _DATA + 5),
    ):
        define(book, name, Box(sheet, _SEGMENT_TOP, column, bottom - 1, column))


def _classes(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    """ABC classes below the Pareto chart."""
    top = _SEGMENT_TOP + SEGMENT_COUNT - 3
    put(sheet, top - 1, _THIRD, say("ABC classes", "ABC 类别"), SECTION)
    texts = [
        say("Class", "类别"), say("Customers", "客户数"), say("Share", "客户占比"),
        say("Contribution", "综合贡献"), say("Share", "贡献占比"), say("Average", "户均贡献"),
    ]  # fmt: skip
    headers(sheet, top, _THIRD, texts)
    abc, gain = res("abc"), res("contribution")
    b, c, e = (get_column_letter(_THIRD + i) for i in (0, 1, 3))
    for i, name in enumerate(("A", "B", "C"), start=1):
        row = top + i
        put(sheet, row, _THIRD, name, LABEL)
        sheet.cell(row, _THIRD).alignment = _CENTRED
        cells = (
            (f"=COUNTIF({abc},{b}{row})", "count", CALCULATION),
            (f"=IF(total_customers=0,0,{c}{row}/total_customers)", "rate", CALCULATION),
            (f"=SUMIFS({gain},{abc},{b}{row})", "number", RESULT),
            (f"=IF(total_contribution=0,0,{e}{row}/total_contribution)", "rate", CALCULATION),
            (f"=IF({c}{row}=0,0,{e}{row}/{c}{row})", "number", CALCULATION),
        )
        for j, (formula, kind, style) in enumerate(cells, start=_THIRD + 1):
            put(sheet, row, j, formula, style, kind)
    define(book, "class_customers", Box(sheet, top + 1, _THIRD + 1, top + 3, _THIRD + 1))
    define(book, "class_contribution", Box(sheet, top + 1, _THIRD + 3, top + 3, _THIRD + 3))


def _playbook(sheet: Worksheet, lang: Lang) -> int:
    """What to do with each segment; returns the last row."""
    say = Speaker(lang)
    top = _PLAYBOOK + 1
    put(sheet, _PLAYBOOK, _LEFT, say("What to do with each segment", "各细分客户的措施"), SECTION)
    sheet.row_dimensions[_PLAYBOOK].height = 22
    spans = (
        (_LEFT, _LEFT, say("Segment", "细分类别")),
        (_LEFT + 1, _SECOND + 1, say("Action", "措施")),
        (_SECOND + 2, _SECOND + 4, say("Channel", "渠道")),
        (_SECOND + SCORES, _SECOND + SCORES, say("Within days", "完成天数")),
    )
    for first, last, text in spans:
        headers(sheet, top, first, [text, *[""] * (last - first)])
        _join(sheet, top, first, last)
    sheet.row_dimensions[top].height = 20
    for i in range(SEGMENT_COUNT):
        row, source = top + 1 + i, _SEGMENT_TOP + i
        place_of = f"${get_column_letter(_DATA + 4)}{source}"
        put(sheet, row, _LEFT, f"=$B{source}", LABEL)
        for (first, last, _), name in zip(spans[1:3], ("action", "channel"), strict=True):
            zh, en = (SEGMENT_ACTIONS.column(f"{name}_{one}", lang) for one in ("zh", "en"))
            said = f'=IF(lang="zh",INDEX({zh},{place_of}),INDEX({en},{place_of}))'
            for column in range(first, last + 1):
                put(sheet, row, column, said if column == first else None, CALCULATION, "words")
            _join(sheet, row, first, last)
        days = f"={get_column_letter(_DATA + 5)}{source}"
        put(sheet, row, _SECOND + SCORES, days, CALCULATION, "code")
        sheet.row_dimensions[row].height = 19
    return top + SEGMENT_COUNT


def _join(sheet: Worksheet, row: int, first: int, last: int) -> None:
    if last > first:
        merge(sheet, Box(sheet, row, first, row, last))


def _segments_by_class(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    """Customers by segment (down) and ABC class (across)."""
    top = _PLAYBOOK + 1
    put(
        sheet,
        _PLAYBOOK,
        _THIRD,
        say("Customers: segment × ABC class", "客户数：细分 × ABC 类别"),
        SECTION,
    )
    headers(
        sheet, top, _THIRD, [say("Segment", "细分类别"), "", "A", "B", "C", say("Total", "合计")]
    )
    _join(sheet, top, _THIRD, _THIRD + 1)
    first, last = get_column_letter(_THIRD + 2), get_column_letter(_THIRD + 4)
    for i in range(SEGMENT_COUNT):
        row = top + 1 + i
        put(sheet, row, _THIRD, f"=$B{_SEGMENT_TOP + i}", LABEL)
        put(sheet, row, _THIRD + 1, None, LABEL)
        _join(sheet, row, _THIRD, _THIRD + 1)
        for j in range(3):
            letter = get_column_letter(_THIRD + 2 + j)
            cell = f"=COUNTIFS({res('segment')},$B{_SEGMENT_TOP + i},{res('abc')},{letter}${top})"
            put(sheet, row, _THIRD + 2 + j, cell, CALCULATION, "tally")
        put(sheet, row, _LAST, f"=SUM({first}{row}:{last}{row})", RESULT, "tally")
    body = Box(sheet, top + 1, _THIRD + 2, top + SEGMENT_COUNT, _THIRD + 4)
    heat_map(body)
    define(book, "segment_classes", body)


def _charts(sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    _ranks(sheet, say)
    bottom = _SEGMENT_TOP + _RANKS - 1
    ranks = Box(sheet, _SEGMENT_TOP, _DATA, bottom, _DATA)
    amounts = Box(sheet, _SEGMENT_TOP - 1, _DATA + 1, bottom, _DATA + 1)
    shares = Box(sheet, _SEGMENT_TOP - 1, _DATA + 2, bottom, _DATA + 2)
    title = say(
        "Pareto: contribution by customer and its cumulative share",
        "帕累托图：客户综合贡献与累计占比",
    )
    limits = [Box(sheet, _SEGMENT_TOP - 1, _DATA + j, bottom, _DATA + j) for j in (_CUT_A, _CUT_B)]
    chart = pareto(title, ranks, amounts, [shares, *limits], lang)
    place(sheet, chart, Box(sheet, _MAPS, _THIRD, _SEGMENT_TOP + SEGMENT_COUNT - 6, _LAST))
    names = Box(sheet, _SEGMENT_TOP, _LEFT, _SEGMENT_TOP + SEGMENT_COUNT - 1, _LEFT)
    gain = Box(sheet, _SEGMENT_TOP - 1, _LEFT + 2, _SEGMENT_TOP + SEGMENT_COUNT - 1, _LEFT + 2)
    chart = bars(
        say("Contribution by segment", "各细分综合贡献"), names, [gain], lang, direction="bar"
    )
    place(sheet, chart, Box(sheet, _BELOW, _SECOND, _SEGMENT_TOP + SEGMENT_COUNT, _SECOND + SCORES))


def _ranks(sheet: Worksheet, say: Speaker) -> None:
    """The customers by contribution, the largest first, in the shape that the chart needs."""
    gain = res("contribution")
    texts = (
        say("Rank", "名次"),
        say("Contribution", "综合贡献"),
        say("Cumulative share", "累计占比"),
    )
    for j, text in enumerate(texts):
        put(sheet, _SEGMENT_TOP - 1, _DATA + j, text, UNIT)
    for j, text in ((_CUT_A, say("A up to", "A 类上限")), (_CUT_B, say("B up to", "B 类上限"))):
        put(sheet, _SEGMENT_TOP - 1, _DATA + j, text, UNIT)
    rank, amount = get_column_letter(_DATA), get_column_letter(_DATA + 1)
    for i in range(_RANKS):
        row = _SEGMENT_TOP + i
        put(sheet, row, _DATA, f"=ROWS(${rank}${_SEGMENT_TOP}:{rank}{row})", UNIT, "code")
        put(sheet, row, _DATA + 1, f'=IFERROR(LARGE({gain},{rank}{row}),"")', UNIT, "number")
        reached = f"SUM({amount}${_SEGMENT_TOP}:{amount}{row})"
        share = f'=IF({amount}{row}="","",IF(total_contribution=0,0,{reached}/total_contribution))'
        put(sheet, row, _DATA + 2, share, UNIT, "rate")
        put(sheet, row, _DATA + _CUT_A, "=abc_cut_a", UNIT, "rate")
        put(sheet, row, _DATA + _CUT_B, "=abc_cut_b", UNIT, "rate")
