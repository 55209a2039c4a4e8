import pytest

import udfs
from udfs import last_errors
from udfs.errors import COM_ERROR_BASE, CellError

BAD_CALL = [[CellError("#VALUE!")]]


@pytest.fixture(autouse=True)
def _empty():
    last_errors.forget()


def message(*cells):
    ((cell,),) = udfs.call("CR_LASTERROR", *cells)
    return cell


def test_nothing_to_say_at_the_start():
    assert message() is None
    assert udfs.call("CR_LASTERROR", None, "table") == [["function", "error", "message"]]


def test_bad_call_leaves_its_message_in_both_languages():
    assert udfs.call("CR_GRADE", 70, None, None, None, "graph") == BAD_CALL
    assert message() == "CR_GRADE: out must be one of value, why, table; got 'graph'."
    assert message(None, None, "zh").startswith("CR_GRADE：out 应为 value、why、table 之一")


def test_bad_row_leaves_its_message():
    udfs.call("CR_PD2GRADE", [[0.01], ["n/a"], [0.02]])
    assert message() == "CR_PD2GRADE: pd: 'n/a' is not a number."


def test_message_of_a_fault_that_the_function_itself_found():
    udfs.call("CR_GRADE", -5)
    assert "score must be at least 0" in message()


@pytest.mark.parametrize(
    "cell",
    [
        CellError("#NUM!"),
        "#NUM!",
        COM_ERROR_BASE + 2036,
        {"type": "Error", "basicValue": "#NUM!"},
        [[1, None], ["#NUM!", "a"]],
    ],
)
def test_cell_chooses_the_latest_message_of_its_error_in_any_spelling(cell):
    udfs.call("CR_GRADE", -5)
    udfs.call("CR_PD2GRADE", "n/a")
    assert message(cell).startswith("CR_GRADE: score must be at least 0")


@pytest.mark.parametrize("cell", [70, "AAA", True, [[1, 2], ["x", None]]])
def test_cell_without_an_error_says_nothing(cell):
    udfs.call("CR_GRADE", -5)
    assert message(cell) is None


def test_error_that_carries_its_reason_is_found_by_it():
    ((error,),) = udfs.call("CR_GRADE", -5)
    udfs.call("CR_GRADE", -6)
    assert message(error).endswith("got -5.")
    last_errors.forget()
    assert message(error) == error.reason


def test_error_from_elsewhere_is_said_to_be_one():
    assert message("#DIV/0!").startswith("#DIV/0!: not from creditcells")


def test_error_passed_on_from_a_cell_names_the_argument():
    udfs.call("CR_PD2GRADE", [["#N/A"]])
    assert message("#N/A") == "CR_PD2GRADE: pd: the cell holds #N/A."


def test_table_lists_the_latest_first_and_the_same_once():
    for score in (-1, -1, -2):
        udfs.call("CR_GRADE", score)
    table = udfs.call("CR_LASTERROR", None, "table")
    assert [row[2][-3:] for row in table[1:]] == ["-2.", "-1."]


def test_only_the_latest_messages_are_kept():
    for score in range(1, 50):
        udfs.call("CR_GRADE", -score)
    table = udfs.call("CR_LASTERROR", None, "table")
    assert len(table) == 1 + last_errors.KEPT


def test_one_call_leaves_a_few_messages_the_first_cell_on_top():
    udfs.call("CR_GRADE", [[-1], [-2], [-3], [-4], [-5]])
    table = udfs.call("CR_LASTERROR", None, "table")
    assert [row[2][-3:] for row in table[1:]] == ["-1.", "-2.", "-3."]
