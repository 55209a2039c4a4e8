"""The policy sheets: settings, scales and cut-offs, and what the bank does with each tier."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.policy_sheet import PolicyPage, add_policy_pages
from workbook_templates.pages.settings import Setting, abc_settings, as_of_setting, language_setting
from workbook_templates.portfolio.worked_case import AS_OF
from workbook_templates.tier_strategy.layout import POLICY, SHEETS, TIER_POLICY


def add_policy_sheets(book: Workbook, lang: Lang) -> None:
    """Add both policy sheets."""
    say = Speaker(lang)
    pages = (
        PolicyPage(
            title=SHEETS["policy"][lang],
            subtitle=say(
                "Every threshold in force stands here; the What-if page tries others.",
                "现行阈值只在本页维护；“情景测算”页用于试算其他取值。",
            ),
            tables=POLICY,
            settings=_settings(lang),
        ),
        PolicyPage(
            title=SHEETS["tier_policy"][lang],
            subtitle=say(
                "What the bank does with each tier: the pages read it here.",
                "各层级的管理策略：各页均由此读取。",
            ),
            tables=TIER_POLICY,
        ),
    )
    add_policy_pages(book, pages, lang)


def _settings(lang: Lang) -> tuple[Setting, ...]:
    say = Speaker(lang)
    return (
        as_of_setting(AS_OF),
        language_setting(lang),
        Setting("lgd", 0.45, "rate", ("Loss given default", "违约损失率"),
                ("For customers whose own LGD is blank.", "用于未填违约损失率的客户。")),
        Setting("maturity", 2.5, "times", ("Effective maturity, years", "有效期限（年）"),
                ("For the risk weight by the IRB approach.", "用于内部评级法风险权重。")),
        Setting("irb_scheme", "china", "text", ("Regulation", "资本规则"),
                ("Rules of the risk weight.", "风险权重所依据的规则。"), ("china", "basel3", "basel2", "crr")),
        Setting("capital_ratio", 0.105, "rate", ("Capital ratio", "资本充足率要求"),
                ("Capital held per risk-weighted asset.", "每单位风险加权资产占用的资本。")),
        *abc_settings(),
        Setting("npl_word", say("yes", "是"), "text", ("Word for non-performing", "不良的用词"),
                ("As it stands in the Non-performing column of the customers.", "与客户表“是否不良”列的用词一致。")),
    )  # fmt: skip
