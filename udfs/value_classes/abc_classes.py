"""ABC classes by cumulative share (Pareto)."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.errors import CallError, Words
from udfs.kinds import Bounds, Choice, FloatArray, Language, Number, Numbers, TextArray
from udfs.records import record

_CUT: Final = Bounds(lower=0, upper=1, lower_open=True)
_CROSSINGS: Final = Choice({"down": ("下",), "up": ("上",)})
_TIES: Final = Choice({"together": ("同级",), "order": ("行序",)})
_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "cuts": ("summary", "分界", "汇总"),
    }
)
_CLASSES: Final = np.array(["A", "B", "C"], dtype=object)
_SUM_SLACK: Final = 1e-12
"""Sums of decimals miss the exact share by less than this part of the total."""

_TABLE_HEADERS: Final = {
    "en": ("rank", "value", "share", "cumulative", "class"),
    "zh": ("名次", "数值", "占比", "累计占比", "类别"),
}
_CUT_HEADERS: Final = {
    "en": ("class", "lowest", "highest", "customers", "customer_share", "value", "value_share"),
    "zh": ("类别", "最低值", "最高值", "客户数", "客户占比", "数值", "数值占比"),
}


@record
class Limits:
    """How the classes are cut.

    Attributes:
        cut_a: cumulative share up to which class A reaches.
        cut_b: likewise for class B.
        upwards: whether the customer that crosses a cut belongs to the better class.
        together: whether customers with equal values stay in one class.
    """

    cut_a: float = 0.8
    cut_b: float = 0.95
    upwards: bool = False
    together: bool = True


@udf(
    "CR_ABC",
    family="value_classes",
    zh="""全体客户：按数值的累计占比分为 A、B、C 三类（帕累托法）。

    由大到小累计：累计占比不超过 cut_a 为 A，不超过 cut_b 为 B，其余为 C。零与负值为 C，且不计入合计。
    只要有正值，A 类就不为空：第一名单独超过 cut_a 时仍为 A。默认相同的值同类，与行序无关。

    参数：
        values: 每个客户的数值，如贡献度，单位自定；须传入整个区域。
        cut_a: A 类的累计占比上限，小数，默认 0.8。
        cut_b: B 类的累计占比上限，小数，默认 0.95。
        cross: 跨越上限的客户归哪类："down" 下一类（默认，公开的规则）；"up" 上一类。
        ties: "together" 相同的值同类（默认）；"order" 相同的值按行序逐个累计。
        out: "value" 类别；"why" 理由；"table" 名次、数值、占比、累计占比、类别；"cuts" 各类的分界与合计。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        每行一个类别：A、B 或 C。
    错误：
        cut_a 须小于 cut_b，否则整个调用为 #NUM!。
    来源：
        帕累托二八法则的 ABC 分析；A 类不为空与同值同类为 creditcells 约定。
    """,
)
def abc_class(
    values: Annotated[FloatArray, Numbers()],
    cut_a: Annotated[float, Number(bounds=_CUT)] = 0.8,
    cut_b: Annotated[float, Number(bounds=_CUT)] = 0.95,
    cross: Annotated[str, _CROSSINGS] = "down",
    ties: Annotated[str, _TIES] = "together",
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame | Whole:
    """All customers together: classes A, B and C by cumulative share (Pareto).

    From the largest down: A while the cumulative share is at most cut_a, B while at most cut_b,
    then C. Zero and negative values are C and not part of the total. Class A is never empty while
    any value is positive: a first customer above cut_a alone is A. Equal values are in one class
    by default, so that the order of the rows does not matter.

    Args:
        values: One number per customer, such as the contribution, in any unit; the whole range.
        cut_a: Cumulative share up to which A reaches, decimal; default 0.8.
        cut_b: Cumulative share up to which B reaches, decimal; default 0.95.
        cross: Class of the customer that crosses a cut: "down" the lower one (default, as
            published); "up" the better one.
        ties: "together" equal values in one class (default); "order" one after the other in row
            order.
        out: "value" the class; "why" the reason; "table" rank, value, share, cumulative share and
            class; "cuts" limits and totals of each class.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        A, B or C per row.

    Errors:
        #NUM! for the whole call unless cut_a is below cut_b.

    Example:
        =CR_ABC({50;30;15;5}) -> {"A";"A";"B";"C"}
        =CR_ABC(100) -> "A"

    Source:
        ABC analysis by Pareto's 80/20 rule; forced A and one class for equal values: creditcells.
    """
    limits = checked_limits(cut_a, cut_b, upwards=cross == "up", together=ties == "together")
    places = abc_places(values, limits)
    classes: TextArray = _CLASSES[places]
    if out == "value":
        return classes
    if out == "cuts":
        return Whole(_cut_table(values, places, lang))
    rank, share, cumulative = _standing(values, together=limits.together)
    if out == "table":
        columns = (rank, values, share, cumulative, classes)
        return pd.DataFrame(dict(zip(_TABLE_HEADERS[lang], columns, strict=True)))
    return _reasons((rank, share, cumulative), values, classes, limits, lang)


def checked_limits(cut_a: float, cut_b: float, *, upwards: bool, together: bool) -> Limits:
    """The limits, provided they are in order.

    Raises:
        CallError: ``cut_a`` is not below ``cut_b``.
    """
    if cut_a >= cut_b:
        allowed = Words(f"below cut_b, which is {cut_b:g}", f"小于 cut_b（{cut_b:g}）")
        raise CallError("cut_a", f"{cut_a:g}", allowed, code="#NUM!")
    return Limits(cut_a, cut_b, upwards, together)


def abc_places(values: FloatArray, limits: Limits | None = None) -> npt.NDArray[np.int8]:
    """The class of each value: 0 for A, 1 for B, 2 for C.

    Only the smallest value of each class is looked for, in one sort without an order of the rows.
    """
    limits = limits or Limits()
    ordered = np.sort(values[values > 0])[::-1]
    places = np.full(len(values), 2, dtype=np.int8)
    if not len(ordered):
        return places
    size_a, size_b = class_sizes(ordered, np.cumsum(ordered), limits)
    for place, size in ((1, size_b), (0, size_a)):
        _mark(places, values, ordered, size, place)
    return places


def class_sizes(ordered: FloatArray, cumulative: FloatArray, limits: Limits) -> tuple[int, int]:
    """How many of the positive values, the largest first, are in A, and how many in A or B."""
    size_a = max(_reach(ordered, cumulative, limits.cut_a, limits), _first(ordered, limits))
    return size_a, max(_reach(ordered, cumulative, limits.cut_b, limits), size_a)


def _reach(ordered: FloatArray, cumulative: FloatArray, cut: float, limits: Limits) -> int:
    """How many of the largest values lie within a cumulative share."""
    limit = (cut + _SUM_SLACK) * cumulative[-1]
    within = int(np.searchsorted(cumulative, limit, side="right"))
    if limits.upwards and within < len(ordered):
        short = within == 0 or cumulative[within - 1] < (cut - _SUM_SLACK) * cumulative[-1]
        within += short
    if not limits.together or within in (0, len(ordered)) or ordered[within] != ordered[within - 1]:
        return within
    return _not_below(ordered, ordered[within], equal_too=limits.upwards)


def _first(ordered: FloatArray, limits: Limits) -> int:
    return _not_below(ordered, ordered[0], equal_too=True) if limits.together else 1


def _not_below(ordered: FloatArray, edge: float, *, equal_too: bool) -> int:
    """How many of descending values are above an edge, or on it too; nothing is copied."""
    below = np.searchsorted(ordered[::-1], edge, side="left" if equal_too else "right")
    return len(ordered) - int(below)


def _mark(
    places: npt.NDArray[np.int8], values: FloatArray, ordered: FloatArray, size: int, place: int
) -> None:
    """Give the ``size`` largest values a class; of equal ones on the edge, the first rows."""
    if not size:
        return
    edge = ordered[size - 1]
    places[values > edge] = place
    spare = size - int(np.count_nonzero(ordered > edge))
    places[np.flatnonzero(values == edge)[:spare]] = place


def _standing(
    values: FloatArray, *, together: bool
) -> tuple[npt.NDArray[np.int64], FloatArray, FloatArray]:
    """Rank, share of the total and cumulative share of each value, the largest first."""
    order = np.argsort(-values, kind="stable")
    ordered = values[order]
    total = ordered[ordered > 0].sum() or 1.0
    share = np.maximum(ordered, 0) / total
    cumulative = np.cumsum(share)
    rank = np.arange(1, len(values) + 1)
    if together:
        first = np.flatnonzero(np.diff(ordered, prepend=np.inf))
        sizes = np.diff(np.append(first, len(values)))
        rank = np.repeat(first + 1, sizes)
        cumulative = np.repeat(cumulative[first + sizes - 1], sizes)
    back = np.empty(len(values), dtype=np.intp)
    back[order] = np.arange(len(values))
    return rank[back], share[back], np.minimum(cumulative, 1.0)[back]


def _cut_table(values: FloatArray, places: npt.NDArray[np.int8], lang: str) -> pd.DataFrame:
    total = values[values > 0].sum()
    rows: list[tuple[Any, ...]] = []
    for place, name in enumerate(_CLASSES):
        members = values[places == place]
        worth = float(members.sum())
        rows.append(
            (
                name,
                float(members.min()) if len(members) else None,
                float(members.max()) if len(members) else None,
                len(members),
                len(members) / len(values),
                worth,
                worth / total if total else None,
            )
        )
    return pd.DataFrame(rows, columns=list(_CUT_HEADERS[lang]), dtype=object)


def _reasons(
    standing: tuple[npt.NDArray[np.int64], FloatArray, FloatArray],
    values: FloatArray,
    classes: TextArray,
    limits: Limits,
    lang: str,
) -> TextArray:
    rule = {
        "en": f"A up to {limits.cut_a:.4g}, B up to {limits.cut_b:.4g}",
        "zh": f"A 至 {limits.cut_a:.4g}，B 至 {limits.cut_b:.4g}",
    }[lang]
    ranked = {
        "en": "Rank {} of {}: {:.2%} of the total, {:.2%} cumulative ({rule}): class {}{}.",
        "zh": "第 {} 名，共 {} 名：占 {:.2%}，累计 {:.2%}（{rule}），{} 类{}。",
    }[lang]
    nothing = {
        "en": "{:.10g} adds nothing to the total: class C.",
        "zh": "{:.10g} 对合计没有贡献，C 类。",
    }[lang]
    crossing = {"en": ", which holds the one that crosses", "zh": "（跨越上限者归此类）"}[lang]
    alone = {"en": ", as class A is never empty", "zh": "（A 类不为空）"}[lang]
    reasons = np.empty(len(values), dtype=object)
    rows = zip(values, *standing, classes, strict=True)
    for i, (value, rank, share, cumulative, name) in enumerate(rows):
        if value <= 0:
            reasons[i] = nothing.format(value)
            continue
        reach = {"A": limits.cut_a, "B": limits.cut_b, "C": 1.0}[name]
        beyond = cumulative > reach + _SUM_SLACK
        remark = "" if not beyond else crossing if limits.upwards else alone
        reasons[i] = ranked.format(rank, len(values), share, cumulative, name, remark, rule=rule)
    return reasons
