"""The migration matrices: grades and tiers, in customers, shares and exposure, and cumulative PD."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, define, headers, put
from workbook_templates.conditions import colour_where, heat_map
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.migration_monitoring.layout import (
    GRADE_COUNT,
    GRADES,
    SHEETS,
    TIER_COUNT,
    TIERS,
    before,
    move_name,
    now,
)
from workbook_templates.page import new_result_page, rule_off, set_widths
from workbook_templates.style import BAD, CALCULATION, GOOD, LABEL, RESULT, SECTION
from workbook_templates.tier_colours import colour_tiers

MATRIX: Final = "migration_matrix"
"""Defined name of the shares from grade to grade, headers included."""
COUNTS: Final = "migration_counts"
_LEFT: Final = 2
_WIDTH: Final = GRADE_COUNT + 2
_PD: Final = _LEFT + _WIDTH + 1
_LAST: Final = _PD + 1
_CARD_ROW: Final = 4
_COUNTS_TOP: Final = 7
_SHARES_TOP: Final = _COUNTS_TOP + GRADE_COUNT + 3
_TIERS_TOP: Final = _SHARES_TOP + GRADE_COUNT + 3
_TIER_RIGHT: Final = _LEFT + TIER_COUNT + 2


def add_migration_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet."""
    say = Speaker(lang)
    sheet = new_result_page(
        book,
        SHEETS["migration"][lang],
        SHEETS["migration"][lang],
        say(
            '="From "&period_before&" (down) to "&period_5&" (across)  ·  as of "&TEXT(asof,"yyyy-mm-dd")',
            '="自 "&period_before&"（行）至 "&period_5&"（列）  ·  基准日 "&TEXT(asof,"yyyy-mm-dd")',
        ),
        lang,
    )
    rule_off(sheet, _LAST)
    widths = {_LEFT: 20.0, _PD - 1: 2.0, _PD: 16.0, _LAST: 18.0}
    widths |= dict.fromkeys(range(_LEFT + 1, _LEFT + _WIDTH), 11.0)
    set_widths(sheet, widths)
    _cards(book, sheet, say)
    _grades(book, sheet, lang)
    _tiers(book, sheet, lang)


