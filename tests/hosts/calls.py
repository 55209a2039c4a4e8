"""Calls of every function, as cells: what every host must answer alike.

They are made from the examples of the help and changed step by step: one row, blank cells, error
cells, numbers as text, dates, unknown options, text where a number belongs.
"""

import datetime as dt

import udfs
from udfs.errors import CellError
from udfs.examples import parse_call
from udfs.kinds import ROW_KINDS, Choice, Date, Dates

ERROR = CellError("#DIV/0!")
DAY = dt.datetime(2026, 3, 31)  # noqa: DTZ001 - cells have no time zone


def calls():
    """Pairs of a function and its cells; each argument is one cell or rows of cells."""
    seen = set()
    for name in sorted(udfs.FUNCTIONS):
        function = udfs.FUNCTIONS[name]
        for example in function.help["en"].examples:
            _, cells = parse_call(example.partition(" -> ")[0])
            for changed in variants(function, cells):
                key = repr((name, changed))
                if key not in seen:
                    seen.add(key)
                    yield name, changed


def variants(function, cells):
    yield cells
    yield [
        as_dates(argument, cell) for argument, cell in zip(function.arguments, cells, strict=False)
    ]
    for i, argument in enumerate(function.arguments[: len(cells)]):
        if isinstance(argument.kind, Choice):
            yield replaced(cells, i, "no such option")
            yield replaced(cells, i, ERROR)
        elif isinstance(argument.kind, ROW_KINDS):
            yield replaced(cells, i, changed_cell(cells[i], None))
            yield replaced(cells, i, changed_cell(cells[i], ERROR))
            yield replaced(cells, i, changed_cell(cells[i], "n/a"))
            yield replaced(cells, i, as_text(cells[i]))
            yield replaced(cells, i, [[None], [None]])
    yield [None] * len(cells)


def replaced(cells, place, value):
    return [value if i == place else cell for i, cell in enumerate(cells)]


def changed_cell(argument, value):
    """The argument with its last cell changed; the others stay."""
    if not isinstance(argument, list):
        return value
    *rows, last = argument
    return [*rows, [*last[:-1], value]]


def as_text(argument):
    """Numbers as texts, as they come from other systems."""
    if isinstance(argument, list):
        return [[as_text(cell) for cell in row] for row in argument]
    return f"{argument:.15g}" if type(argument) is float else argument


def as_dates(argument, cell):
    """Serial numbers of days as dates, as Excel hands them to Python on Windows."""
    if not isinstance(argument.kind, Date | Dates):
        return cell
    if isinstance(cell, list):
        return [[as_dates(argument, one) for one in row] for row in cell]
    return DAY if isinstance(cell, str) and cell[:2] == "20" else cell
