"""Our formulas in a workbook that is open in Excel, of which a little stands in here."""

import sys
from pathlib import Path

import pytest

from addin.headless.references import Area
from addin.workbook_tools import freeze, reasons, relink
from addin.workbook_tools.excel_host import ExcelHost
from addin.workbook_tools.places import Place, host_of, is_ours

sys.path.insert(0, str(Path(__file__).parent))
from fake_excel import Book

GRADE = "=CR_PD2GRADE(A2:A4)"
VALUES = {(2, 1): 0.0018, (3, 1): 0.03, (4, 1): None, (2, 2): "A", (3, 2): "B", (4, 2): None}


def places(book, **wanted):
    return [(p.sheet, p.address, p.kind, p.formula) for p in ExcelHost(book).places(**wanted)]


def test_workbook_in_excel_has_its_host():
    assert isinstance(host_of(Book()), ExcelHost)


def test_single_cells_arrays_and_spills_are_told_apart():
    book = Book().add(
        "S",
        {(2, 1): "=1+1", (2, 3): "=CR_PD2GRADE(A2)", (3, 3): "text"},
        arrays={Area.parse("B2:B4"): GRADE},
        spills={Area.parse("D2:E3"): "=CR_POLICY(1)"},
    )
    assert places(book) == [
        ("S", "A2", "cell", "=1+1"),
        ("S", "B2:B4", "array", GRADE),
        ("S", "C2", "cell", "=CR_PD2GRADE(A2)"),
        ("S", "D2:E3", "spill", "=CR_POLICY(1)"),
    ]


def test_single_cells_beside_an_array_in_one_column_are_told_apart():
    book = Book().add("S", {(6, 2): "=1+1"}, arrays={Area.parse("B2:B4"): GRADE})
    assert places(book) == [("S", "B2:B4", "array", GRADE), ("S", "B6", "cell", "=1+1")]


def test_sheet_with_one_cell_is_read():
    assert places(Book().add("S", {(3, 2): "=CR_PD2GRADE(A2)"})) == [
        ("S", "B3", "cell", "=CR_PD2GRADE(A2)")
    ]


def test_older_excel_without_spills_is_read():
    book = Book(spills=False).add("S", {(2, 3): "=1"}, arrays={Area.parse("B2:B4"): GRADE})
    assert places(book) == [("S", "B2:B4", "array", GRADE), ("S", "C2", "cell", "=1")]


def test_only_the_wanted_formulas_of_the_wanted_sheet_are_told():
    book = Book().add("S", {(1, 1): "=1", (2, 1): "=CR_PD2GRADE(B1)"}).add("T", {(1, 1): "=2"})
    assert places(book, wanted=is_ours) == [("S", "A2", "cell", "=CR_PD2GRADE(B1)")]
    assert places(book, sheet="T") == [("T", "A1", "cell", "=2")]


@pytest.mark.parametrize("rows", [10, 2000])
def test_excel_is_asked_as_often_for_many_rows_as_for_few(rows):
    """Each question crosses to another program: thousands of them would take minutes."""
    cells = {(row, 1): f"=CR_PD2GRADE(C{row})" for row in range(2, rows)}
    book = Book().add("S", cells, arrays={Area(2, 2, rows, 2): GRADE})
    assert len(places(book)) == rows - 1
    assert len(book.asked) < 20


@pytest.mark.parametrize(
    ("place", "spills", "done"),
    [
        (Place("S", "B2", "=1", "cell"), True, [("formula2", "B2", "=1")]),
        (Place("S", "B2", "=1", "cell"), False, [("formula", "B2", "=1")]),
        (Place("S", "B2:B4", GRADE, "array"), True, [("formula_array", "B2:B4", GRADE)]),
        (
            Place("S", "B2:B4", GRADE, "spill"), True,
            [("clear", "B2:B4"), ("formula2", "B2", GRADE)],
        ),
    ],
)  # fmt: skip
def test_formula_is_written_as_excel_shows_it(place, spills, done):
    """Formula would let Excel put an @ before our functions where it knows Formula2."""
    book = Book(spills=spills).add("S", {(1, 1): "=1"})
    ExcelHost(book).put(place)
    assert book.done == done


def test_array_formula_that_is_too_long_for_excel_comes_together_in_it():
    formula = f"=IF(CR_GRADE(A2:A4,{'A2:A4+' * 30}0)={'B2:B4+' * 20}0,MAX({'C2:C4,' * 40}0),1)"
    assert len(formula) > 500
    book = Book().add("S", {(1, 1): "=1"})
    ExcelHost(book).put(Place("S", "D2:D4", formula, "array"))
    (first, *later) = book.done
    assert first[:2] == ("formula_array", "D2:D4")
    cell = first[2]
    for _, area, what, replacement in later:
        assert area == "D2:D4"
        assert cell.count(what) == 1
        cell = cell.replace(what, replacement)
    assert cell == formula


def test_values_take_the_place_of_a_whole_array():
    book = Book().add("S", {}, arrays={Area.parse("B2:B4"): GRADE})
    ExcelHost(book).to_values(Place("S", "B2:B4", GRADE, "array"))
    assert book.done == [("Copy", "B2:B4"), ("PasteSpecial", "B2:B4", -4163)]
    assert book.app.api.CutCopyMode is False


@pytest.mark.parametrize(("lang", "word"), [("en", "grade A"), ("zh", "A")])
def test_why_asks_excel_for_the_arguments_and_python_for_the_reasons(lang, word):
    book = Book().add("S", {}, arrays={Area.parse("B2:B4"): GRADE}, values=VALUES)
    book.known = {'"why"': "why", f'"{lang}"': lang}
    found = reasons(book, "S", "$B$2:$B$3", lang)
    assert [(one.cell, one.value, one.function) for one in found] == [
        ("B2", "A", "CR_PD2GRADE"),
        ("B3", "B", "CR_PD2GRADE"),
    ]
    assert word in found[0].text
    assert "Evaluate A2:A4" in book.asked


def test_why_of_a_long_formula_is_told_nevertheless():
    """Excel's Evaluate takes 255 characters; the formula as a whole has more."""
    rate, scale = "A2" + "+0" * 100, "IF(1" + "+0" * 50 + ",,1)"
    formula = f"=CR_PD2GRADE({rate},{scale})"
    assert len(formula) > 255
    book = Book().add("S", {(2, 2): formula}, values=VALUES)
    book.known = {'"why"': "why", '"en"': "en", rate: 0.0018, scale: None}
    (found,) = reasons(book, "S", "B2")
    assert "grade A" in found.text


def test_links_are_made_plain_in_excel():
    book = Book().add("S", {(2, 2): "='C:\\x\\creditcells.xlam'!CR_PD2GRADE(A2)", (3, 2): "=1"})
    assert relink(book) == 1
    assert book.done == [("formula2", "B2", "=CR_PD2GRADE(A2)")]


def test_workbook_without_our_formulas_is_not_frozen():
    book = Book().add("S", {(2, 2): "=SUM(A1)"})
    assert freeze(book) == 0
    assert book.done == []
