"""Every template: its name, its titles, and how it is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.early_warning.book import build as build_early_warning
from workbook_templates.errors import UnknownTemplateError
from workbook_templates.language import LANGUAGES, Lang, language
from workbook_templates.loan_classification.book import build as build_loan_classification
from workbook_templates.migration_monitoring.book import build as build_migration_monitoring
from workbook_templates.portfolio.book import build as build_portfolio


@dataclass(frozen=True, slots=True)
class Template:
    """A workbook that a bank can start from.

    Attributes:
        name: what ``creditcells new`` calls it.
        title: what it is for, by language.
        build: makes it, with its worked case and without computed values.
    """

    name: str
    title: dict[Lang, str]
    build: Callable[[Lang], Workbook]

    def file(self, lang: str) -> Traversable:
        """The ready-made workbook of a language, with its values.

        Raises:
            UnknownTemplateError: there is none in that language.
        """
        chosen = language(lang)
        return resources.files("workbook_templates").joinpath(self.name, self.file_name(chosen))

    def file_name(self, lang: Lang) -> str:
        """Such as ``portfolio.zh.xlsx``."""
        return f"{self.name}.{lang}.xlsx"


TEMPLATES: Final[dict[str, Template]] = {
    template.name: template
    for template in (
        Template(
            "portfolio",
            {
                "en": "Customer tiers of a credit portfolio: grade, score, segment, tier strategy",
                "zh": "信贷组合客户分级与分层：评级、评分、细分、分层策略",
            },
            build_portfolio,
        ),
        Template(
            "early_warning",
            {
                "en": "Early warning: colours, reasons, watch list, suggested changes",
                "zh": "客户预警：颜色、理由、关注清单与调整建议",
            },
            build_early_warning,
        ),
        Template(
            "loan_classification",
            {
                "en": "Loan classification: eighteen lists, five-tier classes, provisions",
                "zh": "贷款分类：十八种清单、五级分类、准备与监管汇总",
            },
            build_loan_classification,
        ),
        Template(
            "migration_monitoring",
            {
                "en": "Migration monitoring: matrices, defaults, churn, stability, reviews",
                "zh": "迁徙监测：迁徙矩阵、违约、流失、稳定性与评审日历",
            },
            build_migration_monitoring,
        ),
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
        raise UnknownTemplateError(f"template must be one of {known}; got {name!r}.") from None


def build(name: str, lang: str) -> Workbook:
    """A template as a workbook without computed values.

    Raises:
        UnknownTemplateError: there is no such template or language.
    """
    return template(name).build(language(lang))


__all__ = ["LANGUAGES", "TEMPLATES", "Template", "build", "template"]
