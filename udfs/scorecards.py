"""Scores: binned scorecards, the reasons behind a score, and weighted scores."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Column, Faults, Mixed, faulty
from udfs.errors import CallError, CellError, Words
from udfs.kinds import (
    NOT_NEGATIVE,
    Bounds,
    Choice,
    FloatArray,
    Grid,
    Language,
    Number,
    NumberList,
    Output,
    TextArray,
    TextList,
)
from udfs.scorecard_bins import (
    NONE,
    Factor,
    IndexArray,
    Placed,
    Scorecard,
    ScorecardTable,
    read_scorecard,
)
from udfs.tables import builtin

SCORE_DECIMALS: Final = 10
"""Scores are rounded here, so that 0.1 + 0.2 in binary never moves a customer over a cut-off."""

_REASONS: Final = 3
_MISSING: Final = Choice({"error": ("错误",), "zero": ("零分",), "reweight": ("重新加权",)})


@udf(
    "CR_SCORE",
    family="grading",
    zh="""按评分卡给客户打分：各因子取值落入分箱，得分 = Σ 权重 × 分值。

    参数:
        values: 每个客户一行、每个因子一列的区域，数字与文本可混排。
        scorecard: 评分卡：因子、权重、分箱、上下限、类别、分值，每行一个分箱；默认为内置表 scorecard_corporate。
        factors: values 各列的列名（中文或英文）；省略时列序与评分卡因子顺序一致。多余的列不参与打分。
        out: "value" 得分；"why" 失分最多的因子及数值；"table" 各因子得分（权重 × 分值）。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果:
        每行一个得分，越高越好；精确到小数点后 10 位。
    错误:
        取值不在任何分箱内：数字为 #NUM!，文本为 #VALUE!；缺失且无缺失分箱为 #N/A。理由中写明因子与取值。
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
        reasons = _Reasons(card, columns, placed, lang)
        texts = [reasons.sentence(row, total[row]) for row in range(len(total))]
        return faulty(np.array(texts, dtype=object), faults.items())
    return faulty(total, faults.items()) if faults else total


