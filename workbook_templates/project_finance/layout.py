"""Sheets, policy tables and names of the project finance workbook."""

from __future__ import annotations

from typing import Final

from workbook_templates.finance_pages.policy_tables import (
    Policy,
    PolicyTable,
    builtin_table,
    own_table,
)
from workbook_templates.language import Lang

SHEETS: Final[dict[str, dict[str, str]]] = {
    "guide": {"en": "Guide", "zh": "使用说明"},
    "policy": {"en": "Policy", "zh": "政策"},
    "slotting_policy": {"en": "Slotting policy", "zh": "监管映射政策"},
    "inputs": {"en": "Inputs", "zh": "输入"},
    "rating": {"en": "Rating", "zh": "项目评级"},
    "cases": {"en": "Case calculations", "zh": "情景测算"},
    "debt": {"en": "Debt", "zh": "债务"},
    "cash_flow": {"en": "Cash flow", "zh": "现金流"},
    "scenarios": {"en": "Scenarios", "zh": "情景对比"},
    "committee": {"en": "Committee page", "zh": "贷审会材料"},
    "checks": {"en": "Checks", "zh": "核对"},
}

PERIODS: Final = 30
"""Operating years that the timeline has."""
CASES: Final = 6
STEPS: Final = 6
"""Steps of the sensitivity grid in each direction."""
SCULPTED: Final = "sculpted"

_SCENARIOS: Final = own_table(
    "scenarios",
    "tblScenarios",
    ("Cases", "情景"),
    (("creditcells default. Factors multiply the inputs: 0.9 is ten per cent less. The rate is added "
     "to the loan rate, the days to the days until customers pay. One row per case; rename and "
     "change them, but keep their number."),
     "creditcells 默认。系数与输入相乘：0.9 即减少 10%。“利率上浮”加在贷款利率上，“回款延长”加在回款天数上。每行一个情景，可改名与改值，行数不变。"),
    (("label_en", "Case", "英文名称", "text"), ("label_zh", "Chinese name", "情景", "text"),
     ("volume", "Volume", "产量系数", "times"), ("price", "Price", "价格系数", "times"),
     ("cost", "Costs", "成本系数", "times"), ("rate", "Rate added", "利率上浮", "pd"),
     ("days", "Days added", "回款延长（天）", "count")),
    (("Base case", "基准情景", 1, 1, 1, 0, 0),
     ("Low output", "产量偏低", 0.9, 1, 1, 0, 0),
     ("Low price", "价格偏低", 1, 0.9, 1, 0, 0),
     ("High costs", "成本偏高", 1, 1, 1.15, 0, 0),
     ("Rate rise", "利率上升", 1, 1, 1, 0.01, 0),
     ("Combined downside", "综合压力", 0.95, 0.95, 1.1, 0.005, 15)),
)  # fmt: skip
_SENSITIVITY: Final = own_table(
    "sensitivity",
    "tblSensitivity",
    ("Steps of the sensitivity grid", "敏感性矩阵步长"),
    ("creditcells default. Falls of revenue go down the grid, rises of the rate across; six of each.",
     "creditcells 默认。收入降幅沿矩阵向下，利率升幅向右，各六档。"),
    (("fall", "Fall of revenue", "收入降幅", "rate"), ("rise", "Rise of rate", "利率升幅", "pd")),
    ((0, 0), (0.05, 0.005), (0.1, 0.01), (0.15, 0.015), (0.2, 0.02), (0.25, 0.03)),
)  # fmt: skip
_METHODS: Final = own_table(
    "repayment",
    "tblRepayment",
    ("Ways to repay", "还款方式"),
    ("Code is what the functions understand; the names are offered on the input sheet.",
     "“代码”为函数所识别的取值；名称供输入页选择。"),
    (("code", "Code", "代码", "text"), ("label_en", "Repayment", "英文名称", "text"),
     ("label_zh", "Chinese name", "还款方式", "text")),
    ((SCULPTED, "Sculpted to cash flow", "按现金流量身定制"),
     ("annuity", "Annuity", "等额本息"), ("equal principal", "Equal principal", "等额本金")),
)  # fmt: skip
_TAX_RELIEF: Final = own_table(
    "tax_relief",
    "tblTaxRelief",
    ("Income tax relief by operating year", "所得税优惠（按运营年度）"),
    (("Share of the income tax that is paid from an operating year on: three years free and three "
     "at half for public infrastructure, by the Implementation Regulations of the Enterprise Income "
     "Tax Law, Article 87; check against the regulation."),
     "自该运营年度起缴纳所得税的比例：公共基础设施项目三免三减半，见《企业所得税法实施条例》第八十七条；请核对法规原文。"),
    (("from_year", "From year", "起始年度", "count"), ("share", "Share paid", "缴纳比例", "whole_rate")),
    ((1, 0), (4, 0.5), (7, 1)),
)  # fmt: skip

POLICY_TABLES: Final[tuple[PolicyTable, ...]] = (
    _SCENARIOS,
    builtin_table("debt_sizing", "tblDebtSizing"),
    builtin_table("project_covenants", "tblCovenants"),
    _SENSITIVITY,
    _METHODS,
    _TAX_RELIEF,
    builtin_table("pricing_policy", "tblPricing"),
    builtin_table("master_scale", "tblMasterScale"),
)
SLOTTING_TABLES: Final[tuple[PolicyTable, ...]] = (
    builtin_table("slotting_grid", "tblSlottingGrid"),
    builtin_table("slotting_factors", "tblSlottingFactors"),
    builtin_table("slotting_thresholds", "tblSlottingThresholds"),
    builtin_table("slotting_weights", "tblSlots"),
    builtin_table("project_quality", "tblProjectQuality"),
    builtin_table("risk_weights", "tblRiskWeights", only=("exposure_class", "project")),
    builtin_table("capital_ratios", "tblCapitalRatios"),
)


def policy_of(lang: Lang) -> Policy:
    """The workbook's policy tables as formulas refer to them."""
    return Policy((*POLICY_TABLES, *SLOTTING_TABLES), lang)


def case_name(figure: str, number: int) -> str:
    """The defined name of a case's row, such as ``case2_cfads``."""
    return f"case{number}_{figure}"
