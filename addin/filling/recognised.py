"""Which template a workbook was made from, and its data tables on their sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import xlwings

from addin.errors import WorkbookError
from addin.portfolio.data_sheets import field_places
from addin.portfolio.sheet_tables import SheetTable, find_tables
from udfs.errors import Words
from workbook_templates.data_tables import DataTable
from workbook_templates.fields import Dictionary, Field
from workbook_templates.language import LANGUAGES, Lang
from workbook_templates.portfolio.layout import CHECK_TABLE
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
    """Find the template whose data tables a workbook has, by their names and columns.

    Raises:
        WorkbookError: it has the tables of none.
    """
    of_a_portfolio = find_tables(book, [CHECK_TABLE], all_of_them=False)
    for template in () if of_a_portfolio else TEMPLATES.values():
        tables = _tables(book, template)
        if tables and all(_has_needed(tables[one.name], one) for one in template.tables):
            fields = {one.name: _with_lists(book, one) for one in template.tables}
            return Recognised(book, template, _language(template, tables), tables, fields)
    fillable = ", ".join(one.name for one in TEMPLATES.values() if one.tables)
    raise WorkbookError(
        book.fullname,
        Words(
            "has the data tables of no template that can be filled.",
            "没有可由文件填入的模板数据表。",
        ),
        Words(
            f"Make one with `creditcells new NAME FILE`; NAME is one of {fillable}. "
            "A portfolio is filled by `creditcells refresh`.",
            f"请用 `creditcells new NAME FILE` 新建，NAME 为以下之一：{fillable}。"
            "信贷组合（portfolio）用 `creditcells refresh` 填入。",
        ),
    )


def _tables(book: xlwings.Book, template: Template) -> dict[str, SheetTable]:
    """A template's data tables in a workbook, by name; none if one of them is not there."""
    found = find_tables(book, [one.excel_table for one in template.tables], all_of_them=False)
    if len(found) < len(template.tables):
        return {}
    return {one.name: found[one.excel_table] for one in template.tables}


def _has_needed(sheet: SheetTable, table: DataTable) -> bool:
    """Whether a table has a column for all that every row needs."""
    places = field_places(sheet, table.fields)
    return all(one.name in places for one in table.fields if one.required)


def _language(template: Template, tables: Mapping[str, SheetTable]) -> Lang:
    """The language that most headers are in; a user may have changed some."""

    def matching(lang: Lang) -> int:
        return sum(
            tables[table.name].position((one.header(lang),)) is not None
            for table in template.tables
            for one in table.fields
        )

    return max(LANGUAGES, key=matching)


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
