"""The limits on large exposures as a table, and how they apply to customers and groups."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.cells import BoolArray, Column, Faults
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words, column_of, one_of
from udfs.keys import KeyColumn, unique_keys
from udfs.kinds import FloatArray, Table
from udfs.labels import NOWHERE, IndexArray, places, unknown_rows
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

LargeExposures = Annotated[pd.DataFrame, Table(builtin="large_exposures")]

_WORDS: Final = {
    "scope": ("统计范围", ("customer", "group")),
    "measure": ("计量", ("loan", "exposure")),
    "capital_base": ("资本基数", ("tier1", "capital")),
    "purpose": ("用途", ("limit", "report")),
}


@read_once
def read_limits(table: pd.DataFrame | None) -> pd.DataFrame:
    """The limits, each word checked.

    Raises:
        CallError: a row says something unknown.
    """
    limits = builtin("large_exposures").rows if table is None else table
    limits = limits.copy()
    for name, (zh, allowed) in _WORDS.items():
        words = limits[name].str.strip().str.casefold()
        for row in np.flatnonzero(~words.isin(allowed)).tolist():
            where = column_of("limits", name, zh, row + 1)
            raise CallError(where, limits[name].iloc[row], one_of(allowed))
        limits[name] = words
    return limits


@record
class Book:
    """All exposures, added up by customer and by group of connected customers.

    Attributes:
        customer: each row's customer as a number; ``NOWHERE`` where the row names none.
        group: each row's group, likewise.
        totals: by (scope, measure): the total that each row's customer or group has.
        kind: each row's kind as a place in ``kinds``.
        kinds: the kinds of customers.
        blank: rows without anything.
        faults: rows whose customer or group cannot be added up.
    """

    customer: IndexArray
    group: IndexArray
    totals: dict[tuple[str, str], FloatArray]
    kind: IndexArray
    kinds: list[str]
    blank: BoolArray
    faults: Faults


def add_up(
    customers: KeyColumn,
    amounts: Column,
    groups: KeyColumn | None,
    kinds: Column | None,
    loans: Column | None,
    limits: pd.DataFrame,
) -> Book:
    """Add exposures up by customer and group.

    A row whose amount is missing or wrong makes its customer and its group that error: their
    totals would be too low.

    Raises:
        CallError: an error cell among the customers or groups.
    """
    _, lookup = unique_keys(customers, "customers")
    customer = lookup.place
    blank = customers.blank & amounts.blank
    faults: Faults = {}
    group, torn = _groups(customer, groups)
    for row in np.flatnonzero(torn).tolist():
        faults[row] = _TORN
    for row in np.flatnonzero((customer == NOWHERE) & ~blank).tolist():
        faults.setdefault(row, _NOBODY)
    # A blank amount, and one that is wrong, is NaN; its customer and group become faults.
    known = np.nan_to_num(amounts.values)
    stated = known if loans is None else np.where(np.isnan(loans.values), known, loans.values)
    _spread_faults(customer, group, _unusable(customers, amounts, loans), faults)
    totals = {}
    for scope, members in (("customer", customer), ("group", group)):
        totals[scope, "exposure"] = _totals(members, known)
        same = loans is None
        totals[scope, "loan"] = totals[scope, "exposure"] if same else _totals(members, stated)
    names = list(dict.fromkeys(kind for kind in limits["customer_kind"] if kind))
    kind, kind_faults = _kinds(kinds, limits, names, len(customer))
    for row, error in kind_faults.items():
        faults.setdefault(row, error)
    return Book(customer, group, totals, kind, names, blank, faults)


def _groups(customer: IndexArray, groups: KeyColumn | None) -> tuple[IndexArray, BoolArray]:
    """Each row's group, by any row of its customer, and the rows of customers in two groups."""
    if groups is None:
        return np.full(len(customer), NOWHERE, dtype=np.intp), np.zeros(len(customer), dtype=bool)
    _, lookup = unique_keys(groups, "groups")
    stated = lookup.place
    rows = np.flatnonzero((customer != NOWHERE) & (stated != NOWHERE))[::-1]
    count = int(customer.max(initial=0)) + 1
    of_customer = np.full(count + 1, NOWHERE, dtype=np.intp)
    of_customer[customer[rows]] = stated[rows]
    group = of_customer[customer]
    conflict = (stated != NOWHERE) & (customer != NOWHERE) & (stated != group)
    torn = np.zeros(count + 1, dtype=bool)
    torn[customer[conflict]] = True
    return group, torn[customer]


def _unusable(customers: KeyColumn, amounts: Column, loans: Column | None) -> Faults:
    """The rows of a customer without a usable amount."""
    faults = dict(amounts.faults)
    if loans is not None:
        faults = loans.faults | faults
    for row in np.flatnonzero(amounts.blank & ~customers.blank).tolist():
        faults.setdefault(row, _NO_AMOUNT)
    return faults


