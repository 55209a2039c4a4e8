"""Single policy cells: their name, value and what they do."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Final, Literal

from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, define, headers, merge, put
from workbook_templates.language import LANGUAGES, Lang, Speaker
from workbook_templates.page import set_widths
from workbook_templates.style import INPUT, LABEL, NOTE, PROSE, SECTION
from workbook_templates.text_width import text_width

_LIMITS: Final[dict[str, tuple[Literal["decimal", "whole"], str, str]]] = {
    "rate": ("decimal", "-1", "1"),
    "pd": ("decimal", "-1", "1"),
    "count": ("whole", "0", "100000"),
    "times": ("decimal", "0", "100000"),
    "money": ("decimal", "0", "1E12"),
}
"""What may stand in a cell, by kind of number."""
_FIRST_DAY: Final = "18264"
"""1950-01-01: a history of long ago has an as-of date of long ago."""
_LEAST_WIDTHS: Final = (24.0, 14.0, 14.0, 36.0)
_WIDEST: Final = (44.0, 60.0, 26.0, 54.0)
"""Characters of label, value, name and help; a longer help runs over several lines."""
_AROUND, _GAP = 4.0, 4.0
_LINE, _SPACE = 13.5, 6.0


@dataclass(frozen=True, slots=True)
class Setting:
    """One policy cell.

    Attributes:
        name: its defined name.
        value: what it starts with.
        kind: of number format.
        label: what it is, in English and Chinese.
        help: what it does, in English and Chinese.
        options: the values allowed; empty if any of the kind.
    """

    name: str
    value: CellValue
    kind: str
    label: tuple[str, str]
    help: tuple[str, str]
    options: tuple[str, ...] = ()


def as_of_setting(day: dt.date) -> Setting:
    """The date up to which everything counts."""
    label = ("As-of date", "基准日")
    help_texts = (
        "All days and periods are counted up to this date.",
        "所有天数与期间均截至该日。",
    )
    return Setting("asof", day, "date", label, help_texts)


def language_setting(lang: Lang) -> Setting:
    """The language in which the functions answer."""
    label = ("Language of results", "结果语言")
    help_texts = (
        "en or zh: labels and reasons that the functions write.",
        "en 或 zh：函数输出的标签与理由所用语言。",
    )
    return Setting("lang", lang, "text", label, help_texts, LANGUAGES)


def abc_settings() -> tuple[Setting, ...]:
    """Where the classes of the ABC analysis end, and who belongs to which at the border."""
    share = ("Cumulative share of the contribution.", "综合贡献的累计占比。")
    crossing = (
        "down: the customer that crosses a cut-off belongs to the lower class.",
        "down：跨越上限的客户归入下一类；up：归入上一类。",
    )
    border = ("ABC: customer on the border", "ABC：跨界客户归属")
    return (
        Setting("abc_cut_a", 0.8, "rate", ("ABC: class A up to", "ABC：A 类累计占比"), share),
        Setting("abc_cut_b", 0.95, "rate", ("ABC: class B up to", "ABC：B 类累计占比"), share),
        Setting("abc_cross", "down", "text", border, crossing, ("down", "up")),
    )


def add_settings(
    book: Workbook,
    sheet: Worksheet,
    settings: tuple[Setting, ...],
    rows: tuple[int, int, int],
    left: int,
    lang: Lang,
) -> int:
    """Write the settings as a labelled block; returns the first column after it.

    Args:
        book: the workbook, which gets their names.
        sheet: the policy sheet.
        settings: in their order.
        rows: the rows of title, note and headers.
        left: the first column.
        lang: language of the workbook.
    """
    say = Speaker(lang)
    title_row, note_row, header_row = rows
    put(sheet, title_row, left, say("Settings", "参数"), SECTION)
    note = say(
        "Names in the third column are what formulas use. The values are creditcells defaults: "
        "replace them by your bank's own.",
        "第三列为公式中使用的名称。数值为 creditcells 默认值，请替换为本行口径。",
    )
    put(sheet, note_row, left, note, NOTE)
    merge(sheet, Box(sheet, note_row, left, note_row, left + 3))
    texts = [
        say("Setting", "参数"),
        say("Value", "取值"),
        say("Name", "名称"),
        say("What it does", "作用"),
    ]
    headers(sheet, header_row, left, texts)
    for row, setting in enumerate(settings, start=header_row + 1):
        put(sheet, row, left, say(*setting.label), LABEL)
        put(sheet, row, left + 1, setting.value, INPUT, setting.kind)
        put(sheet, row, left + 2, setting.name, PROSE)
        put(sheet, row, left + 3, say(*setting.help), PROSE)
        value = Box(sheet, row, left + 1, row, left + 1)
        define(book, setting.name, value)
        _validate(setting, value, say)
    widths = _widths(settings, say)
    set_widths(sheet, {left + i: width for i, width in enumerate(widths)})
    for row, setting in enumerate(settings, start=header_row + 1):
        lines = math.ceil((text_width(say(*setting.help)) + _AROUND) / widths[3])
        if lines > 1:
            sheet.row_dimensions[row].height = _LINE * lines + _SPACE
    return left + len(widths)


def _widths(settings: tuple[Setting, ...], say: Speaker) -> tuple[float, ...]:
    """The widths of label, value, name and help, and of the gap behind them."""
    columns = (
        [say(*setting.label) for setting in settings],
        [str(setting.value) for setting in settings],
        [setting.name for setting in settings],
        [say(*setting.help) for setting in settings],
    )
    longest = (max(map(text_width, texts)) + _AROUND for texts in columns)
    pairs = zip(longest, _LEAST_WIDTHS, _WIDEST, strict=True)
    return (*(max(least, min(most, width)) for width, least, most in pairs), _GAP)


def _validate(setting: Setting, value: Box, say: Speaker) -> None:
    rule = _rule(setting)
    rule.allow_blank = False
    rule.promptTitle = say(*setting.label)[:32]
    rule.prompt = say(*setting.help)
    rule.showInputMessage = True
    rule.showErrorMessage = rule.type is not None
    value.sheet.add_data_validation(rule)
    rule.add(value.address)


def _rule(setting: Setting) -> DataValidation:
    if setting.options or setting.kind == "flag":
        options = setting.options or ("TRUE", "FALSE")
        return DataValidation(type="list", formula1=f'"{",".join(options)}"')
    if setting.kind in _LIMITS:
        of, least, most = _LIMITS[setting.kind]
        return DataValidation(type=of, operator="between", formula1=least, formula2=most)
    if isinstance(setting.value, dt.date):
        return DataValidation(type="date", operator="greaterThan", formula1=_FIRST_DAY)
    return DataValidation()
