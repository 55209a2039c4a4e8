"""A bank of any size as Parquet files, made block by block from one seed."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

BLOCK = 250_000
LOANS, EVENTS = 1.5, 10
AS_OF = np.datetime64("2026-09-30", "D")
INDUSTRIES = pa.array(["C13", "C26", "F51", "G54", "I65", "K70", "E47", "A01"])
REGIONS = pa.array(["110000", "310000", "440100", "330100", "510100"])
LEVELS = pa.array(["weak", "average", "good", "strong"])
RECORDS = pa.array(["clean", "minor"])
KINDS = pa.array(["repayment", "drawdown", "fee", "deposit", "missed"])


def make_files(folder, customers, *, seed=2026):
    """Write customers, loans and transactions, a file per block of customers each."""
    for table in ("customers", "loans", "transactions"):
        (Path(folder) / table).mkdir(parents=True, exist_ok=True)
    for block, start in enumerate(range(0, customers, BLOCK)):
        count = min(BLOCK, customers - start)
        rng = np.random.default_rng([seed, block])
        ids = pa.array([f"C{i:09d}" for i in range(start, start + count)])
        quality = rng.standard_normal(count)
        frames = {
            "customers": _customers(ids, quality, rng),
            "loans": _loans(ids, quality, start, rng),
            "transactions": _events(ids, rng),
        }
        for table, columns in frames.items():
            file = Path(folder) / table / f"{table}-{block:04d}.parquet"
            pq.write_table(pa.table(columns), file, compression="zstd")


def _customers(ids, quality, rng):
    count = len(ids)

    def near(middle, slope, spread, low, high):
        drawn = middle + slope * quality + spread * rng.standard_normal(count)
        return drawn.clip(low, high).round(4)

    revenue = np.round(np.exp(rng.normal(8.3, 1.6, count)), 2)
    judged = np.digitize(quality + 0.6 * rng.standard_normal(count), [-1.0, 0.1, 1.2])
    return {
        "customer_id": ids,
        "name": [f"Company {i}" for i in range(count)],
        "kind": ["enterprise"] * count,
        "industry": INDUSTRIES.take(rng.integers(len(INDUSTRIES), size=count)),
        "region": REGIONS.take(rng.integers(len(REGIONS), size=count)),
        "employees": np.ceil(revenue / rng.uniform(40, 140, count)),
        "revenue": revenue,
        "assets": np.round(revenue * rng.lognormal(0.2, 0.5, count), 2),
        "debt_ratio": near(0.58, -0.11, 0.09, 0.05, 1.4),
        "current_ratio": near(1.45, 0.38, 0.30, 0.2, 6),
        "interest_cover": near(3.6, 2.2, 1.5, -5, 40),
        "cash_flow_ratio": near(0.22, 0.14, 0.11, -0.8, 2),
        "profit_margin": near(0.07, 0.05, 0.04, -0.6, 0.6),
        "revenue_growth": near(0.06, 0.07, 0.09, -0.7, 2),
        "years_in_business": np.round(2 + rng.gamma(3, 4, count), 1),
        "management": LEVELS.take(judged),
        "market_position": LEVELS.take(judged[::-1]),
        "credit_record": RECORDS.take((quality < -1.5).astype(np.int64)),
        "collateral_ratio": near(0.85, 0.10, 0.35, 0, 3),
        "group": rng.random(count) < 0.05,
        "products_held": rng.integers(1, 8, size=count).astype(float),
        "last_review": AS_OF - rng.integers(5, 400, size=count).astype("timedelta64[D]"),
    }


def _loans(ids, quality, start, rng):
    count = int(len(ids) * LOANS)
    owner = rng.integers(len(ids), size=count)
    late = rng.random(count) < 1 / (1 + np.exp(3.3 + 1.5 * quality[owner]))
    first = int(start * LOANS)
    return {
        "loan_id": [f"L{i:010d}" for i in range(first, first + count)],
        "customer_id": ids.take(owner),
        "balance": np.round(rng.lognormal(5, 1, count), 2),
        "overdue_days": np.where(late, np.ceil(rng.gamma(1.2, 70, count)), 0.0),
    }


def _events(ids, rng):
    count = len(ids) * EVENTS
    kinds = rng.choice(len(KINDS), size=count, p=[0.6, 0.1, 0.16, 0.1, 0.04])
    return {
        "customer_id": ids.take(rng.integers(len(ids), size=count)),
        "date": AS_OF - rng.integers(0, 900, size=count).astype("timedelta64[D]"),
        "amount": np.where(kinds == 4, 0.0, np.round(rng.lognormal(-1, 0.8, count), 4)),
        "kind": KINDS.take(kinds),
        "count": np.ones(count),
    }
