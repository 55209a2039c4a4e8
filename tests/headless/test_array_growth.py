"""An array formula that gains rows takes its look, and what covers it, along."""

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from addin.headless.workbook import Workbook


@pytest.fixture
def grown(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Results"
    sheet["B3"] = ArrayFormula("B3:B4", "=A3:A4*2")
    for row in (3, 4):
        sheet.cell(row, 2).number_format = "0.00%"
        sheet.cell(row, 2).font = Font(bold=True)
    red = CellIsRule(
        operator="lessThan", formula=["0"], fill=PatternFill("solid", end_color="FF0000")
    )
    sheet.conditional_formatting.add("B3:B4", red)
    book.defined_names["res_x"] = DefinedName("res_x", attr_text="Results!$B$3:$B$4")
    path = tmp_path / "book.xlsx"
    book.save(path)
    opened = Workbook.open(path)
    opened.sheet("Results").set_array_formula("B3:B9", "=A3:A9*2")
    opened.save(path)
    return openpyxl.load_workbook(path)


def test_new_rows_have_the_look_of_the_first(grown):
    for row in range(3, 10):
        cell = grown["Results"].cell(row, 2)
        assert (cell.number_format, cell.font.bold) == ("0.00%", True)


def test_a_name_of_all_rows_covers_the_new_ones(grown):
    assert grown.defined_names["res_x"].attr_text == "Results!$B$3:$B$9"


def test_a_conditional_format_of_all_rows_covers_the_new_ones(grown):
    ranges = [str(entry.sqref) for entry in grown["Results"].conditional_formatting]
    assert ranges == ["B3:B9"]


def test_the_array_covers_the_new_rows(grown):
    assert grown["Results"]["B3"].value.ref == "B3:B9"
