import importlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs

DATA = Path(__file__).parents[3] / "../shared/data/rating_history"
HAS_DATA = pytest.mark.skipif(not DATA.exists(), reason=f"needs the ratings in {DATA}")
# MathWorks, transprob: the mini-sample of three companies.
HISTORY = [
    ("ABC", "2015-02-17", "AA"),
    ("ABC", "2017-07-06", "A"),
    ("LMN", "2014-08-12", "B"),
    ("LMN", "2015-11-09", "CCC"),
    ("LMN", "2016-09-07", "D"),
    ("XYZ", "2013-05-14", "BB"),
    ("XYZ", "2016-06-21", "BBB"),
]
YEAR_ENDS = [f"{year}-12-31" for year in range(2014, 2018)]


def columns(history):
    return ([[cell] for cell in part] for part in zip(*history, strict=True))


def matrix(history, *rest):
    rows = udfs.call("CR_COHORT", *columns(history), *rest)
    return {row[0]: dict(zip(rows[0][1:], row[1:], strict=True)) for row in rows[1:]}


def test_mathworks_sample_over_year_ends():
    found = matrix(HISTORY, [YEAR_ENDS])
    moves = {
        (begin, end): share
        for begin, row in found.items()
        for end, share in row.items()
        if share and end != "total"
    }
    assert moves == {
        ("AA", "AA"): 0.5,
        ("AA", "A"): 0.5,
        ("B", "CCC"): 1,
        ("CCC", "D"): 1,
        ("BB", "BB"): 0.5,
        ("BB", "BBB"): 0.5,
        ("BBB", "BBB"): 1,
        ("D", "D"): 1,
    }
    assert set(found["A"].values()) == {None, 0.0}  # nobody began a year in A


def test_two_dates_give_what_two_columns_give():
    dates = ["2015-12-31", "2017-12-31"]
    rows = udfs.call(
        "CR_COHORT", *columns(HISTORY), [dates], ["AA", "A", "BBB", "BB", "CCC", "B", "D"]
    )
    pairs = udfs.call(
        "CR_MIGRATE", [["AA"], ["CCC"], ["BB"]], [["A"], ["D"], ["BBB"]],
        ["AA", "A", "BBB", "BB", "CCC", "B", "D"],
    )  # fmt: skip
    assert rows == pairs


def test_dates_may_stand_in_any_order_and_more_than_once():
    shuffled = [[date] for date in (*YEAR_ENDS[::-1], YEAR_ENDS[0], None)]
    assert matrix(HISTORY, shuffled) == matrix(HISTORY, [YEAR_ENDS])


def test_without_dates_each_date_of_the_history_is_a_snapshot_and_who_is_gone_has_withdrawn():
    history = [
        ("C1", "2025-12-31", "A"),
        ("C2", "2025-12-31", "A"),
        ("C1", "2026-03-31", "A"),
        ("C3", "2026-03-31", "B"),
    ]
    found = matrix(history, None, None, "column")
    assert found["A"] == {"A": 0.5, "B": 0, "withdrawn": 0.5, "total": 2}
    carried = matrix(history, [["2025-12-31", "2026-03-31"]], None, "column")
    assert carried["A"] == {"A": 1, "B": 0, "withdrawn": 0, "total": 2}


def test_withdrawn_rating_holds_until_the_next_rating():
    history = [("C1", "2024-01-01", "A"), ("C1", "2025-01-01", "NR"), ("C1", "2026-01-01", "B")]
    found = matrix(
        history, [["2024-06-30", "2025-06-30", "2025-12-31", "2026-06-30"]], None, "column"
    )
    assert found["A"] == {"A": 0, "B": 0, "withdrawn": 1, "total": 1}
    assert found["B"]["total"] == 0


def test_of_two_grades_on_one_day_the_worse_counts_whatever_the_order():
    history = [("C1", "2025-01-01", "A"), ("C1", "2025-01-01", "BB"), ("C1", "2026-01-01", "A")]
    dates = [["2025-06-30", "2026-06-30"]]
    assert matrix(history, dates)["BB"]["A"] == 1
    assert matrix([history[1], history[0], history[2]], dates)["BB"]["A"] == 1


def test_rows_without_customer_or_rating_do_not_count():
    history = [*HISTORY, (None, "2014-01-01", "D"), ("ABC", "2016-01-01", None), ("X", None, None)]
    assert matrix(history, [YEAR_ENDS]) == matrix(HISTORY, [YEAR_ENDS])


@pytest.mark.parametrize(
    ("history", "as_of", "words"),
    [
        ([("C1", None, "A")], [YEAR_ENDS], "dates, row 1"),
        ([("C1", "soon", "A")], [YEAR_ENDS], "dates, row 1"),
        ([("C1", "2014-01-01", "odd")], [YEAR_ENDS], "ratings, row 1"),
        ([("C1", "2014-01-01", "A")], [["2014-12-31"]], "at least two different dates"),
        ([("C1", "2014-01-01", "A")], None, "at least two different dates"),
        ([("C1", "2014-01-01", None)], [YEAR_ENDS], "no grade"),
        ([("#REF!", "2014-01-01", "A")], [YEAR_ENDS], "customers, row 1"),
    ],
)
def test_bad_call_names_what_is_wrong(history, as_of, words):
    (error,) = udfs.call("CR_COHORT", *columns(history), as_of)[0]
    assert words in error.reason


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_periods_tell_the_moves_of_each_year(lang):
    rows = udfs.call("CR_COHORT", *columns(HISTORY), [YEAR_ENDS], None, None, "periods", lang)
    assert len(rows[0]) == 9
    assert [row[2:] for row in rows[1:]] == [
        [2, 0, 0.5, 0.5, 0, 0, 1],
        [
            3,
            pytest.approx(1 / 3),
            pytest.approx(1 / 3),
            pytest.approx(1 / 3),
            pytest.approx(1 / 3),
            0,
            0,
        ],
        [3, 0, pytest.approx(2 / 3), pytest.approx(1 / 3), 0, 0, 0],
    ]


