"""Merton's model: distance to default and PD of a listed firm from its equity."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CellError
from udfs.kinds import (
    NOT_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    Bounds,
    Choice,
    FloatArray,
    Language,
    Number,
    Numbers,
    TextArray,
)
from udfs.ratios.merton_solver import solve_assets
from udfs.records import record

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果", "dd", "distance", "违约距离"),
        "pd": ("违约概率",),
        "assets": ("资产价值",),
        "volatility": ("资产波动率",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_RATE: Final = Bounds(lower=-1, upper=5)
_HEADERS: Final = {
    "en": (
        "distance_to_default",
        "pd",
        "asset_value",
        "asset_volatility",
        "default_point",
        "drift",
    ),
    "zh": ("违约距离", "违约概率", "资产价值", "资产波动率", "违约点", "漂移率"),
}
_SENTENCE: Final = {
    "en": (
        "Distance to default {:.4f}, PD {:.4%}: assets {:,.6g} with volatility {:.2%} against a "
        "default point of {:,.6g} in {:g} years, drift {:.2%}{}."
    ),
    "zh": (
        "违约距离 {:.4f}，违约概率 {:.4%}：资产价值 {:,.6g}，资产波动率 {:.2%}，{:g} 年后违约点 {:,.6g}，漂移率 {:.2%}{}。"
    ),
}
_ASSUMED: Final = {"en": " (the risk-free rate)", "zh": "（取无风险利率）"}
Positive = Annotated[FloatArray, Numbers(bounds=POSITIVE)]
_NO_DEBT: Final = CellError(
    errors.DIV0,
    "default_point and long_term_debt come to zero: without debt there is no default.",
    "default_point 与 long_term_debt 合计为零：没有债务就没有违约。",
)
_NO_SOLUTION: Final = CellError(
    errors.NUM,
    "no asset value fits: equity and default point are out of proportion; check their units.",
    "没有相符的资产价值：股权市值与违约点相差悬殊，请核对金额单位。",
)


@record
class _Firms:
    """What the model says of each firm; NaN where it says nothing."""

    distance: FloatArray
    pd: FloatArray
    assets: FloatArray
    volatility: FloatArray
    point: FloatArray
    drift: FloatArray
    faults: Faults


@udf(
    "CR_MERTON",
    family="ratios",
    zh="""Merton 模型：由股权市值与波动率推算上市企业的违约距离与违约概率。

    DD（违约距离）= [ln(V/D) + (μ - σ²/2)T] / (σ√T)，PD（违约概率）= N(-DD)；V 与 σ 由股权的价值与波动率联立求解。
    KMV 违约点 = 短期债务 + 长期债务的一半：default_point 填短期债务，并填 long_term_debt。

    参数：
        equity: 股权市值，大于 0，金额单位一致。
        equity_volatility: 股权收益率的年化波动率，小数，大于 0。
        default_point: 违约点：到期应偿还的债务；给出 long_term_debt 时为短期债务。
        rate: 无风险利率，连续复利，年率，小数。
        drift: 资产的预期年增长率，小数；省略或空白取无风险利率，理由中注明。
        years: 期限，年，默认 1。
        long_term_debt: 长期债务；省略或空白为不计。
        long_term_share: 长期债务计入违约点的比例，默认 0.5（KMV）。
        out: "value" 违约距离（默认）；"pd" 违约概率；"assets" 资产价值；"volatility" 资产波动率；"why" 理由；"table" 明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的数字。
    错误：
        缺少数值为 #N/A；股权或波动率不大于零为 #NUM!；没有债务为 #DIV/0!；无解为 #NUM!。
    来源：
        Merton，Journal of Finance，1974；联立求解见 Hull《期权、期货及其他衍生产品》；违约点：Crosbie 与 Bohn（KMV），2003。
    """,
)
def merton(
    equity: Positive,
    equity_volatility: Positive,
    default_point: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)],
    rate: Annotated[FloatArray, Numbers(bounds=_RATE)],
    drift: Annotated[FloatArray | None, Numbers(bounds=_RATE)] = None,
    years: Annotated[FloatArray | float, Numbers(bounds=POSITIVE)] = 1.0,
    long_term_debt: Annotated[FloatArray | None, Numbers(bounds=NOT_NEGATIVE)] = None,
    long_term_share: Annotated[float, Number(bounds=PROBABILITY)] = 0.5,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Merton's distance to default and PD of a listed firm, from its equity's value and volatility.

    Distance = [ln(V/D) + (μ - σ²/2)T] / (σ√T) and PD = N(-distance), where value V and volatility
    σ of the assets are those that give the equity its own. KMV's default point is short-term debt
    plus half the long-term debt: give short-term debt as default_point, and long_term_debt.

    Args:
        equity: Market value of equity, above zero, in the unit of the debt.
        equity_volatility: Volatility of equity returns per year, decimal, above zero.
        default_point: Debt due at the horizon; short-term debt where long_term_debt is given.
        rate: Risk-free rate per year, continuous, decimal.
        drift: Expected growth of the assets per year, decimal; left out or blank, the risk-free
            rate, and the reason says so.
        years: Horizon in years, default 1.
        long_term_debt: Long-term debt; left out or blank, none is added.
        long_term_share: Share of long-term debt in the default point, default 0.5 (KMV).
        out: "value" the distance to default (default); "pd" the probability; "assets" the asset
            value; "volatility" of the assets; "why" the reason; "table" all of it.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Number in the common shape.

    Errors:
        #N/A where a figure is missing; #NUM! where equity or volatility are not above zero, or
        nothing fits; #DIV/0! without debt.

    Example:
        =CR_MERTON(3,0.8,10,0.05,,,,,"pd") -> 0.1269712411
        =CR_MERTON(26406000,0.7103,40000000,0.05,0.0306) -> 1.523708834

    Source:
        Merton, On the pricing of corporate debt, Journal of Finance, 1974; Hull, Options, Futures
        and Other Derivatives (solution); Crosbie and Bohn (KMV), 2003 (default point).
    """
    point = default_point
    if long_term_debt is not None:
        point = default_point + long_term_share * np.nan_to_num(long_term_debt)
    growth = rate if drift is None else np.where(np.isnan(drift), rate, drift)
    horizon = np.broadcast_to(np.asarray(years, dtype=np.float64), (len(equity),))
    firms = _solved(equity, equity_volatility, point, rate, growth, horizon)
    if out == "why":
        assumed = np.ones(len(equity), dtype=bool) if drift is None else np.isnan(drift)
        return faulty(_reasons(firms, horizon, assumed, lang), firms.faults.items())
    columns = (
        firms.distance,
        firms.pd,
        firms.assets,
        firms.volatility,
        firms.point,
        firms.drift,
    )
    if out == "table":
        shown = (faulty(column, firms.faults.items()) for column in columns)
        return pd.DataFrame(dict(zip(_HEADERS[lang], shown, strict=True)), dtype=object)
    chosen = columns[("value", "pd", "assets", "volatility").index(out)]
    return faulty(chosen, firms.faults.items()) if firms.faults else chosen


