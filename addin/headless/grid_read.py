"""All values of a sheet at once, quickly where many rows are built alike.

The rows of mass data differ in their values only. From the first row of a kind a regular
expression is made that takes the values out of each like it in one go; it is much faster
than looking at cells one by one. Rows of no usual kind are left to `bulk_read`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from addin.headless.cell_xml import Cell, number, simple_text
from addin.headless.sheet_data import COLUMNS

if TYPE_CHECKING:
    from addin.headless.sheet import Sheet

Columns = dict[int, list[Cell]]
Texts = Sequence[bytes]
Convert = Callable[[Texts], Sequence[Cell]]
MOST_KINDS: Final = 24
# A sheet with so few rows and cells has too few alike to make expressions for.
FEW_ROWS: Final = 200
FEW_CELLS: Final = 20_000
MOST_AT_ONCE: Final = 20_000
CELL: Final = re.compile(
    rb'<c r="([A-Z]+)\d+"(?: s="\d+")?(?: t="(\w+)")?(?: cm="\d+")?(?:/>|>'
    rb"(?:<f[^>]*?(?:/>|>[^<]*</f>))?"
    rb"(?:<v>([^<]*)</v>|<v ?/>|<is><t[^>]*>([^<]*)</t></is>)?</c>)"
)
ROW: Final = rb"<row [^>]*(?<!/)>"
BLANK: Final = (
    rb'<c r="%s\d+"(?: s="\d+")?(?: t="(?!str)\w+")?(?: cm="\d+")?'
    rb"(?:/>|>(?:<f[^>]*?(?:/>|>[^<]*</f>))?(?:<v></v>|<v ?/>)?</c>)"
)
FILLED: Final = (
    rb'<c r="%s\d+"(?: s="\d+")?%s(?: cm="\d+")?>'
    rb"(?:<f[^>]*?(?:/>|>[^<]*</f>))?<v>([^<]*)</v></c>"
)
INLINE: Final = rb'<c r="%s\d+"(?: s="\d+")? t="inlineStr"><is><t(?: [^>]*)?>([^<]*)</t></is></c>'
NUMERIC: Final = (b"", b"n")


class _RowKind:
    """Rows with the same filled columns and types."""

    def __init__(self, raw: bytes, from_text: Callable[[bytes, bytes], Cell]) -> None:
        pieces = [ROW]
        self.columns: list[int] = []
        self.converts: list[Convert] = []
        for letters, kind, text, inline in CELL.findall(raw):
            if inline:
                pieces.append(INLINE % letters)
            elif text or kind == b"str":
                pieces.append(FILLED % (letters, b' t="%s"' % kind if kind else b""))
            else:
                pieces.append(BLANK % letters)
                continue
            self.columns.append(COLUMNS[letters])
            self.converts.append(_converter(b"str" if inline else kind, from_text))
        pieces.append(b"</row>")
        self.pattern = re.compile(b"".join(pieces))

    def values(self, found: list[Texts]) -> list[Sequence[Cell]]:
        """The values in each of the columns from the texts of the cells of rows of this kind."""
        by_column = zip(*found, strict=True) if self.columns else ()
        return [convert(texts) for convert, texts in zip(self.converts, by_column, strict=True)]


def _converter(kind: bytes, from_text: Callable[[bytes, bytes], Cell]) -> Convert:
    if kind in NUMERIC:
        return _numbers
    if kind == b"str":
        return lambda texts: list(map(simple_text, texts))
    return lambda texts: [from_text(kind, text) for text in texts]


def _numbers(texts: Texts) -> Sequence[Cell]:
    for convert in (int, float):
        try:
            return list(map(convert, texts))
        except ValueError:
            continue
    return list(map(number, texts))


def read_columns(sheet: Sheet) -> Columns:
    """The values of a sheet by column, each from row 1 to its last filled cell.

    Blank columns are left out. Dates are their serial numbers.
    """
    numbers = sheet.data.numbers()
    if len(numbers) <= FEW_ROWS:
        used = sheet.used_range
        if used is None:
            return {}
        if used.last_row * used.last_column <= FEW_CELLS:
            rows = sheet.values(1, 1, used.last_row, used.last_column)
            return _filled(dict(enumerate(map(list, zip(*rows, strict=True)), 1)))
    reader = _Reader(sheet)
    block = sheet.written_block
    if block is not None and block.version == sheet.data.version:
        first, last = block.area.first_row, block.area.last_row
        reader.read([number for number in numbers if not first <= number <= last])
        for column, values in enumerate(block.columns(), block.area.first_column):
            reader.put(column, range(first, last + 1), values)
    else:
        reader.read(numbers)
    return _filled(reader.columns)


def _filled(columns: Columns) -> Columns:
    """Lets columns end with their last filled cell, and leaves blank ones out."""
    for cells in columns.values():
        while cells and cells[-1] is None:
            cells.pop()
    return {column: cells for column, cells in columns.items() if cells}


class _Reader:
    """Collects the rows of each kind, to turn their cells into values column by column."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.kinds: list[_RowKind] = []
        self.columns: Columns = {}
        self.waiting: dict[_RowKind, tuple[list[int], list[Texts]]] = {}

    def read(self, numbers: Sequence[int]) -> None:
        """Reads rows, given in ascending order."""
        match = self.sheet.data.match
        kind: _RowKind | None = None
        for row_number in numbers:
            found = match(row_number, kind.pattern) if kind else None
            if found is None:
                kind, found = self._find(row_number)
            if found is None or kind is None:
                self._read_unusual(row_number)
                continue
            places, texts = self.waiting[kind]
            places.append(row_number)
            texts.append(found.groups())
            if len(places) >= MOST_AT_ONCE:
                self._flush(kind)
        for kind in self.kinds:
            self._flush(kind)

    def put(self, column: int, places: Sequence[int], values: Sequence[Cell]) -> None:
        """Puts values into rows of a column, which are given in ascending order."""
        cells = self.columns.setdefault(column, [])
        first, last = places[0], places[-1]
        cells.extend([None] * (last - len(cells)))
        if last - first + 1 == len(places):
            cells[first - 1 : last] = values
            return
        for place, value in zip(places, values, strict=True):
            cells[place - 1] = value

    def _flush(self, kind: _RowKind) -> None:
        places, texts = self.waiting[kind]
        self.waiting[kind] = ([], [])
        if not places:
            return
        try:
            by_column = kind.values(texts)
        except ValueError:
            # One by one the cells raise the error that names the one at fault.
            for row_number in places:
                self._read_unusual(row_number)
            return
        for column, values in zip(kind.columns, by_column, strict=True):
            self.put(column, places, values)

    def _find(self, row_number: int) -> tuple[_RowKind | None, re.Match[bytes] | None]:
        data = self.sheet.data
        for position, kind in enumerate(self.kinds):
            found = data.match(row_number, kind.pattern)
            if found is not None:
                # Kinds that were met last are tried first.
                self.kinds.insert(0, self.kinds.pop(position))
                return kind, found
        if len(self.kinds) < MOST_KINDS:
            made = _RowKind(data.raw(row_number) or b"", self.sheet.decoder.from_text)
            found = data.match(row_number, made.pattern)
            if found is not None:
                self.kinds.insert(0, made)
                self.waiting[made] = ([], [])
                return made, found
        return None, None

    def _read_unusual(self, row_number: int) -> None:
        cells = self.sheet.data.cells(self.sheet.data.raw(row_number) or b"")
        width = max((column for column, *_ in cells), default=0)
        values = self.sheet.values(row_number, 1, row_number, width)[0] if width else []
        for column, value in enumerate(values, 1):
            if value is not None:
                self.put(column, [row_number], [value])
