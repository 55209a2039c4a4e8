"""All sources of a refresh, read, mapped and checked, before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from addin.errors import MappingError, SourceError
from addin.portfolio.checks import CheckedTable, check_table
from addin.portfolio.faults import FaultLog, Place
from addin.portfolio.mapping import Mapped, known_headers, map_rows
from addin.portfolio.mapping_file import TablePlan, plan_tables
from addin.portfolio.model import SourceSet
from addin.portfolio.rows import RawRows
from addin.portfolio.sources import read_source
from udfs.chinese import joined
from udfs.errors import Words, in_language
from workbook_templates.fields import TABLES, TableName


@dataclass(frozen=True, slots=True)
class SourceRead:
    """How one source was read and what became of its rows."""

    place: Place
    read: int
    kept: int
    sha256: str
    detail: str


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The checked tables of a portfolio.

    Attributes:
        tables: the rows to be used.
        from_sheet: tables that no source gives: their rows are on the sheet already.
        reads: how each source was read.
        log: what was found wrong.
    """

    tables: dict[TableName, CheckedTable]
    from_sheet: frozenset[TableName]
    reads: tuple[SourceRead, ...]
    log: FaultLog


SheetReader = Callable[[TableName], tuple[TablePlan, RawRows]]


def read_portfolio(
    sources: SourceSet, as_of: dt.date, read_sheet: SheetReader, *, replace_all: bool = False
) -> Portfolio:
    """Read, map and check everything that a refresh brings in.

    Args:
        sources: what to read.
        as_of: the day of the refresh.
        read_sheet: gives the rows that a table's sheet holds, for tables without a source.
        replace_all: whether customers from a source replace the loans and transactions on the
            sheets, too: those of the template's worked case belong to made-up customers.

    Raises:
        SourceError: a source cannot be read.
        MappingError: a source's columns do not fit the fields.
    """
    plans = plan_tables(sources)
    log = FaultLog()
    tables: dict[TableName, CheckedTable] = {}
    reads: list[SourceRead] = []
    day = np.datetime64(as_of, "D")
    files: dict[tuple[object, ...], RawRows] = {}
    with_source = {plan.table for plan in plans}
    replaced = set(TABLES) if replace_all and "customers" in with_source else with_source
    for table in TABLES:
        own = [plan for plan in plans if plan.table == table]
        pairs = [(plan, read_plan(plan, files)) for plan in own] or [read_sheet(table)]
        if table in replaced - with_source:
            pairs = [(plan, _emptied(raw)) for plan, raw in pairs]
        parts = [map_rows(plan, raw, day) for plan, raw in pairs]
        refuse_twice(parts)
        checked = check_table(
            parts, log, customers=tables.get("customers"), on_sheet=table not in replaced
        )
        if table == "customers" and own:
            refuse_unusable(checked, parts, log, Words("as a customer", "作为客户"))
        tables[table] = checked
        if own or table not in replaced:
            reads += [count_rows(checked, number, mapped) for number, mapped in enumerate(parts)]
    return Portfolio(tables, frozenset(set(TABLES) - replaced), tuple(reads), log)


def refuse_unusable(
    checked: CheckedTable, parts: Sequence[Mapped], log: FaultLog, use: Words
) -> None:
    """Keep sources of which no row can be used from emptying a table.

    Args:
        checked: the table's rows that can be used.
        parts: its sources.
        log: what was found wrong in them.
        use: what the rows are for, in the message.

    Raises:
        SourceError: no row is left.
    """
    if len(checked.frame):
        return
    read = sum(part.raw.read for part in parts)
    problem = Words("has no rows.", "没有数据行。")
    if read:
        row, english = _first_entry(checked.table, log, "en")
        _, chinese = _first_entry(checked.table, log, "zh")
        problem = Words(
            f"none of its {read:,} rows can be used {use}. The first: row {row}, {english}",
            joined(f"{read:,} 行中没有一行可用", use.zh, f"。首个问题在第 {row} 行：", chinese),
        )
    raise SourceError(
        ", ".join(part.raw.place for part in parts),
        problem,
        Words(
            "Check that it is the right file, whole, and mapped as meant.",
            "请确认文件无误、完整，且列的对应关系正确。",
        ),
    )


def _first_entry(table: str, log: FaultLog, lang: str) -> tuple[int, str]:
    """The row and the message of the first entry about a table."""
    entries = log.entries(lang)
    entries = entries[entries["table"] == table].reset_index(drop=True)
    return entries["row"][0], entries["message"][0]


def _emptied(raw: RawRows) -> RawRows:
    return replace(raw, frame=raw.frame.iloc[:0], rows=raw.rows[:0])


def read_plan(plan: TablePlan, files: dict[tuple[object, ...], RawRows]) -> RawRows:
    """A plan's source; one that feeds several tables is read once."""
    source = plan.source
    settings = (source.sheet, source.header_row, source.query, source.encoding, source.delimiter)
    key = (plan.folder, source.location, *settings)
    if key not in files:
        files[key] = read_source(source, plan.folder, known_headers(plan))
    return files[key]


def refuse_twice(parts: Sequence[Mapped]) -> None:
    """Rows must be told apart by source and number, so no source may feed a table twice.

    Raises:
        MappingError: one does.
    """
    places = [part.raw.place for part in parts]
    for place in places:
        if places.count(place) > 1:
            raise MappingError(
                parts[0].plan.mapping,
                f"{parts[0].plan.table} takes {place} twice.",
                "Give each of the table's sources a file name of its own.",
            )


def count_rows(checked: CheckedTable, number: int, mapped: Mapped) -> SourceRead:
    """How one of a table's sources was read, and how many of its rows are kept."""
    raw = mapped.raw
    notes = [
        raw.detail,
        *sorted(note for values in mapped.fields.values() for note in values.notes),
    ]
    if mapped.unused and mapped.plan.by_name:
        unused = mapped.unused
        notes.append(Words("not used: " + ", ".join(unused), "未使用：" + "、".join(unused)))
    return SourceRead(
        place=checked.origins[number],
        read=raw.read,
        kept=int((checked.places == number).sum()),
        sha256=raw.sha256,
        detail=_together(list(dict.fromkeys(note for note in notes if note))),
    )


def _together(notes: list[str]) -> Words:
    return Words(", ".join(notes), "，".join(in_language(note, "zh") for note in notes))


def file_name(location: str) -> str:
    """What a workbook is called where its path does not matter."""
    return Path(location).name
