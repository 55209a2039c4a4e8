"""Tables of the regulatory summary: where they stand, and how one is written."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, define, headers, put
from workbook_templates.language import Speaker
from workbook_templates.loan_classification.layout import (
    BANDS,
    CLASS_CODES,
    OBLIGOR_RULES,
    TRIGGER_CODES,
)
from workbook_templates.style import CALCULATION, LABEL, SECTION, TOTAL

LEFT, RIGHT = 2, 11
LAST: Final = 16
CLASS_TOP: Final = 10
"""Row of the titles of classes and overdue structure."""
PROVISION_TOP: Final = CLASS_TOP + len(CLASS_CODES) + 4
TRIGGER_TOP: Final = PROVISION_TOP
WHY_ROW: Final = PROVISION_TOP + 5
MIGRATION_TOP: Final = WHY_ROW + 3
MIGRATION_ROWS: Final = 5
RULE_TOP: Final = MIGRATION_TOP + MIGRATION_ROWS + 3
UPGRADE_TOP: Final = RULE_TOP + len(OBLIGOR_RULES.table.rows) + 3
_UPGRADE_ROWS: Final = 3
BOTTOM: Final = max(TRIGGER_TOP + 1 + len(TRIGGER_CODES), UPGRADE_TOP + _UPGRADE_ROWS)
"""The last row of the page."""
BAND_COUNT: Final = len(BANDS.table.rows)


def label_of(english: str, chinese: str, place: int) -> str:
    """A row's name in the language of the results."""
    return f'=IF(lang="zh",INDEX({chinese},{place}),INDEX({english},{place}))'


def stretch(sheet: Worksheet, row: int, height: float) -> None:
    """Make a row, which tables on both sides share, tall enough."""
    sheet.row_dimensions[row].height = max(height, sheet.row_dimensions[row].height or 0)


def titled_table(
    sheet: Worksheet,
    top: int,
    left: int,
    title: str,
    texts: list[str],
    rows: list[list[CellValue]],
    kinds: tuple[str, ...],
) -> Box:
    """A titled table of figures; returns it with its header row."""
    put(sheet, top, left, title, SECTION)
    stretch(sheet, top, 24)
    headers(sheet, top + 1, left, texts)
    stretch(sheet, top + 1, 30)
    for row, values in enumerate(rows, start=top + 2):
        for i, value in enumerate(values):
            kind = "words" if i == 0 else kinds[i - 1]
            put(sheet, row, left + i, value, LABEL if i == 0 else CALCULATION, kind)
        stretch(sheet, row, 18)
    return Box(sheet, top + 1, left, top + 1 + len(rows), left + len(texts) - 1)


def total_row(
    book: Workbook, block: Box, say: Speaker, kinds: tuple[str, ...], names: dict[int, str]
) -> None:
    """A row of totals under a table; some get names for the checks."""
    sheet, row = block.sheet, block.bottom + 1
    put(sheet, row, block.left, say("Total", "合计"), TOTAL)
    for i, kind in enumerate(kinds, start=1):
        letter = get_column_letter(block.left + i)
        formula = f"=SUM({letter}{block.top + 1}:{letter}{block.bottom})"
        put(sheet, row, block.left + i, formula, TOTAL, kind)
        if i in names:
            define(book, names[i], Box(sheet, row, block.left + i, row, block.left + i))
    stretch(sheet, row, 18)
