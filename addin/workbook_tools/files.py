"""The tools on workbook files, changed safely: wholly new or wholly as they were."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import xlwings

from addin.errors import WorkbookError
from addin.headless.engine import open_book
from addin.headless.references import Area
from addin.safe_files import exclusive, replace_book
from addin.workbook_tools.reasons import Reason, reasons
from udfs.errors import Words


def change_file(
    path: Path,
    change: Callable[[xlwings.Book], int],
    out: Path | None = None,
    *,
    compute: bool = False,
) -> int:
    """Change a workbook file by one of the tools.

    Args:
        path: the workbook.
        change: the tool; it tells how many formulas it changed.
        out: the file to write; by default the workbook itself, which leaves one backup.
        compute: whether the formulas need computing afterwards.

    Returns:
        How many formulas changed; where none did, the workbook is left alone.

    Raises:
        BookInUseError: it is open elsewhere.
        WorkbookError: it cannot be read or written.
    """
    with exclusive(path):
        book = open_book(path)
        changed = change(book)
        if changed and compute:
            book.app.calculate()
        if out is not None:
            book.save(out)
        elif changed:
            replace_book(path, book.save)
    return changed


def file_reasons(path: Path, cells: str, lang: str = "en") -> list[Reason]:
    """The reasons behind cells of a workbook file; the file is not changed.

    Args:
        path: the workbook.
        cells: such as Result!F7:F20; without a sheet, those of the first one.
        lang: "en" or "zh".

    Raises:
        WorkbookError: the workbook cannot be read, or has no such sheet or cells.
    """
    book = open_book(path)
    sheet, _, address = cells.rpartition("!")
    names = [one.name for one in book.sheets]
    name = sheet.strip("'") or names[0]
    if name not in names:
        raise WorkbookError(
            path,
            Words(f"There is no sheet {name!r}.", f"没有工作表“{name}”。"),
            Words(f"Choose one of: {', '.join(names)}.", f"现有工作表：{'、'.join(names)}。"),
        )
    try:
        Area.parse(address.replace("$", ""))
    except ValueError:
        raise WorkbookError(
            path,
            Words(f"{address!r} names no cells.", f"{address!r} 不是单元格地址。"),
            Words("Write them as Result!F7 or F7:F20.", "请写成如 Result!F7 或 F7:F20。"),
        ) from None
    return reasons(book, name, address, lang)
