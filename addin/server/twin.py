"""A twin of a portfolio workbook that is open in Excel: what the server computes on.

xlwings Server hands a script the values of the workbook, not its formulas, and what the script
writes is carried out only afterwards. So the refresh runs on a twin: the template, filled with the
workbook's values. A workbook whose own results the twin does not reproduce has other formulas than
the template, and is refused. What the refresh changes on the twin is then repeated in Excel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import xlwings

from addin.errors import WorkbookError
from addin.headless.engine import open_book
from addin.headless.references import Area
from addin.portfolio.portfolio_sheets import policy_cell
from addin.portfolio.results import read_results, resize_results
from addin.portfolio.sheet_tables import SheetTable, find_tables
from addin.templates import new_workbook
from workbook_templates.language import LANGUAGES
from workbook_templates.portfolio.layout import (
    AUDIT_TABLE,
    CHECK_TABLE,
    DATA_TABLES,
    HISTORY_TABLE,
    POLICY_TABLES,
    RESULT_PREFIX,
    WORKED_CASE_NAME,
    result_name,
)

TABLES: Final = (
    *POLICY_TABLES.values(),
    *DATA_TABLES.values(),
    CHECK_TABLE,
    HISTORY_TABLE,
    AUDIT_TABLE,
)
_LONGEST_NAME: Final = 60
_REMEDY: Final = "Refresh it with `creditcells refresh`, or with the add-in for Windows."


def make_twin(book: xlwings.Book, folder: Path) -> xlwings.Book:
    """The twin of a workbook, with the same data, policy and results.

    Args:
        book: the workbook, as xlwings Server hands it over.
        folder: where the twin's file may stand.

    Raises:
        WorkbookError: it is no portfolio workbook, or not one as the template makes it.
    """
    lang = policy_cell(book, "lang")
    if lang not in LANGUAGES:
        raise _other(book, f"cell lang holds {lang!r}")
    twin = open_book(new_workbook("portfolio", folder / file_name_of(book), lang=str(lang)))
    if WORKED_CASE_NAME not in book.names:
        raise _other(book, f"there is no name {WORKED_CASE_NAME}, or it")
    theirs, ours = find_tables(book, TABLES), find_tables(twin, TABLES)
    for name in TABLES:
        _fill_table(book, ours[name], theirs[name])
    for name in _cell_names(twin):
        value = _same_place(book, twin, name).refers_to_range.value
        twin.names[name].refers_to_range.raw_value = _quoted(value)
    twin.names[WORKED_CASE_NAME].refers_to = str(book.names[WORKED_CASE_NAME].refers_to)
    resize_results(twin, book.names[result_name("customer_id")].refers_to_range.shape[0])
    for column in _result_names(twin):
        _same_place(book, twin, column)
    twin.app.calculate()
    _refuse_other_results(book, twin)
    return twin


def file_name_of(book: xlwings.Book) -> str:
    """The workbook's name for a file of ours: the audit log tells it, and anybody may send one."""
    stem = re.sub(r"[^\w -]", "_", str(book.name).rpartition(".")[0])[:_LONGEST_NAME]
    return f"{stem or 'book'}.xlsx"


def _fill_table(book: xlwings.Book, ours: SheetTable, theirs: SheetTable) -> None:
    places = [(t.sheet.name, t.first_row, t.first_column, t.headers) for t in (ours, theirs)]
    if places[0] != places[1] or theirs.table.show_totals:
        raise _other(book, f"table {ours.name} has other columns, or stands elsewhere,")
    columns = list(zip(*theirs.body(), strict=True))
    ours.resize(theirs.rows)
    quoted = {place: list(map(_quoted, cells)) for place, cells in enumerate(columns)}
    # Results are outside of tables; only the worked case's line in the audit log has formulas.
    example = set() if book.names[WORKED_CASE_NAME].refers_to != "=TRUE" else _formula_places(ours)
    ours.write({place: cells for place, cells in quoted.items() if place not in example})
    if theirs.rows > 1:
        ours.write({place: quoted[place][1:] for place in example}, offset=1)


def _first(table: SheetTable, place: int) -> tuple[int, int, int, int]:
    row, column = table.first_row, table.first_column + place
    return row, column, row, column


def _formula_places(table: SheetTable) -> set[int]:
    """The columns of the twin's table whose first cell holds a formula."""
    return {
        place
        for place in range(len(table.headers))
        if any(table.sheet.api.formulas(Area(*_first(table, place))))
    }


def _cell_names(book: xlwings.Book) -> Iterator[str]:
    """Names of single cells that hold a constant: policy, and what the refresh notes down."""
    for name in book.names:
        cell = str(name.refers_to).rpartition("!")[2]
        if cell.count("$") == 2 and ":" not in cell:  # noqa: PLR2004 - one cell, $B$7
            place = name.refers_to_range
            if not any(place.sheet.api.formulas(place.api)):
                yield name.name


def _result_names(book: xlwings.Book) -> list[str]:
    return [name.name for name in book.names if str(name.name).startswith(RESULT_PREFIX)]


def _same_place(book: xlwings.Book, twin: xlwings.Book, name: str) -> xlwings.main.Name:
    """The workbook's name, which must stand for the same cells as the twin's."""
    if name not in book.names:
        raise _other(book, f"there is no name {name}, or it")
    theirs = book.names[name]
    if _plain(theirs.refers_to) != _plain(twin.names[name].refers_to):
        raise _other(book, f"the name {name} stands for {theirs.refers_to}; it")
    return theirs


