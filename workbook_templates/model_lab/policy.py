"""The policy sheet: how the model is made, and on which scale and tiers it is used."""

from __future__ import annotations

from workbook_templates.language import Lang, Speaker
from workbook_templates.model_lab.layout import MASTER_SCALE, RISK_TIERS, SHEETS
from workbook_templates.pages.policy_sheet import PolicyPage
from workbook_templates.pages.settings import Setting, language_setting


def policy_page(lang: Lang) -> PolicyPage:
    """The page's settings and tables."""
    return PolicyPage(
        title=SHEETS["policy"][lang],
        subtitle=Speaker(lang)(
            "Every choice of the model stands here; change a blue cell and the model is made anew.",
            "建模的各项选择只在本页维护；修改蓝字单元格，模型随之重新建立。",
        ),
        tables=(MASTER_SCALE, RISK_TIERS),
        settings=_settings(lang),
    )


def _settings(lang: Lang) -> tuple[Setting, ...]:
    return (
        language_setting(lang),
        Setting("bin_method", "merge", "text", ("Binning method", "分箱方法"),
                ("merge: fine bins, neighbours merged; quantile: equal size; tree: the splits that tell most.",
                 "merge：细分后合并相邻箱；quantile：等频；tree：区分度最大的切分。"),
                ("merge", "quantile", "tree")),
        Setting("maximum_bins", 5, "count", ("Most bins of a factor", "每个因子最多分箱数"),
                ("2 to 6 ranges or groups; missing and other values come on top.",
                 "2 至 6 个区间或组；缺失与其他另计。")),
        Setting("minimum_share", 0.05, "rate", ("Least share of a bin", "单箱最小占比"),
                ("Share of the development loans.", "占开发样本笔数的比例。")),
        Setting("selection", "all", "text", ("Choice of factors", "因子选择"),
                ("all: every factor; forward: one by one while the p-value is low.",
                 "all：全部因子；forward：按 p 值逐个选入。"), ("all", "forward")),
        Setting("base_score", 600, "number", ("Base score", "基准分"),
                ("The score at the odds given next.", "下一行好坏比对应的得分。")),
        Setting("base_odds", 20, "number", ("Good:bad odds at the base", "基准好坏比"),
                ("Good loans for each bad one at the base score.", "基准分处每一笔坏贷款对应的好贷款笔数。")),
        Setting("pdo", 40, "number", ("Points that double the odds", "好坏比翻倍分值"),
                ("PDO: so many points more double the odds.", "PDO：得分每增加该值，好坏比翻倍。")),
        Setting("points_rounding", "whole", "text", ("Rounding of points", "分值取整"),
                ("whole: points of whole numbers; none: exact points.", "whole：取整数；none：不取整。"),
                ("whole", "none")),
        Setting("target_rate", 0.22, "rate", ("Default rate to calibrate to", "校准目标违约率"),
                ("The long-run average; the mean PD of the development loans becomes this.",
                 "长期平均违约率；开发样本的平均违约概率校准至该值。")),
        Setting("cut_off", 520, "number", ("Cut-off score", "准入分数线"),
                ("A loan whose score reaches it is accepted.", "得分达到该值的贷款准入。")),
        Setting("lift_groups", 10, "count", ("Groups of the lift table", "提升表分组数"),
                ("2 to 10 groups of about equal size.", "2 至 10 组，各组笔数大致相等。")),
    )  # fmt: skip
