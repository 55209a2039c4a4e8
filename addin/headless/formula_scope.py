"""What the words of a formula mean in a workbook: sheets, names, tables, bound variables."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from addin.headless.formula_text import (
    Call,
    Expression,
    Group,
    Kind,
    Leaf,
    Node,
    Range,
    Spill,
    parse,
    plain_name,
    strip_brackets,
    walk,
)
from addin.headless.native_functions import BINDERS
from addin.headless.references import Area
from addin.headless.structured_references import locate
from addin.headless.tables import Table
from addin.headless.uncomputable import UncomputableError
from addin.headless.workbook import Workbook

MOST_NESTED: Final = 20
FIXED: Final = re.compile(r"(?:\$[A-Za-z]{1,3})?(?:\$\d+)?\Z")
HIDDEN: Final = re.compile(rb"<[^>]*\shidden\s*=\s*[\"'](?:1|true)[\"']")
BOUND: Final = re.compile(r"_xlpm\.", re.IGNORECASE)
area_of = lru_cache(maxsize=65536)(Area.parse)


class Scope:
    """The sheets, names and tables of a workbook, to look words of formulas up in.

    Attributes:
        sheets: sheet names by their name in small letters.
        tables: tables by their name in small letters.
    """

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._hidden: dict[str, list[int]] = {}
        self.sheets = {sheet.name.casefold(): sheet.name for sheet in workbook.sheets}
        self.tables: dict[str, Table] = {t.name.casefold(): t for t in workbook.tables}
        self._names: dict[tuple[str | None, str], str] = {}
        for name in workbook.names:
            key = name.sheet.casefold() if name.sheet is not None else None
            self._names[key, name.name.casefold()] = name.text
        self._meanings: dict[tuple[str | None, str], Expression] = {}

    def resolve(self, expression: Expression, sheet: str, row: int, column: int) -> Expression:
        """The tree with every reference, table reference and name put in its place.

        Args:
            expression: a parsed formula.
            sheet: the sheet of the formula's cell.
            row: its row.
            column: its column.

        Raises:
            UncomputableError: a word that means nothing here or that cannot be computed.
        """
        return _Resolver(self, sheet, row, column).expression(expression, frozenset())

    def sheet(self, name: str) -> str:
        """A sheet's name as on its tab.

        Raises:
            UncomputableError: it is in another workbook, spans sheets, or does not exist.
        """
        found = self.sheets.get(name.casefold())
        if found is not None:
            return found
        if "[" in name:
            raise UncomputableError("The formula refers to another workbook.")
        if ":" in name:
            raise UncomputableError("The formula refers to the same cell on several sheets.")
        raise UncomputableError(f"There is no sheet {name!r} in the workbook.")

    def hides_rows(self, sheet: str, area: Area) -> bool:
        """Whether a filter or the user hides some of an area's rows."""
        if sheet not in self._hidden:
            rows = self._workbook.sheet(sheet).data.rows_with(b"hidden=")
            self._hidden[sheet] = [number for number, raw in rows if HIDDEN.match(raw)]
        return any(area.first_row <= row <= area.last_row for row in self._hidden[sheet])

    def name(self, name: str, sheet: str | None, home: str, nested: int) -> Expression | None:
        """What a defined name stands for; None if there is no such name or table."""
        word = name.casefold()
        for scope in (sheet or home, None):
            key = (scope.casefold() if scope else None, word)
            if key in self._meanings:
                return self._meanings[key]
            if key in self._names:
                if nested > MOST_NESTED:
                    raise UncomputableError(f"The name {name!r} refers to itself.")
                meaning = self._meaning(name, self._names[key], home, nested)
                self._meanings[key] = meaning
                return meaning
        table = self.tables.get(word)
        return (Range(table.sheet, table.body),) if table else None

    def _meaning(self, name: str, text: str, home: str, nested: int) -> Expression:
        parsed = parse(text)
        for node in walk(parsed):
            if isinstance(node, Leaf) and node.kind is Kind.REFERENCE and _relative(node.text):
                raise UncomputableError(
                    f"The name {name!r} refers to cells relative to where it is used."
                )
        return _Resolver(self, home, 0, 0, nested + 1).expression(parsed, frozenset())


def _relative(reference: str) -> bool:
    return not all(FIXED.match(corner) for corner in reference.split(":"))


