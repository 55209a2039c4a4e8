"""Groups of about equal size along a score or PD, equal values kept together."""

from __future__ import annotations

import numpy as np

from udfs.kinds import FloatArray
from udfs.labels import IndexArray
from udfs.records import record
from udfs.validation.rankings import rank
from udfs.validation.samples import Sample


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
    return np.append(0, np.cumsum(np.diff(np.minimum(places, number - 1)) > 0))


def first_of_each(groups: IndexArray) -> IndexArray:
    """The place at which each group begins."""
    return np.flatnonzero(np.append(True, np.diff(groups) > 0))


@record
class PdGroups:
    """Customers in groups along their PD, the lowest first.

    Attributes:
        lowest: lowest PD of each group.
        highest: highest PD of each group.
        customers: weight of the customers of each group; their number without weights.
        defaults: likewise of those who defaulted.
        expected: likewise of the defaults that the PDs expect.
    """

    lowest: FloatArray
    highest: FloatArray
    customers: FloatArray
    defaults: FloatArray
    expected: FloatArray


def by_pd(sample: Sample, number: int) -> PdGroups:
    """The customers of a sample in about so many groups along their PD."""
    ranking = rank(sample, "better")
    customers = ranking.bad + ranking.good
    starts = first_of_each(equal_groups(customers, number))
    ends = np.append(starts[1:], len(customers)) - 1
    return PdGroups(
        lowest=ranking.scores[starts],
        highest=ranking.scores[ends],
        customers=np.add.reduceat(customers, starts),
        defaults=np.add.reduceat(ranking.bad, starts),
        expected=np.add.reduceat(customers * ranking.scores, starts),
    )
