"""Whole months between dates, the last day of a month being as late as any other's."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from udfs.kinds import DateArray

Months = npt.NDArray[np.int64]


def full_months(start: DateArray, end: DateArray) -> Months:
    """How many months have passed: the same day, or the month's last where there is none such.

    31 January and one month is the last of February; a date before the start gives a negative
    number.
    """
    difference = _index(end) - _index(start)
    due = np.minimum(_day(start), _last_day(end))
    months: Months = difference - (_day(end) < due)
    return months


def begun_months(start: DateArray, end: DateArray) -> Months:
    """In which month after the start a date falls: the months passed, a part of one as a whole."""
    difference = _index(end) - _index(start)
    due = np.minimum(_day(start), _last_day(end))
    months: Months = difference + (_day(end) > due)
    return months


def _index(dates: DateArray) -> Months:
    months: Months = dates.astype("datetime64[M]").astype(np.int64)
    return months


def _day(dates: DateArray) -> Months:
    first = dates.astype("datetime64[M]").astype("datetime64[D]")
    days: Months = (dates.astype("datetime64[D]") - first).astype(np.int64)
    return days


def _last_day(dates: DateArray) -> Months:
    month = dates.astype("datetime64[M]")
    length = (month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")
    days: Months = length.astype(np.int64) - 1
    return days
