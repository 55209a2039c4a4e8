"""A function's table in a fixed range: rows to spare stay blank, whatever the table's length."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, dress
from workbook_templates.style import CALCULATION, HEADER

_HEADER_HEIGHT = 32.0
_ROW_HEIGHT = 18.0


def spill(
    sheet: Worksheet,
    top: int,
    left: int,
    call: str,
    rows: int,
    kinds: Sequence[str],
    *,
    surplus: str = '""',
    style: str = CALCULATION,
) -> Box:
    """Write a call whose table has its headers in the first row; returns the rows below them.

    An array formula of fixed size works in every Excel, in WPS and in LibreOffice. Cells beyond
    the table would show #N/A, and a call that fails its error: they show ``surplus`` instead.

    Args:
        sheet: the sheet.
        top: the row of the headers.
        left: the first column.
        call: the call without the equals sign.
        rows: how many rows stand below the headers.
        kinds: the number format of each column; further columns of the table are left out.
        surplus: what stands in cells that the table does not fill.
        style: of the cells.
    """
    whole = Box(sheet, top, left, top + rows, left + len(kinds) - 1)
    for row in range(top, whole.bottom + 1):
        for i, kind in enumerate(kinds):
            dress(sheet.cell(row, left + i), HEADER if row == top else style, kind)
    # IFERROR alone sees only the table: the rows of the range make it as tall as the range is.
    tall = f"IF(ROW($A${top}:$A${whole.bottom}),{call})"
    sheet.cell(top, left).value = ArrayFormula(whole.address, f"=IFERROR({tall},{surplus})")
    return Box(sheet, top + 1, left, whole.bottom, whole.right)


def set_heights(sheet: Worksheet, top: int, bottom: int) -> None:
    """Give a table's headers room for two lines, and its rows an even height."""
    sheet.row_dimensions[top].height = _HEADER_HEIGHT
    for row in range(top + 1, bottom + 1):
        sheet.row_dimensions[row].height = _ROW_HEIGHT


def whole(body: Box) -> Box:
    """A table with its headers, as functions take it."""
    return Box(body.sheet, body.top - 1, body.left, body.bottom, body.right)


def name_columns(book: Workbook, body: Box, names: dict[str, int]) -> None:
    """Give columns of a table, counted from 0, their names."""
    for name, place in names.items():
        define(book, name, body.column(place))
