"""The page of large exposures: customers and groups from the reporting threshold on, ranked."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, card, define, put
from workbook_templates.charts import bars
from workbook_templates.charts import place as place_chart
from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import new_result_page, rule_off, set_widths
from workbook_templates.portfolio.layout import (
    NET_CAPITAL_NAME,
    SHEETS,
    TIER1_NAME,
    policy_column,
    policy_reference,
    reference,
    result_name,
)
from workbook_templates.portfolio.ranking import (
    AMOUNT,
    KEY,
    OF_CAPITAL,
    RANK,
    RANKING_KINDS,
    figures,
    place,
    ranking,
)
from workbook_templates.spill import spill
from workbook_templates.style import BAD, BAD_FILL, NAVY, UNIT

CUSTOMERS: Final = 30
GROUPS: Final = 10
"""How many large exposures the page lists; a card says how many there are beyond them."""
_LEFT: Final = 2
_LAST: Final = 12
_BEHIND: Final = _LAST + 2
_CARD_ROW: Final = 4
_TOP: Final = 7
_GROUP_TOP: Final = _TOP + CUSTOMERS + 3
_CHART_ROWS: Final = 14
_CHARTED: Final = 15
_KINDS: Final = (
    "code",
    "text",
    "words",
    "words",
    "money",
    "rate",
    "words",
    "money",
    "rate",
    "money",
    "money",
)
_LIMIT, _AMOUNT, _USED, _ROOM, _EXCESS = 3, 4, 5, 6, 7
"""Columns of CR_EXPOSURE's table, counted from 0."""
_LIMIT_KINDS: Final = ("money", "money", "rate", "words", "money", "rate", "money", "money", "flag")


def add_large_exposures_sheet(book: Workbook, lang: Lang) -> None:
    """Add the page."""
    say = Speaker(lang)
    sheet = new_result_page(
        book,
        SHEETS["large_exposures"][lang],
        say("Large exposures", "大额风险暴露"),
        say(
            '="As of "&TEXT(asof,"yyyy-mm-dd")&"  ·  amounts in CNY 10k  ·  large from "&TEXT(large_share,"0.0%")&" of net tier 1 capital"',
            '="基准日 "&TEXT(asof,"yyyy-mm-dd")&"  ·  金额单位：万元  ·  一级资本净额的 "&TEXT(large_share,"0.0%")&" 以上为大额"',
        ),
        lang,
    )
    rule_off(sheet, _LAST)
    widths = (7.0, 14.0, 42.0, 15.0, 14.0, 13.0, 34.0, 14.0, 12.0, 14.0, 14.0)
    set_widths(sheet, {_LEFT + i: width for i, width in enumerate(widths)})
    _thresholds(book, sheet, lang)
    customers = _customers(sheet, lang)
    groups = _groups(sheet, lang)
    _cards(sheet, customers, groups, say)
    _chart(sheet, customers, groups.bottom + 2, say)


def _rule(rule: str, column: str, lang: Lang) -> str:
    """A column of the row of a rule on large exposures."""
    wanted, rules = (policy_column("large_exposures", n, lang) for n in (column, "rule"))
    return f'INDEX({wanted},MATCH("{rule}",{rules},0))'


