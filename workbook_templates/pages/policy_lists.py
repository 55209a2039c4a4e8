"""Names for the cells of policy tables from which inputs are chosen.

Excel's validation takes no column of a table, but it takes a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box, define
from workbook_templates.language import Lang
from workbook_templates.pages.policy_tables import PolicyTable


def name_lists(
    book: Workbook,
    bodies: Mapping[str, Box],
    lists: Mapping[str, tuple[PolicyTable, str]],
    lang: Lang,
) -> None:
    """Name whole columns of policy tables.

    Args:
        book: the workbook.
        bodies: of the tables, as ``add_policy_pages`` gives them.
        lists: the table and the column of each name; ``label`` is found in the language.
        lang: language of the workbook.
    """
    for name, (table, column) in lists.items():
        define(book, name, bodies[table.name].column(table.position(column, lang)))


def listed_cells(
    bodies: Mapping[str, Box], table: PolicyTable, column: str, rows: Sequence[int], lang: Lang
) -> Box:
    """The cells of a column from the first to the last of some rows, counted from 0."""
    cells = bodies[table.name].column(table.position(column, lang))
    return Box(cells.sheet, cells.top + rows[0], cells.left, cells.top + rows[-1], cells.left)
