"""Early warning and migration on whole books, beside plain code and the peer that does the same."""

import warnings

import numpy as np
import pandas as pd
from transitionMatrix.estimators.cohort_estimator import CohortEstimator
from transitionMatrix.statespaces.statespace import StateSpace

from tests.benchmarks.table import Row, evaluate, median_seconds

INDICATORS = [
    "receivables_overdue_ratio", "debt_ratio", "profit_margin", "revenue", "current_ratio",
    "interest_cover", "dscr", "overdue_days", "fund_diversion", "key_person",
]  # fmt: skip
GRADES = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC", "D"]
SNAPSHOTS = 6


def early_warning(*, quick):
    count = 100_000 if quick else 1_000_000
    rng = np.random.default_rng(5)
    values = np.abs(rng.normal(0.8, 0.6, size=(count, len(INDICATORS))))
    values[:, -2:] = values[:, -2:] > 2
    prior = np.abs(rng.normal(0.8, 0.6, size=values.shape))
    row = Row(
        f"early warning of 10 indicators and their prior period, {count:,} customers",
        median_seconds(lambda: evaluate("CR_EWS", values, INDICATORS, prior)),
        {"numpy": median_seconds(lambda: _points_numpy(values, prior))},
        "≤ 1 s at 1M",
    )
    kept = quick or row.seconds <= 1
    return Row(row.job, row.seconds, row.others, row.target, kept)


def _points_numpy(values, prior):
    """The same points by hand-written comparisons, without events, names or missing inputs."""
    overdue, debt, margin, revenue, current, cover, dscr, days = values[:, :8].T
    rise = debt - prior[:, 1]
    fall = 1 - margin / prior[:, 2]
    drop = 1 - revenue / prior[:, 3]
    points = (overdue > 0.1).astype(float) + (overdue > 0.2) + (overdue > 0.3)
    points += (rise > 0.05).astype(float) + (rise > 0.1) + (debt > 0.7) + (debt > 0.85)
    points += np.maximum((fall > 0.2) * 1 + (fall > 0.5) * 1, (margin < 0) * 2)
    points += (drop > 0.1).astype(float) + (drop > 0.3) + (current < 1.2) + (current < 1)
    points += (cover < 2).astype(float) + (cover < 1.5) + (cover < 1)
    points += (dscr < 1.2).astype(float) + (dscr < 1.1) + (dscr < 1)
    points += (days > 0) * 2 + (days > 30) * 2
    colours = np.array(["green", "yellow", "orange", "red"], dtype=object)
    return colours[np.where(days > 90, 3, np.searchsorted([3, 6, 9], points, side="right"))]


def migration(*, quick):
    count = 5_000 if quick else 50_000
    rng = np.random.default_rng(6)
    steps = rng.integers(-1, 2, size=(count, SNAPSHOTS)).cumsum(axis=1)
    states = np.clip(rng.integers(0, 7, count)[:, np.newaxis] + steps, 0, 7)
    ids = np.repeat(np.arange(count), SNAPSHOTS)
    days = np.array([f"{2020 + k}-12-31" for k in range(SNAPSHOTS)], dtype="datetime64[D]")
    dates = np.tile(days, count)
    ratings = np.array(GRADES, dtype=object)[states.reshape(-1)]
    frame = pd.DataFrame(
        {"ID": ids, "Time": np.tile(np.arange(SNAPSHOTS), count), "State": states.reshape(-1)}
    )
    row = Row(
        f"cohort matrix of {count:,} customers at {SNAPSHOTS} dates, ratings as text",
        median_seconds(lambda: evaluate("CR_COHORT", ids, dates, ratings)),
        {
            "pandas": median_seconds(lambda: _cohort_pandas(ids, dates, ratings)),
            "transitionMatrix": median_seconds(lambda: _cohort_peer(frame), repeats=1),
        },
        "≤ 0.05 s at 50k × 6; ahead of both",
    )
    kept = row.seconds <= min(row.others.values()) and (quick or row.seconds <= 0.05)
    return Row(row.job, row.seconds, row.others, row.target, kept)


def _cohort_pandas(ids, dates, ratings):
    frame = pd.DataFrame({"id": ids, "date": dates, "grade": ratings}).sort_values(["id", "date"])
    frame["next"] = frame.groupby("id")["grade"].shift(-1)
    frame = frame.dropna()
    return pd.crosstab(frame["grade"], frame["next"], normalize="index")


def _cohort_peer(frame):
    space = StateSpace([(str(place), grade) for place, grade in enumerate(GRADES)])
    bounds = list(range(SNAPSHOTS))
    estimator = CohortEstimator(
        states=space, cohort_bounds=bounds, ci={"method": "goodman", "alpha": 0.05}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(frame)


JOBS = [early_warning, migration]
