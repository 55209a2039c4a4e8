"""Every template: its name, its titles, and how it is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.errors import UnknownTemplateError
from workbook_templates.language import LANGUAGES, Lang, language
from workbook_templates.portfolio.book import build as build_portfolio
from workbook_templates.pricing_limit.book import build as build_pricing_limit
from workbook_templates.project_finance.book import build as build_project_finance


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
            "project_finance",
            {
                "en": "Project finance: debt sizing, cover ratios, cases, slotting, covenants",
                "zh": "项目融资：债务定额、覆盖率、情景、监管映射与约束条款",
            },
            build_project_finance,
        ),
        Template(
            "pricing_limit",
            {
                "en": "Pricing and limit: build-up, RAROC, limits, register, exceptions, approval",
                "zh": "定价与授信额度：定价构成、RAROC、额度测算、台账、例外与审批",
            },
            build_pricing_limit,
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
