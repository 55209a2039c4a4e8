import datetime as dt
import math
import time
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.cells import Block, block, decode_dates, decode_flags, decode_numbers, decode_texts
from udfs.errors import COM_ERRORS, CallError, CellError
from udfs.results import encode, rows_of

JUNK = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=8),
    st.dates(), st.sampled_from(["#N/A", "1,000", "12%", "是", "2026-03-31", ""]),
    st.sampled_from(sorted(COM_ERRORS)),
    st.just({"type": "Error", "basicValue": "#REF!"}),
)  # fmt: skip


def numbers(raw):
    return decode_numbers(block(raw, "x"), "x")


@pytest.mark.parametrize(
    ("raw", "shape"),
    [
        (1.0, (1, 1)),
        (None, (1, 1)),
        ([1.0, 2.0, 3.0], (1, 3)),
        ((1, "a"), (1, 2)),
        ([[1.0], [2.0]], (2, 1)),
        ([[1, 2], [3, 4], [5, 6]], (3, 2)),
        (((1, None), ("a", True)), (2, 2)),
        (np.array([1.0, 2.0]), (2, 1)),
        (np.ones((2, 3)), (2, 3)),
        (pd.Series([1, 2, 3]), (3, 1)),
        (pd.Index([1, 2, 3]), (3, 1)),
        (pd.array([1, None], dtype="Int64"), (2, 1)),
        (range(3), (1, 3)),
        (pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), (2, 2)),
        ([], (1, 0)),
    ],
)
def test_shape_is_that_of_the_range(raw, shape):
    assert block(raw, "x").shape == shape


def test_what_a_masked_array_hides_is_blank():
    hidden = numbers(np.ma.masked_array([85.0, 70.0], mask=[False, True]))
    assert hidden.blank.tolist() == [False, True]
    assert hidden.values[0] == 85.0


@pytest.mark.parametrize("repeats", [1, 20])  # few cells are read one by one, many by their kinds
def test_numbers_of_a_database_are_numbers(repeats):
    cells = [Decimal("85.5"), Decimal("NaN"), Decimal(1), None] * repeats
    found = numbers(cells)
    assert found.faults == {}
    assert found.blank.tolist() == [False, True, False, True] * repeats
    assert found.values[:1] == 85.5
    account = [Decimal(123456789012345678901234), Decimal("1.50"), Decimal("2.00")] * repeats
    texts = decode_texts(block(account, "x"), "x")
    assert texts.values[:3].tolist() == ["123456789012345678901234", "1.5", "2"]
    flags = decode_flags(block([Decimal(1), Decimal(0), np.bool_(True), np.int64(0)], "x"), "x")
    assert flags.values.tolist() == [1, 0, 1, 0]
    days = decode_dates(block([Decimal(46053), None], "x"), "x")
    assert days.values[0] == np.datetime64("2026-01-31")


@pytest.mark.parametrize(
    "raw", [[[1, 2], [3]], [[1], 2, [3, 4]], [[1], 2], [[1], "ab"], np.ones((2, 2, 2))]
)
def test_ragged_range_is_refused_by_name(raw):
    with pytest.raises(CallError, match=r"^pd must be a (rectangular range|range of rows)"):
        block(raw, "pd")


@pytest.mark.parametrize(
    "cell",
    [-2146826246, "#N/A", {"type": "Error", "basicValue": "#N/A"}, CellError("#N/A")],
    ids=["COM", "text", "Office.js", "ours"],
)
def test_error_cell_is_known_in_every_spelling(cell):
    assert numbers([[1], [cell]]).faults == {1: CellError("#N/A")}
    assert decode_texts(block([["a"], [cell]], "x"), "x").faults == {1: CellError("#N/A")}
    assert decode_dates(block([["2026-01-01"], [cell]], "x"), "x").faults == {1: CellError("#N/A")}
    assert decode_flags(block([[True], [cell]], "x"), "x").faults == {1: CellError("#N/A")}


@pytest.mark.parametrize("code", sorted(COM_ERRORS))
def test_every_com_error_number_is_known(code):
    assert numbers([[1], [code]]).faults == {1: CellError(COM_ERRORS[code])}


