"""xlwings code runs on a workbook file as it runs in Excel."""

import datetime as dt

import books
import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlwings
from openpyxl.worksheet.table import Table

from addin import WorkbookError
from addin.headless.engine import open_book
from addin.headless.function_prefixes import shown, stored
from udfs.errors import CellError

HEADERS = ["id", "balance", "opened"]


def at(*parts):
    """A date and time as a cell holds it: without a time zone."""
    return dt.datetime(*parts)  # noqa: DTZ001 - see above


@pytest.fixture
def path(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Portfolio"
    sheet.append(HEADERS)
    for number in range(5):
        sheet.append([f"C{number}", number * 10.5, dt.date(2024, 1, number + 1)])
    sheet.add_table(Table(displayName="customers", ref="A1:C6"))
    sheet["E1"], sheet["E2"], sheet["E3"], sheet["E4"] = "=SUM(B2:B6)", "=1/0", True, "text"
    book.create_sheet("评级 'A'")
    book.create_sheet("Other").sheet_state = "hidden"
    book.defined_names["rate"] = openpyxl.workbook.defined_name.DefinedName(
        "rate", attr_text="Portfolio!$B$2"
    )
    book.save(tmp_path / "b.xlsx")
    return tmp_path / "b.xlsx"


@pytest.fixture
def book(path):
    return open_book(path)


@pytest.fixture
def sheet(book):
    return book.sheets["Portfolio"]


def reopened(book, tmp_path):
    book.save(tmp_path / "out.xlsx")
    return open_book(tmp_path / "out.xlsx")


def test_a_refresh_written_for_excel_runs(book, tmp_path):
    sheet = book.sheets["Portfolio"]
    frame = sheet["A1"].options(pd.DataFrame, index=False, expand="table").value
    assert list(frame["balance"]) == [0, 10.5, 21, 31.5, 42]
    assert frame["opened"].dtype.kind == "M"

    fresh = pd.DataFrame(
        {
            "id": [f"D{n}" for n in range(8)],
            "balance": np.arange(8) * 1.5,
            "opened": pd.date_range("2025-01-01", periods=8),
        }
    )
    fresh.loc[3, ["balance", "opened"]] = None
    table = sheet.tables["customers"]
    table.data_body_range.clear_contents()
    table.resize(table.range.resize(len(fresh) + 1, 3))
    table.data_body_range.options(index=False, header=False).value = fresh

    tiers = book.sheets.add("Tiers", after=sheet)
    tiers["A1"].value = [["tier", "count"], ["high", np.int64(3)], ["low", 5]]
    tiers["A1:B1"].font.bold = True
    tiers["A1:B1"].color = "#DDEEFF"
    tiers["B2:B3"].number_format = "#,##0.00"
    tiers["C2"].formula = "=SUM(B2:B3)"
    tiers["D2:D3"].formula_array = "=B2:B3*2"
    book.names.add("tiers", "=Tiers!$A$1:$B$3")

    again = reopened(book, tmp_path)
    assert [s.name for s in again.sheets] == ["Portfolio", "Tiers", "评级 'A'", "Other"]
    table = again.sheets["Portfolio"].tables["customers"]
    assert table.data_body_range.address == "$A$2:$C$9"
    assert table.data_body_range.value[3:5] == [["D3", None, None], ["D4", 6.0, at(2025, 1, 5)]]
    tiers = again.sheets["Tiers"]
    assert tiers.range("tiers").value == [["tier", "count"], ["high", 3.0], ["low", 5.0]]
    assert tiers["A1:B1"].font.bold is True
    assert tiers["B1"].color == (0xDD, 0xEE, 0xFF)
    assert tiers["B2:B3"].number_format == "#,##0.00"
    assert tiers["C2"].formula == "=SUM(B2:B3)"
    assert tiers["D3"].formula_array == "=B2:B3*2"
    assert tiers["D2:D3"].has_array
    peer = books.peer(tmp_path / "out.xlsx")
    assert peer["Portfolio"].tables["customers"].ref == "A1:C9"
    assert peer["Portfolio"]["C9"].value == at(2025, 1, 8)
    assert peer["Tiers"]["D2"].value.ref == "D2:D3"


def test_the_book_is_an_xlwings_book(book, path):
    assert isinstance(book, xlwings.Book)
    assert (book.name, book.fullname) == ("b.xlsx", str(path))
    assert book.app.books[0] == book
    assert book.sheet_names == ["Portfolio", "评级 'A'", "Other"]
    assert book.sheets.active.name == "Portfolio"


@pytest.mark.parametrize(
    ("address", "options", "expected"),
    [
        ("A1", {}, "id"),
        ("B3", {}, 10.5),
        ("B3", {"numbers": int}, 10),
        ("A1:C1", {}, HEADERS),
        ("A1:A3", {}, ["id", "C0", "C1"]),
        ("A2:B3", {}, [["C0", 0.0], ["C1", 10.5]]),
        ("A2", {"ndim": 2}, [["C0"]]),
        ("A2:A3", {"transpose": True}, ["C0", "C1"]),
        ("C2", {}, at(2024, 1, 1)),
        ("C2", {"dates": dt.date}, dt.date(2024, 1, 1)),
        ("F9", {}, None),
        ("F9", {"empty": "-"}, "-"),
        ("E3:E4", {}, [True, "text"]),
        ("rate", {}, 0.0),
        ("customers", {"ndim": 2, "numbers": int}, None),
    ],
)
def test_values_arrive_as_from_excel(sheet, address, options, expected):
    value = sheet.range(address).options(**options).value
    if address == "customers":
        assert [row[:2] for row in value] == [
            ["C0", 0],
            ["C1", 10],
            ["C2", 21],
            ["C3", 32],
            ["C4", 42],
        ]
    else:
        assert value == expected
        assert type(value) is type(expected)


def test_an_error_is_none_or_its_text_as_asked(book):
    cell = book.sheets[0]["E2"]
    book.api.sheet("Portfolio").set_cached(2, 5, CellError("#DIV/0!"))
    assert cell.value is None
    assert cell.options(err_to_str=True).value == "#DIV/0!"
    assert cell.raw_value == CellError("#DIV/0!")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, 5.0),
        (np.float64(2.5), 2.5),
        (np.int32(7), 7.0),
        (np.bool_(True), True),
        (float("nan"), None),
        (pd.NaT, None),
        (pd.NA, None),
        (pd.Timestamp("2026-03-31 12:00"), at(2026, 3, 31, 12)),
        (np.datetime64("2026-03-31"), at(2026, 3, 31)),
        (dt.date(2026, 3, 31), at(2026, 3, 31)),
        ("=1+1", "=1+1"),
        ("'=1+1", "=1+1"),
        ("'001", "001"),
        ("001", "001"),
        ("", None),
        (None, None),
        ([1, None, "a"], [1.0, None, "a"]),
        ([[1, 2], [3, 4]], [[1.0, 2.0], [3.0, 4.0]]),
        (np.array([[1, 2], [3, np.nan]]), [[1.0, 2.0], [3.0, None]]),
        (pd.DataFrame({"x": [1], "y": ["b"]}), [[None, "x", "y"], [0.0, 1.0, "b"]]),
    ],
)
def test_values_are_written_as_to_excel(book, tmp_path, value, expected):
    book.sheets[1]["B2"].value = value
    written = reopened(book, tmp_path).sheets[1]["B2"]
    if isinstance(expected, list):
        shape = (
            (len(expected), len(expected[0]))
            if isinstance(expected[0], list)
            else (1, len(expected))
        )
        written = written.resize(*shape)
    assert written.value == expected
    assert not list(book.api.sheet("评级 'A'").formulas())