class _Resolver:
    def __init__(self, scope: Scope, sheet: str, row: int, column: int, nested: int = 0) -> None:
        self.scope = scope
        self.home = sheet
        self.row = row
        self.column = column
        self.nested = nested

    def expression(self, nodes: Expression, bound: frozenset[str]) -> Expression:
        done: list[Node] = []
        position = 0
        while position < len(nodes):
            node = nodes[position]
            following = nodes[position + 1] if position + 1 < len(nodes) else None
            if isinstance(node, Leaf):
                if node.kind is Kind.OPERATOR and node.text == "#":
                    self._make_spill(done)
                elif node.kind is Kind.OPERATOR and node.text == ":":
                    raise UncomputableError(
                        "The formula builds a range with ':' from something else than cells."
                    )
                elif node.kind is Kind.OPERATOR and node.text == "@" and following is not None:
                    done.append(self._call(Call("SINGLE", ((following,),)), bound))
                    position += 1
                elif node.kind is Kind.INTERSECTION and following is not None:
                    right = self.expression((following,), bound)
                    done.append(_intersection(done.pop(), right))
                    position += 1
                else:
                    done.extend(self._leaf(node, bound))
            elif isinstance(node, Call):
                done.append(self._call(node, bound))
            elif isinstance(node, Group):
                parts = tuple(self.expression(part, bound) for part in node.parts)
                if len(parts) > 1:
                    raise UncomputableError("The formula joins ranges to a union in brackets.")
                done.append(Group(parts))
            else:
                done.append(node)
            position += 1
        return tuple(done)

    @staticmethod
    def _make_spill(done: list[Node]) -> None:
        last = done.pop() if done else None
        if not isinstance(last, Range) or last.area.rows * last.area.columns != 1:
            raise UncomputableError("'#' stands behind something else than a cell.")
        done.append(Spill(last.sheet, last.area.first_row, last.area.first_column))

    def _leaf(self, leaf: Leaf, bound: frozenset[str]) -> Expression:
        if leaf.kind is Kind.REFERENCE:
            sheet = self.home if leaf.sheet is None else self.scope.sheet(leaf.sheet)
            try:
                return (Range(sheet, area_of(leaf.text)),)
            except ValueError as error:
                raise UncomputableError(str(error)) from None
        if leaf.kind is Kind.TABLE:
            found = locate(leaf.text, self.scope.tables, self.home, self.row, self.column)
            return (Range(*found),)
        if leaf.kind is Kind.NAME:
            return self._name(leaf, bound)
        return (leaf,)

    def _name(self, leaf: Leaf, bound: frozenset[str]) -> Expression:
        plain = BOUND.sub("", leaf.text)
        if leaf.sheet is None and plain.casefold() in bound:
            return (Leaf(Kind.NAME, plain),)
        if leaf.sheet is not None and "[" in leaf.sheet:
            raise UncomputableError("The formula refers to another workbook.")
        meaning = self.scope.name(leaf.text, leaf.sheet, self.home, self.nested)
        if meaning is None:
            return (replace(leaf, sheet=None),)
        if len(meaning) == 1 and isinstance(meaning[0], Range):
            return meaning
        return (Group((meaning,)),)

    def _call(self, call: Call, bound: frozenset[str]) -> Node:
        name = plain_name(call.name)
        inner = bound | _bound_by(name, call.arguments)
        arguments = tuple(self.expression(argument, inner) for argument in call.arguments)
        if name == "ANCHORARRAY" and len(arguments) == 1:
            done = list(arguments[0])
            self._make_spill(done)
            return done[-1]
        if name == "INDIRECT" and len(arguments) == 1:
            return self._written_out(arguments[0]) or Call(call.name, arguments)
        return Call(call.name, arguments)

    def _written_out(self, argument: Expression) -> Node | None:
        """What INDIRECT refers to, where its text is written out in the formula."""
        leaf = argument[0] if len(argument) == 1 else None
        if not isinstance(leaf, Leaf) or leaf.kind is not Kind.TEXT:
            return None
        try:
            meant = self.expression(parse(leaf.text[1:-1].replace('""', '"')), frozenset())
        except UncomputableError:
            return Leaf(Kind.ERROR, "#REF!")
        meant = strip_brackets(meant)
        is_reference = len(meant) == 1 and isinstance(meant[0], Range | Spill)
        return meant[0] if is_reference else Leaf(Kind.ERROR, "#REF!")


def _bound_by(name: str, arguments: tuple[Expression, ...]) -> frozenset[str]:
    """The variables that a LET or LAMBDA brings in."""
    if name not in BINDERS:
        return frozenset()
    candidates = arguments[:-1:2] if name == "LET" else arguments[:-1]
    words = set()
    for candidate in candidates:
        if len(candidate) == 1:
            leaf = candidate[0]
            if isinstance(leaf, Leaf) and leaf.kind is Kind.NAME:
                words.add(BOUND.sub("", leaf.text).casefold())
    return frozenset(words)


def _intersection(left: Node, right: Expression) -> Node:
    if not isinstance(left, Range) or len(right) != 1 or not isinstance(right[0], Range):
        raise UncomputableError("The formula intersects something else than ranges.")
    other = right[0]
    if left.sheet != other.sheet or not left.area.intersects(other.area):
        return Leaf(Kind.ERROR, "#NULL!")
    a, b = left.area, other.area
    return Range(
        left.sheet,
        Area(
            max(a.first_row, b.first_row),
            max(a.first_column, b.first_column),
            min(a.last_row, b.last_row),
            min(a.last_column, b.last_column),
        ),
    )
