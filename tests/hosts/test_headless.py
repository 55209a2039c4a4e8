"""A workbook without Excel: formulas over cells give the cells of plain Python."""

import pytest
from calls import calls
from differences import NOT_COMPARED, in_a_file
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

import udfs
from addin.headless.calculate import calculate
from addin.headless.workbook import Workbook as Book
from udfs.errors import CellError

CALLS = [(name, cells) for name, cells in calls() if name not in NOT_COMPARED]


def rows_of(argument):
    return argument if isinstance(argument, list) else [[argument]]


def stored(argument):
    """The argument as openpyxl stores it: numbers with 16 digits."""
    if isinstance(argument, list):
        return [stored(cell) for cell in argument]
    return float(f"{argument:.16g}") if type(argument) is float else argument


def write_call(inputs, results, top, call):
    """Write the arguments of a call side by side and its formula; where the result will stand."""
    name, cells = call[0], stored(call[1])
    column, parts, height = 1, [], 1
    for argument in cells:
        if argument is None:
            parts.append("")
            continue
        rows = rows_of(argument)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                place = inputs.cell(top + i, column + j)
                place.value = cell.code if isinstance(cell, CellError) else cell
        last = f"{get_column_letter(column + len(rows[0]) - 1)}{top + len(rows) - 1}"
        parts.append(f"In!{get_column_letter(column)}{top}:{last}")
        column += len(rows[0])
        height = max(height, len(rows))
    wanted = in_a_file(udfs.call(name, *cells))
    bottom, right = top + len(wanted) - 1, len(wanted[0])
    ref = f"A{top}:{get_column_letter(right)}{bottom}"
    results.cell(top, 1).value = ArrayFormula(ref, f"={name}({','.join(parts)})")
    return wanted, (top, 1, bottom, right), max(height, len(wanted))


def wrong_answers(path, asked):
    book = Workbook()
    inputs = book.active
    inputs.title = "In"
    results = book.create_sheet("Out")
    top, written = 1, []
    for call in asked:
        wanted, place, height = write_call(inputs, results, top, call)
        written.append((call, wanted, place))
        top += height
    book.save(path)
    workbook = Book.open(path)
    report = calculate(workbook)
    assert not report.uncomputed, report.uncomputed[:3]
    sheet = workbook.sheet("Out")
    for call, wanted, place in written:
        got = in_a_file(sheet.values(*place))
        if got != wanted:
            yield (*call, got, wanted)


def test_formulas_give_the_cells_of_plain_python(tmp_path):
    assert not list(wrong_answers(tmp_path / "book.xlsx", CALLS[::20]))


@pytest.mark.long
def test_every_formula_gives_the_cells_of_plain_python(tmp_path):
    assert not list(wrong_answers(tmp_path / "book.xlsx", CALLS))
