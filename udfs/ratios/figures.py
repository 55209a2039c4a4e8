"""The figures of statements by item and period: found, derived where that can be, or missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Final, TypeAlias

import numpy as np
import pandas as pd

from udfs.cells import BoolArray, Column, Faults, Mixed
from udfs.errors import CallError, Words, column_of
from udfs.kinds import Choice, FloatArray, Table
from udfs.ratios.formulas import Formula, arithmetic, read_formula
from udfs.ratios.names import name_key, read_names
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

Places: TypeAlias = tuple[list[int], list[int]]
StatementItems = Annotated[pd.DataFrame, Table(builtin="statement_items")]
_DASHES: Final = frozenset({"-", "--", "—", "——", "–", "－", "−", "/"})
BLANKS: Final = Choice({"missing": ("缺失",), "nil": ("zero", "零")})
AVERAGES: Final = Choice({"both": ("期初期末",), "closing": ("期末",)})


@record
class ItemTable:
    """The statement items that are known by name.

    Attributes:
        codes: the item of each name, by ``name_key``.
        own_names: the names that are an item's own code or label, by ``name_key``.
        labels: by language and item.
        formulas: how an item is derived from others.
        may_be_nil: the items that statements leave blank when there is nothing.
    """

    codes: dict[str, str]
    own_names: frozenset[str]
    labels: dict[str, dict[str, str]]
    formulas: dict[str, Formula]
    may_be_nil: frozenset[str]

    def code(self, name: str) -> str:
        """The item of a name; a name that is not in the table stands for itself."""
        key = name_key(name)
        return self.codes.get(key, key)

    def places(self, names: Iterable[str]) -> dict[str, Places]:
        """Where each item stands in a list of names: under its own name, and under others.

        Its own name goes first, so that 营业收入 is revenue also where the statement has a line
        营业总收入.
        """
        found: dict[str, Places] = defaultdict(lambda: ([], []))
        for place, name in enumerate(names):
            key = name_key(name)
            if key:
                code = self.codes.get(key, key)
                found[code][key not in self.own_names and code != key].append(place)
        return dict(found)

    def label(self, name: str, lang: str) -> str:
        """The item's name for readers."""
        return self.labels[lang].get(self.code(name), name)


@read_once
def read_items(table: pd.DataFrame | None) -> ItemTable:
    """The items of a table; None is the built-in one.

    Raises:
        CallError: a name stands twice, or a formula is none.
    """
    if table is None or table is builtin("statement_items").rows:
        return _builtin_items()
    return _read_items(table)


@cache
def _builtin_items() -> ItemTable:
    return _read_items(builtin("statement_items").rows)


def _read_items(rows: pd.DataFrame) -> ItemTable:
    formulas = {}
    for item, text in zip(rows["item"], rows["formula"], strict=True):
        if text:
            where = column_of("statement_items", "formula", "公式", str(item))
            formula = read_formula(str(text), where)
            if not formula.is_simple():
                allowed = Words("made of items and + - * only", "只由项目与 + - * 组成的公式")
                raise CallError(where, str(text), allowed)
            formulas[str(item)] = formula
    labels = {
        lang: dict(zip(rows["item"], rows[f"label_{lang}"], strict=True)) for lang in ("en", "zh")
    }
    nil = frozenset(rows["item"][rows["may_be_nil"] == 1])
    codes = read_names(rows, "item", "statement_items")
    own = frozenset(
        name_key(str(name)) for column in ("item", "label_en", "label_zh") for name in rows[column]
    )
    return ItemTable(codes, own, labels, formulas, nil)


def statement_numbers(column: Mixed) -> Column:
    """The figures of a statement's column; a dash is a blank, as accountants write it."""
    numbers = column.numbers()
    dashes = [row for row in numbers.faults if str(column.block.cells[row]).strip() in _DASHES]
    if not dashes:
        return numbers
    faults = {row: fault for row, fault in numbers.faults.items() if row not in set(dashes)}
    blank = numbers.blank.copy()
    blank[dashes] = True
    return Column(numbers.values, blank, faults, numbers.shape)


@record
class Period:
    """The statements of one period.

    Attributes:
        find: the columns in which an item stands, decoded: under its own name, and under others.
        present: which rows have any figure at all in the period.
    """

    find: Callable[[str], tuple[list[Column], list[Column]]]
    present: Callable[[], BoolArray]


@record
class Gap:
    """Rows that lack a figure: which item of which period, a blank cell or no column at all."""

    item: str
    lag: int
    rows: BoolArray
    no_column: bool


