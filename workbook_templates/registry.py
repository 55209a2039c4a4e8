"""Every template: its name, its titles, and how it is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.emptying import empty
from workbook_templates.errors import NoCaseError, UnknownTemplateError
from workbook_templates.function_examples.book import build as build_function_examples
from workbook_templates.function_examples.layout import family_sheet
from workbook_templates.language import LANGUAGES, Lang, language
from workbook_templates.portfolio.book import build as build_portfolio
from workbook_templates.portfolio.book import build_empty as build_empty_portfolio
from workbook_templates.portfolio.layout import SHEETS as PORTFOLIO_SHEETS
from workbook_templates.portfolio.layout import WRITTEN_SHEETS
from workbook_templates.properties import describe
from workbook_templates.protection import protect
from workbook_templates.rfm_abc.book import build as build_rfm_abc
from workbook_templates.rfm_abc.layout import SHEETS as RFM_SHEETS
from workbook_templates.tier_strategy.book import build as build_tier_strategy
from workbook_templates.tier_strategy.layout import PROPOSED_INPUTS, SCENARIO
from workbook_templates.tier_strategy.layout import SHEETS as TIER_SHEETS


@dataclass(frozen=True, slots=True)
class Template:
    """A workbook that a bank can start from.

    Attributes:
        name: what ``creditcells new`` calls it.
        title: what it is for, by language.
        draft: makes it, with its worked case and without computed values.
        cover: the sheet that shows it best, by language; the first result sheet by default.
        keeps: defined names of inputs that stay in an empty copy; policy sheets, the as-of date
            and the language stay anyway.
        empty_draft: makes an empty copy, for a template whose worked case is more than its
            input cells.
        stay_open: titles of sheets that are not protected, beside those with tables and policy.
        has_case: whether there is a worked case to leave out.
    """

    name: str
    title: dict[Lang, str]
    draft: Callable[[Lang], Workbook]
    cover: Mapping[str, str] = field(default_factory=dict)
    keeps: frozenset[str] = frozenset()
    empty_draft: Callable[[Lang], Workbook] | None = None
    stay_open: frozenset[str] = frozenset()
    has_case: bool = True

    def build(self, lang: Lang, *, without_case: bool = False) -> Workbook:
        """The workbook without computed values, its sheets protected.

        Args:
            lang: language of sheets, headers and texts.
            without_case: whether the inputs are blank instead of holding the worked case.

        Raises:
            NoCaseError: the template has no worked case to leave out.
        """
        if without_case and not self.has_case:
            raise NoCaseError(f"{self.name} has no worked case to leave out; use it as it is.")
        if without_case and self.empty_draft is not None:
            book = self.empty_draft(lang)
        else:
            book = self.draft(lang)
            if without_case:
                empty(book, self.keeps)
        protect(book, self.stay_open)
        describe(book, self.title[lang], lang)
        return book

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
            cover=PORTFOLIO_SHEETS["strategy"],
            empty_draft=build_empty_portfolio,
            stay_open=frozenset(WRITTEN_SHEETS),
        ),
        Template(
            "function_examples",
            {
                "en": "Every function at work: one example each, with the value it must give",
                "zh": "全部函数示例：每个函数一例，附应得结果",
            },
            build_function_examples,
            cover={lang: family_sheet("rfm", lang) for lang in LANGUAGES},
            has_case=False,
        ),
        Template(
            "tier_strategy",
            {
                "en": "Tiers side by side, grade × value grid, and what-if of other cut-offs",
                "zh": "各层级策略并列、等级 × 价值矩阵与分层标准情景测算",
            },
            build_tier_strategy,
            cover=TIER_SHEETS["what_if"],
            keeps=frozenset({*PROPOSED_INPUTS, *SCENARIO}),
        ),
        Template(
            "rfm_abc",
            {
                "en": "RFM scores, segments, ABC classes and priorities from a list of transactions",
                "zh": "由交易明细得出 RFM 得分、客户细分、ABC 类别与行动清单",
            },
            build_rfm_abc,
            cover=RFM_SHEETS["analysis"],
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
