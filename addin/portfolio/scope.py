"""What an expression of a mapping may refer to: the source's columns and the as-of date."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from addin.portfolio.cleaning import Reading
from addin.portfolio.rows import ObjectArray, RawRows, normalise
from addin.portfolio.values import ValueKind, Values, read_as


class ExpressionError(Exception):
    """An expression cannot be understood; the mapping turns it into a ``MappingError``."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may refer to.

    Attributes:
        rows: the source.
        reading: how its text is read.
        as_of: the day of the refresh.
        read: columns that have been read already, so that each is read once.
    """

    rows: RawRows
    reading: Reading
    as_of: np.datetime64
    read: dict[tuple[str, ValueKind, Reading], Values] = field(default_factory=dict)

    def column(self, name: str) -> Values:
        """A column of the source, untouched.

        Raises:
            ExpressionError: there is none of that name, or more than one.
        """
        found = self.find(name)
        if found is None:
            near = difflib.get_close_matches(name, list(self.rows.frame.columns), n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            known = ", ".join(map(str, self.rows.frame.columns))
            raise ExpressionError(f"there is no column {name!r}.{hint} Its columns are {known}.")
        if found in self.rows.twice:
            raise ExpressionError(f"column {found!r} stands more than once in the source.")
        cells = self.rows.frame[found].to_numpy()
        if cells.dtype == object and isinstance(_first(cells), dict | list | tuple | np.ndarray):
            raise ExpressionError(
                f"the cells of column {found!r} hold lists or records; a field takes one value: "
                "export the part that is meant as a column of its own."
            )
        return Values("raw", cells, (), found)

    def find(self, name: str) -> str | None:
        """The source's own spelling of a column's name; None if there is no such column."""
        columns = [str(column) for column in self.rows.frame.columns]
        if name in columns:
            return name
        wanted = normalise(name)
        return next((column for column in columns if normalise(column) == wanted), None)

    def read_as(self, values: Values, kind: ValueKind, reading: Reading) -> Values:
        """The values as a kind; a plain column is read once per kind and reading."""
        if values.kind != "raw" or not values.column:
            return read_as(values, kind, reading)
        key = (values.column, kind, reading)
        if key not in self.read:
            self.read[key] = read_as(values, kind, reading)
        return self.read[key]

    def constant(self, value: Any) -> Values:
        """A value that is the same in every row."""
        size = len(self.rows.frame)
        if isinstance(value, bool):
            return Values("flag", np.full(size, int(value), dtype=np.int8))
        if isinstance(value, int | float):
            return Values("number", np.full(size, float(value)))
        if value is None:
            return Values("raw", np.full(size, "", dtype=object))
        return Values("text", np.full(size, value, dtype=object))


def _first(cells: ObjectArray) -> Any:
    """The first cell that holds something; in a column of nested values all are of its kind."""
    return next((cell for cell in cells if cell is not None), None)


def with_options(reading: Reading, options: Mapping[str, Any]) -> Reading:
    """A reading with some of its attributes changed, lists as the tuples that they need to be."""
    plain = {key: _listed(key, value) for key, value in options.items()}
    return replace(reading, **plain)


def _listed(key: str, value: Any) -> Any:
    if key not in ("dates", "currency", "blanks"):
        return value
    items = (value,) if isinstance(value, str) else tuple(value)
    return frozenset(items) if key == "blanks" else items
