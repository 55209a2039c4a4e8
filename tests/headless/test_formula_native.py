"""The text that IronCalc gets, and what it makes of arrays."""

import ironcalc
import pytest

from addin.headless.formula_scope import Scope
from addin.headless.formula_text import parse
from addin.headless.native_functions import ELEMENTWISE, LIFTED, known, place, places
from addin.headless.native_text import NativeText
from addin.headless.shapes import shape
from addin.headless.tables import Table
from addin.headless.uncomputable import UncomputableError
from addin.headless.workbook import Name


class Book:
    """A workbook without a file: two sheets, a table, names."""

    class _Sheet:
        def __init__(self, name):
            self.name = name

    sheets = (_Sheet("S"), _Sheet("客户 表"))
    tables = (Table("Loans", "S", "K3:M9", ("id", "amount", "a [b]"), 1, 1, "t"),)
    names = (
        Name("Rate", None, "S!$B$1"),
        Name("Twice", None, "Rate*2"),
        Name("Local", "S", "S!$C$1:$C$9"),
        Name("Self", None, "Self+1"),
        Name("Moving", None, "S!B2"),
    )


def native(text, *, array=False, row=5, column=9):
    spilled = []

    def spill(inner, size):
        spilled.append((inner.replace("'S'!", ""), size))
        return f"~{len(spilled)}#"

    writer = NativeText(row, column, spill, last_row=lambda: 100)
    tree = Scope(Book).resolve(parse(text), "S", row, column)
    written = writer.write(tree, array=array, wanted="a" if array else "s")
    return written.replace("'S'!", ""), spilled


@pytest.mark.parametrize(
    ("formula", "plain"),
    [
        ("A1:A9*2", "A5*2"),
        ("SUM(A1:A9)", "SUM(A1:A9)"),
        ("SUM(A1:A9*2)", "SUM(A5*2)"),
        ("SUMPRODUCT(A1:A9*B1:B9)", "SUMPRODUCT(A1:A9*B1:B9)"),
        ("A20:A30", "#VALUE!"),
        ("ROUND(A1:Z1,0)", "ROUND(I1,0)"),
        ("VLOOKUP(A:A,B:C,2,FALSE)", "VLOOKUP(A5,B1:C100,2,FALSE)"),
        ("COUNTIF(A1,5)", "COUNTIF(A1:A1,5)"),
        ("COUNTIF(A:A,A5)", "COUNTIF(A:A,A5)"),
        ("IF(A1:A9>1,B1:B9,0)", "IF(A5>1,B5,0)"),
        ("SUM(IF(A5>1,B1:B9))", "SUM(IF(A5>1,B1:B9))"),
        ("A1:C9 B2:D3", "#VALUE!"),
        ("SUM(A1:C9 B2:D3)", "SUM(B2:C3)"),
        ("SUM(A1:A2 C1:C2)", "SUM(#NULL!)"),
        ("INDEX(A1:B9,MATCH(3,A1:A9,0),2)", "INDEX(A1:B9,MATCH(3,A1:A9,0),2)"),
        ("@A1:A9+1", "@(A5)+1"),
        ("_xlfn.SINGLE(A1:A9)+1", "@(A5)+1"),
        ("Rate*2", "B1*2"),
        ("twice+1", "(B1*2)+1"),
        ("SUM(Local)", "SUM(C1:C9)"),
        ("Unknown+1", "Unknown+1"),
        ("SUM(Loans[amount])", "SUM(L4:L8)"),
        ("Loans[@amount]*2", "L5*2"),
        ("Loans[[#This Row],[id]:[amount]]", "#VALUE!"),
        ("SUM(Loans[[#Headers],[#Data],[id]])", "SUM(K3:K8)"),
        ("COUNTA(Loans[#Headers])", "COUNTA(K3:M3)"),
        ("SUM(Loans[#Totals])", "SUM(K9:M9)"),
        ("SUM(Loans[a '[b']])", "SUM(M4:M8)"),
        ("ROWS(Loans)", "ROWS(K4:M8)"),
        ("_xlfn.XLOOKUP(1,A1:A9,B1:C9)", "INDEX(B1:C9,XMATCH(1,A1:A9,0,1),0)"),
        ('TEXT(A1,"yyyy年m月")', 'TEXT(A1,"yyyy""年""m""月""")'),
        ('TEXT(A1,"[$-804]0.0%")', 'TEXT(A1,"0.0%")'),
    ],
)
def test_a_plain_formula_takes_one_cell_where_one_value_is_meant(formula, plain):
    assert native(formula)[0] == plain


@pytest.mark.parametrize(
    ("formula", "array"),
    [
        ("A1:A9*2", "A1:A9*2"),
        ("ROUND(A1:A9,0)", "MAP(A1:A9,LAMBDA(each_0,ROUND(each_0,0)))"),
        ("ABS(A1:A9)", "ABS(A1:A9)"),
        ("A1:A9*_xlfn.SINGLE(B1:B9)", "A1:A9*@(B5)"),
        (
            "ATAN2(A1:A9,B1:B9)",
            "MAP(A1:A9,B1:B9,LAMBDA(each_0,each_1,ATAN2(each_0,each_1)))",
        ),
        ("COUNTIF(A1:A9,B1:B3)", "MAP(B1:B3,LAMBDA(each_0,COUNTIF(A1:A9,each_0)))"),
        ("IFS(A1:A3>1,5,TRUE,6)", "IF(A1:A3>1,5,IF(TRUE,6,#N/A))"),
        ("SUM(IF(A1:A9>1,B1:B9))", "SUM(IF(A1:A9>1,B1:B9))"),
        ("_xlfn.LET(_xlpm.x,A1:A9,SUM(_xlpm.x))", "LET(x,A1:A9,SUM(x))"),
    ],
)
def test_an_array_formula_is_computed_element_by_element(formula, array):
    assert native(formula, array=True)[0] == array


