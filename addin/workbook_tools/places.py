"""Where the formulas of a workbook stand, whether it is open in Excel or a file.

Excel and a file tell a plain formula from an array and a spill in different ways; here both say
it alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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


def every_formula(text: str) -> bool:
    """Every formula."""
    return bool(text)


class Host(Protocol):
    """What differs between a workbook in Excel and a workbook in a file."""

    def places(
        self, wanted: Callable[[str], bool] = every_formula, sheet: str | None = None
    ) -> Iterator[Place]:
        """The formulas whose text is wanted, of one sheet or of the workbook."""

    def to_values(self, place: Place) -> None:
        """Let the cells of a formula keep their values without it."""

    def put(self, place: Place) -> None:
        """Write a formula into its cells."""

    def compute(self, sheet: str, formula: str, shape: tuple[int, int]) -> list[list[Any]]:
        """What a formula would give on a sheet, without leaving it there."""


def host_of(book: xlwings.Book) -> Host:
    """The host of a book."""
    if isinstance(book.impl, FileBook):
        return FileHost(book)
    from addin.workbook_tools.excel_host import ExcelHost  # noqa: PLC0415 - it needs this module

    return ExcelHost(book)


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

    def places(
        self, wanted: Callable[[str], bool] = every_formula, sheet: str | None = None
    ) -> Iterator[Place]:
        """The formulas whose text is wanted, of one sheet or of the workbook."""
        kinds: dict[str, Kind] = {"normal": "cell", "array": "array", "dynamic": "spill"}
        for one in self._book.sheets:
            if sheet not in (None, one.name):
                continue
            for found in list(one.impl.api.formulas()):
                shown = "=" + function_prefixes.shown(found.text)
                if found.kind in kinds and wanted(shown):
                    address = found.ref or str(Area(found.row, found.col, found.row, found.col))
                    yield Place(one.name, address, shown, kinds[found.kind])

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


def shown(cell: Any) -> str:
    """A cell's value as text."""
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return cell.code
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)
