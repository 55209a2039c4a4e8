"""Workbooks computed without Excel."""

import pytest
from calculation_books import FUNCTIONS, Array, Cached, Dynamic, Text, book

from addin.headless.calculate import calculate, catalogue_functions
from addin.headless.references import Area
from addin.headless.workbook import Workbook
from udfs.errors import DIV0, NA, NAME, SPILL, VALUE, CellError

NUMBERS = {f"A{row}": float(row) for row in range(1, 10)}


def computed(path, cells, *, name="B1", **others):
    """The value of one formula's cell, and the report."""
    workbook = book(path / "book.xlsx", S={**NUMBERS, **cells}, **others)
    report = calculate(workbook, functions=FUNCTIONS)
    return value(workbook, name), report


def value(workbook, name, sheet="S"):
    area = Area.parse(name)
    return workbook.sheet(sheet).value(area.first_row, area.first_column)


def values(workbook, ref, sheet="S"):
    area = Area.parse(ref)
    return workbook.sheet(sheet).values(
        area.first_row, area.first_column, area.last_row, area.last_column
    )


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("=CR_TWICE(A3)", 6),
        ("=cr_twice(A3)", 6),
        ('=IF(CR_TWICE(A3)>5,"a",SUM(CR_TWICE(A1:A9)))', "a"),
        ('=IF(CR_TWICE(A1)>5,"a",SUM(CR_TWICE(A1:A9)))', 90),
        ('=SUMIFS(A1:A9,A1:A9,">7")+CR_TWICE(INDEX(A1:A9,4))', 25),
        ("=CR_TWICE(CR_TWICE(A1)+1)", 6),
        ("=CR_TWICE(SUM(A1:A3))", 12),
        ("=ROUND(CR_TWICE(A1)/3,2)", 0.67),
        ("=INDEX(CR_TWICE(A1:A9),3)", 6),
        ("=COUNT(CR_TWICE(A1:A9))", 9),
        ("=MATCH(8,CR_TWICE(A1:A9),0)", 4),
        ("=SUMPRODUCT(CR_TWICE(A1:A3),A1:A3)", 28),
        ("=SUMPRODUCT(CR_TWICE(A1:A3)*(A1:A3>1))", 10),
        ("=CR_TWICE(A1:A9)", 2),
        ("=CR_TWICE(A1:A9)*10", 20),
        ("=LET(_xlpm.x,A1*3,CR_TWICE(_xlpm.x)+_xlpm.x)", 9),
        ("=LET(x,CR_TWICE(A2),y,x+1,x*y)", 20),
        ("=CR_TWICE(LET(x,A2,x*5))", 20),
        ('=IFERROR(CR_TWICE("t"),"bad")', "bad"),
        ('=ISERROR(CR_TWICE("t"))', True),
        ('=CR_TWICE("t")', CellError(VALUE)),
        ("=CR_TWICE(1/0)", CellError(DIV0)),
        ("=CR_TWICE(#N/A)", CellError(NA)),
        ("=CR_TABLE()", "a"),
        ("=INDEX(CR_TABLE(),2,2)", True),
        ("=CR_BLANK()", ""),
        ('=CR_BLANK()=""', True),
        ("=_xldudf_CR_TWICE(A2)+_xll.CR_TWICE(A3)", 10),
        ("=[1]!CR_TWICE(A2)", 4),
        ("=CR_TWICE(_xlfn.XLOOKUP(3,A1:A9,A1:A9))", 6),
        ("=CR_TWICE(-A2)", -4),
        ("=_xlfn.SINGLE(CR_TWICE(A1:A9))+_xlfn.SINGLE(A1:A9)", 3),
        ("=CR_TWICE(_xlfn.SINGLE(A1:A9))", 2),
        ("=CR_TWICE((A2))", 4),
        ("=SUM(CR_TWICE(Three))", 12),
        ("=SUM(CR_TWICE(A1:A3),CR_TWICE(A1))", 14),
    ],
)
def test_python_and_native_functions_nest_either_way(formula, result, tmp_path):
    got, report = computed(tmp_path, {"B1": formula}, names={"Three": "S!$A$1:$A$3"})
    assert got == result
    assert type(got) is type(result) or isinstance(got, int | float)
    assert not report.uncomputed


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("CR_SEEN(A1,,3)", "(1, None, 3.0)"),
        ("CR_SEEN(A1,)", "(1, None)"),
        ("CR_SEEN()", "()"),
        ("CR_SEEN(Z1)", "(None,)"),
        ("CR_SEEN(Y1:Z2)", "([[None, None], [None, None]],)"),
        ("CR_SEEN(A8:A10)", "([[8], [9], [None]],)"),
        ("CR_SEEN(A:A)", "([[1], [2], [3], [4], [5], [6], [7], [8], [9]],)"),
        ("CR_SEEN({1,2;3,4})", "([[1.0, 2.0], [3.0, 4.0]],)"),
        ('CR_SEEN({"a;,""",TRUE,#N/A})', "([['a;,\"', True, #N/A]],)"),
        ('CR_SEEN("x",TRUE,-5%,#N/A)', "('x', True, -0.05, #N/A)"),
        ("CR_SEEN(C1:C4)", "([['t'], [True], [#DIV/0!], [45000.5]],)"),
        ("CR_SEEN(INDEX(Y1:Z2,0,1))", "([[None], [None]],)"),
        ("CR_SEEN(INDEX(A1:A9,2))", "(2,)"),
        ("CR_SEEN(OFFSET(A1,7,0,3,1))", "([[8], [9], [None]],)"),
        ('CR_SEEN(INDIRECT("A2:A3"))', "([[2], [3]],)"),
        ('CR_SEEN(INDIRECT("A"&A2))', "(2,)"),
        ('CR_SEEN(INDIRECT("客户!A"&A1))', "('中文',)"),
        ('CR_SEEN(INDIRECT("Name"))', "([[3], [4]],)"),
        ('CR_SEEN(INDIRECT("no such"))', "(#REF!,)"),
        ("CR_SEEN(IF(A1>5,A1:A2,Z1))", "(None,)"),
        ("CR_SEEN(CHOOSE(1,Z1))", "(None,)"),
        ("CR_SEEN(OFFSET(Z1,0,0))", "(None,)"),
        ('CR_SEEN(INDIRECT("Z1"))', "(None,)"),
        ("CR_SEEN(VLOOKUP(1,A1:B9,2,FALSE))", "(None,)"),
        ("CR_SEEN(_xlfn.LET(_xlpm.x,Z1,_xlpm.x))", "(None,)"),
        ("CR_SEEN(_xlfn.LET(_xlpm.x,A1,_xlpm.y,Z1,IF(_xlpm.x>0,_xlpm.y)))", "(None,)"),
        ("CR_SEEN(IFERROR(Z1,5))", "(None,)"),
        ("CR_SEEN(_xlfn.SWITCH(1,1,Z1))", "(None,)"),
        ("CR_SEEN(INDEX(Y1:Z2,2,2))", "(None,)"),
        ("CR_SEEN(_xlfn.XLOOKUP(1,A1:A9,Z1:Z9))", "(None,)"),
        ("CR_SEEN(Z1*1)", "(0,)"),
        ("CR_SEEN(CR_TWICE(A1:A2))", "([[2], [4]],)"),
        ("CR_SEEN(A1:A3 A2:B2)", "(2,)"),
        ("CR_SEEN(ROW())", "(1,)"),
        ("CR_SEEN(A1=1,A1&A2)", "(True, '12')"),
        ("CR_SEEN(_xlfn._xlws.FILTER(A1:A9,A1:A9>7))", "([[8], [9]],)"),
        ("CR_SEEN(_xlfn.VSTACK(Z1:Z2,A1:A2))", "([[None], [None], [1], [2]],)"),
        ("CR_SEEN('It''s'!A1,客户!A1)", "('quoted', '中文')"),
    ],
)
def test_arguments_arrive_as_any_host_hands_them_over(call, arguments, tmp_path):
    cells = {"C1": "t", "C2": True, "C3": CellError(DIV0), "C4": 45000.5, "F1": f"={call}"}
    workbook = book(
        tmp_path / "book.xlsx",
        names={"Name": "S!$A$3:$A$4"},
        **{"S": {**NUMBERS, **cells}, "It's": {"A1": "quoted"}, "客户": {"A1": "中文"}},
    )
    report = calculate(workbook, functions=FUNCTIONS)
    assert value(workbook, "F1").replace(".0", "") == arguments.replace(".0", "")
    assert not report.uncomputed


