"""The strategy sheet: the tiers side by side, and value against risk; the committee's page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from udfs import tables
from workbook_templates.blocks import Box, card, define, headers, put
from workbook_templates.charts import bars, place
from workbook_templates.conditions import heat_map
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import new_result_page, rule_off, set_widths
from workbook_templates.portfolio.layout import (
    SHEETS,
    policy_column,
    policy_reference,
    result_name,
)
from workbook_templates.style import (
    CALCULATION,
    HEADER,
    LABEL,
    NAVY,
    PROSE,
    RESULT,
    SECTION,
    TEAL,
    TIER_COLOURS,
    TOTAL,
    UNIT,
)
from workbook_templates.text_width import text_width
from workbook_templates.tier_colours import colour_tiers, text_on_tier

TIERS: Final = tuple(tables.builtin("tier_strategy").rows["tier"])
GRADES: Final = len(tables.builtin("grade_scale").rows)
_LABELS, _FIRST_TIER, _GRADE = 2, 3, 8
_LAST_TIER: Final = _FIRST_TIER + len(TIERS) - 1
_CLASSES: Final = ("A", "B", "C")
_LAST: Final = _GRADE + len(_CLASSES) + 1
_CARD_ROW, _SECTION_ROW, _HEADER_ROW, _FIRST_ROW = 4, 7, 8, 9
_TIER_WIDTH: Final = 31.0
_CHART_DATA: Final = _LAST + 2
_CODES: Final = _CHART_DATA + 1
"""Where the tiers' codes stand, beside the printed page; the page shows their names."""
_LINE: Final = 37.0
"""Characters of a strategy text that fit on one line of its cell."""
_LINE_HEIGHTS: Final[dict[Lang, tuple[float, float]]] = {"en": (12.5, 8.0), "zh": (15.0, 16.0)}
"""Points per line of such a text, and for the space around it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of figures: one formula per tier, with ``{tier}`` for the tier's cell.

    ``{column}`` stands for the tier's column letter, so that a figure may use those above it.
    """

    name: str
    en: str
    zh: str
    kind: str
    formula: str
    total: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the strategy: a column of the strategy table."""

    item: str
    en: str
    zh: str
    kind: str = "words"


_ITEMS: Final = (
    Item("approval", "Approval path", "审批路径"),
    Item("spread_bp", "Spread over LPR, bp", "LPR 加点（基点）", "count"),
    Item("limit_multiple", "Limit, times net worth", "授信额度（净资产倍数）", "times"),
    Item("max_ltv", "Lent per collateral, up to", "最高抵押率", "rate"),
    Item("collateral", "Collateral", "担保要求"),
    Item("repayment", "Repayment", "还款安排"),
    Item("monitoring", "Monitoring", "监控要求"),
    Item("review_months", "Review every, months", "复评间隔（月）", "count"),
    Item("actions", "Actions", "管理措施"),
    Item("products", "Products", "适用产品"),
    Item("owner", "Owner", "责任人"),
)


def _share(figure: str) -> str:
    """A tier's part of the portfolio's total; none of an empty portfolio."""
    return f"=IF(total_{figure}=0,0,{{{figure}}}/total_{figure})"


def _figures() -> tuple[Figure, ...]:
    tier, exposure = result_name("risk_tier"), result_name("exposure")

    def sum_of(name: str) -> str:
        return f"=SUMIFS({result_name(name)},{tier},{{tier}})"

    review = result_name("next_review")
    return (
        Figure("customers", "Customers", "客户数", "count", f"=COUNTIF({tier},{{tier}})"),
        Figure("customers_share", "Share of customers", "客户占比", "rate", _share("customers")),
        Figure("exposure", "Exposure, CNY 10k", "敞口（万元）", "money", sum_of("exposure")),
        Figure("exposure_share", "Share of exposure", "敞口占比", "rate", _share("exposure")),
        Figure("loss", "Expected loss, CNY 10k", "预期损失（万元）", "number", sum_of("expected_loss")),
        Figure("loss_share", "Share of expected loss", "预期损失占比", "rate", _share("loss")),
        Figure("loss_rate", "Expected loss / exposure", "预期损失率", "pd",
               "=IF({exposure}=0,0,{loss}/{exposure})"),
        Figure("average_pd", "Average PD", "平均违约概率", "pd",
               f"=IF({{customers}}=0,0,SUMIFS({result_name('pd')},{tier},{{tier}})/{{customers}})"),
        Figure("npl", "Non-performing, CNY 10k", "不良敞口（万元）", "money",
               f"=SUMIFS({exposure},{tier},{{tier}},{result_name('npl')},TRUE)"),
        Figure("contribution", "Contribution per year", "年综合贡献（万元）", "number", sum_of("contribution")),
        Figure("reviews", "Reviews due soon", "近期到期复评", "count",
               f'=COUNTIFS({tier},{{tier}},{review},"<="&asof+review_notice_days)'),
    )  # fmt: skip


def add_strategy_sheet(book: Workbook, lang: Lang) -> None:
    """Add the committee's page."""
    say = Speaker(lang)
    title = SHEETS["strategy"][lang]
    sheet = new_result_page(
        book,
        title,
        say("Tier strategy", "客户分层管理策略"),
        say(
            '="As of "&TEXT(asof,"yyyy-mm-dd")&"  ·  amounts in CNY 10k  ·  LGD "&TEXT(lgd,"0%")',
            '="基准日 "&TEXT(asof,"yyyy-mm-dd")&"  ·  金额单位：万元  ·  违约损失率 "&TEXT(lgd,"0%")',
        ),
        lang,
    )
    rule_off(sheet, _LAST)
    _set_columns(sheet)
    _cards(book, sheet, say)
    row = _tier_block(sheet, lang)
    _heat_map(sheet, lang)
    last = _strategy_block(sheet, row + 2, lang)
    _chart_data(sheet, lang)
    _control_totals(book, sheet, say)
    _charts(sheet, Box(sheet, row + 2, _GRADE, last, _LAST), lang)
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{last}"
    sheet.freeze_panes = f"C{_FIRST_ROW}"