def test_one_value_fills_a_range(sheet):
    sheet["G1:H2"].value = 7
    assert sheet["G1:H2"].value == [[7, 7], [7, 7]]


@pytest.mark.parametrize(
    ("start", "mode", "expected"),
    [
        ("A1", "table", "$A$1:$C$6"),
        ("A1", "down", "$A$1:$A$6"),
        ("A1", "right", "$A$1:$C$1"),
        ("A6", "table", "$A$6:$C$6"),
        ("E3", "table", "$E$3:$E$4"),
        ("G9", "table", "$G$9"),
    ],
)
def test_a_range_expands_as_in_excel(sheet, start, mode, expected):
    assert sheet[start].expand(mode).address == expected


@pytest.mark.parametrize(
    ("start", "direction", "expected"),
    [
        ("A1", "down", "$A$6"),
        ("A6", "down", "$A$1048576"),
        ("A3", "up", "$A$1"),
        ("A10", "up", "$A$6"),
        ("A1", "right", "$C$1"),
        ("C1", "right", "$E$1"),
        ("E1", "right", "$XFD$1"),
        ("E1", "left", "$C$1"),
        ("D9", "down", "$D$1048576"),
        ("D9", "up", "$D$1"),
    ],
)
def test_ctrl_and_an_arrow_end_where_they_do_in_excel(sheet, start, direction, expected):
    assert sheet[start].end(direction).address == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [("B3", "$A$1:$C$6"), ("D3", "$A$1:$E$6"), ("E1", "$E$1:$E$4"), ("H20", "$H$20")],
)
def test_the_current_region_is_bounded_by_blanks(sheet, start, expected):
    assert sheet[start].current_region.address == expected


