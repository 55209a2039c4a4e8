"""Excel on Windows: the same cells as plain Python, through xlwings' own pipeline."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from calls import calls
from differences import NOT_COMPARED, in_windows

import udfs
from udfs.errors import COM_ERROR_BASE, EXCEL_ERROR_NUMBERS, CellError

ROOT = Path(__file__).parents[2]
HOST = Path(__file__).with_name("classic_host.py")
CALLS = list(calls())


def to_com(argument):
    """Cells as COM hands them over: tuples, errors as numbers; one cell alone as itself."""
    if isinstance(argument, list):
        if len(argument) == len(argument[0]) == 1:
            return to_com(argument[0][0])
        return tuple(tuple(map(to_com, row)) for row in argument)
    if isinstance(argument, CellError):
        return COM_ERROR_BASE + EXCEL_ERROR_NUMBERS[argument.code]
    return argument


@pytest.fixture(scope="module")
def answers():
    asked = [
        (name, list(map(to_com, cells)), len(udfs.FUNCTIONS[name].arguments) + 1)
        for name, cells in CALLS
    ]
    finished = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, HOST],
        input=pickle.dumps(asked),
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert finished.returncode == 0, finished.stderr.decode()
    return pickle.loads(finished.stdout)  # noqa: S301 - our own program's


def test_there_are_hundreds_of_calls_and_every_function_is_among_them():
    assert len(CALLS) > 300
    assert {name for name, _ in CALLS} == set(udfs.FUNCTIONS)


def test_every_call_gives_the_cells_of_plain_python(answers):
    results, _ = answers
    for (name, cells), result in zip(CALLS, results, strict=True):
        if name not in NOT_COMPARED:
            wanted = in_windows(udfs.call(name, *cells))
            assert [list(row) for row in result] == wanted, (name, cells)


def test_every_function_is_registered_with_its_arguments(answers):
    _, registered = answers
    assert registered == {
        function.name: [*((a.name, not a.required) for a in function.arguments), ("date1904", True)]
        for function in udfs.FUNCTIONS.values()
    }
