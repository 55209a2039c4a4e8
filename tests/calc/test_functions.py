"""Cells into and out of Calc, without Calc."""

import math
import struct

import pytest

import udfs
from addin.calc.functions import CALC_ERRORS, OnlyErrorError, answer, error_number
from udfs.errors import EXCEL_ERROR_NUMBERS


def calc_error(cell):
    """The number of Calc's error that a not-a-number stands for, as Calc itself takes it apart."""
    low, _ = struct.unpack("<II", struct.pack("<d", cell))
    return low


@pytest.mark.parametrize("code", EXCEL_ERROR_NUMBERS)
def test_an_error_is_a_number_that_only_calc_can_read(code):
    made = error_number(code)
    assert math.isnan(made)
    assert calc_error(made) == CALC_ERRORS.get(code, 519)


def test_cells_of_a_range_come_back_as_rows_of_numbers_texts_and_errors():
    [[header, *_], *_] = answer("CR_PD2GRADE", (((0.0018,), ("",)), None, "table", None))
    assert isinstance(header, str)
    [[good], [blank], [bad]] = answer("CR_GRADE2PD", ((("A",), ("",), ("no grade",)),))
    assert isinstance(good, float)
    assert blank == ""
    assert calc_error(bad) == CALC_ERRORS["#VALUE!"]


def test_whole_numbers_and_truths_become_floats():
    rows = answer("CR_ABOUT", ("functions",))
    assert rows == ((float(len(udfs.FUNCTIONS)),),)
    assert type(rows[0][0]) is float


def test_a_function_of_texts_gives_texts_alone():
    rows = answer("CR_PD2GRADE", (((0.0018,), ("",), ("x",)),))
    assert rows == (("A",), ("",), ("#VALUE!",))
    table = answer("CR_PD2GRADE", (((0.0018,),), None, "table"))
    assert {type(cell) for row in table for cell in row} == {str}


def test_numbers_of_a_function_of_texts_keep_every_digit():
    [_, (_, lower, *_)] = answer("CR_PD2GRADE", (0.0018, None, "table"))
    [_, (_, exact, *_)] = udfs.call("CR_PD2GRADE", 0.0018, None, "table")
    assert float(lower) == exact


def test_a_single_error_of_a_function_of_texts_is_an_exception():
    with pytest.raises(OnlyErrorError, match="'x' is not a number"):
        answer("CR_PD2GRADE", ("x",))
    assert "'x' is not a number" in answer("CR_LASTERROR", ())[0][0]


def test_days_count_from_1904_where_the_document_does():
    [[usual]] = answer("CR_NEXTREVIEW", ("2026-01-31", "low"))
    [[from_1904]] = answer("CR_NEXTREVIEW", ("2026-01-31", "low"), date1904=True)
    assert usual - from_1904 == 1462  # days between the two first days


def test_an_error_is_told_each_time_though_good_answers_are_remembered():
    for _ in range(2):
        answer("CR_GRADE2PD", ("no grade",))
        assert "no grade" in answer("CR_LASTERROR", ())[0][0]
        answer("CR_GRADE2PD", ("no other grade",))
        assert "no other grade" in answer("CR_LASTERROR", ())[0][0]


@pytest.mark.parametrize("rows", [1, 200])
def test_a_remembered_answer_is_that_of_the_same_cells_alone(rows):
    scales = [
        (("grade", "pd"), *[(f"{word}{i}", (i + 1) / 1000) for i in range(rows)]) for word in "ab"
    ]
    for _ in range(2):
        found = [answer("CR_PD2GRADE", (0.0001, scale)) for scale in scales]
        assert found == [(("a0",),), (("b0",),)]
