"""Cells are read, written and grafted in place."""

import datetime as dt
import math
import re

import books
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addin import WorkbookError
from addin.headless import Workbook
from addin.headless.cell_xml import moment, serial
from addin.headless.references import Area, cell_name, column_letters, column_number
from addin.headless.shifted_formula import ShiftedFormula
from udfs.errors import CellError


@pytest.fixture
def build(tmp_path):
    """Builds a workbook from the XML of its sheets."""

    def make(*sheets, **options):
        return Workbook.open(books.save(tmp_path / "b.xlsx", books.parts(*sheets, **options)))

    return make


@pytest.fixture
def rows(build):
    """Builds a workbook of one sheet from the XML of its rows and gives the sheet."""

    def make(xml, **options):
        return build(books.worksheet(xml), **options).sheet("S1")

    return make


def at(*parts):
    """A date and time as a cell holds it: without a time zone."""
    return dt.datetime(*parts)  # noqa: DTZ001 - see above


def saved(sheet, tmp_path):
    """The sheet after it was saved and opened again."""
    sheet.workbook.save(tmp_path / "out.xlsx")
    return Workbook.open(tmp_path / "out.xlsx").sheet(sheet.name)


def part(sheet, tmp_path):
    sheet.workbook.save(tmp_path / "out.xlsx")
    return books.read(tmp_path / "out.xlsx")[sheet.part].decode()


VALUES = [
    ('<c r="A1"/>', None),
    ('<c r="A1"></c>', None),
    ('<c r="A1"><v></v></c>', None),
    ('<c r="A1"><v/></c>', None),
    ('<c r="A1"><v>5</v></c>', 5),
    ('<c r="A1" t="n"><v>-5</v></c>', -5),
    ('<c r="A1"><v>5.0</v></c>', 5.0),
    ('<c r="A1"><v>1.5E-7</v></c>', 1.5e-7),
    ('<c r="A1"><v>1e3</v></c>', 1000.0),
    ('<c r="A1"><v> 7 </v></c>', 7),
    ('<c r="A1" t="b"><v>1</v></c>', True),
    ('<c r="A1" t="b"><v>0</v></c>', False),
    ('<c r="A1" t="e"><v>#DIV/0!</v></c>', CellError("#DIV/0!")),
    ('<c r="A1" t="e"><v>#BLOCKED!</v></c>', CellError("#VALUE!")),
    ('<c r="A1" t="str"><v>text</v></c>', "text"),
    ('<c r="A1" t="str"><v></v></c>', ""),
    ('<c r="A1" t="str"><f>A2&amp;"&lt;"</f><v>a&lt;b</v></c>', "a<b"),
    ('<c r="A1" t="inlineStr"><is><t>in</t></is></c>', "in"),
    ('<c r="A1" t="inlineStr"><is><t/></is></c>', ""),
    ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>', " a "),
    ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><rPr><b/></rPr><t>b</t></r></is></c>', "ab"),
    ('<c r="A1" t="inlineStr"><is><t><![CDATA[a<b&c]]></t></is></c>', "a<b&c"),
    ('<c r="A1" t="inlineStr"><is><t>a<!-- no -->b</t></is></c>', "ab"),
    ('<c r="A1" t="s"><v>0</v></c>', "zero"),
    ('<c r="A1" t="s"><v>1</v></c>', "東京"),
    ('<c r="A1" t="s"><v>2</v></c>', "line\r\nend"),
    ('<c r="A1" t="s"><v>3</v></c>', "_x0041_"),
    ('<c r="A1" t="s"><v>4</v></c>', ""),
    ('<c r="A1" t="s"><v>5</v></c>', "a & b < c"),
    ('<c r="A1" t="d"><v>2026-03-31</v></c>', 46112),
    ('<c r="A1" t="d"><v>2026-03-31T12:00:00Z</v></c>', 46112.5),
    ('<c r="A1" t="d"><v>T06:00:00</v></c>', 0.25),
    ("<c><v>9</v></c>", 9),
    ("<c r='A1' t='b' ><v>1</v></c>", True),
    ('<c s="1" t="str" r="A1"><v>other order</v></c>', "other order"),
    ('<c r="A1" note="a>b"><v>3</v></c>', 3),
    ('<c r="A1"><v>4</v><extLst><ext uri="{x}"/></extLst></c>', 4),
]
STRINGS = (
    "<si><t>zero</t></si>"
    '<si><r><t>東</t></r><r><t>京</t></r><rPh sb="0" eb="2"><t>とうきょう</t></rPh>'
    '<phoneticPr fontId="1"/></si>'
    "<si><t>line_x000D_\nend</t></si><si><t>_x005F_x0041_</t></si><si/>"
    "<si><t>a &amp; b &#60; c</t></si>"
)


