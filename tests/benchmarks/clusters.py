"""k-means on a book of customers, beside scikit-learn's single start."""

import numpy as np
from sklearn.cluster import KMeans

from tests.benchmarks.table import Row, evaluate, median_seconds
from udfs import binding

MOST_TIMES = 1.5


def _customers(count):
    rng = np.random.default_rng(5)
    middles = rng.normal(0, 3, (5, 3))
    return middles[rng.integers(5, size=count)] + rng.normal(size=(count, 3))


def _centres(values):
    return binding.to_cells(evaluate("CR_KMEANS", values, 5))


def kmeans(*, quick):
    """Ours compares ten starts, settles on all rows and measures the silhouette as well."""
    count = 100_000 if quick else 1_000_000
    values = _customers(count)

    def peer():
        scaled = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
        KMeans(5, n_init=1, random_state=0).fit(scaled)

    ours = median_seconds(lambda: evaluate("CR_KMEANS", values, 5), repeats=5)
    theirs = median_seconds(peer, repeats=5)
    return Row(
        f"k-means of 3 factors in 5 clusters, {count:,} customers",
        ours,
        {"scikit-learn, one start": theirs},
        "≤ 1.5 × one start at 1M",
        ours <= MOST_TIMES * theirs or quick,
    )


def assigning(*, quick):
    count = 100_000 if quick else 1_000_000
    values = _customers(count)
    centres = _centres(values[:20_000])
    scaled = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
    model = KMeans(5, n_init=1, random_state=0).fit(scaled[:20_000])
    ours = median_seconds(lambda: evaluate("CR_CLUSTER", values, centres))
    return Row(
        f"nearest of 5 centres, {count:,} customers",
        ours,
        {"scikit-learn": median_seconds(lambda: model.predict(scaled))},
        "≤ 0.3 s at 1M",
        ours <= 0.3 or quick,
    )


JOBS = [kmeans, assigning]
