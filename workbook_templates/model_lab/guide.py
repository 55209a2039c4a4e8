"""The guide of the model workbook."""

from __future__ import annotations

from typing import Final

from workbook_templates.language import Lang
from workbook_templates.model_lab.layout import BIN_ROWS, SHEETS
from workbook_templates.pages.guide_sheet import Guide, Texts

_STEPS: Final[tuple[Texts, ...]] = (
    ("Fill the History: one row per past loan, its sample, whether it defaulted, and the factors as they were known before. Take every fourth loan or the latest year as validation.",
     "填写“历史数据”：每笔历史贷款一行，填写样本、是否违约及当时已知的因子。可取四分之一的贷款或最近一年作为验证样本。"),
    ("Set the Policy: binning, scale of the score, long-run default rate, cut-off, master scale and tiers.",
     "设定“政策”：分箱方法、得分刻度、长期违约率、准入分数线、主标尺与风险层级。"),
    ("Look at the Checks: all differences must be zero. Then judge the Bins: does each default rate make sense to a credit officer?",
     "查看“核对”：所有差额须为零。再审视“分箱”：各箱违约率是否符合信贷经验？"),
    ("Judge the Model by its notes (turned signs, high p-values, VIF) and the Validation by the gap between the samples.",
     "依据“模型”页的提示（符号相反、p 值偏高、VIF）与“模型验证”页两个样本的差距判断模型。"),
    ("Compare the Tiers, settle the cut-off, and copy the Export into the policy of the other workbooks.",
     "比较“层级”，确定分数线，将“导出”页复制到其他工作簿的政策表。"),
)  # fmt: skip
_ABOUT: Final[dict[str, Texts]] = {
    "policy": ("Settings, master scale, risk tiers.", "参数、主标尺、风险层级。"),
    "history": ("Input: one row per past loan.", "录入：每笔历史贷款一行。"),
    "bins": ("Information value of each factor, and its bins.", "各因子的信息值与分箱。"),
    "model": ("Coefficients with errors, p-values and VIF; the scorecard.", "回归系数及其标准误、p 值与 VIF；评分卡。"),
    "scores": ("Every loan's score, PD, grade, tier and reasons.", "每笔贷款的得分、违约概率、等级、层级与理由。"),
    "validation": ("AUC, Gini, KS, lift, back-test and stability, with charts.", "AUC、基尼系数、KS、提升、回溯检验与稳定性，附图表。"),
    "tiers": ("Default rate by tier and sample; what the cut-off does.", "各样本各层级违约率；分数线的效果。"),
    "export": ("Scorecard, grade scale, master scale and coefficients to copy.", "可复制的评分卡、信用等级表、主标尺与系数。"),
    "checks": ("Counts and sums that must agree.", "必须一致的笔数与合计。"),
}  # fmt: skip
_NOTES: Final[tuple[Texts, ...]] = (
    ("The model is made anew whenever the history or the policy changes. Keep a copy of the workbook for each model that is approved.",
     "历史数据或政策一经修改，模型即重新建立。每个获批模型请另存一份工作簿。"),
    ("Blank factors are a bin of their own. A loan whose value fits no bin of the development loans has no score; the checks count it.",
     "因子留空时归入单独的“缺失”箱。取值不属于开发样本任何分箱的贷款没有得分，“核对”页会计数。"),
    (f"There is room for {BIN_ROWS} bins, six for each factor with missing and other values; if there are more, the checks do not come to zero.",
     f"分箱表可容纳 {BIN_ROWS} 行，即每个因子六个区间及缺失与其他；超出时“核对”不为零。"),
    ("About a hundred defaults are the least for a model to rely on; the notes of the model say when there are fewer than ten for each factor.",
     "可靠的模型至少需要约一百笔违约；若每个因子不足十笔，“模型”页会提示。"),
    ("Results are array formulas over the rows of the history as built; the checks tell when the table has grown beyond them.",
     "结果列为数组公式，行数与历史数据表初始行数一致；历史数据表超出时“核对”页会提示。"),
    ("The loans in this file are made up, and so is how they defaulted.", "本文件中的贷款及其违约均为虚构。"),
)  # fmt: skip


def guide(lang: Lang) -> Guide:
    """The guide's texts."""
    return Guide(
        sheet=SHEETS["guide"][lang],
        title=("Model workbook: from past loans to a scorecard", "建模工作簿：从历史贷款到评分卡"),
        subtitle=(
            "Bins, scorecard, PD, validation and tiers, ready for the policy of the other workbooks.",
            "分箱、评分卡、违约概率、验证与分层，结果可用于其他工作簿的政策表。",
        ),
        steps=_STEPS,
        contents={SHEETS[key][lang]: texts for key, texts in _ABOUT.items()},
        notes=_NOTES,
    )
