"""``recalc`` of files: other people's workbooks keep every part that it does not name."""

import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from addin.errors import WorkbookError
from addin.headless.recalc import recalc_file
from addin.headless.workbook import Workbook

CORPUS = Path(__file__).parents[2] / "../shared/data/workbooks"
UNREADABLE = {"poi__49609.xlsx"}
READABLE = sorted(
    path
    for path in CORPUS.glob("*/*")
    if path.suffix in (".xlsx", ".xlsm") and path.name not in UNREADABLE
)
REFUSED = sorted(
    path
    for path in CORPUS.glob("*/*")
    if path.suffix in (".xls", ".xlsb") or path.name in UNREADABLE
)

needs_corpus = pytest.mark.skipif(not READABLE, reason="no workbooks in ../shared/data")


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@needs_corpus
@pytest.mark.long
@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.name)
def test_only_sheets_with_changed_values_differ(path, tmp_path):
    """Every cached number is falsified first, so that there is something to write."""
    book = tmp_path / path.name
    shutil.copyfile(path, book)
    workbook = Workbook.open(book)
    falsified = set()
    for sheet in workbook.sheets:
        for formula in sheet.formulas():
            if formula.kind == "normal" and type(formula.cached) in (int, float):
                sheet.set_cached(formula.row, formula.col, formula.cached + 1)
                falsified.add(sheet.name)
    workbook.save(book)
    before = parts(book)
    report = recalc_file(book)
    after = parts(book)
    named = {Workbook.open(book).sheet(name).part for name in report.changed}
    assert list(after) == list(before)
    assert {name for name in after if after[name] != before[name]} <= named
    left = {one.sheet for one in report.uncomputed}
    assert set(report.changed) | left >= falsified


@needs_corpus
@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.name)
def test_other_formats_are_refused_by_name_and_left_alone(path, tmp_path):
    book = tmp_path / path.name
    shutil.copyfile(path, book)
    before = book.read_bytes()
    with pytest.raises(WorkbookError, match=path.name):
        recalc_file(book)
    assert book.read_bytes() == before
    assert not list(tmp_path.glob("*.bak*"))


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = 2
    workbook.active["A2"] = "=A1*3"
    workbook.save(path)
    return path


def test_values_are_stored_and_the_old_file_is_the_backup(book):
    before = book.read_bytes()
    assert recalc_file(book).changed == {"Sheet": 1}
    assert openpyxl.load_workbook(book, data_only=True).active["A2"].value == 6
    assert (book.parent / "book.bak.xlsx").read_bytes() == before


def test_second_time_changes_nothing_and_writes_nothing(book):
    recalc_file(book)
    before, stamp = book.read_bytes(), book.stat().st_mtime_ns
    assert recalc_file(book).changed == {}
    assert (book.read_bytes(), book.stat().st_mtime_ns) == (before, stamp)


def test_nothing_but_book_and_backup_is_left_behind(book):
    recalc_file(book)
    assert {path.name for path in book.parent.iterdir()} == {"book.xlsx", "book.bak.xlsx"}


def test_folder_that_cannot_be_written_to_leaves_the_workbook_alone(book, monkeypatch):
    before = book.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Workbook, "save", full)
    with pytest.raises(WorkbookError, match=r"No space left.*unchanged"):
        recalc_file(book)
    assert book.read_bytes() == before
