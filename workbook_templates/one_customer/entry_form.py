"""Labelled input cells, each with its unit, its prompt and what may stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, define, put
from workbook_templates.language import Lang, Speaker
from workbook_templates.style import INPUT, LABEL, UNIT

_PROMPT_LIMIT: Final = 255
_TITLE_LIMIT: Final = 32
"""What Excel takes; a file with longer texts is reported as damaged."""
_FIRST_DAY, _LAST_DAY = 36526, 73050
"""From 2000-01-01 to 2099-12-31, as Excel counts days."""

Kind = Literal[
    "text", "words", "number", "money", "count", "code", "rate", "pd", "times", "date", "flag"
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One input: its defined name, labels, and what may stand in it.

    Attributes:
        name: the defined name of its cell; "" for none.
        en: its label in English.
        zh: its label in Chinese.
        kind: of number format.
        value: what the worked case holds.
        unit: in English and Chinese; blank without one.
        help: the prompt, in English and Chinese.
        lower: the least number allowed; None without limits.
        upper: the highest number allowed.
        choices: the name of the cells that list what is allowed, or the texts themselves.
    """

    name: str
    en: str
    zh: str
    kind: Kind
    value: CellValue
    unit: tuple[str, str] = ("", "")
    help: tuple[str, str] = ("", "")
    lower: float | None = None
    upper: float | None = None
    choices: str | tuple[str, ...] = ""


def add_entries(
    book: Workbook, sheet: Worksheet, top: int, left: int, entries: Sequence[Entry], lang: Lang
) -> int:
    """Write entries below each other: label, input, unit; returns the next free row."""
    say = Speaker(lang)
    for row, entry in enumerate(entries, start=top):
        put(sheet, row, left, say(entry.en, entry.zh), LABEL)
        put(sheet, row, left + 1, entry.value, INPUT, entry.kind)
        sheet.cell(row, left + 1).alignment = Alignment(
            horizontal="left", vertical="center", indent=1
        )
        put(sheet, row, left + 2, say(*entry.unit) or None, UNIT)
        sheet.row_dimensions[row].height = 18
        cell = Box(sheet, row, left + 1, row, left + 1)
        if entry.name:
            define(book, entry.name, cell)
        restrict(cell, entry, lang)
    return top + len(entries)


def restrict(cells: Box, entry: Entry, lang: Lang) -> None:
    """Prompt for an input and refuse what cannot stand in it."""
    say = Speaker(lang)
    rule = _rule(entry)
    rule.allow_blank = True
    rule.showInputMessage = True
    rule.promptTitle = say(entry.en, entry.zh)[:_TITLE_LIMIT]
    rule.prompt = (say(*entry.help) or _allowed(entry, say))[:_PROMPT_LIMIT]
    if rule.type is not None:
        rule.showErrorMessage = True
        rule.errorTitle = rule.promptTitle
        rule.error = say(f"Allowed: {_allowed(entry, say)}.", f"允许：{_allowed(entry, say)}。")
    cells.sheet.add_data_validation(rule)
    rule.add(cells.address)


def _rule(entry: Entry) -> DataValidation:
    if isinstance(entry.choices, tuple):
        return DataValidation(type="list", formula1=f'"{",".join(entry.choices)}"')
    if entry.choices:
        return DataValidation(type="list", formula1=f"={entry.choices}")
    if entry.kind == "date":
        return DataValidation(
            type="date", operator="between", formula1=str(_FIRST_DAY), formula2=str(_LAST_DAY)
        )
    if entry.lower is not None and entry.upper is not None:
        return DataValidation(
            type="decimal",
            operator="between",
            formula1=f"{entry.lower:.15g}",
            formula2=f"{entry.upper:.15g}",
        )
    return DataValidation()


def _allowed(entry: Entry, say: Speaker) -> str:
    if isinstance(entry.choices, tuple):
        return say(", ", "、").join(entry.choices)
    if entry.choices:
        return say("one of the list", "列表中的一项")
    if entry.kind == "date":
        return say("a date", "日期")
    if entry.lower is not None and entry.upper is not None:
        low, high = f"{entry.lower:,.15g}", f"{entry.upper:,.15g}"
        return say(f"a number from {low} to {high}", f"{low} 至 {high} 之间的数")
    return say("a text", "文本")
