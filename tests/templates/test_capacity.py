"""Templates with room for more rows: everything that hangs on the size follows."""

from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.formula import ArrayFormula

from addin.templates import new_workbook
from tests.templates.every import cells, errors, named, shipped
from udfs.errors import in_language
from workbook_templates import LANGUAGES, TEMPLATES
from workbook_templates.data_tables import DataTable, capacity
from workbook_templates.emptying import inputs, is_policy
from workbook_templates.errors import CapacityError

SIZED = [(name, lang) for name, one in TEMPLATES.items() if one.tables for lang in LANGUAGES]
MORE = 1.5
CHECKS = ("Checks", "核对")


def wanted(name):
    return {table.name: int(table.rows * MORE) for table in TEMPLATES[name].tables}


@cache
def larger(name, lang, *, values):
    """A workbook with more room; tests must not change it."""
    return openpyxl.load_workbook(BytesIO(_larger(name, lang)), data_only=values)


@cache
def _larger(name, lang):
    with TemporaryDirectory() as folder:
        path = new_workbook(name, Path(folder) / "larger.xlsx", lang=lang, rows=wanted(name))
        return path.read_bytes()


def heights(book):
    found = {}
    for sheet in book:
        for table in sheet.tables.values():
            _, top, _, bottom = range_boundaries(table.ref)
            found[table.name] = bottom - top
    return found


@pytest.mark.parametrize(("name", "lang"), SIZED)
def test_shipped_tables_have_the_room_that_the_template_tells(name, lang):
    found = heights(shipped(name, lang, values=False))
    for table in TEMPLATES[name].tables:
        assert found[table.excel_table] == table.rows


@pytest.mark.parametrize(("name", "lang"), SIZED)
def test_a_larger_workbook_has_the_room_and_no_errors(name, lang):
    found = heights(larger(name, lang, values=False))
    for table in TEMPLATES[name].tables:
        assert found[table.excel_table] == wanted(name)[table.name]
    book = larger(name, lang, values=True)
    assert errors(book) == []
    assert named(book, "check_total") == 0


@pytest.mark.parametrize(("name", "lang"), SIZED)
def test_a_larger_workbook_says_the_same_about_the_same_rows(name, lang):
    """Cell by cell, but for the rows to spare and the checks that count them."""
    small, large = (make(name, lang, values=True) for make in (shipped, larger))
    different = [
        (sheet.title, cell.coordinate, cell.value, large[sheet.title][cell.coordinate].value)
        for sheet in small
        for row in sheet.iter_rows()
        for cell in row
        if not same(cell.value, large[sheet.title][cell.coordinate].value)
    ]
    assert [one for one in different if not counts_rows(one)] == []


def same(one, other):
    if isinstance(one, float) and isinstance(other, (int, float)):
        return one == pytest.approx(other, rel=1e-9, abs=1e-9)
    return one == other or (one in (None, "") and other in (None, ""))


def counts_rows(difference):
    """Whether a difference is the check that counts the rows of tables and of results."""
    title, _, before, after = difference
    return title in CHECKS and isinstance(before, (int, float)) and after > before


@pytest.mark.parametrize(("name", "lang"), SIZED)
def test_what_has_a_row_per_row_of_data_grows_with_them(name, lang):
    """Defined names and array formulas, with or without a header, outside of policy."""
    small, large = (make(name, lang, values=False) for make in (shipped, larger))
    rooms = {table.rows: wanted(name)[table.name] for table in TEMPLATES[name].tables}
    pairs = [*names(small, large), *arrays(small, large)]
    followed = [
        place
        for place, before, after in pairs
        for header in (0, 1)
        if before - header in rooms and after == rooms[before - header] + header
    ]
    expected = [place for place, before, _ in pairs if before in rooms or (before - 1) in rooms]
    assert followed == expected
    assert followed


def names(small, large):
    for name, defined in small.defined_names.items():
        for (title, area), (_, other) in zip(
            defined.destinations, large.defined_names[name].destinations, strict=True
        ):
            if not is_policy(small[title]):
                yield name, height(area), height(other)


def arrays(small, large):
    for title, cell in cells(small):
        if isinstance(cell.value, ArrayFormula):
            other = large[title][cell.coordinate].value
            yield f"{title}!{cell.coordinate}", height(cell.value.ref), height(other.ref)


def height(area):
    _, top, _, bottom = range_boundaries(area.replace("$", ""))
    return bottom - top + 1


@pytest.mark.parametrize(("name", "lang"), SIZED)
def test_inputs_outside_of_tables_keep_their_places(name, lang):
    """A workbook that is built anew takes them over by their places."""
    small, large = (make(name, lang, values=False) for make in (shipped, larger))
    assert loose_inputs(small) == loose_inputs(large)


