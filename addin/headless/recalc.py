"""Computes a workbook file and saves it, safely."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from addin.headless.calculate import Report, calculate
from addin.headless.workbook import Workbook
from addin.safe_files import exclusive, replace_book

Progress = Callable[[str, int, int], None]
_STEPS = ("read", "compute", "write")


def recalc_file(book: Path, out: Path | None = None, *, progress: Progress | None = None) -> Report:
    """Compute a workbook's formulas, and store the values in it or in another file.

    Nothing but the values of formulas changes; every part of the file without such a value stays
    byte for byte. A file of which no value changes is left alone.

    Args:
        book: an .xlsx or .xlsm workbook.
        out: the file to write; by default the workbook itself, which leaves one backup.
        progress: called before each step.

    Returns:
        What was computed, changed and left.

    Raises:
        BookInUseError: it is open elsewhere, or another run works on it.
        WorkbookError: it cannot be read or written.
    """

    def tell(step: str) -> None:
        if progress is not None:
            progress(step, _STEPS.index(step), len(_STEPS))

    with exclusive(book):
        workbook = Workbook.open(book)
        report = calculate(workbook, tell)
        if out is not None:
            workbook.save(out)
        elif report.changed:
            replace_book(book, workbook.save)
    return report
