"""How the workbooks about one customer write results that may lack an input."""

from __future__ import annotations

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, column_formula, put
from workbook_templates.style import UNIT

MISSING = "missing"
"""The policy cell with the word that a result shows when an input is blank."""


def known(formula: str) -> str:
    """The result, or the word for what is missing."""
    return f"=IFERROR({formula},{MISSING})"


def or_blank(formula: str) -> str:
    """The result, or a blank where there is nothing to compute it from."""
    return f'=IFERROR({formula},"")'


def array_cell(
    sheet: Worksheet, row: int, column: int, formula: str, style: str, kind: str
) -> None:
    """One cell with an array formula: in Excel 2016 only those turn ranges round."""
    column_formula(Box(sheet, row, column, row, column), formula, style, kind)


def array_beside(
    sheet: Worksheet, shown: tuple[int, int], formula: str, style: str, kind: str, helper: int
) -> None:
    """An array formula in a helper column, off the page, and its result where it is shown.

    Excel takes no array formula in merged cells, and a reason is shown over several columns.

    Args:
        sheet: the sheet.
        shown: row and column of the cell that shows the result.
        formula: the array formula.
        style: of the cell that shows it.
        kind: of number format.
        helper: the column that computes.
    """
    row, column = shown
    array_cell(sheet, row, helper, formula, UNIT, kind)
    result = f"{get_column_letter(helper)}{row}"
    text = f'{result}&""' if kind == "words" else result
    put(sheet, row, column, f"={text}", style, kind)


def turned(cells: str) -> str:
    """A column as a row, for functions that take a customer per row; only in array formulas.

    Excel's TRANSPOSE alone makes a zero of a blank, and a blank is no zero here.
    """
    return f'TRANSPOSE(IF({cells}="","",{cells}))'