@pytest.mark.parametrize(
    ("ref", "formula", "result"),
    [
        ("C1:C3", "CR_TWICE(A1:A3)", [[2], [4], [6]]),
        ("C1:C2", "CR_TWICE(A1:A3)", [[2], [4]]),
        ("C1:C4", "CR_TWICE(A1:A3)", [[2], [4], [6], [CellError(NA)]]),
        ("C1:D2", "CR_TWICE(A1:A2)", [[2, 2], [4, 4]]),
        ("C1:C3", "CR_TWICE(A1)", [[2], [2], [2]]),
        ("C1:D3", "CR_TABLE()", [["a", 1], ["b", True], [CellError(NA)] * 2]),
        ("C1:C3", "CR_TWICE(A1:A3)+1", [[3], [5], [7]]),
        ("C1:C3", "ROUND(CR_TWICE(A1:A3)/3,1)", [[0.7], [1.3], [2]]),
        ("C1:C3", "IF(A1:A3>1,CR_TWICE(A1:A3),0)", [[0], [4], [6]]),
        ("C1:E1", "TRANSPOSE(CR_TWICE(A1:A3))", [[2, 4, 6]]),
        ("C1:C4", "A1:A3*2", [[2], [4], [6], [CellError(NA)]]),
        ("C1:C2", "SUM(CR_TWICE(A1:A3))", [[12], [12]]),
        ("C1:C3", "CR_TWICE(Z1:Z3)", [[""], [""], [""]]),
    ],
)
def test_an_array_formula_fills_its_rectangle_as_in_excel(ref, formula, result, tmp_path):
    workbook = book(tmp_path / "book.xlsx", S={**NUMBERS, "C1": Array(ref, formula)})
    report = calculate(workbook, functions=FUNCTIONS)
    assert values(workbook, ref) == result
    assert not report.uncomputed


