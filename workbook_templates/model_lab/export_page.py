"""The export: the model in the form in which the policy sheets of the other workbooks take it."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from udfs import tables
from workbook_templates.blocks import Box, define, headers, merge, put
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.model_lab.layout import (
    CARD_ROWS,
    FACTORS,
    GRADES,
    MASTER_SCALE,
    SHEETS,
    res,
)
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.spill import whole
from workbook_templates.style import BODY, CALCULATION, SECTION, TAB_RESULT, UNIT

_LEFT: Final = 2
_WIDTHS: Final = {
    "card": (24.0, 24.0, 24.0, 9.0, 12.0, 10.0, 10.0, 27.0, 27.0, 10.0, 9.0),
    "grades": (10.0, 12.0, 26.0, 26.0),
    "scale": (10.0, 13.0),
    "coefficients": (24.0, 14.0, 12.0),
}
_SCALE: Final = 48
"""In percent: the scorecard fills one sheet of paper, the other tables the next."""
_TITLE: Final = 5
_TOP: Final = 6
_KINDS: Final = {
    "card": ("words", "words", "words", "general", "words", "general", "general", "words", "words", "number", "words"),
    "grades": ("words", "number", "words", "words"),
    "scale": ("words", "general"),
    "coefficients": ("words", "times", "times"),
}  # fmt: skip


def add_export_page(book: Workbook, lang: Lang) -> None:
    """Add the page; each table gets a name with its headers."""
    say = Speaker(lang)
    setup = PageSetup(
        title=say("Export to the policy of other workbooks", "导出至其他工作簿的政策表"),
        subtitle="",
        tab=TAB_RESULT,
        repeat_rows=f"{_TITLE}:{_TOP}",
        scale=_SCALE,
    )
    sheet = new_page(book, SHEETS["export"][lang], setup, lang)
    left = _LEFT
    parts = (
        ("card", say("Scorecard  ·  to tblScorecard", "评分卡  ·  至 tblScorecard"), _card(), CARD_ROWS),
        ("grades", say("Grade scale by score  ·  to tblGradeScale", "信用等级表  ·  至 tblGradeScale"),
         _grades(lang), GRADES),
        ("scale", say("Master scale  ·  to tblMasterScale", "主标尺  ·  至 tblMasterScale"),
         _scale(lang), GRADES),
        ("coefficients", say("Coefficients, calibrated  ·  for CR_PD", "校准后系数  ·  供 CR_PD 使用"),
         _coefficients(), len(FACTORS) + 1),
    )  # fmt: skip
    for name, title, formulas, rows in parts:
        put(sheet, _TITLE, left, title, SECTION)
        body = _table(sheet, left, name, formulas, rows, lang)
        define(book, f"export_{name}", whole(body))
        left = body.right + 2
        gap = 24.0 if name == "scale" else 4.0
        set_widths(sheet, {left - 1: gap})
    sheet.col_breaks.append(Break(id=_LEFT + len(_WIDTHS["card"])))
    last = left - 2
    _borders(book, sheet, left, lang)
    rule_off(sheet, last)
    sheet.row_dimensions[_TITLE].height = 22
    sheet.row_dimensions[_TOP].height = 32
    put(sheet, 4, _LEFT, _how(say), BODY)
    merge(sheet, Box(sheet, 4, _LEFT, 4, _LEFT + len(_WIDTHS["card"]) - 1))
    sheet.row_dimensions[4].height = 52
    sheet.freeze_panes = f"A{_TOP + 1}"
    sheet.print_area = f"B1:{get_column_letter(last)}{_TOP + CARD_ROWS}"


def _how(say: Speaker) -> str:
    return say(
        "Copy the filled rows of a table without its headers; in the other workbook select the first cell under the "
        "headers of the table named here, paste as values (Paste Special, Values), and delete the rows of the old table "
        "that are left below. Replace the scorecard and the grade scale together: the scores run on another scale.",
        "复制表中已填写的行（不含表头），在目标工作簿中选中同名表表头下的第一个单元格，选择性粘贴为“数值”，"
        "再删除下方残留的旧表行。评分卡与信用等级表须同时替换，因为得分口径不同。",
    )


def _table(
    sheet: Worksheet, left: int, name: str, formulas: tuple[str, ...], rows: int, lang: Lang
) -> Box:
    """A table, a row of formulas for each of its rows; ``{n}`` is the place of the row."""
    headers(sheet, _TOP, left, _texts(name, lang))
    for i, (formula, kind) in enumerate(zip(formulas, _KINDS[name], strict=True)):
        for row in range(_TOP + 1, _TOP + rows + 1):
            number = f"ROWS($A${_TOP + 1}:$A{row})"
            put(sheet, row, left + i, f"={formula.replace('{n}', number)}", CALCULATION, kind)
            sheet.row_dimensions[row].height = 18
    set_widths(sheet, {left + i: width for i, width in enumerate(_WIDTHS[name])})
    return Box(sheet, _TOP + 1, left, _TOP + rows, left + len(formulas) - 1)


def _texts(name: str, lang: Lang) -> list[str]:
    """The headers: those of the tables that are to be replaced."""
    known = {"card": "scorecard_corporate", "grades": "grade_scale", "scale": "master_scale"}
    if name in known:
        return tables.builtin(known[name]).headers(lang)
    say = Speaker(lang)
    return [say("factor", "因子"), say("coefficient", "系数"), say("mean", "均值")]


def _card() -> tuple[str, ...]:
    """Factor, labels, weight (blank: points add up), bin, limits, category, points, unit (blank)."""

    def column(place: int) -> str:
        return f'INDEX(scorecard,{{n}}+1,{place})&""'

    def number(place: int) -> str:
        found = f"INDEX(scorecard,{{n}}+1,{place})"
        return f'IF({found}="","",{found})'

    factor, category, blank = column(1), column(5), 'LEFT("",{n})'
    return (
        factor, factor, factor, blank, column(2), number(3), number(4), category, category, number(6),
        blank,
    )  # fmt: skip


def _grades(lang: Lang) -> tuple[str, ...]:
    """Grade, the score from which it is reached, and what it means.

    The grade before default is the floor of the scale, and default is reached by no score.
    """
    grade, pd = MASTER_SCALE.column("grade", lang), MASTER_SCALE.column("pd", lang)
    border = "INDEX(border_pd,{n})"
    score = udf("CR_PD2SCORE", pd=border, base="base_score", odds="base_odds", pdo="pdo")
    floor = f"MIN(0,{res('score')})"
    return (
        f'INDEX({grade},{{n}})&""',
        f'IF({border}="","",IF(INDEX({pd},{{n}}+1)=1,{floor},{score}))',
        f'"PD "&TEXT(INDEX({pd},{{n}}),"0.000%")',
        f'"违约概率 "&TEXT(INDEX({pd},{{n}}),"0.000%")',
    )


def _borders(book: Workbook, sheet: Worksheet, left: int, lang: Lang) -> None:
    """The PD before calibration on the border of each grade to the next, beside the printed page.

    The border lies at the geometric mean of both PDs. The scale's PDs are calibrated and the
    score knows the PD before that, so that the shift of the log-odds is taken off.
    """
    pd = MASTER_SCALE.column("pd", lang)
    for row in range(_TOP + 1, _TOP + GRADES + 1):
        n = f"ROWS($A${_TOP + 1}:$A{row})"
        border = f"SQRT(INDEX({pd},{n})*INDEX({pd},{n}+1))"
        put(sheet, row, left, f'=IFERROR(1/(1+(1/{border}-1)*EXP(calibration_shift)),"")', UNIT)
    define(book, "border_pd", Box(sheet, _TOP + 1, left, _TOP + GRADES, left))


def _scale(lang: Lang) -> tuple[str, ...]:
    return tuple(f"INDEX({MASTER_SCALE.column(one, lang)},{{n}})" for one in ("grade", "pd"))


def _coefficients() -> tuple[str, ...]:
    """The coefficients; the shift to the target rate is in the constant, which stands first."""
    factor, value, mean = (f"INDEX(coefficients,{{n}}+1,{place})" for place in (1, 3, 10))
    return (
        f'{factor}&""',
        f'IF({factor}="","",{value}+IF({{n}}=1,calibration_shift,0))',
        f'IF({mean}="","",{mean})',
    )
