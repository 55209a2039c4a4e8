"""Repayment schedules by the usual methods, with dates, day counts, grace and rate changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.errors import CallError, Words
from udfs.kinds import NOT_NEGATIVE, POSITIVE, Bounds, Choice, Date, FloatArray, Language, Number
from udfs.project_finance.amortisation import Account, discounts, rounded
from udfs.project_finance.payment_dates import DayCount, Resets, calendar
from udfs.project_finance.periods import MONTHS_BETWEEN, Frequency
from udfs.project_finance.repayment import METHODS

Amount = Annotated[float, Number(bounds=POSITIVE)]
LoanRate = Annotated[float, Number(bounds=NOT_NEGATIVE)]
Term = Annotated[float, Number(bounds=Bounds(lower=1, upper=1200, whole=True))]
Grace = Annotated[float, Number(bounds=Bounds(lower=0, upper=1200, whole=True))]
Day = Annotated[np.datetime64 | None, Date()]
Decimals = Annotated[float, Number(bounds=Bounds(lower=0, upper=10, whole=True))]

_GRACE_INTEREST: Final = Choice(
    {"paid": ("付息",), "capitalised": ("计入本金", "capitalized"), "deferred": ("挂账", "延期")}
)


@udf(
    "CR_SCHEDULE",
    family="project_finance",
    zh="""还款计划表：等额本息、等额本金、到期还本、利随本清、等本等息，可带宽限期、尾款与利率重定价。

    金额按小数位取整，最后一期归还全部余额。付息日为首期日每隔若干月的同一天，没有该日取月末。整月以 30/360 计为月数 ÷ 12，
    零头以每月 30 天计；act/360、act/365 按实际天数。利率自重定价日（含）起生效，期内变动按天分段计息，等额本息自该期起重算；零头天数与旧利率天数的利息只影响当期还款额。

    参数：
        amount: 贷款金额。
        rate: 年利率，小数；有 resets 时为首次重定价前的利率。
        months: 期限，月数；须为还款间隔的整数倍。
        method: 还款方式："annuity" 等额本息（默认）；"equal principal" 等额本金；"bullet" 按期付息到期还本；"single payment" 利随本清（单利）；"flat" 等本等息。
        frequency: 还款间隔："monthly" 月（默认）；"quarterly" 季；"half-yearly" 半年；"yearly" 年。
        grace: 期初不还本的期数；默认 0。
        residual: 末期一并归还的尾款；默认 0。
        start: 放款日；省略则不列日期，且只能按 30/360 计息。
        first_date: 首期还款日；省略为放款日之后一个还款间隔。
        day_count: 计息基础："30/360"（默认）、"act/360"、"act/365"。
        grace_interest: 宽限期利息："paid" 按期支付（默认）；"capitalised" 计入本金；"deferred" 挂账，不计复利，宽限期后首期一并支付。
        resets: 利率重定价表：日期、利率（如每年 1 月 1 日的新 LPR 加点）。
        decimals: 金额的小数位；默认 2，即到分。
        lang: 表头语言，"en" 或 "zh"。
    结果：
        带表头的表：期数、日期、利率、期初余额、利息、本金、还款额、期末余额、挂账利息。
    错误：
        期限不是间隔的整数倍、宽限期不短于期限、尾款大于金额为 #NUM!；需要放款日而未给出为 #VALUE!。
    来源：
        国内银行通行还款方式；30E/360、ACT/360、ACT/365 见 ISDA 2006 定义第 4.16 条。
    """,
)
def repayment_schedule(
    amount: Amount,
    rate: LoanRate,
    months: Term,
    method: Annotated[str, METHODS] = "annuity",
    frequency: Frequency = "monthly",
    grace: Grace = 0.0,
    residual: Annotated[float, Number(bounds=NOT_NEGATIVE)] = 0.0,
    start: Day = None,
    first_date: Day = None,
    day_count: DayCount = "30/360",
    grace_interest: Annotated[str, _GRACE_INTEREST] = "paid",
    resets: Resets | None = None,
    decimals: Decimals = 2,
    lang: Language = "en",
) -> Whole:
    """Repayment schedule of one loan: annuity, equal principal, bullet, single payment or flat.

    With grace, balloon and rate changes. Amounts are rounded and the last payment clears the
    balance. Payments fall on the day of the first one, or on the month's last day where it has
    no such day. By 30/360 whole months count as months / 12 and odd days by months of 30 days
    (30E/360); act/360 and act/365 count days. A new rate holds from its date on; the interest of
    its period is split by days, and an annuity is worked out anew from that period. Odd days and
    days at the old rate change the payment of their own period only.

    Args:
        amount: Loan amount.
        rate: Rate per year, decimal; with resets, the rate before the first of them.
        months: Term in months, a multiple of the months between payments.
        method: Repayment: "annuity" (default), "equal principal", "bullet" interest only and
            principal at the end, "single payment" all at the end with simple interest, "flat"
            interest on the amount lent.
        frequency: Payments: "monthly" (default), "quarterly", "half-yearly" or "yearly".
        grace: Periods without principal at the beginning; default 0.
        residual: Balloon paid with the last payment; default 0.
        start: Date of the drawdown; left out: no dates, and 30/360 only.
        first_date: Date of the first payment; left out: one period after start.
        day_count: Days of interest: "30/360" (default), "act/360" or "act/365".
        grace_interest: Interest in the grace: "paid" (default); "capitalised" added to the
            principal; "deferred" left without interest on it and paid with the first payment
            after the grace.
        resets: Table of rate changes: date, rate; such as the LPR plus spread from 1 January on.
        decimals: Decimals of all amounts; default 2.
        lang: Language of the headers, "en" or "zh".

    Returns:
        Table with headers: period, date, rate, opening, interest, principal, payment, closing,
        unpaid interest.

    Errors:
        #NUM! if months do not fit the frequency, grace is not shorter than the loan or the
        residual exceeds the amount; #VALUE! if a start is needed and not given.

    Example:
        =CR_SCHEDULE(1200,6%,3,,,,,,,,,,,"en") -> {"period","date","rate","opening","interest","principal","payment","closing","unpaid interest";1,"",0.06,1200,6,398.01,404.01,801.99,0;2,"",0.06,801.99,4.01,400,404.01,401.99,0;3,"",0.06,401.99,2.01,401.99,404,0,0}

    Source:
        Repayment methods of Chinese banks; 30E/360, ACT/360 and ACT/365: ISDA 2006 Definitions,
        section 4.16.
    """
    count = _count(months, frequency, grace)
    if residual > amount:
        allowed = Words(f"at most the amount {amount:g}", f"不大于贷款金额 {amount:g}")
        raise CallError("residual", f"{residual:g}", allowed, code=errors.NUM)
    periods = calendar(count, frequency, start, first_date, day_count, rate, resets)
    places = int(decimals)
    account = Account(periods, places, rounded(amount, places))
    _grace(account, int(grace), grace_interest, method)
    repayment = _Repayment(account, rounded(residual, places), count, account.balance, int(grace))
    repayment.run(method)
    return Whole(account.table(lang))


def _count(months: float, frequency: str, grace: float) -> int:
    """The number of payments.

    Raises:
        CallError: the term is no multiple of the frequency, or the grace is as long as the loan.
    """
    step = MONTHS_BETWEEN[frequency]
    if months % step:
        allowed = Words(
            f"a multiple of {step} with {frequency} payments", f"还款间隔 {step} 个月的整数倍"
        )
        raise CallError("months", f"{months:g}", allowed, code=errors.NUM)
    count = int(months) // step
    if grace >= count:
        allowed = Words(f"less than the {count} payments", f"少于还款期数 {count}")
        raise CallError("grace", f"{grace:g}", allowed, code=errors.NUM)
    return count


def _grace(account: Account, count: int, treatment: str, method: str) -> None:
    """Write the periods without principal."""
    # A single payment pays nothing before its end, grace or not.
    if method == "single payment" and treatment == "paid":
        treatment = "deferred"
    for _ in range(count):
        interest = account.interest()
        if treatment == "paid":
            account.pay(interest, 0.0)
        elif treatment == "capitalised":
            account.capitalise(interest)
        else:
            account.defer(interest)


@dataclass(slots=True)
class _Repayment:
    """What follows the grace.

    Attributes:
        account: the loan's.
        residual: left for the last payment.
        count: of all payments.
        base: owed at the end of the grace.
        grace: payments of it.
        payment: the level payment as last worked out.
    """

    account: Account
    residual: float
    count: int
    base: float
    grace: int
    payment: float = 0.0

    def run(self, method: str) -> None:
        steps = {
            "annuity": self._annuity,
            "equal principal": self._equal_principal,
            "bullet": self._bullet,
            "single payment": self._single,
            "flat": self._flat,
        }
        for place in range(self.grace, self.count - 1):
            steps[method](place)
        interest = self.account.interest(self.base if method == "flat" else None)
        self.account.pay(interest, self.account.balance)

    def _annuity(self, place: int) -> None:
        periods = self.account.calendar
        if place == self.grace or periods.yearly[place] != periods.yearly[place - 1]:
            # Later changes of the rate are not known to the borrower yet.
            known = periods.at_rate_of(place)
            level = level_payment(known, self.account.balance, self.residual)
            self.payment = rounded(level, self.account.decimals)
        # Odd days and days at an old rate are paid on top of the principal of a usual period.
        usual = rounded(self.account.balance * float(periods.usual[place]), self.account.decimals)
        principal = max(self.payment - usual, 0.0)
        self.account.pay(self.account.interest(), min(principal, self.account.balance))

    def _equal_principal(self, _place: int) -> None:
        self.account.pay(self.account.interest(), self._share())

    def _share(self) -> float:
        """Equal parts of what is not left for the last payment."""
        parts = self.count - self.grace
        share = rounded((self.base - self.residual) / parts, self.account.decimals)
        return min(share, self.account.balance - self.residual)

    def _bullet(self, _place: int) -> None:
        self.account.pay(self.account.interest(), 0.0)

    def _single(self, _place: int) -> None:
        self.account.defer(self.account.interest())

    def _flat(self, _place: int) -> None:
        self.account.pay(self.account.interest(self.base), self._share())


def level_payment(usual: FloatArray, owed: float, residual: float) -> float:
    """The payment that leaves the residual, given the interest of each remaining period."""
    factors = discounts(usual)
    return (owed - residual * float(factors[-1])) / float(factors.sum())
