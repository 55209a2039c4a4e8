"""Formula text to a small tree and back: references, names, tables, constants, calls, brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Final

from addin.headless.references import MAX_COLUMN, MAX_ROW, Area, column_letters
from addin.headless.uncomputable import UncomputableError


class Kind(Enum):
    """What a leaf of the tree is."""

    NUMBER = "number"
    TEXT = "text"
    LOGICAL = "logical"
    ERROR = "error"
    ARRAY = "array constant"
    REFERENCE = "reference"
    TABLE = "table reference"
    NAME = "name"
    OPERATOR = "operator"
    INTERSECTION = "intersection"


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """One token: its kind and its text, a reference or a name without its sheet.

    Attributes:
        kind: what it is.
        text: as written.
        sheet: what stands before the `!`, quotes taken off; None where there is none.
    """

    kind: Kind
    text: str
    sheet: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A function call; the name as stored, with any prefix."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Round brackets; more than one part is a union of references."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """A reference whose sheet and cells are known; takes the place of leaves in the tree."""

    sheet: str
    area: Area


@dataclass(frozen=True, slots=True)
class Spill:
    """What the dynamic formula in a cell spills over: `A1#`."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a Python call, by the call's number."""

    number: int


Node = Leaf | Call | Group | Range | Spill | Result
Expression = tuple[Node, ...]

TEXT: Final = r'"(?:[^"]|"")*"'
ERROR: Final = (
    r"\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!|FIELD!|BLOCKED!"
    r"|CONNECT!|BUSY!|UNKNOWN!|EXTERNAL!)"
)
WORD: Final = r"[^\W\d][\w.?\\]*"
SHEET: Final = (
    r"'(?:[^']|'')*'!|\[[^\]]*\](?:[\w.]+(?::[\w.]+)?)?!|[\w.\u3000-\uffff]+(?::[\w.]+)?!"
)
CELL: Final = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
RANGE: Final = (
    rf"{CELL}(?::{CELL})?"
    r"|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}"
    r"|\$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6}"
)
BRACKETS: Final = r"\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]"

TOKEN: Final = re.compile(
    rf"""(?P<text>{TEXT})
    |(?P<array>\{{(?:[^"{{}}]|{TEXT})*\}})
    |(?P<function>(?:'(?:[^']|'')*'!|\[[^\]]*\]!|[\w.]+!)?(?:{WORD}|\\)\()
    |(?P<sheet>{SHEET})?(?:(?P<error>{ERROR})|(?P<range>{RANGE})(?![\w.(\[?\\]))
    |(?P<name_sheet>{SHEET})?(?P<name>(?:{WORD}|\\)(?![\w.?\\\[]))
    |(?P<table>(?:{WORD})?{BRACKETS})
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<operator><=|>=|<>|[-+*/^&=<>%@:\#])
    |(?P<comma>,)|(?P<open>\()|(?P<close>\))
    |(?P<space>\s+)""",
    re.VERBOSE,
)

LEAVES: Final = {
    "text": Kind.TEXT,
    "array": Kind.ARRAY,
    "table": Kind.TABLE,
    "number": Kind.NUMBER,
    "operator": Kind.OPERATOR,
}
LOGICALS: Final = ("TRUE", "FALSE")
OPERAND_KINDS: Final = (Kind.REFERENCE, Kind.NAME, Kind.TABLE)


def parse(text: str) -> Expression:
    """The tree of a formula's text, with or without the leading `=`.

    Args:
        text: as stored in a file: English function names, commas between arguments.

    Returns:
        The nodes of the outermost expression, operators among them.

    Raises:
        UncomputableError: the text is no formula.

    Example:
        >>> call, = parse("SUM(A1:A9,2)")
        >>> call.name, len(call.arguments)
        ('SUM', 2)
    """
    text = text.strip().removeprefix("=")
    reader = _Reader()
    position = 0
    while position < len(text):
        found = TOKEN.match(text, position)
        if found is None:
            shown = text[position : position + 20]
            raise UncomputableError(f"The formula cannot be read from {shown!r} on.")
        position = found.end()
        reader.take(found.lastgroup or "", found)
    return reader.finish()


class _Reader:
    """Takes tokens one by one and keeps the brackets that are open."""

    def __init__(self) -> None:
        self.stack = [_Open(None)]
        self.spaced = False

    def take(self, kind: str, found: re.Match[str]) -> None:
        if kind == "space":
            self.spaced = True
            return
        top = self.stack[-1]
        if self.spaced and _operand_ends(top.nodes) and kind not in ("operator", "comma", "close"):
            top.nodes.append(Leaf(Kind.INTERSECTION, " "))
        self.spaced = False
        if kind in ("function", "open"):
            self.stack.append(_Open(found["function"][:-1] if kind == "function" else None))
        elif kind in ("comma", "close"):
            if len(self.stack) == 1:
                raise UncomputableError("The formula has a comma or a bracket where none belongs.")
            if kind == "comma":
                top.close_part()
            else:
                self.stack.pop()
                self.stack[-1].nodes.append(top.node())
        else:
            top.nodes.append(_leaf(kind, found))

    def finish(self) -> Expression:
        if len(self.stack) > 1:
            raise UncomputableError("The formula has an opening bracket too many.")
        return tuple(self.stack[0].nodes)


