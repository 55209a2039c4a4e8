"""Array formulas that Excel's FormulaArray does not take at once: it takes 255 characters.

Excel's own Replace has no such limit for what stands in the cells. So a shorter formula goes in
first, with a number in place of each long argument, and the arguments follow one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from addin.headless.formula_text import Call, Expression, Group, Kind, Leaf, Node, parse, render

LONGEST: Final = 255
_FIRST_TOKEN: Final = 987_654_001


def split(formula: str) -> tuple[str, list[tuple[str, str]]]:
    """A formula short enough for Excel, and what to put into it afterwards.

    Args:
        formula: with the equals sign.

    Returns:
        The short formula, and pairs of a number in it and the argument that belongs there, in the
        order in which to replace them. A short formula is itself; one whose arguments are all
        short or far too long stays as long as it can be made, and Excel will refuse it.

    Example:
        >>> split("=CR_GRADE(B2:B9)")
        ('=CR_GRADE(B2:B9)', [])
    """
    if len(formula) <= LONGEST:
        return formula, []
    tree, later = parse(formula), []
    token = _FIRST_TOKEN
    while len(render(tree)) >= LONGEST:
        texts = [text for text in map(render, _arguments(tree)) if len(text) <= LONGEST]
        longest = max(texts, key=len, default="")
        while str(token) in formula:
            token += 1
        if len(longest) <= len(str(token)):
            break
        tree = _replaced(tree, longest, Leaf(Kind.NUMBER, str(token)))
        later.append((str(token), longest))
        token += 1
    return "=" + render(tree), later[::-1]


def _arguments(expression: Expression) -> Iterator[Expression]:
    """Every argument of every call."""
    for node in expression:
        inner = node.arguments if isinstance(node, Call) else _parts(node)
        if isinstance(node, Call):
            yield from inner
        for one in inner:
            yield from _arguments(one)


def _parts(node: Node) -> tuple[Expression, ...]:
    return node.parts if isinstance(node, Group) else ()


def _replaced(expression: Expression, text: str, by: Leaf) -> Expression:
    """The expression with every argument of a text replaced."""

    def changed(node: Node) -> Node:
        if isinstance(node, Call):
            new = ((by,) if render(a) == text else tuple(map(changed, a)) for a in node.arguments)
            return replace(node, arguments=tuple(new))
        if isinstance(node, Group):
            return Group(tuple(tuple(map(changed, part)) for part in node.parts))
        return node

    return tuple(map(changed, expression))
