"""Formulas that turned into links to an add-in's file, made plain again.

Excel writes ='/folder/creditcells.xlam'!CR_GRADE(B2), or [1]!CR_GRADE(B2), where a workbook was saved
while the add-in stood elsewhere or was missing; other hosts leave prefixes of their own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import xlwings

from addin.workbook_tools.places import host_of
from udfs.catalogue import FUNCTIONS

_LINKED: Final = re.compile(
    r"(?:'[^']*?\.xla[m]?'!|'?\[[^\]]*\][^'!\s(]*'?!|_xldudf_|_xll\.|(?<![\w.])creditcells\.xlam!)"
    r"(?=(?P<name>CR_[A-Z0-9]+)\s*\()",
    re.IGNORECASE,
)


def relinked(formula: str) -> str:
    """A formula with plain names of our functions.

    Example:
        >>> relinked("='/li/creditcells.xlam'!CR_GRADE(B2)+[1]!CR_PD2GRADE(C2)")
        '=CR_GRADE(B2)+CR_PD2GRADE(C2)'
    """

    def plain(found: re.Match[str]) -> str:
        return "" if found["name"].upper() in FUNCTIONS else found[0]

    parts = re.split(r'("(?:[^"]|"")*")', formula)
    return "".join(part if part.startswith('"') else _LINKED.sub(plain, part) for part in parts)


def relink(book: xlwings.Book) -> int:
    """Make the names of our functions plain in every formula of a workbook.

    Args:
        book: a workbook, in Excel or in a file; it is neither computed nor saved.

    Returns:
        How many formulas changed.
    """
    host = host_of(book)
    changed = 0
    for place in list(host.places(lambda formula: relinked(formula) != formula)):
        host.put(replace(place, formula=relinked(place.formula)))
        changed += 1
    return changed
