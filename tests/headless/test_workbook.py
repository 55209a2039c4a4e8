"""Sheets, names and tables of a workbook, and what follows them when they change."""

import books
import pytest

from addin import WorkbookError
from addin.headless import Name, Workbook
from addin.headless.references import Area
from addin.headless.resize import longer_references

TABLE = (
    f'{books.HEADER}<table xmlns="{books.MAIN}" id="1" name="t" displayName="loans" ref="A1:C4"'
    '{totals}><autoFilter ref="A1:C{end}"/><sortState ref="A2:C{end}"><sortCondition ref="B2:B{end}"/>'
    '</sortState><tableColumns count="3"><tableColumn id="1" name="id"/>'
    '<tableColumn id="2" name="amount"/><tableColumn id="3" name="twice">'
    "<calculatedColumnFormula>loans[[#This Row],[amount]]*2</calculatedColumnFormula></tableColumn>"
    "</tableColumns></table>"
)
ROWS = "".join(
    f'<row r="{r}"><c r="A{r}" t="str"><v>L{r}</v></c><c r="B{r}" s="2"><v>{r}</v></c>'
    f'<c r="C{r}"><f>loans[[#This Row],[amount]]*2</f><v>{2 * r}</v></c></row>'
    for r in (2, 3, 4)
)
HEADERS = (
    '<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>amount</v></c>'
    '<c r="C1" t="str"><v>twice</v></c></row>'
)
AFTER = (
    '<conditionalFormatting sqref="B2:B4"><cfRule type="dataBar" priority="1"/></conditionalFormatting>'
    '<conditionalFormatting sqref="B2:B3 C2:C4 E2:E4"><cfRule type="dataBar" priority="2"/>'
    "</conditionalFormatting>"
    '<dataValidations count="1"><dataValidation type="whole" sqref="B2:B4"/></dataValidations>'
    '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
    '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:f '
    'xmlns:x14="urn:x14" xmlns:xm="urn:xm"><xm:sqref>C2:C4</xm:sqref></x14:f></ext></extLst>'
)
CHART = (
    "<c:chartSpace xmlns:c=\"urn:c\"><c:f>S1!$B$2:$B$4</c:f><c:f>'S1'!$A$2:$A$4</c:f>"
    "<c:f>S1!$B$2:$B$3</c:f><c:f>S2!$B$2:$B$4</c:f></c:chartSpace>"
)
NAMES = (
    '<definedName name="amounts">S1!$B$2:$B$4</definedName>'
    '<definedName name="part">S1!$B$2:$B$3</definedName>'
    '<definedName name="rate" localSheetId="1" hidden="1">0.05</definedName>'
    '<definedName name="whole">S1!$A$1:$C$4</definedName>'
)


@pytest.fixture
def book(tmp_path):
    return make(tmp_path)


def make(tmp_path, totals=0, more="", after=AFTER):
    table = TABLE.replace("{totals}", f' totalsRowCount="{totals}"' if totals else "")
    made = books.parts(
        books.worksheet(HEADERS + ROWS + more, after=after),
        books.worksheet('<row r="1"><c r="A1"><f>S1!B2</f><v>2</v></c></row>'),
        books.worksheet(""),
        names=NAMES,
        extra={
            "xl/worksheets/_rels/sheet1.xml.rels": books.relationships(
                ("rId1", "table", "../tables/table1.xml")
            ),
            "xl/tables/table1.xml": table.replace("{end}", str(4 - totals)),
            "xl/charts/chart1.xml": CHART,
        },
    )
    return Workbook.open(books.save(tmp_path / "b.xlsx", made))


def saved(book, tmp_path):
    book.save(tmp_path / "out.xlsx")
    return Workbook.open(tmp_path / "out.xlsx")


def parts(book, tmp_path):
    book.save(tmp_path / "out.xlsx")
    return {name: data.decode() for name, data in books.read(tmp_path / "out.xlsx").items()}


