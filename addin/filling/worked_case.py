"""Whether a table still holds the made-up rows of its template."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from addin.filling.recognised import Recognised, recognise
from addin.portfolio.sheet_tables import SheetTable
from workbook_templates.language import Lang
from workbook_templates.registry import template


def holds_worked_case(target: Recognised, table: str) -> bool:
    """Whether a table's rows are those of the template's worked case, cell by cell."""
    rows = _rows(target.tables[table])
    return bool(rows) and rows == _worked_case(target.template.name, target.lang)[table]


@cache
def _worked_case(name: str, lang: Lang) -> dict[str, list[list[Any]]]:
    from addin.headless.engine import open_book  # noqa: PLC0415 - slow to import

    with resources.as_file(template(name).file(lang)) as path:
        shipped = recognise(open_book(path))
        return {table: _rows(sheet) for table, sheet in shipped.tables.items()}


def _rows(sheet: SheetTable) -> list[list[Any]]:
    """The rows that hold something."""
    return [row for row in sheet.body() if any(cell not in (None, "") for cell in row)]
