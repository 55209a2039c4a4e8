"""When a loan is paid, and the interest of each period by the day count and the rates in force.

Payments fall on the day of the first one every so many months, or on the month's last day where
it has no such day. A rate holds from its date, that day included.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.errors import CallError, Words, column_of
from udfs.kinds import Choice, DateArray, FloatArray, Table, TableColumn
from udfs.project_finance.periods import MONTHS_BETWEEN
from udfs.records import record
from udfs.strategy.tier_strategy import add_months

DAY_COUNT: Final = Choice(
    {
        "30/360": ("按月计息",),
        "act/360": ("actual/360", "实际/360"),
        "act/365": ("actual/365", "实际/365"),
    }
)
DayCount = Annotated[str, DAY_COUNT]

_RESETS: Final = Table(
    columns=(
        TableColumn(name="date", zh="日期", kind="date"),
        TableColumn(name="rate", zh="利率"),
    )
)
Resets = Annotated[pd.DataFrame, _RESETS]

_MOST_GROWTH: Final = 1e300
"""What 1 may grow to over a loan: within the numbers of a cell, with room for days and sums."""


@record
class Calendar:
    """The periods of a loan.

    Attributes:
        dates: the start and the date of each payment; None if no start was given.
        yearly: the rate in force at the end of each period.
        rates: the interest of each period per unit of principal.
        lengths: of each period in years; by 30/360, without the odd days of the first.
    """

    dates: DateArray | None
    yearly: FloatArray
    rates: FloatArray
    lengths: FloatArray

    @property
    def usual(self) -> FloatArray:
        """The interest of each period at the rate at its end, without odd days."""
        return self.yearly * self.lengths

    def at_rate_of(self, place: int) -> FloatArray:
        """The usual interest of a period and of all later ones, were its rate to stay."""
        later: FloatArray = self.lengths[place:] * self.yearly[place]
        return later

    def shown_dates(self) -> DateArray:
        """The payment dates as a column of a table, blank where there are none."""
        if self.dates is None:
            return np.full(len(self.rates), np.datetime64("NaT", "D"))
        return self.dates[1:]


def calendar(
    count: int,
    frequency: str,
    start: np.datetime64 | None,
    first_date: np.datetime64 | None,
    day_count: str,
    rate: float,
    resets: pd.DataFrame | None,
) -> Calendar:
    """The periods of a loan with their dates, lengths and rates.

    Raises:
        CallError: dates are needed and not given, or not in order; a rate is below 0, or so high
            that what is owed outgrows all numbers.
    """
    months = MONTHS_BETWEEN[frequency]
    if start is None:
        for name, given in (("first_date", first_date), ("resets", resets)):
            if given is not None:
                raise _start_needed(name)
        if day_count != "30/360":
            raise _start_needed(f"day_count {day_count}")
        lengths = np.full(count, months / 12)
        _check_growth("rate", rate, lengths)
        return Calendar(None, np.full(count, rate), rate * lengths, lengths)
    dates = _dates(count, months, start, first_date)
    fractions = _fractions(dates, months, day_count)
    lengths = np.full(count, months / 12) if day_count == "30/360" else fractions
    longest = np.maximum(lengths, fractions)
    _check_growth("rate", rate, longest)
    if resets is not None:
        highest = max(float(resets["rate"].max()), 0.0)
        _check_growth(column_of("resets", "rate", "利率"), highest, longest)
    yearly, rates = _rates(dates, fractions, rate, resets, day_count)
    return Calendar(dates, yearly, rates, lengths)


def _check_growth(argument: str, rate: float, lengths: FloatArray) -> None:
    """Refuse a rate at which debt and discounts leave the numbers that a cell can hold."""
    with np.errstate(over="ignore"):
        growth = np.log1p(rate * lengths).sum()
    if growth > np.log(_MOST_GROWTH):
        allowed = Words(
            f"low enough for what is owed to stay below {_MOST_GROWTH:g} times the amount",
            f"足够低，使欠款不超过贷款金额的 {_MOST_GROWTH:g} 倍",
        )
        raise CallError(argument, f"{rate:g}", allowed, code=errors.NUM)


def _start_needed(name: str) -> CallError:
    allowed = Words(f"given with {name}", f"与 {name} 同时给出")
    return CallError("start", Words("nothing", "空"), allowed)


def _dates(
    count: int, months: int, start: np.datetime64, first_date: np.datetime64 | None
) -> DateArray:
    """The start and every payment date."""
    if first_date is None:
        return add_months(np.full(count + 1, start), np.arange(count + 1) * months)
    if first_date <= start:
        allowed = Words(f"after start, {start}", f"晚于放款日 {start}")
        raise CallError("first_date", Words(str(first_date), str(first_date)), allowed)
    later = add_months(np.full(count, first_date), np.arange(count) * months)
    return np.concatenate([[start], later])


def _fractions(dates: DateArray, months: int, day_count: str) -> FloatArray:
    """The length of each period in years; by 30/360 whole months count as such."""
    if day_count != "30/360":
        days = np.diff(dates).astype(np.float64)
        return days / (360.0 if day_count == "act/360" else 365.0)
    fractions = np.full(len(dates) - 1, months / 12)
    if dates[1] != add_months(dates[:1], np.array([months]))[0]:
        fractions[0] = days_30_360(dates[:1], dates[1:2])[0] / 360
    return fractions


def days_30_360(start: DateArray, end: DateArray) -> FloatArray:
    """Days between dates when every month has 30; the 31st counts as the 30th (30E/360)."""

    def day_number(dates: DateArray) -> FloatArray:
        month = dates.astype("datetime64[M]")
        day = (dates - month.astype("datetime64[D]")).astype(np.int64) + 1
        number: FloatArray = month.astype(np.int64) * 30.0 + np.minimum(day, 30)
        return number

    return day_number(end) - day_number(start)


def _rates(
    dates: DateArray,
    fractions: FloatArray,
    rate: float,
    resets: pd.DataFrame | None,
    day_count: str,
) -> tuple[FloatArray, FloatArray]:
    """The rate at the end of each period, and its interest with changes on the way."""
    if resets is None:
        return np.full(len(fractions), rate), rate * fractions
    days, levels = _read_resets(resets)
    levels = np.append(rate, levels)
    # A change on the day of a payment belongs to the next period.
    at_end = levels[np.searchsorted(days, dates[1:], side="left")]
    rates = np.empty(len(fractions))
    for place, (begin, end) in enumerate(pairwise(dates)):
        inside = days[(days > begin) & (days < end)]
        edges = np.concatenate([[begin], inside, [end]])
        lengths = _days(edges[:-1], edges[1:], day_count)
        in_force = levels[np.searchsorted(days, edges[:-1], side="right")]
        rates[place] = (in_force * lengths).sum() / lengths.sum() * fractions[place]
    return at_end, rates


def _days(start: DateArray, end: DateArray, day_count: str) -> FloatArray:
    if day_count == "30/360":
        return days_30_360(start, end)
    return (end - start).astype(np.float64)


def _read_resets(resets: pd.DataFrame) -> tuple[DateArray, FloatArray]:
    """Dates in ascending order with the rates from then on."""
    ordered = resets.sort_values("date", kind="stable")
    days = ordered["date"].to_numpy().astype("datetime64[D]")
    levels = ordered["rate"].to_numpy(dtype=np.float64)
    twice = np.flatnonzero(days[1:] == days[:-1])
    if len(twice):
        day = str(days[twice[0]])
        once = Words("each date once", "每个日期只出现一次")
        raise CallError(
            column_of("resets", "date", "日期"), Words(f"{day} twice", f"{day} 出现两次"), once
        )
    if (levels < 0).any():
        allowed = Words("at least 0", "不小于 0")
        raise CallError(column_of("resets", "rate", "利率"), f"{levels.min():g}", allowed)
    return days, levels
