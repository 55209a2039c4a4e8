"""What-if: other cut-offs, prices and conditions, and what becomes of the tiers."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, define, headers, merge, put
from workbook_templates.charts import bars, place
from workbook_templates.conditions import colour_where, heat_map
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import (
    BAD,
    CALCULATION,
    GOOD,
    HEADER,
    INPUT,
    LABEL,
    RESULT,
    SECTION,
    TAB_RESULT,
    TOTAL,
    UNIT,
)
from workbook_templates.tier_colours import colour_tiers
from workbook_templates.tier_strategy.layout import (
    CODES,
    PROPOSED,
    PROPOSED_INPUTS,
    SHEETS,
    TIERS,
    customer,
    res,
)

_LEFT: Final = 2
_WIDTH: Final = 12.5
_LAST: Final = _LEFT + 18
_PROPOSAL: Final = 6
_COMPARE: Final = 14
_CHARTS: Final = 22
_CHART_ROWS: Final = 17
_MOVES: Final = _CHARTS + _CHART_ROWS + 1
_LISTED: Final = 16
_DATA: Final = _LAST + 2
_PD_STRESS, _LGD_FACTOR, _REPRICED = 1.0, 1.0, 1.0
_PROPOSED: Final[dict[str, tuple[CellValue, ...]]] = {
    "premium": (0.003, 0.3, False),
    "low": (0.001, None, False),
    "medium": (0.035, None, None),
    "high": (None, None, True),
}
"""The worked case's proposal: premium is wider, low is narrower, medium is wider."""
_DECIMALS: Final = 6
_CENTRED: Final = Alignment(horizontal="center", vertical="center")