def test_ranges_are_cut_moved_and_named(sheet):
    table = sheet["A1:C6"]
    assert table[1:, 0].address == "$A$2:$A$6"
    assert table[-1, -1].address == "$C$6"
    assert table(2, 2).address == "$B$2"
    assert table.offset(1, 1).address == "$B$2:$D$7"
    assert table.last_cell.address == "$C$6"
    assert (table.row, table.column, table.shape, table.count) == (1, 1, (6, 3), 18)
    assert [cell.address for cell in sheet["A1:B1"]] == ["$A$1", "$B$1"]
    assert table.get_address(row_absolute=False, column_absolute=False) == "A1:C6"
    assert table.get_address(external=True) == "[b.xlsx]Portfolio!$A$1:$C$6"
    assert sheet.used_range.address == "$A$1:$E$6"
    assert sheet.range((2, 1), (3, 2)).address == "$A$2:$B$3"
    assert sheet[1:3, 0:2].address == "$A$2:$B$3"
    assert sheet["A2"].table.name == "customers"
    assert sheet["E1"].table is None
    assert table[0:0, :].value is None


def test_a_range_of_another_sheet_is_named_with_its_sheet(book):
    found = book.sheets[0].range("'评级 ''A'''!B2:C3")
    assert found.sheet.name == "评级 'A'"
    assert found.get_address(include_sheetname=True) == "'评级 ''A'''!$B$2:$C$3"


@pytest.mark.parametrize("address", ["nothing", "Portfolio!", "A0", "B2:nothing"])
def test_what_is_no_range_is_named(sheet, address):
    with pytest.raises(WorkbookError, match="is no cell, range, name or table"):
        sheet.range(address)


def test_formulas_are_read_as_excel_shows_them(sheet):
    assert sheet["E1:E5"].formula == (("=SUM(B2:B6)",), ("=1/0",), ("TRUE",), ("text",), ("",))
    sheet["G1"].formula = "=XLOOKUP(A1,FILTER(A:A,B:B),C:C)"
    assert sheet.impl.api.formula(1, 7).text == (
        "_xlfn.XLOOKUP(A1,_xlfn._xlws.FILTER(A:A,B:B),C:C)"
    )
    assert sheet["G1"].formula == "=XLOOKUP(A1,FILTER(A:A,B:B),C:C)"


def test_one_formula_fills_a_range_with_moving_references(sheet):
    sheet["G2:H3"].formula = "=B2*$B$1"
    assert sheet["G2:H3"].formula == (("=B2*$B$1", "=C2*$B$1"), ("=B3*$B$1", "=C3*$B$1"))


def test_rows_of_formulas_and_constants_are_written_together(sheet):
    sheet["G2"].formula = [["=B2", "text"], [5, "=B3"]]
    assert sheet["G2:H3"].formula == (("=B2", "text"), ("5", "=B3"))


