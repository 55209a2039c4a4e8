"""Default rates with their confidence intervals, by group."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.kinds import (
    NOT_NEGATIVE,
    UNKNOWN,
    Bounds,
    Choice,
    Flags,
    FloatArray,
    Language,
    Number,
    Numbers,
    Texts,
)
from udfs.labels import blank_nan
from udfs.monitoring.groups import Groups, group_rows
from udfs.monitoring.series_columns import refuse_faults
from udfs.monitoring.shares import share_of
from udfs.records import record

Bad = Annotated[Column, Flags(series="customers")]
GroupNames = Annotated[Column, Texts(series="customers")]
Weights = Annotated[Column, Numbers(series="customers", bounds=NOT_NEGATIVE)]
Confidence = Annotated[float, Number(bounds=Bounds(lower=0.5, upper=1, upper_open=True))]

_OUTPUTS: Final = Choice({"value": ("table", "值", "表"), "why": ("reason", "原因", "理由")})
_CONFIDENCE: Final = 0.95
_HEADERS: Final = {
    "en": ("group", "customers", "defaults", "unknown", "default rate", "lower limit", "upper limit"),
    "zh": ("组别", "客户数", "违约数", "未知", "违约率", "置信下限", "置信上限"),
}  # fmt: skip


@udf(
    "CR_DEFRATE",
    family="monitoring",
    zh="""全体客户：违约率及其置信区间，可按组（等级、行业、机构等）列出，末行为合计。

    置信区间为精确二项区间（Clopper-Pearson）。给出金额时为按金额的违约率，区间按有效样本数计算。是否违约空白者
    为未知，单列且不计入分母。

    参数：
        bad: 每个客户是否违约：1 或 TRUE 为违约，0 或 FALSE 为未违约；空白为未知。
        group: 每个客户的组别；省略则只有合计；空白归入“未分组”。
        weights: 每个客户的金额，按金额计；省略则按户数计。
        confidence: 置信水平，默认 0.95。
        out: "value" 违约率表（默认）；"why" 一句话小结。
        lang: 表头与文字的语言，"en" 或 "zh"。
    结果：
        带表头的表，等级按等级表、其他组别按文字排序，末行为合计。
    错误：
        是否违约无法识别、金额缺失时整个调用为错误，并指出所在行。
    来源：
        Clopper、Pearson，1934；有效样本数：Kish，Survey Sampling，1965。
    """,
)
def default_rate(
    bad: Bad,
    group: GroupNames | None = None,
    weights: Weights | None = None,
    confidence: Confidence = _CONFIDENCE,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All customers together: default rate with its confidence interval, by group and in total.

    The interval is the exact binomial one of Clopper and Pearson. With weights the rate is of
    amounts and the interval goes by the effective number of customers. Customers whose outcome is
    blank are unknown: they are shown, and are not part of the rate.

    Args:
        bad: Outcome of each customer: 1 or TRUE for default, 0 or FALSE for none; a blank is
            unknown.
        group: Group of each customer, such as grade, industry or branch; default the total only;
            blanks are a group of their own.
        weights: Amount of each customer to weight by; default every customer counts one.
        confidence: Confidence level, default 0.95.
        out: "value" the rates (default); "why" a sentence.
        lang: Language of headers and words, "en" or "zh".

    Returns:
        A table with headers: grades in the order of the scale, other groups by name, the total last.

    Errors:
        The call is an error where an outcome cannot be read or an amount is missing; the reason
        names the row.

    Example:
        =CR_DEFRATE({1;0;0;0;0},{"A";"A";"B";"B";"B"}) -> {"group","customers","defaults","unknown","default rate","lower limit","upper limit";"A",2,1,0,0.5,0.012579116896,0.987420883104;"B",3,0,0,0,0,0.707598285606;"total",5,1,0,0.2,0.005050763379,0.716417936118}

    Source:
        Clopper and Pearson, The use of confidence or fiducial limits, 1934; effective number of
        customers: Kish, Survey Sampling, 1965.
    """
    refuse_faults(bad, "bad")
    groups = group_rows(group, weights, ~bad.blank, "bad")
    rates = _rates(groups, bad.values, confidence)
    if out == "why":
        text = _sentence(groups, rates, confidence, lang, by_amount=weights is not None)
        return Whole(text)
    parts = (
        groups.names(lang),
        rates.number,
        rates.defaults,
        rates.unknown,
        blank_nan(rates.rate),
        blank_nan(rates.lower),
        blank_nan(rates.upper),
    )
    return Whole(pd.DataFrame(dict(enumerate(parts))), _HEADERS[lang])


