"""Labelled input cells, each with a name, a prompt and a rule for what may stand in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, define, headers, put
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pages.guide_sheet import Texts
from workbook_templates.style import INPUT, LABEL, PROSE, SECTION, TAB_INPUT, UNIT
from workbook_templates.text_width import text_width

_WRAPPED: Final = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
_LINE, _INDENT = 13.5, 3.0
_PROMPT, _ERROR, _TITLE = 255, 225, 32
"""Characters that Excel takes; a file with longer texts is reported as damaged."""

Value: TypeAlias = CellValue | Texts
"""A value of both languages, or one for each."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One input cell.

    Attributes:
        name: its defined name.
        label: its label in English and Chinese.
        kind: its number format.
        unit: in English and Chinese.
        value: that of the worked case.
        help: what to enter, in English and Chinese.
        limits: least and largest number allowed.
        options: formula of the cells with the values allowed; "" if there are none.
        choices: the values allowed in English and Chinese, for a choice without such cells.
    """

    name: str
    label: Texts
    kind: str
    unit: Texts
    value: Value
    help: Texts
    limits: tuple[float, float] | None = None
    options: str = ""
    choices: tuple[Texts, ...] = ()


def new_entry_sheet(
    book: Workbook,
    name: str,
    widths: dict[int, float],
    lang: Lang,
    *,
    upright: bool = False,
    scale: int = 0,
) -> Worksheet:
    """Add the sheet of a request, for blocks of entries.

    Args:
        book: the workbook.
        name: of the sheet, and its title.
        widths: of its columns; the last one ends the page.
        lang: language of the workbook.
        upright: whether it prints upright, over two pages.
        scale: in percent, where it has page breaks of its own.
    """
    setup = PageSetup(
        title=name,
        subtitle=Speaker(lang)(
            "Blue cells are typed in; everything else follows. Amounts in CNY 10k, rates per year.",
            "蓝字单元格由人工填写，其余随之计算。金额单位：万元；利率为年利率。",
        ),
        tab=TAB_INPUT,
        orientation="portrait" if upright else "landscape",
        pages_high=2 if upright else 0,
        scale=scale,
    )
    sheet = new_page(book, name, setup, lang)
    set_widths(sheet, widths)
    rule_off(sheet, max(widths))
    sheet.freeze_panes = "A4"
    return sheet


def entry_block(
    book: Workbook,
    sheet: Worksheet,
    row: int,
    left: int,
    title: Texts,
    entries: Sequence[Entry],
    lang: Lang,
) -> int:
    """Labels, inputs, units and explanations under a section title; returns the next free row.

    The columns must have their widths set: a long text runs over several lines.
    """
    say = Speaker(lang)
    put(sheet, row, left, say(*title), SECTION)
    sheet.row_dimensions[row].height = 24
    for place, entry in enumerate(entries, start=row + 1):
        put(sheet, place, left, say(*entry.label), LABEL)
        value = of_language(entry.value, lang)
        put(sheet, place, left + 1, value, INPUT, entry.kind)
        put(sheet, place, left + 2, say(*entry.unit), UNIT)
        put(sheet, place, left + 3, say(*entry.help), PROSE)
        width = sheet.column_dimensions[get_column_letter(left + 1)].width
        lines = math.ceil((text_width(str(value)) + _INDENT) / width)
        if entry.kind == "words" and lines > 1:
            sheet.cell(place, left + 1).alignment = _WRAPPED
        sheet.row_dimensions[place].height = 18 if lines == 1 else _LINE * lines + 6
        cell = Box(sheet, place, left + 1, place, left + 1)
        define(book, entry.name, cell)
        validate_entry(entry, cell, lang)
    return row + len(entries) + 2


def entry_list(
    book: Workbook,
    sheet: Worksheet,
    header: int,
    left: int,
    entries: Sequence[Entry],
    rows: Sequence[Sequence[Value]],
    room: int,
    height: float,
    lang: Lang,
    *,
    wrapped: bool = False,
) -> None:
    """A list of inputs under their headers, a named column for each entry.

    Args:
        book: the workbook, for names.
        sheet: the sheet.
        header: row of the headers.
        left: the first column.
        entries: one for each column; their values are not used.
        rows: what the list holds.
        room: for how many rows; those beyond what it holds are blank.
        height: of a row.
        lang: language of the workbook.
        wrapped: whether words run over several lines.
    """
    say, blank = Speaker(lang), (None,) * len(entries)
    headers(sheet, header, left, [say(*entry.label) for entry in entries])
    for i in range(room):
        row = header + 1 + i
        given = rows[i] if i < len(rows) else blank
        for column, (entry, value) in enumerate(zip(entries, given, strict=True), start=left):
            put(sheet, row, column, of_language(value, lang), INPUT, entry.kind)
            if wrapped and entry.kind == "words":
                sheet.cell(row, column).alignment = _WRAPPED
        sheet.row_dimensions[row].height = height
    for column, entry in enumerate(entries, start=left):
        cells = Box(sheet, header + 1, column, header + room, column)
        define(book, entry.name, cells)
        validate_entry(entry, cells, lang)


def of_language(value: Value, lang: Lang) -> CellValue:
    """The value of one language."""
    return value[0 if lang == "en" else 1] if isinstance(value, tuple) else value


def validate_entry(entry: Entry, cells: Box, lang: Lang) -> None:
    """Prompt for an input and refuse what cannot stand in its cells."""
    say = Speaker(lang)
    rule = _rule(entry, lang)
    rule.allow_blank = True
    rule.promptTitle = say(*entry.label)[:_TITLE]
    rule.prompt = say(*entry.help)[:_PROMPT]
    rule.showInputMessage = True
    rule.errorTitle = say(*entry.label)[:_TITLE]
    rule.error = _refusal(entry, say)[:_ERROR]
    rule.showErrorMessage = rule.type is not None
    cells.sheet.add_data_validation(rule)
    rule.add(cells.address)


def _rule(entry: Entry, lang: Lang) -> DataValidation:
    if entry.choices:
        listed = ",".join(str(of_language(choice, lang)) for choice in entry.choices)
        return DataValidation(type="list", formula1=f'"{listed}"', errorStyle="stop")
    if entry.options:
        return DataValidation(type="list", formula1=entry.options, errorStyle="stop")
    if entry.limits is None:
        return DataValidation()
    low, high = entry.limits
    return DataValidation(
        type="date" if entry.kind == "date" else "decimal",
        operator="between",
        formula1=f"{low:.15g}",
        formula2=f"{high:.15g}",
        errorStyle="stop",
    )


def _refusal(entry: Entry, say: Speaker) -> str:
    if entry.options or entry.choices:
        return say("Choose a value from the list.", "请从列表中选择。")
    if entry.limits is None:
        return say("Enter a text.", "请输入文本。")
    if entry.kind == "date":
        return say("Enter a date.", "请输入日期。")
    low, high = (f"{limit:,.15g}" for limit in entry.limits)
    return say(f"Enter a number from {low} to {high}.", f"请输入 {low} 至 {high} 之间的数。")


RATE_LIMITS: Final = (0.0, 1.0)
AMOUNT_LIMITS: Final = (0.0, 100_000_000.0)
"""Amounts in 10k yuan: up to a trillion yuan."""
DATE_LIMITS: Final = (36526.0, 73050.0)
"""1 January 2000 to the end of 2099, as Excel counts days."""
