"""The key account workbook as a whole."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.key_account.admission import add_admission_sheet
from workbook_templates.key_account.checks import add_checks_sheet
from workbook_templates.key_account.financing import add_financing_sheet
from workbook_templates.key_account.guide import add_guide
from workbook_templates.key_account.layout import SHEETS, title
from workbook_templates.key_account.plan import add_plan_sheet
from workbook_templates.key_account.policy import add_policy_sheets
from workbook_templates.key_account.profile import add_profile_sheet
from workbook_templates.key_account.relationship import add_relationship_sheet
from workbook_templates.key_account.service import add_service_sheet
from workbook_templates.key_account.signals import add_signals_sheet
from workbook_templates.key_account.visits import add_visits_sheet
from workbook_templates.language import LANGUAGES, Lang
from workbook_templates.page import new_book, order_sheets
from workbook_templates.template import Template


def build(lang: Lang) -> Workbook:
    """The key account workbook with its worked case, not yet computed.

    Args:
        lang: language of sheets, headers and texts.

    Returns:
        The workbook; its formulas have no values until it is calculated.
    """
    book = new_book(lang)
    for add in (
        add_guide,
        add_policy_sheets,
        add_profile_sheet,
        add_relationship_sheet,
        add_signals_sheet,
        add_admission_sheet,
        add_service_sheet,
        add_financing_sheet,
        add_visits_sheet,
        add_checks_sheet,
        add_plan_sheet,
    ):
        add(book, lang)
    order_sheets(book, (title(key, lang) for key in SHEETS))
    return book


TEMPLATE: Final = Template(
    "key_account",
    {
        "en": "Key account: admission, relationship, service, financing, visits, early signals",
        "zh": "大客户综合管理：准入、关系、服务、融资、走访与早期信号",
    },
    build,
    cover={lang: title("plan", lang) for lang in LANGUAGES},
)
