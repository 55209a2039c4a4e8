"""Results as Excel's runtime takes them, made in the thread that computed them."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Final

from udfs import errors
from udfs.errors import CellError

RUNTIME: ContextVar[str] = ContextVar("RUNTIME", default="1.4")
"""The version of Excel's runtime for custom functions that asks."""

_ERRORS_SINCE: Final = (1, 4)
_ERROR_TYPES: Final = {
    errors.NULL: "Null",
    errors.DIV0: "Div0",
    errors.VALUE: "Value",
    errors.REF: "Ref",
    errors.NAME: "Name",
    errors.NUM: "Num",
    errors.NA: "NotAvailable",
    errors.GETTING_DATA: "GettingData",
    errors.SPILL: "Spill",
    errors.CALC: "Calc",
}
_AS_THEY_ARE: Final = {float, int, bool, str}


def finished(cells: list[Any]) -> list[Any]:
    """A column of a result as cells of Office.js: blanks as "", errors as errors.

    Older runtimes know no errors as cells of a range; they get the errors' codes as texts.
    """
    if set(map(type, cells)) <= _AS_THEY_ARE:
        return cells
    real = tuple(map(int, RUNTIME.get().split("."))) >= _ERRORS_SINCE
    return [
        "" if cell is None else _error(cell, real=real) if type(cell) is CellError else cell
        for cell in cells
    ]


def _error(cell: CellError, *, real: bool) -> Any:
    return {"type": "Error", "errorType": _ERROR_TYPES[cell.code]} if real else cell.code
