"""A decision tree grown on a sample and cut into leaves: what must hold in each, and who is there.

scikit-learn grows the tree. Numbers enter as their ranks, since the tree sees 32-bit numbers only
and would merge ratios that differ in the eighth digit; a split depends on the order alone.
Categories enter in the order of their bad rate (with more than two classes: of the first principal
component of their class shares), which makes every split one of a few consecutive categories.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from udfs.cells import BoolArray
from udfs.kinds import FloatArray
from udfs.learning.factor_columns import MISSING, FactorColumn, IndexArray, canonical_order
from udfs.records import record

_MOST_DIGITS: Final = 17

NO_LEAF: Final = -1
"""The leaf of a row that belongs to none."""


@record
class Range:
    """What a leaf asks of one factor.

    Attributes:
        factor: its place.
        lower: least number, minus infinity if open.
        upper: end of the numbers, itself outside; infinity if open.
        labels: the categories allowed; None for numbers and where all are.
        missing: whether a blank belongs to the leaf.
    """

    factor: int
    lower: float = -math.inf
    upper: float = math.inf
    labels: tuple[str, ...] | None = None
    missing: bool = True


@record
class Leaf:
    """One leaf of a tree: what holds in it and how many rows of each class it has."""

    ranges: tuple[Range, ...]
    counts: npt.NDArray[np.int64]


@record
class _Coded:
    """A factor as the tree sees it: a whole number per row, NaN where blank.

    Attributes:
        ranks: from 0.
        numbers: the number of each rank; None for categories.
        labels: the category of each rank.
        has_missing: whether any row is blank.
    """

    ranks: FloatArray
    numbers: FloatArray | None
    labels: tuple[str, ...]
    has_missing: bool


def grow(
    factors: list[FactorColumn],
    classes: IndexArray,
    class_count: int,
    *,
    depth: int,
    minimum_rows: int,
) -> list[Leaf]:
    """Grow a tree and return its leaves.

    Args:
        factors: the columns of the sample, without error cells.
        classes: the class of each row, from 0.
        class_count: how many classes there are.
        depth: most questions on the way to a leaf.
        minimum_rows: least rows of a leaf.

    Returns:
        The leaves from left to right: small numbers and categories with few bad rows first.
    """
    from sklearn.tree import DecisionTreeClassifier  # noqa: PLC0415 - slow to import

    coded = [_coded(factor, classes, class_count) for factor in factors]
    matrix = np.column_stack([each.ranks for each in coded])
    order = canonical_order([np.nan_to_num(column, nan=-1.0) for column in matrix.T])
    model = DecisionTreeClassifier(
        max_depth=depth, min_samples_leaf=minimum_rows, random_state=0
    ).fit(matrix[order], classes[order])
    return _Walk(model.tree_, matrix, coded, classes, class_count).leaves()


def _coded(factor: FactorColumn, classes: IndexArray, class_count: int) -> _Coded:
    missing = factor.missing
    if factor.labels:
        order = category_order(factor.values, classes, len(factor.labels), class_count)
        rank = np.empty(len(order))
        rank[order] = np.arange(len(order))
        ranks = np.where(missing, np.nan, np.append(rank, np.nan)[factor.values.astype(np.intp)])
        labels = tuple(factor.labels[place] for place in order)
        return _Coded(ranks, None, labels, bool(missing.any()))
    known = factor.values[~missing]
    numbers = np.unique(known).astype(np.float64)
    ranks = np.full(len(factor.values), np.nan)
    ranks[~missing] = np.searchsorted(numbers, known)
    return _Coded(ranks, numbers, (), bool(missing.any()))


def category_order(
    codes: npt.NDArray[Any], classes: IndexArray, count: int, class_count: int
) -> IndexArray:
    """The categories by rising bad rate; equal ones, and those without rows, by the alphabet."""
    known = codes != MISSING
    cells = codes[known].astype(np.intp) * class_count + classes[known]
    table = np.bincount(cells, minlength=count * class_count).reshape(count, class_count)
    sizes = table.sum(axis=1)
    shares = table / np.maximum(sizes, 1)[:, None]
    if class_count == 2:  # noqa: PLR2004 - good and bad
        return np.argsort(shares[:, 1], kind="stable")
    mean = table.sum(axis=0) / max(int(sizes.sum()), 1)
    centred = shares - mean
    spread = (centred * sizes[:, None]).T @ centred
    direction = np.linalg.eigh(spread)[1][:, -1]
    direction *= np.sign(direction[np.argmax(np.abs(direction))])
    # Rounded, so that categories with equal shares stay in the order of the alphabet.
    return np.argsort(np.round(centred @ direction, 12), kind="stable")


class _Walk:
    """The way from the root to each leaf, with the cuts in the factors' own values."""

    def __init__(
        self,
        tree: Any,
        matrix: FloatArray,
        coded: list[_Coded],
        classes: IndexArray,
        class_count: int,
    ) -> None:
        self._tree = tree
        self._matrix = matrix
        self._coded = coded
        self._classes = classes
        self._class_count = class_count

    def leaves(self) -> list[Leaf]:
        """All leaves."""
        return self._below(0, {}, np.arange(len(self._classes)))

    def _below(self, node: int, ranges: dict[int, Range], rows: IndexArray) -> list[Leaf]:
        left, right = int(self._tree.children_left[node]), int(self._tree.children_right[node])
        if left == right:
            counts = np.bincount(self._classes[rows], minlength=self._class_count)
            return [Leaf(tuple(ranges.values()), counts)]
        place = int(self._tree.feature[node])
        goes_left = self._goes_left(node, place, rows)
        low, high = self._split(node, place, ranges.get(place), rows, goes_left)
        return [
            *self._below(left, ranges | {place: low}, rows[goes_left]),
            *self._below(right, ranges | {place: high}, rows[~goes_left]),
        ]

    def _goes_left(self, node: int, place: int, rows: IndexArray) -> BoolArray:
        ranks = self._matrix[rows, place]
        below: BoolArray = ranks <= self._tree.threshold[node]
        if self._tree.missing_go_to_left[node]:
            below |= np.isnan(ranks)
        return below

    def _split(
        self, node: int, place: int, before: Range | None, rows: IndexArray, goes_left: BoolArray
    ) -> tuple[Range, Range]:
        """What the factor may be on either side."""
        coded = self._coded[place]
        if before is None:
            before = Range(place, labels=coded.labels or None, missing=coded.has_missing)
        missing_left = bool(self._tree.missing_go_to_left[node]) and before.missing
        missing_right = before.missing and not missing_left
        threshold = float(self._tree.threshold[node])
        if coded.numbers is None:
            reach = {label: rank for rank, label in enumerate(coded.labels)}
            known = before.labels or ()
            low = tuple(label for label in known if reach[label] <= threshold)
            high = tuple(label for label in known if reach[label] > threshold)
            return (
                Range(place, labels=low, missing=missing_left),
                Range(place, labels=high, missing=missing_right),
            )
        cut = self._cut(coded.numbers, self._matrix[rows, place], goes_left)
        return (
            Range(place, before.lower, min(before.upper, cut), None, missing_left),
            Range(place, max(before.lower, cut), before.upper, None, missing_right),
        )

    @staticmethod
    def _cut(numbers: FloatArray, ranks: FloatArray, goes_left: BoolArray) -> float:
        """A short number between the two sides; infinite where one side has nothing but blanks."""
        known = ~np.isnan(ranks)
        below, above = ranks[goes_left & known], ranks[~goes_left & known]
        if not len(above):
            return math.inf
        if not len(below):
            return -math.inf
        return short_cut(float(numbers[int(below.max())]), float(numbers[int(above.min())]))


def leaf_of(leaves: list[Leaf], factors: list[FactorColumn]) -> IndexArray:
    """The leaf of each row of a sample; -1 where a category was never seen."""
    place = np.full(len(factors[0].values), NO_LEAF, dtype=np.intp)
    for nth, leaf in enumerate(leaves):
        inside = place == NO_LEAF
        for each in leaf.ranges:
            inside &= _within(each, factors[each.factor])
        place[inside] = nth
    return place


def _within(each: Range, factor: FactorColumn) -> BoolArray:
    missing = factor.missing
    if each.labels is None:
        numbers = (factor.values >= each.lower) & (factor.values < each.upper)
        return np.where(missing, each.missing, numbers)
    # The last place is that of MISSING.
    member = np.array([*(label in each.labels for label in factor.labels), each.missing])
    found: BoolArray = member[factor.values.astype(np.intp)]
    return found


def short_cut(below: float, above: float) -> float:
    """The number with the fewest digits near the middle: above ``below``, at most ``above``."""
    middle = below / 2 + above / 2
    for digits in range(1, _MOST_DIGITS + 1):
        cut = float(f"{middle:.{digits}g}")
        if below < cut <= above:
            return cut
    return above
