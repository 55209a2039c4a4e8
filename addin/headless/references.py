"""Cell references: A1 text to row and column numbers and back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MAX_ROW: Final = 1_048_576
MAX_COLUMN: Final = 16_384
CELL: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})\Z")
COLUMN: Final = re.compile(r"\$?([A-Za-z]{1,3})\Z")
ROW: Final = re.compile(r"\$?([1-9][0-9]{0,6})\Z")


@lru_cache(maxsize=MAX_COLUMN)
def column_letters(column: int) -> str:
    """Column 28 is `AB`."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=MAX_COLUMN)
def column_number(letters: str) -> int:
    """Column `AB` is 28."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """A rectangle of cells: rows and columns from 1, both ends inside."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @classmethod
    def parse(cls, text: str) -> Area:
        """The area that a reference without a sheet names: `B2`, `$A$1:C9`, `A:C` or `3:5`.

        Raises:
            ValueError: the text is not such a reference.
        """
        first, colon, last = text.partition(":")
        last = last if colon else first
        if (a := CELL.match(first)) and (b := CELL.match(last)):
            area = _ordered(int(a[2]), column_number(a[1]), int(b[2]), column_number(b[1]))
        elif ":" in text and (a := COLUMN.match(first)) and (b := COLUMN.match(last)):
            area = _ordered(1, column_number(a[1]), MAX_ROW, column_number(b[1]))
        elif ":" in text and (a := ROW.match(first)) and (b := ROW.match(last)):
            area = _ordered(int(a[1]), 1, int(b[1]), MAX_COLUMN)
        else:
            raise ValueError(f"{text!r} is not a cell or a range such as B2 or A1:C9.")
        if area.last_row > MAX_ROW or area.last_column > MAX_COLUMN:
            raise ValueError(f"{text!r} lies outside a sheet (last cell XFD{MAX_ROW}).")
        return area

    @property
    def rows(self) -> int:
        """How many rows."""
        return self.last_row - self.first_row + 1

    @property
    def columns(self) -> int:
        """How many columns."""
        return self.last_column - self.first_column + 1

    def __str__(self) -> str:
        first = f"{column_letters(self.first_column)}{self.first_row}"
        if self.rows == self.columns == 1:
            return first
        return f"{first}:{column_letters(self.last_column)}{self.last_row}"

    def __contains__(self, cell: tuple[int, int]) -> bool:
        row, column = cell
        return (
            self.first_row <= row <= self.last_row
            and self.first_column <= column <= self.last_column
        )

    def covers(self, other: Area) -> bool:
        """Whether the other area lies wholly in this one."""
        return (other.first_row, other.first_column) in self and (
            other.last_row,
            other.last_column,
        ) in self

    def union(self, other: Area) -> Area:
        """The smallest area that covers both."""
        return Area(
            min(self.first_row, other.first_row),
            min(self.first_column, other.first_column),
            max(self.last_row, other.last_row),
            max(self.last_column, other.last_column),
        )

    def intersects(self, other: Area) -> bool:
        """Whether the two share a cell."""
        return not (
            other.last_row < self.first_row
            or other.first_row > self.last_row
            or other.last_column < self.first_column
            or other.first_column > self.last_column
        )


def _ordered(row_a: int, column_a: int, row_b: int, column_b: int) -> Area:
    return Area(
        min(row_a, row_b), min(column_a, column_b), max(row_a, row_b), max(column_a, column_b)
    )


def cell_name(row: int, column: int) -> str:
    """Row 2, column 28 is `AB2`."""
    return f"{column_letters(column)}{row}"
