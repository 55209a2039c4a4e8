"""What kind of cells a function gives, which decides how LibreOffice must be given them.

Calc compares a text only with texts that it has made itself. Texts among mixed cells that an add-in
hands over are not of these: ``=B2="A"`` is FALSE though B2 shows A, and COUNTIF finds nothing. Texts
in a result of texts alone are. So a function whose values are texts is declared as one that gives
nothing but texts. (It cannot tell call by call: LibreOffice's Python hands rows over in the type
that the method declares, and in none that Calc takes where that is ``any``.)
"""

from __future__ import annotations

from functools import cache
from typing import Final

import udfs
from udfs.catalogue import Function, is_row_argument
from udfs.errors import CellError
from udfs.examples import parse_call, parse_result

_VALUE: Final = ("value", "值", "")


@cache
def gives_texts(name: str) -> bool:
    """Whether a function's values are texts, one per row."""
    function = udfs.FUNCTIONS[name]
    by_row = any(map(is_row_argument, function.arguments))
    return by_row and _kinds(function) == {str}


def _kinds(function: Function) -> set[type]:
    """The kinds of cells in the results that the help's examples promise, as values."""
    found = set()
    for example in function.help["en"].examples:
        call, _, result = example.partition(" -> ")
        if _asks_for_values(function, parse_call(call)[1]):
            found |= {type(cell) for row in parse_result(result) for cell in row}
    return found - {type(None), CellError}


def _asks_for_values(function: Function, cells: list[object]) -> bool:
    names = [argument.name for argument in function.arguments]
    if "out" not in names or names.index("out") >= len(cells):
        return True
    return cells[names.index("out")] in (None, *_VALUE)
