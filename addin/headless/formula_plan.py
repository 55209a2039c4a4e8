"""Formulas taken apart into what IronCalc computes and what Python computes."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field, replace
from typing import Final

from addin.headless.column_formulas import ColumnFormula
from addin.headless.constants import constant
from addin.headless.formula_scope import Scope, area_of
from addin.headless.formula_text import (
    RANGE,
    SHEET,
    TEXT,
    Call,
    Expression,
    Group,
    Kind,
    Leaf,
    Node,
    Range,
    Result,
    Spill,
    parse,
    plain_name,
    render,
    strip_brackets,
    substituted,
    unquote,
    walk,
)
from addin.headless.native_functions import ADDRESS_ONLY, BINDERS, BLANKS_PASS, DYNAMIC
from addin.headless.native_text import MOST_CELLS, NativeText
from addin.headless.references import Area, column_number
from addin.headless.shapes import SCALAR, shape
from addin.headless.sheet import Formula
from addin.headless.uncomputable import UncomputableError

NUMBERS: Final = re.compile(r"(?<=[A-Za-z$])\d+(?![\w(.!\[])")
READ: Final = re.compile(rf"{TEXT}|({SHEET})?({RANGE})(?![\w.(\[?\\!])")
# Calls whose formulas cannot be judged by another one of the same form.
CLOSER_LOOKED: Final = ADDRESS_ONLY | BINDERS | {"SUBTOTAL"}
HOST_PREFIX: Final = re.compile(r"_xldudf_|_xll\.|_xludf\.|.*!", re.IGNORECASE)
# The same for the usual case: no sheet, no text, no whole columns or rows.
READ_CELLS: Final = re.compile(
    r"(?<![\w.$])\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?(?![\w(.:])"
)
Place = tuple[str, Area]


@dataclass(slots=True)
class Native:
    """What IronCalc computes: a whole formula, or an argument of a Python call.

    Attributes:
        sheet: the sheet of the formula's cell.
        formula: the formula.
        expression: its tree; None where the stored text can be used as it is.
        reads: the cells it refers to.
        spills: the dynamic formulas whose spill it refers to.
        calls: the Python calls whose results stand in it.
        argument: whether it is an argument of a Python call.
        blanks: whether blank cells in its result must be told from zeros.
        dynamic: whether its precedents show only while it is computed.
        columns: the formula over columns that it is, which takes no IronCalc; None for others.
    """

    sheet: str
    formula: Formula
    expression: Expression | None
    reads: tuple[Place, ...]
    spills: tuple[Spill, ...] = ()
    calls: tuple[int, ...] = ()
    argument: bool = False
    blanks: bool = False
    dynamic: bool = False
    columns: ColumnFormula | None = None

    @property
    def in_place(self) -> bool:
        """Whether it is computed in its own cell, where other formulas can refer to it."""
        return not self.argument and self.formula.kind == "normal"

    @property
    def by_python(self) -> bool:
        """Whether it is computed here, one after the other with the calls of Python functions."""
        return self.columns is not None


@dataclass(frozen=True, slots=True)
class Constant:
    """An argument that is written out; None for one left out."""

    value: object


@dataclass(frozen=True, slots=True)
class Computed:
    """An argument that IronCalc computes: the number of its part."""

    number: int


Argument = Constant | Range | Spill | Result | Computed


@dataclass(slots=True)
class PythonCall:
    """A call of a Python function.

    Attributes:
        sheet: the sheet of the formula's cell.
        formula: the formula it stands in.
        name: the function's name in capitals.
        arguments: where its arguments come from.
    """

    sheet: str
    formula: Formula
    name: str
    arguments: tuple[Argument, ...] = ()

    @property
    def reads(self) -> tuple[Place, ...]:
        """The cells that its arguments are."""
        return tuple((a.sheet, a.area) for a in self.arguments if isinstance(a, Range))

    @property
    def spills(self) -> tuple[Spill, ...]:
        """The spills that its arguments are."""
        return tuple(a for a in self.arguments if isinstance(a, Spill))

    @property
    def by_python(self) -> bool:
        """Whether it is computed here and not by IronCalc."""
        return True


Part = Native | PythonCall


@dataclass(slots=True)
class Planner:
    """Takes formulas apart; parts are numbered in one list.

    Attributes:
        scope: the workbook's sheets, names and tables.
        functions: the names of the Python functions.
        date1904: whether the workbook counts its days from 1904.
        parts: all parts so far.
    """

    scope: Scope
    functions: Container[str]
    date1904: bool = False
    parts: list[Part] = field(default_factory=list)
    _verbatim: dict[tuple[str, str], bool] = field(default_factory=dict)
    _calls: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, sheet: str, formula: Formula) -> int:
        """Takes a formula apart and gives the number of the part that is the whole of it.

        Raises:
            UncomputableError: the formula cannot be computed here.
        """
        if formula.kind == "data table":
            raise UncomputableError("A data table (what-if analysis) needs Excel.")
        if formula.kind == "normal":
            key = (sheet, NUMBERS.sub("", formula.text))
            reads = self._read(sheet, formula.text) if self._verbatim.get(key) else None
            if reads is not None and all(a.rows * a.columns <= MOST_CELLS for _, a in reads):
                return self._append(Native(sheet, formula, None, reads))
        start = len(self.parts)
        try:
            expression = self.scope.resolve(parse(formula.text), sheet, formula.row, formula.col)
            number = self._whole(sheet, formula, expression)
        except UncomputableError:
            del self.parts[start:]
            self._calls = {key: number for key, number in self._calls.items() if number < start}
            raise
        if formula.kind == "normal":
            self._verbatim[key] = self._is_verbatim(number, start)
        return number

    def _append(self, part: Part) -> int:
        self.parts.append(part)
        return len(self.parts) - 1

    def _read(self, sheet: str, text: str) -> tuple[Place, ...]:
        """The cells that a formula with nothing but plain references refers to."""
        if "!" not in text and '"' not in text:
            found_cells = READ_CELLS.findall(text)
            if text.count(":") == sum(1 for cell in found_cells if cell[2]):
                return tuple((sheet, _area(*cell)) for cell in found_cells)
        reads = []
        for found in READ.finditer(text):
            if found[2]:
                where = self.scope.sheet(unquote(found[1]) or "") if found[1] else sheet
                reads.append((where, area_of(found[2])))
        return tuple(reads)

    def _whole(self, sheet: str, formula: Formula, expression: Expression) -> int:
        hoisted = _Hoisting(self, sheet, formula).expression(expression, {})
        if len(hoisted) == 1 and isinstance(hoisted[0], Result):
            return hoisted[0].number
        return self.native(sheet, formula, hoisted)

    def native(
        self, sheet: str, formula: Formula, expression: Expression, *, argument: bool = False
    ) -> int:
        """Adds a part for IronCalc; what it cannot compute is found here, before the work starts."""
        self._check_subtotals(expression)
        calls = tuple(node.number for node in walk(expression) if isinstance(node, Result))
        spills = tuple(node for node in walk(expression) if isinstance(node, Spill))
        if not calls and not spills:
            self._try(formula, expression, argument=argument)
        dynamic = any(
            isinstance(n, Call) and plain_name(n.name) in DYNAMIC for n in walk(expression)
        )
        return self._append(
            Native(
                sheet,
                formula,
                expression,
                tuple(_reads(expression)),
                spills,
                calls,
                argument=argument,
                blanks=argument and _can_be_blank(expression),
                dynamic=dynamic,
                columns=ColumnFormula.read(expression, array=formula.kind != "normal"),
            )
        )

    def _check_subtotals(self, expression: Expression) -> None:
        for node in walk(expression):
            if isinstance(node, Call) and plain_name(node.name) == "SUBTOTAL":
                for sheet, area in _reads((node,)):
                    if self.scope.hides_rows(sheet, area):
                        raise UncomputableError(
                            "SUBTOTAL leaves out hidden rows, as only Excel can."
                        )

    def python(self, call: PythonCall) -> int:
        """Adds a call for Python; the same function of the same cells is called only once.

        The functions have no hidden state, so that all cells with such a call show one result.
        """
        key = (call.name, repr(call.arguments))
        if key not in self._calls:
            self._calls[key] = self._append(call)
        return self._calls[key]

    def _try(self, formula: Formula, expression: Expression, *, argument: bool) -> list[str]:
        array = formula.kind != "normal"
        writer = NativeText(
            formula.row,
            formula.col,
            lambda _text, _size: "",
            last_row=lambda: 1,
            last_column=lambda: 1,
            date1904=self.date1904,
        )
        writer.write(expression, array=array, wanted="a" if array else "r" if argument else "s")
        return writer.changes

    def _is_verbatim(self, number: int, start: int) -> bool:
        """Whether formulas of the same form can be handed to IronCalc as they are stored."""
        part = self.parts[number]
        if len(self.parts) != start + 1 or not isinstance(part, Native) or part.expression is None:
            return False
        if (
            part.calls
            or part.spills
            or part.dynamic
            or part.by_python
            or shape(part.expression, {}) != SCALAR
        ):
            return False
        leaves = parse(part.formula.text)
        plain = all(
            not (isinstance(n, Leaf) and n.kind in (Kind.NAME, Kind.TABLE, Kind.INTERSECTION))
            and not (isinstance(n, Call) and plain_name(n.name) in CLOSER_LOOKED)
            for n in walk(leaves)
        )
        return plain and not self._try(part.formula, part.expression, argument=False)


class _Hoisting:
    """Takes the Python calls out of one formula."""

    def __init__(self, planner: Planner, sheet: str, formula: Formula) -> None:
        self.planner = planner
        self.sheet = sheet
        self.formula = formula
        self.done: dict[int, tuple[Call, Result]] = {}  # the call is kept, so that its id stays its

    def expression(self, nodes: Expression, bound: dict[str, Expression | None]) -> Expression:
        return tuple(self._node(node, bound) for node in nodes)

    def _node(self, node: Node, bound: dict[str, Expression | None]) -> Node:
        if isinstance(node, Group):
            return Group(tuple(self.expression(part, bound) for part in node.parts))
        if not isinstance(node, Call):
            return node
        name = plain_name(node.name)
        if name in self.planner.functions:
            if id(node) not in self.done:
                self.done[id(node)] = (node, self._python(name, node, bound))
            return self.done[id(node)][1]
        if HOST_PREFIX.match(node.name) and not node.name.lower().startswith("_xlfn"):
            raise UncomputableError(f"There is no Python function {name}.")
        if name in ("LET", "LAMBDA"):
            return self._binder(name, node, bound)
        return replace(node, arguments=tuple(self.expression(a, bound) for a in node.arguments))

    def _binder(self, name: str, node: Call, bound: dict[str, Expression | None]) -> Node:
        inner = dict(bound)
        arguments = []
        for index, argument in enumerate(node.arguments):
            last = index == len(node.arguments) - 1
            if not last and (name == "LAMBDA" or index % 2 == 0):
                inner[render(argument).casefold()] = None
                arguments.append(argument)
                continue
            arguments.append(self.expression(argument, inner))
            if not last:
                variable = render(node.arguments[index - 1]).casefold()
                inner[variable] = substituted(argument, inner)
        return replace(node, arguments=tuple(arguments))

    def _python(self, name: str, node: Call, bound: dict[str, Expression | None]) -> Result:
        arguments = tuple(self._argument(a, bound) for a in node.arguments)
        return Result(self.planner.python(PythonCall(self.sheet, self.formula, name, arguments)))

    def _argument(self, nodes: Expression, bound: dict[str, Expression | None]) -> Argument:
        nodes = strip_brackets(substituted(nodes, bound))
        if not nodes:
            return Constant(None)
        nodes = strip_brackets(self.expression(nodes, bound))
        if len(nodes) == 1 and isinstance(nodes[0], Range | Spill | Result):
            return nodes[0]
        written = constant(nodes)
        if written is not None:
            return Constant(written[0])
        number = self.planner.native(self.sheet, self.formula, nodes, argument=True)
        return Computed(number)


def _area(column: str, row: str, last_column: str, last_row: str) -> Area:
    a, b = int(row), column_number(column)
    if not last_column:
        return Area(a, b, a, b)
    c, d = int(last_row), column_number(last_column)
    return Area(min(a, c), min(b, d), max(a, c), max(b, d))


def _reads(expression: Expression) -> list[Place]:
    """The cells whose values an expression needs."""
    found: list[Place] = []
    for node in expression:
        if isinstance(node, Range):
            found.append((node.sheet, node.area))
        elif isinstance(node, Group):
            found += [place for part in node.parts for place in _reads(part)]
        elif isinstance(node, Call) and plain_name(node.name) not in ADDRESS_ONLY:
            found += [place for argument in node.arguments for place in _reads(argument)]
    return found


def _can_be_blank(expression: Expression) -> bool:
    expression = strip_brackets(expression)
    if len(expression) != 1:
        return False
    node = expression[0]
    return isinstance(node, Result) or (
        isinstance(node, Call) and plain_name(node.name) in BLANKS_PASS
    )
