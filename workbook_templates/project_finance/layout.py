"""Sheets, policy tables and names of the project finance workbook."""

from __future__ import annotations

from typing import Final

from workbook_templates.finance_pages.policy import Policy
from workbook_templates.language import Lang
from workbook_templates.pages.policy_tables import PolicyTable, built_in, own

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

_PACKAGE: Final = "workbook_templates.project_finance"
_PROJECTS: Final = ("project_high_quality", "project_operational", "project_preoperational")
"""Exposure classes of project loans."""

_SCENARIOS: Final = own(
    _PACKAGE,
    "scenarios",
    "tblScenarios",
    volume="times",
    price="times",
    cost="times",
    rate="pd",
    days="count",
)
_SENSITIVITY: Final = own(_PACKAGE, "sensitivity", "tblSensitivity", fall="rate", rise="pd")
_METHODS: Final = own(_PACKAGE, "repayment", "tblRepayment")
_TAX_RELIEF: Final = own(
    _PACKAGE, "tax_relief", "tblTaxRelief", from_year="count", share="whole_rate"
)

POLICY_TABLES: Final[tuple[PolicyTable, ...]] = (
    _SCENARIOS,
    built_in("debt_sizing", "tblDebtSizing"),
    built_in("project_covenants", "tblCovenants"),
    _SENSITIVITY,
    _METHODS,
    _TAX_RELIEF,
    built_in("pricing_policy", "tblPricing"),
    built_in("master_scale", "tblMasterScale"),
)
SLOTTING_TABLES: Final[tuple[PolicyTable, ...]] = (
    built_in("slotting_grid", "tblSlottingGrid"),
    built_in("slotting_factors", "tblSlottingFactors"),
    built_in("slotting_thresholds", "tblSlottingThresholds"),
    built_in("slotting_weights", "tblSlots"),
    built_in("project_quality", "tblProjectQuality"),
    built_in("risk_weights", "tblRiskWeights", exposure_class=_PROJECTS),
    built_in("capital_ratios", "tblCapitalRatios"),
)


def policy_of(lang: Lang) -> Policy:
    """The workbook's policy tables as formulas refer to them."""
    return Policy((*POLICY_TABLES, *SLOTTING_TABLES), lang)


def case_name(figure: str, number: int) -> str:
    """The defined name of a case's row, such as ``case2_cfads``."""
    return f"case{number}_{figure}"
