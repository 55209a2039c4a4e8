"""Early warnings in words: which signals count, with their figures, and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from udfs.chinese import joined
from udfs.kinds import UNKNOWN, TextArray
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
    """The reasons of a call, row by row."""

    def __init__(
        self, rules: Rules, figures: Figures, found: Findings, lang: str, *, events_given: bool
    ) -> None:
        self._rules = rules
        self._figures = figures
        self._found = found
        self._lang = lang
        self._events_given = events_given

    def sentence(self, row: int, label: str, *, unclear: bool) -> str:
        """The colour of one customer, what led to it, and what is not known of it."""
        zh = self._lang == "zh"
        points = f"{self._found.points[row]:g}"
        listed = self._signals(row)
        if zh:
            tail = "；".join(listed) if listed else "没有触发信号"
            text = f"{label}，{points} 分：{tail}。"
        else:
            one = "point" if points == "1" else "points"
            tail = "; ".join(listed) if listed else "no signal"
            text = f"{label[:1].upper()}{label[1:]}, {points} {one}: {tail}."
        lacking = self._missing_text(row)
        if unclear:
            share = f"{self._found.missing[row]} / {len(self._inputs)}"
            text += f"缺失数据过半（{share}）。" if zh else f" More than half missing ({share})."
        if lacking:
            text += f"缺失：{lacking}。" if zh else f" Missing: {lacking}."
        return text

    def hard_triggers(self) -> TextArray:
        """The hard triggers that hold for each customer; blank for none."""
        texts = np.full(self._figures.count, "", dtype=object)
        for row in np.flatnonzero(self._found.hard).tolist():
            texts[row] = self._joint.join(self._signals(row, hard_only=True))
        return texts

    def missing_texts(self) -> TextArray:
        """What each customer lacks; blank for nothing."""
        count = self._figures.count
        return np.array([self._missing_text(row) for row in range(count)], dtype=object)

    @property
    def _joint(self) -> str:
        return "；" if self._lang == "zh" else "; "

    @cached_property
    def _inputs(self) -> list[Input]:
        return self._rules.inputs()

    @cached_property
    def _ranks(self) -> npt.NDArray[np.int16]:
        return np.column_stack(self._found.binding)

    def _signals(self, row: int, *, hard_only: bool = False) -> list[str]:
        """The binding rule of each signal with its figures, the heaviest first."""
        ranks = self._ranks[row]
        binding = [
            self._rules.rules[signal][ranks[signal] - 1]
            for signal in np.flatnonzero(ranks).tolist()
        ]
        chosen = [rule for rule in binding if rule.hard or not hard_only]
        chosen.sort(key=lambda rule: (not rule.hard, -rule.points))
        return [self._words(rule, row) for rule in chosen]

    def _words(self, rule: Rule, row: int) -> str:
        """A rule that holds for a customer: the figures, the limit, and what it costs."""
        zh = self._lang == "zh"
        label = self._rules.indicators[rule.indicator].labels[self._lang]
        cost = f"（+{rule.points:g} 分）" if zh else f" (+{rule.points:g})"
        if rule.hard:
            cost = "（直接触发）" if zh else " (hard trigger)"
        if rule.kind == "flag":
            return f"{label}{cost}"
        facts = self._level(rule, row) if rule.kind == "level" else self._change(rule, row)
        return (joined(label, facts) if zh else f"{label} {facts}") + cost

    def _level(self, rule: Rule, row: int) -> str:
        show = _in_unit(self._rules.indicators[rule.indicator].unit, self._lang)
        value, limit = show(self._value(rule, row)), show(rule.threshold)
        sign = _SIGNS[self._lang][rule.comparison]
        return (
            joined(value, f"，{sign}", limit) if self._lang == "zh" else f"{value}, {sign} {limit}"
        )

    def _change(self, rule: Rule, row: int) -> str:
        unit = self._rules.indicators[rule.indicator].unit
        value, before = self._value(rule, row), self._prior(rule, row)
        relative = rule.kind == "relative change"
        moved = abs(float(change(np.array([value]), np.array([before]), relative=relative)[0]))
        show = _in_unit(unit, self._lang)
        size = _size_of_change(rule, unit, self._lang)
        sign = _SIGNS[self._lang][rule.comparison]
        if self._lang == "zh":
            by = f"，{sign} {size(moved)}" if np.isfinite(moved) else ""
            return f"由 {show(before)} 至 {show(value)}{by}，超过 {size(rule.threshold)}"
        by = f", {sign} {size(moved)}" if np.isfinite(moved) else ""
        return f"{show(before)} to {show(value)}{by}, more than {size(rule.threshold)}"

    def _value(self, rule: Rule, row: int) -> float:
        values = self._figures.current[rule.indicator]
        return np.nan if values is None else float(values[row])

    def _prior(self, rule: Rule, row: int) -> float:
        values = self._figures.prior[rule.indicator]
        return np.nan if values is None else float(values[row])

    @cached_property
    def _missing_names(self) -> list[str]:
        names = []
        for needed in self._inputs:
            label = self._rules.indicators[needed.indicator].labels[self._lang]
            prior = "（上期）" if self._lang == "zh" else " (prior period)"
            names.append(f"{label}{prior}" if needed.prior else label)
        return names

    @cached_property
    def _lacking(self) -> npt.NDArray[np.bool_]:
        return np.column_stack([self._figures.lacking(needed) for needed in self._inputs])

    @cached_property
    def _unknown_events(self) -> list[tuple[str, npt.NDArray[np.bool_]]]:
        """Events that are not known of some customers: without flags, a blank says nothing."""
        events = []
        for place, indicator in enumerate(self._rules.indicators):
            given = self._figures.events[place]
            if indicator.is_event and given is not None and not self._events_given:
                events.append((indicator.labels[self._lang], np.asarray(given == UNKNOWN)))
        return events

    @cached_property
    def _no_events(self) -> str:
        """That no event was asked for at all, if the rules have events."""
        has_events = any(indicator.is_event for indicator in self._rules.indicators)
        if not has_events or any(events is not None for events in self._figures.events):
            return ""
        return "事件（flags）" if self._lang == "zh" else "events (flags)"

    def _missing_text(self, row: int) -> str:
        names = [self._missing_names[i] for i in np.flatnonzero(self._lacking[row]).tolist()]
        names += [label for label, unknown in self._unknown_events if unknown[row]]
        if self._no_events:
            names.append(self._no_events)
        return ("、" if self._lang == "zh" else ", ").join(names)


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
