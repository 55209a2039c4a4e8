"""Where everything stands in the loan-classification workbook: sheets, tables and names."""

from __future__ import annotations

from typing import Final

from udfs import tables
from workbook_templates.data_tables import data_tables
from workbook_templates.fields import read_fields
from workbook_templates.pages.policy_tables import PolicyTable, built_in, own

PACKAGE: Final = "workbook_templates.loan_classification"

SHEETS: Final[dict[str, dict[str, str]]] = {
    "guide": {"en": "Guide", "zh": "使用说明"},
    "policy": {"en": "Policy", "zh": "政策"},
    "list_policy": {"en": "List policy", "zh": "清单规则"},
    "obligors": {"en": "Obligors", "zh": "债务人"},
    "loans": {"en": "Loans", "zh": "贷款"},
    "triggers": {"en": "Triggers", "zh": "触发明细"},
    "results": {"en": "Classification", "zh": "分类结果"},
    "tags": {"en": "Eighteen lists", "zh": "十八种清单"},
    "structure": {"en": "Structure", "zh": "清单结构"},
    "summary": {"en": "Regulatory summary", "zh": "监管汇总"},
    "dashboard": {"en": "Dashboard", "zh": "看板"},
    "checks": {"en": "Checks", "zh": "核对"},
}

_EXCEL_TABLES: Final = {"obligors": "tblObligors", "loans": "tblLoans"}
_ROWS: Final = {"obligors": (50, 10_000), "loans": (80, 10_000)}
"""Room for rows: what the worked case takes with some to spare, and the most."""
PER_OBLIGOR: Final = 2
"""How many loans of each customer of the portfolio the worked case takes, at most."""

TRIGGERS: Final = built_in("loan_class_triggers", "tblClassTriggers")
CLASSES: Final = built_in("loan_classes", "tblLoanClasses")
OBLIGOR_RULES: Final = built_in("obligor_rules", "tblObligorRules")
UPGRADES: Final = built_in("upgrade_conditions", "tblUpgradeConditions")
RATES: Final = built_in("provision_rates", "tblProvisionRates")
MINIMUMS: Final = built_in("provision_minimums", "tblProvisionMinimums")
CEILINGS: Final = built_in("loan_migration_ceilings", "tblMigrationCeilings")
BANDS: Final = own(PACKAGE, "overdue_bands", "tblOverdueBands")
LISTS: Final = built_in("loan_lists", "tblLoanLists")
TAGS: Final = built_in("loan_tags", "tblLoanTags")
POLICY: Final[tuple[PolicyTable, ...]] = (
    CLASSES, BANDS, RATES, MINIMUMS, CEILINGS, OBLIGOR_RULES, UPGRADES, TRIGGERS,
)  # fmt: skip
LIST_POLICY: Final[tuple[PolicyTable, ...]] = (LISTS, TAGS)

FIELDS: Final = read_fields(PACKAGE)
CIRCUMSTANCE_LIST: Final = "circumstance_list"
CHOSEN_FROM: Final[dict[str, dict[str, str]]] = {
    "obligors": {},
    "loans": {"circumstances": CIRCUMSTANCE_LIST},
}
"""Fields whose values must stand in cells of the policy sheet, by the cells' defined name."""
SEVERAL: Final = ("circumstances",)
"""Those of them that may hold several values with commas between."""
TABLES: Final = data_tables(
    _ROWS,
    excel_tables=_EXCEL_TABLES,
    titles=SHEETS,
    fields=FIELDS,
    lists=CHOSEN_FROM,
    several=SEVERAL,
)
CLASS_CODES: Final[tuple[str, ...]] = tuple(CLASSES.table.rows["loan_class"])
SCHEMES: Final[tuple[str, ...]] = tuple(dict.fromkeys(RATES.table.rows["provision_scheme"]))
TRIGGER_CODES: Final[tuple[str, ...]] = tuple(
    TRIGGERS.table.rows.loc[TRIGGERS.table.rows["loan_class"] != "", "class_trigger"]
)
LIST_COUNT: Final = len(LISTS.table.rows)
_LIST_ROWS: Final = tables.builtin("loan_lists").rows
_TAG_ROWS: Final = tables.builtin("loan_tags").rows


def list_code(number: int) -> str:
    """The list that a number stands for; some repeat another."""
    row = _LIST_ROWS.set_index("list_number").loc[number]
    original = row["same_as"]
    if original == original:  # noqa: PLR0124  # a blank number is no number
        row = _LIST_ROWS.set_index("list_number").loc[original]
    return str(row["loan_list"])


def list_tags(number: int) -> list[int]:
    """Where in the table of tags each class of a list stands first, counted from 1."""
    code = list_code(number)
    rows = _TAG_ROWS[_TAG_ROWS["loan_list"] == code].drop_duplicates("tag")
    return [int(place) + 1 for place in rows.index]


def result_name(column: str) -> str:
    """The defined name of a column of the classification."""
    return f"lc_{column}"


def tag_name(number: int) -> str:
    """The defined name of a list's classes, a row per loan."""
    return f"list_{number}_class"
