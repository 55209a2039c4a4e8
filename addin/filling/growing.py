"""A workbook built anew from its template with more room, and all that was filled in carried over."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import xlwings

from addin.errors import WorkbookError
from addin.filling.recognised import Recognised, recognise
from addin.headless.workbook import Workbook
from addin.portfolio.sheet_tables import SheetTable, find_tables
from workbook_templates.archive import save
from workbook_templates.emptying import inputs


def regrown(target: Recognised, needed: Mapping[str, int]) -> Recognised:
    """The workbook of a template, with room for more rows.

    Rows of data and of policy, settings and whatever else stands in input cells are carried over.
    What is no part of the template cannot be: sheets and table columns of the user's own are
    refused; formats and formulas that were changed by hand are those of the template again
    (``own_formulas`` names the formulas).

    Args:
        target: the workbook as it is; it stays so.
        needed: rows that single tables must have room for.

    Returns:
        The new workbook, not yet computed and not yet in place of the old one.

    Raises:
        CapacityError: no workbook of the template can have so much room.
        WorkbookError: the workbook holds what cannot be carried over.
    """
    from addin.headless.engine import open_book  # noqa: PLC0415 - slow to import

    template = target.template
    room = {
        table.name: max(table.rows, target.tables[table.name].rows, needed.get(table.name, 0))
        for table in template.tables
    }
    draft = template.build(target.lang, without_case=True, rows=room)
    _refuse_own_sheets(target, draft)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / target.path.name
        save(draft, file)
        fresh = recognise(open_book(file))
    _carry_tables(target, fresh.book)
    _carry_cells(target, fresh.book, draft)
    return fresh


def _refuse_own_sheets(target: Recognised, draft: openpyxl.Workbook) -> None:
    own = [sheet.name for sheet in target.book.sheets if sheet.name not in draft.sheetnames]
    if own:
        raise WorkbookError(
            target.path,
            f"has sheets of your own, which a larger workbook would lack: {', '.join(own)}.",
            "Move them to another workbook first, or fill one that was made with --rows.",
        )


def _carry_tables(target: Recognised, fresh: xlwings.Book) -> None:
    """The rows of all tables; those of policy keep the size that the user gave them."""
    names = [table.name for sheet in fresh.sheets for table in sheet.tables]
    ours = find_tables(fresh, names)
    theirs = find_tables(target.book, names)
    data = {sheet.name for sheet in target.tables.values()}
    for name, table in ours.items():
        old = theirs[name]
        own = [header for header in old.headers if header not in table.headers]
        if own:
            raise WorkbookError(
                target.path,
                f"sheet {old.sheet.name!r}, table {name} has columns of your own, which a larger "
                f"workbook would lack: {', '.join(own)}.",
                "Move them to another sheet first, or fill a workbook that was made with --rows.",
            )
        if name not in data:
            table.resize(old.rows)
        _carry_columns(old, table)


def _carry_columns(old: SheetTable, new: SheetTable) -> None:
    source, place = old.book.api, new.book.api
    sheets = source.sheet(old.sheet.name), place.sheet(new.sheet.name)
    for position, header in enumerate(new.headers):
        if new.has_formula(position) or header not in old.headers:
            continue
        column = old.first_column + old.headers.index(header)
        last = old.first_row + old.rows - 1
        cells = sheets[0].values(old.first_row, column, last, column)
        sheets[1].set_values(new.first_row, new.first_column + position, cells)


def _carry_cells(target: Recognised, fresh: xlwings.Book, draft: openpyxl.Workbook) -> None:
    """What stands in input cells outside of tables, such as settings."""
    old: Workbook = target.book.api
    new: Workbook = fresh.api
    for sheet in draft.worksheets:
        in_tables = {
            cell.coordinate
            for table in sheet.tables.values()
            for row in sheet[table.ref]
            for cell in row
        }
        theirs, ours = old.sheet(sheet.title), new.sheet(sheet.title)
        for cell in inputs(sheet):
            if cell.coordinate in in_tables or cell.data_type == "f":
                continue
            row, column = cell.row, cell.column
            formula = theirs.formula(row, column)
            if formula is not None:
                ours.set_formula(row, column, formula.text)
            else:
                ours.set_values(row, column, [[theirs.value(row, column)]])
