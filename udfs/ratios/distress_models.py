"""Zmijewski's and Ohlson's models: a score of distress and its probability."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CallError, CellError, Words, column_of
from udfs.kinds import (
    NOT_NEGATIVE,
    POSITIVE,
    Choice,
    FloatArray,
    Language,
    Numbers,
    Table,
    TextArray,
)
from udfs.labels import blank_nan
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果", "score", "得分"),
        "pd": ("probability", "概率"),
        "zone": ("分区",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_SIGNS: Final = Choice(
    {"table": ("表",), "plus": ("positive", "正", "+"), "minus": ("negative", "负", "-")}
)
_ZONES: Final = {"en": ("sound", "distress"), "zh": ("正常", "困境")}
_HEADERS: Final = {"en": ("score", "pd", "zone"), "zh": ("得分", "违约概率", "分区")}
_SENTENCE: Final = {
    "en": "Score {:.4f}, probability {:.2%}: {} ({} {} {:g}); {}.",
    "zh": "得分 {:.4f}，概率 {:.2%}：{}（{}{} {:g}）；{}。",
}
_MEASURES: Final = {
    "en": {"zmijewski": "score", "ohlson": "probability"},
    "zh": {"zmijewski": "得分", "ohlson": "概率"},
}
_SIDES: Final = {"en": ("not above", "above"), "zh": ("不高于", "高于")}
_DECIMALS: Final = 10
Coefficients = Annotated[pd.DataFrame, Table(builtin="distress_models")]
Amount = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]
Assets = Annotated[FloatArray, Numbers(bounds=POSITIVE)]
Result = Annotated[FloatArray, Numbers()]


@record
class _Model:
    """The coefficients of one model.

    Attributes:
        name: zmijewski or ohlson.
        coefficients: by term, the constant and the cut-off among them.
        labels: of the terms, by language and term.
    """

    name: str
    coefficients: dict[str, float]
    labels: dict[str, dict[str, str]]


@read_once
def _read_model(table: pd.DataFrame | None, name: str) -> _Model:
    """One model's rows.

    Raises:
        CallError: a term has no row.
    """
    known = builtin("distress_models").rows
    rows = known if table is None else table
    own = rows[rows["model"].str.casefold() == name]
    coefficients = dict(zip(own["model_term"], own["model_coefficient"].astype(float), strict=True))
    for term in known["model_term"][known["model"] == name]:
        if term not in coefficients:
            given = Words(f"no row {name}, {term}", f"缺少 {name} 的 {term} 一行")
            raise CallError(
                column_of("coefficients", "model_term", "模型项"),
                given,
                Words("a row for every term of the model", "包含该模型的每一项"),
            )
    labels = {
        lang: dict(zip(own["model_term"], own[f"label_{lang}"], strict=True))
        for lang in ("en", "zh")
    }
    return _Model(name, coefficients, labels)


@udf(
    "CR_ZMIJEWSKI",
    family="ratios",
    zh="""Zmijewski 模型（1984）：企业财务困境得分与概率。

    得分大于 0 为困境；概率为得分的正态分布函数。流动比率系数的正负号文献不一，见 CR_POLICY("distress_models")。

    参数：
        net_profit: 净利润，各金额单位一致，可为负。
        assets: 资产总计，大于 0。
        liabilities: 负债合计。
        current_assets: 流动资产合计。
        current_liabilities: 流动负债合计。
        sign: 流动比率系数的正负号，文献不一："table" 以系数表为准（默认，为正）；"plus" 为正；"minus" 为负。
        coefficients: 系数表：模型、模型项、模型系数；默认为内置表 distress_models。
        out: "value" 得分（默认）；"pd" 概率；"zone" 正常或困境；"why" 理由；"table" 各项、得分、概率、分区。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的数字或文本；得分越高越差。
    错误：
        缺少数值为 #N/A；流动负债为零为 #DIV/0!；资产不大于零为 #NUM!。
    来源：
        Zmijewski，Journal of Accounting Research，1984；见 CR_POLICY("distress_models","source","zh")。
    """,
)
def zmijewski(
    net_profit: Result,
    assets: Assets,
    liabilities: Amount,
    current_assets: Amount,
    current_liabilities: Amount,
    sign: Annotated[str, _SIGNS] = "table",
    coefficients: Coefficients | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Zmijewski's model of 1984: a score of financial distress, and its probability.

    A score above 0 is distress; the probability is the normal distribution of the score. The
    literature disagrees on the sign of the current ratio, see CR_POLICY("distress_models").

    Args:
        net_profit: Net profit, all amounts in one unit of money; may be below zero.
        assets: Total assets, above zero.
        liabilities: Total liabilities.
        current_assets: Current assets.
        current_liabilities: Current liabilities.
        sign: Sign of the current ratio's coefficient, on which the literature disagrees: "table"
            as in coefficients (default, plus), "plus" or "minus".
        coefficients: Coefficients: model, model_term, model_coefficient; default the built-in distress_models.
        out: "value" the score (default); "pd" the probability; "zone" sound or distress; "why"
            the reason; "table" terms, score, probability and zone.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        Number or text in the common shape; a higher score is worse.

    Errors:
        #N/A where a figure is missing; #DIV/0! without current liabilities; #NUM! where assets
        are not above zero.

    Example:
        =CR_ZMIJEWSKI(50,1000,600,450,300) -> -1.14825
        =CR_ZMIJEWSKI(50,1000,600,450,300,"minus") -> -1.16025
        =CR_ZMIJEWSKI(50,1000,{600;900},450,300,,,"zone") -> {"sound";"distress"}

    Source:
        Zmijewski, Methodological issues related to the estimation of financial distress prediction
        models, Journal of Accounting Research, 1984.
    """
    from scipy.special import ndtr  # noqa: PLC0415 - slow to import

    model = _read_model(coefficients, "zmijewski")
    if sign != "table":
        size = abs(model.coefficients["liquidity"])
        signed = size if sign == "plus" else -size
        model = replace(model, coefficients=model.coefficients | {"liquidity": signed})
    terms = {
        "profit": net_profit / assets,
        "leverage": liabilities / assets,
        "liquidity": _over(current_assets, current_liabilities),
    }
    faults = _zeros(current_liabilities, "current_liabilities")
    return _result(model, terms, faults, ndtr, out, lang)


