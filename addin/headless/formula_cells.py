"""The formulas of a sheet: plain, shared, array, dynamic array, data table."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from addin.headless import xml
from addin.headless.cell_xml import Cell, attributes
from addin.headless.references import Area
from addin.headless.shared_strings import pattern
from addin.headless.sheet_data import SheetData
from addin.headless.shifted_formula import ShiftedFormula

if TYPE_CHECKING:
    from addin.headless.sheet import Sheet

Kind = Literal["normal", "array", "dynamic", "data table"]

FORMULA: Final = rb"<{p}f((?:\s[^>]*?)?)(?:/>|>([^<]*)</{p}f>)"
FORMULA_START: Final = rb"<{p}f[\s/>]"
VALUE: Final = rb"<{p}v(?:\s[^>]*)?(?:/>|>[^<]*</{p}v>)"
INLINE: Final = rb"<{p}is(?:\s[^>]*)?(?:/>|>.*</{p}is>)"
CELL_METADATA: Final = re.compile(rb"\scm\s*=\s*[\"'](\d+)[\"']")
KEPT: Final = re.compile(rb"\s(t|cm)\s*=\s*[\"']\w+[\"']")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it is stored.

    Attributes:
        row: the cell's row, from 1.
        col: the cell's column, from 1.
        text: without `=`; prefixes such as `_xlfn.` as they are stored.
        kind: `normal`, `array` (Ctrl+Shift+Enter), `dynamic` (spills) or `data table`.
        ref: the rectangle of an array, spill or data table; else None.
        cached: the value that was last computed.
    """

    row: int
    col: int
    text: str
    kind: Kind
    ref: str | None
    cached: Cell


@dataclass(frozen=True, slots=True)
class Array:
    """An array formula's rectangle, its kind, and its `cm` number where it is dynamic."""

    area: Area
    kind: Kind
    cm: int = 0


@dataclass(frozen=True, slots=True)
class Shared:
    """A shared formula: its first cell and its text there."""

    row: int
    column: int
    formula: ShiftedFormula


class Index:
    """Where array formulas lie and what shared formulas say, in one sheet."""

    def __init__(self, data: SheetData, dynamic: Collection[int]) -> None:
        self.arrays: dict[tuple[int, int], Array] = {}
        self.shared: dict[str, Shared] = {}
        self._data = data
        self._dynamic = dynamic
        data.close()
        mark = b"<" + data.prefix + b"f "
        for number, raw in data.rows_with(mark):
            # Nearly all rows are passed over by this look.
            if b"array" in raw or b"shared" in raw or b"dataTable" in raw:
                self._read_row(number, raw)

    def _read_row(self, number: int, raw: bytes) -> None:
        for column, _, cell_attributes, body in self._data.cells(raw):
            found = pattern(FORMULA, self._data.prefix).search(body or b"")
            if found is None or not found[1]:
                continue
            given = attributes(found[1])
            kind = given.get("t")
            if kind == "shared" and found[2]:
                text = xml.unescape(found[2])
                with xml.meaning_of(*self._data.source):
                    formula = ShiftedFormula(text, number, column)
                self.shared.setdefault(given.get("si", ""), Shared(number, column, formula))
            elif kind in ("array", "dataTable"):
                with xml.meaning_of(*self._data.source):
                    area = Area.parse(given.get("ref", ""))
                self.arrays[number, column] = self._array(kind, area, cell_attributes)

    def _array(self, kind: str, area: Area, cell_attributes: bytes) -> Array:
        if kind == "dataTable":
            return Array(area, "data table")
        found = CELL_METADATA.search(cell_attributes)
        cm = int(found[1]) if found else 0
        return Array(area, "dynamic", cm) if cm in self._dynamic else Array(area, "array")

    def unshare(self, sheet: Sheet, area: Area) -> None:
        """Gives the cells of a shared formula their own text before its first cell changes."""
        gone = {
            si: shared for si, shared in self.shared.items() if (shared.row, shared.column) in area
        }
        if not gone:
            return
        data = self._data
        for number, _ in data.rows_with(b"shared"):
            row = data.make_row(number)
            for column, cell in list(row.cells.items()):
                found = pattern(FORMULA, data.prefix).search(cell)
                if found is None or attributes(found[1]).get("si") not in gone:
                    continue
                text = gone[attributes(found[1])["si"]].formula.at(number, column)
                own = "<{0}f>{1}</{0}f>".format(data.prefix.decode(), xml.escape_markup(text))
                row.cells[column] = cell[: found.start()] + own.encode() + cell[found.end() :]
                row.changed = True
        for si in gone:
            del self.shared[si]
        sheet.data.close()


