"""Sculpted debt: the loan that a target DSCR carries in every period, and its repayment."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.kinds import POSITIVE, Choice, FloatArray, Language, Numbers
from udfs.labels import blank_nan
from udfs.project_finance.life_cover import LoanPeriods
from udfs.project_finance.periods import (
    Cfads,
    Frequency,
    Names,
    PeriodNames,
    Rates,
    check_rates,
    every,
    life,
    per_period,
    period_names,
    present_values,
    shaped,
)
from udfs.records import record

Targets = Annotated[Column, Numbers(series="dscr", bounds=POSITIVE)]
_OUTPUTS: Final = Choice(
    {
        "value": ("debt", "值", "结果", "债务"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "principal": ("本金",),
        "interest": ("利息",),
        "service": ("debt_service", "还本付息额"),
        "balance": ("余额",),
    }
)


@udf(
    "CR_SCULPT",
    family="project_finance",
    zh="""按目标偿债备付率量身定制还款：可承受的债务规模、每期本金、利息与余额。

    每期还本付息额 = 现金流 ÷ 目标 DSCR；债务规模为其现值；本金为扣除利息后的部分。目标不变时，各期 LLCR 恒等于 DSCR。
    现金流为负的期间不安排还本付息，利息计入余额。

    参数：
        cfads: 每期可用于偿债的现金流，一行或一列。
        rate: 贷款年利率，小数；一个数或每期一个。
        dscr: 目标偿债备付率，倍数；一个数或每期一个。
        loan_periods: 贷款期数；省略为全部期间。其后的现金流不用于还款。
        frequency: 每期长度："yearly" 年（默认）；"half-yearly" 半年；"quarterly" 季；"monthly" 月。
        periods: 各期名称或日期；省略为第几期。
        out: "value" 债务规模；"principal" 每期本金；"interest" 利息；"service" 还本付息额；"balance" 期末余额；"why" 一句话结论；"table" 还款计划表。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        债务规模，与现金流同一货币单位；各期数值与 cfads 同形。
    错误：
        任一数值缺失为 #N/A；目标 DSCR 不大于 0 或 loan_periods 超过期数为 #NUM!。
    来源：
        量身定制还款（debt sculpting）；恒等式见 edbodmer.com。
    """,
)
def sculpted_debt(
    cfads: Cfads,
    rate: Rates,
    dscr: Targets,
    loan_periods: LoanPeriods = None,
    frequency: Frequency = "yearly",
    periods: PeriodNames | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """Debt sculpted to a target DSCR: its size, and principal, interest and balance by period.

    Debt service = cash flow / target DSCR; the debt is its present value, and principal what is
    left after interest. With one target, LLCR equals DSCR at every date. A period with a negative
    cash flow has no debt service; its interest is added to the balance.

    Args:
        cfads: Cash flow available for debt service of each period, a row or a column.
        rate: Loan rate per year, decimal; one, or one for each period.
        dscr: Target DSCR, a multiple; one, or one for each period.
        loan_periods: Periods of the loan; left out: all. Later cash flow repays nothing.
        frequency: Length of a period: "yearly" (default), "half-yearly", "quarterly", "monthly".
        periods: Names or dates of the periods; left out: their numbers.
        out: "value" the debt; by period "principal", "interest", "service" both, "balance" at the
            end; "why" the finding in a sentence; "table" the repayment schedule.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        The debt in the unit of the cash flow; figures by period in the shape of cfads.

    Errors:
        #N/A if any figure is missing; #NUM! if a target is not above 0 or loan_periods exceeds the
        periods.

    Example:
        =CR_SCULPT({100,110,120,130,140},6%,1.3) -> 385.0629734
        =CR_SCULPT({100,110,120,130,140},6%,1.3,,,,"principal") -> {53.8192985,64.7407641,76.3175177,88.5889533,101.5964398}

    Source:
        Debt sculpting; identity of LLCR and DSCR: edbodmer.com.
    """
    count = len(cfads)
    names = period_names(periods, count, lang)
    length = life(loan_periods, count)
    cash, targets = every(cfads, "cfads", count), every(dscr, "dscr", count)
    yearly = every(rate, "rate", count)
    check_rates(yearly)
    plan = sculpt(cash, per_period(yearly, frequency), targets, length)
    if out == "value":
        return Whole(float(plan.opening[0]))
    if out == "why":
        return Whole(_reason(plan, targets, names, lang))
    if out == "table":
        return Whole(_table(plan, cash, names, lang))
    by_period = {
        "principal": plan.principal,
        "interest": plan.interest,
        "service": plan.service,
        "balance": plan.closing,
    }
    return shaped(by_period[out], cfads.shape)


@record
class Sculpted:
    """A repayment schedule; ``periods`` counts those of the loan, all columns go on after it."""

    periods: int
    opening: FloatArray
    service: FloatArray
    interest: FloatArray
    principal: FloatArray
    closing: FloatArray


def sculpt(cash: FloatArray, rates: FloatArray, targets: FloatArray, periods: int) -> Sculpted:
    """The loan whose debt service is the cash flow over the target.

    Args:
        cash: cash flow at the end of each period.
        rates: rate of each period.
        targets: target DSCR of each period.
        periods: of the loan.

    Returns:
        The schedule. Balances are values of what is still to be paid, so that the last is 0 to
        the last digit.
    """
    service = np.where(np.arange(len(cash)) < periods, np.maximum(cash, 0.0) / targets, 0.0)
    values = present_values(service, rates)
    principal = values[:-1] - values[1:]
    return Sculpted(periods, values[:-1], service, service - principal, principal, values[1:])


_HEADERS: Final = {
    "en": ("period", "CFADS", "opening", "interest", "principal", "debt service", "closing", "DSCR"),
    "zh": ("期间", "可用于偿债的现金流", "期初余额", "利息", "本金", "还本付息额", "期末余额", "偿债备付率"),
}  # fmt: skip


def _table(plan: Sculpted, cash: FloatArray, names: Names, lang: str) -> pd.DataFrame:
    ratios = np.full(len(cash), np.nan)
    np.divide(cash, plan.service, out=ratios, where=plan.service > 0)
    columns = (
        names.column(), cash, plan.opening, plan.interest, plan.principal, plan.service,
        plan.closing, blank_nan(ratios),
    )  # fmt: skip
    frame = pd.DataFrame(dict(zip(_HEADERS[lang], columns, strict=True)))
    return frame.iloc[: plan.periods]


def _reason(plan: Sculpted, targets: FloatArray, names: Names, lang: str) -> str:
    low, high = targets[: plan.periods].min(), targets[: plan.periods].max()
    target = f"{low:g}" if low == high else (f"{low:g} 至 {high:g}" if lang == "zh" else f"{low:g} to {high:g}")  # fmt: skip
    grows = np.flatnonzero(plan.principal[: plan.periods] < 0).tolist()
    debt, interest = plan.opening[0], plan.interest.sum()
    if lang == "zh":
        text = f"目标 DSCR {target} 在 {plan.periods} 期内可承受债务 {debt:,.2f}，利息合计 {interest:,.2f}"
        return f"{text}；{names.spans(grows)}现金流不足以付息，余额上升。" if grows else f"{text}。"
    text = (
        f"A DSCR of {target} over {plan.periods} periods carries a debt of {debt:,.2f} with "
        f"{interest:,.2f} of interest"
    )
    if grows:
        return f"{text}; in {names.spans(grows)} the cash flow does not pay the interest and the balance rises."  # fmt: skip
    return f"{text}."