def test_names_have_their_scope_and_text(book):
    assert book.names == [
        Name("amounts", None, "S1!$B$2:$B$4"),
        Name("part", None, "S1!$B$2:$B$3"),
        Name("rate", "S2", "0.05", hidden=True),
        Name("whole", None, "S1!$A$1:$C$4"),
    ]


def test_a_table_has_its_rectangle_and_columns(book):
    (table,) = book.tables
    assert (table.name, table.sheet, table.ref) == ("loans", "S1", "A1:C4")
    assert table.columns == ("id", "amount", "twice")
    assert table.body == Area(2, 1, 4, 3)


@pytest.mark.parametrize(
    ("ask", "problem"),
    [
        (lambda b: b.sheet("Sx"), "has no sheet 'Sx'. Its sheets are 'S1', 'S2', 'S3'"),
        (lambda b: b.table("x"), "has no table 'x'. Its tables are: loans"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(book, ask, problem):
    with pytest.raises(WorkbookError) as caught:
        ask(book)
    assert problem in str(caught.value)


def test_a_sheet_is_found_whatever_its_case(book):
    assert book.sheet("s1") is book.sheets[0]


def test_a_longer_table_takes_everything_along(book, tmp_path):
    book.resize_table("loans", "A1:C6")
    made = parts(book, tmp_path)
    table = made["xl/tables/table1.xml"]
    assert 'ref="A1:C6"' in table
    assert '<autoFilter ref="A1:C6"/>' in table
    assert '<sortState ref="A2:C6"><sortCondition ref="B2:B6"/>' in table
    sheet = made["xl/worksheets/sheet1.xml"]
    assert '<conditionalFormatting sqref="B2:B6">' in sheet
    assert 'sqref="B2:B3 C2:C6 E2:E4"' in sheet
    assert '<dataValidation type="whole" sqref="B2:B6"/>' in sheet
    assert "<xm:sqref>C2:C6</xm:sqref>" in sheet
    assert made["xl/charts/chart1.xml"] == CHART.replace("$B$2:$B$4", "$B$2:$B$6", 1).replace(
        "$A$2:$A$4", "$A$2:$A$6"
    )
    texts = [name.text for name in Workbook.open(tmp_path / "out.xlsx").names]
    assert texts == ["S1!$B$2:$B$6", "S1!$B$2:$B$3", "0.05", "S1!$A$1:$C$6"]


def test_a_calculated_column_is_filled_down(book, tmp_path):
    book.resize_table("loans", "A1:C6")
    again = saved(book, tmp_path).sheet("S1")
    assert [f.text for f in again.formulas()] == ["loans[[#This Row],[amount]]*2"] * 5
    assert again.style(6, 3) == 0


def test_new_rows_of_a_table_take_the_styles_of_its_first_row(book, tmp_path):
    book.resize_table("loans", "A1:C6")
    book.sheet("S1").set_values(5, 1, [["L5", 5], ["L6", 6]])
    again = saved(book, tmp_path).sheet("S1")
    assert [[again.style(r, c) for c in (1, 2)] for r in (5, 6)] == [[0, 2], [0, 2]]


def test_a_shorter_table_leaves_the_cells(book, tmp_path):
    book.resize_table("loans", "A1:C2")
    again = saved(book, tmp_path)
    assert again.table("loans").ref == "A1:C2"
    assert again.sheet("S1").value(4, 1) == "L4"
    assert again.names[0].text == "S1!$B$2:$B$2"


def test_a_longer_and_a_shorter_table_come_back_to_the_same(book, tmp_path):
    before = books.read(tmp_path / "b.xlsx")
    book.resize_table("loans", "A1:C9")
    book.resize_table("loans", "A1:C4")
    book.sheet("S1").clear(5, 1, 9, 3)
    made = books.read(saved(book, tmp_path).path)
    different = {name for name in before if made[name] != before[name]}
    assert different <= {"xl/worksheets/sheet1.xml", "xl/tables/table1.xml", "xl/workbook.xml"}
    assert Workbook.open(tmp_path / "out.xlsx").names == Workbook.open(tmp_path / "b.xlsx").names


@pytest.mark.parametrize(("ref", "row"), [("A1:C8", 8), ("A1:C3", 3)])
def test_the_totals_stay_last(tmp_path, ref, row):
    book = make(tmp_path, totals=1)
    book.resize_table("loans", ref)
    again = saved(book, tmp_path)
    sheet = again.sheet("S1")
    assert sheet.values(row, 1, row, 2) == [["L4", 4]]
    assert again.table("loans").body == Area(2, 1, row - 1, 3)
    assert f'<autoFilter ref="A1:C{row - 1}"/>' in parts(book, tmp_path)["xl/tables/table1.xml"]
    assert books.peer(tmp_path / "out.xlsx")["S1"].tables["t"].ref == ref


@pytest.mark.parametrize(
    ("ref", "problem"),
    [
        ("A1:C1", "at least 2 rows"),
        ("A2:C9", "top left cell A1"),
        ("A1:D9", "last column C"),
    ],
)
def test_a_table_cannot_take_any_rectangle(book, tmp_path, ref, problem):
    with pytest.raises(WorkbookError, match=problem) as caught:
        book.resize_table("loans", ref)
    assert "sheet 'S1', table loans (A1:C4)" in str(caught.value)
    book.save(tmp_path / "out.xlsx")
    assert books.read(tmp_path / "out.xlsx") == books.read(tmp_path / "b.xlsx")


def test_a_table_cannot_grow_over_another(tmp_path):
    made = books.parts(
        books.worksheet(HEADERS),
        extra={
            "xl/worksheets/_rels/sheet1.xml.rels": books.relationships(
                ("rId1", "table", "../tables/table1.xml"), ("rId2", "table", "../tables/table2.xml")
            ),
            **{
                f"xl/tables/table{n}.xml": (
                    f'<table xmlns="{books.MAIN}" id="{n}" name="t{n}" displayName="t{n}" ref="{ref}">'
                    '<tableColumns count="1"><tableColumn id="1" name="a"/></tableColumns></table>'
                )
                for n, ref in ((1, "A1:A3"), (2, "A6:A9"))
            },
        },
    )
    book = Workbook.open(books.save(tmp_path / "b.xlsx", made))
    book.resize_table("t1", "A1:A5")
    with pytest.raises(WorkbookError, match=r"would overlap table t2 \(A6:A9\)"):
        book.resize_table("t1", "A1:A6")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S1!$B$2:$B$4", "S1!$B$2:$B$9"),
        ("'S1'!$B$2:$C$4,S1!$A$2:$A$4", "'S1'!$B$2:$C$9,S1!$A$2:$A$9"),
        ("OFFSET(S1!$A$2:$A$4,1,0)", "OFFSET(S1!$A$2:$A$9,1,0)"),
        ("S1!$B$2:$B$40", "S1!$B$2:$B$40"),
        ("S11!$B$2:$B$4", "S11!$B$2:$B$4"),
        ("'My S1'!$B$2:$B$4", "'My S1'!$B$2:$B$4"),
        ("S1!$D$2:$D$4", "S1!$D$2:$D$4"),
        ("S1!B2:B4", "S1!B2:B4"),
    ],
)
def test_only_references_to_the_whole_of_the_range_become_longer(text, expected):
    assert longer_references(text, "S1", Area(2, 1, 4, 3), Area(2, 1, 9, 3)) == expected


def test_a_quoted_sheet_name_is_recognised():
    text = "'it''s 东'!$A$2:$A$4"
    assert longer_references(text, "it's 东", Area(2, 1, 4, 1), Area(2, 1, 5, 1)) == (
        "'it''s 东'!$A$2:$A$5"
    )


def test_a_sheet_is_added_where_asked_and_local_names_stay_with_theirs(book, tmp_path):
    added = book.add_sheet("New & old", 1)
    added.set_values(1, 1, [["x"]])
    again = saved(book, tmp_path)
    assert [sheet.name for sheet in again.sheets] == ["S1", "New & old", "S2", "S3"]
    assert again.sheet("New & old").value(1, 1) == "x"
    assert next(name for name in again.names if name.name == "rate").sheet == "S2"
    peer = books.peer(tmp_path / "out.xlsx")
    assert peer.sheetnames == ["S1", "New & old", "S2", "S3"]
    assert peer["New & old"]["A1"].value == "x"


def test_a_deleted_sheet_takes_its_own_parts_along(tmp_path):
    book = make(tmp_path)
    book.sheet("S2").set_values(1, 1, [[1]])
    for name in ("amounts", "part", "whole"):
        book.delete_name(name)
    book.delete_sheet("S1")
    made = parts(book, tmp_path)
    gone = (
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/_rels/sheet1.xml.rels",
        "xl/tables/table1.xml",
    )
    assert not set(gone) & set(made)
    assert "sheet1.xml" not in made["[Content_Types].xml"] + made["xl/_rels/workbook.xml.rels"]
    again = Workbook.open(tmp_path / "out.xlsx")
    assert [sheet.name for sheet in again.sheets] == ["S2", "S3"]
    assert [(name.name, name.sheet) for name in again.names] == [("rate", "S2")]
    assert books.peer(tmp_path / "out.xlsx").sheetnames == ["S2", "S3"]


@pytest.mark.parametrize("change", ["delete", "rename"])
def test_a_sheet_that_is_referred_to_is_neither_deleted_nor_renamed(book, tmp_path, change):
    with pytest.raises(WorkbookError, match="S2!A1 refers to it, and 3 more"):
        book.delete_sheet("S1") if change == "delete" else book.rename_sheet("S1", "New")
    book.save(tmp_path / "out.xlsx")
    assert books.read(tmp_path / "out.xlsx") == books.read(tmp_path / "b.xlsx")


def test_a_sheet_gets_another_name(book, tmp_path):
    book.rename_sheet("S3", "历史 2026")
    assert [sheet.name for sheet in saved(book, tmp_path).sheets] == ["S1", "S2", "历史 2026"]


@pytest.mark.parametrize("name", ["", "x" * 32, "a/b", "a:b", "[a]", "'a", "s1", "S2"])
def test_a_sheet_cannot_have_any_name(book, name):
    with pytest.raises(WorkbookError, match=r"cannot be called|already"):
        book.add_sheet(name)


def test_a_sheet_is_hidden_and_shown_but_never_the_last_one(book, tmp_path):
    book.set_visible("S1", "hidden")
    book.set_visible("S2", "veryHidden")
    with pytest.raises(WorkbookError, match="only visible one"):
        book.set_visible("S3", "hidden")
    with pytest.raises(WorkbookError, match="only visible one"):
        book.delete_sheet("S3")
    book.set_visible("S2", "visible")
    assert [s.visible for s in saved(book, tmp_path).sheets] == ["hidden", "visible", "visible"]


def test_names_come_change_and_go(book, tmp_path):
    book.set_name("limit", "S1!$B$2")
    book.set_name("part", "S1!$B$3")
    book.set_name("limit", "5", sheet="S2")
    book.delete_name("amounts")
    again = saved(book, tmp_path)
    assert [(n.name, n.sheet, n.text) for n in again.names] == [
        ("limit", None, "S1!$B$2"),
        ("limit", "S2", "5"),
        ("part", None, "S1!$B$3"),
        ("rate", "S2", "0.05"),
        ("whole", None, "S1!$A$1:$C$4"),
    ]
    assert "S1!$B$2" in books.peer(tmp_path / "out.xlsx").defined_names["limit"].attr_text


def test_the_first_name_of_a_workbook_stands_after_its_sheets(tmp_path):
    book = Workbook.open(books.save(tmp_path / "b.xlsx", books.parts(books.worksheet(""))))
    book.set_name("first", "S1!$A$1")
    assert "</sheets><definedNames>" in parts(book, tmp_path)["xl/workbook.xml"]
    book.delete_name("first")
    assert "definedName" not in parts(book, tmp_path)["xl/workbook.xml"]


def test_a_strict_workbook_is_read_and_grows(tmp_path):
    made = {
        name: data.replace(books.MAIN, books.STRICT).replace(books.OFFICE, books.STRICT_OFFICE)
        for name, data in books.parts(
            books.worksheet('<row r="1"><c r="A1" t="d" s="1"><v>2026-03-31</v></c></row>')
        ).items()
    }
    book = Workbook.open(books.save(tmp_path / "b.xlsx", made))
    assert book.sheet("S1").value(1, 1) == 46112
    assert book.sheet("S1").is_date(1, 1)
    book.add_sheet("New").set_values(1, 1, [[1]])
    again = saved(book, tmp_path)
    assert again.sheet("New").value(1, 1) == 1
    assert books.OFFICE not in "".join(parts(again, tmp_path).values())


def test_a_chart_sheet_counts_among_the_tabs_but_is_no_sheet_of_cells(tmp_path):
    made = books.parts(
        books.worksheet(""),
        books.worksheet('<row r="1"><c r="A1"><v>7</v></c></row>'),
        names='<definedName name="n" localSheetId="1">S2!$A$1</definedName>',
    )
    links = "xl/_rels/workbook.xml.rels"
    made[links] = made[links].replace("/worksheet", "/chartsheet", 1)
    book = Workbook.open(books.save(tmp_path / "b.xlsx", made))
    assert [sheet.name for sheet in book.sheets] == ["S2"]
    assert book.names[0].sheet == "S2"


def test_a_style_is_made_once_and_the_others_stay(book, tmp_path):
    styles = book.styles
    numbers = {styles.with_number_format(2, "0.000%") for _ in range(3)}
    assert numbers == {4}
    assert styles.with_number_format(0, "#,##0.00") == 2
    assert styles.number_format(4) == "0.000%"
    assert [styles.number_format(n) for n in range(4)] == [
        "General", "yyyy\\-mm\\-dd", "#,##0.00", "0%",
    ]  # fmt: skip
    bold = styles.with_bold(1, bold=True)
    red = styles.with_fill(bold, "FF0000")
    assert (styles.is_bold(red), styles.fill(red), styles.is_date(red)) == (True, "FF0000", True)
    assert not styles.is_bold(1)
    book.sheet("S1").set_style(1, 1, red)
    book.save(tmp_path / "out.xlsx")
    cell = books.peer(tmp_path / "out.xlsx")["S1"]["A1"]
    assert (cell.font.b, cell.fill.fgColor.rgb, cell.number_format) == (
        True,
        "FFFF0000",
        "yyyy\\-mm\\-dd",
    )


@pytest.mark.parametrize(
    ("number", "code", "date"),
    [(14, "mm-dd-yy", True), (9, "0%", False), (31, 'yyyy"年"m"月"d"日"', True), (57, 'yyyy"年"m"月"', True),
     (55, '上午/下午h"时"mm"分"', True), (49, "@", False), (5, '"$"#,##0_);("$"#,##0)', False)],
)  # fmt: skip
def test_built_in_formats_are_known(tmp_path, number, code, date):
    styles = books.STYLES.replace('<xf numFmtId="9"', f'<xf numFmtId="{number}"')
    book = Workbook.open(
        books.save(tmp_path / "b.xlsx", books.parts(books.worksheet(""), styles=styles))
    )
    assert book.styles.number_format(3) == code
    assert book.styles.is_date(3) is date