def formulas(sheet: Sheet, area: Area) -> Iterator[Formula]:
    """Every formula in an area of a sheet, in row order."""
    data = sheet.data
    for number, raw in data.rows_with(b"<" + data.prefix + b"f", area.first_row, area.last_row):
        for column, _, cell_attributes, body in data.cells(raw):
            if not area.first_column <= column <= area.last_column:
                continue
            found = formula(sheet, number, column, cell_attributes, body)
            if found is not None:
                yield found


def formula(
    sheet: Sheet, row: int, column: int, cell_attributes: bytes, body: bytes | None
) -> Formula | None:
    """The formula of one cell from its XML; None where it has none."""
    found = pattern(FORMULA, sheet.data.prefix).search(body or b"")
    if found is None:
        return None
    cached = sheet.decode(row, column, cell_attributes, body)
    text = xml.unescape(found[2] or b"")
    if not found[1]:
        return Formula(row, column, text, "normal", None, cached)
    given = attributes(found[1])
    array = sheet.index.arrays.get((row, column))
    if array is not None:
        if array.kind == "data table":
            text = "TABLE({},{})".format(given.get("r1", ""), given.get("r2", ""))
        return Formula(row, column, text, array.kind, str(array.area), cached)
    if given.get("t") == "shared" and not text:
        shared = sheet.index.shared.get(given.get("si", ""))
        if shared is None:
            raise sheet.error(
                row,
                column,
                f"refers to the shared formula {given.get('si')!r}, which the sheet lacks.",
                "Open the workbook in Excel, let it repair the file, and save it again.",
            )
        text = shared.formula.at(row, column)
    return Formula(row, column, text, "normal", None, cached)


def drop_formulas(data: SheetData, area: Area) -> None:
    """Takes the formulas of all cells of an area away; their values stay."""
    mark = b"<" + data.prefix + b"f"
    for number, _ in data.rows_with(mark, area.first_row, area.last_row):
        row = data.make_row(number)
        for column, cell in list(row.cells.items()):
            if area.first_column <= column <= area.last_column and has_formula(data.prefix, cell):
                row.cells[column] = pattern(FORMULA, data.prefix).sub(b"", cell, count=1)
                row.changed = True


def has_formula(prefix: bytes, cell: bytes) -> bool:
    """Whether a cell's XML holds a formula."""
    return pattern(FORMULA_START, prefix).search(cell) is not None


def value_xml(prefix: bytes, body: bytes | None) -> bytes:
    """The `<v>` of a cell's body; empty if there is none."""
    found = pattern(VALUE, prefix).search(body or b"")
    return found[0] if found else b""


def without_value(prefix: bytes, body: bytes | None) -> tuple[bytes, bytes]:
    """The formula of a cell's body, and what stands beside formula and value."""
    if not body:
        return b"", b""
    found = pattern(FORMULA, prefix).search(body)
    formula_xml = found[0] if found else b""
    rest = pattern(FORMULA, prefix).sub(b"", body, count=1)
    rest = pattern(VALUE, prefix).sub(b"", rest)
    return formula_xml, pattern(INLINE, prefix).sub(b"", rest).strip()


def kept_attributes(cell_attributes: bytes, *, dynamic: bool) -> str:
    """The type of the value, and the mark of a dynamic array where it is to stay one."""
    found = {match[1]: match[0] for match in KEPT.finditer(cell_attributes)}
    kind = found.get(b"t", b"")
    if b'"s"' in kind or b"inlineStr" in kind:
        kind = b""
    return (kind + (found.get(b"cm", b"") if dynamic else b"")).decode()
