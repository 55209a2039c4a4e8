"""Ratings and traffic lights: the first row of a table whose limit a figure reaches."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.errors import CallError, Words, column_of
from udfs.kinds import FloatArray, Table, TextArray
from udfs.labels import IndexArray
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

GiniBands = Annotated[pd.DataFrame, Table(builtin="gini_bands")]
PsiBands = Annotated[pd.DataFrame, Table(builtin="psi_bands")]
TestLights = Annotated[pd.DataFrame, Table(builtin="test_lights")]
_DIGITS: Final = 12


@record
class Bands:
    """A table of ratings, the highest limit first.

    Attributes:
        limits: the limit of each row; the last is minus infinity.
        labels: the names in both languages.
    """

    limits: FloatArray
    labels: dict[str, TextArray]

    def places(self, figures: FloatArray) -> IndexArray:
        """The row of each figure."""
        # Rounding keeps a figure that is exactly a limit from falling below it.
        return np.searchsorted(-self.limits, -np.round(figures, _DIGITS), side="left")

    def place(self, figure: float) -> int:
        """The row of one figure."""
        return int(self.places(np.array([figure]))[0])

    def limit_words(self, place: int, lang: str, form: str = ".4g") -> str:
        """Where the row begins, in words: "at least 0.4", for the last "below 0.4"."""
        if place < len(self.limits) - 1:
            limit = format(self.limits[place], form)
            return f"不低于 {limit}" if lang == "zh" else f"at least {limit}"
        limit = format(self.limits[place - 1], form)
        return f"低于 {limit}" if lang == "zh" else f"below {limit}"


@read_once
def read_bands(table: pd.DataFrame | None, name: str, column: str, argument: str) -> Bands:
    """The ratings of a table argument; those of the built-in table if there is none.

    Args:
        table: the argument.
        name: the built-in table.
        column: its column of limits.
        argument: what messages call the table.

    Raises:
        CallError: fewer than two rows, or the limits do not fall to a blank at the end.
    """
    known = builtin(name)
    rows = known.rows if table is None else table
    limits = rows[column].to_numpy(dtype=np.float64)
    inner = limits[:-1]
    falling = bool(len(inner)) and not np.isnan(inner).any() and bool((np.diff(inner) < 0).all())
    if not falling or not np.isnan(limits[-1]):
        zh = next(each.zh for each in known.columns if each.name == column)
        raise CallError(
            column_of(argument, column, zh),
            ", ".join("" if np.isnan(limit) else f"{limit:g}" for limit in limits),
            Words("falling numbers with a blank at the end", "由高到低、最后一行留空的数字"),
        )
    labels = {lang: rows[f"label_{lang}"].to_numpy(dtype=object) for lang in ("en", "zh")}
    return Bands(np.append(np.round(inner, _DIGITS), -np.inf), labels)
