"""Where the formulas of a workbook stand, whether it is open in Excel or a file.

Excel and a file tell a plain formula from an array and a spill in different ways; here both say
it alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

import xlwings

from addin.headless import function_prefixes
from addin.headless.engine import Book as FileBook
from addin.headless.formula_text import Call, parse, plain_name, walk
from addin.headless.references import Area
from addin.headless.uncomputable import UncomputableError
from udfs.catalogue import FUNCTIONS
from udfs.errors import CellError

Kind = Literal["cell", "array", "spill"]
_OURS: Final = re.compile(r"(?:\b|_)CR_[A-Z0-9]+\s*\(", re.IGNORECASE)
_PASTE_VALUES: Final = -4163


@dataclass(frozen=True, slots=True)
class Place:
    """A formula and the cells that it fills.

    Attributes:
        sheet: the sheet's name.
        address: the cells, such as C2 or C2:C500, without $ signs.
        formula: as Excel shows it, with the equals sign.
        kind: "cell", "array" (entered with Ctrl+Shift+Enter) or "spill".
    """

    sheet: str
    address: str
    formula: str
    kind: Kind

    @property
    def area(self) -> Area:
        """The cells as a rectangle."""
        return Area.parse(self.address)


class Host(Protocol):
    """What differs between a workbook in Excel and a workbook in a file."""

    def places(self) -> Iterator[Place]:
        """Every formula of the workbook."""

    def to_values(self, place: Place) -> None:
        """Let the cells of a formula keep their values without it."""

    def put(self, place: Place) -> None:
        """Write a formula into its cells."""

    def compute(self, sheet: str, formula: str, shape: tuple[int, int]) -> list[list[Any]]:
        """What a formula would give on a sheet, without leaving it there."""


def host_of(book: xlwings.Book) -> Host:
    """The host of a book."""
    return FileHost(book) if isinstance(book.impl, FileBook) else ExcelHost(book)


def is_ours(formula: str) -> bool:
    """Whether a formula calls one of our functions."""
    if not _OURS.search(formula):
        return False
    try:
        nodes = list(walk(parse(formula)))
    except UncomputableError:
        return False
    return any(isinstance(node, Call) and plain_name(node.name) in FUNCTIONS for node in nodes)


class FileHost:
    """A workbook in a file."""

    def __init__(self, book: xlwings.Book) -> None:
        self._book = book

    def places(self) -> Iterator[Place]:
        """Every formula of the workbook."""
        kinds: dict[str, Kind] = {"normal": "cell", "array": "array", "dynamic": "spill"}
        for sheet in self._book.sheets:
            for found in list(sheet.impl.api.formulas()):
                if found.kind in kinds:
                    address = found.ref or str(Area(found.row, found.col, found.row, found.col))
                    shown = "=" + function_prefixes.shown(found.text)
                    yield Place(sheet.name, address, shown, kinds[found.kind])

    def to_values(self, place: Place) -> None:
        """Let the cells of a formula keep their values without it."""
        sheet, area = self._book.sheets[place.sheet].impl.api, place.area
        corners = (area.first_row, area.first_column, area.last_row, area.last_column)
        values = sheet.values(*corners)
        sheet.clear(*corners)
        sheet.set_values(area.first_row, area.first_column, values)

    def put(self, place: Place) -> None:
        """Write a formula into its cells."""
        cells = self._book.sheets[place.sheet].range(place.address)
        if place.kind == "cell":
            cells.formula = place.formula
        else:
            cells.formula_array = place.formula

    def compute(self, sheet: str, formula: str, shape: tuple[int, int]) -> list[list[Any]]:
        """What a formula would give on a sheet; it stands below all others meanwhile."""
        target = self._book.sheets[sheet]
        used = target.impl.api.used_range
        first = (used.last_row if used else 0) + 2
        area = Area(first, 1, first + shape[0] - 1, shape[1])
        cells = target.range(str(area))
        cells.formula_array = formula
        self._book.app.calculate()
        values = target.impl.api.values(first, 1, area.last_row, area.last_column)
        cells.clear_contents()
        return [list(row) for row in values]


class ExcelHost:
    """A workbook open in Excel on Windows."""

    def __init__(self, book: xlwings.Book) -> None:
        self._book = book

    def places(self) -> Iterator[Place]:
        """Every formula of the workbook."""
        for sheet in self._book.sheets:
            seen: set[str] = set()
            used = sheet.used_range
            texts: Any = used.formula
            rows = texts if isinstance(texts, tuple) else ((texts,),)
            for i, row in enumerate(rows):
                for j, text in enumerate(row):
                    if isinstance(text, str) and text.startswith("="):
                        place = self._place(sheet, used[i, j])
                        if place.address not in seen:
                            seen.add(place.address)
                            yield place

    def _place(self, sheet: xlwings.Sheet, cell: xlwings.Range) -> Place:
        api = cell.api
        if getattr(api, "HasSpill", False):
            parent = api.SpillParent
            return self._over(sheet, parent.SpillingToRange, parent.Formula2, "spill")
        if api.HasArray:
            return self._over(sheet, api.CurrentArray, api.FormulaArray, "array")
        return self._over(sheet, api, api.Formula, "cell")

    def _over(self, sheet: xlwings.Sheet, api: Any, formula: str, kind: Kind) -> Place:
        return Place(sheet.name, api.Address.replace("$", ""), formula, kind)

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
            cells.formula_array = place.formula
        elif place.kind == "spill":
            cells.clear_contents()
            cells[0, 0].formula2 = place.formula
        else:
            cells.formula = place.formula

    def compute(self, sheet: str, formula: str, shape: tuple[int, int]) -> list[list[Any]]:
        """What a formula would give on a sheet, by Excel's own Evaluate."""
        answer = self._book.sheets[sheet].api.Evaluate(formula.removeprefix("="))
        rows = answer if isinstance(answer, tuple) else ((answer,),)
        rows = rows if isinstance(rows[0], tuple) else (rows,)
        return [list(row) for row in rows][: shape[0]]


def shown(cell: Any) -> str:
    """A cell's value as text."""
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return cell.code
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)