def test_error_cell_names_the_argument_in_both_languages():
    (error,) = numbers([["#DIV/0!"]]).faults.values()
    assert error.why("en") == "x: the cell holds #DIV/0!."
    assert error.why("zh") == "x：单元格为错误值 #DIV/0!。"


@pytest.mark.parametrize("blank", [None, "", "  ", "\u3000", float("nan"), pd.NaT])
def test_blank_is_blank_for_every_kind(blank):
    for decode in (decode_numbers, decode_texts, decode_dates, decode_flags):
        column = decode(block([[blank]], "x"), "x")
        assert column.blank.tolist() == [True]
        assert not column.faults


@pytest.mark.parametrize(
    ("cell", "value"),
    [(True, 1), (False, 0), (3, 3), (2.5, 2.5), ("1,234", 1234), ("５０％", 0.5), ("(2)", -2)],
)
def test_number_from_any_cell(cell, value):
    column = numbers([[cell], [None]])
    assert column.values[0] == value
    assert math.isnan(column.values[1])


@pytest.mark.parametrize("cell", ["abc", dt.date(2026, 1, 1), "1,23", {"type": "Entity"}])
def test_text_in_a_number_is_a_value_error_that_shows_it(cell):
    (error,) = numbers([[cell]]).faults.values()
    assert error.code == "#VALUE!"
    assert "not a number" in error.reason


@pytest.mark.parametrize("cell", [float("inf"), -float("inf"), np.float64("inf")])
def test_infinite_number_is_a_num_error(cell):
    assert numbers([[cell], [1]]).faults == {0: CellError("#NUM!")}


@pytest.mark.parametrize(
    ("cell", "text"),
    [("a", "a"), (" a ", "a"), (1.0, "1"), (1.5, "1.5"), (13, "13"), (True, "TRUE"),
     (dt.date(2026, 3, 31), "2026-03-31"), (0.1, "0.1"), (123456789012345.0, "123456789012345")],
)  # fmt: skip
def test_text_of_any_cell_is_what_excel_would_join(cell, text):
    assert decode_texts(block([[cell]], "x"), "x").values.tolist() == [text]


@pytest.mark.parametrize(
    ("cell", "date1904"),
    [
        (dt.datetime(2026, 3, 31, 8, 30), False),  # noqa: DTZ001 - cells know no zone
        (dt.date(2026, 3, 31), False),
        (46112, False),
        (46112.75, False),
        (44650, True),
        ("2026-03-31", False),
        ("2026年3月31日", False),
        (np.datetime64("2026-03-31"), False),
        (20260331, False),
    ],
)
def test_date_from_any_cell(cell, date1904):
    column = decode_dates(block([[cell]], "x"), "x", date1904=date1904)
    assert column.values.tolist() == [dt.date(2026, 3, 31)]


@pytest.mark.parametrize("serial", [1.0, 59.0, 61.0, 46112.0, 46112.5, 0.0, 60.0, 3e6, 20260331.0])
def test_column_of_serials_reads_like_each_cell_alone(serial):
    together = decode_dates(block(np.array([46112.0, serial, np.nan]), "x"), "x")
    alone = decode_dates(block([[serial]], "x"), "x")
    assert together.values[1:2].tolist() == alone.values.tolist()
    assert together.faults.get(1) == alone.faults.get(0)


@given(st.lists(JUNK, min_size=1, max_size=12))
def test_any_cell_is_a_value_a_blank_or_a_fault(raw):
    rows = [[cell] for cell in raw]
    for decode in (decode_numbers, decode_texts, decode_dates, decode_flags):
        column = decode(block(rows, "x"), "x")
        assert len(column.values) == len(raw)
        assert not any(column.blank[i] for i in column.faults)
        for i, cell in enumerate(raw):
            one = decode(block([[cell]], "x"), "x")
            assert one.faults.get(0) == column.faults.get(i)
            assert one.blank[0] == column.blank[i]
            if i not in column.faults and not column.blank[i]:
                assert one.values[0] == column.values[i]


