"""The rating sheet: scorecard, questionnaire, caps, grade, PD and tier, distress scores."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from udfs import tables
from workbook_templates.blocks import Box, card, define, headers, put
from workbook_templates.charts import bars, place
from workbook_templates.customer_rating import layout
from workbook_templates.customer_rating.layout import title
from workbook_templates.customer_rating.rating_caps import caps_block
from workbook_templates.customer_rating.rating_distress import distress_block
from workbook_templates.customer_rating.ratios import latest
from workbook_templates.customer_rating.statements import last
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.formulas import (
    array_beside,
    array_cell,
    known,
    or_blank,
    turned,
)
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import (
    CALCULATION,
    CARD_VALUE,
    LABEL,
    NAVY,
    PROSE,
    RESULT,
    SECTION,
    TAB_RESULT,
    TOTAL,
    UNIT,
)
from workbook_templates.tier_colours import colour_tiers

FACTORS: Final = tuple(dict.fromkeys(tables.builtin("scorecard_corporate").rows["factor"]))
_QUALITATIVE: Final = ("years_in_business", "management", "market_position", "credit_record")
_CODE, _NAME, _VALUE, _WEIGHT, _POINTS, _MOST, _LOST, _KIND = range(2, 10)
LAST_COLUMN: Final = 16
HELPER: Final = LAST_COLUMN + 2
"""Column off the page in which array formulas stand whose results are shown in merged cells."""
_CARD_ROW: Final = 4
_TITLE_ROW: Final = 8
FIRST_ROW: Final = 10
LAST_ROW: Final = FIRST_ROW + len(FACTORS) - 1
_FORMATS: Final = {
    "debt_ratio": "rate", "current_ratio": "times", "interest_cover": "times",
    "cash_flow_ratio": "times", "profit_margin": "rate", "revenue_growth": "rate",
    "years_in_business": "number", "collateral_ratio": "times",
}  # fmt: skip
_LIGHT: Final = "CBD5DF"
_CHART_ROWS: Final = 8


def add_rating_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet; score, grade, PD and tier have names that other sheets use."""
    say = Speaker(lang)
    setup = PageSetup(
        title=title("rating", lang),
        subtitle=say(
            "Scorecard points, conditions that cap the grade, probability of default, distress scores.",
            "评分卡得分、等级封顶条件、违约概率与财务困境得分。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, title("rating", lang), setup, lang)
    widths = {_CODE: 24.0, _NAME: 24, _VALUE: 13, _WEIGHT: 10, _POINTS: 10, _MOST: 10, _LOST: 10,
              _KIND: 14, 10: 3, 11: 46, 12: 12, 13: 14, 14: 14, 15: 14, 16: 30}  # fmt: skip
    set_widths(sheet, widths)
    rule_off(sheet, LAST_COLUMN)
    _scorecard(book, sheet, lang)
    _shares(book, sheet, say)
    row = _management(book, sheet, LAST_ROW + 4, lang)
    bottom = caps_block(book, sheet, Box(sheet, _TITLE_ROW, 11, 0, LAST_COLUMN), lang)
    distress_block(book, sheet, bottom + 2, lang)
    _results(book, sheet, lang)
    _chart(sheet, row + 1, lang)
    sheet.print_area = f"B1:{get_column_letter(LAST_COLUMN)}{row + _CHART_ROWS}"


def _card(function: str, **more: str) -> str:
    return udf(
        function,
        values=turned("factor_values"),
        scorecard=layout.SCORECARD.whole,
        factors=turned("factor_codes"),
        **more,
    )


def _scorecard(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, _TITLE_ROW, _CODE, say("Scorecard", "评分卡"), SECTION)
    sheet.row_dimensions[_TITLE_ROW].height = 22
    texts = (say("Code", "代码"), say("Factor", "因子"), say("Value", "取值"), say("Weight", "权重"),
             say("Points", "得分"), say("Most", "满分"), say("Lost", "失分"), say("Kind", "类别"))  # fmt: skip
    headers(sheet, _TITLE_ROW + 1, _CODE, texts)
    sheet.row_dimensions[_TITLE_ROW + 1].height = 20
    factor, label, weight, points = (
        layout.SCORECARD.column(name, lang) for name in ("factor", "label", "weight", "points")
    )
    kinds = (say("judged", "定性"), say("from figures", "定量"))
    for i, code in enumerate(FACTORS):
        row = FIRST_ROW + i
        found = f"MATCH($B{row},{factor},0)"
        most = f"MAX(({factor}=$B{row})*{weight}*{points})"
        put(sheet, row, _CODE, code, UNIT)
        put(sheet, row, _NAME, f"=INDEX({label},{found})", LABEL)
        put(sheet, row, _VALUE, _value(code), CALCULATION, _FORMATS.get(code, "words"))
        put(sheet, row, _WEIGHT, f"=INDEX({weight},{found})", CALCULATION, "whole_rate")
        put(sheet, row, _MOST, f"=SUMPRODUCT({most})", CALCULATION, "number")
        put(sheet, row, _LOST, or_blank(f"G{row}-F{row}"), CALCULATION, "number")
        put(sheet, row, _KIND, kinds[code not in _QUALITATIVE], CALCULATION, "words")
        sheet.row_dimensions[row].height = 18
    for name, column in (("factor_codes", _CODE), ("factor_values", _VALUE), ("factor_weights", _WEIGHT),
                         ("factor_points", _POINTS), ("factor_most", _MOST), ("factor_kinds", _KIND)):  # fmt: skip
        define(book, name, Box(sheet, FIRST_ROW, column, LAST_ROW, column))
    for row in range(FIRST_ROW, LAST_ROW + 1):
        table = _card("CR_SCORE", out=_quoted("table"))
        part = f"INDEX({table},2,ROWS(B${FIRST_ROW}:B{row}))"
        array_cell(sheet, row, _POINTS, or_blank(part), CALCULATION, "number")


def _quoted(text: str) -> str:
    return f'"{text}"'


def _value(code: str) -> str:
    """Where a factor's value comes from."""
    if code == "interest_cover":
        none = f"AND(ISNUMBER({last('interest_expense')}),{last('interest_expense')}=0)"
        return f'=IF({none},no_debt,IFERROR({latest(code)}+0,""))'
    if code == "years_in_business":
        return '=IF(AND(ISNUMBER(founded),ISNUMBER(asof)),YEARFRAC(founded,asof),"")'
    if code == "management":
        return or_blank("management_band")
    if code == "collateral_ratio":
        return or_blank("collateral_recognised/request_amount")
    if code in ("market_position", "credit_record"):
        return f'=IF({code}="","",{code})'
    return or_blank(f"{latest(code)}+0")


def _shares(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    """Points by kind, and their total."""
    for i, kind in enumerate((say("from figures", "定量"), say("judged", "定性"))):
        row = LAST_ROW + 1 + i
        put(sheet, row, _NAME, kind, LABEL)
        for column, cells in ((_WEIGHT, "factor_weights"), (_POINTS, "factor_points"), (_MOST, "factor_most")):  # fmt: skip
            look = "whole_rate" if column == _WEIGHT else "number"
            put(sheet, row, column, f"=SUMIFS({cells},factor_kinds,$C{row})", CALCULATION, look)
        put(sheet, row, _LOST, f"=G{row}-F{row}", CALCULATION, "number")
        put(sheet, row, _VALUE, None, CALCULATION)
    row = LAST_ROW + 3
    put(sheet, row, _NAME, say("Score", "总分"), TOTAL, "words")
    put(sheet, row, _VALUE, None, TOTAL)
    for column, letter in ((_WEIGHT, "E"), (_POINTS, "F"), (_MOST, "G"), (_LOST, "H")):
        look = "whole_rate" if column == _WEIGHT else "number"
        put(sheet, row, column, f"=SUM({letter}{row - 2}:{letter}{row - 1})", TOTAL, look)
    define(book, "points_total", Box(sheet, row, _POINTS, row, _POINTS))
    define(book, "weights_total", Box(sheet, row, _WEIGHT, row, _WEIGHT))


def _management(book: Workbook, sheet: Worksheet, top: int, lang: Lang) -> int:
    """The questionnaire's result; returns its last row."""
    say = Speaker(lang)
    put(sheet, top, _CODE, say("Management by questionnaire", "管理水平（问卷）"), SECTION)
    sheet.row_dimensions[top].height = 22

    def result(out: str) -> str:
        return udf(
            "CR_QSCORE",
            answers=turned("answers"),
            questionnaire=layout.QUESTIONNAIRE.whole,
            missing='"reweight"',
            scales=layout.SCALES.whole,
            bands=layout.BANDS.whole,
            out=_quoted(out),
            lang="lang",
        )

    rows = (
        (say("Score", "得分"), "value", RESULT, "number", "management_score"),
        (say("Band", "档次"), "label", RESULT, "words", "management_band"),
        (say("Advice", "建议"), "advice", PROSE, "", ""),
        (say("Costs most", "主要失分"), "why", PROSE, "", "management_why"),
        (say("Contradictions", "矛盾答案"), "check", PROSE, "", ""),
    )
    for row, (text, out, style, kind, name) in enumerate(rows, start=top + 1):
        put(sheet, row, _CODE, text, LABEL)
        for column in range(_NAME, _KIND + 1):
            put(sheet, row, column, None, style)
        array_beside(sheet, (row, _NAME), or_blank(result(out)), style, kind or "words", HELPER)
        cells = Box(sheet, row, _NAME, row, _KIND)
        sheet.merge_cells(cells.address)
        sheet.row_dimensions[row].height = 30 if style == PROSE else 18
        if style == PROSE:
            sheet.cell(row, _NAME).style = PROSE
        if name:
            define(book, name, Box(sheet, row, _NAME, row, _NAME))
    return top + len(rows)


def _results(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """Score, grade, PD and tier in large figures."""
    say = Speaker(lang)
    grade = udf(
        "CR_GRADE",
        score="score",
        knockouts="conditions",
        scale=layout.GRADE_SCALE.whole,
        caps=layout.GRADE_CAPS.whole,
    )
    pd = udf("CR_GRADE2PD", grade="grade", scale=layout.MASTER_SCALE.whole)
    tier, code = (
        udf(
            "CR_RISKTIER",
            pd="pd",
            value_share="value_share",
            npl="npl",
            tiers=layout.RISK_TIERS.whole,
            out=_quoted(out),
            lang="lang",
        )
        for out in ("value", "code")
    )
    put(sheet, _CARD_ROW + 1, HELPER + 1, or_blank(code), UNIT)
    define(book, "tier_code", Box(sheet, _CARD_ROW + 1, HELPER + 1, _CARD_ROW + 1, HELPER + 1))
    cards = (
        ("score", say("Score", "得分"), "", "number", 2, 2),
        ("grade_by_score", say("Grade by score", "按分等级"), known(grade.replace(",conditions", ",")), "words", 3, 4),
        ("grade", say("Grade", "信用等级"), known(grade), "words", 5, 6),
        ("pd", say("PD in one year", "一年期违约概率"), known(pd), "pd", 7, 8),
        ("tier", say("Risk tier", "风险层级"), known(tier), "words", 9, 9),
    )  # fmt: skip
    for name, text, formula, kind, left, right in cards:
        cell = card(sheet, _CARD_ROW, left, right, text, formula, kind)
        define(book, name, cell)
        if name == "tier":
            colour_tiers(cell)
    array_cell(sheet, _CARD_ROW + 1, 2, known(_card("CR_SCORE")), CARD_VALUE, "number")
    whole = {"score": "score", "knockouts": "conditions", "scale": layout.GRADE_SCALE.whole,
             "caps": layout.GRADE_CAPS.whole}  # fmt: skip
    why = (
        (say("Why this grade", "等级理由"), "grade_why",
         or_blank(udf("CR_GRADE", **whole, out=_quoted("why"), lang="lang"))),
        (say("Main deductions", "主要失分项"), "reasons",
         or_blank(_card("CR_REASONS", number="reasons_number", lang="lang"))),
    )  # fmt: skip
    for row, (text, name, formula) in enumerate(why, start=_CARD_ROW):
        put(sheet, row, 11, text, LABEL)
        for column in range(12, LAST_COLUMN + 1):
            put(sheet, row, column, None, PROSE)
        array_beside(sheet, (row, 12), formula, PROSE, "words", HELPER)
        sheet.cell(row, 12).style = PROSE
        sheet.merge_cells(Box(sheet, row, 12, row, LAST_COLUMN).address)
        define(book, name, Box(sheet, row, 12, row, 12))
    sheet.row_dimensions[_CARD_ROW].height = 30
    sheet.row_dimensions[_CARD_ROW + 1].height = 36
    sheet.row_dimensions[_CARD_ROW + 2].height = 8


def _chart(sheet: Worksheet, top: int, lang: Lang) -> None:
    say = Speaker(lang)
    names = Box(sheet, FIRST_ROW, _NAME, LAST_ROW, _NAME)
    values = [Box(sheet, FIRST_ROW - 1, column, LAST_ROW, column) for column in (_POINTS, _LOST)]
    chart = bars(
        say("Points by factor: gained and lost", "各因子得分与失分"), names, values, lang,
        number_format="0.0", colours=(NAVY, _LIGHT), direction="bar", stacked="stacked",
    )  # fmt: skip
    for row in range(top, top + _CHART_ROWS):
        sheet.row_dimensions[row].height = sheet.row_dimensions[row].height or 18
    place(sheet, chart, Box(sheet, top, _CODE, top + _CHART_ROWS - 1, _KIND))
