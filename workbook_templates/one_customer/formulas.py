"""How the workbooks about one customer write results that may lack an input."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, column_formula

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


def turned(cells: str) -> str:
    """A column as a row, for functions that take a customer per row; only in array formulas.

    Excel's TRANSPOSE alone makes a zero of a blank, and a blank is no zero here.
    """
    return f'TRANSPOSE(IF({cells}="","",{cells}))'
