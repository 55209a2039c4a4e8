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
CONSTANT: Final = (
    r'(?: t="[a-zA-Z]+")?(?:/>|>(?:<v>[^<]*</v>|<v/>|<is><t[^>]*>[^<]*</t></is>)?</c>)'
)
ANY_CELL: Final = (
    r"[^>]*?(?:/>|>(?:<f[^>]*?(?:/>|>[^<]*</f>))?"
    r"(?:<v>[^<]*</v>|<v/>|<is><t[^>]*>[^<]*</t></is>)?</c>)"
)


@dataclass(frozen=True, slots=True)
class RowShape:
    """The cells of a row around and in a block.

    Attributes:
        pattern: matches a row of this shape up to the end of the block's cells; its group is what
            stands before them.
        styles: the style attribute of each of the block's cells; None for a cell the row lacks.
        grows: whether the block adds cells to the row.
    """

    pattern: re.Pattern[bytes]
    styles: tuple[str | None, ...]
    grows: bool


def shape_of(raw: bytes, first_column: int, last_column: int) -> RowShape | None:
    """The shape of a row's bytes; None if its XML is not as usual or the block holds formulas."""
    found = USUAL_STYLE.findall(raw)
    if USUAL_ROW.match(raw) is None or len(found) != raw.count(b"<c"):
        return None
    cells = [(COLUMNS[letters], letters.decode(), style.decode()) for letters, style in found]
    columns = [column for column, _, _ in cells]
    if columns != sorted(set(columns)):
        return None
    left = [letters for column, letters, _ in cells if column < first_column]
    right = [letters for column, letters, _ in cells if column > last_column]
    inside = {
        column: f' s="{style}"' if style else ""
        for column, _, style in cells
        if first_column <= column <= last_column
    }
    styles = tuple(inside.get(column) for column in range(first_column, last_column + 1))
    pattern = _pattern(left, inside, right)
    return RowShape(pattern, styles, None in styles) if pattern.match(raw) else None


def _pattern(
    left: Sequence[str], inside: dict[int, str], right: Sequence[str]
) -> re.Pattern[bytes]:
    before = "".join(f'<c r="{letters}[0-9]+"{ANY_CELL}' for letters in left)
    block = "".join(
        f'<c r="{column_letters(column)}[0-9]+"{style}{CONSTANT}'
        for column, style in inside.items()
    )
    after = f'<c r="{right[0]}[0-9]' if right else "</row>"
    return re.compile(f'(<row r="[0-9]+"[^>]*>{before}){block}(?={after})'.encode())
