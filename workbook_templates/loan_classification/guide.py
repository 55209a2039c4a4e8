"""The guide of the loan-classification workbook."""

from __future__ import annotations

from workbook_templates.language import Lang
from workbook_templates.loan_classification.layout import SHEETS
from workbook_templates.pages.guide_sheet import Guide, Texts

_STEPS: tuple[Texts, ...] = (
    ("Look through the policy: triggers, obligor rules, provision rates and minimums; put your own bank's minimums into Minimum ratios. The List policy holds the words and limits of the eighteen lists.",
     "核对政策：触发条件、同一债务人规则、计提比例与监管标准，并填入本行适用的最低标准；“清单规则”页为十八种清单的用词与界限。"),
    ("Bring in the data: obligors with their debts at other banks, loans with arrears, impairment and circumstances, and the class of the period before.",
     "录入数据：债务人及其他行债务；贷款的逾期、减值与其他情形，以及上期分类。"),
    ("Look at the Checks: all differences are zero, and no loan is without a class.",
     "查看“核对”页：所有差额为零，且没有未分类贷款。"),
    ("Read the Classification: class of each loan by itself, after the upgrade conditions and after the rules across its obligor's loans, with reasons and provisions.",
     "查看“分类结果”：单笔分类、上调条件与同一债务人规则后的最终分类，附理由与准备。"),
    ("Take the Regulatory summary and the Dashboard to the committee.",
     "将“监管汇总”与“看板”提交审议。"),
)  # fmt: skip
_ABOUT: dict[str, Texts] = {
    "policy": ("Settings, classes, triggers, obligor rules, provision rates, minimums.",
               "参数、分类、触发条件、同一债务人规则、计提比例与监管标准。"),
    "list_policy": ("The eighteen lists and their rules.", "十八种清单及其规则。"),
    "obligors": ("Input: one row per obligor.", "录入：每个债务人一行。"),
    "loans": ("Input: one row per loan.", "录入：每笔贷款一行。"),
    "triggers": ("Which trigger and which rule decided.", "决定分类的触发条件与规则。"),
    "results": ("Every loan's class, reasons, move and provisions.", "每笔贷款的分类、理由、变动与准备。"),
    "tags": ("Every loan in each of the eighteen lists.", "每笔贷款在十八种清单中的类别。"),
    "structure": ("Balance and NPL ratio by the classes of each list.", "各清单类别的余额与不良率。"),
    "summary": ("Five-tier, arrears, provisions against the minimums, migration, contagion.",
                "五级分类、逾期结构、准备与监管标准、迁徙、风险传染。"),
    "dashboard": ("Key figures and charts.", "关键指标与图表。"),
    "checks": ("Counts and balances that must agree.", "必须一致的笔数与金额。"),
}  # fmt: skip
_NOTES: tuple[Texts, ...] = (
    ("Amounts are in CNY 10k (ten thousand yuan); days are strict: 90 days overdue is special mention, 91 substandard.",
     "金额单位为万元；逾期天数为严格大于：90 天为关注，91 天为次级。"),
    ("What is needed and missing (impairment, loss ratio, debts at other banks) makes the class an error where it could matter, never a good class.",
     "必需而缺失的数据（是否减值、预期损失占比、他行债务）可能影响分类时显示错误值，绝不当作良好。"),
    ("Lists 14 to 18 repeat lists 5 to 9 of the source text; the numbers are kept so that each can be ticked off.",
     "清单 14 至 18 与原文清单 5 至 9 相同；保留全部编号以便逐项对照。"),
    ("The names, loans and figures in this file are made up. Rows of the regulation marked to_check must be checked against its text.",
     "本文件中的名称、贷款与数据均为虚构。政策表中标有“待核对”的行请核对法规原文。"),
    ("Results are array formulas over eighty loans; the checks tell when the Loans table has more rows than that.",
     "结果列为数组公式，可容纳八十笔贷款；贷款表超出时“核对”页会提示。"),
)  # fmt: skip


def guide(lang: Lang) -> Guide:
    """The guide's texts."""
    return Guide(
        sheet=SHEETS["guide"][lang],
        title=("Classification of loans", "贷款分类"),
        subtitle=(
            "Eighteen lists, five-tier classes with contagion, provisions, regulatory summary.",
            "十八种清单、五级分类与风险传染、贷款损失准备、监管汇总。",
        ),
        steps=_STEPS,
        contents={SHEETS[key][lang]: texts for key, texts in _ABOUT.items()},
        notes=_NOTES,
    )
