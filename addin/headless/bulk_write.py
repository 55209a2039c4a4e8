"""Many constants written at once: encoded by column, put together by row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from addin.headless.cell_xml import DatedCell, attributes
from addin.headless.column_encoding import BLANK, ColumnEncoder
from addin.headless.references import Area, column_letters
from addin.headless.row_shape import RowShape, shape_of

if TYPE_CHECKING:
    from addin.headless.sheet import Sheet

SPANS: Final = re.compile(rb'\sspans="(\d+):(\d+)"')
# Rows encoded at a time: few enough for a small memory.
CHUNK: Final = 4096

# Shapes of rows to remember: rows of mass data alternate between a few, as cells are blank or not.
PLANS: Final = 8

Encoded = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """How to write a row: its cells' styles, their template, and the shape of such rows."""

    styles: tuple[str, ...]
    template: str
    all_styled: bool
    shape: RowShape | None


class BlockWriter:
    """Writes rectangles of constants into the columns of an area, each new cell styled to fit.

    Args:
        sheet: the sheet.
        area: the first row and the columns to write in.
        continues: whether new cells take a style; else they have none.
    """

    def __init__(self, sheet: Sheet, area: Area, *, continues: bool = True) -> None:
        self.encoder = ColumnEncoder(sheet.data.prefix, date1904=sheet.workbook.date1904)
        self._sheet = sheet
        self._area = area
        self._prefix = sheet.data.prefix
        columns = range(area.first_column, area.last_column + 1)
        self._letters = [column_letters(column) for column in columns]
        self._plans: list[_Plan] = []
        self._current = self._plan(self._styles_to_continue() if continues else [""] * area.columns)

    def _styles_to_continue(self) -> list[str]:
        """The style of a new cell in each column, until the block has a row to go on from."""
        sheet, area = self._sheet, self._area
        styles = []
        for column in range(area.first_column, area.last_column + 1):
            style = sheet.workbook.table_style(sheet, area.first_row, column)
            if style is None and area.first_row > 2:  # noqa: PLR2004 - two rows must lie above
                above = sheet.style(area.first_row - 1, column)
                style = above if above == sheet.style(area.first_row - 2, column) else None
            if style is None:
                style = sheet.column_styles.get(column, 0)
            styles.append(f' s="{style}"' if style else "")
        sheet.data.close()
        return styles

    def _plan(self, styles: Sequence[str], shape: RowShape | None = None) -> _Plan:
        template = "".join(
            f'<c r="{letters}%d"{style}%s'
            for letters, style in zip(self._letters, styles, strict=True)
        )
        return _Plan(tuple(styles), template, all(styles), shape)

    def write_rows(self, numbers: Sequence[int], rows: Sequence[Sequence[DatedCell]]) -> None:
        """Writes rows under their numbers; a row may be shorter than the area is wide."""
        width = len(self._letters)
        for start in range(0, len(rows), CHUNK):
            chunk, places = rows[start : start + CHUNK], numbers[start : start + CHUNK]
            if any(len(row) != width for row in chunk):
                for number, row in zip(places, chunk, strict=True):
                    self._write_slowly(number, row, self._encoded_row(number, row))
                continue
            columns = self._encoded_columns(places, chunk)
            paired = [part for column in columns for part in (places, column)]
            self._write_chunk(zip(places, chunk, zip(*paired, strict=True), strict=True))

    def _encoded_columns(
        self, numbers: Sequence[int], chunk: Sequence[Sequence[DatedCell]]
    ) -> list[list[str]]:
        try:
            return [self.encoder.column(column) for column in zip(*chunk, strict=True)]
        except ValueError:
            for number, row in zip(numbers, chunk, strict=True):
                self._encoded_row(number, row)
            raise

    def _encoded_row(self, number: int, row: Sequence[DatedCell]) -> Encoded:
        encoded = []
        for column, value in enumerate(row, self._area.first_column):
            try:
                encoded.append(self.encoder.one(value))
            except ValueError as error:
                raise self._sheet.error(
                    number, column, f"cannot hold {error}.", "Give another value."
                ) from error
        return tuple(encoded)

    def _write_chunk(self, rows: Iterable[tuple[int, Sequence[DatedCell], Encoded]]) -> None:
        """Writes rows whose cells are encoded; the loop that mass data spends its time in."""
        split = self._sheet.data.split_row
        made: dict[int, bytes] = {}
        plan = self._current
        for number, row, encoded in rows:
            parts = split(number, plan.shape.pattern) if plan.shape else None
            if parts is None:
                parts = self._find_plan(number)
                plan = self._current
                if parts is None:
                    self._write_slowly(number, row, encoded[1::2])
                    continue
            if plan.all_styled or None not in row:
                cells = (plan.template % encoded).encode()
            else:
                cells = self._without_blanks(number, encoded[1::2])
            before, after = parts
            if plan.shape is None and not cells:
                continue  # a row of blanks is not worth making
            if plan.shape is not None and plan.shape.grows:
                before = SPANS.sub(b"", before)
            made[number] = before + cells + after
        self._sheet.data.overwrite(made)

    def _find_plan(self, number: int) -> tuple[bytes, bytes] | None:
        """Splits a row of another shape than the one before it; None if it must go slowly.

        From here on, new cells take the styles of this row.
        """
        data, styles = self._sheet.data, self._current.styles
        raw = data.raw(number)
        if self._prefix:
            return None
        if raw is None:
            if self._current.shape is not None:
                self._current = self._plan(styles)
            return b'<row r="%d">' % number, b"</row>"
        for plan in self._plans:
            parts = data.split_row(number, plan.shape.pattern) if plan.shape else None
            if parts is not None:
                self._current = plan
                return parts
        shape = shape_of(raw, self._area.first_column, self._area.last_column)
        if shape is None:
            return None
        both = zip(shape.styles, styles, strict=True)
        self._current = self._plan([new if old is None else old for old, new in both], shape)
        self._plans = [self._current, *self._plans[: PLANS - 1]]
        return data.split_row(number, shape.pattern)

    def _without_blanks(self, number: int, encoded: Encoded) -> bytes:
        cells = zip(self._letters, self._current.styles, encoded, strict=True)
        return "".join(
            f'<c r="{letters}{number}"{style}{content}'
            for letters, style, content in cells
            if style or content != BLANK
        ).encode()

    def _write_slowly(self, number: int, values: Sequence[DatedCell], encoded: Encoded) -> None:
        """Overwrites some cells of a row of any XML and leaves the others."""
        sheet = self._sheet
        row = sheet.data.make_row(number)
        start = f"<{self._prefix.decode()}c"
        formula_mark = b"<" + self._prefix + b"f"
        styles = list(self._current.styles)
        for place, (value, content) in enumerate(zip(values, encoded, strict=True)):
            column = self._area.first_column + place
            old = row.cells.get(column)
            if old is not None:
                given = attributes(sheet.data.take_apart_cell(old)[0])
                styles[place] = ' s="{}"'.format(given["s"]) if "s" in given else ""
                if formula_mark in old:
                    sheet.workbook.formulas_changed = True
            if value is None and not styles[place]:
                row.cells.pop(column, None)
            else:
                cell = f'{start} r="{self._letters[place]}{number}"{styles[place]}{content}'
                row.cells[column] = cell.encode()
        row.changed = True
        self._current = self._plan(styles)


