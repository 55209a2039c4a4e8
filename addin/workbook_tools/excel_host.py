"""The formulas of a workbook that is open in Excel on Windows.

Every question to Excel crosses from one program to another and takes a good part of a
millisecond, so whole sheets are asked at once and single cells only where they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import xlwings

import udfs
from addin.headless.formula_text import Call, parse, plain_name, render
from addin.headless.references import Area
from addin.workbook_tools.long_arrays import split
from addin.workbook_tools.places import Kind, Place, every_formula

_PASTE_VALUES: Final = -4163
_PART_OF_CELL: Final = 2


class ExcelHost:
    """A workbook open in Excel on Windows."""

    def __init__(self, book: xlwings.Book) -> None:
        self._book = book

    def places(
        self, wanted: Callable[[str], bool] = every_formula, sheet: str | None = None
    ) -> Iterator[Place]:
        """The formulas whose text is wanted, of one sheet or of the workbook."""
        for one in self._book.sheets:
            if sheet in (None, one.name):
                yield from self._of_sheet(one, wanted)

    def _of_sheet(self, sheet: xlwings.Sheet, wanted: Callable[[str], bool]) -> Iterator[Place]:
        used = sheet.used_range
        columns = zip(*_rows(_texts(used.api)), strict=True)
        seen: set[tuple[int, int]] = set()
        for j, texts in enumerate(columns):
            found = [
                i
                for i, text in enumerate(texts)
                if isinstance(text, str) and text.startswith("=") and wanted(text)
            ]
            single = bool(found) and _holds_single_cells(used.columns[j].api)
            for i in found:
                row, column = used.row + i, used.column + j
                if (row, column) in seen:
                    continue
                if single:
                    address = str(Area(row, column, row, column))
                    yield Place(sheet.name, address, texts[i], "cell")
                    continue
                place = _place(sheet.name, used[i, j].api)
                seen.update(_cells(place.area))
                yield place

    def to_values(self, place: Place) -> None:
        """Let the cells of a formula keep their values without it."""
        cells = self._book.sheets[place.sheet].range(place.address).api
        cells.Copy()
        cells.PasteSpecial(_PASTE_VALUES)
        self._book.app.api.CutCopyMode = False

    def put(self, place: Place) -> None:
        """Write a formula into its cells."""
        cells = self._book.sheets[place.sheet].range(place.address)
        if place.kind == "array":
            short, later = split(place.formula)
            cells.formula_array = short
            for number, argument in later:
                cells.api.Replace(number, argument, _PART_OF_CELL)
            return
        if place.kind == "spill":
            cells.clear_contents()
            cells = cells[0, 0]
        if _spills(cells.api):
            cells.formula2 = place.formula
        else:
            cells.formula = place.formula

    def compute(self, sheet: str, formula: str, shape: tuple[int, int]) -> list[list[Any]]:
        """What a call of one of our functions would give on a sheet.

        Excel computes the arguments, Python the function: Excel's Evaluate takes no more than 255
        characters, and would call Python while Python waits for it.
        """
        (call,) = (node for node in parse(formula) if isinstance(node, Call))
        cells = [self._argument(sheet, render(argument)) for argument in call.arguments]
        date1904 = bool(self._book.api.Date1904)
        return udfs.call(plain_name(call.name), *cells, date1904=date1904)[: shape[0]]

    def _argument(self, sheet: str, text: str) -> Any:
        """The cells that an argument stands for; None where it is left out."""
        if not text:
            return None
        answer = self._book.sheets[sheet].api.Evaluate(text)
        return getattr(answer, "Value2", answer)


def _spills(api: Any) -> bool:
    """Whether this Excel spills results, and knows formulas as it then shows them."""
    return hasattr(api, "Formula2")


def _texts(api: Any) -> Any:
    return api.Formula2 if _spills(api) else api.Formula


def _rows(cells: Any) -> tuple[tuple[Any, ...], ...]:
    return cells if isinstance(cells, tuple) else ((cells,),)


def _holds_single_cells(api: Any) -> bool:
    """Whether no formula of a range covers several cells; Excel says None where some do."""
    return api.HasArray is False and getattr(api, "HasSpill", False) is False


def _place(sheet: str, api: Any) -> Place:
    if getattr(api, "HasSpill", False):
        parent = api.SpillParent
        return _over(sheet, parent.SpillingToRange, parent.Formula2, "spill")
    if api.HasArray:
        return _over(sheet, api.CurrentArray, api.FormulaArray, "array")
    return _over(sheet, api, _texts(api), "cell")


def _over(sheet: str, api: Any, formula: str, kind: Kind) -> Place:
    return Place(sheet, api.Address.replace("$", ""), formula, kind)


def _cells(area: Area) -> Iterator[tuple[int, int]]:
    for row in range(area.first_row, area.last_row + 1):
        for column in range(area.first_column, area.last_column + 1):
            yield row, column
