"""Columns on their way from a source's cells to a field, with their faults beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from addin.portfolio.cleaning import (
    NOT_A_DATE,
    Cleaned,
    Mask,
    Reading,
    clean_dates,
    clean_flags,
    clean_numbers,
    clean_texts,
    is_blank,
)
from udfs.chinese import joined
from udfs.errors import Words, in_language

ValueKind: TypeAlias = Literal["raw", "text", "number", "date", "flag"]
UNKNOWN: int = -1


@dataclass(frozen=True, slots=True)
class CellFault:
    """Cells that break a rule.

    Attributes:
        rule: a key of ``rules.RULES``.
        column: the source's column; "" for something computed.
        cells: which rows.
    """

    rule: str
    column: str
    cells: Mask


@dataclass(frozen=True, slots=True)
class Values:
    """One value per row.

    Attributes:
        kind: "raw" as the source gave them, or what they have been read as.
        data: text, float, day or flag (1, 0, -1 for unknown) per row.
        faults: the cells at fault; their values are blank unless the rule keeps them.
        column: the source's column that they are, "" for something computed.
        notes: what had to be found out, such as "decimal comma in Amount".
    """

    kind: ValueKind
    data: npt.NDArray[Any]
    faults: tuple[CellFault, ...] = ()
    column: str = ""
    notes: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.data)

    def where(self, rows: Mask) -> tuple[CellFault, ...]:
        """The faults of the given rows only."""
        kept = (replace(fault, cells=fault.cells & rows) for fault in self.faults)
        return tuple(fault for fault in kept if fault.cells.any())


def missing(values: Values, reading: Reading) -> Mask:
    """Which values are blank."""
    if values.kind in ("raw", "text"):
        return is_blank(values.data, reading.blanks)
    if values.kind == "number":
        blank: Mask = np.isnan(values.data)
    elif values.kind == "date":
        blank = np.isnat(values.data)
    else:
        blank = values.data == UNKNOWN
    return blank


def read_as(values: Values, kind: ValueKind, reading: Reading) -> Values:
    """The values as another kind; cells that cannot be read so become faults.

    Raises:
        TypeError: one kind cannot become the other, such as a date a number.
    """
    if kind in (values.kind, "raw"):
        return values
    if values.kind in ("raw", "text"):
        return _read_cells(values, kind, reading)
    if kind == "text":
        return replace(values, kind="text", data=_written(values, reading))
    if values.kind == "flag" and kind == "number":
        numbers = np.where(values.data == UNKNOWN, np.nan, values.data).astype(np.float64)
        return replace(values, kind="number", data=numbers)
    if values.kind == "number":
        return _read_cells(replace(values, kind="raw"), kind, reading)
    raise TypeError(f"a {values.kind} cannot be read as a {kind}")


def _read_cells(values: Values, kind: ValueKind, reading: Reading) -> Values:
    readers = {
        "number": clean_numbers,
        "date": clean_dates,
        "flag": clean_flags,
        "text": clean_texts,
    }
    cleaned: Cleaned = readers[kind](values.data, reading)
    faults = tuple(CellFault(rule, values.column, cells) for rule, cells in cleaned.faults.items())
    note = cleaned.note
    if note and values.column:
        told = in_language(note, "zh")
        note = Words(f"{note} in {values.column}", joined(values.column, f"列{told}"))
    return Values(
        kind,
        cleaned.values,
        values.faults + faults,
        values.column,
        values.notes | ({note} if note else set()),
    )


def _written(values: Values, reading: Reading) -> npt.NDArray[Any]:
    blank = missing(values, reading)
    if values.kind == "number":
        cells = [f"{value:.15g}" for value in values.data]
    elif values.kind == "date":
        cells = [str(value) for value in values.data]
    else:
        cells = ["yes" if value == 1 else "no" for value in values.data]
    text = np.array(cells, dtype=object)
    text[blank] = ""
    return text


def choose(condition: Values, yes: Values, no: Values, reading: Reading) -> Values:
    """One value or the other by row; blank where the condition is unknown."""
    kind = common_kind(yes, no)
    yes, no = read_as(yes, kind, reading), read_as(no, kind, reading)
    is_true, is_false = condition.data == 1, condition.data == 0
    data = np.where(is_true, yes.data, no.data)
    if kind in ("raw", "text"):
        data = data.astype(object)
    data[~is_true & ~is_false] = blank_of(kind)
    faults = (*condition.faults, *yes.where(is_true), *no.where(is_false))
    return Values(kind, data, faults, "", condition.notes | yes.notes | no.notes)


def common_kind(first: Values, second: Values) -> ValueKind:
    """The kind that two values can share: their own, or what the typed one of them is."""
    if first.kind == second.kind:
        return first.kind
    if first.kind == "raw":
        return second.kind
    if second.kind == "raw":
        return first.kind
    raise TypeError(f"{first.kind} and {second.kind} cannot be mixed")


def blank_of(kind: ValueKind) -> Any:
    """The value that stands for a blank."""
    blanks = {"number": np.nan, "date": NOT_A_DATE, "flag": UNKNOWN}
    return blanks.get(kind, "")
