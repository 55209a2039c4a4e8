"""Answers to points and points to a score, with questions that are not answered."""

from __future__ import annotations

from typing import Final

import numpy as np

from udfs import errors
from udfs.cells import BoolArray, Faults, Mixed
from udfs.errors import CellError
from udfs.kinds import FloatArray
from udfs.labels import IndexArray
from udfs.qualitative.questionnaire_table import Question
from udfs.records import record

DECIMALS: Final = 10


@record
class Scored:
    """The points of all answers and what they add up to.

    Attributes:
        points: rows × questions; NaN where not answered.
        counted: the points that count: a missing answer may count as the worst.
        weights: rows × questions: the weight of each question, 0 where it does not count.
        score: weighted mean of the points that count.
        faults: the error of each row without a score.
    """

    points: FloatArray
    counted: FloatArray
    weights: FloatArray
    score: FloatArray
    faults: Faults

    @property
    def answered(self) -> BoolArray:
        """Which questions each row answers."""
        given: BoolArray = ~np.isnan(self.points)
        return given


def score_answers(
    form: list[Question], columns: list[Mixed], missing: str, minimum: float
) -> Scored:
    """The points and the score of each row.

    Args:
        form: the questions.
        columns: the answers to each.
        missing: what becomes of a question not answered: "error", "reweight" or "worst".
        minimum: with "reweight", the least share of weight that must be answered.
    """
    points = np.empty((len(columns[0]), len(form)))
    faults: Faults = {}
    for place, (question, column) in enumerate(zip(form, columns, strict=True)):
        points[:, place], wrong = question.points(column)
        faults = wrong | faults
    weight = np.array([question.weight for question in form])
    weight = weight / weight.sum()
    answered = ~np.isnan(points)
    for row in _too_few(answered, weight, missing, minimum).tolist():
        faults.setdefault(row, _unanswered(form, answered[row], weight, missing, minimum))
    counted = points
    weights = np.where(answered, weight, 0.0)
    if missing == "worst":
        counted = np.where(answered, points, [question.worst for question in form])
        weights = np.broadcast_to(weight, points.shape)
    score = weighted_mean(counted, weights)
    return Scored(points, counted, weights, score, faults)


def weighted_mean(points: FloatArray, weights: FloatArray) -> FloatArray:
    """Weighted mean of each row, question by question, so that a row alone gives the same bits."""
    total = np.zeros(len(points))
    whole = np.zeros(len(points))
    for column, weight in zip(np.nan_to_num(points).T, weights.T, strict=True):
        total += column * weight
        whole += weight
    score: FloatArray = np.round(total / np.where(whole > 0, whole, np.nan), DECIMALS)
    return score


def _too_few(answered: BoolArray, weight: FloatArray, missing: str, minimum: float) -> IndexArray:
    """The rows with too few answers."""
    if missing == "error":
        return np.flatnonzero(~answered.all(axis=1))
    if missing == "worst":
        return np.flatnonzero(~answered.any(axis=1))
    share = np.where(answered, weight, 0.0).sum(axis=1)
    # Weights are decimals: seven tenths in binary must not fall short of 0.7.
    return np.flatnonzero((share < minimum * (1 - 1e-9)) | ~(share > 0))


def _unanswered(
    form: list[Question], answered: BoolArray, weight: FloatArray, missing: str, minimum: float
) -> CellError:
    lacking = [question for question, given in zip(form, answered, strict=True) if not given]
    english = ", ".join(question.labels["en"] for question in lacking)
    chinese = "、".join(question.labels["zh"] for question in lacking)
    if missing == "reweight":
        share = float(weight[answered].sum())
        return CellError(
            errors.NA,
            f"answers: only {share:.0%} of the weight is answered, at least {minimum:.0%} is needed; "
            f"not answered: {english}.",
            f"answers：已答题目的权重仅占 {share:.0%}，至少须 {minimum:.0%}；未答：{chinese}。",
        )
    return CellError(
        errors.NA,
        f"answers: not answered: {english}; answer them, or say with the argument missing how they "
        "count.",
        f"answers：未答：{chinese}；请补答，或用参数 missing 指定处理方式。",
    )
