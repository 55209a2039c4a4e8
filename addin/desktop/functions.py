"""The xlwings UDF module: every function of the catalogue, as Excel on Windows calls it.

The functions are made here from the catalogue, one for each. They take cells as they come
("raw": any other converter looks at every cell) and carry no type hints, since xlwings would
convert by them. An error leaves as its text; the wrapper in the add-in makes it a real one.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

import xlwings as xw

import udfs
from udfs.catalogue import Function
from udfs.errors import NAME, CellError
from udfs.last_errors import remember

DATE_1904: Final = "date1904"
"""The last argument of every function: whether the workbook counts its days from 1904."""


def exposed(function: Function) -> Callable[..., list[list[Any]]]:
    """A function of the catalogue as xlwings registers and calls it."""

    def shim(*cells: Any) -> list[list[Any]]:
        *given, date1904 = (*cells, None) if len(cells) == len(function.arguments) else cells
        rows = udfs.call(function.name, *given, date1904=date1904 is True)
        return [[_cell(cell) for cell in row] for row in rows]

    optional = {"default": None}
    names = [(a.name, {} if a.required else optional) for a in function.arguments]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [
        inspect.Parameter(name, kind, **default)
        for name, default in [*names, (DATE_1904, optional)]
    ]
    shim.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what inspect reads
    shim.__name__ = shim.__qualname__ = function.name
    shim.__annotations__ = {}
    for parameter in parameters:
        shim = xw.arg(parameter.name, "raw")(shim)
    registered: Callable[..., list[list[Any]]] = xw.func(shim)
    return registered


def absent(name: str) -> Callable[..., list[list[Any]]]:
    """A function that the installed creditcells does not have, as it is called nevertheless.

    The add-in's file may be of another version than the package: the cell then shows #NAME?, and
    CR_LASTERROR says why.
    """
    error = CellError(
        NAME,
        f"{name} is not in the installed creditcells; run `creditcells addin install` again.",
        f"已安装的 creditcells 中没有 {name}，请重新运行 `creditcells addin install`。",
    )

    def shim(*cells: Any) -> list[list[Any]]:
        _ = cells
        remember(name, [[error]])
        return [[error.code]]

    registered: Callable[..., list[list[Any]]] = xw.func(xw.arg("cells", "raw")(shim))
    return registered


def _cell(cell: Any) -> Any:
    return cell.code if isinstance(cell, CellError) else cell


globals().update({name: exposed(function) for name, function in udfs.FUNCTIONS.items()})


def __getattr__(name: str) -> Callable[..., list[list[Any]]]:
    """What xlwings gets for a name that the module does not have."""
    if name.startswith("CR_"):
        return absent(name)
    raise AttributeError(name)
