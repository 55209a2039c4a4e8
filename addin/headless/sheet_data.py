"""The rows of a worksheet part, kept as the bytes they are until a row is asked for.

A row is found by splitting at its end tag and a cell by one regular expression; only rows that
change are written anew. Sheets that use rarer XML (CDATA, comments, other encodings) are brought
into regular form first, so that splitting is safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from addin.headless import xml
from addin.headless.references import MAX_COLUMN, MAX_ROW, cell_name, column_letters, column_number
from addin.headless.shared_strings import pattern
from addin.headless.source_rows import SourceRows

USUAL_CELL: Final = re.compile(
    rb'(<c r="([A-Z]+)\d+"[^>]*?(?:/>|>'
    rb"(?:<f[^>]*?(?:/>|>[^<]*</f>))?"
    rb"(?:<v>[^<]*</v>|<v/>|<is><t[^>]*>[^<]*</t></is>)?</c>))"
)
LAST_PLACE: Final = re.compile(rb'<c r="([A-Z]+)\d')
COLUMNS: Final = {column_letters(n).encode(): n for n in range(1, MAX_COLUMN + 1)}
IRREGULAR: Final = (b"<![CDATA[", b"<!--")
CELL: Final = rb"<{p}c((?:\s[^>]*?)?)(?:/>|>(.*?)</{p}c>)"
NUMBER: Final = re.compile(rb"(?:^|\s)r\s*=\s*[\"'](\d+)[\"']")
PLACE: Final = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]+)\d+[\"']")
SPANS: Final = re.compile(rb"\s*\bspans\s*=\s*(?:\"[^\"]*\"|'[^']*')")
# Parsed rows kept at a time: enough to work row by row, few enough for a small memory.
OPEN_ROWS: Final = 4096


def _is_irregular(data: bytes) -> bool:
    """Whether the XML holds CDATA, comments or instructions, which mislead a plain scan."""
    start = data.find(b"?>") + 1
    # One character is found much faster than two; most sheets have none.
    if b"!" in data and any(mark in data for mark in IRREGULAR):
        return True
    return data.find(b"?", start + 1) >= 0 and data.find(b"<?", start + 1) >= 0


def _source_rows(data: bytes, file: object, part: str) -> SourceRows:
    """The rows of a part, brought into regular form where need be."""
    data = xml.utf8(data, file, part)
    if not _is_irregular(data):
        try:
            return SourceRows(data)
        except ValueError:  # a raw ">" in an attribute is legal and misleads the scan
            pass
    try:
        return SourceRows(xml.regular(data, file, part))
    except ValueError as error:
        raise xml.broken(file, part, str(error)) from error


class Row:
    """One row taken apart: its attributes and the XML of its cells by column."""

    __slots__ = ("attributes", "cells", "changed")

    def __init__(self, attributes: bytes, cells: dict[int, bytes]) -> None:
        self.attributes = attributes
        self.cells = cells
        self.changed = False


class SheetData:
    """The `<sheetData>` of one part: rows by number, and what stands before and after them.

    Attributes:
        head: what stands before the rows.
        tail: what stands after them.
        prefix: the namespace prefix of its tags with its colon.
        source: the file and the part, for errors.
        changed: whether it is to be written.
        version: grows with every change of a row, once rows that were taken apart are closed.
    """

    def __init__(self, data: bytes, file: object, part: str) -> None:
        self._file = file
        self._part = part
        self.source = (file, part)
        self._open: dict[int, Row] = {}
        self.changed = False
        self.version = 0
        self._rows = _source_rows(data, file, part)
        self._numbers = set(self._rows.starts)
        self._made = dict(self._rows.twice)
        self._made_with: dict[bytes, tuple[int, list[int]]] = {}
        self.head, self.tail, self.prefix = self._rows.head, self._rows.tail, self._rows.prefix
        self._unnumbered = self._rows.unnumbered
        self._cell = pattern(CELL, self.prefix)
        xml.check_well_formed(self.head + self.tail, file, part)

    def raw(self, number: int) -> bytes | None:
        """The bytes of a row; None if the sheet has no such row."""
        made = self._made.get(number)
        if made is not None:
            return made
        return self._rows.raw(number) if number in self._numbers else None

    def match(self, number: int, expression: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Matches a row's bytes from their start; None too if the sheet has no such row."""
        made = self._made.get(number)
        if made is not None:
            return expression.match(made)
        if number not in self._numbers:
            return None
        return expression.match(self._rows.data, self._rows.starts[number])

    def match_alike(
        self, first: int, last: int, expression: re.Pattern[bytes]
    ) -> list[tuple[bytes, ...]] | None:
        """Matches every row from `first` to `last` in one go; None unless each one matches.

        Args:
            first: the first row.
            last: the last row.
            expression: matches a whole row; its first group is the row's number.

        Returns:
            The groups of each row.
        """
        if any(map(self._made.__contains__, range(first, last + 1))):
            return None
        return self._rows.alike(first, last, expression)

    def lacks(self, first: int, last: int) -> bool:
        """Whether none of the rows from `first` to `last` exists."""
        return self._numbers.isdisjoint(range(first, last + 1))

    def set_raw(self, number: int, raw: bytes) -> None:
        """Gives a row other bytes, or makes it."""
        self._numbers.add(number)
        self._made[number] = raw
        self.changed = True
        self.version += 1

    def overwrite(self, rows: dict[int, bytes]) -> None:
        """Gives many rows other bytes, or makes them."""
        self._numbers.update(rows)
        self._made.update(rows)
        self.changed = self.changed or bool(rows)
        self.version += 1

    def numbers(self, first: int = 1, last: int = MAX_ROW) -> list[int]:
        """The numbers of the rows that exist from `first` to `last`, ascending."""
        self.close()
        existing = self._numbers
        if last - first < len(existing):
            return [number for number in range(first, last + 1) if number in existing]
        return sorted(number for number in existing if first <= number <= last)

    def last_column(self, first: int, last: int) -> int:
        """The last column that has a cell in the rows from `first` to `last`; 0 for none."""
        columns = [0]
        for number in self.numbers(first, last):
            raw = self.raw(number) or b""
            place = raw.rfind(b'<c r="')
            found = LAST_PLACE.match(raw, place) if place >= 0 else None
            if found is not None and not self._unnumbered:
                columns.append(COLUMNS[found[1]])
            else:
                columns += [column for column, _, _, _ in self.cells(raw)]
        return max(columns)

    def rows_with(
        self, mark: bytes, first: int = 1, last: int = MAX_ROW
    ) -> Iterator[tuple[int, bytes]]:
        """Number and bytes of each row from `first` to `last` in which some bytes occur."""
        self.close()
        made = self._made
        if last - first < len(made):
            found = [n for n in range(first, last + 1) if n in made and mark in made[n]]
        else:
            found = [n for n in self._made_rows_with(mark) if first <= n <= last]
        found += [n for n in self._rows.with_mark(mark) if first <= n <= last and n not in made]
        for number in sorted(set(found)):  # a row that is written twice is found twice
            raw = self.raw(number)
            if raw and mark in raw:
                yield number, raw

    def _made_rows_with(self, mark: bytes) -> list[int]:
        """The changed rows in which some bytes occur."""
        version, numbers = self._made_with.get(mark, (-1, []))
        if version != self.version:
            numbers = [number for number, raw in self._made.items() if mark in raw]
            self._made_with[mark] = (self.version, numbers)
        return numbers

    def remember(self, first: int, last: int) -> dict[int, bytes | None]:
        """The rows from `first` to `last` that exist, for `restore`; None for an untouched one."""
        return {number: self._made.get(number) for number in self.numbers(first, last)}

    def restore(self, first: int, last: int, rows: dict[int, bytes | None]) -> None:
        """Takes every change since `remember` back."""
        self._open.clear()
        self.version += 1
        for number in self.numbers(first, last):
            self._made.pop(number, None)
            if number not in rows:
                self._numbers.discard(number)
        self._made.update((number, raw) for number, raw in rows.items() if raw is not None)

    def row(self, number: int) -> Row | None:
        """The row taken apart, None if the sheet has no such row."""
        row = self._open.get(number)
        if row is None:
            raw = self.raw(number)
            if raw is None:
                return None
            row = self._take_apart(raw)
            self._keep(number, row)
        return row

    def make_row(self, number: int) -> Row:
        """The row taken apart, made if there is none yet."""
        row = self.row(number)
        if row is None:
            row = Row(b' r="%d"' % number, {})
            self._keep(number, row)
        return row

    def _keep(self, number: int, row: Row) -> None:
        if len(self._open) >= OPEN_ROWS:
            self.close()
        self._open[number] = row

    def _take_apart(self, raw: bytes) -> Row:
        start = self._rows.row_start.match(raw)
        usual = USUAL_CELL.findall(raw)
        if not self.prefix and len(usual) == raw.count(b"<c"):
            cells = {COLUMNS[letters]: cell for cell, letters in usual}
        else:
            cells = {column: cell for column, cell, _, _ in self.cells(raw)}
        return Row(start[2] if start else b"", cells)

    def cells(self, raw: bytes) -> Iterator[tuple[int, bytes, bytes, bytes | None]]:
        """Column, whole XML, attributes and body of each cell in a row's bytes.

        Raises:
            WorkbookError: the row is damaged.
        """
        xml.check_well_formed(raw.strip(), self._file, self._part)
        column = 0
        for found in self._cell.finditer(raw):
            place = PLACE.search(found[1])
            column = column_number(place[1].decode("ascii")) if place else column + 1
            yield column, found[0], found[1], found[2]

    def take_apart_cell(self, cell: bytes) -> tuple[bytes, bytes | None]:
        """Attributes and body of a cell's XML."""
        found = self._cell.match(cell)
        if found is None:
            raise xml.broken(self._file, self._part, f"cell {cell[:40]!r} is damaged")
        return found[1], found[2]

    def close(self) -> None:
        """Puts the rows that were taken apart back together."""
        for number, row in self._open.items():
            if row.changed:
                self._put_together(number, row)
        self._open.clear()

    def _put_together(self, number: int, row: Row) -> None:
        attributes = SPANS.sub(b"", row.attributes)
        if not NUMBER.search(attributes):
            attributes = b' r="%d"' % number + attributes
        if not row.cells and number not in self._numbers:
            return
        tag = self.prefix + b"row"
        parts = [b"<", tag, attributes.rstrip(), b">"]
        for column in sorted(row.cells):
            cell = row.cells[column]
            if not cell.startswith(b'<c r="') and not PLACE.search(cell):
                place = f' r="{cell_name(number, column)}"'.encode()
                length = len(self.prefix) + 2
                cell = cell[:length] + place + cell[length:]
            parts.append(cell)
        parts += [b"</", tag, b">"]
        self.set_raw(number, b"".join(parts))

    def to_bytes(self) -> bytes:
        """The whole part."""
        self.close()
        if self._unnumbered:  # a row that only counts on would count wrongly after a new one
            for number in self.numbers():
                self.make_row(number).changed = True
            self.close()
            self._unnumbered = False
        return b"".join([self.head, *self._runs(), self.tail])

    def rows_as_one(self) -> bytes:
        """The bytes of all rows, one after the other."""
        self.close()
        return b"".join(self._runs()) if self._made else self._rows.data[self._rows.place]

    def _runs(self) -> Iterator[bytes]:
        """The rows in order; neighbours that did not change are copied in one piece."""
        source = self._rows.data
        begin = end = 0
        for number in self.numbers():
            made = self._made.get(number)
            if made is not None:
                yield source[begin:end]
                begin = end = 0
                yield made
                continue
            position = self._rows.starts[number]
            if position != end:
                yield source[begin:end]
                begin = position
            end = self._rows.end(position)
        yield source[begin:end]
