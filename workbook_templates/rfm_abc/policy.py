"""The policy sheets: how customers are scored and classed, and what is done with each."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.policy_sheet import PolicyPage, add_policy_pages
from workbook_templates.pages.settings import Setting, abc_settings, as_of_setting, language_setting
from workbook_templates.portfolio.worked_case import AS_OF
from workbook_templates.rfm_abc.layout import ACTION_POLICY, POLICY, SHEETS


def add_policy_sheets(book: Workbook, lang: Lang) -> None:
    """Add both policy sheets."""
    say = Speaker(lang)
    pages = (
        PolicyPage(
            title=SHEETS["policy"][lang],
            subtitle=say(
                "Every threshold stands here and nowhere else; change a blue cell and all pages follow.",
                "所有阈值只在本页维护；修改蓝字单元格，各页随之更新。",
            ),
            tables=POLICY,
            settings=_settings(lang),
        ),
        PolicyPage(
            title=SHEETS["action_policy"][lang],
            subtitle=say(
                "What the bank does with each segment, and with each pair of value and risk.",
                "各细分客户与各价值风险组合的措施。",
            ),
            tables=ACTION_POLICY,
        ),
    )
    add_policy_pages(book, pages, lang)


def _settings(lang: Lang) -> tuple[Setting, ...]:
    say = Speaker(lang)
    return (
        as_of_setting(AS_OF),
        language_setting(lang),
        Setting("rfm_months", 24, "count", ("Window in months", "统计月数"),
                ("Events of the last months up to the as-of date.", "截至基准日的最近若干个月内的事件。")),
        Setting("rfm_bins", 5, "count", ("Scores", "分档数"),
                ("Scores run from 1 to this number, 2 to 5, best last.", "分数由 1 至该数（2 至 5），越高越好。")),
        Setting("rfm_method", "quantile", "text", ("Binning rule", "分档方法"),
                ("How the cut-offs are found: see the help of CR_RFM.", "分界的确定方法，见 CR_RFM 的帮助。"),
                ("quantile", "r_package", "rank", "ntile")),
        Setting("missed_event", say("missed", "未按期还款"), "text", ("Word for a missed payment", "未按期还款事件名称"),
                ("A missed payment never counts as activity.", "未按期还款不计为活跃事件。")),
        Setting("rfm_overdue_days", 0, "count", ("Overdue caps the segment after days", "逾期降档天数"),
                ("A customer overdue for more days than this is At Risk at best.",
                 "逾期超过该天数的客户，细分最好只能为“风险客户”。")),
        *abc_settings(),
        Setting("products_target", 6, "count", ("Products of a full relationship", "全面合作产品数"),
                ("Need = this number less the products held.", "需求 = 该数减去已持有产品数。")),
        Setting("vrn_value_weight", 0.4, "rate", ("Weight of value", "价值权重"),
                ("In the priority index.", "优先指数中的权重。")),
        Setting("vrn_risk_weight", 0.4, "rate", ("Weight of low risk", "风险权重"),
                ("In the priority index.", "优先指数中的权重。")),
        Setting("vrn_need_weight", 0.2, "rate", ("Weight of need", "需求权重"),
                ("In the priority index.", "优先指数中的权重。")),
        Setting("vrn_high", 0.67, "rate", ("High from percentile", "“高”分位下限"),
                ("A score from this percentile on is H.", "得分位于该分位及以上为 H。")),
        Setting("vrn_low", 0.33, "rate", ("Medium from percentile", "“中”分位下限"),
                ("A score from this percentile on is M, below it L.", "得分位于该分位及以上为 M，以下为 L。")),
    )  # fmt: skip
