"""The rules of good formulas that their text alone can break.

* **long**: a formula fits on one line: at most ``LONGEST`` characters and no line break.
* **nested**: an IF stands at most ``DEEPEST_IF`` deep.
* **volatile**: nothing recalculates without a change.
* **unknown**: every CR_ function is one of ours.
* **threshold**: a number that decides stands in a policy cell, not in a formula. A number decides
  where it is compared with something (also in the criterion of COUNTIF and its like), where it
  is a floor or a cap in MIN or MAX, and in a constant list that is looked up. Numbers that only
  count or change units are no thresholds: ``UNITS``; nor is what is compared with a row, a
  length or a part of a date, nor the number of arguments in ``COUNT(A1,B1)=2``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeGuard

import udfs
from addin.headless.formula_text import (
    Call,
    Expression,
    Group,
    Kind,
    Leaf,
    Node,
    parse,
    plain_name,
    strip_brackets,
    walk,
)
from addin.headless.uncomputable import UncomputableError

VOLATILE: Final = frozenset(
    {"NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "OFFSET", "INDIRECT", "CELL", "INFO"}
)
DEEPEST_IF: Final = 2
LONGEST: Final = 255
"""Characters: what the formula bar of a wide screen shows in one line."""
UNITS: Final = frozenset({0.0, 1.0, 12.0, 100.0, 360.0, 365.0, 366.0, 1000.0, 10000.0})
"""Nothing, one, months, percent, days of a year, thousands and ten thousands."""
_COMPARISONS: Final = frozenset({"<", ">", "<=", ">=", "=", "<>"})
_CRITERIA: Final = frozenset(
    {"COUNTIF", "COUNTIFS", "SUMIF", "SUMIFS", "AVERAGEIF", "AVERAGEIFS", "MAXIFS", "MINIFS"}
)
_BOUNDS: Final = frozenset({"MIN", "MAX", "MEDIAN"})
_LOOKUPS: Final = frozenset({"LOOKUP", "VLOOKUP", "HLOOKUP", "XLOOKUP", "MATCH", "XMATCH"})
_COUNTED: Final = frozenset(
    {"ROW", "ROWS", "COLUMN", "COLUMNS", "LEN", "MATCH", "MOD", "YEAR", "MONTH", "DAY", "WEEKDAY"}
)
_FILLED: Final = frozenset({"COUNT", "COUNTA"})
_CRITERION: Final = re.compile(r'"(?:[<>=]{1,2})?(-?\d+(?:\.\d+)?)%?"')
_NUMBER: Final = re.compile(r'(?:"(?:[^"]|"")*")|(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)')


def text_faults(text: str, *, is_policy: bool = False) -> Iterator[tuple[str, str]]:
    """The rules that a formula's text breaks, each with what it is about.

    Args:
        text: the formula without ``=``.
        is_policy: whether it stands on a policy sheet, where thresholds belong.
    """
    if len(text) > LONGEST or "\n" in text:
        yield "long", ""
    try:
        tree = parse(text)
    except UncomputableError:
        return  # the calculation reports it with its reason
    for node in walk(tree):
        if isinstance(node, Call):
            yield from _call_faults(plain_name(node.name))
    if _if_depth(tree) > DEEPEST_IF:
        yield "nested", ""
    if not is_policy:
        for number in dict.fromkeys(thresholds(tree)):
            yield "threshold", number


def _call_faults(name: str) -> Iterator[tuple[str, str]]:
    if name in VOLATILE:
        yield "volatile", name
    if name.startswith("CR_") and name not in udfs.FUNCTIONS:
        yield "unknown", name


def _if_depth(expression: Expression) -> int:
    deepest = 0
    for node in walk(expression):
        if isinstance(node, Call) and plain_name(node.name) == "IF":
            inner = max((_if_depth(argument) for argument in node.arguments), default=0)
            deepest = max(deepest, 1 + inner)
    return deepest


def thresholds(expression: Expression) -> Iterator[str]:
    """The numbers in a formula that decide something, as written."""
    yield from _compared(expression)
    for node in expression:
        if isinstance(node, Call):
            yield from _decisive_arguments(node)
            for argument in node.arguments:
                yield from thresholds(argument)
        elif isinstance(node, Group):
            for part in node.parts:
                yield from thresholds(part)


def _compared(expression: Expression) -> Iterator[str]:
    """Numbers on either side of a comparison, in brackets and sums too."""
    if not any(_is_comparison(node) for node in expression) or _counts(expression):
        return
    complete = {
        float(len(node.arguments))
        for node in expression
        if isinstance(node, Call) and plain_name(node.name) in _FILLED
    }
    for node in _level(expression):
        if _is_decisive(node) and float(node.text) not in complete:
            yield node.text


def _is_comparison(node: Node) -> bool:
    return isinstance(node, Leaf) and node.kind is Kind.OPERATOR and node.text in _COMPARISONS


def _counts(expression: Expression) -> bool:
    return any(isinstance(node, Call) and plain_name(node.name) in _COUNTED for node in expression)


def _level(expression: Expression) -> Iterator[Node]:
    """The nodes of an expression and of its brackets, but not of calls."""
    for node in expression:
        if isinstance(node, Group):
            for part in node.parts:
                yield from _level(part)
        else:
            yield node


def _is_decisive(node: Node) -> TypeGuard[Leaf]:
    return isinstance(node, Leaf) and node.kind is Kind.NUMBER and float(node.text) not in UNITS


def _decisive_arguments(call: Call) -> Iterator[str]:
    name = plain_name(call.name)
    for argument in call.arguments:
        if name in _CRITERIA:
            yield from _criterion(argument)
        elif name in _BOUNDS:
            yield from _bound(strip_brackets(argument))
        elif name in _LOOKUPS:
            yield from (
                node.text
                for node in argument
                if isinstance(node, Leaf) and _is_list_of_numbers(node)
            )


def _bound(argument: Expression) -> Iterator[str]:
    """The argument where it is a plain number, its sign aside."""
    signs, number = argument[:-1], argument[-1:]
    if all(isinstance(node, Leaf) and node.kind is Kind.OPERATOR for node in signs):
        yield from (node.text for node in number if _is_decisive(node))


def _is_list_of_numbers(leaf: Leaf) -> bool:
    if leaf.kind is not Kind.ARRAY:
        return False
    return any(number and float(number) not in UNITS for number in _NUMBER.findall(leaf.text))


def _criterion(argument: Expression) -> Iterator[str]:
    for node in argument:
        if isinstance(node, Leaf) and node.kind is Kind.TEXT:
            found = _CRITERION.fullmatch(node.text)
            if found is not None and abs(float(found[1])) not in UNITS:
                yield node.text
        elif len(argument) > 1 and _is_decisive(node):
            yield node.text
