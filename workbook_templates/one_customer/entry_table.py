"""Tables of inputs with a fixed number of rows; each column has a name that formulas use."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, define, headers, put
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.entry_form import Entry, restrict
from workbook_templates.style import INPUT


def add_entry_table(
    book: Workbook,
    sheet: Worksheet,
    spot: Box,
    columns: Sequence[Entry],
    rows: Sequence[Sequence[CellValue]],
    lang: Lang,
) -> None:
    """Write headers and input cells over a block; rows beyond the worked case stay blank.

    Args:
        book: the workbook.
        sheet: the sheet.
        spot: the block; its first row takes the headers.
        columns: an entry per column; its name is given to the cells below its header.
        rows: what the worked case holds.
        lang: the workbook's language.
    """
    say = Speaker(lang)
    headers(sheet, spot.top, spot.left, [say(column.en, column.zh) for column in columns])
    sheet.row_dimensions[spot.top].height = 30
    for i in range(spot.bottom - spot.top):
        row = spot.top + 1 + i
        values = rows[i] if i < len(rows) else (None,) * len(columns)
        for j, (column, value) in enumerate(zip(columns, values, strict=True)):
            put(sheet, row, spot.left + j, value, INPUT, column.kind)
            if column.kind == "words":
                sheet.cell(row, spot.left + j).alignment = Alignment(
                    horizontal="left", vertical="center", wrap_text=True, indent=1
                )
    for j, column in enumerate(columns):
        cells = Box(sheet, spot.top + 1, spot.left + j, spot.bottom, spot.left + j)
        if column.name:
            define(book, column.name, cells)
        restrict(cells, column, lang)
