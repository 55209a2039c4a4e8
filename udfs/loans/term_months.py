"""Terms in months between two dates, whole months by the calendar and the rest as a part."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from udfs.kinds import DateArray, FloatArray

Whole = npt.NDArray[np.int64]


def months_between(start: DateArray, end: DateArray) -> FloatArray:
    """Months from one day to another: 31 January to 28 February is one, a day more a bit more.

    A month later is the same day of the next month, or its last day where it has no such day.

    Args:
        start: first days.
        end: last days.

    Returns:
        Months; negative where the end lies before the start, NaN where a day is missing.
    """
    known = ~(np.isnat(start) | np.isnat(end))
    months: FloatArray = np.full(len(known), np.nan)
    everything = bool(known.all())
    first, last = (start, end) if everything else (start[known], end[known])
    if len(first):
        found = _between(first, last)
        if everything:
            return found
        months[known] = found
    return months


def _between(start: DateArray, end: DateArray) -> FloatArray:
    """Months between days that are all known.

    A day is a month and the days since its first; where the day of the start is reached within
    the last month, the rest is counted from there, else from the month before.
    """
    first_month, first_day = _split(start)
    last_month, last_day = _split(end)
    earliest = int(last_month.min()) - 1
    lengths = _lengths(earliest, int(last_month.max()) + 1)
    place = last_month - earliest
    before, within, after = (
        np.minimum(first_day, lengths[place + step] - 1) for step in (-1, 0, 1)
    )
    reached = last_day >= within
    rest = np.where(reached, last_day - within, lengths[place - 1] - before + last_day)
    span = np.where(reached, lengths[place] - within + after, lengths[place - 1] - before + within)
    months: FloatArray = last_month - first_month - ~reached + rest / span
    return months


def _split(days: DateArray) -> tuple[Whole, Whole]:
    """The month of each day, counted from 1970, and the days since the month's first."""
    months = days.astype("datetime64[M]")
    passed = days.astype("datetime64[D]") - months.astype("datetime64[D]")
    return months.astype(np.int64), passed.astype(np.int64)


def _lengths(first: int, last: int) -> Whole:
    """The days of each month from the first to the last, counted from 1970."""
    starts = np.arange(first, last + 2).astype("datetime64[M]").astype("datetime64[D]")
    return np.diff(starts).astype(np.int64)
