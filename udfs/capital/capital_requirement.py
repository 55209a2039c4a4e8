"""From an exposure to the capital it takes: conversion of off-balance items and the ratio."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.capital.schemes import rows_of_scheme
from udfs.catalogue import udf
from udfs.cells import faulty
from udfs.errors import CallError, one_of
from udfs.kinds import (
    NOT_NEGATIVE,
    PROBABILITY,
    Choice,
    FloatArray,
    Language,
    Number,
    Numbers,
    Output,
    Table,
    Text,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, places, unknown_rows
from udfs.limits.amounts import shown
from udfs.tables import builtin

Amounts = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]

_OUTPUTS: Final = Choice(
    {
        "value": ("capital", "值", "结果"),
        "rwa": ("风险加权资产",),
        "ead": ("敞口",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_CAPITAL_HEADERS: Final = {
    "en": (
        "amount",
        "conversion",
        "ead",
        "risk_weight",
        "risk_weighted_assets",
        "capital_ratio",
        "capital_amount",
    ),
    "zh": (
        "金额",
        "信用转换系数",
        "违约风险敞口",
        "风险权重",
        "风险加权资产",
        "充足率",
        "资本金额",
    ),
}
_CONVERSION_HEADERS: Final = {
    "en": ("item", "conversion"),
    "zh": ("项目", "信用转换系数"),
}


@udf(
    "CR_CCF",
    family="capital",
    zh="""查询表外项目的信用转换系数：担保、保函、贷款承诺、信用证、未使用额度等。

    参数：
        item: 表外项目的代码或名称，如 commitment、贷款承诺；全部见 CR_POLICY("credit_conversion")。
        scheme: "china"（默认，2023 年资本管理办法）、"basel3"，或表中的其他方案。
        factors: 系数表；默认为内置表 credit_conversion。
        out: "value" 系数；"why" 理由；"table" 项目与系数。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与 item 同形的系数，小数。
    错误：
        表中没有该项目为 #VALUE!；没有该方案时整个调用为 #VALUE!。
    来源：
        巴塞尔框架 CRE20；《商业银行资本管理办法》（2023）。请核对法规原文，见 CR_POLICY("credit_conversion","note","zh")。
    """,
)
def conversion_factor(
    item: Annotated[TextArray, Texts()],
    scheme: Annotated[str, Text()] = "china",
    factors: Annotated[pd.DataFrame, Table(builtin="credit_conversion")] | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Credit conversion factor of an off-balance item: guarantees, bonds, commitments, credits.

    Args:
        item: Code or label of the item, such as commitment; all stand in
            CR_POLICY("credit_conversion").
        scheme: "china" (default, Rules of 2023), "basel3", or another of the table.
        factors: Table of factors; default the built-in credit_conversion.
        out: "value" the factor; "why" the reason; "table" item and factor.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Factor, decimal, in the shape of item.

    Errors:
        #VALUE! where the table has no such item; the whole call for an unknown scheme.

    Example:
        =CR_CCF({"guarantee";"贷款承诺";"cancellable"}) -> {1;0.4;0.1}

    Source:
        Basel Framework CRE20; Chinese Rules on Capital of Commercial Banks, 2023. Check against
        the regulation, see CR_POLICY("credit_conversion","note").
    """
    every = builtin("credit_conversion").rows if factors is None else factors
    rows = rows_of_scheme(every, scheme)
    place = places(item, rows, "item", "label_en", "label_zh")
    faults = unknown_rows("item", item, place, rows["item"])
    values = rows["conversion"].to_numpy(dtype=np.float64)[place]
    if out == "value":
        return faulty(values, faults.items()) if faults else values
    labels = rows[f"label_{lang}"].to_numpy(dtype=object)[place]
    if out == "table":
        return pd.DataFrame(
            {
                header: faulty(column, faults.items())
                for header, column in zip(_CONVERSION_HEADERS[lang], (labels, values), strict=True)
            },
            dtype=object,
        )
    sentence = {
        "en": "Scheme {}: {}: credit conversion factor {:.4g}%.",
        "zh": "方案 {}：{}：信用转换系数 {:.4g}%。",
    }[lang]
    name = str(rows["scheme"].iloc[0])
    reasons = np.empty(len(item), dtype=object)
    reasons[:] = [
        sentence.format(name, label, 100 * value)
        for label, value in zip(labels, values, strict=True)
    ]
    return faulty(reasons, faults.items())


