"""The history sheet: grade migration and trend over the snapshots, which stand below."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.pagebreak import Break, RowBreak
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, card, define, headers, put, table
from workbook_templates.conditions import colour_where, heat_map
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.portfolio.layout import (
    HISTORY_COLUMNS,
    HISTORY_TABLE,
    SHEETS,
    policy_column,
)
from workbook_templates.portfolio.strategy import GRADES
from workbook_templates.style import (
    BAD,
    CALCULATION,
    GOOD,
    HEADER,
    LABEL,
    RESULT,
    SECTION,
    TAB_RECORD,
    TOTAL,
)

SNAPSHOTS: Final = 4
"""How many snapshots the trend shows, the latest last."""
_LEFT: Final = 2
_SCALE: Final = 80
_CARD_ROW: Final = 4
_MATRIX_TITLE: Final = 7
_MATRIX_HEADER: Final = 8
_MATRIX_TOP: Final = 9
_MATRIX_BOTTOM: Final = _MATRIX_TOP + GRADES - 1
_TREND_TITLE: Final = _MATRIX_BOTTOM + 3
TREND_HEADER: Final = _TREND_TITLE + 1
TREND_TOP: Final = TREND_HEADER + 1
TREND_BOTTOM: Final = TREND_TOP + SNAPSHOTS - 1
_TABLE_TITLE: Final = TREND_BOTTOM + 2
_TABLE_HEADER: Final = _TABLE_TITLE + 1
TREND_DATE, TREND_RATE = _LEFT, _LEFT + 4
"""Columns of the trend that the dashboard draws."""


def _column(name: str, lang: Lang) -> str:
    header = next(column for column in HISTORY_COLUMNS if column.name == name).header(lang)
    return f"{HISTORY_TABLE}[{header}]"


def add_history_sheet(book: Workbook, lang: Lang, snapshots: list[list[CellValue]]) -> None:
    """Add the sheet with the snapshots and what they show."""
    say = Speaker(lang)
    title = SHEETS["history"][lang]
    setup = PageSetup(
        title=title,
        subtitle=say(
            "One snapshot per refresh. The matrix compares the last two; the rows below are the "
            "record and are written by the refresh.",
            "每次刷新留存一份快照。矩阵比较最近两期；下方记录由刷新程序写入。",
        ),
        tab=TAB_RECORD,
        scale=_SCALE,
    )
    sheet = new_page(book, title, setup, lang)
    rule_off(sheet, _LEFT + GRADES + 1)
    widths = {_LEFT + i: column.width for i, column in enumerate(HISTORY_COLUMNS)}
    widths |= {_LEFT + i: 12.0 for i in range(len(HISTORY_COLUMNS), GRADES + 2)}
    set_widths(sheet, widths)
    _cards(book, sheet, lang)
    _matrix(sheet, lang)
    _trend(sheet, lang)
    put(sheet, _TABLE_TITLE, _LEFT, say("Snapshots", "快照记录"), SECTION)
    breaks = RowBreak()
    breaks.append(Break(id=_TABLE_TITLE - 1))
    sheet.row_breaks = breaks
    sheet.row_dimensions[_TABLE_HEADER].height = 20
    kinds = [{"text": "words"}.get(column.kind, column.kind) for column in HISTORY_COLUMNS]
    texts = [column.header(lang) for column in HISTORY_COLUMNS]
    table(sheet, HISTORY_TABLE, _TABLE_HEADER, _LEFT, texts, snapshots, kinds, CALCULATION)


def _cards(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    dates = _column("as_of", lang)
    matrix = f"$C${_MATRIX_TOP}:${get_column_letter(_LEFT + GRADES)}${_MATRIX_BOTTOM}"
    worse = f"(COLUMN({matrix})-COLUMN($C${_MATRIX_TOP})-ROW({matrix})+ROW($C${_MATRIX_TOP}))"
    graded = f'COUNTIFS({dates},hist_latest,{_column("customer_id", lang)},"?*")'
    cards = (
        ("hist_latest", say("Latest snapshot", "最新快照"), "day", f"=MAX({dates})"),
        ("hist_previous", say("Snapshot before", "上期快照"), "day",
         f"=SUMPRODUCT(MAX(({dates}<hist_latest)*{dates}))"),
        ("moved_up", say("Upgraded", "上调"), "count", f"=SUMPRODUCT(({worse}<0)*{matrix})"),
        ("unmoved", say("Unchanged", "不变"), "count", f"=SUMPRODUCT(({worse}=0)*{matrix})"),
        ("moved_down", say("Downgraded", "下调"), "count", f"=SUMPRODUCT(({worse}>0)*{matrix})"),
        ("newcomers", say("New or not graded before", "新增或上期未评级"), "count",
         f"={graded}-moved_up-unmoved-moved_down"),
    )  # fmt: skip
    for i, (name, text, kind, formula) in enumerate(cards):
        first = _LEFT + 2 * i
        define(book, name, card(sheet, _CARD_ROW, first, first + 1, text, formula, kind))


def _matrix(sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, _MATRIX_TITLE, _LEFT,
        say("Grade migration: customers, from the snapshot before (down) to the latest (across)",
            "等级迁徙：客户数，自上期（行）至最新一期（列）"), SECTION)  # fmt: skip
    sheet.row_dimensions[_MATRIX_TITLE].height = 24
    grades = policy_column("grade_scale", "grade", lang)
    dates, now, before = (_column(n, lang) for n in ("as_of", "grade", "previous_grade"))
    put(sheet, _MATRIX_HEADER, _LEFT, say("From \\ to", "上期 \\ 本期"), HEADER)
    last = _LEFT + GRADES + 1
    put(sheet, _MATRIX_HEADER, last, say("Total", "合计"), HEADER)
    for i in range(GRADES):
        put(sheet, _MATRIX_HEADER, _LEFT + 1 + i, f'=IFERROR(INDEX({grades},{i + 1}),"")', HEADER)
        row = _MATRIX_TOP + i
        put(sheet, row, _LEFT, f'=IFERROR(INDEX({grades},{i + 1}),"")', LABEL)
        for j in range(GRADES):
            column = get_column_letter(_LEFT + 1 + j)
            formula = (
                f"=COUNTIFS({dates},hist_latest,{before},$B{row},{now},{column}${_MATRIX_HEADER})"
            )
            put(sheet, row, _LEFT + 1 + j, formula, CALCULATION, "tally")
        ends = f"C{row}:{get_column_letter(last - 1)}{row}"
        put(sheet, row, last, f"=SUM({ends})", RESULT, "count")
    put(sheet, _MATRIX_BOTTOM + 1, _LEFT, say("Total", "合计"), TOTAL)
    for place in range(_LEFT + 1, last + 1):
        letter = get_column_letter(place)
        formula = f"=SUM({letter}{_MATRIX_TOP}:{letter}{_MATRIX_BOTTOM})"
        put(sheet, _MATRIX_BOTTOM + 1, place, formula, TOTAL, "count")
    for row in range(_MATRIX_TOP, _MATRIX_BOTTOM + 2):
        for place in range(_LEFT, last + 1):
            sheet.cell(row, place).alignment = Alignment(horizontal="center", vertical="center")
    cells = Box(sheet, _MATRIX_TOP, _LEFT + 1, _MATRIX_BOTTOM, last - 1)
    first = f"C{_MATRIX_TOP}"
    worse = f"COLUMN({first})-COLUMN($C{_MATRIX_TOP})-ROW({first})+ROW(C${_MATRIX_TOP})"
    colour_where(cells, f"AND({first}>0,{worse}>0)", ink=BAD, bold=True)
    colour_where(cells, f"AND({first}>0,{worse}<0)", ink=GOOD, bold=True)
    heat_map(cells)


def _trend(sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, _TREND_TITLE, _LEFT, say("Trend", "趋势"), SECTION)
    texts = [say("As of", "基准日"), say("Customers", "客户数"), say("Exposure", "敞口"),
             say("Expected loss", "预期损失"), say("Loss rate", "预期损失率")]  # fmt: skip
    headers(sheet, TREND_HEADER, _LEFT, texts)
    dates = _column("as_of", lang)
    for row in range(TREND_TOP, TREND_BOTTOM + 1):
        later = f"B{row + 1}"
        earlier = f"SUMPRODUCT(MAX(({dates}<{later})*{dates}))"
        day = (
            "=hist_latest"
            if row == TREND_BOTTOM
            else f'=IF(N({later})=0,"",IF({earlier}=0,"",{earlier}))'
        )
        put(sheet, row, TREND_DATE, day, CALCULATION, "date")
        measures = (
            (f"COUNTIFS({dates},$B{row})", "count"),
            (f"SUMIFS({_column('exposure', lang)},{dates},$B{row})", "money"),
            (f"SUMIFS({_column('expected_loss', lang)},{dates},$B{row})", "number"),
        )
        for i, (formula, kind) in enumerate(measures, start=1):
            put(sheet, row, _LEFT + i, f'=IF($B{row}="","",{formula})', CALCULATION, kind)
        rate = f'=IF(N($D{row})=0,"",$E{row}/$D{row})'
        put(sheet, row, TREND_RATE, rate, RESULT, "pd")
