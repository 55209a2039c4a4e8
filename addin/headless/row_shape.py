"""Which cells and styles a row has where a block is to be written.

Rows of mass data mostly have the shape of the row above them. A shape is learned from one row as a
regular expression that splits others of the same shape around the block at one look.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from addin.headless.references import column_letters
from addin.headless.sheet_data import COLUMNS

USUAL_ROW: Final = re.compile(rb'<row r="\d+"[^>]*(?<!/)>')
USUAL_STYLE: Final = re.compile(rb'<c r="([A-Z]+)\d+"(?: s="(\d+)")?')
# Possessive, since nothing in a cell can be read in two ways.
CONSTANT: Final = (
    r'(?: t="[a-zA-Z]++")?+'
    r"(?:/>|>(?:<v>[^<]*+</v>|<v/>|<is><t[^>]*+>[^<]*+</t></is>)?+</c>)"
)
ANY_CELL: Final = (
    r"[^>]*?(?:/>|>(?:<f[^>]*?(?:/>|>[^<]*</f>))?"
    r"(?:<v>[^<]*</v>|<v/>|<is><t[^>]*>[^<]*</t></is>)?</c>)"
)


@dataclass(frozen=True, slots=True)
class RowShape:
    """The cells of a row around and in a block.

    Attributes:
        pattern: matches a whole row of this shape. Its groups are the row's number, its other
            attributes, and what stands before and after the block's cells.
        styles: the style attribute of each of the block's cells.
        optional: places in the block of unstyled cells that a row may also lack, since what is
            written is the same.
        alone: whether the row has no cells outside the block.
    """

    pattern: re.Pattern[bytes]
    styles: tuple[str, ...]
    optional: tuple[int, ...]
    alone: bool


def shape_of(
    raw: bytes, first_column: int, last_column: int, new_styles: Sequence[str]
) -> RowShape | None:
    """The shape of a row's bytes; None if its XML is not as usual or the block holds formulas.

    Args:
        raw: the row.
        first_column: where the block begins.
        last_column: where it ends.
        new_styles: the style attributes that the block's cells get where the row lacks them.
    """
    found = USUAL_STYLE.findall(raw)
    if USUAL_ROW.match(raw) is None or len(found) != raw.count(b"<c"):
        return None
    cells = [(COLUMNS[letters], letters.decode(), style.decode()) for letters, style in found]
    columns = [column for column, _, _ in cells]
    if columns != sorted(set(columns)):
        return None
    left = [letters for column, letters, _ in cells if column < first_column]
    right = [letters for column, letters, _ in cells if column > last_column]
    given = {column: f' s="{style}"' if style else "" for column, _, style in cells}
    styles = tuple(given.get(c, new) for c, new in enumerate(new_styles, first_column))
    optional = tuple(
        place
        for place, (style, new_style) in enumerate(zip(styles, new_styles, strict=True))
        if not style and not new_style
    )
    block = [
        (column_letters(column), style, "?+" if place in optional else "")
        for place, (column, style) in enumerate(enumerate(styles, first_column))
        if column in given or place in optional
    ]
    pattern = _pattern(left, block, right)
    if pattern.match(raw) is None:
        return None
    return RowShape(pattern, styles, optional, alone=not left and not right)


def _pattern(
    left: Sequence[str], block: Sequence[tuple[str, str, str]], right: Sequence[str]
) -> re.Pattern[bytes]:
    before = "".join(f'<c r="{letters}[0-9]+"{ANY_CELL}' for letters in left)
    cells = "".join(
        f'(?:<c r="{letters}[0-9]++"{style}{CONSTANT}){times}' for letters, style, times in block
    )
    after = f'(<c r="{right[0]}[0-9].*?)' if right else "()"
    row = f'<row r="([0-9]+)"([^>]*)(?<!/)>({before}){cells}{after}</row>'
    return re.compile(row.encode(), re.DOTALL)
