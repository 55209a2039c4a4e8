"""The policy sheets of the migration-monitoring workbook."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from workbook_templates.language import Lang, Speaker
from workbook_templates.migration_monitoring.layout import (
    GRADE_LIST,
    GRADES,
    PERIOD_LIST,
    PERIOD_TABLE,
    POLICY,
    REVIEW_POLICY,
    SHEETS,
)
from workbook_templates.pages.policy_lists import name_lists
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
        Setting("periods_back", 4, "count", ("Migration over, periods", "迁徙跨越期数"),
                ("Customers are compared with the period that lies so many periods back; 4 quarters are a year.",
                 "与相隔该期数的期间比较；4 个季度即一年。")),
        Setting("migration_months", 12, "count", ("Months of the migration", "迁徙跨越月数"),
                ("The months that these periods take; 3 for one quarter.", "上述期数对应的月数；一个季度为 3。")),
        Setting("pd_years", 3, "count", ("Cumulative PD over, years", "累计违约概率年数"),
                ("The migration matrix taken to so many years.", "由迁徙矩阵推算该年数的累计违约概率。")),
        Setting("default_days", 90, "count", ("In default after days", "违约认定天数"),
                ("A customer overdue for more days than this, or of the worst grade, is in default.",
                 "逾期超过该天数或等级为最末一级的，认定为违约。")),
        Setting("confidence", 0.95, "rate", ("Confidence level", "置信水平"),
                ("Of the intervals of default rates.", "违约率置信区间所用。")),
        Setting("score_bins", 5, "count", ("Bins of scores", "得分分箱数"),
                ("Quantiles of the first period that scores are compared by.", "按首期得分分位数划分的箱数。")),
        Setting("vintage_months", 6, "count", ("Vintages of, months", "账龄组别月数"),
                ("Loans granted within so many months form a vintage: 3, 6 or 12.",
                 "在该月数内发放的贷款为一组：3、6 或 12。")),
        Setting("annual_months", 12, "count", ("Annual review every, months", "年度评审间隔月数"),
                ("Months from one comprehensive review to the next.", "两次全面评审相隔的月数。")),
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
            title=SHEETS["review_policy"][lang],
            subtitle=Speaker(lang)(
                "The months between reviews of each tier stand in review_months.",
                "各层级的复评间隔见“复评间隔月数”一列。",
            ),
            tables=REVIEW_POLICY,
        ),
    )
    bodies = add_policy_pages(book, pages, lang)
    lists = {PERIOD_LIST: (PERIOD_TABLE, "period"), GRADE_LIST: (GRADES, "grade")}
    name_lists(book, bodies, lists, lang)
