"""Where everything stands in the migration-monitoring workbook: sheets, tables and names."""

from __future__ import annotations

from typing import Final

from workbook_templates.data_tables import data_tables
from workbook_templates.fields import read_fields
from workbook_templates.pages.policy_tables import PolicyTable, built_in, own

PACKAGE: Final = "workbook_templates.migration_monitoring"

SHEETS: Final[dict[str, dict[str, str]]] = {
    "guide": {"en": "Guide", "zh": "使用说明"},
    "policy": {"en": "Policy", "zh": "政策"},
    "review_policy": {"en": "Review policy", "zh": "复评政策"},
    "customers": {"en": "Customers", "zh": "客户"},
    "snapshots": {"en": "Snapshots", "zh": "快照"},
    "loans": {"en": "Loans", "zh": "贷款"},
    "by_period": {"en": "By period", "zh": "分期数据"},
    "moves": {"en": "Moves", "zh": "客户变动"},
    "migration": {"en": "Migration", "zh": "等级迁徙"},
    "performance": {"en": "Performance", "zh": "分层表现"},
    "stability": {"en": "Stability", "zh": "稳定性"},
    "calendar": {"en": "Review calendar", "zh": "评审日历"},
    "dashboard": {"en": "Dashboard", "zh": "看板"},
    "checks": {"en": "Checks", "zh": "核对"},
}

_EXCEL_TABLES: Final = {
    "customers": "tblCustomers",
    "snapshots": "tblSnapshots",
    "loans": "tblLoans",
}
_ROWS: Final = {"customers": (50, 4_000), "snapshots": (280, 20_000), "loans": (110, 10_000)}
"""Room for rows: what the worked case takes with some to spare, and the most."""

GRADES: Final = built_in("grade_scale", "tblGradeScale")
TIERS: Final = built_in("tier_strategy", "tblTierStrategy")
BUCKETS: Final = built_in("delinquency_buckets", "tblBuckets")
PSI_BANDS: Final = built_in("psi_bands", "tblPsiBands")
INTERVALS: Final = built_in("review_intervals", "tblReviewIntervals")
PERIOD_TABLE: Final = own(PACKAGE, "periods", "tblPeriods")
MONTHS: Final = own(PACKAGE, "months_on_book", "tblMonths")
POLICY: Final[tuple[PolicyTable, ...]] = (
    PERIOD_TABLE,
    GRADES,
    BUCKETS,
    PSI_BANDS,
    MONTHS,
    INTERVALS,
)
REVIEW_POLICY: Final[tuple[PolicyTable, ...]] = (TIERS,)

FIELDS: Final = read_fields(PACKAGE)
PERIOD_LIST: Final = "period_list"
GRADE_LIST: Final = "grade_list"
CHOSEN_FROM: Final[dict[str, dict[str, str]]] = {
    "customers": {},
    "snapshots": {"period": PERIOD_LIST, "grade": GRADE_LIST},
    "loans": {},
}
"""Fields whose values must stand in cells of the policy sheet, by the cells' defined name."""
TABLES: Final = data_tables(
    _ROWS,
    excel_tables=_EXCEL_TABLES,
    titles=SHEETS,
    fields=FIELDS,
    lists=CHOSEN_FROM,
)
GRADE_COUNT: Final = len(GRADES.table.rows)
TIER_COUNT: Final = len(TIERS.table.rows)
BUCKET_COUNT: Final = len(BUCKETS.table.rows)
MONTH_COUNT: Final = len(MONTHS.table.rows)
PERIODS: Final = 5
"""How many periods are shown, the present one last."""
LAST_PERIODS: Final[tuple[str, ...]] = tuple(PERIOD_TABLE.table.rows["period"][:PERIODS])
"""The periods of the worked case."""
BEFORE: Final = 0
"""The number that stands for the period compared with."""


def period_name(number: int) -> str:
    """The defined name of a period's cell; 0 is the one compared with, ``PERIODS`` the present."""
    return "period_before" if number == BEFORE else f"period_{number}"


def figure_name(name: str, number: int) -> str:
    """The defined name of a figure of all customers in a period."""
    return f"{name}_before" if number == BEFORE else f"{name}_{number}"


def now(name: str) -> str:
    """A figure of the present period."""
    return figure_name(name, PERIODS)


def before(name: str) -> str:
    """A figure of the period compared with."""
    return figure_name(name, BEFORE)


def move_name(column: str) -> str:
    """The defined name of a column of the moves."""
    return f"mm_{column}"
