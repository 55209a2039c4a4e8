"""Where everything stands in the portfolio workbook; the refresh relies on it.

Sheets' titles and columns' headers follow the workbook's language. The names of tables and of
cells are the same in both languages, so code and formulas use those.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from udfs import tables
from workbook_templates.fields import TABLES, TableName
from workbook_templates.fields import field as find_field

HEADER_ROW: Final = 6
"""Row of the headers on Customers, Loans, Transactions, Results and the audit log."""
FIRST_ROW: Final = HEADER_ROW + 1
"""First data row there. Row i of Results belongs to row i of Customers."""
KEY_ROW: Final = 4
"""Row above the headers with the field names of the dictionary."""
UNIT_ROW: Final = 5

SHEETS: Final[dict[str, dict[str, str]]] = {
    "guide": {"en": "Guide", "zh": "使用说明"},
    "policy": {"en": "Policy", "zh": "政策"},
    "tier_policy": {"en": "Tier policy", "zh": "分层政策"},
    "risk_policy": {"en": "Risk policy", "zh": "风险政策"},
    "customers": {"en": "Customers", "zh": "客户"},
    "loans": {"en": "Loans", "zh": "贷款"},
    "transactions": {"en": "Transactions", "zh": "交易"},
    "results": {"en": "Results", "zh": "结果"},
    "strategy": {"en": "Strategy", "zh": "分层策略"},
    "concentration": {"en": "Concentration", "zh": "集中度"},
    "large_exposures": {"en": "Large exposures", "zh": "大额风险暴露"},
    "classification": {"en": "Classes and provisions", "zh": "五级分类与拨备"},
    "dashboard": {"en": "Dashboard", "zh": "看板"},
    "history": {"en": "History", "zh": "历史"},
    "checks": {"en": "Data check", "zh": "数据检查"},
    "audit": {"en": "Audit log", "zh": "审计日志"},
}

WRITTEN_SHEETS: Final = frozenset(
    title
    for key in ("customers", "loans", "transactions", "results", "history", "checks", "audit")
    for title in SHEETS[key].values()
)
"""Sheets that the refresh writes to and resizes, in Excel too: they cannot be protected."""

DATA_TABLES: Final[dict[TableName, str]] = {
    "customers": "tblCustomers",
    "loans": "tblLoans",
    "transactions": "tblTransactions",
}
HISTORY_TABLE: Final = "tblHistory"
CHECK_TABLE: Final = "tblChecks"
AUDIT_TABLE: Final = "tblAudit"

POLICY_TABLES: Final[dict[str, str]] = {
    "scorecard_corporate": "tblScorecard",
    "grade_scale": "tblGradeScale",
    "grade_caps": "tblGradeCaps",
    "master_scale": "tblMasterScale",
    "risk_tiers": "tblRiskTiers",
    "account_tiers": "tblAccountTiers",
    "account_classes": "tblAccountClasses",
    "rfm_segments": "tblRfmSegments",
    "industry_risk": "tblIndustryRisk",
    "industry_risk_levels": "tblIndustryLevels",
    "behaviour": "tblBehaviour",
    "tier_strategy": "tblTierStrategy",
    "tier_actions": "tblTierActions",
    "loan_classes": "tblLoanClasses",
    "provision_rates": "tblProvisionRates",
    "provision_minimums": "tblProvisionMinimums",
    "concentration_limits": "tblTopLimits",
    "share_limits": "tblShareLimits",
    "hhi_bands": "tblHhiBands",
    "large_exposures": "tblLargeExposures",
    "loan_class_triggers": "tblLoanTriggers",
}
"""The policy tables, by the name of the built-in table they start from."""
WORDY_TABLES: Final = ("tier_strategy", "tier_actions")
"""Those with long texts; they stand on the tier policy sheet."""
RISK_TABLES: Final = (
    "loan_classes",
    "provision_rates",
    "provision_minimums",
    "concentration_limits",
    "share_limits",
    "hhi_bands",
    "large_exposures",
    "loan_class_triggers",
)
"""Those of concentration, large exposures, loan classes and provisions; they stand on the risk
policy sheet, all others on the policy sheet."""

TIER1_NAME: Final = "tier1_capital"
NET_CAPITAL_NAME: Final = "net_capital"
"""Named cells of the bank's own capital on the risk policy sheet."""
CAPITAL_OF_THE_CASE: Final = {TIER1_NAME: 138_000.0, NET_CAPITAL_NAME: 160_000.0}
"""The made-up capital of the worked case, in CNY 10k; it never stays beside a bank's own data."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table that is not in the field dictionary.

    Attributes:
        name: what code calls it.
        en: its English header.
        zh: its Chinese header.
        kind: what stands in it; "rate" is a decimal shown in percent, "pd" with two places.
        width: its width in characters.
    """

    name: str
    en: str
    zh: str
    kind: Literal["text", "number", "money", "count", "rate", "pd", "date", "time", "flag"]
    width: float

    def header(self, lang: str) -> str:
        """The column's header in a language."""
        return self.zh if lang == "zh" else self.en


