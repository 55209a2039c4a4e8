"""The repayment sheet: the schedule of the loan, payment by payment, and by year."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, column_formula, define, headers, put
from workbook_templates.charts import bars, place
from workbook_templates.conditions import colour_where
from workbook_templates.finance_pages.result_lines import Line, result_lines, sentence
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pricing_limit.layout import PAYMENTS, SHEETS
from workbook_templates.style import (
    CALCULATION,
    LABEL,
    LINE,
    NAVY,
    RESULT,
    SECTION,
    TAB_RESULT,
    TOTAL,
)

_LEFT: Final = 2
_HEADER: Final = 5
_FIRST: Final = _HEADER + 1
_LAST: Final = _HEADER + PAYMENTS
_PANEL: Final = 10
YEARS: Final = 10
_PART_COLOUR: Final = "8FB8C8"


def add_schedule_sheet(book: Workbook, lang: Lang) -> None:
    """Add the repayment schedule."""
    say = Speaker(lang)
    title = SHEETS["schedule"][lang]
    setup = PageSetup(
        title=title,
        subtitle=say(
            "At the rate quoted, from the drawdown on; a period's rate is the yearly rate × its months / 12.",
            "按报价利率自放款日起排定；每期利率为年利率 × 间隔月数 / 12。",
        ),
        tab=TAB_RESULT,
        repeat_rows=f"{_HEADER}:{_HEADER}",
    )
    sheet = new_page(book, title, setup, lang)
    set_widths(
        sheet,
        {2: 8, 3: 13, 9: 3, 10: 34, 14: 13}
        | dict.fromkeys(range(4, 9), 13.0)
        | dict.fromkeys(range(11, 14), 13.0),
    )
    rule_off(sheet, _PANEL + 4)
    put(sheet, _HEADER - 1, _LEFT, say("Schedule, CNY 10k", "还款计划（万元）"), SECTION)
    texts = (("No.", "期数"), ("Date", "日期"), ("Opening", "期初余额"), ("Interest", "利息"), ("Principal", "本金"),
             ("Payment", "还款额"), ("Closing", "期末余额"))  # fmt: skip
    headers(sheet, _HEADER, _LEFT, [say(*text) for text in texts])
    sheet.row_dimensions[_HEADER].height = 20
    _rows(book, sheet)
    row = result_lines(
        book,
        sheet,
        _HEADER - 1,
        _PANEL,
        ("The loan in short", "贷款概要"),
        _summary(),
        lang,
        span=2,
    )
    sentence(
        book,
        sheet,
        Box(sheet, row, _PANEL, row + 1, _PANEL + 4),
        "why_loan",
        _with_loan(_due("why")),
    )
    _by_year(book, sheet, row + 3, lang)
    sheet.freeze_panes = f"A{_FIRST}"


def _with_loan(formula: str) -> str:
    return f'IF(loan_ready=1,{formula},"")'


def _instalment(out: str) -> str:
    return udf("CR_INSTALMENT", amount="amount", rate="quoted_rate", months="months",
               method="repayment_code", frequency="frequency_code", grace="N(grace)", residual="N(residual)",
               out=f'"{out}"', lang="lang")  # fmt: skip


def _due(out: str) -> str:
    return udf("CR_DUE", amount="amount", rate="quoted_rate", months="months", start="start",
               as_of="MAX(asof,start)", method="repayment_code", frequency="frequency_code", grace="N(grace)",
               residual="N(residual)", out=f'"{out}"', lang="lang")  # fmt: skip


def _rows(book: Workbook, sheet: Worksheet) -> None:
    """One row per payment; the rows after the last payment stay blank."""
    balance = udf("CR_BALANCE", amount="amount", rate="quoted_rate", months="months", paid="schedule_no",
                  method="repayment_code", frequency="frequency_code", grace="N(grace)", residual="N(residual)")  # fmt: skip
    for row in range(_FIRST, _LAST + 1):
        number = 1 if row == _FIRST else f"=B{row - 1}+1"
        put(sheet, row, 2, number, CALCULATION, "code")
        live = f"loan_ready*($B{row}<=payments)=1"
        opening = "N(amount)*loan_ready" if row == _FIRST else f"H{row - 1}"
        cells = (
            (3, f'=IF({live},EDATE(start,$B{row}*step_months),"")', CALCULATION, "date"),
            (4, f"={opening}", CALCULATION, "number"),
            (5, f"=D{row}*N(quoted_rate)*step_months/12", CALCULATION, "number"),
            (6, f"=D{row}-H{row}", CALCULATION, "number"),
            (7, f"=E{row}+F{row}", RESULT, "number"),
        )
        for column, formula, style, kind in cells:
            put(sheet, row, column, formula, style, kind)
    closing = Box(sheet, _FIRST, 8, _LAST, 8)
    column_formula(closing, f"=IF(loan_ready=1,{balance},0)", CALCULATION, "number")
    cells_of = Box(sheet, _FIRST, 2, _LAST, 8)
    colour_where(cells_of, f"$B{_FIRST}>N(payments)", ink=LINE)
    for name, column in (("schedule_no", 2), ("schedule_date", 3), ("schedule_interest", 5),
                         ("schedule_principal", 6), ("schedule_closing", 8)):  # fmt: skip
        define(book, name, Box(sheet, _FIRST, column, _LAST, column))


def _summary() -> list[Line]:
    return [
        Line("first_payment", ("First payment after the grace", "宽限后首期还款额"), "number", _with_loan(_instalment("value"))),
        Line("last_payment", ("Last payment", "末期还款额"), "number", _with_loan(_instalment("last"))),
        Line("total_interest", ("Interest in total", "利息合计"), "number", _with_loan(_instalment("interest")), decides=True),
        Line("maturity", ("Maturity", "到期日"), "date", _with_loan("EDATE(start,months)"), decides=True),
        Line("next_payment", ("Next payment", "下一期还款额"), "number", _with_loan(_due("next"))),
        Line("next_date", ("On", "还款日"), "date", _with_loan(_due("next_date"))),
    ]  # fmt: skip


def _by_year(book: Workbook, sheet: Worksheet, top: int, lang: Lang) -> None:
    """Principal and interest by calendar year, with their chart."""
    say = Speaker(lang)
    put(sheet, top, _PANEL, say("By calendar year, CNY 10k", "按日历年度（万元）"), SECTION)
    texts = (("Year", "年度"), ("Principal", "本金"), ("Interest", "利息"), ("Payment", "还款额"))
    headers(sheet, top + 1, _PANEL, [say(*text) for text in texts])
    for number in range(1, YEARS + 2):
        row = top + 1 + number
        next_year = f'=IF(N(J{row - 1})=0,"",IF(J{row - 1}<YEAR(maturity),J{row - 1}+1,""))'
        year = '=IF(loan_ready=1,YEAR(start),"")' if number == 1 else next_year
        put(sheet, row, _PANEL, year, LABEL, "code")
        for column, name in ((_PANEL + 1, "schedule_principal"), (_PANEL + 2, "schedule_interest")):
            first, last = f"DATE($J{row},1,1)", f"DATE($J{row}+1,1,1)"
            total = f'SUMIFS({name},schedule_date,">="&{first},schedule_date,"<"&{last})'
            put(sheet, row, column, f"=IF(N($J{row})=0,0,{total})", CALCULATION, "number")
        put(sheet, row, _PANEL + 3, f"=K{row}+L{row}", RESULT, "number")
    bottom = top + YEARS + 3
    put(sheet, bottom, _PANEL, say("Total", "合计"), TOTAL, "words")
    for column, letter in ((_PANEL + 1, "K"), (_PANEL + 2, "L"), (_PANEL + 3, "M")):
        put(sheet, bottom, column, f"=SUM({letter}{top + 2}:{letter}{bottom - 1})", TOTAL, "number")
    define(book, "year_principal", Box(sheet, bottom, _PANEL + 1, bottom, _PANEL + 1))
    define(book, "year_interest", Box(sheet, bottom, _PANEL + 2, bottom, _PANEL + 2))
    chart = bars(
        say("Repayment by year, CNY 10k", "各年还款（万元）"),
        Box(sheet, top + 2, _PANEL, bottom - 1, _PANEL),
        [Box(sheet, top + 1, _PANEL + 1, bottom - 1, _PANEL + 1), Box(sheet, top + 1, _PANEL + 2, bottom - 1, _PANEL + 2)],
        lang, stacked="stacked", colours=(NAVY, _PART_COLOUR),
    )  # fmt: skip
    place(sheet, chart, Box(sheet, bottom + 2, _PANEL, bottom + 17, _PANEL + 4))
