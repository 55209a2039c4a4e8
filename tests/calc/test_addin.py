"""The add-in inside LibreOffice: every function answers as plain Python, as far as Calc lets it."""

import datetime as dt
import math

import pytest
from calls import calls
from openpyxl.utils import get_column_letter
from sessions import SHEET, Cells

import udfs
from addin.calc.functions import CALC_ERRORS
from addin.calc.results import gives_texts
from addin.headless.cell_xml import serial
from udfs.errors import CellError

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("program")]

ILLEGAL_ARGUMENT = 504  # Calc's own answer to a range with an error in it
VALUE = CALC_ERRORS["#VALUE!"]
HEIGHT = 1_000_000


def to_calc(cell):
    """A cell as Calc holds it."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return float(serial(cell, date1904=False))
    return float(cell) if isinstance(cell, bool | int) else cell


def shown(name, rows):
    """Cells of plain Python as Calc shows them."""
    texts = gives_texts(name)
    if texts and len(rows) == len(rows[0]) == 1 and isinstance(rows[0][0], CellError):
        return [[("error", VALUE)]]  # the exception says no more
    return [[shown_cell(cell, texts=texts) for cell in row] for row in rows]


def shown_cell(cell, *, texts):
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return cell.code if texts else ("error", CALC_ERRORS.get(cell.code, VALUE))
    if isinstance(cell, str):
        return cell
    return repr(float(cell)).removesuffix(".0") if texts else float(cell)


def expected(name, cells):
    """What a call must show: errors among the arguments never reach Python."""
    single = [cell for cell in cells if isinstance(cell, CellError)]
    ranges = [row for cell in cells if isinstance(cell, list) for row in cell]
    if any(isinstance(cell, CellError) for row in ranges for cell in row):
        return [[("error", ILLEGAL_ARGUMENT)]]
    if single:
        return [[("error", CALC_ERRORS[single[0].code])]]
    return shown(name, udfs.call(name, *map(given, cells)))


def given(cell):
    if isinstance(cell, list):
        return [[to_calc(one) for one in row] for row in cell]
    return None if cell is None else to_calc(cell)


class Page:
    """Places arguments and results on a sheet, call under call."""

    def __init__(self, cells):
        self.cells = cells
        self.row = 1

    def call(self, key, name, arguments, height, width):
        column, tallest, parts = 1, height, []
        for argument in arguments:
            rows = argument if isinstance(argument, list) else [[argument]]
            if argument is None:
                parts.append("")
                continue
            area = self.area(column, len(rows), len(rows[0]))
            self.put(column, rows, area)
            parts.append(area if isinstance(argument, list) else area.partition(":")[0])
            column += len(rows[0])
            tallest = max(tallest, len(rows))
        area = self.area(column, height, width)
        while parts and parts[-1] == "":
            parts.pop()
        self.cells.do("array", SHEET, area, f"={name}({';'.join(parts)})")
        self.cells.read(key, area)
        self.row += tallest

    def area(self, column, height, width):
        first, last = get_column_letter(column), get_column_letter(column + width - 1)
        return f"{first}{self.row}:{last}{self.row + height - 1}"

    def put(self, column, rows, area):
        plain = [["" if isinstance(c, CellError) else to_calc(c) for c in row] for row in rows]
        self.cells.do("put", SHEET, area, plain)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if isinstance(cell, CellError):
                    place = f"{get_column_letter(column + j)}{self.row + i}"
                    self.cells.do("formulas", SHEET, f"{place}:{place}", [["=1/0"]])


def alike(found, wanted):
    if isinstance(found, float) and isinstance(wanted, float):
        return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-15)
    return found == wanted


def test_every_call_gives_the_cells_of_plain_python():
    every = [(name, cells) for name, cells in calls() if name != "CR_LASTERROR"]
    assert len(every) > 300
    cells = Cells()
    cells.do("create")
    page = Page(cells)
    wanted = {}
    for i, (name, arguments) in enumerate(every):
        wanted[i] = expected(name, arguments)
        page.call(i, name, arguments, len(wanted[i]), len(wanted[i][0]))
    found = cells.done(seconds=300)
    wrong = [
        (every[i], found[i], wanted[i])
        for i in wanted
        if not all(
            alike(one, other)
            for row, other_row in zip(found[i], wanted[i], strict=True)
            for one, other in zip(row, other_row, strict=True)
        )
    ]
    assert wrong == []
