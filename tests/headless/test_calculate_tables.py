"""Structured references, names and other people's prefixes in whole workbooks."""

import openpyxl
import pytest
from calculation_books import FUNCTIONS
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from addin.headless.calculate import calculate
from addin.headless.workbook import Workbook
from udfs.errors import NA, CellError

FORMULAS = {
    "E2": ("=SUM(CR_TWICE(贷款[金额]))", 120),
    "E3": ("=SUM(贷款[双倍])", 120),
    "E4": ("=CR_TWICE(贷款[[#Totals],[金额]])", 120),
    "E5": ("=COUNTA(贷款[#Headers])", 3),
    "E6": ("=CR_SEEN(贷款[#Headers])", "([['id', '金额', '双倍']],)"),
    "E7": ("=INDEX(CR_TWICE(贷款[[id]:[金额]]),2,2)", 40),
    "E8": ('=SUMIFS(贷款[双倍],贷款[id],">1")', 100),
    "E9": ("=CR_TWICE(利率)", 0.1),
    "E10": ("=SUM(CR_TWICE(范围))*利率", 6),
    "E11": ('=IF(CR_TWICE(MAX(贷款[金额]))>50,"大","小")', "大"),
    "E12": ("=CR_TWICE(VLOOKUP(2,贷款,2,FALSE))", 40),
    "E13": ("=ROWS(贷款[#All])", 5),
}


@pytest.fixture
def path(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "贷款 台账"
    sheet.append(["id", "金额", "双倍"])
    for number in range(1, 4):
        sheet.append([number, number * 10, "=CR_TWICE(贷款[[#This Row],[金额]])"])
    sheet.append(["合计", "=SUBTOTAL(109,贷款[金额])", None])
    table = Table(displayName="贷款", ref="A1:C5", totalsRowCount=1)
    sheet.add_table(table)
    sheet["G2"] = 0.05
    for cell, (formula, _) in FORMULAS.items():
        sheet[cell] = formula
    sheet["I2"] = ArrayFormula("I2:I5", "=CR_TWICE(贷款[金额])+贷款[id]")
    book.defined_names["利率"] = DefinedName("利率", attr_text="'贷款 台账'!$G$2")
    book.defined_names["范围"] = DefinedName("范围", attr_text="贷款[金额]")
    name = tmp_path / "book.xlsx"
    book.save(name)
    return name


@pytest.fixture
def computed(path):
    book = Workbook.open(path)
    report = calculate(book, functions=FUNCTIONS)
    assert not report.uncomputed
    return book


@pytest.mark.parametrize("cell", FORMULAS)
def test_tables_and_names_mean_their_cells(computed, cell):
    formula, expected = FORMULAS[cell]
    got = computed.sheet("贷款 台账").value(int(cell[1:]), 5)
    assert got == (pytest.approx(expected) if isinstance(expected, float) else expected), formula


def test_each_row_of_a_table_takes_its_own_cell(computed):
    assert computed.sheet("贷款 台账").values(2, 3, 4, 3) == [[20], [40], [60]]


def test_a_table_column_fills_an_array_formula(computed):
    filled = computed.sheet("贷款 台账").values(2, 9, 5, 9)
    assert filled == [[21], [42], [63], [CellError(NA)]]


def test_the_text_of_formulas_stays_as_it_is_stored(computed, path):
    before = {f.text for f in Workbook.open(path).sheet("贷款 台账").formulas()}
    assert {f.text for f in computed.sheet("贷款 台账").formulas()} == before
