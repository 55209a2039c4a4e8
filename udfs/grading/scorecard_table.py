"""The table of a scorecard, read into factors and bins.

The table has one row per bin. ``bin`` says what the row takes:

========  ==================================================================================
range     numbers with ``lower ≤ x < upper``; a blank end is open
category  the text in ``category`` or ``category_zh``; a bin of several texts has several rows
special   likewise, or a number with a meaning of its own (-999), before any range
missing   blank cells
other     what no other bin of the factor takes: a text not seen before, a number in a gap
base      no factor: its points are part of every score (the constant of a fitted card)
========  ==================================================================================

A blank ``bin`` is a category where ``category`` is filled in, otherwise a range. A blank weight
is 1. ``unit`` says how a factor's values are written in reasons. Bank cards (weight × points from 0 to 100) and fitted ones (points or WoE, which simply add
up) are the same to the reader: a bin is worth weight × points, and more is better.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Final, TypeAlias

import numpy as np
import pandas as pd

from udfs.chinese import joined
from udfs.errors import CallError, Words, column_of, one_of
from udfs.grading.scorecard_bins import LEAST, NONE, Bin, Factor, IndexArray, Scorecard
from udfs.kinds import Choice, FloatArray, Table
from udfs.parsing import parse_number
from udfs.read_once import read_once
from udfs.units import UNITS

ScorecardTable = Annotated[pd.DataFrame, Table(builtin="scorecard_corporate")]
_Row: TypeAlias = dict[Any, Any]

BIN_KINDS: Final = Choice(
    {
        "range": ("区间",),
        "category": ("类别",),
        "special": ("特殊值", "特殊"),
        "missing": ("缺失",),
        "other": ("其他",),
        "base": ("基础分",),
    }
)


@read_once
def read_scorecard(table: pd.DataFrame, argument: str = "scorecard") -> Scorecard:
    """The scorecard of a table.

    Args:
        table: one row per bin.
        argument: what messages call the table.

    Raises:
        CallError: the table contradicts itself, such as ranges that overlap.
    """
    groups: dict[str, list[_Row]] = {}
    base = 0.0
    for row in table.to_dict("records"):
        kind = kind_of(row, argument)
        if kind == "base":
            base += _weight(row) * float(row["points"])
        else:
            groups.setdefault(str(row["factor"]), []).append({**row, "bin": kind})
    if not groups:
        raise CallError(
            argument,
            Words("no factor", "没有因子"),
            Words("a table with at least one factor", "至少含一个因子的表"),
        )
    factors = tuple(_factor(name, rows, argument) for name, rows in groups.items())
    for lang in ("en", "zh"):
        labels = [factor.labels[lang] for factor in factors]
        for label in labels:
            if labels.count(label) > 1:
                given = Words(f"{label} for two factors", f"两个因子均名为 {label}")
                raise CallError(argument, given, Words("labels that differ", "互不相同的因子名称"))
    return Scorecard(factors, base, argument)


def kind_of(row: _Row, argument: str) -> str:
    """The kind of bin that a row is.

    Raises:
        CallError: there is no such kind.
    """
    text = str(row["bin"])
    if not text:
        return "category" if row["category"] else "range"
    kind = BIN_KINDS.find(text)
    if kind is None:
        raise CallError(
            column_of(argument, "bin", "分箱", str(row["factor"])),
            text,
            one_of(BIN_KINDS.options),
        )
    return kind


def _weight(row: _Row) -> float:
    weight = float(row["weight"])
    return 1.0 if math.isnan(weight) else weight


def _factor(name: str, rows: list[_Row], argument: str) -> Factor:
    place = Words(f"{argument}, factor {name}", joined(f"{argument} 的因子", name))
    weights = {_weight(row) for row in rows}
    if len(weights) > 1:
        _refuse(
            place,
            "weights " + ", ".join(f"{weight:g}" for weight in sorted(weights)),
            "权重 " + "、".join(f"{weight:g}" for weight in sorted(weights)),
            "the same weight in all of its rows",
            "各行权重一致",
        )
    bins = tuple(_bin(place, row) for row in rows)
    cuts, bin_of_cut = _number_line(place, bins)
    return Factor(
        name=name,
        labels={lang: str(rows[0][f"label_{lang}"]) or name for lang in ("en", "zh")},
        unit=_unit(str(rows[0]["unit"]), name, argument),
        bins=bins,
        cuts=cuts,
        bin_of_cut=bin_of_cut,
        names=_text_places(place, bins),
        missing=_only(place, bins, "missing"),
        other=_only(place, bins, "other"),
    )


def _unit(text: str, factor: str, argument: str) -> str:
    """The unit of a factor's values; "" for plain numbers."""
    unit = UNITS.find(text) if text else ""
    if unit is None:
        raise CallError(column_of(argument, "unit", "单位", factor), text, one_of(UNITS.options))
    return unit


