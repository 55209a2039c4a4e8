"""Workbooks as paper and pictures, through LibreOffice where it is present.

LibreOffice does not know our functions, so a copy is printed that holds the stored values alone.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Final

from addin.errors import WorkbookError

_FORMULAS: Final = re.compile(rb"<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>")
_SHEET: Final = "xl/worksheets/sheet"
_SECONDS: Final = 180


def is_possible() -> bool:
    """Whether the programs for it are installed: LibreOffice, pdftotext and pdftoppm."""
    return all(shutil.which(program) for program in ("soffice", "pdftotext", "pdftoppm"))


def to_pdf(path: Path, folder: Path) -> Path:
    """Print all sheets of a workbook as they stand in it.

    Args:
        path: the workbook, with stored values.
        folder: an empty folder for the PDF and what LibreOffice needs.

    Returns:
        The PDF's path.

    Raises:
        WorkbookError: a program is not installed or cannot print the workbook.
    """
    copy = without_formulas(path, folder / path.name)
    profile = (folder / "profile").as_uri()
    _run(
        path,
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf",
         "--outdir", str(folder), str(copy)],
    )  # fmt: skip
    made = copy.with_suffix(".pdf")
    if not made.exists():
        raise WorkbookError(
            path, "LibreOffice made no PDF of it.", "Open it in LibreOffice to see why."
        )
    return made


def without_formulas(path: Path, copy: Path) -> Path:
    """A copy of a workbook with the stored values alone."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, _FORMULAS.sub(b"", part) if name.startswith(_SHEET) else part)
    return copy


def page_texts(pdf: Path) -> list[str]:
    """The text of each page, laid out as on paper."""
    text = _run(pdf, ["pdftotext", "-layout", str(pdf), "-"]).decode()
    return text.split("\f")[:-1]


def pages_of(pdf: Path, title: str) -> list[int]:
    """The numbers, from 1, of the pages of a sheet, whose title stands in their footer."""
    footer = re.compile(rf"(?<!\S){re.escape(title)}(?!\S)")
    return [
        number
        for number, text in enumerate(page_texts(pdf), start=1)
        if text.strip() and footer.search(text.strip().splitlines()[-1])
    ]


def picture(pdf: Path, page: int, stem: Path, *, width: int) -> Path:
    """One page as a PNG picture of a width in pixels, at ``stem`` plus ``.png``."""
    _run(
        pdf,
        ["pdftoppm", "-f", str(page), "-l", str(page), "-scale-to-x", str(width),
         "-scale-to-y", "-1", "-png", "-singlefile", str(pdf), str(stem)],
    )  # fmt: skip
    return stem.with_suffix(stem.suffix + ".png")


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
