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
from addin.headless.references import cell_name, column_number
from addin.headless.shared_strings import pattern, prefix_of

SHEET_DATA: Final = rb"<{p}sheetData(?:\s[^>]*?)?(/?)>"
ROW_START: Final = rb"\s*<{p}row(?:\s([^>]*?))?\s*(/?)>"
CELL: Final = rb"<{p}c((?:\s[^>]*?)?)(?:/>|>(.*?)</{p}c>)"
CELL_START: Final = rb"<{p}c[\s/>]"
NUMBER: Final = re.compile(rb"(?:^|\s)r\s*=\s*[\"'](\d+)[\"']")
PLACE: Final = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]+)\d+[\"']")
SPANS: Final = re.compile(rb"\s*\bspans\s*=\s*(?:\"[^\"]*\"|'[^']*')")
# Parsed rows kept at a time: enough to work row by row, few enough for a small memory.
OPEN_ROWS: Final = 4096


class Row:
    """One row taken apart: its attributes and the XML of its cells by column."""

    __slots__ = ("attributes", "cells", "changed")

    def __init__(self, attributes: bytes, cells: dict[int, bytes]) -> None:
        self.attributes = attributes
        self.cells = cells
        self.changed = False


class SheetData:
    """The `<sheetData>` of one part: rows by number, and what stands before and after them."""

    def __init__(self, data: bytes, file: object, part: str) -> None:
        self._file = file
        self._part = part
        data = xml.utf8(data, file, part)
        xml.check_well_formed(data, file, part)
        if b"<!" in data or data.count(b"<?") > 1:
            data = xml.regular(data, file, part)
        self.prefix = prefix_of(data)
        self._row_end = b"</" + self.prefix + b"row>"
        self._row_start = pattern(ROW_START, self.prefix)
        self._cell = pattern(CELL, self.prefix)
        self._cell_start = pattern(CELL_START, self.prefix)
        self._open: dict[int, Row] = {}
        self.rows: dict[int, bytes] = {}
        self.changed = False
        self._unnumbered = False
        body = self._split(data)
        try:
            self._read_rows(body)
        except ValueError:
            # Raw ">" in an attribute is legal and misleads the splitting; regular form has none.
            self.rows.clear()
            self._read_rows(self._split(xml.regular(data, file, part)))

    def _split(self, data: bytes) -> bytes:
        start = pattern(SHEET_DATA, self.prefix).search(data)
        if start is None:
            raise xml.broken(self._file, self._part, "it holds no sheetData")
        if start[1]:
            opening = start[0][:-2].rstrip() + b">"
            self.head = data[: start.start()] + opening
            self.tail = b"</" + self.prefix + b"sheetData>" + data[start.end() :]
            return b""
        end = data.rindex(b"</" + self.prefix + b"sheetData")
        self.head, self.tail = data[: start.end()], data[end:]
        return data[start.end() : end]

    def _read_rows(self, body: bytes) -> None:
        number = 0
        match = self._row_start.match
        pieces = body.split(self._row_end)
        rest = pieces.pop()
        for piece in pieces:
            position = 0
            while True:
                start = match(piece, position)
                if start is None:
                    raise ValueError("not a row")
                number = self._row_number(start[1], number)
                if not start[2]:
                    break
                self._store(number, piece[position : start.end()])
                position = start.end()
            self._store(number, (piece[position:] if position else piece) + self._row_end)
        position = 0
        while start := match(rest, position):
            if not start[2]:
                raise ValueError("a row without an end")
            number = self._row_number(start[1], number)
            self._store(number, rest[position : start.end()])
            position = start.end()
        if rest[position:].strip():
            raise ValueError("not a row")
        self.tail = rest[position:] + self.tail

    def _row_number(self, attributes: bytes | None, previous: int) -> int:
        found = NUMBER.search(attributes or b"")
        if found is None:
            self._unnumbered = True
            return previous + 1
        return int(found[1])

    def _store(self, number: int, raw: bytes) -> None:
        # Some programs write a row twice; both halves belong to it.
        earlier = self.rows.get(number)
        self.rows[number] = raw if earlier is None else earlier + raw

    def numbers(self, first: int, last: int) -> list[int]:
        """The numbers of the rows that exist from `first` to `last`, ascending."""
        self.close()
        if last - first < len(self.rows):
            return [number for number in range(first, last + 1) if number in self.rows]
        return sorted(number for number in self.rows if first <= number <= last)

    def row(self, number: int) -> Row | None:
        """The row taken apart, None if the sheet has no such row."""
        row = self._open.get(number)
        if row is None:
            raw = self.rows.get(number)
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
        start = self._row_start.match(raw)
        attributes = b" " + start[1] if start and start[1] else b""
        return Row(attributes, {column: cell for column, cell, _, _ in self.cells(raw)})

    def cells(self, raw: bytes) -> Iterator[tuple[int, bytes, bytes, bytes | None]]:
        """Column, whole XML, attributes and body of each cell in a row's bytes."""
        column = 0
        for found in self._cell.finditer(raw):
            place = PLACE.search(found[1])
            column = column_number(place[1].decode("ascii")) if place else column + 1
            yield column, found[0], found[1], found[2]

    def take_apart_cell(self, cell: bytes) -> tuple[bytes, bytes | None]:
        """Attributes and body of a cell's XML."""
        found = self._cell.match(cell)
        if found is None:
            raise xml.broken(self._file, self._part, f"no cell: {cell[:40]!r}")
        return found[1], found[2]

    def count_cells(self, raw: bytes) -> int:
        """How many cells a row's bytes hold."""
        return len(self._cell_start.findall(raw))

    def close(self) -> None:
        """Puts the rows that were taken apart back together."""
        for number, row in self._open.items():
            if row.changed:
                self._put_together(number, row)
        self._open.clear()

    def forget(self) -> None:
        """Drops the rows that were taken apart, with what was changed in them."""
        self._open.clear()

    def _put_together(self, number: int, row: Row) -> None:
        self.changed = True
        attributes = SPANS.sub(b"", row.attributes)
        if not NUMBER.search(attributes):
            attributes = b' r="%d"' % number + attributes
        if not row.cells and number not in self.rows:
            return
        tag = self.prefix + b"row"
        parts = [b"<", tag, attributes.rstrip(), b">"]
        for column in sorted(row.cells):
            cell = row.cells[column]
            if not PLACE.search(cell):
                place = f' r="{cell_name(number, column)}"'.encode()
                length = len(self.prefix) + 2
                cell = cell[:length] + place + cell[length:]
            parts.append(cell)
        parts += [b"</", tag, b">"]
        self.rows[number] = b"".join(parts)

    def to_bytes(self) -> bytes:
        """The whole part."""
        self.close()
        if self._unnumbered:  # a row that only counts on would count wrongly after a new one
            for number in list(self.rows):
                self.make_row(number).changed = True
            self.close()
            self._unnumbered = False
        ordered = map(self.rows.__getitem__, sorted(self.rows))
        return b"".join([self.head, *ordered, self.tail])