@pytest.mark.parametrize(("cell", "value"), VALUES)
def test_a_cell_has_its_value(rows, cell, value):
    sheet = rows(f'<row r="1">{cell}</row>', strings=STRINGS)
    assert sheet.value(1, 1) == value
    assert type(sheet.value(1, 1)) is type(value)
    assert sheet.values(1, 1, 1, 1) == [[value]]


PREFIXED = (
    f'{books.HEADER}<x:worksheet xmlns:x="{books.MAIN}"><x:sheetData><x:row r="1">'
    '<x:c r="A1"><x:f>B1*2</x:f><x:v>4</x:v></x:c><x:c r="B1" t="str"><x:v>b</x:v></x:c></x:row>'
    "</x:sheetData></x:worksheet>"
)


def test_a_prefixed_namespace_is_read_and_written(build, tmp_path):
    sheet = build(PREFIXED).sheet("S1")
    assert sheet.values(1, 1, 1, 2) == [[4, "b"]]
    assert next(sheet.formulas()).text == "B1*2"
    sheet.set_values(1, 2, [["c", 7], [1, None]])
    sheet.set_cached(1, 1, 5)
    sheet.set_formula(3, 1, "=B1")
    again = saved(sheet, tmp_path)
    assert again.values(1, 1, 3, 3) == [[5, "c", 7], [None, 1, None], [None, None, None]]
    assert [f.text for f in again.formulas()] == ["B1*2", "B1"]
    assert books.peer(tmp_path / "out.xlsx")["S1"]["B1"].value == "c"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_a_sheet_in_another_encoding_is_read_and_written(build, tmp_path, encoding):
    text = books.worksheet('<row r="1"><c r="A1" t="str"><v>银行</v></c></row>')
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    data = text.replace("UTF-8", declared, 1).encode(encoding)
    sheet = build(data).sheet("S1")
    assert sheet.value(1, 1) == "银行"
    sheet.set_values(2, 1, [["信贷"]])
    assert saved(sheet, tmp_path).values(1, 1, 2, 1) == [["银行"], ["信贷"]]


def test_rows_and_cells_without_numbers_count_on(rows, tmp_path):
    sheet = rows("<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c><v>5</v></c></row>")
    assert sheet.values(1, 1, 3, 3) == [[1, None, 3], [None, None, None], [5, None, None]]
    sheet.set_values(2, 1, [["new"]])
    again = saved(sheet, tmp_path)
    assert again.values(1, 1, 3, 3) == [[1, None, 3], ["new", None, None], [5, None, None]]


def test_a_row_that_is_written_twice_is_one_row(rows, tmp_path):
    sheet = rows('<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>')
    assert sheet.values(1, 1, 1, 2) == [[1, 2]]
    sheet.set_values(1, 3, [[3]])
    assert saved(sheet, tmp_path).values(1, 1, 1, 3) == [[1, 2, 3]]


@pytest.mark.parametrize(
    "empty", ["<sheetData/>", "<sheetData></sheetData>", "<sheetData> \n</sheetData>"]
)
def test_an_empty_sheet_is_read_and_written(build, tmp_path, empty):
    sheet = build(books.worksheet("").replace("<sheetData></sheetData>", empty)).sheet("S1")
    assert sheet.used_range is None
    assert sheet.value(1, 1) is None
    assert list(sheet.formulas()) == []
    sheet.set_values(2, 2, [["a"]])
    assert saved(sheet, tmp_path).used_range == Area(2, 2, 2, 2)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ('<c r="A1" t="s"><v>9</v></c>', "shared string 9"),
        ('<c r="A1"><v>abc</v></c>', "abc"),
        ('<c r="A1" t="q"><v>1</v></c>', "no cell type"),
        ('<c r="A1" t="d"><v>yesterday</v></c>', "yesterday"),
    ],
)
def test_a_value_that_cannot_be_read_names_its_cell(rows, cell, problem):
    sheet = rows(f'<row r="1">{cell}</row>', strings=STRINGS)
    for read in (lambda: sheet.value(1, 1), lambda: sheet.values(1, 1, 1, 1)):
        with pytest.raises(WorkbookError, match=problem) as caught:
            read()
        assert "sheet 'S1', cell A1" in str(caught.value)


