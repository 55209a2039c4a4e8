"""The functions as Office custom functions: what xlwings Lite and xlwings Server register.

Both hand cells over as Office.js has them. They are taken as they come ("raw": any other converter
looks at every cell), carry no type hints, since xlwings would convert by them, and are asked for by
the same plain names as everywhere.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

import numpy as np
import xlwings as xw

import udfs
from udfs import errors
from udfs.catalogue import Function
from udfs.cells import Block, block
from udfs.errors import CallError, CellError

Rows: TypeAlias = list[tuple[Any, ...]]
Asked: TypeAlias = Callable[..., Any]
Wrapper: TypeAlias = Callable[[Callable[..., Rows]], Asked]
Column: TypeAlias = Callable[[list[Any]], list[Any]]

HAS_MEMORY: Final = frozenset({"CR_LASTERROR"})
"""Functions whose answer may change though their arguments stay: the add-in must ask again."""

_OFFICE_ERRORS: Final = {
    errors.GETTING_DATA: "GettingData",
    errors.SPILL: "Spill",
    errors.CALC: "Calc",
}
"""Errors that xlwings would hand to Excel as text, by their name in Office.js."""

if sys.platform == "emscripten":
    import pyodide.ffi

    _NULL: type = getattr(pyodide.ffi, "JsNull", dict)
else:
    _NULL = dict
_ONLY_OFFICE = {dict, _NULL}
_FEW: Final = 512


def custom_functions(
    lang: str = "en", wrapped: Wrapper | None = None, finished: Column | None = None
) -> dict[str, Asked]:
    """Every function of the catalogue, registered with xlwings.

    Args:
        lang: the language of help and messages, "en" or "zh".
        wrapped: turns the function that computes into the one that xlwings calls; by default
            it is called as it is.
        finished: turns a column of a result into cells of Office.js; by default xlwings does,
            which looks at every cell.

    Returns:
        The functions by name, to be put into the module that xlwings looks through.

    Example:
        >>> sorted(custom_functions())[0]
        'CR_ABC'
    """
    return {
        name: registered(function, lang, wrapped or (lambda compute: compute), finished)
        for name, function in udfs.FUNCTIONS.items()
    }


def registered(
    function: Function, lang: str, wrapped: Wrapper, finished: Column | None = None
) -> Asked:
    """One function with its name, arguments and help, as xlwings reads them."""

    def compute(*cells: Any) -> Rows:
        return answer(function, cells, lang, finished or _office_column)

    asked: Any = wrapped(compute)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    asked.__signature__ = inspect.Signature(
        [
            inspect.Parameter(
                argument.name, kind, default=inspect.Parameter.empty if argument.required else None
            )
            for argument in function.arguments
        ]
    )
    asked.__name__ = asked.__qualname__ = function.name
    asked.__doc__ = function.help[lang].summary
    asked.__annotations__ = {}
    for argument in function.arguments:
        asked = xw.arg(argument.name, "raw", doc=argument.help[lang])(asked)
    if finished is not None:
        asked = xw.ret("raw")(asked)
    told: Asked = xw.func(cache=function.name not in HAS_MEMORY)(asked)
    return told


def _office_column(cells: list[Any]) -> list[Any]:
    """A column of a result as xlwings turns it into cells of Office.js."""
    return list(map(_office_cell, cells)) if CellError in set(map(type, cells)) else cells


def answer(
    function: Function, cells: tuple[Any, ...], lang: str = "en", column: Column = _office_column
) -> Rows:
    """What a function gives for cells of Office.js, as rows of such cells.

    Args:
        function: the function.
        cells: its arguments, as Office.js has them.
        lang: the language of the message.
        column: turns a column of the result into cells.

    Raises:
        xlwings.XlwingsError: the answer is a single #VALUE!. Excel shows that very error for it,
            and the reason with it, which the cell alone could not.
    """
    columns = udfs.call_columns(function.name, *map(_argument, cells))
    only = columns[0][0] if len(columns) == 1 and len(columns[0]) == 1 else None
    if isinstance(only, CellError) and only.code == errors.VALUE and only.reason:
        raise xw.XlwingsError(only.why(lang))
    return list(zip(*map(column, columns), strict=True))


def _office_cell(cell: Any) -> Any:
    if not isinstance(cell, CellError):
        return cell
    name = _OFFICE_ERRORS.get(cell.code)
    return cell.code if name is None else {"type": "Error", "errorType": name}


def _argument(raw: Any) -> Any:
    """An argument with nothing in it that only Office.js knows."""
    if not isinstance(raw, list):
        return _plain(raw)
    if len(raw) <= _FEW and all(type(row) is list and _is_plain(row) for row in raw):
        return raw  # a call of one row knows the same few cells again by themselves
    try:
        cells = block(raw, "")
    except CallError:
        return raw  # the call itself says, with the argument's name, what is wrong with it
    # Most ranges hold plain cells only, and one look at all of them is quick.
    if cells.cells.dtype.kind != "O" or _is_plain(cells.cells):
        return cells
    plain = np.empty(cells.size, dtype=object)
    plain[:] = list(map(_plain, cells.cells))
    return Block(plain, cells.shape)


def _is_plain(cells: Iterable[Any]) -> bool:
    return _ONLY_OFFICE.isdisjoint(map(type, cells))


def _plain(cell: Any) -> Any:
    """A number with a format, a date or a data type as its value; errors as they are."""
    if not isinstance(cell, dict):
        return None if isinstance(cell, _NULL) else cell
    if cell.get("type") == "Error":
        return cell
    value = cell.get("basicValue", errors.VALUE)
    return value if isinstance(value, str | int | float | None) else errors.VALUE
