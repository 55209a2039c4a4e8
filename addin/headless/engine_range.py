"""Ranges of the xlwings engine over a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from xlwings import base_classes, utils

from addin.headless import bulk_read, function_prefixes
from addin.headless.cell_xml import DatedCell
from addin.headless.engine_limits import refuse_the_rest
from addin.headless.engine_regions import region, steps_to_end
from addin.headless.references import MAX_COLUMN, MAX_ROW, Area, column_letters
from addin.headless.shifted_formula import ShiftedFormula

if TYPE_CHECKING:
    from addin.headless.engine_sheets import Sheet, Table

Cells = list[list[DatedCell]]

DIRECTIONS: Final = {
    "down": (1, 0), "d": (1, 0), "up": (-1, 0), "u": (-1, 0),
    "right": (0, 1), "r": (0, 1), "left": (0, -1), "l": (0, -1),
}  # fmt: skip


@refuse_the_rest
class Range(base_classes.Range):
    """A rectangle of cells; it may be empty, as a slice of a range may."""

    max_cells_per_read = None
    max_cells_per_write = None

    def __init__(
        self, sheet: Sheet, row: int, column: int, rows: int = 1, columns: int = 1
    ) -> None:
        self._sheet = sheet
        self._row = row
        self._column = column
        self._shape = (rows, columns)
        self.options: dict[str, Any] = {}
        if row < 1 or column < 1 or row + rows - 1 > MAX_ROW or column + columns - 1 > MAX_COLUMN:
            raise IndexError(f"Row {row}, column {column}, {rows} × {columns} is not on a sheet.")

    @classmethod
    def over(cls, sheet: Sheet, area: Area) -> Range:
        """The range over an area."""
        return cls(sheet, area.first_row, area.first_column, area.rows, area.columns)

    @property
    def area(self) -> Area | None:
        """The rectangle; None where it is empty."""
        if 0 in self._shape:
            return None
        rows, columns = self._shape
        return Area(self._row, self._column, self._row + rows - 1, self._column + columns - 1)

    @property
    def _cells(self) -> Any:
        return self._sheet.api

    @property
    def api(self) -> Area | None:
        """The rectangle."""
        return self.area

    @property
    def sheet(self) -> Sheet:
        """The sheet that it lies on."""
        return self._sheet

    @property
    def coords(self) -> tuple[str, int, int, int]:
        """Sheet, row, column and number of cells."""
        return self._sheet.name, self._row, self._column, len(self)

    @property
    def row(self) -> int:
        """The first row."""
        return self._row

    @property
    def column(self) -> int:
        """The first column."""
        return self._column

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self._shape

    def __len__(self) -> int:
        return self._shape[0] * self._shape[1]

    def __call__(self, row: int, column: int | None = None) -> Range:
        """One cell, by row and column or by its number, all from 1."""
        if column is None:
            row, column = divmod(row - 1, self._shape[1])
            row, column = row + 1, column + 1
        return Range(self._sheet, self._row + row - 1, self._column + column - 1)

    @property
    def raw_value(self) -> Any:
        """Rows of values (dates as datetimes, errors as CellError); one cell's value alone."""
        area = self.area
        if area is None:
            return None
        rows = self._cells.dated_values(
            area.first_row, area.first_column, area.last_row, area.last_column
        )
        return rows[0][0] if len(self) == 1 else rows

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        area = self.area
        if area is None:
            return
        rows = self._filled(data)
        self._cells.set_values(area.first_row, area.first_column, _unquoted(rows))

    def _filled(self, data: Any) -> Cells:
        """Rows of the range's shape from rows, one row, or one value for all cells."""
        if not isinstance(data, list | tuple):
            return [[data] * self._shape[1] for _ in range(self._shape[0])]
        rows: Cells = list(data) if data and isinstance(data[0], list | tuple) else [data]  # type: ignore[list-item]  # one row of values
        width = max(map(len, rows), default=0)
        if (len(rows), width) != self._shape:
            raise ValueError(
                f"{self._sheet.name}!{self.address} has {self._shape[0]} × {self._shape[1]} cells; "
                f"the values have {len(rows)} × {width}."
            )
        return rows

    def clear_contents(self) -> None:
        """Makes the cells blank."""
        area = self.area
        if area is not None:
            self._cells.clear(area.first_row, area.first_column, area.last_row, area.last_column)

    @property
    def formula(self) -> Any:
        """The formulas as Excel shows them; a constant as text; blank cells as empty text."""
        area = self.area
        if area is None:
            return None
        constants = self._cells.values(
            area.first_row, area.first_column, area.last_row, area.last_column
        )
        texts = [[_as_text(value) for value in row] for row in constants]
        for anchor, array in self._cells.index.arrays.items():
            if array.kind == "array" and array.area.intersects(area):
                shared = self._cells.formula(*anchor)
                _mark(texts, area, array.area, "=" + function_prefixes.shown(shared.text))
        for found in self._cells.formulas(area):
            text = "=" + function_prefixes.shown(found.text)
            texts[found.row - area.first_row][found.col - area.first_column] = text
        return texts[0][0] if len(self) == 1 else tuple(map(tuple, texts))

    @formula.setter
    def formula(self, data: Any) -> None:
        area = self.area
        if area is None:
            return
        if isinstance(data, str) and data.startswith("="):
            self._fill(area, data)
            return
        rows = self._filled(data)
        if not any(_is_formula(value) for row in rows for value in row):
            self._cells.set_values(area.first_row, area.first_column, _unquoted(rows))
            return
        for row, values in enumerate(rows, area.first_row):
            for column, value in enumerate(values, area.first_column):
                if _is_formula(value):
                    text = function_prefixes.stored(str(value)[1:])
                    self._cells.set_formula(row, column, text)
                else:
                    self._cells.set_values(row, column, _unquoted([[value]]))

    def _fill(self, area: Area, formula: str) -> None:
        """One formula for all cells: relative references count from the first cell."""
        shifted = ShiftedFormula(
            function_prefixes.stored(formula[1:]), area.first_row, area.first_column
        )
        for row in range(area.first_row, area.last_row + 1):
            for column in range(area.first_column, area.last_column + 1):
                self._cells.set_formula(row, column, shifted.at(row, column))

    formula2 = formula

    @property
    def formula_array(self) -> str | None:
        """The array formula that all cells of the range share; None where they share none."""
        found = self._array()
        return None if found is None else "=" + function_prefixes.shown(found.text)

    @formula_array.setter
    def formula_array(self, text: str) -> None:
        area = self.area
        if area is not None:
            stored = function_prefixes.stored(text.removeprefix("="))
            self._cells.set_array_formula(str(area), stored)

    @property
    def has_array(self) -> bool:
        """Whether all cells belong to one array formula (Ctrl+Shift+Enter)."""
        found = self._array()
        return found is not None and found.kind == "array"

    def _array(self) -> Any:
        area = self.area
        for anchor, array in self._cells.index.arrays.items():
            if area is not None and array.area.covers(area) and array.kind != "data table":
                return self._cells.formula(*anchor)
        return None

    def end(self, direction: str) -> Range:
        """The cell where Ctrl + an arrow key ends."""
        down, right = DIRECTIONS[direction]
        row, column = self._row, self._column
        line = self._line_down(column, down) if down else self._line_across(row, right)
        steps = steps_to_end(line)
        if down:
            edge = MAX_ROW if down > 0 else 1
            return Range(self._sheet, edge if steps is None else row + down * steps, column)
        edge = MAX_COLUMN if right > 0 else 1
        return Range(self._sheet, row, edge if steps is None else column + right * steps)

    def _line_down(self, column: int, step: int) -> Any:
        used = self._cells.used_range
        last = used.last_row if used else 1
        end = max(last, self._row) + 1 if step > 0 else 1
        return bulk_read.filled(self._cells, self._row, end, column)

    def _line_across(self, row: int, step: int) -> list[bool]:
        columns = set(bulk_read.all_filled_columns(self._cells, row))
        last = max(columns, default=1)
        end = max(last, self._column) + 1 if step > 0 else 1
        return [column in columns for column in range(self._column, end + step, step)]

    @property
    def current_region(self) -> Range:
        """The block around the range, bounded by blank rows and columns."""
        return Range.over(self._sheet, region(self._cells, self.area or Area(1, 1, 1, 1)))

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        """The address with or without `$`, and with the book and sheet where `external`."""
        rows, columns = self._shape
        down, right = "$" * row_absolute, "$" * col_absolute
        last_row, last_column = self._row + rows - 1, self._column + columns - 1
        text = f"{right}{column_letters(self._column)}{down}{self._row}"
        if len(self) != 1:
            text += f":{right}{column_letters(last_column)}{down}{last_row}"
        if not external:
            return text
        source = f"[{self._sheet.book.name}]{self._sheet.name}"
        plain = re.fullmatch(r"[\w\[\].]+", source)
        return f"{source}!{text}" if plain else "'{}'!{}".format(source.replace("'", "''"), text)

    @property
    def address(self) -> str:
        """The address with `$`."""
        return self.get_address(row_absolute=True, col_absolute=True, external=False)

    @property
    def number_format(self) -> str | None:
        """The format code that all cells share; None where they differ."""
        found = {self._cells.number_format(*cell) for cell in self.each()}
        return found.pop() if len(found) == 1 else None

    @number_format.setter
    def number_format(self, code: str) -> None:
        styles = self._cells.workbook.styles
        self.restyle(lambda style: styles.with_number_format(style, code))

    @property
    def color(self) -> tuple[int, int, int] | None:
        """The fill colour that all cells share; None for none."""
        styles = self._cells.workbook.styles
        found = {styles.fill(self._cells.style(*cell)) for cell in self.each()}
        rgb = found.pop() if len(found) == 1 else None
        return (int(rgb[:2], 16), int(rgb[2:4], 16), int(rgb[4:], 16)) if rgb else None

    @color.setter
    def color(self, color_or_rgb: Any) -> None:
        if isinstance(color_or_rgb, str):
            color_or_rgb = utils.hex_to_rgb(color_or_rgb)  # type: ignore[no-untyped-call]  # xlwings' own
        elif isinstance(color_or_rgb, int):
            color_or_rgb = utils.int_to_rgb(color_or_rgb)  # type: ignore[no-untyped-call]  # same
        rgb = None if color_or_rgb is None else "{:02X}{:02X}{:02X}".format(*color_or_rgb)
        styles = self._cells.workbook.styles
        self.restyle(lambda style: styles.with_fill(style, rgb))

    @property
    def font(self) -> Font:
        """The font."""
        return Font(self)

    @property
    def table(self) -> Table | None:
        """The table that the first cell lies in."""
        for table in self._sheet.tables:
            if (self._row, self._column) in table.found.area:
                return table
        return None

    def each(self) -> Iterator[tuple[int, int]]:
        """Row and column of each cell."""
        rows, columns = self._shape
        for row in range(self._row, self._row + rows):
            for column in range(self._column, self._column + columns):
                yield row, column

    def restyle(self, change: Callable[[int], int]) -> None:
        """Gives each cell the style that a function makes of its own."""
        for row, column in self.each():
            self._cells.set_style(row, column, change(self._cells.style(row, column)))


