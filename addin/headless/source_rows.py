"""Where the rows of a worksheet part stand in its bytes, found without looking into them."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate
from typing import Final

from addin.headless.shared_strings import pattern, prefix_of

SHEET_DATA: Final = rb"<{p}sheetData(?:\s[^>]*?)?(/?)>"
# A row's start tag: its number if it has one, and all its attributes.
ROW_START: Final = rb"\s*<{p}row(?=[\s/>])(?=(?:[^>]*?\sr\s*=\s*[\"'](\d+))?)([^>]*?)\s*/?>"
USUAL_START: Final = b'<row r="'
USUAL_ROW: Final = re.compile(rb'<row r="(\d+)"[^>]*>')
FILLED_ROW: Final = re.compile(rb'<row r="([0-9]+)"[^>]*(?<!/)>')
# Bytes scanned at a time: few enough for a small memory.
BATCH: Final = 1 << 20


class SourceRows:
    """The rows of a part as they were read.

    Attributes:
        data: the part.
        prefix: the namespace prefix of its tags with its colon.
        head: what stands before the rows.
        tail: what stands after them.
        place: where the rows stand.
        starts: where each row starts, by its number.
        twice: the bytes of the rows that stand there twice, as some programs write them.
        unnumbered: whether any row lacks its number.
        row_start: matches a row's start tag; its groups are the number and all attributes.
        row_end: a row's end tag.
    """

    def __init__(self, data: bytes) -> None:
        """Scans a part.

        Raises:
            ValueError: it holds no rows of a regular form.
        """
        self.data = data
        self.prefix = prefix_of(data)
        self.place = slice(0, 0)
        self.starts: dict[int, int] = {}
        self.twice: dict[int, bytes] = {}
        self.unnumbered = False
        self.row_start = pattern(ROW_START, self.prefix)
        self.row_end = b"</" + self.prefix + b"row>"
        self._all_have_ends = True
        self._with: dict[bytes, list[int]] = {}
        self._scan()

    def _scan(self) -> None:
        data = self.data
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
        last = self._scan_rows(start.end(), end)
        if data[last:end].strip():
            raise ValueError("sheetData holds something other than rows")
        self.head = data[: start.end()]
        self.place = slice(start.end(), last)
        self.tail = data[last:]

    def _scan_rows(self, position: int, end: int) -> int:
        """Notes the start of every row; gives back where the last one ends."""
        number = 0
        while position < end:
            stop = self._scan_usual(position, end)
            if stop is None:
                stop, number = self._scan_each(position, end, number)
                if stop == position:
                    break
            else:
                number = next(reversed(self.starts))
            position = stop
        return position

    def _scan_usual(self, position: int, end: int) -> int | None:
        """Notes the rows of a batch at once; None if any is not as usual programs write it.

        Gives back where the last of them ends.
        """
        data, ending = self.data, self.row_end
        stop = data.rfind(ending, position, min(position + BATCH, end)) + len(ending)
        if self.prefix or stop < position:
            return None
        numbers = list(map(int, FILLED_ROW.findall(data, position, stop)))
        count = len(numbers)
        rows = data[position:stop].split(ending)
        if (
            not data.startswith(USUAL_START, position)
            or data.count(b"<row", position, stop) != count
            or data.count(ending + USUAL_START, position, stop) != count - 1
            or len(rows) != count + 1
        ):
            return None
        new = set(numbers)
        if 0 in new or len(new) < count or not self.starts.keys().isdisjoint(new):
            return None
        lengths = map(len(ending).__add__, map(len, rows))
        self.starts.update(zip(numbers, accumulate(lengths, initial=position), strict=False))
        return stop

    def _scan_each(self, position: int, end: int, number: int) -> tuple[int, int]:
        """Notes the rows of a batch one by one.

        Gives back where the last of them ends, and its number.
        """
        data, starts, ending = self.data, self.starts, self.row_end
        begin, count = position, 0
        limit = min(position + BATCH, end)
        while position < limit:
            start = USUAL_ROW.match(data, position) or self.row_start.match(data, position)
            if start is None:
                break
            previous, number = number, int(start[1] or 0)
            count += 1
            if not number:
                self.unnumbered = True
                number = previous + 1
            if start[0].endswith(b"/>"):
                self._all_have_ends = False
                stop = start.end()
            else:
                stop = data.find(ending, start.end(), end) + len(ending)
                if stop < len(ending):
                    raise ValueError(f"row {number} has no end")
            if number in starts:
                first = self.twice.get(number) or self.raw(number)
                self.twice[number] = first + data[position:stop]
            else:
                starts[number] = position
            position = stop
        if data.count(b"<" + self.prefix + b"row", begin, position) != count:
            raise ValueError("a row has no end")
        return position, number

    def end(self, position: int) -> int:
        """Where the row ends that starts at a position."""
        if not self._all_have_ends:
            start = self.row_start.match(self.data, position)
            if start is not None and start[0].endswith(b"/>"):
                return start.end()
        return self.data.find(self.row_end, position) + len(self.row_end)

    def raw(self, number: int) -> bytes:
        """The bytes of a row where it first stands."""
        position = self.starts[number]
        return self.data[position : self.end(position)]

    def alike(
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
        if first not in self.starts or last not in self.starts:
            return None
        start, end = self.starts[first], self.end(self.starts[last])
        found: list[tuple[bytes, ...]] = expression.findall(self.data, start, end)
        numbers = [int(groups[0]) for groups in found]
        return found if numbers == list(range(first, last + 1)) else None

    def with_mark(self, mark: bytes) -> list[int]:
        """The rows in which some bytes occur."""
        if mark not in self._with:
            self._with[mark] = self._find_mark(mark)
        return self._with[mark]

    def _find_mark(self, mark: bytes) -> list[int]:
        position = self.data.find(mark, self.place.start, self.place.stop)
        if position < 0:
            return []
        rows = sorted((start, number) for number, start in self.starts.items())
        numbers = []
        while position >= 0:
            numbers.append(rows[bisect_left(rows, (position,)) - 1][1])
            end = self.data.find(self.row_end, position, self.place.stop)
            position = self.data.find(mark, end, self.place.stop) if end >= 0 else -1
        return numbers
