"""Requests as they may come in: checked before anything is computed from them.

What does not fit is answered with one clear sentence, never with a trace.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from pathlib import PurePath
from typing import Any, Final

import udfs
from addin.errors import FileError
from udfs.errors import CreditCellsError, shorten

_RUNTIME: Final = re.compile(r"\d{1,2}\.\d{1,2}")
_CELLS: Final = frozenset({str, int, float, bool, type(None), dict})
_BOOK_KEYS: Final = ("client", "version", "book", "names", "sheets")


class RequestError(CreditCellsError):
    """A request that cannot be answered.

    Attributes:
        status: the HTTP status of the answer; one that Excel does not try again.
    """

    def __init__(self, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        self.status = status
        super().__init__(message)


def function_call(body: bytes) -> dict[str, Any]:
    """The call of a function, as xlwings takes it.

    Args:
        body: what Excel sent.

    Raises:
        RequestError: it is no such call, or there is no such function.
    """
    data = _object(body)
    name = data.get("func_name")
    if not isinstance(name, str) or name not in udfs.FUNCTIONS:
        raise RequestError(f"There is no function {shorten(name)}.", HTTPStatus.NOT_FOUND)
    arguments = data.get("args")
    if not isinstance(arguments, list):
        raise RequestError("args must be a list with one entry per argument.")
    most = len(udfs.FUNCTIONS[name].arguments)
    if len(arguments) > most:
        raise RequestError(f"{name} takes at most {most} arguments; got {len(arguments)}.")
    for argument, given in zip(udfs.FUNCTIONS[name].arguments, arguments, strict=False):
        if not _are_cells(given):
            raise RequestError(f"{argument.name} must be a cell or rows of cells.")
    return {
        "func_name": name,
        "args": arguments,
        "client": _text(data, "client", "Office.js"),
        "version": _text(data, "version", ""),
        "runtime": _runtime(data),
        "culture_info_name": _text(data, "culture_info_name", ""),
        "date_format": _text(data, "date_format", ""),
        "caller_address": None,
    }


def script_call(body: bytes) -> tuple[dict[str, Any], list[Any]]:
    """The workbook that a script is run on, and the script's arguments.

    Raises:
        RequestError: it is no workbook as xlwings sends it.
    """
    data = _object(body)
    missing = [key for key in _BOOK_KEYS if key not in data]
    if missing:
        raise RequestError(f"The workbook has no {', '.join(missing)}.")
    if not isinstance(data["sheets"], list) or not isinstance(data["names"], list):
        raise RequestError("sheets and names must be lists.")
    arguments = data.pop("args", None) or []
    if not isinstance(arguments, list):
        raise RequestError("args must be a list with one entry per argument.")
    return data, arguments


def public(error: Exception) -> str:
    """The message of an error without the folders of this machine."""
    if not isinstance(error, FileError):
        return str(error)
    return f"{PurePath(error.where).name}: {error.problem} {error.remedy}"


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise RequestError("The request is not JSON.") from None
    if not isinstance(data, dict):
        raise RequestError("The request must be a JSON object.")
    return data


def _are_cells(given: Any) -> bool:
    """One cell, or a list of cells, or rows of cells."""
    if not isinstance(given, list):
        return type(given) in _CELLS
    kinds = set(map(type, given))
    if list not in kinds:
        return kinds <= _CELLS
    return kinds == {list} and all(_CELLS.issuperset(map(type, row)) for row in given)


def _text(data: dict[str, Any], key: str, default: str) -> str | None:
    value = data.get(key, default)
    if value is not None and not isinstance(value, str):
        raise RequestError(f"{key} must be a text.")
    return value


def _runtime(data: dict[str, Any]) -> str:
    """The version of Excel's runtime for custom functions: it decides how errors are written."""
    value = data.get("runtime", "1.1")
    if not isinstance(value, str) or not _RUNTIME.fullmatch(value):
        raise RequestError("runtime must be a version such as 1.4.")
    return value
