"""Transactions added up to fit a sheet give the same recency, frequency and monetary value."""

import numpy as np
import pandas as pd
import pytest

import udfs
from addin.errors import SourceError
from addin.portfolio.events import PERIODS, fit_events

AS_OF = np.datetime64("2024-02-29")
MISSED = "missed"


def transactions(size=6000, seed=5):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer_id": rng.choice(["C1", "C2", "C3", "C4"], size).astype(object),
            "date": AS_OF + rng.integers(-1500, 30, size).astype("timedelta64[D]"),
            "amount": rng.integers(-200, 1000, size) / 4,
            "kind": rng.choice(["fee", "repayment", MISSED], size).astype(object),
            "count": rng.choice([1.0, 2.0, np.nan], size),
        }
    )


def base(frame, months):
    customers = [[name] for name in ("C1", "C2", "C3", "C4")]
    columns = [[[cell] for cell in frame["customer_id"]]]
    columns += [[[pd.Timestamp(day).to_pydatetime()] for day in frame["date"]]]
    columns += [[[amount] for amount in frame["amount"].tolist()]]
    counts = [[1.0 if np.isnan(count) else count] for count in frame["count"]]
    positive = [[kind != MISSED] for kind in frame["kind"]]
    as_of = pd.Timestamp(AS_OF).to_pydatetime()
    rows = udfs.call("CR_RFMBASE", customers, *columns, as_of, counts, positive, months)
    return np.array([row[-3:] for row in rows[1:]], dtype=float)


@pytest.mark.parametrize("period", PERIODS)
def test_totals_give_what_single_events_give(period):
    frame = transactions()
    fitted = fit_events(frame, AS_OF, len(frame) - 1)
    while fitted.months < period:
        fitted = fit_events(frame, AS_OF, len(fitted.frame) - 1)
    assert fitted.months == period
    assert len(fitted.frame) < len(frame)
    for months in (0, 24, 48):
        assert base(fitted.frame, months) == pytest.approx(base(frame, months), rel=1e-12)


def test_totals_keep_the_sums_by_customer_and_kind():
    frame = transactions()
    fitted = fit_events(frame, AS_OF, 400).frame
    by = ["customer_id", "kind"]
    counted = frame.assign(count=frame["count"].fillna(1.0))
    pd.testing.assert_frame_equal(
        fitted.groupby(by)[["amount", "count"]].sum(),
        counted.groupby(by)[["amount", "count"]].sum(),
    )


def test_events_that_fit_stay_single():
    frame = transactions(50)
    fitted = fit_events(frame, AS_OF, 50)
    assert fitted.months == 0
    assert fitted.frame["count"].tolist() == frame["count"].fillna(1.0).tolist()
    pd.testing.assert_frame_equal(fitted.frame.drop(columns="count"), frame.drop(columns="count"))


def test_events_without_kind_or_count_are_added_up_too():
    frame = transactions()[["customer_id", "date", "amount"]]
    fitted = fit_events(frame, AS_OF, 500).frame
    assert fitted["count"].sum() == len(frame)
    assert fitted["amount"].sum() == pytest.approx(frame["amount"].sum())


def test_events_that_cannot_fit_are_refused():
    with pytest.raises(SourceError, match=r"6,000 rows are too many for a sheet, even added up"):
        fit_events(transactions(), AS_OF, 3)