@record
class _Rates:
    """By group, the total last: numbers of customers, and the rate with its limits."""

    number: FloatArray
    defaults: FloatArray
    unknown: FloatArray
    rate: FloatArray
    lower: FloatArray
    upper: FloatArray


def _rates(groups: Groups, bad: npt.NDArray[np.int8], confidence: float) -> _Rates:
    known = bad != UNKNOWN
    number = groups.count(known)
    defaults = groups.count(bad == 1)
    amount = groups.total(groups.weights * known)
    lost = groups.total(groups.weights * (bad == 1))
    squares = groups.total(groups.weights**2 * known)
    rate = share_of(lost, amount)
    size = share_of(amount**2, squares)
    lower, upper = exact_limits(rate * size, size, confidence)
    return _Rates(number, defaults, groups.count(~known), rate, lower, upper)


def exact_limits(
    hits: FloatArray, size: FloatArray, confidence: float
) -> tuple[FloatArray, FloatArray]:
    """The Clopper-Pearson limits of a share; the numbers need not be whole, NaN where size is."""
    from scipy.special import betaincinv  # noqa: PLC0415 - scipy is slow to import

    tail = (1 - confidence) / 2
    hits = np.where(abs(hits - np.round(hits)) < _WHOLE, np.round(hits), hits)
    misses = np.where(abs(size - hits) < _WHOLE, 0.0, size - hits)
    lower = np.where(hits > 0, betaincinv(np.maximum(hits, _WHOLE), misses + 1, tail), 0.0)
    upper = np.where(misses > 0, betaincinv(hits + 1, np.maximum(misses, _WHOLE), 1 - tail), 1.0)
    unknown = np.isnan(size)
    lower[unknown] = upper[unknown] = np.nan
    return lower, upper


_WHOLE: Final = 1e-9


def _sentence(
    groups: Groups, rates: _Rates, confidence: float, lang: str, *, by_amount: bool
) -> str:
    """The total, and the groups whose interval lies above it."""
    zh = lang == "zh"
    if np.isnan(rates.rate[-1]):
        return "没有已知是否违约的客户。" if zh else "No outcome is known."
    total, low, high = (f"{part[-1]:.2%}" for part in (rates.rate, rates.lower, rates.upper))
    number, hits = f"{rates.number[-1]:,.0f}", f"{rates.defaults[-1]:,.0f}"
    worse = [
        f"{name} {rate:.2%}"
        for name, rate, lower in zip(groups.names(lang)[:-1], rates.rate, rates.lower, strict=False)
        if lower > rates.rate[-1]
    ]
    unknown = rates.unknown[-1]
    if zh:
        text = f"{number} 户中 {hits} 户违约，{'按金额' if by_amount else ''}违约率 {total}（{confidence:.0%} 置信区间 {low} 至 {high}）"
        text += f"；显著高于平均：{'、'.join(worse)}" if worse else ""
        return f"{text}{f'；{unknown:,.0f} 户未知，未计入' if unknown else ''}。"
    text = f"{hits} of {number} customers in default, {total}{' by amount' if by_amount else ''} ({confidence:.0%} interval {low} to {high})"
    text += f"; clearly above average: {', '.join(worse)}" if worse else ""
    return f"{text}{f'; {unknown:,.0f} unknown and not counted' if unknown else ''}."
