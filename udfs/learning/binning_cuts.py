"""Where the bins of a factor end: by quantiles, by a tree, or by merging neighbours.

All methods work on a ladder: what stands in order (numbers, or categories by bad rate), with the
rows and bads of each rung. A grouping is the list of rungs at which a bin starts.
"""

from __future__ import annotations

import heapq
import math
from typing import Final

import numpy as np

from udfs.kinds import FloatArray
from udfs.learning.binning_samples import IntArray
from udfs.records import record

FINE_BINS: Final = 50
"""Numbers are first cut into this many bins of equal size before neighbours are merged."""

_LEAST_GAIN: Final = 1e-9
_DIGITS: Final = 17
_TINY: Final = 1e-280
_HUGE: Final = 1e280
"""Beyond these, powers of ten run out of floating point."""


@record
class Ladder:
    """Rungs in order.

    Attributes:
        count: the rows of each rung.
        bad: the bads of each rung.
    """

    count: IntArray
    bad: IntArray

    def grouped(self, starts: list[int]) -> Ladder:
        """The ladder whose rungs are the groups that start at the rungs named."""
        return Ladder(np.add.reduceat(self.count, starts), np.add.reduceat(self.bad, starts))


@record
class Rule:
    """How a factor is cut.

    Attributes:
        method: quantile, tree or merge.
        most: how many bins there may be.
        least: how many rows a bin must have.
        monotone: whether the bad rate must rise or fall: none, rising, falling or either.
        special: the values that are bins of their own.
        categories: the factors whose numbers are codes.
    """

    method: str
    most: int
    least: int
    monotone: str
    special: tuple[str, ...]
    categories: frozenset[str]


def group(ladder: Ladder, rule: Rule, *, ordered_by_rate: bool = False) -> list[int]:
    """The rungs at which the bins start.

    Args:
        ladder: what to group.
        rule: how.
        ordered_by_rate: whether the rungs stand in the order of their bad rate, as categories do.
    """
    if rule.method == "tree":
        starts = tree_starts(ladder, rule.most, rule.least)
    else:
        starts = list(range(len(ladder.count)))
    if rule.monotone != "none" and not ordered_by_rate:
        starts = monotone_starts(ladder, starts, rule.monotone)
    if rule.method == "merge":
        starts = merged_starts(ladder, starts, rule.most, rule.least)
    return starts


def quantile_cuts(values: FloatArray, number: int) -> FloatArray:
    """The cuts between as many bins of equal size; equal values stay together, in the upper bin.

    Args:
        values: finite numbers in any order.
        number: how many bins; there are fewer where many values are equal.

    Returns:
        The cuts in ascending order, each the roundest number that parts the values so.
    """
    count = len(values)
    places = np.unique(np.round(np.arange(1, number) * count / number).astype(np.intp))
    places = places[(places > 0) & (places < count)]
    ordered = np.sort(values)
    # Where equal values begin, their bin begins.
    starts = np.unique(np.searchsorted(ordered, ordered[places]))
    pairs = ((float(ordered[start - 1]), float(ordered[start])) for start in starts if start)
    return np.array([roundest(low, high) for low, high in pairs], dtype=np.float64)


def roundest(low: float, high: float) -> float:
    """The number with the fewest decimals that is above ``low`` and not above ``high``."""
    size = max(abs(low), abs(high))
    if not _TINY < size < _HUGE:
        return high
    first = -math.ceil(math.log10(size))
    for decimals in range(first, first + _DIGITS + 2):
        if decimals <= 0:
            step = 10**-decimals
            number = float(math.floor(high / step) * step)
        else:
            scale = 10.0**decimals
            number = math.floor(high * scale) / scale
        if low < number <= high:
            return number
    return high


def tree_starts(ladder: Ladder, most: int, least: int) -> list[int]:
    """Split where it tells most about the outcome, the most telling split first.

    Args:
        ladder: what to group.
        most: how many groups there may be.
        least: how many rows each group must have; each also has goods and bads.

    Returns:
        The rungs at which the groups start.
    """
    counts = np.concatenate(([0], np.cumsum(ladder.count)))
    bads = np.concatenate(([0], np.cumsum(ladder.bad)))
    starts = [0]
    waiting: list[tuple[float, int, int, int]] = []

    def consider(start: int, end: int) -> None:
        found = _best_split(counts, bads, start, end, least)
        if found is not None:
            heapq.heappush(waiting, (-found[1], found[0], start, end))

    consider(0, len(ladder.count))
    while waiting and len(starts) < most:
        _, split, start, end = heapq.heappop(waiting)
        starts.append(split)
        consider(start, split)
        consider(split, end)
    return sorted(starts)


