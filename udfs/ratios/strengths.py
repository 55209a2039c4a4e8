"""Several ratios of all customers against their peers: strengths and weaknesses by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Column, Mixed
from udfs.errors import CallError, Words
from udfs.kinds import (
    PROBABILITY,
    Bounds,
    Choice,
    FloatArray,
    Grid,
    Language,
    Number,
    TextArray,
    Texts,
)
from udfs.labels import IndexArray, blank_nan, joined_codes
from udfs.ratios.benchmarks import LEAST
from udfs.ratios.definitions import Definitions, Ratio, known_ratio
from udfs.ratios.peer_groups import BETTER, Peers, peers_of, standing_of
from udfs.records import record

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "strengths": ("优势",),
        "weaknesses": ("劣势",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_PARTS: Final = {
    "en": ("Strengths: {}", "weaknesses: {}", "not known: {}"),
    "zh": ("优势：{}", "劣势：{}", "未知：{}"),
}
_NONE: Final = {"en": "In line with peers", "zh": "与同业相当"}
_FIGURE: Final = {
    "en": "{} {} (better than {:.0%} of {} peers, median {})",
    "zh": "{} {}（优于 {:.0%} 的同业，共 {} 户，中位数 {}）",
}
_COUNTS: Final = {"en": ("strengths", "weaknesses"), "zh": ("优势数", "劣势数")}
_NOBODY: Final = -1
Share = Annotated[float, Number(bounds=PROBABILITY)]


@record
class _Measure:
    """One ratio of all customers.

    Attributes:
        ratio: its name, unit and direction.
        values: NaN where not known.
        share: the share of peers that do worse; NaN where not known or peers are too few.
        count: the number of peers, the customer included.
        median: of the peers.
    """

    ratio: Ratio
    values: FloatArray
    share: FloatArray
    count: FloatArray
    median: FloatArray

    @property
    def label(self) -> dict[str, str]:
        """The ratio's name by language."""
        return self.ratio.labels