@pytest.mark.parametrize(
    ("formula", "prefixed"),
    [
        ('CONCAT(A1,"XLOOKUP(")', '_xlfn.CONCAT(A1,"XLOOKUP(")'),
        ("'IFS('!A1+IFS(A1,1)", "'IFS('!A1+_xlfn.IFS(A1,1)"),
        ("SORT(A1:A3)+SORTBY(A1,B1)", "_xlfn._xlws.SORT(A1:A3)+_xlfn.SORTBY(A1,B1)"),
        ("STDEV.S(A1:A3)+STDEV(A1)", "_xlfn.STDEV.S(A1:A3)+STDEV(A1)"),
        ("CR_GRADE(A1)+SUM(B1)", "CR_GRADE(A1)+SUM(B1)"),
        ("_xlfn.IFS(A1,1)", "_xlfn.IFS(A1,1)"),
    ],
)  # fmt: skip
def test_newer_functions_are_stored_with_their_prefix(formula, prefixed):
    assert stored(formula) == prefixed
    assert shown(prefixed) == formula.removeprefix("_xlfn.")


def test_names_work_as_in_excel(book, tmp_path):
    assert [name.name for name in book.names] == ["rate"]
    assert book.names["rate"].refers_to == "=Portfolio!$B$2"
    assert book.names["rate"].refers_to_range.address == "$B$2"
    book.names["limit"] = "=Portfolio!$B$3"
    book.names["rate"].refers_to = "=0.5"
    assert "limit" in book.names
    again = reopened(book, tmp_path)
    assert {name.name: name.refers_to for name in again.names} == {
        "rate": "=0.5", "limit": "=Portfolio!$B$3",
    }  # fmt: skip
    del again.names["limit"]
    assert "limit" not in again.names


def test_sheets_come_go_and_hide(book, tmp_path):
    added = book.sheets.add(before=book.sheets[0])
    assert (added.name, added.index) == ("Sheet1", 1)
    added.name = "首页"
    book.sheets["Other"].visible = True
    book.sheets["评级 'A'"].delete()
    again = reopened(book, tmp_path)
    assert [(s.name, s.visible) for s in again.sheets] == [
        ("首页", True), ("Portfolio", True), ("Other", True),
    ]  # fmt: skip
    assert "portfolio" in again.sheets
    with pytest.raises(WorkbookError, match="has no sheet 'Missing'"):
        again.sheets["Missing"]


def test_a_table_shows_its_parts(sheet):
    table = sheet.tables["CUSTOMERS"]
    assert table.range.address == "$A$1:$C$6"
    assert table.header_row_range.value == HEADERS
    assert table.totals_row_range is None
    assert (table.show_headers, table.show_totals) == (True, False)
    assert (len(sheet.tables), sheet.tables[0].name, table.parent.name) == (
        1,
        "customers",
        "Portfolio",
    )
    with pytest.raises(WorkbookError, match=r"has no table 'x'\. Its tables are: customers"):
        sheet.tables["x"]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda s: s.autofit(), "Sheet.autofit"),
        (lambda s: s["A1"].autofit(), "Range.autofit"),
        (lambda s: s["A1"].column_width, "Range.column_width"),
        (lambda s: setattr(s["A1"], "wrap_text", True), "Range.wrap_text"),
        (lambda s: s["A1"].insert("down"), "Range.insert"),
        (lambda s: setattr(s["A1"].font, "size", 9), "Font.size"),
        (lambda s: s.charts, "Sheet.charts"),
        (lambda s: setattr(s.tables[0], "name", "x"), "Setting Table.name"),
        (lambda s: s.tables.add(s["G1:H2"]), "Tables.add"),
        (lambda s: s.book.to_pdf(), "Book.to_pdf"),
        (lambda s: s.copy(), "Sheet.copy"),
    ],
)
def test_what_a_file_cannot_do_says_so(sheet, call, name):
    with pytest.raises(NotImplementedError, match=f"{name} is not supported on a workbook file"):
        call(sheet)


def test_values_of_another_shape_are_refused(sheet):
    with pytest.raises(ValueError, match=r"Portfolio!\$A\$1:\$B\$2 has 2 × 2 cells.*2 × 3"):
        sheet["A1:B2"].raw_value = [[1, 2, 3], [4, 5, 6]]


def test_saving_under_its_own_name_keeps_untouched_parts(book, path):
    before = books.read(path)
    book.sheets[1]["A1"].value = 1
    book.save()
    after = books.read(path)
    assert {name for name in before if before[name] != after[name]} == {"xl/worksheets/sheet2.xml"}


def test_a_password_is_refused(book):
    with pytest.raises(WorkbookError, match="cannot be saved with a password"):
        book.save(password="secret")  # noqa: S106 - not a secret
