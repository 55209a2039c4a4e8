"""The loans of a bank brought together by obligor."""

from __future__ import annotations

from dataclasses import field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from udfs import errors
from udfs.cells import BoolArray, Column, Faults
from udfs.errors import CallError, CellError, Words
from udfs.keys import KeyColumn, Lookup, unique_keys
from udfs.kinds import FloatArray
from udfs.labels import NOWHERE, IndexArray
from udfs.loans.five_tier import five_tier
from udfs.records import record

_NO, _YES = 0, 1
_NOTHING: Final = Words("nothing", "空")


@record
class LoanCells:
    """The columns of a call, one row per loan; None for a column left out."""

    obligors: KeyColumn
    balance: Column
    loan_class: Column
    retail: Column | None
    overdue_days: Column | None
    other_debt: Column | None
    other_overdue: Column | None

    def optional(self) -> dict[str, Column]:
        """The columns given that may be left out, by their names."""
        names = ("retail", "overdue_days", "other_debt", "other_overdue")
        pairs = ((name, getattr(self, name)) for name in names)
        return {name: column for name, column in pairs if column is not None}


@record
class ObligorBook:
    """What is known of each loan and each obligor.

    Attributes:
        cells: the columns as they came.
        names: the obligors.
        owner: the place of each loan's obligor among them; -1 for a blank row.
        classes: the place of each loan's class; ``NOWHERE`` where there is none.
        amounts: each loan's balance, 0 where there is none.
        faults: what is wrong with single loans.
        blank: which rows are blank.
        other_debt: debts of each obligor at other banks; NaN if not known.
        other_overdue: the part of them that is overdue; NaN if not known.
        conflicts: what is wrong with an obligor as such, by its place.
    """

    cells: LoanCells
    names: npt.NDArray[Any]
    owner: IndexArray
    classes: IndexArray
    amounts: FloatArray
    faults: Faults
    blank: BoolArray
    other_debt: FloatArray
    other_overdue: FloatArray
    conflicts: Faults = field(default_factory=dict)

    def total(self, chosen: BoolArray | None = None) -> FloatArray:
        """The balance of each obligor, or of the chosen ones of its loans."""
        used = self.owner >= 0
        if chosen is not None:
            used &= chosen
        return np.bincount(
            self.owner[used], weights=self.amounts[used], minlength=len(self.names)
        ).astype(np.float64)

    def count(self, chosen: BoolArray | None = None) -> npt.NDArray[np.int64]:
        """The number of loans of each obligor, or of the chosen ones."""
        used = self.owner >= 0
        if chosen is not None:
            used &= chosen
        return np.bincount(self.owner[used], minlength=len(self.names))

    def retail(self) -> BoolArray:
        """Which obligors are retail: a loan says so and none says otherwise."""
        column = self.cells.retail
        if column is None:
            return np.zeros(len(self.names), dtype=bool)
        some, others = (self.count(column.values == answer) for answer in (_YES, _NO))
        only: BoolArray = (some > 0) & (others == 0)
        return only

    def row_faults(self) -> Faults:
        """The error of each loan: its own, else the first one among its obligor's loans."""
        first: dict[int, CellError] = dict(self.conflicts)
        for row in sorted(self.faults):
            place = int(self.owner[row])
            if place >= 0:
                first.setdefault(place, _of_row(self.faults[row], row))
        found: Faults = {}
        if first:
            for row in np.flatnonzero(np.isin(self.owner, list(first))).tolist():
                found[row] = first[int(self.owner[row])]
        return found | self.faults


def read_book(cells: LoanCells) -> ObligorBook:
    """The loans of a call by obligor.

    Raises:
        CallError: an obligor is an error cell, or a column lacks those it needs.
    """
    _check_columns(cells)
    names, lookup = unique_keys(cells.obligors, "obligors")
    classes, unknown = five_tier().read(cells.loan_class.values, "loan_class")
    faults = _missing(cells, classes) | unknown | cells.loan_class.faults | cells.balance.faults
    for column in cells.optional().values():
        faults |= column.faults
    blank = cells.obligors.blank & cells.balance.blank & cells.loan_class.blank
    conflicts: Faults = {}
    others = [
        _of_obligors(lookup, cells.optional().get(name), name, len(names), conflicts)
        for name in ("other_debt", "other_overdue")
    ]
    _check_overdue(others[0], others[1], conflicts)
    amounts = np.where(np.isnan(cells.balance.values), 0.0, cells.balance.values)
    return ObligorBook(
        cells, names, lookup.place, classes, amounts, faults, blank, others[0], others[1], conflicts
    )


def _check_columns(cells: LoanCells) -> None:
    given = cells.optional()
    pairs = (
        ("other_debt", "other_overdue"),
        ("other_overdue", "other_debt"),
        ("other_debt", "overdue_days"),
    )
    for first, second in pairs:
        if first in given and second not in given:
            allowed = Words(f"given, since {first} is", f"一并给出，因为已有 {first}")
            raise CallError(second, _NOTHING, allowed, code=errors.NA)


def _missing(cells: LoanCells, classes: IndexArray) -> Faults:
    """The errors of the loans that lack what every loan must have."""
    owes = ~cells.balance.blank & (cells.balance.values != 0)
    lacks = {
        "obligors": cells.obligors.blank & (owes | ~cells.loan_class.blank),
        "balance": cells.balance.blank & ~cells.loan_class.blank,
        "loan_class": owes & cells.loan_class.blank & (classes == NOWHERE),
    }
    if cells.overdue_days is not None:
        lacks["overdue_days"] = owes & cells.overdue_days.blank
    faults: Faults = {}
    for name, rows in lacks.items():
        error = CellError(errors.NA, f"{name} is missing.", f"缺少 {name}。")
        faults = dict.fromkeys(np.flatnonzero(rows).tolist(), error) | faults
    return faults


def _of_obligors(
    lookup: Lookup, column: Column | None, name: str, count: int, conflicts: Faults
) -> FloatArray:
    """One amount per obligor, NaN where none of its loans states it; differing ones conflict."""
    amounts: FloatArray = np.full(count, np.nan)
    if column is None:
        return amounts
    rows = np.flatnonzero(~np.isnan(column.values) & (lookup.place >= 0))
    places, values = lookup.place[rows], column.values[rows]
    amounts[places] = values
    lowest = amounts.copy()
    np.fmax.at(amounts, places, values)
    np.fmin.at(lowest, places, values)
    for place in np.flatnonzero(lowest < amounts).tolist():
        few, most = f"{lowest[place]:.15g}", f"{amounts[place]:.15g}"
        conflicts[place] = CellError(
            errors.VALUE,
            f"{name} must be the same for all loans of an obligor; got {few} and {most}.",
            f"同一债务人各行的 {name} 应相同，实际为 {few} 与 {most}。",
        )
    return amounts


def _check_overdue(debt: FloatArray, overdue: FloatArray, conflicts: Faults) -> None:
    for place in np.flatnonzero(overdue > debt).tolist():
        part, whole = f"{overdue[place]:.15g}", f"{debt[place]:.15g}"
        conflicts.setdefault(
            place,
            CellError(
                errors.NUM,
                f"other_overdue must be at most other_debt, {whole}; got {part}.",
                f"other_overdue 不得大于 other_debt {whole}，实际为 {part}。",
            ),
        )


def _of_row(error: CellError, row: int) -> CellError:
    return CellError(
        error.code,
        f"row {row + 1}, of the same obligor: {error.why() or error}",
        f"同一债务人的第 {row + 1} 行：{error.why('zh') or error}",
    )
