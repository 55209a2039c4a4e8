"""Cards whose result is a phrase rather than a figure."""

from __future__ import annotations

from openpyxl.styles import Alignment

from workbook_templates.blocks import Box
from workbook_templates.language import Lang
from workbook_templates.style import NAVY, Look

_SIZE = 11


def fit_words(card: Box, lang: Lang) -> None:
    """Set the result of a card smaller and over two lines, so that a phrase fits."""
    cell = card.sheet.cell(card.top, card.left)
    cell.font = Look(lang).font(_SIZE, bold=True, colour=NAVY)
    cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
