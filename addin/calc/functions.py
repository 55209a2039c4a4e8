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
from udfs import errors
from udfs.errors import CellError

CalcCell: TypeAlias = float | str

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


def answer(
    name: str, cells: tuple[Any, ...], *, date1904: bool = False
) -> tuple[tuple[CalcCell, ...], ...]:
    """Compute a function of the catalogue.

    Args:
        name: the function, such as CR_GRADE.
        cells: one value or rows of values per argument.
        date1904: whether the document counts its days from 1904.

    Returns:
        Rows of cells.
    """
    columns = udfs.call_columns(name, *cells, date1904=date1904)
    return tuple(zip(*map(_plain, columns), strict=True))


class OnlyErrorError(ValueError):
    """The whole result of a function of texts is one error."""


def answer_texts(
    name: str, cells: tuple[Any, ...], *, date1904: bool = False
) -> tuple[tuple[str, ...], ...]:
    """Compute a function of texts, as ``answer`` does.

    Raises:
        OnlyErrorError: the result is one error; CR_LASTERROR tells it.
    """
    columns = udfs.call_columns(name, *cells, date1904=date1904)
    first = columns[0][0]
    if isinstance(first, CellError) and len(columns) == len(columns[0]) == 1:
        raise OnlyErrorError(first.reason or first.code)
    return tuple(zip(*([_text(cell) for cell in column] for column in columns), strict=True))


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
