"""The history sheet: one snapshot of every customer per as-of date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from addin.portfolio.sheet_tables import SheetTable, day_cells, number_cells, text_cells
from workbook_templates.portfolio.layout import HISTORY_COLUMNS

_TEXTS: Final = frozenset(column.name for column in HISTORY_COLUMNS if column.kind == "text")
_NAMES: Final = tuple(column.name for column in HISTORY_COLUMNS)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the history.

    Attributes:
        previous: the as-of date of the snapshot before; None if there is none.
        dropped: as-of dates of old snapshots that no longer fit on the sheet.
    """

    previous: dt.date | None
    dropped: tuple[dt.date, ...]


def keep_snapshot(
    table: SheetTable, snapshot: pd.DataFrame, as_of: dt.date, *, date1904: bool, clear: bool
) -> Kept:
    """Write a snapshot into the history; one of the same date is replaced, not doubled.

    Args:
        table: the history table.
        snapshot: customer_id, score, grade, risk_tier, pd, exposure and expected_loss of each
            customer.
        as_of: its date.
        date1904: whether the workbook counts its days from 1904.
        clear: whether to drop all earlier snapshots first: those of the template's worked case.

    Returns:
        The date of the snapshot before, and which ones had to go.
    """
    before = _read(table)
    day = np.datetime64(as_of, "D")
    kept = before.iloc[:0] if clear else before.loc[before["as_of"] != day]
    joined = pd.concat([kept, snapshot.assign(as_of=day)], ignore_index=True)
    joined = joined.sort_values("as_of", kind="stable", ignore_index=True)
    joined, dropped = _fit(joined, table.capacity, day)
    days = np.unique(joined["as_of"].to_numpy())
    earlier = days[days < day]
    for changed in days[days >= day][:2]:
        # The snapshot after this one now has another one before it.
        joined = _compare(joined, changed, days[days < changed])
    unchanged = _same_rows(before, joined)
    table.resize(len(joined))
    _write(table, joined.iloc[unchanged:], unchanged, date1904=date1904)
    previous = earlier[-1].astype("datetime64[D]").astype(dt.date) if len(earlier) else None
    return Kept(previous, dropped)


def _read(table: SheetTable) -> pd.DataFrame:
    body = list(zip(*table.body(), strict=True))
    columns: dict[str, Sequence[Any]] = {}
    for column in HISTORY_COLUMNS:
        position = table.position((column.en, column.zh))
        columns[column.name] = [] if position is None else body[position]
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
    frame["as_of"] = np.array([_day(cell) for cell in frame["as_of"]], dtype="datetime64[D]")
    for name in _NAMES[1:]:
        if name in _TEXTS:
            frame[name] = [_text(cell) for cell in frame[name]]
        else:
            frame[name] = [_number(cell) for cell in frame[name]]
    return frame.loc[frame["as_of"].notna()].reset_index(drop=True)


def _day(cell: Any) -> np.datetime64:
    if isinstance(cell, dt.datetime):
        return np.datetime64(cell.date(), "D")
    return np.datetime64(cell, "D") if isinstance(cell, dt.date) else np.datetime64("NaT", "D")


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _number(cell: Any) -> float:
    return float(cell) if isinstance(cell, int | float) else np.nan


def _fit(
    joined: pd.DataFrame, capacity: int, day: np.datetime64
) -> tuple[pd.DataFrame, tuple[dt.date, ...]]:
    """Drop the oldest snapshots, whole ones, until the rest fits."""
    dropped = []
    for oldest in np.unique(joined["as_of"].to_numpy()):
        if len(joined) <= capacity or oldest == day:
            break
        joined = joined.loc[joined["as_of"] != oldest].reset_index(drop=True)
        dropped.append(oldest.astype("datetime64[D]").astype(dt.date))
    return joined, tuple(dropped)


def _compare(joined: pd.DataFrame, day: Any, earlier: Any) -> pd.DataFrame:
    """Note beside each customer of a snapshot its grade and tier in the one before."""
    here = (joined["as_of"] == day).to_numpy()
    ids = joined.loc[here, "customer_id"]
    for now, then in (("grade", "previous_grade"), ("risk_tier", "previous_tier")):
        if len(earlier):
            last = joined.loc[joined["as_of"] == earlier[-1]].drop_duplicates("customer_id")
            found = ids.map(last.set_index("customer_id")[now]).fillna("")
        else:
            found = pd.Series("", index=ids.index)
        joined.loc[here, then] = found.to_numpy(dtype=object)
    return joined


def _same_rows(before: pd.DataFrame, joined: pd.DataFrame) -> int:
    """How many rows at the top stand on the sheet already."""
    size = min(len(before), len(joined))
    differs = np.zeros(size, dtype=bool)
    for name in _NAMES:
        old, new = before[name].iloc[:size].to_numpy(), joined[name].iloc[:size].to_numpy()
        differs |= ~((old == new) | (pd.isna(old) & pd.isna(new)))
    return int(np.argmax(differs)) if differs.any() else size


def _write(table: SheetTable, rows: pd.DataFrame, offset: int, *, date1904: bool) -> None:
    cells: dict[int, list[Any]] = {}
    for column in HISTORY_COLUMNS:
        position = table.position((column.en, column.zh))
        if position is None:
            continue
        values = rows[column.name].to_numpy()
        if column.name == "as_of":
            cells[position] = list(day_cells(values.astype("datetime64[D]"), date1904=date1904))
        elif column.name in _TEXTS:
            cells[position] = list(text_cells(values.tolist()))
        else:
            cells[position] = list(number_cells(values.astype(np.float64)))
    table.write(cells, offset=offset)
