"""Every template, in the order in which they are shown; each describes itself in its book.py."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from udfs.errors import Words
from workbook_templates.customer_rating.book import TEMPLATE as CUSTOMER_RATING
from workbook_templates.early_warning.book import TEMPLATE as EARLY_WARNING
from workbook_templates.errors import UnknownTemplateError
from workbook_templates.function_examples.book import TEMPLATE as FUNCTION_EXAMPLES
from workbook_templates.key_account.book import TEMPLATE as KEY_ACCOUNT
from workbook_templates.language import LANGUAGES, language
from workbook_templates.loan_classification.book import TEMPLATE as LOAN_CLASSIFICATION
from workbook_templates.migration_monitoring.book import TEMPLATE as MIGRATION_MONITORING
from workbook_templates.model_lab.book import TEMPLATE as MODEL_LAB
from workbook_templates.portfolio.book import TEMPLATE as PORTFOLIO
from workbook_templates.pricing_limit.book import TEMPLATE as PRICING_LIMIT
from workbook_templates.project_finance.book import TEMPLATE as PROJECT_FINANCE
from workbook_templates.rfm_abc.book import TEMPLATE as RFM_ABC
from workbook_templates.template import Template
from workbook_templates.tier_strategy.book import TEMPLATE as TIER_STRATEGY

TEMPLATES: Final[dict[str, Template]] = {
    template.name: template
    for template in (
        PORTFOLIO,
        TIER_STRATEGY,
        CUSTOMER_RATING,
        PROJECT_FINANCE,
        PRICING_LIMIT,
        KEY_ACCOUNT,
        RFM_ABC,
        EARLY_WARNING,
        MIGRATION_MONITORING,
        LOAN_CLASSIFICATION,
        MODEL_LAB,
        FUNCTION_EXAMPLES,
    )
}


def template(name: str) -> Template:
    """A template by its name.

    Raises:
        UnknownTemplateError: there is none of that name.
    """
    try:
        return TEMPLATES[name.strip().casefold()]
    except KeyError:
        known = ", ".join(TEMPLATES)
        raise UnknownTemplateError(
            Words(
                f"template must be one of {known}; got {name!r}.",
                f"模板应为以下之一：{known}；实际为 {name!r}。",
            )
        ) from None


def build(name: str, lang: str) -> Workbook:
    """A template as a workbook without computed values.

    Raises:
        UnknownTemplateError: there is no such template or language.
    """
    return template(name).build(language(lang))


__all__ = ["LANGUAGES", "TEMPLATES", "Template", "build", "template"]