def _thresholds(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """The threshold and the limit of groups, beside the printed page, with their names."""
    say = Speaker(lang)
    label = (
        f'=IF(lang="zh",{_rule("group_exposure", "label_zh", lang)},'
        f"{_rule('group_exposure', 'label_en', lang)})"
    )
    cells = (
        ("large_share", say("Large from", "大额标准"), f"={_rule('large_exposure', 'base_share', lang)}", "rate"),
        ("large_from", say("Large from, CNY 10k", "大额标准（万元）"), f"=large_share*{TIER1_NAME}", "money"),
        ("group_share", say("Limit of groups", "集团限额"), f"={_rule('group_exposure', 'base_share', lang)}", "rate"),
        ("group_limit", say("Name of that limit", "限额名称"), label, "words"),
    )  # fmt: skip
    for i, (name, text, formula, kind) in enumerate(cells):
        column = _BEHIND + 2 * i
        put(sheet, _CARD_ROW, column, text, UNIT)
        put(sheet, _CARD_ROW, column + 1, formula, UNIT, kind)
        define(book, name, Box(sheet, _CARD_ROW, column + 1, _CARD_ROW, column + 1))


def _texts(say: Speaker, key: str, second: str, third: str) -> list[str]:
    return [
        say("Rank", "位次"), key, second, third, say("Exposure", "敞口"),
        say("Share of tier 1", "占一级资本净额"), say("Limit that binds", "约束限额"), say("Limit", "限额"),
        say("Limit used", "限额使用率"), say("Room", "余量"), say("Over by", "超限额"),
    ]  # fmt: skip


def _customers(sheet: Worksheet, lang: Lang) -> Box:
    """The single customers; their limits are those that CR_EXPOSURE finds."""
    say = Speaker(lang)
    customer = result_name("customer_id")
    raw = ranking(
        sheet, _TOP + 1, _BEHIND, CUSTOMERS, result_name("exposure"), customer, TIER1_NAME
    )
    first, last = _TOP + 2, _TOP + 1 + CUSTOMERS
    call = udf(
        "CR_EXPOSURE",
        customers=f"$C${first}:$C${last}",
        amounts=f"$F${first}:$F${last}",
        tier1=TIER1_NAME,
        capital=NET_CAPITAL_NAME,
        limits=policy_reference("large_exposures"),
        out='"table"',
        lang="lang",
    )
    left = _BEHIND + len(RANKING_KINDS) + 1
    limits = spill(sheet, _TOP + 1, left, call, CUSTOMERS, _LIMIT_KINDS, style=UNIT)
    group = reference("customers", "connected_group", lang)
    rows: list[list[CellValue]] = []
    for i in range(CUSTOMERS):
        key = f"$C{first + i}"
        found = f"MATCH({key},{customer},0)"
        rows.append(
            [
                _if(key, place(raw, RANK, i)),
                f'=IF(N({place(raw, OF_CAPITAL, i)})<large_share,"",{place(raw, KEY, i)})',
                _if(key, f"INDEX({result_name('name')},{found})"),
                _if(key, f'INDEX({group},{found})&""'),
                _if(key, place(raw, AMOUNT, i)),
                _if(key, place(raw, OF_CAPITAL, i)),
                *(
                    _if(key, place(limits, column, i))
                    for column in (_LIMIT, _AMOUNT, _USED, _ROOM, _EXCESS)
                ),
            ]
        )
    texts = _texts(
        say,
        say("Customer ID", "客户编号"),
        say("Name", "客户名称"),
        say("Connected group", "关联客户组"),
    )
    title = say("Customers", "单一客户")
    block = figures(sheet, _TOP, _LEFT, title, texts, rows, _KINDS)
    _mark(block)
    return block


def _if(key: str, formula: str) -> str:
    """The formula where a row has a customer or group."""
    return f'=IF({key}="","",{formula})'


def _groups(sheet: Worksheet, lang: Lang) -> Box:
    """The groups of connected customers against their limit."""
    say = Speaker(lang)
    group = reference("customers", "connected_group", lang)
    exposure = result_name("exposure")
    first, last = _TOP + 2, _TOP + 1 + CUSTOMERS
    raw = ranking(
        sheet, _GROUP_TOP + 1, _BEHIND, GROUPS, f'IF({group}="","",{exposure})', group, TIER1_NAME
    )
    rows: list[list[CellValue]] = []
    for i in range(GROUPS):
        row = _GROUP_TOP + 2 + i
        key, amount, share, limit = (f"${column}{row}" for column in "CFGI")
        rows.append(
            [
                _if(key, place(raw, RANK, i)),
                f'=IF(N({place(raw, OF_CAPITAL, i)})<large_share,"",{place(raw, KEY, i)})',
                _if(
                    key,
                    f'IFERROR(INDEX($D${first}:$D${last},MATCH({key},$E${first}:$E${last},0)),"")',
                ),
                _if(key, f"COUNTIF({group},{key})"),
                _if(key, place(raw, AMOUNT, i)),
                _if(key, place(raw, OF_CAPITAL, i)),
                _if(key, "group_limit"),
                _if(key, f"group_share*{TIER1_NAME}"),
                _if(key, f"{share}/group_share"),
                _if(key, f"MAX({limit}-{amount},0)"),
                _if(key, f"MAX({amount}-{limit},0)"),
            ]
        )
    texts = _texts(
        say,
        say("Group", "关联客户组"),
        say("Largest customer", "最大成员"),
        say("Customers", "客户数"),
    )
    title = say("Groups of connected customers", "关联客户组")
    kinds = [*_KINDS[:3], "count", *_KINDS[4:]]
    block = figures(sheet, _GROUP_TOP, _LEFT, title, texts, rows, kinds)
    _mark(block)
    return block


def _mark(block: Box) -> None:
    body = Box(block.sheet, block.top + 1, block.left, block.bottom, block.right)
    colour_where(body, f"N($L{block.top + 1})>0", ground=BAD_FILL, ink=BAD, bold=True)


def _cards(sheet: Worksheet, customers: Box, groups: Box, say: Speaker) -> None:
    exposure = result_name("exposure")
    count = f'COUNTIF({exposure},">="&large_from)'
    total = f'SUMIFS({exposure},{exposure},">="&large_from)'
    over = "+".join(f'COUNTIF(L{b.top + 1}:L{b.bottom},">0")' for b in (customers, groups))
    listed = f"COUNT(F{customers.top + 1}:F{customers.bottom})"
    cards = (
        (say("Net tier 1 capital", "一级资本净额"), f'=IF({TIER1_NAME}=0,"{say("enter it", "请录入")}",{TIER1_NAME})',
         "money", 2, 3),
        (say("Large from", "大额标准"), "=large_from", "money", 4, 4),
        (say("Large exposures", "大额客户数"), f"=IF({TIER1_NAME}=0,0,{count})", "count", 5, 6),
        (say("Large exposures / tier 1", "大额合计占一级资本"), f"=IF({TIER1_NAME}=0,0,{total}/{TIER1_NAME})", "rate", 7, 8),
        (say("Over a limit", "超限额"), f"={over}", "count", 9, 10),
        (say("Not listed for want of room", "未能列出"), f"=IF({TIER1_NAME}=0,0,{count}-{listed})", "count", 11, 12),
    )  # fmt: skip
    for text, formula, kind, first, last in cards:
        card(sheet, _CARD_ROW, first, last, text, formula, kind)
    sheet.row_dimensions[_CARD_ROW + 2].height = 6


def _chart(sheet: Worksheet, customers: Box, top: int, say: Speaker) -> None:
    for row in range(top, top + _CHART_ROWS):
        sheet.row_dimensions[row].height = 15
    shown = customers.top + _CHARTED
    names = Box(sheet, customers.top + 1, _LEFT + 1, shown, _LEFT + 1)
    shares = Box(sheet, customers.top, _LEFT + 5, shown, _LEFT + 5)
    text = say("Share of net tier 1 capital, the largest customers", "最大客户占一级资本净额")
    chart = bars(text, names, [shares], say.lang, number_format="0.0%;;", colours=(NAVY,))
    place_chart(sheet, chart, Box(sheet, top, _LEFT, top + _CHART_ROWS - 1, _LAST))
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{top + _CHART_ROWS - 1}"
