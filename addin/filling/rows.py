"""The rows for a workbook's data tables, read, mapped and checked before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from addin.filling.recognised import Recognised
from addin.portfolio.checks import CheckedTable, check_table
from addin.portfolio.data_sheets import read_table
from addin.portfolio.faults import FaultLog
from addin.portfolio.mapping import map_rows
from addin.portfolio.mapping_file import plan_tables
from addin.portfolio.model import SourceSet
from addin.portfolio.reading import (
    SourceRead,
    count_rows,
    file_name,
    read_plan,
    refuse_twice,
    refuse_unusable,
)
from addin.portfolio.rows import RawRows
from udfs.errors import Words
from workbook_templates.fields import Dictionary


@dataclass(frozen=True, slots=True)
class NewRows:
    """What is to be written.

    Attributes:
        tables: the rows of each table that a source fills.
        reads: how each source was read.
        log: what was found wrong in them.
    """

    tables: Mapping[str, CheckedTable]
    reads: tuple[SourceRead, ...]
    log: FaultLog


def read_rows(target: Recognised, sources: SourceSet, as_of: dt.date | None) -> NewRows:
    """Read and check the sources for a workbook.

    Args:
        target: the workbook.
        sources: what to read.
        as_of: the day that a mapping's expressions may count from.

    Raises:
        SourceError: a source cannot be read, or none of its rows can be used.
        MappingError: a source's columns do not fit the fields.
    """
    plans = plan_tables(sources, target.dictionary)
    log = FaultLog()
    tables: dict[str, CheckedTable] = {}
    reads: list[SourceRead] = []
    files: dict[tuple[object, ...], RawRows] = {}
    day = np.datetime64("NaT", "D") if as_of is None else np.datetime64(as_of, "D")
    for table in target.dictionary:
        own = [plan for plan in plans if plan.table == table]
        if not own:
            continue
        parts = [map_rows(plan, read_plan(plan, files), day) for plan in own]
        refuse_twice(parts)
        owner = owner_of(table, target.dictionary)
        owners = None if owner is None else tables.get(owner) or _on_sheet(target, owner, day)
        checked = check_table(parts, log, customers=owners)
        refuse_unusable(checked, parts, log, Words(f"for {checked.table}", f"填入 {checked.table}"))
        tables[table] = checked
        reads += [count_rows(checked, number, mapped) for number, mapped in enumerate(parts)]
    return NewRows(tables, tuple(reads), log)


def owner_of(table: str, dictionary: Dictionary) -> str | None:
    """The table whose rows the rows of another belong to: the one whose key is a field there."""
    names = {one.name for one in dictionary[table] if not one.key}
    for other, fields in dictionary.items():
        if other != table and any(one.key and one.name in names for one in fields):
            return other
    return None


def _on_sheet(target: Recognised, table: str, day: np.datetime64) -> CheckedTable:
    """The rows that a table of the workbook holds already; nothing is noted about them."""
    sheet, fields = target.tables[table], target.dictionary[table]
    plan, raw = read_table(sheet, table, fields, file_name(target.book.fullname))
    return check_table([map_rows(plan, raw, day)], FaultLog(), on_sheet=True)
