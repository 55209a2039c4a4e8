"""Where everything stands in the customer rating workbook.

Sheets' titles follow the workbook's language; the names of tables and cells are the same in both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from udfs import tables
from workbook_templates.pages.policy_tables import PolicyTable, built_in, own

SHEETS: Final[dict[str, tuple[str, str]]] = {
    "guide": ("Guide", "使用说明"),
    "memo": ("Credit memo", "审批表"),
    "customer": ("Customer", "客户资料"),
    "statements": ("Statements", "财务报表"),
    "ratios": ("Ratios", "财务比率"),
    "rating": ("Rating", "信用评级"),
    "limit": ("Limit", "授信额度"),
    "pricing": ("Pricing", "定价与条款"),
    "policy": ("Rating policy", "评级政策"),
    "ratio_policy": ("Ratio policy", "财务口径"),
    "credit_policy": ("Credit policy", "授信政策"),
    "tier_policy": ("Tier policy", "分层政策"),
    "checks": ("Checks", "核对"),
}
"""The sheets in their order, by what code calls them: English and Chinese title."""

RATIOS: Final = (
    "current_ratio", "quick_ratio", "cash_to_short_term_debt", "cash_flow_ratio", "debt_ratio",
    "total_capitalisation", "interest_bearing_debt_ratio", "guarantee_ratio", "interest_cover",
    "ebitda_interest_cover", "debt_to_ebitda", "debt_service_cover", "cash_flow_to_debt",
    "gross_margin", "profit_margin", "net_margin", "ebitda_margin", "roa", "roe",
    "asset_turnover", "inventory_days", "receivables_days", "payables_days",
    "cash_conversion_cycle", "sales_to_cash", "net_cash_ratio", "free_cash_flow",
    "revenue_growth", "profit_growth", "receivables_gap",
)  # fmt: skip
"""The ratios that the policy table starts with, of the many built-in ones."""
SCHEME: Final = "china"
"""The regulation whose supervisory LGD the policy table starts with."""
_PACKAGE: Final = "workbook_templates.customer_rating"


def _management_bands() -> PolicyTable:
    """The bands of the questionnaire on management, in the words that the scorecard knows."""
    bands = built_in("questionnaire_bands", "tblBands", questionnaire=("management",))
    card = tables.builtin("scorecard_corporate").rows
    words = card[(card["factor"] == "management") & (card["category"] != "")]
    chinese = dict(zip(words["category"], words["category_zh"], strict=True))
    rows = bands.table.rows.assign(label_zh=bands.table.rows["label_en"].map(chinese))
    return PolicyTable(replace(bands.table, rows=rows), bands.name)


def _questions_scales() -> tuple[str, ...]:
    scales = tables.builtin("questionnaire_management").rows["scale"]
    return tuple(dict.fromkeys(scale for scale in scales if scale != "number"))


SCORECARD: Final = built_in("scorecard_corporate", "tblScorecard")
GRADE_SCALE: Final = built_in("grade_scale", "tblGradeScale")
GRADE_CAPS: Final = built_in("grade_caps", "tblGradeCaps")
MASTER_SCALE: Final = built_in("master_scale", "tblMasterScale")
RISK_TIERS: Final = built_in("risk_tiers", "tblRiskTiers")
QUESTIONNAIRE: Final = built_in("questionnaire_management", "tblQuestionnaire")
SCALES: Final = built_in("ordinal_scales", "tblScales", scale=_questions_scales())
BANDS: Final = _management_bands()
AUDIT: Final = own(_PACKAGE, "audit_opinions", "tblAudit")
INDUSTRY_RISK: Final = built_in("industry_risk", "tblIndustryRisk")
INDUSTRY_LEVELS: Final = built_in("industry_risk_levels", "tblIndustryLevels")

PEERS: Final = own(_PACKAGE, "peers", "tblPeers")
RATIO_TABLE: Final = built_in("ratios", "tblRatios", ratio=RATIOS)
ITEMS: Final = built_in("statement_items", "tblItems")
ALTMAN: Final = built_in("altman_models", "tblAltman")
EM_RATINGS: Final = built_in("em_ratings", "tblEmRatings")
DISTRESS: Final = built_in("distress_models", "tblDistress", model=("zmijewski",))
PIOTROSKI: Final = built_in("piotroski_tests", "tblFTests")
PIOTROSKI_BANDS: Final = built_in("piotroski_bands", "tblFBands")

METHODS: Final = built_in("limit_methods", "tblLimitMethods")
MULTIPLES: Final = built_in("limit_multiples", "tblMultiples")
TURNOVER: Final = built_in("turnover_bases", "tblTurnover")
LARGE_EXPOSURES: Final = built_in("large_exposures", "tblLargeExposures")
COLLATERAL: Final = built_in("collateral_kinds", "tblCollateral")
CLAIMS: Final = own(_PACKAGE, "collateral_claims", "tblClaims")
LGD: Final = built_in("irb_lgd", "tblLgd", scheme=(SCHEME,))
PRICING: Final = built_in("pricing_policy", "tblPricing")
SPREADS: Final = built_in("lpr_spreads", "tblSpreads")
TERMS: Final = built_in("term_spreads", "tblTerms")
EXCEPTIONS: Final = built_in("price_exceptions", "tblExceptions")

COVENANTS: Final = own(_PACKAGE, "covenants", "tblCovenants")
STRATEGY: Final = built_in("tier_strategy", "tblTierStrategy")
INTERVALS: Final = built_in("review_intervals", "tblIntervals")

RATING_TABLES: Final = (
    SCORECARD, GRADE_SCALE, GRADE_CAPS, MASTER_SCALE, RISK_TIERS, QUESTIONNAIRE, SCALES, BANDS,
    AUDIT, INDUSTRY_RISK, INDUSTRY_LEVELS,
)  # fmt: skip
RATIO_TABLES: Final = (
    PEERS, RATIO_TABLE, ITEMS, ALTMAN, EM_RATINGS, DISTRESS, PIOTROSKI, PIOTROSKI_BANDS,
)  # fmt: skip
CREDIT_TABLES: Final = (
    METHODS, MULTIPLES, TURNOVER, LARGE_EXPOSURES, COLLATERAL, CLAIMS, LGD, PRICING, SPREADS,
    TERMS, EXCEPTIONS,
)  # fmt: skip
TIER_TABLES: Final = (COVENANTS, STRATEGY, INTERVALS)
POLICY_TABLES: Final = (*RATING_TABLES, *RATIO_TABLES, *CREDIT_TABLES, *TIER_TABLES)


def title(sheet: str, lang: str) -> str:
    """The title of a sheet in a language."""
    return SHEETS[sheet][1 if lang == "zh" else 0]