FORMULAS = (
    '<row r="1"><c r="A1"><f>B1&amp;"x"</f><v>1</v></c>'
    '<c r="C1"><f t="array" ref="C1:C3">A1:A3*2</f><v>2</v></c>'
    '<c r="E1" cm="1"><f t="array" ref="E1:E2">_xlfn.UNIQUE(A1:A2)</f><v>3</v></c>'
    '<c r="F1"><f t="shared" ref="F1:G3" si="0">$A1+B$1+Sheet9!C1+SUM(D:D,2:2)+LOG10(1)</f></c>'
    '<c r="G1"><f t="shared" si="0"/></c></row>'
    '<row r="2"><c r="C2"><v>4</v></c><c r="E2" t="str"><v>e</v></c>'
    '<c r="F2"><f t="shared" si="0"/></c><c r="H2"><f t="dataTable" ref="H2:H3" r1="A1"/></c></row>'
    '<row r="3"><c r="C3"><v>6</v></c><c r="G3"><f t="shared" si="0"/></c></row>'
)
DYNAMIC = {
    "extra": {"xl/metadata.xml": books.METADATA},
    "links": [("rId92", "sheetMetadata", "metadata.xml")],
}


def test_every_kind_of_formula_is_read(rows):
    found = [
        (f.row, f.col, f.text, f.kind, f.ref, f.cached)
        for f in rows(FORMULAS, **DYNAMIC).formulas()
    ]
    assert found == [
        (1, 1, 'B1&"x"', "normal", None, 1),
        (1, 3, "A1:A3*2", "array", "C1:C3", 2),
        (1, 5, "_xlfn.UNIQUE(A1:A2)", "dynamic", "E1:E2", 3),
        (1, 6, "$A1+B$1+Sheet9!C1+SUM(D:D,2:2)+LOG10(1)", "normal", None, None),
        (1, 7, "$A1+C$1+Sheet9!D1+SUM(E:E,2:2)+LOG10(1)", "normal", None, None),
        (2, 6, "$A2+B$1+Sheet9!C2+SUM(D:D,3:3)+LOG10(1)", "normal", None, None),
        (2, 8, "TABLE(A1,)", "data table", "H2:H3", None),
        (3, 7, "$A3+C$1+Sheet9!D3+SUM(E:E,4:4)+LOG10(1)", "normal", None, None),
    ]


def test_a_missing_shared_formula_names_its_cell(rows):
    sheet = rows('<row r="1"><c r="A1"><f t="shared" si="7"/><v>1</v></c></row>')
    with pytest.raises(WorkbookError, match="cell A1: refers to the shared formula '7'"):
        list(sheet.formulas())


def test_overwriting_the_first_cell_of_a_shared_formula_keeps_the_others(rows, tmp_path):
    sheet = rows(FORMULAS, **DYNAMIC)
    sheet.set_values(1, 6, [[0]])
    found = {(f.row, f.col): f.text for f in saved(sheet, tmp_path).formulas()}
    assert found[1, 7] == "$A1+C$1+Sheet9!D1+SUM(E:E,2:2)+LOG10(1)"
    assert found[3, 7] == "$A3+C$1+Sheet9!D3+SUM(E:E,4:4)+LOG10(1)"
    assert (1, 6) not in found
    assert 't="shared"' not in part(sheet, tmp_path)


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        (("A1", 1, 1, 3, 3), "C3"),
        (("$A1+A$1+$A$1", 1, 1, 3, 3), "$A3+C$1+$A$1"),
        (("'My ''A1'' sheet'!A1:B2", 1, 1, 2, 1), "'My ''A1'' sheet'!A2:B3"),
        (('"A1"&A1', 1, 1, 2, 1), '"A1"&A2'),
        (("SUM(A:A,$B:C,1:1,$2:3)", 1, 1, 2, 2), "SUM(B:B,$B:D,2:2,$2:4)"),
        (("Table1[[#This Row],[A1]]+rate_A1", 1, 1, 2, 2), "Table1[[#This Row],[A1]]+rate_A1"),
        (("[1]Book!A1", 1, 1, 2, 1), "[1]Book!A2"),
        (("A2", 2, 1, 1, 1), "A1"),
        (("A1", 2, 1, 1, 1), "A1048576"),
        (("LOG10(A1)+ATAN2(A1,1)", 1, 1, 1, 2), "LOG10(B1)+ATAN2(B1,1)"),
        (("TRUE+1E+5+A1", 1, 1, 2, 1), "TRUE+1E+5+A2"),
    ],
)
def test_a_formula_moves_as_in_excel(moved, expected):
    text, row, column, new_row, new_column = moved
    assert ShiftedFormula(text, row, column).at(new_row, new_column) == expected


