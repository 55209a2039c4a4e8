"""The project finance workbook as a whole."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.finance_pages.policy import Policy, on_two_sheets
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import new_book, order_sheets
from workbook_templates.pages.check_sheet import add_check_sheet
from workbook_templates.pages.guide_sheet import add_guide_sheet
from workbook_templates.pages.policy_lists import name_lists
from workbook_templates.pages.policy_sheet import PolicyPage, add_policy_pages
from workbook_templates.project_finance.cases import add_cases_sheet
from workbook_templates.project_finance.cash_flow import add_cash_flow_sheet
from workbook_templates.project_finance.committee import add_committee_sheet
from workbook_templates.project_finance.debt import add_debt_sheet
from workbook_templates.project_finance.inputs import (
    CASE_LIST,
    REPAYMENT_LIST,
    add_inputs_sheet,
)
from workbook_templates.project_finance.layout import (
    POLICY_TABLES,
    SHEETS,
    SLOTTING_TABLES,
    policy_of,
)
from workbook_templates.project_finance.rating import add_rating_sheet
from workbook_templates.project_finance.scenarios import add_scenarios_sheet
from workbook_templates.project_finance.settings import settings
from workbook_templates.project_finance.texts import checks, guide
from workbook_templates.template import Template


def build(lang: Lang) -> Workbook:
    """The project finance workbook with its worked case, not yet computed.

    Args:
        lang: language of sheets, headers and texts.

    Returns:
        The workbook; its formulas have no values until it is calculated.
    """
    book = new_book(lang)
    policy = policy_of(lang)
    _add_policy(book, policy, lang)
    add_inputs_sheet(book, policy, lang)
    cases = add_cases_sheet(book, policy, lang)
    debt = add_debt_sheet(book, policy, cases, lang)
    flows = add_cash_flow_sheet(book, cases, debt, lang)
    add_rating_sheet(book, policy, lang)
    add_scenarios_sheet(book, policy, lang)
    add_committee_sheet(book, policy, lang)
    add_check_sheet(book, SHEETS["checks"][lang], checks(cases, debt, flows, lang), lang)
    add_guide_sheet(book, guide(lang), lang)
    order_sheets(book, (titles[lang] for titles in SHEETS.values()))
    return book


def _add_policy(book: Workbook, policy: Policy, lang: Lang) -> None:
    pages = (
        PolicyPage(
            title=SHEETS["policy"][lang],
            subtitle=on_two_sheets(lang),
            settings=settings(lang),
            tables=POLICY_TABLES,
        ),
        PolicyPage(
            title=SHEETS["slotting_policy"][lang],
            subtitle=Speaker(lang)(
                "The slotting grid with its factors, thresholds and risk weights: the Rating sheet reads them here.",
                "监管映射评价表及其因子、阈值与风险权重：“项目评级”页由此读取。",
            ),
            tables=SLOTTING_TABLES,
        ),
    )
    bodies = add_policy_pages(book, pages, lang)
    chosen = {CASE_LIST: "scenarios", REPAYMENT_LIST: "repayment"}
    lists = {name: (policy.tables[key], "label") for name, key in chosen.items()}
    name_lists(book, bodies, lists, lang)


TEMPLATE: Final = Template(
    "project_finance",
    {
        "en": "Project finance: debt sizing, cover ratios, cases, slotting, covenants",
        "zh": "项目融资：债务定额、覆盖率、情景、监管映射与约束条款",
    },
    build,
    cover=SHEETS["committee"],
)
