"""A fitted logistic model, and what is to be said of it: estimates, notes and statistics."""

from __future__ import annotations

import math
from functools import reduce
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from udfs.errors import Words, in_language
from udfs.kinds import FloatArray
from udfs.learning.binning import unknown_outcomes
from udfs.learning.binning_samples import IntArray
from udfs.learning.binning_tables import both
from udfs.learning.logistic_data import ModelData
from udfs.learning.logistic_fit import (
    Design,
    Fit,
    chance_of,
    constant_log_likelihood,
    design,
    fit,
    score_statistics,
    separating,
)
from udfs.learning.logistic_tables import CONSTANT, INPUT_WORDS
from udfs.records import record

_NOTHING: Final = Words("", "")


@record
class Model:
    """A fitted model with what there is to say of it.

    Attributes:
        data: the rows it was fitted on.
        columns: the columns of the chosen factors.
        fitted: the fit.
        chosen: the factors chosen, by their places in the data.
        alone: how each factor varies with the outcome: above 0 if it rises with it.
        separated: the columns by which goods and bads are told apart fully.
        penalty: the regularisation.
        limits: the threshold of each check.
    """

    data: ModelData
    columns: Design
    fitted: Fit
    chosen: list[int]
    alone: FloatArray
    separated: list[int]
    penalty: float
    limits: dict[str, float]

    @classmethod
    def of(cls, data: ModelData, penalty: float, selection: str, limits: dict[str, float]) -> Self:
        """The model of some rows, with all factors or those that forward selection chooses."""
        everything = design(data.values, data.weights)
        chosen = list(range(len(data.names)))
        if selection == "forward":
            chosen = _forward(everything, data, limits["p_value"])
        columns = everything
        if len(chosen) < len(data.names):
            columns = design(data.values[:, chosen], data.weights)
        fitted = fit(columns, data.bad, data.weights, penalty)
        separated: list[int] = []
        if not penalty and fitted.far:
            separated = separating(columns, data.bad, data.weights)
        rate = data.weights @ data.bad / data.weights.sum()
        alone = np.einsum("i,ij->j", data.weights * (data.bad - rate), data.values)
        return cls(data, columns, fitted, chosen, alone, separated, penalty, limits)

    @property
    def estimated(self) -> bool:
        """Whether there are estimates at all."""
        return self.fitted.converged and not self.separated

    def table(self, form: str, confidence: float, lang: str) -> pd.DataFrame:
        """The coefficients, the constant first."""
        place = {self.chosen[column]: i + 1 for i, column in enumerate(self.columns.kept)}
        rows = [self._row(in_language(CONSTANT, lang), 0, math.nan, math.nan, self._general())]
        means = np.einsum("i,ij->j", self.data.weights, self.data.values) / self.data.weights.sum()
        for factor, name in enumerate(self.data.names):
            vif = self.columns.vif[place[factor] - 1] if factor in place else math.nan
            note = self._note(factor, place.get(factor))
            rows.append(self._row(name, place.get(factor), vif, float(means[factor]), note))
        from statistics import NormalDist  # noqa: PLC0415 - slow to import, needed here alone

        width = NormalDist().inv_cdf((1 + confidence) / 2)
        shown = []
        word = in_language(INPUT_WORDS[form], lang)
        for name, coefficient, error, vif, mean, note in rows:
            z = coefficient / error
            p = math.erfc(abs(z) / math.sqrt(2))
            low, high = coefficient - width * error, coefficient + width * error
            numbers = (coefficient, error, z, p, low, high, vif, mean)
            cells = [None if math.isnan(number) else number for number in numbers]
            shown.append([name, word, *cells, in_language(note, lang)])
        return pd.DataFrame(shown, dtype=object)

    def _row(
        self, name: str, place: int | None, vif: float, mean: float, note: Words
    ) -> tuple[str, float, float, float, float, Words]:
        if not self.estimated:
            return name, math.nan, math.nan, vif, mean, note
        if place is None:
            return name, 0.0, math.nan, vif, mean, note
        error = math.sqrt(self.fitted.covariance[place, place])
        return name, float(self.fitted.coefficients[place]), error, vif, mean, note

    # --- notes ----------------------------------------------------------------------------------

    def _general(self) -> Words:
        """What is to be said of the model as a whole."""
        data, said = self.data, []
        if self.separated:
            names = [self._name(column) for column in self.separated]
            said.append(
                Words(
                    f"no estimate: {', '.join(names)} tell good and bad rows apart without overlap "
                    "(separation); merge bins, drop a factor or set regularisation",
                    f"没有估计值：{'、'.join(names)} 可将好坏样本完全区分（分离）；"
                    "请合并分箱、剔除因子或设置 regularisation",
                )
            )
        elif not self.fitted.converged:
            said.append(
                Words(
                    f"no estimate: not converged after {self.fitted.steps} steps",
                    f"没有估计值：{self.fitted.steps} 步后仍未收敛",
                )
            )
        if data.unusable:
            said.append(
                Words(
                    f"{data.unusable} rows left out: a factor or weight is missing"
                    + (f", most often {data.worst}" if data.worst else ""),
                    f"{data.unusable} 行缺少因子或权重，未参与"
                    + (f"，以 {data.worst} 最多" if data.worst else ""),
                )
            )
        if data.unknown:
            said.append(unknown_outcomes(data.unknown))
        if len(self.chosen) < len(data.names):
            said.append(
                Words(
                    f"{len(self.chosen)} of {len(data.names)} factors chosen: "
                    "p-values and intervals look better than they are",
                    f"从 {len(data.names)} 个因子中选出 {len(self.chosen)} 个："
                    "p 值与置信区间偏于乐观",
                )
            )
        if self.penalty:
            said.append(
                Words(
                    f"regularisation {self.penalty:g}: coefficients are drawn towards 0",
                    f"regularisation 为 {self.penalty:g}：系数向 0 收缩",
                )
            )
        said.append(self._events())
        return reduce(both, filter(None, said), _NOTHING)

    def _events(self) -> Words:
        """Whether there are enough rows of the rarer outcome."""
        bads = int(self.data.bad.sum())
        goods = len(self.data.bad) - bads
        factors, least = len(self.columns.kept), self.limits["events_per_factor"]
        if not factors or min(bads, goods) >= least * factors:
            return _NOTHING
        rare, rare_zh = ("bads", "坏样本") if bads <= goods else ("goods", "好样本")
        return Words(
            f"only {min(bads, goods)} {rare}: fewer than {least:g} for each factor",
            f"仅有 {min(bads, goods)} 个{rare_zh}，平均每个因子不足 {least:g} 个",
        )

    def _note(self, factor: int, place: int | None) -> Words:
        """What is to be said of one factor."""
        if factor not in self.chosen:
            return Words("not chosen", "未选入")
        column = self.chosen.index(factor)
        if column in self.columns.constant:
            return Words("left out: always the same value", "剔除：取值全部相同")
        if column in self.columns.redundant:
            others = [self._name(other) for other in self.columns.redundant[column]]
            return Words(
                f"left out: follows from {', '.join(others)} (collinear)",
                f"剔除：可由 {'、'.join(others)} 推出（完全共线）",
            )
        if column in self.separated:
            return Words("part of the separation", "造成分离")
        return reduce(both, self._remarks(factor, place or 0), _NOTHING)

    def _remarks(self, factor: int, place: int) -> list[Words]:
        remarks = []
        if self.estimated and self._turned(factor, place):
            remarks.append(
                Words(
                    "sign turned: alone the factor works the other way",
                    "符号相反：单独看该因子的作用方向与模型中相反",
                )
            )
        vif = self.columns.vif[place - 1]
        if vif > self.limits["vif"]:
            remarks.append(
                Words(
                    f"VIF above {self.limits['vif']:g}: collinear with other factors",
                    f"VIF 高于 {self.limits['vif']:g}：与其他因子共线",
                )
            )
        if self.estimated and self._chance(place) > self.limits["p_value"]:
            limit = f"{self.limits['p_value']:g}"
            remarks.append(
                Words(f"p-value above {limit}: may be chance", f"p 值高于 {limit}：可能出于偶然")
            )
        return remarks

    def _turned(self, factor: int, place: int) -> bool:
        """Whether the factor works against what it says alone."""
        return float(self.alone[factor]) * float(self.fitted.coefficients[place]) < 0

    def _chance(self, place: int) -> float:
        error = math.sqrt(self.fitted.covariance[place, place])
        return math.erfc(abs(float(self.fitted.coefficients[place])) / error / math.sqrt(2))

    def _name(self, column: int) -> str:
        return self.data.names[self.chosen[column]]

    # --- statistics -----------------------------------------------------------------------------

    def statistics(self, lang: str) -> pd.DataFrame:
        """How well the model fits, as rows of statistic, value and note."""
        data, fitted = self.data, self.fitted
        alone = constant_log_likelihood(data.bad, data.weights)
        reached = fitted.log_likelihood if self.estimated else math.nan
        number = len(self.columns.kept)
        ratio = 2 * (reached - alone)
        general = self._general()
        rows: list[tuple[Words, Any, Words]] = [
            (Words("rows", "样本数"), len(data.bad), _NOTHING),
            (Words("bads", "坏样本数"), int(data.bad.sum()), _NOTHING),
            (Words("rows left out: value missing", "未参与：缺少取值"), data.unusable, _NOTHING),
            (Words("rows left out: outcome missing", "未参与：缺少结果"), data.unknown, _NOTHING),
            (Words("factors", "因子数"), number, _NOTHING),
            (Words("estimates found", "是否得到估计"), self.estimated, general),
            (Words("steps", "迭代步数"), fitted.steps, _NOTHING),
            (Words("log-likelihood", "对数似然"), reached, _NOTHING),
            (Words("log-likelihood of the constant", "仅含常数项的对数似然"), alone, _NOTHING),
            (Words("likelihood ratio", "似然比统计量"), ratio, _NOTHING),
            (
                Words("p-value of the likelihood ratio", "似然比 p 值"),
                _tail(ratio, number),
                _NOTHING,
            ),
            (Words("pseudo R2 (McFadden)", "伪 R²（McFadden）"), 1 - reached / alone, _NOTHING),
            (Words("AIC", "AIC"), 2 * (number + 1) - 2 * reached, _NOTHING),
            (Words("AUC", "AUC"), self._area(), self._area_note()),
            (
                Words("largest VIF", "最大 VIF"),
                float(self.columns.vif.max()) if number else math.nan,
                _NOTHING,
            ),
            *self._signs(),
        ]
        shown = [
            [
                in_language(name, lang),
                None if isinstance(value, float) and math.isnan(value) else value,
                in_language(note, lang),
            ]
            for name, value, note in rows
        ]
        return pd.DataFrame(shown, dtype=object)

    def _area(self) -> float:
        if not self.estimated:
            return math.nan
        return area_under_curve(self.fitted.log_odds, self.data.bad, self.data.weights)

    @staticmethod
    def _area_note() -> Words:
        return Words("on the rows of the fit", "按拟合样本计算")

    def _signs(self) -> list[tuple[Words, Any, Words]]:
        """How many factors work against what they say alone."""
        if not self.estimated:
            return []
        places = {self.chosen[column]: i + 1 for i, column in enumerate(self.columns.kept)}
        turned = [self.data.names[f] for f, place in places.items() if self._turned(f, place)]
        name = Words("factors with a turned sign", "符号相反的因子数")
        return [(name, len(turned), Words(", ".join(turned), "、".join(turned)))]


