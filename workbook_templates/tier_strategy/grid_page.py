"""The grid: for each grade and value class the tier, who is there, and what to do."""

from __future__ import annotations

import math
from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, merge, put
from workbook_templates.conditions import heat_map
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import CALCULATION, HEADER, LABEL, PROSE, RESULT, TAB_RESULT, TOTAL
from workbook_templates.text_width import text_width
from workbook_templates.tier_colours import colour_tiers
from workbook_templates.tier_strategy.layout import (
    ACTIONS,
    CLASS_COUNT,
    CLASSES,
    GRADE_COUNT,
    GRADES,
    SCALE,
    SHEETS,
    TIERS,
    customer,
    res,
)

_GRADE, _PD, _FIRST = 2, 3, 4
_PARTS: Final = 4
"""Columns of a class: tier, customers, exposure, actions."""
_CLASS_ROW, _CODE_ROW, _HEADER_ROW, _TOP = 4, 5, 6, 7
_WIDTHS: Final = (12.0, 11.0, 11.0, 33.0)
_LINES: Final = 33.0
_LAST: Final = _FIRST + CLASS_COUNT * _PARTS - 1
_CENTRED: Final = Alignment(horizontal="center", vertical="center")


def add_grid_page(book: Workbook, lang: Lang) -> None:
    """Add the page; its totals get names that the checks compare."""
    say = Speaker(lang)
    setup = PageSetup(
        title=say("Grade × value: the strategy of each cell", "等级 × 价值：逐格管理策略"),
        subtitle=say(
            "The tier of a performing customer of that grade and value, who is there, and what to do. Amounts in CNY 10k.",
            "该等级与价值类别的正常客户所属层级、现有客户与管理措施。金额单位：万元。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, SHEETS["grid"][lang], setup, lang)
    rule_off(sheet, _LAST)
    widths = {_GRADE: 10.0, _PD: 10.0}
    for i in range(CLASS_COUNT):
        widths |= {_FIRST + i * _PARTS + j: width for j, width in enumerate(_WIDTHS)}
    set_widths(sheet, widths)
    headers(sheet, _HEADER_ROW, _GRADE, [say("Grade", "等级"), say("PD", "违约概率")])
    put(sheet, _CODE_ROW, _GRADE, say("Class, value share", "类别与价值位次"), LABEL)
    put(sheet, _CODE_ROW, _PD, None, LABEL)
    merge(sheet, Box(sheet, _CODE_ROW, _GRADE, _CODE_ROW, _PD))
    sheet.row_dimensions[_CLASS_ROW].height = 22
    sheet.row_dimensions[_CODE_ROW].height = 18
    sheet.row_dimensions[_HEADER_ROW].height = 20
    _grades(sheet, lang)
    for i in range(CLASS_COUNT):
        _class(sheet, i, lang)
    _totals(book, sheet, say)
    sheet.freeze_panes = f"D{_TOP}"


def _grades(sheet: Worksheet, lang: Lang) -> None:
    longest = max(text_width(text) for text in ACTIONS.table.rows[f"actions_{lang}"])
    for i in range(GRADE_COUNT):
        row = _TOP + i
        grade = f'=IFERROR(INDEX({GRADES.column("grade", lang)},{i + 1}),"")'
        put(sheet, row, _GRADE, grade, LABEL)
        sheet.cell(row, _GRADE).alignment = _CENTRED
        pd = udf("CR_GRADE2PD", grade=f"$B{row}", scale=SCALE.whole)
        put(sheet, row, _PD, f"={pd}", CALCULATION, "pd")
        sheet.row_dimensions[row].height = 12.6 * math.ceil(longest / _LINES) + 5


def _class(sheet: Worksheet, number: int, lang: Lang) -> None:
    """The columns of one value class."""
    say = Speaker(lang)
    left = _FIRST + number * _PARTS
    letter = get_column_letter(left)
    labels = [CLASSES.column(f"label_{one}", lang) for one in ("zh", "en")]
    text = f'=IF(lang="zh",INDEX({labels[0]},{number + 1}),INDEX({labels[1]},{number + 1}))'
    for j in range(_PARTS):
        put(sheet, _CLASS_ROW, left + j, text if j == 0 else None, HEADER)
    merge(sheet, Box(sheet, _CLASS_ROW, left, _CLASS_ROW, left + _PARTS - 1))
    for j, column in enumerate(("class", "position")):
        formula = f"=INDEX({CLASSES.column(column, lang)},{number + 1})"
        put(sheet, _CODE_ROW, left + j, formula, CALCULATION, "words" if j == 0 else "whole_rate")
        sheet.cell(_CODE_ROW, left + j).alignment = _CENTRED
    texts = [say("Tier", "层级"), say("Customers", "客户数"), say("Exposure", "敞口"), say("Actions", "管理措施")]  # fmt: skip
    headers(sheet, _HEADER_ROW, left, texts)
    code, position = f"{letter}${_CODE_ROW}", f"{get_column_letter(left + 1)}${_CODE_ROW}"
    for row in range(_TOP, _TOP + GRADE_COUNT):
        tier = udf(
            "CR_RISKTIER",
            pd=f"$C{row}",
            value_share=position,
            npl="FALSE",
            tiers=TIERS.whole,
            lang="lang",
        )
        put(sheet, row, left, f"={tier}", RESULT, "words")
        sheet.cell(row, left).alignment = _CENTRED
        grade, abc = customer("grade", lang), res("abc")
        put(sheet, row, left + 1, f"=COUNTIFS({grade},$B{row},{abc},{code})", CALCULATION, "tally")
        total = f"=SUMIFS({customer('exposure', lang)},{grade},$B{row},{abc},{code})"
        put(sheet, row, left + 2, total, CALCULATION, "money")
        action = udf("CR_ACTION", tier=f"{letter}{row}", value_class=code, policy=ACTIONS.whole, lang="lang")  # fmt: skip
        put(sheet, row, left + 3, f"={action}", PROSE)
    bottom = _TOP + GRADE_COUNT - 1
    colour_tiers(Box(sheet, _TOP, left, bottom, left))
    heat_map(Box(sheet, _TOP, left + 2, bottom, left + 2))


def _totals(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    row = _TOP + GRADE_COUNT
    put(sheet, row, _GRADE, say("Total", "合计"), TOTAL)
    put(sheet, row, _PD, None, TOTAL)
    sheet.row_dimensions[row].height = 20
    summed: dict[int, list[str]] = {1: [], 2: []}
    for i in range(CLASS_COUNT):
        left = _FIRST + i * _PARTS
        for j in range(_PARTS):
            put(sheet, row, left + j, None, TOTAL, ("words", "tally", "money", "words")[j])
        for j, cells in summed.items():
            letter = get_column_letter(left + j)
            sheet.cell(row, left + j).value = f"=SUM({letter}{_TOP}:{letter}{row - 1})"
            cells.append(f"{letter}{row}")
    for j, name, text in (
        (1, "grid_customers", say("Customers in the grid", "矩阵内客户数")),
        (2, "grid_exposure", say("Exposure in the grid", "矩阵内敞口")),
    ):
        for column in range(_GRADE, _FIRST + 1):
            put(sheet, row + 1 + j, column, text if column == _GRADE else None, LABEL)
        merge(sheet, Box(sheet, row + 1 + j, _GRADE, row + 1 + j, _FIRST))
        put(sheet, row + 1 + j, _FIRST + 1, f"={'+'.join(summed[j])}", RESULT, "money")
        define(book, name, Box(sheet, row + 1 + j, _FIRST + 1, row + 1 + j, _FIRST + 1))
