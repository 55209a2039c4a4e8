"""A formula computed on whole columns of figures, with the reason where a row has no result."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from udfs import errors
from udfs.cells import BoolArray, Faults
from udfs.chinese import joined
from udfs.errors import CellError, Words
from udfs.kinds import FloatArray
from udfs.ratios.figures import Figures, Gap, Reading
from udfs.ratios.formulas import BINARY, Formula, function_of, item_of
from udfs.records import record

PERIODS: Final = {
    "en": ("", "prior ", "earlier "),
    "zh": ("", "上期", "上上期"),
}
_ELEMENTWISE: Final[dict[str, Callable[..., Any]]] = {
    "abs": np.abs,
    "min": np.minimum,
    "max": np.maximum,
}
_BAD: Final = {
    errors.DIV0: Words("zero", "为零。"),
    errors.NUM: Words("below zero, so that it would mislead", "为负，比率失去意义。"),
}


def period_label(label: str, lag: int, lang: str) -> str:
    """An item's label with the period before it."""
    words = PERIODS[lang]
    return words[min(lag, len(words) - 1)] + label


@dataclass(slots=True)
class Outcome:
    """A formula computed.

    Attributes:
        values: one per row; NaN where there is none.
        faults: why a row has none.
        used: the figures it was made of, by item and period.
        closing: the rows in which an average is a closing balance.
    """

    values: FloatArray
    faults: Faults
    used: dict[tuple[str, int], Reading]
    closing: BoolArray


@record
class _Refusal:
    """Rows in which a part of the formula may not be what it is."""

    rows: BoolArray
    part: ast.expr
    code: str


@dataclass(slots=True)
class _Evaluation:
    """One formula on its way through the figures."""

    figures: Figures
    closing_only: bool
    used: dict[tuple[str, int], Reading] = field(default_factory=dict)
    openings: set[tuple[str, int]] = field(default_factory=set)
    refusals: list[_Refusal] = field(default_factory=list)
    closing: Any = False

    def value(self, node: ast.expr, lag: int) -> Any:
        """The value of a part, ``lag`` periods back: an array, or a number that holds for all."""
        name = item_of(node)
        if name is not None:
            reading = self.figures.read(name, lag)
            self.used[self.figures.items.code(name), lag] = reading
            return reading.values
        if isinstance(node, ast.BinOp):
            left, right = self.value(node.left, lag), self.value(node.right, lag)
            if isinstance(node.op, ast.Div):
                return self._divided(left, right, node.right)
            return BINARY[type(node.op)](left, right)
        if isinstance(node, ast.UnaryOp):
            operand = self.value(node.operand, lag)
            return -operand if isinstance(node.op, ast.USub) else operand
        if isinstance(node, ast.Call):
            return self._called(node, lag)
        return float(ast.literal_eval(node))

    def _called(self, node: ast.Call, lag: int) -> Any:
        function, first = function_of(node), node.args[0]
        if function in _ELEMENTWISE:
            return _ELEMENTWISE[function](*(self.value(part, lag) for part in node.args))
        if function == "prior":
            return self.value(first, lag + 1)
        now = self.value(first, lag)
        if function == "average":
            return self._average(first, now, lag)
        if function == "positive":
            return self._positive(now, first)
        before = self.value(first, lag + 1)
        if function == "change":
            return now - before
        return (now - before) / self._positive(before, _prior(first))

    def _average(self, part: ast.expr, now: Any, lag: int) -> Any:
        if not self.closing_only:
            return (now + self.value(part, lag + 1)) / 2
        already = set(self.used)
        before = self.value(part, lag + 1)
        self.openings |= set(self.used) - already
        alone = np.isnan(before) & ~np.isnan(now)
        self.closing = self.closing | alone
        return np.where(alone, now, (now + before) / 2)

    def _divided(self, left: Any, right: Any, part: ast.expr) -> Any:
        zero = np.broadcast_to(np.equal(right, 0), (self.figures.length,))
        if zero.any():
            self.refusals.append(_Refusal(zero, part, errors.DIV0))
            right = np.where(np.equal(right, 0), np.nan, right)
        return left / right

    def _positive(self, value: Any, part: ast.expr) -> Any:
        """The value where it is above zero; a result over zero or less would mislead."""
        for bad, code in ((np.equal(value, 0), errors.DIV0), (np.less(value, 0), errors.NUM)):
            if np.any(bad):
                rows = np.broadcast_to(bad, (self.figures.length,))
                self.refusals.append(_Refusal(rows, part, code))
        return np.where(np.greater(value, 0), value, np.nan)


