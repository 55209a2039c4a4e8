"""Formulas over whole columns that are computed here instead of by IronCalc.

To copy columns of thousands of rows into IronCalc and back takes far longer than to compute
them. `column_values` says what is computed; a formula with anything else in it is left to
IronCalc, and so is one with a value of which `column_values` is unsure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from addin.headless.cell_xml import Cell
from addin.headless.column_values import (
    COMPARISONS,
    FUNCTIONS,
    PRODUCTS,
    SUMS,
    UNSURE,
    Column,
    Pair,
    UnsureError,
    each,
    sum_of_products,
)
from addin.headless.constants import constant
from addin.headless.formula_text import (
    Call,
    Expression,
    Group,
    Kind,
    Leaf,
    Node,
    Range,
    Result,
    plain_name,
    walk,
)
from addin.headless.references import MAX_ROW
from udfs.errors import CellError

Values: TypeAlias = Callable[[Range | Result], Column]
Term: TypeAlias = Callable[[Values], Column]

WRITTEN_OUT: Final = (Kind.NUMBER, Kind.TEXT, Kind.LOGICAL)
EXACT: Final = 1e15


class ColumnFormula:
    """A formula over columns, read for computing.

    Args:
        expression: its resolved tree.
        array: whether it is computed as an array, so that ranges mean all of their cells.

    Raises:
        UnsureError: it is of a kind that is not computed here.
    """

    def __init__(self, expression: Expression, *, array: bool) -> None:
        areas = [node.area for node in walk(expression) if isinstance(node, Range)]
        heights = {area.rows for area in areas} - {1}
        if len(heights) != 1 or heights == {MAX_ROW} or any(area.columns > 1 for area in areas):
            raise UnsureError
        self._height = heights.pop()
        node = expression[0]
        if (
            len(expression) == 1
            and isinstance(node, Call)
            and plain_name(node.name) == "SUMPRODUCT"
        ):
            self._term = _sum_of_products(node)
        elif array:
            self._term = _term(expression)
        else:
            raise UnsureError

    @classmethod
    def read(cls, expression: Expression, *, array: bool) -> ColumnFormula | None:
        """The formula; None if it is of a kind that is not computed here."""
        try:
            return cls(expression, array=array)
        except UnsureError:
            return None

    def compute(self, values: Values, *, blanks: bool) -> list[Cell]:
        """The formula's result.

        Args:
            values: gives the values of a range or of a Python call.
            blanks: whether a blank stays blank instead of becoming 0.

        Raises:
            UnsureError: IronCalc has to compute it.
        """
        column = self._term(values)
        if len(column) not in (1, self._height):
            raise UnsureError
        if set(map(type, column)) == {str}:
            return list(column)
        return [_stored(value, blanks=blanks) for value in column]


def _stored(value: Cell, *, blanks: bool) -> Cell:
    """A value as it stands in a cell, a whole number as a file that is read again gives it."""
    if isinstance(value, CellError):
        if value.code == UNSURE.code:
            raise UnsureError
        return CellError(value.code)
    if value is None:
        return None if blanks else 0
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return int(value)
    return value


def _sum_of_products(call: Call) -> Term:
    terms = [_term(argument) for argument in call.arguments]
    return lambda values: [sum_of_products([term(values) for term in terms])]


def _term(expression: Expression) -> Term:
    # The nodes are taken off the end of a list.
    nodes = list(reversed(expression))
    term = _comparison(nodes)
    if nodes:
        raise UnsureError
    return term


def _comparison(nodes: list[Node]) -> Term:
    return _chain(nodes, COMPARISONS, _sum)


def _sum(nodes: list[Node]) -> Term:
    return _chain(nodes, SUMS, _product)


def _product(nodes: list[Node]) -> Term:
    return _chain(nodes, PRODUCTS, _signed)


def _chain(
    nodes: list[Node], pairs: Mapping[str, Pair], inner: Callable[[list[Node]], Term]
) -> Term:
    """Operators of one rank, from left to right."""
    term = inner(nodes)
    while nodes:
        pair = pairs.get(_sign(nodes[-1]))
        if pair is None:
            break
        nodes.pop()
        term = _paired(pair, term, inner(nodes))
    return term


def _sign(node: Node) -> str:
    return node.text if isinstance(node, Leaf) and node.kind is Kind.OPERATOR else ""


def _paired(pair: Pair, left: Term, right: Term) -> Term:
    return lambda values: pair(left(values), right(values))


def _signed(nodes: list[Node]) -> Term:
    if not nodes:
        raise UnsureError
    node = nodes.pop()
    if _sign(node) == "-":
        return _paired(SUMS["-"], lambda _: [0.0], _signed(nodes))
    return _operand(node)


def _operand(node: Node) -> Term:
    if isinstance(node, Range | Result):
        return lambda values: values(node)
    if isinstance(node, Group) and len(node.parts) == 1:
        return _term(node.parts[0])
    if isinstance(node, Call):
        return _call(node)
    written = constant((node,)) if isinstance(node, Leaf) and node.kind in WRITTEN_OUT else None
    if written is None or isinstance(written[0], list):
        raise UnsureError
    value = written[0]
    return lambda _: [value]


def _call(call: Call) -> Term:
    function = FUNCTIONS.get((plain_name(call.name), len(call.arguments)))
    if function is None or not all(call.arguments):
        raise UnsureError
    terms = [_term(argument) for argument in call.arguments]
    return lambda values: each(function, *[term(values) for term in terms])