def _bin(place: Words, row: _Row) -> Bin:
    kind = str(row["bin"])
    lower, upper = float(row["lower"]), float(row["upper"])
    names = tuple(str(row[name]) for name in ("category", "category_zh") if row[name])
    named = kind in ("category", "special")
    if named and not row["category"]:
        _refuse(
            place,
            "a blank category",
            "空的“类别取值”",
            "its text in column category",
            "填写“类别取值”",
        )
    if not named and names:
        _refuse(
            place,
            f"category {names[0]!r} in a {kind} bin",
            f"{kind} 分箱中的类别取值 {names[0]!r}",
            "a blank category in such a row",
            "该行类别取值留空",
        )
    if kind != "range" and not (math.isnan(lower) and math.isnan(upper)):
        _refuse(
            place,
            f"lower or upper in a {kind} bin",
            f"{kind} 分箱中的上下限",
            "blank limits in such a row",
            "该行上下限留空",
        )
    lower = -math.inf if math.isnan(lower) else lower
    upper = math.inf if math.isnan(upper) else upper
    if lower >= upper:
        _refuse(
            place,
            f"lower {lower:g} and upper {upper:g}",
            f"下限 {lower:g}、上限 {upper:g}",
            "a lower limit below the upper one",
            "下限小于上限",
        )
    points = _weight(row) * float(row["points"])
    return Bin(kind, lower, upper, names, points)


def _number_line(place: Words, bins: tuple[Bin, ...]) -> tuple[FloatArray, IndexArray]:
    """The cuts of the number line and the bin from each cut (but infinity) to the next."""
    specials = {
        number: i
        for i, each in enumerate(bins)
        if each.kind == "special" and (number := parse_number(each.names[0])) is not None
    }
    limits = {x for each in bins if each.kind == "range" for x in (each.lower, each.upper)}
    ends = {float(np.nextafter(number, math.inf)) for number in specials}
    cuts = sorted(x for x in {LEAST, *limits, *specials, *ends} if math.isfinite(x))
    bin_of_cut = [_bin_at(place, cut, bins, specials) for cut in cuts]
    return np.array([*cuts, math.inf]), np.array(bin_of_cut, dtype=np.intp)


def _bin_at(place: Words, x: float, bins: tuple[Bin, ...], specials: dict[float, int]) -> int:
    if x in specials:
        return specials[x]
    found = [i for i, b in enumerate(bins) if b.kind == "range" and b.lower <= x < b.upper]
    if len(found) > 1:
        first, second = (bins[i] for i in found[:2])
        _refuse(
            place,
            f"ranges {first.describe('en')} and {second.describe('en')}",
            f"区间 {first.describe('zh')} 与 {second.describe('zh')}",
            "ranges that do not overlap",
            "区间互不重叠",
        )
    return found[0] if found else _only(place, bins, "other")


def _text_places(place: Words, bins: tuple[Bin, ...]) -> dict[str, int]:
    """The bin of each name; names also without regard to case where that is unambiguous."""
    exact: dict[str, int] = {}
    folded: dict[str, set[int]] = {}
    for i, each in enumerate(bins):
        for name in dict.fromkeys(each.names):
            if name in exact:
                _refuse(
                    place,
                    f"category {name!r} twice",
                    f"类别取值 {name!r} 出现两次",
                    "each category once",
                    "每个类别取值只出现一次",
                )
            exact[name] = i
            folded.setdefault(name.casefold(), set()).add(i)
    return {name: min(places) for name, places in folded.items() if len(places) == 1} | exact


def _only(place: Words, bins: tuple[Bin, ...], kind: str) -> int:
    places = [i for i, each in enumerate(bins) if each.kind == kind]
    if len(places) > 1:
        _refuse(
            place,
            f"{len(places)} {kind} bins",
            f"{len(places)} 个 {kind} 分箱",
            f"at most one {kind} bin",
            f"至多一个 {kind} 分箱",
        )
    return places[0] if places else NONE


def _refuse(place: Words, given: str, given_zh: str, allowed: str, allowed_zh: str) -> None:
    raise CallError(place, Words(given, given_zh), Words(allowed, allowed_zh))
