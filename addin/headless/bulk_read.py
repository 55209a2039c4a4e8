"""Many cells read at once: one regular expression per row, and a slower way for rare XML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from addin.headless.cell_xml import Cell, number, simple_text
from addin.headless.references import MAX_COLUMN, Area, column_letters

if TYPE_CHECKING:
    from addin.headless.sheet import Sheet

# Cells as every usual program writes them: r, s, t in this order. Anything else goes the slow way.
USUAL_CELL: Final = re.compile(
    rb'<c r="([A-Z]+)\d+"(?: s="\d+")?(?: t="(\w+)")?(?: cm="\d+")?(?:/>|>'
    rb"(?:<f[^>]*?(?:/>|>[^<]*</f>))?"
    rb"(?:<v>([^<]*)</v>|<v/>|<is><t[^>]*>([^<]*)</t></is>)?</c>)"
)
FILLED_CELL: Final = re.compile(rb'<c r="([A-Z]+)\d+"[^>]*(?<!/)><(?:v|f|is)[\s/>]')
COLUMNS: Final = {column_letters(n).encode(): n for n in range(1, MAX_COLUMN + 1)}


def read(sheet: Sheet, area: Area) -> list[list[Cell]]:
    """The values of a rectangle, row by row."""
    data = sheet.data
    data.close()
    blank: list[Cell] = [None] * area.columns
    result = []
    for row_number in range(area.first_row, area.last_row + 1):
        raw = data.raw(row_number)
        result.append(blank.copy() if raw is None else _read_row(sheet, area, row_number, raw))
    return result


def _read_row(sheet: Sheet, area: Area, row_number: int, raw: bytes) -> list[Cell]:
    usual = USUAL_CELL.findall(raw)
    if sheet.data.prefix or len(usual) != raw.count(b"<c"):
        return _read_unusual_row(sheet, area, row_number, raw)
    values: list[Cell] = [None] * area.columns
    first, width = area.first_column, area.columns
    from_text = sheet.decoder.from_text
    try:
        for letters, kind, text, inline in usual:
            place = COLUMNS[letters] - first
            if not 0 <= place < width:
                continue
            if not kind or kind == b"n":
                if text:
                    values[place] = number(text)
            elif inline:
                values[place] = simple_text(inline)
            elif text or kind == b"str":
                values[place] = from_text(kind, text)
            elif kind == b"inlineStr":
                return _read_unusual_row(sheet, area, row_number, raw)
    except ValueError:
        # The slow way raises the error that names the cell.
        return _read_unusual_row(sheet, area, row_number, raw)
    return values


def _read_unusual_row(sheet: Sheet, area: Area, row_number: int, raw: bytes) -> list[Cell]:
    values: list[Cell] = [None] * area.columns
    for column, _, cell_attributes, body in sheet.data.cells(raw):
        if area.first_column <= column <= area.last_column:
            value = sheet.decode(row_number, column, cell_attributes, body)
            values[column - area.first_column] = value
    return values


def used(sheet: Sheet) -> Area | None:
    """The smallest rectangle with every value and formula."""
    data = sheet.data
    data.close()
    top = bottom = left = right = 0
    for row_number in data.numbers():
        raw = data.raw(row_number)
        columns = _filled_columns(sheet, raw) if raw else []
        if not columns:
            continue
        top = top or row_number
        bottom = row_number
        left = min(left or columns[0], columns[0])
        right = max(right, columns[-1])
    return Area(top, left, bottom, right) if top else None


def _filled_columns(sheet: Sheet, raw: bytes) -> list[int]:
    if not sheet.data.prefix and raw.count(b"<c") == raw.count(b'<c r="'):
        found = FILLED_CELL.findall(raw)
        return sorted((COLUMNS[found[0]], COLUMNS[found[-1]])) if found else []
    return sorted(column for column, _, _, body in sheet.data.cells(raw) if body)
