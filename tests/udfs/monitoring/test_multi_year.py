import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

# S&P CreditWeek, 15 April 1996, as printed in CreditMetrics: percent, AAA to CCC and default.
CREDIT_METRICS = [
    [90.81, 8.33, 0.68, 0.06, 0.12, 0, 0, 0],
    [0.70, 90.65, 7.79, 0.64, 0.06, 0.14, 0.02, 0],
    [0.09, 2.27, 91.05, 5.52, 0.74, 0.26, 0.01, 0.06],
    [0.02, 0.33, 5.95, 86.93, 5.30, 1.17, 0.12, 0.18],
    [0.03, 0.14, 0.67, 7.73, 80.53, 8.84, 1.00, 1.06],
    [0, 0.11, 0.24, 0.43, 6.48, 83.46, 4.07, 5.20],
    [0.22, 0, 0.22, 1.30, 2.38, 11.24, 64.86, 19.79],
    [0, 0, 0, 0, 0, 0, 0, 100],
]
GRADES = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC", "D"]
LABELLED = [["", *GRADES], *([g, *row] for g, row in zip(GRADES, CREDIT_METRICS, strict=True))]
SIMPLE = [[0.9, 0.08, 0.02], [0.1, 0.8, 0.1], [0, 0, 1]]


def body(*call):
    return np.array([row[1:] for row in udfs.call("CR_MIGRATEPOWER", *call)[1:]], dtype=float)


@pytest.mark.parametrize("matrix", [CREDIT_METRICS, CREDIT_METRICS[:-1], LABELLED, LABELLED[:-1]])
def test_five_year_cumulative_default_rates_of_credit_metrics(matrix):
    # Fact book, section 10: per cent, after rows that sum to 99.99 and 100.01 are normalised.
    expected = [0.0379, 0.1833, 0.6440, 2.1050, 8.6711, 24.4059, 54.1632]
    assert body(matrix, 5, None, "pd")[:, 0] * 100 == pytest.approx(expected, abs=1e-4)


def test_bbb_bond_of_credit_metrics_has_its_published_mean_and_deviation():
    # Fact book, section 10: values of the bond by rating at the end of the year.
    values = np.array([109.37, 109.19, 108.66, 107.55, 102.02, 98.10, 83.64, 51.13])
    shares = body(LABELLED, 1)[GRADES.index("BBB")]
    mean = shares @ values
    assert mean == pytest.approx(107.0879, abs=5e-5)
    assert np.sqrt(shares @ (values - mean) ** 2) == pytest.approx(2.9918, abs=5e-5)


