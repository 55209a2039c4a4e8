"""The rules of one classification list: the first that fits each loan, and what is missing."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.cells import BoolArray, Faults
from udfs.errors import CallError, CellError, Words, column_of, one_of, shorten
from udfs.kinds import TextArray
from udfs.labels import NOWHERE, IndexArray
from udfs.loans.field_columns import FieldColumns, FieldTable
from udfs.loans.tag_measures import DERIVED, Measure, can_measure, measure, measure_label
from udfs.read_once import read_once
from udfs.records import record

_LIMITS: Final = ("lower", "more_than", "less_than", "up_to")
_MOST_RULES: Final = 60
"""The rules that block a loan are kept as the bits of one whole number."""


@record
class Rule:
    """One row of a list.

    Attributes:
        tag: the class it gives.
        labels: the class's name by language.
        measure: what it looks at.
        words: the texts it takes; "" if it does not ask for a text.
        limits: lower, more_than, less_than, up_to; NaN where there is none.
        must_know: whether a blank keeps a loan from getting another class.
    """

    tag: str
    labels: dict[str, str]
    measure: str
    words: str
    limits: tuple[float, ...]
    must_know: bool

    @property
    def takes_all(self) -> bool:
        """Whether it takes every known value."""
        return not self.words and all(np.isnan(limit) for limit in self.limits)

    def fits(self, found: Measure) -> BoolArray:
        """Which loans it fits."""
        if self.words:
            return found.among(self.words, "rules")
        return found.within(*self.limits)

    def condition(self, lang: str) -> str:
        """What it asks for, in words; "" if it takes every known value."""
        if self.words:
            return ""
        marks = ("≥", ">", "<", "≤")
        parts = [
            f"{mark} {limit:g}"
            for mark, limit in zip(marks, self.limits, strict=True)
            if not np.isnan(limit)
        ]
        return ("，" if lang == "zh" else ", ").join(parts)


@read_once
def read_rules(table: pd.DataFrame, fields: FieldTable) -> dict[str, list[Rule]]:
    """The rules by list.

    Raises:
        CallError: a rule looks at something unknown, or a list has too many rules.
    """
    found: dict[str, list[Rule]] = {}
    known = [*fields.fields, *DERIVED]
    for row in table.to_dict("records"):
        if row["field"] not in known:
            raise CallError(column_of("rules", "field", "字段"), row["field"], one_of(known))
        rule = Rule(
            tag=row["tag"],
            labels={lang: row[f"label_{lang}"] for lang in ("en", "zh")},
            measure=row["field"],
            words=row["words"],
            limits=tuple(row[name] for name in _LIMITS),
            must_know=row["must_know"] == 1,
        )
        found.setdefault(row["loan_list"], []).append(rule)
    for name, rules in found.items():
        if len(rules) > _MOST_RULES:
            given = Words(f"{len(rules)} rows of list {name}", f"清单 {name} 有 {len(rules)} 行")
            allowed = Words(
                f"at most {_MOST_RULES} rows per list", f"每个清单至多 {_MOST_RULES} 行"
            )
            raise CallError("rules", given, allowed)
    return found


@record(caches=True)
class Tagged:
    """The loans of a grid by one list.

    Attributes:
        rules: the list's rules that the grid has columns for.
        columns: the grid.
        place: the place of the rule that gives each loan its class; ``NOWHERE`` if none does.
        faults: why a loan has none.
    """

    rules: list[Rule]
    columns: FieldColumns
    place: IndexArray
    faults: Faults
    measures: dict[str, Measure]

    def labels(self, lang: str) -> TextArray:
        """The class of each loan in a language."""
        names = np.array([*(rule.labels[lang] for rule in self.rules), None], dtype=object)
        return names[self.place]

    def codes(self) -> TextArray:
        """The class of each loan as a code."""
        names = np.array([*(rule.tag for rule in self.rules), None], dtype=object)
        return names[self.place]

    @cached_property
    def _shown(self) -> dict[str, npt.NDArray[np.object_]]:
        return {name: found.values() for name, found in self.measures.items()}

    def value(self, row: int) -> object:
        """What the deciding rule saw of a loan."""
        return self._shown[self.rules[self.place[row]].measure][row]

    def reason(self, row: int, lang: str) -> str:
        """Why a loan has its class."""
        zh = lang == "zh"
        rule = self.rules[self.place[row]]
        value = self.value(row)
        shown = f"{value:.6g}" if isinstance(value, float) else str(value)
        name = measure_label(rule.measure, self.columns, lang)
        condition = rule.condition(lang)
        if rule.takes_all:
            condition = "不属于其他类别" if zh else "in none of the other classes"
        if zh:
            end = f"（{condition}）" if condition else ""
            return f"{rule.labels['zh']}：{name} {shown}{end}。"
        end = f" ({condition})" if condition else ""
        return f"{rule.labels['en']}: {name} {shown}{end}."


def tag_loans(rules: list[Rule], columns: FieldColumns, title: dict[str, str]) -> Tagged:
    """Give every loan its class by one list.

    Raises:
        CallError: the grid has none of the columns that the list looks at.
    """
    usable = [rule for rule in rules if can_measure(rule.measure, columns)]
    if not usable:
        raise CallError("fields", _given(columns), _needed(rules, columns, title), code=errors.NA)
    measures = {name: measure(name, columns) for name in dict.fromkeys(r.measure for r in usable)}
    place = np.full(columns.count, NOWHERE, dtype=np.intp)
    blocked = np.zeros(columns.count, dtype=np.int64)
    for number, rule in enumerate(usable):
        open_still = place == NOWHERE
        found = measures[rule.measure]
        if rule.must_know and not found.known.all():
            blocked[open_still & ~found.known] |= 1 << number
        place[open_still & rule.fits(found)] = number
    faults = _blocked(usable, place, blocked, columns) | _without(usable, measures, place, columns)
    for found in measures.values():
        faults |= found.faults
    for row in faults:
        place[row] = NOWHERE
    return Tagged(usable, columns, place, faults, measures)


def _given(columns: FieldColumns) -> Words:
    english, chinese = (
        joint.join(columns.table.label(name, lang) for name in columns.columns)
        for lang, joint in (("en", ", "), ("zh", "、"))
    )
    return Words(english or "no column of a loan's field", chinese or "没有贷款字段的列")


def _needed(rules: list[Rule], columns: FieldColumns, title: dict[str, str]) -> Words:
    """The columns that a list could be read from, in words."""
    options: dict[tuple[str, ...], None] = {}
    for rule in rules:
        for fields in DERIVED.get(rule.measure, ((rule.measure,),)):
            options[fields] = None
    english, chinese = (
        joint.join(
            plus.join(columns.table.label(name, lang) for name in fields) for fields in options
        )
        for lang, joint, plus in (("en", ", or ", " and "), ("zh", "，或", "与"))
    )
    return Words(
        f"headers with {english} for the list {title['en']}",
        f"含有{chinese}的列名（清单“{title['zh']}”）",
    )


def _blocked(
    rules: list[Rule], place: IndexArray, blocked: npt.NDArray[np.int64], columns: FieldColumns
) -> Faults:
    """The errors of the loans that a blank field could give another class."""
    same = [sum(1 << i for i, other in enumerate(rules) if other.tag == rule.tag) for rule in rules]
    masks = np.array([*same, 0], dtype=np.int64)
    harmful = np.where(place == NOWHERE, 0, blocked & ~masks[place])
    faults: Faults = {}
    for bits in np.unique(harmful[harmful != 0]).tolist():
        names = dict.fromkeys(rule.measure for i, rule in enumerate(rules) if bits >> i & 1)
        rows = np.flatnonzero(harmful == bits).tolist()
        faults |= dict.fromkeys(rows, _missing(list(names), columns))
    return faults


def _missing(names: list[str], columns: FieldColumns) -> CellError:
    english = " and ".join(measure_label(name, columns, "en") for name in names)
    chinese = "与".join(measure_label(name, columns, "zh") for name in names)
    return CellError(errors.NA, f"{english} is missing.", f"缺少{chinese}。")


def _without(
    rules: list[Rule], measures: dict[str, Measure], place: IndexArray, columns: FieldColumns
) -> Faults:
    """The errors of the loans that no rule fits.

    The field that most rules look at is at fault if it is known; else what is not known is.
    """
    rows = np.flatnonzero(place == NOWHERE)
    if not len(rows):
        return {}
    looked_at = [rule.measure for rule in rules]
    main = max(measures, key=looked_at.count)
    odd = measures[main].known[rows]
    faults = _odd_values(main, measures[main], rows[odd], rules, columns)
    unknown = [(main, ~measures[main].known)]
    unknown += [(name, ~each.known) for name, each in measures.items() if name != main]
    left = rows[~odd]
    lacking = np.column_stack([blank[left] for _, blank in unknown])
    for pattern in np.unique(lacking, axis=0):
        names = [name for (name, _), blank in zip(unknown, pattern, strict=True) if blank]
        here = left[(lacking == pattern).all(axis=1)]
        faults |= dict.fromkeys(here.tolist(), _missing(names, columns))
    return faults


def _odd_values(
    name: str, found: Measure, rows: IndexArray, rules: list[Rule], columns: FieldColumns
) -> Faults:
    """The errors of the loans whose value no rule of the list takes."""
    values = found.values()[rows]
    faults: Faults = {}
    for value in dict.fromkeys(values.tolist()):
        error = _odd(name, value, rules, columns)
        faults |= dict.fromkeys(rows[values == value].tolist(), error)
    return faults


def _odd(name: str, value: object, rules: list[Rule], columns: FieldColumns) -> CellError:
    label = {lang: measure_label(name, columns, lang) for lang in ("en", "zh")}
    classes = {
        lang: list(dict.fromkeys(rule.labels[lang] for rule in rules if rule.measure == name))
        for lang in ("en", "zh")
    }
    is_number = isinstance(value, float)
    given = f"{value:g}" if is_number else shorten(value)
    english = f"{label['en']}: {given} is in no class of the list ({', '.join(classes['en'])})"
    chinese = f"{label['zh']}：{given} 不属于清单的任何类别（{'、'.join(classes['zh'])}）"
    if is_number:
        return CellError(errors.NUM, f"{english}.", f"{chinese}。")
    return CellError(
        errors.VALUE,
        f"{english}; correct it, or add it to the column words of the rules.",
        f"{chinese}，请更正，或在规则表的“取值”列中补充。",
    )