@udf(
    "CR_STRENGTHS",
    family="ratios",
    zh="""全体客户：多个比率与同业比较，列出每户的优势与劣势。

    同业为同行业同规模，不足 least 户时依次放宽到同行业、全部。优于 75% 的同业为优势，优于不足 25% 的为劣势；未知的比率不算优势。

    参数：
        values: 每个客户一行、每个比率一列的区域。
        ratios: 各列的比率名称；好坏方向取自定义表。空白的列忽略。
        industry: 行业，任意文本；代码过细时请先用 CR_INDUSTRY 归到门类或大类。
        size: 规模，如 CR_SIZE 的结果。
        better: 各列的方向 "higher" 或 "lower"，与 ratios 一一对应；空白取定义表。定义表没有的比率必须给出。
        number: 优势与劣势各最多列几个，默认 3。
        least: 同业至少多少户（含本户），默认 20。
        strong: 优于多少同业为优势，小数，默认 0.75。
        weak: 优于不超过多少同业为劣势，小数，默认 0.25。
        definitions: 比率定义表；默认为内置表 ratios。
        out: "value" 优势与劣势（默认）；"strengths" 或 "weaknesses" 只列其一；"why" 附数值、同业与未知项；"table" 各比率的百分位。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        每行一段文本，最突出者在前。
    错误：
        比率名称不在定义表且未给方向，或 weak 不小于 strong，整个调用为错误。
    来源：
        百分位同 CR_BENCH；优劣界限为 creditcells 默认。
    """,
)
def strengths(
    values: Annotated[list[Mixed], Grid()],
    ratios: Annotated[Column, Texts(series="ratios")],
    industry: Annotated[TextArray | None, Texts()] = None,
    size: Annotated[TextArray | None, Texts()] = None,
    better: Annotated[Column | None, Texts(options=BETTER, series="ratios")] = None,
    number: Annotated[float, Number(bounds=Bounds(lower=1, upper=100, whole=True))] = 3.0,
    least: Annotated[float, Number(bounds=Bounds(lower=2, whole=True))] = LEAST,
    strong: Share = 0.75,
    weak: Share = 0.25,
    definitions: Definitions | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """All customers together: name the strengths and weaknesses of each against its peers.

    Peers share industry and size; where they are fewer than least, the industry counts, then all.
    Better than 75 % of the peers is a strength, better than 25 % at most a weakness; a ratio that
    is not known is neither.

    Args:
        values: Range with a row per customer and a column per ratio.
        ratios: Names of the columns; the definitions say which direction is better. A column
            without a name is ignored.
        industry: Industry, any text; bring fine codes to sections or divisions by CR_INDUSTRY
            first.
        size: Size, such as that of CR_SIZE.
        better: Direction of each column, "higher" or "lower", beside ratios; blank as defined. A
            ratio that is not among the definitions needs it.
        number: How many strengths and weaknesses to name at most; default 3.
        least: How many customers a peer group needs, itself included; default 20.
        strong: Share of peers to be better than for a strength, decimal; default 0.75.
        weak: Share of peers to be better than at most for a weakness, decimal; default 0.25.
        definitions: Ratios: ratio, names, unit, better …; default the built-in ratios.
        out: "value" both (default); "strengths" or "weaknesses" alone; "why" with figures, peers
            and what is not known; "table" the percentile of each ratio.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        One text per row, the most striking first.

    Errors:
        The call fails on a ratio without a direction, or unless weak is below strong.

    Example:
        =CR_STRENGTHS({1,0.8;2,0.5;3,0.6},{"current_ratio","debt_ratio"},,,,,3) -> {"Weaknesses: Current ratio, Debt ratio";"Strengths: Debt ratio";"Strengths: Current ratio"}

    Source:
        Percentiles as CR_BENCH; limits of strength and weakness: creditcells default.
    """
    if weak >= strong:
        allowed = Words(f"below strong, which is {strong:g}", f"小于 strong（{strong:g}）")
        raise CallError("weak", f"{weak:g}", allowed, code=errors.NUM)
    chosen = _chosen(values, ratios, better, definitions)
    groups = peers_of(len(values[0]), industry, size)
    measures = [_measured(ratio, column, groups, int(least)) for ratio, column in chosen]
    shares = np.column_stack([measure.share for measure in measures])
    best = _top(np.where(shares >= strong, -shares, np.nan), int(number))
    worst = _top(np.where(shares <= weak, shares, np.nan), int(number))
    if out == "table":
        return _table(measures, shares, (strong, weak), lang)
    if out == "why":
        return _reasons(measures, best, worst, lang)
    if out == "strengths":
        return _named(measures, best, worst[:, :0], lang, bare=True)
    if out == "weaknesses":
        return _named(measures, worst, best[:, :0], lang, bare=True)
    return _named(measures, best, worst, lang)


def _chosen(
    values: list[Mixed],
    ratios: Column,
    better: Column | None,
    definitions: pd.DataFrame | None,
) -> list[tuple[Ratio, Mixed]]:
    """The columns that have a name, with what is known of their ratios.

    Raises:
        CallError: names and columns do not match, or a ratio has no direction.
    """
    if len(ratios) != len(values):
        raise CallError(
            "ratios",
            Words(f"{len(ratios)} names", f"{len(ratios)} 个名称"),
            Words(
                f"one name for each of the {len(values)} columns of values",
                f"与 values 的 {len(values)} 列一一对应的名称",
            ),
        )
    chosen = []
    directions = [""] * len(ratios) if better is None else [str(text) for text in better.values]
    for name, direction, column in zip(ratios.values, directions, values, strict=True):
        if not name:
            continue
        ratio = known_ratio(str(name), definitions)
        ratio = replace(ratio, better=direction or ratio.better)
        if not ratio.better:
            raise CallError(
                "better",
                Words(f"nothing for {name}", f"{name} 为空"),
                Words(
                    "higher or lower for every ratio of which the definitions do not say",
                    "定义表未说明优劣方向的比率须填 higher 或 lower",
                ),
            )
        chosen.append((ratio, replace(column, name=f"values, {name}")))
    labels = [ratio.labels["en"] for ratio, _ in chosen]
    for label in labels:
        if labels.count(label) > 1:
            given = Words(f"{label} twice", f"{label} 出现两次")
            raise CallError("ratios", given, Words("names that differ", "互不相同的名称"))
    if not chosen:
        raise CallError(
            "ratios", Words("nothing", "空"), Words("at least one name", "至少一个名称")
        )
    return chosen


def _measured(ratio: Ratio, column: Mixed, groups: Peers, least: int) -> _Measure:
    """Where each customer stands by one ratio; a cell that is no number is not known."""
    values = column.numbers().values
    known = np.flatnonzero(~np.isnan(values))
    standing = standing_of(values[known], groups.take(known), least)
    share, count, median = (np.full(len(values), np.nan) for _ in range(3))
    share[known] = standing.share if ratio.better == "higher" else 1 - standing.share
    count[known] = standing.count
    median[known] = standing.quartiles[:, 1]
    return _Measure(ratio, values, share, count, median)


def _top(rank: FloatArray, number: int) -> IndexArray:
    """The columns of the smallest ranks of each row, in order; ``_NOBODY`` beyond those there are.

    Equal ranks stay in the order of the columns.
    """
    wide = min(number, rank.shape[1])
    order = np.argsort(rank, axis=1, kind="stable")[:, :wide]
    there = ~np.isnan(np.take_along_axis(rank, order, axis=1))
    top: IndexArray = np.where(there, order, _NOBODY)
    return top


def _named(
    measures: list[_Measure],
    first: IndexArray,
    second: IndexArray,
    lang: str,
    *,
    bare: bool = False,
) -> TextArray:
    """The text of each row; rows that name the same ratios share one."""
    mark, gap = ("、", "；") if lang == "zh" else (", ", "; ")
    labels = [measure.label[lang] for measure in measures]
    codes = np.zeros(len(first), dtype=np.intp)
    for column in (*first.T, *second.T):
        codes = joined_codes(codes, column + 1)
    _, examples = np.unique(codes, return_index=True)
    texts = np.empty(len(examples), dtype=object)
    for place, row in enumerate(examples.tolist()):
        lists = [
            mark.join(labels[j] for j in columns[row].tolist() if j != _NOBODY)
            for columns in (first, second)
        ]
        if bare:
            texts[place] = lists[0]
            continue
        parts = [part.format(text) for part, text in zip(_PARTS[lang], lists, strict=False) if text]
        texts[place] = _sentence(parts, gap) or _NONE[lang]
    return texts[codes]


def _reasons(measures: list[_Measure], best: IndexArray, worst: IndexArray, lang: str) -> TextArray:
    gap = "；" if lang == "zh" else "; "
    mark = "、" if lang == "zh" else ", "
    labels = [measure.label[lang] for measure in measures]
    unknown = np.column_stack([np.isnan(measure.share) for measure in measures])
    figures = [_figures(measure, lang) for measure in measures]
    reasons = np.empty(len(best), dtype=object)
    for row, (strong, weak) in enumerate(zip(best.tolist(), worst.tolist(), strict=True)):
        lists = [
            mark.join(figures[j](row) for j in columns if j != _NOBODY)
            for columns in (strong, weak)
        ]
        lists.append(mark.join(labels[j] for j in np.flatnonzero(unknown[row]).tolist()))
        parts = [part.format(text) for part, text in zip(_PARTS[lang], lists, strict=True) if text]
        if not any(lists[:2]):
            parts.insert(0, _NONE[lang])
        reasons[row] = _sentence(parts, gap) + ("。" if lang == "zh" else ".")
    return reasons


def _sentence(parts: list[str], gap: str) -> str:
    text = gap.join(parts)
    return text[:1].upper() + text[1:]


def _figures(measure: _Measure, lang: str) -> Callable[[int], str]:
    """What is said of a customer's ratio, by its row."""
    columns = (measure.values, measure.share, measure.count, measure.median)
    # Plain numbers of Python are formatted several times as fast as those of numpy.
    values, shares, counts, medians = (column.tolist() for column in columns)
    show, name = measure.ratio.show, measure.label[lang]

    def figure(row: int) -> str:
        value, median = show(values[row], lang), show(medians[row], lang)
        return _FIGURE[lang].format(name, value, shares[row], int(counts[row]), median)

    return figure


def _table(
    measures: list[_Measure], shares: FloatArray, limits: tuple[float, float], lang: str
) -> pd.DataFrame:
    strong, weak = limits
    shown: dict[str, TextArray | FloatArray] = {
        measure.label[lang]: blank_nan(share)
        for measure, share in zip(measures, shares.T, strict=True)
    }
    first, second = _COUNTS[lang]
    shown[first] = (shares >= strong).sum(axis=1).astype(np.float64)
    shown[second] = (shares <= weak).sum(axis=1).astype(np.float64)
    return pd.DataFrame(shown, dtype=object)
