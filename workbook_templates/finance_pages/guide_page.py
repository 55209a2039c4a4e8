"""The guide sheet: what the workbook is for, how to use it, and where everything is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

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
    LABEL,
    LINK,
    RESULT,
    SECTION,
    TAB_RECORD,
)
from workbook_templates.text_width import text_width

_LEFT: Final = 2
_WIDTHS: Final = (22.0, 100.0)
_INDENT: Final = 3.0

Pair: TypeAlias = tuple[str, str]
"""A text in English and in Chinese."""

_VERSIONS: Final[Pair] = (
    "Works in Excel 2016 and later. Functions beginning with CR_ come from the creditcells add-in; without it, the values of the last calculation remain.",
    "适用于 Excel 2016 及以上版本。CR_ 开头的函数由 creditcells 加载项提供；未安装时保留上次计算的结果。",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guide:
    """What a guide sheet says.

    Attributes:
        title: of the workbook.
        subtitle: one line on what it is for.
        steps: how to use it, in order.
        about: what each sheet holds, by the sheet's key.
        notes: what is good to know beside the Excel version needed.
    """

    title: Pair
    subtitle: Pair
    steps: Sequence[Pair]
    about: Mapping[str, Pair]
    notes: Sequence[Pair]


def add_guide_page(
    book: Workbook, guide: Guide, titles: Mapping[str, Mapping[str, str]], lang: Lang
) -> None:
    """Add the guide; it is the first sheet and links to those after it.

    Args:
        book: the workbook.
        guide: its texts.
        titles: the sheets' titles by key and language; "guide" is its own.
        lang: language of the workbook.
    """
    say = Speaker(lang)
    setup = PageSetup(
        title=say(*guide.title),
        subtitle=say(*guide.subtitle),
        tab=TAB_RECORD,
        orientation="portrait",
        pages_high=1,
        zoom=100,
    )
    sheet = new_page(book, titles["guide"][lang], setup, lang)
    set_widths(sheet, {_LEFT: _WIDTHS[0], _LEFT + 1: _WIDTHS[1]})
    rule_off(sheet, _LEFT + 1)
    row = _steps(sheet, 5, guide.steps, say)
    row = _colours(sheet, row + 1, say)
    row = _contents(sheet, row + 1, guide.about, titles, lang)
    _notes(sheet, row + 1, [*guide.notes, _VERSIONS], say)


def _section(sheet: Worksheet, row: int, text: str) -> int:
    put(sheet, row, _LEFT, text, SECTION)
    sheet.row_dimensions[row].height = 24
    return row + 1


def _paragraph(sheet: Worksheet, row: int, column: int, text: str) -> None:
    put(sheet, row, column, text, BODY)
    width = sum(_WIDTHS[column - _LEFT :])
    lines = math.ceil((text_width(text) + _INDENT) * 0.96 / width)
    sheet.row_dimensions[row].height = 14.5 * lines + 4


def _steps(sheet: Worksheet, row: int, steps: Sequence[Pair], say: Speaker) -> int:
    row = _section(sheet, row, say("How to use it", "使用步骤"))
    for number, texts in enumerate(steps, start=1):
        put(sheet, row, _LEFT, say(f"Step {number}", f"第 {number} 步"), LABEL)
        _paragraph(sheet, row, _LEFT + 1, say(*texts))
        row += 1
    return row


def _colours(sheet: Worksheet, row: int, say: Speaker) -> int:
    row = _section(sheet, row, say("What the colours mean", "颜色含义"))
    legend = (
        (INPUT, say("Input", "输入"), say("Typed in; may be changed.", "人工填写，可修改。")),
        (CALCULATION, say("Calculation", "计算"), say("A formula; a step on the way.", "公式，中间步骤。")),
        (RESULT, say("Result", "结果"), say("A formula; a figure to act on.", "公式，用于决策的结果。")),
        (HEADER, say("Header", "表头"), say("Names of columns and periods.", "列名与期间。")),
    )  # fmt: skip
    for style, name, text in legend:
        put(sheet, row, _LEFT, name, style, "words")
        _paragraph(sheet, row, _LEFT + 1, text)
        row += 1
    return row


def _contents(
    sheet: Worksheet,
    row: int,
    about: Mapping[str, Pair],
    titles: Mapping[str, Mapping[str, str]],
    lang: Lang,
) -> int:
    say = Speaker(lang)
    row = _section(sheet, row, say("What is where", "工作表一览"))
    for key, texts in about.items():
        name = titles[key][lang]
        put(sheet, row, _LEFT, name, LINK)
        place = f"{quote_sheetname(name)}!A1"
        sheet.cell(row, _LEFT).hyperlink = Hyperlink(ref="", location=place, display=name)
        sheet.cell(row, _LEFT).style = LINK
        _paragraph(sheet, row, _LEFT + 1, say(*texts))
        row += 1
    return row


def _notes(sheet: Worksheet, row: int, notes: Sequence[Pair], say: Speaker) -> None:
    row = _section(sheet, row, say("Good to know", "须知"))
    for texts in notes:
        _paragraph(sheet, row, _LEFT, say(*texts))
        merge(sheet, Box(sheet, row, _LEFT, row, _LEFT + 1))
        row += 1