def _plain(refers_to: Any) -> str:
    """A reference as Excel and the template alike may write it."""
    return str(refers_to).replace("'", "").replace("$", "").casefold()


def _refuse_other_results(book: xlwings.Book, twin: xlwings.Book) -> None:
    theirs, ours = read_results(book), read_results(twin)
    if len(theirs) != len(ours):
        raise _other(book, f"the results have {len(theirs)} customers; the template's formulas")
    for column in ours:
        if ours[column].dtype.kind == "f":
            same = np.isclose(ours[column], theirs[column], rtol=1e-9, equal_nan=True)
        else:
            same = (ours[column] == theirs[column]).to_numpy()
        if not same.all():
            row = int(np.argmin(same))
            raise _other(
                book,
                f"customer {ours['customer_id'][row]}: {column} is {theirs[column][row]}, "
                f"by the template's formulas {ours[column][row]}. The results",
            )


def _other(book: xlwings.Book, what: str) -> WorkbookError:
    problem = f"{what} differ from the template, so the server cannot refresh it."
    return WorkbookError(book.fullname, problem, f"Recalculate it first. {_REMEDY}")


def _quoted(cell: Any) -> Any:
    """A cell to be written; text as text, whatever it looks like."""
    return f"'{cell}" if isinstance(cell, str) else cell


# --- what changed, and back -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Formula:
    """A formula in a table, which stays as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class State:
    """The twin at one time.

    Attributes:
        tables: the cells of each table, column by column.
        cells: the values of named cells.
        names: what the names refer to.
    """

    tables: dict[str, list[tuple[Any, ...]]]
    cells: dict[str, Any]
    names: dict[str, str]

    @classmethod
    def of(cls, twin: xlwings.Book) -> State:
        """The state of the twin now."""
        tables = find_tables(twin, TABLES)
        return cls(
            {name: _columns(twin, table) for name, table in tables.items()},
            {name: _constant(twin, name) for name in _cell_names(twin)},
            {name.name: str(name.refers_to) for name in twin.names},
        )


def _columns(twin: xlwings.Book, table: SheetTable) -> list[tuple[Any, ...]]:
    """The body by column: constants, with dates as serial numbers, and the texts of formulas."""
    top, left = table.first_row, table.first_column
    area = Area(top, left, top + table.rows - 1, left + len(table.headers) - 1)
    sheet = twin.api.sheet(table.sheet.name)
    rows = sheet.values(area.first_row, area.first_column, area.last_row, area.last_column)
    for found in sheet.formulas(area):
        rows[found.row - top][found.col - left] = _Formula(found.text)
    return list(zip(*rows, strict=True))


def _constant(twin: xlwings.Book, name: str) -> Any:
    place = twin.names[name].refers_to_range
    area = (place.row, place.column, place.row, place.column)
    return twin.api.sheet(place.sheet.name).values(*area)[0][0]


def repeat(book: xlwings.Book, twin: xlwings.Book, before: State, after: State) -> None:
    """Do to the workbook in Excel what was done to its twin.

    Args:
        book: the workbook, as xlwings Server hands it over.
        twin: its twin, after the change.
        before: the twin's state before.
        after: and after.
    """
    theirs, ours = find_tables(book, TABLES), find_tables(twin, TABLES)
    for name in TABLES:
        _repeat_table(theirs[name], ours[name], before.tables[name], after.tables[name])
    for name, value in after.cells.items():
        if value != before.cells[name]:
            book.names[name].refers_to_range.value = _written(value)
    for name, refers_to in after.names.items():
        if refers_to == before.names[name]:
            continue
        if name.startswith(RESULT_PREFIX):
            _repeat_results(book, twin, name)
        book.names[name].refers_to = refers_to
    book.app.calculate()


def _repeat_table(
    theirs: SheetTable,
    ours: SheetTable,
    before: list[tuple[Any, ...]],
    after: list[tuple[Any, ...]],
) -> None:
    old_rows, rows = theirs.rows, ours.rows
    theirs.resize(rows)
    sheet, top, left = theirs.sheet, ours.first_row, ours.first_column
    for place, (old, new) in enumerate(zip(before, after, strict=True), left):
        if rows > old_rows:
            fresh = sheet.range((top + old_rows, place), (top + rows - 1, place))
            fresh.number_format = ours.sheet.range((top, place)).number_format
        changed = [row for row in range(rows) if row >= old_rows or old[row] != new[row]]
        if changed:
            first, last = changed[0], changed[-1]
            target = sheet.range((top + first, place), (top + last, place))
            target.value = [[_written(cell)] for cell in new[first : last + 1]]


def _repeat_results(book: xlwings.Book, twin: xlwings.Book, name: str) -> None:
    """Another number of rows for a column of the results."""
    ours = twin.names[name].refers_to_range
    theirs = book.names[name].refers_to_range
    theirs.clear_contents()
    target = theirs.sheet.range((ours.row, ours.column), (ours.row + len(ours) - 1, ours.column))
    target.number_format = ours[0, 0].number_format
    target.formula_array = str(ours.formula_array)


def _written(cell: Any) -> Any:
    """A cell as Excel takes it: None would leave the old one there, and "001" become a number."""
    if isinstance(cell, _Formula):
        return f"={cell.text}"
    return "" if cell is None else _quoted(cell)
