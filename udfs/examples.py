"""Example formulas of the help: read as cells, so that tests and the manual can run them."""

from __future__ import annotations

import re
from typing import Any, Final

from udfs.errors import EXCEL_ERROR_NUMBERS, CellError

_CALL: Final = re.compile(r"=(?P<name>[A-Z][A-Z0-9_]*)\((?P<arguments>.*)\)", re.DOTALL)
_ERRORS: Final = "|".join(re.escape(code) for code in EXCEL_ERROR_NUMBERS)
_TOKEN: Final = re.compile(
    rf'\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<error>{_ERRORS})|(?P<flag>TRUE|FALSE)'
    r"|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?%?)|(?P<mark>[{},;]))\s*"
)


def parse_call(formula: str) -> tuple[str, list[Any]]:
    """The function and the cells of a formula with constant arguments.

    Raises:
        ValueError: the formula has something other than constants in it.
    """
    match = _CALL.fullmatch(formula.strip())
    if match is None:
        raise ValueError(f'formula must be one call such as =CR_X(1,"a"); got {formula!r}.')
    return match["name"], _arguments(match["arguments"])


def parse_result(text: str) -> list[list[Any]]:
    """The cells that an example promises: one constant, or an array constant.

    Raises:
        ValueError: the text is no constant.
    """
    (value,) = _arguments(text) or [None]
    return value if isinstance(value, list) else [[value]]


def _arguments(text: str) -> list[Any]:
    values: list[Any] = []
    rows: list[list[Any]] | None = None
    current: Any = None
    for kind, word in _tokens(text):
        if word == "{":
            rows = [[]]
        elif word == "}" and rows is not None:
            rows[-1].append(current)
            current, rows = rows, None
        elif rows is not None and kind == "mark":
            rows[-1].append(current)
            current = None
            if word == ";":
                rows.append([])
        elif word == ",":
            values.append(current)
            current = None
        else:
            current = _constant(kind, word)
    return [*values, current] if text.strip() else []


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise ValueError(f"only constants can stand in an example; got {text[position:]!r}.")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens


def _constant(kind: str, word: str) -> Any:
    if kind == "text":
        return word[1:-1].replace('""', '"')
    if kind == "error":
        return CellError(word)
    if kind == "flag":
        return word == "TRUE"
    if word.endswith("%"):
        return float(word[:-1]) / 100
    return float(word)
