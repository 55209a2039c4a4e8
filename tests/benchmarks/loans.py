"""Loans by the column: classification, contagion, provisions, lists and identity numbers."""

import numpy as np
import pandas as pd

from tests.benchmarks.table import Row, evaluate, median_seconds
from udfs import binding

MILLION = 1_000_000
LIMIT_SECONDS = 1.0


def _count(quick):
    return MILLION // 10 if quick else MILLION


def _kept(row, *, quick):
    return row.seconds <= (LIMIT_SECONDS / 10 if quick else LIMIT_SECONDS)


def five_tier(*, quick):
    count = _count(quick)
    rng = np.random.default_rng(4)
    days = rng.choice([0, 0, 0, 15, 60, 95, 280, 400], count).astype(float)
    impaired = rng.random(count) < 0.1
    ecl_ratio = rng.random(count)
    words = ["", "", "", "changed_use", "refinanced, npl_elsewhere", "借新还旧", "bankruptcy"]
    flags = rng.choice(np.array(words, dtype=object), count)
    row = Row(
        f"five-tier class with impairment, loss ratio and flags, {count:,} loans",
        median_seconds(lambda: evaluate("CR_LOANCLASS", days, impaired, ecl_ratio, flags)),
        {"numpy, days alone": median_seconds(lambda: _days_numpy(days))},
        "≤ 1 s at 1M",
    )
    return Row(row.job, row.seconds, row.others, row.target, _kept(row, quick=quick))


def _days_numpy(days):
    classes = ["loss", "doubtful", "substandard", "special mention"]
    limits = [days > 360, days > 270, days > 90, days > 0]
    return np.select(limits, classes, "normal").astype(object)


def obligors(*, quick):
    count = _count(quick)
    rng = np.random.default_rng(5)
    ids = rng.integers(count // 4, size=count)
    balance = rng.lognormal(3, 1, count)
    names = np.array(["normal", "special mention", "substandard", "loss"], dtype=object)
    classes = rng.choice(names, count, p=[0.9, 0.06, 0.03, 0.01])
    frame = pd.DataFrame({"id": ids, "balance": balance, "class": classes})
    row = Row(
        f"classes across each obligor's loans, {count:,} loans",
        median_seconds(lambda: evaluate("CR_OBLIGORCLASS", ids, balance, classes)),
        {"pandas": median_seconds(lambda: _obligors_pandas(frame))},
        "≤ 1 s at 1M",
    )
    return Row(row.job, row.seconds, row.others, row.target, _kept(row, quick=quick))


def _obligors_pandas(frame):
    npl = frame["class"].isin(["substandard", "doubtful", "loss"])
    bad = frame["balance"].where(npl, 0).groupby(frame["id"]).transform("sum")
    share = bad / frame["balance"].groupby(frame["id"]).transform("sum")
    least = np.select([share > 0.1, share > 0], [2, 1], 0)
    order = pd.Series(
        {"normal": 0, "special mention": 1, "substandard": 2, "doubtful": 3, "loss": 4}
    )
    return order.index.to_numpy()[np.maximum(frame["class"].map(order).to_numpy(), least)]


def provisions(*, quick):
    count = _count(quick)
    rng = np.random.default_rng(6)
    balance = rng.lognormal(3, 1, count)
    classes = rng.choice(np.array(["正常", "关注", "次级", "可疑", "损失"], dtype=object), count)
    rates = {"正常": 0.01, "关注": 0.03, "次级": 0.26, "可疑": 0.51, "损失": 1.01}
    series = pd.Series(classes)
    row = Row(
        f"provisions by class, {count:,} loans",
        median_seconds(lambda: evaluate("CR_PROVISION", balance, classes)),
        {"pandas": median_seconds(lambda: series.map(rates).to_numpy() * balance)},
        "≤ 1 s at 1M",
    )
    return Row(row.job, row.seconds, row.others, row.target, _kept(row, quick=quick))


def loan_lists(*, quick):

    count = _count(quick)
    rng = np.random.default_rng(7)
    start = 45_000.0 + rng.integers(0, 700, count)
    dates = np.column_stack([start, start + rng.integers(1, 4000, count)])
    row = Row(
        f"list 2 (term) from start and maturity, {count:,} loans",
        median_seconds(lambda: evaluate("CR_TAG", 2, dates)),
        {},
        "≤ 1 s at 1M",
    )
    return Row(row.job, row.seconds, row.others, row.target, _kept(row, quick=quick))


def all_loan_lists(*, quick):
    count = 5_000 if quick else 50_000
    rng = np.random.default_rng(8)
    headers = ["kind", "industry", "purpose", "term", "amount", "rate", "lpr", "guarantee", "pd"]
    columns = [
        rng.choice(["enterprise", "individual"], count),
        rng.choice(["C13", "K70", "F51", "E"], count),
        rng.choice(["流动资金", "住房", "装修", "采购原材料"], count),
        rng.integers(1, 360, count),
        rng.lognormal(5, 2, count),
        rng.uniform(0.02, 0.08, count),
        np.full(count, 0.03),
        rng.choice(["抵押", "质押", "保证", "信用", "抵押+保证"], count),
        rng.uniform(0, 0.1, count),
    ]
    loans = list(map(list, zip(*(column.tolist() for column in columns), strict=True)))
    row = Row(
        f"all thirteen lists, cells in and cells out, {count:,} loans",
        median_seconds(lambda: binding.call_columns("CR_TAG", "all", loans, headers)),
        {},
        "≤ 1 s at 50k",
    )
    return Row(row.job, row.seconds, row.others, row.target, _kept(row, quick=quick))


JOBS = [five_tier, obligors, provisions, loan_lists, all_loan_lists]
