"""The smallest rectangle of a sheet that holds all its values and formulas."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from addin.headless.references import Area, column_letters
from addin.headless.sheet_data import COLUMNS

if TYPE_CHECKING:
    from addin.headless.sheet import Sheet

FILLED_CELL: Final = re.compile(rb'<c r="([A-Z]+)\d+"[^>]*(?<!/)>\s*<(?:v|f|is)[\s/>]')


def used_area(sheet: Sheet) -> Area | None:
    """The smallest rectangle with every value and formula; None for an empty sheet."""
    numbers = sheet.data.numbers()
    top = _first_filled(sheet, numbers)
    bottom = _first_filled(sheet, reversed(numbers))
    if top is None or bottom is None:
        return None
    first, last = _columns(sheet, numbers, _filled_columns(sheet, top))
    return Area(top, first, bottom, last)


def _first_filled(sheet: Sheet, numbers: Iterable[int]) -> int | None:
    return next((number for number in numbers if _filled_columns(sheet, number)), None)


def _columns(sheet: Sheet, numbers: Iterable[int], known: list[int]) -> tuple[int, int]:
    """The first and the last filled column, where some filled ones are known."""
    first, last = known[0], known[-1]
    rows = sheet.data.rows_as_one()
    if sheet.data.prefix or rows.count(b"<c") != rows.count(b'<c r="'):
        for number in numbers:
            columns = _filled_columns(sheet, number) or known
            first, last = min(first, columns[0]), max(last, columns[-1])
        return first, last
    # Most rows reach from the first column to the last: only cells outside are looked at.
    outside = _outside(first, last).search(rows)
    while outside is not None:
        columns = _filled_columns(sheet, int(outside[1])) or known
        first, last = min(first, columns[0]), max(last, columns[-1])
        row_end = rows.find(b"</row>", outside.end())
        outside = _outside(first, last).search(rows, row_end)
    return first, last


def _outside(first: int, last: int) -> re.Pattern[bytes]:
    """Matches a cell that lies left or right of some columns; its group is the cell's row."""
    endings = defaultdict(list)
    for column in range(first, last + 1):
        letters = column_letters(column)
        endings[letters[:-1]].append(letters[-1])
    inside = "|".join(f"{start}[{''.join(ends)}]" for start, ends in endings.items())
    return re.compile(f'<c r="(?!(?:{inside})[0-9])[A-Z]+([0-9]+)"'.encode())


def _filled_columns(sheet: Sheet, number: int) -> list[int]:
    """The filled columns of a row, or at least the first and the last of them."""
    raw = sheet.data.raw(number) or b""
    if not sheet.data.prefix and raw.count(b"<c") == raw.count(b'<c r="'):
        found = FILLED_CELL.findall(raw)
        return sorted((COLUMNS[found[0]], COLUMNS[found[-1]])) if found else []
    return sorted(column for column, _, _, body in sheet.data.cells(raw) if body)
