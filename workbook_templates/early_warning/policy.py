"""The policy sheets of the early-warning workbook."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box, define
from workbook_templates.early_warning.layout import (
    ACTION_POLICY,
    EVENT_LIST,
    EVENTS,
    PERIOD_LIST,
    PERIOD_TABLE,
    POLICY,
    RULES,
    SHEETS,
)
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.policy_sheet import (
    TABLE_ROW,
    PolicyPage,
    add_policy_sheet,
)
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
    """Add the sheets with every choice of the bank."""
    say = Speaker(lang)
    page = PolicyPage(
        title=SHEETS["policy"][lang],
        subtitle=say(
            "Every threshold stands here and nowhere else. Change a blue cell and all sheets "
            "follow; the tables may grow downwards.",
            "所有阈值只在本页维护。修改蓝字单元格，各表随之更新；各政策表可向下增行。",
        ),
        settings=settings(lang),
        tables=POLICY,
    )
    add_policy_sheet(book, page, lang)
    page = PolicyPage(
        title=SHEETS["action_policy"][lang],
        subtitle=say(
            "What the bank does under each colour: who acts, by when, limit, price and review.",
            "各预警颜色下的处置：责任部门、完成时限、额度、定价与复评。",
        ),
        tables=ACTION_POLICY,
    )
    add_policy_sheet(book, page, lang)
    _name_lists(book, lang)


def _name_lists(book: Workbook, lang: Lang) -> None:
    """Names for the cells that inputs are chosen from."""
    sheet = book[SHEETS["policy"][lang]]
    places = {
        name: next(one for one in sheet.tables.values() if one.name == name).ref
        for name in (RULES.name, PERIOD_TABLE.name)
    }
    rules, periods = (sheet[places[name]] for name in (RULES.name, PERIOD_TABLE.name))
    label = [one.name for one in RULES.table.columns].index(f"label_{lang}")
    bottom = rules[-1][label]
    events = Box(sheet, bottom.row - len(EVENTS) + 1, bottom.column, bottom.row, bottom.column)
    define(book, EVENT_LIST, events)
    first = periods[1][0]
    last = periods[-1][0]
    define(book, PERIOD_LIST, Box(sheet, TABLE_ROW + 1, first.column, last.row, first.column))