def _prior(part: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("prior", ast.Load()), [part], [])


def evaluate(
    formula: Formula, figures: Figures, title: dict[str, str], *, closing: bool
) -> Outcome:
    """Compute a formula on the figures.

    Args:
        formula: what to compute.
        figures: of all rows.
        title: the ratio's name by language, for the reasons.
        closing: whether an average without an opening balance is the closing balance.
    """
    run = _Evaluation(figures, closing)
    with np.errstate(over="ignore", invalid="ignore"):
        result = run.value(formula.tree, 0)
        values = np.broadcast_to(np.asarray(result, dtype=np.float64), (figures.length,)).copy()
    without = np.isnan(values)
    alone = np.broadcast_to(np.asarray(run.closing, dtype=bool), (figures.length,))
    faults: Faults = {}
    if without.any():
        faults = _refused(run, without, title)
        faults |= _missing(run, without, title)
        faults |= _faulty_cells(run, without)
    return Outcome(values, faults, run.used, alone & ~without)


def _faulty_cells(run: _Evaluation, without: BoolArray) -> Faults:
    found: Faults = {}
    for reading in run.used.values():
        for row, fault in reading.faults.items():
            if without[row]:
                found.setdefault(row, fault)
    return found


def _missing(run: _Evaluation, without: BoolArray, title: dict[str, str]) -> Faults:
    """The error of each row with gaps; rows that lack the same share one."""
    gaps: dict[tuple[str, int], Gap] = {}
    for key, reading in run.used.items():
        if key in run.openings:
            continue
        for gap in reading.gaps:
            known = gaps.get((gap.item, gap.lag))
            rows = gap.rows if known is None else gap.rows | known.rows
            gaps[gap.item, gap.lag] = Gap(gap.item, gap.lag, rows, gap.no_column)
    if not gaps:
        return {}
    places = np.flatnonzero(without)
    lacking = np.column_stack([gap.rows[places] for gap in gaps.values()])
    patterns, code = np.unique(lacking, axis=0, return_inverse=True)
    listed = list(gaps.values())
    shared = [
        _lacks([listed[j] for j in np.flatnonzero(pattern)], run.figures, title)
        for pattern in patterns
    ]
    errors_by_row = zip(places.tolist(), code.reshape(-1).tolist(), strict=True)
    return {row: shared[place] for row, place in errors_by_row if patterns[place].any()}


def _lacks(gaps: list[Gap], figures: Figures, title: dict[str, str]) -> CellError:
    names = {
        lang: [period_label(figures.items.label(gap.item, lang), gap.lag, lang) for gap in gaps]
        for lang in ("en", "zh")
    }
    absent = any(gap.no_column and gap.lag < len(figures.periods) for gap in gaps)
    may_be_nil = figures.items.may_be_nil.issuperset(gap.item for gap in gaps)
    hint = "; items has no such name" if absent else ""
    hint_zh = "；items 中没有该名称" if absent else ""
    if may_be_nil and not figures.blank_is_nil:
        hint += '; blanks = "nil" counts lines without a figure as zero'
        hint_zh += '；若确无金额，可将 blanks 设为 "nil" 按零计'
    return CellError(
        errors.NA,
        f"{title['en']}: missing {', '.join(names['en'])}{hint}.",
        joined(title["zh"], "：缺少", "、".join(names["zh"]), f"{hint_zh}。"),
    )


def _refused(run: _Evaluation, without: BoolArray, title: dict[str, str]) -> Faults:
    """The error of each row whose formula divides by nothing, or by less where that misleads."""
    found: Faults = {}
    items = run.figures.items
    for refusal in run.refusals:
        part = Formula("", refusal.part)
        shown = {
            lang: part.show(lambda name, lang=lang: items.label(name, lang), lang)  # type: ignore[misc]
            for lang in ("en", "zh")
        }
        error = CellError(
            refusal.code,
            f"{title['en']} divides by {shown['en']}, which is {_BAD[refusal.code]}.",
            joined(title["zh"], "的分母", shown["zh"], _BAD[refusal.code].zh),
        )
        for row in np.flatnonzero(refusal.rows & without).tolist():
            found.setdefault(row, error)
    return found
