"""Counts of moves between grades: as a matrix, as probabilities, as a summary, in words."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.kinds import Choice, FloatArray, TextArray
from udfs.labels import blank_nan
from udfs.monitoring.grade_lists import Codes, GradeList
from udfs.monitoring.shares import share_of
from udfs.records import record

WITHDRAWN_OPTIONS: Final = Choice(
    {"exclude": ("excluded", "剔除", "不计"), "column": ("include", "单列", "计入")}
)
_WORDS: Final = {
    "en": {
        "from": "from",
        "withdrawn": "withdrawn",
        "total": "total",
        "item": "item",
        "number": "number",
        "share": "share",
    },
    "zh": {
        "from": "期初等级",
        "withdrawn": "退出",
        "total": "合计",
        "item": "项目",
        "number": "数量",
        "share": "占比",
    },
}
_ITEMS: Final = {
    "en": (
        "at the beginning",
        "upgraded",
        "unchanged",
        "downgraded",
        "to the worst grade",
        "withdrawn",
        "new at the end",
        "notches down on average",
        "upgrades per downgrade",
        "mobility",
    ),
    "zh": (
        "期初",
        "上调",
        "不变",
        "下调",
        "降至最差等级",
        "退出",
        "期末新增",
        "平均下调级数",
        "上调下调比",
        "流动性指数",
    ),
}


@record
class MigrationCounts:
    """Moves of customers from the grades of the rows to those of the columns.

    Attributes:
        grades: the best first.
        moves: one row per grade; one column per grade and a last one for the withdrawn. Numbers
            of customers, or amounts.
        new: customers or amounts that only the end knows.
        are_amounts: whether amounts were added up rather than customers counted.
    """

    grades: GradeList
    moves: FloatArray
    new: float
    are_amounts: bool

    @property
    def _within(self) -> FloatArray:
        """The moves between grades, without the withdrawn."""
        return self.moves[:, :-1]

    def probabilities(self, *, withdrawn: bool) -> FloatArray:
        """The share of each row that moved to each column; NaN in a row without customers.

        Args:
            withdrawn: whether the withdrawn are a column and part of the whole.
        """
        moves = self.moves if withdrawn else self._within
        return share_of(moves, moves.sum(axis=1, keepdims=True))

    def matrix(self, values: FloatArray, lang: str, *, withdrawn: bool) -> Whole:
        """A matrix with the grades beside it and the base of each row behind it."""
        words = _WORDS[lang]
        names = [*self.grades.names, *([words["withdrawn"]] if withdrawn else [])]
        base = (self.moves if withdrawn else self._within).sum(axis=1)
        columns: dict[int, TextArray] = {0: np.array(self.grades.names, dtype=object)}
        for place in range(len(names)):
            columns[place + 1] = blank_nan(values[:, place])
        columns[len(names) + 1] = base.astype(object)
        return Whole(pd.DataFrame(columns), (words["from"], *names, words["total"]))

    def counts(self, lang: str, *, withdrawn: bool) -> Whole:
        """The moves themselves as a matrix."""
        return self.matrix(self.moves if withdrawn else self._within, lang, withdrawn=withdrawn)

    def figures(self) -> tuple[FloatArray, FloatArray]:
        """The items of the summary and, where it means something, their share of the beginning."""
        within = self._within
        notches = np.arange(len(self.grades))[np.newaxis] - np.arange(len(self.grades))[:, None]
        begin, stayed = float(self.moves.sum()), float(np.trace(within))
        up, down = float(within[notches < 0].sum()), float(within[notches > 0].sum())
        worst = float(within[:-1, -1].sum())
        graded = up + stayed + down
        average = float((within * notches).sum()) / graded if graded else np.nan
        ratio = up / down if down else np.nan
        numbers = [begin, up, stayed, down, worst, float(self.moves[:, -1].sum()), self.new]
        leave = 1 - np.diag(self.probabilities(withdrawn=False))
        mobility = float(np.nanmean(leave)) if not np.isnan(leave).all() else np.nan
        shares = [number / begin if begin else np.nan for number in numbers[1:6]]
        return (
            np.array([*numbers, average, ratio, mobility]),
            np.array([np.nan, *shares, np.nan, np.nan, np.nan, np.nan]),
        )

    def summary(self, lang: str) -> Whole:
        """How many moved up, stayed and moved down, and the measures of mobility."""
        numbers, shares = self.figures()
        words = _WORDS[lang]
        frame = pd.DataFrame(
            {
                words["item"]: np.array(_ITEMS[lang], dtype=object),
                words["number"]: blank_nan(numbers),
                words["share"]: blank_nan(shares),
            }
        )
        return Whole(frame)

    def sentence(self, lang: str) -> str:
        """The summary in one sentence, with what is not in the matrix."""
        numbers, _ = self.figures()
        begin, up, stayed, down, worst, withdrawn, new, average, *_ = numbers.tolist()
        graded = up + stayed + down
        if not graded:
            return (
                "没有期初期末均有等级的客户。"
                if lang == "zh"
                else "Nobody has a grade at both ends."
            )
        shares = [part / graded for part in (up, stayed, down)]
        last = self.grades.names[-1]
        if lang == "zh":
            unit = "金额" if self.are_amounts else "户数"
            move = (
                "不变"
                if not average
                else f"{'下调' if average > 0 else '上调'} {abs(average):.2f} 级"
            )
            return (
                f"期初{unit} {begin:,.10g}，其中 {graded:,.10g} 期末仍有等级：上调 {shares[0]:.1%}，"
                f"不变 {shares[1]:.1%}，下调 {shares[2]:.1%}，平均{move}；降至 {last}：{worst:,.10g}；"
                f"退出 {withdrawn:,.10g}，期末新增 {new:,.10g} 不计入。"
            )
        whole = f"{begin:,.10g} in amount" if self.are_amounts else f"{begin:,.10g} customers"
        way = "down" if average > 0 else "up"
        move = "no notch" if not average else f"{abs(average):.2f} notches {way}"
        return (
            f"Of {whole} at the beginning {graded:,.10g} have a grade at the end: "
            f"{shares[0]:.1%} up, {shares[1]:.1%} unchanged, {shares[2]:.1%} down, {move} on "
            f"average; {worst:,.10g} moved to {last}; {withdrawn:,.10g} withdrawn and "
            f"{new:,.10g} new are not counted."
        )


def count_moves(
    grades: GradeList, begin: Codes, end: Codes, weights: FloatArray | None = None
) -> MigrationCounts:
    """Count the moves of pairs of places; a customer who is not there at the end has withdrawn."""
    size = len(grades)
    finish = np.where(end < 0, grades.withdrawn, end)
    there = (begin >= 0) & (begin < size)
    pairs = begin[there] * (size + 1) + finish[there]
    chosen = None if weights is None else weights[there]
    moves = np.bincount(pairs, weights=chosen, minlength=size * (size + 1))
    new = ~there & (end >= 0) & (end < size)
    return MigrationCounts(
        grades,
        moves.reshape(size, size + 1).astype(np.float64),
        float(new.sum() if weights is None else weights[new].sum()),
        weights is not None,
    )