TEXTS = [
    "=cmd|'/C calc'!A0", "+1+1", "-1", "@SUM(A1)", "3/4", "001", "1E5", "TRUE", "#N/A", "'quoted",
    "  two  blanks ", "line\nfeed", "tab\tstop", "cr\r\nlf", "a<b>&\"c'", "_x0041_", "_x", "\x01\x1f",
    "\ufffe", "𠮷野家", "é", "=1+1", "]]>", "<![CDATA[", "&amp;",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_stays_the_text_that_it_is(rows, tmp_path, text):
    sheet = rows("")
    sheet.set_values(1, 1, [[text]])
    sheet.set_formula(1, 2, "A1")
    sheet.set_cached(1, 2, text)
    again = saved(sheet, tmp_path)
    assert again.values(1, 1, 1, 2) == [[text, text]]
    assert [f.text for f in again.formulas()] == ["A1"]
    assert books.peer(tmp_path / "out.xlsx")["S1"]["A1"].data_type == "s"


CELLS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(TEXTS)
    | st.sampled_from([CellError("#N/A"), CellError("#SPILL!")])
)


@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    blocks=st.lists(
        st.tuples(
            st.integers(1, 6),
            st.integers(1, 5),
            st.integers(1, 3).flatmap(
                lambda width: st.lists(
                    st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=4
                )
            ),
        ),
        max_size=5,
    )
)
def test_what_is_written_is_what_is_read(tmp_path, blocks):
    xml = books.worksheet(
        '<row r="2" spans="1:3"><c r="A2" s="3"><v>1</v></c><c r="C2" s="2" t="str"><v>c</v></c></row>'
        '<row r="4"><c r="B4"><f>A2</f><v>1</v></c></row>'
    )
    path = books.save(tmp_path / "b.xlsx", books.parts(xml))
    sheet = Workbook.open(path).sheet("S1")
    expected = sheet.values(1, 1, 10, 8)
    for row, column, values in blocks:
        sheet.set_values(row, column, values)
        for i, line in enumerate(values, row - 1):
            for j, value in enumerate(line, column - 1):
                expected[i][j] = value
    assert sheet.values(1, 1, 10, 8) == expected
    again = saved(sheet, tmp_path)
    assert again.values(1, 1, 10, 8) == expected
    assert [[again.value(r, c) for c in range(1, 9)] for r in range(1, 11)] == expected
    assert again.style(2, 1) == 3
    assert again.style(2, 3) == 2
    assert again.used_range == sheet.used_range
    books.peer(tmp_path / "out.xlsx")


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (math.nan, "nan; a cell holds finite numbers"),
        (math.inf, "inf"),
        ("x" * 32_768, "32,768 characters; a cell holds 32,767"),
        (1j, r"1j \(complex\)"),
        ([1], "list"),
    ],
)
def test_a_value_that_no_cell_can_hold_names_the_cell_and_changes_nothing(
    rows, tmp_path, value, problem
):
    xml = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
    sheet = rows(xml)
    with pytest.raises(WorkbookError, match=problem) as caught:
        sheet.set_values(1, 1, [[8, 9], [10, 11], [12, value]])
    assert "sheet 'S1', cell B3" in str(caught.value)
    with pytest.raises(WorkbookError, match="cell A1"):
        sheet.set_cached(1, 1, value if not isinstance(value, str) else math.nan)
    assert part(sheet, tmp_path) == books.worksheet(xml)


@pytest.mark.parametrize("place", [(0, 1), (1, 0), (1_048_576, 1), (1, 16_384)])
def test_a_block_beyond_the_sheet_is_refused(rows, place):
    with pytest.raises(WorkbookError, match="do not fit"):
        rows("").set_values(*place, [[1, 2], [3, 4]])


STYLED = (
    '<row r="1" ht="30" customHeight="1"><c r="A1" s="3"/><c r="B1"><v>5</v></c></row>'
    '<row r="2"><c r="A2" s="1"><v>1</v></c><c r="B2" s="2"><v>1</v></c></row>'
    '<row r="3"><c r="A3" s="1"><v>1</v></c><c r="B3" s="3"><v>1</v></c></row>'
)


def test_existing_cells_keep_their_style_and_rows_their_height(rows, tmp_path):
    sheet = rows(STYLED)
    sheet.set_values(1, 1, [["a", "b", "c"], ["d", "e", "f"]])
    again = saved(sheet, tmp_path)
    assert [again.style(1, c) for c in (1, 2, 3)] == [3, 0, 0]
    assert [again.style(2, c) for c in (1, 2)] == [1, 2]
    assert '<row r="1" ht="30" customHeight="1">' in part(sheet, tmp_path)


