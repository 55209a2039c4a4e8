"""The watch list: who is not green, the gravest first, with reason, measures, owner and due date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, define, headers, put
from workbook_templates.conditions import colour_where
from workbook_templates.early_warning.layout import DUTIES, SHEETS, TABLES, result_name
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pages.word_colours import colour_warnings
from workbook_templates.style import (
    BAD,
    BAD_FILL,
    CALCULATION,
    LABEL,
    PROSE,
    RESULT,
    TAB_RESULT,
    UNIT,
)

_ROWS: Final = 40
"""How many customers the list takes in a workbook of the usual size; the checks tell of more."""
_LEFT: Final = 2
_CARD_ROW: Final = 4
_HEADER_ROW: Final = 8
FIRST_ROW: Final = _HEADER_ROW + 1
_HEIGHT: Final = 58.0


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the list: a column of the results, found by the place on the list."""

    header: tuple[str, str]
    source: str
    kind: str
    width: float
    style: str = CALCULATION


_COLUMNS: Final = (
    _Column(("Customer ID", "客户编号"), "customer_id", "text", 11),
    _Column(("Name", "客户名称"), "name", "words", 25, PROSE),
    _Column(("Colour", "预警颜色"), "colour", "words", 14, RESULT),
    _Column(("Move", "变动"), "move", "words", 12),
    _Column(("Why", "预警理由"), "why", "words", 84, PROSE),
    _Column(("Balance", "贷款余额"), "balance", "money", 11),
    _Column(("New limit", "建议额度"), "new_limit", "money", 11, RESULT),
    _Column(("To pay down", "需压降"), "excess", "money", 11, RESULT),
    _Column(("New rate", "建议利率"), "new_rate", "pd", 10, RESULT),
    _Column(("Measures", "处置措施"), "actions", "words", 46, PROSE),
    _Column(("Manager", "客户经理"), "manager", "words", 14),
    _Column(("Unit", "责任部门"), "", "words", 20, PROSE),
    _Column(("Due", "完成日"), "due", "date", 12, RESULT),
    _Column(("Next review", "下次复评日"), "next_review", "date", 12, RESULT),
)
_LAST: Final = _LEFT + len(_COLUMNS)
_FOUND: Final = _LAST + 2
"""Where each row notes the customer's place in the results, beside the printed page."""


def rows_for(customers: int) -> int:
    """The list's rows: a larger workbook can list everybody, the usual one keeps to few pages."""
    usual = TABLES["customers"].rows
    return _ROWS if customers == usual else customers


def add_watch_list_sheet(book: Workbook, customers: int, lang: Lang) -> None:
    """Add the sheet, with room for so many customers."""
    say = Speaker(lang)
    setup = PageSetup(
        title=SHEETS["watch_list"][lang],
        subtitle="",
        tab=TAB_RESULT,
        repeat_rows=f"{_HEADER_ROW}:{_HEADER_ROW}",
    )
    sheet = new_page(book, setup.title, setup, lang)
    sheet["B2"] = say(
        '="As of "&TEXT(asof,"yyyy-mm-dd")&"  ·  amounts in CNY 10k  ·  the gravest first"',
        '="基准日 "&TEXT(asof,"yyyy-mm-dd")&"  ·  金额单位：万元  ·  由重到轻排列"',
    )
    rule_off(sheet, _LAST)
    widths = {_LEFT: 6.0, _FOUND - 1: 2.0, _FOUND: 12.0}
    widths |= {_LEFT + 1 + i: column.width for i, column in enumerate(_COLUMNS)}
    set_widths(sheet, widths)
    _cards(book, sheet, say)
    texts = [say("No.", "序号"), *(say(*column.header) for column in _COLUMNS)]
    headers(sheet, _HEADER_ROW, _LEFT, texts)
    sheet.row_dimensions[_HEADER_ROW].height = 22
    put(sheet, _HEADER_ROW, _FOUND, say("Row found", "所在行"), UNIT)
    last = _HEADER_ROW + rows_for(customers)
    for row in range(FIRST_ROW, last + 1):
        _row(sheet, row, lang)
    _colours(sheet, last)
    define(book, "listed_found", Box(sheet, FIRST_ROW, _FOUND, last, _FOUND))
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{last}"
    sheet.freeze_panes = f"E{FIRST_ROW}"


def _cards(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    grave, balance, excess, due = (
        result_name(name) for name in ("severity", "balance", "excess", "due")
    )
    red = f"MAX({DUTIES.column('severity', say.lang)})"
    cards = (
        ("watched", say("Customers on the list", "关注客户数"), "count", f'=COUNTIF({grave},">0")', 2, 4),
        ("watched_red", say("Gravest colour", "最重颜色客户数"), "count", f"=COUNTIF({grave},{red})", 5, 6),
        ("watched_balance", say("Balance watched", "关注贷款余额"), "money",
         f'=SUMIFS({balance},{grave},">0")', 7, 7),
        ("watched_excess", say("To pay down", "需压降合计"), "money", f"=SUM({excess})", 8, 10),
        ("first_due", say("First measures due", "最近完成日"), "date",
         f'=IF(COUNT({due})=0,"",MIN({due}))', 11, 12),
        ("unlisted", say("Not on the list for want of rows", "因行数不足未列示"), "count",
         '=watched-COUNTIF(listed_found,">0")', 13, 16),
    )  # fmt: skip
    for name, text, kind, formula, first, last in cards:
        define(book, name, card(sheet, _CARD_ROW, first, last, text, formula, kind))
    sheet.row_dimensions[_CARD_ROW + 2].height = 6
    sheet.row_dimensions[_CARD_ROW + 3].height = 6


def _row(sheet: Worksheet, row: int, lang: Lang) -> None:
    sheet.row_dimensions[row].height = _HEIGHT
    put(sheet, row, _LEFT, row - _HEADER_ROW, LABEL, "count")
    sheet.cell(row, _LEFT).alignment = Alignment(horizontal="center", vertical="center")
    found = f"${get_column_letter(_FOUND)}{row}"
    match = f"=IFERROR(MATCH($B{row},{result_name('position')},0),0)"
    put(sheet, row, _FOUND, match, UNIT, "count")
    for i, column in enumerate(_COLUMNS, start=_LEFT + 1):
        source = (
            f"INDEX({result_name(column.source)},{found})" if column.source else _unit(found, lang)
        )
        put(sheet, row, i, f'=IF({found}=0,"",{source})', column.style, column.kind)
        if column.kind == "words" and column.style != PROSE:
            sheet.cell(row, i).alignment = Alignment(
                horizontal="center", vertical="center", wrap_text=True
            )


def _unit(found: str, lang: Lang) -> str:
    """Who takes the measures, by how grave the colour is."""
    units = DUTIES.column(f"unit_{lang}", lang)
    grave = f"INDEX({result_name('severity')},{found})"
    return f"INDEX({units},MATCH({grave},{DUTIES.column('severity', lang)},0))"


def _colours(sheet: Worksheet, last: int) -> None:
    names = [column.source for column in _COLUMNS]
    places = {name: _LEFT + 1 + names.index(name) for name in ("colour", "excess", "next_review")}
    for name, place in places.items():
        cells = Box(sheet, FIRST_ROW, place, last, place)
        cell = f"{get_column_letter(place)}{FIRST_ROW}"
        if name == "colour":
            colour_warnings(cells)
        elif name == "excess":
            colour_where(cells, f"AND(ISNUMBER({cell}),{cell}>0)", ink=BAD, bold=True)
        else:
            colour_where(cells, f"AND(ISNUMBER({cell}),{cell}<asof)", ground=BAD_FILL)
