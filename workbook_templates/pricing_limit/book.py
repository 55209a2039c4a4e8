"""The pricing and limit workbook as a whole."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.blocks import define
from workbook_templates.finance_pages.policy import Policy
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import new_book
from workbook_templates.pages.check_sheet import add_check_sheet
from workbook_templates.pages.guide_sheet import add_guide_sheet
from workbook_templates.pages.policy_sheet import PolicyPage, add_policy_sheet
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
    for place, titles in enumerate(SHEETS.values()):
        book.move_sheet(titles[lang], place - book.sheetnames.index(titles[lang]))
    return book


def _add_policy(book: Workbook, policy: Policy, lang: Lang) -> None:
    say = Speaker(lang)
    page = PolicyPage(
        title=SHEETS["policy"][lang],
        subtitle=say(
            "Every threshold stands here and on the next sheet. Change a blue cell and all sheets follow.",
            "所有阈值只在本页与下一页维护。修改蓝字单元格，各表随之更新。",
        ),
        settings=settings(lang),
        tables=POLICY_TABLES,
    )
    bodies = add_policy_sheet(book, page, lang)
    page = PolicyPage(
        title=SHEETS["tier_policy"][lang],
        subtitle=say(
            "What the bank does with each tier: highest loan to value and review interval are read here.",
            "各层级的管理策略：最高抵押率与复评间隔由此读取。",
        ),
        tables=TIER_TABLES,
    )
    bodies |= add_policy_sheet(book, page, lang)
    for name, (key, column) in LISTS.items():
        chosen = policy.tables[key]
        define(book, name, bodies[chosen.name].column(chosen.position(column, lang)))


TEMPLATE: Final = Template(
    "pricing_limit",
    {
        "en": "Pricing and limit: build-up, RAROC, limits, register, exceptions, approval",
        "zh": "定价与授信额度：定价构成、RAROC、额度测算、台账、例外与审批",
    },
    build,
    cover=SHEETS["price"],
)
