"""Building blocks of a worksheet: tables, column formulas, named cells, labelled inputs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.style import (
    CALCULATION,
    CARD_LABEL,
    CARD_VALUE,
    FORMATS,
    HEADER,
    INPUT,
    RESULT,
    TOTAL,
    spaced,
)

_LEFT_KINDS: Final = ("text", "words")
_CENTRED_KINDS: Final = ("date", "day", "time", "flag", "code", "tally")
_GENERAL_KIND: Final = "general"
"""Takes no room from its format: both programs shorten its digits to the width of the column."""
_INDENTED: Final = (INPUT, CALCULATION, RESULT, TOTAL)
_TEXT_ALIGNMENT: Final = Alignment(horizontal="left", vertical="center", indent=1)
_GENERAL_ALIGNMENT: Final = Alignment(horizontal="right", vertical="center", indent=1)
_NUMBER_ALIGNMENT: Final = Alignment(horizontal="right", vertical="center")
_CENTRE_ALIGNMENT: Final = Alignment(horizontal="center", vertical="center")

CellValue: TypeAlias = str | float | int | bool | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Box:
    """A block of cells, with first and last row and column counted from 1."""

    sheet: Worksheet
    top: int
    left: int
    bottom: int
    right: int

    @property
    def address(self) -> str:
        """Such as ``B7:D46``."""
        first = f"{get_column_letter(self.left)}{self.top}"
        last = f"{get_column_letter(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    @property
    def reference(self) -> str:
        """Such as ``'Data check'!$B$7:$D$46``, for names and charts."""
        first = f"${get_column_letter(self.left)}${self.top}"
        last = f"${get_column_letter(self.right)}${self.bottom}"
        cells = first if first == last else f"{first}:{last}"
        return f"{quote_sheetname(self.sheet.title)}!{cells}"

    def column(self, position: int) -> Box:
        """One column of the block, counted from 0."""
        place = self.left + position
        return Box(self.sheet, self.top, place, self.bottom, place)


def put(
    sheet: Worksheet, row: int, column: int, value: CellValue, style: str, kind: str = ""
) -> None:
    """Write a cell in a named style, with the number format of a kind."""
    cell = sheet.cell(row, column)
    cell.value = value
    dress(cell, style, kind)


def dress(cell: Cell | MergedCell, style: str, kind: str = "") -> None:
    """Give a cell that holds something already its style and number format."""
    cell.style = style
    if kind:
        _format(cell, kind)


def _format(cell: Cell | MergedCell, kind: str) -> None:
    cell.number_format = FORMATS[kind]
    if cell.style not in _INDENTED:
        return
    if kind in _LEFT_KINDS:
        cell.alignment = _TEXT_ALIGNMENT
    elif kind in _CENTRED_KINDS:
        cell.alignment = _CENTRE_ALIGNMENT
    elif kind == _GENERAL_KIND:
        cell.alignment = _GENERAL_ALIGNMENT
    else:
        show_number(cell, FORMATS[kind])


def show_number(cell: Cell | MergedCell, number_format: str) -> None:
    """Align a number to the right, with the width of a digit between it and the border.

    The format makes the room, since LibreOffice forgets the indent of a cell whose left
    neighbour is aligned to the right too (ScDrawStringsVars::SetPatternSimple).
    """
    cell.number_format = spaced(number_format)
    cell.alignment = _NUMBER_ALIGNMENT


def define(book: Workbook, name: str, box: Box) -> None:
    """Give cells a name that formulas use."""
    book.defined_names[name] = DefinedName(name, attr_text=box.reference)


def named(book: Workbook, name: str) -> Box:
    """The cells of a defined name, more than one."""
    ((title, cells),) = book.defined_names[name].destinations
    found = book[title][cells.replace("$", "")]
    first, last = found[0][0], found[-1][-1]
    return Box(book[title], first.row, first.column, last.row, last.column)


def headers(sheet: Worksheet, row: int, left: int, texts: Sequence[str]) -> None:
    """A row of column headers."""
    for i, text in enumerate(texts):
        put(sheet, row, left + i, text, HEADER)


def table(
    sheet: Worksheet,
    name: str,
    top: int,
    left: int,
    texts: Sequence[str],
    rows: Iterable[Sequence[CellValue]],
    kinds: Sequence[str],
    style: str,
    *,
    filters: bool = True,
) -> Box:
    """An Excel table with its header row at ``top``; returns the block of its body.

    With ``filters`` its headers carry filter buttons.

    A table without rows gets one blank row, since Excel knows no table without a body.
    """
    headers(sheet, top, left, texts)
    row = top
    for row, values in enumerate(rows, start=top + 1):
        for i, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            put(sheet, row, left + i, value, style, kind)
    if row == top:
        row = top + 1
        for i, kind in enumerate(kinds):
            put(sheet, row, left + i, None, style, kind)
    body = Box(sheet, top + 1, left, row, left + len(texts) - 1)
    whole = Box(sheet, top, left, row, body.right)
    made = Table(displayName=name, name=name, ref=whole.address)
    made.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    # openpyxl would name the columns only when it saves, by reading the sheet back.
    made._initialise_columns()  # type: ignore[attr-defined]  # noqa: SLF001  # not in the stubs
    for column, text in zip(made.tableColumns, texts, strict=True):
        column.name = text
    if not filters:
        made.autoFilter = None
    sheet.add_table(made)
    return body


def column_formula(body: Box, formula: str, style: str, kind: str) -> None:
    """Fill a column with one array formula that covers exactly its rows.

    Array formulas with a fixed range work in every Excel, in WPS and in LibreOffice; the
    refresh changes their range with the number of customers.
    """
    first = body.sheet.cell(body.top, body.left)
    first.value = ArrayFormula(body.address, formula)
    for row in range(body.top, body.bottom + 1):
        cell = body.sheet.cell(row, body.left)
        cell.style = style
        _format(cell, kind)


def row_of(
    sheet: Worksheet,
    row: int,
    left: int,
    values: Sequence[CellValue],
    kinds: Sequence[str],
    style: str = CALCULATION,
) -> None:
    """Write a row of cells, each with the number format of its kind."""
    for i, (value, kind) in enumerate(zip(values, kinds, strict=True)):
        put(sheet, row, left + i, value, style, kind)


def merge(sheet: Worksheet, box: Box) -> None:
    """Join cells of a title or note; never used inside data."""
    sheet.merge_cells(box.address)


def card(
    sheet: Worksheet, row: int, first: int, last: int, text: str, formula: str, kind: str
) -> Box:
    """A figure in large type under its label, over columns ``first`` to ``last``."""
    for column in range(first, last + 1):
        put(sheet, row, column, None, CARD_LABEL)
        put(sheet, row + 1, column, None, CARD_VALUE, kind)
    sheet.cell(row, first).value = text
    sheet.cell(row + 1, first).value = formula
    if last > first:
        merge(sheet, Box(sheet, row, first, row, last))
        merge(sheet, Box(sheet, row + 1, first, row + 1, last))
    sheet.row_dimensions[row].height = 18
    sheet.row_dimensions[row + 1].height = 30
    return Box(sheet, row + 1, first, row + 1, first)
