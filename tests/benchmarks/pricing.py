"""Pricing and loans by the million, beside numpy alone and the library solver for rates."""

import numpy as np
from scipy import optimize

from tests.benchmarks.table import Row, evaluate, median_seconds


def rate(*, quick):
    count = 100_000 if quick else 1_000_000
    rng = np.random.default_rng(5)
    chances, losses = rng.uniform(0, 0.3, count), rng.uniform(0.1, 0.6, count)
    weights = rng.uniform(0.2, 1.5, count)
    row = Row(
        f"risk-based rate, {count:,} loans",
        median_seconds(lambda: evaluate("CR_RATE", 0.024, 0.006, chances, losses, weights)),
        {"numpy, no checks": median_seconds(lambda: _rate_numpy(chances, losses, weights))},
        "≤ 1 s at 1M",
    )
    return _judged(row, limit=None if quick else 1.0)


def _rate_numpy(chances, losses, weights):
    return 0.024 + 0.006 + chances * losses + weights * 0.105 * 0.11 / 0.75


def contribution(*, quick):
    count = 50_000
    rng = np.random.default_rng(6)
    highs = (5000, 0.08, 0.03, 0.1, 0.6, 3000, 0.02, 0.03, 20, 20)
    columns = [rng.uniform(0, high, count) for high in highs]
    row = Row(
        f"customer contribution, {count:,} customers",
        median_seconds(lambda: evaluate("CR_CONTRIB", *columns)),
        {},
        "≤ 0.1 s",
    )
    return _judged(row, limit=None if quick else 0.1)


def annual_rate(*, quick):
    count = 100_000 if quick else 1_000_000
    rng = np.random.default_rng(7)
    amounts, rates = rng.uniform(1, 1000, count), rng.uniform(0.01, 0.2, count)
    months = rng.integers(3, 361, count).astype(float)
    fees = amounts * rng.uniform(0, 0.05, count)
    row = Row(
        f"annual rate with fees (IRR), {count:,} loans",
        median_seconds(lambda: evaluate("CR_APR", amounts, rates, months, fees)),
        {"scipy newton": median_seconds(lambda: _apr_scipy(amounts, rates, months, fees), 1)},
        "≤ 1 s at 1M",
    )
    return _judged(row, limit=None if quick else 1.0)


def _apr_scipy(amounts, rates, months, fees):
    monthly = rates / 12
    level = amounts * monthly / -np.expm1(-months * np.log1p(monthly))
    received = amounts - fees

    def gap(y):
        return level * -np.expm1(-months * np.log1p(y)) / y - received

    found = optimize.newton(gap, monthly * 1.01 + 1e-6, tol=1e-12, maxiter=100)
    return np.expm1(12 * np.log1p(found))


def _judged(row, limit):
    kept = limit is None or row.seconds <= limit
    return Row(row.job, row.seconds, row.others, row.target, kept, row.memory_mb)


JOBS = [rate, contribution, annual_rate]