def test_integer_beyond_any_number_is_a_fault_and_not_a_crash():
    assert numbers([[10**400], [1]]).faults == {0: CellError("#NUM!")}
    assert decode_dates(block([[10**400]], "x"), "x").faults == {0: CellError("#VALUE!")}
    assert decode_texts(block([[10**400]], "x"), "x").values.tolist() == [str(10**400)]


def test_each_fault_keeps_its_own_reason():
    column = numbers([[CellError("#N/A", "one")], [CellError("#N/A", "two")]])
    assert [column.faults[i].reason for i in range(2)] == ["one", "two"]


def test_distinct_types_do_not_meet():
    column = decode_texts(block([[1], [True], [1.0], ["1"]], "x"), "x")
    assert column.values.tolist() == ["1", "TRUE", "1", "1"]


def test_callers_array_is_never_written_to():
    given_array = np.array([1.0, np.nan])
    given_array.flags.writeable = False
    assert numbers(given_array).values.tolist()[0] == 1.0


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([1.0, 2.5]), [[1.0], [2.5]]),
        (np.array([1, 2]), [[1], [2]]),
        (np.array(["a", ""], dtype=object), [["a"], [None]]),
        (np.array([True, False]), [[True], [False]]),
        (np.array([np.nan, np.inf]), [[CellError("#NUM!")], [CellError("#NUM!")]]),
        (np.array(["2026-03-31", "NaT"], dtype="datetime64[D]"), [[46112.0], [None]]),
        (np.array([None, CellError("#N/A")], dtype=object), [[None], [CellError("#N/A")]]),
        (np.array([dt.date(2026, 3, 31), np.float64(2)], dtype=object), [[46112.0], [2.0]]),
    ],
)
def test_result_becomes_plain_cells(values, expected):
    assert rows_of(encode(values, {}, (2, 1), date1904=False)) == expected


def test_fault_stands_in_its_place():
    columns = encode(np.arange(4.0), {2: CellError("#N/A")}, (2, 2), date1904=False)
    assert rows_of(columns) == [[0.0, 1.0], [CellError("#N/A"), 3.0]]


@pytest.mark.parametrize("date1904", [True, False])
@given(day=st.dates(min_value=dt.date(1904, 1, 1)))
def test_date_comes_back_as_the_serial_it_was(date1904, day):
    column = decode_dates(block([[day]], "x"), "x", date1904=date1904)
    (row,) = encode(column.values, {}, (1, 1), date1904=date1904)
    again = decode_dates(block([[f"{day:%Y-%m-%d}"]], "x"), "x")
    assert decode_dates(block([row], "x"), "x", date1904=date1904).values == again.values


def test_boundary_costs_little():
    rng = np.random.default_rng(1)
    rows = rng.random((10_000, 12)).tolist()
    result = rng.random(10_000)

    def once():
        start = time.process_time()
        decode_numbers(block(rows, "x"), "x")
        rows_of(encode(result, {}, (10_000, 1), date1904=False))
        return time.process_time() - start

    floor = min(timed_array(rows) for _ in range(5))
    assert min(once() for _ in range(5)) <= max(0.010, 4 * floor)


def timed_array(rows):
    start = time.process_time()
    np.array(rows, dtype=float)
    return time.process_time() - start


def test_columns_of_a_block_are_its_columns():
    columns = Block(np.arange(6.0), (2, 3)).columns()
    assert [column.cells.tolist() for column in columns] == [[0, 3], [1, 4], [2, 5]]


@pytest.mark.parametrize("dtype", [float, int])
def test_flags_of_a_column_of_numbers_are_those_of_its_cells(dtype):
    numbers = np.array([1, 0, 0, 1], dtype=dtype)
    assert decode_flags(block(numbers, "x"), "x").values.tolist() == [1, 0, 0, 1]
    assert decode_flags(block(np.append(numbers, 2), "x"), "x").faults.keys() == {4}


def test_blank_among_flags_in_a_column_of_numbers():
    column = decode_flags(block(np.array([1, np.nan, 0.0]), "x"), "x")
    assert column.values.tolist() == [1, -1, 0]
    assert column.blank.tolist() == [False, True, False]