@udf(
    "CR_OHLSON",
    family="ratios",
    zh="""Ohlson O 值（1980，模型 1）：企业一年内破产的得分与概率。

    物价指数把总资产换算到模型的尺度：原文为美元总资产除以 GNP 物价指数（1968 年 = 100）。人民币报表请先折算，或用本行违约数据重新校准。

    参数：
        assets: 资产总计，大于 0，单位与 price_index 相配。
        liabilities: 负债合计，大于 0。
        current_assets: 流动资产合计。
        current_liabilities: 流动负债合计。
        net_profit: 本年净利润，可为负。
        prior_net_profit: 上年净利润，可为负。
        funds_from_operations: 经营资金：净利润 + 折旧摊销等，可为负。
        price_index: 物价指数，资产总计先除以它再取对数，大于 0；没有默认值。
        coefficients: 系数表：模型、模型项、模型系数；默认为内置表 distress_models。
        out: "value" 得分（默认）；"pd" 概率；"zone" 正常或困境；"why" 理由；"table" 各项、得分、概率、分区。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的数字或文本；得分越高越差，概率高于 0.5 为困境。
    错误：
        缺少数值为 #N/A；流动资产或负债为零为 #DIV/0!；资产或物价指数不大于零为 #NUM!。
    来源：
        Ohlson，Journal of Accounting Research，1980，模型 1；见 CR_POLICY("distress_models","source","zh")。
    """,
)
def ohlson(
    assets: Assets,
    liabilities: Amount,
    current_assets: Amount,
    current_liabilities: Amount,
    net_profit: Result,
    prior_net_profit: Result,
    funds_from_operations: Result,
    price_index: Assets,
    coefficients: Coefficients | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Ohlson's O-score of 1980, model 1: a score of failure within a year, and its probability.

    The price index brings assets to the model's scale: the paper divides assets in U.S. dollars
    by the GNP price index, 1968 = 100. For statements in yuan convert them first, or calibrate the
    score to your own defaults.

    Args:
        assets: Total assets, above zero, in the unit that price_index asks for.
        liabilities: Total liabilities, above zero.
        current_assets: Current assets.
        current_liabilities: Current liabilities.
        net_profit: Net profit of the year; may be below zero.
        prior_net_profit: Net profit of the year before; may be below zero.
        funds_from_operations: Net profit plus depreciation and the like; may be below zero.
        price_index: What assets are divided by before the logarithm, above zero; no default.
        coefficients: Coefficients: model, model_term, model_coefficient; default the built-in distress_models.
        out: "value" the score (default); "pd" the probability; "zone" sound or distress; "why"
            the reason; "table" terms, score, probability and zone.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        Number or text in the common shape; a higher score is worse, and a probability above 0.5
        is distress.

    Errors:
        #N/A where a figure is missing; #DIV/0! without current assets or liabilities; #NUM! where
        assets or price index are not above zero.

    Example:
        =CR_OHLSON(1000,600,450,300,50,40,80,1) -> -1.097878618
        =CR_OHLSON(1000,600,450,300,50,40,80,1,,"pd") -> 0.250137588

    Source:
        Ohlson, Financial ratios and the probabilistic prediction of bankruptcy, Journal of
        Accounting Research, 1980, model 1.
    """
    from scipy.special import expit  # noqa: PLC0415 - slow to import

    model = _read_model(coefficients, "ohlson")
    swing = np.abs(net_profit) + np.abs(prior_net_profit)
    # Two years without any profit or loss are no change.
    change = np.where(swing > 0, _over(net_profit - prior_net_profit, swing), 0.0)
    terms = {
        "size": np.log(assets / price_index),
        "leverage": liabilities / assets,
        "working_capital": (current_assets - current_liabilities) / assets,
        "liquidity": _over(current_liabilities, current_assets),
        "insolvent": (liabilities > assets).astype(np.float64),
        "profit": net_profit / assets,
        "funds": _over(funds_from_operations, liabilities),
        "losses": ((net_profit < 0) & (prior_net_profit < 0)).astype(np.float64),
        "profit_change": change,
    }
    faults = _zeros(liabilities, "liabilities") | _zeros(current_assets, "current_assets")
    return _result(model, terms, faults, expit, out, lang)


def _over(top: FloatArray, bottom: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: FloatArray = np.where(bottom != 0, top / bottom, np.nan)
    return ratio


def _zeros(values: FloatArray, argument: str) -> Faults:
    error = CellError(
        errors.DIV0,
        f"{argument} is zero, and the model divides by it.",
        f"{argument} 为零，模型以其为分母。",
    )
    return dict.fromkeys(np.flatnonzero(values == 0).tolist(), error)


def _result(
    model: _Model,
    terms: dict[str, FloatArray],
    faults: Faults,
    probability: Callable[[FloatArray], FloatArray],
    out: str,
    lang: str,
) -> FloatArray | TextArray | pd.DataFrame:
    weights = model.coefficients
    total = weights["constant"] + sum(weights[term] * value for term, value in terms.items())
    # Rounded, so that a sum of binary fractions never moves a firm over the cut-off.
    score = np.round(total, _DECIMALS)
    if out == "value":
        return faulty(score, faults.items()) if faults else score
    chance = probability(score)
    if out == "pd":
        return faulty(chance, faults.items()) if faults else chance
    measure = score if model.name == "zmijewski" else chance
    place = (measure > weights["cutoff"]).astype(np.intp)
    zone = np.array(_ZONES[lang], dtype=object)[place]
    if out == "zone":
        return faulty(zone, faults.items())
    if out == "why":
        return faulty(_reasons(model, terms, (score, chance), place, lang), faults.items())
    shown = {model.labels[lang][term]: blank_nan(value) for term, value in terms.items()}
    parts = zip(_HEADERS[lang], (score, chance, zone), strict=True)
    shown |= {header: faulty(column, faults.items()) for header, column in parts}
    return pd.DataFrame(shown, dtype=object)


def _reasons(
    model: _Model,
    terms: dict[str, FloatArray],
    results: tuple[FloatArray, FloatArray],
    place: np.ndarray,
    lang: str,
) -> TextArray:
    mark = "、" if lang == "zh" else ", "
    labels = [model.labels[lang][term] for term in terms]
    columns = [value.tolist() for value in terms.values()]
    cutoff = model.coefficients["cutoff"]
    reasons = np.empty(len(place), dtype=object)
    for i, (score, chance, side) in enumerate(
        zip(*(r.tolist() for r in results), place.tolist(), strict=True)
    ):
        figures = mark.join(
            f"{label} {column[i]:.4g}" for label, column in zip(labels, columns, strict=True)
        )
        reasons[i] = _SENTENCE[lang].format(
            score,
            chance,
            _ZONES[lang][side],
            _MEASURES[lang][model.name],
            _SIDES[lang][side],
            cutoff,
            figures,
        )
    return reasons