WIDE = "".join(
    f'<row r="{r}" spans="1:4"><c r="A{r}" s="1"><f>B{r}</f><v>1</v></c><c r="B{r}" s="2"><v>{r}</v></c>'
    f'<c r="C{r}" s="3" t="s"><v>0</v></c><c r="E{r}" s="1" t="str"><f>C{r}&amp;"&lt;"</f><v>e</v></c></row>'
    for r in range(1, 6)
)


@pytest.mark.parametrize(
    ("first", "block"),
    [
        (2, [[i, f"t{i}"] for i in range(5)]),
        (2, [[None, i] for i in range(5)]),
        (3, [[i, None, "new"] for i in range(5)]),
        (4, [[i] for i in range(7)]),
        (6, [[i, i] for i in range(7)]),
        (1, [[i] for i in range(5)]),
        (1, [[i, 2, 3, 4, 5, 6] for i in range(5)]),
    ],
)
def test_a_block_of_some_columns_leaves_the_others(rows, tmp_path, first, block):
    sheet = rows(WIDE, strings=STRINGS)
    before = [[sheet.value(r, c) for c in range(1, 9)] for r in range(1, 9)]
    styles = [[sheet.style(r, c) for c in range(1, 6)] for r in range(1, 6)]
    kept = [f for f in sheet.formulas() if not first <= f.col < first + len(block[0])]
    sheet.set_values(1, first, block)
    for expected, values in zip(before, block, strict=False):
        expected[first - 1 : first - 1 + len(values)] = values
    again = saved(sheet, tmp_path)
    assert [[again.value(r, c) for c in range(1, 9)] for r in range(1, 6)] == before[:5]
    assert again.values(1, first, len(block), first + len(block[0]) - 1) == block
    assert list(again.formulas()) == kept
    for row, line in enumerate(styles, 1):
        assert [again.style(row, c) for c in (1, 2, 3, 5)] == [line[c - 1] for c in (1, 2, 3, 5)]
    books.peer(tmp_path / "out.xlsx")
    written = re.findall(r'<c r="([A-Z]+)(\d+)"', part(sheet, tmp_path))
    places = [(int(row), column_number(letters)) for letters, row in written]
    assert places == sorted(set(places))


def test_clearing_some_columns_leaves_the_others(rows, tmp_path):
    sheet = rows(WIDE, strings=STRINGS)
    sheet.clear(2, 2, 4, 3)
    again = saved(sheet, tmp_path)
    blank = [[1, None, None, None, "e"]] * 3
    assert again.values(1, 1, 5, 5) == [
        [1, 1, "zero", None, "e"],
        *blank,
        [1, 5, "zero", None, "e"],
    ]
    assert [again.style(3, c) for c in range(1, 6)] == [1, 2, 3, 0, 1]
    assert len(list(again.formulas())) == 10


def test_new_rows_go_on_with_the_styles_of_the_block(rows, tmp_path):
    sheet = rows(STYLED)
    sheet.set_values(3, 1, [[1, 2], [3, 4], [5, 6]])
    again = saved(sheet, tmp_path)
    assert [[again.style(r, c) for c in (1, 2)] for r in (4, 5)] == [[1, 3], [1, 3]]


def test_an_appended_row_takes_a_style_that_repeats_and_no_other(rows, tmp_path):
    sheet = rows(STYLED)
    sheet.set_values(4, 1, [[1, 2]])
    assert [saved(sheet, tmp_path).style(4, c) for c in (1, 2)] == [1, 0]


def test_a_new_cell_takes_the_style_of_its_column(build, tmp_path):
    columns = '<cols><col min="2" max="3" width="9" style="2"/></cols>'
    sheet = build(books.worksheet("", before=columns)).sheet("S1")
    sheet.set_values(1, 1, [[1, 2, 3, 4]])
    assert [saved(sheet, tmp_path).style(1, c) for c in (1, 2, 3, 4)] == [0, 2, 2, 0]


def test_dates_are_stored_as_numbers_and_shown_as_dates(rows, tmp_path):
    sheet = rows('<row r="1"><c r="A1" s="1"/><c r="B1" s="2"/></row>')
    day, moment_ = dt.date(2026, 3, 31), at(2026, 3, 31, 12, 30)
    sheet.set_values(1, 1, [[day, day, moment_, 5]])
    again = saved(sheet, tmp_path)
    assert again.values(1, 1, 1, 4) == [[46112, 46112, 46112 + 12.5 / 24, 5]]
    formats = [again.number_format(1, c) for c in (1, 2, 3, 4)]
    assert formats == ["yyyy\\-mm\\-dd", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "General"]
    midnight = at(2026, 3, 31)
    assert again.dated_values(1, 1, 1, 4) == [[midnight, midnight, moment_, 5]]
    assert again.is_date(1, 1)
    assert not again.is_date(1, 4)


