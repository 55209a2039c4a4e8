"""Rule tables applied to customers: from the top down, the first rule that fits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.cells import BoolArray, Faults, Mixed, blank_cells
from udfs.chinese import joined
from udfs.errors import CellError, shorten
from udfs.kinds import FloatArray, TextArray
from udfs.learning.decision_tree_rules import COMPARE, Condition, Listed, Rule, RuleTable
from udfs.learning.factor_columns import IndexArray, missing_column, place_of
from udfs.records import record

NO_RULE: Final = -1


@record
class Placed:
    """Which rule each row has: the first that fits, ``NO_RULE`` where there is none.

    Attributes:
        rule: the rule's place.
        faults: why a row has no rule.
    """

    rule: IndexArray
    faults: Faults


@record
class _Values:
    """One factor's column, read as its conditions need it.

    Attributes:
        column: the cells.
        numbers: NaN where there is none; None if no rule has bounds on the factor.
        codes: of each row, the place of its text; None if no rule lists values.
        texts: the distinct texts.
        missing: which cells are blank.
        unreadable: error cells, and texts where a number is needed and none is listed.
        asks_missing: whether any rule names a blank, so that a blank is an answer.
    """

    column: Mixed
    numbers: FloatArray | None
    codes: IndexArray | None
    texts: tuple[str, ...]
    missing: BoolArray
    unreadable: Faults
    unreadable_rows: BoolArray
    asks_missing: bool


def apply_rules(table: RuleTable, values: list[Mixed], names: list[str]) -> Placed:
    """The first rule that fits each row.

    A row stops at the first rule that cannot be told for want of a value: what comes below might
    let it through without the value ever being looked at.

    Raises:
        CallError: a factor has no column.
    """
    columns = {factor: _column(table, factor, values, names) for factor in table.factors}
    count = len(values[0])
    found = np.full(count, NO_RULE, dtype=np.intp)
    faults: Faults = {}
    left = np.arange(count)
    for place, rule in enumerate(table.rules):
        holds, unknown = _rule_state(rule, columns, left)
        found[left[holds]] = place
        for row in left[unknown].tolist():
            faults[row] = _why_unknown(rule, columns, row)
        left = left[~(holds | unknown)]
    for row in left.tolist():
        faults[row] = _no_rule(columns, row)
    return Placed(found, faults)


def column_in(factor: str, values: list[Mixed], names: list[str]) -> Mixed:
    """The column of a factor.

    Raises:
        CallError: there is none.
    """
    place = place_of(factor, names)
    if place is None:
        raise missing_column(factor, names)
    return values[place]


def _column(table: RuleTable, factor: str, values: list[Mixed], names: list[str]) -> _Values:
    column = column_in(factor, values, names)
    conditions = [c for rule in table.rules for c in rule.conditions if c.factor == factor]
    lists = [listed for c in conditions for listed in (c.listed, c.excluded) if listed]
    bounded = any(c.bounds for c in conditions)
    numbers = column.numbers() if bounded else None
    codes, texts = _coded(column) if lists else (None, ())
    unreadable: Faults = {}
    if numbers is None:
        unreadable = column.texts().faults if column.block.cells.dtype.kind == "O" else {}
    else:
        for row, fault in numbers.faults.items():
            cell = column.block.cells[row]
            if not (isinstance(cell, str) and any(each.has(cell.strip()) for each in lists)):
                unreadable[row] = fault
    rows = np.zeros(len(column), dtype=bool)
    rows[list(unreadable)] = True
    return _Values(
        column=column,
        numbers=None if numbers is None else numbers.values,
        codes=codes,
        texts=texts,
        missing=blank_cells(column.block),
        unreadable=unreadable,
        unreadable_rows=rows,
        asks_missing=any(each.missing for each in lists),
    )


def _coded(column: Mixed) -> tuple[IndexArray, tuple[str, ...]]:
    cells = column.block.cells
    if cells.dtype.kind in "fiu":
        codes, distinct = pd.factorize(cells)
        return codes, tuple(f"{number:.17g}" for number in distinct)
    codes, spellings = pd.factorize(column.texts().values)
    return codes, tuple(str(text) for text in spellings)


def _rule_state(
    rule: Rule, columns: dict[str, _Values], rows: IndexArray
) -> tuple[BoolArray, BoolArray]:
    """Which of the rows a rule fits, and for which it cannot be told."""
    holds = np.ones(len(rows), dtype=bool)
    unknown = np.zeros(len(rows), dtype=bool)
    for condition in rule.conditions:
        values = columns[condition.factor]
        lacking = _lacking(values, rows)
        holds &= _holds(condition, values, rows) | lacking
        unknown |= lacking
    return holds & ~unknown, holds & unknown


def _lacking(values: _Values, rows: IndexArray) -> BoolArray:
    unreadable = values.unreadable_rows[rows]
    return unreadable if values.asks_missing else unreadable | values.missing[rows]


def _holds(condition: Condition, values: _Values, rows: IndexArray) -> BoolArray:
    missing = values.missing[rows]
    if condition.bounds and values.numbers is not None:
        numbers = values.numbers[rows]
        inside = ~np.isnan(numbers)
        for sign, bound in condition.bounds:
            inside &= COMPARE[sign](numbers, bound)
        if condition.listed:
            inside |= _among(condition.listed, values, rows, missing)
    elif condition.listed:
        inside = _among(condition.listed, values, rows, missing)
    else:
        inside = np.ones(len(rows), dtype=bool)
    if condition.excluded:
        inside &= ~_among(condition.excluded, values, rows, missing)
    return inside


def _among(listed: Listed, values: _Values, rows: IndexArray, missing: BoolArray) -> BoolArray:
    found = np.zeros(len(rows), dtype=bool)
    if values.codes is not None and listed.texts:
        # The last place is that of a blank number, whose code is -1.
        member = np.array([*(bool(text) and listed.has(text) for text in values.texts), False])
        found = member[values.codes[rows]]
    return np.where(missing, listed.missing, found)


def _why_unknown(rule: Rule, columns: dict[str, _Values], row: int) -> CellError:
    for condition in rule.conditions:
        values = columns[condition.factor]
        if row in values.unreadable:
            fault = values.unreadable[row]
            return CellError(
                fault.code,
                f"{condition.factor}: {fault.reason or fault}",
                joined(condition.factor, "：", fault.why("zh") or str(fault)),
            )
        if values.missing[row] and not values.asks_missing:
            return CellError(
                errors.NA,
                f"{condition.factor} is missing, and rule {rule.name} asks for it; give it, or "
                f"name missing among the rules' values of {condition.factor}.",
                joined(
                    "缺少",
                    condition.factor,
                    "，而规则",
                    rule.name,
                    "需要该值；请补充，或在规则表中将“缺失”列为其取值。",
                ),
            )
    raise AssertionError(f"rule {rule.name} lacks nothing in row {row}.")


def _no_rule(columns: dict[str, _Values], row: int) -> CellError:
    shown = {
        factor: shorten(values.column.block.cells[row]) if not values.missing[row] else None
        for factor, values in columns.items()
    }
    english = ", ".join(f"{name} {'missing' if x is None else x}" for name, x in shown.items())
    chinese = "、".join(joined(name, "缺失" if x is None else x) for name, x in shown.items())
    return CellError(
        errors.NA,
        f"no rule fits {english}; add a last rule without conditions if every customer needs one.",
        joined("没有规则符合", chinese, "；如须覆盖所有客户，请在末尾加一条不设条件的规则。"),
    )


def by_rule(per_rule: Iterable[Any], placed: Placed) -> TextArray:
    """Something said of each rule, brought to the rows; a row's error where it has no rule."""
    # The last place is that of NO_RULE.
    contents = [*per_rule, None]
    listed = np.empty(len(contents), dtype=object)
    listed[:] = contents
    spread: TextArray = listed[placed.rule]
    for row, fault in placed.faults.items():
        spread[row] = fault
    return spread
