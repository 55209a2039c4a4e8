"""Early-warning rules: the policy tables read and checked, and tested on a book of customers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Annotated, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.cells import BoolArray
from udfs.errors import CallError, Words, column_of, one_of
from udfs.kinds import UNKNOWN, Choice, FlagArray, FloatArray, Table
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

WarningRules = Annotated[pd.DataFrame, Table(builtin="early_warning")]
WarningColours = Annotated[pd.DataFrame, Table(builtin="early_warning_colours")]

KINDS: Final = Choice(
    {
        "level": ("水平",),
        "change": ("absolute change", "变动"),
        "relative change": ("变动率",),
        "flag": ("event", "事件"),
    }
)
COMPARISONS: Final = Choice(
    {"above": ("高于",), "below": ("低于",), "rise": ("上升",), "fall": ("下降",)}
)
_COMPARISONS_OF: Final = {
    "level": ("above", "below"),
    "change": ("rise", "fall"),
    "relative change": ("rise", "fall"),
}
_SLACK: Final = 1e-9
"""A threshold is passed by more than this, so that 0.70 - 0.65 in binary does not exceed 0.05."""
_POINT_DECIMALS: Final = 10

SEPARATORS: Final = re.compile(r"[,;，；、]")


class Input(NamedTuple):
    """A figure that rules need: an indicator of this period or of the prior one."""

    indicator: int
    prior: bool


@record
class Indicator:
    """What is watched, by its code and its labels; an event is true or not."""

    name: str
    labels: dict[str, str]
    unit: str
    is_event: bool


@record
class Rule:
    """One row of the rules."""

    indicator: int
    kind: str
    comparison: str
    threshold: float
    points: float
    hard: bool


@record
class Rules:
    """All rules by signal: within a signal from the lightest to the heaviest."""

    indicators: tuple[Indicator, ...]
    signals: tuple[str, ...]
    rules: tuple[tuple[Rule, ...], ...]

    def inputs(self) -> list[Input]:
        """The figures that the rules need, each once; events are none of them."""
        needed: dict[Input, None] = {}
        for rule in (rule for signal in self.rules for rule in signal):
            if rule.kind != "flag":
                needed[Input(rule.indicator, prior=False)] = None
                if rule.kind != "level":
                    needed[Input(rule.indicator, prior=True)] = None
        return list(needed)


@record
class Colours:
    """The colours from the lightest to the heaviest, then that of insufficient data."""

    codes: tuple[str, ...]
    labels: dict[str, tuple[str, ...]]
    cuts: FloatArray

    @property
    def insufficient(self) -> int:
        """The place of the colour that stands for insufficient data."""
        return len(self.cuts)


def plain(text: str) -> str:
    """A header or code as it is compared: in any case, full width or half."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


@read_once
def read_rules(table: pd.DataFrame | None) -> Rules:
    """The rules of a table, checked.

    Raises:
        CallError: a row that cannot be tested, or two spellings of one indicator.
    """
    table = builtin("early_warning").rows if table is None else table
    indicators: dict[str, Indicator] = {}
    signals: dict[str, list[Rule]] = {}
    for number, row in enumerate(table.itertuples(index=False), start=1):
        kind = _option(KINDS, str(row.kind), "kind", "类型", number)
        name = str(row.indicator)
        found = Indicator(
            name, {"en": str(row.label_en), "zh": str(row.label_zh)}, str(row.unit), kind == "flag"
        )
        if indicators.setdefault(plain(name), found).is_event != found.is_event:
            where = column_of("rules", "kind", "类型", number)
            allowed = Words("flag in every row of an event", "同一事件各行均为 flag（事件）")
            raise CallError(where, str(row.kind), allowed)
        place = list(indicators).index(plain(name))
        signals.setdefault(plain(str(row.signal)), []).append(_rule(row, kind, place, number))
    return Rules(
        tuple(indicators.values()),
        tuple(signals),
        tuple(tuple(sorted(each, key=lambda r: (r.hard, r.points))) for each in signals.values()),
    )