def _cards(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    notches, begun, ended = move_name("notches"), before("grade"), now("grade")
    cards = (
        ("begun_customers", say("Customers before", "期初客户数"), f'=COUNTIF({begun},"?*")', 2, 3),
        ("moved_up", say("Upgraded", "上调"), f'=COUNTIF({notches},"<0")', 4, 5),
        ("unmoved", say("Unchanged", "不变"), f"=COUNTIF({notches},0)", 6, 7),
        ("moved_down", say("Downgraded", "下调"), f'=COUNTIF({notches},">0")', 8, 9),
        ("withdrawn", say("Left", "退出"), f'=SUMPRODUCT(({begun}<>"")*({ended}=""))', 10, 11),
        ("newcomers", say("New", "新增"), f'=SUMPRODUCT(({begun}="")*({ended}<>""))', 12, 13),
        ("ended_customers", say("Customers now", "期末客户数"), f'=COUNTIF({ended},"?*")', _PD, _LAST),
    )  # fmt: skip
    for name, text, formula, first, last in cards:
        define(book, name, card(sheet, _CARD_ROW, first, last, text, formula, "count"))
    sheet.row_dimensions[_CARD_ROW + 2].height = 6


def _spill(
    sheet: Worksheet, top: int, left: int, shape: tuple[int, int], formula: str, kind: str
) -> Box:
    """An array formula that gives headers and figures; returns the figures without the total."""
    rows, columns = shape
    for column in range(columns):
        headers(sheet, top, left + column, [""])
        sheet.cell(top, left + column).value = None
        for row in range(1, rows):
            last = column == columns - 1
            style = LABEL if column == 0 else RESULT if last else CALCULATION
            put(sheet, top + row, left + column, None, style, "words" if column == 0 else kind)
            sheet.cell(top + row, left + column).alignment = Alignment(
                horizontal="center", vertical="center"
            )
    area = Box(sheet, top, left, top + rows - 1, left + columns - 1)
    begun, ended = before("grade"), now("grade")
    nothing = f'SUMPRODUCT(({begun}<>"")*({ended}<>""))=0'
    sheet.cell(top, left).value = ArrayFormula(area.address, f'=IF({nothing},"",{formula})')
    return Box(sheet, top + 1, left + 1, top + rows - 1, left + columns - 2)


def _matrix(figure: str, grades: str, out: str, weights: str = "") -> str:
    arguments = {"weights": weights} if weights else {}
    return udf(
        "CR_MIGRATE",
        grade_begin=before(figure),
        grade_end=now(figure),
        grades=grades,
        **arguments,
        out=f'"{out}"',
        lang="lang",
    )


def _grades(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    grades, shape = GRADES.column("grade", lang), (GRADE_COUNT + 1, _WIDTH)
    put(sheet, _COUNTS_TOP, _LEFT, say("Grades: customers", "等级迁徙：客户数"), SECTION)
    formula = _matrix("grade", grades, "counts")
    counts = _spill(sheet, _COUNTS_TOP + 1, _LEFT, shape, formula, "tally")
    define(book, COUNTS, counts)
    put(sheet, _SHARES_TOP, _LEFT, say("Grades: shares of the row", "等级迁徙：行占比"), SECTION)
    formula = _matrix("grade", grades, "value")
    shares = _spill(sheet, _SHARES_TOP + 1, _LEFT, shape, formula, "share")
    whole = Box(sheet, shares.top - 1, shares.left - 1, shares.bottom, shares.right + 1)
    define(book, MATRIX, whole)
    for row in range(shares.top, shares.bottom + 1):
        sheet.cell(row, shares.right + 1).number_format = "#,##0"
    for cells in (counts, shares):
        _diagonal(cells)
    put(sheet, _SHARES_TOP, _PD, say("Cumulative PD", "累计违约概率"), SECTION)
    power = udf(
        "CR_MIGRATEPOWER",
        matrix=MATRIX,
        years="pd_years",
        months="migration_months",
        out='"pd"',
        lang="lang",
    )
    _spill(sheet, _SHARES_TOP + 1, _PD, (GRADE_COUNT, 2), power, "rate")


def _diagonal(cells: Box) -> None:
    """Right of the diagonal is worse, left of it better."""
    first = f"{get_column_letter(cells.left)}{cells.top}"
    corner = f"$B${cells.top - 1}"
    worse = f"COLUMN({first})-COLUMN({corner})-ROW({first})+ROW({corner})"
    colour_where(cells, f"AND(N({first})>0,{worse}>0)", ink=BAD, bold=True)
    colour_where(cells, f"AND(N({first})>0,{worse}<0)", ink=GOOD, bold=True)
    heat_map(cells)


def _tiers(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    tiers = TIERS.column("tier" if lang == "en" else "label_zh", lang)
    shape = (TIER_COUNT + 1, TIER_COUNT + 2)
    for top in (_COUNTS_TOP, _SHARES_TOP, _TIERS_TOP):
        sheet.row_dimensions[top].height = 24
    put(sheet, _TIERS_TOP, _LEFT, say("Tiers: customers", "层级迁徙：客户数"), SECTION)
    counts = _spill(sheet, _TIERS_TOP + 1, _LEFT, shape, _matrix("tier", tiers, "counts"), "tally")
    define(book, "tier_counts", counts)
    put(
        sheet, _TIERS_TOP, _TIER_RIGHT, say("Tiers: exposure before", "层级迁徙：期初敞口"), SECTION
    )
    formula = _matrix("tier", tiers, "counts", before("exposure"))
    amounts = _spill(sheet, _TIERS_TOP + 1, _TIER_RIGHT, shape, formula, "tally")
    for cells in (counts, amounts):
        heat_map(cells)
        colour_tiers(Box(sheet, cells.top, cells.left - 1, cells.bottom, cells.left - 1))