def test_dates_of_a_1904_workbook_count_from_1904(rows, tmp_path):
    sheet = rows('<row r="1"><c r="A1" s="1"><v>0</v></c></row>', properties=' date1904="1"')
    assert sheet.dated_values(1, 1, 1, 1) == [[at(1904, 1, 1)]]
    sheet.set_values(2, 1, [[dt.date(2026, 3, 31)]])
    assert saved(sheet, tmp_path).values(2, 1, 2, 1) == [[46112 - 1462]]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (1, at(1900, 1, 1)),
        (59, at(1900, 2, 28)),
        (61, at(1900, 3, 1)),
        (46112.75, at(2026, 3, 31, 18)),
        (2958465, at(9999, 12, 31)),
    ],
)
def test_a_serial_number_is_the_date_that_excel_shows(days, expected):
    assert moment(days, date1904=False) == expected
    assert serial(expected, date1904=False) == days


ARRAY = (
    '<row r="1"><c r="A1" s="2"><f t="array" ref="A1:A3">B1:B3*2</f><v>2</v></c></row>'
    '<row r="2"><c r="A2" s="2"><v>4</v></c></row><row r="3"><c r="A3" s="2"><v>6</v></c></row>'
)


@pytest.mark.parametrize("change", ["values", "formula", "clear", "array"])
def test_part_of_an_array_formula_cannot_be_changed(rows, tmp_path, change):
    sheet = rows(ARRAY)
    changes = {
        "values": lambda: sheet.set_values(2, 1, [[1]]),
        "formula": lambda: sheet.set_formula(1, 1, "1"),
        "clear": lambda: sheet.clear(3, 1, 9, 9),
        "array": lambda: sheet.set_array_formula("A2:A9", "1"),
    }
    with pytest.raises(WorkbookError, match="A1:A3 would be changed in part"):
        changes[change]()
    assert part(sheet, tmp_path) == books.worksheet(ARRAY)


def test_an_array_formula_can_be_overwritten_as_a_whole(rows, tmp_path):
    sheet = rows(ARRAY)
    sheet.set_values(1, 1, [[1], [2], [3]])
    again = saved(sheet, tmp_path)
    assert list(again.formulas()) == []
    assert again.values(1, 1, 3, 1) == [[1], [2], [3]]


@pytest.mark.parametrize(("ref", "kept"), [("A1:A2", 2), ("A1:A6", 3), ("A1:A3", 3)])
def test_an_array_formula_takes_another_rectangle(rows, tmp_path, ref, kept):
    sheet = rows(ARRAY)
    sheet.set_array_formula(ref, "=C1:C9")
    again = saved(sheet, tmp_path)
    assert [(f.text, f.ref, f.kind) for f in again.formulas()] == [("C1:C9", ref, "array")]
    assert again.values(1, 1, 3, 1) == [[2 * (i + 1)] if i < kept else [None] for i in range(3)]
    assert [again.style(r, 1) for r in (1, 2, 3)] == [2, 2, 2]


def test_a_new_array_formula_replaces_the_formulas_under_it(rows, tmp_path):
    sheet = rows(
        '<row r="1"><c r="A1"><f>1</f><v>1</v></c></row><row r="2"><c r="A2"><f>2</f><v>2</v></c></row>'
    )
    sheet.set_array_formula("A1:A2", "B1:B2")
    again = saved(sheet, tmp_path)
    assert [(f.row, f.text) for f in again.formulas()] == [(1, "B1:B2")]
    assert again.values(1, 1, 2, 1) == [[1], [2]]


def test_a_dynamic_array_stays_dynamic_when_it_spills_elsewhere(rows, tmp_path):
    sheet = rows(FORMULAS, **DYNAMIC)
    sheet.set_array_formula("E1:E4", "_xlfn.UNIQUE(A1:A9)")
    sheet.set_cached(4, 5, "new")
    found = {f.col: f for f in saved(sheet, tmp_path).formulas() if f.row == 1}
    assert (found[5].kind, found[5].ref) == ("dynamic", "E1:E4")
    assert 'r="E1" cm="1"' in part(sheet, tmp_path)


