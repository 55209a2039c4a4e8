"""The colours of the risk tiers, wherever a cell names one."""

from __future__ import annotations

from openpyxl.utils import get_column_letter

from udfs import tables
from workbook_templates.blocks import Box
from workbook_templates.conditions import colour_where
from workbook_templates.style import INK, LIGHT_TIERS, TIER_COLOURS, WHITE


def text_on_tier(tier: str) -> str:
    """The colour of text that reads well on a tier's colour."""
    return INK if tier in LIGHT_TIERS else WHITE


def colour_tiers(cells: Box) -> None:
    """Give cells that name a tier, in either language, its colour."""
    first = f"{get_column_letter(cells.left)}{cells.top}"
    for row in tables.builtin("risk_tiers").rows.to_dict("records"):
        named = ",".join(f'{first}="{row[name]}"' for name in ("tier", "label_en", "label_zh"))
        tier = str(row["tier"])
        ground, ink = TIER_COLOURS[tier], text_on_tier(tier)
        colour_where(cells, f"OR({named})", ground=ground, ink=ink, bold=True)
