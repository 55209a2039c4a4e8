import statistics

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

KEYS = ["C1", "C2", "C3"]
ROWS = [("C1", 10), ("C2", 5), ("C1", 20), ("C9", 7), ("C2", None), (None, 3)]
BY_HAND = {
    "sum": sum,
    "count": len,
    "max": max,
    "min": min,
    "mean": statistics.fmean,
    "last": lambda values: values[-1],
}


def column(items):
    return [[item] for item in items]


def roll(keys, rows, *more):
    row_keys, row_values = zip(*rows, strict=True)
    cells = udfs.call("CR_ROLLUP", column(keys), column(row_keys), column(row_values), *more)
    return [cell for (cell,) in cells]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (None, [30, 5, 0]),
        ("sum", [30, 5, 0]),
        ("count", [2, 1, 0]),
        ("max", [20, 5, None]),
        ("min", [10, 5, None]),
        ("mean", [15, 5, None]),
        ("last", [20, 5, None]),
        ("合计", [30, 5, 0]),
    ],
)
def test_totals(how, expected):
    assert roll(KEYS, ROWS, how) == expected


@pytest.mark.parametrize("how", list(BY_HAND))
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-9, 9)), min_size=1, max_size=25),
    st.lists(st.sampled_from("abcxyz"), min_size=1, max_size=8),
)
@settings(deadline=None, max_examples=30)
def test_totals_agree_with_a_plain_loop(how, rows, keys):
    expected = []
    for key in keys:
        mine = [value for other, value in rows if other == key]
        empty = 0 if how in {"sum", "count"} else None
        expected.append(BY_HAND[how](mine) if mine else empty)
    got = roll(keys, rows, how)
    assert got == pytest.approx(expected)


def test_keys_are_the_same_when_their_texts_are():
    assert roll([1, "2", "01", "a", "A"], [("1", 5), (2.0, 7), ("a ", 1)]) == [5, 7, 0, 1, 0]


def test_a_faulty_value_spoils_its_own_key():
    got = roll(KEYS, [("C1", "n/a"), ("C2", 5), ("C9", "?")])
    assert got == [CellError("#VALUE!"), 5, 0]
    assert got[0].reason == "detail row 1: row_values: 'n/a' is not a number."
    assert got[0].why("zh") == "明细第 1 行：row_values：'n/a' 不是数字。"


def test_blank_key_rows_stay_blank_and_a_single_key_is_one_cell():
    assert roll(["C1", None], ROWS) == [30, None]
    assert udfs.call("CR_ROLLUP", "C1", column(KEYS), column([1, 2, 3])) == [[1.0]]


def test_an_error_cell_among_the_keys_is_a_bad_call():
    ((cell,),) = udfs.call("CR_ROLLUP", "C1", column([CellError("#REF!")]), column([1]))
    assert cell == CellError("#REF!")
    assert cell.reason.startswith("row_keys, row 1")


def test_lists_of_different_lengths_are_a_bad_call():
    ((cell,),) = udfs.call("CR_ROLLUP", "C1", column(KEYS), column([1]))
    assert cell == CellError("#VALUE!")
    assert "row_keys and row_values" in cell.reason


def test_an_empty_list_of_rows_totals_nothing():
    assert roll(KEYS, [(None, None)]) == [0, 0, 0]
    assert roll(KEYS, [(None, None)], "max") == [None, None, None]


@pytest.mark.parametrize("ids", [np.array([3, 1, 3]), pd.Series(["3", "1", "3"])])
def test_arrays_and_series_give_the_same(ids):
    assert udfs.call("CR_ROLLUP", np.array([1, 2, 3]), ids, np.array([1.0, 2, 4])) == [
        [2.0],
        [0.0],
        [5.0],
    ]


@pytest.mark.parametrize(
    ("where", "equals", "blank", "expected"),
    [
        (["fee", "fee", "deposit"], "fee", None, [10.0, 5.0]),
        (["fee", "FEE", "deposit"], ["fee", "deposit"], None, [10.0, 5.0]),
        (["fee", None, "deposit"], "fee", None, [10.0, 0.0]),
        (["x", "x", "x"], "fee", None, [0.0, 0.0]),
        (["fee", "fee", "fee"], "fee", 1, [11.0, 5.0]),
    ],
)
def test_only_rows_that_meet_the_condition_count(where, equals, blank, expected):
    cells = udfs.call(
        "CR_ROLLUP", [["A"], ["B"]], [["A"], ["B"], ["A"]], [[10], [5], [None]], "sum",
        [[word] for word in where], equals, blank,
    )  # fmt: skip
    assert cells == [[value] for value in expected]


def test_a_fault_outside_the_condition_spoils_nothing():
    rows = [["A"], ["A"]], [[10], ["bad"]], "sum", [["fee"], ["deposit"]]
    assert udfs.call("CR_ROLLUP", "A", *rows, "fee") == [[10.0]]
    assert udfs.call("CR_ROLLUP", "A", *rows, "deposit")[0][0].code == "#VALUE!"


@pytest.mark.parametrize(("where", "equals"), [([["fee"], ["fee"]], None), (None, "fee")])
def test_half_a_condition_is_a_bad_call(where, equals):
    rows = [["A"], ["B"]], [[1], [2]]
    ((error,),) = udfs.call("CR_ROLLUP", "A", *rows, "sum", where, equals)
    assert error.code == "#VALUE!"
    assert "where and equals" in error.why()


@pytest.mark.parametrize(
    ("how", "expected"), [("sum", 0), ("count", 0), ("max", None), ("last", None)]
)
@pytest.mark.parametrize("row_key", [None, "A"])
def test_a_blank_cell_as_the_only_condition_chooses_no_row(how, expected, row_key):
    """As of an empty table on a sheet, or of one whose only row has no kind."""
    cells = udfs.call("CR_ROLLUP", [["A"], ["B"]], row_key, None, how, None, "fee", 1)
    assert cells == [[expected], [expected]]
