"""What came out of a run, in a few small tables: for the workbook, the report and the manifest."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from addin.bank.engine import Engine, listed
from addin.bank.policy_book import Policy
from addin.bank.run_folder import parts_of
from addin.bank.staging import InputCount
from addin.bank.totals import Totals, all_totals, part_totals
from addin.bank.workers import Workers
from addin.portfolio.model import TierLine

MOST_WATCHED: Final = 5_000
"""Rows of the watch list in the workbook; more of them stand in the results."""

_WATCHED: Final = (
    "customer_id",
    "name",
    "grade",
    "risk_tier",
    "pd",
    "exposure",
    "expected_loss",
    "overdue_days",
    "check",
)
_LAST_JOIN: Final = " LEFT JOIN last_results b ON r.customer_id = b.customer_id"


@dataclass(frozen=True, slots=True)
class Migration:
    """Customers by what they were in the last run and what they are now.

    Attributes:
        as_of: the day of the last run.
        cells: grade then, grade now, customers; "" for none.
        added: customers that the last run did not have.
        gone: customers that only the last run had.
    """

    as_of: str
    cells: tuple[tuple[str, str, int], ...]
    added: int
    gone: int


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What came out of a run.

    Attributes:
        policy: the policy workbook's file name.
        fingerprint: the policy's.
        as_of: the day that the figures are for.
        lang: the language of everything a user reads.
        customers: how many have results.
        counts: where the rows of each input went.
        faults: entries of the data check.
        tiers: the portfolio by risk tier, the safest first.
        heat: grade, ABC class, exposure and customers.
        grades: the grades, the best first.
        classes: five-tier class, customers, exposure, provision needed and booked, the largest
            exposure first; "" for customers without a class.
        migration: against the last run; None if there is none.
        watched: how many customers are on the watch list.
        watch_list: the first of them, the largest expected loss first.
        watch_columns: the columns of the watch list.
        errors: cells that hold an error, by column.
    """

    policy: str
    fingerprint: str
    as_of: dt.date
    lang: str
    customers: int
    counts: Sequence[InputCount]
    faults: int
    tiers: tuple[TierLine, ...]
    heat: tuple[tuple[str, str, float, int], ...]
    grades: tuple[str, ...]
    migration: Migration | None
    watched: int
    watch_list: tuple[tuple[Any, ...], ...]
    watch_columns: tuple[str, ...]
    errors: dict[str, int] = field(default_factory=dict)
    classes: tuple[tuple[str, int, float, float, float], ...] = ()

    def rows_of(self, table: str) -> tuple[int, int]:
        """The rows of a table that were read, and those left out."""
        own = [count for count in self.counts if count.table == table]
        return sum(count.read for count in own), sum(count.left_out for count in own)


def summarise(
    engine: Engine,
    workers: Workers,
    fresh: Path,
    last: Path,
    policy: Policy,
    counts: Sequence[InputCount],
    faults: int,
) -> RunSummary:
    """The small tables of a run.

    Args:
        engine: sees the results.
        workers: add up their parts.
        fresh: the folder of the new output.
        last: the folder of the last output, if there is one.
        policy: the policy.
        counts: where the rows of each input went.
        faults: entries of the data check.
    """
    parts = list(parts_of(fresh / "customers"))
    totals = all_totals(workers.run(part_totals, parts))
    engine.view("results", parts)
    has = set(pq.read_schema(parts[0]).names)
    migration = _migration(engine, last)
    columns = tuple(name for name in _WATCHED if name in has)
    condition = _watch_condition(has, worse=migration is not None)
    source = f"results r{_LAST_JOIN if migration is not None else ''}"
    return RunSummary(
        policy=policy.file.name,
        fingerprint=policy.fingerprint,
        as_of=policy.as_of,
        lang=policy.lang,
        customers=totals.customers,
        counts=counts,
        faults=faults,
        tiers=_tiers(totals),
        heat=_heat(totals),
        grades=_grades(totals),
        migration=migration,
        watched=_one(engine, f"SELECT count(*) FROM {source} WHERE {condition}"),  # noqa: S608 - names of ours
        watch_list=tuple(
            engine.rows(
                f"SELECT {listed(columns, 'r')} FROM {source} WHERE {condition} "  # noqa: S608 - same
                f"ORDER BY r.expected_loss DESC NULLS LAST, r.customer_id LIMIT {MOST_WATCHED}"
            )
        ),
        watch_columns=columns,
        errors={row["column"]: row["cells"] for row in _sorted(totals.errors, "column")},
        classes=_classes(totals),
    )


