"""Many cells read at once: one regular expression per row, and a slower way for rare XML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from addin.headless.cell_xml import Cell, DatedCell, attributes, moment, number, simple_text
from addin.headless.references import Area, column_letters
from addin.headless.sheet_data import COLUMNS

if TYPE_CHECKING:
    from addin.headless.sheet import Sheet

# Cells as every usual program writes them: r, s, t in this order. Anything else goes the slow way.
USUAL_CELL: Final = re.compile(
    rb'<c r="([A-Z]+)\d+"(?: s="(\d+)")?(?: t="(\w+)")?(?: cm="\d+")?(?:/>|>'
    rb"(?:<f[^>]*?(?:/>|>[^<]*</f>))?"
    rb"(?:<v>([^<]*)</v>|<v/>|<is><t[^>]*>([^<]*)</t></is>)?</c>)"
)


NO_DATES: Final[frozenset[bytes]] = frozenset()


def read(sheet: Sheet, area: Area) -> list[list[Cell]]:
    """The values of a rectangle, row by row; dates are their serial numbers."""
    return _Reader(sheet, area, NO_DATES).rows()  # type: ignore[return-value]  # no dates asked


def read_dated(sheet: Sheet, area: Area) -> list[list[DatedCell]]:
    """The values of a rectangle, row by row; numbers shown as dates are datetimes."""
    return _Reader(sheet, area, sheet.workbook.styles.dates).rows()


KINDS: Final = (b"s", b"str", b"b", b"e", b"d")


class _Texts(dict[bytes, Cell]):
    """Values by their stored form, each decoded once: most columns repeat themselves."""

    def __init__(self, decode: Callable[[bytes], Cell]) -> None:
        super().__init__()
        self._decode = decode

    def __missing__(self, raw: bytes) -> Cell:
        text = self[raw] = self._decode(raw)
        return text


class _Reader:
    """Reads the rows of one rectangle."""

    def __init__(self, sheet: Sheet, area: Area, dates: frozenset[bytes]) -> None:
        self._sheet = sheet
        self._area = area
        self._dates = dates
        self._plain = not sheet.data.prefix
        # One column of many is read without looking at the others.
        letters = column_letters(area.first_column).encode()
        self._only_start = re.compile(rb'<c r="%b\d' % letters)
        self._only = re.compile(USUAL_CELL.pattern.replace(b"[A-Z]+", letters))
        self._inline = _Texts(simple_text)
        self._by_kind = {kind: _Texts(partial(sheet.decoder.from_text, kind)) for kind in KINDS}

    def rows(self) -> list[list[DatedCell]]:
        """All rows."""
        data = self._sheet.data
        data.close()
        blank: list[DatedCell] = [None] * self._area.columns
        result = []
        for row_number in range(self._area.first_row, self._area.last_row + 1):
            raw = data.raw(row_number)
            result.append(blank.copy() if raw is None else self._row(row_number, raw))
        return result

    def _row(self, row_number: int, raw: bytes) -> list[DatedCell]:
        usual = self._usual_cells(raw) if self._plain else None
        if usual is None:
            return self._unusual_row(row_number, raw)
        values: list[DatedCell] = [None] * self._area.columns
        first, width = self._area.first_column, self._area.columns
        dates, inline_texts, by_kind = self._dates, self._inline, self._by_kind
        try:
            for letters, style, kind, text, inline in usual:
                place = COLUMNS[letters] - first
                if not 0 <= place < width:
                    continue
                if not kind or kind == b"n":
                    if text:
                        value = float(text) if b"." in text else number(text)
                        values[place] = self._dated(value) if style in dates else value
                elif inline:
                    values[place] = inline_texts[inline]
                elif text or kind == b"str":
                    values[place] = by_kind[kind][text]
                elif kind == b"inlineStr":
                    return self._unusual_row(row_number, raw)
        except (ValueError, KeyError):
            # The slow way raises the error that names the cell.
            return self._unusual_row(row_number, raw)
        return values

    def _usual_cells(self, raw: bytes) -> list[tuple[bytes, ...]] | None:
        """The groups of a row's cells; None if not all that are asked for are as usual."""
        if self._area.columns > 1:
            cells = USUAL_CELL.findall(raw)
            return cells if len(cells) == raw.count(b"<c") else None
        if raw.count(b"<c") != raw.count(b'<c r="'):
            return None
        found = self._only.search(raw)
        if found is None:
            return None if self._only_start.search(raw) else []
        return [found.groups(b"")]

    def _unusual_row(self, row_number: int, raw: bytes) -> list[DatedCell]:
        area = self._area
        values: list[DatedCell] = [None] * area.columns
        for column, _, cell_attributes, body in self._sheet.data.cells(raw):
            if area.first_column <= column <= area.last_column:
                value = self._sheet.decode(row_number, column, cell_attributes, body)
                style = attributes(cell_attributes).get("s", "").encode()
                dated = self._dated(value) if style in self._dates else value
                values[column - area.first_column] = dated
        return values

    def _dated(self, value: Cell) -> DatedCell:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        try:
            return moment(value, date1904=self._sheet.workbook.date1904)
        except OverflowError:
            return value  # Excel shows such a number as ####; it is no date


def all_filled_columns(sheet: Sheet, row_number: int) -> list[int]:
    """The columns of a row whose cells hold a value or a formula."""
    sheet.data.close()
    raw = sheet.data.raw(row_number)
    if raw is None:
        return []
    return [column for column, _, _, body in sheet.data.cells(raw) if body]


def filled(sheet: Sheet, first_row: int, last_row: int, column: int) -> Iterator[bool]:
    """Whether each cell of a column from one row to another (downwards or upwards) is filled."""
    data = sheet.data
    data.close()
    letters = column_letters(column)
    usual = re.compile(rf'<c r="{letters}\d+"[^>]*(?<!/)>\s*<(?:v|f|is)[\s/>]'.encode())
    step = 1 if last_row >= first_row else -1
    for row_number in range(first_row, last_row + step, step):
        raw = data.raw(row_number)
        if raw is None:
            yield False
        elif data.prefix or raw.count(b"<c") != raw.count(b'<c r="'):
            yield any(found == column and body for found, _, _, body in data.cells(raw))
        else:
            yield usual.search(raw) is not None
