"""Early warnings in words: which signals count, with their figures, and what is missing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from udfs.chinese import joined
from udfs.kinds import UNKNOWN, FloatArray, TextArray
from udfs.labels import blank_nan
from udfs.monitoring.warning_rules import Figures, Findings, Input, Rule, Rules, change

_SIGNS: Final = {
    "en": {"above": "above", "below": "below", "rise": "up", "fall": "down"},
    "zh": {"above": "高于", "below": "低于", "rise": "上升", "fall": "下降"},
}


def signal_points(
    rules: Rules, figures: Figures, found: Findings, lang: str
) -> dict[str, TextArray]:
    """The points of each signal under its name; blank where its figures are missing."""
    columns: dict[str, TextArray] = {}
    for place, (signal, ranks) in enumerate(zip(rules.rules, found.binding, strict=True)):
        points = np.array([0.0, *(rule.points for rule in signal)])[ranks]
        points[(ranks == 0) & _untested(signal, figures)] = np.nan
        columns.setdefault(_signal_name(rules, place, lang), blank_nan(points))
    return columns


def _untested(signal: tuple[Rule, ...], figures: Figures) -> npt.NDArray[np.bool_]:
    """Which customers lack a figure that a rule of the signal needs."""
    untested = np.zeros(figures.count, dtype=bool)
    for rule in signal:
        if rule.kind == "flag":
            events = figures.events[rule.indicator]
            untested |= True if events is None else events == UNKNOWN
            continue
        untested |= figures.lacking(Input(rule.indicator, prior=False))
        if rule.kind != "level":
            untested |= figures.lacking(Input(rule.indicator, prior=True))
    return untested


def _signal_name(rules: Rules, place: int, lang: str) -> str:
    """A signal by its code in English; in Chinese by its indicator and what is tested of it."""
    if lang == "en":
        return rules.signals[place].replace("_", " ")
    heaviest = rules.rules[place][-1]
    label = rules.indicators[heaviest.indicator].labels["zh"]
    kinds = {rule.kind for rule in rules.rules[place]}
    comparison = next((rule.comparison for rule in rules.rules[place] if rule.kind != "level"), "")
    return label if kinds <= {"level", "flag"} else joined(label, _SIGNS["zh"][comparison])


class Reasons:
    """The reasons of a call: each rule and each pattern of gaps is put into words once."""

    def __init__(
        self, rules: Rules, figures: Figures, found: Findings, lang: str, *, events_given: bool
    ) -> None:
        self._rules = rules
        self._figures = figures
        self._found = found
        self._lang = lang
        self._events_given = events_given

    def sentences(self, labels: TextArray, unclear: npt.NDArray[np.bool_]) -> list[str]:
        """The colour of each customer, what led to it, and what is not known of it.

        Args:
            labels: the colour of each customer.
            unclear: of whom too much is missing for a colour.
        """
        rows = zip(
            labels.tolist(),
            self._found.points.tolist(),
            self._signals(hard_only=False),
            self.missing_texts().tolist(),
            np.where(unclear, self._found.missing, 0).tolist(),
            strict=True,
        )
        one = self._sentence_zh if self._lang == "zh" else self._sentence_en
        return [one(*row) for row in rows]

    def hard_triggers(self) -> TextArray:
        """The hard triggers that hold for each customer; blank for none."""
        joint = "；" if self._lang == "zh" else "; "
        listed = [joint.join(signals) for signals in self._signals(hard_only=True)]
        return np.array(listed, dtype=object)

    def missing_texts(self) -> TextArray:
        """What each customer lacks; blank for nothing."""
        names, gaps = self._gaps()
        if not names:
            return np.full(self._figures.count, "", dtype=object)
        patterns, place = np.unique(gaps, axis=0, return_inverse=True)
        joint = "、" if self._lang == "zh" else ", "
        texts = [joint.join(itertools.compress(names, pattern)) for pattern in patterns.tolist()]
        listed: TextArray = np.array(texts, dtype=object)[place.reshape(-1)]
        return listed

    def _sentence_en(
        self, label: str, points: float, signals: list[str], lacking: str, missing: int
    ) -> str:
        unit = "point" if points == 1 else "points"
        tail = "; ".join(signals) or "no signal"
        text = f"{label[:1].upper()}{label[1:]}, {points:g} {unit}: {tail}."
        if missing:
            text += f" More than half missing ({missing} / {len(self._inputs)})."
        return f"{text} Missing: {lacking}." if lacking else text

    def _sentence_zh(
        self, label: str, points: float, signals: list[str], lacking: str, missing: int
    ) -> str:
        tail = "；".join(signals) or "没有触发信号"
        text = f"{label}，{points:g} 分：{tail}。"
        if missing:
            text += f"缺失数据过半（{missing} / {len(self._inputs)}）。"
        return f"{text}缺失：{lacking}。" if lacking else text

    @cached_property
    def _inputs(self) -> list[Input]:
        return self._rules.inputs()

    def _signals(self, *, hard_only: bool) -> list[list[str]]:
        """The binding rules of each customer in words, the heaviest first."""
        listed: list[list[str]] = [[] for _ in range(self._figures.count)]
        numbered = [
            (rule, signal, rank)
            for signal, rules in enumerate(self._rules.rules)
            for rank, rule in enumerate(rules, start=1)
            if rule.hard or not hard_only
        ]
        for rule, signal, rank in sorted(numbered, key=lambda n: (not n[0].hard, -n[0].points)):
            rows = np.flatnonzero(self._found.binding[signal] == rank)
            for row, text in zip(rows.tolist(), self._words(rule, rows), strict=True):
                listed[row].append(text)
        return listed

    def _words(self, rule: Rule, rows: npt.NDArray[np.intp]) -> list[str]:
        """A rule that holds for some customers: label, figures, limit, and what it costs."""
        zh = self._lang == "zh"
        label = self._rules.indicators[rule.indicator].labels[self._lang]
        cost = f"（+{rule.points:g} 分）" if zh else f" (+{rule.points:g})"
        if rule.hard:
            cost = "（直接触发）" if zh else " (hard trigger)"
        if rule.kind == "flag":
            return [f"{label}{cost}"] * len(rows)
        if rule.kind == "level":
            before = _before_figure(label) if zh else f"{label} "
            return [f"{before}{facts}{cost}" for facts in self._levels(rule, rows)]
        before = _before_figure(joined(label, "由")) if zh else f"{label} "
        return [f"{before}{facts}{cost}" for facts in self._changes(rule, rows)]

    def _levels(self, rule: Rule, rows: npt.NDArray[np.intp]) -> list[str]:
        show = _in_unit(self._rules.indicators[rule.indicator].unit, self._lang)
        sign, limit = _SIGNS[self._lang][rule.comparison], show(rule.threshold)
        values = map(show, self._taken(self._figures.current, rule, rows))
        if self._lang == "zh":
            tail = joined(f"，{sign}", limit)
            return [f"{value}{tail}" for value in values]
        return [f"{value}, {sign} {limit}" for value in values]

    def _changes(self, rule: Rule, rows: npt.NDArray[np.intp]) -> list[str]:
        unit = self._rules.indicators[rule.indicator].unit
        values = self._taken(self._figures.current, rule, rows)
        prior = self._taken(self._figures.prior, rule, rows)
        relative = rule.kind == "relative change"
        moves = np.abs(change(np.array(values), np.array(prior), relative=relative)).tolist()
        show, size = _in_unit(unit, self._lang), _size_of_change(rule, unit, self._lang)
        sign, limit = _SIGNS[self._lang][rule.comparison], size(rule.threshold)
        zh = self._lang == "zh"
        texts = []
        for value, before, moved in zip(values, prior, moves, strict=True):
            # A change from nothing has no size.
            by = size(moved) if moved < np.inf else ""
            if zh:
                by = f"，{sign} {by}" if by else ""
                texts.append(f"{show(before)} 至 {show(value)}{by}，超过 {limit}")
            else:
                by = f", {sign} {by}" if by else ""
                texts.append(f"{show(before)} to {show(value)}{by}, more than {limit}")
        return texts

    @staticmethod
    def _taken(
        figures: list[FloatArray | None], rule: Rule, rows: npt.NDArray[np.intp]
    ) -> list[float]:
        values = figures[rule.indicator]
        return [] if values is None else values[rows].tolist()

    def _gaps(self) -> tuple[list[str], npt.NDArray[np.bool_]]:
        """What may be missing, and for whom it is: one column for each name."""
        zh = self._lang == "zh"
        prior = "（上期）" if zh else " (prior period)"
        names, gaps = [], []
        for needed in self._inputs:
            label = self._rules.indicators[needed.indicator].labels[self._lang]
            names.append(f"{label}{prior}" if needed.prior else label)
            gaps.append(self._figures.lacking(needed))
        events = [
            (indicator.labels[self._lang], given)
            for indicator, given in zip(self._rules.indicators, self._figures.events, strict=True)
            if indicator.is_event
        ]
        # With flags a blank means that nothing is on record; without, that nobody looked.
        for label, given in events:
            if given is not None and not self._events_given:
                names.append(label)
                gaps.append(np.asarray(given == UNKNOWN))
        if events and all(given is None for _, given in events):
            names.append("事件（flags）" if zh else "events (flags)")
            gaps.append(np.ones(self._figures.count, dtype=bool))
        return names, np.column_stack(gaps) if gaps else np.empty((self._figures.count, 0), bool)


def _before_figure(chinese: str) -> str:
    """Chinese words with the space that stands between them and a figure."""
    return joined(chinese, "0").removesuffix("0")


def _in_unit(unit: str, lang: str) -> Callable[[float], str]:
    """How a figure of a unit is written."""
    zh = lang == "zh"
    if unit == "decimal":
        return (lambda x: f"{x:.1%}") if zh else (lambda x: f"{x * 100:.1f} %")
    if unit == "days":
        return (lambda x: f"{x:g} 天") if zh else (lambda x: f"{x:g} days")
    if unit == "times":
        return lambda x: f"{x:.4g}"
    return lambda x: f"{x:,.6g}"


def _size_of_change(rule: Rule, unit: str, lang: str) -> Callable[[float], str]:
    """How the size of a change is written: percentage points for a rate, a share if relative."""
    if rule.kind == "relative change":
        return _in_unit("decimal", lang)
    if unit == "decimal":
        return lambda x: f"{x * 100:.1f} 个百分点" if lang == "zh" else f"{x * 100:.1f} pp"
    return _in_unit(unit, lang)
