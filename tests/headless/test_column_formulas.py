"""Formulas over columns computed here: IronCalc and LibreOffice are the referees."""

import itertools
import math

import openpyxl
import pytest
from calculation_books import FUNCTIONS, Array, Text, book
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from addin.calc.office import private_office
from addin.headless.calculate import calculate
from addin.headless.column_formulas import ColumnFormula
from addin.headless.column_values import UnsureError
from addin.headless.formula_text import Call, Group, Kind, Leaf, Range, parse
from addin.headless.native_model import NativeModel
from addin.headless.native_text import NativeText
from addin.headless.references import Area
from udfs.errors import CellError

ROWS = 4
OPERATORS = ("+", "-", "*", "/", "=", "<>", "<", ">", "<=", ">=")
COLUMNS = tuple(f"{letter}1:{letter}{ROWS}" for letter in "ABC")
CONSTANTS = ("0", "1", "2.5", "1E+100", '""', '"yes"', '"5"', "TRUE", "FALSE", "C2")
TEXTS = st.sampled_from(["", "a", "A", "yes", "Ä", "ä", "客户", "ß", "a1", " "])
# To IronCalc, other than to Excel, numbers very near to 0 are equal to it.
NUMBERS = st.one_of(
    st.integers(-5, 5),
    st.floats(1e-6, 1e6),
    st.floats(-1e6, -1e-6),
    st.sampled_from([0.1 + 0.2, 0.3, 1e100, 1e-5]),
)
CELLS = st.one_of(
    NUMBERS,
    TEXTS,
    st.none(),
    st.booleans(),
    st.sampled_from([CellError("#N/A"), CellError("#DIV/0!")]),
)


def formulas():
    def larger(inner):
        pair = st.tuples(inner, st.sampled_from(OPERATORS), inner).map(lambda p: f"({''.join(p)})")
        chain = st.tuples(
            inner, st.sampled_from(OPERATORS), inner, st.sampled_from(OPERATORS), inner
        )
        return st.one_of(
            pair,
            chain.map("".join).map("({})".format),
            inner.map("-{}".format),
            st.tuples(inner, inner, inner).map(lambda t: f"IF({','.join(t)})"),
            st.tuples(inner, inner).map(lambda t: f"IFERROR({','.join(t)})"),
            st.tuples(st.sampled_from(["ISNUMBER", "ISERROR", "ISTEXT"]), inner).map(
                lambda t: f"{t[0]}({t[1]})"
            ),
            st.sampled_from(COLUMNS).map("LEN({})".format),  # IronCalc's -0 would have two
        )

    return st.recursive(st.sampled_from(COLUMNS + CONSTANTS), larger, max_leaves=6)


def resolved(nodes):
    """The tree with the ranges of the one sheet there is."""
    done = []
    for node in nodes:
        if isinstance(node, Leaf) and node.kind is Kind.REFERENCE:
            done.append(Range("S", Area.parse(node.text)))
        elif isinstance(node, Call):
            done.append(Call(node.name, tuple(map(resolved, node.arguments))))
        elif isinstance(node, Group):
            done.append(Group(tuple(map(resolved, node.parts))))
        else:
            done.append(node)
    return tuple(done)


def here(text, columns):
    """What the formula gives here; fails with `UnsureError` where IronCalc has to compute it."""

    def values(node):
        area = node.area
        return columns[area.first_column - 1][area.first_row - 1 : area.last_row]

    formula = ColumnFormula(resolved(parse(text)), array=True)
    return formula.compute(values, blanks=False)


def by_ironcalc(text, columns):
    model = NativeModel(["S"], 8)
    for number, column in enumerate(columns, 1):
        model.load_column("S", number, 1, column)
    writer = NativeText(1, 1, model.spill, height=ROWS, in_place=False, sheet="S")
    written = writer.write(resolved(parse(text)), array=True, wanted="a")
    place = model.scratch(written, (ROWS, 1))
    model.evaluate()
    return model.spilled(place)[0]


