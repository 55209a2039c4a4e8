"""A call of one row gives what the general way gives, whatever is in its cells."""

import datetime as dt
from typing import Annotated

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import last_errors
from udfs.binding import call_columns, evaluate, evaluate_rows, to_columns
from udfs.catalogue import Function, is_row_argument
from udfs.errors import COM_ERROR_BASE, CallError, CellError
from udfs.examples import parse_call
from udfs.grading.grades import grade_of_score
from udfs.kinds import Grid, TextArray, TextList, Texts
from udfs.one_row import UNUSUAL, plan_of

CELLS = st.one_of(
    st.sampled_from(
        [
            None, "", "  ", "n/a", "AA", "yes", "否", "value", "why", "table", "zh", "12.5", "1,200",
            "2026-03-31", "#N/A", True, False, 0, 1, 2, -1, 12, 45_000, 10**400, COM_ERROR_BASE + 2042,
            0.0, -0.0, 1.0, 0.02, 0.5, 60.0, 61.0, 45_000.0, 1e308, float("inf"), float("nan"),
            CellError("#DIV/0!"), CellError("#NUM!", "a reason", "原因"),
            {"type": "Error", "basicValue": "#REF!"}, dt.date(2026, 3, 31),
            dt.datetime(2026, 3, 31, 12, 30),  # noqa: DTZ001 - cells have no zone
            np.float64(0.25), np.int64(3), np.bool_(True),
        ]
    ),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.integers(-100, 2_000),
    st.text(max_size=5),
)  # fmt: skip
RANGES = CELLS.flatmap(
    lambda cell: st.sampled_from([cell, [cell], [[cell]], ((cell,),), [[cell], [cell]]])
)


def general(name, cells, *, date1904=False):
    """The columns that the general way gives, remembered as a call remembers them."""
    function = udfs.function(name)
    try:
        columns = to_columns(evaluate_rows(function, cells, date1904=date1904), date1904=date1904)
    except CallError as error:
        columns = [[error.as_cell()]]
    last_errors.remember(name, columns)
    return columns


def told(compute):
    """A result with the reasons of its errors, and the messages that it left."""
    last_errors.forget()
    columns = compute()
    return repr(columns), repr(last_errors.recent())


def one_row_of(argument, cells):
    """The first row of an example's range, where the argument has a row per result."""
    if not is_row_argument(argument) or not isinstance(cells, list):
        return cells
    if isinstance(argument.kind, Grid):
        return cells[:1]
    return cells[0][0] if isinstance(cells[0], list) else cells[0]


def examples(name):
    """The calls of a function's help, each for its first row alone."""
    function = udfs.function(name)
    calls = [parse_call(text.partition(" -> ")[0])[1] for text in function.help["en"].examples]
    return [tuple(map(one_row_of, function.arguments, cells)) for cells in calls]


# A figure near the largest number overflows in whatever is done with it, and its cell is #NUM!.
@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.parametrize("name", sorted(udfs.FUNCTIONS))
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_any_cells_give_what_the_general_way_gives(name, data):
    cells = list(data.draw(st.sampled_from(examples(name)), label="example"))
    places = st.integers(0, max(len(udfs.function(name).arguments) - 1, 0))
    for place, cell in data.draw(
        st.dictionaries(places, RANGES, max_size=2), label="cells"
    ).items():
        cells += [None] * (place + 1 - len(cells))
        cells[place] = cell
    date1904 = data.draw(st.booleans(), label="date1904")
    expected = told(lambda: general(name, tuple(cells), date1904=date1904))
    for _ in range(2):
        assert told(lambda: call_columns(name, *cells, date1904=date1904)) == expected


@pytest.mark.parametrize("name", sorted(udfs.FUNCTIONS))
def test_examples_of_one_row_give_what_the_general_way_gives(name):
    for cells in examples(name):
        expected = told(lambda cells=cells: general(name, cells))
        for _ in range(2):
            assert told(lambda cells=cells: call_columns(name, *cells)) == expected


@pytest.mark.parametrize("name", sorted(udfs.FUNCTIONS))
def test_an_example_of_one_row_does_not_need_the_general_way(name):
    plan = plan_of(udfs.function(name))
    for cells in examples(name):
        usual = plan.bound(udfs.function(name), cells, date1904=False) is not UNUSUAL
        assert usual or any(
            isinstance(cell, CellError) for column in general(name, cells) for cell in column
        )


CAPS = [["condition", "cap"], ["unaudited", "B"]]


def test_a_table_that_changes_is_read_anew():
    scale = [["grade", "lower"], ["A", 80], ["B", 0]]
    assert udfs.call("CR_GRADE", 85, None, scale, CAPS) == [["A"]]
    scale[1][1] = 90
    assert udfs.call("CR_GRADE", 85, None, scale, CAPS) == [["B"]]


def test_a_table_of_ones_own_may_be_written_to():
    scale = pd.DataFrame({"grade": ["A", "B"], "lower": [80.0, 0.0]})
    scale[["meaning_en", "meaning_zh"]] = ""
    caps = pd.DataFrame(CAPS[1:], columns=CAPS[0]).assign(label_en="", label_zh="")
    assert grade_of_score(np.array([85.0]), None, scale, caps).tolist() == ["A"]
    scale.loc[0, "lower"] = 90.0
    assert grade_of_score(np.array([85.0]), None, scale, caps).tolist() == ["B"]


def echo(text: Annotated[TextArray, Texts()], more: Annotated[list, TextList()] = ()) -> TextArray:
    return text + "".join(more)


def test_what_python_calls_equal_is_told_apart():
    function = Function("CR_ECHO", "helpers", echo, "")
    for cell, shown in [(1.0, "1"), (True, "TRUE"), (1, "1"), (0.0, "0"), (-0.0, "-0")]:
        assert evaluate(function, (cell,)).values.tolist() == [shown]
        assert evaluate(function, ("x", [[cell, ""]])).values.tolist() == [f"x{shown}"]
