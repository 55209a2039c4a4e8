"""Where everything stands in the model workbook: sheets, tables, names and sizes."""

from __future__ import annotations

from typing import Final

from workbook_templates.data_tables import DataTable
from workbook_templates.fields import read_fields
from workbook_templates.pages.policy_tables import built_in, own

PACKAGE: Final = "workbook_templates.model_lab"

SHEETS: Final[dict[str, dict[str, str]]] = {
    "guide": {"en": "Guide", "zh": "使用说明"},
    "policy": {"en": "Policy", "zh": "政策"},
    "history": {"en": "History", "zh": "历史数据"},
    "bins": {"en": "Bins", "zh": "分箱"},
    "model": {"en": "Model", "zh": "模型"},
    "scores": {"en": "Scores", "zh": "评分结果"},
    "validation": {"en": "Validation", "zh": "模型验证"},
    "tiers": {"en": "Tiers", "zh": "层级比较"},
    "export": {"en": "Export", "zh": "导出"},
    "checks": {"en": "Checks", "zh": "核对"},
}

FIELDS: Final = read_fields(PACKAGE)["history"]
HISTORY: Final = DataTable(
    name="history",
    excel_table="tblHistory",
    titles=SHEETS["history"],
    fields=FIELDS,
    rows=500,
    most=10_000,
)
"""Room for rows: what the worked case takes with some to spare, and the most."""
FACTORS: Final = ("debt_ratio", "interest_cover", "credit_use", "days_late", "years", "sector")
"""The last columns of the history; the functions take their names from its headers."""

MASTER_SCALE: Final = built_in("master_scale", "tblMasterScale")
RISK_TIERS: Final = own(PACKAGE, "risk_tiers", "tblRiskTiers")
GRADES: Final = len(MASTER_SCALE.table.rows)
TIERS: Final = len(RISK_TIERS.table.rows)

BIN_ROWS: Final = 48
"""Rows for bins: six ranges, missing and other of six factors."""
CARD_ROWS: Final = BIN_ROWS + 1
"""Rows of the scorecard: the bins and the base."""
SAMPLES: Final = {
    "development": {"en": "development", "zh": "开发"},
    "validation": {"en": "validation", "zh": "验证"},
}
SHORT: Final = {"development": "dev", "validation": "val"}
"""How names of a sample's columns begin."""


def res(column: str) -> str:
    """The defined name of a column of the scores."""
    return f"res_{column}"


def header(name: str, lang: str) -> str:
    """The header of a column of the history."""
    return next(one for one in FIELDS if one.name == name).header(lang)


def data(name: str, lang: str) -> str:
    """A column of the history as a structured reference."""
    return HISTORY.column(name, lang)
