"""What differs between a workbook that is open in Excel and a workbook file: copies, computing.

The buttons work on both, so that their tests need no Excel.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlwings

from addin.desktop.paths import backup_folder
from addin.errors import WorkbookError
from addin.headless.engine import Book as FileBook
from addin.safe_files import backup_path


def is_file(book: xlwings.Book) -> bool:
    """Whether the book is a file without Excel."""
    return isinstance(book.impl, FileBook)


@contextmanager
def copied(book: xlwings.Book) -> Iterator[Path]:
    """A copy of the workbook as it is now, with its unsaved changes, in its own format."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"copy{Path(book.name).suffix or '.xlsx'}"
        save_copy(book, copy)
        yield copy


def keep_backup(book: xlwings.Book, before: Path | None = None) -> Path:
    """Keep the workbook as it was before a button changed it, as its one backup.

    Args:
        book: the workbook.
        before: a copy of it from before the change; by default it is copied now.

    Returns:
        The backup: beside the workbook, or in the user's own folder where the workbook has no
        folder on this computer (never saved, or opened from a server).

    Raises:
        WorkbookError: it cannot be written.
    """
    if before is None:
        with copied(book) as copy:
            return keep_backup(book, copy)
    backup = _backup_of(book)
    fresh = backup.with_name(f".{backup.stem}.new{backup.suffix}")
    try:
        backup.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(before, fresh)
        fresh.replace(backup)
    except OSError as error:
        problem = f"The backup cannot be written: {error.strerror}."
        remedy = "Close the backup if it is open, or save the workbook where you may write."
        raise WorkbookError(backup, problem, remedy) from None
    finally:
        fresh.unlink(missing_ok=True)
    return backup


def _backup_of(book: xlwings.Book) -> Path:
    if is_on_disk(book):
        return backup_path(Path(_full_name(book)))
    name = Path(book.name)
    return backup_folder() / f"{name.stem}.bak{name.suffix or '.xlsx'}"


def require_saved(book: xlwings.Book) -> None:
    """Refuse a workbook that has no file on this computer.

    Raises:
        WorkbookError: it was never saved, or was opened from a server.
    """
    if not is_on_disk(book):
        problem = "has no file on this computer."
        raise WorkbookError(book.name, problem, "Save it in a folder of this computer first.")


def is_on_disk(book: xlwings.Book) -> bool:
    """Whether the workbook is a file of this computer; OneDrive and SharePoint give a URL."""
    name = _full_name(book)
    return "://" not in name and Path(name).is_file()


def _full_name(book: xlwings.Book) -> str:
    """The path or URL; xlwings would look for a URL's file and fail where there is none."""
    return str(book.fullname if is_file(book) else book.api.FullName)


def save_copy(book: xlwings.Book, path: Path) -> None:
    """Write the workbook to another file; the book stays the one that it is."""
    if is_file(book):
        book.save(path)
    else:
        book.api.SaveCopyAs(str(path))


def compute(book: xlwings.Book, sheet: xlwings.Sheet | None = None) -> None:
    """Recompute every formula of a sheet or of the workbook, whatever Excel thinks of it.

    A file is computed as a whole.
    """
    if is_file(book):
        book.app.calculate()
        return
    sheets = [sheet] if sheet is not None else list(book.sheets)
    for one in sheets:
        one.used_range.api.Dirty()
    if sheet is not None:
        sheet.api.Calculate()
    else:
        book.app.calculate()


def protected_sheets(book: xlwings.Book) -> list[str]:
    """The sheets that Excel protects from changes; a file's are not told."""
    if is_file(book):
        return []
    return [sheet.name for sheet in book.sheets if sheet.api.ProtectContents]
