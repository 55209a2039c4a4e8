"""What a loan still owes on a date, and its next payment."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CellError
from udfs.kinds import Choice, DateArray, Dates, FloatArray, Language, TextArray
from udfs.labels import blank_nan
from udfs.project_finance.periods import MONTHS_BETWEEN, Frequency
from udfs.project_finance.repayment import (
    METHOD_NAMES,
    Amounts,
    Counts,
    LoanRates,
    Loans,
    Methods,
    Money,
    Months,
    loans_of,
)
from udfs.records import record
from udfs.strategy.tier_strategy import add_months

_OUTPUTS: Final = Choice(
    {
        "value": ("balance", "值", "结果", "余额"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "next": ("下期还款额",),
        "next_date": ("下期还款日",),
    }
)


@udf(
    "CR_DUE",
    family="project_finance",
    zh="""一列贷款在某日的剩余本金，以及下一期的还款日与还款额。

    还款日为放款日之后每隔若干月的同一天，没有该日的月份取月末；当日到期的款项视为已还。

    参数：
        amount: 贷款金额，单元格或区域。
        rate: 年利率，小数。
        months: 期限，月数；须为还款间隔的整数倍。
        start: 放款日。
        as_of: 基准日，不早于放款日。
        method: 还款方式："annuity" 等额本息（默认）；"equal principal" 等额本金；"bullet" 按期付息到期还本；"single payment" 利随本清；"flat" 等本等息。可逐行给出。
        frequency: 还款间隔："monthly" 月（默认）；"quarterly" 季；"half-yearly" 半年；"yearly" 年。
        grace: 期初只付息不还本的期数；默认 0。
        residual: 末期一并归还的尾款；默认 0。
        out: "value" 剩余本金；"next" 下期还款额；"next_date" 下期还款日；"why" 一句话说明；"table" 全部。
        lang: 说明与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形；已到期的贷款余额为 0，下期为空白。日期为 Excel 序列号。
    错误：
        基准日早于放款日为 #NUM!；其余同 CR_INSTALMENT。
    来源：
        等额本息与等额本金的通行公式。
    """,
)
def due_on(
    amount: Amounts,
    rate: LoanRates,
    months: Months,
    start: Annotated[DateArray, Dates()],
    as_of: Annotated[DateArray, Dates()],
    method: Methods | str = "annuity",
    frequency: Frequency = "monthly",
    grace: Counts | float = 0.0,
    residual: Money | float = 0.0,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | DateArray | pd.DataFrame:
    """Principal outstanding of a column of loans on a date, with the next payment and its date.

    Payments fall on the day of the start every so many months, or on the month's last day where
    it has no such day; what is due on the date itself counts as paid.

    Args:
        amount: Loan amount, one cell or a range.
        rate: Rate per year, decimal.
        months: Term in months, a multiple of the months between payments.
        start: Date of the drawdown.
        as_of: Date asked about, not before start.
        method: Repayment: "annuity" (default), "equal principal", "bullet" interest only and
            principal at the end, "single payment" all at the end, "flat" interest on the amount
            lent; one or one per row.
        frequency: Payments: "monthly" (default), "quarterly", "half-yearly" or "yearly".
        grace: Payments of interest only at the beginning; default 0.
        residual: Balloon paid with the last payment; default 0.
        out: "value" the principal outstanding; "next" the next payment; "next_date" its date;
            "why" a sentence; "table" all of them.
        lang: Language of sentence and headers, "en" or "zh".

    Returns:
        Amounts in the common shape; 0 and no next payment for a loan that is repaid. Dates are
        Excel serial numbers.

    Errors:
        #NUM! where as_of is before start; otherwise as CR_INSTALMENT.

    Example:
        =CR_DUE(1000000,3.5%,360,"2021-03-12","2026-03-12") -> 896970.727
        =CR_DUE(120,4%,12,"2026-01-31",{"2026-02-27";"2026-02-28"},"equal principal") -> {120;110}

    Source:
        Annuity and equal principal as usual.
    """
    loans, faults = loans_of(amount, rate, months, method, frequency, grace, residual)
    faults = _before(start, as_of) | faults
    # A single payment is due once, at the end of its months.
    once = loans.method == METHOD_NAMES.index("single payment")
    step = np.where(once, months, MONTHS_BETWEEN[frequency]).astype(np.int64)
    count = np.where(once, 1.0, loans.count)
    paid = np.minimum(_payments_by(start, as_of, step), count)
    periods = np.where(once, paid * loans.count, paid)
    balance = loans.balance(periods)
    if out == "value":
        return faulty(balance, faults.items()) if faults else balance
    following = add_months(start, (paid.astype(np.int64) + 1) * step)
    following[paid >= count] = np.datetime64("NaT")
    if out == "next_date":
        return faulty(following, faults.items()) if faults else following
    position = _Position(paid, count, balance, following, next_payment(loans, periods))
    if out == "next":
        return faulty(blank_nan(position.payment), faults.items())
    if out == "why":
        return faulty(position.sentences(as_of, lang), faults.items())
    columns = (paid, balance, following, blank_nan(position.payment))
    shown = (faulty(column, faults.items()) if faults else column for column in columns)
    return pd.DataFrame(dict(zip(_HEADERS[lang], shown, strict=True)))


def _before(start: DateArray, as_of: DateArray) -> Faults:
    return {
        row: CellError(
            errors.NUM,
            f"as_of must not be before start, {start[row]}; got {as_of[row]}.",
            f"as_of 不应早于放款日 {start[row]}，实际为 {as_of[row]}。",
        )
        for row in np.flatnonzero(as_of < start).tolist()
    }


def _payments_by(start: DateArray, as_of: DateArray, step: npt.NDArray[np.int64]) -> FloatArray:
    """How many payments have fallen due by a date, not counting where the loan ends."""
    later = as_of.astype("datetime64[M]") - start.astype("datetime64[M]")
    whole = np.maximum(later.astype(np.int64) // step, 0)
    not_yet = add_months(start, whole * step) > as_of
    due: FloatArray = np.maximum(whole - not_yet, 0).astype(np.float64)
    return due


def next_payment(loans: Loans, paid: FloatArray) -> FloatArray:
    """The payment after so many; NaN after the last."""
    interest = loans.balance(paid) * loans.rate
    share = (loans.amount - loans.residual) / loans.instalments
    flat = share + loans.amount * loans.rate
    single = METHOD_NAMES.index("single payment")
    whole = loans.amount * (1 + loans.rate * loans.count)
    usual = loans.by_method(loans.level_payment, share + interest, interest, whole, flat)
    payment = np.where(paid < loans.grace, interest, usual)
    payment = np.where(paid == loans.count - 1, loans.last_payment(), payment)
    payment = np.where(loans.method == single, whole, payment)
    return np.where(paid < loans.count, payment, np.nan)


@record
class _Position:
    paid: FloatArray
    count: FloatArray
    balance: FloatArray
    following: DateArray
    payment: npt.NDArray[np.float64]

    def sentences(self, as_of: DateArray, lang: str) -> TextArray:
        dates = (as_of.astype(str).tolist(), self.following.astype(str).tolist())
        figures = (self.paid, self.count, self.balance, self.payment)
        columns = (*dates, *(column.tolist() for column in figures))
        one = _sentence_zh if lang == "zh" else _sentence_en
        return np.array([one(*row) for row in zip(*columns, strict=True)], dtype=object)


def _sentence_en(
    day: str, following: str, paid: float, count: float, balance: float, payment: float
) -> str:
    text = f"On {day}, {paid:g} of {count:g} payments have fallen due and {balance:,.2f} is owed"
    return f"{text}; {payment:,.2f} follows on {following}." if paid < count else f"{text}."


def _sentence_zh(
    day: str, following: str, paid: float, count: float, balance: float, payment: float
) -> str:
    text = f"截至 {day}，{count:g} 期中已到期 {paid:g} 期，剩余本金 {balance:,.2f}"
    return f"{text}；下期 {following} 还款 {payment:,.2f}。" if paid < count else f"{text}。"


_HEADERS: Final = {
    "en": ("payments due", "balance", "next date", "next payment"),
    "zh": ("已到期期数", "剩余本金", "下期还款日", "下期还款额"),
}
