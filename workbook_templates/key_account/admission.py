"""The admission sheet: the screen of the group, field by field, with the limits beside."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, define, headers, put
from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.key_account import layout
from workbook_templates.key_account.layout import title
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.formulas import array_beside, known, or_blank
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    CARD_VALUE,
    LABEL,
    PROSE,
    SECTION,
    TAB_RESULT,
    UNIT,
    WARN_FILL,
)

_CODE, _ASPECT, _FIELD, _VALUE, _LIMITS = 2, 3, 4, 5, 6
LAST_COLUMN: Final = 9
_CARD_ROW: Final = 4
_HEADER_ROW: Final = 10
FIRST_ROW: Final = _HEADER_ROW + 1
FIELDS: Final = (
    "debt_ratio", "current_ratio", "profit_margin", "audit", "interest_cover", "dscr",
    "cash_flow_ratio", "overdue_days", "credit_record", "collateral_ratio", "ltv", "industry_risk",
)  # fmt: skip
LAST_ROW: Final = FIRST_ROW + len(FIELDS) - 1
_LOOKS: Final = {
    "debt_ratio": "rate", "current_ratio": "times", "profit_margin": "rate", "interest_cover": "times",
    "dscr": "times", "cash_flow_ratio": "times", "overdue_days": "count", "collateral_ratio": "times",
    "ltv": "rate",
}  # fmt: skip
_LIMIT_COLUMNS: Final = ("reject_below", "refer_below", "refer_above", "reject_above")
_PROFILE: Final = ("audit", "cash_flow_ratio", "credit_record", "collateral_ratio", "ltv")


def add_admission_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet; result and reasons have names that other sheets use."""
    say = Speaker(lang)
    setup = PageSetup(
        title=title("admission", lang),
        subtitle=say(
            "One field that rejects is enough; what is not known asks for a review.",
            "任一项触发拒绝即为拒绝；未知项一律复核。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, title("admission", lang), setup, lang)
    set_widths(sheet, {2: 24, 3: 26, 4: 26, 5: 24} | dict.fromkeys(range(6, 10), 15.0))
    rule_off(sheet, LAST_COLUMN)
    _fields(book, sheet, lang)
    _results(book, sheet, lang)


def screen(out: str) -> str:
    """The loan screen of the group."""
    return udf(
        "CR_SCREEN",
        customer="TRANSPOSE(screen_values)",
        fields="TRANSPOSE(screen_fields)",
        rules=layout.SCREENING.whole,
        out=f'"{out}"',
        lang="lang",
    )


def _value(code: str) -> str:
    if code in _PROFILE:
        return f'=IF({code}="","",{code})'
    if code == "industry_risk":
        risk = udf("CR_INDRISK", industry="industry_code", table=layout.INDUSTRY_RISK.whole,
                   levels=layout.INDUSTRY_LEVELS.whole, lang="lang")  # fmt: skip
        return or_blank(risk)
    return or_blank(f'INDEX(signal_latest,MATCH("{code}",signal_codes,0))')


def _fields(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, _HEADER_ROW - 1, _CODE, say("Fields of the screen", "筛查项目"), SECTION)
    texts = (say("Code", "代码"), say("Aspect", "准入方面"), say("Field", "项目"), say("Value", "取值"),
             say("Reject below", "低于则拒绝"), say("Review below", "低于则复核"),
             say("Review above", "高于则复核"), say("Reject above", "高于则拒绝"))  # fmt: skip
    headers(sheet, _HEADER_ROW, _CODE, texts)
    sheet.row_dimensions[_HEADER_ROW].height = 22
    table = layout.SCREENING
    for row, code in enumerate(FIELDS, start=FIRST_ROW):
        found = f"MATCH($B{row},{table.column('field', lang)},0)"
        put(sheet, row, _CODE, code, UNIT)
        for column, name in ((_ASPECT, "label"), (_FIELD, f"field_{lang}")):
            formula = or_blank(f"INDEX({table.column(name, lang)},{found})")
            put(sheet, row, column, formula, LABEL)
        look = _LOOKS.get(code, "words")
        put(sheet, row, _VALUE, _value(code), CALCULATION, look)
        for column, name in enumerate(_LIMIT_COLUMNS, start=_LIMITS):
            limit = f"INDEX({table.column(name, lang)},{found})"
            put(sheet, row, column, f'=IF({limit}="","",{limit})', CALCULATION, look)
        sheet.row_dimensions[row].height = 20
    define(book, "screen_fields", Box(sheet, FIRST_ROW, _CODE, LAST_ROW, _CODE))
    define(book, "screen_values", Box(sheet, FIRST_ROW, _VALUE, LAST_ROW, _VALUE))
    _colours(Box(sheet, FIRST_ROW, _VALUE, LAST_ROW, _VALUE))


def _colours(values: Box) -> None:
    """Red beyond a limit that rejects, amber beyond one that asks for a review or where blank."""
    value = f"${get_column_letter(_VALUE)}{FIRST_ROW}"
    below, refer_below, refer_above, above = (
        f"${get_column_letter(_LIMITS + i)}{FIRST_ROW}" for i in range(len(_LIMIT_COLUMNS))
    )

    def under(limit: str) -> str:
        return f"AND(ISNUMBER({value}),ISNUMBER({limit}),{value}<{limit})"

    def over(limit: str) -> str:
        return f"AND(ISNUMBER({value}),ISNUMBER({limit}),{value}>{limit})"

    colour_where(values, f"OR({under(below)},{over(above)})", ground=BAD_FILL, bold=True)
    colour_where(
        values, f'OR({value}="",{under(refer_below)},{over(refer_above)})', ground=WARN_FILL
    )


def _results(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """The result and that of each aspect in large type, and the reasons."""
    say = Speaker(lang)
    aspects = layout.SCREENING.table.rows.drop_duplicates("aspect")[f"label_{lang}"].tolist()
    cards = [("admission", say("Admission", "准入结论"), screen("value"), 2, 2)]
    spans = ((3, 3), (4, 4), (5, 5), (6, 9))
    for i, (aspect, (left, right)) in enumerate(zip(aspects, spans, strict=True), start=2):
        part = f"INDEX({screen('table')},2,{i})"
        cards.append(("", str(aspect), part, left, right))
    for name, text, formula, left, right in cards:
        cell = card(sheet, _CARD_ROW, left, right, text, "", "words")
        shown = (_CARD_ROW + 1, left)
        array_beside(sheet, shown, known(formula), CARD_VALUE, "words", LAST_COLUMN + left)
        if name:
            define(book, name, cell)
    row = _CARD_ROW + 3
    sheet.row_dimensions[row - 1].height = 8
    put(sheet, row, _CODE, say("Why", "理由"), LABEL)
    for column in range(_ASPECT, LAST_COLUMN + 1):
        put(sheet, row, column, None, PROSE)
    array_beside(
        sheet, (row, _ASPECT), or_blank(screen("why")), PROSE, "words", LAST_COLUMN + _ASPECT
    )
    sheet.cell(row, _ASPECT).style = PROSE
    sheet.merge_cells(Box(sheet, row, _ASPECT, row, LAST_COLUMN).address)
    sheet.row_dimensions[row].height = 32
    sheet.print_area = f"B1:{get_column_letter(LAST_COLUMN)}{LAST_ROW}"
    define(book, "admission_why", Box(sheet, row, _ASPECT, row, _ASPECT))
