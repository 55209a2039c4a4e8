"""Products that fit a customer, by rules on industry, size, tier and figures."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, faulty
from udfs.errors import CallError, CellError, column_of, one_of
from udfs.kinds import (
    NOT_NEGATIVE,
    Choice,
    FloatArray,
    Language,
    Numbers,
    Table,
    TextArray,
    Texts,
)
from udfs.labels import (
    NOWHERE,
    IndexArray,
    errors_at,
    joined_codes,
    once_each,
    places,
    spread,
    unknown_rows,
)
from udfs.records import record
from udfs.segments.industry_codes import IndustryCode, best_scope, read_industry, scopes
from udfs.tables import builtin

ProductRules = Annotated[pd.DataFrame, Table(builtin="product_rules")]
_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "all": ("全部",),
        "why": ("reason", "原因", "理由"),
    }
)


@udf(
    "CR_PRODUCT",
    family="strategy",
    zh="""按行业、规模、风险层级与经营数据匹配产品，如成长期科技企业对应技术开发贷款。

    规则按优先顺序排列，取第一条全部条件满足的规则；数值未知的条件视为不满足，并在理由中说明。

    参数：
        industry: GB/T 4754-2017 行业代码或名称。
        size: 企业规模，中文或英文。
        tier: 风险层级，中文或英文。
        revenue_growth: 营业收入增长率，小数。
        cash_flow_ratio: 经营现金流与流动负债之比，小数。
        years_with_bank: 与本行合作年数。
        policy: 规则表；默认为内置表 product_rules。
        out: "value" 首选产品（默认）；"all" 全部符合的产品；"why" 理由。
        lang: 产品与理由的语言，"en" 或 "zh"。
    结果：
        与各参数同形的文本。
    错误：
        行业代码、规模或层级无法识别为 #VALUE!；没有规则符合为 #N/A。
    来源：
        对公信贷按客户类别匹配产品；规则为 creditcells 默认，见 CR_POLICY("product_rules")。
    """,
)
def product_of_customer(
    industry: Annotated[TextArray, Texts()],
    size: Annotated[TextArray, Texts()] | None = None,
    tier: Annotated[TextArray, Texts()] | None = None,
    revenue_growth: Annotated[FloatArray, Numbers()] | None = None,
    cash_flow_ratio: Annotated[FloatArray, Numbers()] | None = None,
    years_with_bank: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)] | None = None,
    policy: ProductRules | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray:
    """Product that fits a customer, by rules on industry, size, risk tier and figures.

    Rules stand in the order of preference; the first of which every condition holds gives the
    product. A condition on something unknown does not hold, and the reason names it.

    Args:
        industry: GB/T 4754-2017 code or name.
        size: Enterprise size in either language.
        tier: Risk tier in either language.
        revenue_growth: Growth of revenue against the year before, decimal.
        cash_flow_ratio: Operating cash flow divided by current liabilities, decimal.
        years_with_bank: Years as a customer of the bank.
        policy: Table of rules; default the built-in product_rules.
        out: "value" the first product (default); "all" every product that fits; "why" the reason.
        lang: Language of product and reason, "en" or "zh".

    Returns:
        Text in the common shape.

    Errors:
        #VALUE! where industry is no code or size or tier is unknown; #N/A where no rule fits.

    Example:
        =CR_PRODUCT({"I65";"C13"},"small","low",{0.3;0},{0.1;0.4}) -> {"Technology development loan";"Supply chain finance"}
        =CR_PRODUCT("H62",,"高风险",,,,,"value","zh") -> "个性化还款计划（重组）"

    Source:
        Products by customer class in corporate lending; the rules are a creditcells default, see
        CR_POLICY("product_rules").
    """
    policy = builtin("product_rules").rows if policy is None else policy
    codes, read = once_each(industry, read_industry)
    customers = _Customers(
        industry=codes,
        codes=read,
        size=_known_places(size, len(codes), "size_classes"),
        tier=_known_places(tier, len(codes), "risk_tiers"),
        figures={
            "revenue_growth": revenue_growth,
            "cash_flow_ratio": cash_flow_ratio,
            "years_with_bank": years_with_bank,
        },
    )
    faults = _unknown(size, customers.size, "size", "size_classes")
    faults |= _unknown(tier, customers.tier, "tier", "risk_tiers")
    faults |= errors_at(codes, read)
    rules = [_conditions(customers, rule) for rule in policy.to_dict("records")]
    fits = np.column_stack([_together(rule) for rule in rules])
    for i in np.flatnonzero(~fits.any(axis=1)).tolist():
        faults.setdefault(i, _NO_RULE)
    first = fits.argmax(axis=1)
    labels = policy[f"label_{lang}"].to_numpy()
    if out == "value":
        return faulty(labels[first], faults.items())
    if out == "all":
        return faulty(_every_label(_without_fallbacks(fits, rules), labels, lang), faults.items())
    reasons = policy[f"reason_{lang}"].to_numpy()
    missed = [_missed(rules[: first[i]], i, lang) for i in range(len(first))]
    texts = [
        _WHY[lang].format(labels[row], reasons[row], lacking)
        for row, lacking in zip(first, missed, strict=True)
    ]
    return faulty(spread(np.arange(len(texts)), texts), faults.items())


_VOCABULARY: Final = {
    "size_classes": ("size", "label_en", "label_zh"),
    "risk_tiers": ("tier", "label_en", "label_zh"),
}
_NO_RULE: Final = CellError(
    errors.NA,
    "policy: no rule fits this customer; add a last rule without conditions.",
    "policy：没有符合该客户的规则，请在末尾加一条不设条件的规则。",
)
_WHY: Final = {"en": "{}: {}.{}", "zh": "{}：{}。{}"}
_MISSED: Final = {
    "en": " Not checked for want of {}: {}.",
    "zh": "因缺少{}未能核对：{}。",
}
_NAMES_ZH: Final = {
    "size": "规模",
    "tier": "风险层级",
    "revenue_growth": "营业收入增长率",
    "cash_flow_ratio": "现金流量比率",
    "years_with_bank": "合作年限",
}


@record
class _Customers:
    """What is known of each customer.

    Attributes:
        industry: the place of each customer's code in ``codes``.
        codes: the distinct industry codes.
        size: the row of size_classes, ``NOWHERE`` where unknown.
        tier: the row of risk_tiers, ``NOWHERE`` where unknown.
        figures: by name; None where the whole argument is left out.
    """

    industry: IndexArray
    codes: list[IndustryCode | CellError]
    size: IndexArray
    tier: IndexArray
    figures: dict[str, FloatArray | None]


@record
class _Condition:
    """One condition of a rule: what it asks, for whom it holds, for whom it cannot be told."""

    name: str
    product: dict[str, str]
    holds: BoolArray
    unknown: BoolArray
    everybody: bool = False


def _known_places(texts: TextArray | None, count: int, table: str) -> IndexArray:
    if texts is None:
        return np.full(count, NOWHERE, dtype=np.intp)
    return places(texts, builtin(table).rows, *_VOCABULARY[table])


def _unknown(texts: TextArray | None, found: IndexArray, argument: str, table: str) -> Faults:
    """The errors of texts that are filled in but not known."""
    if texts is None:
        return {}
    checked = np.where(np.equal(texts, ""), 0, found)
    labels = builtin(table).rows[["label_en", "label_zh"]].itertuples(index=False)
    return unknown_rows(argument, texts, checked, [f"{en} ({zh})" for en, zh in labels])


def _conditions(customers: _Customers, rule: dict[Hashable, Any]) -> list[_Condition]:
    found = [
        _industry_condition(customers, rule),
        _text_condition(customers.size, rule, "size"),
        _text_condition(customers.tier, rule, "tier"),
        _figure_condition(customers, rule, "revenue_growth", lower=rule["revenue_growth_from"]),
        _figure_condition(customers, rule, "cash_flow_ratio", lower=rule["cash_flow_ratio_from"]),
        _figure_condition(
            customers,
            rule,
            "years_with_bank",
            lower=rule["years_from"],
            upper=rule["years_below"],
        ),
    ]
    return [condition for condition in found if condition is not None]


def _condition(
    name: str, rule: dict[Hashable, Any], holds: BoolArray, unknown: BoolArray
) -> _Condition:
    product = {lang: str(rule[f"label_{lang}"]) for lang in ("en", "zh")}
    return _Condition(name, product, holds & ~unknown, unknown)


def _industry_condition(customers: _Customers, rule: dict[Hashable, Any]) -> _Condition:
    """Always there, so that a rule without conditions holds for every customer."""
    nobody = np.zeros(len(customers.industry), dtype=bool)
    listed = scopes(
        rule["industries"], column_of("policy", "industries", "行业范围", str(rule["product"]))
    )
    inside = [
        not listed or (isinstance(code, IndustryCode) and best_scope(code, [listed]) is not None)
        for code in customers.codes
    ]
    holds = np.array(inside, dtype=bool)[customers.industry]
    return replace(_condition("industry", rule, holds, nobody), everybody=not listed)


def _text_condition(found: IndexArray, rule: dict[Hashable, Any], name: str) -> _Condition | None:
    listed = re.split(r"[;；]", rule[f"{name}s"])
    wanted = np.array([text.strip() for text in listed if text.strip()], dtype=object)
    if not len(wanted):
        return None
    table = {"size": "size_classes", "tier": "risk_tiers"}[name]
    members = places(wanted, builtin(table).rows, *_VOCABULARY[table])
    if (members == NOWHERE).any():
        raise CallError(
            column_of("policy", f"{name}s", _NAMES_ZH[name], str(rule["product"])),
            str(wanted[members == NOWHERE][0]),
            one_of(builtin(table).rows[name]),
        )
    # The last place stands for NOWHERE, which is no member.
    is_member = np.zeros(len(builtin(table).rows) + 1, dtype=bool)
    is_member[members] = True
    return _condition(name, rule, is_member[found], found == NOWHERE)


def _figure_condition(
    customers: _Customers,
    rule: dict[Hashable, Any],
    name: str,
    *,
    lower: float,
    upper: float = np.nan,
) -> _Condition | None:
    if np.isnan(lower) and np.isnan(upper):
        return None
    values = customers.figures[name]
    if values is None:
        values = np.full(len(customers.industry), np.nan)
    holds = np.ones(len(values), dtype=bool)
    if not np.isnan(lower):
        holds &= values >= lower
    if not np.isnan(upper):
        holds &= values < upper
    return _condition(name, rule, holds, np.isnan(values))


def _together(rule: list[_Condition]) -> BoolArray:
    every: BoolArray = np.all([condition.holds for condition in rule], axis=0)
    return every


def _without_fallbacks(fits: BoolArray, rules: list[list[_Condition]]) -> BoolArray:
    """Rules that hold for everybody count only where no other rule fits."""
    fallback = np.array([all(c.everybody for c in rule) for rule in rules], dtype=bool)
    others = (fits & ~fallback).any(axis=1)
    return np.where(others[:, None], fits & ~fallback, fits)


def _every_label(fits: BoolArray, labels: TextArray, lang: str) -> TextArray:
    """The products of all rules that fit, joined, made once for each combination."""
    codes = np.zeros(len(fits), dtype=np.intp)
    for rule in fits.T:
        codes = joined_codes(codes, rule.astype(np.intp))
    _, examples = np.unique(codes, return_index=True)
    joint = "；" if lang == "zh" else "; "
    return spread(codes, [joint.join(labels[fits[i]]) for i in examples])


def _missed(rules: list[list[_Condition]], i: int, lang: str) -> str:
    """Which rules before the one that fits could not be checked, and what was missing."""
    lacking: dict[str, None] = {}
    products = []
    for rule in rules:
        unknown = [condition.name for condition in rule if condition.unknown[i]]
        if unknown and all(c.holds[i] or c.unknown[i] for c in rule):
            lacking |= dict.fromkeys(unknown)
            products.append(rule[0].product[lang])
    if not products:
        return ""
    names = [_NAMES_ZH[name] if lang == "zh" else name for name in lacking]
    joint = "、" if lang == "zh" else ", "
    return _MISSED[lang].format(joint.join(names), joint.join(products))