def loose_inputs(book):
    found = set()
    for sheet in book:
        in_tables = {
            cell.coordinate
            for table in sheet.tables.values()
            for row in sheet[table.ref]
            for cell in row
        }
        found |= {(sheet.title, cell.coordinate) for cell in inputs(sheet)} - {
            (sheet.title, place) for place in in_tables
        }
    return found


@pytest.mark.parametrize(("name", "lang"), SIZED)
def test_validations_and_formats_reach_the_last_row(name, lang):
    book = larger(name, lang, values=False)
    for table in TEMPLATES[name].tables:
        sheet = book[table.titles[lang]]
        left, top, right, bottom = range_boundaries(sheet.tables[table.excel_table].ref)
        reached = {
            area.min_col
            for rule in sheet.data_validations.dataValidation
            for area in rule.sqref.ranges
            if area.min_row == top + 1 and area.max_row == bottom
        }
        ruled = [
            place
            for place, one in enumerate(table.fields, left)
            if one.kind != "text" or one.options or one.name in table.lists
        ]
        assert set(ruled) <= reached
        assert [sheet.cell(top + 1, column).style for column in range(left, right + 1)] == [
            sheet.cell(bottom, column).style for column in range(left, right + 1)
        ]


TABLES = (
    DataTable(name="loans", excel_table="t", titles={}, fields=(), rows=10, most=1000),
    DataTable(name="events", excel_table="e", titles={}, fields=(), rows=25, most=2000),
)


@pytest.mark.parametrize(
    ("asked", "whole", "rows"),
    [
        ({}, None, (10, 25)),
        ({"events": 30}, None, (10, 30)),
        ({}, 100, (100, 250)),
        ({}, 15, (15, 38)),
        ({}, 1000, (1000, 2000)),
        ({"events": 25}, 100, (100, 25)),
    ],
)
def test_the_room_of_each_table(asked, whole, rows):
    assert tuple(capacity("x", TABLES, asked, whole).values()) == rows


@pytest.mark.parametrize(
    ("tables", "asked", "whole", "english", "chinese"),
    [
        (TABLES, {"loans": 9}, None, "loans in x must be from 10 to 1,000; got 9", "10 至 1,000"),
        (TABLES, {}, 1001, "must be from 10 to 1,000; got 1,001", "实际为 1,001"),
        (
            TABLES,
            {"loan": 20},
            None,
            "no data table 'loan'; it has loans, events",
            "没有数据表 loan",
        ),
        ((), {"loans": 20}, None, "no table of data whose size", "没有可选择行数的数据表"),
    ],
)
def test_what_cannot_be_is_said_in_both_languages(tables, asked, whole, english, chinese):
    with pytest.raises(CapacityError) as caught:
        capacity("x", tables, asked, whole)
    assert english in str(caught.value)
    assert chinese in in_language(caught.value.told, "zh")


def test_a_size_beside_an_empty_copy(tmp_path):
    path = new_workbook("model_lab", tmp_path / "m.xlsx", without_case=True, rows={"history": 600})
    book = openpyxl.load_workbook(path)
    assert heights(book)["tblHistory"] == 600
    assert book["History"]["B7"].value is None


@pytest.mark.parametrize(("name", "lang"), SIZED)
def test_formats_filters_print_areas_and_charts_grow_with_the_rows(name, lang):
    small, large = (make(name, lang, values=False) for make in (shipped, larger))
    rooms = {table.rows: wanted(name)[table.name] for table in TEMPLATES[name].tables}
    lasts = {HEADER_ROW + rows: HEADER_ROW + more for rows, more in rooms.items()}
    for title in (sheet.title for sheet in small if not is_policy(sheet)):
        for before, after in zip(areas(small[title]), areas(large[title]), strict=True):
            (left, top, right, last), grown = boundaries(before), boundaries(after)
            if last in lasts and top in (1, HEADER_ROW, HEADER_ROW + 1):
                assert grown == (left, top, right, lasts[last]), (title, before, after)


HEADER_ROW = 6


def areas(sheet):
    """The areas of a sheet's conditional formats, filter, print area and charts, in order."""
    for formats in sheet.conditional_formatting:
        yield str(formats.sqref)
    if sheet.auto_filter.ref:
        yield sheet.auto_filter.ref
    if sheet.print_area:
        yield sheet.print_area.rpartition("!")[2]
    for chart in sheet._charts:  # noqa: SLF001 - openpyxl has no other way to its charts
        for series in chart.series:
            for source in (series.val, series.cat):
                reference = source and (source.numRef or source.strRef)
                if reference:
                    yield reference.f.rpartition("!")[2]


def boundaries(area):
    return range_boundaries(area.replace("$", "").split(" ")[0])
