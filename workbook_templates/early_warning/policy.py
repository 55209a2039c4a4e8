"""The policy sheets of the early-warning workbook."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from workbook_templates.blocks import define
from workbook_templates.early_warning.layout import (
    ACTION_POLICY,
    EVENT_LIST,
    PERIOD_LIST,
    PERIOD_TABLE,
    POLICY,
    RULES,
    SHEETS,
)
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.policy_lists import listed_cells, name_lists
from workbook_templates.pages.policy_sheet import PolicyPage, add_policy_pages, nowhere_else
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
        Setting("periods_back", 4, "count", ("Compared with the period before, by", "对照期间隔期数"),
                ("Changes are against the period that lies so many periods back; 4 quarters are a year.",
                 "变动类规则与相隔该期数的期间比较；4 个季度即上年同期。")),
        Setting("review_notice_days", 30, "count", ("Review notice in days", "复评提前提示天数"),
                ("Reviews due within these days are counted on the dashboard.",
                 "看板统计该天数内到期的复评。")),
    )  # fmt: skip


def add_policy_sheets(book: Workbook, lang: Lang) -> None:
    """Add the sheets with every choice of the bank, and name the cells that inputs are chosen from."""
    pages = (
        PolicyPage(
            title=SHEETS["policy"][lang],
            subtitle=nowhere_else(lang),
            settings=settings(lang),
            tables=POLICY,
        ),
        PolicyPage(
            title=SHEETS["action_policy"][lang],
            subtitle=Speaker(lang)(
                "What the bank does under each colour: who acts, by when, limit, price and review.",
                "各预警颜色下的处置：责任部门、完成时限、额度、定价与复评。",
            ),
            tables=ACTION_POLICY,
        ),
    )
    bodies = add_policy_pages(book, pages, lang)
    kinds = RULES.table.rows["kind"].tolist()
    events = [row for row, kind in enumerate(kinds) if kind == "flag"]
    define(book, EVENT_LIST, listed_cells(bodies, RULES, "label", events, lang))
    name_lists(book, bodies, {PERIOD_LIST: (PERIOD_TABLE, "period")}, lang)
