"""The records of a delimited text: where each begins, and which do not fit the header.

A record is usually one line, but a quoted field may hold line ends, and real files hold quotes
that were never closed. Lines without trouble are judged with array operations; only the others
are walked through one character group at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Bytes: TypeAlias = npt.NDArray[np.uint8]
Positions: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

_NEWLINE: Final = 10
_QUOTE: Final = 34
_LONGEST_RECORD: Final = 200
_WHITE: Final = b" \t\r\n\x0b\x0c\xc2\xa0"


@dataclass(frozen=True, slots=True)
class Records:
    """The lines of a text, told apart into records.

    Attributes:
        starts: where each line begins; one more entry for the end of the text.
        fields: how many fields the record has that begins on the line; 0 where none begins.
        unclosed: lines whose quote is never closed: a field swallowed the rest.
        blank: lines with delimiters and spaces only.
        continued: lines that go on with the record of the line before.
    """

    starts: Positions
    fields: npt.NDArray[np.int64]
    unclosed: Mask
    blank: Mask
    continued: Mask

    def line(self, data: bytes, number: int) -> str:
        """The text of a line, counted from 0."""
        return data[self.starts[number] : self.starts[number + 1]].decode().rstrip("\n")


def find_records(data: bytes, delimiter: str, width: int | None = None) -> Records:
    """The records of a UTF-8 text whose lines all end with a line feed.

    Args:
        data: the text.
        delimiter: one ASCII character.
        width: how many fields a record should have: a record over several lines is only
            believed if it has as many. None believes none.
    """
    cells = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(cells == _NEWLINE)
    starts = np.concatenate((np.zeros(1, dtype=np.int64), ends + 1))
    separators = np.flatnonzero(cells == ord(delimiter))
    quotes = np.flatnonzero(cells == _QUOTE)
    outside = _outside_quotes(separators, quotes, starts) if len(quotes) else separators
    fields = np.diff(np.searchsorted(outside, starts)) + 1
    blank = _blank_lines(cells, starts, delimiter)
    unclosed = np.zeros(len(ends), dtype=bool)
    continued = np.zeros(len(ends), dtype=bool)
    records = Records(starts, fields, unclosed, blank, continued)
    if len(quotes):
        odd = _odd_lines(cells, quotes, starts, ord(delimiter))
        blank &= ~odd
        _walk(data, delimiter, width, np.flatnonzero(odd), records)
    fields[blank | continued] = 0
    return records


def _outside_quotes(separators: Positions, quotes: Positions, starts: Positions) -> Positions:
    """The separators that an even number of quotes precedes on their own line."""
    line = np.searchsorted(starts, separators, side="right") - 1
    before = np.searchsorted(quotes, separators) - np.searchsorted(quotes, starts[line])
    outside: Positions = separators[before % 2 == 0]
    return outside


def _blank_lines(cells: Bytes, starts: Positions, delimiter: str) -> Mask:
    meaning = np.ones(256, dtype=np.uint8)
    meaning[list(_WHITE + delimiter.encode() + b'"')] = 0
    if not len(cells):
        return np.zeros(0, dtype=bool)
    blank: Mask = np.maximum.reduceat(meaning[cells], starts[:-1]) == 0
    return blank


def _odd_lines(cells: Bytes, quotes: Positions, starts: Positions, delimiter: int) -> Mask:
    """Lines whose quotes do not open at a field's start and close at a field's end."""
    line = np.searchsorted(starts, quotes, side="right") - 1
    rank = np.arange(len(quotes)) - np.searchsorted(quotes, starts[line])
    opens = rank % 2 == 0
    before = np.where(quotes > 0, cells[np.maximum(quotes - 1, 0)], _NEWLINE)
    after = cells[np.minimum(quotes + 1, len(cells) - 1)]
    neighbour = np.where(opens, before, after)
    fits = (neighbour == delimiter) | (neighbour == _NEWLINE) | (neighbour == _QUOTE)
    odd = np.zeros(len(starts) - 1, dtype=bool)
    odd[line[~fits]] = True
    counts = np.bincount(line, minlength=len(odd))
    odd |= counts % 2 == 1
    return odd


def _walk(
    data: bytes, delimiter: str, width: int | None, lines: Positions, records: Records
) -> None:
    """Judge the odd lines one by one, in the file's order."""
    done = -1
    for line in lines:
        if line <= done:
            continue
        done = int(line)
        count, closed = count_fields(records.line(data, done), delimiter)
        if not closed and width is not None:
            last = _last_line(data, delimiter, width, done, records)
            if last is not None:
                records.continued[done + 1 : last + 1] = True
                records.fields[done] = width
                done = last
                continue
        records.fields[done] = count
        records.unclosed[done] = not closed


def _last_line(data: bytes, delimiter: str, width: int, first: int, records: Records) -> int | None:
    """The line where the record that begins on a line with an open quote ends, if it fits."""
    beyond = min(first + _LONGEST_RECORD, len(records.fields))
    for last in range(first + 1, beyond):
        if b'"' not in data[records.starts[last] : records.starts[last + 1]]:
            continue
        text = data[records.starts[first] : records.starts[last + 1]].decode().rstrip("\n")
        count, closed = count_fields(text, delimiter)
        if closed:
            return last if count == width else None
    return None


def count_fields(text: str, delimiter: str) -> tuple[int, bool]:
    """How many fields a record has, and whether its last quote is closed.

    A quote counts only at the start of a field, as everywhere in the CSV world; elsewhere it is
    a character like any other.
    """
    count, position, size = 1, 0, len(text)
    while position < size:
        if text[position] == '"':
            position = _closing_quote(text, position + 1)
            if position < 0:
                return count, False
        following = text.find(delimiter, position)
        if following < 0:
            return count, True
        count += 1
        position = following + 1
    return count, True


def _closing_quote(text: str, position: int) -> int:
    """The position after the quote that closes a field; -1 if none does."""
    while True:
        found = text.find('"', position)
        if found < 0:
            return -1
        if text[found + 1 : found + 2] != '"':
            return found + 1
        position = found + 2
