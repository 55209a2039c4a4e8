"""The guide: what a workbook is for, how to use it, and where everything is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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

Texts = tuple[str, str]
"""A text in English and Chinese."""

_LEFT: Final = 2
_NAMES, _TEXTS = 22.0, 100.0
"""The least width of the sheets' names, and the width of what is said about them."""
_INDENT: Final = 3.0
_LETTER: Final[Mapping[Lang, float]] = {"en": 0.96, "zh": 1.0}
"""How wide a letter is in the columns' characters."""
_LEGEND: Final[tuple[tuple[str, Texts, Texts], ...]] = (
    (INPUT, ("Input", "输入"), ("Typed in, pasted or filled by the refresh; may be changed.", "人工填写、粘贴或由刷新写入，可修改。")),
    (CALCULATION, ("Calculation", "计算"), ("A formula; a step on the way.", "公式，中间步骤。")),
    (RESULT, ("Result", "结果"),
     ("A formula; a figure to act on.", "公式，用于决策的结果。")),
    (HEADER, ("Header", "表头"),
     ("Names of columns; a table of Excel is found by its name.", "列名；Excel 表以名称引用。")),
)  # fmt: skip
_NEEDS: Final[Texts] = (
    "Works in Excel 2016 and later. The CR_ functions come from the creditcells add-in; without it, the values last computed remain.",
    "适用于 Excel 2016 及以上版本。CR_ 开头的函数由 creditcells 加载项提供；未安装时保留上次计算的结果。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The guide's texts, each in English and Chinese.

    Attributes:
        sheet: the title of the guide's tab.
        title: of the workbook.
        subtitle: what it does, in a line.
        steps: how to use it, one after the other.
        contents: what each sheet holds, by the sheet's title.
        notes: what to know.
    """

    sheet: str
    title: Texts
    subtitle: Texts
    steps: Sequence[Texts]
    contents: Mapping[str, Texts]
    notes: Sequence[Texts]


def add_guide_sheet(book: Workbook, guide: Guide, lang: Lang) -> None:
    """Add the guide; it is the first sheet and says what comes after it."""
    say = Speaker(lang)
    setup = PageSetup(
        title=say(*guide.title),
        subtitle=say(*guide.subtitle),
        tab=TAB_RECORD,
        orientation="portrait",
        pages_high=1,
        zoom=100,
    )
    sheet = new_page(book, guide.sheet, setup, lang)
    longest = max(text_width(name) for name in guide.contents)
    set_widths(sheet, {_LEFT: max(_NAMES, longest + _INDENT), _LEFT + 1: _TEXTS})
    rule_off(sheet, _LEFT + 1)
    row = _steps(sheet, 5, guide, say)
    row = _colours(sheet, row + 1, say)
    row = _contents(sheet, row + 1, guide, say)
    _notes(sheet, row + 1, guide, say)


def _section(sheet: Worksheet, row: int, text: str) -> int:
    put(sheet, row, _LEFT, text, SECTION)
    sheet.row_dimensions[row].height = 24
    return row + 1


def _paragraph(sheet: Worksheet, row: int, column: int, texts: Texts, say: Speaker) -> None:
    text = say(*texts)
    put(sheet, row, column, text, BODY)
    width = _TEXTS if column > _LEFT else _NAMES + _TEXTS
    lines = math.ceil((text_width(text) + _INDENT) * _LETTER[say.lang] / width)
    sheet.row_dimensions[row].height = 14.5 * lines + 4


def _steps(sheet: Worksheet, row: int, guide: Guide, say: Speaker) -> int:
    row = _section(sheet, row, say("How to use it", "使用步骤"))
    for number, texts in enumerate(guide.steps, start=1):
        put(sheet, row, _LEFT, say(f"Step {number}", f"第 {number} 步"), LABEL)
        _paragraph(sheet, row, _LEFT + 1, texts, say)
        row += 1
    return row


def _colours(sheet: Worksheet, row: int, say: Speaker) -> int:
    row = _section(sheet, row, say("What the colours mean", "颜色含义"))
    for style, name, text in _LEGEND:
        put(sheet, row, _LEFT, say(*name), CALCULATION if style == INPUT else style, "words")
        if style == INPUT:  # in looks only: it is no cell to fill in
            sheet.cell(row, _LEFT).fill = fill(INPUT_FILL)
            sheet.cell(row, _LEFT).font = Look(say.lang).font(colour=INPUT_INK)
        _paragraph(sheet, row, _LEFT + 1, text, say)
        row += 1
    return row


def _contents(sheet: Worksheet, row: int, guide: Guide, say: Speaker) -> int:
    row = _section(sheet, row, say("What is where", "工作表一览"))
    for name, texts in guide.contents.items():
        put(sheet, row, _LEFT, name, LINK)
        place = f"{quote_sheetname(name)}!A1"
        sheet.cell(row, _LEFT).hyperlink = Hyperlink(ref="", location=place, display=name)
        sheet.cell(row, _LEFT).style = LINK
        _paragraph(sheet, row, _LEFT + 1, texts, say)
        row += 1
    return row


def _notes(sheet: Worksheet, row: int, guide: Guide, say: Speaker) -> None:
    row = _section(sheet, row, say("Good to know", "须知"))
    for texts in (_NEEDS, *guide.notes):
        _paragraph(sheet, row, _LEFT, texts, say)
        merge(sheet, Box(sheet, row, _LEFT, row, _LEFT + 1))
        row += 1