@udf(
    "CR_REASONS",
    family="grading",
    zh="""列出评分卡中失分最多的因子：与最优分箱相比各失多少分。

    参数:
        values: 每个客户一行、每个因子一列的区域，数字与文本可混排。
        scorecard: 评分卡，每行一个分箱；默认为内置表 scorecard_corporate。
        factors: values 各列的列名；省略时列序与评分卡因子顺序一致。
        number: 最多列出几个因子，默认 3。
        lang: 文字的语言，"en" 或 "zh"。
    结果:
        每行一段文本，以分号分隔；各因子均为最优则为空。
    错误:
        同 CR_SCORE。
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
    texts = [_joined(reasons.costs(row, int(number)), lang) for row in range(len(columns[0]))]
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
        self, card: Scorecard, columns: list[Mixed], placed: list[Placed], lang: str
    ) -> None:
        self._card = card
        self._columns = columns
        self._lang = lang
        pairs = list(zip(card.factors, placed, strict=True))
        self._bins = np.column_stack([places.bins() for places in placed])
        self._cost = np.column_stack([f.best - places.look_up(f.points) for f, places in pairs])
        # Equal costs stay in the card's order.
        self._order = np.argsort(-self._cost, axis=1, kind="stable")

    def sentence(self, row: int, total: float) -> str:
        """The score and what cost most of it; nothing can be said of a row without a score."""
        best = self._card.best
        costs = _joined(self.costs(row, _REASONS, with_bin=True), self._lang)
        if self._lang == "zh":
            tail = f"失分最多：{costs}。" if costs else "各因子均处于最优分箱。"
            return f"得分 {total:.6g}，满分 {best:.6g}；{tail}"
        tail = f"most lost on {costs}." if costs else "every factor is in its best bin."
        return f"Score {total:.6g} of at most {best:.6g}: {tail}"

    def costs(self, row: int, number: int, *, with_bin: bool = False) -> list[str]:
        """The factors that cost most, the dearest first."""
        dear = [j for j in self._order[row, :number].tolist() if self._cost[row, j] > 0]
        return [self._cost_of(row, j, with_bin=with_bin) for j in dear]

    def _cost_of(self, row: int, place: int, *, with_bin: bool) -> str:
        factor = self._card.factors[place]
        chosen = factor.bins[self._bins[row, place]]
        zh = self._lang == "zh"
        value = chosen.describe(self._lang)
        if chosen.kind in ("range", "other"):
            value = _show(self._columns[place].block.cells[row])
            value += _in_brackets(chosen.describe(self._lang), self._lang) if with_bin else ""
        label, cost = factor.labels[self._lang], self._cost[row, place]
        return f"{label} {value}：-{cost:.4g} 分" if zh else f"{label} {value}: -{cost:.4g} points"


def _in_brackets(text: str, lang: str) -> str:
    return f"（{text}）" if lang == "zh" else f" ({text})"


def _joined(parts: list[str], lang: str) -> str:
    return ("；" if lang == "zh" else "; ").join(parts)


def _show(cell: object) -> str:
    return str(cell).strip() if isinstance(cell, str) else f"{cell:.6g}"


@udf(
    "CR_WSCORE",
    family="grading",
    zh="""对已打好的各因子分数求加权平均分。

    参数:
        values: 每个客户一行、每个因子一列的分数区域。
        weights: 各列的权重，不小于 0；按合计折算，故 0.3 与 30 均可。
        missing: 缺失分数："error" 该行报错；"zero" 计 0 分；"reweight" 按其余因子重新加权。
        out: "value" 加权分；"why" 理由；"table" 各因子的加权分及合计。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果:
        每行一个加权分，与因子分数同一尺度。
    错误:
        权重个数与列数不符，或权重全为 0，为 #VALUE!；分数缺失且 missing 为 "error" 时为 #N/A。
    """,
)
def weighted_score(
    values: Annotated[list[Mixed], Grid()],
    weights: Annotated[FloatArray, NumberList(bounds=NOT_NEGATIVE)],
    missing: Annotated[str, _MISSING] = "error",
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Weighted mean of factor scores that are already on one scale.

    Args:
        values: Range of scores with one row per customer and one column per factor.
        weights: Weight of each column, not negative; taken in proportion, so 0.3 and 30 will do.
        missing: A missing score: "error" is the row's error; "zero" counts as 0; "reweight"
            spreads its weight over the row's other factors.
        out: "value" the weighted score; "why" the reason; "table" each factor's share and the sum.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        One score per row, on the scale of the factor scores.

    Errors:
        #VALUE! if there are not as many weights as columns or all are 0; #N/A where a score is
        missing and missing is "error".

    Example:
        =CR_WSCORE({80,60,90},{50,30,20}) -> 76
        =CR_WSCORE({80,"",90;80,"",90},{50,30,20},"reweight") -> {82.857142857;82.857142857}

    Source:
        Weighted sum of quantitative and qualitative scores: corporate rating practice of Chinese
        banks.
    """
    if len(weights) != len(values) or not weights.sum() > 0:
        allowed = Words(
            f"{len(values)} weights, one for each column of values, not all 0",
            f"与 values 各列对应的 {len(values)} 个权重，且不全为 0",
        )
        given = Words(f"{weights.tolist()}", f"{weights.tolist()}")
        raise CallError("weights", given, allowed)
    columns = [column.numbers() for column in values]
    faults = _score_faults(columns, missing)
    parts = [_part(weight, column) for weight, column in zip(weights, columns, strict=True)]
    whole: FloatArray | float = weights.sum()
    if missing == "reweight":
        whole, faults = _weight_left(weights, columns, faults)
    total = np.round(sum(parts[1:], start=parts[0]) / whole, SCORE_DECIMALS)
    if out == "value":
        return faulty(total, faults.items()) if faults else total
    shares = np.column_stack([part / whole for part in parts])
    if out == "table":
        return _weighted_table(shares, total, faults, lang)
    blank = np.column_stack([column.blank for column in columns])
    texts = [
        _weighted_reason(*row, missing, lang) for row in zip(shares, blank, total, strict=True)
    ]
    return faulty(np.array(texts, dtype=object), faults.items())


def _score_faults(columns: list[Column], missing: str) -> Faults:
    """Cells that are no scores, and missing ones where they may not be missing."""
    faults: Faults = {}
    for place, column in enumerate(columns, start=1):
        for row, error in column.faults.items():
            faults.setdefault(row, error)
        if missing == "error":
            lacking = CellError(
                errors.NA,
                f"values, column {place}: the score is missing; give it, or say with the argument "
                "missing how it counts.",
                f"values 第 {place} 列：缺少分数；请补充，或用参数 missing 指定处理方式。",
            )
            for row in np.flatnonzero(column.blank).tolist():
                faults.setdefault(row, lacking)
    return faults


def _part(weight: float, column: Column) -> FloatArray:
    """What a column adds to the sum: nothing where it has no score."""
    part: FloatArray = weight * column.values
    lacking = np.isnan(part)
    if lacking.any():
        part[lacking] = 0.0
    return part


def _weight_left(
    weights: FloatArray, columns: list[Column], faults: Faults
) -> tuple[FloatArray, Faults]:
    """The weight of the scores that each row has; a row of which none is left is an error."""
    whole = np.zeros(len(columns[0]))
    for weight, column in zip(weights, columns, strict=True):
        whole += weight * ~column.blank
    nothing = CellError(
        errors.NA,
        "values: every score with a weight is missing.",
        "values：有权重的分数全部缺失。",
    )
    empty = whole == 0
    whole[empty] = 1.0
    return whole, dict.fromkeys(np.flatnonzero(empty).tolist(), nothing) | faults


def _weighted_table(
    parts: FloatArray, total: FloatArray, faults: Faults, lang: str
) -> pd.DataFrame:
    zh = lang == "zh"
    names = [f"因子 {j}" if zh else f"factor {j}" for j in range(1, parts.shape[1] + 1)]
    frame = pd.DataFrame(parts, columns=names)
    frame["得分" if zh else "score"] = total
    return frame.apply(lambda column: faulty(column.to_numpy(), faults.items()))


def _weighted_reason(
    parts: FloatArray, blank: npt.NDArray[np.bool_], total: float, missing: str, lang: str
) -> str:
    zh = lang == "zh"
    gone = [str(j) for j in np.flatnonzero(blank) + 1]
    sum_of_parts = " + ".join(f"{part:.4g}" for part in parts)
    text = f"加权分 {total:.6g} = {sum_of_parts}" if zh else f"Score {total:.6g} = {sum_of_parts}"
    if not gone:
        return f"{text}。" if zh else f"{text}."
    if zh:
        how = "按 0 分计" if missing == "zero" else "其权重分摊至其余因子"
        return f"{text}；缺少第 {'、'.join(gone)} 列分数，{how}。"
    how = "counted as 0" if missing == "zero" else "its weight spread over the others"
    return f"{text}; the score in column {', '.join(gone)} is missing, {how}."