def same(left, right):
    if isinstance(left, CellError) or isinstance(right, CellError):
        return (
            isinstance(left, CellError) and isinstance(right, CellError) and left.code == right.code
        )
    if isinstance(left, bool) or isinstance(right, bool) or isinstance(left, str):
        return left is right or (isinstance(left, str) and left == right)
    return isinstance(right, int | float) and math.isclose(left, right, rel_tol=1e-15)


@settings(deadline=None, max_examples=300)
@given(text=formulas(), cells=st.lists(CELLS, min_size=3 * ROWS, max_size=3 * ROWS))
def test_a_formula_gives_what_ironcalc_gives(text, cells):
    columns = [cells[start : start + ROWS] for start in range(0, len(cells), ROWS)]
    try:
        ours = here(text, columns)
    except UnsureError:
        assume(False)
    theirs = by_ironcalc(text, columns)
    theirs = theirs * len(ours) if len(theirs) == 1 else theirs
    assert len(ours) == len(theirs)
    assert all(map(same, ours, theirs)), (ours, theirs)


# To LibreOffice a flag is a number, so there is none among them.
KINDS = (None, 0, 1, -2.5, "a", "A", "客户", CellError("#N/A"), CellError("#DIV/0!"))
PAIRS = tuple(itertools.product(KINDS, repeat=2))
HEIGHT = len(PAIRS)
LEFT, RIGHT = f"A1:A{HEIGHT}", f"B1:B{HEIGHT}"
OF_PAIRS = (
    *(f"{LEFT}{operator}{RIGHT}" for operator in OPERATORS),
    f"-{LEFT}",
    f"IF({LEFT},{RIGHT},7)",
    f'IF({LEFT}="",{RIGHT},-1)',
    f"IFERROR({LEFT}/{RIGHT},5)",
    f"ISNUMBER({LEFT})",
    f"ISERROR({LEFT}*{RIGHT})",
    f"ISTEXT({LEFT})",
)


@pytest.fixture(scope="module")
def by_libreoffice(tmp_path_factory, program):
    """A column of results for each formula over all pairs."""
    folder = tmp_path_factory.mktemp("columns")
    book = openpyxl.Workbook()
    sheet = book.active
    for row, pair in enumerate(PAIRS, 1):
        for column, value in enumerate(pair, 1):
            sheet.cell(row, column, value.code if isinstance(value, CellError) else value)
    for column, text in enumerate(OF_PAIRS, 3):
        first = sheet.cell(1, column)
        ref = f"{first.coordinate}:{first.column_letter}{HEIGHT}"
        sheet[first.coordinate] = ArrayFormula(ref, f"={text}")
    path = folder / "book.xlsx"
    book.save(path)
    with private_office(recalculate=True, program=program) as office:
        result = office.convert(path, "xlsx:Calc MS Excel 2007 XML")
        theirs = openpyxl.load_workbook(result, data_only=True).active
    columns = range(3, 3 + len(OF_PAIRS))
    return [[theirs.cell(row, c).value for row in range(1, HEIGHT + 1)] for c in columns]


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(OF_PAIRS)), ids=lambda n: OF_PAIRS[n])
def test_each_pair_of_kinds_gives_what_libreoffice_gives(by_libreoffice, number):
    text = OF_PAIRS[number]
    decided = 0
    for pair, theirs in zip(PAIRS, by_libreoffice[number], strict=True):
        try:
            ours = here(text, [[value] * HEIGHT for value in pair])[0]
        except UnsureError:
            continue
        if text == f"{LEFT}/{RIGHT}" and isinstance(pair[0], CellError) and not pair[1]:
            theirs = pair[0].code  # noqa: PLW2901 - LibreOffice looks at the divisor first
        decided += 1
        shown = ours.code if isinstance(ours, CellError) else ours
        # LibreOffice writes the flags of arrays as 0 and 1.
        assert int(shown) == theirs if isinstance(shown, bool) else shown == (theirs or 0), pair
    assert decided >= 0.6 * HEIGHT


