"""Many constants written at once: encoded by column, put together by row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

from addin.headless.cell_xml import DatedCell, attributes
from addin.headless.column_encoding import BLANK, ColumnEncoder
from addin.headless.references import Area, column_letters
from addin.headless.row_shape import RowShape, shape_of
from addin.headless.written_block import Columns, WrittenBlock

if TYPE_CHECKING:
    from addin.headless.sheet import Sheet

SPANS: Final = re.compile(rb'\sspans="(\d+):(\d+)"')
# Rows encoded at a time: few enough for a small memory.
CHUNK: Final = 4096

# Shapes of rows to remember: rows of mass data alternate between a few, as cells are blank or not.
PLANS: Final = 8


@dataclass(frozen=True, slots=True)
class _Plan:
    """How to write a row: its cells' styles, and the shape of such rows (None for new rows)."""

    styles: tuple[str, ...]
    shape: RowShape | None = None

    def fits_under(self, styles: Sequence[str]) -> bool:
        """Whether cells that a row may lack look as those of the row before, which had styles."""
        return self.shape is not None and not any(styles[place] for place in self.shape.optional)


class _RowAttributes(dict[bytes, bytes]):
    """A row's attributes once its block is written: it may then span more columns than before."""

    def __init__(self, area: Area) -> None:
        super().__init__()
        self._area = area

    def __missing__(self, attributes: bytes) -> bytes:
        spans = SPANS.search(attributes)
        covered = (
            spans is not None
            and int(spans[1]) <= self._area.first_column
            and self._area.last_column <= int(spans[2])
        )
        kept = self[attributes] = attributes if covered else SPANS.sub(b"", attributes)
        return kept


