"""How large the result of an expression can be, before it is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from addin.headless.formula_text import (
    Call,
    Expression,
    Group,
    Kind,
    Leaf,
    Node,
    Range,
    plain_name,
)
from addin.headless.native_functions import (
    AGGREGATES,
    ARRAY_AGGREGATES,
    BINDERS,
    ELEMENTWISE,
    SPILLING,
    place,
    places,
)

Shape = tuple[int, int] | None
"""Rows and columns at most; None where it only shows when it is computed."""

SCALAR: Final[tuple[int, int]] = (1, 1)
Variables = Mapping[str, Shape]


def shape(expression: Expression, variables: Variables) -> Shape:
    """The size of an expression's result.

    Args:
        expression: a resolved tree.
        variables: the sizes of the LET and LAMBDA variables in it.
    """
    result: Shape = SCALAR
    single = False
    for index, node in enumerate(expression):
        if isinstance(node, Leaf) and node.kind is Kind.OPERATOR:
            single = node.text == "@"
        elif isinstance(node, Group) and index and isinstance(expression[index - 1], Call):
            return None
        elif not single:
            result = broadcast(result, _node(node, variables))
    return result


def broadcast(a: Shape, b: Shape) -> Shape:
    """The size of two arrays taken together."""
    return None if a is None or b is None else (max(a[0], b[0]), max(a[1], b[1]))


def _node(node: Node, variables: Variables) -> Shape:
    if isinstance(node, Call):
        return _call(node, variables)
    if isinstance(node, Group):
        return shape(node.parts[0], variables)
    if isinstance(node, Range):
        return node.area.rows, node.area.columns
    return _leaf(node, variables) if isinstance(node, Leaf) else None


def _leaf(leaf: Leaf, variables: Variables) -> Shape:
    if leaf.kind is Kind.ARRAY:
        return array_size(leaf.text)
    return variables.get(leaf.text.casefold()) if leaf.kind is Kind.NAME else SCALAR


def array_size(text: str) -> tuple[int, int]:
    """Rows and columns of an array constant."""
    outside = "".join(text.split('"')[::2])
    rows = outside.split(";")
    return len(rows), rows[0].count(",") + 1


def _call(call: Call, variables: Variables) -> Shape:
    name = plain_name(call.name)
    if name in AGGREGATES or name in ARRAY_AGGREGATES or name == "SINGLE":
        return SCALAR
    sizes = [shape(argument, variables) for argument in call.arguments]
    special = SPECIAL.get(name)
    if special is not None:
        return special(call, sizes)
    if name in ELEMENTWISE:
        return _all(sizes)
    if places(name) is None or name in SPILLING or name in BINDERS:
        return None
    return _all([size for index, size in enumerate(sizes) if place(name, index) == "s"])


def _index(call: Call, sizes: list[Shape]) -> Shape:
    """INDEX gives a whole row or column only for an index that is 0 or left out."""
    for index in call.arguments[1:]:
        if not index or (len(index) == 1 and isinstance(index[0], Leaf) and index[0].text == "0"):
            return None
    if sizes[0] is not None and len(call.arguments) == 2 and min(sizes[0]) > 1:  # noqa: PLR2004 - range and row
        return None
    return _all(sizes[1:])


def _all(sizes: list[Shape]) -> Shape:
    result: Shape = SCALAR
    for size in sizes:
        result = broadcast(result, size)
    return result


def _row(_: Call, sizes: list[Shape]) -> Shape:
    first = sizes[0] if sizes else SCALAR
    return None if first is None else (first[0], 1)


def _column(_: Call, sizes: list[Shape]) -> Shape:
    first = sizes[0] if sizes else SCALAR
    return None if first is None else (1, first[1])


def _transposed(_: Call, sizes: list[Shape]) -> Shape:
    return None if not sizes or sizes[0] is None else sizes[0][::-1]


def _branches(_: Call, sizes: list[Shape]) -> Shape:
    return _all(sizes)


def _unsure(_call: Call, _sizes: list[Shape]) -> Shape:
    return None


SPECIAL: Final[dict[str, Callable[[Call, list[Shape]], Shape]]] = {
    "CHOOSE": _branches,
    "COLUMN": _column,
    "IF": _branches,
    "IFS": _branches,
    "INDEX": _index,
    "INDIRECT": _unsure,
    "OFFSET": _unsure,
    "ROW": _row,
    "TRANSPOSE": _transposed,
    "XLOOKUP": _unsure,
}
