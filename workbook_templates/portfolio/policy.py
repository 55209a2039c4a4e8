"""The policy sheets: single settings and the policy tables, and the tiers' texts.

The tables stand beside each other and nothing stands below them, so each can grow downwards.
"""

from __future__ import annotations

from collections.abc import Iterable

from openpyxl.workbook import Workbook

from udfs import tables
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.policy_sheet import PolicyPage, add_policy_pages
from workbook_templates.pages.policy_tables import PolicyTable
from workbook_templates.pages.settings import Setting, abc_settings, as_of_setting, language_setting
from workbook_templates.portfolio.layout import POLICY_TABLES, RISK_TABLES, SHEETS, WORDY_TABLES
from workbook_templates.portfolio.worked_case import AS_OF


def settings(lang: Lang) -> tuple[Setting, ...]:
    """The single policy cells."""
    say = Speaker(lang)
    return (
        as_of_setting(AS_OF),
        language_setting(lang),
        Setting("lgd", 0.45, "rate", ("Loss given default", "违约损失率"),
                ("Expected loss = PD × LGD × exposure.",
                 "预期损失 = 违约概率 × 违约损失率 × 敞口。")),
        Setting("npl_days", 90, "count", ("Non-performing after days", "不良认定天数"),
                ("A customer with a loan overdue for more days than this is non-performing.",
                 "任一贷款逾期超过该天数即认定为不良客户。")),
        Setting("consent_needed", True, "flag", ("Persons are scored only with consent", "自然人须授权方可评分"),
                ("Personal Information Protection Law: TRUE leaves a person without consent unscored.",
                 "《个人信息保护法》：TRUE 表示未授权的自然人不予评分。")),
        Setting("person_word", say("individual", "个人"), "text", ("Word for a natural person", "自然人的客户类型名称"),
                ("As it stands in the Customer type column of the customers.",
                 "与客户表“客户类型”列的用词一致。")),
        Setting("consent_word", say("yes", "是"), "text", ("Word for consent given", "已授权的用词"),
                ("As it stands in the Consent column of the customers.",
                 "与客户表“授权同意”列的用词一致。")),
        Setting("rfm_months", 24, "count", ("RFM window in months", "RFM 统计月数"),
                ("Events of the last months up to the as-of date.",
                 "截至基准日的最近若干个月内的事件。")),
        Setting("rfm_bins", 5, "count", ("RFM scores", "RFM 分档数"),
                ("Scores run from 1 to this number, best last.",
                 "R、F、M 分数由 1 至该数，越高越好。")),
        Setting("rfm_method", "quantile", "text", ("RFM binning rule", "RFM 分档方法"),
                ("How the cut-offs are found: see the help of CR_RFM.",
                 "分界的确定方法，见 CR_RFM 的帮助。"), ("quantile", "r_package", "rank", "ntile")),
        Setting("rfm_overdue_days", 0, "count", ("Overdue caps the segment after days", "逾期降档天数"),
                ("A customer overdue for more days than this is At Risk at best.",
                 "逾期超过该天数的客户，细分最好只能为“风险客户”。")),
        Setting("paid_event", say("repayment", "还款"), "text", ("Word for a payment made", "按期还款事件名称"),
                ("As it stands in the Event column of the transactions.",
                 "与交易表“事件类型”列的用词一致。")),
        Setting("missed_event", say("missed", "未按期还款"), "text", ("Word for a missed payment", "未按期还款事件名称"),
                ("A missed payment never counts as activity.",
                 "未按期还款不计为活跃事件。")),
        *abc_settings(),
        Setting("vrn_value_weight", 0.4, "rate", ("Weight of value", "价值权重"),
                ("In the value-risk-need index.",
                 "价值-风险-需求指数中的权重。")),
        Setting("vrn_risk_weight", 0.4, "rate", ("Weight of low risk", "风险权重"),
                ("In the value-risk-need index.",
                 "价值-风险-需求指数中的权重。")),
        Setting("vrn_need_weight", 0.2, "rate", ("Weight of need", "需求权重"),
                ("In the value-risk-need index.",
                 "价值-风险-需求指数中的权重。")),
        Setting("vrn_high", 0.67, "rate", ("High from percentile", "“高”分位下限"),
                ("A score from this percentile on is H.",
                 "得分位于该分位及以上为 H。")),
        Setting("vrn_low", 0.33, "rate", ("Medium from percentile", "“中”分位下限"),
                ("A score from this percentile on is M, below it L.",
                 "得分位于该分位及以上为 M，以下为 L。")),
        Setting("products_target", 6, "count", ("Products a full relationship has", "全面合作产品数"),
                ("Need = this number less the products held.",
                 "需求 = 该数减去已持有产品数。")),
        Setting("review_notice_days", 90, "count", ("Review notice in days", "复评提前提示天数"),
                ("Reviews due within these days are counted on the strategy page.",
                 "分层策略页统计该天数内到期的复评。")),
    )  # fmt: skip


def add_policy_sheets(book: Workbook, lang: Lang) -> None:
    """Add the sheets with every choice of the bank: settings and tables, and the tiers' texts."""
    say = Speaker(lang)
    others = {*WORDY_TABLES, *RISK_TABLES}
    pages = (
        PolicyPage(
            title=SHEETS["policy"][lang],
            subtitle=say(
                "Every threshold stands on the policy sheets and nowhere else. Change a blue cell and all sheets "
                "follow; the tables may grow downwards.",
                "所有阈值只在政策各页维护。修改蓝字单元格，各表随之更新；各政策表可向下增行。",
            ),
            tables=_policy_tables(name for name in POLICY_TABLES if name not in others),
            settings=settings(lang),
        ),
        PolicyPage(
            title=SHEETS["tier_policy"][lang],
            subtitle=say(
                "What the bank does with each tier: the strategy page and the results read it here.",
                "各层级的管理策略：分层策略页与结果页均由此读取。",
            ),
            tables=_policy_tables(WORDY_TABLES),
        ),
    )
    add_policy_pages(book, pages, lang)


def _policy_tables(names: Iterable[str]) -> tuple[PolicyTable, ...]:
    return tuple(PolicyTable(tables.builtin(name), POLICY_TABLES[name]) for name in names)
