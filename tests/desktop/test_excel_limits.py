"""What Excel's own objects refuse, which a workbook file would take."""

from importlib import resources

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

import workbook_templates

TEMPLATES = sorted(
    one.relative_to(resources.files(workbook_templates))
    for one in resources.files(workbook_templates).glob("portfolio/*.xlsx")
)


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_array_formulas_of_the_portfolio_can_be_resized_in_excel(name):
    """Range.FormulaArray takes no more than 255 characters; the refresh writes through it."""
    book = openpyxl.load_workbook(resources.files(workbook_templates).joinpath(name))
    formulas = [
        (sheet.title, cell.coordinate, cell.value.text)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, ArrayFormula)
    ]
    assert formulas
    assert [one for one in formulas if len(one[2]) > 255] == []
