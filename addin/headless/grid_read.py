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
    from addin.headless.written_block import WrittenBlock

Rows = list[list[Cell]]
Texts = Sequence[bytes]
Convert = Callable[[Texts], Sequence[Cell]]
MOST_KINDS: Final = 24
FEW_CELLS: Final = 2_000
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
        self.width = max(self.columns, default=0)

    def rows(self, found: list[Texts]) -> Rows:
        """The values of rows of this kind from the texts of their cells."""
        if not self.columns:
            return [[] for _ in found]
        columns: list[Sequence[Cell]] = [[None] * len(found)] * self.width
        for column, convert, texts in zip(
            self.columns, self.converts, zip(*found, strict=True), strict=True
        ):
            columns[column - 1] = convert(texts)
        return list(map(list, zip(*columns, strict=True)))


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


def read_all(sheet: Sheet) -> Rows:
    """The values of a sheet from A1 to its last filled row; rows end with their last filled cell.

    Dates are their serial numbers.
    """
    numbers = sheet.data.numbers()
    if len(numbers) <= FEW_CELLS:
        used = sheet.used_range
        if used is None:
            return []
        if used.last_row * used.last_column <= FEW_CELLS:
            return sheet.values(1, 1, used.last_row, used.last_column)
    block = sheet.written_block
    if block is not None and block.version == sheet.data.version:
        rows = _around_block(sheet, numbers, block)
    else:
        rows = _Reader(sheet).rows(numbers)
    while rows and all(value is None for value in rows[-1]):
        rows.pop()
    return rows


def _around_block(sheet: Sheet, numbers: Sequence[int], block: WrittenBlock) -> Rows:
    """Reads the rows above and below a block whose values are known."""
    first, last = block.area.first_row, block.area.last_row
    rows = _Reader(sheet).rows([n for n in numbers if not first <= n <= last])
    rows += [[] for _ in range(last - len(rows))]
    rows[first - 1 : last] = block.rows()
    return rows


class _Reader:
    """Collects the rows of each kind, to turn their cells into values column by column."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.kinds: list[_RowKind] = []
        self.done: Rows = []
        self.waiting: dict[_RowKind, tuple[list[int], list[Texts]]] = {}

    def rows(self, numbers: Sequence[int]) -> Rows:
        self.done = [[] for _ in range(numbers[-1] if numbers else 0)]
        match = self.sheet.data.match
        kind: _RowKind | None = None
        for row_number in numbers:
            found = match(row_number, kind.pattern) if kind else None
            if found is None:
                kind, found = self._find(row_number)
            if found is None or kind is None:
                self.done[row_number - 1] = self._unusual(row_number)
                continue
            places, texts = self.waiting[kind]
            places.append(row_number)
            texts.append(found.groups())
            if len(places) >= MOST_AT_ONCE:
                self._flush(kind)
        for kind in self.kinds:
            self._flush(kind)
        return self.done

    def _flush(self, kind: _RowKind) -> None:
        places, texts = self.waiting[kind]
        self.waiting[kind] = ([], [])
        if not places:
            return
        try:
            for row_number, values in zip(places, kind.rows(texts), strict=True):
                self.done[row_number - 1] = values
        except ValueError:
            # One by one the cells raise the error that names the one at fault.
            for row_number in places:
                self.done[row_number - 1] = self._unusual(row_number)

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

    def _unusual(self, row_number: int) -> list[Cell]:
        cells = self.sheet.data.cells(self.sheet.data.raw(row_number) or b"")
        width = max((column for column, *_ in cells), default=0)
        values = self.sheet.values(row_number, 1, row_number, width)[0] if width else []
        while values and values[-1] is None:
            values.pop()
        return values
