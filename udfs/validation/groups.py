"""Groups of about equal size along a score or PD, equal values kept together."""

from __future__ import annotations

import numpy as np

from udfs.kinds import FloatArray
from udfs.labels import IndexArray


def equal_groups(weights: FloatArray, number: int) -> IndexArray:
    """The group of each distinct value, from the weights of the distinct values in their order.

    A value belongs to the group in which the middle of its rows lies. A value with many rows may
    fill several groups' places; the groups are then fewer than asked for, and none is empty.

    Args:
        weights: how much each distinct value weighs, such as its number of rows.
        number: how many groups are wanted.

    Returns:
        Group numbers from 0 without gaps, rising.
    """
    middles = (np.cumsum(weights) - weights / 2) / weights.sum()
    places = np.floor(middles * number + 1e-9).astype(np.intp)
    return np.unique(np.minimum(places, number - 1), return_inverse=True)[1]


def first_of_each(groups: IndexArray) -> IndexArray:
    """The place at which each group begins."""
    return np.flatnonzero(np.append(True, np.diff(groups) > 0))
