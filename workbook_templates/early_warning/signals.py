"""The signals: the points of every signal of every customer, as CR_EWS lays them out."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, column_formula, define, headers, put
from workbook_templates.conditions import colour_where, heat_map
from workbook_templates.early_warning.comparison import (
    CODES,
    before_name,
    events_name,
    now_name,
)
from workbook_templates.early_warning.layout import (
    COLOURS,
    QUARTERS,
    RULES,
    SHEETS,
    SIGNALS,
    TABLES,
)
from workbook_templates.early_warning.trends import if_filled
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pages.word_colours import colour_warnings
from workbook_templates.style import BAD_FILL, CALCULATION, FORMATS, RESULT, TAB_RESULT

HEADER_ROW: Final = 6
FIRST_ROW: Final = HEADER_ROW + 1
_LEFT: Final = 2
_TABLE: Final = _LEFT + 2
FIRST_SIGNAL: Final = _TABLE + 4
LAST_SIGNAL: Final = FIRST_SIGNAL + len(SIGNALS) - 1
NAMES: Final = ("signal_colour", "signal_points", "signal_hard", "signal_missing")
"""Defined names of the first columns of the table: colour, points, hard triggers, what is missing."""
_WIDTHS: Final = (20.0, 9.0, 66.0, 100.0)


def warning(quarter: int, out: str) -> str:
    """The warning of a quarter, by all that the policy sheet says."""
    return udf(
        "CR_EWS",
        values=now_name(quarter),
        indicators=CODES,
        prior_values=before_name(quarter),
        flags=events_name(quarter),
        rules=RULES.whole,
        colours=COLOURS.whole,
        out=f'"{out}"',
        lang="lang",
    )


def add_signals_sheet(book: Workbook, customers: int, lang: Lang) -> None:
    """Add the sheet, with room for so many customers."""
    say = Speaker(lang)
    setup = PageSetup(
        title=SHEETS["signals"][lang],
        subtitle=say(
            "The points of each signal in the present period. One array formula gives headers "
            "and rows; a blank is a signal whose figures are missing.",
            "本期各信号的分值。表头与各行由一个数组公式给出；空白表示该信号缺少数据。",
        ),
        tab=TAB_RESULT,
        repeat_rows=f"{HEADER_ROW}:{HEADER_ROW}",
        repeat_columns="A:C",
        pages_wide=2,
    )
    last = HEADER_ROW + customers
    sheet = new_page(book, setup.title, setup, lang)
    rule_off(sheet, LAST_SIGNAL)
    widths = (13.0, 42.0, *_WIDTHS, *[13.0] * len(SIGNALS))
    set_widths(sheet, {_LEFT + i: width for i, width in enumerate(widths)})
    sheet.row_dimensions[HEADER_ROW].height = 76
    headers(sheet, HEADER_ROW, _LEFT, [say("Customer ID", "客户编号"), say("Name", "客户名称")])
    for place, (name, kind) in enumerate((("customer_id", "text"), ("name", "words"))):
        body = Box(sheet, FIRST_ROW, _LEFT + place, last, _LEFT + place)
        column_formula(body, if_filled(TABLES["customers"].column(name, lang)), CALCULATION, kind)
    _table(sheet, last)
    for place, name in enumerate(NAMES):
        body = Box(sheet, FIRST_ROW, _TABLE + place, last, _TABLE + place)
        define(book, name, body)
    colour_warnings(Box(sheet, FIRST_ROW, _TABLE, last, _TABLE))
    hard = Box(sheet, FIRST_ROW, _TABLE + 2, last, _TABLE + 2)
    colour_where(hard, f"LEN(F{FIRST_ROW})>0", ground=BAD_FILL)
    heat_map(Box(sheet, FIRST_ROW, FIRST_SIGNAL, last, LAST_SIGNAL))
    sheet.freeze_panes = f"D{FIRST_ROW}"


def _table(sheet: Worksheet, last: int) -> None:
    """The table that the function gives, its headers included."""
    headers(sheet, HEADER_ROW, _TABLE, [""] * (4 + len(SIGNALS)))
    for row in range(FIRST_ROW, last + 1):
        put(sheet, row, _TABLE, None, RESULT, "words")
        put(sheet, row, _TABLE + 1, None, RESULT, "count")
        put(sheet, row, _TABLE + 2, None, CALCULATION, "words")
        put(sheet, row, _TABLE + 3, None, CALCULATION, "words")
        for place in range(FIRST_SIGNAL, LAST_SIGNAL + 1):
            put(sheet, row, place, None, CALCULATION, "tally")
            sheet.cell(row, place).alignment = Alignment(horizontal="center", vertical="center")
            sheet.cell(row, place).number_format = FORMATS["tally"]
    whole = Box(sheet, HEADER_ROW, _TABLE, last, LAST_SIGNAL)
    for place in range(_TABLE, LAST_SIGNAL + 1):
        sheet.cell(HEADER_ROW, place).value = None
    # Without a figure or an event the function has no table to give.
    nothing = f'COUNT({now_name(QUARTERS)})+COUNTIF({events_name(QUARTERS)},"?*")=0'
    formula = f'=IF({nothing},"",{warning(QUARTERS, "table")})'
    sheet.cell(HEADER_ROW, _TABLE).value = ArrayFormula(whole.address, formula)
