"""Calls as LibreOffice makes them: its cells in, its cells out.

In: numbers as float, texts, an empty cell of a range as "", an argument left out as None, a range
as a tuple of rows. (What never comes here: an error, since Calc hands it on by itself, and the
emptiness of a cell given alone, which Calc hands over as 0.) Out: rows of float and str alone, for
Calc shows whole numbers above 2³¹ and booleans wrongly; an error is the not-a-number by which Calc
marks its own. A function of texts gives texts alone (``results`` says why); there an error is its
code among other rows, and an exception, which Calc shows as #VALUE!, where it is all there is.
"""

from __future__ import annotations

import struct
from typing import Any, Final, TypeAlias

import udfs
from addin.calc.results import gives_texts
from udfs import errors
from udfs.errors import CellError

CalcCell: TypeAlias = float | str
Rows: TypeAlias = tuple[tuple[CalcCell, ...], ...]

# LibreOffice's own numbers: formula/errorcodes.hxx. Codes it does not have become #VALUE!.
CALC_ERRORS: Final = {
    errors.NUM: 503,
    errors.VALUE: 519,
    errors.NULL: 521,
    errors.REF: 524,
    errors.NAME: 525,
    errors.DIV0: 532,
    errors.NA: 32767,
}
_QUIET: Final = 0x7FF80000


def error_number(code: str) -> float:
    """The not-a-number that stands for an error in a cell of Calc."""
    number = CALC_ERRORS.get(code, CALC_ERRORS[errors.VALUE])
    made: float = struct.unpack("<d", struct.pack("<II", number, _QUIET))[0]
    return made


_ERROR_NUMBERS: Final = {code: error_number(code) for code in errors.EXCEL_ERROR_NUMBERS}


_known: dict[tuple[Any, ...], Rows] = {}
_MOST_KNOWN: Final = 100_000
_MOST_ROWS: Final = 64
_IMPURE: Final = "CR_LASTERROR"


def answer(name: str, cells: tuple[Any, ...], *, date1904: bool = False) -> Rows:
    """Compute a function of the catalogue.

    A call of single cells and small tables is remembered: Calc makes one for each cell of a column
    and again at each recalculation, and our functions depend on their arguments alone. An answer
    with an error is not, so that CR_LASTERROR tells of it each time.

    Args:
        name: the function, such as CR_GRADE.
        cells: one value or rows of values per argument.
        date1904: whether the document counts its days from 1904.

    Returns:
        Rows of cells.

    Raises:
        OnlyErrorError: one error is all that a function of texts gives.
    """
    if name == _IMPURE or any(type(cell) is tuple and len(cell) > _MOST_ROWS for cell in cells):
        return _computed(name, cells, date1904=date1904)[0]
    key = (name, date1904, cells)
    found = _known.get(key)
    if found is None:
        found, good = _computed(name, cells, date1904=date1904)
        if good:
            if len(_known) >= _MOST_KNOWN:
                _known.clear()
            _known[key] = found
    return found


def _computed(name: str, cells: tuple[Any, ...], *, date1904: bool) -> tuple[Rows, bool]:
    """The answer, and whether no error is in it."""
    columns = udfs.call_columns(name, *cells, date1904=date1904)
    good = not any(type(cell) is CellError for column in columns for cell in column)
    rows = _texts(columns) if gives_texts(name) else _mixed(columns)
    return rows, good


def _mixed(columns: list[list[Any]]) -> Rows:
    return tuple(zip(*map(_plain, columns), strict=True))


def _texts(columns: list[list[Any]]) -> Rows:
    first = columns[0][0]
    if isinstance(first, CellError) and len(columns) == len(columns[0]) == 1:
        raise OnlyErrorError(first.reason or first.code)
    return tuple(zip(*([_text(cell) for cell in column] for column in columns), strict=True))


class OnlyErrorError(ValueError):
    """The whole result of a function of texts is one error."""


def _text(cell: Any) -> str:
    if type(cell) is str:
        return cell
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return cell.code
    return repr(float(cell)).removesuffix(".0")


def _plain(column: list[Any]) -> list[CalcCell]:
    if set(map(type, column)) <= {float, str}:
        return column
    return [_cell(cell) for cell in column]


def _cell(cell: Any) -> CalcCell:
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return _ERROR_NUMBERS[cell.code]
    return cell if isinstance(cell, str) else float(cell)