def test_a_dynamic_formula_spills_as_far_as_its_result(tmp_path):
    cells = {
        "C1": Dynamic("C1", "CR_TWICE(A1:A3)"),
        "D1": "=SUM(_xlfn.ANCHORARRAY(C1))",
        "E1": "=SUM(C1:C9)",
        "F1": Dynamic("F1:F9", "_xlfn.SEQUENCE(2)"),
        "G1": "=CR_SEEN(F1#)",
        "F9": 9.0,
    }
    path = tmp_path / "book.xlsx"
    workbook = book(path, S={**NUMBERS, **cells})
    calculate(workbook, functions=FUNCTIONS)
    assert values(workbook, "C1:C4") == [[2], [4], [6], [None]]
    assert values(workbook, "F1:F3") == [[1], [2], [None]]
    assert (value(workbook, "D1"), value(workbook, "E1")) == (12, 12)
    assert value(workbook, "G1") == "([[1.0], [2.0]],)"
    assert workbook.sheet("S").formula(1, 3).ref == "C1:C3"
    workbook.save(path)
    again = Workbook.open(path)
    assert calculate(again, functions=FUNCTIONS).changed == {}


@pytest.mark.parametrize("blocker", [5.0, "=A1"])
def test_a_spill_does_not_overwrite_what_is_in_its_way(blocker, tmp_path):
    cells = {"C1": Dynamic("C1", "CR_TWICE(A1:A3)"), "C3": blocker}
    workbook = book(tmp_path / "book.xlsx", S={**NUMBERS, **cells})
    calculate(workbook, functions=FUNCTIONS)
    assert values(workbook, "C1:C2") == [[CellError(SPILL)], [None]]
    assert value(workbook, "C3") in (5, 1)


