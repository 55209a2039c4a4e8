"""One evaluation by IronCalc of some formulas and of the values that they refer to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import ironcalc

from addin.headless.array_results import Columns
from addin.headless.cell_xml import Cell
from addin.headless.native_text import RESULTS, scratch_reference
from addin.headless.references import MAX_COLUMN, MAX_ROW, Area, cell_name
from addin.headless.shapes import SCALAR, Shape
from addin.headless.uncomputable import UncomputableError
from udfs.errors import EXCEL_ERROR_NUMBERS, GETTING_DATA, NA, SPILL, CellError

SCRATCH: Final = "~scratch"
SINGLES: Final = "~singles"
UNKNOWN_WIDTH: Final = 128
ROOMS_PER_SHEET: Final = MAX_COLUMN // UNKNOWN_WIDTH - 1
FAILURES: Final = {
    "#ERROR!": "IronCalc cannot read the formula.",
    "#N/IMPL!": "IronCalc does not compute this use of a function.",
    "#CIRC!": "The formula refers to itself.",
}
ERROR_TYPE: Final = ironcalc.CellType.ErrorValue
EXACT: Final = 1e15
CONTROL: Final = re.compile(r"[\r\n\t]+")


class NativeModel:
    """A workbook for IronCalc with only what one step needs.

    Args:
        sheets: the names of the workbook's sheets in order.
        rooms: for how many results of unknown size there should be room.
    """

    def __init__(self, sheets: Iterable[str], rooms: int = 0) -> None:
        self._model = ironcalc.create("book", "en", time_zone(), "en")
        self._indexes: dict[str, int] = {}
        for name in (*sheets, SINGLES, RESULTS):
            self._add_sheet(name)
        self._results = [RESULTS]
        # IronCalc reads all formulas anew when a sheet is added, so that it is done before.
        self._scratch = [f"{SCRATCH} {number}" for number in range(1 + rooms // ROOMS_PER_SHEET)]
        for name in self._scratch:
            self._add_sheet(name)
        self._singles = 0
        self._scratch_column = 1
        self._results_column = 1

    def _add_sheet(self, name: str) -> None:
        if not self._indexes:
            self._model.rename_sheet(0, name)
        else:
            self._model.add_sheet(name)
        self._indexes[name] = len(self._indexes)

    def load_column(self, sheet: str, column: int, first_row: int, values: list[Cell]) -> None:
        """Puts constants into cells; text stays text, whatever it looks like."""
        index = self._indexes[sheet]
        number, text = self._model.update_cell_with_number, self._model.update_cell_with_text
        for row, value in enumerate(values, first_row):
            if value is None:
                continue
            if isinstance(value, float):
                number(index, row, column, value)
            elif isinstance(value, str):
                text(index, row, column, value)
            else:
                self.put(sheet, row, column, value)

    def put(self, sheet: str, row: int, column: int, value: Cell) -> None:
        """Puts one constant into a cell, in place of what it holds."""
        index = self._indexes[sheet]
        if value is None:
            self._model.range_clear_contents(index, row, column, row, column)
        elif isinstance(value, bool):
            self._model.update_cell_with_bool(index, row, column, value)
        elif isinstance(value, str):
            self._model.update_cell_with_text(index, row, column, value)
        elif isinstance(value, CellError):
            code = NA if value.code == GETTING_DATA else value.code
            self._model.set_user_input(index, row, column, code)
        else:
            self._model.update_cell_with_number(index, row, column, float(value))

    def put_formula(self, sheet: str, row: int, column: int, text: str) -> None:
        """Puts a formula (without `=`) into a cell."""
        text = CONTROL.sub(" ", text)
        self._model.set_user_input(self._indexes[sheet], row, column, f"={text}")

    def put_array(self, columns: Columns) -> tuple[str, Area]:
        """Puts an array of known values into cells of its own and gives their place."""
        height, width = len(columns[0]), len(columns)
        if self._results_column + width > MAX_COLUMN:
            self._results.append(f"{RESULTS} {len(self._results)}")
            self._add_sheet(self._results[-1])
            self._results_column = 1
        first = self._results_column
        self._results_column += width
        for number, column in enumerate(columns, first):
            self.load_column(self._results[-1], number, 1, column)
        return self._results[-1], Area(1, first, height, first + width - 1)

    def scratch(self, text: str, size: Shape) -> ScratchCell:
        """Puts a formula into a cell with room for what it spills."""
        if size == SCALAR:
            place = self._single()
        else:
            place = self._room(UNKNOWN_WIDTH if size is None else size[1])
        self.put_formula(place.sheet, place.row, place.column, text)
        return place

    def _single(self) -> ScratchCell:
        # Every second column stays free, so that no single cell can spill into the next.
        column, row = divmod(self._singles, MAX_ROW)
        self._singles += 1
        return ScratchCell(SINGLES, row + 1, 2 * column + 1, 1)

    def _room(self, width: int) -> ScratchCell:
        if width >= MAX_COLUMN:
            raise UncomputableError("The result is as wide as a sheet.")
        if self._scratch_column + width > MAX_COLUMN:
            if len(self._scratch) == 1:
                self._scratch.append(f"{SCRATCH} more {len(self._indexes)}")
                self._add_sheet(self._scratch[-1])
            del self._scratch[0]
            self._scratch_column = 1
        place = ScratchCell(self._scratch[0], 1, self._scratch_column, width)
        self._scratch_column += width
        return place

    def spill(self, text: str, size: Shape) -> str:
        """Puts a formula into cells of its own and gives the reference to its result."""
        place = self.scratch(text, None if size == SCALAR else size)
        return scratch_reference(place.sheet, cell_name(place.row, place.column))

    def evaluate(self) -> None:
        """Computes all formulas."""
        self._model.evaluate()

    def value(self, sheet: str, row: int, column: int) -> Cell:
        """The value of a cell.

        Raises:
            UncomputableError: IronCalc gave an error that Excel does not have.
        """
        value = self._model.get_cell_value(self._indexes[sheet], row, column)
        return self._cell(value, sheet, row, column)

    def _cell(self, value: Cell, sheet: str, row: int, column: int) -> Cell:
        if isinstance(value, float):
            # A whole number as a file that is read again would give it.
            return int(value) if value.is_integer() and abs(value) < EXACT else value
        if isinstance(value, str) and value.startswith("#"):
            kind = self._model.get_cell_type(self._indexes[sheet], row, column)
            if kind == ERROR_TYPE and value in EXCEL_ERROR_NUMBERS:
                return CellError(value)
            if kind == ERROR_TYPE:
                raise UncomputableError(FAILURES.get(value, f"IronCalc gives {value}."))
        return value

    def spilled(self, place: ScratchCell) -> Columns:
        """What a formula on a scratch sheet gives.

        Raises:
            UncomputableError: IronCalc gave an error that Excel does not have.
        """
        get, index = self._model.get_cell_value, self._indexes[place.sheet]
        height = width = 1
        while width < place.width and get(index, place.row, place.column + width) is not None:
            width += 1
        while place.sheet != SINGLES and get(index, place.row + height, place.column) is not None:
            height += 1
        rows = range(place.row, place.row + height)
        columns = [
            self._column(place.sheet, column, place.row, [get(index, row, column) for row in rows])
            for column in range(place.column, place.column + width)
        ]
        if columns[0][0] == CellError(SPILL):
            raise UncomputableError(f"The result is wider than {place.width} columns.")
        return columns

    def _column(self, sheet: str, column: int, first_row: int, values: list[Cell]) -> list[Cell]:
        """Values as IronCalc gives them, with its errors and whole numbers as we write them."""
        if set(map(type, values)) == {bool}:
            return values
        return [
            self._cell(value, sheet, row, column) for row, value in enumerate(values, first_row)
        ]


class ScratchCell:
    """Where a formula stands on a scratch sheet, and how wide its result can be."""

    __slots__ = ("column", "row", "sheet", "width")

    def __init__(self, sheet: str, row: int, column: int, width: int) -> None:
        self.sheet = sheet
        self.row = row
        self.column = column
        self.width = width


@cache
def time_zone() -> str:
    """A time zone of IronCalc whose clock now shows what this machine's clock shows."""
    now = datetime.now().astimezone()
    names = sorted(ironcalc.get_all_timezones(), key=lambda name: name not in ("UTC", "GMT"))
    for name in names:
        try:
            if now.astimezone(ZoneInfo(name)).utcoffset() == now.utcoffset():
                return name
        except (KeyError, ValueError):  # this machine's list of zones is older than IronCalc's
            continue
    return "UTC"
