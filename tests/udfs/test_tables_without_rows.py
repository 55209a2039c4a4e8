"""A table of rows has its headers even if no row can be computed, as over an empty input table."""

import pytest

import udfs
from udfs.catalogue import is_row_argument
from udfs.examples import parse_call


def _columns(function):
    """The functions' arguments by row, by their place."""
    return [i for i, one in enumerate(function.arguments) if is_row_argument(one)]


def _out(function):
    return next((i for i, one in enumerate(function.arguments) if one.name == "out"), None)


def _has_table_of_rows(function):
    out = _out(function)
    return bool(out and _columns(function) and "table" in function.arguments[out].kind.options)


FUNCTIONS = [one for one in udfs.FUNCTIONS.values() if _has_table_of_rows(one)]


@pytest.fixture(params=FUNCTIONS, ids=lambda one: one.name)
def function(request):
    return request.param


@pytest.fixture
def cells(function):
    """The arguments of the function's first example, asked for its table."""
    formula, _, _ = function.help["en"].examples[0].partition(" -> ")
    _, given = parse_call(formula)
    given += [None] * (len(function.arguments) - len(given))
    given[_out(function)] = "table"
    return given


def test_blank_rows_leave_the_headers(function, cells):
    headers, *_ = udfs.call(function.name, *cells)
    for place in _columns(function):
        if isinstance(cells[place], list):
            cells[place] = [[None] * len(row) for row in cells[place]]
        else:
            cells[place] = None
    assert udfs.call(function.name, *cells)[0] == headers
    assert all(isinstance(header, str) for header in headers)
