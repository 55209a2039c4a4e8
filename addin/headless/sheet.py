"""One worksheet: values and formulas read, written and grafted in place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from addin.errors import WorkbookError
from addin.headless import (
    array_cells,
    bulk_read,
    bulk_write,
    formula_cells,
    graft,
    sheet_frame,
    used_area,
    xml,
)
from addin.headless.cell_xml import Cell, CellDecoder, DatedCell
from addin.headless.formula_cells import Formula
from addin.headless.references import MAX_COLUMN, MAX_ROW, Area, cell_name
from addin.headless.sheet_data import SheetData
from addin.headless.written_block import WrittenBlock

if TYPE_CHECKING:
    from addin.headless.workbook import Workbook

__all__ = ["Formula", "Sheet"]

KIND: Final = re.compile(rb"\st\s*=\s*[\"'](\w+)[\"']")


class Sheet:
    """A worksheet of a workbook, parsed when it is first asked for something.

    Rows and columns count from 1. Dates are their serial numbers; `is_date` tells which are.

    Attributes:
        name: as on its tab.
        part: the package part that holds it.
        visible: `visible`, `hidden` or `veryHidden`.
        written_block: the mass data that was written last, as long as nothing else is.
    """

    def __init__(self, workbook: Workbook, name: str, part: str, visible: str = "visible") -> None:
        self.workbook = workbook
        self.name = name
        self.part = part
        self.visible = visible
        self.written_block: WrittenBlock | None = None
        self._data: SheetData | None = None
        self._decoder: CellDecoder | None = None
        self._index: formula_cells.Index | None = None
        self._column_styles: dict[int, int] | None = None
        self._used: Area | None = None
        self._used_known = False
        self._written: Area | None = None

    def __repr__(self) -> str:
        return f"<Sheet {self.name!r} of {self.workbook.path.name}>"

    @property
    def data(self) -> SheetData:
        """The rows of the part."""
        if self._data is None:
            raw = self.workbook.package.part(self.part)
            self._data = SheetData(raw, self.workbook.path, self.part)
        return self._data

    @property
    def decoder(self) -> CellDecoder:
        """What turns this sheet's cells into values."""
        if self._decoder is None:
            self._decoder = CellDecoder(
                self.data.prefix, self.workbook.texts, date1904=self.workbook.date1904
            )
        return self._decoder

    @property
    def index(self) -> formula_cells.Index:
        """Where the sheet's array formulas and shared formulas are."""
        if self._index is None:
            self._index = formula_cells.Index(self.data, self.workbook.dynamic_cells)
        return self._index

    def error(self, row: int, column: int, problem: str, remedy: str) -> WorkbookError:
        """An error that names this workbook, this sheet and a cell of it."""
        place = f"sheet {self.name!r}, cell {cell_name(row, column)}"
        return WorkbookError(self.workbook.path, f"{place}: {problem}", remedy)

    def value(self, row: int, column: int) -> Cell:
        """The value of one cell, as last computed where it is a formula."""
        cell = self._cell(row, column)
        if cell is None:
            return None
        return self.decode_cell(row, column, cell)

    def decode_cell(self, row: int, column: int, cell: bytes) -> Cell:
        """The value that a cell's whole XML holds."""
        attributes, body = self.data.take_apart_cell(cell)
        return self.decode(row, column, attributes, body)

    def decode(self, row: int, column: int, attributes: bytes, body: bytes | None) -> Cell:
        """The value that a cell's XML holds."""
        if not body:
            return None
        kind = KIND.search(attributes)
        try:
            return self.decoder.decode(kind[1] if kind else b"", body)
        except ValueError as error:
            raise self._unreadable(row, column, error) from error

    def decode_text(self, row: int, column: int, kind: bytes, text: bytes) -> Cell:
        """The value of a cell from its `t` attribute and the text of its `<v>`."""
        if not text and kind != b"str":
            return None
        try:
            return self.decoder.from_text(kind, text)
        except ValueError as error:
            raise self._unreadable(row, column, error) from error

    def _unreadable(self, row: int, column: int, error: ValueError) -> WorkbookError:
        return self.error(
            row,
            column,
            f"holds what no program can read ({error}).",
            "Open the workbook in Excel, let it repair the file, and save it again.",
        )

    def values(
        self, first_row: int, first_column: int, last_row: int, last_column: int
    ) -> list[list[Cell]]:
        """The values of a rectangle, row by row; blank cells are None.

        Raises:
            WorkbookError: the rectangle lies beyond the sheet.
        """
        area = self._area(first_row, first_column, last_row, last_column)
        return bulk_read.read(self, area)

    def dated_values(
        self, first_row: int, first_column: int, last_row: int, last_column: int
    ) -> list[list[DatedCell]]:
        """As `values`, but numbers that the cell shows as dates are datetimes."""
        area = self._area(first_row, first_column, last_row, last_column)
        return bulk_read.read_dated(self, area)

    def set_values(self, row: int, column: int, rows: Sequence[Sequence[DatedCell]]) -> None:
        """Writes constants from a top left cell on; text stays text, whatever it looks like.

        Existing cells keep their style. A new cell takes the style of the first body row of the
        table it lies in (or just under); else of the cell above, if that lies in the same block or
        repeats the format of the one over it; else of its column.

        Args:
            row: the first row.
            column: the first column.
            rows: the constants; None makes a cell blank, a date is stored as its serial number
                and shown as a date.

        Raises:
            WorkbookError: a value that no cell can hold, a rectangle beyond the sheet, or one that
                cuts through an array formula.
        """
        height, width = len(rows), max(map(len, rows), default=0)
        if not height or not width:
            return
        area = self._area(row, column, row + height - 1, column + width - 1)
        array_cells.make_way(self, area)
        try:
            bulk_write.write(self, area, rows)
        except WorkbookError:
            self._index = None
            raise
        self.note_change(area, filled=_touches_every_side(rows, width))

    def clear(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Makes cells blank; their styles stay.

        Raises:
            WorkbookError: the rectangle cuts through an array formula.
        """
        area = Area(first_row, first_column, min(last_row, MAX_ROW), min(last_column, MAX_COLUMN))
        array_cells.make_way(self, area)
        bulk_write.clear(self, area)
        self.note_blanks(area)

    def _area(self, first_row: int, first_column: int, last_row: int, last_column: int) -> Area:
        if first_row < 1 or first_column < 1 or last_row > MAX_ROW or last_column > MAX_COLUMN:
            raise WorkbookError(
                self.workbook.path,
                f"sheet {self.name!r} has {MAX_ROW:,} rows and {MAX_COLUMN:,} columns; rows "
                f"{first_row:,} to {last_row:,}, columns {first_column:,} to {last_column:,} "
                "do not fit.",
                "Use fewer rows, or split them over sheets.",
            )
        return Area(first_row, first_column, last_row, last_column)

    def formulas(self, area: Area | None = None) -> Iterator[Formula]:
        """Every formula in row order; shared ones in their own text, arrays at their anchor.

        Args:
            area: where to look; by default the whole sheet.
        """
        return formula_cells.formulas(self, area or Area(1, 1, MAX_ROW, MAX_COLUMN))

    def formula(self, row: int, column: int) -> Formula | None:
        """The formula that stands in a cell itself (an array's inner cells have none)."""
        cell = self._cell(row, column)
        if cell is None:
            return None
        attributes, body = self.data.take_apart_cell(cell)
        return formula_cells.formula(self, row, column, attributes, body)

    def set_formula(self, row: int, column: int, text: str) -> None:
        """Writes a formula into one cell; it has no value until `set_cached` gives it one.

        Args:
            row: the cell's row.
            column: the cell's column.
            text: with or without the leading `=`; newer functions with their stored prefix.
        """
        area = self._area(row, column, row, column)
        array_cells.make_way(self, area)
        p = self.data.prefix.decode()
        body = f"><{p}f>{xml.escape_markup(text.removeprefix('='))}</{p}f></{p}c>"
        array_cells.replace(self, row, column, body.encode())
        self.note_change(area, filled=True)

    def set_array_formula(self, ref: str, text: str) -> None:
        """Writes one array formula over a rectangle, or gives an existing one another rectangle.

        An array formula that begins in the same cell keeps its kind (fixed or dynamic); cells of
        its old rectangle that lie outside the new one become blank. The values stay as they are
        until `set_cached` gives new ones. Rows that an array formula gains look like its first
        one, and names, charts and conditional formats that covered all of its rows still do.

        Args:
            ref: the rectangle, such as `C2:C500`.
            text: with or without the leading `=`.

        Raises:
            WorkbookError: the rectangle cuts through another array formula.
        """
        array_cells.set_array(self, Area.parse(ref), text)

    def set_cached(self, row: int, column: int, value: Cell) -> None:
        """Grafts a computed value into a cell; its formula, style and all else stay.

        Raises:
            WorkbookError: a value that no cell can hold.
        """
        graft.graft(self, {(row, column): value})
        self.note_change(Area(row, column, row, column), filled=value is not None)

    def set_cached_cells(self, values: Mapping[tuple[int, int], Cell]) -> None:
        """Grafts computed values into many cells, given by row and column.

        Raises:
            WorkbookError: a value that no cell can hold.
        """
        if not values:
            return
        graft.graft(self, values)
        rows = [row for row, _ in values]
        columns = [column for _, column in values]
        self.note_change(Area(min(rows), min(columns), max(rows), max(columns)))

    def move_cell(self, origin: tuple[int, int], target: tuple[int, int]) -> None:
        """Moves what a cell holds, style and all, over another cell; its formula's text stays."""
        source = self.data.make_row(origin[0])
        cell = source.cells.pop(origin[1], None)
        source.changed = True
        row = self.data.make_row(target[0])
        row.changed = True
        row.cells.pop(target[1], None)
        if cell is not None:
            place = f' r="{cell_name(*target)}"'.encode()
            row.cells[target[1]] = re.sub(rb"\sr\s*=\s*[\"'][^\"']*[\"']", place, cell, count=1)
            if formula_cells.has_formula(self.data.prefix, cell):
                self.workbook.formulas_changed = True
        self.note_change(Area(*target, *target))
        self.workbook.touch(self.name, Area(*origin, *origin))

    @property
    def used_range(self) -> Area | None:
        """The smallest rectangle with all values and formulas; None for an empty sheet."""
        if not self._used_known:
            self._used = used_area.used_area(self)
            self._used_known = True
        return self._used

    def style(self, row: int, column: int) -> int:
        """The style number of a cell, of its row or of its column where it has no own."""
        cell = self._cell(row, column)
        if cell is None:
            return self.default_style(row, column)
        found = array_cells.STYLE.search(self.data.take_apart_cell(cell)[0])
        return int(found[1]) if found else 0

    def set_style(self, row: int, column: int, style: int) -> None:
        """Gives a cell another style number."""
        target = self.data.make_row(row)
        cell = target.cells.get(column)
        p = self.data.prefix
        attributes, body = self.data.take_apart_cell(cell) if cell else (b"", None)
        place = f' r="{cell_name(row, column)}" s="{style}"'.encode()
        rest = re.sub(rb"\s[rs]\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", attributes.rstrip())
        end = b"/>" if body is None else b">" + body + b"</" + p + b"c>"
        target.cells[column] = b"<" + p + b"c" + place + rest + end
        target.changed = True

    def default_style(self, row: int, column: int) -> int:
        """The style that a blank cell without its own shows: its row's or its column's."""
        existing = self.data.row(row)
        if existing is not None and b"customFormat" in existing.attributes:
            found = array_cells.STYLE.search(existing.attributes)
            if found:
                return int(found[1])
        return self.column_styles.get(column, 0)

    @property
    def column_styles(self) -> dict[int, int]:
        """The styles of whole columns that have one."""
        if self._column_styles is None:
            self._column_styles = sheet_frame.column_styles(self.data)
        return self._column_styles

    def number_format(self, row: int, column: int) -> str:
        """The format code by which a cell shows its number, such as `General` or `yyyy-mm-dd`."""
        return self.workbook.styles.number_format(self.style(row, column))

    def is_date(self, row: int, column: int) -> bool:
        """Whether the cell's format shows its number as a date or a time."""
        return self.workbook.styles.is_date(self.style(row, column))

    def flush(self) -> None:
        """Hands the changed sheet over to the package."""
        if self._data is None:
            return
        self._data.close()
        self.written_block = None
        if self._data.changed:
            sheet_frame.update_dimension(self._data, self._written)
            self.workbook.package.replace(self.part, self._data.to_bytes())
            self._data.changed = False

    def _cell(self, row: int, column: int) -> bytes | None:
        existing = self.data.row(row)
        return existing.cells.get(column) if existing else None

    def note_blanks(self, area: Area) -> None:
        """Notes where cells were made blank."""
        self._used_known = False
        self.workbook.touch(self.name, area)

    def note_change(self, area: Area, *, filled: bool = False) -> None:
        """Notes where was written; `filled` if the outermost cells there are not blank."""
        if filled and self._used_known:
            self._used = self._used.union(area) if self._used else area
        else:
            self._used_known = False
        self._written = self._written.union(area) if self._written else area
        self.workbook.touch(self.name, area)


def _touches_every_side(rows: Sequence[Sequence[DatedCell]], width: int) -> bool:
    """Whether the first and last row and column each hold something."""
    return (
        any(value is not None for value in rows[0])
        and any(value is not None for value in rows[-1])
        and any(row and row[0] is not None for row in rows)
        and any(len(row) == width and row[-1] is not None for row in rows)
    )