def test_matrix_without_headers_names_its_grades_by_number():
    rows = udfs.call("CR_MIGRATEPOWER", SIMPLE, 1)
    assert [row[0] for row in rows] == ["from", "1", "2", "3"]
    assert rows[0][1:] == ["1", "2", "3"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("out", ["value", "counts"])
@pytest.mark.parametrize("withdrawn", ["exclude", "column"])
def test_matrix_is_taken_as_it_was_spilled(lang, out, withdrawn):
    begin = [[g] for g in ["A", "A", "A", "B", "B", "C", "C", "A"]]
    end = [[g] for g in ["A", "A", "B", "B", "D", "D", "B", "NR"]]
    spilled = udfs.call("CR_MIGRATE", begin, end, ["A", "B", "C", "D"], None, withdrawn, out, lang)
    again = udfs.call("CR_MIGRATEPOWER", spilled, 1, None, None, lang)
    shares = udfs.call("CR_MIGRATE", begin, end, ["A", "B", "C", "D"], None, None, None, lang)
    assert [row[:5] for row in again[:4]] == [row[:5] for row in shares[:4]]
    assert again[4] == ["D", 0, 0, 0, 1]


def test_two_years_are_the_square():
    assert body(SIMPLE, 2) == pytest.approx(np.linalg.matrix_power(np.array(SIMPLE), 2))


def test_quarterly_matrix_is_raised_to_the_fourth_power_in_a_year():
    assert body(SIMPLE, 1, 3) == pytest.approx(np.linalg.matrix_power(np.array(SIMPLE), 4))


def test_half_a_year_twice_is_the_year_where_nothing_is_repaired():
    half = body([[0.95, 0.05], [0, 1]], 0.5)
    assert half[0, 0] == pytest.approx(0.95**0.5)
    assert half @ half == pytest.approx(np.array([[0.95, 0.05], [0, 1]]))


def test_whole_years_need_no_generator_and_parts_state_their_repair():
    ((whole,),) = udfs.call("CR_MIGRATEPOWER", CREDIT_METRICS, 3, None, "why")
    ((part,),) = udfs.call("CR_MIGRATEPOWER", CREDIT_METRICS, 2.5, None, "why")
    assert whole == "3 periods; rows normalised, by 0.01% at most."
    assert "7 negative rates set to zero" in part
    ((chinese,),) = udfs.call("CR_MIGRATEPOWER", CREDIT_METRICS, 2.5, None, "why", "zh")
    assert "7 个负值置零" in chinese
    ((clean,),) = udfs.call("CR_MIGRATEPOWER", SIMPLE, 0.5, None, "why")
    assert "needed no repair" in clean


def test_generator_has_no_negative_rate_off_the_diagonal_and_rows_of_zero():
    rates = body(CREDIT_METRICS, 1, None, "generator")
    off = ~np.eye(8, dtype=bool)
    assert (rates[off] >= 0).all()
    assert rates.sum(axis=1) == pytest.approx(np.zeros(8), abs=1e-12)


def test_matrix_without_a_generator_takes_whole_periods_only():
    jump = [[0, 1, 0], [0, 0, 1], [0, 0, 1]]
    assert body(jump, 2)[0].tolist() == [0, 0, 1]
    (error,) = udfs.call("CR_MIGRATEPOWER", jump, 1.5)[0]
    assert error == CellError("#NUM!")
    assert "whole periods" in error.reason


def test_curve_ends_at_the_years_asked_for_and_marginal_adds_up_to_it():
    rows = udfs.call("CR_MIGRATEPOWER", LABELLED, 2.5, None, "curve")
    assert rows[0] == ["from", "year 1", "year 2", "year 2.5"]
    assert [row[0] for row in rows[1:]] == GRADES[:-1]
    curve = body(LABELLED, 2.5, None, "curve")
    assert body(LABELLED, 2.5, None, "marginal").sum(axis=1) == pytest.approx(curve[:, -1])
    assert curve[:, 0] * 100 == pytest.approx(
        [row[-1] / sum(row) * 100 for row in CREDIT_METRICS[:-1]]
    )


def test_default_is_never_left_for_cumulative_pd():
    cures = [[0.9, 0.1], [0.5, 0.5]]
    assert body(cures, 3, None, "pd")[0, 0] == pytest.approx(1 - 0.9**3)


def test_grade_nobody_had_stays_and_shows_blanks():
    rows = udfs.call("CR_MIGRATEPOWER", [[None] * 3, [0.1, 0.8, 0.1], [0, 0, 1]], 2)
    assert rows[1] == ["1", None, None, None]
    assert rows[2][1:] == pytest.approx([0.1 + 0.8 * 0.1, 0.64, 0.18])
    ((why,),) = udfs.call(
        "CR_MIGRATEPOWER", [[None] * 3, [0.1, 0.8, 0.1], [0, 0, 1]], 2, None, "why"
    )
    assert "grades nobody had stay put: 1" in why


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        ([[1, 0], [0, 1], [0, 1]], "a square matrix"),
        ([[1]], "a square matrix"),
        ([[0.9, None], [0, 1]], "row 1 and column 2"),
        ([[0.9, 0.1], [-0.1, 1.1]], "row 2 and column 1"),
        ([[0.9, "x"], [0, 1]], "row 1 and column 2"),
        ([["from", "A", "B"], ["A", 1, 0], ["C", 0, 1]], "a column for each row"),
        ([["from", "A", "B", "C"], ["A", 1, 0, 0]], "at most one column without a row"),
        ([["from", "A", "D"], ["A", 1, 0], ["a", 0, 1]], "each grade once"),
    ],
)
def test_bad_matrix_is_refused_with_the_cell(matrix, words):
    (error,) = udfs.call("CR_MIGRATEPOWER", matrix, 1)[0]
    assert words in error.reason
    assert error.reason_zh


@pytest.mark.parametrize("years", [0, -1, 101])
def test_years_must_be_above_nought(years):
    (error,) = udfs.call("CR_MIGRATEPOWER", SIMPLE, years)[0]
    assert error == CellError("#NUM!")


ROWS = st.lists(st.floats(0.01, 1), min_size=4, max_size=4)


@settings(deadline=None, max_examples=40)
@given(st.lists(ROWS, min_size=3, max_size=3), st.integers(1, 8))
def test_rows_stay_probabilities_and_cumulative_pd_never_falls(rows, years):
    values = body(rows, years)
    assert values.sum(axis=1) == pytest.approx(np.ones(4))
    assert (values >= 0).all()
    curve = body(rows, years, None, "curve")
    assert (np.diff(curve, axis=1) >= -1e-12).all()
