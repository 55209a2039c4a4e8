"""A policy sheet: settings and policy tables side by side, so that each can grow downwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import pandas as pd
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from udfs.kinds import UNKNOWN, ColumnKind
from udfs.tables import BuiltinTable
from workbook_templates.blocks import Box, CellValue, merge, put, table
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pages.policy_columns import GAP, LIMITS, TableTexts, sizes
from workbook_templates.pages.policy_print import Block, Sizes, best_paper
from workbook_templates.pages.policy_tables import PolicyTable
from workbook_templates.pages.settings import Setting, add_settings
from workbook_templates.style import INPUT, NOTE, SECTION, TAB_POLICY

TITLE_ROW: Final = 4
NOTE_ROW: Final = 5
TABLE_ROW: Final = 6
_LEFT: Final = 2
_HEIGHTS: Final = {1: 30.0, 2: 18.0, 3: 3.0, TITLE_ROW: 22.0, TABLE_ROW: 32.0}
_LEAST_NOTE: Final = 25.0
_KINDS: Final = {"number": "general", "text": "text", "date": "date", "flag": "flag"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPage:
    """What stands on a policy sheet.

    Attributes:
        title: of the sheet and its tab.
        subtitle: one line under the title.
        tables: side by side.
        settings: single cells, on the left.
    """

    title: str
    subtitle: str
    tables: tuple[PolicyTable, ...]
    settings: tuple[Setting, ...] = ()


def nowhere_else(lang: Lang) -> str:
    """What the only sheet with thresholds says of itself under its title."""
    here = Speaker(lang)("Every threshold stands here and nowhere else. ", "所有阈值只在本页维护。")
    return here + follow(lang)


def follow(lang: Lang) -> str:
    """What a policy sheet says of itself under its title."""
    return Speaker(lang)(
        "Change a blue cell and all sheets follow; the tables may grow downwards.",
        "修改蓝字单元格，各表随之更新；各政策表可向下增行。",
    )


def add_policy_pages(book: Workbook, pages: Sequence[PolicyPage], lang: Lang) -> dict[str, Box]:
    """Add policy sheets; returns the body of each table by its name in Excel."""
    bodies: dict[str, Box] = {}
    for page in pages:
        bodies |= add_policy_page(book, page, lang)
    return bodies


def add_policy_page(book: Workbook, page: PolicyPage, lang: Lang) -> dict[str, Box]:
    """Add a policy sheet; returns the body of each table by its name in Excel."""
    setup = PageSetup(title=page.title, subtitle=page.subtitle, tab=TAB_POLICY)
    sheet = new_page(book, page.title, setup, lang)
    sheet.freeze_panes = f"A{TABLE_ROW + 1}"
    left = _LEFT
    blocks = []
    if page.settings:
        rows = (TITLE_ROW, NOTE_ROW, TABLE_ROW)
        left = add_settings(book, sheet, page.settings, rows, left, lang)
        blocks.append(Block(_LEFT, left - 2, TABLE_ROW + len(page.settings)))
    bodies: dict[str, Box] = {}
    texts = []
    for one in sorted(page.tables, key=lambda one: len(one.table.rows)):
        bodies[one.name], written = _table_block(sheet, one, left, lang)
        texts.append(written)
        left = written.right + 2
    rule_off(sheet, max(left - 2, _LEFT))
    _size(sheet, blocks, texts)
    return bodies


def _table_block(
    sheet: Worksheet, one: PolicyTable, left: int, lang: Lang
) -> tuple[Box, TableTexts]:
    """A policy table with its title, source and note; returns its body."""
    policy = one.table
    headers = policy.headers(lang)
    kinds = [column.kind for column in policy.columns]
    rows = [
        [_cell(value, kind) for value, kind in zip(row, kinds, strict=True)]
        for row in policy.rows.itertuples(index=False)
    ]
    formats = [one.formats.get(c.name, _KINDS[c.kind]) for c in policy.columns]
    body = table(sheet, one.name, TABLE_ROW, left, headers, rows, formats, INPUT, filters=False)
    _validate(body, kinds, lang)
    title, note = f"{policy.title[lang]}  ·  {one.name}", _about(policy, lang)
    put(sheet, TITLE_ROW, left, title, SECTION)
    put(sheet, NOTE_ROW, left, note, NOTE)
    names = [column.name for column in policy.columns]
    columns = list(zip(headers, *rows, strict=True))
    return body, TableTexts(left, TABLE_ROW, names, columns, title, note, lang)


def _size(sheet: Worksheet, settings: Sequence[Block], tables: Sequence[TableTexts]) -> None:
    """Give columns and rows the sizes with which the sheet takes the fewest pages."""
    before = Sizes(
        {column: sheet.column_dimensions[get_column_letter(column)].width
         for block in settings for column in range(block.left, block.right + 2)},
        {row: look.height for row, look in sheet.row_dimensions.items() if look.height}
        | {**_HEIGHTS, NOTE_ROW: _LEAST_NOTE},
    )  # fmt: skip
    found = []
    for short, long in product(LIMITS, LIMITS):
        chosen = sizes(tables, short, long, before)
        blocks = [*settings, *(_block(one, chosen) for one in tables)]
        found.append((best_paper(chosen, blocks, (TITLE_ROW, TABLE_ROW)), chosen))
    paper, chosen = min(found, key=lambda one: (one[0].pages, -one[0].scale))
    paper.print_on(sheet)
    set_widths(sheet, dict(chosen.widths))
    for row, height in chosen.heights.items():
        sheet.row_dimensions[row].height = height
    for one in tables:
        _wrap(sheet, one, [chosen.widths[column] for column in range(one.left, one.right + 2)])


def _block(one: TableTexts, chosen: Sizes) -> Block:
    """The columns of a table on paper: with the gap behind it where its note needs that."""
    gap = one.right + 1
    return Block(one.left, gap if chosen.widths[gap] > GAP else one.right, one.bottom)


def _wrap(sheet: Worksheet, one: TableTexts, widths: Sequence[float]) -> None:
    """Let long texts run over several lines, and the note over several columns."""
    for row, column in one.wrapped(widths):
        sheet.cell(row, column).alignment = Alignment(
            horizontal="left", vertical="center", wrap_text=True, indent=1
        )
    last = one.note_end(widths)
    if last > one.left:
        merge(sheet, Box(sheet, NOTE_ROW, one.left, NOTE_ROW, last))


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


def _about(policy: BuiltinTable, lang: Lang) -> str:
    """The line under a policy table's title: its source, its date and what to know about it."""
    source, date, note = policy.source[lang], policy.date, policy.note[lang]
    if lang == "zh":
        return f"来源：{source}（{date}）。{note}"
    return f"Source: {source} ({date}). {note}"


def _cell(value: object, kind: ColumnKind) -> CellValue:
    """A table's value as a cell: blanks for missing ones."""
    if kind == "flag":
        return None if value == UNKNOWN else value == 1
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value if isinstance(value, str) else float(str(value))
