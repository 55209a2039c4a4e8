"""Constants in formulas: text to cell values and back."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

from addin.headless.cell_xml import Cell
from addin.headless.formula_text import ERROR, TEXT, Expression, Kind, Leaf
from udfs.errors import EXCEL_ERROR_NUMBERS, NA, CellError

ELEMENT: Final = re.compile(
    rf"(?P<text>{TEXT})|(?P<error>{ERROR})|(?P<logical>TRUE|FALSE)"
    r"|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<row>;)|(?P<column>,)|\s+",
    re.IGNORECASE,
)


def constant(nodes: Expression) -> tuple[Cell | list[list[Cell]]] | None:
    """The value of an expression that is written out, in a tuple of one; None for any other.

    Example:
        >>> from addin.headless.formula_text import parse
        >>> constant(parse("-5%")), constant(parse("{1,2;3,4}")), constant(parse("A1"))
        ((-0.05,), ([[1.0, 2.0], [3.0, 4.0]],), None)
    """
    sign, percent = 1.0, 0
    rest = list(nodes)
    while rest and _is_operator(rest[0], "+-"):
        sign = -sign if rest.pop(0).text == "-" else sign  # type: ignore[union-attr] # an operator is a leaf
    while rest and _is_operator(rest[-1], "%"):
        rest.pop()
        percent += 1
    if len(rest) != 1 or not isinstance(rest[0], Leaf):
        return None
    leaf = rest[0]
    if leaf.kind is Kind.NUMBER:
        return (sign * float(leaf.text) / 100**percent,)
    if len(nodes) != 1:
        return None
    if leaf.kind is Kind.ARRAY:
        return (elements(leaf.text),)
    if leaf.kind in (Kind.TEXT, Kind.LOGICAL, Kind.ERROR):
        return (_value(leaf.kind.value, leaf.text),)
    return None


def _is_operator(node: object, signs: str) -> bool:
    return isinstance(node, Leaf) and node.kind is Kind.OPERATOR and node.text in signs


def elements(text: str) -> list[list[Cell]]:
    """The rows of an array constant such as `{1,"a";TRUE,#N/A}`."""
    rows: list[list[Cell]] = [[]]
    for found in ELEMENT.finditer(text[1:-1]):
        kind = found.lastgroup
        if kind == "row":
            rows.append([])
        elif kind not in (None, "column"):
            rows[-1].append(_value(kind or "", found[0]))
    return rows


def _value(kind: str, text: str) -> Cell:
    if kind == "text":
        return text[1:-1].replace('""', '"')
    if kind == "logical":
        return text.upper() == "TRUE"
    if kind == "error":
        code = text.upper()
        return CellError(code) if code in EXCEL_ERROR_NUMBERS else CellError(NA)
    return float(text)


def written(value: Cell) -> str:
    """The text of a value inside a formula; a blank is an empty text, as a function gives it."""
    if value is None:
        return '""'
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, CellError):
        return value.code
    if not math.isfinite(value):
        return "#NUM!"
    return f"({value!r})" if value < 0 else repr(value)


def rectangle(lines: Sequence[Sequence[Cell]]) -> bool:
    """Whether all rows (or columns) are equally long and there is at least one cell."""
    return bool(lines) and bool(lines[0]) and all(len(line) == len(lines[0]) for line in lines)
