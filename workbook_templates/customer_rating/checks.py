"""The check sheet: statements that balance and reconcile, results that add up."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.customer_rating import layout
from workbook_templates.customer_rating.layout import title
from workbook_templates.customer_rating.statements import first, last, prior
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.check_sheet import Needed, add_check_sheet, checks_of

_YEARS = (
    (first, "first year", "第一年"),
    (prior, "year before", "上年"),
    (last, "latest year", "最近一年"),
)
_NEEDED: Final = (
    ("Customer, industry, founded, employees", "客户、行业、成立日期、从业人员",
           "customer_data"),
    ("Request", "授信申请", "request_data"),
    ("Credit and working capital", "现有授信与营运资金", "existing_data"),
    ("Judgement", "定性判断", "judgement_data"),
    ("Answers on management", "管理水平问卷", "answers"),
    ("Conditions that cap the grade", "等级封顶条件", "judged_holds"),
    ("Years of the statements", "报表年度", "st_years"),
    ("Cash, three years", "货币资金（三年）", "cash_years"),
    ("Revenue and cost, three years", "营业收入与营业成本（三年）", "revenue_years"),
    ("Tax, three years", "所得税（三年）", "tax_years"),
)  # fmt: skip
"""Inputs that the results need: English label, Chinese label, cells."""


def add_checks_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet."""
    say = Speaker(lang)
    needed = [Needed(say(en, zh), cells) for en, zh, cells in _NEEDED]
    add_check_sheet(book, title("checks", lang), checks_of(_pairs(lang), lang), lang, needed)


def _pairs(lang: Lang) -> list[tuple[str, str, str, str]]:
    """What must agree: its English and Chinese label, one figure and the other."""
    pairs: list[tuple[str, str, str, str]] = []
    for year, en, zh in _YEARS:
        pairs.append(
            (
                f"Balance sheet balances: {en}",
                f"资产负债表平衡：{zh}",
                f"N({year('assets')})",
                f"N({year('liabilities')})+N({year('equity')})",
            )
        )
        pairs.append((f"Cash flow ends in the cash of the balance sheet: {en}",
                          f"现金流量表期末余额与货币资金一致：{zh}",
                          f"N({year('closing_cash')})", f"N({year('cash')})"))  # fmt: skip
    for year, before, en, zh in ((prior, first, "year before", "上年"), (last, prior, "latest year", "最近一年")):  # fmt: skip
        pairs.append(
            (
                f"Cash begins where the year before ended: {en}",
                f"期初现金与上年期末一致：{zh}",
                f"N({year('opening_cash')})",
                f"N({before('cash')})",
            )
        )
        retained = "N({surplus_reserve})+N({undistributed_profit})"
        here = retained.format(
            surplus_reserve=year("surplus_reserve"),
            undistributed_profit=year("undistributed_profit"),
        )
        there = retained.format(
            surplus_reserve=before("surplus_reserve"),
            undistributed_profit=before("undistributed_profit"),
        )
        profit = f"N({year('net_profit')})-N({year('dividends_declared')})"
        pairs.append((f"Retained earnings grow by profit less dividends: {en}",
                          f"留存收益变动等于净利润减分配：{zh}", here, f"{there}+{profit}"))  # fmt: skip
    methods = "MIN(method_limits)"
    points = layout.SCORECARD.column("weight", lang)
    return [
        *pairs,
        ("Weights of the scorecard add up to one", "评分卡权重合计为 1", "weights_total",
             f"IF(COUNT({points})=0,0,1)"),
        ("Points of the factors add up to the score", "各因子得分合计等于总分", "points_total", "N(score)"),
        ("Parts of the rate add up to the minimum rate", "利率构成合计等于最低利率", "rate_parts", "N(minimum_rate)"),
        ("The limit is the least of the methods", "授信额度为各方法最小值", "N(limit_amount)",
             f"IF(ISNUMBER(limit_amount),{methods},0)"),
        ("What can be lent on collateral is in the limit by collateral", "押品可贷金额与押品法额度一致",
             "N(lendable)", "N(collateral_recognised)*N(collateral_ltv)"),
        ("The exposure is allotted to the collateral wholly", "敞口已全部分摊至押品", "N(allotted)",
             "IF(N(lendable)=0,0,N(request_amount))"),
    ]  # fmt: skip
