"""Where everything stands in the key account workbook.

Sheets' titles follow the workbook's language; the names of tables and cells are the same in both.
"""

from __future__ import annotations

from typing import Final

from udfs import tables
from workbook_templates.pages.policy_tables import built_in, own

SHEETS: Final[dict[str, tuple[str, str]]] = {
    "guide": ("Guide", "使用说明"),
    "plan": ("Account plan", "客户计划"),
    "profile": ("Profile", "客户概况"),
    "relationship": ("Relationship", "关系图谱"),
    "signals": ("Signals", "早期信号"),
    "admission": ("Admission", "准入筛查"),
    "service": ("Service plan", "服务计划"),
    "financing": ("Financing plan", "融资方案"),
    "visits": ("Visit log", "走访记录"),
    "policy": ("Account policy", "客户政策"),
    "signal_policy": ("Signal policy", "预警政策"),
    "word_policy": ("Words", "风险词库"),
    "tier_policy": ("Tier policy", "分层政策"),
    "checks": ("Checks", "核对"),
}
"""The sheets in their order, by what code calls them: English and Chinese title."""
POLICY_SHEETS: Final = ("policy", "signal_policy", "word_policy", "tier_policy")

_PACKAGE: Final = "workbook_templates.key_account"
_QUESTIONNAIRE: Final = "questionnaire_funding_urgency"


def _question_scales() -> tuple[str, ...]:
    return tuple(dict.fromkeys(tables.builtin(_QUESTIONNAIRE).rows["scale"]))


ACCOUNT_TIERS: Final = built_in("account_tiers", "tblAccountTiers")
GRADE_SCALE: Final = built_in("grade_scale", "tblGradeScale")
MASTER_SCALE: Final = built_in("master_scale", "tblMasterScale")
RISK_TIERS: Final = built_in("risk_tiers", "tblRiskTiers")
SCREENING: Final = built_in("screening_rules", "tblScreening")
INDUSTRY_RISK: Final = built_in("industry_risk", "tblIndustryRisk")
INDUSTRY_LEVELS: Final = built_in("industry_risk_levels", "tblIndustryLevels")
PRICING: Final = built_in("pricing_policy", "tblPricing")
LARGE_EXPOSURES: Final = built_in("large_exposures", "tblLargeExposures")
QUESTIONNAIRE: Final = built_in(_QUESTIONNAIRE, "tblQuestionnaire")
SCALES: Final = built_in("ordinal_scales", "tblScales", scale=_question_scales())
BANDS: Final = built_in("questionnaire_bands", "tblBands", questionnaire=("funding_urgency",))
SERVICES: Final = own(_PACKAGE, "services", "tblServices")
PRODUCTS: Final = own(_PACKAGE, "products", "tblProducts")
PRODUCT_RULES: Final = built_in("product_rules", "tblProductRules")

WARNINGS: Final = built_in("early_warning", "tblWarnings")
COLOURS: Final = built_in("early_warning_colours", "tblColours")
TREND_RULES: Final = built_in("trend_rules", "tblTrendRules")
TEXT_WARNINGS: Final = built_in("text_warnings", "tblTextWarnings")
INTERVALS: Final = built_in("review_intervals", "tblIntervals")
WARNING_ACTIONS: Final = built_in("warning_actions", "tblWarningActions")

LEXICON: Final = built_in("risk_lexicon", "tblLexicon")
MODIFIERS: Final = built_in("text_modifiers", "tblModifiers")

STRATEGY: Final = built_in("tier_strategy", "tblTierStrategy")
ACTIONS: Final = built_in("tier_actions", "tblTierActions")

ACCOUNT_TABLES: Final = (
    ACCOUNT_TIERS, SERVICES, PRODUCTS, SCREENING, GRADE_SCALE, MASTER_SCALE, RISK_TIERS, PRICING,
    LARGE_EXPOSURES, INDUSTRY_RISK, INDUSTRY_LEVELS, QUESTIONNAIRE, SCALES, BANDS, PRODUCT_RULES,
)  # fmt: skip
SIGNAL_TABLES: Final = (WARNINGS, COLOURS, TREND_RULES, TEXT_WARNINGS, INTERVALS, WARNING_ACTIONS)
WORD_TABLES: Final = (LEXICON, MODIFIERS)
TIER_TABLES: Final = (STRATEGY, ACTIONS)
POLICY_TABLES: Final = (*ACCOUNT_TABLES, *SIGNAL_TABLES, *WORD_TABLES, *TIER_TABLES)


def title(sheet: str, lang: str) -> str:
    """The title of a sheet in a language."""
    return SHEETS[sheet][1 if lang == "zh" else 0]
