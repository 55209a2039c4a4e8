"""Where everything stands in the tier-strategy workbook: sheets, tables and names."""

from __future__ import annotations

from typing import Final

from workbook_templates.data_tables import DataTable
from workbook_templates.fields import read_fields
from workbook_templates.pages.policy_tables import PolicyTable, built_in, own

PACKAGE: Final = "workbook_templates.tier_strategy"

SHEETS: Final[dict[str, dict[str, str]]] = {
    "guide": {"en": "Guide", "zh": "使用说明"},
    "policy": {"en": "Policy", "zh": "政策"},
    "tier_policy": {"en": "Tier policy", "zh": "分层政策"},
    "customers": {"en": "Customers", "zh": "客户"},
    "tiers": {"en": "Tiers", "zh": "分层策略"},
    "grid": {"en": "Grid", "zh": "等级价值矩阵"},
    "what_if": {"en": "What-if", "zh": "情景测算"},
    "results": {"en": "Results", "zh": "结果"},
    "checks": {"en": "Checks", "zh": "核对"},
}


TIERS: Final = built_in("risk_tiers", "tblRiskTiers")
GRADES: Final = built_in("grade_scale", "tblGradeScale")
SCALE: Final = built_in("master_scale", "tblMasterScale")
STRATEGY: Final = built_in("tier_strategy", "tblTierStrategy")
ACTIONS: Final = built_in("tier_actions", "tblTierActions")
SERVICE: Final = own(PACKAGE, "tier_service", "tblTierService")
CLASSES: Final = own(PACKAGE, "value_positions", "tblValueClasses")
POLICY: Final[tuple[PolicyTable, ...]] = (TIERS, GRADES, SCALE, CLASSES)
TIER_POLICY: Final[tuple[PolicyTable, ...]] = (STRATEGY, SERVICE, ACTIONS)

FIELDS: Final = read_fields(PACKAGE)["customers"]
CUSTOMERS: Final = DataTable(
    name="customers",
    excel_table="tblCustomers",
    titles=SHEETS["customers"],
    fields=FIELDS,
    rows=60,
    most=5_000,
)
"""Room for rows: what the worked case takes with some to spare, and the most."""
CODES: Final[tuple[str, ...]] = tuple(TIERS.table.rows["tier"])
"""The tiers from best to worst."""
GRADE_COUNT: Final = len(GRADES.table.rows)
CLASS_COUNT: Final = len(CLASSES.table.rows)

PROPOSED: Final = "proposed_tiers"
"""Defined name of the proposed cut-offs on the what-if page, headers included."""
PROPOSED_INPUTS: Final = ("proposed_pd", "proposed_share", "proposed_npl")
"""Defined names of the cells to fill in: one limit each, tier by tier."""
SCENARIO: Final = ("pd_stress", "lgd_factor", "repriced_share")
"""Defined names of the scenario's single cells on the what-if page."""


def res(column: str) -> str:
    """The defined name of a column of the results."""
    return f"res_{column}"


def customer(name: str, lang: str) -> str:
    """A column of the customers as a structured reference."""
    return CUSTOMERS.column(name, lang)
