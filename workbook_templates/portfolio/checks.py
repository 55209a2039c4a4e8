"""The data check and the audit log: what was read, what was left out, and whether it adds up."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, CellValue, card, define, headers, merge, put, table
from workbook_templates.conditions import colour_where
from workbook_templates.fields import TABLES, TableName, fields
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.portfolio.layout import (
    AUDIT_COLUMNS,
    AUDIT_TABLE,
    CHECK_COLUMNS,
    CHECK_TABLE,
    CHECK_TOTAL_NAME,
    HEADER_ROW,
    HISTORY_COLUMNS,
    HISTORY_TABLE,
    KEPT_NAMES,
    READ_NAMES,
    SHEETS,
    UNLISTED_NAMES,
    WRITTEN_NAMES,
    Column,
    reference,
    result_name,
)
from workbook_templates.style import (
    BAD,
    BAD_FILL,
    CALCULATION,
    GOOD,
    GOOD_FILL,
    INPUT,
    LABEL,
    RESULT,
    SECTION,
    TAB_RECORD,
)

_LEFT: Final = 2
_CARD_ROW: Final = 4
_ROWS_TITLE: Final = 7
_ROWS_TOP: Final = 9
_SUMS_TITLE: Final = _ROWS_TOP + len(TABLES) + 1
_SUMS_TOP: Final = _SUMS_TITLE + 2
_SUMS: Final = 11
_TABLE_TITLE: Final = _SUMS_TOP + _SUMS + 1
CHECK_HEADER: Final = _TABLE_TITLE + 1
_DECIMALS: Final = 4
_FIGURES: Final = _LEFT + 4
"""Column of the first figure in the totals; their labels need the columns before."""


def add_check_sheet(
    book: Workbook,
    lang: Lang,
    counts: dict[TableName, tuple[int, int]],
    faults: list[list[CellValue]],
) -> None:
    """Add the data check.

    Args:
        book: the workbook.
        lang: its language.
        counts: rows read and rows kept of each table.
        faults: the entries on the list, in the order of the columns.
    """
    say = Speaker(lang)
    title = SHEETS["checks"][lang]
    setup = PageSetup(
        title=title,
        subtitle=say(
            "Every row that was read is either in the results or in the list below. "
            "All differences must be zero.",
            "读入的每一行要么进入结果，要么列于下表；所有差额必须为零。",
        ),
        tab=TAB_RECORD,
    )
    sheet = new_page(book, title, setup, lang)
    rule_off(sheet, _LEFT + len(CHECK_COLUMNS) - 1)
    set_widths(sheet, {_LEFT + i: column.width for i, column in enumerate(CHECK_COLUMNS)})
    _row_counts(book, sheet, lang, counts)
    _sums(sheet, lang)
    _total(book, sheet, say)
    put(sheet, _TABLE_TITLE, _LEFT, say("What was found", "发现的问题"), SECTION)
    sheet.row_dimensions[CHECK_HEADER].height = 20
    _record(sheet, CHECK_TABLE, CHECK_HEADER, CHECK_COLUMNS, faults, lang)


def _record(
    sheet: Worksheet,
    name: str,
    top: int,
    columns: tuple[Column, ...],
    rows: list[list[CellValue]],
    lang: Lang,
) -> Box:
    kinds = [column.kind for column in columns]
    texts = [column.header(lang) for column in columns]
    body = table(sheet, name, top, _LEFT, texts, rows, kinds, CALCULATION)
    for i, column in enumerate(columns):
        if column.kind != "text":
            continue
        for row in range(body.top, body.bottom + 1):
            cell = sheet.cell(row, _LEFT + i)
            cell.alignment = Alignment(
                horizontal="left", vertical="center", wrap_text=True, indent=1
            )
    return body


def _row_counts(
    book: Workbook, sheet: Worksheet, lang: Lang, counts: dict[TableName, tuple[int, int]]
) -> None:
    say = Speaker(lang)
    put(sheet, _ROWS_TITLE, _LEFT, say("Rows", "行数核对"), SECTION)
    texts = [
        say("Table", "数据表"), say("Rows read", "读入行数"), say("Kept", "保留"),
        say("Listed", "列示"), say("Not listed", "未列示"), say("Written", "写入"),
        say("On the sheet", "表内行数"), say("Difference", "差额"),
    ]  # fmt: skip
    headers(sheet, _ROWS_TOP - 1, _LEFT, texts)
    sheet.row_dimensions[_ROWS_TOP - 1].height = 20
    names = {column.name: column.header(lang) for column in CHECK_COLUMNS}
    left_out = f"{CHECK_TABLE}[{names['left_out']}]"
    of_table = f"{CHECK_TABLE}[{names['table']}]"
    for row, name in enumerate(TABLES, start=_ROWS_TOP):
        read, kept = counts[name]
        put(sheet, row, _LEFT, SHEETS[name][lang], LABEL)
        listed = f"=SUMPRODUCT(--({of_table}=$B{row}),{left_out})"
        key = reference(name, fields(name)[0].name, lang)
        cells: tuple[tuple[str, CellValue, str], ...] = (
            (READ_NAMES[name], read, INPUT),
            (KEPT_NAMES[name], kept, INPUT),
            ("", listed, CALCULATION),
            (UNLISTED_NAMES[name], 0, INPUT),
            (WRITTEN_NAMES[name], kept, INPUT),
            ("", f'=SUMPRODUCT(--({key}<>""))', CALCULATION),
        )
        for i, (cell_name, value, style) in enumerate(cells, start=_LEFT + 1):
            put(sheet, row, i, value, style, "count")
            if cell_name:
                define(book, cell_name, Box(sheet, row, i, row, i))
        difference = f"=ABS(C{row}-D{row}-E{row}-F{row})+ABS(G{row}-H{row})"
        put(sheet, row, _LEFT + 7, difference, RESULT, "count")


def _sums(sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, _SUMS_TITLE, _LEFT, say("Totals", "合计核对"), SECTION)
    texts = [say("Check", "核对项"), "", "", "", say("Here", "数值一"), say("There", "数值二"),
             say("Difference", "差额")]  # fmt: skip
    headers(sheet, _SUMS_TOP - 1, _LEFT, texts)
    merge(sheet, Box(sheet, _SUMS_TOP - 1, _LEFT, _SUMS_TOP - 1, _FIGURES - 1))
    exposure, tier, loss = (result_name(n) for n in ("exposure", "risk_tier", "expected_loss"))
    needed = result_name("provision")
    balance = reference("loans", "balance", lang)
    listed = {column.name: column.header(lang) for column in HISTORY_COLUMNS}
    days, losses = (f"{HISTORY_TABLE}[{listed[n]}]" for n in ("as_of", "expected_loss"))
    pairs = (
        (say("Exposure: loans and results", "敞口：贷款与结果"), f"=SUM({balance})", f"=SUM({exposure})"),
        (say("Customers: sheet and results", "客户数：客户表与结果"), "=H9", "=total_customers"),
        (say("Customers: with and without a tier", "客户数：已分层与未分层"), "=total_customers",
         "=tier_customers+not_classified"),
        (say("Exposure: tiers and results", "敞口：分层与结果"), "=tier_exposure",
         f'=SUMIFS({exposure},{tier},"?*")'),
        (say("Exposure: value × risk and tiers", "敞口：价值 × 风险与分层"), "=heat_exposure", "=tier_exposure"),
        (say("Expected loss: latest snapshot and results", "预期损失：最新快照与结果"),
         f"=SUMIFS({losses},{days},asof)", f'=SUMIFS({loss},{loss},">=0")'),
        (say("Exposure: five-tier classes and results", "敞口：五级分类与结果"),
         "=SUM(class_exposure)+class_unknown", "=total_exposure"),
        (say("Provisions: classes and customers", "准备：分类与客户"),
         "=class_provision", f'=SUMIFS({needed},{needed},">=0")'),
        (say("Exposure: classes in the books and results", "敞口：账面分类与结果"),
         "=matrix_exposure", "=total_exposure"),
        (say("Exposure: industries and results", "敞口：行业与结果"), "=exposure_by_industry", "=total_exposure"),
        (say("Exposure: kinds of security and results", "敞口：担保方式与结果"),
         "=exposure_by_guarantee", "=total_exposure"),
    )  # fmt: skip
    for row, (text, here, there) in enumerate(pairs, start=_SUMS_TOP):
        for column in range(_LEFT, _FIGURES):
            put(sheet, row, column, None, LABEL)
        put(sheet, row, _LEFT, text, LABEL)
        merge(sheet, Box(sheet, row, _LEFT, row, _FIGURES - 1))
        put(sheet, row, _FIGURES, here, CALCULATION, "number")
        put(sheet, row, _FIGURES + 1, there, CALCULATION, "number")
        difference = f"=ROUND(ABS(F{row}-G{row}),{_DECIMALS})"
        put(sheet, row, _FIGURES + 2, difference, RESULT, "number")


def _total(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    rows = Box(sheet, _ROWS_TOP, _LEFT + 7, _SUMS_TITLE - 2, _LEFT + 7)
    last = _SUMS_TOP + _SUMS - 1
    sums = Box(sheet, _SUMS_TOP, _FIGURES + 2, last, _FIGURES + 2)
    text = say("Sum of all differences", "差额合计")
    total = card(
        sheet,
        _CARD_ROW,
        _LEFT,
        _LEFT + 1,
        text,
        f"=SUM({rows.address})+SUM({sums.address})",
        "number",
    )
    define(book, CHECK_TOTAL_NAME, total)
    text = say("Everything adds up?", "是否核平")
    yes, no = say("Yes", "是"), say("No: see below", "否：见下")
    formula = f'=IF({CHECK_TOTAL_NAME}=0,"{yes}","{no}")'
    status = card(sheet, _CARD_ROW, _LEFT + 2, _LEFT + 4, text, formula, "words")
    for cell in (total, status):
        colour_where(cell, f"{CHECK_TOTAL_NAME}=0", ground=GOOD_FILL, ink=GOOD, bold=True)
        colour_where(cell, f"{CHECK_TOTAL_NAME}<>0", ground=BAD_FILL, ink=BAD, bold=True)
    for cells in (rows, sums):
        first = f"{get_column_letter(cells.left)}{cells.top}"
        colour_where(cells, f"{first}<>0", ground=BAD_FILL)


def add_audit_sheet(book: Workbook, lang: Lang, rows: list[list[CellValue]]) -> None:
    """Add the audit log: one row per refresh."""
    say = Speaker(lang)
    title = SHEETS["audit"][lang]
    setup = PageSetup(
        title=title,
        subtitle=say(
            "One row per refresh: when, by whom, from what, with which policy, and what came of it.",
            "每次刷新一行：时间、运行人、数据来源、政策版本及结果。",
        ),
        tab=TAB_RECORD,
        repeat_rows=f"{HEADER_ROW}:{HEADER_ROW}",
    )
    sheet = new_page(book, title, setup, lang)
    rule_off(sheet, _LEFT + len(AUDIT_COLUMNS) - 1)
    set_widths(sheet, {_LEFT + i: column.width for i, column in enumerate(AUDIT_COLUMNS)})
    sheet.row_dimensions[HEADER_ROW].height = 20
    _record(sheet, AUDIT_TABLE, HEADER_ROW, AUDIT_COLUMNS, rows, lang)
    sheet.freeze_panes = f"B{HEADER_ROW + 1}"
