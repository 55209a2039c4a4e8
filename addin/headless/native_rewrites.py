"""Calls that IronCalc computes only in other words."""

from __future__ import annotations

import re
from typing import Final

from addin.headless.constants import elements
from addin.headless.formula_text import Call, Expression, Group, Kind, Leaf, Node
from addin.headless.shapes import SCALAR, Shape, Variables, shape
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
    if name == "LOOKUP" and len(call.arguments) > 1:
        return _last_not_above(call, shape(call.arguments[1], variables))
    if name == "CHOOSE" and array and call.arguments:
        return _columns_side_by_side(call, variables)
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


def _last_not_above(call: Call, size: Shape) -> Node | None:
    """LOOKUP in an array, also one with errors in it, which IronCalc does not pass over.

    `LOOKUP(2,1/(A1:A9="x"),B1:B9)`, the last match, is the usual case.
    """
    value, looked_up, *results = call.arguments
    if len(looked_up) == 1 and not isinstance(looked_up[0], Group):
        return None
    if size is None or min(size) > 1:
        raise UncomputableError("LOOKUP in an array whose size is not known, or in a table.")
    places: Expression = (
        Call("SEQUENCE", tuple((Leaf(Kind.NUMBER, str(number)),) for number in size)),
    )
    nothing: Expression = (Leaf(Kind.NUMBER, "0"),)
    test: Expression = (
        Group((looked_up,)),
        Leaf(Kind.OPERATOR, "<="),
        Group((value,)),
    )
    counted = Call("IFERROR", ((Call("IF", (test, places, nothing)),), nothing))
    last: Expression = (Call("SUMPRODUCT", ((Call("MAX", ((counted,),)),),)),)
    found = Call("INDEX", (results[0] if results else looked_up, last))
    missing: Expression = (Leaf(Kind.ERROR, "#N/A"),)
    return Call("IF", ((*last, Leaf(Kind.OPERATOR, "="), *nothing), missing, (found,)))


def _columns_side_by_side(call: Call, variables: Variables) -> Node | None:
    """CHOOSE({1,2},…) that puts columns side by side, for VLOOKUP to the left."""
    index, *choices = call.arguments
    sizes = [shape(choice, variables) for choice in choices]
    leaf = index[0] if len(index) == 1 else None
    if not isinstance(leaf, Leaf) or leaf.kind is not Kind.ARRAY or all(s == SCALAR for s in sizes):
        return None
    (numbers, *more) = elements(leaf.text)
    wanted = [number for number in numbers if isinstance(number, float)]
    single_columns = all(size is not None and size[1] == 1 for size in sizes)
    if more or len(wanted) != len(numbers) or not single_columns:
        return None
    if not all(1 <= number <= len(choices) for number in wanted):
        return Leaf(Kind.ERROR, "#VALUE!")
    return Call("HSTACK", tuple(choices[int(number) - 1] for number in wanted))


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
