"""Sheets and tables of the xlwings engine over a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from xlwings import base_classes

from addin.errors import WorkbookError
from addin.headless import sheet as sheets
from addin.headless import tables
from addin.headless.engine_limits import refusal, refuse_the_rest
from addin.headless.engine_names import Names
from addin.headless.engine_range import Range
from addin.headless.references import MAX_COLUMN, MAX_ROW, Area

if TYPE_CHECKING:
    from addin.headless.engine import Book

QUALIFIED: Final = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)\Z", re.DOTALL)


@refuse_the_rest
class Sheets(base_classes.Sheets):
    """The worksheets of a book."""

    def __init__(self, book: Book) -> None:
        self._book = book

    @property
    def api(self) -> list[sheets.Sheet]:
        """The sheets underneath."""
        return self._book.api.sheets

    @property
    def active(self) -> Sheet:
        """The first visible sheet."""
        return Sheet(self._book, next(s for s in self.api if s.visible == "visible"))

    def __call__(self, name_or_index: str | int) -> Sheet:
        """The sheet of a name or number, from 1."""
        if isinstance(name_or_index, str):
            return Sheet(self._book, self._book.api.sheet(name_or_index))
        return Sheet(self._book, self.api[name_or_index - 1])

    def __len__(self) -> int:
        return len(self.api)

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self._book, sheet) for sheet in self.api)

    def __contains__(self, name: str) -> bool:
        return name.casefold() in (sheet.name.casefold() for sheet in self.api)

    def add(
        self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None
    ) -> Sheet:
        """Adds a sheet before or after another; as the last one by default."""
        workbook = self._book.api
        if name is None:
            taken = {tab.casefold() for tab in workbook.tab_names}
            numbers = range(1, len(taken) + 2)
            name = next(f"Sheet{n}" for n in numbers if f"sheet{n}" not in taken)
        position = len(workbook.tab_names)
        if before is not None:
            position = workbook.tab_names.index(before.name)
        elif after is not None:
            position = workbook.tab_names.index(after.name) + 1
        return Sheet(self._book, workbook.add_sheet(name, position))


@refuse_the_rest
class Sheet(base_classes.Sheet):
    """A worksheet of a book."""

    def __init__(self, book: Book, sheet: sheets.Sheet) -> None:
        self._book = book
        self._sheet = sheet

    @property
    def api(self) -> sheets.Sheet:
        """The sheet underneath."""
        return self._sheet

    @property
    def book(self) -> Book:
        """Its book."""
        return self._book

    @property
    def name(self) -> str:
        """The tab's name."""
        return self._sheet.name

    @name.setter
    def name(self, value: str) -> None:
        if value != self._sheet.name:
            self._book.api.rename_sheet(self._sheet.name, value)

    @property
    def names(self) -> Names:
        """The names that belong to this sheet."""
        return Names(self._book, self._sheet.name)

    @property
    def index(self) -> int:
        """Its place among the worksheets, from 1."""
        return self._book.api.sheets.index(self._sheet) + 1

    @property
    def visible(self) -> bool:
        """Whether its tab is shown."""
        return self._sheet.visible == "visible"

    @visible.setter
    def visible(self, value: bool) -> None:
        self._book.api.set_visible(self._sheet.name, "visible" if value else "hidden")

    @property
    def tables(self) -> Tables:
        """The tables on it."""
        return Tables(self)

    @property
    def cells(self) -> Range:
        """All its cells."""
        return Range(self, 1, 1, MAX_ROW, MAX_COLUMN)

    @property
    def used_range(self) -> Range:
        """The smallest range with all values and formulas; A1 for an empty sheet."""
        return Range.over(self, self._sheet.used_range or Area(1, 1, 1, 1))

    def range(self, cell1: Any, cell2: Any = None) -> Range:
        """A range from an address, a name, numbers, or two corners."""
        first = self._corner(cell1)
        if cell2 is None:
            return first
        last = self._corner(cell2)
        if first.area is None or last.area is None:
            raise ValueError("An empty range cannot be the corner of another.")
        return Range.over(self, first.area.union(last.area))

    def _corner(self, given: Any) -> Range:
        if isinstance(given, Range):
            return given
        if isinstance(given, tuple):
            row, column, *size = given
            if 0 in (row, column):
                raise IndexError("Rows and columns count from 1 in round brackets.")
            return Range(self, row, column, *size)
        return self._named(str(given))

    def _named(self, text: str) -> Range:
        qualified = QUALIFIED.match(text)
        if qualified:
            name = (qualified[1] or qualified[2]).replace("''", "'")
            other = Sheet(self._book, self._book.api.sheet(name))
            return other._named(qualified[3])
        try:
            return Range.over(self, Area.parse(text.replace("$", "")))
        except ValueError:
            return self._defined(text)

    def _defined(self, text: str) -> Range:
        workbook = self._book.api
        for found in sorted(workbook.names, key=lambda n: n.sheet is None):
            if found.name.casefold() == text.casefold() and found.sheet in (None, self.name):
                return self._named(found.text)
        for table in workbook.tables:
            if table.name.casefold() == text.casefold():
                owner = Sheet(self._book, workbook.sheet(table.sheet))
                return Range.over(owner, table.body)
        raise WorkbookError(
            workbook.path,
            f"sheet {self.name!r}: {text!r} is no cell, range, name or table.",
            "Use an address such as A1:C9, a defined name, or a table's name.",
        )

    def clear_contents(self) -> None:
        """Makes all cells blank."""
        self._sheet.clear(1, 1, MAX_ROW, MAX_COLUMN)

    def delete(self) -> None:
        """Deletes the sheet; refused where something refers to it."""
        self._book.api.delete_sheet(self._sheet.name)

    def activate(self) -> None:
        """There is no window to activate."""

    def select(self) -> None:
        """There is no window to select in."""