def _solved(
    equity: FloatArray,
    volatility: FloatArray,
    point: FloatArray,
    rate: FloatArray,
    drift: FloatArray,
    years: FloatArray,
) -> _Firms:
    from scipy.special import ndtr  # noqa: PLC0415 - slow to import

    indebted = point > 0
    debt = np.where(indebted, point, 1.0)
    assets = solve_assets(equity, volatility, debt, rate, years)
    sigma = assets.volatility
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = (np.log(assets.value / debt) + (drift - sigma**2 / 2) * years) / (
            sigma * np.sqrt(years)
        )
    faults: Faults = dict.fromkeys(np.flatnonzero(~indebted).tolist(), _NO_DEBT)
    unsolved = np.flatnonzero(indebted & ~assets.solved)
    faults |= dict.fromkeys(unsolved.tolist(), _NO_SOLUTION)
    return _Firms(distance, ndtr(-distance), assets.value, sigma, point, drift, faults)


def _reasons(firms: _Firms, years: FloatArray, assumed: np.ndarray, lang: str) -> TextArray:
    front = [firms.distance, firms.pd, firms.assets, firms.volatility]
    # The Chinese sentence names the horizon before the default point.
    middle = [years, firms.point] if lang == "zh" else [firms.point, years]
    columns = [column.tolist() for column in (*front, *middle, firms.drift)]
    tails = [_ASSUMED[lang] if rate_used else "" for rate_used in assumed.tolist()]
    sentence = _SENTENCE[lang]
    reasons = np.empty(len(tails), dtype=object)
    reasons[:] = [sentence.format(*row) for row in zip(*columns, tails, strict=True)]
    return reasons
