"""Tables of figures on the pages of concentration, large exposures and classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, define, headers, put
from workbook_templates.formulas import udf
from workbook_templates.language import Speaker
from workbook_templates.page import set_widths
from workbook_templates.spill import spill
from workbook_templates.style import CALCULATION, LABEL, SECTION, TOTAL, UNIT

RANK, KEY, AMOUNT, SHARE, OF_CAPITAL = 0, 1, 2, 3, 5
"""Columns of a ranking, counted from 0."""
RANKING_KINDS: Final = ("count", "words", "money", "rate", "rate", "rate")
ROW_HEIGHT: Final = 18.0
_BEHIND_WIDTH: Final = 18.0
_TITLE_HEIGHT: Final = 24.0
_HEADER_HEIGHT: Final = 30.0


def ranking(
    sheet: Worksheet, top: int, left: int, rows: int, amounts: str, keys: str, capital: str = ""
) -> Box:
    """What CR_CONCENTRATION says of each key, the largest first, beside the printed page.

    Args:
        sheet: the sheet.
        top: the row of its headers.
        left: its first column.
        rows: how many keys at most.
        amounts: what is added up.
        keys: by what.
        capital: what the amounts are measured against; "" for their sum alone.

    Returns:
        The rows, without the headers.
    """
    call = udf(
        "CR_CONCENTRATION",
        amounts=amounts,
        keys=keys,
        **({"capital": capital} if capital else {}),
        rules="tblTopLimits[#All]",
        out='"table"',
        lang="lang",
    )
    set_widths(sheet, {left + i: _BEHIND_WIDTH for i in range(len(RANKING_KINDS))})
    return spill(sheet, top, left, call, rows, RANKING_KINDS, style=UNIT)


def place(box: Box, column: int, row: int) -> str:
    """A cell of a block, its column fixed, both counted from 0."""
    return f"${get_column_letter(box.left + column)}{box.top + row}"


def figures(
    sheet: Worksheet,
    top: int,
    left: int,
    title: str,
    texts: Sequence[str],
    rows: Sequence[Sequence[CellValue]],
    kinds: Sequence[str],
) -> Box:
    """A titled table; returns it with its header row."""
    put(sheet, top, left, title, SECTION)
    _stretch(sheet, top, _TITLE_HEIGHT)
    headers(sheet, top + 1, left, texts)
    _stretch(sheet, top + 1, _HEADER_HEIGHT)
    for row, values in enumerate(rows, start=top + 2):
        for i, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            put(sheet, row, left + i, value, LABEL if i == 0 else CALCULATION, kind)
        _stretch(sheet, row, ROW_HEIGHT)
    return Box(sheet, top + 1, left, top + 1 + len(rows), left + len(texts) - 1)


def total(
    book: Workbook,
    block: Box,
    say: Speaker,
    kinds: Sequence[str],
    names: dict[int, str],
    blank: Sequence[int] = (),
) -> None:
    """A row of totals under a table.

    Args:
        book: gets the names.
        block: the table with its header row.
        say: the workbook's language.
        kinds: number formats of its columns.
        names: the totals' defined names, by column counted from 0.
        blank: columns that do not add up.
    """
    sheet, row = block.sheet, block.bottom + 1
    put(sheet, row, block.left, say("Total", "合计"), TOTAL, "words")
    for i, kind in enumerate(kinds[1:], start=1):
        letter = get_column_letter(block.left + i)
        formula = f"=SUM({letter}{block.top + 1}:{letter}{block.bottom})"
        put(sheet, row, block.left + i, None if i in blank else formula, TOTAL, kind)
        if i in names:
            define(book, names[i], Box(sheet, row, block.left + i, row, block.left + i))
    _stretch(sheet, row, ROW_HEIGHT)


def _stretch(sheet: Worksheet, row: int, height: float) -> None:
    """Make a row, which tables on both sides share, tall enough."""
    sheet.row_dimensions[row].height = max(height, sheet.row_dimensions[row].height or 0)
