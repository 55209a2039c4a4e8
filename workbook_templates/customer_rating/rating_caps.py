"""The block of conditions that cap the grade: each known from figures or from judgement."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.conditions import colour_where
from workbook_templates.customer_rating.customer import JUDGED_CAPS
from workbook_templates.customer_rating.layout import AUDIT, GRADE_CAPS
from workbook_templates.customer_rating.statements import last, prior
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.formulas import or_blank
from workbook_templates.style import BAD_FILL, CALCULATION, LABEL, RESULT, SECTION, UNIT

_CONDITIONS: Final = tuple(GRADE_CAPS.table.rows["condition"])


def caps_block(book: Workbook, sheet: Worksheet, spot: Box, lang: Lang) -> int:
    """Write the block below its section title at ``spot``; returns its last row.

    The text of all conditions that hold is named ``conditions``, whether the customer is
    non-performing ``npl``.
    """
    say = Speaker(lang)
    name, holds, cap, source, code, so_far = range(spot.left, spot.left + 6)
    put(sheet, spot.top, name, say("Conditions that cap the grade", "等级封顶条件"), SECTION)
    texts = (say("Condition", "条件"), say("Holds", "是否触发"), say("Best grade", "最高等级"),
             say("Known from", "依据"), say("Code", "代码"), say("Conditions so far", "已触发条件"))  # fmt: skip
    headers(sheet, spot.top + 1, name, texts)
    condition, label, best = (GRADE_CAPS.column(n, lang) for n in ("condition", "label", "cap"))
    top = spot.top + 2
    figures, judged = say("figures", "数据"), say("judgement", "判断")
    for i, text in enumerate(_CONDITIONS):
        row = top + i
        found = f"MATCH($O{row},{condition},0)"
        put(sheet, row, code, text, UNIT)
        put(sheet, row, name, or_blank(f"INDEX({label},{found})"), LABEL)
        put(sheet, row, holds, _holds(text, row, lang), RESULT, "flag")
        put(sheet, row, cap, or_blank(f"INDEX({best},{found})"), CALCULATION, "words")
        put(sheet, row, source, judged if text in JUDGED_CAPS else figures, CALCULATION, "words")
        before = f"P{row - 1}" if i else '""'
        joined = f'{before}&IF({before}="","",",")&O{row}'
        put(sheet, row, so_far, f"=IF(L{row}=TRUE,{joined},{before})", UNIT)
    bottom = top + len(_CONDITIONS) - 1
    colour_where(Box(sheet, top, name, bottom, cap), f"$L{top}=TRUE", ground=BAD_FILL)
    define(book, "conditions", Box(sheet, bottom, so_far, bottom, so_far))
    define(book, "npl", Box(sheet, top, holds, top, holds))
    return bottom


def _holds(condition: str, row: int, lang: Lang) -> str:
    """Whether a condition holds; a blank where what tells it is missing."""
    if condition in JUDGED_CAPS:
        answer = f"INDEX(judged_holds,MATCH($O{row},judged_caps,0))"
        return f'=IF({answer}="","",{answer}=yes_word)'
    flows = f"{last('operating_cash_flow')},{prior('operating_cash_flow')}"
    opinion, accepted = (AUDIT.column(name, lang) for name in ("label", "accepted"))
    points = "INDEX(factor_points,MATCH({0},factor_codes,0))<INDEX(factor_most,MATCH({0},factor_codes,0))"  # fmt: skip
    tests = {
        "insolvent": (f"ISNUMBER({last('equity')})", f"{last('equity')}<0"),
        "overdue_30": ("ISNUMBER(overdue_days)", "overdue_days>late_days"),
        "negative_cash_flow": (f"COUNT({flows})>1", f"MAX({flows})<0"),
        "missing_financials": (
            "ISNUMBER(statement_date)", "EDATE(statement_date,statement_months)<asof",
        ),
        "unaudited": (
            'audit_opinion<>""', f"NOT(INDEX({accepted},MATCH(audit_opinion,{opinion},0)))",
        ),
        "short_history": ("ISNUMBER(founded)", "EDATE(founded,12*young_years)>asof"),
        "debt_ratio_not_full": ("COUNT(factor_points)>0", points.format('"debt_ratio"')),
        "interest_not_full": ("COUNT(factor_points)>0", points.format('"interest_cover"')),
    }  # fmt: skip
    known, test = tests[condition]
    return f'=IF({known},{test},"")'
