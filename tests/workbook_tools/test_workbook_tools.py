"""Why, freeze, thaw and relink on workbooks in files, as the commands do them."""

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from addin.headless.engine import open_book
from addin.workbook_tools import freeze, reasons, relink, thaw
from addin.workbook_tools.places import host_of, is_ours
from addin.workbook_tools.reasons import why_formulas
from addin.workbook_tools.relinking import relinked

PDS = [0.0001, 0.03, None, "n/a"]


@pytest.fixture
def book(tmp_path):
    made = Workbook()
    sheet = made.active
    sheet.title = "Book 簿"
    for row, pd in enumerate(PDS, start=2):
        sheet.cell(row, 1, pd)
    sheet["B2"] = ArrayFormula("B2:B5", "=CR_PD2GRADE(A2:A5)")
    sheet["C2"] = "=CR_PD2GRADE(A2)"
    sheet["D2"] = "=A2*100"
    sheet["E2"] = "=CR_GRADEQUESTION(A2)"
    sheet["F2"] = '=IF(A2<0.01,CR_GRADE(CR_PD2SCORE(A2)/10),"")'
    sheet["G2"] = '="CR_GRADE("&A2'
    path = tmp_path / "book.xlsx"
    made.save(path)
    opened = open_book(path)
    opened.app.calculate()
    return opened


def contents(book):
    return {
        (place.sheet, place.address): (place.kind, place.formula)
        for place in host_of(book).places()
    }


def values(book):
    sheet = book.sheets["Book 簿"].impl.api
    return [sheet.values(row, 1, row, 7)[0] for row in range(2, 6)]


@pytest.mark.parametrize(
    ("formula", "ours"),
    [
        ("=CR_GRADE(B2)", True),
        ("=cr_grade(B2)", True),
        ("=IF(A1>0,[1]!CR_GRADE(B2),1)", True),
        ("=_xldudf_CR_GRADE(B2)", True),
        ('="CR_GRADE("', False),
        ("=CR_NOSUCH(B2)", False),
        ("=SUM(B2)", False),
        ("=CR_GRADE(", False),
    ],
)
def test_our_formulas_are_told_from_others(formula, ours):
    assert is_ours(formula) is ours


@pytest.mark.parametrize(
    ("formula", "asked"),
    [
        ("=CR_GRADE(B2,,C1:D9)", [("CR_GRADE", '=CR_GRADE(B2,,C1:D9,,"why","zh")')]),
        ('=CR_GRADE(B2,,,,"table","en")', [("CR_GRADE", '=CR_GRADE(B2,,,,"why","zh")')]),
        (
            "=IF(A1,CR_PD2GRADE(CR_SCORE2PD(B2)),0)",
            [("CR_PD2GRADE", '=CR_PD2GRADE(CR_SCORE2PD(B2),,"why","zh")')],
        ),
        (
            "=CR_GRADE(CR_SCORE(B2:L2))",
            [
                ("CR_GRADE", '=CR_GRADE(CR_SCORE(B2:L2),,,,"why","zh")'),
                ("CR_SCORE", '=CR_SCORE(B2:L2,,,"why","zh")'),
            ],
        ),
        ("=CR_ROLLUP(A1,B1:B9,C1:C9)", []),
        ("=SUM(A1)", []),
    ],
)
def test_a_formula_is_asked_for_its_reason(formula, asked):
    assert why_formulas(formula, "zh") == asked


def test_reasons_of_an_array_go_cell_by_cell(book):
    found = reasons(book, "Book 簿", "$B$2:$B$5")
    assert [(one.cell, one.function, one.value) for one in found] == [
        ("B2", "CR_PD2GRADE", "AA+"),
        ("B3", "CR_PD2GRADE", "BB"),
        ("B5", "CR_PD2GRADE", "#VALUE!"),
    ]
    assert found[1].text.startswith("PD 3.0000% lies from")
    assert found[2].text == "pd: 'n/a' is not a number."


def test_reasons_of_one_cell_in_chinese(book):
    (found,) = reasons(book, "Book 簿", "C2", "zh")
    assert found.text.startswith("违约概率")


def test_reasons_of_a_call_inside_another_formula(book):
    (found,) = reasons(book, "Book 簿", "F2")
    assert found.function == "CR_GRADE"
    assert "grade" in found.text


def test_asking_for_reasons_changes_nothing(book):
    before = contents(book), values(book)
    reasons(book, "Book 簿", "A1:G9")
    assert (contents(book), values(book)) == before


def test_cells_without_our_functions_have_no_reasons(book):
    assert reasons(book, "Book 簿", "D2:E2") == []


def test_frozen_workbook_keeps_values_and_other_formulas(book):
    before = values(book)
    assert freeze(book) == 3
    assert values(book) == before
    assert {address for _, address in contents(book)} == {"D2", "E2", "G2"}
    assert not book.sheets["creditcells frozen"].visible


def test_thaw_brings_every_formula_back(book):
    before = contents(book), values(book)
    freeze(book)
    assert thaw(book) == 3
    book.app.calculate()
    assert (contents(book), values(book)) == before
    assert [sheet.name for sheet in book.sheets] == ["Book 簿"]


def test_freezing_twice_and_thawing_without_frost(book):
    freeze(book)
    assert freeze(book) == 0
    assert thaw(book) == 3
    assert thaw(book) == 0


def test_frozen_workbook_survives_saving(book, tmp_path):
    before = contents(book)
    freeze(book)
    book.save(tmp_path / "sent.xlsx")
    again = open_book(tmp_path / "sent.xlsx")
    assert thaw(again) == 3
    assert contents(again) == before


def test_formulas_of_a_sheet_that_was_frozen_later_are_added(book):
    freeze(book)
    sheet = book.sheets["Book 簿"]
    sheet.range("H2").formula = "=CR_PD2GRADE(A3)"
    book.app.calculate()
    assert freeze(book) == 1
    assert thaw(book) == 4


@pytest.mark.parametrize(
    ("linked", "plain"),
    [
        ("=[1]!CR_GRADE(B2)", "=CR_GRADE(B2)"),
        ("='C:\\Users\\li\\creditcells.xlam'!CR_GRADE(B2)", "=CR_GRADE(B2)"),
        ("='[2]creditcells'!CR_GRADE(B2)+1", "=CR_GRADE(B2)+1"),
        ("=creditcells.xlam!CR_GRADE(B2)", "=CR_GRADE(B2)"),
        ("=_xldudf_CR_GRADE(B2)", "=CR_GRADE(B2)"),
        ("=[1]!CR_NOSUCH(B2)", "=[1]!CR_NOSUCH(B2)"),
        ("=[1]Sheet1!A1+CR_GRADE(B2)", "=[1]Sheet1!A1+CR_GRADE(B2)"),
        ('="[1]!CR_GRADE("', '="[1]!CR_GRADE("'),
    ],
)
def test_links_to_an_addin_become_plain(linked, plain):
    assert relinked(linked) == plain


def test_relinked_workbook_computes_again(book):
    sheet = book.sheets["Book 簿"]
    sheet.range("H2").formula = "=[1]!CR_PD2GRADE(A3)"
    assert relink(book) == 1
    book.app.calculate()
    assert sheet.range("H2").value == "BB"
    assert relink(book) == 0
