"""Functions over all customers together, split into a fit and an apply.

The fit finds what the whole population decides (its order, its cut-offs); the apply gives each
customer of a batch what the function gives in a cell, by the function's own code. A use of a
function that has no such split is computed on the whole population at once, in memory.

What a fit gives can be handed to any process: small tables go along, long columns stay in files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

import numpy as np

from udfs.kinds import FloatArray, TextArray
from udfs.rfm.population import CutLists, check_cuts, score_population
from udfs.rfm.scores import population_as_output
from udfs.rfm.scoring import (
    Measure,
    cut_offs,
    quantiles_of_ordered,
    rank_cuts_of_ordered,
)
from udfs.segments.percentiles import (
    counts_within,
    percent_of_counts,
    share_of_counts,
)
from udfs.value_classes.abc_classes import Limits, checked_limits, class_sizes
from udfs.value_classes.account_classes import Standing, classes_as_output, limits_of, rules
from udfs.value_classes.value_risk_need import scores_as_output

Compute: TypeAlias = Callable[..., Any]
Options: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NumberFile:
    """Plain numbers in a file, which is opened where they are needed.

    Attributes:
        file: eight bytes each.
    """

    file: Path

    def values(self) -> FloatArray:
        """The numbers, read as they are used."""
        if not self.file.stat().st_size:
            return np.zeros(0)
        return np.memmap(self.file, dtype=np.float64, mode="r")


class Population(Protocol):
    """The values of all customers who can be computed, wherever an engine keeps them."""

    def ordered(self, argument: str, *, where: str | None = None) -> NumberFile:
        """An argument's values in ascending order; of rows only where another one is filled."""

    def in_rows(self, argument: str, *, where: str | None = None) -> NumberFile:
        """An argument's values in the order of the customers."""

    def scratch(self, count: int) -> FloatArray:
        """Room for so many numbers."""


Fit: TypeAlias = Callable[[Population, Options], Compute | None]


@dataclass(frozen=True, slots=True)
class _Percentile:
    ordered: NumberFile

    def __call__(self, values: FloatArray, direction: str = "larger") -> FloatArray:
        ordered = self.ordered.values()
        smaller, equal = counts_within(ordered, values)
        return share_of_counts(smaller, equal, len(ordered), direction)


def _percentile(population: Population, _options: Options) -> Compute:
    return _Percentile(population.ordered("values"))


@dataclass(frozen=True, slots=True)
class _Abc:
    edges: FloatArray

    def __call__(self, values: FloatArray, **_options: Any) -> Any:
        above = (values[:, np.newaxis] >= self.edges).sum(axis=1)
        return np.array(["C", "B", "A"], dtype=object)[above]


def _abc(population: Population, options: Options) -> Compute | None:
    if options["out"] != "value" or options["ties"] != "together":
        return None
    limits = checked_limits(
        options["cut_a"], options["cut_b"], upwards=options["cross"] == "up", together=True
    )
    return _Abc(_class_edges(population, "values", limits))


def _class_edges(population: Population, argument: str, limits: Limits) -> FloatArray:
    """The smallest value in class A, and that in A or B, where equal values stay together."""
    ordered = population.ordered(argument).values()
    worth = ordered[np.searchsorted(ordered, 0.0, side="right") :][::-1]
    if not len(worth):
        return np.array([np.inf, np.inf])
    cumulative = np.cumsum(worth, out=population.scratch(len(worth)))
    sizes = class_sizes(worth, cumulative, limits)
    return np.array([worth[size - 1] if size else np.inf for size in sizes])


@dataclass(frozen=True, slots=True)
class _AccountClass:
    percentile: _Percentile
    edges: Mapping[int, float]

    def __call__(
        self,
        contribution: FloatArray,
        pd: FloatArray,
        warning: TextArray | None = None,
        **options: Any,
    ) -> Any:
        largest = {row: contribution >= edge for row, edge in self.edges.items()}
        standing = Standing(self.percentile(contribution), largest)
        policy = rules(options["policy"])
        return classes_as_output(standing, pd, warning, policy, options["out"], options["lang"])


