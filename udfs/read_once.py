"""Tables that nobody writes to, and what functions make of them: read once for many calls.

A function typed into every cell of a column gets the same policy table ten thousand times.
`one_row` hands over the same DataFrame for the same cells; a reader decorated with ``read_once``
keeps with it what it made of it. A table that its owner may write to is read anew each time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeAlias, TypeVar

import numpy.typing as npt
import pandas as pd

P = ParamSpec("P")
T = TypeVar("T")
AnyTable = TypeVar("AnyTable", bound="pd.DataFrame | None")
_Readings: TypeAlias = dict[tuple[Any, ...], tuple[Any, Any]]

_READINGS: Final = "_creditcells_readings"
_MOST: Final = 256
_of_no_table: Final[_Readings] = {}


def lasting(table: pd.DataFrame) -> pd.DataFrame:
    """Mark a table that nobody will write to, so that what is read from it is kept with it."""
    vars(table).setdefault(_READINGS, {})
    return table


def read_once(
    read: Callable[Concatenate[AnyTable, P], T],
) -> Callable[Concatenate[AnyTable, P], T]:
    """Keep what a reader makes of a lasting table, or of none, where that means a built-in one.

    The reader must depend on its arguments alone, and nobody may write to what it gives; a table
    that it gives lasts too. After the table it takes single values, other lasting tables, and what
    was itself read once: all but values are known by their identity.
    """

    @wraps(read)
    def once(table: AnyTable, /, *others: P.args, **named: P.kwargs) -> T:
        kept = _readings(table)
        if kept is None or not all(map(_lasts, others)) or not all(map(_lasts, named.values())):
            return read(table, *others, **named)
        key = (read, *map(_identity, others), tuple(named), *map(_identity, named.values()))
        found = kept.get(key)
        if found is None:
            made = read(table, *others, **named)
            if isinstance(made, pd.DataFrame):
                lasting(made)
            if len(kept) >= _MOST:
                kept.clear()
            # The others are held on to, so that nothing else can take their identities.
            found = kept[key] = (made, (others, named))
        known: T = found[0]
        return known

    return once


@read_once
def read_column(table: pd.DataFrame, name: str) -> npt.NDArray[Any]:
    """A column of a table as an array, in which strings are objects."""
    return table[name].to_numpy()


def _readings(table: pd.DataFrame | None) -> _Readings | None:
    return _of_no_table if table is None else vars(table).get(_READINGS)


def _lasts(other: object) -> bool:
    return not isinstance(other, pd.DataFrame) or _READINGS in vars(other)


def _identity(other: object) -> tuple[type, Any]:
    return type(other), other if isinstance(other, str | int | float | None) else id(other)