def write(sheet: Sheet, area: Area, rows: Sequence[Sequence[DatedCell]]) -> None:
    """Writes constants over an area whose array formulas are already out of the way.

    A value that no cell can hold leaves the whole area as it was.
    """
    writer = BlockWriter(sheet, area)
    before = sheet.data.remember(area.first_row, area.last_row)
    try:
        writer.write_rows(range(area.first_row, area.last_row + 1), rows)
        sheet.data.close()
        if writer.encoder.dates_seen:
            _show_dates(sheet, area, rows)
            sheet.data.close()
    except BaseException:
        sheet.data.restore(area.first_row, area.last_row, before)
        raise


def clear(sheet: Sheet, area: Area) -> None:
    """Makes the cells of an area blank whose array formulas are already out of the way."""
    last = min(area.last_column, sheet.data.last_column(area.first_row, area.last_row))
    if last < area.first_column:
        return
    area = replace(area, last_column=last)
    writer = BlockWriter(sheet, area, continues=False)
    blank: list[DatedCell] = [None] * area.columns
    numbers = sheet.data.numbers(area.first_row, area.last_row)
    writer.write_rows(numbers, [blank] * len(numbers))
    sheet.data.close()


def _show_dates(sheet: Sheet, area: Area, rows: Sequence[Sequence[DatedCell]]) -> None:
    """Gives the cells that got a date a style that shows it as one, as Excel does."""
    styles = sheet.workbook.styles
    for number, row in enumerate(rows, area.first_row):
        for column, value in enumerate(row, area.first_column):
            if isinstance(value, dt.date):
                old = sheet.style(number, column)
                new = styles.dated(old, clock=isinstance(value, dt.datetime) and _has_clock(value))
                if new != old:
                    sheet.set_style(number, column, new)


def _has_clock(value: dt.datetime) -> bool:
    return value.time() != dt.time()
