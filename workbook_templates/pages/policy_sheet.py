"""A policy sheet: settings and policy tables side by side, so that each can grow downwards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.worksheet import Worksheet

from udfs.kinds import UNKNOWN, ColumnKind
from udfs.tables import BuiltinTable
from workbook_templates.blocks import Box, CellValue, merge, put, table
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pages.policy_tables import PolicyTable
from workbook_templates.pages.settings import Setting, add_settings
from workbook_templates.style import INPUT, NOTE, SECTION, TAB_POLICY
from workbook_templates.text_width import text_width

TITLE_ROW: Final = 4
NOTE_ROW: Final = 5
TABLE_ROW: Final = 6
_LEFT: Final = 2
_NARROW: Final = 9.0
_SCALE: Final = 60
_PAPER: Final = {"portrait": 138.0, "landscape": 204.0}
"""Characters across a sheet of paper at that scale, with room for a wider font in place of ours."""
_LINE, _SPACE, _INDENT = 13.5, 6.0, 1.5
"""Points of a line and around a text, and the characters that its indent takes."""
_NOTE_LINE: Final = 12.5
_LEAST_BLOCK: Final = 64.0
_KINDS: Final = {"number": "general", "text": "text", "date": "date", "flag": "flag"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPage:
    """What stands on a policy sheet.

    Attributes:
        title: of the sheet and its tab.
        subtitle: one line under the title.
        tables: side by side.
        settings: single cells, on the left.
        widest: the widest that a column may be; longer texts run over several lines.
        orientation: of the paper.
    """

    title: str
    subtitle: str
    tables: tuple[PolicyTable, ...]
    settings: tuple[Setting, ...] = ()
    widest: float = 60.0
    orientation: Literal["portrait", "landscape"] = "landscape"


def add_policy_sheet(book: Workbook, page: PolicyPage, lang: Lang) -> dict[str, Box]:
    """Add a policy sheet; returns the body of each table by its name in Excel."""
    setup = PageSetup(
        title=page.title,
        subtitle=page.subtitle,
        tab=TAB_POLICY,
        orientation=page.orientation,
        scale=_SCALE,
        repeat_rows=f"{TITLE_ROW}:{TABLE_ROW}",
    )
    sheet = new_page(book, page.title, setup, lang)
    sheet.row_dimensions[TITLE_ROW].height = 22
    sheet.row_dimensions[NOTE_ROW].height = 2 * _NOTE_LINE
    sheet.row_dimensions[TABLE_ROW].height = 32
    sheet.freeze_panes = f"A{TABLE_ROW + 1}"
    left = _LEFT
    if page.settings:
        rows = (TITLE_ROW, NOTE_ROW, TABLE_ROW)
        left = add_settings(book, sheet, page.settings, rows, left, lang)
    return _add_tables(sheet, page, left, lang)


def _add_tables(sheet: Worksheet, page: PolicyPage, left: int, lang: Lang) -> dict[str, Box]:
    """Policy tables side by side, as many on a sheet of paper as fit."""
    paper = _PAPER[page.orientation]
    breaks = ColBreak()
    used = 0.0 if left == _LEFT else paper
    bodies: dict[str, Box] = {}
    for one in page.tables:
        start = left
        bodies[one.name] = _table_block(sheet, one, left, lang, page.widest)
        left = bodies[one.name].right + 2
        width = _width(sheet, start, left - 1)
        used += width
        if used > paper and start > _LEFT:
            breaks.append(Break(id=start - 1))
            used = width
    sheet.col_breaks = breaks
    rule_off(sheet, max(left - 2, _LEFT))
    return bodies


def _width(sheet: Worksheet, first: int, last: int) -> float:
    columns = range(first, last + 1)
    return sum(sheet.column_dimensions[get_column_letter(column)].width for column in columns)


def _table_block(sheet: Worksheet, one: PolicyTable, left: int, lang: Lang, widest: float) -> Box:
    """A policy table with its title, source and note; returns its body."""
    policy = one.table
    texts = policy.headers(lang)
    kinds = [column.kind for column in policy.columns]
    rows = [
        [_cell(value, kind) for value, kind in zip(row, kinds, strict=True)]
        for row in policy.rows.itertuples(index=False)
    ]
    formats = [one.formats.get(c.name, _KINDS[c.kind]) for c in policy.columns]
    body = table(sheet, one.name, TABLE_ROW, left, texts, rows, formats, INPUT, filters=False)
    _validate(body, kinds, lang)
    widths = [_column_width(column, widest) for column in zip(texts, *rows, strict=True)]
    _wrap_long(body, widths, widest)
    gap = max(4.0, _LEAST_BLOCK - sum(widths))
    set_widths(sheet, {left + i: width for i, width in enumerate([*widths, gap])})
    put(sheet, TITLE_ROW, left, f"{policy.title[lang]}  ·  {one.name}", SECTION)
    _note(sheet, _about(policy, lang), left, widths)
    return body


def _validate(body: Box, kinds: Sequence[ColumnKind], lang: Lang) -> None:
    """Numbers take numbers, flags TRUE or FALSE."""
    say = Speaker(lang)
    rules = {
        "number": (
            DataValidation(type="decimal", operator="between", formula1="-1E9", formula2="1E9"),
            say("A number.", "请填写数字。"),
        ),
        "flag": (
            DataValidation(type="list", formula1='"TRUE,FALSE"'),
            say("TRUE or FALSE.", "请填写 TRUE 或 FALSE。"),
        ),
    }
    for place, kind in enumerate(kinds):
        if kind not in rules:
            continue
        rule, message = rules[kind]
        rule.allow_blank = True
        rule.showErrorMessage = True
        rule.error = message
        if not rule.sqref.ranges:
            body.sheet.add_data_validation(rule)
        rule.add(body.column(place).address)


def _note(sheet: Worksheet, text: str, left: int, widths: Sequence[float]) -> None:
    """The note over a table, in a row as tall as the longest of them needs."""
    last = _note_end(widths, left)
    put(sheet, NOTE_ROW, left, text, NOTE)
    if last > left:
        merge(sheet, Box(sheet, NOTE_ROW, left, NOTE_ROW, last))
    lines = math.ceil(text_width(text) * 0.95 / _width(sheet, left, last))
    height = max(_NOTE_LINE * lines + _SPACE, sheet.row_dimensions[NOTE_ROW].height or 0)
    sheet.row_dimensions[NOTE_ROW].height = height


def _about(policy: BuiltinTable, lang: Lang) -> str:
    """The line under a policy table's title: its source, its date and what to know about it."""
    source, date, note = policy.source[lang], policy.date, policy.note[lang]
    if lang == "zh":
        return f"来源：{source}（{date}）。{note}"
    return f"Source: {source} ({date}). {note}"


def _note_end(widths: Sequence[float], left: int) -> int:
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
            lines = max(lines, math.ceil((text_width(cell.value) + 2) / (width - _INDENT)))
        if lines > 1:
            height = max(_LINE * lines + _SPACE, body.sheet.row_dimensions[row].height or 0)
            body.sheet.row_dimensions[row].height = height


def _cell(value: object, kind: ColumnKind) -> CellValue:
    """A table's value as a cell: blanks for missing ones."""
    if kind == "flag":
        return None if value == UNKNOWN else value == 1
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value if isinstance(value, str) else float(str(value))
