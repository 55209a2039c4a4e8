"""Names for the answers of the scales of a policy table, from which inputs are chosen."""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box, define
from workbook_templates.language import Lang
from workbook_templates.pages.policy_lists import listed_cells
from workbook_templates.pages.policy_tables import PolicyTable


def scale_list(scale: str) -> str:
    """The name of the cells that list the answers of a scale."""
    return f"list_{scale}"


def name_scale_lists(
    book: Workbook, bodies: Mapping[str, Box], scales: PolicyTable, lang: Lang
) -> None:
    """Name the answers of each scale of a table of scales."""
    owners = scales.table.rows["scale"].tolist()
    for scale in dict.fromkeys(owners):
        rows = [i for i, owner in enumerate(owners) if owner == scale]
        define(book, scale_list(str(scale)), listed_cells(bodies, scales, "label", rows, lang))
