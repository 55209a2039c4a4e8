"""Calls as LibreOffice makes them: its cells in, its cells out.

In: numbers as float, texts, an empty cell of a range as "", an argument left out as None, a range
as a tuple of rows. (What never comes here: an error, since Calc hands it on by itself, and the
emptiness of a cell given alone, which Calc hands over as 0.) Out: rows of float and str alone, for
Calc shows whole numbers above 2³¹ and booleans wrongly; an error is the not-a-number by which Calc
marks its own. A function of texts gives texts alone (``results`` says why); there an error is its
code among other rows, and an exception, which Calc shows as #VALUE!, where it is all there is.
"""

from __future__ import annotations

import marshal
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
_TEXT: Final = {str}
_AS_THEY_ARE: Final = {float, str}


def error_number(code: str) -> float:
    """The not-a-number that stands for an error in a cell of Calc."""
    number = CALC_ERRORS.get(code, CALC_ERRORS[errors.VALUE])
    made: float = struct.unpack("<d", struct.pack("<II", number, _QUIET))[0]
    return made


_ERROR_NUMBERS: Final = {code: error_number(code) for code in errors.EXCEL_ERROR_NUMBERS}


_known: Final[dict[bytes, Rows]] = {}
_MOST_KNOWN: Final = 100_000
_MOST_ROWS: Final = 64
_MARSHAL: Final = 2  # the last version whose bytes depend on the value alone
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
    if name == _IMPURE or _is_long(cells):
        return _computed(name, cells, date1904=date1904)[0]
    # As bytes, which tell 0 from -0.
    key = marshal.dumps((name, date1904, cells), _MARSHAL)
    found = _known.get(key)
    if found is None:
        found, good = _computed(name, cells, date1904=date1904)
        if good:
            if len(_known) >= _MOST_KNOWN:
                _known.clear()
            _known[key] = found
    return found


def _is_long(cells: tuple[Any, ...]) -> bool:
    for cell in cells:  # noqa: SIM110 - in a call of one row, a generator would cost as much again
        if type(cell) is tuple and len(cell) > _MOST_ROWS:
            return True
    return False


def _computed(name: str, cells: tuple[Any, ...], *, date1904: bool) -> tuple[Rows, bool]:
    """The answer, and whether no error is in it."""
    columns = udfs.call_columns(name, *cells, date1904=date1904)
    if len(columns) == 1 and len(columns[0]) == 1:
        only = columns[0][0]
        if type(only) is (str if gives_texts(name) else float):
            return ((only,),), True
    kinds = set().union(*(map(type, column) for column in columns))
    texts = gives_texts(name)
    if not kinds <= (_TEXT if texts else _AS_THEY_ARE):
        columns = _texts(columns) if texts else [list(map(_cell, column)) for column in columns]
    return tuple(zip(*columns, strict=True)), CellError not in kinds


def _texts(columns: list[list[Any]]) -> list[list[Any]]:
    first = columns[0][0]
    if isinstance(first, CellError) and len(columns) == len(columns[0]) == 1:
        raise OnlyErrorError(first.reason or first.code)
    return [list(map(_text, column)) for column in columns]


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


def _cell(cell: Any) -> CalcCell:
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return _ERROR_NUMBERS[cell.code]
    return cell if isinstance(cell, str) else float(cell)
