"""The single policy cells of the project finance workbook."""

from __future__ import annotations

import datetime as dt
from typing import Final

from workbook_templates.language import Lang
from workbook_templates.pages.settings import Setting, language_setting

AS_OF: Final = dt.date(2026, 3, 31)


def settings(lang: Lang) -> tuple[Setting, ...]:
    """The settings, with the language of the workbook in its cell."""
    return (
        Setting("asof", AS_OF, "date", ("As-of date", "基准日"),
                ("Date of the appraisal; stands on the committee page.", "评审基准日，列于贷审会材料。")),
        language_setting(lang),
        Setting("sizing_case", 1, "count", ("Case that sizes the debt", "测算贷款额度的情景"),
                ("Number of the row in the table of cases; the other cases test the loan sized by it.",
                "情景表中的行号；贷款额度按该情景测算，其余情景用于检验。")),
        Setting("breakeven_dscr", 1, "times", ("DSCR at break-even", "盈亏平衡的偿债备付率"),
                ("The level that DSCR reaches at break-even: 1 just pays the debt service.",
                "盈亏平衡时的偿债备付率：1 即恰好足以偿债。")),
        Setting("reserve_months", 6, "count", ("Debt service reserve in months", "偿债准备金（月）"),
                ("Months of the next year's debt service that the reserve account holds.",
                "偿债准备金账户须覆盖下一年还本付息的月数。")),
        Setting("amount_decimals", 6, "count", ("Decimals of the debt service", "还本付息小数位数"),
                ("6 decimals of CNY 10k are one fen; so ratios that are equal compare alike everywhere.",
                "万元保留 6 位小数即精确到分，使相等的比率在任何环境下比较一致。")),
        Setting("draw_timing", 0.5, "times", ("Interest on drawdowns in their year", "提款当年计息比例"),
                ("0.5: a drawdown bears interest for half of the year in which it is made.",
                "0.5 表示提款当年按半年计息。")),
        Setting("chart_cap", 3, "times", ("Highest ratio in the chart", "图中覆盖率上限"),
                ("Cover ratios above it are drawn at it, since PLCR runs away as the loan ends.",
                "覆盖率高于该值时按该值绘制，因临近到期时 PLCR 趋于无穷。")),
        Setting("days_in_year", 365, "count", ("Days in a year", "一年天数"),
                ("For receivables: revenue × days until customers pay / days in a year.",
                "用于应收账款：收入 × 回款天数 / 一年天数。")),
        Setting("project_lgd", 0.35, "rate", ("Loss given default of a project loan", "项目贷款违约损失率"),
                ("Turns the expected loss of the slot into a PD: PD = expected loss / LGD.",
                "将监管映射的预期损失率换算为违约概率：违约概率 = 预期损失率 / 违约损失率。")),
        Setting("capital_scheme", "china", "text", ("Rules on capital", "资本规则"),
                ("china or basel3: for risk weight and capital ratio.", "china 或 basel3：用于风险权重与资本充足率。"),
                ("china", "basel3")),
    )  # fmt: skip
