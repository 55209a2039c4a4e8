"""The running account of a loan: interest, principal and balance period by period, in cents."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from udfs.kinds import FloatArray
from udfs.project_finance.payment_dates import Calendar

_SLACK: Final = 1e-6
"""Of the last decimal: what binary digits may lack of a half, which is rounded up."""


def rounded(value: float, decimals: int) -> float:
    """A sum of money at so many decimals, halves up, as Excel's ROUND does."""
    scale = 10.0**decimals
    scaled = value * scale + 0.5 + _SLACK
    return math.floor(scaled) / scale if math.isfinite(scaled) else value


@dataclass(slots=True)
class Account:
    """A loan's account while it is being written.

    Attributes:
        calendar: its periods.
        decimals: of all amounts.
        balance: principal owed now.
        unpaid: interest accrued and not yet paid, which bears no interest.
        rows: opening, interest, principal, payment, closing and unpaid interest of each period.
    """

    calendar: Calendar
    decimals: int
    balance: float
    unpaid: float = 0.0
    rows: list[tuple[float, ...]] = field(default_factory=list)

    def interest(self, base: float | None = None) -> float:
        """The interest of the next period on the balance, or on another amount."""
        owed = self.balance if base is None else base
        return rounded(owed * float(self.calendar.rates[len(self.rows)]), self.decimals)

    def pay(self, interest: float, principal: float) -> None:
        """Close a period in which its interest, the unpaid interest and principal are paid."""
        self._write(interest, principal, interest + self.unpaid + principal, 0.0)

    def capitalise(self, interest: float) -> None:
        """Close a period in which nothing is paid and the interest becomes principal."""
        self._write(interest, -interest, 0.0, self.unpaid)

    def defer(self, interest: float) -> None:
        """Close a period in which nothing is paid and the interest is left for later."""
        self._write(interest, 0.0, 0.0, rounded(self.unpaid + interest, self.decimals))

    def _write(self, interest: float, principal: float, payment: float, unpaid: float) -> None:
        opening = self.balance
        self.balance = rounded(opening - principal, self.decimals)
        self.unpaid = unpaid
        paid = rounded(payment, self.decimals)
        own = rounded(opening - self.balance, self.decimals)
        self.rows.append((opening, interest, own, paid, self.balance, unpaid))

    def table(self, lang: str) -> pd.DataFrame:
        """The account as a table with one row per period."""
        columns: list[object] = [
            np.arange(1.0, len(self.rows) + 1),
            self.calendar.shown_dates(),
            self.calendar.yearly,
        ]
        columns += [np.array(column) for column in zip(*self.rows, strict=True)]
        return pd.DataFrame(dict(zip(_HEADERS[lang], columns, strict=True)))


_HEADERS: Final = {
    "en": ("period", "date", "rate", "opening", "interest", "principal", "payment", "closing", "unpaid interest"),
    "zh": ("期数", "日期", "利率", "期初余额", "利息", "本金", "还款额", "期末余额", "挂账利息"),
}  # fmt: skip


def discounts(rates: FloatArray) -> FloatArray:
    """The value at the beginning of 1 at the end of each period."""
    return 1 / np.cumprod(1 + rates)