def test_python_functions_feed_each_other_through_cells_of_several_sheets(tmp_path):
    workbook = book(
        tmp_path / "book.xlsx",
        One={"A1": 1.0, "B1": "=CR_TWICE('二 号'!B1)", "B2": "=B1+1"},
        二_号={"A1": "=CR_TWICE(One!A1)", "B1": "=CR_TWICE(A1)", "C1": "=CR_TWICE(One!B2)"},
    )
    report = calculate(workbook, functions=FUNCTIONS)
    assert values(workbook, "A1:C1", "二 号") == [[2, 4, 18]]
    assert values(workbook, "B1:B2", "One") == [[8], [9]]
    assert (report.python_calls, report.passes) == (4, 1)
    assert report.steps <= 3


def test_a_long_chain_of_python_functions_is_one_step_and_one_pass(tmp_path):
    cells = {f"B{row}": f"=CR_TWICE(B{row - 1})+0*A1" for row in range(2, 30)}
    whole = {f"C{row}": f"=CR_TWICE(C{row - 1})" for row in range(2, 30)}
    _, report = computed(tmp_path, {"B1": 1.0, **whole, "C1": 1.0}, name="C29")
    assert (report.steps, report.passes, report.python_calls) == (1, 1, 28)
    got, report = computed(tmp_path, {"B1": 1.0, **cells}, name="B29")
    assert got == 2.0**28
    assert (report.passes, report.python_calls) == (1, 28)


def test_each_of_many_alike_formulas_is_put_in_ironcalcs_words(tmp_path):
    cells = {f"B{row}": f'=SUMIF(A{row},">1")+ROUND(SUM(A{row}),0)' for row in range(1, 10)}
    workbook = book(tmp_path / "book.xlsx", S={**NUMBERS, **cells})
    calculate(workbook, functions=FUNCTIONS)
    assert values(workbook, "B1:B3") == [[1], [4], [6]]
    assert value(workbook, "B9") == 18


def test_the_same_call_in_many_cells_is_made_once(tmp_path):
    cells = {f"B{row}": f"=INDEX(CR_TWICE($A$1:$A$9),{row})" for row in range(1, 10)}
    got, report = computed(tmp_path, {**cells, "C1": "=CR_TWICE(A1:A9)"}, name="B9")
    assert (got, report.python_calls) == (18, 1)


def test_circular_references_are_named_and_the_rest_is_computed(tmp_path):
    cells = {
        "B1": Cached("=CR_TWICE(B2)", 7.0),
        "B2": Cached("=SUM(B1:B1)", 8.0),
        "B3": "=B2+1",
        "B4": "=IFERROR(B4+1,0)",
        "B5": "=ROW(B5)",
        "B6": "=CR_TWICE(A1)",
    }
    workbook = book(tmp_path / "book.xlsx", S={**NUMBERS, **cells})
    report = calculate(workbook, functions=FUNCTIONS)
    assert values(workbook, "B1:B6") == [[7], [8], [9], [None], [5], [2]]
    assert [(u.cell, u.reason) for u in report.uncomputed] == [
        ("B1", "A circular reference: S!B1, S!B2."),
        ("B2", "A circular reference: S!B1, S!B2."),
        ("B4", "A circular reference: S!B4."),
    ]


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("=GROUPBY(A1:A3,A1:A3,SUM)", "no function GROUPBY"),
        ("=IFERROR(AGGREGATE(9,6,A1:A3),0)", "no function AGGREGATE"),
        ("=_xldudf_CR_GONE(A1)", "no Python function CR_GONE"),
        ("=IFERROR(CR_GONE(A1),0)", "no function CR_GONE"),
        ("=[1]Sheet1!A1", "another workbook"),
        ("=CR_BROKEN(A1)", "ZeroDivisionError: in a function"),
        ("=IFERROR(CR_BROKEN(A1),0)", "ZeroDivisionError: in a function"),
        ("=_xlfn.MAP(A1:A3,_xlfn.LAMBDA(_xlpm.v,CR_TWICE(_xlpm.v)))", "LAMBDA"),
        ("=SUM((A1,A2))", "union"),
        ("=CR_SEEN(A1#)", "does not spill"),
        ("=SHEETS()", "workbook itself"),
        ('=IFERROR(SUM(INDIRECT("Na"&"me")),0)', "INDIRECT of 'Name'"),
        ('=INDIRECT("R1C1",FALSE)', "R1C1"),
        ("=CR_TWICE(INDIRECT(A1&A2))", "INDIRECT of '12'"),
        ("=SUM(A1", "bracket"),
    ],
)
def test_what_cannot_be_computed_keeps_its_value_and_feeds_its_dependents(
    formula, reason, tmp_path
):
    cells = {"B1": Cached(formula, 41.0), "B2": "=B1+1", "B3": "=CR_TWICE(B1)"}
    workbook = book(tmp_path / "book.xlsx", S={**NUMBERS, **cells})
    report = calculate(workbook, functions=FUNCTIONS)
    assert values(workbook, "B1:B3") == [[41], [42], [82]]
    (left,) = report.uncomputed
    assert (left.sheet, left.cell, left.formula) == ("S", "B1", formula)
    assert reason in left.reason
    assert (report.formulas, report.computed) == (3, 2)


