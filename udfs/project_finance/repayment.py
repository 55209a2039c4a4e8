"""Loans repaid by the usual methods, many at once: payments, interest and balances.

Every period is as long as every other, and the interest of a period is the yearly rate times
its months / 12, as Chinese banks compute instalments. Schedules with dates and days are in
``schedules``.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.cells import Faults
from udfs.errors import CellError
from udfs.kinds import NOT_NEGATIVE, POSITIVE, Bounds, Choice, FloatArray, Numbers, TextArray, Texts
from udfs.project_finance.periods import MONTHS_BETWEEN
from udfs.records import record

METHODS: Final = Choice(
    {
        "annuity": ("等额本息", "level payment"),
        "equal principal": ("等额本金", "linear"),
        "bullet": ("到期还本", "按期付息到期还本", "interest only"),
        "single payment": ("利随本清", "到期一次还本付息"),
        "flat": ("等本等息", "add-on"),
    }
)
METHOD_NAMES: Final = tuple(METHODS.options)
METHOD_ZH: Final = tuple(aliases[0] for aliases in METHODS.options.values())

Amounts = Annotated[FloatArray, Numbers(bounds=POSITIVE)]
LoanRates = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]
Months = Annotated[FloatArray, Numbers(bounds=Bounds(lower=1, upper=1200, whole=True))]
Methods = Annotated[TextArray, Texts(options=METHODS)]
Counts = Annotated[FloatArray, Numbers(bounds=Bounds(lower=0, upper=1200, whole=True))]
Money = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]


@record(caches=True)
class Loans:
    """Loans by row.

    Attributes:
        amount: lent.
        rate: of a period.
        count: payments.
        method: the place of its method among ``METHOD_NAMES``.
        grace: payments of interest only at the beginning.
        residual: paid with the last payment on top of the instalment.
    """

    amount: FloatArray
    rate: FloatArray
    count: FloatArray
    method: npt.NDArray[np.intp]
    grace: FloatArray
    residual: FloatArray

    @property
    def instalments(self) -> FloatArray:
        """Payments after the grace."""
        return self.count - self.grace

    def by_method(self, *figures: FloatArray) -> FloatArray:
        """The figure of each loan's own method, given one for each of ``METHOD_NAMES``."""
        if self.same_method and len(self.method):
            return figures[int(self.method[0])]
        own: FloatArray = np.choose(self.method, figures)
        return own

    @cached_property
    def same_method(self) -> bool:
        """Whether all loans are repaid by one method."""
        return bool((self.method == self.method[:1]).all())

    @cached_property
    def level_payment(self) -> FloatArray:
        """The payment of an annuity after the grace."""
        factor = annuity_factor(self.rate, self.instalments)
        return (self.amount - self.residual * (1 - self.rate * factor)) / factor

    def first_payment(self) -> FloatArray:
        """The first payment after the grace, which may be the last."""
        interest = self.amount * self.rate
        share = (self.amount - self.residual) / self.instalments
        usual = self.by_method(
            self.level_payment, share + interest, interest, interest, share + interest
        )
        only = (self.instalments == 1) | (self.method == METHOD_NAMES.index("single payment"))
        return np.where(only, self.last_payment(), usual)

    def last_payment(self) -> FloatArray:
        """The last payment, residual included."""
        interest = self.amount * self.rate
        share = (self.amount - self.residual) / self.instalments
        return self.by_method(
            self.level_payment + self.residual,
            (share + self.residual) * (1 + self.rate),
            self.amount + interest,
            self.amount + interest * self.count,
            share + interest + self.residual,
        )

    def total_interest(self) -> FloatArray:
        """All interest over the life of the loan."""
        interest = self.amount * self.rate
        left = self.instalments
        shrinking = left * self.residual + (self.amount - self.residual) * (left + 1) / 2
        whole = interest * self.count
        return self.by_method(
            self.level_payment * left + self.residual - self.amount + interest * self.grace,
            interest * self.grace + self.rate * shrinking,
            whole,
            whole,
            whole,
        )

    def balance(self, paid: FloatArray) -> FloatArray:
        """The principal outstanding after so many payments; 0 after the last."""
        done = np.clip(paid - self.grace, 0, self.instalments)
        still = self.instalments - done
        factor = annuity_factor(self.rate, still)
        annuity = self.level_payment * factor + self.residual * (1 - self.rate * factor)
        linear = self.amount - done * (self.amount - self.residual) / self.instalments
        whole = self.amount
        left = self.by_method(annuity, linear, whole, whole, linear)
        return np.where(paid >= self.count, 0.0, np.where(done == 0, self.amount, left))


def annuity_factor(rate: FloatArray, count: FloatArray) -> FloatArray:
    """The value of 1 at the end of each of so many periods; their number at a rate of 0."""
    safe = np.where(rate == 0, 1.0, rate)
    return np.where(rate == 0, count, -np.expm1(-count * np.log1p(safe)) / safe)


def loans_of(
    amount: FloatArray,
    rate: FloatArray,
    months: FloatArray,
    method: TextArray | str,
    frequency: str,
    grace: FloatArray | float = 0.0,
    residual: FloatArray | float = 0.0,
) -> tuple[Loans, Faults]:
    """Loans as their arguments say, and the errors of those that cannot be."""
    rows = len(amount)
    step = MONTHS_BETWEEN[frequency]
    graces, residuals = np.broadcast_to(grace, (rows,)), np.broadcast_to(residual, (rows,))
    count = np.floor(months / step)
    faults: Faults = {}
    for row in np.flatnonzero((count * step != months) | (count < 1)).tolist():
        faults[row] = CellError(
            errors.NUM,
            f"months must be a multiple of {step} with {frequency} payments; got {months[row]:g}.",
            f"months 应为 {step} 的倍数（{_FREQUENCY_ZH[frequency]}），实际为 {months[row]:g}。",
        )
    for row in np.flatnonzero(graces >= count).tolist():
        faults.setdefault(row, _grace_error(graces[row], count[row]))
    for row in np.flatnonzero(residuals > amount).tolist():
        faults.setdefault(row, _residual_error(residuals[row], amount[row]))
    bad = list(faults)
    if bad:
        # Such rows are errors; harmless figures keep them from disturbing the others.
        count = count.copy()
        graces, residuals = graces.copy(), residuals.copy()
        count[bad], graces[bad], residuals[bad] = 1.0, 0.0, 0.0
    return Loans(
        amount, rate * (step / 12), count, _places(method, rows), graces, residuals
    ), faults


def _places(methods: TextArray | str, count: int) -> npt.NDArray[np.intp]:
    if isinstance(methods, str):
        return np.full(count, METHOD_NAMES.index(methods))
    codes, names = pd.factorize(methods)
    return np.array([METHOD_NAMES.index(name) for name in names], dtype=np.intp)[codes]


_FREQUENCY_ZH: Final = {
    "yearly": "按年还款",
    "half-yearly": "按半年还款",
    "quarterly": "按季还款",
    "monthly": "按月还款",
}


def _grace_error(grace: float, count: float) -> CellError:
    return CellError(
        errors.NUM,
        f"grace must be less than the {count:g} payments; got {grace:g}.",
        f"grace 应少于还款期数 {count:g}，实际为 {grace:g}。",
    )


def _residual_error(residual: float, amount: float) -> CellError:
    return CellError(
        errors.NUM,
        f"residual must be at most the amount {amount:g}; got {residual:g}.",
        f"residual 不应大于贷款金额 {amount:g}，实际为 {residual:g}。",
    )
