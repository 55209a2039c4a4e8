"""A guide sheet: what the workbook is for, how to use it, and where everything is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from openpyxl.utils import quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, merge, put
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import (
    BODY,
    CALCULATION,
    HEADER,
    INPUT,
    INPUT_FILL,
    INPUT_INK,
    LABEL,
    LINK,
    RESULT,
    SECTION,
    TAB_RECORD,
    Look,
    fill,
)
from workbook_templates.text_width import text_width

_LEFT: Final = 2
_WIDTHS: Final = (22.0, 100.0)
_INDENT: Final = 3.0

Words = tuple[str, str]
"""A text in English and Chinese."""


@dataclass(frozen=True, slots=True)
class Guide:
    """The texts of a guide, each in English and Chinese.

    Attributes:
        name: the sheet's name.
        title: of the workbook.
        subtitle: one line under it.
        steps: how to use the workbook, in order.
        contents: the other sheets by name in both languages, with what they hold.
        notes: what else to know.
    """

    name: Words
    title: Words
    subtitle: Words
    steps: Sequence[Words]
    contents: Sequence[tuple[Words, Words]]
    notes: Sequence[Words]


def add_guide_page(book: Workbook, guide: Guide, lang: Lang) -> None:
    """Add the guide sheet."""
    say = Speaker(lang)
    setup = PageSetup(
        title=say(*guide.title),
        subtitle=say(*guide.subtitle),
        tab=TAB_RECORD,
        orientation="portrait",
        pages_high=1,
        zoom=100,
    )
    sheet = new_page(book, say(*guide.name), setup, lang)
    set_widths(sheet, {_LEFT: _WIDTHS[0], _LEFT + 1: _WIDTHS[1]})
    rule_off(sheet, _LEFT + 1)
    row = _section(sheet, 5, say("How to use it", "使用步骤"))
    for number, texts in enumerate(guide.steps, start=1):
        put(sheet, row, _LEFT, say(f"Step {number}", f"第 {number} 步"), LABEL)
        _paragraph(sheet, row, _LEFT + 1, say(*texts))
        row += 1
    row = _colours(sheet, row + 1, say)
    row = _section(sheet, row + 1, say("What is where", "工作表一览"))
    for name, texts in guide.contents:
        _link(sheet, row, say(*name))
        _paragraph(sheet, row, _LEFT + 1, say(*texts))
        row += 1
    row = _section(sheet, row + 1, say("Good to know", "须知"))
    for texts in guide.notes:
        _paragraph(sheet, row, _LEFT, say(*texts))
        merge(sheet, Box(sheet, row, _LEFT, row, _LEFT + 1))
        row += 1


def _section(sheet: Worksheet, row: int, text: str) -> int:
    put(sheet, row, _LEFT, text, SECTION)
    sheet.row_dimensions[row].height = 24
    return row + 1


def _paragraph(sheet: Worksheet, row: int, column: int, text: str) -> None:
    put(sheet, row, column, text, BODY)
    width = sum(_WIDTHS[column - _LEFT :])
    lines = math.ceil((text_width(text) + _INDENT) * 0.96 / width)
    sheet.row_dimensions[row].height = 14.5 * lines + 4


def _link(sheet: Worksheet, row: int, name: str) -> None:
    put(sheet, row, _LEFT, name, LINK)
    place = f"{quote_sheetname(name)}!A1"
    sheet.cell(row, _LEFT).hyperlink = Hyperlink(ref="", location=place, display=name)
    sheet.cell(row, _LEFT).style = LINK


def _colours(sheet: Worksheet, row: int, say: Speaker) -> int:
    row = _section(sheet, row, say("What the colours mean", "颜色含义"))
    legend = (
        (INPUT, say("Input", "输入"), say("Typed in; may be changed or left blank.", "人工填写，可修改或留空。")),
        (CALCULATION, say("Calculation", "计算"), say("A formula; a step on the way.", "公式，中间步骤。")),
        (RESULT, say("Result", "结果"), say("A formula; a figure to act on.", "公式，用于决策的结果。")),
        (HEADER, say("Header", "表头"), say("Names of columns; a table of Excel is found by its name.", "列名；Excel 表以名称引用。")),
    )  # fmt: skip
    for style, name, text in legend:
        put(sheet, row, _LEFT, name, CALCULATION if style == INPUT else style, "words")
        if style == INPUT:  # in looks only: clearing all inputs must not clear the legend
            sheet.cell(row, _LEFT).fill = fill(INPUT_FILL)
            sheet.cell(row, _LEFT).font = Look(say.lang).font(colour=INPUT_INK)
        _paragraph(sheet, row, _LEFT + 1, text)
        row += 1
    return row
