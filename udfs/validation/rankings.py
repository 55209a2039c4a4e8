"""A sample in the order of its score, rows with the same score together."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from udfs.kinds import FloatArray
from udfs.records import record
from udfs.validation.samples import Sample

CURVE_POINTS: Final = 201
"""The most points of a curve: enough for a smooth line, few enough for a chart."""


@record(caches=True)
class Ranking:
    """The distinct scores of a sample from the worst to the best.

    Attributes:
        scores: the distinct scores, as given.
        bad: weight of the defaulted rows with each score; their number without weights.
        good: likewise of the others.
        bad_squares: sum of the squared weights of the defaulted rows with each score.
        good_squares: likewise of the others.
        higher: "better" or "worse": what a higher score means.
    """

    scores: FloatArray
    bad: FloatArray
    good: FloatArray
    bad_squares: FloatArray
    good_squares: FloatArray
    higher: str

    @cached_property
    def bads(self) -> float:
        """Weight of all defaulted rows."""
        return float(self.bad.sum())

    @cached_property
    def goods(self) -> float:
        """Weight of all other rows."""
        return float(self.good.sum())

    @cached_property
    def bad_share(self) -> FloatArray:
        """Share of the defaulted rows with each score or a worse one."""
        shares: FloatArray = np.cumsum(self.bad) / self.bads
        return shares

    @cached_property
    def good_share(self) -> FloatArray:
        """Share of the other rows with each score or a worse one."""
        shares: FloatArray = np.cumsum(self.good) / self.goods
        return shares

    @cached_property
    def share(self) -> FloatArray:
        """Share of all rows with each score or a worse one."""
        shares: FloatArray = np.cumsum(self.bad + self.good) / (self.bads + self.goods)
        return shares

    def turned(self) -> Ranking:
        """The same scores in the opposite order."""
        return Ranking(
            self.scores[::-1],
            self.bad[::-1],
            self.good[::-1],
            self.bad_squares[::-1],
            self.good_squares[::-1],
            self.higher,
        )

    def cut_off(self, place: int) -> float:
        """The cut-off that parts the scores up to a place, the worst ones, from the others.

        The cut-off itself belongs to the upper side, as in every band: with a score it is the
        lowest that is accepted, with a PD the lowest that is refused. NaN where it is not part of
        the sample, since all scores are on one side.
        """
        wanted = place + 1 if self.higher == "better" else place
        return float(self.scores[wanted]) if 0 <= wanted < len(self.scores) else np.nan


def rank(sample: Sample, higher: str) -> Ranking:
    """The sample in the order of its score."""
    order = np.argsort(sample.values)
    ordered = sample.values[order]
    bad = sample.bad[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    if sample.weights is None:
        ends = np.append(starts[1:], len(ordered))
        before = np.append(0, np.cumsum(bad))
        bads = (before[ends] - before[starts]).astype(np.float64)
        goods = (ends - starts) - bads
        bad_squares, good_squares = bads, goods
    else:
        weights = sample.weights[order]
        at_risk, others = np.where(bad, weights, 0.0), np.where(bad, 0.0, weights)
        bads, goods = np.add.reduceat(at_risk, starts), np.add.reduceat(others, starts)
        bad_squares = np.add.reduceat(at_risk**2, starts)
        good_squares = np.add.reduceat(others**2, starts)
    ranking = Ranking(ordered[starts], bads, goods, bad_squares, good_squares, higher)
    return ranking if higher == "better" else ranking.turned()


def area(ranking: Ranking) -> float:
    """AUC: the chance that a defaulted row scores worse than another one, ties counting half."""
    better = ranking.goods - np.cumsum(ranking.good) + ranking.good / 2
    return float(np.dot(ranking.bad, better)) / (ranking.bads * ranking.goods)


def area_error(ranking: Ranking) -> float:
    """Standard error of the AUC by DeLong, DeLong and Clarke-Pearson (1988).

    With weights, each class counts as many rows as weigh the same in effect (Kish). NaN unless
    both classes have at least two such rows.
    """
    auc = area(ranking)
    better = 1 - ranking.good_share + ranking.good / (2 * ranking.goods)
    worse = ranking.bad_share - ranking.bad / (2 * ranking.bads)
    variance = _variance(better - auc, ranking.bad_squares, ranking.bads)
    variance += _variance(worse - auc, ranking.good_squares, ranking.goods)
    return float(np.sqrt(variance))


def _variance(deviations: FloatArray, squares: FloatArray, total: float) -> float:
    """Variance of a weighted mean of the deviations."""
    effective = total**2 / float(squares.sum())
    if effective <= 1 + 1e-9:
        return np.nan
    return float(np.dot(squares, deviations**2)) / total**2 * effective / (effective - 1)


def thinned(x: FloatArray, y: FloatArray, keep: int | None = None) -> npt.NDArray[np.intp]:
    """The places of at most ``CURVE_POINTS`` points of a rising curve, spread along its length.

    The first, the last and the one to keep are always among them.
    """
    if len(x) <= CURVE_POINTS:
        return np.arange(len(x))
    length = (x - x[0]) + (y - y[0])
    marks = np.linspace(0, length[-1], CURVE_POINTS - 1)
    places = np.searchsorted(length, marks, side="left")
    kept = [0, len(x) - 1] if keep is None else [0, keep, len(x) - 1]
    return np.unique(np.append(np.minimum(places, len(x) - 1), kept))