class BlockWriter:
    """Writes rectangles of constants into the columns of an area, each new cell styled to fit.

    Attributes:
        encoder: what encodes the constants.
        block: the columns of each chunk of rows; None once a row holds something beside them.

    Args:
        sheet: the sheet.
        area: the first row and the columns to write in.
        continues: whether new cells take a style; else they have none.
    """

    def __init__(self, sheet: Sheet, area: Area, *, continues: bool = True) -> None:
        self.encoder = ColumnEncoder(sheet.data.prefix, date1904=sheet.workbook.date1904)
        self.block: list[Columns] | None = []
        self._sheet = sheet
        self._area = area
        self._prefix = sheet.data.prefix
        columns = range(area.first_column, area.last_column + 1)
        self._letters = [column_letters(column) for column in columns]
        self._plans: list[_Plan] = []
        self._attributes = _RowAttributes(area)
        styles = self._styles_to_continue() if continues else [""] * area.columns
        self._current = _Plan(tuple(styles))

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

    def write_rows(self, first: int, rows: Sequence[Sequence[DatedCell]]) -> None:
        """Writes rows from a first one on; a row may be shorter than the area is wide."""
        width = len(self._letters)
        existing = self._sheet.data.numbers(first, first + len(rows) - 1)
        # Rows that exist and new rows are written in different ways, so no chunk has both.
        new = existing[-1] + 1 - first if existing else 0
        starts = sorted({*range(0, new, CHUNK), *range(new, len(rows), CHUNK)})
        for start, end in pairwise([*starts, len(rows)]):
            chunk, number = rows[start:end], first + start
            if any(len(row) != width for row in chunk):
                for place, row in enumerate(chunk, number):
                    self._write_slowly(place, row, self._encoded_row(place, row))
                self.block = None
                continue
            values: Columns = list(zip(*chunk, strict=True))
            contents = self._encoded_columns(number, chunk, values)
            if not self._write_alike(number, contents):
                self._write_one_by_one(number, chunk, contents)
            if self.block is not None:
                self.block.append(values)

    def _encoded_columns(
        self,
        first: int,
        chunk: Sequence[Sequence[DatedCell]],
        columns: Sequence[Sequence[DatedCell]],
    ) -> list[list[str]]:
        try:
            return [self.encoder.column(column) for column in columns]
        except ValueError:
            for number, row in enumerate(chunk, first):
                self._encoded_row(number, row)
            raise

    def _encoded_row(self, number: int, row: Sequence[DatedCell]) -> list[str]:
        encoded = []
        for column, value in enumerate(row, self._area.first_column):
            try:
                encoded.append(self.encoder.one(value))
            except ValueError as error:
                raise self._sheet.error(
                    number, column, f"cannot hold {error}.", "Give another value."
                ) from error
        return encoded

    def _write_alike(self, first: int, contents: Sequence[Sequence[str]]) -> bool:
        """Writes rows that are all new or all of one shape; whether they are."""
        data = self._sheet.data
        last = first + len(contents[0]) - 1
        if self._prefix:
            return False
        if data.lacks(first, last):
            self._current = _Plan(self._current.styles)
            rows = self._cells(first, contents)
            # A row of blanks is not worth making.
            data.overwrite(
                {
                    number: f'<row r="{number}">{cells}</row>'.encode()
                    for number, cells in enumerate(rows, first)
                    if cells
                }
            )
            return True
        plan = self._find_plan(first)
        if plan is None or plan.shape is None:
            return False
        found = data.match_alike(first, last, plan.shape.pattern)
        if found is None:
            return False
        self._current = plan
        self._note(plan.shape)
        rows = self._cells(first, contents)
        data.overwrite(
            {
                number: self._row(groups, cells)
                for number, groups, cells in zip(range(first, last + 1), found, rows, strict=True)
            }
        )
        return True

    def _cells(self, first: int, contents: Sequence[Sequence[str]]) -> Iterator[str]:
        """The block's cells of row after row, from the contents of its columns."""
        columns = []
        for letters, style, column in zip(
            self._letters, self._current.styles, contents, strict=True
        ):
            start = f'<c r="{letters}'
            middle = f'"{style}'
            if style or BLANK not in column:
                cells = [
                    f"{start}{row}{middle}{content}" for row, content in enumerate(column, first)
                ]
            else:
                cells = [
                    "" if content == BLANK else f"{start}{row}{middle}{content}"
                    for row, content in enumerate(column, first)
                ]
            columns.append(cells)
        return map("".join, zip(*columns, strict=True))

    def _row(self, groups: Sequence[bytes], cells: str) -> bytes:
        """A row of a known shape around other cells."""
        number, attributes, before, after = groups
        return b'<row r="%b"%b>%b%b%b</row>' % (
            number,
            self._attributes[attributes],
            before,
            cells.encode(),
            after,
        )

    def _write_one_by_one(
        self,
        first: int,
        rows: Sequence[Sequence[DatedCell]],
        contents: Sequence[Sequence[str]],
    ) -> None:
        """Writes rows of several shapes."""
        data = self._sheet.data
        encoded = zip(*contents, strict=True)
        for number, (row, cells) in enumerate(zip(rows, encoded, strict=True), first):
            plan = self._find_plan(number)
            if plan is None:
                self._write_slowly(number, row, cells)
                self.block = None
                continue
            self._current = plan
            made = next(self._cells(number, [[content] for content in cells]))
            if plan.shape is None:
                if made:
                    data.set_raw(number, f'<row r="{number}">{made}</row>'.encode())
                continue
            self._note(plan.shape)
            found = data.match(number, plan.shape.pattern)
            if found is not None:
                data.set_raw(number, self._row(found.groups(), made))

    def _find_plan(self, number: int) -> _Plan | None:
        """The plan for a row; None if it must go slowly.

        Where the row lacks a cell it takes the style of the row before.
        """
        data, styles = self._sheet.data, self._current.styles
        if self._prefix:
            return None
        raw = data.raw(number)
        if raw is None:
            return self._current if self._current.shape is None else _Plan(styles)
        for plan in (self._current, *self._plans):
            if plan.fits_under(styles) and plan.shape and plan.shape.pattern.match(raw):
                return plan
        area = self._area
        shape = shape_of(raw, area.first_column, area.last_column, styles)
        if shape is None:
            return None
        plan = _Plan(shape.styles, shape)
        self._plans = [plan, *self._plans[: PLANS - 1]]
        return plan

    def _note(self, shape: RowShape) -> None:
        """What stands beside the block is not known from what is written."""
        if not shape.alone:
            self.block = None

    def _write_slowly(
        self, number: int, values: Sequence[DatedCell], encoded: Sequence[str]
    ) -> None:
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
        self._current = _Plan(tuple(styles))


def write(sheet: Sheet, area: Area, rows: Sequence[Sequence[DatedCell]]) -> None:
    """Writes constants over an area whose array formulas are already out of the way.

    A value that no cell can hold leaves the whole area as it was.
    """
    writer = BlockWriter(sheet, area)
    sheet.written_block = None
    before = sheet.data.remember(area.first_row, area.last_row)
    try:
        writer.write_rows(area.first_row, rows)
        sheet.data.close()
        if writer.encoder.dates_seen:
            _show_dates(sheet, area, rows)
            sheet.data.close()
    except BaseException:
        sheet.data.restore(area.first_row, area.last_row, before)
        raise
    if writer.block is not None:
        sheet.written_block = WrittenBlock.of(area, writer.block, sheet.data.version)


def clear(sheet: Sheet, area: Area) -> None:
    """Makes the cells of an area blank whose array formulas are already out of the way."""
    last = min(area.last_column, sheet.data.last_column(area.first_row, area.last_row))
    if last < area.first_column:
        return
    area = replace(area, last_column=last)
    writer = BlockWriter(sheet, area, continues=False)
    blank: list[DatedCell] = [None] * area.columns
    numbers = sheet.data.numbers(area.first_row, area.last_row)
    for _, run in groupby(enumerate(numbers), lambda place: place[1] - place[0]):
        in_a_row = [number for _, number in run]
        writer.write_rows(in_a_row[0], [blank] * len(in_a_row))
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