HISTORY_COLUMNS: Final = (
    Column("as_of", "As of", "基准日", "date", 12),
    Column("customer_id", "Customer ID", "客户编号", "text", 13),
    Column("score", "Score", "得分", "number", 10),
    Column("grade", "Grade", "等级", "text", 10),
    Column("previous_grade", "Previous grade", "上期等级", "text", 14),
    Column("risk_tier", "Risk tier", "风险层级", "text", 12),
    Column("previous_tier", "Previous tier", "上期层级", "text", 14),
    Column("pd", "PD", "违约概率", "pd", 10),
    Column("exposure", "Exposure", "敞口", "money", 13),
    Column("expected_loss", "Expected loss", "预期损失", "money", 13),
)
"""One row per customer and snapshot; the previous grade and tier are those of the snapshot
before, blank for a customer that was not in it."""

CHECK_COLUMNS: Final = (
    Column("table", "Table", "数据表", "text", 14),
    Column("source", "Source", "来源", "text", 22),
    Column("sheet", "Sheet", "工作表", "text", 13),
    Column("row", "Row", "行", "count", 8),
    Column("column", "Column", "列", "text", 17),
    Column("value", "Value", "值", "text", 18),
    Column("rule", "Rule", "规则", "text", 17),
    Column("message", "Message", "说明", "text", 52),
    Column("action", "Action", "处理", "text", 18),
    Column("left_out", "Rows left out", "剔除行数", "count", 16),
)
"""One row per fault. "Rows left out" is 1 on one entry of each source row that was left out,
and 0 elsewhere, so that its sum is the number of rows left out. "Table" holds "customers",
"loans" or "transactions"."""

AUDIT_COLUMNS: Final = (
    Column("run_at", "Run at", "运行时间", "time", 18),
    Column("run_by", "Run by", "运行人", "text", 14),
    Column("as_of", "As of", "基准日", "date", 12),
    Column("sources", "Sources", "数据来源", "text", 44),
    Column("policy", "Policy", "政策版本", "text", 18),
    Column("customers", "Customers", "客户数", "count", 11),
    Column("loans", "Loans", "贷款数", "count", 10),
    Column("transactions", "Transactions", "交易数", "count", 13),
    Column("left_out", "Rows left out", "剔除行数", "count", 16),
    Column("faults", "Faults", "问题数", "count", 10),
    Column("exposure", "Exposure", "敞口", "money", 14),
    Column("expected_loss", "Expected loss", "预期损失", "money", 14),
    Column("unreconciled", "Unreconciled", "未核平差额", "number", 13),
    Column("version", "Version", "程序版本", "text", 18),
)
"""One row per refresh."""

READ_NAMES: Final = {table: f"read_{table}" for table in TABLES}
"""Named cells on the data check: rows that the source holds."""
KEPT_NAMES: Final = {table: f"kept_{table}" for table in TABLES}
"""Rows of the source that were kept."""
WRITTEN_NAMES: Final = {table: f"written_{table}" for table in TABLES}
"""Rows written to the sheet; fewer than kept where events were added up."""
UNLISTED_NAMES: Final = {table: f"unlisted_{table}" for table in TABLES}
"""Rows left out that did not fit on the data check and stand in its overflow file."""
CHECK_TOTAL_NAME: Final = "check_total"
"""The sum of all differences on the data check: 0."""

WORKED_CASE_NAME: Final = "worked_case"
"""Defined name that refers to =TRUE as long as the workbook holds the template's worked case. The
first refresh from a source drops the case's history and audit rows, carries nothing over from its
rows, and sets the name to =FALSE."""

RESULT_PREFIX: Final = "res_"


def result_name(column: str) -> str:
    """The defined name of a column of Results, which covers exactly its data rows."""
    return RESULT_PREFIX + column


def reference(table: TableName, field: str, lang: str) -> str:
    """A column of a data table as a structured reference, such as ``tblLoans[Balance]``."""
    return f"{DATA_TABLES[table]}[{find_field(table, field).header(lang)}]"


def policy_reference(builtin: str) -> str:
    """A policy table with its headers, as a function's argument."""
    return f"{POLICY_TABLES[builtin]}[#All]"


def policy_column(builtin: str, column: str, lang: str) -> str:
    """A column of a policy table as a structured reference."""
    table = tables.builtin(builtin)
    header = table.headers(lang)[[c.name for c in table.columns].index(column)]
    return f"{POLICY_TABLES[builtin]}[{header}]"