@refuse_the_rest
class Font(base_classes.Font):
    """The font of a range."""

    def __init__(self, owner: Range) -> None:
        self._owner = owner

    @property
    def api(self) -> Area | None:
        """The rectangle whose font it is."""
        return self._owner.area

    @property
    def bold(self) -> bool | None:
        """Whether all cells are bold; None where they differ."""
        cells = self._owner.sheet.api
        found = {cells.workbook.styles.is_bold(cells.style(*c)) for c in self._owner.each()}
        return found.pop() if len(found) == 1 else None

    @bold.setter
    def bold(self, value: bool) -> None:
        styles = self._owner.sheet.api.workbook.styles
        self._owner.restyle(lambda style: styles.with_bold(style, value))


def _mark(texts: list[list[str]], area: Area, inside: Area, text: str) -> None:
    """Every cell of an array formula shows it."""
    for row in range(max(area.first_row, inside.first_row), inside.last_row + 1):
        for column in range(max(area.first_column, inside.first_column), inside.last_column + 1):
            if (row, column) in area:
                texts[row - area.first_row][column - area.first_column] = text


def _is_formula(value: Any) -> bool:
    return isinstance(value, str) and len(value) > 1 and value.startswith("=")


def _unquoted(rows: Cells) -> Cells:
    """A leading apostrophe says "this is text" to Excel and is no part of it."""
    if not any(type(v) is str and v[:1] == "'" for v in chain.from_iterable(rows)):
        return rows
    return [
        [value[1:] if isinstance(value, str) and value.startswith("'") else value for value in row]
        for row in rows
    ]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return str(value)
