"""The guide: what the workbook is for, how to use it, and where everything is."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.language import Lang
from workbook_templates.pages.guide_sheet import Guide
from workbook_templates.pages.guide_sheet import add_guide_sheet as add_sheet
from workbook_templates.portfolio.layout import SHEETS

_STEPS: Final = (
    ("Set the policy: as-of date, LGD, scorecard, grades, tiers and what the bank does with each tier. Every threshold stands on the policy sheets; enter the bank's own capital on Risk policy.",
     "设定政策：基准日、违约损失率、评分卡、等级、风险层级及各层级策略。所有阈值都在三张政策页；请在“风险政策”页录入本行资本净额。"),
    ("Bring in the data: type or paste into Customers, Loans and Transactions, or let the refresh fill them: creditcells refresh BOOK --customers … --loans … --transactions …",
     "导入数据：在客户、贷款、交易三张表中录入或粘贴，或由刷新命令写入：creditcells refresh 工作簿 --customers … --loans … --transactions …"),
    ("Look at the Data check: every row read is in the results or listed with its reason, and all differences are zero.",
     "查看数据检查：读入的每一行要么进入结果，要么连同原因列示，且所有差额为零。"),
    ("Read the Results: one row per customer with score, grade, PD, segments, tier, price, limit and next review, and the reason of each decision.",
     "查看结果：每个客户一行，含得分、等级、违约概率、细分、层级、定价、授信额度与下次复评日，以及各项判定的理由。"),
    ("Look at Concentration, Large exposures, and Classes and provisions: what is over a limit, or worse than in the books, is red.",
     "查看“集中度”“大额风险暴露”“五级分类与拨备”：超限额或较账面更差的以红色标示。"),
    ("Take the Strategy page and the Dashboard to the committee; History keeps a snapshot of every refresh for the migration matrix.",
     "将“分层策略”页与“看板”页提交贷审会；“历史”页留存每次刷新的快照，用于等级迁徙矩阵。"),
)  # fmt: skip
_ABOUT: Final[dict[str, tuple[str, str]]] = {
    "policy": ("Settings, scorecard, grade scale, caps, tiers, segments, industry risk.",
               "参数、评分卡、等级表、封顶条件、风险层级、细分规则、行业风险。"),
    "tier_policy": ("Approval, price, limit, collateral, monitoring, actions and products by tier.",
                    "各层级的审批、定价、授信额度、担保、监控、措施与产品。"),
    "risk_policy": ("Input: the bank's capital. Triggers of the loan classes, provision rates, limits on exposures.",
                    "录入：本行资本。五级分类触发条件、计提比例与各项敞口限额。"),
    "customers": ("Input: one row per customer, with the factors of the scorecard.",
                  "录入：每个客户一行，含评分卡各因子。"),
    "loans": ("Input: one row per loan.", "录入：每笔贷款一行。"),
    "transactions": ("Input: one row per event of income.", "录入：每个收入事件一行。"),
    "results": ("Every customer's score, grade, tier and treatment, with reasons.",
                "每个客户的得分、等级、层级与策略及理由。"),
    "strategy": ("The committee's page: tiers side by side, value against risk.",
                 "供贷审会审议：各层级并列，价值与风险对照。"),
    "concentration": ("Exposure by industry, region, tier, security and largest customers, against its limits.",
                      "按行业、地区、层级、担保方式与最大客户的敞口及限额。"),
    "large_exposures": ("Customers and connected groups from the reporting threshold on, against net capital.",
                        "达到大额标准的客户与关联客户组，对照资本净额。"),
    "classification": ("Classes suggested and in the books, provisions needed and booked, regulatory minimums.",
                       "建议分类与账面分类、应提与账面准备、监管标准。"),
    "dashboard": ("Key figures and charts, and the figures behind the charts.", "关键指标、图表及图表数据。"),
    "history": ("Snapshots, grade migration, trend.", "历次快照、等级迁徙与趋势。"),
    "checks": ("What was left out and why; totals that must come to zero.", "剔除的行及原因；必须为零的核对项。"),
    "audit": ("When, by whom, from what, with which policy.", "每次运行的时间、运行人、数据来源与政策版本。"),
}  # fmt: skip
_NOTES: Final = (
    ("Each customer is in the class of its worst loan. Loan by loan, with the rules of Articles 7 and 10 and upgrades: workbook loan_classification.",
     "客户按最差一笔贷款归类。逐笔分类、第七条与第十条规则及上调，见工作簿 loan_classification。"),
    ("Amounts are in CNY 10k (ten thousand yuan); rates are decimals shown in percent; bands are closed below and open above.",
     "金额单位为万元；比率以小数保存、按百分比显示；区间左闭右开。"),
    ("The names, customers and figures in this file are made up. Scorecard, PDs and strategies are creditcells defaults, to be replaced by your bank's own.",
     "本文件中的名称、客户与数据均为虚构。评分卡、违约概率与策略为 creditcells 默认值，请替换为本行口径。"),
    ("Results are array formulas that cover exactly the customers' rows; the refresh adjusts them when the number of customers changes.",
     "结果列为数组公式，恰好覆盖全部客户行；客户数变化时由刷新程序调整。"),
    ("Natural persons may be scored only with their consent (column Consent); names and numbers can be masked by the refresh.",
     "对自然人评分须取得其同意（“授权同意”列）；刷新时可对姓名与编号脱敏。"),
)  # fmt: skip


def add_guide_sheet(book: Workbook, lang: Lang) -> None:
    """Add the guide; it is the first sheet and says what comes after it."""
    guide = Guide(
        sheet=SHEETS["guide"][lang],
        title=("Customer tiers of a credit portfolio", "信贷组合客户分级与分层"),
        subtitle=(
            "Grade, score and segment every customer; see each tier's strategy beside its live figures.",
            "对每个客户评级、评分与细分；各层级策略与实时数据并列呈现。",
        ),
        steps=_STEPS,
        contents={SHEETS[key][lang]: texts for key, texts in _ABOUT.items()},
        notes=_NOTES,
    )
    add_sheet(book, guide, lang)
