"""Calls that IronCalc computes only in other words."""

from __future__ import annotations

import re
from typing import Final

from addin.headless.formula_text import Call, Expression, Kind, Leaf, Node
from addin.headless.shapes import Shape, Variables, shape
from addin.headless.uncomputable import UncomputableError

FORMAT_PIECE: Final = re.compile(
    r'"[^"]*"|\\.|\[\$([^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\]|[^\x00-\x7f]+|.', re.DOTALL
)
CHINESE_WEEKDAY: Final = re.compile("aaa", re.IGNORECASE)
PAIR: Final = 2
LOOKUP_ARGUMENTS: Final = 6


def rewrite(name: str, call: Call, *, array: bool, variables: Variables) -> Node | None:
    """The same call in words that IronCalc computes; None where it needs none.

    Args:
        name: the function in capitals.
        call: the call with its references resolved.
        array: whether it is computed as an array.
        variables: the sizes of the LET and LAMBDA variables around it.

    Raises:
        UncomputableError: there are no such words.
    """
    if name == "IFS" and array:
        return _nested_ifs(call.arguments)
    if name == "XLOOKUP":
        sizes = [shape(argument, variables) for argument in call.arguments]
        return _index_of_match(call, sizes)
    if name == "TEXT" and len(call.arguments) == PAIR:
        return _text(call)
    return None


def _nested_ifs(arguments: tuple[Expression, ...]) -> Node:
    """IFS as nested IF, which IronCalc computes over arrays."""
    if len(arguments) < PAIR:
        return Leaf(Kind.ERROR, "#N/A")
    return Call("IF", (arguments[0], arguments[1], (_nested_ifs(arguments[PAIR:]),)))


def _index_of_match(call: Call, sizes: list[Shape]) -> Node | None:
    """XLOOKUP that gives a whole row or column of a table, as INDEX and XMATCH."""
    if len(sizes) <= PAIR or sizes[1] is None or sizes[2] is None or min(sizes[2]) == 1:
        return None
    given = [*call.arguments, *[()] * (LOOKUP_ARGUMENTS - len(call.arguments))]
    value, looked_up, table, missing, match_mode, search_mode = given
    exact: Expression = (Leaf(Kind.NUMBER, "0"),)
    forwards: Expression = (Leaf(Kind.NUMBER, "1"),)
    place: Expression = (
        Call("XMATCH", (value, looked_up, match_mode or exact, search_mode or forwards)),
    )
    whole: Expression = (Leaf(Kind.NUMBER, "0"),)
    down = sizes[1][1] == 1
    found = Call("INDEX", (table, place, whole) if down else (table, whole, place))
    if not missing:
        return found
    return Call("IF", ((Call("ISNA", (place,)),), missing, (found,)))


def _text(call: Call) -> Node | None:
    """TEXT with a format in which Chinese characters stand in quotes, as IronCalc needs them."""
    leaf = call.arguments[1][0] if len(call.arguments[1]) == 1 else None
    if not isinstance(leaf, Leaf) or leaf.kind is not Kind.TEXT:
        return None
    code = leaf.text[1:-1].replace('""', '"')
    pieces = []
    for found in FORMAT_PIECE.finditer(code):
        piece = found[0]
        if piece.startswith("[$"):
            piece = found[1] and f'"{found[1]}"'
        elif not piece.isascii() and not piece.startswith(('"', "\\")):
            piece = f'"{piece}"'
        pieces.append(piece)
    plain = "".join(piece for piece in pieces if not piece.startswith('"'))
    if CHINESE_WEEKDAY.search(plain):
        raise UncomputableError("TEXT with a weekday in Chinese (aaa) needs Excel.")
    quoted = "".join(pieces)
    if quoted == code:
        return None
    text = Leaf(Kind.TEXT, '"' + quoted.replace('"', '""') + '"')
    return Call("TEXT", (call.arguments[0], (text,)))
