"""Capital and limits on a whole book, beside the plain formula in SciPy and pandas."""

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from tests.benchmarks.table import Row, evaluate, median_seconds


def irb(*, quick):
    count = 100_000 if quick else 1_000_000
    rng = np.random.default_rng(5)
    pd_ = rng.beta(1, 40, count)
    lgd = rng.uniform(0.1, 0.7, count)
    years = rng.uniform(0.5, 6, count)
    sales = rng.lognormal(9, 1.5, count)
    row = Row(
        f"IRB risk weight, {count:,} loans",
        median_seconds(lambda: evaluate("CR_IRBRW", pd_, lgd, years, sales, "china")),
        {"scipy formula": median_seconds(lambda: _irb_scipy(pd_, lgd, years, sales))},
        "≤ 1 s at 1M; ≤ 2 × the bare formula",
    )
    return _judged(row, limit=1.0 if not quick else None, factor=2.0)


def _irb_scipy(pd_, lgd, years, sales):
    """The formula of CRE31 with the firm-size adjustment, and nothing around it."""
    chance = np.maximum(pd_, 0.0005)
    near = (1 - np.exp(-50 * chance)) / (1 - np.exp(-50))
    r = 0.12 * near + 0.24 * (1 - near)
    r -= 0.04 * (1 - (np.clip(sales, 3000, 30000) - 3000) / 27000)
    b = (0.11852 - 0.05478 * np.log(chance)) ** 2
    stressed = ndtr((ndtri(chance) + np.sqrt(r) * ndtri(0.999)) / np.sqrt(1 - r))
    m = np.clip(years, 1, 5)
    return 12.5 * lgd * (stressed - chance) * (1 + (m - 2.5) * b) / (1 - 1.5 * b)


def limit(*, quick):
    count = 100_000 if quick else 1_000_000
    rng = np.random.default_rng(6)
    amounts = {name: rng.lognormal(8, 1, count) for name in ("need", "equity", "used", "value")}
    assets = rng.lognormal(10, 1, count)
    debts = assets * rng.uniform(0.3, 0.9, count)
    cash, rate, years = assets * 0.1, rng.uniform(0.03, 0.08, count), rng.uniform(1, 8, count)
    grades = rng.choice(np.array(["AA", "A", "BBB", "BB", "B"], dtype=object), count)
    multiples = {"AA": 1.5, "A": 1.2, "BBB": 1.0, "BB": 0.7, "B": 0.4}

    def ours():
        cells = (amounts["need"], assets, debts, cash, rate, years, amounts["equity"], grades)
        return evaluate("CR_LIMIT", *cells, amounts["used"], amounts["value"], 0.6, amounts["need"])

    def floor():
        factor = (1 - (1 + rate) ** -years) / rate
        rooms = (
            amounts["need"],
            (0.7 * assets - debts) / 0.3,
            cash / 1.25 * factor,
            amounts["equity"] * pd.Series(grades).map(multiples).to_numpy() - amounts["used"],
            amounts["value"] * 0.6,
        )
        return np.maximum(np.min(rooms, axis=0), 0)

    row = Row(
        f"credit limit by six methods, {count:,} customers",
        median_seconds(ours),
        {"numpy formulas": median_seconds(floor)},
        "≤ 1 s at 1M",
    )
    return _judged(row, limit=1.0 if not quick else None, factor=None)


def exposures(*, quick):
    count = 100_000 if quick else 1_000_000
    rng = np.random.default_rng(7)
    customers = rng.integers(count // 3, size=count)
    groups = (customers // 4).astype(np.float64)
    groups[customers % 3 == 0] = np.nan
    amounts = rng.lognormal(5, 1.5, count)
    frame = pd.DataFrame({"customer": customers, "group": groups, "amount": amounts})

    def peer():
        single = frame.groupby("customer")["amount"].transform("sum")
        joint = frame.groupby("group")["amount"].transform("sum")
        rooms = np.fmin(np.fmin(5e6 - single, 6e6 - single), 8e6 - joint)
        return rooms.clip(lower=0)

    row = Row(
        f"large-exposure room by customer and group, {count:,} exposures",
        median_seconds(lambda: evaluate("CR_EXPOSURE", customers, amounts, 4e7, 5e7, groups)),
        {"pandas": median_seconds(peer)},
        "≤ 1 s at 1M",
    )
    return _judged(row, limit=1.0 if not quick else None, factor=None)


def _judged(row, limit, factor):
    """Kept within the limit where it holds, and within the factor of every floor, if there is one."""
    kept = limit is None or row.seconds <= limit
    if factor is not None:
        kept &= all(row.seconds <= factor * seconds for seconds in row.others.values())
    return Row(row.job, row.seconds, row.others, row.target, kept, row.memory_mb)


JOBS = [irb, limit, exposures]