EVENTS = st.tuples(
    st.sampled_from(["C1", "C2", "C3", 4]),
    st.dates(pd.Timestamp("2020-01-01").date(), pd.Timestamp("2024-12-31").date()),
    st.sampled_from(["A", "BBB", "B", "D", "NR"]),
)
DATES = [f"{year}-12-31" for year in range(2020, 2025)]
ORDER = ["A", "BBB", "B", "D"]


def state_at(history, customer, date):
    """The last rating up to a date; of one day the worst, and any grade before NR."""
    known = [(d, g) for c, d, g in history if c == customer and str(d) <= date]
    if not known:
        return None
    last = max(d for d, _ in known)
    grades = [g for d, g in known if d == last]
    rated = [g for g in grades if g != "NR"]
    return max(rated, key=ORDER.index) if rated else "NR"


@settings(deadline=None, max_examples=40)
@given(st.lists(EVENTS, min_size=1, max_size=25))
def test_counts_equal_a_look_at_each_customer_and_date(history):
    rows = udfs.call("CR_COHORT", *columns(history), [DATES], ORDER, "column", "counts")
    pairs = [
        (state_at(history, customer, begin), state_at(history, customer, end))
        for customer in {c for c, _, _ in history}
        for begin, end in pairwise(DATES)
    ]
    for row in rows[1:]:
        ends = [b for a, b in pairs if a == row[0]]
        assert row[1:-1] == [ends.count(grade) for grade in [*ORDER, "NR"]]


# --- beside the peer ----------------------------------------------------------------------------


@pytest.fixture
def peer():
    pytest.importorskip("transitionMatrix", reason="the peer is not installed")
    return importlib.import_module("transitionMatrix.estimators.cohort_estimator")


def peer_counts(peer, snapshots, states):
    """The peer's counts of all periods together, of customers at numbered snapshots.

    The peer counts the moves of the very last row a second time, so that a customer of a state
    of its own goes there.
    """
    statespace = importlib.import_module("transitionMatrix.statespaces.statespace")
    last = pd.DataFrame({"ID": [snapshots["ID"].max() + 1], "Time": [1], "State": [states]})
    data = pd.concat([snapshots, last], ignore_index=True)
    space = statespace.StateSpace([(str(i), str(i)) for i in range(states + 1)])
    bounds = list(range(int(snapshots["Time"].max()) + 1))
    estimator = peer.CohortEstimator(
        states=space, cohort_bounds=bounds, ci={"method": "goodman", "alpha": 0.05}
    )
    estimator.fit(data)
    return np.sum(estimator.count_set, axis=0)[:states, :states]


@HAS_DATA
@pytest.mark.filterwarnings("ignore")
def test_cohort_counts_of_regular_snapshots_equal_the_peers(peer):
    data = pd.read_csv(DATA / "synthetic_data4.csv").sort_values(["ID", "Time"], ignore_index=True)
    dates = pd.to_datetime("2000-01-01") + pd.to_timedelta(data["Time"] * 91, unit="D")
    grades = [str(state) for state in range(8)]
    rows = udfs.call(
        "CR_COHORT", data["ID"], dates.to_numpy(), data["State"], None, grades, None, "counts"
    )
    assert np.array_equal([row[1:-1] for row in rows[1:]], peer_counts(peer, data, 8))


@HAS_DATA
@pytest.mark.filterwarnings("ignore")
def test_cohort_matrix_of_the_rating_history_equals_the_peers_withdrawn_and_gaps_included(peer):
    raw = pd.read_csv(DATA / "rating_data_raw.csv")
    raw["Date"] = pd.to_datetime(raw["Date"], format="%d-%m-%Y")
    raw.loc[::97, "Rating"] = None  # missing cells, which say nothing
    grades = ["AAA", "AA+", "A+", "BBB+", "BB+", "B+", "CCC+", "D"]
    dates = pd.to_datetime([f"{year}-12-31" for year in range(2000, 2006)])

    rated = raw.dropna(subset="Rating").assign(
        State=lambda frame: frame["Rating"].map(["NR", *grades].index)
    )
    # Of one day the worst grade counts, as ours has it; the peer needs one row each.
    rated = rated.sort_values(["Date", "State"], kind="stable")
    frames = []
    for place, date in enumerate(dates):
        known = rated[rated["Date"] <= date].groupby("CustomerId").last()
        frames.append(pd.DataFrame({"ID": known.index, "Time": place, "State": known["State"]}))
    snapshots = pd.concat(frames).sort_values(["ID", "Time"], ignore_index=True)
    expected = peer_counts(peer, snapshots, 9)[1:]

    rows = udfs.call(
        "CR_COHORT", raw["CustomerId"].tolist(), raw["Date"].to_numpy(), raw["Rating"].tolist(),
        [[str(date.date()) for date in dates]], grades, "column", "counts",
    )  # fmt: skip
    ours = np.array([row[1:-1] for row in rows[1:]])
    assert ours.sum() > 5000
    assert np.array_equal(ours[:, :-1], expected[:, 1:])
    assert np.array_equal(ours[:, -1], expected[:, 0])
    shares = udfs.call(
        "CR_COHORT", raw["CustomerId"].tolist(), raw["Date"].to_numpy(), raw["Rating"].tolist(),
        [[str(date.date()) for date in dates]], grades, "column",
    )  # fmt: skip
    whole = expected.sum(axis=1)
    assert np.allclose([row[1:-2] for row in shares[1:]], expected[:, 1:] / whole[:, np.newaxis])
