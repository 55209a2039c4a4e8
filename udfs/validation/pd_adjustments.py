"""PDs brought to another default rate or to the state of the economic cycle."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np

from udfs.catalogue import udf
from udfs.kinds import PROBABILITY, Bounds, Choice, FloatArray, Numbers
from udfs.validation.samples import INSIDE

_DIRECTIONS: Final = Choice(
    {
        "to_pit": ("pit", "时点", "跨周期转时点"),
        "to_ttc": ("ttc", "跨周期", "时点转跨周期"),
    }
)
_METHODS: Final = Choice({"shift": ("平移",), "vasicek": ("one_factor", "单因子")})
_CORRELATION: Final = Bounds(lower=0, upper=1, upper_open=True)


@udf(
    "CR_PRIORSHIFT",
    family="validation",
    zh="""把在抽样样本上得到的违约概率调整到总体违约率（先验概率调整）。

    违约对数几率加上总体与样本违约率的对数几率之差；排序不变，0 与 1 不变。

    参数：
        pd: 样本上的违约概率，小数，单元格或区域。
        sample_rate: 样本的违约率，如一比一抽样为 0.5，大于 0 小于 1。
        target_rate: 总体的违约率，如 0.03，大于 0 小于 1。
    结果：
        与 pd 同形的违约概率，小数。
    错误：
        pd 不在 0 与 1 之间、违约率不在 0 与 1 之内，该行为 #NUM!。
    来源：
        贝叶斯公式；King、Zeng（2001）的先验校正。
    """,
)
def prior_shift(
    pd: Annotated[FloatArray, Numbers(bounds=PROBABILITY)],
    sample_rate: Annotated[FloatArray, Numbers(bounds=INSIDE)],
    target_rate: Annotated[FloatArray, Numbers(bounds=INSIDE)],
) -> FloatArray:
    """PD of a model from a sample with too many defaults, brought to the default rate of the portfolio.

    The log-odds of default rise by the difference of the log-odds of both rates; the order of
    customers does not change, nor do 0 and 1.

    Args:
        pd: PD from the sample, decimal, one cell or a range.
        sample_rate: Default rate of the sample, such as 0.5 of one bad for one good; above 0 and
            below 1.
        target_rate: Default rate of the portfolio, such as 0.03; above 0 and below 1.

    Returns:
        PD, decimal, in the shape of pd.

    Errors:
        #NUM! where pd is not between 0 and 1, or a rate is not inside.

    Example:
        =CR_PRIORSHIFT(0.2,0.3,0.03) -> 0.017721518987341773
        =CR_PRIORSHIFT({0.1;0.5;0.9},0.5,0.02) -> {0.0022624434;0.02;0.155172414}

    Source:
        Bayes' rule; prior correction of King and Zeng (2001).
    """
    bad = pd * target_rate * (1 - sample_rate)
    good = (1 - pd) * (1 - target_rate) * sample_rate
    shifted: FloatArray = bad / (bad + good)
    return shifted


@udf(
    "CR_PDPIT",
    family="validation",
    zh="""跨周期（TTC）违约概率与时点（PIT）违约概率的换算。

    经济因子 Z 服从标准正态，0 为平常年份，正为景气，负为低迷。"shift"：Z 为 0 时时点违约概率等于跨周期违约概率；
    "vasicek"：时点违约概率对 Z 的平均等于跨周期违约概率。

    参数：
        pd: 违约概率，小数，单元格或区域。
        factor: 经济因子 Z，标准差为 1：正为景气，负为低迷。
        correlation: 资产相关性，小数，0 至小于 1，如 0.15。
        direction: "to_pit" 跨周期转时点（默认）；"to_ttc" 时点转跨周期。
        method: "shift" 平移（默认）；"vasicek" 单因子模型的条件违约概率。
    结果：
        与 pd 同形的违约概率，小数。
    错误：
        pd 不在 0 与 1 之间，或 correlation 不在 0 与 1 之间，该行为 #NUM!。
    来源：
        Vasicek（2002）单因子模型。
    """,
)
def point_in_time(
    pd: Annotated[FloatArray, Numbers(bounds=PROBABILITY)],
    factor: Annotated[FloatArray, Numbers()],
    correlation: Annotated[FloatArray, Numbers(bounds=_CORRELATION)],
    direction: Annotated[str, _DIRECTIONS] = "to_pit",
    method: Annotated[str, _METHODS] = "shift",
) -> FloatArray:
    """Turn a through-the-cycle PD (TTC) into a point-in-time PD (PIT), or back.

    The factor Z of the economy is standard normal: 0 an ordinary year, above it a good one, below a
    bad one. With "shift" the PIT PD at Z = 0 is the TTC PD; with "vasicek" the PIT PD averages to
    the TTC PD over all Z.

    Args:
        pd: Probability of default, decimal, one cell or a range.
        factor: Factor Z of the economy in standard deviations: positive good years, negative bad
            ones.
        correlation: Asset correlation, decimal from 0 to below 1, such as 0.15.
        direction: "to_pit" from TTC to PIT (default); "to_ttc" from PIT to TTC.
        method: "shift" (default); "vasicek" the conditional PD of the one-factor model.

    Returns:
        PD, decimal, in the shape of pd.

    Errors:
        #NUM! where pd or correlation is not between 0 and 1.

    Example:
        =CR_PDPIT(0.02,{-1;0;1},0.15) -> {0.0511646177;0.02;0.0066836094}
        =CR_PDPIT(0.02,-1,0.15,"to_pit","vasicek") -> 0.0353406638

    Source:
        One-factor model of Vasicek (2002).
    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - slow to import

    threshold = ndtri(pd)
    if method == "shift":
        move = np.sqrt(correlation / (1 - correlation)) * factor
        moved = threshold - move if direction == "to_pit" else threshold + move
    else:
        loading, own = np.sqrt(correlation) * factor, np.sqrt(1 - correlation)
        to_pit = direction == "to_pit"
        moved = (threshold - loading) / own if to_pit else threshold * own + loading
    chances: FloatArray = ndtr(moved)
    return chances
