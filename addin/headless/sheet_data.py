"""The rows of a worksheet part, kept as the bytes they are until a row is asked for.

A row is found by splitting at its end tag and a cell by one regular expression; only rows that
change are written anew. Sheets that use rarer XML (CDATA, comments, other encodings) are brought
into regular form first, so that splitting is safe.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from addin.headless import xml
from addin.headless.references import MAX_COLUMN, MAX_ROW, cell_name, column_letters, column_number
from addin.headless.shared_strings import pattern, prefix_of

SHEET_DATA: Final = rb"<{p}sheetData(?:\s[^>]*?)?(/?)>"
# A row's start tag: its number if it has one, and all its attributes.
ROW_START: Final = rb"\s*<{p}row(?=[\s/>])(?=(?:[^>]*?\sr\s*=\s*[\"'](\d+))?)([^>]*?)\s*/?>"
USUAL_ROW: Final = re.compile(rb'<row r="(\d+)"[^>]*>')
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
        self._made: dict[int, bytes] = {}
        self.changed = False
        self.version = 0
        data = xml.utf8(data, file, part)
        if _is_irregular(data):
            self._scan_regular(xml.regular(data, file, part))
        else:
            try:
                self._scan(data)
            except ValueError:  # a raw ">" in an attribute is legal and misleads the scan
                self._scan_regular(xml.regular(data, file, part))
        xml.check_well_formed(self.head + self.tail, file, part)

    def _scan_regular(self, data: bytes) -> None:
        try:
            self._scan(data)
        except ValueError as error:
            raise xml.broken(self._file, self._part, str(error)) from error

    def _scan(self, data: bytes) -> None:
        """Finds where each row starts, without looking into it."""
        self._source = data
        self._starts: dict[int, int] = {}
        self._rows = slice(0, 0)
        self._marked: dict[bytes, list[int]] = {}
        self._unnumbered = False
        self._all_have_ends = True
        self.prefix = prefix_of(data)
        self._row_end = b"</" + self.prefix + b"row>"
        self._row_start = pattern(ROW_START, self.prefix)
        self._cell = pattern(CELL, self.prefix)
        start = pattern(SHEET_DATA, self.prefix).search(data)
        if start is None:
            raise ValueError("it holds no sheetData")
        closing = b"</" + self.prefix + b"sheetData>"
        if start[1]:
            self.head = data[: start.start()] + start[0][:-2].rstrip() + b">"
            self.tail = closing + data[start.end() :]
            return
        end = data.rfind(closing)
        if end < 0:
            raise ValueError("sheetData has no end")
        self.head = data[: start.end()]
        last = self._scan_rows(start.end(), end)
        if data[last:end].strip():
            raise ValueError("sheetData holds something other than rows")
        if data.count(b"<" + self.prefix + b"row", start.end(), end) != self._rows_found:
            raise ValueError("a row has no end")
        self._rows = slice(start.end(), last)
        self.tail = data[last:]

    def _scan_rows(self, position: int, end: int) -> int:
        """Notes the start of every row; gives back where the last one ends."""
        data, starts = self._source, self._starts
        usual, rare, find = USUAL_ROW.match, self._row_start.match, self._source.find
        ending, length = self._row_end, len(self._row_end)
        number = self._rows_found = 0
        while position < end:
            start = usual(data, position) or rare(data, position)
            if start is None:
                return position
            previous, number = number, int(start[1] or 0)
            self._rows_found += 1
            if not number:
                self._unnumbered = True
                number = previous + 1
            if start[0].endswith(b"/>"):
                self._all_have_ends = False
                finish = start.end()
            else:
                finish = find(ending, start.end(), end) + length
                if finish < length:
                    raise ValueError(f"row {number} has no end")
            if number in starts:
                # Some programs write a row twice; both halves belong to it.
                self._made[number] = (self.raw(number) or b"") + data[position:finish]
            else:
                starts[number] = position
            position = finish
        return position

    def _end(self, position: int) -> int:
        """Where the row ends that starts at a position of the source."""
        if not self._all_have_ends:
            start = self._row_start.match(self._source, position)
            if start is None:
                raise xml.broken(self._file, self._part, "a row is damaged")
            if start[0].endswith(b"/>"):
                return start.end()
            position = start.end()
        return self._source.find(self._row_end, position) + len(self._row_end)

    def raw(self, number: int) -> bytes | None:
        """The bytes of a row; None if the sheet has no such row."""
        made = self._made.get(number)
        if made is not None:
            return made
        position = self._starts.get(number)
        return None if position is None else self._source[position : self._end(position)]

    def match(self, number: int, expression: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Matches a row's bytes from their start; None too if the sheet has no such row."""
        made = self._made.get(number)
        if made is not None:
            return expression.match(made)
        position = self._starts.get(number)
        return None if position is None else expression.match(self._source, position)

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
        start, end = self._starts.get(first, -1), self._starts.get(last, -1)
        if not 0 <= start <= end or any(map(self._made.__contains__, range(first, last + 1))):
            return None
        end = self._end(end)
        found: list[tuple[bytes, ...]] = expression.findall(self._source, start, end)
        numbers = [int(groups[0]) for groups in found]
        return found if numbers == list(range(first, last + 1)) else None

    def lacks(self, first: int, last: int) -> bool:
        """Whether none of the rows from `first` to `last` exists."""
        return self._starts.keys().isdisjoint(range(first, last + 1))

    def set_raw(self, number: int, raw: bytes) -> None:
        """Gives a row other bytes, or makes it."""
        self._starts.setdefault(number, -1)
        self._made[number] = raw
        self.changed = True
        self.version += 1

    def overwrite(self, rows: dict[int, bytes]) -> None:
        """Gives many rows other bytes, or makes them."""
        starts = self._starts
        starts.update((number, -1) for number in rows if number not in starts)
        self._made.update(rows)
        self.changed = self.changed or bool(rows)
        self.version += 1

    def numbers(self, first: int = 1, last: int = MAX_ROW) -> list[int]:
        """The numbers of the rows that exist from `first` to `last`, ascending."""
        self.close()
        starts = self._starts
        if last - first < len(starts):
            return [number for number in range(first, last + 1) if number in starts]
        return sorted(number for number in starts if first <= number <= last)

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
        # Rows that changed are few, or the rows asked for are.
        numbers = made if len(made) < last - first else range(first, last + 1)
        found = [n for n in numbers if n in made and first <= n <= last and mark in made[n]]
        found += [n for n in self._marked_rows(mark) if first <= n <= last and n not in made]
        for number in sorted(set(found)):  # a row that is written twice is found twice
            raw = self.raw(number)
            if raw and mark in raw:
                yield number, raw

    def _marked_rows(self, mark: bytes) -> list[int]:
        """The rows of the source in which some bytes occur, changed since or not."""
        if mark not in self._marked:
            numbers = []
            position = self._source.find(mark, self._rows.start, self._rows.stop)
            if position >= 0:
                by_position = sorted((start, n) for n, start in self._starts.items() if start >= 0)
                while position >= 0:
                    _, number = by_position[bisect_left(by_position, (position,)) - 1]
                    numbers.append(number)
                    end = self._source.find(self._row_end, position, self._rows.stop)
                    position = self._source.find(mark, end, self._rows.stop) if end >= 0 else -1
            self._marked[mark] = numbers
        return self._marked[mark]

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
                del self._starts[number]
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
        start = self._row_start.match(raw)
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
        if not row.cells and number not in self._starts:
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
        return b"".join(self._runs()) if self._made else self._source[self._rows]

    def _runs(self) -> Iterator[bytes]:
        """The rows in order; neighbours that did not change are copied in one piece."""
        begin = end = 0
        for number in self.numbers():
            made = self._made.get(number)
            if made is not None:
                yield self._source[begin:end]
                begin = end = 0
                yield made
                continue
            position = self._starts[number]
            if position != end:
                yield self._source[begin:end]
                begin = position
            end = self._end(position)
        yield self._source[begin:end]