@record
class Reading:
    """One item in one period.

    Attributes:
        values: NaN where there is none.
        gaps: what is missing, item by item, when an item was to be derived.
        faults: cells that are no numbers.
        derived: the rows in which other items gave the figure.
        touched: the rows in which the item itself or any part of it is given.
        nil: the rows in which a blank counts as zero.
    """

    values: FloatArray
    gaps: list[Gap]
    faults: Faults
    derived: BoolArray
    touched: BoolArray
    nil: list[tuple[str, int, BoolArray]]


@dataclass(slots=True)
class Figures:
    """All figures of a call.

    Attributes:
        items: the items that are known.
        periods: the statements, the current period first.
        length: the number of rows.
        blank_is_nil: whether blank lines that may be nil count as zero.
    """

    items: ItemTable
    periods: list[Period]
    length: int
    blank_is_nil: bool = False
    _known: dict[tuple[str, int], Reading] = field(default_factory=dict)

    def read(self, name: str, lag: int) -> Reading:
        """The figures of an item, ``lag`` periods before the current one."""
        code = self.items.code(name)
        if (code, lag) not in self._known:
            self._known[code, lag] = self._read(code, lag, frozenset())
        return self._known[code, lag]

    def _read(self, code: str, lag: int, within: frozenset[str]) -> Reading:
        column = self._column(code, lag)
        nothing = np.zeros(self.length, dtype=bool)
        if column is None:
            values, faults = np.full(self.length, np.nan), {}
        else:
            values, faults = column.values.copy(), column.faults
        missing = np.isnan(values)
        missing[list(faults)] = False
        reading = Reading(values, [], dict(faults), nothing, ~missing, [])
        if missing.any():
            missing = self._derive(code, lag, within, reading, missing)
            missing = self._fill_nil(code, lag, reading, missing)
        if missing.any():
            reading.gaps.append(Gap(code, lag, missing, column is None))
        return reading

    def _column(self, code: str, lag: int) -> Column | None:
        if lag >= len(self.periods):
            return None
        label, label_zh = (self.items.label(code, lang) for lang in ("en", "zh"))
        own, others = self.periods[lag].find(code)
        first, second = (_merged(columns, label, label_zh) for columns in (own, others))
        if first is None or second is None:
            return first or second
        empty = first.blank
        values = np.where(empty, second.values, first.values)
        faults = {row: fault for row, fault in second.faults.items() if empty[row]} | first.faults
        return Column(values, empty & second.blank, faults, first.shape)

    def _derive(
        self, code: str, lag: int, within: frozenset[str], reading: Reading, missing: BoolArray
    ) -> BoolArray:
        """Fill in what other items give; returns the rows still missing without an answer why.

        An item that lies within its own derivation is not derived: assets from liabilities and
        equity, equity from assets and liabilities.
        """
        formula = self.items.formulas.get(code)
        if formula is None or code in within:
            return missing
        parts = {
            name: self._read(self.items.code(name), lag, within | {code})
            for name in formula.items()
        }
        values = arithmetic(formula.tree, {n: p.values for n, p in parts.items()}, self.length)
        derived = missing & ~np.isnan(values)
        reading.values[derived] = values[derived]
        reading.derived[derived] = True
        for part in parts.values():
            reading.touched[part.touched] = True
        some = reading.touched
        named = missing & ~derived & some
        for part in parts.values():
            gaps = (Gap(g.item, g.lag, g.rows & named, g.no_column) for g in part.gaps)
            reading.gaps.extend(gaps)
            reading.nil.extend((item, at, rows & derived) for item, at, rows in part.nil)
            reading.faults.update(
                (row, fault) for row, fault in part.faults.items() if missing[row]
            )
        left = missing & ~derived & ~some
        left[list(reading.faults)] = False
        return left

    def _fill_nil(self, code: str, lag: int, reading: Reading, missing: BoolArray) -> BoolArray:
        known_period = self.blank_is_nil and lag < len(self.periods)
        if not known_period or code not in self.items.may_be_nil:
            return missing
        nil = missing & self.periods[lag].present()
        reading.values[nil] = 0.0
        reading.nil.append((code, lag, nil))
        left: BoolArray = missing & ~nil
        return left


def _merged(columns: list[Column], label: str, label_zh: str) -> Column | None:
    """One column of an item that may stand several times, if the figures agree.

    Raises:
        CallError: they do not.
    """
    if len(columns) < 2:  # noqa: PLR2004 - nothing to merge
        return columns[0] if columns else None
    merged = columns[0].values.copy()
    for column in columns[1:]:
        both = ~np.isnan(merged) & ~np.isnan(column.values)
        if (merged[both] != column.values[both]).any() or column.faults or columns[0].faults:
            raise CallError(
                "items",
                Words(f"{label} twice with different figures", f"“{label_zh}”出现两次且金额不同"),
                Words("names that stand once each", "每个项目只出现一次的名称"),
            )
        merged = np.where(np.isnan(merged), column.values, merged)
    return Column(merged, np.isnan(merged), {}, columns[0].shape)
