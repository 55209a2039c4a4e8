"""Colours of cells that name a warning or a loan class, in either language.

They differ in lightness, so that a grey print still tells them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from openpyxl.utils import get_column_letter

from udfs import tables
from workbook_templates.blocks import Box
from workbook_templates.conditions import colour_where
from workbook_templates.style import INK, WHITE

WARNING_COLOURS: Final = {
    "green": "8CC7A1",
    "yellow": "F6DE7C",
    "orange": "E08A2E",
    "red": "9E2A2B",
    "insufficient": "C3CBD4",
}
CLASS_COLOURS: Final = {
    "normal": "A9C9D6",
    "special_mention": "F6DE7C",
    "substandard": "E08A2E",
    "doubtful": "B23A48",
    "loss": "4A1420",
}
_DARK: Final = frozenset({"9E2A2B", "B23A48", "4A1420"})


def ink_on(colour: str) -> str:
    """The colour of text that reads well on a background."""
    return WHITE if colour in _DARK else INK


def colour_words(cells: Box, table: str, palette: Mapping[str, str]) -> None:
    """Give cells that name a row of a built-in table that row's colour.

    Args:
        cells: the cells.
        table: the built-in table; its first column holds the codes.
        palette: colour by code.
    """
    first = f"{get_column_letter(cells.left)}{cells.top}"
    policy = tables.builtin(table)
    code = policy.columns[0].name
    for row in policy.rows.to_dict("records"):
        named = ",".join(f'{first}="{row[name]}"' for name in (code, "label_en", "label_zh"))
        ground = palette[str(row[code])]
        colour_where(cells, f"OR({named})", ground=ground, ink=ink_on(ground), bold=True)


def colour_warnings(cells: Box) -> None:
    """Give cells that name a warning its colour."""
    colour_words(cells, "early_warning_colours", WARNING_COLOURS)


def colour_classes(cells: Box) -> None:
    """Give cells that name a five-tier class its colour."""
    colour_words(cells, "loan_classes", CLASS_COLOURS)
