"""What no function expects, through xlwings' own pipeline: an error in the cell, never an exception."""

import datetime as dt
import os
import pickle
import subprocess
import sys
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path

import pytest

import udfs
from udfs.errors import COM_ERROR_BASE, EXCEL_ERROR_NUMBERS
from udfs.examples import parse_call

ROOT = Path(__file__).parents[2]
HOST = Path(__file__).with_name("bad_input_host.py")
SHEET_ROWS = 1_048_576
FUNCTIONS = sorted(udfs.FUNCTIONS)
BAD = {
    "text": "no such thing",
    "long text": "x" * 32_767,
    "number beyond Excel's": 1e308,
    "negative": -1.0,
    "whole beyond any": 10**400,
    "money": Decimal("1.5"),
    "bytes": b"bytes",
    "complex": 1 + 2j,
    "time of day": dt.time(12),
    "day before 1900": dt.datetime(1600, 1, 1),  # noqa: DTZ001 - cells have no time zone
    "error cell": COM_ERROR_BASE + EXCEL_ERROR_NUMBERS["#REF!"],
    "error of no name": COM_ERROR_BASE + 2999,
    "row": ((1.0, "a", None, True),),
    "table": (("a", 1.0), (None, "b"), (True, -5.0)),
    "ragged": ((1.0, 2.0), (3.0,)),
}  # fmt: skip


def asked(calls):
    """What the pipeline answers, or raises, to each call."""
    finished = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, HOST],
        input=pickle.dumps(calls),
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests/hosts")))},
    )
    assert finished.returncode == 0, finished.stderr.decode()
    return pickle.loads(finished.stdout)  # noqa: S301 - our own program's


def com_cells(argument):
    """An example's argument as COM hands it over."""
    if not isinstance(argument, list):
        return argument
    return tuple(tuple(row) for row in argument)


def example(name):
    text = udfs.FUNCTIONS[name].help["en"].examples[0].partition(" -> ")[0]
    return [com_cells(cell) for cell in parse_call(text)[1]]


def bad_calls(values):
    """Every function with each of its arguments replaced by each of the values."""
    for name in FUNCTIONS:
        cells = example(name)
        count = len(udfs.FUNCTIONS[name].arguments)
        given = [*cells, *[None] * (count - len(cells))]
        for place in range(count):
            for value in values:
                yield name, [value if i == place else cell for i, cell in enumerate(given)]


def assert_cells(calls, answers):
    for (name, cells), answer in zip(calls, answers, strict=True):
        assert isinstance(answer, list), (name, cells, answer)
        assert answer, name
        assert all(isinstance(row, list) and row for row in answer), (name, cells, answer)
        for row in answer:
            for cell in row:
                assert cell is None or isinstance(cell, bool | int | float | str), (name, cell)


def test_bad_first_argument_gives_cells_and_no_exception():
    calls = [
        (name, [value, *example(name)[1:]])
        for name in FUNCTIONS
        if udfs.FUNCTIONS[name].arguments
        for value in (BAD["text"], BAD["money"], BAD["error cell"], BAD["table"])
    ]
    assert_cells(calls, asked(calls))


@pytest.fixture(scope="module")
def bad_answers():
    """The calls with each kind of bad value and what the pipeline, asked for all at once, answers."""
    calls = {kind: list(bad_calls([value])) for kind, value in BAD.items()}
    answers = iter(asked(list(chain.from_iterable(calls.values()))))
    return {kind: (some, list(islice(answers, len(some)))) for kind, some in calls.items()}


@pytest.mark.long
@pytest.mark.parametrize("kind", BAD)
def test_bad_value_in_any_argument_gives_cells_and_no_exception(bad_answers, kind):
    assert_cells(*bad_answers[kind])


def test_function_of_another_version_shows_name_and_tells_why():
    name_error, message, known = asked(
        [("CR_FUTURE", [1.0, ((1.0,), (2.0,))]), ("CR_LASTERROR", [None]), ("CR_PD2GRADE", [0.03])]
    )
    assert name_error == [["#NAME?"]]
    assert "CR_FUTURE is not in the installed creditcells" in message[0][0]
    assert "addin install" in message[0][0]
    assert known[0][0] not in ("#NAME?", "")


def test_name_that_is_none_of_ours_is_refused():
    (answer,) = asked([("os", [])])
    assert "AttributeError" in answer


@pytest.mark.long
def test_whole_column_gives_a_cell_for_each_row():
    blank, full = ((None,),), ((0.03,),)
    calls = [
        ("CR_PD2GRADE", [full * 1000 + blank * (SHEET_ROWS - 1000)]),
        ("CR_PD2GRADE", [full * SHEET_ROWS]),
        ("CR_PD2GRADE", [(("n/a",),) * SHEET_ROWS]),
        ("CR_LOANCLASS", [((30.0,),) * SHEET_ROWS, ((True,),) * 3]),
    ]
    some, every, wrong, uneven = asked(calls)
    assert len(some) == len(every) == len(wrong) == SHEET_ROWS
    assert some[999] == every[-1]
    assert some[1000] == [""]
    assert wrong[0] == wrong[-1] == ["#VALUE!"]
    assert uneven == [["#VALUE!"]]
