"""Where everything stands in the RFM and ABC workbook: sheets, tables and names."""

from __future__ import annotations

from typing import Final

from workbook_templates.data_tables import data_tables
from workbook_templates.fields import read_fields
from workbook_templates.pages.policy_tables import PolicyTable, built_in, own

PACKAGE: Final = "workbook_templates.rfm_abc"

SHEETS: Final[dict[str, dict[str, str]]] = {
    "guide": {"en": "Guide", "zh": "使用说明"},
    "policy": {"en": "Policy", "zh": "政策"},
    "action_policy": {"en": "Action policy", "zh": "行动政策"},
    "customers": {"en": "Customers", "zh": "客户"},
    "transactions": {"en": "Transactions", "zh": "交易"},
    "analysis": {"en": "Analysis", "zh": "客户分析"},
    "actions": {"en": "Actions", "zh": "行动清单"},
    "cutoffs": {"en": "Cut-offs", "zh": "分档界限"},
    "results": {"en": "Results", "zh": "结果"},
    "checks": {"en": "Checks", "zh": "核对"},
}

_EXCEL_TABLES: Final = {"customers": "tblCustomers", "transactions": "tblTransactions"}

SEGMENTS: Final = built_in("rfm_segments", "tblRfmSegments")
CLASSES: Final = built_in("account_classes", "tblAccountClasses")
SCALE: Final = built_in("master_scale", "tblMasterScale")
SEGMENT_ACTIONS: Final = own(PACKAGE, "segment_actions", "tblSegmentActions")
VALUE_RISK: Final = own(PACKAGE, "value_risk_actions", "tblValueRiskActions")
POLICY: Final[tuple[PolicyTable, ...]] = (SEGMENTS, CLASSES, SCALE)
ACTION_POLICY: Final[tuple[PolicyTable, ...]] = (SEGMENT_ACTIONS, VALUE_RISK)

FIELDS: Final = read_fields(PACKAGE)
_ROWS: Final = {"customers": (60, 10_000), "transactions": (385, 50_000)}
"""Room for rows: what the worked case takes with some to spare, and the most."""
TABLES: Final = data_tables(
    _ROWS,
    excel_tables=_EXCEL_TABLES,
    titles=SHEETS,
    fields=FIELDS,
)
SCORES: Final = 5
"""Rows and columns of the heat maps."""
SEGMENT_COUNT: Final = len(SEGMENTS.table.rows)
VALUE_RISK_COUNT: Final = len(VALUE_RISK.table.rows)


def res(column: str) -> str:
    """The defined name of a column of the results."""
    return f"res_{column}"