def _rule(row: tuple[object, ...], kind: str, place: int, number: int) -> Rule:
    fields = row._asdict()  # type: ignore[attr-defined]  # rows of a frame are named tuples
    points, hard = float(fields["points"]), fields["hard"] == 1
    if points < 0:
        allowed = Words("a number of points from 0", "不小于 0 的分值")
        raise CallError(column_of("rules", "points", "分值", number), points, allowed)
    if kind == "flag":
        return Rule(place, kind, "", np.nan, points, hard)
    comparison = _option(COMPARISONS, str(fields["comparison"]), "comparison", "比较方式", number)
    if comparison not in _COMPARISONS_OF[kind]:
        where = column_of("rules", "comparison", "比较方式", number)
        options = one_of(_COMPARISONS_OF[kind])
        allowed = Words(f"{options} for kind {kind}", f"{options.zh}（类型为 {kind}）")
        raise CallError(where, comparison, allowed)
    threshold = float(fields["threshold"])
    if np.isnan(threshold) or (kind != "level" and threshold < 0):
        where = column_of("rules", "threshold", "阈值", number)
        given = Words("a blank cell", "空单元格") if np.isnan(threshold) else threshold
        allowed = Words(
            "a number, and the size of a change without its sign",
            "数字；变动的幅度不带正负号",
        )
        raise CallError(where, given, allowed)
    return Rule(place, kind, comparison, threshold, points, hard)


def _option(choice: Choice, text: str, english: str, chinese: str, number: int) -> str:
    option = choice.find(text)
    if option is None:
        where = column_of("rules", english, chinese, number)
        given = text or Words("a blank cell", "空单元格")
        raise CallError(where, given, one_of(choice.options))
    return option


@read_once
def read_colours(table: pd.DataFrame | None) -> Colours:
    """The colours of a table, checked: ascending points, and one row without points at most last.

    Raises:
        CallError: the points do not ascend from 0 or less, or no row stands for missing data.
    """
    table = builtin("early_warning_colours").rows if table is None else table
    points = table["points"].to_numpy(dtype=np.float64)
    graded = np.flatnonzero(~np.isnan(points))
    blank = np.flatnonzero(np.isnan(points))
    cuts = points[graded]
    if not len(cuts) or cuts[0] > 0 or (np.diff(cuts) <= 0).any():
        shown = ", ".join(f"{cut:g}" for cut in cuts) or Words("no points", "没有分值")
        allowed = Words("points that ascend from 0", "从 0 起递增的分值")
        raise CallError(column_of("colours", "points", "分值"), shown, allowed)
    if len(blank) != 1:
        given = Words(f"{len(blank)} rows without points", f"{len(blank)} 行没有分值")
        allowed = Words(
            "a table with one row without points, for insufficient data",
            "有且只有一行不填分值（数据不足）的表",
        )
        raise CallError("colours", given, allowed)
    order = [*graded.tolist(), int(blank[0])]
    labels = {lang: tuple(table[f"label_{lang}"].iloc[order]) for lang in ("en", "zh")}
    return Colours(tuple(table["warning"].iloc[order]), labels, cuts)


# --- rules on customers ---------------------------------------------------------------------


@record
class Figures:
    """What is known of the customers, by indicator: one array per indicator, None if not given."""

    current: list[FloatArray | None]
    prior: list[FloatArray | None]
    events: list[FlagArray | None]
    count: int

    def of(self, needed: Input) -> FloatArray | None:
        """The figures of an input."""
        return (self.prior if needed.prior else self.current)[needed.indicator]

    def lacking(self, needed: Input) -> BoolArray:
        """Which customers lack an input."""
        values = self.of(needed)
        return np.ones(self.count, dtype=bool) if values is None else np.isnan(values)


@record
class Findings:
    """What the rules found.

    Attributes:
        binding: by signal, which of its rules binds each customer: 1 for the first, 0 for none.
        points: of each customer.
        hard: which customers a hard trigger holds for.
        missing: how many inputs each customer lacks.
    """

    binding: list[npt.NDArray[np.int16]]
    points: FloatArray
    hard: BoolArray
    missing: npt.NDArray[np.int32]


