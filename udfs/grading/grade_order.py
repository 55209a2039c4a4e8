"""The order of grades, also of grades with + and - on a scale of plain letters."""

from __future__ import annotations

import numpy as np
import pandas as pd

from udfs.errors import CallError, Words
from udfs.kinds import FloatArray, TextArray
from udfs.read_once import read_once

_NOTCH = 1 / 3


class GradeOrder:
    """The ranks of grades on a scale, the best lowest.

    A grade with + or - that is not on the scale itself stands a third of a step above or below
    its letter, so that AA- lies between AA and A.
    """

    def __init__(self, scale: pd.DataFrame) -> None:
        self._ranks = {
            str(grade).casefold(): float(i) for i, grade in reversed([*enumerate(scale["grade"])])
        }
        self.grades = [str(grade) for grade in scale["grade"]]

    def rank(self, grade: str) -> float:
        """The rank of one grade; NaN if the scale does not know it."""
        key = grade.casefold()
        if key in self._ranks:
            return self._ranks[key]
        notch = {"+": -_NOTCH, "-": _NOTCH}.get(key[-1:], np.nan)
        return self._ranks.get(key[:-1], np.nan) + notch

    def ranks(self, grades: TextArray) -> FloatArray:
        """The ranks of grades, NaN where the scale does not know one."""
        codes, uniques = pd.factorize(grades)
        return np.array([self.rank(str(grade)) for grade in uniques], dtype=np.float64)[codes]

    def limit(self, grade: str, argument: str) -> float:
        """The rank of a grade that a policy names.

        Raises:
            CallError: the scale does not know it.
        """
        rank = self.rank(grade)
        if np.isnan(rank):
            allowed = Words(
                f"a grade of the scale {', '.join(self.grades)}",
                f"等级表中的等级（{'、'.join(self.grades)}）",
            )
            raise CallError(argument, grade, allowed)
        return rank


@read_once
def grade_order(scale: pd.DataFrame) -> GradeOrder:
    """The order of the grades of a scale."""
    return GradeOrder(scale)
