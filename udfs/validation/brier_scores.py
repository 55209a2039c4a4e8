"""The Brier score of PDs, and the parts it is made of."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.kinds import Bounds, Choice, FloatArray, Language, Number
from udfs.validation.groups import by_pd
from udfs.validation.samples import (
    Chances,
    Outcomes,
    Sample,
    Weights,
    measures,
    read_sample,
)

_OUTPUTS: Final = Choice(
    {
        "value": ("brier", "值", "结果"),
        "skill": ("技能得分",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_GROUPS: Final = Bounds(lower=2, upper=1000, whole=True)


@udf(
    "CR_BRIER",
    family="validation",
    zh="""全体样本：违约概率的 Brier 得分（均方误差）及其分解，越小越好。

    Brier 得分 = 校准误差 - 区分度 + 不确定性 + 组内余项。技能得分 = 1 - Brier 得分 ÷ 不确定性：
    0 相当于给每个客户平均违约率，1 为完全预知。空白行不计；缺值或有误的行不计入，行数见 "why" 与 "table"。

    参数：
        bad: 每个客户是否违约：1 违约，0 未违约。
        pd: 每个客户的违约概率，小数，与 bad 行数相同。
        groups: 分解所用的组数，默认 10；违约概率相同的客户同组。
        weights: 每行的抽样权重，不小于 0；省略则各行相同。
        out: "value" Brier 得分；"skill" 技能得分；"why" 结论；"table" 分解、对数损失与 Spiegelhalter 检验。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        一个数、一句话或带表头的表。
    错误：
        没有可用的行，或只有一类结果，为 #NUM!。
    来源：
        Brier（1950）；Murphy（1973）的分解，组内余项见 Stephenson 等（2008）；Spiegelhalter（1986）。
    """,
)
def brier(
    bad: Outcomes,
    pd: Chances,
    groups: Annotated[float, Number(bounds=_GROUPS)] = 10,
    weights: Weights | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All rows together: Brier score of PDs (mean squared error) and its parts; smaller is better.

    Brier score = miscalibration - resolution + uncertainty + what is left within the groups.
    Skill = 1 - Brier score / uncertainty: 0 is as good as the average rate for everybody, 1 is
    perfect foresight. Blank rows do not count; rows with a missing or faulty value are left out,
    and "why" and "table" say how many.

    Args:
        bad: Whether each customer defaulted: 1 defaulted, 0 not.
        pd: PD of each customer, decimal, as many rows as bad.
        groups: Groups for the parts; default 10; equal PDs are in one group.
        weights: Sampling weight of each row, at least 0; default all alike.
        out: "value" Brier score; "skill"; "why" the verdict; "table" the parts, the log loss and
            Spiegelhalter's test.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        One number, one sentence, or a table with headers.

    Errors:
        #NUM! if no row can be used or all rows have the same outcome.

    Example:
        =CR_BRIER({0;1;0;0;1},{0.1;0.6;0.3;0.2;0.8}) -> 0.068
        =CR_BRIER({0;1;0;0;1},{0.1;0.6;0.3;0.2;0.8},,,"why") -> "Brier score 0.0680, skill 71.7% over the average rate; mean PD 40.00%, default rate 40.00%."

    Source:
        Brier (1950); parts by Murphy (1973), the rest within groups by Stephenson et al. (2008);
        Spiegelhalter (1986).
    """
    rows = read_sample(bad, weights, pd=pd)
    weight = np.ones(len(rows.bad)) if rows.weights is None else rows.weights
    share = weight / weight.sum()
    score = float(np.dot(share, (rows.values - rows.bad) ** 2))
    rate = float(np.dot(share, rows.bad))
    uncertainty = rate * (1 - rate)
    if out == "value":
        return Whole(score)
    if out == "skill":
        return Whole(1 - score / uncertainty)
    mean_pd = float(np.dot(share, rows.values))
    if out == "why":
        figures = (
            f"{score:.4f}",
            f"{1 - score / uncertainty:.1%}",
            f"{mean_pd:.2%}",
            f"{rate:.2%}",
        )
        sentence = {
            "en": "Brier score {}, skill {} over the average rate; mean PD {}, default rate {}.",
            "zh": "Brier 得分 {}，相对平均违约率的技能得分 {}；平均违约概率 {}，违约率 {}。",
        }[lang]
        return Whole(sentence.format(*figures) + rows.left_out.remark(lang))
    grouped = by_pd(rows, int(groups))
    part = grouped.customers / grouped.customers.sum()
    rates = grouped.defaults / grouped.customers
    miscalibration = float(np.dot(part, (grouped.expected / grouped.customers - rates) ** 2))
    resolution = float(np.dot(part, (rates - rate) ** 2))
    z, p = _spiegelhalter(rows, weight)
    return Whole(
        measures(
            [
                ("Brier score", "Brier 得分", score),
                ("miscalibration", "校准误差", miscalibration),
                ("resolution", "区分度", resolution),
                ("uncertainty", "不确定性", uncertainty),
                ("within groups", "组内余项", score - miscalibration + resolution - uncertainty),
                ("skill", "技能得分", 1 - score / uncertainty),
                ("log loss", "对数损失", _log_loss(rows, share)),
                ("Spiegelhalter z", "Spiegelhalter z 值", z),
                ("Spiegelhalter p", "Spiegelhalter p 值", p),
                ("mean PD", "平均违约概率", mean_pd),
                ("default rate", "违约率", rate),
                ("rows left out", "未计入行数", rows.left_out.count),
            ],
            lang,
        )
    )


def _log_loss(rows: Sample, share: FloatArray) -> float:
    """Mean of -ln of the chance given to what happened; infinite if that was ruled out."""
    chance = np.where(rows.bad, rows.values, 1 - rows.values)
    with np.errstate(divide="ignore"):
        return float(-np.dot(share, np.log(chance)))


def _spiegelhalter(rows: Sample, weight: FloatArray) -> tuple[float, float]:
    """Statistic and two-sided p-value of the test that the PDs are right; NaN if all are sure."""
    from scipy.special import ndtr  # noqa: PLC0415 - slow to import

    pd = rows.values
    tilt = weight * (1 - 2 * pd)
    spread = float(np.sqrt(np.dot(tilt**2, pd * (1 - pd))))
    if not spread:
        return np.nan, np.nan
    z = float(np.dot(tilt, rows.bad - pd)) / spread
    return z, 2 * float(ndtr(-abs(z)))
