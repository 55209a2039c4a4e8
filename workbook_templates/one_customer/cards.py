"""Cards with the results of a page, whose cells have names and may hold phrases."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, define
from workbook_templates.language import Lang
from workbook_templates.style import NAVY, Look

_SIZE = 11
_BELOW = 8

NamedCard = tuple[str, str, str, str, int, int]
"""A defined name or "", a label, a formula, its number format, the first and last column."""


def named_cards(
    book: Workbook, sheet: Worksheet, row: int, cards: Sequence[NamedCard]
) -> list[tuple[str, str, Box]]:
    """Write a row of cards; returns name, number format and cell of each result."""
    made = []
    for name, text, formula, kind, left, right in cards:
        cell = card(sheet, row, left, right, text, formula, kind)
        if name:
            define(book, name, cell)
        made.append((name, kind, cell))
    sheet.row_dimensions[row + 2].height = _BELOW
    return made


def fit_words(result: Box, lang: Lang) -> None:
    """Set the result of a card smaller and over two lines, so that a phrase fits."""
    cell = result.sheet.cell(result.top, result.left)
    cell.font = Look(lang).font(_SIZE, bold=True, colour=NAVY)
    cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
