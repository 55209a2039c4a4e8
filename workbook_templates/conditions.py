"""Conditional formats: colours that follow the values."""

from __future__ import annotations

from openpyxl.formatting.rule import ColorScale, FormatObject, Rule
from openpyxl.styles import Color, Font
from openpyxl.styles.differential import DifferentialStyle

from workbook_templates.blocks import Box
from workbook_templates.style import HEAT_HIGH, HEAT_LOW, fill


def colour_where(
    cells: Box, formula: str, *, ground: str = "", ink: str = "", bold: bool = False
) -> None:
    """Colour the cells for which a formula holds.

    Args:
        cells: the cells.
        formula: true or false, written for the first of them; only Excel's own functions.
        ground: background colour; "" leaves it.
        ink: text colour; "" leaves it.
        bold: whether the text becomes bold.
    """
    look = DifferentialStyle(
        font=Font(color=ink or None, bold=bold or None) if ink or bold else None,
        fill=fill(ground) if ground else None,
    )
    rule = Rule(type="expression", dxf=look, formula=[formula])
    cells.sheet.conditional_formatting.add(cells.address, rule)


def heat_map(cells: Box) -> None:
    """Shade cells from nothing to the largest value."""
    scale = ColorScale(
        cfvo=[FormatObject(type="num", val=0), FormatObject(type="max")],
        color=[Color(rgb=f"FF{HEAT_LOW}"), Color(rgb=f"FF{HEAT_HIGH}")],
    )
    cells.sheet.conditional_formatting.add(cells.address, Rule(type="colorScale", colorScale=scale))
