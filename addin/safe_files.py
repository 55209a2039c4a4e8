"""Changing a workbook file so that it is either wholly new or wholly as it was."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from addin.errors import BookInUseError, WorkbookError, no_such_file
from udfs.errors import Words

_WORD_LOCK_NAME_AT: Final = 1
_WORD_LOCK_NAME_END: Final = 54


def backup_path(book: Path) -> Path:
    """Where the workbook's one backup stands: ``book.bak.xlsx``."""
    return book.with_name(f"{book.stem}.bak{book.suffix}")


def replace_book(book: Path, save: Callable[[Path], None]) -> Path:
    """Put a new version of a workbook in the place of the old one, which becomes the backup.

    The new version is written beside the workbook under another name first. If anything fails,
    the workbook is as it was.

    Args:
        book: the workbook.
        save: writes the new version to the path it is given.

    Returns:
        The backup.

    Raises:
        WorkbookError: it cannot be written.
    """
    fresh = book.with_name(f".{book.stem}.new{book.suffix}")
    aside = book.with_name(f".{book.stem}.old{book.suffix}")
    backup = backup_path(book)
    try:
        save(fresh)
        shutil.copymode(book, fresh)
        shutil.copy2(book, aside)
        aside.replace(backup)
        fresh.replace(book)
    except OSError as problem:
        raise WorkbookError(
            book,
            f"the new version cannot be written ({problem.strerror}); the workbook is unchanged.",
            "Check that the disk has room and that the folder may be written to.",
        ) from None
    finally:
        fresh.unlink(missing_ok=True)
        aside.unlink(missing_ok=True)
    return backup


def write_safely(file: Path, content: bytes, remedy: str) -> None:
    """Write a file of ours so that it is either wholly new or wholly as it was.

    Args:
        file: it and its folder are made if need be.
        content: all of it.
        remedy: what to do if it cannot be written.

    Raises:
        WorkbookError: it cannot be written.
    """
    fresh = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(content)
        fresh.replace(file)
    except OSError as problem:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        text = f"The file cannot be written: {problem.strerror}."
        raise WorkbookError(file, text, remedy) from None


@contextmanager
def exclusive(book: Path) -> Iterator[None]:
    """Keep every other run off a workbook for as long as the block takes.

    The lock belongs to the operating system, so a run that crashes leaves none behind.

    Raises:
        BookInUseError: it is open in a spreadsheet program, or another run works on it.
        WorkbookError: there is no such file.
    """
    if not book.is_file():
        raise no_such_file(WorkbookError, book)
    _refuse_open(book)
    with exclusive_name(book):
        yield


@contextmanager
def exclusive_name(book: Path) -> Iterator[None]:
    """Keep every other run off a name, whether there is a file or folder of that name or not.

    Raises:
        BookInUseError: another run works on it.
        WorkbookError: its folder cannot be written to.
    """
    lock = book.with_name(f".{book.name}.lock")
    try:
        handle = lock.open("a+b")
    except OSError as problem:
        raise WorkbookError(
            book,
            f"its folder cannot be written to ({problem.strerror}).",
            "Copy the workbook to a folder of your own.",
        ) from None
    with handle:
        if not _take(handle):
            raise BookInUseError(
                book,
                Words("another run is working on it.", "另一次运行正在使用该文件。"),
                Words("Wait until it is done, and try again.", "请待其完成后重试。"),
            )
        try:
            yield
        finally:
            _release(handle)
    _forget(lock)


def _refuse_open(book: Path) -> None:
    """Excel and WPS leave ``~$book.xlsx`` beside an open workbook, LibreOffice ``.~lock.…#``."""
    for owner in (book.with_name(f"~${book.name}"), book.with_name(f".~lock.{book.name}#")):
        if owner.exists():
            user = _user(owner)
            by, by_zh = (f" by {user}", f"被 {user} ") if user else ("", "")
            raise BookInUseError(
                book,
                Words(
                    f"is open{by} ({owner.name} stands beside it).",
                    f"已{by_zh}打开（旁边有文件 {owner.name}）。",
                ),
                Words(
                    "Close it first; if nobody has it open, delete that file.",
                    "请先关闭；如确认无人打开，请删除上述文件。",
                ),
            )


def _user(owner: Path) -> str:
    """Who opened the workbook, as the program noted it; "" if that cannot be read."""
    try:
        content = owner.read_bytes()[:200]
    except OSError:
        return ""
    if owner.name.startswith("~$"):
        length = content[0] if content else 0
        end = min(_WORD_LOCK_NAME_AT + length, _WORD_LOCK_NAME_END)
        return content[_WORD_LOCK_NAME_AT:end].decode("utf-8", errors="ignore").strip()
    return next((part for part in content.decode(errors="ignore").split(",") if part.strip()), "")


if sys.platform == "win32":
    import msvcrt

    def _take(handle: IO[bytes]) -> bool:
        try:
            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _release(handle: IO[bytes]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)

    def _forget(lock: Path) -> None:
        # Windows keeps a file that another run has open; then it stays, empty and harmless.
        with contextlib.suppress(OSError):
            lock.unlink(missing_ok=True)

else:
    import fcntl

    def _take(handle: IO[bytes]) -> bool:
        try:
            fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        # The run before may have removed the file between our opening and locking it.
        try:
            return os.fstat(handle.fileno()).st_ino == Path(handle.name).stat().st_ino
        except FileNotFoundError:
            return False

    def _release(handle: IO[bytes]) -> None:
        # Removed while still held, so that no third run can lock a name that is about to go.
        Path(handle.name).unlink(missing_ok=True)
        fcntl.flock(handle.fileno(), fcntl.LOCK_UN)

    def _forget(lock: Path) -> None:
        """It went with the lock: by now another run may own a new file of that name."""