def _spread_faults(
    customer: IndexArray, group: IndexArray, unusable: Faults, faults: Faults
) -> None:
    """The first fault of a customer or group becomes that of all its rows."""
    if not unusable:
        return
    wrong = np.array(sorted(unusable), dtype=np.intp)
    first = np.full(len(customer), NOWHERE, dtype=np.intp)
    for members in (group, customer):
        of_member = np.full(int(members.max(initial=0)) + 2, NOWHERE, dtype=np.intp)
        of_member[members[wrong[::-1]]] = wrong[::-1]
        # The last place is nobody's.
        of_member[NOWHERE] = NOWHERE
        own = of_member[members]
        first = np.where(own == NOWHERE, first, own)
    first[wrong] = wrong
    errors_by_row = {row: _at_row(row, unusable[row]) for row in wrong.tolist()}
    for row in np.flatnonzero(first != NOWHERE).tolist():
        faults.setdefault(row, errors_by_row[int(first[row])])


def _at_row(row: int, error: CellError) -> CellError:
    return CellError(
        error.code,
        f"row {row + 1}: {error.why()}",
        joined(f"第 {row + 1} 行：", error.why("zh")),
    )


def _totals(members: IndexArray, values: FloatArray) -> FloatArray:
    """The total of each row's customer or group; NaN where it has none."""
    # The last place is nobody's, where -1 leads.
    sums: FloatArray = np.bincount(members + 1, weights=values, minlength=1).astype(np.float64)
    totals: FloatArray = np.append(sums[1:], np.nan)[members]
    return totals


def _kinds(
    kinds: Column | None, limits: pd.DataFrame, names: list[str], count: int
) -> tuple[IndexArray, Faults]:
    """The kind of each row's customer; the table's first where it is blank."""
    if kinds is None:
        return np.zeros(count, dtype=np.intp), {}
    named = limits[limits["customer_kind"] != ""]
    place = places(kinds.values, named, "customer_kind", "customer_kind_en", "customer_kind_zh")
    faults = dict(kinds.faults)
    unreadable = np.where(kinds.blank, 0, place)
    known = named["customer_kind"]
    for row, error in unknown_rows("kinds", kinds.values, unreadable, known).items():
        faults.setdefault(row, error)
    codes = np.array([names.index(kind) for kind in known], dtype=np.intp)
    return np.where(kinds.blank, 0, codes[place]), faults


_TORN: Final = CellError(
    errors.VALUE,
    "groups: this customer stands in two groups; give it one.",
    "groups：该客户列在两个集团之下，请统一。",
)
_NOBODY: Final = CellError(errors.NA, "customers is missing.", "缺少 customers。")
_NO_AMOUNT: Final = CellError(errors.NA, "amounts is missing.", "缺少 amounts。")


@record
class Rooms:
    """The binding limit of each row.

    Attributes:
        rule: the table row of the binding limit; ``NOWHERE`` where no limit applies.
        total: what counts against it.
        limit: the limit as an amount.
        large: whether a reporting threshold is reached.
        lacking: limits that cannot be tested, for want of net capital, by table row.
    """

    rule: IndexArray
    total: FloatArray
    limit: FloatArray
    large: BoolArray
    lacking: list[int]
    lacked: npt.NDArray[np.bool_]

    @property
    def room(self) -> FloatArray:
        """Limit less total: below zero where the limit is exceeded."""
        return self.limit - self.total


def binding_limits(book: Book, limits: pd.DataFrame, bases: dict[str, float]) -> Rooms:
    """The limit that leaves each row's customer the least room.

    Args:
        book: the exposures added up.
        limits: the limits.
        bases: capital by the table's word; NaN where it is not known.
    """
    count = len(book.customer)
    rule = np.full(count, NOWHERE, dtype=np.intp)
    total, limit = np.full(count, np.nan), np.full(count, np.inf)
    least = np.full(count, np.inf)
    large = np.zeros(count, dtype=bool)
    lacking: list[int] = []
    lacked = np.zeros(count, dtype=bool)
    for at, row in enumerate(limits.to_dict("records")):
        share = row["base_share"]
        if np.isnan(share):
            continue
        amount = share * bases[row["capital_base"]]
        counted = book.totals[row["scope"], row["measure"]]
        applies = ~np.isnan(counted)
        if row["customer_kind"]:
            applies &= book.kind == book.kinds.index(row["customer_kind"])
        if row["purpose"] == "report":
            groups = book.totals["group", row["measure"]]
            large |= applies & (np.fmax(counted, groups) >= amount)
        elif np.isnan(amount):
            lacking.append(at)
            lacked |= applies
        else:
            tighter = applies & (amount - counted < least)
            rule[tighter], limit[tighter] = at, amount
            total[tighter] = counted[tighter]
            least[tighter] = amount - counted[tighter]
    return Rooms(rule, total, limit, large, lacking, lacked)


def capital_words(base: str) -> Words:
    """A capital base in words."""
    return {
        "tier1": Words("tier 1 capital", "一级资本净额"),
        "capital": Words("net capital", "资本净额"),
    }[base]