def _best_split(
    counts: IntArray, bads: IntArray, start: int, end: int, least: int
) -> tuple[int, float] | None:
    """The rung at which a second group should start, and the information won; None if none may."""
    left, left_bad = counts[start + 1 : end] - counts[start], bads[start + 1 : end] - bads[start]
    right, right_bad = counts[end] - counts[start + 1 : end], bads[end] - bads[start + 1 : end]
    allowed = (left >= least) & (right >= least)
    allowed &= (left_bad > 0) & (left_bad < left) & (right_bad > 0) & (right_bad < right)
    places = np.flatnonzero(allowed)
    if not len(places):
        return None
    won = _likelihood(left[places], left_bad[places]) + _likelihood(
        right[places], right_bad[places]
    )
    best = int(np.argmax(won))
    whole = np.array([counts[end] - counts[start]]), np.array([bads[end] - bads[start]])
    gain = float(won[best] - _likelihood(*whole)[0])
    return (start + 1 + int(places[best]), gain) if gain > _LEAST_GAIN else None


def _likelihood(count: IntArray, bad: IntArray) -> FloatArray:
    """The log-likelihood of each group's outcomes at the group's own bad rate."""
    good = count - bad
    return _x_log_x(bad) + _x_log_x(good) - _x_log_x(count)


def _x_log_x(numbers: IntArray) -> FloatArray:
    counts = numbers.astype(np.float64)
    result: FloatArray = counts * np.log(np.maximum(counts, 1.0))
    return result


def monotone_starts(ladder: Ladder, starts: list[int], direction: str) -> list[int]:
    """Merge neighbours until the bad rate only rises or falls: pool adjacent violators.

    Pooling gives the most likely bad rates among all that rise (or fall). With "either", the
    direction that explains the outcomes better is taken.
    """
    rungs = ladder.grouped(starts)
    if direction == "either":
        ways = [_pooled(rungs), _pooled_backwards(rungs)]
        told = [float(_likelihood(*_counts(rungs.grouped(way))).sum()) for way in ways]
        kept = ways[0] if told[0] >= told[1] else ways[1]
    else:
        kept = _pooled(rungs) if direction == "rising" else _pooled_backwards(rungs)
    return [starts[place] for place in kept]


def _counts(ladder: Ladder) -> tuple[IntArray, IntArray]:
    return ladder.count, ladder.bad


def _pooled(ladder: Ladder) -> list[int]:
    """The groups of a bad rate that rises from group to group."""
    groups: list[tuple[int, int, int]] = []
    rungs = zip(ladder.count.tolist(), ladder.bad.tolist(), strict=True)
    for start, rung in enumerate(rungs):
        count, bad, first = *rung, start
        # In whole numbers, so that equal rates are equal.
        while groups and groups[-1][2] * count >= bad * groups[-1][1]:
            first, more, more_bad = groups.pop()
            count, bad = count + more, bad + more_bad
        groups.append((first, count, bad))
    return [first for first, _, _ in groups]


def _pooled_backwards(ladder: Ladder) -> list[int]:
    last = len(ladder.count)
    backwards = _pooled(Ladder(ladder.count[::-1], ladder.bad[::-1]))
    ends = [*backwards[1:], last]
    return sorted(last - end for end in ends)


def merged_starts(ladder: Ladder, starts: list[int], most: int, least: int) -> list[int]:
    """Merge neighbours until each group has enough rows and both classes, then to the number.

    A group too small joins the neighbour with the nearer bad rate. After that, the two
    neighbours are merged whose WoE are so near that the least information is lost.
    """
    starts = list(starts)
    while len(starts) > 1:
        rungs = ladder.grouped(starts)
        poor = (rungs.count < least) | (rungs.bad == 0) | (rungs.bad == rungs.count)
        if not poor.any():
            break
        place = int(np.argmin(np.where(poor, rungs.count, np.iinfo(np.int64).max)))
        starts.pop(place if _joins_left(rungs, place) else place + 1)
    while len(starts) > most:
        rungs = ladder.grouped(starts)
        alone = _likelihood(rungs.count, rungs.bad)
        together = _likelihood(rungs.count[:-1] + rungs.count[1:], rungs.bad[:-1] + rungs.bad[1:])
        starts.pop(int(np.argmin(alone[:-1] + alone[1:] - together)) + 1)
    return starts


def _joins_left(rungs: Ladder, place: int) -> bool:
    """Whether the group left of a group has the nearer bad rate; there may be but one side."""
    last = len(rungs.count) - 1
    if place in (0, last):
        return place == last
    rate = rungs.bad / rungs.count
    left, right = abs(rate[place] - rate[place - 1]), abs(rate[place] - rate[place + 1])
    return bool(left <= right)
