"""A source's rows as fields of the dictionary, by a mapping file or by the columns' names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from addin.errors import MappingError
from addin.portfolio.expressions import evaluate, names_in
from addin.portfolio.mapping_file import FieldRule, TablePlan
from addin.portfolio.rows import RawRows, normalise
from addin.portfolio.scope import ExpressionError, Scope
from addin.portfolio.values import Values, missing, read_as
from udfs.errors import Words
from workbook_templates.fields import Field

FEWEST_FOR_A_PATTERN: Final = 10
"""So many unreadable cells and no readable one: the mapping is wrong, not the rows."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A source's rows as fields of a table; nothing is left out yet.

    Attributes:
        plan: where they came from.
        raw: the rows as they were read.
        fields: the values of each field that the source gives, as the field's kind.
        unused: columns of the source that no field uses.
    """

    plan: TablePlan
    raw: RawRows
    fields: dict[str, Values]
    unused: tuple[str, ...]


def known_headers(plan: TablePlan) -> frozenset[str]:
    """Normalised names by which a source's header row is recognised."""
    expressions = [rule.expression for rule in plan.rules.values() if rule.expression]
    stated = {normalise(name) for text in expressions for name in names_in(text)}
    if plan.by_name:
        stated |= {name for known in plan.fields for name in _names(known)}
    return frozenset(stated)


def _names(known: Field) -> set[str]:
    labels = list(known.labels.values())
    # Behind a rate, "(%)" may as well mean 55 as 0.55 for the same: that must be mapped.
    if known.unit["en"] != "%":
        labels += [f"{known.labels[lang]}({unit})" for lang, unit in known.unit.items() if unit]
    return {normalise(name) for name in (known.name, *labels)}


def map_rows(plan: TablePlan, raw: RawRows, as_of: np.datetime64, *, whole: bool = True) -> Mapped:
    """A source's rows as fields of a table.

    Args:
        plan: how the source's columns become fields.
        raw: its rows.
        as_of: the day of the refresh.
        whole: whether these are all rows of the source, so that a column of which no cell can
            be read is mapped wrongly.

    Raises:
        MappingError: a column or function does not exist, a needed field has no column, or no
            cell of a column can be read as its field's kind.
    """
    scope = Scope(raw, plan.reading, as_of)
    rules = (_by_name(plan, scope) if plan.by_name else {}) | dict(plan.rules)
    made = {}
    for known in plan.fields:
        if known.name in rules:
            made[known.name] = _make(plan, known, rules[known.name], scope, whole=whole)
        elif known.required:
            raise _no_column(plan, known, raw)
    used = {rule.expression for rule in rules.values()}
    read = {name for name, _, _ in scope.read}
    unused = tuple(
        str(column) for column in raw.frame.columns if column not in read and column not in used
    )
    return Mapped(plan, raw, made, unused)


def _by_name(plan: TablePlan, scope: Scope) -> dict[str, FieldRule]:
    columns = [(str(column), normalise(column)) for column in scope.rows.frame.columns]
    rules = {}
    for known in plan.fields:
        if known.name in plan.rules:
            continue
        names = _names(known)
        found = [column for column, plain in columns if plain in names]
        if len(found) > 1:
            raise MappingError(
                scope.rows.place,
                Words(
                    f"{plan.table}.{known.name} has more than one column: {', '.join(found)}.",
                    f"字段 {plan.table}.{known.name}（{known.labels['zh']}）对应多列：{'、'.join(found)}。",
                ),
                Words(
                    "Keep one of them, or give a mapping file.", "请只保留一列，或提供映射文件。"
                ),
            )
        if found:
            rules[known.name] = FieldRule(found[0], None, plan.reading)
    return rules


