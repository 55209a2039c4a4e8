"""What the buttons ask of a workbook that is open in Excel, of which stand-ins are here."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from addin.desktop import open_book
from addin.errors import WorkbookError


class ExcelBook:
    """A workbook in Excel: what it was asked, in order."""

    impl = None

    def __init__(self, name, full_name, sheets=()):
        self.name = name
        self.done = []
        self.api = SimpleNamespace(FullName=str(full_name), SaveCopyAs=self._save_copy)
        self.sheets = [self._sheet(*one) for one in sheets]
        self.app = SimpleNamespace(calculate=lambda: self.done.append("calculate"))

    @property
    def fullname(self):
        raise AssertionError("xlwings would look for the file of a URL and fail")

    def _save_copy(self, path):
        self.done.append(("copy", Path(path).suffix))
        Path(path).write_bytes(b"as it is now")

    def _sheet(self, name, protected=False):
        used = SimpleNamespace(Dirty=lambda: self.done.append(f"dirty {name}"))
        return SimpleNamespace(
            name=name,
            used_range=SimpleNamespace(api=used),
            api=SimpleNamespace(
                ProtectContents=protected,
                Calculate=lambda: self.done.append(f"calculate {name}"),
            ),
        )


def test_sheet_is_computed_whole_and_alone():
    book = ExcelBook("b.xlsx", "b.xlsx", [("A",), ("B",)])
    open_book.compute(book, book.sheets[1])
    assert book.done == ["dirty B", "calculate B"]


def test_workbook_is_computed_whole():
    book = ExcelBook("b.xlsx", "b.xlsx", [("A",), ("B",)])
    open_book.compute(book)
    assert book.done == ["dirty A", "dirty B", "calculate"]


def test_protected_sheets_are_named():
    book = ExcelBook("b.xlsx", "b.xlsx", [("A", True), ("B",), ("C", True)])
    assert open_book.protected_sheets(book) == ["A", "C"]


@pytest.mark.parametrize(
    ("name", "suffix"), [("b.xlsm", ".xlsm"), ("b.xlsb", ".xlsb"), ("工作簿1", ".xlsx")]
)
def test_copy_has_the_format_of_the_workbook_and_is_removed(name, suffix):
    book = ExcelBook(name, name)
    with open_book.copied(book) as copy:
        assert copy.read_bytes() == b"as it is now"
    assert book.done == [("copy", suffix)]
    assert not copy.exists()


@pytest.mark.parametrize(
    ("name", "full_name"),
    [
        ("b.xlsx", "https://bank-my.sharepoint.com/personal/li/Documents/b.xlsx"),
        ("b.xlsx", "https://d.docs.live.net/7d/b.xlsx"),
        ("Book1", "Book1"),
        ("b.xlsx", "/gone/b.xlsx"),
    ],
)
def test_workbook_of_a_server_or_never_saved_has_its_backup_with_the_user(
    tmp_path, monkeypatch, name, full_name
):
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    book = ExcelBook(name, full_name)
    assert not open_book.is_on_disk(book)
    with pytest.raises(WorkbookError, match="no file on this computer"):
        open_book.require_saved(book)
    backup = open_book.keep_backup(book)
    folder = tmp_path / ".creditcells" / "backups"
    assert backup == folder / ("Book1.bak.xlsx" if name == "Book1" else "b.bak.xlsx")
    assert backup.read_bytes() == b"as it is now"


def test_workbook_on_disk_has_its_backup_beside_it(tmp_path):
    (tmp_path / "b.xlsm").write_bytes(b"as saved")
    book = ExcelBook("b.xlsm", tmp_path / "b.xlsm")
    open_book.require_saved(book)
    assert open_book.keep_backup(book) == tmp_path / "b.bak.xlsm"
    assert (tmp_path / "b.bak.xlsm").read_bytes() == b"as it is now"
    assert (tmp_path / "b.xlsm").read_bytes() == b"as saved"
    assert len(list(tmp_path.iterdir())) == 2


def test_backup_that_cannot_be_written_leaves_the_one_before(tmp_path, monkeypatch):
    (tmp_path / "b.xlsx").touch()
    (tmp_path / "b.bak.xlsx").write_bytes(b"before")

    def held_open(*_):
        raise PermissionError(13, "Access is denied")

    book = ExcelBook("b.xlsx", tmp_path / "b.xlsx")
    monkeypatch.setattr(type(tmp_path), "replace", held_open)
    with pytest.raises(WorkbookError, match=r"Access is denied\. Close the backup"):
        open_book.keep_backup(book)
    assert (tmp_path / "b.bak.xlsx").read_bytes() == b"before"
    assert len(list(tmp_path.iterdir())) == 2
