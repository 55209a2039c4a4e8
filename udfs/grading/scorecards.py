"""Scores by a scorecard, and the reasons behind them."""

from __future__ import annotations

from numbers import Real
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import Faults, Mixed, faulty
from udfs.chinese import joined
from udfs.grading.scorecard_bins import (
    NONE,
    SCORE_DECIMALS,
    Bin,
    Factor,
    IndexArray,
    Placed,
    Scorecard,
)
from udfs.grading.scorecard_table import ScorecardTable, read_scorecard
from udfs.kinds import (
    Bounds,
    FloatArray,
    Grid,
    Language,
    Number,
    Output,
    TextArray,
    TextList,
)
from udfs.tables import builtin
from udfs.units import brief

_REASONS: Final = 3


@udf(
    "CR_SCORE",
    family="grading",
    zh="""按评分卡给客户打分：各因子取值落入分箱，得分 = Σ 权重 × 分值。

    参数：
        values: 每个客户一行、每个因子一列的区域，数字与文本可混排。
        scorecard: 评分卡：因子、权重、分箱、上下限、类别、分值，每行一个分箱；默认为内置表 scorecard_corporate。
        factors: values 各列的列名（中文或英文）；省略时列序与评分卡因子顺序一致。多余的列不参与打分。
        out: "value" 得分；"why" 失分最多的因子及数值；"table" 各因子得分（权重 × 分值）。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        每行一个得分，越高越好；精确到小数点后 10 位。
    错误：
        取值不在任何分箱内：数字为 #NUM!，文本为 #VALUE!；缺失且无缺失分箱为 #N/A。理由中写明因子与取值。
    来源：
        0 至 100 分加权：国内银行企业客户评级的通行做法；分箱分值：Siddiqi，Credit Risk Scorecards，
        2006，第 6 章。
    """,
)
def score(
    values: Annotated[list[Mixed], Grid()],
    scorecard: ScorecardTable | None = None,
    factors: Annotated[list[str] | None, TextList()] = None,
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Score customers by a scorecard: each factor's value falls into a bin; weights times points.

    A blank cell takes the factor's missing bin, a special value its own bin, and a text not seen
    before the factor's other bin where it has one. A card whose points simply add up, such as one
    fitted by logistic regression, has blank weights.

    Args:
        values: Range with one row per customer and one column per factor, numbers and text mixed.
        scorecard: Scorecard: factor, weight, bin, lower, upper, category, points, a row per bin;
            default the built-in scorecard_corporate.
        factors: Names of the columns of values, in either language; if left out, they stand in
            the scorecard's order. Further columns are not scored.
        out: "value" the score; "why" the factors that cost most, with figures; "table" the
            points of each factor (weight times points).
        lang: Language of reasons and headers, "en" or "zh".

    Returns:
        One score per row, more is better; rounded to ten decimals.

    Errors:
        #NUM! for a number and #VALUE! for a text that fits no bin, #N/A for a missing value
        without a missing bin; the reason names factor and value.

    Example:
        =CR_SCORE({0.35,1.7,5,0.3,0.15,0.12,20,"good","strong","clean",1.5}) -> 96.8
        =CR_SCORE({2;-999},{"factor","bin","lower","category","points";"x","",0,"",7;"x","special","","-999",1}) -> {7;1}

    Source:
        Weighted points of 0 to 100: corporate rating practice of Chinese banks; binned points:
        Siddiqi, Credit Risk Scorecards, 2006, chapter 6.
    """
    card = _scorecard(scorecard)
    columns = card.columns(values, factors)
    placed = _place(card, columns)
    total = _total(card, placed)
    faults = _faults(card, columns, placed, total)
    if out == "table":
        return _points_table(card, columns, placed, total, lang)
    if out == "why":
        reasons = _Reasons(card, columns, placed, lang, with_bin=True)
        texts = [reasons.sentence(row, total[row]) for row in range(len(total))]
        return faulty(np.array(texts, dtype=object), faults.items())
    return faulty(total, faults.items()) if faults else total


@udf(
    "CR_REASONS",
    family="grading",
    zh="""列出评分卡中失分最多的因子：与最优分箱相比各失多少分。

    参数：
        values: 每个客户一行、每个因子一列的区域，数字与文本可混排。
        scorecard: 评分卡，每行一个分箱；默认为内置表 scorecard_corporate。
        factors: values 各列的列名；省略时列序与评分卡因子顺序一致。
        number: 最多列出几个因子，默认 3。
        lang: 文字的语言，"en" 或 "zh"。
    结果：
        每行一段文本，以分号分隔；各因子均为最优则为空。
    错误：
        同 CR_SCORE。
    来源：
        与最优分箱相比的失分：Siddiqi，Credit Risk Scorecards，2006，第 6 章（原因代码）。
    """,
)
def score_reasons(
    values: Annotated[list[Mixed], Grid()],
    scorecard: ScorecardTable | None = None,
    factors: Annotated[list[str] | None, TextList()] = None,
    number: Annotated[float, Number(bounds=Bounds(lower=1, upper=100, whole=True))] = _REASONS,
    lang: Language = "en",
) -> TextArray:
    """Name the factors of a scorecard that cost most points against their best bin.

    Args:
        values: Range with one row per customer and one column per factor, numbers and text mixed.
        scorecard: Scorecard with a row per bin; default the built-in scorecard_corporate.
        factors: Names of the columns of values; if left out, they stand in the card's order.
        number: How many factors to name at most, default 3.
        lang: Language of the text, "en" or "zh".

    Returns:
        One text per row, the factors joined by semicolons; blank where every factor is at best.

    Errors:
        As CR_SCORE.

    Example:
        =CR_REASONS({0.35,1.7,5,0.3,0.15,0.12,20,"good","strong","minor",1.5},,,1) -> "Credit record minor: -7 points"

    Source:
        Points below maximum: Siddiqi, Credit Risk Scorecards, 2006, chapter 6 (reason codes).
    """
    card = _scorecard(scorecard)
    columns = card.columns(values, factors)
    placed = _place(card, columns)
    faults = _faults(card, columns, placed, _total(card, placed))
    reasons = _Reasons(card, columns, placed, lang)
    texts = [reasons.costs(row, int(number)) for row in range(len(columns[0]))]
    return faulty(np.array(texts, dtype=object), faults.items())


def _scorecard(table: pd.DataFrame | None) -> Scorecard:
    return read_scorecard(builtin("scorecard_corporate").rows if table is None else table)


def _place(card: Scorecard, columns: list[Mixed]) -> list[Placed]:
    pairs = zip(card.factors, columns, strict=True)
    return [factor.place(column) for factor, column in pairs]


def _total(card: Scorecard, placed: list[Placed]) -> FloatArray:
    """The score of each row; NaN where a value has no bin.

    The factors are added in the card's order, whatever the order of the columns, so that the
    same card and the same customer give the same bits everywhere.
    """
    total = np.full(len(placed[0].slots), card.base)
    for factor, places in zip(card.factors, placed, strict=True):
        total += places.look_up(factor.points)
    return np.round(total, SCORE_DECIMALS)


def _faults(
    card: Scorecard, columns: list[Mixed], placed: list[Placed], total: FloatArray
) -> Faults:
    """The error of each row that has no score: that of its first factor without a bin."""
    rows = np.flatnonzero(np.isnan(total))
    faults: Faults = {}
    for factor, column, places in zip(card.factors, columns, placed, strict=True):
        faults = _factor_faults(factor, column, places, rows) | faults
    return faults


def _factor_faults(factor: Factor, column: Mixed, places: Placed, rows: IndexArray) -> Faults:
    """The error of each of the rows whose value has no bin of the factor."""
    without = rows[places.bin_of_slot[places.slots[rows]] == NONE]
    return {row: places.faults.get(row) or factor.fault_of(column, row) for row in without.tolist()}


def _points_table(
    card: Scorecard, columns: list[Mixed], placed: list[Placed], total: FloatArray, lang: str
) -> pd.DataFrame:
    """The points of each factor and their sum; each factor without a bin shows its own error."""
    rows = np.flatnonzero(np.isnan(total))
    shown: dict[str, npt.NDArray[np.generic]] = {}
    for factor, column, places in zip(card.factors, columns, placed, strict=True):
        points = np.round(places.look_up(factor.points), SCORE_DECIMALS)
        lacking = _factor_faults(factor, column, places, rows)
        shown[factor.labels[lang]] = faulty(points, lacking.items()) if lacking else points
    if card.base:
        shown["基础分" if lang == "zh" else "base"] = np.full(len(total), card.base)
    faults = _faults(card, columns, placed, total)
    shown["得分" if lang == "zh" else "score"] = faulty(total, faults.items()) if faults else total
    return pd.DataFrame(shown)


class _Reasons:
    """What each factor costs each customer against the factor's best bin, in words."""

    def __init__(
        self,
        card: Scorecard,
        columns: list[Mixed],
        placed: list[Placed],
        lang: str,
        *,
        with_bin: bool = False,
    ) -> None:
        self._best = card.best
        self._columns = columns
        self._lang = lang
        pairs = list(zip(card.factors, placed, strict=True))
        self._bins = np.column_stack([places.bins() for places in placed])
        self._cost = np.column_stack([f.best - places.look_up(f.points) for f, places in pairs])
        # Equal costs stay in the card's order.
        self._order = np.argsort(-self._cost, axis=1, kind="stable")
        self._units = [factor.unit for factor in card.factors]
        # What is said of a bin is the same for all customers in it but for their value.
        self._words = [
            [_bin_words(factor, each, lang, with_bin=with_bin) for each in factor.bins]
            for factor in card.factors
        ]

    def sentence(self, row: int, total: float) -> str:
        """The score and what cost most of it; nothing can be said of a row without a score."""
        costs = self.costs(row, _REASONS)
        if self._lang == "zh":
            tail = f"失分最多：{costs}。" if costs else "各因子均处于最优分箱。"
            return f"得分 {total:.6g}，满分 {self._best:.6g}；{tail}"
        tail = f"most lost on {costs}." if costs else "every factor is in its best bin."
        return f"Score {total:.6g} of at most {self._best:.6g}: {tail}"

    def costs(self, row: int, number: int) -> str:
        """The factors that cost most, the dearest first."""
        dear = [j for j in self._order[row, :number].tolist() if self._cost[row, j] > 0]
        return ("；" if self._lang == "zh" else "; ").join(self._cost_of(row, j) for j in dear)

    def _cost_of(self, row: int, place: int) -> str:
        before, after, shows_value = self._words[place][self._bins[row, place]]
        if not shows_value:
            return f"{before}{after}"
        cell = self._columns[place].block.cells[row]
        return f"{before}{_show(cell, self._units[place], self._lang)}{after}"


def _bin_words(factor: Factor, chosen: Bin, lang: str, *, with_bin: bool) -> tuple[str, str, bool]:
    """What stands before and after a customer's value, and whether the value is shown at all."""
    zh = lang == "zh"
    shows_value = chosen.kind in ("range", "other")
    name = chosen.describe(lang, factor.unit)
    if shows_value:
        in_brackets = f"（{name}）" if zh else f" ({name})"
        name = in_brackets if with_bin else ""
    lost = f"{factor.best - chosen.points:.4g}"
    cost = f"：-{lost} 分" if zh else f": -{lost} points"
    if zh and not shows_value:
        return joined(factor.labels[lang], f"{name}{cost}"), "", False
    return f"{factor.labels[lang]} ", f"{name}{cost}", shows_value


def _show(cell: object, unit: str, lang: str) -> str:
    return brief(float(cell), unit, lang) if isinstance(cell, Real) else str(cell).strip()
