"""Labelled results, one below the other, each with a name that other formulas use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, merge, put
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.guide_sheet import Texts
from workbook_templates.style import CALCULATION, LABEL, PROSE, RESULT, SECTION

_CENTRED: Final = Alignment(horizontal="center", vertical="center")
_SECTION_HEIGHT, _HEIGHT = 24.0, 18.0


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled result.

    Attributes:
        name: its defined name; "" for none.
        label: in English and Chinese.
        kind: its number format.
        formula: without the equals sign.
        decides: whether it is a result to act on rather than a step on the way.
    """

    name: str
    label: Texts
    kind: str
    formula: str
    decides: bool = False


def result_lines(
    book: Workbook,
    sheet: Worksheet,
    top: int,
    left: int,
    title: Texts,
    lines: Sequence[Line],
    lang: Lang,
    *,
    span: int = 1,
    sized: bool = True,
) -> int:
    """Write results under a section title; returns the next free row.

    Args:
        book: the workbook, for names.
        sheet: the sheet.
        top: row of the title.
        left: column of the labels; the values stand right of them.
        title: in English and Chinese.
        lines: the results.
        lang: language of the labels.
        span: columns that a value covers.
        sized: whether the rows get a height; not where a table beside them sets it.
    """
    say = Speaker(lang)
    put(sheet, top, left, say(*title), SECTION)
    if sized:
        sheet.row_dimensions[top].height = _SECTION_HEIGHT
    for row, line in enumerate(lines, start=top + 1):
        put(sheet, row, left, say(*line.label), LABEL)
        style = RESULT if line.decides else CALCULATION
        for column in range(left + 1, left + 1 + span):
            put(sheet, row, column, None, style, line.kind)
        cell = sheet.cell(row, left + 1)
        cell.value = f"={line.formula}"
        cell.alignment = _CENTRED
        if span > 1:
            merge(sheet, Box(sheet, row, left + 1, row, left + span))
        if line.name:
            define(book, line.name, Box(sheet, row, left + 1, row, left + 1))
        if sized:
            sheet.row_dimensions[row].height = _HEIGHT
    return top + len(lines) + 1


def sentence(
    book: Workbook,
    sheet: Worksheet,
    box: Box,
    name: str,
    formula: str,
) -> None:
    """A reason in words over a block of joined cells.

    Args:
        book: the workbook, for the name.
        sheet: the sheet.
        box: the cells; as many rows as the text may need.
        name: its defined name.
        formula: without the equals sign.
    """
    for row in range(box.top, box.bottom + 1):
        for column in range(box.left, box.right + 1):
            put(sheet, row, column, None, PROSE)
    sheet.cell(box.top, box.left).value = f"={formula}"
    merge(sheet, box)
    define(book, name, Box(sheet, box.top, box.left, box.top, box.left))
