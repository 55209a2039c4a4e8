"""Pages of printed workbooks: their texts and their pictures."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from addin.calc.printing import print_book
from addin.errors import WorkbookError

_SECONDS: Final = 180


def to_pdf(path: Path, folder: Path) -> Path:
    """Print all sheets of a workbook as they stand in it.

    Args:
        path: the workbook, with stored values.
        folder: a folder for the PDF.

    Returns:
        The PDF's path.

    Raises:
        WorkbookError: the workbook cannot be read.
        OfficeError: LibreOffice is not installed or cannot print the workbook.
    """
    return print_book(path, folder)[0]


def page_texts(pdf: Path) -> list[str]:
    """The text of each page, laid out as on paper."""
    text = _run(pdf, ["pdftotext", "-layout", str(pdf), "-"]).decode()
    return text.split("\f")[:-1]


def pages_of(pdf: Path, title: str) -> list[int]:
    """The numbers, from 1, of the pages of a sheet in a PDF."""
    return pages_titled(page_texts(pdf), title)


def pages_titled(texts: list[str], title: str) -> list[int]:
    """The numbers, from 1, of the pages of a sheet, whose title stands in their footer."""
    footer = re.compile(rf"(?<!\S){re.escape(title)}(?!\S)")
    return [
        number
        for number, text in enumerate(texts, start=1)
        if text.strip() and footer.search(text.strip().splitlines()[-1])
    ]


def picture(pdf: Path, page: int, stem: Path, *, width: int) -> Path:
    """One page as a PNG picture of a width in pixels, at ``stem`` plus ``.png``."""
    only = ["-f", str(page), "-l", str(page), "-singlefile"]
    _run(pdf, ["pdftoppm", *only, *_drawn(width), str(pdf), str(stem)])
    return stem.with_suffix(stem.suffix + ".png")


def pictures(pdf: Path, stem: Path, *, width: int) -> list[Path]:
    """Every page as a PNG picture of a width in pixels, at ``stem`` plus its number."""
    _run(pdf, ["pdftoppm", *_drawn(width), str(pdf), str(stem)])
    return sorted(stem.parent.glob(f"{stem.name}-*.png"))


def _drawn(width: int) -> list[str]:
    return ["-scale-to-x", str(width), "-scale-to-y", "-1", "-png"]


def _run(path: Path, command: list[str]) -> bytes:
    program = shutil.which(command[0])
    if program is None:
        raise WorkbookError(
            path, f"{command[0]} is not installed.", "Install LibreOffice and poppler."
        )
    ended = subprocess.run(  # noqa: S603 - a program found on the path, without a shell
        [program, *command[1:]], capture_output=True, timeout=_SECONDS, check=False
    )
    if ended.returncode:
        problem = f"{command[0]} ended with {ended.returncode}: {ended.stderr.decode()[-200:]}"
        raise WorkbookError(path, problem, "Open it in LibreOffice to see why.")
    return ended.stdout
