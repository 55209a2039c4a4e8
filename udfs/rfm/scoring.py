"""Scores 1 (worst) to n (best) of recency, frequency and monetary value, by named rules.

Every rule but ``ntile`` comes down to cut-offs, so equal values share a score and the order of
the rows does not matter:

============  ==================================================================================
rule          cut-offs, and where a value equal to one of them goes
============  ==================================================================================
quantile      quantiles as Excel's PERCENTILE.INC; it belongs to the lower band (x <= cut)
r_package     the same quantiles plus 1, as R's rfm package; to the upper band (x >= cut)
rank          score = ceiling(n x share of customers who are not better)
rank_average  score = ceiling(n x average rank / number of customers)
mean          two scores; as good as the mean is good: the eight classes usual in China
custom        cut-offs given; to the upper band (x >= cut)
ntile         bands of equal size; equal values are split by row order
============  ==================================================================================

Recency is scored the other way round: few days are good.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from udfs.kinds import FloatArray
from udfs.records import record

Scores = npt.NDArray[np.int8]
Groups = npt.NDArray[np.int32]

RULES: Final = ("quantile", "r_package", "rank", "rank_average", "ntile", "mean", "custom")
_UPPER_BAND: Final = frozenset({"r_package", "custom"})


@record
class Band:
    """The values that get one score, within one group of customers.

    Attributes:
        group: the group; 0 where all customers are one group.
        score: the score, 1 worst.
        lower: the lower cut-off; minus infinity for the first band.
        upper: the upper cut-off; infinity for the last band.
        closed: "left" (lower <= x < upper), "right" (lower < x <= upper) or "both" for the
            smallest and largest value of a band without cut-offs.
        count: how many customers have the score.
    """

    group: int
    score: int
    lower: float
    upper: float
    closed: str
    count: int


@record
class Measure:
    """One measure of every customer and how it is scored.

    Attributes:
        values: one number per customer.
        low_is_good: whether a small value is good, as for recency.
        cuts: cut-offs to use in place of those the rule would compute.
    """

    values: FloatArray
    low_is_good: bool = False
    cuts: FloatArray | None = None


def score(measure: Measure, bins: int, rule: str) -> tuple[Scores, list[Band]]:
    """The score of each value in the whole population, and the bands."""
    if rule == "ntile":
        return _score_by_order(measure, bins)
    cuts, closed = cut_offs(measure, bins, rule)
    passed = np.zeros(len(measure.values), dtype=np.int8)
    for cut in cuts:
        over = measure.values >= cut if closed == "left" else measure.values > cut
        passed += over.view(np.int8)
    top = len(cuts) + 1
    scores = np.int8(top) - passed if measure.low_is_good else passed + np.int8(1)
    return scores, _bands(scores, cuts, closed, low_is_good=measure.low_is_good)


def score_within(
    measure: Measure, bins: int, rule: str, groups: Groups
) -> tuple[Scores, list[Band]]:
    """The score of each value within its own group of customers, and the bands of each group."""
    scores = np.zeros(len(measure.values), dtype=np.int8)
    bands: list[Band] = []
    for group, members in _members(groups):
        part = Measure(measure.values[members], measure.low_is_good, measure.cuts)
        scores[members], found = score(part, bins, rule)
        bands += [Band(group, b.score, b.lower, b.upper, b.closed, b.count) for b in found]
    return scores, bands


def cut_offs(measure: Measure, bins: int, rule: str) -> tuple[FloatArray, str]:
    """The cut-offs in ascending order, and which end of a band belongs to it."""
    closed = "left" if rule in _UPPER_BAND else "right"
    if rule in {"rank", "rank_average", "mean"}:
        closed = "right" if measure.low_is_good else "left"
    if measure.cuts is not None:
        return measure.cuts, closed
    values = measure.values
    if rule == "mean":
        return np.array([values.mean()]), closed
    if rule in {"rank", "rank_average"}:
        cuts = _rank_cuts(-values if measure.low_is_good else values, bins, rule)
        return (-cuts[::-1] if measure.low_is_good else cuts), closed
    return quantiles(values, bins) + (1.0 if rule == "r_package" else 0.0), closed


def quantiles(values: FloatArray, bins: int) -> FloatArray:
    """The inner cut-offs of so many bins, as PERCENTILE.INC and R's quantile type 7.

    The positions are worked out in whole numbers: 0.6 x (n - 1) in floating point may fall just
    beside the customer it means, and a customer on the cut-off would change bands.
    """
    return quantiles_of_ordered(np.sort(values), bins)


def quantiles_of_ordered(ordered: FloatArray, bins: int) -> FloatArray:
    """The same of values that are in ascending order already."""
    last = len(ordered) - 1
    places = [divmod(k * last, bins) for k in range(1, bins)]
    low = np.array([ordered[place] for place, _ in places])
    high = np.array([ordered[min(place + 1, last)] for place, _ in places])
    share = np.array([rest / bins for _, rest in places])
    cuts: FloatArray = low + (high - low) * share
    return cuts


def _rank_cuts(goodness: FloatArray, bins: int, rule: str) -> FloatArray:
    """The smallest goodness of each score from 2 up; infinity where nobody reaches it."""
    count = len(goodness)
    ordered = np.sort(goodness)
    if rule == "rank":
        return rank_cuts_of_ordered(ordered, bins)
    distinct, sizes = np.unique(ordered, return_counts=True)
    twice_rank = 2 * np.cumsum(sizes) - sizes + 1
    limits = np.array([2 * k * count for k in range(1, bins)])
    first = np.searchsorted(twice_rank * bins, limits, side="right")
    cuts: FloatArray = np.append(distinct, np.inf)[first]
    return cuts


def rank_cuts_of_ordered(ordered: FloatArray, bins: int) -> FloatArray:
    """The cut-offs of the rule "rank", of goodness in ascending order."""
    # More than k/bins of all are not better from the value at that place upwards.
    reached: FloatArray = ordered[[k * len(ordered) // bins for k in range(1, bins)]]
    return reached


def _score_by_order(measure: Measure, bins: int) -> tuple[Scores, list[Band]]:
    values = measure.values
    order = np.argsort(-values if measure.low_is_good else values, kind="stable")
    size, larger = divmod(len(values), bins)
    sizes = [size + (k < larger) for k in range(bins)]
    scores = np.empty(len(values), dtype=np.int8)
    scores[order] = np.repeat(np.arange(1, bins + 1, dtype=np.int8), sizes)
    edges = np.cumsum([0, *sizes])
    bands = []
    for k, count in enumerate(sizes):
        part = values[order[edges[k] : edges[k + 1]]]
        lower, upper = (part.min(), part.max()) if count else (np.nan, np.nan)
        bands.append(Band(0, k + 1, float(lower), float(upper), "both", count))
    return scores, bands


def _bands(scores: Scores, cuts: FloatArray, closed: str, *, low_is_good: bool) -> list[Band]:
    counts = np.bincount(scores, minlength=len(cuts) + 2)
    edges = [-np.inf, *cuts.tolist(), np.inf]
    bands = []
    for position in range(len(cuts) + 1):
        value = len(cuts) + 1 - position if low_is_good else position + 1
        lower, upper = edges[position], edges[position + 1]
        bands.append(Band(0, value, lower, upper, closed, int(counts[value])))
    return sorted(bands, key=lambda band: band.score)


def _members(groups: Groups) -> Iterator[tuple[int, npt.NDArray[np.intp]]]:
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))
    for start, end in zip(starts, [*starts[1:], len(ordered)], strict=True):
        yield int(ordered[start]), order[start:end]
