"""Several values in one cell, with semicolons between: ``loan; card``.

Quotes keep a value that holds a semicolon, or would otherwise be read as something else, whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_ITEM: Final = re.compile(r'\s*(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^;；]*?))\s*(?:[;；]|$)')
_ODD: Final = re.compile(r'[;；"]')


def split_list(cell: str) -> list[tuple[str, bool]]:
    """The values in a cell, and whether each stood in quotes."""
    found = []
    for match in _ITEM.finditer(cell):
        if match["quoted"] is not None:
            found.append((match["quoted"].replace('""', '"'), True))
        elif match["plain"]:
            found.append((match["plain"], False))
    return found


def joined_list(values: Iterable[str], reserved: Iterable[str] = ()) -> str:
    """Values as they go into a cell, to be split again as they were.

    Args:
        values: the values.
        reserved: words that mean something else where they stand without quotes.
    """
    words = frozenset(reserved)
    return "; ".join(
        '"' + value.replace('"', '""') + '"'
        if _ODD.search(value) or value.casefold() in words
        else value
        for value in values
    )
