"""The yearly cost of a loan with its fees: the internal rate of return of what is paid."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, faulty
from udfs.errors import CellError
from udfs.kinds import Choice, FloatArray, Language, Output, TextArray
from udfs.project_finance.periods import MONTHS_BETWEEN, Frequency
from udfs.project_finance.repayment import (
    Amounts,
    LoanRates,
    Loans,
    Methods,
    Money,
    Months,
    loans_of,
)
from udfs.records import record

_ANNUALISE: Final = Choice({"compound": ("复利", "irr"), "simple": ("单利", "nominal")})

_STEPS: Final = 100
_PRECISION: Final = 1e-13
_LAST_STEP: Final = 1e-7
"""Each step of Newton's method squares the error: after one of this share of the rate, what is
left is below the last digit."""

_BLOCK: Final = 16_384


@udf(
    "CR_APR",
    family="project_finance",
    zh="""贷款年化利率：把利息与各项费用全部计入，按实际占用本金计算（内部收益率法）。

    分期手续费、等本等息等的名义利率远低于实际成本，年化后方可比较。

    参数：
        amount: 贷款金额，单元格或区域。
        rate: 名义年利率，小数；只收手续费的为 0。
        months: 期限，月数；须为还款间隔的整数倍。
        fee: 放款时一次性收取的费用，金额；默认 0。
        period_fee: 每期随还款收取的费用，金额；默认 0。
        method: 还款方式："annuity" 等额本息（默认）；"equal principal" 等额本金；"bullet" 按期付息到期还本；"single payment" 利随本清；"flat" 等本等息。可逐行给出。
        frequency: 还款间隔："monthly" 月（默认）；"quarterly" 季；"half-yearly" 半年；"yearly" 年。
        annualise: "compound" 复利（默认）；"simple" 单利，即每期利率乘以每年期数，对外公布时须注明单利。
        out: "value" 年化利率；"why" 与名义利率的比较；"table" 单利、复利、每期利率与费用合计。
        lang: 说明与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的年化利率，小数。
    错误：
        一次性费用不小于贷款金额为 #NUM!；其余同 CR_INSTALMENT。
    来源：
        中国人民银行公告〔2021〕第 3 号：贷款年化利率应以全部贷款成本与实际占用本金之比计算（请核对法规原文）。
    """,
)
def annual_percentage_rate(
    amount: Amounts,
    rate: LoanRates,
    months: Months,
    fee: Money | float = 0.0,
    period_fee: Money | float = 0.0,
    method: Methods | str = "annuity",
    frequency: Frequency = "monthly",
    annualise: Annotated[str, _ANNUALISE] = "compound",
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Annual percentage rate of a loan: interest and all fees on the principal in use (IRR).

    It makes comparable what nominal rates hide: fees by instalment and interest on the amount
    lent (flat) cost far more than they say.

    Args:
        amount: Loan amount, one cell or a range.
        rate: Nominal rate per year, decimal; 0 where only fees are charged.
        months: Term in months, a multiple of the months between payments.
        fee: Fee charged once at the drawdown, an amount; default 0.
        period_fee: Fee charged with every payment, an amount; default 0.
        method: Repayment: "annuity" (default), "equal principal", "bullet" interest only and
            principal at the end, "single payment" all at the end, "flat" interest on the amount
            lent; one or one per row.
        frequency: Payments: "monthly" (default), "quarterly", "half-yearly" or "yearly".
        annualise: "compound" (default) or "simple", the rate of a period times the periods of a
            year, which has to be disclosed as such.
        out: "value" the annual rate; "why" compares it with the nominal rate; "table" simple,
            compound, rate of a period and total cost.
        lang: Language of sentence and headers, "en" or "zh".

    Returns:
        Rate per year, decimal, in the common shape.

    Errors:
        #NUM! where the fee is not below the amount; otherwise as CR_INSTALMENT.

    Example:
        =CR_APR(12000,0,12,0,72) -> 0.138417851
        =CR_APR(10000,{6%;7.2%},12,{0;100},,{"annuity";"flat"}) -> {0.0616778119;0.160204988}

    Source:
        PBOC announcement 2021 No. 3: the annualised rate is the whole cost over the principal in
        use (check against the regulation).
    """
    loans, faults = loans_of(amount, rate, months, method, frequency)
    once = np.broadcast_to(fee, (len(amount),))
    each = np.broadcast_to(period_fee, (len(amount),))
    faults = _too_dear(once, amount) | faults
    received = np.where(once < amount, amount - once, amount)
    period_rate, found = internal_rate(loans, received, each)
    faults = dict.fromkeys(np.flatnonzero(~found).tolist(), _NO_RATE) | faults
    periods = 12 / MONTHS_BETWEEN[frequency]
    compound = np.expm1(periods * np.log1p(period_rate))
    simple = period_rate * periods
    chosen = compound if annualise == "compound" else simple
    if out == "value":
        return faulty(chosen, faults.items()) if faults else chosen
    cost = loans.total_interest() + once + each * loans.count
    if out == "table":
        columns = (compound, simple, period_rate, cost)
        shown = (faulty(column, faults.items()) for column in columns)
        return pd.DataFrame(dict(zip(_HEADERS[lang], shown, strict=True)))
    kind = {"en": annualise, "zh": _ANNUALISE.options[annualise][0]}[lang]
    rows = zip(chosen.tolist(), np.asarray(rate).tolist(), cost.tolist(), amount.tolist(), strict=True)  # fmt: skip
    texts = [_REASON[lang].format(*row, kind) for row in rows]
    return faulty(np.array(texts, dtype=object), faults.items())