class _Open:
    """A bracket that is still open."""

    __slots__ = ("function", "nodes", "parts")

    def __init__(self, function: str | None) -> None:
        self.function = function
        self.nodes: list[Node] = []
        self.parts: list[Expression] = []

    def close_part(self) -> None:
        self.parts.append(tuple(self.nodes))
        self.nodes = []

    def node(self) -> Node:
        if self.function is not None and not self.parts and not self.nodes:
            return Call(self.function, ())
        self.close_part()
        if self.function is None:
            return Group(tuple(self.parts))
        return Call(self.function, tuple(self.parts))


def _operand_ends(nodes: list[Node]) -> bool:
    return bool(nodes) and (not isinstance(nodes[-1], Leaf) or nodes[-1].kind in OPERAND_KINDS)


def _leaf(kind: str, found: re.Match[str]) -> Leaf:
    if kind in LEAVES:
        return Leaf(LEAVES[kind], found[kind])
    if kind == "name":
        name, sheet = found["name"], found["name_sheet"]
        if sheet is None and name.upper() in LOGICALS:
            return Leaf(Kind.LOGICAL, name.upper())
        return Leaf(Kind.NAME, name, unquote(sheet))
    if kind == "error":
        return Leaf(Kind.ERROR, found["error"])
    return Leaf(Kind.REFERENCE, found["range"], unquote(found["sheet"]))


@lru_cache(maxsize=1024)
def unquote(sheet: str | None) -> str | None:
    """A sheet's name from what stands before a reference: `'It''s'!` is `It's`."""
    if sheet is None:
        return None
    sheet = sheet.removesuffix("!")
    if sheet.startswith("'"):
        return sheet[1:-1].replace("''", "'")
    return sheet


@lru_cache(maxsize=1024)
def quote(sheet: str) -> str:
    """A sheet's name as it stands before a reference, always in quotes: `'It''s'!`."""
    return "'" + sheet.replace("'", "''") + "'!"


def render(expression: Expression) -> str:
    """The text of a tree, without `=`.

    Example:
        >>> render(parse("=IF( A1>5 ,'Q 1'!B2,,{1;2})"))
        "IF(A1>5,'Q 1'!B2,,{1;2})"
    """
    return "".join(map(_render, expression))


def _render(node: Node) -> str:
    if isinstance(node, Leaf):
        return node.text if node.sheet is None else quote(node.sheet) + node.text
    if isinstance(node, Call):
        return f"{node.name}({','.join(map(render, node.arguments))})"
    if isinstance(node, Group):
        return f"({','.join(map(render, node.parts))})"
    if isinstance(node, Range):
        return quote(node.sheet) + area_text(node.area)
    raise TypeError(f"{node} has no text before it is computed.")


def area_text(area: Area) -> str:
    """The text of an area; whole columns and rows as `A:C` and `1:3`."""
    if area.first_row == 1 and area.last_row == MAX_ROW:
        return f"{column_letters(area.first_column)}:{column_letters(area.last_column)}"
    if area.first_column == 1 and area.last_column == MAX_COLUMN:
        return f"{area.first_row}:{area.last_row}"
    return str(area)


def walk(expression: Expression) -> Iterator[Node]:
    """Every node of a tree, outer ones first."""
    for node in expression:
        yield node
        if isinstance(node, Call):
            for argument in node.arguments:
                yield from walk(argument)
        elif isinstance(node, Group):
            for part in node.parts:
                yield from walk(part)


PREFIX: Final = re.compile(
    r"(?:.*!)?(?P<prefix>(?:_xlfn\.|_xlws\.|_xll\.|_xlpm\.|_xludf\.|_xldudf_)*)", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A function's name in capitals without what hosts put before it.

    Example:
        >>> [plain_name(n) for n in ("_xldudf_CR_PD", "[1]!CR_PD", "_xlfn._xlws.SORT", "_xll.cr_pd")]
        ['CR_PD', 'CR_PD', 'SORT', 'CR_PD']
    """
    found = PREFIX.match(name)
    return (name[found.end() :] if found else name).upper()


def strip_brackets(expression: Expression) -> Expression:
    """The expression without brackets around the whole of it."""
    while len(expression) == 1 and isinstance(expression[0], Group):
        group = expression[0]
        if len(group.parts) != 1:
            break
        expression = group.parts[0]
    return expression


def substituted(nodes: Expression, bound: dict[str, Expression | None]) -> Expression:
    """The expression with LET variables replaced by what they stand for.

    Raises:
        UncomputableError: a variable of LAMBDA, which stands for something else in each call.
    """
    if not bound:
        return nodes
    done: list[Node] = []
    for node in nodes:
        if isinstance(node, Leaf) and node.kind is Kind.NAME and node.text.casefold() in bound:
            meaning = bound[node.text.casefold()]
            if meaning is None:
                raise UncomputableError(
                    f"A Python function takes {node.text!r}, which LAMBDA sets anew for each call."
                )
            done.append(Group((meaning,)))
        elif isinstance(node, Call):
            done.append(
                replace(node, arguments=tuple(substituted(a, bound) for a in node.arguments))
            )
        elif isinstance(node, Group):
            done.append(Group(tuple(substituted(part, bound) for part in node.parts)))
        else:
            done.append(node)
    return tuple(done)
