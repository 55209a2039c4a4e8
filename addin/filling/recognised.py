"""Which template a workbook was made from, and its data tables on their sheets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import xlwings

from addin.errors import WorkbookError
from addin.portfolio.rows import normalise
from addin.portfolio.sheet_tables import SheetTable, find_tables
from workbook_templates.data_tables import DataTable
from workbook_templates.fields import Dictionary, Field
from workbook_templates.language import LANGUAGES, Lang
from workbook_templates.registry import TEMPLATES
from workbook_templates.template import Template


@dataclass(frozen=True, slots=True)
class Recognised:
    """A workbook with the template that it was made from.

    Attributes:
        book: the workbook.
        template: the template.
        lang: the language of its headers.
        tables: its data tables on their sheets, by name.
        dictionary: their fields; what must stand in a list of the workbook has that list as its
            options.
    """

    book: xlwings.Book
    template: Template
    lang: Lang
    tables: dict[str, SheetTable]
    dictionary: Dictionary

    @property
    def path(self) -> Path:
        """The workbook's file."""
        return Path(self.book.fullname)


def recognise(book: xlwings.Book) -> Recognised:
    """Find the template whose data tables a workbook has, by their names and headers.

    Raises:
        WorkbookError: it has the tables of none.
    """
    for template in TEMPLATES.values():
        names = {table.excel_table: table for table in template.tables}
        found = find_tables(book, list(names), all_of_them=False)
        if not names or len(found) < len(names):
            continue
        for lang in LANGUAGES:
            if all(_has_headers(found[name], table, lang) for name, table in names.items()):
                tables = {table.name: found[name] for name, table in names.items()}
                fields = {table.name: _with_lists(book, table) for table in template.tables}
                return Recognised(book, template, lang, tables, fields)
    fillable = ", ".join(one.name for one in TEMPLATES.values() if one.tables)
    raise WorkbookError(
        book.fullname,
        "has the data tables of no template that can be filled.",
        f"Make one with `creditcells new NAME FILE`; NAME is one of {fillable}. "
        "A portfolio is filled by `creditcells refresh`.",
    )


def _has_headers(found: SheetTable, table: DataTable, lang: Lang) -> bool:
    """Whether a table has a column for all that every row needs."""
    headers = {normalise(header) for header in found.headers}
    return all(normalise(one.header(lang)) in headers for one in table.fields if one.required)


def _with_lists(book: xlwings.Book, table: DataTable) -> tuple[Field, ...]:
    """The fields, with the lists of the workbook as their options."""
    return tuple(
        replace(one, options=_options(book, table.lists[one.name]))
        if one.name in table.lists and one.name not in table.several
        else one
        for one in table.fields
    )


def _options(book: xlwings.Book, name: str) -> dict[str, str]:
    if name not in book.names:
        return {}
    cells: list[Any] = book.names[name].refers_to_range.options(ndim=1).value
    texts = [str(cell) for cell in cells if cell not in (None, "")]
    return {text: text for text in texts}