def test_what_ironcalc_does_not_implement_is_left_and_its_dependents_use_the_old_value(tmp_path):
    # IronCalc gives #N/IMPL! for N over a union of conditions like this one.
    cells = {"B1": Cached("=CONCATENATE({1,2},A1)", "old"), "B2": "=B1&A1", "B3": "=A1"}
    workbook = book(tmp_path / "book.xlsx", S={**NUMBERS, **cells})
    report = calculate(workbook, functions=FUNCTIONS)
    if report.uncomputed:
        assert [u.cell for u in report.uncomputed] == ["B1"]
        assert value(workbook, "B2") == "old1"
    assert value(workbook, "B3") == 1


@pytest.mark.parametrize("text", ["3/4", "=x", "+1+1", "TRUE", "001", "'a", "#N/A", "1e5", "12%"])
def test_text_stays_text_on_its_way_through_every_engine(text, tmp_path):
    cells = {
        "C1": Text(text),
        "B1": '=C1&""',
        "B2": "=CR_TEXT(C1)",
        "B3": "=ISTEXT(B2)",
        "B4": '=IF(ISTEXT(CR_TEXT(C1)),"text","no")',
        "B5": "=CR_TEXT(B1)",
        "B6": "=LEN(B2)",
    }
    workbook = book(tmp_path / "book.xlsx", S=cells)
    calculate(workbook, functions=FUNCTIONS)
    expected = [[text], [text], [True], ["text"], [text], [len(text)]]
    assert values(workbook, "B1:B6") == expected
    workbook.save(tmp_path / "saved.xlsx")
    assert values(Workbook.open(tmp_path / "saved.xlsx"), "B1:B6") == expected


def test_a_second_calculation_changes_no_byte(tmp_path):
    cells = {
        "B1": "=CR_TWICE(A1)/3",
        "B2": "=B1*7",
        "B3": '=CR_TEXT("x")',
        "B4": "=CR_TWICE(1/0)",
        "B5": "=A1=1",
        "C1": Array("C1:C4", "CR_TWICE(A1:A3)"),
    }
    path = tmp_path / "book.xlsx"
    workbook = book(path, S={**NUMBERS, **cells}, T={"A1": 1.0})
    assert calculate(workbook, functions=FUNCTIONS).changed == {"S": 9}
    workbook.save()
    first = path.read_bytes()
    workbook = Workbook.open(path)
    report = calculate(workbook, functions=FUNCTIONS)
    assert report.changed_cells == 0
    workbook.save()
    assert path.read_bytes() == first


def test_dates_in_a_1904_workbook_are_left_to_excel(tmp_path):
    cells = {"B1": Cached("=YEAR(A1)", 1904.0), "B2": "=A1+1"}
    got, report = computed(tmp_path, cells, name="B1", properties=' date1904="1"')
    assert got == 1904
    assert "1904" in report.uncomputed[0].reason


def test_volatile_references_settle(tmp_path):
    cells = {
        "B1": '=SUM(INDIRECT("C1:C3"))',
        "C1": "=CR_TWICE(A1)",
        "C2": "=OFFSET(A1,C1,0)",
        "C3": "=CR_TWICE(OFFSET(A1,0,0,2,1))",
    }
    got, report = computed(tmp_path, cells)
    assert got == 2 + 3 + 2
    assert report.passes <= 3


