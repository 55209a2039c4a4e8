"""Peer groups: who is compared with whom, and where each stands among them."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from udfs.kinds import Choice, FloatArray, TextArray
from udfs.labels import IndexArray, joined_codes
from udfs.records import record

NO_GROUP: Final = 3
"""The level of a row for which every group is too small."""

BETTER: Final = Choice({"higher": ("越高越好", "高"), "lower": ("越低越好", "低")})
LEVELS: Final = {
    "en": ("industry and size", "industry", "all"),
    "zh": ("行业与规模", "行业", "全部"),
}
QUARTERS: Final = {
    "en": ("best quarter", "second quarter", "third quarter", "worst quarter"),
    "zh": ("最优四分之一", "次优四分之一", "次差四分之一", "最差四分之一"),
}
_SHARES: Final = (0.25, 0.5, 0.75)


@record
class Peers:
    """The groups that each row belongs to, from the narrowest to all rows.

    Attributes:
        codes: a group number per row and level; -1 where the row's industry or size is not known.
        industry: as given; "" where not known.
        size: likewise.
    """

    codes: tuple[IndexArray, IndexArray, IndexArray]
    industry: TextArray
    size: TextArray

    def take(self, rows: IndexArray) -> Peers:
        """The groups of some of the rows."""
        by_both, by_industry, everyone = (code[rows] for code in self.codes)
        return Peers((by_both, by_industry, everyone), self.industry[rows], self.size[rows])


@record
class Standing:
    """Where each row stands among its peers.

    Attributes:
        level: which group counts: 0 industry and size, 1 industry, 2 all, ``NO_GROUP``.
        counts: how many rows with a value each level's group has, rows × levels; 0 if none.
        share: the share of the other peers with a smaller value, equal ones counted half.
        quartiles: lower quartile, median and upper quartile of the group, rows × 3.
    """

    level: IndexArray
    counts: IndexArray
    share: FloatArray
    quartiles: FloatArray

    @property
    def count(self) -> IndexArray:
        """The number of peers in the group that counts, the row itself included."""
        chosen: IndexArray = self.counts[np.arange(len(self.level)), np.minimum(self.level, 2)]
        return chosen


def peers_of(count: int, industry: TextArray | None, size: TextArray | None) -> Peers:
    """The groups of rows by industry and size; without an industry, rows of one size are a group.

    Args:
        count: the number of rows.
        industry: any text; upper and lower case are the same.
        size: likewise.
    """
    blank = np.full(count, "", dtype=object)
    first, second = (blank if text is None else text for text in (industry, size))
    one, two = _codes(first), _codes(second)
    both = joined_codes(one, two)
    if size is None:
        both = np.full(count, -1, dtype=np.intp)
    elif industry is None:
        both = two
    else:
        both[(one < 0) | (two < 0)] = -1
    return Peers((both, one, np.zeros(count, dtype=np.intp)), first, second)


def _codes(texts: TextArray) -> IndexArray:
    """A number per text, regardless of case; -1 for a blank one."""
    codes, uniques = pd.factorize(texts)
    merged, _ = pd.factorize(np.array([str(text).casefold() for text in uniques], dtype=object))
    blank = np.array([not str(text) for text in uniques], dtype=bool)
    found: IndexArray = np.where(blank, -1, merged)[codes] if len(uniques) else codes
    return found


def standing_of(values: FloatArray, peers: Peers, least: int) -> Standing:
    """Where each value stands in the narrowest of its groups that is large enough.

    Args:
        values: one per row, none missing.
        peers: the groups.
        least: the number of rows that a group must have.
    """
    rows = len(values)
    counts = np.zeros((rows, len(peers.codes)), dtype=np.intp)
    level = np.full(rows, NO_GROUP, dtype=np.intp)
    share, quartiles = np.full(rows, np.nan), np.full((rows, 3), np.nan)
    for place, codes in enumerate(peers.codes):
        sizes = np.bincount(codes + 1, minlength=1)
        sizes[0] = 0  # whoever's industry or size is not known has no group
        counts[:, place] = sizes[codes + 1]
        chosen = (level == NO_GROUP) & (counts[:, place] >= least)
        if chosen.any():
            # A group is ranked whole: all of its members count, wherever they stand themselves.
            members = np.flatnonzero(counts[:, place] >= least)
            ranked, cuts = _ranked(values[members], codes[members])
            kept = chosen[members]
            rows_kept = members[kept]
            share[rows_kept] = ranked[kept]
            quartiles[rows_kept] = cuts[codes[rows_kept]]
            level[rows_kept] = place
    return Standing(level, counts, share, quartiles)


def _ranked(values: FloatArray, codes: IndexArray) -> tuple[FloatArray, FloatArray]:
    """The share of smaller values in each value's group, and the quartiles of every group."""
    order = np.argsort(values)
    # Few groups in a short integer are sorted by radix, several times as fast.
    short = np.int16 if codes.max() <= np.iinfo(np.int16).max else np.int64
    order = order[np.argsort(codes[order].astype(short), kind="stable")]
    ordered, groups = values[order], codes[order]
    new_group = np.append(True, groups[1:] != groups[:-1])
    starts = np.flatnonzero(new_group)
    sizes = np.diff(np.append(starts, len(values)))
    ties = np.flatnonzero(new_group | np.append(True, ordered[1:] != ordered[:-1]))
    tied = np.diff(np.append(ties, len(values)))
    group_of_tie = np.cumsum(new_group[ties]) - 1
    smaller = ties - starts[group_of_tie] + (tied - 1) / 2
    others = np.maximum(sizes[group_of_tie] - 1, 1)
    share = np.empty(len(values))
    share[order] = np.repeat(smaller / others, tied)
    quartiles = np.full((int(codes.max()) + 1, 3), np.nan)
    quartiles[groups[starts]] = _quartiles(ordered, starts, sizes)
    return share, quartiles


def _quartiles(ordered: FloatArray, starts: IndexArray, sizes: IndexArray) -> FloatArray:
    """The quartiles of each group, as Excel's QUARTILE.INC."""
    columns = []
    for quantile in _SHARES:
        at = quantile * (sizes - 1)
        below = np.floor(at).astype(np.intp)
        above = np.minimum(below + 1, sizes - 1)
        low, high = ordered[starts + below], ordered[starts + above]
        columns.append(low + (at - below) * (high - low))
    return np.column_stack(columns)


def quarter_of(values: FloatArray, quartiles: FloatArray, *, higher: bool) -> IndexArray:
    """0 for the best quarter to 3 for the worst; a value on a quartile is in the better one."""
    cuts = quartiles if higher else -quartiles[:, ::-1]
    reached = (values if higher else -values)[:, None] >= cuts
    quarter: IndexArray = 3 - reached.sum(axis=1)
    return quarter
