"""A sheet with one input table: keys, units and headers over validated cells, with rows to spare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from workbook_templates.blocks import Box, CellValue, put, table
from workbook_templates.data_tables import DataTable
from workbook_templates.fields import Field
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import INPUT, TAB_INPUT, UNIT
from workbook_templates.validation import validate

KEY_ROW: Final = 4
UNIT_ROW: Final = 5
HEADER_ROW: Final = 6
FIRST_ROW: Final = HEADER_ROW + 1
_LEFT: Final = 2
_FORMATS: Final = {
    "%": "rate",
    "% with two places": "pd",
    "times": "times",
    "CNY 10k": "money",
    "CNY 10k, one place": "number",
}

Row = dict[str, CellValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputTable:
    """One input table and its sheet.

    Attributes:
        table: its name, its sheet and its columns.
        subtitle: one line under the sheet's title.
        rows: what it holds, by the fields' names.
        room: for how many rows; those beyond what it holds are blank.
        owners: fields that name a row of another table, by the defined name of that table's keys.
        frozen: how many columns stay in sight.
        portrait: whether it prints upright.
        pages_wide: sheets of paper across.
    """

    table: DataTable
    subtitle: str
    rows: Sequence[Row]
    room: int
    owners: Mapping[str, str] = field(default_factory=dict)
    frozen: int = 1
    portrait: bool = False
    pages_wide: int = 1


def add_input_sheet(book: Workbook, spec: InputTable, lang: Lang) -> Box:
    """Add the sheet; returns the block of the table's body."""
    data = spec.table
    setup = PageSetup(
        title=data.titles[lang],
        subtitle=spec.subtitle,
        tab=TAB_INPUT,
        repeat_rows=f"{HEADER_ROW}:{HEADER_ROW}",
        repeat_columns=f"A:{get_column_letter(_LEFT + spec.frozen - 1)}" if spec.frozen > 1 else "",
        orientation="portrait" if spec.portrait else "landscape",
        pages_wide=spec.pages_wide,
    )
    sheet = new_page(book, setup.title, setup, lang)
    rule_off(sheet, _LEFT + len(data.fields) - 1)
    sheet.row_dimensions[KEY_ROW].height = 14
    sheet.row_dimensions[UNIT_ROW].height = 14
    sheet.row_dimensions[HEADER_ROW].height = 32
    for i, one in enumerate(data.fields):
        put(sheet, KEY_ROW, _LEFT + i, one.name, UNIT)
        put(sheet, UNIT_ROW, _LEFT + i, _unit(one, lang), UNIT)
    set_widths(sheet, {_LEFT + i: one.width for i, one in enumerate(data.fields)})
    texts = [one.header(lang) for one in data.fields]
    kinds = [_kind(one) for one in data.fields]
    body = table(
        sheet, data.excel_table, HEADER_ROW, _LEFT, texts, _cells(spec, lang), kinds, INPUT
    )
    lists = {**data.lists, **spec.owners}
    for i, one in enumerate(data.fields):
        cells = body.column(i)
        if one.name in lists:
            _choose(one, cells, lists[one.name], lang, several=one.name in data.several)
        else:
            validate(one, cells, lang)
    sheet.freeze_panes = f"{get_column_letter(_LEFT + spec.frozen)}{FIRST_ROW}"
    return body


def _cells(spec: InputTable, lang: Lang) -> list[list[CellValue]]:
    fields = spec.table.fields
    rows = [[_word(one, row.get(one.name), lang) for one in fields] for row in spec.rows]
    return rows + [[None] * len(fields) for _ in range(spec.room - len(rows))]


def _word(one: Field, value: CellValue, lang: Lang) -> CellValue:
    """An option in the workbook's language; other values as they are."""
    if value is None or not one.options:
        return value
    return one.options[str(value)] if lang == "zh" else value


def _choose(one: Field, cells: Box, source: str, lang: Lang, *, several: bool) -> None:
    """Let the cells be chosen from others, such as those of a policy table."""
    say = Speaker(lang)
    rule = DataValidation(type="list", formula1=f"={source}", errorStyle="stop")
    rule.allow_blank = not one.required
    rule.promptTitle = one.header(lang)[:32]
    rule.prompt = one.help[lang]
    rule.showInputMessage = True
    rule.errorTitle = one.header(lang)[:32]
    rule.error = say("Choose from the list.", "请从列表中选择。")
    rule.showErrorMessage = not several
    cells.sheet.add_data_validation(rule)
    rule.add(cells.address)


def _unit(one: Field, lang: Lang) -> str:
    say = Speaker(lang)
    required = say("required", "必填") if one.required else ""
    unit = "%" if one.unit["en"].startswith("%") else one.unit[lang]
    return " · ".join(part for part in (unit, required) if part)


def _kind(one: Field) -> str:
    """The number format of a field."""
    if one.kind == "number":
        return _FORMATS.get(one.unit["en"], "count")
    return "words" if one.kind == "flag" or one.options else one.kind
