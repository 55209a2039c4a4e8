"""Putting the code for xlwings Lite into a workbook file, and reading it back."""

from __future__ import annotations

from pathlib import Path

from addin.errors import WorkbookError
from addin.headless.package import Package
from addin.lite.code import MAIN, REQUIREMENTS, main_py, merged_requirements, requirements
from addin.lite.web_extensions import find_lite, store_lite
from addin.safe_files import exclusive, replace_book


def embed_file(
    path: Path,
    out: Path | None = None,
    *,
    lang: str = "en",
    package: str | None = None,
    replace: bool = False,
) -> Path:
    """Make a workbook bring creditcells along for the add-in xlwings Lite.

    Everything else in the workbook stays byte for byte as it is, other add-ins' parts too.
    Embedding comes last: saving with openpyxl drops what belongs to add-ins.

    Args:
        path: an .xlsx or .xlsm workbook.
        out: the file to write; by default the workbook itself, which leaves one backup.
        lang: the language of the functions' help and messages, "en" or "zh".
        package: where the add-in gets creditcells from: a requirement, or the address of a
            wheel; by default this very version from the package index.
        replace: whether a main.py that somebody else wrote may be replaced.

    Returns:
        The file that was written.

    Raises:
        BookInUseError: it is open elsewhere.
        WorkbookError: it cannot be read or written, or has another main.py.
    """
    with exclusive(path):
        book = Package.open(path)
        found = find_lite(book)
        theirs = {} if found is None else found.properties
        main, wanted = main_py(lang), requirements(package)
        if not replace and not _may_replace(theirs.get(MAIN)):
            raise WorkbookError(
                path,
                "holds other Python code for xlwings Lite (main.py).",
                "Give --replace to replace it; or put this into it: "
                "from addin.custom_functions import custom_functions; "
                f'globals().update(custom_functions("{lang}")).',
            )
        before = theirs.get(REQUIREMENTS)
        if isinstance(before, str):
            wanted = merged_requirements(before, wanted)
        store_lite(book, {MAIN: main, REQUIREMENTS: wanted})
        if out is None:
            replace_book(path, book.save)
        else:
            book.save(out)
    return out or path


def read_code(path: Path) -> dict[str, str]:
    """The texts that a workbook holds for xlwings Lite, by name; none if it holds none.

    Raises:
        WorkbookError: it cannot be read.
    """
    found = find_lite(Package.open(path))
    if found is None:
        return {}
    return {name: text for name, text in found.properties.items() if isinstance(text, str)}


def _may_replace(main: object) -> bool:
    """Whether a main.py is none at all or one of ours, in either language."""
    return main is None or main in {main_py("en"), main_py("zh")}
