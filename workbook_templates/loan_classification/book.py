"""The loan-classification workbook as a whole."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.data_tables import Capacity
from workbook_templates.language import Lang
from workbook_templates.loan_classification.checks import checks
from workbook_templates.loan_classification.dashboard import add_dashboard_sheet
from workbook_templates.loan_classification.guide import guide
from workbook_templates.loan_classification.inputs import add_input_sheets
from workbook_templates.loan_classification.layout import SHEETS, TABLES
from workbook_templates.loan_classification.policy import add_policy_sheets
from workbook_templates.loan_classification.results import add_results_sheet
from workbook_templates.loan_classification.structure import add_structure_sheet
from workbook_templates.loan_classification.summary import add_summary_sheet
from workbook_templates.loan_classification.tags import add_tags_sheet
from workbook_templates.loan_classification.triggers import add_triggers_sheet
from workbook_templates.loan_classification.worked_case import loan_case
from workbook_templates.page import new_book
from workbook_templates.pages.check_sheet import add_check_sheet
from workbook_templates.pages.guide_sheet import add_guide_sheet
from workbook_templates.template import Template


def build(lang: Lang, rows: Capacity) -> Workbook:
    """The loan-classification workbook with its worked case, not yet computed.

    Args:
        lang: language of sheets, headers and texts.
        rows: the room of its tables of data.

    Returns:
        The workbook; its formulas have no values until it is calculated.
    """
    book, loans = new_book(lang), rows["loans"]
    add_guide_sheet(book, guide(lang), lang)
    add_policy_sheets(book, lang)
    add_input_sheets(book, loan_case(lang), rows, lang)
    add_triggers_sheet(book, loans, lang)
    add_results_sheet(book, loans, lang)
    add_tags_sheet(book, loans, lang)
    add_structure_sheet(book, lang)
    add_summary_sheet(book, lang)
    add_dashboard_sheet(book, lang)
    add_check_sheet(book, SHEETS["checks"][lang], checks(lang), lang)
    return book


TEMPLATE: Final = Template(
    "loan_classification",
    {
        "en": "Loan classification: eighteen lists, five-tier classes, provisions",
        "zh": "贷款分类：十八种清单、五级分类、准备与监管汇总",
    },
    build,
    cover=SHEETS["summary"],
    tables=tuple(TABLES.values()),
)