def _account_class(population: Population, options: Options) -> Compute:
    edges = {
        row: float(_class_edges(population, "contribution", limits)[0])
        for row, limits in limits_of(rules(options["policy"])).items()
    }
    return _AccountClass(_Percentile(population.ordered("contribution")), edges)


@dataclass(frozen=True, slots=True)
class _ValueRiskNeed:
    value: NumberFile
    risk: NumberFile
    need: NumberFile

    def __call__(
        self, value: FloatArray, risk: FloatArray, need: FloatArray, **options: Any
    ) -> Any:
        v = _score(self.value, value, low_is_good=False)
        r = _score(self.risk, risk, low_is_good=True)
        n = _score(self.need, need, low_is_good=False)
        weights = (options["value_weight"], options["risk_weight"], options["need_weight"])
        cuts = (options["high"], options["low"])
        given = (value, risk, need)
        return scores_as_output(given, (v, r, n), weights, cuts, options["out"], options["lang"])


def _score(axis: NumberFile, values: FloatArray, *, low_is_good: bool) -> FloatArray:
    ordered = axis.values()
    smaller, equal = counts_within(ordered, values)
    if low_is_good:
        smaller = len(ordered) - smaller - equal
    return percent_of_counts(smaller, equal, len(ordered))


def _value_risk_need(population: Population, _options: Options) -> Compute:
    return _ValueRiskNeed(*(population.ordered(name) for name in ("value", "risk", "need")))


_MEASURES: Final = ("recency", "frequency", "monetary")


@dataclass(frozen=True, slots=True)
class _Rfm:
    cuts: CutLists

    def __call__(
        self, recency: FloatArray, frequency: FloatArray, monetary: FloatArray, **options: Any
    ) -> Any:
        scored = score_population(
            (recency, frequency, monetary),
            bins=int(options["bins"]),
            method=options["method"],
            cuts=self.cuts,
            fitted=True,
        )
        return population_as_output(scored, options["out"], options["lang"])


def _rfm(population: Population, options: Options) -> Compute | None:
    method, bins = options["method"], int(options["bins"])
    if options["nesting"] != "independent" or options["out"] == "cuts":
        return None
    given = tuple(options[f"{name}_cuts"] for name in _MEASURES)
    check_cuts((given[0], given[1], given[2]), method, nested=False)
    if method in {"ntile", "rank_average"}:
        return None
    # Who has no event scores 0 and moves no cut-off.
    found = [
        cuts if cuts is not None else _cuts(population, name, bins, method)
        for name, cuts in zip(_MEASURES, given, strict=True)
    ]
    return _Rfm((_own(found[0]), _own(found[1]), _own(found[2])))


def _own(cuts: FloatArray | None) -> FloatArray | None:
    """Cut-offs that no longer stand in a file."""
    return None if cuts is None else np.array(cuts)


def _cuts(population: Population, name: str, bins: int, method: str) -> FloatArray | None:
    if method == "mean":
        values = population.in_rows(name, where="recency").values()
        return cut_offs(Measure(values, low_is_good=name == "recency"), bins, method)[0]
    ordered = population.ordered(name, where="recency").values()
    if not len(ordered):
        return None
    if method == "rank":
        if name != "recency":
            return rank_cuts_of_ordered(ordered, bins)
        return rank_cuts_of_ordered(ordered[::-1], bins)[::-1]
    return quantiles_of_ordered(ordered, bins) + (1.0 if method == "r_package" else 0.0)


FITS: Final[Mapping[str, Fit]] = {
    "CR_PERCENTILE": _percentile,
    "CR_ABC": _abc,
    "CR_ABC3": _account_class,
    "CR_VRN": _value_risk_need,
    "CR_RFM": _rfm,
}
"""The functions that can be split; the fit gives None for a use that cannot be."""
