"""Where each value stands among all values; equal values stand together."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt

from udfs.catalogue import udf
from udfs.kinds import Choice, FloatArray, Numbers

Counts = npt.NDArray[np.int64]

_DIRECTIONS: Final = Choice({"larger": ("high", "较大", "大"), "smaller": ("low", "较小", "小")})


@udf(
    "CR_PERCENTILE",
    family="segments",
    zh="""全体客户：数值比本客户更大的客户占比，0 为最大；相同的值占比相同。

    前 20% 即占比小于 0.2。占比随传入的区域而变，故须传入整个区域；空白行不计入。

    参数：
        values: 每个客户的数值，如贡献度，单位自定。
        direction: "larger" 更大者的占比（默认）；"smaller" 更小者的占比。
    结果：
        每行一个小数，0 至小于 1。
    错误：
        非数字为 #VALUE!，该行不计入。
    来源：
        Excel：(RANK.EQ - 1) / COUNT。
    """,
)
def share_ahead(
    values: Annotated[FloatArray, Numbers()],
    direction: Annotated[str, _DIRECTIONS] = "larger",
) -> FloatArray:
    """All customers together: share of customers with a larger value; 0 is the largest.

    The top 20 % are those below 0.2. Equal values get equal shares. The share depends on the range
    passed, so pass the whole of it; blank rows are not counted.

    Args:
        values: One number per customer, such as the contribution, in any unit.
        direction: "larger" share of larger values (default); "smaller" share of smaller values.

    Returns:
        One decimal per row, from 0 to below 1.

    Errors:
        #VALUE! where the cell is no number; that row is not counted.

    Example:
        =CR_PERCENTILE({50;20;20;10}) -> {0;0.25;0.25;0.75}

    Source:
        Excel: (RANK.EQ - 1) / COUNT.
    """
    smaller, equal = counts_below(values)
    return share_of_counts(smaller, equal, len(values), direction)


def share_of_counts(smaller: Counts, equal: Counts, count: int, direction: str) -> FloatArray:
    """The share of a population of ``count`` that is ahead of each value."""
    ahead = smaller if direction == "smaller" else count - smaller - equal
    share: FloatArray = ahead / count
    return share


def percent_scores(values: FloatArray) -> FloatArray:
    """Percentile score 0 to 100: (RANK.AVG - 1) / (n - 1); 50 for a single customer.

    Equal values share the middle of their places, so that the score of -x is 100 minus that of x
    and a measure with the same value for everybody says nothing: 50.
    """
    smaller, equal = counts_below(values)
    return percent_of_counts(smaller, equal, len(values))


def percent_of_counts(smaller: Counts, equal: Counts, count: int) -> FloatArray:
    """The percentile scores of values in a population of ``count``."""
    if count == 1:
        return np.full(len(smaller), 50.0)
    scores: FloatArray = 100.0 * (smaller + (equal - 1) / 2) / (count - 1)
    return scores


def counts_within(ordered: FloatArray, values: FloatArray) -> tuple[Counts, Counts]:
    """For each value, how many of a population in ascending order are smaller and how many equal.

    The population may be a file mapped into memory: equal values are looked up once, in order.
    """
    distinct, places = np.unique(values, return_inverse=True)
    smaller = np.searchsorted(ordered, distinct, side="left").astype(np.int64)
    not_larger = np.searchsorted(ordered, distinct, side="right").astype(np.int64)
    return smaller[places], (not_larger - smaller)[places]


def counts_below(values: FloatArray) -> tuple[Counts, Counts]:
    """For each value, how many are smaller and how many are equal (itself included)."""
    order = np.argsort(values)
    ordered = values[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    sizes = np.diff(np.append(starts, len(values)))
    smaller = np.empty(len(values), dtype=np.int64)
    equal = np.empty(len(values), dtype=np.int64)
    smaller[order] = np.repeat(starts, sizes)
    equal[order] = np.repeat(sizes, sizes)
    return smaller, equal
