"""The blocks of terms: financial covenants by risk tier, and what the tier asks of the loan."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.conditions import colour_where
from workbook_templates.customer_rating import layout
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.formulas import known, or_blank
from workbook_templates.style import BAD_FILL, CALCULATION, LABEL, PROSE, RESULT, SECTION

_LEFT: Final = 2
_LAST: Final = 9
COVENANTS: Final = len(layout.COVENANTS.table.rows)
_LOOKS: Final = {"decimal": "rate", "times": "times", "turns": "times", "days": "count", "amount": "money"}  # fmt: skip
_ITEMS: Final = (
    ("approval", "Approval path", "审批路径", "words"),
    ("collateral", "Collateral", "担保要求", "words"),
    ("repayment", "Repayment", "还款安排", "words"),
    ("monitoring", "Monitoring", "监控要求", "words"),
    ("actions", "Actions", "管理措施", "words"),
    ("owner", "Owner", "责任人", "words"),
)


def covenants_block(book: Workbook, sheet: Worksheet, top: int, lang: Lang) -> int:
    """Write the covenants for the customer's tier; returns the last row."""
    say = Speaker(lang)
    put(sheet, top, _LEFT, say("Financial covenants", "财务约束条款"), SECTION)
    sheet.row_dimensions[top].height = 22
    texts = (say("Ratio", "比率"), say("Code", "代码"), say("Bound", "方向"), say("Level", "约束水平"),
             say("Latest", "最近一年"), say("Year before", "上年"), say("Headroom", "余量"),
             say("Status", "状态"))  # fmt: skip
    headers(sheet, top + 1, _LEFT, texts)
    sheet.row_dimensions[top + 1].height = 20
    first = top + 2
    units = layout.RATIO_TABLE.table.rows.set_index("ratio")["unit"]
    for i, ratio in enumerate(layout.COVENANTS.table.rows["ratio"]):
        _covenant(sheet, first + i, first, _LOOKS[str(units[ratio])], lang)
    bottom = first + COVENANTS - 1
    status = Box(sheet, first, _LAST, bottom, _LAST)
    define(book, "covenant_status", status)
    define(book, "covenant_names", Box(sheet, first, _LEFT, bottom, _LEFT))
    colour_where(status, f"I{first}=breached_word", ground=BAD_FILL)
    return bottom


def _covenant(sheet: Worksheet, row: int, first: int, look: str, lang: Lang) -> None:
    ratio, bound = (layout.COVENANTS.column(name, lang) for name in ("ratio", "bound"))
    tiers = layout.RISK_TIERS
    premium = layout.COVENANTS.column("premium", lang).removeprefix(layout.COVENANTS.name)
    high = layout.COVENANTS.column("high", lang).removeprefix(layout.COVENANTS.name)
    levels = f"{layout.COVENANTS.name}[{premium}:{high}]"
    at = f"ROWS(B${first}:B{row})"
    level = f"INDEX({levels},{at},MATCH(tier_code,{tiers.column('tier', lang)},0))"
    say = Speaker(lang)
    highest, lowest = say("at most", "不得高于"), say("at least", "不得低于")
    side = f'IF(INDEX({bound},{at})="max","{highest}","{lowest}")'
    room = f'IF($D{row}="{highest}",E{row}-F{row},F{row}-E{row})'
    cells = (
        (2, or_blank(f"INDEX(rt_names,MATCH(C{row},rt_codes,0))"), LABEL, "words"),
        (3, or_blank(f"INDEX({ratio},{at})"), CALCULATION, "words"),
        (4, or_blank(side), CALCULATION, "words"),
        (5, known(level), RESULT, look),
        (6, or_blank(f"INDEX(rt_latest,MATCH(C{row},rt_codes,0))"), CALCULATION, look),
        (7, or_blank(f"INDEX(rt_prior,MATCH(C{row},rt_codes,0))"), CALCULATION, look),
        (8, or_blank(room), CALCULATION, look),
        (9, f"=IF(ISNUMBER(H{row}),IF(H{row}<0,breached_word,kept_word),missing)", RESULT, "words"),
    )  # fmt: skip
    for column, formula, style, kind in cells:
        put(sheet, row, column, formula, style, kind)
    sheet.row_dimensions[row].height = 18


def strategy(item: str) -> str:
    """What the strategy of the customer's tier says."""
    return udf(
        "CR_STRATEGY", tier="tier", item=f'"{item}"', policy=layout.STRATEGY.whole, lang="lang"
    )


def tier_block(book: Workbook, sheet: Worksheet, top: int, lang: Lang) -> None:
    """Write what the customer's tier asks of the loan, and the next review."""
    say = Speaker(lang)
    put(sheet, top, _LEFT, say("What the risk tier asks", "风险层级管理要求"), SECTION)
    sheet.row_dimensions[top].height = 22
    review = udf(
        "CR_NEXTREVIEW",
        last_review="last_review",
        tier="tier",
        policy=layout.STRATEGY.whole,
        intervals=layout.INTERVALS.whole,
    )
    rows = [(item, say(en, zh), strategy(item), kind) for item, en, zh, kind in _ITEMS]
    rows.append(("review", say("Next review", "下次复评"), review, "date"))
    for row, (name, text, formula, kind) in enumerate(rows, start=top + 1):
        put(sheet, row, _LEFT, text, LABEL)
        for column in range(_LEFT + 1, _LAST + 1):
            put(sheet, row, column, None, PROSE)
        put(sheet, row, _LEFT + 1, known(formula), PROSE, "" if kind == "words" else kind)
        sheet.merge_cells(Box(sheet, row, _LEFT + 1, row, _LAST).address)
        sheet.row_dimensions[row].height = 32 if name == "actions" else 20
        define(book, f"term_{name}", Box(sheet, row, _LEFT + 1, row, _LEFT + 1))