def test_a_number_too_large_is_an_error_at_once_as_in_excel():
    assert here("1/(A1:A4*A1:A4)", [[1e300] * ROWS])[0] == CellError("#NUM!")


def test_there_is_no_negative_zero_as_in_excel():
    assert here("LEN(A1:A4*-1)", [[0] * ROWS])[0] == 1


@pytest.mark.parametrize(
    "text",
    [
        "A1:A4&B1:B4",
        "A1:A4^2",
        "A1:A4%",
        "SUM(A1:A4)",
        "IF(A1:A4,)",
        "A1:B4",
        "A1+B1",
        "{1;2;3;4}+A1:A4",
        "A1:A4+A1:A3",
    ],
)
def test_other_formulas_are_left_to_ironcalc(text):
    with pytest.raises(UnsureError):
        ColumnFormula(resolved(parse(text)), array=True)


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("A1:A4+B1:B4", "5", 1),
        ("A1:A4=B1:B4", 0.1 + 0.2, 0.3),
        ("A1:A4=B1:B4", "ß", "SS"),
        ("A1:A4<B1:B4", "a", "b"),
        ("IF(A1:A4,B1:B4,0)", "true", 1),
        ("LEN(A1:A4)", "😀", 0),
        ("LEN(A1:A4)", 0.1 + 0.2, 0),
        ("LEN(A1:A4)", True, 0),
        ("SUMPRODUCT(A1:A4)", 0.1, 0),
        ("SUMPRODUCT(A1:A4,B1:B4)", 2.0**52, 1),
    ],
)
def test_values_on_which_programs_differ_are_left_to_ironcalc(text, left, right):
    with pytest.raises(UnsureError):
        here(text, [[left] * ROWS, [right] * ROWS])


def column_of(workbook, column):
    return [row[0] for row in workbook.sheet("S").values(1, column, 3, column)]


def test_columns_python_calls_and_plain_formulas_feed_each_other(tmp_path):
    cells = {"A1": 1.0, "A2": 2.0, "B1": "=A1*10", "B2": "=A2*10", "B3": "=SUM(A1:A2)"}
    cells |= {
        "C1": Array("C1:C3", 'IF(B1:B3>5,B1:B3-A1:A3,"")'),
        "D1": Array("D1:D3", 'IF(C1:C3="",0,CR_TWICE(C1:C3))'),
        "E1": Array("E1:E3", "D1:D3+SUMPRODUCT(--(D1:D3>0))"),
        "F1": "=SUM(E1:E3)",
        "G1": Array("G1:G3", "A1:A3"),
    }
    workbook = book(tmp_path / "book.xlsx", S=cells)
    report = calculate(workbook, functions=FUNCTIONS)
    assert column_of(workbook, 3) == [9, 18, ""]
    assert column_of(workbook, 7) == [1, 2, 0]
    assert not report.uncomputed
    assert report.steps <= 3


def test_ironcalc_computes_the_column_that_is_not_decided_here(tmp_path):
    cells = {"A1": Text("5"), "A2": 2.0, "A3": Text("x"), "B1": 1.0}
    cells["C1"] = Array("C1:C3", "A1:A3+B1:B3")
    cells["D1"] = Array("D1:D3", "CR_TWICE(C1:C3)")
    workbook = book(tmp_path / "book.xlsx", S=cells)
    report = calculate(workbook, functions=FUNCTIONS)
    assert column_of(workbook, 3) == [6, 2, CellError("#VALUE!")]
    assert column_of(workbook, 4) == [12, 4, CellError("#VALUE!")]
    assert not report.uncomputed


def test_a_column_of_a_call_that_fails_keeps_its_values(tmp_path):
    cells = {"A1": 1.0, "A2": 2.0, "C1": Array("C1:C2", "A1:A2+CR_BROKEN(A1:A2)")}
    report = calculate(book(tmp_path / "book.xlsx", S=cells), functions=FUNCTIONS)
    assert [left.cell for left in report.uncomputed] == ["C1"]
    assert "CR_BROKEN failed in Python" in report.uncomputed[0].reason
