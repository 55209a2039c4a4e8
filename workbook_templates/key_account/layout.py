"""Where everything stands in the key account workbook.

Sheets' titles follow the workbook's language; the names of tables and cells are the same in both.
"""

from __future__ import annotations

from typing import Final

from udfs import tables
from workbook_templates.one_customer.policy_tables import built_in, of_package

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


ACCOUNT_TIERS: Final = built_in("tblAccountTiers", "account_tiers")
GRADE_SCALE: Final = built_in("tblGradeScale", "grade_scale")
MASTER_SCALE: Final = built_in("tblMasterScale", "master_scale")
RISK_TIERS: Final = built_in("tblRiskTiers", "risk_tiers")
SCREENING: Final = built_in("tblScreening", "screening_rules")
INDUSTRY_RISK: Final = built_in("tblIndustryRisk", "industry_risk")
INDUSTRY_LEVELS: Final = built_in("tblIndustryLevels", "industry_risk_levels")
PRICING: Final = built_in("tblPricing", "pricing_policy")
LARGE_EXPOSURES: Final = built_in("tblLargeExposures", "large_exposures")
QUESTIONNAIRE: Final = built_in("tblQuestionnaire", _QUESTIONNAIRE)
SCALES: Final = built_in("tblScales", "ordinal_scales", scale=_question_scales())
BANDS: Final = built_in("tblBands", "questionnaire_bands", questionnaire=("funding_urgency",))
SERVICES: Final = of_package("tblServices", _PACKAGE, "services")
PRODUCTS: Final = of_package("tblProducts", _PACKAGE, "products")
PRODUCT_RULES: Final = built_in("tblProductRules", "product_rules")

WARNINGS: Final = built_in("tblWarnings", "early_warning")
COLOURS: Final = built_in("tblColours", "early_warning_colours")
TREND_RULES: Final = built_in("tblTrendRules", "trend_rules")
TEXT_WARNINGS: Final = built_in("tblTextWarnings", "text_warnings")
INTERVALS: Final = built_in("tblIntervals", "review_intervals")
WARNING_ACTIONS: Final = built_in("tblWarningActions", "warning_actions")

LEXICON: Final = built_in("tblLexicon", "risk_lexicon")
MODIFIERS: Final = built_in("tblModifiers", "text_modifiers")

STRATEGY: Final = built_in("tblTierStrategy", "tier_strategy")
ACTIONS: Final = built_in("tblTierActions", "tier_actions")

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
