"""Bins: values put into the bins of a scorecard's factors; ``scorecard_table`` reads the card."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.cells import Faults, Mixed
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words, shorten
from udfs.kinds import FloatArray
from udfs.parsing import parse_number
from udfs.records import record
from udfs.units import limit

IndexArray: TypeAlias = npt.NDArray[np.integer]

NONE: Final = -1
"""The bin of a value that fits none."""

SCORE_DECIMALS: Final = 10
"""Scores are rounded here, so that 0.1 + 0.2 in binary never moves a customer over a cut-off."""

LEAST: Final = float(np.finfo(np.float64).min)
"""The lowest number there is: the first cut of every number line, since only -inf is below it."""

_INT8_SLOTS: Final = 127
_SHOWN_BINS: Final = 12
_CHUNK: Final = 16384


@record
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

    def describe(self, lang: str, unit: str = "") -> str:
        """The bin in words, the ends of a range in a unit."""
        zh = lang == "zh"
        if self.kind in ("category", "special"):
            return self.names[-1] if zh else self.names[0]
        if self.kind != "range":
            words = {"missing": ("missing", "缺失"), "other": ("other", "其他")}
            return words[self.kind][zh]
        low, high = (limit(end, unit, lang) for end in (self.lower, self.upper))
        if math.isinf(self.lower) and math.isinf(self.upper):
            return "任意值" if zh else "any number"
        if math.isinf(self.lower):
            return f"低于 {high}" if zh else f"below {high}"
        if math.isinf(self.upper):
            return f"不低于 {low}" if zh else f"at least {low}"
        return f"不低于 {low} 且低于 {high}" if zh else f"{low} to below {high}"


@record
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


@record
class Factor:
    """One factor of a scorecard with its bins.

    Attributes:
        name: as in the table.
        labels: English and Chinese name for readers.
        unit: in which its values are written; "" for plain numbers.
        bins: in the order of the table.
        cuts: where one bin of the number line ends and the next begins: from the lowest number
            to infinity.
        bin_of_cut: the bin from each cut (but infinity) to the next.
        names: the bin of each text, also without regard to case where that is unambiguous.
        missing: the bin of a missing value.
        other: the bin of a value that no other bin takes.
    """

    name: str
    labels: dict[str, str]
    unit: str
    bins: tuple[Bin, ...]
    cuts: FloatArray
    bin_of_cut: IndexArray
    names: dict[str, int]
    missing: int
    other: int

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
        last = len(self.cuts)
        slots = slots_of(numbers.values, self.cuts, last + 1 + len(self.bins))
        # Slots: 0 below all numbers, 1… between the cuts, ``last`` infinite, then blank, then
        # one per bin for cells that hold a text.
        bin_of_slot = np.concatenate(
            ([NONE], self.bin_of_cut, [NONE, self.missing], np.arange(len(self.bins)))
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
            texts, faults = [_text_of(number) for number in distinct], {}
        else:
            cells = column.texts()
            slots, distinct = pd.factorize(cells.values)
            texts, faults = [str(text) for text in distinct], cells.faults
        places = [self._place_text(text) for text in texts]
        # An error cell is no missing value: it has no bin.
        slots[list(faults)] = len(places)
        # A blank number has slot -1: the end of the list.
        return Placed(slots, np.array([*places, NONE, self.missing], dtype=np.intp), faults)

    def _place_text(self, text: str) -> int:
        if not text:
            return self.missing
        if text == errors.NUM:
            return NONE
        place = self._named(text)
        return self.other if place == NONE else place

    def _named(self, cell: object) -> int:
        if not isinstance(cell, str):
            return NONE
        text = cell.strip()
        return self.names.get(text, self.names.get(text.casefold(), NONE))

    def fault_of(self, column: Mixed, row: int) -> CellError:
        """Why the value of a row has no bin."""
        cell = column.block.cells[row]
        zh = self.labels["zh"]
        blank = cell is None or (isinstance(cell, str) and not cell.strip()) or cell != cell  # noqa: PLR0124 - NaN
        if blank:
            return CellError(
                errors.NA,
                f"{self.name} is missing, and there is no bin for a missing value.",
                joined("缺少", zh, "，且没有缺失值分箱。"),
            )
        text = isinstance(cell, str) and parse_number(cell) is None
        shown = shorten(cell)
        known = {lang: self._known(lang) for lang in ("en", "zh")}
        return CellError(
            errors.VALUE if text else errors.NUM,
            f"{self.name}: {shown} fits none of the bins ({known['en']}).",
            f"{zh}：{shown} 不在任何分箱内（{known['zh']}）。",
        )

    def _known(self, lang: str) -> str:
        """The values that the factor has bins for."""
        bins = [each.describe(lang) for each in self.bins if each.kind not in ("missing", "other")]
        some = bins[:_SHOWN_BINS]
        mark = "、" if lang == "zh" else ", "
        return mark.join(some if len(some) == len(bins) else [*some, "…"])


@record
class Scorecard:
    """A scorecard ready to score with.

    Attributes:
        factors: in the order of the table.
        base: points that are part of every score.
        argument: what messages call the table it was read from.
    """

    factors: tuple[Factor, ...]
    base: float
    argument: str = "scorecard"

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
                    f"{len(self.factors)} columns in the order of {self.argument} ({names}), or "
                    "columns named by the argument factors",
                    f"按 {self.argument} 顺序的 {len(self.factors)} 列（{labels}），"
                    "或用参数 factors 给出列名",
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
        Words(", ".join(headers), "、".join(headers)),
        Words(
            f"names of columns with {factor.name} among them once",
            f"列名，其中“{label}”出现且仅出现一次",
        ),
    )


def _text_of(number: float) -> str:
    """A number as the text of a category; an infinite one is no value at all."""
    return f"{number:.15g}" if math.isfinite(number) else errors.NUM


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
