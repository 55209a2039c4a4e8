"""Sheets and policy tables of the pricing and limit workbook."""

from __future__ import annotations

from typing import Final

from workbook_templates.finance_pages.policy import Policy
from workbook_templates.language import Lang
from workbook_templates.pages.policy_tables import PolicyTable, built_in, own

SHEETS: Final[dict[str, dict[str, str]]] = {
    "guide": {"en": "Guide", "zh": "使用说明"},
    "policy": {"en": "Policy", "zh": "政策"},
    "tier_policy": {"en": "Tier policy", "zh": "分层政策"},
    "request": {"en": "Request", "zh": "授信申请"},
    "price": {"en": "Price", "zh": "定价"},
    "funding": {"en": "Funding mix", "zh": "融资组合"},
    "schedule": {"en": "Repayment", "zh": "还款计划"},
    "limit": {"en": "Limit", "zh": "授信额度"},
    "register": {"en": "Limit register", "zh": "额度台账"},
    "exceptions": {"en": "Exception log", "zh": "例外台账"},
    "approval": {"en": "Approval", "zh": "审批权限"},
    "committee": {"en": "Committee page", "zh": "贷审会材料"},
    "checks": {"en": "Checks", "zh": "核对"},
}

PAYMENTS: Final = 120
"""Payments that the repayment sheet has rows for: ten years of months."""
CHANNELS: Final = 6
FACILITIES: Final = 24
EXCEPTIONS: Final = 16
RATE_STEPS: Final = 6
PD_STEPS: Final = 5
SHOCKS: Final = 6

_PACKAGE: Final = "workbook_templates.pricing_limit"

_LEVELS: Final = own(_PACKAGE, "approval_levels", "tblApprovalLevels", level="count")
_MATRIX: Final = own(
    _PACKAGE,
    "approval_matrix",
    "tblApprovalMatrix",
    from_amount="money",
    band_1="count",
    band_2="count",
    band_3="count",
)
_BANDS: Final = own(_PACKAGE, "grade_bands", "tblGradeBands", from_pd="pd")
_PRICE_LEVELS: Final = own(_PACKAGE, "price_levels", "tblPriceLevels", level="count")
_METHODS: Final = own(_PACKAGE, "repayment", "tblRepayment")
_FREQUENCIES: Final = own(_PACKAGE, "frequencies", "tblFrequencies", months="count")
_GRID: Final = own(_PACKAGE, "sensitivity", "tblSensitivity", change="pd", factor="times")
_SHOCKS: Final = own(
    _PACKAGE,
    "shocks",
    "tblShocks",
    funding="pd",
    cost="pd",
    pd="times",
    lgd="rate",
    ratio="pd",
    hurdle="pd",
)
_PRODUCTS: Final = own(_PACKAGE, "products", "tblProducts")
_KINDS: Final = own(_PACKAGE, "exception_kinds", "tblExceptionKinds")

POLICY_TABLES: Final[tuple[PolicyTable, ...]] = (
    built_in("pricing_policy", "tblPricing"),
    built_in("lpr_spreads", "tblLprSpreads"),
    built_in("term_spreads", "tblTermSpreads"),
    built_in("price_exceptions", "tblPriceExceptions"),
    _PRICE_LEVELS,
    _LEVELS,
    _MATRIX,
    _BANDS,
    built_in("master_scale", "tblMasterScale"),
    built_in("limit_methods", "tblLimitMethods"),
    built_in("limit_multiples", "tblLimitMultiples"),
    built_in("collateral_kinds", "tblCollateralKinds"),
    built_in("large_exposures", "tblLargeExposures"),
    built_in("review_intervals", "tblReviewIntervals"),
    _METHODS,
    _FREQUENCIES,
    _GRID,
    _SHOCKS,
    _PRODUCTS,
    _KINDS,
)
TIER_TABLES: Final[tuple[PolicyTable, ...]] = (built_in("tier_strategy", "tblTierStrategy"),)


def policy_of(lang: Lang) -> Policy:
    """The workbook's policy tables as formulas refer to them."""
    return Policy((*POLICY_TABLES, *TIER_TABLES), lang)


LISTS: Final[dict[str, tuple[str, str]]] = {
    "grade_list": ("lpr_spreads", "grade"),
    "tier_list": ("tier_strategy", "label"),
    "repayment_list": ("repayment", "label"),
    "frequency_list": ("frequencies", "label"),
    "product_list": ("products", "label"),
    "kind_list": ("exception_kinds", "label"),
    "collateral_list": ("collateral_kinds", "label"),
    "warning_list": ("review_intervals", "label"),
    "level_list": ("approval_levels", "label"),
}
"""Defined names of choices: the policy table and its column, a label by the workbook's language."""
