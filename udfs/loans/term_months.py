"""Terms in months between two dates, whole months by the calendar and the rest as a part."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from udfs.kinds import DateArray, FloatArray
from udfs.strategy.tier_strategy import add_months


def months_between(start: DateArray, end: DateArray) -> FloatArray:
    """Months from one day to another: 31 January to 28 February is one, a day more a bit more.

    Args:
        start: first days.
        end: last days.

    Returns:
        Months; negative where the end lies before the start, NaN where a day is missing.
    """
    known = ~(np.isnat(start) | np.isnat(end))
    first = np.where(known, start, np.datetime64("2000-01-01", "D"))
    last = np.where(known, end, np.datetime64("2000-01-01", "D"))
    whole = (last.astype("datetime64[M]") - first.astype("datetime64[M]")).astype(np.int64)
    whole -= add_months(first, whole) > last
    reached = add_months(first, whole)
    span = _days(add_months(first, whole + 1) - reached)
    months: FloatArray = whole + _days(last - reached) / span
    months[~known] = np.nan
    return months


def _days(spans: npt.NDArray[np.timedelta64]) -> npt.NDArray[np.int64]:
    return spans.astype(np.int64)
