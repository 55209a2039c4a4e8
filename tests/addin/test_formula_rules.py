"""The rules of good formulas: what breaks them and what does not."""

import openpyxl
import pytest

from addin.check import check_file
from addin.column_rules import odd_cells, relative
from addin.formula_rules import text_faults, thresholds
from addin.headless.formula_text import parse
from addin.headless.workbook import Workbook


@pytest.mark.parametrize(
    ("formula", "numbers"),
    [
        ("IF(A1>0.05,1,0)", ["0.05"]),
        ("IF(0.7<=B2,C2,D2)", ["0.7"]),
        ("A1=90", ["90"]),
        ("IF(A1>(B1*1.2),1,0)", ["1.2"]),
        ("IF(AND(A1>0,B1<30),1,0)", ["30"]),
        ("SUMPRODUCT((A1:A9>=5)*B1:B9)", ["5"]),
        ('COUNTIF(A1:A9,">=0.03")', ['">=0.03"']),
        ('COUNTIF(A1:A9,">"&90)', ["90"]),
        ("MAX(A1,0.03)", ["0.03"]),
        ("COUNT(A1:A9)>=3", ["3"]),
        ("MIN(-0.5,A1)", ["0.5"]),
        ("MATCH(A1,{0,0.2,0.4})", ["{0,0.2,0.4}"]),
    ],
)
def test_a_number_that_decides_is_a_threshold(formula, numbers):
    assert list(thresholds(parse(formula))) == numbers


@pytest.mark.parametrize(
    "formula",
    [
        "IF(A1>limit,1,0)",
        "IF(A1=0,0,B1/A1)",
        "IF(A1>-1,B1*0.45,0)",
        "A1/12>B1",
        "IF(ROW()>5,1,0)",
        "IF(LEN(A1)=18,1,0)",
        "IF(MOD(ROW(),2)=0,1,0)",
        'COUNTIF(A1:A9,"<0")',
        'COUNTIF(A1:A9,"B2B")',
        "INDEX(A1:A9,5)",
        "ROUND(A1,4)",
        "MAX(A1,0)",
        'CR_BAND(A1,{100,500},{"a","b","c"})',
        "MATCH(A1,{0,1},0)",
        "IF(COUNT(A1,B1)=2,A1/B1,0)",
    ],
)
def test_a_number_that_counts_or_converts_is_none(formula):
    assert list(thresholds(parse(formula))) == []


@pytest.mark.parametrize(
    ("formula", "rule"),
    [
        ("TODAY()", "volatile"),
        ("CR_NONE(A1)", "unknown"),
        ("IF(A1,IF(B1,IF(C1,1,2),3),4)", "nested"),
        ("A1+" * 90 + "1", "long"),
        ("A1+\nB1", "long"),
        ("A1>5", "threshold"),
    ],
)
def test_each_rule_is_found(formula, rule):
    assert [found for found, _ in text_faults(formula)] == [rule]


def test_thresholds_belong_on_policy_sheets():
    assert list(text_faults("A1>5", is_policy=True)) == []


@pytest.mark.parametrize(
    ("text", "row", "column", "form"),
    [
        ("B2*C2", 2, 4, "R[0]C[-2]*R[0]C[-1]"),
        ("B$2*$C2", 3, 4, "R2C[-2]*R[-1]C3"),
        ("SUM(A1:A9)", 10, 1, "SUM(R[-9]C[0]:R[-1]C[0])"),
        ("'Q1'!A1&\"A1\"", 1, 1, "'Q1'!R[0]C[0]&\"A1\""),
        ("LOG10(A1)", 1, 1, "LOG10(R[0]C[0])"),
    ],
)
def test_references_become_distances(text, row, column, form):
    assert relative(text, row, column) == form


def columns(tmp_path, cells):
    book = openpyxl.Workbook()
    for row, text in enumerate(cells, start=1):
        book.active.cell(row, 3).value = text
    book.save(tmp_path / "book.xlsx")
    return list(odd_cells(Workbook.open(tmp_path / "book.xlsx").sheets[0]))


@pytest.mark.parametrize(
    ("cells", "odd"),
    [
        (["=A1", "=A2", "=A3", "=A4*2", "=A5", "=A6"], [("differs", "C4")]),
        (["=A1", "=A2", 7, "=A4", "=A5"], [("typed_over", "C3")]),
        (["=B1", "=A2", "=A3", "=A4", "=A5", "=A6", "=A7", "=SUM(C1:C7)"], []),
        (["=A1", "=B2", "=A3*2", "=D4"], []),
        (["=A1", "=A2", "=A3", "=A4", "=A5", "=A6", "=B1", "=SUM(C1:C7)"], []),
        (["=A1", "=A2*2", "=A3"], []),
        (["=A1", "=A2", "note", "=A4", "=A5"], []),
    ],
)
def test_a_cell_that_breaks_its_column_is_found(tmp_path, cells, odd):
    assert columns(tmp_path, cells) == odd


@pytest.mark.parametrize(
    ("title", "tab", "found"),
    [("Sheet", "17324D", ["threshold"]), ("Sheet", "4C9F70", []), ("政策", None, [])],
)
def test_a_policy_sheet_is_told_by_its_tab_or_its_name(tmp_path, title, tab, found):
    book = openpyxl.Workbook()
    book.active.title = title
    book.active.sheet_properties.tabColor = tab
    book.active["B1"] = "=A1>5"
    book.save(tmp_path / "book.xlsx")
    rules = {finding.rule for finding in check_file(tmp_path / "book.xlsx")}
    assert sorted(rules - {"stale"}) == found
