"""External ratings in the symbols of either kind of agency."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from udfs.cells import Faults
from udfs.errors import CallError, Words, column_of
from udfs.kinds import FloatArray, TextArray
from udfs.labels import NOWHERE, places, unknown_rows
from udfs.read_once import read_once
from udfs.tables import builtin

_UNRATED: Final = frozenset({"nr", "unrated", "none", "无评级", "未评级"})


class RatingScale:
    """The ranks of external ratings, the best lowest."""

    def __init__(self, table: pd.DataFrame | None) -> None:
        self._table = builtin("external_ratings").rows if table is None else table

    def ranks(self, rating: TextArray | None, count: int) -> tuple[FloatArray, Faults]:
        """The rank of each rating, NaN where there is none, and the ratings that are unknown."""
        if rating is None:
            return np.full(count, np.nan), {}
        codes, texts = pd.factorize(rating)
        unrated = np.array([not t or str(t).casefold() in _UNRATED for t in texts], dtype=bool)
        found = self._places(np.asarray(texts, dtype=object))
        ranks = np.where(unrated | (found == NOWHERE), np.nan, found)[codes]
        unknown = np.where(unrated, 0, found)[codes]
        return ranks, unknown_rows("rating", rating, unknown, self._table["external_rating"])

    def limit(self, worst: TextArray, argument: str) -> FloatArray:
        """The ranks of a table's column of ratings, NaN where it is blank.

        Raises:
            CallError: a rating of the column is not on the scale.
        """
        found = self._places(worst)
        for row in np.flatnonzero((found == NOWHERE) & (worst != "")).tolist():
            where = column_of(argument, "worst_rating", "最低外部评级", row + 1)
            listed = ", ".join(self._table["external_rating"])
            raise CallError(where, worst[row], Words(f"one of {listed}", f"{listed} 之一"))
        return np.where(worst == "", np.nan, found)

    def _places(self, ratings: TextArray) -> FloatArray:
        return places(ratings, self._table, "external_rating", "moodys").astype(np.float64)


@read_once
def rating_scale(table: pd.DataFrame | None) -> RatingScale:
    """The scale of a table; the built-in one if there is none."""
    return RatingScale(table)
