"""Repayment by given shares: stepped, seasonal, or sculpted to a principal profile."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.errors import CallError, Words
from udfs.kinds import NOT_NEGATIVE, Bounds, Choice, FloatArray, Language, Number, Numbers
from udfs.project_finance.amortisation import Account, discounts, rounded
from udfs.project_finance.payment_dates import Calendar, DayCount, Resets, calendar
from udfs.project_finance.periods import MONTHS_BETWEEN, Frequency
from udfs.project_finance.schedules import Amount, Day, Decimals, LoanRate

Shares = Annotated[Column, Numbers(series="shares", bounds=NOT_NEGATIVE)]
_BY: Final = Choice({"principal": ("本金",), "payment": ("还款额",)})


@udf(
    "CR_REPAYPLAN",
    family="project_finance",
    zh="""按给定比例的还款计划表：阶梯还款、季节性还款、按本金计划还款。

    例：每月 1、每满一年乘以 1.05 为阶梯还款；农业贷款只在收获月份填 1，其余填 0，逐年重复；
    延期还本的月份填 0，期间照常付息。比例只看相对大小。

    参数：
        amount: 贷款金额。
        rate: 年利率，小数；有 resets 时为首次重定价前的利率。
        shares: 每期的比例或金额，一行或一列，不小于 0；空白为 0。短于期限时循环使用。
        months: 期限，月数；省略为 shares 的期数。
        by: "principal" 按比例分配本金，利息另付（默认）；"payment" 按比例分配本息合计的还款额，不足以付息时余额上升。
        frequency: 还款间隔："monthly" 月（默认）；"quarterly" 季；"half-yearly" 半年；"yearly" 年。
        start: 放款日；省略则不列日期，且只能按 30/360 计息。
        first_date: 首期还款日；省略为放款日之后一个还款间隔。
        day_count: 计息基础："30/360"（默认）、"act/360"、"act/365"。
        resets: 利率重定价表：日期、利率。
        decimals: 金额的小数位；默认 2，即到分。
        lang: 表头语言，"en" 或 "zh"。
    结果：
        与 CR_SCHEDULE 相同的表。最后一个比例不为 0 的期间归还全部余额。
    错误：
        比例全为 0 或期限不是间隔的整数倍为 #NUM!；需要放款日而未给出为 #VALUE!。
    来源：
        分段还款、季节性还款的通行安排；计息同 CR_SCHEDULE。
    """,
)
def repayment_plan(
    amount: Amount,
    rate: LoanRate,
    shares: Shares,
    months: Annotated[float | None, Number(bounds=Bounds(lower=1, upper=1200, whole=True))] = None,
    by: Annotated[str, _BY] = "principal",
    frequency: Frequency = "monthly",
    start: Day = None,
    first_date: Day = None,
    day_count: DayCount = "30/360",
    resets: Resets | None = None,
    decimals: Decimals = 2,
    lang: Language = "en",
) -> Whole:
    """Repayment schedule of one loan by given shares per period: stepped, seasonal or sculpted.

    Such as 1 for each month, times 1.05 for each full year (stepped), or 1 in the months of the
    harvest and 0 in the others, repeated every year (seasonal). A 0 defers the principal of a
    month, whose interest is paid. Only proportions count.

    Args:
        amount: Loan amount.
        rate: Rate per year, decimal; with resets, the rate before the first of them.
        shares: Share or amount of each period, not below 0; a blank is 0. Repeated where shorter
            than the term.
        months: Term in months; left out: that of the shares.
        by: Shares of "principal" (default), with interest on top, or of the "payment", interest
            included; where that does not pay the interest, the balance rises.
        frequency: Payments: "monthly" (default), "quarterly", "half-yearly" or "yearly".
        start: Date of the drawdown; left out: no dates, and 30/360 only.
        first_date: Date of the first payment; left out: one period after start.
        day_count: Days of interest: "30/360" (default), "act/360" or "act/365".
        resets: Table of rate changes: date, rate.
        decimals: Decimals of all amounts; default 2.
        lang: Language of the headers, "en" or "zh".

    Returns:
        A table as that of CR_SCHEDULE. The last period with a share above 0 clears the balance.

    Errors:
        #NUM! if all shares are 0 or months do not fit the frequency; #VALUE! if a start is needed
        and not given.

    Example:
        =CR_REPAYPLAN(900,6%,{0;1;2},,,"quarterly",,,,,,"zh") -> {"期数","日期","利率","期初余额","利息","本金","还款额","期末余额","挂账利息";1,"",0.06,900,13.5,0,13.5,900,0;2,"",0.06,900,13.5,300,313.5,600,0;3,"",0.06,600,9,600,609,0,0}

    Source:
        Stepped and seasonal repayment as usual; interest as in CR_SCHEDULE.
    """
    parts = _parts(shares, months, frequency)
    periods = calendar(len(parts), frequency, start, first_date, day_count, rate, resets)
    places = int(decimals)
    account = Account(periods, places, rounded(amount, places))
    last = int(np.flatnonzero(parts)[-1])
    planned = _balances(amount, parts) if by == "principal" else _payments(amount, parts, periods)
    for place, figure in enumerate(planned.tolist()):
        interest = account.interest()
        if place >= last:
            principal = account.balance
        elif by == "principal":
            principal = account.balance - rounded(figure, places)
        else:
            principal = min(rounded(figure, places) - interest, account.balance)
        account.pay(interest, principal)
    return Whole(account.table(lang))


def _parts(shares: Column, months: float | None, frequency: str) -> FloatArray:
    """The share of each period of the loan."""
    for place, error in shares.faults.items():
        where = Words(f"shares, cell {place + 1}", f"shares 第 {place + 1} 格")
        given = Words(error.reason or error.code, error.why("zh") or error.code)
        raise CallError(where, given, Words("at least 0", "不小于 0 的数字"), code=error.code)
    given_shares = np.nan_to_num(shares.values)
    step = MONTHS_BETWEEN[frequency]
    if months is not None and months % step:
        allowed = Words(
            f"a multiple of {step} with {frequency} payments", f"还款间隔 {step} 个月的整数倍"
        )
        raise CallError("months", f"{months:g}", allowed, code=errors.NUM)
    count = len(given_shares) if months is None else int(months) // step
    parts = np.resize(given_shares, count)
    if not parts.any():
        nothing = Words("0 in every period", "各期均为 0")
        raise CallError("shares", nothing, Words("above 0 somewhere", "至少一期大于 0"), code=errors.NUM)  # fmt: skip
    return parts


def _balances(amount: float, parts: FloatArray) -> FloatArray:
    """The balance after each period by the shares of principal."""
    balances: FloatArray = amount * (1 - np.cumsum(parts) / parts.sum())
    return balances


def _payments(amount: float, parts: FloatArray, periods: Calendar) -> FloatArray:
    """Payments in proportion to the shares that are worth the amount."""
    return parts * (amount / float((parts * discounts(periods.rates)).sum()))