def _tail(statistic: float, degrees: int) -> float:
    """The chance that a chi-squared number is larger."""
    from scipy.special import chdtrc  # noqa: PLC0415 - slow to import

    return math.nan if math.isnan(statistic) or not degrees else float(chdtrc(degrees, statistic))


def area_under_curve(log_odds: FloatArray, bad: IntArray, weights: FloatArray) -> float:
    """The share of pairs of a bad and a good row that are ranked rightly; ties count half."""
    _, places = np.unique(log_odds, return_inverse=True)
    bads = np.bincount(places, weights * bad)
    goods = np.bincount(places, weights * (1 - bad))
    below = np.cumsum(goods) - goods
    return float(bads @ (below + goods / 2) / (bads.sum() * goods.sum()))


def _forward(everything: Design, data: ModelData, limit: float) -> list[int]:
    """Choose factors one by one: the one with the least p-value of the score test comes next."""
    chosen: list[int] = []
    while True:
        inside = [0, *(place + 1 for place in chosen)]
        part = Design(
            everything.columns[:, inside],
            everything.means,
            everything.scales,
            [everything.kept[place] for place in chosen],
            [],
            {},
            everything.vif[chosen],
        )
        found = fit(part, data.bad, data.weights, 0.0)
        if not found.converged:
            break
        chance = chance_of(found.log_odds)
        statistics = score_statistics(everything.columns, inside, data.bad, chance, data.weights)
        best = int(np.argmax(statistics)) - 1
        if best < 0 or math.erfc(math.sqrt(float(statistics[best + 1]) / 2)) > limit:
            break
        chosen.append(best)
    return sorted(everything.kept[place] for place in chosen)