def test_a_second_pass_hands_over_the_newest_arrays(tmp_path):
    # OFFSET hides from the order of the work that it reads D2, which is computed later.
    cells = {
        "B1": "=SUM(CR_TWICE(OFFSET(D1,0,0,2,1)))",
        "D1": 1.0,
        "D2": "=CR_TWICE(SUM(CR_TWICE(A1:A2)))",
    }
    got, report = computed(tmp_path, cells)
    assert got == 2 * (1 + 12)
    assert report.passes > 1


def test_an_unknown_name_is_a_name_error_as_in_excel(tmp_path):
    got, report = computed(tmp_path, {"B1": "=NoSuchName+1"})
    assert got == CellError(NAME)
    assert not report.uncomputed


def test_the_catalogue_is_what_is_called_by_default(tmp_path):
    name = next(iter(catalogue_functions()))
    workbook = book(tmp_path / "book.xlsx", S={"A1": f'=ISERROR({name}("x","x","x","x"))'})
    report = calculate(workbook)
    assert (report.python_calls, report.uncomputed) == (1, [])
    assert isinstance(value(workbook, "A1"), bool)


def test_progress_is_told_by_phase(tmp_path):
    told = []
    workbook = book(tmp_path / "book.xlsx", S={"A1": "=1+1"})
    report = calculate(workbook, told.append)
    assert told == ["read", "compute", "write"]
    assert set(report.seconds) == set(told)
    assert value(workbook, "A1") == 2


def test_a_whole_sheet_is_read_as_far_as_it_is_used(tmp_path):
    cells = {"A1": "=SUM(T!A1:XFD1048576)", "A2": "=SUM(T!1:1048576)", "A3": "=SUM(T!A1:XFD9)"}
    workbook = book(tmp_path / "book.xlsx", S=cells, T=NUMBERS)
    report = calculate(workbook, functions=FUNCTIONS)
    assert values(workbook, "A1:A3") == [[45], [45], [45]]
    assert not report.uncomputed


def test_a_value_in_the_last_cell_of_a_sheet_costs_little(tmp_path):
    workbook = book(
        tmp_path / "book.xlsx",
        S={
            "A1": "=Far!XFD1048576+Far!A1",
            "A2": "=CR_SEEN(Far!A:XFD)",
            "A3": "=CR_TWICE(Far!A1)",
            "A4": "=SUM(Far!A:XFD)",
        },
        Far={"A1": 1.0, "XFD1048576": 5.0},
    )
    report = calculate(workbook, functions=FUNCTIONS)
    assert values(workbook, "A1:A3") == [[6], [None], [2]]
    assert [left.cell for left in report.uncomputed] == ["A2", "A4"]
    assert all("17,179,869,184 cells" in left.reason for left in report.uncomputed)
    assert sum(report.seconds.values()) < 10


def test_an_empty_text_is_read_again_as_one(tmp_path):
    """A blank result is stored as an empty text, which is no blank to other formulas."""
    cells = {f"A{row}": float(row) for row in range(1, 901)}
    cells |= {f"B{row}": "=CR_BLANK()" if row % 3 else "=CR_TWICE(A1)" for row in range(1, 901)}
    cells |= {"C1": Array("C1:D900", "CR_TWICE(Z1:Z900)"), "E1": "=COUNTA(B1:D900)"}
    path = tmp_path / "book.xlsx"
    workbook = book(path, S=cells)
    calculate(workbook, functions=FUNCTIONS)
    assert value(workbook, "E1") == 2700
    workbook.save()
    again = Workbook.open(path)
    report = calculate(again, functions=FUNCTIONS)
    assert report.changed == {}
    assert values(again, "B1:D3") == [["", "", ""], ["", "", ""], [2, "", ""]]


def test_message_of_an_error_cell_stands_in_the_sheet(tmp_path):
    workbook = book(
        tmp_path / "book.xlsx", S={"A1": "n/a", "B1": "=CR_LASTERROR(C1)", "C1": "=CR_PD2GRADE(A1)"}
    )
    calculate(workbook)
    assert value(workbook, "C1") == CellError(VALUE)
    assert value(workbook, "B1") == "CR_PD2GRADE: pd: 'n/a' is not a number."
