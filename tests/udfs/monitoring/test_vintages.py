import calendar
import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError
from udfs.monitoring.calendar_months import begun_months, full_months

DATA = Path(__file__).parents[3] / "../shared/data/sba_loans/SBAnational_22k.csv"


def column(cells):
    return [[cell] for cell in cells]


def curve(loans, as_of, *rest):
    origination, default = (column(part) for part in zip(*loans, strict=True))
    return udfs.call("CR_VINTAGE", origination, default, as_of, *rest)


def later(day, months):
    """The same day so many months on, or the month's last where there is none such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


DAYS = st.dates(dt.date(2019, 1, 1), dt.date(2025, 12, 31))


@settings(deadline=None, max_examples=300)
@given(DAYS, DAYS)
def test_months_are_counted_as_the_calendar_does(start, end):
    start, end = sorted((start, end))
    pair = np.array([start], dtype="datetime64[D]"), np.array([end], dtype="datetime64[D]")
    full, begun = int(full_months(*pair)[0]), int(begun_months(*pair)[0])
    assert later(start, full) <= end < later(start, full + 1)
    assert begun == next(m for m in range(200) if later(start, m) >= end)


LOANS = [
    ("2025-01-15", "2025-06-01"),
    ("2025-02-10", None),
    ("2025-03-31", "2025-09-30"),
    ("2025-05-05", None),
    ("2025-12-01", None),
]


def test_rates_are_cumulative_and_blank_where_not_all_loans_were_watched():
    rows = curve(LOANS, "2025-12-31", None, None, None, [[3, 6, 9, 12]])
    assert rows == [
        ["vintage", "loans", "3", "6", "9", "12"],
        ["2025Q1", 3, 0, pytest.approx(2 / 3), pytest.approx(2 / 3), None],
        ["2025Q2", 1, 0, 0, None, None],
        ["2025Q4", 1, None, None, None, None],
    ]


def test_default_on_the_last_day_of_the_month_on_book_counts():
    for default, rate in (("2025-09-30", 1), ("2025-10-01", 0)):
        rows = curve([("2025-03-31", default)], "2026-12-31", None, None, None, [[6]])
        assert rows[1] == ["2025Q1", 1, rate]


def test_loans_and_defaults_after_the_as_of_date_do_not_count():
    rows = curve([*LOANS, ("2026-01-01", "2026-01-02")], "2025-08-31", None, None, None, [[3, 5]])
    assert rows[1] == ["2025Q1", 3, 0, pytest.approx(1 / 3)]
    assert [row[0] for row in rows] == ["vintage", "2025Q1", "2025Q2"]


def test_default_before_origination_counts_from_the_first_month():
    assert curve([("2025-03-31", "2025-01-01")], "2025-12-31", None, None, None, [[1]])[1][2] == 1


def test_amounts_weight_and_losses_may_be_less_than_the_amount():
    amounts, losses = column([100, 300, 100, 1, 1]), column([50, None, 100, None, None])
    rows = curve(LOANS, "2025-12-31", amounts, None, None, [[6]])
    assert rows[:2] == [["vintage", "loans", "amount", "6"], ["2025Q1", 3, 500, 0.4]]
    assert curve(LOANS, "2025-12-31", amounts, losses, None, [[6]])[1] == ["2025Q1", 3, 500, 0.3]
    assert curve(LOANS, "2025-12-31", amounts, losses, None, [[6]], "amounts")[1][3] == 150


def test_marginal_adds_up_to_the_curve():
    rows = curve(LOANS, "2025-12-31", None, None, None, [[3, 6, 9]], "marginal")
    assert rows[1][2:] == [0, pytest.approx(2 / 3), 0]
    assert rows[2][2:] == [0, 0, None]


@pytest.mark.parametrize(
    ("period", "names"),
    [
        ("month", ["2025-01", "2025-02", "2025-03", "2025-05", "2025-12"]),
        ("季度", ["2025Q1", "2025Q2", "2025Q4"]),
        ("half", ["2025H1", "2025H2"]),
        ("year", ["2025"]),
    ],
)
def test_periods_of_origination(period, names):
    rows = curve(LOANS, "2025-12-31", None, None, period)
    assert [row[0] for row in rows[1:]] == names
    assert rows[0][2:] == ["3", "6", "9"]


def test_young_book_is_shown_by_single_months():
    rows = curve([("2025-01-15", None)], "2025-03-20")
    assert rows == [["vintage", "loans", "1", "2"], ["2025Q1", 1, 0, 0]]
    assert curve([("2025-01-15", None)], "2025-01-20")[1] == ["2025Q1", 1, None]


@pytest.mark.parametrize(
    ("lang", "why"),
    [
        ("en", "60 loans of 2 vintages: after 6 months the highest is 2025Q1 with 10.00%, the lowest 2025Q2 with 0.00%."),
        ("zh", "60 笔贷款，2 组；账龄 6 个月时，最高 2025Q1 10.00%，最低 2025Q2 0.00%。"),
    ],
)  # fmt: skip
def test_why_compares_the_periods_at_one_age(lang, why):
    loans = [("2025-01-15", "2025-03-01" if i < 3 else None) for i in range(30)]
    loans += [("2025-04-15", None)] * 30
    assert curve(loans, "2025-10-20", None, None, None, None, "why", lang) == [[why]]


def test_why_says_when_nothing_can_be_compared():
    ((why,),) = curve(LOANS[:2], "2025-12-31", None, None, None, None, "why")
    assert why.endswith("no two of them can be compared yet.")


@pytest.mark.parametrize(
    ("loans", "rest", "words"),
    [
        ([("soon", None)], (), "origination, row 1"),
        ([("2025-01-01", "soon")], (), "default_date, row 1"),
        ([("2025-01-01", None), (None, "2025-02-01")], (), "origination, row 2"),
        ([("2025-01-01", None)], ([[None]],), "amounts, row 1"),
        ([("2025-01-01", "2025-02-01")], ([[5]], [[None]]), "loss_amounts, row 1"),
        ([("2027-01-01", None)], (), "origination"),
        ([("2025-01-01", None)], (None, None, None, [[6, 3]]), "months"),
        ([("2025-01-01", None)], (None, None, None, [[0]]), "months"),
    ],
)
def test_bad_call_names_what_is_wrong(loans, rest, words):
    (error,) = curve(loans, "2025-12-31", *rest)[0]
    assert isinstance(error, CellError)
    assert error.reason.startswith(words)


def test_blank_rows_are_no_loans():
    assert curve([*LOANS, (None, None)], "2025-12-31") == curve(LOANS, "2025-12-31")


BOOK = st.lists(st.tuples(DAYS, st.one_of(st.none(), DAYS)), min_size=1, max_size=15)


@settings(deadline=None, max_examples=60)
@given(BOOK, st.randoms())
def test_cells_equal_a_look_at_each_loan_whatever_the_order(loans, random):
    as_of = dt.date(2024, 6, 30)
    if not any(start <= as_of for start, _ in loans):
        return
    random.shuffle(loans)
    months = [3, 12, 24]
    rows = curve(loans, as_of, None, None, "year", [months])
    for row in rows[1:]:
        own = [(s, d) for s, d in loans if str(s.year) == row[0] and s <= as_of]
        assert row[1] == len(own)
        for month, cell in zip(months, row[2:], strict=True):
            watched = all(later(start, month) <= as_of for start, _ in own)
            hits = [d for s, d in own if d and d <= as_of and d <= later(s, month)]
            assert cell == (pytest.approx(len(hits) / len(own)) if watched else None)


@pytest.mark.skipif(not DATA.exists(), reason=f"needs the SBA loans in {DATA}")
def test_sba_loans_by_year_equal_a_count_with_pandas_and_show_the_crisis():
    data = pd.read_csv(
        DATA, low_memory=False, usecols=["DisbursementDate", "ChgOffDate", "DisbursementGross"]
    )
    data = data[data["DisbursementDate"].notna()]
    start = pd.to_datetime(data["DisbursementDate"], format="mixed")
    off = pd.to_datetime(data["ChgOffDate"], format="mixed")
    rows = udfs.call(
        "CR_VINTAGE", start.to_numpy(), off.to_numpy(), "2014-06-30", None, None, "year", [[36, 60]]
    )
    found = {row[0]: row[1:] for row in rows[1:]}
    for year in range(1997, 2008):
        own = start.dt.year == year
        within = off[own] <= start[own] + pd.DateOffset(months=60)
        assert found[str(year)][0] == own.sum()
        assert found[str(year)][2] == pytest.approx(within.mean())
    assert sum(row[0] for row in found.values()) == len(data)
    assert found["2006"][2] > 2 * found["1998"][2]
    assert found["2010"][2] is None
