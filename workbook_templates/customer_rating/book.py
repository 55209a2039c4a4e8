"""The customer rating workbook as a whole."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.customer_rating.checks import add_checks_sheet
from workbook_templates.customer_rating.customer import add_customer_sheet
from workbook_templates.customer_rating.guide import add_guide
from workbook_templates.customer_rating.layout import SHEETS, title
from workbook_templates.customer_rating.limit import add_limit_sheet
from workbook_templates.customer_rating.memo import add_memo_sheet
from workbook_templates.customer_rating.policy import add_policy_sheets
from workbook_templates.customer_rating.pricing import add_pricing_sheet
from workbook_templates.customer_rating.rating import add_rating_sheet
from workbook_templates.customer_rating.ratios import add_ratios_sheet
from workbook_templates.customer_rating.statements import add_statements_sheet
from workbook_templates.language import LANGUAGES, Lang
from workbook_templates.page import new_book, order_sheets
from workbook_templates.template import Template


def build(lang: Lang) -> Workbook:
    """The customer rating workbook with its worked case, not yet computed.

    Args:
        lang: language of sheets, headers and texts.

    Returns:
        The workbook; its formulas have no values until it is calculated.
    """
    book = new_book(lang)
    for add in (
        add_guide,
        add_policy_sheets,
        add_customer_sheet,
        add_statements_sheet,
        add_ratios_sheet,
        add_rating_sheet,
        add_limit_sheet,
        add_pricing_sheet,
        add_checks_sheet,
        add_memo_sheet,
    ):
        add(book, lang)
    order_sheets(book, (title(key, lang) for key in SHEETS))
    return book


TEMPLATE: Final = Template(
    "customer_rating",
    {
        "en": "Rating of a corporate customer: ratios, grade, limit, price, credit memo",
        "zh": "企业客户信用评级：财务比率、等级、额度、定价、授信审批表",
    },
    build,
    cover={lang: title("memo", lang) for lang in LANGUAGES},
)
