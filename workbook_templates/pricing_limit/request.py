"""The request: the customer, the loan asked for, and what price and limit follow from."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.finance_pages.entries import Entry, entry_block, new_entry_sheet
from workbook_templates.finance_pages.policy import Policy
from workbook_templates.finance_pages.result_lines import Line, result_lines
from workbook_templates.formulas import udf
from workbook_templates.language import Lang
from workbook_templates.pages.guide_sheet import Texts
from workbook_templates.pricing_limit.layout import SHEETS
from workbook_templates.pricing_limit.worked_case import (
    BANK,
    COLLATERAL,
    COSTS,
    CUSTOMER,
    DECISION,
    LOAN,
    RELATION,
    STATEMENTS,
)

_LEFT: Final = 2
_BLOCKS: Final[tuple[tuple[Texts, tuple[Entry, ...]], ...]] = (
    (("Customer", "客户"), CUSTOMER),
    (("Loan", "贷款"), LOAN),
    (("Cost of the loan", "贷款成本"), COSTS),
    (("Relationship", "综合合作"), RELATION),
    (("Statements and working capital", "财务与营运资金"), STATEMENTS),
    (("Collateral", "押品"), COLLATERAL),
    (("The bank", "本行资本"), BANK),
    (("For the committee", "审议意见"), DECISION),
)


def add_request_sheet(book: Workbook, policy: Policy, lang: Lang) -> None:
    """Add the request with the worked case, and what follows from it alone."""
    widths: dict[int, float] = {2: 36, 3: 42, 4: 10, 5: 66}
    sheet = new_entry_sheet(book, SHEETS["request"][lang], widths, lang, upright=True)
    row = 4
    for heading, entries in _BLOCKS:
        row = entry_block(book, sheet, row, _LEFT, heading, entries, lang)
    heading = ("What follows from the request", "由申请得出")
    result_lines(book, sheet, row, _LEFT, heading, _derived(policy), lang)


def _derived(policy: Policy) -> list[Line]:
    pd = udf("CR_GRADE2PD", grade="grade", scale=policy.whole("master_scale"))
    method, often = (
        f"INDEX({policy.column(key, 'code')},{policy.find(key, name)})"
        for key, name in (("repayment", "repayment"), ("frequencies", "frequency"))
    )
    step = (
        f"INDEX({policy.column('frequencies', 'months')},{policy.find('frequencies', 'frequency')})"
    )
    priced = 'AND(grade<>"",N(funding_rate)>0,operating_cost<>"",lgd<>"")'
    drawn = 'AND(N(amount)>0,N(months)>0,N(quoted_rate)>0,N(start)>0,repayment<>"",frequency<>"")'
    return [
        Line("default_pd", ("PD of the grade", "等级的违约概率"), "pd", f'IF(grade="","",{pd})', decides=True),
        Line("repayment_code", ("Code of the repayment", "还款方式代码"), "words", f'IF(repayment="","",{method})'),
        Line("frequency_code", ("Code of the payments", "还款频率代码"), "words", f'IF(frequency="","",{often})'),
        Line("step_months", ("Months between payments", "还款间隔月数"), "count", f'IF(frequency="",0,{step})'),
        Line("payments", ("Payments", "还款期数"), "count", "IF(step_months=0,0,months/step_months)"),
        Line("price_ready", ("Price can be computed: 1", "可测算定价为 1"), "code", f"--{priced}"),
        Line("loan_ready", ("Schedule can be computed: 1", "可测算还款为 1"), "code", f"--{drawn}"),
    ]  # fmt: skip
