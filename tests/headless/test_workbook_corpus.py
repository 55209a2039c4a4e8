"""Other people's workbooks: all that can be read is read, all that is not changed stays."""

import datetime as dt
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest

from addin import WorkbookError
from addin.headless import Workbook
from addin.headless.cell_xml import serial
from udfs.errors import CellError

CORPUS = Path(__file__).parents[2] / "../shared/data/workbooks"
FILES = sorted(path for path in CORPUS.glob("*/*") if path.suffix in (".xlsx", ".xlsm"))
REFUSED = {"poi__49609.xlsx": "unsafe name"}
# openpyxl itself cannot open these.
NO_PEER = {"calamine__pivots.xlsx", "calamine__minimal_package.xlsx"}
LARGE = 200_000


def cases(paths):
    """One case per file; what takes seconds only to read is for the long run."""
    return [
        pytest.param(
            path, id=path.name, marks=pytest.mark.long if path.stat().st_size > LARGE else ()
        )
        for path in paths
    ]


OPENED = [path for path in FILES if path.name not in REFUSED]
OPENED_CASES = cases(OPENED)
COMPARED_CASES = cases(path for path in OPENED if path.name not in NO_PEER)

pytestmark = pytest.mark.skipif(not FILES, reason="the workbooks of ../shared/data are not here")


def load(path, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl would lose does not matter here
        return openpyxl.load_workbook(path, **options)


def contents(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {info.filename: (archive.read(info), info.date_time) for info in archive.infolist()}


def as_stored(value, *, date1904):
    if isinstance(value, dt.datetime | dt.date):
        return serial(value, date1904=date1904)
    if isinstance(value, dt.time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
    if isinstance(value, dt.timedelta):
        return value.total_seconds() / 86_400
    if isinstance(value, str):
        return value.replace("_x000D_", "\r")  # openpyxl leaves Excel's escapes in the text
    return value


@pytest.mark.parametrize("path", COMPARED_CASES)
def test_every_value_is_what_openpyxl_reads(path):
    book = Workbook.open(path)
    peer = load(path, data_only=True)
    assert [sheet.name for sheet in book.sheets] == [sheet.title for sheet in peer.worksheets]
    for sheet in book.sheets:
        other = peer[sheet.name]
        rows = list(other.iter_rows(values_only=True))
        values = sheet.values(1, 1, len(rows), len(rows[0])) if rows else []
        for row, (mine, theirs) in enumerate(zip(values, rows, strict=True), 1):
            for column, (value, expected) in enumerate(zip(mine, theirs, strict=True), 1):
                plain = value.code if isinstance(value, CellError) else value
                stored = as_stored(expected, date1904=book.date1904)
                if isinstance(stored, float):
                    stored = pytest.approx(stored, abs=1e-5)
                assert plain == stored, (sheet.name, row, column)


@pytest.mark.parametrize("path", COMPARED_CASES)
def test_every_formula_is_what_openpyxl_reads(path):
    book = Workbook.open(path)
    peer = load(path)
    for sheet in book.sheets:
        mine = {(found.row, found.col): found for found in sheet.formulas()}
        theirs = {
            (cell.row, cell.column): cell.value
            for row in peer[sheet.name].iter_rows()
            for cell in row
            if cell.data_type == "f"
        }
        assert mine.keys() == theirs.keys()
        for place, expected in theirs.items():
            if isinstance(expected, str):
                assert "=" + mine[place].text == expected
            else:
                assert mine[place].ref == expected.ref
                assert mine[place].kind != "normal"


@pytest.mark.parametrize("path", OPENED_CASES)
def test_saved_unchanged_every_part_is_the_same(path, tmp_path):
    target = tmp_path / path.name
    book = Workbook.open(path)
    for sheet in book.sheets:
        assert list(sheet.formulas()) is not None
        assert sheet.used_range is None or sheet.used_range.rows >= 1
    book.save(target)
    assert contents(target) == contents(path)


@pytest.mark.parametrize("path", OPENED_CASES)
def test_one_changed_cell_changes_one_part(path, tmp_path):
    target = tmp_path / path.name
    book = Workbook.open(path)
    sheet = book.sheets[0]
    used = sheet.used_range
    row = used.last_row + 2 if used else 3
    before = {(f.row, f.col): f for f in sheet.formulas()}
    sheet.set_values(row, 2, [[12.5, "=1+1"]])
    book.save(target)
    old, new = contents(path), contents(target)
    assert {name for name in old | new if old.get(name) != new.get(name)} == {sheet.part}
    again = Workbook.open(target).sheets[0]
    assert again.values(row, 2, row, 3) == [[12.5, "=1+1"]]
    assert {(f.row, f.col): f for f in again.formulas()} == before
    if used:
        area = (used.first_row, used.first_column, used.last_row, used.last_column)
        assert again.values(*area) == Workbook.open(path).sheets[0].values(*area)


@pytest.mark.parametrize("path", COMPARED_CASES)
def test_openpyxl_opens_what_was_changed(path, tmp_path):
    target = tmp_path / path.name
    book = Workbook.open(path)
    for sheet in book.sheets:
        used = sheet.used_range
        sheet.set_values(used.last_row + 2 if used else 3, 2, [["a < b & c", -1]])
    book.save(target)
    peer = load(target)
    for sheet in book.sheets:
        used = Workbook.open(path).sheet(sheet.name).used_range
        row = used.last_row + 2 if used else 3
        other = peer[sheet.name]
        merged = [str(area) for area in other.merged_cells.ranges if (row, 2) in set(area.cells)]
        if not merged:
            assert other.cell(row, 2).value == "a < b & c"


@pytest.mark.parametrize("name", REFUSED)
def test_an_unsafe_workbook_is_refused_by_name(name):
    path = next(path for path in FILES if path.name == name)
    with pytest.raises(WorkbookError, match=REFUSED[name]) as caught:
        Workbook.open(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [("*.xls", "old binary .xls format"), ("*.xlsb", "binary .xlsb format")],
)
def test_another_format_is_refused_by_name(pattern, problem):
    paths = sorted((CORPUS / "legacy_binary").glob(pattern))
    assert paths
    for path in paths:
        with pytest.raises(WorkbookError, match=problem):
            Workbook.open(path)
