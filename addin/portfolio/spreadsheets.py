"""Excel and OpenDocument workbooks as sources, read without any spreadsheet program."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    ZipError,
)

from addin.errors import SourceError, WorkbookError
from addin.headless.zip_archive import read_members
from addin.portfolio.model import Source
from addin.portfolio.rows import BrokenRow, RawRows, find_header, name_columns
from udfs.chinese import joined
from udfs.errors import Words

_PANIC: Final = "PanicException"
_ZIPPED: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".ods"})
SUFFIXES: Final = _ZIPPED | {".xls"}


def read_spreadsheet(source: Source, file: Path, known: frozenset[str]) -> RawRows:
    """The rows of one sheet: text, numbers, dates and flags as its cells hold them.

    A row with something to the right of the last header is kept apart: its cells have shifted.

    Raises:
        SourceError: the file cannot be opened, or it has no such sheet or header row.
    """
    if file.suffix.casefold() in _ZIPPED:
        _check_package(file)
    with _errors(file):
        book = CalamineWorkbook.from_path(str(file))
    sheet = source.sheet if source.sheet is not None else book.sheet_names[0]
    if sheet not in book.sheet_names:
        others = ", ".join(book.sheet_names)
        raise SourceError(
            file.name,
            Words(f"has no sheet {sheet!r}.", f"没有工作表“{sheet}”。"),
            Words(f"Its sheets are {others}.", f"现有工作表：{others}。"),
        )
    with _errors(file):
        # The used range may begin anywhere; without this its first row would become row 1.
        cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    if not any(any(_filled(cell) for cell in row) for row in cells):
        raise SourceError(
            file.name,
            Words(f"sheet {sheet!r} is empty.", f"工作表“{sheet}”为空。"),
            Words("Name the sheet with the rows.", "请指明数据所在的工作表。"),
        )
    place = f"{file.name} [{sheet}]"
    position = _header_position(cells, source, known, place)
    header = cells[position]
    named = max((i + 1 for i, cell in enumerate(header) if _filled(cell)), default=0)
    names, twice = name_columns(header[:named], place)
    frame, rows, broken = _split(cells[position + 1 :], named, position + 2)
    frame.columns = pd.Index(names)
    return RawRows(
        source=file.name,
        sheet=sheet,
        frame=frame,
        rows=rows,
        broken=tuple(broken),
        twice=twice,
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        detail=Words(f"sheet {sheet}", joined("工作表", sheet)),
    )


@contextmanager
def _errors(file: Path) -> Iterator[None]:
    """What goes wrong inside the reader, as a message on the file."""
    try:
        yield
    except PasswordError:
        raise SourceError(
            file,
            Words("is protected by a password.", "有密码保护。"),
            Words("Save a copy without a password.", "请另存一份不带密码的文件。"),
        ) from None
    except (CalamineError, ZipError, OSError) as problem:
        raise _unreadable(file, problem) from None
    except BaseException as problem:
        # The reader is written in Rust; where it gives up, it raises this class of its own.
        if type(problem).__name__ != _PANIC:
            raise
        raise _unreadable(file, problem) from None


def _unreadable(file: Path, problem: BaseException) -> SourceError:
    return SourceError(
        file,
        Words(f"cannot be read as a workbook ({problem}).", f"无法作为工作簿读取（{problem}）。"),
        Words("Open it in Excel and save it as .xlsx.", "请用 Excel 打开并另存为 .xlsx。"),
    )


def _check_package(file: Path) -> None:
    """Refuse what would unpack to far more than it says, before anything reads it."""
    try:
        for member in read_members(file):
            member.content(file)
    except WorkbookError as problem:
        raise SourceError(file, problem.problem, problem.remedy) from None


def _header_position(
    cells: list[list[Any]], source: Source, known: frozenset[str], place: str
) -> int:
    if source.header_row is None:
        return find_header(cells, known)
    if not 1 <= source.header_row <= len(cells):
        raise SourceError(
            place,
            f"has no header in row {source.header_row}.",
            f"Its last row is {len(cells)}.",
        )
    return source.header_row - 1


def _split(
    cells: list[list[Any]], named: int, first_row: int
) -> tuple[pd.DataFrame, np.ndarray[Any, Any], list[BrokenRow]]:
    fitting: list[list[Any]] = []
    rows: list[int] = []
    broken: list[BrokenRow] = []
    for number, row in enumerate(cells, first_row):
        if not any(_filled(cell) for cell in row):
            continue
        if any(_filled(cell) for cell in row[named:]):
            text = " | ".join(str(cell) for cell in row)
            broken.append(BrokenRow(number, text, "too many fields", str(named)))
            continue
        fitting.append(row[:named])
        rows.append(number)
    square = np.empty((len(fitting), named), dtype=object)
    for position, row in enumerate(fitting):
        square[position, :] = row
    return pd.DataFrame(square), np.array(rows, dtype=np.int64), broken


def _filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or cell.strip() != "")