@udf(
    "CR_CAPITAL",
    family="capital",
    zh="""计算一笔敞口占用的资本：金额 × 信用转换系数 × 风险权重 × 资本充足率要求。

    参数：
        amount: 表内余额或表外名义金额，万元。
        risk_weight: 风险权重，小数，如 CR_RISKWEIGHT 或 CR_IRBRW 的结果。
        conversion: 信用转换系数，小数，如 CR_CCF 的结果；表内为 1（默认）。
        ratio: 资本充足率要求，小数；给出时不查表。
        requirement: 查表的要求："buffered" 总资本加储备资本（默认，10.5%）、"minimum"（8%）、"tier1"、"cet1"，也可用中文名称。
        scheme: "china"（默认）、"basel3"，或表中的其他方案。
        ratios: 充足率表；默认为内置表 capital_ratios。
        out: "value" 资本；"rwa" 风险加权资产；"ead" 转换后的敞口；"why" 理由；"table" 明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的资本金额，万元。
    错误：
        缺金额或风险权重为 #N/A；为负为 #NUM!；没有该要求或方案时整个调用为 #VALUE!。
    来源：
        巴塞尔框架 RBC20、RBC30；《商业银行资本管理办法》（2023）。请核对法规原文。
    """,
)
def capital_requirement(
    amount: Amounts,
    risk_weight: Amounts,
    conversion: Annotated[FloatArray, Numbers(bounds=PROBABILITY)] | None = None,
    ratio: Annotated[float | None, Number(bounds=PROBABILITY)] = None,
    requirement: Annotated[str, Text()] = "buffered",
    scheme: Annotated[str, Text()] = "china",
    ratios: Annotated[pd.DataFrame, Table(builtin="capital_ratios")] | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Capital that an exposure takes: amount x conversion factor x risk weight x capital ratio.

    Args:
        amount: Balance, or nominal amount of an off-balance item, 10k yuan.
        risk_weight: Risk weight, decimal, as of CR_RISKWEIGHT or CR_IRBRW.
        conversion: Credit conversion factor, decimal, as of CR_CCF; blank is 1, on balance.
        ratio: Capital ratio required, decimal; comes before the table.
        requirement: Row of the table: "buffered" total capital with conservation buffer (default,
            10.5 %), "minimum" (8 %), "tier1" or "cet1".
        scheme: "china" (default), "basel3", or another of the table.
        ratios: Table of ratios; default the built-in capital_ratios.
        out: "value" capital; "rwa" risk-weighted assets; "ead" exposure after conversion; "why"
            the reason; "table" all parts.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Capital in 10k yuan, in the common shape.

    Errors:
        #N/A where amount or risk weight is missing; #NUM! where it is negative; the whole call
        for an unknown requirement or scheme.

    Example:
        =CR_CAPITAL({1000;1000},{1;0.75},{1;0.4}) -> {105;31.5}
        =CR_CAPITAL(1000,0.85,,,"minimum") -> 68

    Source:
        Basel Framework RBC20 and RBC30; Chinese Rules on Capital of Commercial Banks, 2023. Check
        against the regulation.
    """
    factor = np.ones(len(amount)) if conversion is None else conversion
    factor = np.where(np.isnan(factor), 1.0, factor)
    share, name = (
        _ratio(ratios, scheme, requirement, lang) if ratio is None else (ratio, _OWN_RATIO[lang])
    )
    ead = amount * factor
    assets = ead * risk_weight
    capital = assets * share
    if out == "table":
        columns = (amount, factor, ead, risk_weight, assets, np.full(len(ead), share), capital)
        return pd.DataFrame(dict(zip(_CAPITAL_HEADERS[lang], columns, strict=True)), dtype=object)
    if out == "why":
        parts = (amount, factor, risk_weight, capital)
        return _reasons(parts, share, name, lang)
    return {"rwa": assets, "ead": ead}.get(out, capital)


_OWN_RATIO: Final = {"en": "ratio given", "zh": "给定的充足率"}


def _ratio(
    ratios: pd.DataFrame | None, scheme: str, requirement: str, lang: str
) -> tuple[float, str]:
    """The ratio of a requirement, and its label.

    Raises:
        CallError: the scheme has no such requirement.
    """
    rows = rows_of_scheme(builtin("capital_ratios").rows if ratios is None else ratios, scheme)
    wanted = np.array([requirement.strip()], dtype=object)
    place = int(places(wanted, rows, "requirement", "label_en", "label_zh")[0])
    if place == NOWHERE:
        raise CallError("requirement", requirement, one_of(rows["requirement"]))
    return float(rows["capital_ratio"].iloc[place]), str(rows[f"label_{lang}"].iloc[place])


def _reasons(parts: tuple[FloatArray, ...], share: float, name: str, lang: str) -> TextArray:
    on_balance, converted = {
        "en": (
            "{0} × risk weight {2:.4g}% × {4:.4g}% ({5}) = {3}.",
            "{0} × conversion {1:.4g}% × risk weight {2:.4g}% × {4:.4g}% ({5}) = {3}.",
        ),
        "zh": (
            "{0} × 风险权重 {2:.4g}% × {4:.4g}%（{5}）= {3}。",
            "{0} × 转换系数 {1:.4g}% × 风险权重 {2:.4g}% × {4:.4g}%（{5}）= {3}。",
        ),
    }[lang]
    reasons = np.empty(len(parts[0]), dtype=object)
    reasons[:] = [
        (on_balance if factor == 1 else converted).format(
            shown(amount), 100 * factor, 100 * weight, shown(capital), 100 * share, name
        )
        for amount, factor, weight, capital in zip(*parts, strict=True)
    ]
    return reasons
