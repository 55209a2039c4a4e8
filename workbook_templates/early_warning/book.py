"""The early-warning workbook as a whole."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.data_tables import Capacity
from workbook_templates.early_warning.checks import checks
from workbook_templates.early_warning.comparison import add_comparison_sheet
from workbook_templates.early_warning.customer_file import add_customer_file_sheet
from workbook_templates.early_warning.dashboard import add_dashboard_sheet
from workbook_templates.early_warning.guide import guide
from workbook_templates.early_warning.inputs import add_input_sheets
from workbook_templates.early_warning.layout import SHEETS, TABLES
from workbook_templates.early_warning.policy import add_policy_sheets
from workbook_templates.early_warning.results import add_results_sheet
from workbook_templates.early_warning.signals import add_signals_sheet
from workbook_templates.early_warning.trends import add_trends_sheet
from workbook_templates.early_warning.watch_list import add_watch_list_sheet
from workbook_templates.early_warning.worked_case import early_warning_case
from workbook_templates.language import Lang
from workbook_templates.page import new_book
from workbook_templates.pages.check_sheet import add_check_sheet
from workbook_templates.pages.guide_sheet import add_guide_sheet
from workbook_templates.template import Template

_SHOWN = "C0022"
"""The customer that the customer file shows at first."""


def build(lang: Lang, rows: Capacity) -> Workbook:
    """The early-warning workbook with its worked case, not yet computed.

    Args:
        lang: language of sheets, headers and texts.
        rows: the room of its tables of data.

    Returns:
        The workbook; its formulas have no values until it is calculated.
    """
    book, customers = new_book(lang), rows["customers"]
    add_guide_sheet(book, guide(lang), lang)
    add_policy_sheets(book, lang)
    add_input_sheets(book, early_warning_case(lang), rows, lang)
    add_trends_sheet(book, customers, lang)
    add_comparison_sheet(book, customers, lang)
    add_signals_sheet(book, customers, lang)
    add_results_sheet(book, customers, lang)
    add_watch_list_sheet(book, customers, lang)
    add_customer_file_sheet(book, lang, _SHOWN)
    add_dashboard_sheet(book, customers, lang)
    add_check_sheet(book, SHEETS["checks"][lang], checks(lang), lang)
    return book


TEMPLATE: Final = Template(
    "early_warning",
    {
        "en": "Early warning: colours, reasons, watch list, suggested changes",
        "zh": "客户预警：颜色、理由、关注清单与调整建议",
    },
    build,
    cover=SHEETS["dashboard"],
    tables=tuple(TABLES.values()),
)
