"""Ratios, distress scores and peers on whole books of customers."""

import numpy as np
import pandas as pd

from tests.benchmarks.table import Row, evaluate, median_seconds

LIMIT = 1.0


def _judged(job, count, work, others, *, quick):
    seconds = median_seconds(work)
    limit = None if quick else LIMIT
    kept = None if limit is None else seconds <= limit
    return Row(f"{job}, {count:,} rows", seconds, others, f"≤ {LIMIT:g} s at 1M", kept)


def _count(*, quick):
    return 100_000 if quick else 1_000_000


def cash_cycle(*, quick):
    """A formula of six averages by name, beside the same arithmetic written by hand."""
    count = _count(quick=quick)
    names = ["营业成本", "营业收入", "存货", "应收账款", "应收票据", "应付账款", "应付票据"]
    current = np.random.default_rng(5).lognormal(5, 1, (count, len(names)))
    prior = 0.9 * current

    def by_hand():
        cost, revenue = current[:, 0], current[:, 1]
        average = (current + prior) / 2
        receivables, payables = average[:, 3] + average[:, 4], average[:, 5] + average[:, 6]
        return 360 * ((average[:, 2] - payables) / cost + receivables / revenue)

    def ours():
        return evaluate("CR_RATIO", "cash_conversion_cycle", [names], current, prior)

    return _judged(
        "Cash conversion cycle by name",
        count,
        ours,
        {"numpy by hand": median_seconds(by_hand)},
        quick=quick,
    )


def z_score(*, quick):
    count = _count(quick=quick)
    figures = np.random.default_rng(6).lognormal(5, 1, (8, count))

    def ours():
        return evaluate("CR_ALTMAN", "Z", *figures)

    return _judged("Altman Z", count, ours, {}, quick=quick)


def distance_to_default(*, quick):
    count = _count(quick=quick)
    rng = np.random.default_rng(7)
    equity = rng.lognormal(8, 1, count)
    debt, volatility = equity * rng.uniform(0.1, 4, count), rng.uniform(0.15, 1.2, count)

    def ours():
        return evaluate("CR_MERTON", equity, volatility, debt, 0.03)

    return _judged("Merton distance to default", count, ours, {}, quick=quick)


def benchmark(*, quick):
    """Percentile within industry and size, beside a grouped rank of pandas."""
    count = _count(quick=quick)
    rng = np.random.default_rng(8)
    values = rng.normal(size=count)
    industry = np.array(list("ABCDEFGHIJKLMNOPQRST"), dtype=object)[rng.integers(20, size=count)]
    size = np.array(["large", "medium", "small", "micro"], dtype=object)[
        rng.integers(4, size=count)
    ]
    frame = pd.DataFrame({"industry": industry, "size": size, "value": values})

    def pandas_ranks():
        groups = frame.groupby(["industry", "size"])["value"]
        return (groups.rank() - 1) / (groups.transform("size") - 1), groups.transform("median")

    def ours():
        return evaluate("CR_BENCH", values, industry, size)

    return _judged(
        "Percentile within industry and size",
        count,
        ours,
        {"pandas": median_seconds(pandas_ranks)},
        quick=quick,
    )


JOBS = [cash_cycle, z_score, distance_to_default, benchmark]
