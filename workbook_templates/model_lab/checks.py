"""The checks: what must agree if the model is made of the history and fits it."""

from __future__ import annotations

from workbook_templates.language import Lang, Speaker
from workbook_templates.model_lab.layout import FACTORS, SAMPLES, data, res
from workbook_templates.pages.check_sheet import Check


def checks(lang: Lang) -> list[Check]:
    """The pairs of figures."""
    say = Speaker(lang)
    ids, bad, sample = data("loan_id", lang), data("defaulted", lang), data("sample", lang)
    development, validation = (words[lang] for words in SAMPLES.values())
    score, points = res("score"), "points"
    return [
        Check(say("Loans: history and both samples", "贷款笔数：历史数据与两个样本"),
              f'=COUNTIF({ids},"?*")', "=dev_loans+val_loans"),
        Check(say("Loans: history and scored", "贷款笔数：历史数据与已评分"),
              f'=COUNTIF({ids},"?*")', f"=COUNT({score})"),
        Check(say("Rows of the history and of the scores", "历史数据表行数与评分结果行数"),
              f"=ROWS({ids})", f"=ROWS({score})"),
        Check(say("Loan numbers that stand more than once", "重复的贷款编号"),
              f'=SUMPRODUCT(({ids}<>"")*(COUNTIF({ids},{ids})>1))', "=0"),
        Check(say("Defaults: history and both samples", "违约笔数：历史数据与两个样本"),
              f"=SUM({bad})", "=SUM(dev_bad)+SUM(val_bad)"),
        Check(say("Loans in the bins and development loans, all factors", "各因子分箱笔数合计与开发样本笔数"),
              "=SUM(bin_count)", f'=COUNTIFS({sample},"{development}")*{len(FACTORS)}'),
        Check(say("Defaults in the bins and development defaults, all factors", "各因子分箱违约合计与开发样本违约"),
              "=SUM(bin_bad)", f'=SUMIFS({bad},{sample},"{development}")*{len(FACTORS)}'),
        Check(say("Information value: bins and ranking", "信息值：分箱合计与排序表"),
              "=SUM(bin_iv)", "=SUM(iv_value)"),
        Check(say("Score and sum of its points", "得分与各因子分值之和"),
              f"=SUM({points})-SUM({score})", f"=SUM({score})"),
        Check(say("Defaults the model expects and observed, development", "开发样本：模型预期违约与实际违约"),
              "=SUM(dev_pd)", "=SUM(dev_bad)"),
        Check(say("Defaults expected after calibration and at the target rate", "校准后预期违约与目标违约率下的违约"),
              "=SUM(dev_calibrated_pd)", "=COUNT(dev_pd)*target_rate"),
        Check(say("Loans with a grade and scored", "有等级笔数与已评分笔数"),
              f'=COUNTIF({res("grade")},"?*")', f"=COUNT({score})"),
        Check(say("Loans: lift table and validation", "贷款笔数：提升表与验证样本"),
              "=SUM(lift_customers)", "=val_loans"),
        Check(say("Defaults: lift table and validation", "违约笔数：提升表与验证样本"),
              "=SUM(lift_defaults)", f'=SUMIFS({bad},{sample},"{validation}")'),
        Check(say("Loans: back-test (with its total) and validation, twice", "贷款笔数：回溯检验（含合计）与验证样本的两倍"),
              "=SUM(backtest_loans)", "=2*val_loans"),
        Check(say("Loans: tiers (with their total) and development, twice", "贷款笔数：层级（含合计）与开发样本的两倍"),
              '=SUMIFS(dev_tier_loans,dev_tier_defaults,">=0")', "=2*dev_loans"),
        Check(say("Loans: tiers (with their total) and validation, twice", "贷款笔数：层级（含合计）与验证样本的两倍"),
              '=SUMIFS(val_tier_loans,val_tier_defaults,">=0")', "=2*val_loans"),
        Check(say("Loans: score bands (with their total) and validation, twice", "贷款笔数：分数段（含合计）与验证样本的两倍"),
              "=SUM(psi_actual)", "=2*val_loans"),
        Check(say("Loans: accepted and declined, and scored", "贷款笔数：准入加拒绝与已评分"),
              "=SUM(cut_off_loans)", f"=COUNT({score})"),
    ]  # fmt: skip
