"""The working capital a firm needs and the new loan that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs.catalogue import udf
from udfs.kinds import (
    NOT_NEGATIVE,
    POSITIVE,
    Bounds,
    Choice,
    FloatArray,
    Language,
    Number,
    Numbers,
    TextArray,
)
from udfs.labels import blank_nan
from udfs.limits.amounts import or_unknown, parts_table, shown
from udfs.records import record

Amounts = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]
Days = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果", "loan"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "need": ("working capital", "营运资金量"),
        "gap": ("资金缺口",),
        "days": ("cycle", "周转天数"),
        "turns": ("周转次数",),
    }
)
_HEADERS: Final = {
    "en": (
        "cycle_days",
        "turns",
        "working_capital",
        "own_funds",
        "existing_loans",
        "other_funds",
        "funding_gap",
        "new_loan",
    ),
    "zh": (
        "营运资金周转天数",
        "周转次数",
        "营运资金量",
        "自有资金",
        "现有流动资金贷款",
        "其他渠道资金",
        "资金缺口",
        "新增流动资金贷款",
    ),
}


@udf(
    "CR_WCNEED",
    family="limits",
    zh="""测算新增流动资金贷款额度：营运资金量减去自有资金、现有流动资金贷款和其他渠道资金，最低为 0。

    营运资金量 = 上年销售收入 ×（1 - 销售利润率）×（1 + 预计增长率）÷ 周转次数；周转次数 = 360 ÷（存货 + 应收 - 应付 + 预付
    - 预收）天数，全程不取整。各项天数可用 CR_TURNDAYS 由余额计算。

    参数：
        sales: 上年度销售收入，万元。
        margin: 上年度销售利润率，小数。
        growth: 预计销售收入年增长率，小数。
        inventory_days: 存货周转天数。
        receivable_days: 应收账款周转天数。
        payable_days: 应付账款周转天数。
        prepayment_days: 预付账款周转天数，没有填 0。
        prereceipt_days: 预收账款周转天数，没有填 0。
        own_funds: 借款人自有资金，万元；空白不扣减，并在理由中注明。
        existing_loans: 现有流动资金贷款，万元；同上。
        other_funds: 其他渠道提供的营运资金，万元；同上。
        year_days: 一年的天数，默认 360。
        out: "value" 新增贷款额度；"need" 营运资金量；"gap" 带正负号的缺口；"days" 周转天数；"turns" 周转次数；"why" 理由；"table" 明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的金额，万元。
    错误：
        缺任一必填项为 #N/A；天数为负、利润率不小于 1 等为 #NUM!。
    来源：
        《流动资金贷款管理暂行办法》（银监会令 2010 年第 1 号）附件；2024 年办法请核对法规原文。
    """,
)
def working_capital_need(
    sales: Amounts,
    margin: Annotated[FloatArray, Numbers(bounds=Bounds(upper=1, upper_open=True))],
    growth: Annotated[FloatArray, Numbers(bounds=Bounds(lower=-1))],
    inventory_days: Days,
    receivable_days: Days,
    payable_days: Days,
    prepayment_days: Days,
    prereceipt_days: Days,
    own_funds: Amounts | None = None,
    existing_loans: Amounts | None = None,
    other_funds: Amounts | None = None,
    year_days: Annotated[float, Number(bounds=POSITIVE)] = 360,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """New working-capital loan by the Chinese formula: working capital needed less funds at hand.

    Working capital = sales x (1 - margin) x (1 + growth) / turns; turns = 360 / (inventory +
    receivable - payable + prepayment - advance-receipt days), never rounded on the way. A need
    below zero is a loan of 0. CR_TURNDAYS gives the days from balances.

    Args:
        sales: Sales of last year, 10k yuan.
        margin: Profit margin on sales of last year, decimal.
        growth: Expected growth of sales, decimal.
        inventory_days: Turnover days of inventory.
        receivable_days: Turnover days of receivables.
        payable_days: Turnover days of payables.
        prepayment_days: Turnover days of prepayments; 0 if there are none.
        prereceipt_days: Turnover days of advance receipts; 0 if there are none.
        own_funds: Own funds of the borrower, 10k yuan; blank deducts nothing and the reason says
            so.
        existing_loans: Working-capital loans it has, 10k yuan; likewise.
        other_funds: Working capital from other sources, 10k yuan; likewise.
        year_days: Days of a year; default 360.
        out: "value" the new loan; "need" working capital needed; "gap" need less funds, with its
            sign; "days" of the cycle; "turns"; "why" the reason; "table" all parts.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Amount in 10k yuan, in the common shape.

    Errors:
        #N/A where a needed figure is missing; #NUM! where days are negative or margin is not
        below 1.

    Example:
        =CR_WCNEED(3000,0.15,0.1,60,40,20,0,8) -> 561
        =CR_WCNEED({3000;3000},0.15,0.1,60,40,20,0,8,{200;600},{100;0}) -> {261;0}

    Source:
        Interim Measures for Working Capital Loans (CBRC Order 2010 No. 1), annex; Measures of
        2024: check against the regulation.
    """
    days = inventory_days + receivable_days - payable_days + prepayment_days - prereceipt_days
    need = sales * (1 - margin) * (1 + growth) * days / year_days
    count = len(sales)
    funds = tuple(or_unknown(part, count) for part in (own_funds, existing_loans, other_funds))
    gap = need - np.nansum(np.stack(funds), axis=0)
    loan: FloatArray = np.maximum(gap, 0)
    # Where payables and advances carry the whole cycle, working capital does not turn at all.
    turns = np.divide(year_days, days, out=np.full(count, np.nan), where=days > 0)
    if out == "table":
        return parts_table(_HEADERS[lang], (days, turns, need, *funds, gap, loan), {})
    if out == "why":
        return _reasons(_Cycle(days, turns, need, funds, gap), lang)
    if out == "turns":
        return blank_nan(turns)
    results: dict[str, FloatArray] = {"need": need, "gap": gap, "days": days}
    return results.get(out, loan)


@record
class _Cycle:
    days: FloatArray
    turns: FloatArray
    need: FloatArray
    funds: tuple[FloatArray, ...]
    gap: FloatArray


_WORDS: Final = {
    "en": {
        "turning": "{} days, {:.4g} turns a year: working capital {}",
        "idle": "payables and advance receipts carry the whole cycle ({} days): working capital {}",
        "funds": ("own funds {}", "existing loans {}", "other funds {}"),
        "names": ("own funds", "existing loans", "other funds"),
        "less": ", less {}",
        "unknown": "; not given and not deducted: {}",
        "loan": "; new loan {}.",
        "none": "; {} more than needed, so no new loan.",
        "exact": "; exactly covered, so no new loan.",
        "joint": ", ",
    },
    "zh": {
        "turning": "周转 {} 天，一年 {:.4g} 次，营运资金量 {}",
        "idle": "应付与预收已覆盖整个周转（{} 天），营运资金量 {}",
        "funds": ("自有资金 {}", "现有贷款 {}", "其他渠道资金 {}"),
        "names": ("自有资金", "现有贷款", "其他渠道资金"),
        "less": "，减{}",
        "unknown": "；未给出而未扣减：{}",
        "loan": "；新增贷款 {}。",
        "none": "；资金已多出 {}，无新增贷款需求。",
        "exact": "；资金恰好满足，无新增贷款需求。",
        "joint": "、",
    },
}


def _reasons(cycle: _Cycle, lang: str) -> TextArray:
    words = _WORDS[lang]
    reasons = np.empty(len(cycle.need), dtype=object)
    for i in range(len(reasons)):
        reasons[i] = _reason(cycle, i, words)
    return reasons


def _reason(cycle: _Cycle, i: int, words: Mapping[str, Any]) -> str:
    days, need, gap = shown(cycle.days[i]), shown(cycle.need[i]), float(cycle.gap[i])
    turning = cycle.days[i] > 0
    sentence: str = (
        words["turning"].format(days, cycle.turns[i], need)
        if turning
        else words["idle"].format(days, need)
    )
    amounts = [part[i] for part in cycle.funds]
    known = [
        words["funds"][j].format(shown(amount))
        for j, amount in enumerate(amounts)
        if not np.isnan(amount)
    ]
    unknown = [words["names"][j] for j, amount in enumerate(amounts) if np.isnan(amount)]
    if known:
        sentence += words["less"].format(words["joint"].join(known))
    if unknown:
        sentence += words["unknown"].format(words["joint"].join(unknown))
    if gap > 0:
        sentence += words["loan"].format(shown(gap))
        return sentence
    sentence += words["none"].format(shown(-gap)) if gap < 0 else words["exact"]
    return sentence
