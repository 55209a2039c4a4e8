"""The input sheet: the project, its investment, operation and loan, and figures year by year."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.finance_pages.entries import (
    AMOUNT_LIMITS,
    Entry,
    entry_block,
    new_entry_sheet,
    validate_entry,
)
from workbook_templates.finance_pages.policy import Policy
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.guide_sheet import Texts
from workbook_templates.project_finance.layout import PERIODS, SCULPTED, SHEETS
from workbook_templates.project_finance.worked_case import (
    DECISION,
    DRAWDOWN,
    FIRST_YEAR_FACTOR,
    LOAN,
    MAJOR_MAINTENANCE,
    OPERATION,
    PHASE,
    PROJECT,
    TAX,
    USES,
)
from workbook_templates.style import CALCULATION, INPUT, LABEL, SECTION

_LEFT: Final = 2
_RIGHT: Final = 7
_YEARS_TOP: Final = 5
_SCALE: Final = 57
"""In percent: the project fills one sheet of paper, its loan and what follows the next."""
CASE_LIST, REPAYMENT_LIST = "case_list", "repayment_list"
"""Defined names of the choices, since Excel's validation takes no table."""
_NEEDED: Final = ("first_year", "project_life", "volume", "price", "loan_rate", "tenor")
"""Inputs without which nothing can be computed."""
_YEARLY: Final = (
    Entry("yearly_factor", ("Output factor", "产量系数"), "rate", ("%", "%"), None,
          ("Output of the year against a full one; blank is 100 %.", "该年产量相对满产的比例；留空为 100%。"), (0, 2)),
    Entry("yearly_repairs", ("Major repairs", "大修支出"), "money", ("CNY 10k", "万元"), None,
          ("Large repairs of the year; blank is none.", "该年大修支出；留空为无。"), AMOUNT_LIMITS),
)  # fmt: skip

_BLOCKS: Final[tuple[tuple[Texts, tuple[Entry, ...]], ...]] = (
    (("Project", "项目"), PROJECT),
    (("Investment", "项目投资"), USES),
    (("Drawdown", "提款计划"), DRAWDOWN),
    (("Operation", "运营"), OPERATION),
    (("Tax", "税务"), TAX),
    (("Loan", "贷款"), LOAN),
    (("Phase of the project", "项目阶段"), PHASE),
    (("For the committee", "审议意见"), DECISION),
)


def add_inputs_sheet(book: Workbook, policy: Policy, lang: Lang) -> None:
    """Add the input sheet with the worked case."""
    say = Speaker(lang)
    widths: dict[int, float] = {2: 36, 3: 42, 4: 10, 5: 66, 6: 3, 7: 7, 8: 9, 9: 15, 10: 15}
    sheet = new_entry_sheet(book, SHEETS["inputs"][lang], widths, lang, scale=_SCALE)
    row = 4
    for heading, entries in _BLOCKS:
        if entries is LOAN:
            sheet.row_breaks.append(Break(id=row - 1))
        row = entry_block(book, sheet, row, _LEFT, heading, entries, lang)
    _derived(book, sheet, row, policy, say)
    _by_year(book, sheet, lang)
    for place in range(_YEARS_TOP, row):
        if sheet.row_dimensions[place].height is None:
            sheet.row_dimensions[place].height = 18


def _derived(book: Workbook, sheet: Worksheet, row: int, policy: Policy, say: Speaker) -> None:
    """What follows from the inputs alone, with names that the other sheets use."""
    put(sheet, row, _LEFT, say("What follows from the inputs", "由输入得出"), SECTION)
    sheet.row_dimensions[row].height = 24
    positive = ",".join(f"N({name})>0" for name in _NEEDED)
    codes = policy.column("repayment", "code")
    lines = (
        ("total_investment", ("Total investment", "项目总投资"), "money",
         "=" + "+".join(entry.name for entry in USES)),
        ("depreciable", ("Fixed assets to depreciate", "计提折旧的固定资产"), "money",
         "=total_investment-use_working_capital-use_reserve"),
        ("case_number", ("Row of the case shown", "展示情景的行号"), "code",
         f'=IF(reporting_case="",sizing_case,{policy.find("scenarios", "reporting_case")})'),
        ("repayment_code", ("Code of the repayment", "还款方式代码"), "words",
         f'=IF(repayment="","",INDEX({codes},{policy.find("repayment", "repayment")}))'),
        ("is_sculpted", ("Sculpted: 1", "量身定制为 1"), "code", f'=--(repayment_code="{SCULPTED}")'),
        ("relief_applies", ("Tax relief applies: 1", "适用税收优惠为 1"), "code",
         '=--OR(tax_relief="yes",tax_relief="是")'),
        ("ready", ("Inputs complete: 1", "输入齐备为 1"), "code",
         f'=--AND({positive},total_investment>0,repayment<>"")'),
    )  # fmt: skip
    for place, (name, label, kind, formula) in enumerate(lines, start=row + 1):
        put(sheet, place, _LEFT, say(*label), LABEL)
        put(sheet, place, _LEFT + 1, formula, CALCULATION, kind)
        sheet.row_dimensions[place].height = 18
        define(book, name, Box(sheet, place, _LEFT + 1, place, _LEFT + 1))


def _by_year(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """Inputs for single operating years."""
    say = Speaker(lang)
    put(sheet, 4, _RIGHT, say("Year by year", "逐年输入"), SECTION)
    texts = (("No.", "序号"), ("Year", "年度"), ("Output factor", "产量系数"),
             ("Major repairs", "大修支出"))  # fmt: skip
    headers(sheet, _YEARS_TOP, _RIGHT, [say(*pair) for pair in texts])
    first = _YEARS_TOP + 1
    for number in range(1, PERIODS + 1):
        row = _YEARS_TOP + number
        cell = f"G{row}"
        put(sheet, row, _RIGHT, 1 if number == 1 else f"=G{row - 1}+1", CALCULATION, "code")
        year = f'=IF(N(first_year)=0,"",first_year+{cell}-1)'
        put(sheet, row, _RIGHT + 1, year, CALCULATION, "code")
        factor = FIRST_YEAR_FACTOR if number == 1 else None
        put(sheet, row, _RIGHT + 2, factor, INPUT, "rate")
        put(sheet, row, _RIGHT + 3, MAJOR_MAINTENANCE.get(number), INPUT, "money")
    for place, entry in enumerate(_YEARLY, start=_RIGHT + 2):
        cells = Box(sheet, first, place, first + PERIODS - 1, place)
        define(book, entry.name, cells)
        validate_entry(entry, cells, lang)
