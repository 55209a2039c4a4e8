"""From events (drawdowns, payments, orders) to recency, frequency and monetary value."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from udfs import errors
from udfs.cells import BoolArray, Column, Faults
from udfs.errors import CellError
from udfs.keys import Lookup
from udfs.kinds import DateArray, FloatArray
from udfs.records import record

_NEVER: Final = np.iinfo(np.int64).min
_DAYS: Final = "datetime64[D]"


@record
class Events:
    """A list of events, one row each.

    Attributes:
        dates: the day of each event.
        amounts: its amount.
        counts: how many events the row stands for; None for one each.
        positive: whether it counts for recency and frequency (1); None if all do.
    """

    dates: Column
    amounts: Column
    counts: Column | None = None
    positive: Column | None = None

    def columns(self) -> dict[str, Column]:
        """The columns that must be filled, by the names of their arguments."""
        given = {
            "event_dates": self.dates,
            "event_amounts": self.amounts,
            "event_counts": self.counts,
        }
        return {name: column for name, column in given.items() if column is not None}


@record
class Totals:
    """What the events of each customer add up to.

    Attributes:
        last: the day of the last positive event up to the as-of date; NaT if there is none.
        recency: days from there to the as-of date; NaN if there is none.
        frequency: number of positive events in the window.
        monetary: sum of the amounts in the window.
        faults: the error of each customer who has an event that cannot be used.
    """

    last: DateArray
    recency: FloatArray
    frequency: FloatArray
    monetary: FloatArray
    faults: Faults


def customer_totals(lookup: Lookup, events: Events, as_of: np.datetime64, months: float) -> Totals:
    """Recency, frequency and monetary value of each place of a lookup.

    Events after ``as_of`` are not counted; frequency and monetary value count the events of the
    last ``months`` months (0: all), recency looks back without limit.
    """
    faults = _event_faults(lookup, events)
    usable = _usable(lookup, events, as_of)
    place = lookup.place if usable is None else lookup.place[usable]
    dates = _taken(events.dates.values, usable).astype(_DAYS, copy=False)
    amounts = _taken(events.amounts.values, usable)
    counts = None if events.counts is None else _taken(events.counts.values, usable)
    positive = None if events.positive is None else _taken(events.positive.values, usable) == 1
    last = _last_day(place, dates.view(np.int64), positive, lookup.count)
    inside = _inside(dates, as_of, months)
    monetary = _sum(place, amounts, inside, lookup.count)
    chosen = positive if inside is None else inside if positive is None else inside & positive
    frequency = _sum(place, counts, chosen, lookup.count)
    recency = np.where(last == _NEVER, np.nan, as_of.astype(np.int64) - last.astype(np.float64))
    days = last.view(_DAYS)
    owner = lookup.owner
    if faults:
        faults = {i: faults[int(o)] for i, o in enumerate(owner) if int(o) in faults}
    return Totals(days[owner], recency[owner], frequency[owner], monetary[owner], faults)


def window_start(as_of: np.datetime64, months: float) -> np.datetime64:
    """The day so many months before, kept inside its month: 24 months before 29 February is 28."""
    month = as_of.astype("datetime64[M]")
    day = as_of - month.astype(_DAYS)
    start = month - np.timedelta64(int(months), "M")
    last = (start + np.timedelta64(1, "M")).astype(_DAYS) - np.timedelta64(1, "D")
    return min(start.astype(_DAYS) + day, last)


def _usable(lookup: Lookup, events: Events, as_of: np.datetime64) -> BoolArray | None:
    """Which events count at all; None if every one does, which spares copying them."""
    reasons: list[BoolArray] = []
    if len(lookup.place) and lookup.place.min() < 0:
        reasons.append(lookup.place < 0)
    dates = events.dates.values
    if len(dates) and not dates.max() <= as_of:
        reasons.append(~(dates <= as_of))
    for column in events.columns().values():
        if column.blank.any():
            reasons.append(column.blank)
        if column.faults:
            wrong = np.zeros(len(column), dtype=bool)
            wrong[list(column.faults)] = True
            reasons.append(wrong)
    if not reasons:
        return None
    return np.asarray(~np.logical_or.reduce(reasons), dtype=bool)


def _event_faults(lookup: Lookup, events: Events) -> Faults:
    """The first fault among the events of each place: a total with a hole in it is no total."""
    found: dict[int, tuple[int, CellError]] = {}
    columns = events.columns()
    if events.positive is not None and events.positive.faults:
        columns["positive"] = events.positive
    for name, column in columns.items():
        rows = dict(column.faults)
        if name != "positive":
            rows |= {int(i): _missing(name) for i in np.flatnonzero(column.blank)}
        for row, error in rows.items():
            place = int(lookup.place[row])
            if place >= 0 and (place not in found or row < found[place][0]):
                found[place] = (row, error)
    return {
        place: CellError(
            error.code,
            f"event row {row + 1}: {error.why()}",
            f"事件第 {row + 1} 行：{error.why('zh')}",
        )
        for place, (row, error) in found.items()
    }


def _missing(name: str) -> CellError:
    return CellError(errors.NA, f"{name} is missing.", f"缺少 {name}。")


def _taken(values: npt.NDArray[Any], usable: BoolArray | None) -> npt.NDArray[Any]:
    return values if usable is None else values[usable]


def _last_day(
    place: npt.NDArray[np.intp], days: npt.NDArray[np.int64], chosen: BoolArray | None, count: int
) -> npt.NDArray[np.int64]:
    last = np.full(count, _NEVER, dtype=np.int64)
    if chosen is not None:
        place, days = place[chosen], days[chosen]
    np.maximum.at(last, place, days)
    return last


def _inside(dates: DateArray, as_of: np.datetime64, months: float) -> BoolArray | None:
    if months == 0 or not len(dates):
        return None
    start = window_start(as_of, months)
    return None if dates.min() > start else np.asarray(dates > start)


def _sum(
    place: npt.NDArray[np.intp], values: FloatArray | None, chosen: BoolArray | None, count: int
) -> FloatArray:
    if chosen is not None:
        place = place[chosen]
        values = None if values is None else values[chosen]
    return np.bincount(place, weights=values, minlength=count).astype(np.float64, copy=False)