def test_overwriting_the_first_cell_of_a_dynamic_array_takes_its_spill_away(rows, tmp_path):
    sheet = rows(FORMULAS, **DYNAMIC)
    sheet.set_values(1, 5, [[1]])
    assert saved(sheet, tmp_path).values(1, 5, 2, 5) == [[1], [None]]


GRAFTS = [
    ('<c r="A1" s="2" t="str"><f>B1</f><v>x</v></c>', 5, '<c r="A1" s="2"><f>B1</f><v>5</v></c>'),
    ('<c r="A1"><f>B1</f><v>5</v></c>', "x", '<c r="A1" t="str"><f>B1</f><v>x</v></c>'),
    ('<c r="A1"><f>B1</f></c>', True, '<c r="A1" t="b"><f>B1</f><v>1</v></c>'),
    ('<c r="A1"><f>B1</f><v>1</v></c>', None, '<c r="A1"><f>B1</f></c>'),
    ('<c r="A1" t="b"><f>B1</f><v>1</v></c>', 1, '<c r="A1"><f>B1</f><v>1</v></c>'),
    ('<c r="A1" s="1" cm="1"><f t="array" ref="A1">X</f><v>1</v></c>', 2.5,
     '<c r="A1" s="1" cm="1"><f t="array" ref="A1">X</f><v>2.5</v></c>'),
    ('<c r="A1" t="e" vm="3"><f ca="1">B1</f><v>#VALUE!</v></c>', CellError("#N/A"),
     '<c r="A1" t="e"><f ca="1">B1</f><v>#N/A</v></c>'),
    ("<c t='n' r='A1'><f>B1</f><v>1</v><extLst/></c>", 2,
     "<c r='A1'><f>B1</f><v>2</v><extLst/></c>"),
    ('<c r="A1"><f>B1</f><v>1</v></c>', 1, None),
    ('<c r="A1"><f>B1</f><v>1.50</v></c>', 1.5, None),
    ('<c r="A1" t="str"><f>B1</f><v></v></c>', "", None),
    ('<c r="A1" t="s"><v>0</v></c>', "zero", None),
    ('<c r="A1" s="2"/>', None, None),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "value", "expected"), GRAFTS)
def test_a_graft_changes_the_value_and_nothing_else(rows, tmp_path, cell, value, expected):
    sheet = rows(f'<row r="1" spans="1:1">{cell}</row>', strings=STRINGS)
    sheet.set_cached(1, 1, value)
    if expected is None:
        assert part(sheet, tmp_path) == books.worksheet(f'<row r="1" spans="1:1">{cell}</row>')
    else:
        made = part(sheet, tmp_path).replace(' spans="1:1"', "")
        assert made == books.worksheet(f'<row r="1">{expected}</row>')
    assert saved(sheet, tmp_path).value(1, 1) == value


def test_a_graft_of_the_same_values_leaves_the_part_alone(rows, tmp_path):
    sheet = rows(FORMULAS, **DYNAMIC)
    for found in list(sheet.formulas()):
        sheet.set_cached(found.row, found.col, found.cached)
    assert part(sheet, tmp_path) == books.worksheet(FORMULAS)


def test_clearing_leaves_styles_and_other_cells(rows, tmp_path):
    sheet = rows(STYLED)
    sheet.clear(1, 1, 2, 1)
    sheet.clear(3, 1, 3, 5)
    again = saved(sheet, tmp_path)
    assert again.values(1, 1, 3, 2) == [[None, 5], [None, 1], [None, None]]
    assert [again.style(r, 1) for r in (1, 2, 3)] == [3, 1, 1]
    assert again.used_range == Area(1, 2, 2, 2)


def test_clearing_the_whole_sheet_makes_no_cells(rows, tmp_path):
    sheet = rows(STYLED)
    sheet.clear(1, 1, 1_048_576, 16_384)
    assert saved(sheet, tmp_path).used_range is None
    assert len(re.findall("<c ", part(sheet, tmp_path))) == 5


