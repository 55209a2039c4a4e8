"""Where everything stands in the early-warning workbook: sheets, tables and names."""

from __future__ import annotations

from typing import Final

from udfs import tables
from workbook_templates.data_tables import data_tables
from workbook_templates.fields import read_fields
from workbook_templates.pages.policy_tables import PolicyTable, built_in, own

PACKAGE: Final = "workbook_templates.early_warning"

SHEETS: Final[dict[str, dict[str, str]]] = {
    "guide": {"en": "Guide", "zh": "使用说明"},
    "policy": {"en": "Policy", "zh": "政策"},
    "action_policy": {"en": "Action policy", "zh": "处置政策"},
    "customers": {"en": "Customers", "zh": "客户"},
    "figures": {"en": "Figures", "zh": "指标数据"},
    "events": {"en": "Events", "zh": "风险事件"},
    "trends": {"en": "Trends", "zh": "指标走势"},
    "comparison": {"en": "Comparison", "zh": "同期对照"},
    "signals": {"en": "Signals", "zh": "信号明细"},
    "results": {"en": "Warnings", "zh": "预警结果"},
    "watch_list": {"en": "Watch list", "zh": "关注清单"},
    "customer_file": {"en": "Customer file", "zh": "客户档案"},
    "dashboard": {"en": "Dashboard", "zh": "看板"},
    "checks": {"en": "Checks", "zh": "核对"},
}

_EXCEL_TABLES: Final = {
    "customers": "tblCustomers",
    "figures": "tblFigures",
    "events": "tblEvents",
}
_ROWS: Final = {"customers": (50, 3_000), "figures": (388, 30_000), "events": (32, 5_000)}
"""Room for rows: what the worked case takes with some to spare, and the most."""

RULES: Final = built_in("early_warning", "tblWarningRules")
COLOURS: Final = built_in("early_warning_colours", "tblWarningColours")
TREND_RULES: Final = built_in("trend_rules", "tblTrendRules")
INTERVALS: Final = built_in("review_intervals", "tblReviewIntervals")
ACTIONS: Final = built_in("warning_actions", "tblWarningActions")
TIER_STRATEGY: Final = built_in("tier_strategy", "tblTierStrategy")
INDICATOR_TABLE: Final = own(PACKAGE, "indicators", "tblIndicators")
PERIOD_TABLE: Final = own(PACKAGE, "periods", "tblPeriods")
DUTIES: Final = own(PACKAGE, "watch_duties", "tblWatchDuties")
POLICY: Final[tuple[PolicyTable, ...]] = (
    PERIOD_TABLE, INDICATOR_TABLE, RULES, COLOURS, TREND_RULES, INTERVALS,
)  # fmt: skip
ACTION_POLICY: Final[tuple[PolicyTable, ...]] = (DUTIES, ACTIONS, TIER_STRATEGY)

FIELDS: Final = read_fields(PACKAGE)
CUSTOMER_LIST: Final = "customer_list"
PERIOD_LIST: Final = "period_list"
EVENT_LIST: Final = "event_list"
CHOSEN_FROM: Final[dict[str, dict[str, str]]] = {
    "customers": {},
    "figures": {"period": PERIOD_LIST},
    "events": {"event": EVENT_LIST},
}
"""Fields whose values must stand in cells of the policy sheet, by the cells' defined name."""
TABLES: Final = data_tables(
    _ROWS,
    excel_tables=_EXCEL_TABLES,
    titles=SHEETS,
    fields=FIELDS,
    lists=CHOSEN_FROM,
)
INDICATORS: Final[tuple[str, ...]] = tuple(INDICATOR_TABLE.table.rows["indicator"])
_RULES: Final = tables.builtin("early_warning").rows
EVENTS: Final[tuple[str, ...]] = tuple(_RULES.loc[_RULES["kind"] == "flag", "indicator"])
SIGNALS: Final[tuple[str, ...]] = tuple(dict.fromkeys(_RULES["signal"]))
WARNINGS: Final[tuple[str, ...]] = tuple(COLOURS.table.rows["warning"])

PERIODS: Final = 8
"""How many periods the trends show, the present one last."""
QUARTERS: Final = 4
"""How many of them have a colour; each needs the period a year before it."""
LAST_PERIODS: Final[tuple[str, ...]] = tuple(PERIOD_TABLE.table.rows["period"][:PERIODS])
"""The periods of the worked case."""


def period_name(number: int) -> str:
    """The defined name of the cell with a period; 1 is the oldest, ``PERIODS`` the present one."""
    return f"period_{number}"


def period_place(number: int) -> str:
    """The defined name of the cell that says which row of the periods table that is."""
    return f"period_place_{number}"


def series_name(indicator: str) -> str:
    """The defined name of an indicator's figures: a row per customer, a column per period."""
    return f"series_{indicator}"


def trend_name(indicator: str) -> str:
    """The defined name of an indicator's trend, a row per customer."""
    return f"trend_{indicator}"


def result_name(column: str) -> str:
    """The defined name of a column of the results."""
    return f"ew_{column}"