def _one(engine: Engine, sql: str) -> int:
    return int(engine.rows(sql)[0][0])


def _sorted(rows: pa.Table, *names: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rows.to_pylist()
    return sorted(found, key=lambda row: tuple(row[name] for name in names))


def _tiers(totals: Totals) -> tuple[TierLine, ...]:
    lines = [
        TierLine(
            tier=row["risk_tier"] or "",
            customers=row["customers"],
            exposure=row["exposure"] or 0.0,
            expected_loss=row["expected_loss"] or 0.0,
            average_pd=row["pd"] / row["pds"] if row["pds"] else None,
        )
        for row in totals.tiers.to_pylist()
    ]
    return tuple(
        sorted(lines, key=lambda line: (line.tier == "", line.average_pd or 0.0, line.tier))
    )


def _heat(totals: Totals) -> tuple[tuple[str, str, float, int], ...]:
    if totals.heat is None:
        return ()
    return tuple(
        (row["grade"], row["abc"], row["exposure"] or 0.0, row["customers"])
        for row in _sorted(totals.heat, "grade", "abc")
    )


def _classes(totals: Totals) -> tuple[tuple[str, int, float, float, float], ...]:
    """The portfolio by five-tier class; nothing for a policy workbook without classes."""
    if totals.classes is None:
        return ()
    lines = [
        (
            row["five_tier"] or "",
            row["customers"],
            row["exposure"] or 0.0,
            row["provision"] or 0.0,
            row["booked"] or 0.0,
        )
        for row in totals.classes.to_pylist()
    ]
    return tuple(sorted(lines, key=lambda line: (-line[2], line[0])))


def _grades(totals: Totals) -> tuple[str, ...]:
    def place(row: dict[str, Any]) -> tuple[bool, float, str]:
        lowest = row["lowest"]
        return lowest is None, lowest or 0.0, row["grade"]

    return tuple(row["grade"] for row in sorted(totals.grades.to_pylist(), key=place))


def _migration(engine: Engine, last: Path) -> Migration | None:
    """The migration against the last run, if there is one."""
    parts = list(parts_of(last / "customers"))
    if not parts:
        return None
    engine.view("last_results", parts)
    manifest = json.loads((last / "manifest.json").read_text(encoding="utf-8"))
    cells = engine.rows(
        "SELECT coalesce(b.grade, ''), coalesce(r.grade, ''), count(*) "
        "FROM results r JOIN last_results b ON r.customer_id = b.customer_id "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    beyond = "SELECT count(*) FROM {} x ANTI JOIN {} y ON x.customer_id = y.customer_id"
    added = _one(engine, beyond.format("results", "last_results"))
    gone = _one(engine, beyond.format("last_results", "results"))
    return Migration(manifest["as_of"], tuple(cells), added, gone)


def _watch_condition(has: set[str], *, worse: bool) -> str:
    """Who is watched: non-performing, with something to check, or in a worse grade than before."""
    conditions = ["r.npl"] if "npl" in has else []
    conditions += ['r."check" IS NOT NULL'] if "check" in has else []
    conditions += ["(r.grade <> b.grade AND r.pd > b.pd)"] if worse else []
    return " OR ".join(f"coalesce({condition}, false)" for condition in conditions) or "false"


def failed_rows(rejects: Path, most: int) -> list[dict[str, Any]]:
    """The first entries of the data check, without the cells of their rows."""
    found: list[dict[str, Any]] = []
    with pq.ParquetFile(rejects) as parquet:
        names = [name for name in parquet.schema_arrow.names if name != "content"]
        for batch in parquet.iter_batches(most, columns=names):
            found += batch.to_pylist()[: most - len(found)]
            if len(found) == most:
                break
    return found
