"""Value, risk and need: three percentile scores, a code such as HLM and a priority index."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.errors import CallError, Words
from udfs.kinds import (
    NOT_NEGATIVE,
    PROBABILITY,
    Choice,
    FloatArray,
    Language,
    Number,
    Numbers,
    TextArray,
)
from udfs.records import record
from udfs.segments.percentiles import percent_scores

Scores = tuple[FloatArray, FloatArray, FloatArray]
Weight = Annotated[float, Number(bounds=NOT_NEGATIVE)]
Share = Annotated[float, Number(bounds=PROBABILITY)]

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果", "code", "代码"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "index": ("priority", "指数"),
        "v": ("价值",),
        "r": ("风险",),
        "n": ("需求",),
        "cuts": ("bands", "分界"),
    }
)
_LEVELS: Final = np.array(["L", "M", "H"], dtype=object)
_TABLE_HEADERS: Final = {
    "en": ("value_score", "risk_score", "need_score", "code", "index", "grow"),
    "zh": ("价值分", "风险分", "需求分", "代码", "优先指数", "可增长"),
}
_CUT_HEADERS: Final = {
    "en": ("axis", "level", "score_from", "score_below", "smallest", "largest", "customers"),
    "zh": ("维度", "档", "分数下限", "分数上限", "最小值", "最大值", "客户数"),
}
_AXES: Final = {"en": ("value", "risk", "need"), "zh": ("价值", "风险", "需求")}
_LEVEL_WORDS: Final = {
    "en": {"H": "high", "M": "medium", "L": "low"},
    "zh": {"H": "高", "M": "中", "L": "低"},
}


@record
class Levels:
    """The percentile scores from which a level starts, 0 to 100."""

    high: float
    low: float

    def of(self, scores: FloatArray) -> npt.NDArray[np.int8]:
        """0 for L, 1 for M, 2 for H; a score on the cut-off belongs to the better level."""
        return (scores >= self.high).view(np.int8) + (scores >= self.low).view(np.int8)


@udf(
    "CR_VRN",
    family="value_classes",
    zh="""全体客户：按价值（A）、风险（B）、需求（C）三个百分位分数分档，代码如 HLM，并给出优先指数。

    每个分数 0 至 100，由传入的全部客户算出：（平均名次 - 1）/（n - 1），相同的值得分相同；风险分越高越安全。
    风险为 L 者不得采取增长类措施，指数再高亦然。

    参数：
        value: 价值，如贡献，越大越好，单位自定。
        risk: 风险，如违约概率，越大越差。
        need: 未满足的需求，如未持有的产品数、额度使用率，越大需求越多。
        value_weight: 价值的权重，默认 0.4。
        risk_weight: 风险的权重，默认 0.4。
        need_weight: 需求的权重，默认 0.2。
        high: H 档的起点，百分位小数，默认 0.67。
        low: M 档的起点，百分位小数，默认 0.33。
        out: "value" 代码；"why" 理由；"table" 各分数、代码、指数、可否增长；"index" 优先指数；"v"、"r"、"n" 单个分数；"cuts" 各档分界。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        每行一个三位代码，依次为价值、风险（H 为安全）、需求。
    错误：
        缺任一数值为 #N/A，该行不计入；low 不小于 high 或权重全为零时整个调用为 #NUM!。
    来源：
        贷款客户分层的价值、风险、需求三个维度；分数、分界与权重为 creditcells 默认。
    """,
)
def value_risk_need(
    value: Annotated[FloatArray, Numbers()],
    risk: Annotated[FloatArray, Numbers()],
    need: Annotated[FloatArray, Numbers()],
    value_weight: Weight = 0.4,
    risk_weight: Weight = 0.4,
    need_weight: Weight = 0.2,
    high: Share = 0.67,
    low: Share = 0.33,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame | Whole:
    """All customers together: value, risk and need as a code such as HLM, and a priority index.

    Each axis is a percentile score from 0 to 100 among all customers passed, (RANK.AVG - 1) /
    (n - 1); equal values score equally; a high risk score is a safe customer. Risk L forbids any
    action for growth, however high the index.

    Args:
        value: Value, such as the contribution; more is better, in any unit.
        risk: Risk, such as PD; more is worse.
        need: Unmet need, such as products not held or utilisation of limits; more is more need.
        value_weight: Weight of value in the index; default 0.4.
        risk_weight: Weight of risk in the index; default 0.4.
        need_weight: Weight of need in the index; default 0.2.
        high: Percentile from which a score is H, decimal; default 0.67.
        low: Percentile from which a score is M, decimal; default 0.33.
        out: "value" the code; "why" the reason; "table" scores, code, index, grow; "index" the
            priority index; "v", "r" or "n" one score; "cuts" the cut-offs.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        A code of three letters per row: value, risk (H is safe), need.

    Errors:
        #N/A where a number is missing, and the row is not counted; #NUM! for the whole call unless
        low is below high and a weight is above zero.

    Example:
        =CR_VRN({90;50;10},{0.01;0.002;0.05},{1;3;2}) -> {"HML";"MHH";"LLM"}
        =CR_VRN({90;50;10},{0.01;0.002;0.05},{1;3;2},,,,,,"index") -> {60;80;10}

    Source:
        Axes value, risk and need of customer tiering for loans; scores, cut-offs and weights:
        creditcells default.
    """
    scores = (percent_scores(value), percent_scores(-risk), percent_scores(need))
    weights = (value_weight, risk_weight, need_weight)
    return scores_as_output((value, risk, need), scores, weights, (high, low), out, lang)


def scores_as_output(
    values: Scores,
    scores: Scores,
    weights: tuple[float, float, float],
    cuts: tuple[float, float],
    out: str,
    lang: str,
) -> FloatArray | TextArray | pd.DataFrame | Whole:
    """What is asked for of customers whose percentile scores are known.

    Raises:
        CallError: the cut-offs or the weights cannot be used.
    """
    levels = _checked_levels(*cuts)
    total = sum(weights)
    if total == 0:
        names = Words("the three weights", "三个权重")
        raise CallError(names, "0", Words("not all zero", "不全为零的数"), code=errors.NUM)
    if out in {"v", "r", "n"}:
        return scores["vrn".index(out)]
    index = (
        sum((w * s for w, s in zip(weights, scores, strict=True)), np.zeros(len(values[0]))) / total
    )
    if out == "index":
        return index
    places = tuple(levels.of(score) for score in scores)
    if out == "cuts":
        return Whole(_cut_table(values, places, levels, lang))
    codes = _codes(places)
    if out == "value":
        return codes
    if out == "table":
        grow = places[1] > 0
        columns = (*scores, codes, index, grow)
        return pd.DataFrame(dict(zip(_TABLE_HEADERS[lang], columns, strict=True)))
    return _reasons(scores, places, index, lang)


def _checked_levels(high: float, low: float) -> Levels:
    if low >= high:
        allowed = Words(f"below high, which is {high:g}", f"小于 high（{high:g}）")
        raise CallError("low", f"{low:g}", allowed, code=errors.NUM)
    return Levels(100 * high, 100 * low)


def _codes(places: tuple[npt.NDArray[np.int8], ...]) -> TextArray:
    every = np.array([a + b + c for a in _LEVELS for b in _LEVELS for c in _LEVELS], dtype=object)
    v, r, n = (place.astype(np.intp) for place in places)
    codes: TextArray = every[9 * v + 3 * r + n]
    return codes


def _cut_table(
    values: Scores, places: tuple[npt.NDArray[np.int8], ...], levels: Levels, lang: str
) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    edges = (0.0, levels.low, levels.high, None)
    for axis, column, place in zip(_AXES[lang], values, places, strict=True):
        for k in (2, 1, 0):
            members = column[place == k]
            ends = (float(members.min()), float(members.max())) if len(members) else (None, None)
            rows.append((axis, _LEVELS[k], edges[k], edges[k + 1], *ends, len(members)))
    return pd.DataFrame(rows, columns=list(_CUT_HEADERS[lang]), dtype=object)


def _reasons(
    scores: Scores, places: tuple[npt.NDArray[np.int8], ...], index: FloatArray, lang: str
) -> TextArray:
    sentence = {
        "en": "Value score {:.1f} ({}), risk score {:.1f} ({}), need score {:.1f} ({}): "
        "priority index {:.1f}{}.",
        "zh": "价值分 {:.1f}（{}），风险分 {:.1f}（{}），需求分 {:.1f}（{}）：优先指数 {:.1f}{}。",
    }[lang]
    veto = {
        "en": "; the low risk score forbids action for growth",
        "zh": "；风险分为低，不得采取增长类措施",
    }[lang]
    words = np.array([_LEVEL_WORDS[lang][level] for level in _LEVELS], dtype=object)
    columns: list[list[Any]] = []
    for score, place in zip(scores, places, strict=True):
        columns += [score.tolist(), words[place].tolist()]
    vetoes = ["" if place else veto for place in places[1].tolist()]
    reasons = np.empty(len(index), dtype=object)
    reasons[:] = [
        sentence.format(*row) for row in zip(*columns, index.tolist(), vetoes, strict=True)
    ]
    return reasons
