"""Formulas that a user changed in a template's workbook, which a new one would lack."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Final

from openpyxl.utils import get_column_letter

from addin.filling.recognised import Recognised
from addin.headless.workbook import Workbook
from workbook_templates.archive import save

_AS_EXCEL_WRITES: Final = re.compile(r"\s+|_xlfn\.|_xlws\.|_xludf\.", re.IGNORECASE)

Formulas = dict[tuple[str, int, int], str]


def own_formulas(target: Recognised) -> tuple[str, ...]:
    """The cells whose formula is not the template's, such as ``Checks!C9``.

    Formulas in input cells do not count: they are carried over. Nothing is found where tables
    have been made smaller than the template makes them.
    """
    room = {name: sheet.rows for name, sheet in target.tables.items()}
    if any(room[table.name] < table.rows for table in target.template.tables):
        return ()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.xlsx"
        save(target.template.build(target.lang, rows=room, without_case=True), file)
        ours = _formulas(Workbook.open(file))
    theirs = _formulas(target.book.api)
    return tuple(
        f"{sheet}!{get_column_letter(column)}{row}"
        for (sheet, row, column), text in ours.items()
        if theirs.get((sheet, row, column)) != text
    )


def _formulas(book: Workbook) -> Formulas:
    return {
        (sheet.name, one.row, one.col): _AS_EXCEL_WRITES.sub("", one.text).casefold()
        for sheet in book.sheets
        for one in sheet.formulas()
    }
