import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udfs.cells import block
from udfs.errors import CallError, CellError
from udfs.keys import decode_keys, key_column, locate, unique_keys

HUGE = 2**62


def cells(items):
    return [[item] for item in items]


def find(wanted, rows):
    column = decode_keys(block(wanted, "keys"), "keys")
    found = locate(column.values, key_column(rows, "rows"), "rows")
    return found.owner.tolist(), found.place.tolist()


@pytest.mark.parametrize(
    ("wanted", "rows", "owner", "place"),
    [
        (cells(["a", "b"]), cells(["b", "a", "c", None, "b"]), [0, 1], [1, 0, -1, -1, 1]),
        (cells(["a", "a"]), cells(["a"]), [0, 0], [0]),
        (cells([1, 2]), cells(["2", "1", "01"]), [0, 1], [1, 0, -1]),
        (cells(["2", "1"]), np.array([1, 2, 3]), [0, 1], [1, 0, -1]),
        (np.array([5, 3, 5]), np.array([3, 5, 4, 9, -2]), [0, 1, 0], [1, 0, -1, -1, -1]),
        (np.array([HUGE, -HUGE]), np.array([-HUGE, 0, HUGE]), [0, 1], [1, -1, 0]),
        (np.array([1.0, 2.0]), np.array([2.0, np.nan, 1.0]), [0, 1], [1, -1, 0]),
        (np.array([1.5, 2.0]), cells([2, "1.5"]), [0, 1], [1, 0]),
        (cells([" a "]), cells(["a", "A", "a  "]), [0], [0, -1, 0]),
        (cells(["a"]), pd.Series(["a", None, "b"]), [0], [0, -1, -1]),
        (cells(["a"]), pd.Series(["a", " ", "a "]), [0], [0, -1, 0]),
        (np.array([2, 1], dtype=np.uint32), cells(["1", {"type": "x"}]), [0, 1], None),
    ],
)
def test_locate(wanted, rows, owner, place):
    if place is None:
        with pytest.raises(CallError, match="rows, row 2"):
            find(wanted, rows)
        return
    assert find(wanted, rows) == (owner, place)


@pytest.mark.parametrize("error", [CellError("#REF!"), "#REF!", -2146826265])
def test_error_cell_in_rows_is_a_bad_call(error):
    with pytest.raises(CallError, match="row 2") as caught:
        find(cells(["a"]), cells(["a", error]))
    assert caught.value.code == "#REF!"


@given(
    st.lists(st.sampled_from(["a", "b ", " b", "7", "", "c"]), min_size=1, max_size=20),
    st.sampled_from(["list", "array", "series"]),
)
@settings(deadline=None, max_examples=60)
def test_unique_keys_are_sorted_and_find_every_row(rows, form):
    raw = {"list": cells(rows), "array": np.array(rows, dtype=object), "series": pd.Series(rows)}
    uniques, found = unique_keys(key_column(raw[form], "rows"), "rows")
    trimmed = [row.strip() for row in rows]
    assert uniques.tolist() == sorted({row for row in trimmed if row})
    back = [uniques[place] if place >= 0 else "" for place in found.place]
    assert back == trimmed


@given(st.lists(st.integers(-5, 5) | st.integers(-HUGE, HUGE), min_size=1, max_size=20))
@settings(deadline=None, max_examples=60)
def test_unique_numbers_are_sorted_and_find_every_row(rows):
    uniques, found = unique_keys(key_column(np.array(rows, dtype=np.int64), "rows"), "rows")
    assert uniques.tolist() == sorted(set(rows))
    assert uniques[found.place].tolist() == rows


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([2, 1, None, 2.0], [1, 2]),
        ([2.5, 1, None], ["1", "2.5"]),
        ([True, 1], ["1", "TRUE"]),
        ([10**15, 3], ["1000000000000000", "3"]),
    ],
)
def test_whole_numbers_stay_numbers_where_all_are(items, expected):
    uniques, _ = unique_keys(key_column(cells(items), "rows"), "rows")
    assert uniques.tolist() == expected
