"""The order of the work: whatever hangs on whatever, every formula sees the newest values."""

import pytest
from calculation_books import FUNCTIONS, Array, Cached, book
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.headless.calculate import calculate

LENGTH = 1200


def test_long_columns_feed_ranges_and_ranges_feed_python(tmp_path):
    cells = {f"A{row}": float(row) for row in range(1, LENGTH + 1)}
    cells |= {f"B{row}": f"=A{row}+IF({row}>1,A{row - 1 or 1},0)" for row in range(1, LENGTH + 1)}
    cells |= {
        "C1": Array(f"C1:C{LENGTH}", f"CR_TWICE(B1:B{LENGTH})"),
        "D1": f"=SUM(C1:C{LENGTH})",
        "E1": "=CR_TWICE(D1)",
        "F1": f"=CR_TWICE(SUM(B2:B{LENGTH - 1}))",
        "G1": "=E1+F1",
    }
    workbook = book(tmp_path / "book.xlsx", S=cells)
    report = calculate(workbook, functions=FUNCTIONS)
    sums = [row + max(row - 1, 0) for row in range(1, LENGTH + 1)]
    sheet = workbook.sheet("S")
    assert sheet.value(1, 4) == 2 * sum(sums)
    assert sheet.value(1, 5) == 4 * sum(sums)
    assert sheet.value(1, 6) == 2 * sum(sums[1:-1])
    assert sheet.value(1, 7) == 4 * sum(sums) + 2 * sum(sums[1:-1])
    assert (report.passes, report.python_calls) == (1, 3)


def test_running_sums_over_python_results(tmp_path):
    cells = {f"A{row}": float(row) for row in range(1, 601)}
    cells |= {f"B{row}": f"=CR_TWICE(A{row})" for row in range(1, 601)}
    cells |= {f"C{row}": f"=SUM(B$1:B{row})" for row in range(1, 601)}
    cells |= {f"D{row}": f"=CR_TWICE(C{row})" for row in range(1, 601)}
    workbook = book(tmp_path / "book.xlsx", S=cells)
    report = calculate(workbook, functions=FUNCTIONS)
    got = [row[0] for row in workbook.sheet("S").values(1, 4, 600, 4)]
    assert got == [2 * row * (row + 1) for row in range(1, 601)]
    assert (report.steps, report.passes) == (2, 1)


def test_a_circle_among_many_rows_names_only_its_cells(tmp_path):
    cells = {f"A{row}": f"=CR_TWICE(B{row})" for row in range(1, 500)}
    cells |= {f"B{row}": float(row) for row in range(1, 500)}
    cells["B7"] = Cached("=SUM(A1:A499)", 3.0)
    workbook = book(tmp_path / "book.xlsx", S=cells)
    report = calculate(workbook, functions=FUNCTIONS)
    assert {left.cell for left in report.uncomputed} == {"A7", "B7"}
    assert workbook.sheet("S").value(8, 1) == 16


@st.composite
def formulas(draw):
    """Cells A1 … A12 on two sheets, each a number or a formula of cells before it in a drawn order."""
    places = [(sheet, row) for sheet in ("S", "表 2") for row in range(1, 7)]
    order = draw(st.permutations(places))
    made = {}
    for index, place in enumerate(order):
        earlier = order[:index]
        kind = draw(st.sampled_from(["number", "twice", "sum", "both", "nested"]))
        if not earlier or kind == "number":
            made[place] = (draw(st.integers(-9, 9)), None, None)
        else:
            a, b = draw(st.sampled_from(earlier)), draw(st.sampled_from(earlier))
            made[place] = (kind, a, b)
    return order, made


TEXTS = {
    "twice": "=CR_TWICE({0})",
    "sum": "={0}+{1}",
    "both": "=CR_TWICE({0})+{1}",
    "nested": "=IF(CR_TWICE({0}+1)>CR_TWICE({1}),CR_TWICE({1}-{0}),{0})",
}
MEANING = {
    "twice": lambda a, _: 2 * a,
    "sum": lambda a, b: a + b,
    "both": lambda a, b: 2 * a + b,
    "nested": lambda a, b: 2 * (b - a) if 2 * (a + 1) > 2 * b else a,
}


@given(formulas())
@settings(deadline=None, max_examples=25)
def test_any_network_of_formulas_gives_what_its_order_says(tmp_path_factory, drawn):
    order, made = drawn
    expected = {}
    sheets = {"S": {}, "表_2": {}}
    for place in order:
        kind, a, b = made[place]
        cells = sheets[place[0].replace(" ", "_")]
        if a is None:
            expected[place] = kind
            cells[f"A{place[1]}"] = float(kind)
            continue
        expected[place] = MEANING[kind](expected[a], expected[b])
        cells[f"A{place[1]}"] = TEXTS[kind].format(*(f"'{s}'!A{r}" for s, r in (a, b)))
    workbook = book(tmp_path_factory.mktemp("net") / "book.xlsx", **sheets)
    report = calculate(workbook, functions=FUNCTIONS)
    got = {place: workbook.sheet(place[0]).value(place[1], 1) for place in order}
    assert got == expected
    assert (report.uncomputed, report.passes) == ([], 1)


@pytest.mark.parametrize("hidden", [True, False])
def test_subtotals_over_hidden_rows_are_left_to_excel(hidden, tmp_path):
    cells = {"A1": 1.0, "A2": 2.0, "A3": Cached("=SUBTOTAL(109,A1:A2)", 1.0)}
    workbook = book(tmp_path / "book.xlsx", S=cells)
    if hidden:
        sheet = workbook.package.part("xl/worksheets/sheet1.xml")
        workbook.package.replace(
            "xl/worksheets/sheet1.xml", sheet.replace(b'<row r="2"', b'<row r="2" hidden="1"')
        )
    report = calculate(workbook, functions=FUNCTIONS)
    assert workbook.sheet("S").value(3, 1) == (1 if hidden else 3)
    assert len(report.uncomputed) == hidden