CHAIN = {
    "extra": {"xl/calcChain.xml": f'<calcChain xmlns="{books.MAIN}"><c r="A1" i="1"/></calcChain>'},
    "links": [("rId93", "calcChain", "calcChain.xml")],
}


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (lambda s: s.set_cached(1, 1, 9), True),
        (lambda s: s.set_values(5, 5, [[1]]), True),
        (lambda s: s.set_formula(1, 1, "C1"), True),
        (lambda s: s.set_formula(5, 5, "C1"), False),
        (lambda s: s.set_values(1, 1, [[1]]), False),
        (lambda s: s.set_values(1, 1, [[1, 2, 3]]), False),
        (lambda s: s.clear(1, 1, 1, 1), False),
        (lambda s: s.set_array_formula("A1:A2", "C1:C2"), False),
    ],
)
def test_the_calculation_chain_goes_only_when_formulas_come_or_go(rows, tmp_path, change, kept):
    sheet = rows('<row r="1"><c r="A1"><f>B1</f><v>1</v></c></row>', **CHAIN)
    change(sheet)
    sheet.workbook.save(tmp_path / "out.xlsx")
    made = books.read(tmp_path / "out.xlsx")
    assert ("xl/calcChain.xml" in made) is kept
    assert (b"calcChain" in made["xl/_rels/workbook.xml.rels"]) is kept
    assert "fullCalcOnLoad" not in made["xl/workbook.xml"].decode()


@pytest.mark.parametrize(
    ("before", "after"), [("A1:B2", "A1:D9"), ("A1", "A1:D9"), ("A1:Z99", "A1:Z99")]
)
def test_the_stated_dimension_covers_what_was_written(build, tmp_path, before, after):
    stated = f'<dimension ref="{before}"/>'
    sheet = build(books.worksheet('<row r="1"><c r="A1"><v>1</v></c></row>', before=stated)).sheet(
        "S1"
    )
    sheet.set_values(9, 4, [[1]])
    assert f'<dimension ref="{after}"/>' in part(sheet, tmp_path)


def test_what_stands_around_the_rows_stays(build, tmp_path):
    before = '<sheetPr><tabColor rgb="FFFF0000"/></sheetPr><!-- kept --><cols><col min="1" max="1"/></cols>'
    after = (
        '<sheetProtection sheet="1"/><mergeCells count="1"><mergeCell ref="A5:B5"/></mergeCells>'
    )
    sheet = build(
        books.worksheet('<row r="1"/>', before=before.replace("<!-- kept -->", ""), after=after)
    ).sheet("S1")
    sheet.set_values(2, 1, [[1]])
    text = part(sheet, tmp_path)
    assert text == books.worksheet(
        '<row r="1"/><row r="2"><c r="A2"><v>1</v></c></row>',
        before=before.replace("<!-- kept -->", ""),
        after=after,
    )


@pytest.mark.parametrize("number", [1, 26, 27, 52, 702, 703, 16_384])
def test_column_letters_and_numbers_agree_with_openpyxl(number):
    assert column_letters(number) == openpyxl.utils.get_column_letter(number)
    assert column_number(column_letters(number)) == number
    assert Area.parse(cell_name(7, number)) == Area(7, number, 7, number)


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("B2", Area(2, 2, 2, 2)),
        ("$A$1:C9", Area(1, 1, 9, 3)),
        ("C9:A1", Area(1, 1, 9, 3)),
        ("A:C", Area(1, 1, 1_048_576, 3)),
        ("3:5", Area(3, 1, 5, 16_384)),
    ],
)
def test_a_reference_is_an_area(text, area):
    assert Area.parse(text) == area


@pytest.mark.parametrize(
    "text", ["", "A", "1", "A0", "XFE1", "A1048577", "A1:", "S!A1", "A1:B2:C3", "name"]
)
def test_what_is_no_reference_is_refused(text):
    with pytest.raises(ValueError, match=r"no(t a cell| |t)|outside"):
        Area.parse(text)


ONE_COLUMN = {
    "usual": ('<c r="A1"><v>1</v></c><c r="B1" t="str"><f>1</f><v>x</v></c><c r="BB1"/>', "x"),
    "absent": ('<c r="A1"><v>1</v></c><c r="BB1"><v>2</v></c>', None),
    "blank": ('<c r="B1" s="1"/><c r="C1"><v>2</v></c>', None),
    "empty text": ('<c r="B1" t="inlineStr"><is><t></t></is></c>', ""),
    "rich text": ('<c r="B1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "ab"),
    "other order": ('<c s="1" r="B1"><v>3</v></c>', 3),
    "no places": ("<c><v>1</v></c><c><v>2</v></c>", 2),
    "beside another order": ('<c s="1" r="A1"/><c r="B1"><v>3</v></c>', 3),
}


@pytest.mark.parametrize(("cells", "value"), ONE_COLUMN.values(), ids=ONE_COLUMN)
def test_one_column_is_read_as_among_others(rows, cells, value):
    sheet = rows(f'<row r="1">{cells}</row>')
    assert sheet.values(1, 2, 1, 2) == [[value]]
    assert [row[1] for row in sheet.values(1, 1, 1, 3)] == [value]
