"""A policy sheet: single settings first, then the policy tables side by side.

Nothing stands below a table, so each can grow downwards.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, define, headers, merge, put, table
from workbook_templates.finance_pages.policy_tables import PolicyTable
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import INPUT, LABEL, NOTE, PROSE, SECTION, TAB_POLICY
from workbook_templates.text_width import text_width

TITLE_ROW: Final = 4
NOTE_ROW: Final = 5
TABLE_ROW: Final = 6
_LEFT: Final = 2
_NARROW: Final = 9.0
_SCALE: Final = 60
_PAPER: Final[dict[str, float]] = {"portrait": 152.0, "landscape": 185.0}
"""Characters across a sheet of paper at that scale."""
_LINE, _SPACE, _INDENT = 13.5, 6.0, 1.5
"""Points of a line and around a text, and the characters that its indent takes."""
_LEAST_BLOCK: Final = 64.0
_NOTE_HEIGHT: Final = 74.0


@dataclass(frozen=True, slots=True)
class Setting:
    """One policy cell: its defined name, value, kind, and what it does in both languages."""

    name: str
    value: CellValue
    kind: str
    en: str
    zh: str
    help_en: str
    help_zh: str
    options: tuple[str, ...] = ()


def add_policy_page(
    book: Workbook,
    title: str,
    subtitle: str,
    settings: Sequence[Setting],
    listed: Sequence[PolicyTable],
    lang: Lang,
    *,
    orientation: Literal["portrait", "landscape"] = "landscape",
    widest: float = 100.0,
) -> dict[str, Box]:
    """Add a policy sheet.

    Args:
        book: the workbook.
        title: of the sheet.
        subtitle: one line under the title.
        settings: the single cells, each with a defined name; none on a sheet of tables only.
        listed: the tables.
        lang: language of the workbook.
        orientation: of the paper.
        widest: characters of the widest column; longer texts run over several lines.

    Returns:
        The body of each table, by its key.
    """
    setup = PageSetup(
        title=title,
        subtitle=subtitle,
        tab=TAB_POLICY,
        orientation=orientation,
        scale=_SCALE,
        repeat_rows=f"{TITLE_ROW}:{TABLE_ROW}",
    )
    sheet = new_page(book, title, setup, lang)
    for row, height in ((TITLE_ROW, 22), (NOTE_ROW, _NOTE_HEIGHT), (TABLE_ROW, 32)):
        sheet.row_dimensions[row].height = height
    sheet.freeze_panes = f"A{TABLE_ROW + 1}"
    left = _settings_block(book, sheet, settings, lang) if settings else _LEFT
    return _side_by_side(sheet, listed, left, lang, widest, _PAPER[orientation])


def _side_by_side(
    sheet: Worksheet,
    listed: Sequence[PolicyTable],
    left: int,
    lang: Lang,
    widest: float,
    paper: float,
) -> dict[str, Box]:
    """Policy tables side by side, as many on a sheet of paper as fit."""
    breaks = ColBreak()
    used = _width(sheet, _LEFT, left - 1) if left > _LEFT else 0.0
    bodies = {}
    for policy in listed:
        start = left
        body = _table_block(sheet, policy, left, lang, widest)
        bodies[policy.key] = body
        left = body.right + 2
        width = _width(sheet, start, left - 1)
        used += width
        if used > paper and start > _LEFT:
            breaks.append(Break(id=start - 1))
            used = width
    sheet.col_breaks = breaks
    rule_off(sheet, left - 2)
    return bodies


def _width(sheet: Worksheet, first: int, last: int) -> float:
    columns = range(first, last + 1)
    return sum(sheet.column_dimensions[get_column_letter(column)].width for column in columns)


def _settings_block(
    book: Workbook, sheet: Worksheet, settings: Sequence[Setting], lang: Lang
) -> int:
    say = Speaker(lang)
    put(sheet, TITLE_ROW, _LEFT, say("Settings", "参数"), SECTION)
    note = say(
        "Names in the third column are what formulas use. The values are creditcells defaults: "
        "replace them by your bank's own.",
        "第三列为公式中使用的名称。数值为 creditcells 默认值，请替换为本行口径。",
    )
    put(sheet, NOTE_ROW, _LEFT, note, NOTE)
    merge(sheet, Box(sheet, NOTE_ROW, _LEFT, NOTE_ROW, _LEFT + 3))
    texts = (("Setting", "参数"), ("Value", "取值"), ("Name", "名称"), ("What it does", "作用"))
    headers(sheet, TABLE_ROW, _LEFT, [say(*pair) for pair in texts])
    for row, setting in enumerate(settings, start=TABLE_ROW + 1):
        put(sheet, row, _LEFT, say(setting.en, setting.zh), LABEL)
        put(sheet, row, _LEFT + 1, setting.value, INPUT, setting.kind)
        put(sheet, row, _LEFT + 2, setting.name, PROSE)
        put(sheet, row, _LEFT + 3, say(setting.help_en, setting.help_zh), PROSE)
        value = Box(sheet, row, _LEFT + 1, row, _LEFT + 1)
        define(book, setting.name, value)
        _validate(setting, value, say)
    set_widths(sheet, {_LEFT: 38, _LEFT + 1: 14, _LEFT + 2: 19, _LEFT + 3: 74, _LEFT + 4: 4})
    return _LEFT + 5


def _validate(setting: Setting, value: Box, say: Speaker) -> None:
    if setting.options:
        rule = DataValidation(type="list", formula1=f'"{",".join(setting.options)}"')
    elif setting.kind in ("rate", "pd"):
        rule = DataValidation(type="decimal", operator="between", formula1="0", formula2="1")
    elif setting.kind in ("count", "code", "times"):
        rule = DataValidation(type="decimal", operator="between", formula1="0", formula2="100000")
    elif isinstance(setting.value, dt.date):
        rule = DataValidation(type="date", operator="greaterThan", formula1="36526")
    else:
        return
    rule.promptTitle = say(setting.en, setting.zh)[:32]
    rule.prompt = say(setting.help_en, setting.help_zh)[:255]
    rule.showErrorMessage = rule.showInputMessage = True
    value.sheet.add_data_validation(rule)
    rule.add(value.address)


def _table_block(
    sheet: Worksheet, policy: PolicyTable, left: int, lang: Lang, widest: float
) -> Box:
    """A policy table with its title and note; returns its body."""
    texts = policy.texts(lang)
    kinds = [column.kind for column in policy.columns]
    body = table(
        sheet, policy.name, TABLE_ROW, left, texts, policy.rows, kinds, INPUT, filters=False
    )
    widths = [_column_width(column, widest) for column in zip(texts, *policy.rows, strict=True)]
    _wrap_long(body, widths, widest)
    gap = max(4.0, _LEAST_BLOCK - sum(widths))
    set_widths(sheet, {left + i: width for i, width in enumerate([*widths, gap])})
    put(sheet, TITLE_ROW, left, f"{policy.titles[lang]}  ·  {policy.name}", SECTION)
    put(sheet, NOTE_ROW, left, policy.notes[lang], NOTE)
    merge(sheet, Box(sheet, NOTE_ROW, left, NOTE_ROW, _note_end(widths, left)))
    return body


def _note_end(widths: list[float], left: int) -> int:
    """The last column under a note: as many as make it easy to read, the gap included."""
    total = 0.0
    for i, width in enumerate(widths):
        total += width
        if total >= 2 * _LEAST_BLOCK:
            return left + i
    return left + len(widths) - (0 if sum(widths) < _LEAST_BLOCK else 1)


def _column_width(cells: tuple[CellValue, ...], widest: float) -> float:
    texts = [str(cell) for cell in cells if cell is not None]
    return min(widest, max(_NARROW, *(text_width(text) + 3.5 for text in texts)))


def _wrap_long(body: Box, widths: list[float], widest: float) -> None:
    """Let texts that are wider than their column run over several lines of a tall enough row."""
    for row in range(body.top, body.bottom + 1):
        lines = 1
        for i, width in enumerate(widths):
            cell = body.sheet.cell(row, body.left + i)
            if width < widest or not isinstance(cell.value, str):
                continue
            cell.alignment = Alignment(
                horizontal="left", vertical="center", wrap_text=True, indent=1
            )
            lines = max(lines, math.ceil(text_width(cell.value) / (width - _INDENT)))
        if lines > 1:
            height = max(_LINE * lines + _SPACE, body.sheet.row_dimensions[row].height or 0)
            body.sheet.row_dimensions[row].height = height