_REASON: Final = {
    "en": "{0:.4%} a year ({4}) against a nominal {1:.4%}: interest and fees of {2:,.2f} on {3:,.2f}.",
    "zh": "年化利率 {0:.4%}（{4}），名义利率 {1:.4%}：{3:,.2f} 的贷款共付利息与费用 {2:,.2f}。",
}
_HEADERS: Final = {
    "en": ("APR compound", "APR simple", "rate of a period", "total cost"),
    "zh": ("年化利率（复利）", "年化利率（单利）", "每期利率", "费用与利息合计"),
}
_NO_RATE: Final = CellError(
    errors.NUM,
    "no annual rate could be found for these payments; check amount, rate and fees.",
    "无法求得年化利率；请检查金额、利率与费用。",
)


def _too_dear(fee: FloatArray, amount: FloatArray) -> Faults:
    return {
        row: CellError(
            errors.NUM,
            f"fee must be below the amount {amount[row]:g}; got {fee[row]:g}.",
            f"fee 应小于贷款金额 {amount[row]:g}，实际为 {fee[row]:g}。",
        )
        for row in np.flatnonzero(fee >= amount).tolist()
    }


def internal_rate(
    loans: Loans, received: FloatArray, each: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """The rate of a period at which the payments are worth what was received.

    Newton's method, which converges from either side since the value of payments falls and is
    convex in the rate; it starts at the cost over the sum of the balances.

    Args:
        loans: without grace and residual.
        received: what the borrower gets at the beginning.
        each: fee with every payment.

    Returns:
        The rates, and for which loans one was found.
    """
    interest = loans.total_interest()
    cost = interest + each * loans.count + loans.amount - received
    half, whole = loans.amount * (loans.count + 1) / 2, loans.amount * loans.count
    # Interest over its rate is the sum of the balances, where interest is on what is owed.
    lent = np.divide(interest, loans.rate, out=half.copy(), where=loans.rate > _PRECISION)
    start = cost / loans.by_method(lent, half, whole, whole, half)
    # Nothing paid but the principal: the rate is 0, where the formulas divide by it.
    wanted = np.flatnonzero(cost > _PRECISION * loans.amount)
    payments = _Payments.of(loans, each)
    rates, found = np.zeros(len(cost)), np.ones(len(cost), dtype=bool)
    # Blocks that fit the processor's cache are solved several times as fast as whole columns.
    for first in range(0, len(wanted), _BLOCK):
        rows = wanted[first : first + _BLOCK]
        rates[rows], found[rows] = _solved(payments.take(rows), received[rows], start[rows])
    return rates, found


def _solved(
    payments: _Payments, received: FloatArray, rate: FloatArray
) -> tuple[FloatArray, BoolArray]:
    done = np.zeros(len(rate), dtype=bool)
    for _ in range(_STEPS):
        value, slope = payments.worth(rate)
        step = (received - value) / slope
        # A loan that is solved stays as it is, so that its neighbours do not change its last digit.
        rate = np.where(done, rate, np.maximum(rate + step, rate / 2))
        done |= np.abs(step) <= _LAST_STEP * rate
        if done.all():
            break
    return rate, done


@record
class _Payments:
    """All payments of each loan, in parts that have a value in closed form.

    Attributes:
        count: of payments.
        level: the same in every period.
        last: in the last period on top.
        amount: lent, of loans with equal principal.
        interest: rate of a period on what is owed, of loans with equal principal; 0 for others.
    """

    count: FloatArray
    level: FloatArray
    last: FloatArray
    amount: FloatArray
    interest: FloatArray

    @classmethod
    def of(cls, loans: Loans, each: FloatArray) -> _Payments:
        share, interest = loans.amount / loans.count, loans.amount * loans.rate
        nothing = np.zeros_like(share)
        whole = loans.amount + interest * loans.count
        level = loans.by_method(loans.level_payment, share, interest, nothing, share + interest)
        last = loans.by_method(nothing, nothing, loans.amount, whole, nothing)
        falling = loans.by_method(nothing, loans.rate, nothing, nothing, nothing)
        return cls(loans.count, level + each, last, loans.amount, falling)

    def take(self, rows: npt.NDArray[np.intp]) -> _Payments:
        """The payments of some loans."""
        return _Payments(
            self.count[rows],
            self.level[rows],
            self.last[rows],
            self.amount[rows],
            self.interest[rows],
        )

    def worth(self, rate: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The value of the payments at a rate of a period above 0, and its slope."""
        lost = np.expm1(-self.count * np.log1p(rate))
        end = 1 + lost
        end_slope = -self.count * end / (1 + rate)
        factor = -lost / rate
        factor_slope = -(end_slope + factor) / rate
        value = self.level * factor + self.last * end
        slope = self.level * factor_slope + self.last * end_slope
        if self.interest.any():
            # Makeham: where K is the value of the principal, interest on what is owed is worth
            # its rate times (amount − K) / rate.
            share = self.amount / self.count
            owed = (self.amount - share * factor) / rate
            value = value + self.interest * owed
            slope = slope - self.interest * (owed + share * factor_slope) / rate
        return value, slope
