"""A workbook file is either wholly new or wholly as it was, and belongs to one run at a time."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from addin.errors import BookInUseError, WorkbookError
from addin.safe_files import backup_path, exclusive, replace_book, write_safely


@pytest.fixture
def book(tmp_path):
    file = tmp_path / "book.xlsx"
    file.write_bytes(b"old")
    return file


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_new_version_takes_the_place_and_the_old_one_is_the_backup(book):
    backup = replace_book(book, lambda path: path.write_bytes(b"new"))
    assert (book.read_bytes(), backup.read_bytes()) == (b"new", b"old")
    replace_book(book, lambda path: path.write_bytes(b"newer"))
    assert (book.read_bytes(), backup.read_bytes()) == (b"newer", b"new")
    assert names(book.parent) == [backup_path(book).name, "book.xlsx"]


def test_a_new_version_that_cannot_be_written_changes_nothing(book):
    def fail(path):
        path.write_bytes(b"half")
        raise PermissionError(13, "Permission denied")

    with pytest.raises(WorkbookError, match=r"Permission denied.*unchanged"):
        replace_book(book, fail)
    assert (book.read_bytes(), names(book.parent)) == (b"old", ["book.xlsx"])


def test_the_file_keeps_its_permissions(book):
    book.chmod(0o640)
    replace_book(book, lambda path: path.write_bytes(b"new"))
    assert book.stat().st_mode & 0o777 == 0o640


def test_the_lock_leaves_nothing_behind(book):
    with exclusive(book):
        assert names(book.parent) == [".book.xlsx.lock", "book.xlsx"]
    assert names(book.parent) == ["book.xlsx"]


def test_a_second_run_is_refused_and_a_third_one_comes_in_after_the_first(book):
    with (
        exclusive(book),
        pytest.raises(BookInUseError, match="another run is working on it"),
        exclusive(book),
    ):
        pytest.fail("two runs at once")
    with exclusive(book):
        pass


def holder(book, then):
    code = f"""
        import os, sys, time
        from pathlib import Path
        from addin.safe_files import exclusive
        with exclusive(Path({str(book)!r})):
            print("held", flush=True)
            {then}
    """
    return subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def test_another_process_is_kept_out_until_it_is_done(book):
    with holder(book, "time.sleep(60)") as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(BookInUseError), exclusive(book):
            pytest.fail("two processes at once")
        other.kill()
    with exclusive(book):
        pass


def test_a_process_that_crashed_holds_nothing(book):
    with holder(book, "os._exit(9)") as other:
        other.wait()
    assert ".book.xlsx.lock" in names(book.parent)
    with exclusive(book):
        pass
    assert names(book.parent) == ["book.xlsx"]


def test_a_failing_run_gives_the_lock_back(book):
    with pytest.raises(RuntimeError, match="oops"), exclusive(book):
        raise RuntimeError("oops")
    assert names(book.parent) == ["book.xlsx"]


@pytest.mark.parametrize(
    ("owner", "content"),
    [("~$book.xlsx", b"\x03Ann" + b" " * 51), (".~lock.book.xlsx#", b",Ann,pc,2026-01-01;")],
)
def test_a_workbook_that_a_program_has_open_is_refused_with_its_user(book, owner, content):
    (book.parent / owner).write_bytes(content)
    with pytest.raises(BookInUseError, match=r"is open by Ann .*delete that file"), exclusive(book):
        pytest.fail("open elsewhere")


def test_a_missing_workbook_is_named(tmp_path):
    with (
        pytest.raises(WorkbookError, match=r"none\.xlsx: there is no such file"),
        exclusive(tmp_path / "none.xlsx"),
    ):
        pytest.fail("nothing to lock")


def test_file_of_ours_is_written_with_its_folder_and_nothing_beside_it(tmp_path):
    file = tmp_path / "a" / "b.conf"
    for content in (b"old", b"new"):
        write_safely(file, content, "Try again.")
        assert file.read_bytes() == content
    assert names(file.parent) == ["b.conf"]


def test_file_of_ours_that_cannot_be_written_stays_as_it_was(tmp_path, monkeypatch):
    file = tmp_path / "b.conf"
    file.write_bytes(b"old")

    def held_open(*_):
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(type(file), "replace", held_open)
    with pytest.raises(WorkbookError, match=r"b\.conf: .*Access is denied\. Try again\."):
        write_safely(file, b"new", "Try again.")
    assert file.read_bytes() == b"old"
    assert names(tmp_path) == ["b.conf"]
