"""k-means on a sample of any size, the same whatever the order of its rows.

Rows are put into an order of their own first. The best of several starts is found on an evenly
spaced part of them and then refined on all rows by scikit-learn. The last step is ours: the means
of the clusters, summed in a fixed order, so that the number of processors leaves no trace.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from udfs.errors import CallError, Words
from udfs.kinds import FloatArray
from udfs.learning.clusters_table import Centres, nearest
from udfs.learning.factor_columns import IndexArray, canonical_order
from udfs.learning.scaling_methods import Scale, curved, scale_of, uncurved
from udfs.records import record

START_ROWS: Final = 10_000
"""The starts are tried on this many rows; scaled up to all rows afterwards."""

SILHOUETTE_ROWS: Final = 2_000
"""The silhouette is measured on this many rows, drawn with the seed, where there are more."""


@record
class Rows:
    """The rows of a sample in an order of their own.

    Attributes:
        columns: the factors in their own units.
        names: the factors' names.
        distinct: how many different rows there are.
    """

    columns: list[FloatArray]
    names: list[str]
    distinct: int

    def __len__(self) -> int:
        return len(self.columns[0])


@record
class Clusters:
    """What k-means found.

    Attributes:
        centres: in the order of the first factor, the highest first.
        place: the cluster of each row.
        sizes: rows of each cluster.
        inertia: sum of squared distances to the nearest centre, in scaled units.
        deviations: how far each centre is from the mean of all, in standard deviations.
    """

    centres: Centres
    place: IndexArray
    sizes: IndexArray
    inertia: float
    deviations: FloatArray


def ordered_rows(columns: list[FloatArray], names: list[str]) -> Rows:
    """Rows in an order that depends on their values alone."""
    order = canonical_order(columns)
    ordered = [column[order] for column in columns]
    changed = np.zeros(max(len(order) - 1, 0), dtype=bool)
    for column in ordered:
        changed |= column[1:] != column[:-1]
    return Rows(ordered, names, int(changed.sum()) + 1)


def find_clusters(rows: Rows, count: int, scale: str, seed: int, starts: int) -> Clusters:
    """The clusters of the rows.

    Raises:
        CallError: more clusters than different rows, or a factor without variation.
    """
    from sklearn.cluster import KMeans  # noqa: PLC0415 - slow to import

    if rows.distinct < count:
        raise CallError(
            "clusters",
            count,
            Words(
                f"at most the number of different rows, {rows.distinct}",
                f"不超过互不相同的行数 {rows.distinct}",
            ),
        )
    scales = tuple(scale_of(column, scale) for column in rows.columns)
    for name, each in zip(rows.names, scales, strict=True):
        if not each.spread > 0:
            raise CallError(
                Words(f"values, column {name}", f"values 的“{name}”列"),
                Words("a spread of 0", "离散度为 0 的数值"),
                Words("values that vary, or to be left out", "有变化的数值，否则请去掉该列"),
            )
    scaled = np.column_stack(
        [each.apply(column) for each, column in zip(scales, rows.columns, strict=True)]
    )
    step = -(-len(rows) // START_ROWS)
    first = KMeans(count, n_init=starts, random_state=seed).fit(_enough(scaled, step, count))
    if step > 1:
        last = KMeans(count, init=first.cluster_centers_, n_init=1, random_state=seed).fit(scaled)
    else:
        last = first
    return _settled(rows, last.labels_.astype(np.intp), count, scales, scale)


def _enough(scaled: FloatArray, step: int, count: int) -> FloatArray:
    """Every so many rows, or all if too few of those differ."""
    part = scaled[::step]
    return part if len(np.unique(part, axis=0)) >= count else scaled


def _settled(
    rows: Rows, place: IndexArray, count: int, scales: tuple[Scale, ...], method: str
) -> Clusters:
    sizes = np.bincount(place, minlength=count)
    curves = [curved(column, method) for column in rows.columns]
    means = np.column_stack(
        [np.bincount(place, weights=curve, minlength=count) / sizes for curve in curves]
    )
    # The highest of the first factor first; of equal ones that of the next factor.
    means = means[np.lexsort(tuple(-means.T[::-1]))]
    points = uncurved(means, method)
    centres = Centres(tuple(range(1, count + 1)), ("",) * count, tuple(rows.names), points, scales)
    squares = centres.squares(rows.columns)
    place = nearest(squares)
    return Clusters(
        centres,
        place,
        np.bincount(place, minlength=count),
        float(squares.min(axis=0).sum()),
        _deviations(means, curves, scales),
    )


def _deviations(
    means: FloatArray, curves: list[FloatArray], scales: tuple[Scale, ...]
) -> FloatArray:
    """How far each mean is from that of all rows, in standard deviations."""
    columns = []
    for mean, curve, scale in zip(means.T, curves, scales, strict=True):
        standard = scale if scale.method in ("zscore", "log") else scale_of(curve, "zscore")
        columns.append((mean - standard.shift) / standard.spread if standard.spread else 0 * mean)
    return np.column_stack(columns)


def explained_share(rows: Rows, found: Clusters) -> float:
    """The part of the squared distances from the middle of all rows that the clusters take away."""
    total = 0.0
    for column, scale in zip(rows.columns, found.centres.scales, strict=True):
        scaled = scale.apply(column)
        total += float(((scaled - scaled.mean()) ** 2).sum())
    return 1 - found.inertia / total


def silhouettes(rows: Rows, found: Clusters, seed: int) -> FloatArray | None:
    """How well rows sit in their cluster, -1 to 1: the mean of each cluster, then of all.

    Returns:
        None where it is not defined: every row measured is alone in its cluster. NaN for a cluster
        none of whose rows were measured.
    """
    from sklearn.metrics import silhouette_samples  # noqa: PLC0415 - slow to import

    chosen = np.arange(len(rows))
    if len(rows) > SILHOUETTE_ROWS:
        drawn = np.random.default_rng(seed).choice(len(rows), SILHOUETTE_ROWS, replace=False)
        chosen = np.sort(drawn)
    place = found.place[chosen]
    present = len(np.unique(place))
    if not 1 < present < len(chosen):
        return None
    scaled = np.column_stack(
        [
            each.apply(column[chosen])
            for each, column in zip(found.centres.scales, rows.columns, strict=True)
        ]
    )
    each = silhouette_samples(scaled, place)
    count = len(found.sizes)
    sizes = np.bincount(place, minlength=count)
    sums = np.bincount(place, weights=each, minlength=count)
    means = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.nan)
    return np.append(means, each.mean())
