"""A page of three panels side by side: cards on top, lists and charts below them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, merge, put
from workbook_templates.page import set_widths
from workbook_templates.style import CALCULATION, LABEL

PANELS: Final = (2, 7, 12)
"""First columns of the panels; each has a label and three figures."""
LAST: Final = 15
"""Last column of the page."""
CARD_ROWS: Final = (4, 7)
_GAP: Final = 2.0
_CENTRE: Final = Alignment(horizontal="center", vertical="center")


def set_panel_widths(sheet: Worksheet, label: float, figures: tuple[float, float, float]) -> None:
    """Give each panel the widths of its label and of its three figures."""
    for panel in PANELS:
        set_widths(sheet, dict(enumerate((label, *figures, _GAP), start=panel)))


def panel_cards(sheet: Worksheet, rows: Sequence[Sequence[tuple[str, str, str]]]) -> None:
    """Write two rows of six cards: each a label, a formula and its number format."""
    for row, cards in zip(CARD_ROWS, rows, strict=True):
        for i, (text, formula, kind) in enumerate(cards):
            panel = PANELS[i // 2]
            first, last = (panel, panel) if i % 2 == 0 else (panel + 1, panel + 3)
            card(sheet, row, first, last, text, formula, kind)
        sheet.row_dimensions[row + 2].height = 6


def panel_line(
    sheet: Worksheet,
    row: int,
    panel: int,
    text: str,
    formula: str,
    kind: str,
    style: str = CALCULATION,
) -> None:
    """Write a label, and one result over the columns of the three figures."""
    put(sheet, row, panel, text, LABEL)
    for column in range(panel + 1, panel + 4):
        put(sheet, row, column, None, style, kind)
    cell = sheet.cell(row, panel + 1)
    cell.value, cell.alignment = formula, _CENTRE
    merge(sheet, Box(sheet, row, panel + 1, row, panel + 3))
