"""The log of everything found wrong in the sources, for the data check."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from addin.portfolio.rows import IntArray
from addin.portfolio.rules import ACTIONS, LEFT_OUT, RULES
from udfs.chinese import filled

_LONGEST_VALUE: Final = 200
COLUMNS: Final = (
    "table",
    "source",
    "sheet",
    "row",
    "column",
    "value",
    "rule",
    "message",
    "action",
    "left_out",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows come from: one part of a table."""

    table: str
    source: str
    sheet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Rows or cells of one column that break one rule.

    Attributes:
        place: the table and the source.
        rule: a key of ``RULES``.
        action: a key of ``ACTIONS``.
        column: how the source calls the column; "" for a whole row.
        rows: the source's row numbers.
        values: what stands there, one per row.
        allowed: what would be right: one text for all rows, or one per row.
    """

    place: Place
    rule: str
    action: str
    column: str
    rows: IntArray
    values: Sequence[Any]
    allowed: str | Sequence[str] = ""


@dataclass(slots=True)
class FaultLog:
    """Everything found wrong, and which rows were left out because of it."""

    faults: list[Fault] = field(default_factory=list)
    left_out: dict[Place, set[int]] = field(default_factory=dict)

    def add(self, fault: Fault) -> None:
        """Note a fault."""
        if len(fault.rows):
            self.faults.append(fault)

    def leave_out(self, place: Place, rows: IntArray) -> None:
        """Note rows that are left out; each needs a fault that says why."""
        self.left_out.setdefault(place, set()).update(rows.tolist())

    def count(self, place: Place) -> int:
        """Entries about one source."""
        return sum(len(fault.rows) for fault in self.faults if fault.place == place)

    def by_rule(self) -> dict[str, int]:
        """Entries by rule, the most frequent first."""
        counter: Counter[str] = Counter()
        for fault in self.faults:
            counter[fault.rule] += len(fault.rows)
        return dict(counter.most_common())

    def entries(self, lang: str) -> pd.DataFrame:
        """One row per fault, in the order of tables as they were checked, sources, rows.

        ``left_out`` is 1 in the first entry of each row that was left out, so that it adds up to
        the number of such rows.
        """
        tables = list(dict.fromkeys(fault.place.table for fault in self.faults))
        parts = [
            self._part(fault, lang).assign(order=tables.index(fault.place.table))
            for fault in self.faults
        ]
        if not parts:
            return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
        entries = pd.concat(parts, ignore_index=True)
        entries = entries.sort_values(["order", "source", "sheet", "row"], kind="stable")
        place = ["table", "source", "sheet", "row"]
        first = ~entries.duplicated([*place, "gone"])
        entries["left_out"] = (entries["gone"] & first).astype(np.int64)
        entries.loc[entries["gone"], "action"] = ACTIONS[LEFT_OUT][lang]
        return entries[list(COLUMNS)].reset_index(drop=True)

    def _part(self, fault: Fault, lang: str) -> pd.DataFrame:
        rule = RULES[fault.rule]
        values = [shown(value) for value in fault.values]
        allowed = fault.allowed
        each = [allowed] * len(values) if isinstance(allowed, str) else list(allowed)
        message = rule.messages[lang]
        fill = filled if lang == "zh" else str.format
        gone = self.left_out.get(fault.place, set())
        return pd.DataFrame(
            {
                "table": fault.place.table,
                "source": fault.place.source,
                "sheet": fault.place.sheet,
                "row": fault.rows,
                "column": fault.column,
                "value": values,
                "rule": rule.labels[lang],
                "message": [
                    fill(message, column=fault.column, value=_quoted(value), allowed=limit)
                    for value, limit in zip(values, each, strict=True)
                ],
                "action": ACTIONS[fault.action][lang],
                "gone": [row in gone for row in fault.rows.tolist()],
            }
        )


def shown(value: Any) -> str:
    """A source's cell as the data check shows it: text, cut if long."""
    if pd.isna(value):
        return ""
    if isinstance(value, float | np.floating):
        text = f"{value:.15g}"
    elif isinstance(value, dt.datetime) and value.time() == dt.time():
        text = value.date().isoformat()
    else:
        text = str(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "“”"
