"""The guide of the migration-monitoring workbook."""

from __future__ import annotations

from workbook_templates.language import Lang
from workbook_templates.migration_monitoring.layout import SHEETS
from workbook_templates.pages.guide_sheet import Guide, Texts

_STEPS: tuple[Texts, ...] = (
    ("Set the policy: as-of date, periods, over how many periods customers are compared, when a customer is in default, buckets, stability limits; on Review policy the months between reviews of each tier.",
     "设定政策：基准日、期间、迁徙跨越期数、违约认定、逾期期次与稳定性界限；层级复评间隔见“复评政策”。"),
    ("Bring in the data: all customers, a snapshot of each at the end of every quarter below the last, and all loans with their default dates.",
     "录入数据：全部客户；每季末的客户快照接续录入；全部贷款及其违约日期。"),
    ("Move the as-of date on when a quarter is complete: the present period, the one compared with and the last five follow by themselves.",
     "一个季度数据齐备后，将基准日移至季末：本期、对照期与近五期自动更新。"),
    ("Look at the Checks: all differences are zero.", "查看“核对”页：所有差额为零。"),
    ("Take Migration, Performance, Stability and the Dashboard to the committee; work through the Review calendar.",
     "将“等级迁徙”“分层表现”“稳定性”与“看板”提交审议；按“评审日历”逐户评审。"),
)  # fmt: skip
_ABOUT: dict[str, Texts] = {
    "policy": ("Settings, periods, grades, buckets, stability limits, months on book.",
               "参数、期间、等级、逾期期次、稳定性界限、账龄月数。"),
    "review_policy": ("Review intervals of the tiers.", "各层级复评间隔。"),
    "customers": ("Input: one row per customer.", "录入：每个客户一行。"),
    "snapshots": ("Input: one row per customer and quarter.", "录入：每个客户每季一行。"),
    "loans": ("Input: one row per loan.", "录入：每笔贷款一行。"),
    "by_period": ("The snapshots of the periods side by side.", "各期快照并列。"),
    "moves": ("Each customer's move, default, loss and reviews.", "每个客户的变动、违约、流失与评审。"),
    "migration": ("Matrices of grades and tiers, cumulative PD.", "等级与层级迁徙矩阵、累计违约概率。"),
    "performance": ("Default and churn by tier, roll rates, vintages.", "各层级违约与流失、滚动率、账龄曲线。"),
    "stability": ("PSI of grades, tiers and scores; distributions.", "等级、层级与得分的 PSI 及分布。"),
    "calendar": ("Reviews by month, and whose are due first.", "各月到期评审与最先到期客户。"),
    "dashboard": ("Key figures and charts.", "关键指标与图表。"),
    "checks": ("Counts and balances that must agree.", "必须一致的笔数与金额。"),
}  # fmt: skip
_NOTES: tuple[Texts, ...] = (
    ("Amounts are in CNY 10k (ten thousand yuan); rates are decimals shown in percent.",
     "金额单位为万元；比率以小数保存、按百分比显示。"),
    ("A customer without a snapshot in the present period has left: it counts as lost, and its default is unknown, not absent.",
     "本期没有快照的客户视为退出：计入流失；其是否违约为未知，不当作未违约。"),
    ("Few customers make large swings: read the confidence interval beside a default rate, and no PSI without the number of customers.",
     "客户数少时波动很大：违约率应结合置信区间，PSI 应结合客户数解读。"),
    ("The names, customers and figures in this file are made up. Limits are creditcells defaults, to be replaced by your bank's own.",
     "本文件中的名称、客户与数据均为虚构。各项界限为 creditcells 默认值，请替换为本行口径。"),
)  # fmt: skip


def guide(lang: Lang) -> Guide:
    """The guide's texts."""
    return Guide(
        sheet=SHEETS["guide"][lang],
        title=("Migration and monitoring of loan customers", "贷款客户迁徙与监测"),
        subtitle=(
            "Migration matrices, defaults and churn by tier, roll rates, vintages, stability, reviews.",
            "迁徙矩阵、各层级违约与流失、滚动率、账龄、稳定性与评审日历。",
        ),
        steps=_STEPS,
        contents={SHEETS[key][lang]: texts for key, texts in _ABOUT.items()},
        notes=_NOTES,
    )
