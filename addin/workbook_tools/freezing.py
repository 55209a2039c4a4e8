"""Our formulas as values, to send a workbook to someone without creditcells, and back again."""

from __future__ import annotations

from typing import Any, Final, cast

import xlwings

from addin.workbook_tools.places import Kind, Place, host_of, is_ours

SHEET: Final = "creditcells frozen"
_HEADERS: Final = ["sheet", "cells", "kind", "formula"]
_QUOTE: Final = "'"


def freeze(book: xlwings.Book) -> int:
    """Turn every formula that calls our functions into its values; the formulas are kept.

    They are kept as text on a hidden sheet of the workbook, from which ``thaw`` takes them.
    Whoever gets the workbook can read them there.

    Args:
        book: a workbook, in Excel or in a file; it is not saved.

    Returns:
        How many formulas were turned.
    """
    host = host_of(book)
    places = [place for place in host.places(is_ours) if place.sheet != SHEET]
    if not places:
        return 0
    rows = [[p.sheet, p.address, p.kind, _QUOTE + p.formula] for p in places]
    sheet = _sheet(book)
    first = 2 if sheet.range("A1").value is None else sheet.used_range.last_cell.row + 1
    sheet.range("A1").value = [_HEADERS]
    sheet.range((first, 1), (first + len(rows) - 1, len(_HEADERS))).value = rows
    for place in places:
        host.to_values(place)
    sheet.visible = False
    return len(places)


def thaw(book: xlwings.Book) -> int:
    """Put the formulas that ``freeze`` kept back into their cells.

    Args:
        book: a workbook, in Excel or in a file; it is neither computed nor saved.

    Returns:
        How many formulas came back; 0 where none was frozen.
    """
    if SHEET not in [sheet.name for sheet in book.sheets]:
        return 0
    host = host_of(book)
    sheet = book.sheets[SHEET]
    rows = _rows(sheet)
    names = {one.name for one in book.sheets}
    kept = [_place(row) for row in rows if row[0] in names]
    for place in kept:
        host.put(place)
    sheet.delete()
    return len(kept)


def _sheet(book: xlwings.Book) -> xlwings.Sheet:
    if SHEET in [sheet.name for sheet in book.sheets]:
        return book.sheets[SHEET]
    return book.sheets.add(SHEET, after=book.sheets[-1])


def _rows(sheet: xlwings.Sheet) -> list[list[Any]]:
    cells = sheet.used_range.options(ndim=2).value
    return cells[1:] if cells else []


def _place(row: list[Any]) -> Place:
    sheet, address, kind, formula = (str(cell) for cell in row[:4])
    return Place(sheet, address, formula.removeprefix(_QUOTE), cast("Kind", kind))
