"""Two populations counted in the same bins: shares, numbers or categories."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from udfs import errors
from udfs.cells import Column, Mixed
from udfs.chinese import joined
from udfs.errors import CallError, Words, in_language
from udfs.grading.grade_order import grade_order
from udfs.kinds import FloatArray, TextArray
from udfs.records import record
from udfs.tables import builtin
from udfs.validation.groups import equal_groups, first_of_each


@record
class BinCounts:
    """What each population has in each bin; the last bin holds the blanks, if there are any.

    Attributes:
        names: the name of each bin; "" is for blanks.
        expected: share or number of the expected population in each bin.
        actual: likewise of the actual population.
        edges: lower and upper limit of each bin of numbers; None for other bins.
    """

    names: list[str]
    expected: FloatArray
    actual: FloatArray
    edges: list[tuple[float | None, float | None]] | None = None

    def without_missing(self) -> BinCounts:
        """The same without the bin of blanks."""
        kept = [i for i, name in enumerate(self.names) if name]
        edges = None if self.edges is None else [self.edges[i] for i in kept]
        names = [self.names[i] for i in kept]
        return BinCounts(names, self.expected[kept], self.actual[kept], edges)


def _numbers(columns: list[Mixed]) -> FloatArray:
    """All cells of a range as numbers, NaN where blank."""
    return np.concatenate([_sound(column.numbers(), column.name).values for column in columns])


def _texts(columns: list[Mixed]) -> TextArray:
    return np.concatenate([_sound(column.texts(), column.name).values for column in columns])


def _sound(column: Column, name: str) -> Column:
    """The column, provided it has no faults.

    Raises:
        CallError: it has.
    """
    for row in sorted(column.faults)[:1]:
        error = column.faults[row]
        raise CallError(
            Words(f"{name}, row {row + 1}", joined(in_language(name, "zh"), f"第 {row + 1} 行")),
            Words(error.why("en"), error.why("zh")),
            Words("a value without errors", "没有错误的值"),
            code=error.code,
        )
    return column


def of_shares(expected: list[Mixed], actual: list[Mixed]) -> BinCounts:
    """Shares or numbers as they were passed, bin by bin; bins blank on both sides are none."""
    first, second = _numbers(expected), _numbers(actual)
    if len(first) != len(second):
        raise CallError(
            Words("expected and actual", "expected 与 actual"),
            Words(f"{len(first)} and {len(second)} bins", f"{len(first)} 箱与 {len(second)} 箱"),
            Words(
                "of as many bins; for one row per customer set of", "箱数相同；逐户数据请设定 of"
            ),
        )
    for argument, column, other in (("expected", first, second), ("actual", second, first)):
        lacking = np.flatnonzero(np.isnan(column) & ~np.isnan(other))
        negative = np.flatnonzero(column < 0)
        for place in (*lacking[:1], *negative[:1]):
            blank = np.isnan(column[place])
            raise CallError(
                Words(f"{argument}, bin {place + 1}", f"{argument} 第 {place + 1} 箱"),
                Words("a blank cell", "空单元格") if blank else f"{column[place]:g}",
                Words("a number of at least 0", "不小于 0 的数字"),
                code=errors.NA if blank else errors.NUM,
            )
    filled = ~np.isnan(first)
    names = [str(i + 1) for i in range(int(filled.sum()))]
    return BinCounts(names, first[filled], second[filled])


def of_numbers(
    expected: list[Mixed], actual: list[Mixed], cuts: FloatArray | None, bins: int
) -> BinCounts:
    """How many numbers of each population lie in each bin."""
    numbers = [_numbers(column) for column in (expected, actual)]
    blanks = [np.count_nonzero(np.isnan(column)) for column in numbers]
    if cuts is None:
        # Sorting puts the blanks, which are NaN, at the end.
        cuts = _quantile_cuts(np.sort(numbers[0])[: len(numbers[0]) - blanks[0]], bins)
    counts = []
    for column, missing in zip(numbers, blanks, strict=True):
        below = [np.count_nonzero(column < cut) for cut in cuts]
        ends = np.array([0, *below, len(column) - missing, len(column)], dtype=np.float64)
        counts.append(np.diff(ends))
    edges: list[tuple[float | None, float | None]] = list(
        zip([None, *cuts.tolist()], [*cuts.tolist(), None], strict=True)
    )
    names = [str(i + 1) for i in range(len(cuts) + 1)]
    return _dropped(BinCounts([*names, ""], counts[0], counts[1], [*edges, (None, None)]))


def _quantile_cuts(ordered: FloatArray, bins: int) -> FloatArray:
    """Cut-offs that part sorted numbers into bins of about equal size, each one of the numbers."""
    firsts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])
    if len(firsts) < 2:  # noqa: PLR2004 - two numbers can be parted
        raise CallError(
            "expected",
            Words(f"{len(firsts)} distinct numbers", f"{len(firsts)} 个不同的数字"),
            Words("at least two distinct numbers, or with cuts", "至少两个不同的数字，或给出 cuts"),
            code=errors.NUM,
        )
    sizes = np.diff(np.append(firsts, len(ordered))).astype(np.float64)
    starts = first_of_each(equal_groups(sizes, bins))
    # Where one number has nearly all rows, all numbers would be one group: they are parted.
    return ordered[firsts[starts[1:] if len(starts) > 1 else [1]]]


def of_categories(
    expected: list[Mixed], actual: list[Mixed], categories: list[str] | None
) -> BinCounts:
    """How many customers of each population are in each category, in any case of letters."""
    columns = {"expected": _texts(expected), "actual": _texts(actual)}
    names: dict[str, str] = {}
    for text in categories or ():
        names.setdefault(text.casefold(), text)
    codes = {argument: pd.factorize(column) for argument, column in columns.items()}
    if not categories:
        seen = {str(text) for _, uniques in codes.values() for text in uniques if text}
        for text in sorted(seen, key=_category_order()):
            names.setdefault(text.casefold(), text)
    place_of = {key: i for i, key in enumerate(names)} | {"": len(names)}
    counts = []
    for argument, (places, uniques) in codes.items():
        spots = []
        for text in uniques:
            spot = place_of.get(str(text).casefold())
            if spot is None:
                listed = ", ".join(names.values())
                raise CallError(
                    argument,
                    text,
                    Words(f"one of categories ({listed})", f"categories 之一（{listed}）"),
                )
            spots.append(spot)
        found = np.bincount(np.array(spots, dtype=np.intp)[places], minlength=len(names) + 1)
        counts.append(found.astype(np.float64))
    return _dropped(BinCounts([*names.values(), ""], counts[0], counts[1]))


def _category_order() -> Callable[[str], tuple[bool, float, str]]:
    """Grades in the order of the master scale, everything else by its text."""
    order = grade_order(builtin("master_scale").rows)

    def key(text: str) -> tuple[bool, float, str]:
        rank = order.rank(text)
        return (bool(np.isnan(rank)), 0.0 if np.isnan(rank) else rank, text)

    return key


def _dropped(counts: BinCounts) -> BinCounts:
    """The counts without the bin of blanks where there are none."""
    return counts if counts.expected[-1] or counts.actual[-1] else counts.without_missing()