def add_what_if_page(book: Workbook, lang: Lang) -> None:
    """Add the page with its inputs, comparison, charts and moves."""
    say = Speaker(lang)
    setup = PageSetup(
        title=say("What if the cut-offs were others?", "调整分层标准的影响测算"),
        subtitle=say(
            "Change the blue cells: counts, exposure, loss, capital and income by tier follow, and so does the list of who moves. Amounts in CNY 10k.",
            "修改蓝字单元格：各层级客户数、敞口、预期损失、资本与收入及变动客户清单随之更新。金额单位：万元。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, SHEETS["what_if"][lang], setup, lang)
    rule_off(sheet, _LAST)
    set_widths(sheet, {_LEFT: 24.0} | dict.fromkeys(range(_LEFT + 1, _LAST + 1), _WIDTH))
    _proposal(book, sheet, lang)
    _scenario(book, sheet, say)
    _comparison(book, sheet, lang)
    _charts(sheet, lang)
    _matrix(book, sheet, say)
    last = _mover_list(book, sheet, lang)
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{last}"


def _proposal(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """The cut-offs in force and those proposed, side by side."""
    say = Speaker(lang)
    top = _PROPOSAL
    put(sheet, top - 2, _LEFT, say("Cut-offs", "分层标准"), SECTION)
    sheet.row_dimensions[top - 2].height = 20
    put(sheet, top - 1, _LEFT, None, HEADER)
    headers(sheet, top, _LEFT, [say("Risk tier", "风险层级")])
    limits = (
        ("pd_upper", say("PD below", "违约概率低于"), "pd"),
        ("value_share", say("Among the best by value", "价值位次低于"), "rate"),
        ("npl", say("Takes non-performing", "可含不良"), "flag"),
    )
    bottom = top + len(CODES)
    for j, (name, text, kind) in enumerate(limits):
        left = _LEFT + 1 + 2 * j
        headers(sheet, top - 1, left, [text, ""])
        merge(sheet, Box(sheet, top - 1, left, top - 1, left + 1))
        headers(sheet, top, left, [say("In force", "现行"), say("Proposed", "方案")])
        for i, code in enumerate(CODES):
            found = f"INDEX({TIERS.column(name, lang)},{i + 1})"
            row = top + 1 + i
            put(sheet, row, left, f'=IF({found}="","–",{found})', CALCULATION, kind)
            put(sheet, row, left + 1, _PROPOSED[code][j], INPUT, kind)
            for column in (left, left + 1):
                sheet.cell(row, column).alignment = _CENTRED
        _limit_rule(sheet, Box(sheet, top + 1, left + 1, bottom, left + 1), kind, say)
        define(book, PROPOSED_INPUTS[j], Box(sheet, top + 1, left + 1, bottom, left + 1))
    for i in range(len(CODES)):
        put(sheet, top + 1 + i, _LEFT, f"=INDEX(tier_names,{i + 1})", LABEL)
        sheet.row_dimensions[top + 1 + i].height = 17
    colour_tiers(Box(sheet, top + 1, _LEFT, bottom, _LEFT))
    _tier_table(book, sheet, lang)


def _limit_rule(sheet: Worksheet, box: Box, kind: str, say: Speaker) -> None:
    if kind == "flag":
        text = say(
            "FALSE: performing customers only. TRUE: all. Blank: all but the non-performing.",
            "FALSE：仅限非不良客户；TRUE：全部；留空：不良客户除外。",
        )
        _prompt(sheet, box, DataValidation(type="list", formula1='"TRUE,FALSE"'), text)
    else:
        rule = DataValidation(type="decimal", operator="between", formula1="0", formula2="1")
        _prompt(sheet, box, rule, say("Upper limit; blank: no limit.", "上限；留空为不限。"))


def _tier_table(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """The proposal as a table that the functions take, beside the printed page."""
    top = _PROPOSAL
    for j, text in enumerate(TIERS.table.headers(lang)):
        put(sheet, top, _DATA + j, text, UNIT)
    names = [column.name for column in TIERS.table.columns]
    for i in range(len(CODES)):
        row = top + 1 + i
        for j, name in enumerate(names[:3]):
            put(sheet, row, _DATA + j, f"=INDEX({TIERS.column(name, lang)},{i + 1})", UNIT)
        for j in range(3):
            cell = f"{get_column_letter(_LEFT + 2 + 2 * j)}{row}"
            put(sheet, row, _DATA + 3 + j, f'=IF({cell}="","",{cell})', UNIT)
    define(book, PROPOSED, Box(sheet, top, _DATA, top + len(CODES), _DATA + len(names) - 1))


def _prompt(sheet: Worksheet, box: Box, rule: DataValidation, text: str) -> None:
    rule.allow_blank = True
    rule.showErrorMessage = rule.showInputMessage = True
    rule.prompt = text
    sheet.add_data_validation(rule)
    rule.add(box.address)


def _scenario(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    """Single conditions that change with the proposal."""
    left = _LEFT + 9
    put(sheet, _PROPOSAL - 2, left, say("Conditions", "情景条件"), SECTION)
    rows = (
        ("pd_stress", say("Odds of default, times", "违约几率倍数"), _PD_STRESS, "times", "0.01", "100",
         say("1 as now; 1.5 in a downturn.", "1 为不变；经济下行时可取 1.5。")),
        ("lgd_factor", say("LGD, times", "违约损失率倍数"), _LGD_FACTOR, "times", "0", "10",
         say("1 as now.", "1 为不变。")),
        ("repriced_share", say("Share of loans repriced", "重定价贷款占比"), _REPRICED, "whole_rate", "0", "1",
         say("Part of a moved customer's loans that get the new tier's spread.",
             "变动客户贷款中按新层级利差重定价的比例。")),
    )  # fmt: skip
    headers(sheet, _PROPOSAL, left, [say("Condition", "条件"), "", "", say("Value", "取值")])
    merge(sheet, Box(sheet, _PROPOSAL, left, _PROPOSAL, left + 2))
    for row, (name, text, value, kind, low, high, prompt) in enumerate(rows, start=_PROPOSAL + 1):
        for column in range(left, left + 3):
            put(sheet, row, column, text if column == left else None, LABEL)
        merge(sheet, Box(sheet, row, left, row, left + 2))
        put(sheet, row, left + 3, value, INPUT, kind)
        cell = Box(sheet, row, left + 3, row, left + 3)
        define(book, name, cell)
        rule = DataValidation(type="decimal", operator="between", formula1=low, formula2=high)
        _prompt(sheet, cell, rule, prompt)
        rule.allow_blank = False
    _summary(book, sheet, left + 5, say)


def _summary(book: Workbook, sheet: Worksheet, left: int, say: Speaker) -> None:
    """Who moves, in a line each."""
    put(sheet, _PROPOSAL - 2, left, say("Who moves", "变动概览"), SECTION)
    headers(
        sheet,
        _PROPOSAL,
        left,
        [say("Customers that move", "变动客户"), "", "", say("Count", "户数")],
    )
    merge(sheet, Box(sheet, _PROPOSAL, left, _PROPOSAL, left + 2))
    rows = (
        ("moved_better", say("To a better tier", "上调"), f'=COUNTIF({res("step")},"<0")'),
        ("moved_worse", say("To a worse tier", "下调"), f'=COUNTIF({res("step")},">0")'),
        ("unmoved", say("Stay where they are", "不变"), f"=COUNTIF({res('step')},0)"),
    )
    for row, (name, text, formula) in enumerate(rows, start=_PROPOSAL + 1):
        for column in range(left, left + 3):
            put(sheet, row, column, text if column == left else None, LABEL)
        merge(sheet, Box(sheet, row, left, row, left + 2))
        put(sheet, row, left + 3, formula, RESULT, "count")
        define(book, name, Box(sheet, row, left + 3, row, left + 3))


def _measures(lang: Lang) -> tuple[tuple[str, str, str, str], ...]:
    """What is compared: its name, its header, its formula for a tier, and its number format.

    ``{when}`` stands for the state, ``{tier}`` for the tier's cell; ``{profit}`` and ``{capital}``
    for the cells of the same state at the left.
    """
    say = Speaker(lang)
    tier = "res_tier_{when}"

    def total(column: str) -> str:
        return f"=SUMIFS({column},{tier},{{tier}})"

    return (
        ("customers", say("Customers", "客户数"), f"=COUNTIF({tier},{{tier}})", "count"),
        ("exposure", say("Exposure", "敞口"), total(customer("exposure", lang)), "money"),
        ("loss", say("Expected loss", "预期损失"), total("res_loss_{when}"), "number"),
        ("capital", say("Capital", "资本占用"), total("res_capital_{when}"), "number"),
        ("income", say("Income", "收入"), total("res_income_{when}"), "number"),
        ("profit", say("Income less expected loss", "风险后收益"), total("res_profit_{when}"), "number"),
    )  # fmt: skip


def _comparison(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """Each measure by tier: now, proposed, change."""
    say = Speaker(lang)
    top = _COMPARE
    put(sheet, top - 2, _LEFT, say("Before and after", "调整前后对比"), SECTION)
    sheet.row_dimensions[top - 2].height = 22
    put(sheet, top - 1, _LEFT, None, HEADER)
    headers(sheet, top, _LEFT, [say("Risk tier", "风险层级")])
    for i in range(len(CODES)):
        put(sheet, top + 1 + i, _LEFT, f"=INDEX(tier_names,{i + 1})", LABEL)
        sheet.row_dimensions[top + 1 + i].height = 17
    bottom = top + len(CODES)
    colour_tiers(Box(sheet, top + 1, _LEFT, bottom, _LEFT))
    put(sheet, bottom + 1, _LEFT, say("Total", "合计"), TOTAL)
    texts = (say("Now", "现行"), say("Proposed", "方案"), say("Change", "变化"))
    for number, (name, title, formula, kind) in enumerate(_measures(lang)):
        left = _LEFT + 1 + 3 * number
        headers(sheet, top - 1, left, [title, "", ""])
        merge(sheet, Box(sheet, top - 1, left, top - 1, left + 2))
        headers(sheet, top, left, texts)
        for row in range(top + 1, bottom + 1):
            for j, when in enumerate(("now", "new")):
                cell = formula.format(when=when, tier=f"$B{row}")
                put(sheet, row, left + j, cell, CALCULATION, kind)
        _changes(book, sheet, left, name, kind)


def _changes(book: Workbook, sheet: Worksheet, left: int, name: str, kind: str) -> None:
    """The change of a measure, and its totals."""
    bottom = _COMPARE + len(CODES)
    now, new = (get_column_letter(left + j) for j in range(2))
    for row in range(_COMPARE + 1, bottom + 1):
        put(sheet, row, left + 2, f"=ROUND({new}{row}-{now}{row},{_DECIMALS})", RESULT, kind)
    for letter, column in zip((now, new), (left, left + 1), strict=True):
        formula = f"=SUM({letter}{_COMPARE + 1}:{letter}{bottom})"
        put(sheet, bottom + 1, column, formula, TOTAL, kind)
    total = f"=ROUND({new}{bottom + 1}-{now}{bottom + 1},{_DECIMALS})"
    put(sheet, bottom + 1, left + 2, total, TOTAL, kind)
    for j, when in enumerate(("now", "new")):
        define(book, f"sum_{name}_{when}", Box(sheet, bottom + 1, left + j, bottom + 1, left + j))
    cells = Box(sheet, _COMPARE + 1, left + 2, bottom + 1, left + 2)
    first = cells.address.split(":", maxsplit=1)[0]
    good = "<" if name in ("loss", "capital") else ">"
    bad = ">" if good == "<" else "<"
    if name not in ("customers", "exposure"):
        colour_where(cells, f"ROUND({first},1){good}0", ink=GOOD, bold=True)
        colour_where(cells, f"ROUND({first},1){bad}0", ink=BAD, bold=True)


def _charts(sheet: Worksheet, lang: Lang) -> None:
    """Bars side by side, now and proposed, of exposure, loss and income."""
    names = Box(sheet, _COMPARE + 1, _LEFT, _COMPARE + len(CODES), _LEFT)
    for row in range(_CHARTS, _CHARTS + _CHART_ROWS):
        sheet.row_dimensions[row].height = 15
    shown = (0, 1, 2, 5)
    spots = ((2, 5), (6, 10), (11, 15), (16, 20))
    for number, (first, last) in zip(shown, spots, strict=True):
        _, title, _, _ = _measures(lang)[number]
        left = _LEFT + 1 + 3 * number
        series = [Box(sheet, _COMPARE, left + j, _COMPARE + len(CODES), left + j) for j in range(2)]
        chart = bars(title, names, series, lang, colours=("17324D", "8FB8C8"))
        place(sheet, chart, Box(sheet, _CHARTS, first, _CHARTS + _CHART_ROWS - 1, last))


def _matrix(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    """Customers by tier now (down) and proposed (across)."""
    top = _MOVES + 1
    put(sheet, _MOVES, _LEFT, say("Customers: from (down) to (across)", "客户数：现行（纵）→ 方案（横）"), SECTION)  # fmt: skip
    sheet.row_dimensions[_MOVES].height = 22
    headers(sheet, top, _LEFT, [say("From \\ to", "现行 \\ 方案")])
    for i in range(len(CODES)):
        put(sheet, top, _LEFT + 1 + i, f"=INDEX(tier_names,{i + 1})", HEADER)
        put(sheet, top + 1 + i, _LEFT, f"=INDEX(tier_names,{i + 1})", LABEL)
        for j in range(len(CODES)):
            across = f"{get_column_letter(_LEFT + 1 + j)}${top}"
            cell = f"=COUNTIFS({res('tier_now')},$B{top + 1 + i},{res('tier_new')},{across})"
            put(sheet, top + 1 + i, _LEFT + 1 + j, cell, CALCULATION, "tally")
    body = Box(sheet, top + 1, _LEFT + 1, top + len(CODES), _LEFT + len(CODES))
    heat_map(body)
    define(book, "move_matrix", body)
    colour_tiers(Box(sheet, top + 1, _LEFT, top + len(CODES), _LEFT))
    colour_tiers(Box(sheet, top, _LEFT + 1, top, _LEFT + len(CODES)))


def _mover_list(book: Workbook, sheet: Worksheet, lang: Lang) -> int:
    """The largest customers that move; returns the last row of the page."""
    say = Speaker(lang)
    left, top = _LEFT + 6, _MOVES + 1
    title = say("Who moves, the largest first", "变动客户（按敞口由大到小）")
    put(sheet, _MOVES, left, title, SECTION)
    columns: tuple[tuple[str, str, str, int], ...] = (
        (say("Customer ID", "客户编号"), res("customer_id"), "text", 1),
        (say("Name", "客户名称"), res("name"), "words", 4),
        (say("Grade", "等级"), customer("grade", lang), "words", 1),
        (say("Now", "现行"), res("tier_now"), "words", 1),
        (say("Proposed", "方案"), res("tier_new"), "words", 1),
        (say("Exposure", "敞口"), customer("exposure", lang), "money", 1),
        (say("Income, change", "收入变化"), f"{res('income_new')}-{res('income_now')}", "number", 1),
        (say("Limit, change", "额度变化"), f"{res('limit_new')}-{res('limit_now')}", "money", 1),
        (say("Owner", "客户经理"), customer("owner", lang), "words", 2),
    )  # fmt: skip
    for i in range(_LISTED):
        row = top + 1 + i
        place_of = f'=IFERROR(MATCH(LARGE({res("order")},{i + 1}),{res("order")},0),"")'
        put(sheet, row, _DATA, place_of, UNIT)
    column = left
    for text, source, kind, wide in columns:
        headers(sheet, top, column, [text, *[""] * (wide - 1)])
        if wide > 1:
            merge(sheet, Box(sheet, top, column, top, column + wide - 1))
        for i in range(_LISTED):
            row = top + 1 + i
            parts = [
                f"INDEX({part},${get_column_letter(_DATA)}{row})" for part in source.split("-")
            ]
            formula = f'=IF(${get_column_letter(_DATA)}{row}="","",{"-".join(parts)})'
            for j in range(wide):
                put(sheet, row, column + j, formula if j == 0 else None, CALCULATION, kind)
            if wide > 1:
                merge(sheet, Box(sheet, row, column, row, column + wide - 1))
        if text in (say("Now", "现行"), say("Proposed", "方案")):
            colour_tiers(Box(sheet, top + 1, column, top + _LISTED, column))
        column += wide
    define(book, "movers", Box(sheet, top + 1, left, top + _LISTED, column - 1))
    return top + _LISTED
