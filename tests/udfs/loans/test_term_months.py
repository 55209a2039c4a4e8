import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udfs.loans.term_months import months_between
from udfs.strategy.tier_strategy import add_months


def months(start, end):
    return months_between(np.array([start], "datetime64[D]"), np.array([end], "datetime64[D]"))[0]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2025-01-01", "2026-01-01", 12),
        ("2025-01-31", "2025-02-28", 1),
        ("2024-02-29", "2025-02-28", 12),
        ("2025-03-15", "2025-03-15", 0),
        ("2025-01-01", "2026-01-02", 12 + 1 / 31),
        ("2025-02-01", "2025-02-15", 0.5),
        ("2025-03-15", "2025-02-15", -1),
    ],
)
def test_months_follow_the_calendar(start, end, expected):
    assert months(start, end) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("start", "end"), [("NaT", "2025-01-01"), ("2025-01-01", "NaT")])
def test_missing_day_gives_nothing(start, end):
    assert np.isnan(months(start, end))


days = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


@settings(deadline=None, max_examples=100)
@given(days, st.integers(0, 500))
def test_so_many_months_later_are_so_many_months(start, count):
    later = add_months(np.array([start], "datetime64[D]"), np.array([count]))[0]
    assert months(start, later) == count


@settings(deadline=None, max_examples=100)
@given(days, st.integers(0, 5000))
def test_a_later_end_is_a_longer_term(start, span):
    end = start + dt.timedelta(span)
    assert months(start, end) < months(start, end + dt.timedelta(1))
