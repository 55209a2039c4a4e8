"""More transactions than a sheet has rows: added up so that every result stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from addin.errors import SourceError

PERIODS: Final = (1, 3, 6, 12, 24)
"""Lengths of the periods tried, in months; the first that fits is taken."""
_HISTORY_MONTHS: Final = 1200


@dataclass(frozen=True, slots=True)
class FittedEvents:
    """Transactions that fit on a sheet.

    Attributes:
        frame: the transactions, or their totals.
        months: the length of the periods they were added up by; 0 if every event has its row.
    """

    frame: pd.DataFrame
    months: int


def fit_events(frame: pd.DataFrame, as_of: np.datetime64, capacity: int) -> FittedEvents:
    """Transactions as they are, or added up per customer, kind and period if they are too many.

    Periods are whole months counted back from the as-of date, so that a window of as many months
    cuts through none. The date of a total is that of its last event, its count the number of
    events. Recency, frequency, monetary value and totals by kind come out as from single events,
    for every window that is a multiple of the period.

    Args:
        frame: checked transactions with customer_id, date, amount and maybe kind and count; a
            blank count means one event, as the field dictionary says.
        as_of: the day of the refresh.
        capacity: how many rows there is room for.

    Raises:
        SourceError: even two-year totals are too many.
    """
    count = frame["count"] if "count" in frame else pd.Series(np.nan, index=frame.index)
    frame = frame.assign(count=count.fillna(1.0).astype(np.float64))
    if len(frame) <= capacity:
        return FittedEvents(frame, 0)
    for months in PERIODS:
        totals = _totals(frame, as_of, months)
        if len(totals) <= capacity:
            return FittedEvents(totals, months)
    raise SourceError(
        "transactions",
        f"{len(frame):,} rows are too many for a sheet, even added up over {PERIODS[-1]} months.",
        "Split the portfolio over several workbooks.",
    )


def _totals(frame: pd.DataFrame, as_of: np.datetime64, months: int) -> pd.DataFrame:
    amount = frame["amount"].to_numpy(dtype=np.float64)
    keys = {
        "customer_id": frame["customer_id"],
        "kind": frame["kind"] if "kind" in frame else pd.Series([""] * len(frame), dtype=object),
        "period": _periods(frame["date"].to_numpy(), as_of, months),
        # Income and reversals apart: a sum of both could hide that anything came in.
        "sign": np.sign(amount),
    }
    groups = pd.DataFrame(keys).assign(
        date=frame["date"].to_numpy(), amount=amount, count=frame["count"]
    )
    totals = groups.groupby(list(keys), sort=False, dropna=False).agg(
        date=("date", "max"), amount=("amount", "sum"), count=("count", "sum")
    )
    totals = totals.reset_index().sort_values(["date", "customer_id", "kind"], kind="stable")
    return totals[list(frame.columns)].reset_index(drop=True)


def _periods(
    dates: npt.NDArray[np.datetime64], as_of: np.datetime64, months: int
) -> npt.NDArray[np.int64]:
    """The number of the period that each date lies in: 0 the last, -1 after the as-of date."""
    edges = np.array([_months_before(as_of, n) for n in range(0, _HISTORY_MONTHS, months)])
    place = np.searchsorted(edges[::-1], dates.astype("datetime64[D]"), side="left")
    return np.asarray(len(edges) - 1 - place, dtype=np.int64)


def _months_before(day: np.datetime64, months: int) -> Any:
    """The day so many months before, kept inside its month."""
    month = day.astype("datetime64[M]")
    start = month - np.timedelta64(months, "M")
    last = (start + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return min(start.astype("datetime64[D]") + (day - month.astype("datetime64[D]")), last)