@refuse_the_rest
class Tables(base_classes.Collection, base_classes.Tables):
    """The tables of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    @property
    def api(self) -> list[tables.Table]:
        """The tables underneath."""
        return tables.of_sheet(self._sheet.api)

    @property
    def parent(self) -> Sheet:
        """Their sheet."""
        return self._sheet

    def __call__(self, key: str | int) -> Table:
        """The table of a name or number, from 1."""
        if isinstance(key, int):
            return Table(self._sheet, self.api[key - 1].name)
        for table in self.api:
            if table.name.casefold() == key.casefold():
                return Table(self._sheet, table.name)
        known = ", ".join(table.name for table in self.api) or "none"
        raise WorkbookError(
            self._sheet.book.api.path,
            f"sheet {self._sheet.name!r} has no table {key!r}.",
            f"Its tables are: {known}.",
        )

    def __len__(self) -> int:
        return len(self.api)

    def __iter__(self) -> Iterator[Table]:
        return (Table(self._sheet, table.name) for table in self.api)

    def __contains__(self, key: str) -> bool:
        return key.casefold() in (table.name.casefold() for table in self.api)


@refuse_the_rest
class Table(base_classes.Table):
    """A table of a sheet."""

    def __init__(self, sheet: Sheet, name: str) -> None:
        self._sheet = sheet
        self._name = name

    @property
    def found(self) -> tables.Table:
        """The table as it is now."""
        return self._sheet.book.api.table(self._name)

    @property
    def api(self) -> tables.Table:
        """The table underneath."""
        return self.found

    @property
    def parent(self) -> Sheet:
        """Its sheet."""
        return self._sheet

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @name.setter
    def name(self, value: Any) -> None:
        refusal("Setting Table.name")(value)

    @property
    def display_name(self) -> str:
        """Its name."""
        return self._name

    @display_name.setter
    def display_name(self, value: Any) -> None:
        refusal("Setting Table.display_name")(value)

    @property
    def range(self) -> Range:
        """Headers, body and totals."""
        return Range.over(self._sheet, self.found.area)

    @property
    def data_body_range(self) -> Range:
        """What stands between headers and totals."""
        return Range.over(self._sheet, self.found.body)

    @property
    def header_row_range(self) -> Range | None:
        """The headers; None where they are not shown."""
        area = self.found.area
        if not self.found.header_rows:
            return None
        return Range.over(self._sheet, replace(area, last_row=area.first_row))

    @property
    def totals_row_range(self) -> Range | None:
        """The totals; None where they are not shown."""
        area = self.found.area
        if not self.found.totals_rows:
            return None
        return Range.over(self._sheet, replace(area, first_row=area.last_row))

    @property
    def show_headers(self) -> bool:
        """Whether headers are shown."""
        return bool(self.found.header_rows)

    @show_headers.setter
    def show_headers(self, value: Any) -> None:
        refusal("Setting Table.show_headers")(value)

    @property
    def show_totals(self) -> bool:
        """Whether totals are shown."""
        return bool(self.found.totals_rows)

    @show_totals.setter
    def show_totals(self, value: Any) -> None:
        refusal("Setting Table.show_totals")(value)

    def resize(self, target: Any) -> None:
        """Gives the table another last row; what refers to its columns goes along."""
        area = target.impl.area if hasattr(target, "impl") else target.area
        self._sheet.book.api.resize_table(self._name, str(area))
