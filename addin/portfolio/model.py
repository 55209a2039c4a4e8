"""What goes into a refresh and what comes out of it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the step's name, the steps done and the steps in all."""


def no_progress(step: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where rows come from. Whatever is left None is found out and stated in the audit row.

    Attributes:
        location: a file's path, or a SQLAlchemy URL such as ``postgresql://user@host/bank``.
        name: what the mapping file and the messages call it; the table's name
            ("customers", "loans", "transactions") where no mapping file says otherwise.
        sheet: the sheet of an Excel workbook; default its first.
        header_row: the row with the column names, from 1; default found by the names.
        query: for a database, a table's name or a SELECT statement.
        encoding: of a text file, such as "gb18030"; default found out.
        delimiter: of a text file, such as ";"; default found out.
    """

    location: str
    name: str = ""
    sheet: str | None = None
    header_row: int | None = None
    query: str | None = None
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSet:
    """All that one refresh reads.

    A table for which there is no source keeps the rows that its sheet holds; they are checked
    like any others.

    Attributes:
        sources: one per file, sheet or query.
        mapping: the TOML file that maps the sources' columns to the field dictionary; without
            it, columns are recognised by the fields' names in either language.
        policy: CSV files that replace policy tables of the workbook, by the table's name, such
            as ``{"scorecard_corporate": Path("our_scorecard.csv")}``.
    """

    sources: tuple[Source, ...] = ()
    mapping: Path | None = None
    policy: Mapping[str, Path] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        *,
        customers: str | None = None,
        loans: str | None = None,
        transactions: str | None = None,
        named: Mapping[str, str] | None = None,
        mapping: str | Path | None = None,
        policy: Mapping[str, str | Path] | None = None,
    ) -> SourceSet:
        """A source per table, and further ones by the name that the mapping file uses.

        Example:
            >>> SourceSet.of(customers="customers.csv", loans="loans.parquet").sources[1].name
            'loans'
        """
        given: dict[str, str | None] = {
            "customers": customers,
            "loans": loans,
            "transactions": transactions,
        }
        given |= dict(named or {})
        return cls(
            sources=tuple(
                Source(location=location, name=name)
                for name, location in given.items()
                if location is not None
            ),
            mapping=None if mapping is None else Path(mapping),
            policy={name: Path(file) for name, file in (policy or {}).items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCount:
    """Where the rows of one table went: ``read == kept + left_out``.

    Attributes:
        table: "customers", "loans" or "transactions".
        source: the source's name, or the sheet's where the rows were there already.
        read: rows that the source holds, without blank ones.
        kept: rows that were written to the table.
        left_out: rows that could not be used; each is on the data check.
        faults: entries on the data check, for rows kept and left out together.
        written: rows on the sheet; fewer than kept where events had to be added up.
        sha256: of the file, or of the rows that a database gave.
        detail: how it was read, such as "utf-8, comma".
    """

    table: str
    source: str
    read: int
    kept: int
    left_out: int
    faults: int
    written: int
    sha256: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TierLine:
    """One risk tier of the refreshed portfolio; money in 万元 (ten thousand yuan)."""

    tier: str
    customers: int
    exposure: float
    expected_loss: float
    average_pd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncomputed:
    """A formula that kept its old value, and why."""

    sheet: str
    cell: str
    formula: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a refresh did.

    Attributes:
        book: the workbook's path.
        as_of: the day that the figures are for.
        lang: "en" or "zh", the workbook's language.
        tables: where the rows of each table went.
        tiers: customers, exposure, expected loss and average PD by risk tier.
        faults_by_rule: entries on the data check by rule.
        listed: entries that stand on the data-check sheet.
        overflow: the CSV with all entries, where they did not fit on the sheet.
        unreconciled: the sum of the data check's differences, which should be 0; NaN if it
            could not be computed.
        previous: the as-of date of the snapshot before, for the migration matrix.
        uncomputed: formulas that kept their old value.
        backup: the workbook as it was before.
        seconds: time by step.
    """

    book: str
    as_of: dt.date
    lang: str
    tables: tuple[TableCount, ...]
    tiers: tuple[TierLine, ...]
    faults_by_rule: Mapping[str, int]
    listed: int
    overflow: Path | None
    unreconciled: float
    previous: dt.date | None
    uncomputed: tuple[Uncomputed, ...] = ()
    backup: Path | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def faults(self) -> int:
        """All entries of the data check."""
        return sum(self.faults_by_rule.values())

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``--json``: dates as ISO text, paths as text."""
        return {key: _plain(value) for key, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