def _set_columns(sheet: Worksheet) -> None:
    widths = {_LABELS: 28.0, _GRADE - 1: 2.0, _GRADE: 9.0}
    widths |= dict.fromkeys(range(_FIRST_TIER, _LAST_TIER + 1), _TIER_WIDTH)
    widths |= dict.fromkeys(range(_GRADE + 1, _LAST + 1), 12.0)
    set_widths(sheet, widths)


def _cards(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    """The portfolio's totals in large figures; they have names that other sheets use."""
    exposure, tier = result_name("exposure"), result_name("risk_tier")
    high = _label('"high"')
    cards = (
        ("total_customers", say("Customers", "客户数"), "count",
         f"=SUMPRODUCT(--({result_name('customer_id')}<>\"\"))", _LABELS, _LABELS),
        ("total_exposure", say("Exposure", "敞口"), "money",
         f"=SUM({exposure})", 3, 3),
        ("total_loss", say("Expected loss", "预期损失"), "number",
         f'=SUMIFS({result_name("expected_loss")},{result_name("expected_loss")},">=0")', 4, 4),
        ("total_loss_rate", say("Expected loss / exposure", "预期损失率"), "pd",
         "=IF(total_exposure=0,0,total_loss/total_exposure)", 5, 5),
        ("npl_ratio", say("Non-performing ratio", "不良率"), "pd",
         f"=IF(total_exposure=0,0,SUMIFS({exposure},{result_name('npl')},TRUE)/total_exposure)", 6, 6),
        ("high_share", say("Exposure at high risk", "高风险敞口占比"), "rate",
         f"=IF(total_exposure=0,0,SUMIFS({exposure},{tier},{high})/total_exposure)",
         _GRADE, _GRADE + 1),
        ("not_classified", say("Customers without a tier", "未分层客户"), "count",
         f'=total_customers-COUNTIF({tier},"?*")', _GRADE + 2, _LAST),
    )  # fmt: skip
    for name, text, kind, formula, first, last in cards:
        define(book, name, card(sheet, _CARD_ROW, first, last, text, formula, kind))
    sheet.row_dimensions[_CARD_ROW + 2].height = 8


def _label(tier: str) -> str:
    """The name of a tier, given by a cell or a quoted code, in the language of the results."""
    return udf(
        "CR_STRATEGY",
        tier=tier,
        item='"label"',
        policy=policy_reference("tier_strategy"),
        lang="lang",
    )


def _tier_block(sheet: Worksheet, lang: Lang) -> int:
    """The tiers' figures; returns the last row."""
    say = Speaker(lang)
    put(sheet, _SECTION_ROW, _LABELS, say("The tiers in figures", "各层级数据"), SECTION)
    sheet.row_dimensions[_SECTION_ROW].height = 22
    sheet.row_dimensions[_HEADER_ROW].height = 22
    headers(sheet, _HEADER_ROW, _LABELS, [say("Risk tier", "风险层级")])
    codes = policy_column("tier_strategy", "tier", lang)
    for i in range(len(TIERS)):
        code = Box(sheet, _SECTION_ROW, _CODES + i, _SECTION_ROW, _CODES + i)
        put(sheet, code.top, code.left, f"=INDEX({codes},{i + 1})", UNIT)
        put(sheet, _HEADER_ROW, _FIRST_TIER + i, f"={_label(code.address)}", HEADER)
    colour_tiers(Box(sheet, _HEADER_ROW, _FIRST_TIER, _HEADER_ROW, _LAST_TIER))
    listed = _figures()
    rows = {figure.name: _FIRST_ROW + i for i, figure in enumerate(listed)}
    for figure in listed:
        row = rows[figure.name]
        sheet.row_dimensions[row].height = 18
        put(sheet, row, _LABELS, say(figure.en, figure.zh), LABEL)
        for column in range(_FIRST_TIER, _LAST_TIER + 1):
            letter = get_column_letter(column)
            cells = {name: f"{letter}{place}" for name, place in rows.items()}
            formula = figure.formula.format(tier=f"{letter}${_HEADER_ROW}", **cells)
            put(sheet, row, column, formula, RESULT, figure.kind)
            sheet.cell(row, column).alignment = Alignment(horizontal="center", vertical="center")
    return _FIRST_ROW + len(listed) - 1


def _heat_map(sheet: Worksheet, lang: Lang) -> None:
    """Exposure by grade (risk, downwards) and ABC class (value, across)."""
    say = Speaker(lang)
    put(sheet, _SECTION_ROW, _GRADE,
        say("Value × risk: exposure by grade and ABC class", "价值 × 风险：按等级与 ABC 类别的敞口"), SECTION)  # fmt: skip
    headers(sheet, _HEADER_ROW, _GRADE, [say("Grade", "等级"), *_CLASSES, say("Total", "合计")])
    grades = policy_column("grade_scale", "grade", lang)
    exposure, grade, abc = (result_name(name) for name in ("exposure", "grade", "abc"))
    for i in range(GRADES):
        row = _FIRST_ROW + i
        put(sheet, row, _GRADE, f'=IFERROR(INDEX({grades},{i + 1}),"")', LABEL)
        sheet.cell(row, _GRADE).alignment = Alignment(horizontal="center", vertical="center")
        for column in range(_GRADE + 1, _LAST):
            letter = get_column_letter(column)
            formula = (
                f"=SUMIFS({exposure},{grade},${get_column_letter(_GRADE)}{row},"
                f"{abc},{letter}${_HEADER_ROW})"
            )
            put(sheet, row, column, formula, CALCULATION, "money")
        first, last = get_column_letter(_GRADE + 1), get_column_letter(_LAST - 1)
        put(sheet, row, _LAST, f"=SUM({first}{row}:{last}{row})", RESULT, "money")
    bottom = _FIRST_ROW + GRADES
    put(sheet, bottom, _GRADE, say("Total", "合计"), TOTAL)
    sheet.cell(bottom, _GRADE).alignment = Alignment(horizontal="center", vertical="center")
    for column in range(_GRADE + 1, _LAST + 1):
        letter = get_column_letter(column)
        formula = f"=SUM({letter}{_FIRST_ROW}:{letter}{bottom - 1})"
        put(sheet, bottom, column, formula, TOTAL, "money")
    heat_map(Box(sheet, _FIRST_ROW, _GRADE + 1, bottom - 1, _LAST - 1))


def _strategy_block(sheet: Worksheet, top: int, lang: Lang) -> int:
    """What the bank does with each tier; returns the last row."""
    say = Speaker(lang)
    put(sheet, top, _LABELS, say("What each tier means", "各层级策略"), SECTION)
    sheet.row_dimensions[top - 1].height = 8
    sheet.row_dimensions[top].height = 22
    row = _criteria(sheet, top + 1, lang)
    for item in _ITEMS:
        put(sheet, row, _LABELS, say(item.en, item.zh), LABEL)
        for column in range(_FIRST_TIER, _LAST_TIER + 1):
            tier = f"{get_column_letter(column)}${_HEADER_ROW}"
            formula = udf(
                "CR_STRATEGY",
                tier=tier,
                item=f'"{item.item}"',
                policy=policy_reference("tier_strategy"),
                lang="lang",
            )
            style = PROSE if item.kind == "words" else CALCULATION
            put(sheet, row, column, f"={formula}", style, item.kind)
            if item.kind != "words":
                sheet.cell(row, column).alignment = Alignment(
                    horizontal="center", vertical="center"
                )
        sheet.row_dimensions[row].height = _height(item, lang)
        row += 1
    return row - 1


def _criteria(sheet: Worksheet, row: int, lang: Lang) -> int:
    """The tier's limits from the policy table; returns the next free row."""
    say = Speaker(lang)
    tier = policy_column("risk_tiers", "tier", lang)
    limits = (
        ("pd_upper", say("PD below", "违约概率低于"), "pd"),
        ("value_share", say("Among the best by value", "价值位次低于"), "rate"),
    )
    for name, text, kind in limits:
        put(sheet, row, _LABELS, text, LABEL)
        values = policy_column("risk_tiers", name, lang)
        for column in range(_FIRST_TIER, _LAST_TIER + 1):
            code = f"{get_column_letter(_CODES + column - _FIRST_TIER)}${_SECTION_ROW}"
            found = f"INDEX({values},MATCH({code},{tier},0))"
            put(sheet, row, column, f'=IF({found}="","–",{found})', CALCULATION, kind)
            sheet.cell(row, column).alignment = Alignment(horizontal="center", vertical="center")
        sheet.row_dimensions[row].height = 18
        row += 1
    return row


def _height(item: Item, lang: Lang) -> float:
    """The height of a row of texts, by the longest of them."""
    if item.kind != "words":
        return 18.0
    column = f"{item.item}_{lang}"
    widest = max(text_width(text) for text in tables.builtin("tier_strategy").rows[column])
    lines = math.ceil(widest / _LINE)
    per_line, padding = _LINE_HEIGHTS[lang]
    return per_line * lines + padding


def _chart_data(sheet: Worksheet, lang: Lang) -> None:
    """Shares by tier in the shape that a chart needs, beside the printed page."""
    say = Speaker(lang)
    put(sheet, _SECTION_ROW, _CHART_DATA, say("Chart data", "图表数据"), UNIT)
    rows = [figure.name for figure in _figures()]
    named = (
        ("customers_share", say("Customers", "客户数")),
        ("exposure_share", say("Exposure", "敞口")),
        ("loss_share", say("Expected loss", "预期损失")),
    )
    for i in range(len(TIERS)):
        letter = get_column_letter(_FIRST_TIER + i)
        put(sheet, _HEADER_ROW, _CHART_DATA + 1 + i, f"={letter}{_HEADER_ROW}", UNIT)
    for j, (name, text) in enumerate(named):
        row = _FIRST_ROW + j
        put(sheet, row, _CHART_DATA, text, UNIT)
        for i in range(len(TIERS)):
            source = f"{get_column_letter(_FIRST_TIER + i)}{_FIRST_ROW + rows.index(name)}"
            put(sheet, row, _CHART_DATA + 1 + i, f"={source}", UNIT, "share")
    set_widths(sheet, {_CHART_DATA: 20.0, _CHART_DATA + 1: 12.0})


def _control_totals(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    """The page's own totals, which the data check compares with the results."""
    rows = [figure.name for figure in _figures()]
    first, last = get_column_letter(_FIRST_TIER), get_column_letter(_LAST_TIER)
    corner = f"{get_column_letter(_LAST)}{_FIRST_ROW + GRADES}"

    def across(name: str) -> str:
        row = _FIRST_ROW + rows.index(name)
        return f"=SUM({first}{row}:{last}{row})"

    totals = (
        ("tier_customers", say("Customers in tiers", "已分层客户"), across("customers")),
        ("tier_exposure", say("Exposure in tiers", "已分层敞口"), across("exposure")),
        ("heat_exposure", say("Exposure in the grid", "矩阵敞口"), f"={corner}"),
    )
    for i, (name, text, formula) in enumerate(totals, start=_FIRST_ROW + 4):
        put(sheet, i, _CHART_DATA, text, UNIT)
        put(sheet, i, _CHART_DATA + 1, formula, UNIT, "money")
        define(book, name, Box(sheet, i, _CHART_DATA + 1, i, _CHART_DATA + 1))


def _charts(sheet: Worksheet, spot: Box, lang: Lang) -> None:
    say = Speaker(lang)
    names = Box(sheet, _FIRST_ROW, _CHART_DATA, _FIRST_ROW + 2, _CHART_DATA)
    shares = [
        Box(sheet, _HEADER_ROW, _CHART_DATA + 1 + i, _FIRST_ROW + 2, _CHART_DATA + 1 + i)
        for i in range(len(TIERS))
    ]
    colours = [TIER_COLOURS[tier] for tier in TIERS]
    texts = [text_on_tier(tier) for tier in TIERS]
    chart = bars(
        say("Shares by tier", "各层级占比"), names, shares, lang,
        number_format="0%", colours=colours, stacked="percentStacked", label_colours=texts,
    )  # fmt: skip
    place(sheet, chart, spot, part=0, parts=2)
    bottom = _FIRST_ROW + GRADES - 1
    grades = Box(sheet, _FIRST_ROW, _GRADE, bottom, _GRADE)
    classes = [
        Box(sheet, _HEADER_ROW, column, bottom, column) for column in range(_GRADE + 1, _LAST)
    ]
    chart = bars(
        say("Exposure by grade and ABC class", "按等级与 ABC 类别的敞口"), grades, classes, lang,
        stacked="stacked", colours=(NAVY, TEAL, "A9C9D6"),
    )  # fmt: skip
    place(sheet, chart, spot, part=1, parts=2)
