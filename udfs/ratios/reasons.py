"""What a ratio was made of, in words: formula, figures and what to know of them."""

from __future__ import annotations

import math
from functools import partial
from typing import Final

import numpy as np

from udfs.kinds import TextArray
from udfs.ratios.definitions import Ratio
from udfs.ratios.evaluation import Outcome, period_label
from udfs.ratios.figures import ItemTable

_SENTENCE: Final = {"en": "{}{} = {}: {}{}.", "zh": "{}{} = {}：{}{}。"}
_NOTES: Final = {
    "en": ("{} derived as {}", "counted as zero: {}", "closing balance used as average"),
    "zh": ("{} 由 {} 推导", "空白按零计：{}", "平均值只用期末数"),
}


def reasons_of(ratio: Ratio, outcome: Outcome, items: ItemTable, lang: str) -> TextArray:
    """The sentence of each row that has a result: formula, value, figures and notes."""
    formula = ratio.formula.show(partial(items.label, lang=lang), lang)
    name = ratio.labels[lang]
    # A ratio that is an item, such as working capital, would say the same twice.
    shown = "" if formula in (name, ratio.code) else f" = {formula}"
    names = [period_label(items.label(item, lang), lag, lang) for item, lag in outcome.used]
    columns = [reading.values.tolist() for reading in outcome.used.values()]
    mark, gap = ("、", "；") if lang == "zh" else (", ", "; ")
    notes = notes_of(outcome, items, lang)
    reasons = np.empty(len(outcome.values), dtype=object)
    for row, value in enumerate(outcome.values.tolist()):
        if row in outcome.faults:
            continue
        known = zip(names, (column[row] for column in columns), strict=True)
        figures = mark.join(f"{name} {x:,.10g}" for name, x in known if not math.isnan(x))
        note = gap + notes[row] if notes[row] else ""
        reasons[row] = _SENTENCE[lang].format(name, shown, ratio.show(value, lang), figures, note)
    return reasons


def notes_of(outcome: Outcome, items: ItemTable, lang: str) -> list[str]:
    """What a reader must know of each row's figures: derived, blank as zero, closing balance."""
    derived, counted, closing = _NOTES[lang]
    mark, gap = ("、", "；") if lang == "zh" else (", ", "; ")
    notes: list[list[str]] = [[] for _ in outcome.values]
    zeros: list[dict[str, None]] = [{} for _ in outcome.values]
    for (item, lag), reading in outcome.used.items():
        if reading.derived.any():
            name = period_label(items.label(item, lang), lag, lang)
            parts = items.formulas[item].show(partial(items.label, lang=lang), lang)
            note = derived.format(name, parts)
            for row in np.flatnonzero(reading.derived).tolist():
                notes[row].append(note)
        for blank, at, rows in reading.nil:
            name = period_label(items.label(blank, lang), at, lang)
            for row in np.flatnonzero(rows).tolist():
                zeros[row][name] = None
    for row, names in enumerate(zeros):
        if names:
            notes[row].append(counted.format(mark.join(names)))
    for row in np.flatnonzero(outcome.closing).tolist():
        notes[row].append(closing)
    return [gap.join(texts) for texts in notes]