@pytest.mark.parametrize(
    ("formula", "written", "spilled"),
    [
        ("COUNT({1,2,3})", "COUNT(~1#)", [("{1,2,3}", (1, 3))]),
        (
            "COUNT(_xlfn._xlws.FILTER(A1:A9,A1:A9>2))",
            "COUNT(~1#)",
            [("FILTER(A1:A9,A1:A9>2)", None)],
        ),
        ("SUM({1,2,3})", "SUM({1,2,3})", []),
    ],
)
def test_an_array_is_put_into_cells_for_functions_that_need_a_range(formula, written, spilled):
    assert native(formula) == (written, spilled)


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("GROUPBY(A1:A3,B1:B3,SUM)", "no function GROUPBY"),
        ("[1]Sheet1!A1", "another workbook"),
        ("[1]!Name", "another workbook"),
        ("SUM(S:X!A1)", "several sheets"),
        ("Nowhere!A1", "no sheet 'Nowhere'"),
        ("SUM((A1,B2))", "union"),
        ("SUM(A1:INDEX(A1:A9,3))", "':'"),
        ("Loans[none]", "column 'none'"),
        ("Nothing[a]", "no table 'Nothing'"),
        ("Self", "refers to itself"),
        ("Moving", "relative"),
        ('CELL("filename")', "workbook itself"),
        ("SUM(ZZZ1:ZZZ2)", "outside"),
        ('TEXT(A1,"aaaa")', "weekday"),
        ("LENB(A1)", "language"),
    ],
)
def test_what_cannot_be_computed_says_why(formula, reason):
    with pytest.raises(UncomputableError, match=reason):
        native(formula)


@pytest.mark.parametrize(
    ("formula", "size"),
    [
        ("A1", (1, 1)),
        ("A1:B9", (9, 2)),
        ("A1:A9*B1:C1", (9, 2)),
        ("@A1:A9", (1, 1)),
        ("{1,2;3,4}", (2, 2)),
        ("SUM(A1:A9)", (1, 1)),
        ("ROUND(A1:A9,1)", (9, 1)),
        ("TRANSPOSE(A1:B9)", (2, 9)),
        ("INDEX(A1:B9,0,1)", None),
        ("INDEX(A1:A9,B1)", (1, 1)),
        ("OFFSET(A1,1,1)", None),
        ("ROW(A1:A9)", (9, 1)),
        ("COLUMN(A1:C9)", (1, 3)),
    ],
)
def test_the_size_of_a_result_is_known_beforehand(formula, size):
    assert shape(Scope(Book).resolve(parse(formula), "S", 1, 1), {}) == size


SAMPLES = {"IFERROR": "1", "IFNA": "1", "FIND": '"5"', "SEARCH": '"5"', "DATE": "1,1"}
PAIRS = {
    "ACOSH": (2.0, 3.0),
    "ACOT": (2.0, 3.0),
    "ACOTH": (2.0, 3.0),
    "DATE": (2020.0, 2021.0),
}
TEXTS = ("CLEAN", "EXACT", "LEFT", "LEN", "LOWER", "PROPER", "TRIM", "UPPER")
MORE = {
    "EXACT": ',"b5"',
    "MID": ",2,2",
    "POWER": ",2",
    "REPLACE": ',1,1,"x"',
    "REPT": ",2",
    "SUBSTITUTE": ',"5","6"',
    "TEXT": ',"0.00"',
    "RIGHT": ",1",
    "DATE": ",1,1",
    "IFERROR": ",1",
    "IFNA": ",1",
}


@pytest.mark.parametrize("name", sorted(LIFTED))
def test_ironcalc_computes_these_functions_over_arrays(name):
    first, second = PAIRS.get(name, (0.25, 0.75))
    if name in TEXTS or name in ("FIND", "SEARCH"):
        first, second = "a5", "bb5"
    before = '"5",' if name in ("FIND", "SEARCH") else ""
    model = ironcalc.create("book")
    for row, value in enumerate((first, second), 1):
        if isinstance(value, str):
            model.update_cell_with_text(0, row, 1, value)
        else:
            model.update_cell_with_number(0, row, 1, value)
        model.set_user_input(0, row, 2, f"={name}({before}A{row}{MORE.get(name, '')})")
    model.set_user_input(0, 1, 3, f"={name}({before}A1:A2{MORE.get(name, '')})")
    model.evaluate()
    single = [model.get_cell_value(0, row, 2) for row in (1, 2)]
    assert [model.get_cell_value(0, row, 3) for row in (1, 2)] == single


@pytest.mark.parametrize("name", sorted(ELEMENTWISE))
def test_every_function_of_the_table_exists(name):
    assert known(name)


def test_unknown_functions_are_told_from_known_ones():
    assert not known("GROUPBY")
    assert not known("CR_GRADE")


@pytest.mark.parametrize(
    ("name", "letters"),
    [("SUMIFS", "rrsrsrs"), ("VLOOKUP", "sass"), ("ROUND", "ss"), ("SUM", "rrr"), ("NOSUCH", "rr")],
)
def test_the_places_of_arguments(name, letters):
    assert "".join(place(name, i) for i in range(len(letters))) == letters


def test_no_function_is_in_two_tables():
    assert places("IF") == "srr"
    assert not {"IF", "SUM", "VLOOKUP"} & ELEMENTWISE
