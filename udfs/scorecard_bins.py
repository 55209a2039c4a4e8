"""A scorecard: its table read into factors and bins, and values put into the bins.

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
is 1. Bank cards (weight × points from 0 to 100) and fitted ones (points or WoE, which simply add
up) are the same to the reader: a bin is worth weight × points, and more is better.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.cells import Faults, Mixed
from udfs.errors import CallError, CellError, Words, shorten
from udfs.kinds import Choice, FloatArray, Table
from udfs.parsing import parse_number

ScorecardTable = Annotated[pd.DataFrame, Table(builtin="scorecard_corporate")]
IndexArray: TypeAlias = npt.NDArray[np.integer]

NONE: Final = -1
"""The bin of a value that fits none."""

_Row: TypeAlias = dict[Any, Any]

_LEAST: Final = float(np.finfo(np.float64).min)
_INT8_SLOTS: Final = 127
_CHUNK: Final = 16384
_BIN_KINDS: Final = Choice(
    {
        "range": ("区间",),
        "category": ("类别",),
        "special": ("特殊值", "特殊"),
        "missing": ("缺失",),
        "other": ("其他",),
        "base": ("基础分",),
    }
)


@dataclass(frozen=True, slots=True)
class Bin:
    """One row of the scorecard.

    Attributes:
        kind: range, category, special, missing, other or base.
        lower: first value of a range; minus infinity if open.
        upper: end of a range, itself outside; infinity if open.
        names: the texts that stand for a category or special value.
        points: what the bin adds to the score: weight times points.
    """

    kind: str
    lower: float
    upper: float
    names: tuple[str, ...]
    points: float

    def describe(self, lang: str) -> str:
        """The bin in words."""
        zh = lang == "zh"
        if self.kind in ("category", "special"):
            return self.names[-1] if zh else self.names[0]
        if self.kind != "range":
            words = {"missing": ("missing", "缺失"), "other": ("other", "其他")}
            return words[self.kind][zh]
        low, high = f"{self.lower:.6g}", f"{self.upper:.6g}"
        if math.isinf(self.lower) and math.isinf(self.upper):
            return "任意值" if zh else "any number"
        if math.isinf(self.lower):
            return f"低于 {high}" if zh else f"below {high}"
        if math.isinf(self.upper):
            return f"不低于 {low}" if zh else f"at least {low}"
        return f"{low} 至低于 {high}" if zh else f"{low} to below {high}"


@dataclass(frozen=True, slots=True)
class Placed:
    """Which bin each value of a column is in.

    Attributes:
        slots: a small number per value.
        bin_of_slot: the bin of each slot, ``NONE`` where there is none.
        faults: the values that are no values, such as error cells.
    """

    slots: IndexArray
    bin_of_slot: IndexArray
    faults: Faults

    def bins(self) -> IndexArray:
        """The bin of each value."""
        return self.bin_of_slot[self.slots]

    def look_up(self, per_bin: FloatArray) -> FloatArray:
        """A number per bin, brought to the values; NaN where there is no bin."""
        found: FloatArray = np.append(per_bin, np.nan)[self.bin_of_slot].take(self.slots)
        return found


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a scorecard with its bins.

    Attributes:
        name: as in the table.
        labels: English and Chinese name for readers.
        bins: in the order of the table.
    """

    name: str
    labels: dict[str, str]
    bins: tuple[Bin, ...]
    _cuts: FloatArray = field(repr=False)
    _bin_of_cut: IndexArray = field(repr=False)
    _names: dict[str, int] = field(repr=False)
    _missing: int = field(repr=False)
    _other: int = field(repr=False)

    @property
    def points(self) -> FloatArray:
        """What each bin adds to the score."""
        return np.array([each.points for each in self.bins])

    @property
    def best(self) -> float:
        """The most the factor can add."""
        return max(each.points for each in self.bins)

    def place(self, column: Mixed) -> Placed:
        """Put every value into its bin."""
        named = replace(column, name=self.name)
        if any(each.kind == "range" for each in self.bins):
            return self._place_numbers(named)
        return self._place_texts(named)

    def _place_numbers(self, column: Mixed) -> Placed:
        numbers = column.numbers()
        last = len(self._cuts)
        slots = slots_of(numbers.values, self._cuts, last + 1 + len(self.bins))
        # Slots: 0 below all numbers, 1… between the cuts, ``last`` infinite, then blank, then
        # one per bin for cells that hold a text.
        bin_of_slot = np.concatenate(
            ([NONE], self._bin_of_cut, [NONE, self._missing], np.arange(len(self.bins)))
        )
        faults: Faults = {}
        for row, fault in numbers.faults.items():
            place = self._named(column.block.cells[row])
            slots[row] = 0 if place == NONE else last + 2 + place
            if place == NONE:
                faults[row] = fault
        return Placed(slots, bin_of_slot, faults)

    def _place_texts(self, column: Mixed) -> Placed:
        if column.block.cells.dtype.kind in "fiu":
            slots, distinct = pd.factorize(column.block.cells, use_na_sentinel=True)
            texts, faults = [f"{number:.15g}" for number in distinct], {}
        else:
            cells = column.texts()
            slots, distinct = pd.factorize(cells.values)
            texts, faults = [str(text) for text in distinct], cells.faults
        places = [self._place_text(text) for text in texts]
        # A blank number has slot -1: the end of the list.
        return Placed(slots, np.array([*places, self._missing], dtype=np.intp), faults)

    def _place_text(self, text: str) -> int:
        if not text:
            return self._missing
        place = self._named(text)
        return self._other if place == NONE else place

    def _named(self, cell: object) -> int:
        if not isinstance(cell, str):
            return NONE
        text = cell.strip()
        return self._names.get(text, self._names.get(text.casefold(), NONE))

    def fault_of(self, column: Mixed, row: int) -> CellError:
        """Why the value of a row has no bin."""
        cell = column.block.cells[row]
        zh = self.labels["zh"]
        blank = cell is None or (isinstance(cell, str) and not cell.strip()) or cell != cell  # noqa: PLR0124 - NaN
        if blank:
            return CellError(
                errors.NA,
                f"{self.name} is missing, and the scorecard has no bin for a missing value.",
                f"缺少{zh}，且评分卡没有缺失值分箱。",
            )
        text = isinstance(cell, str) and parse_number(cell) is None
        shown = shorten(cell)
        return CellError(
            errors.VALUE if text else errors.NUM,
            f"{self.name}: {shown} fits no bin of the scorecard.",
            f"{zh}：{shown} 不在评分卡的任何分箱内。",
        )


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A scorecard ready to score with.

    Attributes:
        factors: in the order of the table.
        base: points that are part of every score.
    """

    factors: tuple[Factor, ...]
    base: float

    @property
    def best(self) -> float:
        """The best score there can be."""
        return self.base + sum(factor.best for factor in self.factors)

    def columns(self, values: list[Mixed], headers: list[str] | None) -> list[Mixed]:
        """The column of each factor, found by the headers or, without any, by their order.

        Raises:
            CallError: a factor has no column, or headers and columns do not match.
        """
        if headers is None:
            if len(values) == len(self.factors):
                return values
            names = ", ".join(factor.name for factor in self.factors)
            labels = "、".join(factor.labels["zh"] for factor in self.factors)
            raise CallError(
                "values",
                Words(f"{len(values)} columns", f"{len(values)} 列"),
                Words(
                    f"{len(self.factors)} columns in the scorecard's order ({names}), or columns "
                    "named by the argument factors",
                    f"按评分卡顺序的 {len(self.factors)} 列（{labels}），或用参数 factors 给出列名",
                ),
            )
        if len(headers) != len(values):
            raise CallError(
                "factors",
                Words(f"{len(headers)} names", f"{len(headers)} 个名称"),
                Words(
                    f"one name for each of the {len(values)} columns of values",
                    f"与 values 的 {len(values)} 列一一对应的名称",
                ),
            )
        return [values[_place_of(factor, headers)] for factor in self.factors]


def _place_of(factor: Factor, headers: list[str]) -> int:
    wanted = {name.casefold() for name in (factor.name, *factor.labels.values())}
    places = [i for i, header in enumerate(headers) if header.strip().casefold() in wanted]
    if len(places) == 1:
        return places[0]
    label = factor.labels["zh"]
    raise CallError(
        "factors",
        ", ".join(headers),
        Words(
            f"names of columns with {factor.name} among them once",
            f"列名，其中 {label} 出现且仅出现一次",
        ),
    )


def slots_of(values: FloatArray, cuts: FloatArray, most: int) -> IndexArray:
    """How many cuts each value has reached; one more than there are cuts for NaN.

    It is ``searchsorted(cuts, values, side="right")``, but the few cuts of a scorecard are
    compared several times faster than bisected.

    Args:
        values: any numbers, NaN and infinities among them.
        cuts: in ascending order, of which the last is infinity.
        most: the largest number that must fit into the result.

    Returns:
        One small integer per value.
    """
    kind = np.int8 if most <= _INT8_SLOTS else np.int32
    slots: IndexArray = np.zeros(len(values), dtype=kind)
    for start in range(0, len(values), _CHUNK):
        part = values[start : start + _CHUNK]
        reached = slots[start : start + _CHUNK]
        for cut in cuts:
            np.add(reached, part >= cut, out=reached)
    lowest = np.flatnonzero(slots == 0)
    slots[lowest[np.isnan(values[lowest])]] = len(cuts) + 1
    return slots


def read_scorecard(table: pd.DataFrame) -> Scorecard:
    """The scorecard of a table.

    Raises:
        CallError: the table contradicts itself, such as ranges that overlap.
    """
    groups: dict[str, list[_Row]] = {}
    base = 0.0
    for row in table.to_dict("records"):
        kind = _kind_of(row)
        if kind == "base":
            base += _weight(row) * float(row["points"])
        else:
            groups.setdefault(str(row["factor"]), []).append({**row, "bin": kind})
    if not groups:
        raise CallError(
            "scorecard",
            Words("no factor", "没有因子"),
            Words("a table with at least one factor", "至少含一个因子的表"),
        )
    factors = tuple(_factor(name, rows) for name, rows in groups.items())
    for lang in ("en", "zh"):
        labels = [factor.labels[lang] for factor in factors]
        for label in labels:
            if labels.count(label) > 1:
                given = Words(f"{label} for two factors", f"两个因子均名为 {label}")
                raise CallError(
                    "scorecard", given, Words("labels that differ", "互不相同的因子名称")
                )
    return Scorecard(factors, base)


def _kind_of(row: _Row) -> str:
    text = str(row["bin"])
    if not text:
        return "category" if row["category"] else "range"
    kind = _BIN_KINDS.find(text)
    if kind is None:
        known = ", ".join(_BIN_KINDS.options)
        raise CallError(
            f"scorecard, factor {row['factor']}, column bin",
            text,
            Words(f"one of {known}", f" {known} 之一"),
        )
    return kind


def _weight(row: _Row) -> float:
    weight = float(row["weight"])
    return 1.0 if math.isnan(weight) else weight


def _factor(name: str, rows: list[_Row]) -> Factor:
    weights = {_weight(row) for row in rows}
    if len(weights) > 1:
        _refuse(
            name,
            "weights " + ", ".join(f"{weight:g}" for weight in sorted(weights)),
            "权重 " + "、".join(f"{weight:g}" for weight in sorted(weights)),
            "the same weight in all of its rows",
            "各行权重一致",
        )
    bins = tuple(_bin(name, row) for row in rows)
    cuts, bin_of_cut = _number_line(name, bins)
    return Factor(
        name=name,
        labels={lang: str(rows[0][f"label_{lang}"]) or name for lang in ("en", "zh")},
        bins=bins,
        _cuts=cuts,
        _bin_of_cut=bin_of_cut,
        _names=_text_places(name, bins),
        _missing=_only(name, bins, "missing"),
        _other=_only(name, bins, "other"),
    )


def _bin(factor: str, row: _Row) -> Bin:
    kind = str(row["bin"])
    lower, upper = float(row["lower"]), float(row["upper"])
    names = tuple(str(row[name]) for name in ("category", "category_zh") if row[name])
    named = kind in ("category", "special")
    if named and not row["category"]:
        _refuse(factor, "a blank category", "空的类别", "its text in column category", "填写类别")
    if not named and names:
        _refuse(
            factor,
            f"category {names[0]!r} in a {kind} bin",
            f"{kind} 分箱中的类别 {names[0]!r}",
            "a blank category in such a row",
            "该行类别留空",
        )
    if kind != "range" and not (math.isnan(lower) and math.isnan(upper)):
        _refuse(
            factor,
            f"lower or upper in a {kind} bin",
            f"{kind} 分箱中的上下限",
            "blank limits in such a row",
            "该行上下限留空",
        )
    lower = -math.inf if math.isnan(lower) else lower
    upper = math.inf if math.isnan(upper) else upper
    if lower >= upper:
        _refuse(
            factor,
            f"lower {lower:g} and upper {upper:g}",
            f"下限 {lower:g}、上限 {upper:g}",
            "a lower limit below the upper one",
            "下限小于上限",
        )
    points = _weight(row) * float(row["points"])
    return Bin(kind, lower, upper, names, points)


def _number_line(factor: str, bins: tuple[Bin, ...]) -> tuple[FloatArray, IndexArray]:
    """The cuts of the number line and the bin from each cut (but infinity) to the next."""
    specials = {
        number: i
        for i, each in enumerate(bins)
        if each.kind == "special" and (number := parse_number(each.names[0])) is not None
    }
    limits = {x for each in bins if each.kind == "range" for x in (each.lower, each.upper)}
    ends = {float(np.nextafter(number, math.inf)) for number in specials}
    cuts = sorted(x for x in {_LEAST, *limits, *specials, *ends} if math.isfinite(x))
    bin_of_cut = [_bin_at(factor, cut, bins, specials) for cut in cuts]
    return np.array([*cuts, math.inf]), np.array(bin_of_cut, dtype=np.intp)


def _bin_at(factor: str, x: float, bins: tuple[Bin, ...], specials: dict[float, int]) -> int:
    if x in specials:
        return specials[x]
    found = [i for i, b in enumerate(bins) if b.kind == "range" and b.lower <= x < b.upper]
    if len(found) > 1:
        first, second = (bins[i] for i in found[:2])
        _refuse(
            factor,
            f"ranges {first.describe('en')} and {second.describe('en')}",
            f"区间 {first.describe('zh')} 与 {second.describe('zh')}",
            "ranges that do not overlap",
            "区间互不重叠",
        )
    return found[0] if found else _only(factor, bins, "other")


def _text_places(factor: str, bins: tuple[Bin, ...]) -> dict[str, int]:
    """The bin of each name; names also without regard to case where that is unambiguous."""
    exact: dict[str, int] = {}
    folded: dict[str, set[int]] = {}
    for i, each in enumerate(bins):
        for name in dict.fromkeys(each.names):
            if name in exact:
                _refuse(
                    factor,
                    f"category {name!r} twice",
                    f"类别 {name!r} 出现两次",
                    "each category once",
                    "每个类别只出现一次",
                )
            exact[name] = i
            folded.setdefault(name.casefold(), set()).add(i)
    return {name: min(places) for name, places in folded.items() if len(places) == 1} | exact


def _only(factor: str, bins: tuple[Bin, ...], kind: str) -> int:
    places = [i for i, each in enumerate(bins) if each.kind == kind]
    if len(places) > 1:
        _refuse(
            factor,
            f"{len(places)} {kind} bins",
            f"{len(places)} 个 {kind} 分箱",
            f"at most one {kind} bin",
            f"至多一个 {kind} 分箱",
        )
    return places[0] if places else NONE


def _refuse(factor: str, given: str, given_zh: str, allowed: str, allowed_zh: str) -> None:
    where = Words(f"scorecard, factor {factor}", f"scorecard 的因子 {factor}")
    raise CallError(where, Words(given, given_zh), Words(allowed, allowed_zh))
