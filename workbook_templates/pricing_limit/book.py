"""The pricing and limit workbook as a whole."""

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
from workbook_templates.pricing_limit.approval import add_approval_sheet
from workbook_templates.pricing_limit.committee import add_committee_sheet
from workbook_templates.pricing_limit.exceptions import add_exceptions_sheet
from workbook_templates.pricing_limit.funding import add_funding_sheet
from workbook_templates.pricing_limit.layout import (
    LISTS,
    POLICY_TABLES,
    SHEETS,
    TIER_TABLES,
    policy_of,
)
from workbook_templates.pricing_limit.limit import add_limit_sheet
from workbook_templates.pricing_limit.price import add_price_sheet
from workbook_templates.pricing_limit.register import add_register_sheet
from workbook_templates.pricing_limit.request import add_request_sheet
from workbook_templates.pricing_limit.schedule import add_schedule_sheet
from workbook_templates.pricing_limit.settings import settings
from workbook_templates.pricing_limit.texts import checks, guide
from workbook_templates.template import Template


def build(lang: Lang) -> Workbook:
    """The pricing and limit workbook with its worked case, not yet computed.

    Args:
        lang: language of sheets, headers and texts.

    Returns:
        The workbook; its formulas have no values until it is calculated.
    """
    book = new_book(lang)
    policy = policy_of(lang)
    _add_policy(book, policy, lang)
    add_request_sheet(book, policy, lang)
    add_price_sheet(book, policy, lang)
    add_funding_sheet(book, policy, lang)
    add_schedule_sheet(book, lang)
    add_limit_sheet(book, policy, lang)
    add_register_sheet(book, policy, lang)
    add_exceptions_sheet(book, lang)
    add_approval_sheet(book, policy, lang)
    add_committee_sheet(book, policy, lang)
    add_check_sheet(book, SHEETS["checks"][lang], checks(policy, lang), lang)
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
            title=SHEETS["tier_policy"][lang],
            subtitle=Speaker(lang)(
                "What the bank does with each tier: highest loan to value and review interval are read here.",
                "各层级的管理策略：最高抵押率与复评间隔由此读取。",
            ),
            tables=TIER_TABLES,
        ),
    )
    bodies = add_policy_pages(book, pages, lang)
    lists = {name: (policy.tables[key], column) for name, (key, column) in LISTS.items()}
    name_lists(book, bodies, lists, lang)


TEMPLATE: Final = Template(
    "pricing_limit",
    {
        "en": "Pricing and limit: build-up, RAROC, limits, register, exceptions, approval",
        "zh": "定价与授信额度：定价构成、RAROC、额度测算、台账、例外与审批",
    },
    build,
    cover=SHEETS["price"],
)