def examine(rules: Rules, figures: Figures) -> Findings:
    """Test all rules on all customers."""
    points = np.zeros(figures.count)
    hard = np.zeros(figures.count, dtype=bool)
    binding = []
    changes: dict[tuple[int, str], FloatArray] = {}
    for signal in rules.rules:
        ranks = np.zeros(figures.count, dtype=np.int16)
        for rank, rule in enumerate(signal, start=1):
            holds = _holds(rule, figures, changes)
            if holds is not None:
                np.maximum(ranks, holds * np.int16(rank), out=ranks)
        points += np.array([0.0, *(rule.points for rule in signal)])[ranks]
        for rank, rule in enumerate(signal, start=1):
            if rule.hard:
                hard |= ranks == rank
        binding.append(ranks)
    missing = np.zeros(figures.count, dtype=np.int32)
    for needed in rules.inputs():
        missing += figures.lacking(needed)
    return Findings(binding, np.round(points, _POINT_DECIMALS), hard, missing)


def _holds(
    rule: Rule, figures: Figures, changes: dict[tuple[int, str], FloatArray]
) -> BoolArray | None:
    """Which customers a rule holds for; None if its figures are not given at all."""
    if rule.kind == "flag":
        events = figures.events[rule.indicator]
        return None if events is None else events == 1
    values = figures.current[rule.indicator]
    if values is not None and rule.kind != "level":
        before = figures.prior[rule.indicator]
        if before is None:
            return None
        key = (rule.indicator, rule.kind)
        if key not in changes:
            changes[key] = change(values, before, relative=rule.kind == "relative change")
        values = changes[key]
    if values is None:
        return None
    slack = _SLACK * max(1.0, abs(rule.threshold))
    if rule.comparison in ("above", "rise"):
        return values > rule.threshold + slack
    return values < (-rule.threshold if rule.comparison == "fall" else rule.threshold) - slack


def change(values: FloatArray, before: FloatArray, *, relative: bool) -> FloatArray:
    """The change since the prior period; a relative one from nothing is beyond every limit."""
    moved = values - before
    if relative:
        with np.errstate(divide="ignore", invalid="ignore"):
            moved = np.where(moved == 0, 0.0, moved / np.abs(before))
    return moved


def colour_places(colours: Colours, findings: Findings, inputs: int) -> npt.NDArray[np.intp]:
    """The colour of each customer.

    More than half of the inputs missing is insufficient data, unless the customer has the
    heaviest colour already, which further data could not make worse.
    """
    place = np.searchsorted(colours.cuts, findings.points, side="right") - 1
    heaviest = len(colours.cuts) - 1
    place[findings.hard] = heaviest
    place[(2 * findings.missing > inputs) & (place < heaviest)] = colours.insufficient
    return place


def named_events(texts: Iterable[str], rules: Rules) -> list[list[int] | str]:
    """The events that each text names, as indicators; the first name that is no event instead."""
    known: dict[str, int] = {}
    for place, indicator in enumerate(rules.indicators):
        if indicator.is_event:
            for name in (indicator.name, *indicator.labels.values()):
                known[plain(name)] = place
    return [_read_events(text, known) for text in texts]


def _read_events(text: str, known: dict[str, int]) -> list[int] | str:
    places = []
    names: list[str] = SEPARATORS.split(text)
    for name in filter(None, map(str.strip, names)):
        place = known.get(plain(name))
        if place is None:
            return name
        places.append(place)
    return places


def events_unknown(figures: Figures, rules: Rules) -> dict[int, BoolArray]:
    """By event that has a column of its own, the customers whose cell there is blank."""
    unknown = {}
    for place, indicator in enumerate(rules.indicators):
        events = figures.events[place]
        if indicator.is_event and events is not None:
            unknown[place] = np.asarray(events == UNKNOWN)
    return unknown
