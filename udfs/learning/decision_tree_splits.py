"""The Gini index: what a split gains, and the best split of each factor."""

from __future__ import annotations

import math
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column, Mixed
from udfs.errors import CallError, Words
from udfs.kinds import (
    NOT_NEGATIVE,
    Bounds,
    Choice,
    FloatArray,
    Grid,
    Language,
    Matrix,
    Number,
    TextList,
    Texts,
)
from udfs.learning.decision_tree_leaves import category_order, short_cut
from udfs.learning.decision_tree_rules import written_list
from udfs.learning.decision_tree_samples import Sample, read_sample
from udfs.learning.factor_columns import MISSING, FactorColumn
from udfs.records import record

_GAIN_OUTPUTS: Final = Choice(
    {
        "value": ("gain", "值", "增益"),
        "before": ("分裂前",),
        "after": ("分裂后",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_HEADERS: Final = {
    "en": ("factor", "cut", "left", "left_count", "left_bad_rate", "right_count", "right_bad_rate", "gain"),
    "zh": ("因子", "切点", "左侧类别", "左侧样本数", "左侧坏样本率", "右侧样本数", "右侧坏样本率", "基尼增益"),
}  # fmt: skip


@udf(
    "CR_GINIGAIN",
    family="learning",
    zh="""整个区域：一次分裂使基尼不纯度下降多少。

    参数：
        counts: 每个分支一行、每种结果一列的样本数，如坏、好两列。
        out: "value" 增益（默认）；"before" 分裂前基尼；"after" 分裂后按样本数加权的基尼；"why" 理由；"table" 各分支明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        一个小数；分支之间没有区别时为 0。
    错误：
        负数为 #NUM!；样本数合计为 0 或只有一列为 #VALUE!。
    来源：
        Breiman 等，Classification and Regression Trees，1984：基尼 = 1 - Σp²。
    """,
)
def gini_gain(
    counts: Annotated[FloatArray, Matrix(bounds=NOT_NEGATIVE)],
    out: Annotated[str, _GAIN_OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole | float | str:
    """The whole range: how much a split lowers the Gini impurity.

    Args:
        counts: Rows of each outcome (columns, such as bad and good) in each branch (rows).
        out: "value" the gain (default); "before" Gini before the split; "after" Gini of the branches
            weighted by rows; "why" the reason; "table" branch by branch.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        One decimal; 0 where the branches do not differ.

    Errors:
        #NUM! for a negative count; #VALUE! if all counts are 0 or there is one column only.

    Example:
        =CR_GINIGAIN({6,54;20,20}) -> 0.0768
        =CR_GINIGAIN({6,54;20,20},"why") -> "Gini 0.3848 before, 0.308 after the split into 60 and 40 rows: gain 0.0768."

    Source:
        Breiman and others, Classification and Regression Trees, 1984: Gini = 1 - sum of p².
    """
    if counts.shape[1] < 2 or not counts.sum() > 0:  # noqa: PLR2004 - outcomes
        rows, width = counts.shape
        raise CallError(
            "counts",
            Words(
                f"{rows}×{width} cells adding up to {counts.sum():g}",
                f"{rows}×{width} 个单元格，合计 {counts.sum():g}",
            ),
            Words("at least two columns with rows in them", "至少两列且合计大于 0 的样本数"),
        )
    before = float(_gini(counts.sum(axis=0)))
    sizes = counts.sum(axis=1)
    branches = _gini(counts)
    after = float(branches @ sizes / sizes.sum())
    if out == "table":
        return _gain_table(counts, branches, before, after, lang)
    if out == "why":
        mark = "、" if lang == "zh" else " and "
        split = mark.join(f"{size:g}" for size in sizes)
        gain = before - after
        if lang == "zh":
            return f"分裂前基尼 {before:.6g}；分为 {split} 行后为 {after:.6g}；增益 {gain:.6g}。"
        return f"Gini {before:.6g} before, {after:.6g} after the split into {split} rows: gain {gain:.6g}."
    return {"value": before - after, "before": before, "after": after}[out]


def _gini(counts: FloatArray) -> FloatArray:
    """Gini impurity of counts along the last axis; 0 of nothing."""
    totals = counts.sum(axis=-1, keepdims=True)
    shares = counts / np.where(totals > 0, totals, 1.0)
    gini: FloatArray = np.where(totals[..., 0] > 0, 1.0 - (shares**2).sum(axis=-1), 0.0)
    return gini


def _gain_table(
    counts: FloatArray, branches: FloatArray, before: float, after: float, lang: str
) -> Whole:
    zh = lang == "zh"
    first = [f"分支 {i + 1}" if zh else f"branch {i + 1}" for i in range(len(counts))]
    names = [*first, *(("分裂前", "分裂后", "增益") if zh else ("before", "after", "gain"))]
    sizes = counts.sum(axis=1).tolist()
    total = float(counts.sum())
    frame = pd.DataFrame(
        {
            "part": names,
            "count": [*sizes, total, total, total],
            "gini": [*branches.tolist(), before, after, before - after],
        }
    )
    return Whole(frame, ("项目", "样本数", "基尼") if zh else ())


@udf(
    "CR_BESTSPLIT",
    family="learning",
    zh="""全部样本：逐个因子找出基尼增益最大的一次分裂，并按增益排列。

    用于看懂哪些因子、在哪个切点上最能区分好坏客户；文本因子按坏样本率排序后分为两组。空白单元格不参与该因子的比较。

    参数：
        bad: 每行的结果：1 为违约、0 为正常（也可填“坏”“好”）；空白行不参与。
        values: 每行一个客户、每列一个因子的区域，数字或文本。
        factors: values 各列的列名；省略时为“第 1 列”等。
        minimum_rows: 分裂后每一侧至少的样本数，默认 1。
        lang: 表头的语言，"en" 或 "zh"。
    结果：
        每个因子一行：切点（左侧小于切点）或左侧类别、两侧样本数与坏样本率、增益；增益大者在前。不可分裂的因子各列为空、增益为 0。
    错误：
        可用行数不足、结果多于两种或只有一种，为 #VALUE!。
    来源：
        Breiman 等，Classification and Regression Trees，1984。
    """,
)
def best_splits(
    bad: Annotated[Column, Texts(series="rows")],
    values: Annotated[list[Mixed], Grid(series="rows")],
    factors: Annotated[list[str] | None, TextList()] = None,
    minimum_rows: Annotated[float, Number(bounds=Bounds(lower=1, whole=True))] = 1,
    lang: Language = "en",
) -> Whole:
    """All rows together: the split of each factor that lowers the Gini impurity most, by gain.

    It shows which factor tells good from bad customers best, and where. Categories are put in the
    order of their bad rate and split into two groups; blank cells do not count for their factor.

    Args:
        bad: Outcome of each row: 1 default, 0 none (or bad and good); rows with a blank are left
            out.
        values: Range with one row per customer and one column per factor, numbers or texts.
        factors: Names of the columns of values; "column 1" and so on if left out.
        minimum_rows: Least number of rows on either side, default 1.
        lang: Language of the headers, "en" or "zh".

    Returns:
        A row per factor: the cut (left is below it) or the categories on the left, count and bad
        rate of both sides, and the gain; the largest gain first. A factor without a split has
        blanks and gain 0.

    Errors:
        #VALUE! for too few usable rows, or outcomes that are not two.

    Example:
        =CR_BESTSPLIT({1;1;0;0},{0.9,"a";0.8,"b";0.3,"b";0.2,"b"},{"debt ratio","kind"}) -> {"factor","cut","left","left_count","left_bad_rate","right_count","right_bad_rate","gain";"debt ratio",0.6,"",2,0,2,1,0.5;"kind","","b",3,0.333333333333,1,1,0.1666666666667}

    Source:
        Breiman and others, Classification and Regression Trees, 1984.
    """
    sample = read_sample(bad, values, factors, int(minimum_rows), lang)
    if len(sample.outcomes.names) > 2:  # noqa: PLR2004 - good and bad
        names = sample.outcomes.names
        raise CallError(
            "bad", Words(", ".join(names), "、".join(names)), Words("two outcomes", "两种结果")
        )
    splits = [_best_split(sample, factor, int(minimum_rows), lang) for factor in sample.factors]
    splits.sort(key=lambda split: -split.gain)
    rows = [split.cells() for split in splits]
    return Whole(pd.DataFrame(rows, columns=list(_HEADERS[lang]), dtype=object))


@record
class _Split:
    """One factor cut in two: rows and bad rows below the cut, and of all known rows."""

    factor: str
    cut: float | None = None
    left: str | None = None
    below: tuple[float, float] = (0.0, 0.0)
    known: tuple[float, float] = (0.0, 0.0)
    gain: float = 0.0

    def cells(self) -> list[Any]:
        """The split as a row of the table."""
        rows, bad = self.below
        rest, rest_bad = self.known[0] - rows, self.known[1] - bad
        if not rows or not rest:
            return [self.factor, None, None, None, None, None, None, 0.0]
        return [
            self.factor,
            self.cut,
            self.left,
            rows,
            bad / rows,
            rest,
            rest_bad / rest,
            self.gain,
        ]


def _best_split(sample: Sample, factor: FactorColumn, minimum_rows: int, lang: str) -> _Split:
    known = ~factor.missing
    classes = sample.classes[known]
    if factor.labels:
        order = category_order(factor.values, sample.classes, len(factor.labels), 2)
        rank = np.empty(len(order), dtype=np.intp)
        rank[order] = np.arange(len(order))
        places = rank[factor.values[known & (factor.values != MISSING)].astype(np.intp)]
        steps = np.arange(len(order))
    else:
        steps, places = np.unique(factor.values[known], return_inverse=True)
    rows = np.bincount(places, minlength=len(steps)).cumsum().astype(np.float64)
    bad = np.bincount(places, weights=classes, minlength=len(steps)).cumsum()
    found = _best_place(rows, bad, minimum_rows)
    if found is None:
        return _Split(factor.name)
    place, gain = found
    split = _Split(
        factor.name,
        below=(float(rows[place]), float(bad[place])),
        known=(float(rows[-1]), float(bad[-1])),
        gain=gain,
    )
    if not factor.labels:
        return _with_cut(split, short_cut(float(steps[place]), float(steps[place + 1])))
    present = [factor.labels[i] for i in order[: place + 1]]
    return _with_left(split, written_list(present, missing=False, lang=lang))


def _with_cut(split: _Split, cut: float) -> _Split:
    return _Split(split.factor, cut, None, split.below, split.known, split.gain)


def _with_left(split: _Split, left: str) -> _Split:
    return _Split(split.factor, None, left, split.below, split.known, split.gain)


def _best_place(rows: FloatArray, bad: FloatArray, minimum_rows: int) -> tuple[int, float] | None:
    """The step after which to cut, and what it gains; None if there is no such step."""
    if len(rows) < 2 or not rows[-1] > 0:  # noqa: PLR2004 - two sides
        return None
    total, total_bad = rows[-1], bad[-1]
    left, left_bad = rows[:-1], bad[:-1]
    right, right_bad = total - left, total_bad - left_bad
    allowed = (left >= max(minimum_rows, 1)) & (right >= max(minimum_rows, 1))
    if not allowed.any():
        return None
    sides = np.stack(
        [np.stack([left_bad, left - left_bad], -1), np.stack([right_bad, right - right_bad], -1)]
    )
    after = (_gini(sides[0]) * left + _gini(sides[1]) * right) / total
    before = float(_gini(np.array([total_bad, total - total_bad])))
    gains = np.where(allowed, before - after, -math.inf)
    place = int(gains.argmax())
    gain = float(gains[place])
    return (place, gain) if gain > 0 else None
