"""Conditional formats that give a risk tier its colour."""

from __future__ import annotations

from openpyxl.formatting.rule import FormulaRule, Rule
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from udfs import tables
from workbook_templates.blocks import Box
from workbook_templates.style import INK, LIGHT_TIERS, TIER_COLOURS, WHITE, fill


def text_on_tier(tier: str) -> str:
    """The colour of text that reads well on a tier's colour."""
    return INK if tier in LIGHT_TIERS else WHITE


def tier_rules(cells: Box) -> list[Rule]:
    """A rule per tier: cells that name it, in either language, take its colour."""
    first = f"{get_column_letter(cells.left)}{cells.top}"
    rules = []
    for row in tables.builtin("risk_tiers").rows.to_dict("records"):
        named = ",".join(f'{first}="{row[name]}"' for name in ("tier", "label_en", "label_zh"))
        rules.append(
            FormulaRule(
                formula=[f"OR({named})"],
                fill=fill(TIER_COLOURS[row["tier"]]),
                font=Font(color=text_on_tier(row["tier"]), bold=True),
            )
        )
    return rules
