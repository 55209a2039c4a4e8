"""The policy sheets of the loan-classification workbook."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from workbook_templates.language import Lang, Speaker
from workbook_templates.loan_classification.layout import (
    CIRCUMSTANCE_LIST,
    LIST_POLICY,
    POLICY,
    SCHEMES,
    SHEETS,
    TRIGGERS,
)
from workbook_templates.pages.policy_lists import name_lists
from workbook_templates.pages.policy_sheet import PolicyPage, add_policy_pages
from workbook_templates.pages.settings import (
    Setting,
    as_of_setting,
    language_setting,
)
from workbook_templates.portfolio.worked_case import AS_OF


def settings(lang: Lang) -> tuple[Setting, ...]:
    """The single policy cells."""
    return (
        as_of_setting(AS_OF),
        language_setting(lang),
        Setting("first_scheme", SCHEMES[0], "text", ("First provision scheme", "计提方案一"),
                ("A scheme of the provision rates.", "计提比例表中的方案。"), SCHEMES),
        Setting("second_scheme", SCHEMES[1], "text", ("Second provision scheme", "计提方案二"),
                ("A scheme of the provision rates, to compare.", "计提比例表中的方案，用于对比。"), SCHEMES),
        Setting("upgrade_class", "special_mention", "text", ("Upgrade is to", "上调至"),
                ("The class that a non-performing loan may go back to.", "不良贷款可上调至的分类。"),
                ("special_mention", "normal")),
    )  # fmt: skip


def add_policy_sheets(book: Workbook, lang: Lang) -> None:
    """Add the sheets with regulation and the bank's own choices; name the circumstances."""
    say = Speaker(lang)
    pages = (
        PolicyPage(
            title=SHEETS["policy"][lang],
            subtitle=say(
                "Every threshold stands here and nowhere else. Rows marked to_check were written "
                "from memory: check them against the regulation.",
                "所有阈值只在本页维护。标有“待核对”的行请核对法规原文。",
            ),
            settings=settings(lang),
            tables=POLICY,
        ),
        PolicyPage(
            title=SHEETS["list_policy"][lang],
            subtitle=say(
                "The eighteen lists and how a loan gets its class in each.",
                "十八种清单及各清单的归类规则。",
            ),
            tables=LIST_POLICY,
        ),
    )
    bodies = add_policy_pages(book, pages, lang)
    name_lists(book, bodies, {CIRCUMSTANCE_LIST: (TRIGGERS, "label")}, lang)