def _no_column(plan: TablePlan, known: Field, raw: RawRows) -> MappingError:
    columns = ", ".join(map(str, raw.frame.columns))
    return MappingError(
        plan.mapping,
        Words(
            f"{plan.table}.{known.name} ({known.labels['zh']}) has no column; "
            f"the columns of {raw.place} are {columns}.",
            f"字段 {plan.table}.{known.name}（{known.labels['zh']}）没有对应的列；"
            f"{raw.place} 的列为：{columns}。",
        ),
        Words(
            f"Name a column {known.name!r} or {known.labels['en']!r}, or map one to it. "
            "If the names look garbled, state the encoding.",
            f"请将某列命名为“{known.labels['zh']}”或 {known.name}，或在映射文件中指定对应的列。"
            "如列名显示为乱码，请在映射文件中写明编码（encoding）。",
        ),
    )


def _make(plan: TablePlan, known: Field, rule: FieldRule, scope: Scope, *, whole: bool) -> Values:
    where = f"{plan.table}.{known.name}"
    try:
        if rule.expression is None:
            values = scope.constant(rule.constant)
        else:
            values = evaluate(rule.expression, scope, rule.reading)
        if rule.values:
            made = read_as(_translated(values, rule, scope), known.kind, rule.reading)
        else:
            made = scope.read_as(values, known.kind, rule.reading)
    except (ExpressionError, TypeError) as problem:
        raise MappingError(
            plan.mapping, f"{where} = {rule.expression!r}: {problem}", "Correct the mapping."
        ) from None
    if whole:
        _check_pattern(plan, known, rule, made, scope.rows)
    return made


def _translated(values: Values, rule: FieldRule, scope: Scope) -> Values:
    """Texts replaced by what they stand for; others stay."""
    text = scope.read_as(values, "text", rule.reading)
    changed = {}
    for cell in set(text.data):
        target = rule.values.get(normalise(cell), cell)
        changed[cell] = "yes" if target is True else "no" if target is False else target
    data = np.array([changed[cell] for cell in text.data] + [None], dtype=object)[:-1]
    return Values("raw", data, text.faults, text.column, text.notes)


def _check_pattern(
    plan: TablePlan, known: Field, rule: FieldRule, made: Values, raw: RawRows
) -> None:
    """Refuse a column of which nothing can be read: the mapping is wrong, not the rows."""
    unread = unread_cells(made)
    blank = missing(made, rule.reading)
    if unread.sum() < FEWEST_FOR_A_PATTERN or not blank.all() or known.kind == "text":
        return
    column = next((fault.column for fault in made.faults if fault.column), known.name)
    row = int(np.argmax(unread))
    example = raw.frame[column].iloc[row] if column in raw.frame else ""
    raise unreadable_column(plan, known, column, raw.place, (example, raw.rows[row]))


def unread_cells(values: Values) -> npt.NDArray[np.bool_]:
    """The cells that could not be read as the field's kind."""
    unread = np.zeros(len(values), dtype=bool)
    for fault in values.faults:
        unread |= fault.cells
    return unread


def unreadable_column(
    plan: TablePlan, known: Field, column: str, place: str, first: tuple[object, int]
) -> MappingError:
    """The error of a column of which no cell can be read, with its first cell and row."""
    example, row = first
    kind, remedy = _UNREADABLE[known.kind]
    return MappingError(
        plan.mapping,
        Words(
            f"{plan.table}.{known.name}: no cell of column {column!r} in {place} is a "
            f"{kind}; the first is {example!r} in row {row}.",
            f"{plan.table}.{known.name}：{place} 的“{column}”列没有一个单元格是{kind.zh}，"
            f"首个为第 {row} 行的 {example!r}。",
        ),
        remedy,
    )


_UNREADABLE: Final = {
    "date": (
        Words("date", "日期"),
        Words(
            'State the format, such as dates = ["%d/%m/%Y"].',
            '请在映射文件中写明格式，如 dates = ["%d/%m/%Y"]。',
        ),
    ),
    "number": (
        Words("number", "数字"),
        Words(
            "Map another column, or state decimal, thousands and currency.",
            "请改用其他列，或写明 decimal、thousands 与 currency。",
        ),
    ),
    "flag": (
        Words("flag", "是或否"),
        Words(
            "Say what its words stand for with values = { }.",
            "请用 values = { } 说明各词的含义。",
        ),
    ),
}
