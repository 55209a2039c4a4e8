"""What came out of a run, in a few small tables: for the workbook, the report and the manifest."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from addin.bank.duck import Duck, parquet, quoted
from addin.bank.policy_book import Policy
from addin.bank.staging import InputCount
from addin.portfolio.model import TierLine
from workbook_templates.fields import TABLES

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
    duck: Duck,
    fresh: Path,
    last: Path,
    policy: Policy,
    counts: Sequence[InputCount],
    faults: int,
) -> RunSummary:
    """The small tables of a run.

    Args:
        duck: reads the results.
        fresh: the folder of the new output.
        last: the folder of the last output, if there is one.
        policy: the policy.
        counts: where the rows of each input went.
        faults: entries of the data check.
    """
    # One thread adds up in the order of the rows, so that the same run gives the same sums.
    threads = duck.threads
    duck.execute("SET threads = 1")
    results = parquet(fresh / "customers")
    has = set(pq.read_schema(next(iter(sorted((fresh / "customers").glob("*.parquet"))))).names)
    migration, worse = _migration(duck, results, last)
    columns = tuple(name for name in _WATCHED if name in has)
    condition = _watch_condition(has, worse=worse)
    listed = ", ".join(f'r."{name}"' for name in columns)
    source = f"{results} r{_last_join(last) if worse else ''}"
    order = "r.expected_loss DESC NULLS LAST, r.customer_id"
    summary = RunSummary(
        policy=policy.file.name,
        fingerprint=policy.fingerprint,
        as_of=policy.as_of,
        lang=policy.lang,
        customers=_one(duck, f"SELECT count(*) FROM {results}"),  # noqa: S608 - names of ours
        counts=counts,
        faults=faults,
        tiers=_tiers(duck, results),
        heat=_heat(duck, results, has),
        grades=_grades(duck, results),
        migration=migration,
        watched=_one(duck, f"SELECT count(*) FROM {source} WHERE {condition}"),  # noqa: S608 - same
        watch_list=tuple(
            duck.rows(
                f"SELECT {listed} FROM {source} WHERE {condition} ORDER BY {order} "  # noqa: S608 - same
                f"LIMIT {MOST_WATCHED}"
            )
        ),
        watch_columns=columns,
        errors=_errors(duck, results),
        classes=_classes(duck, results, has),
    )
    duck.execute(f"SET threads = {threads}")
    return summary


def _one(duck: Duck, sql: str) -> int:
    return int(duck.rows(sql)[0][0])


def _tiers(duck: Duck, results: str) -> tuple[TierLine, ...]:
    found = duck.rows(
        "SELECT coalesce(risk_tier, ''), count(*), coalesce(sum(exposure), 0), "  # noqa: S608 - names of ours
        f"coalesce(sum(expected_loss), 0), avg(pd) FROM {results} GROUP BY 1"
    )
    lines = [
        TierLine(tier=tier, customers=count, exposure=exposure, expected_loss=loss, average_pd=pd)
        for tier, count, exposure, loss, pd in found
    ]
    return tuple(sorted(lines, key=lambda line: (line.tier == "", line.average_pd or 0.0)))


def _heat(duck: Duck, results: str, has: set[str]) -> tuple[tuple[str, str, float, int], ...]:
    if "abc" not in has:
        return ()
    return tuple(
        duck.rows(
            "SELECT grade, abc, coalesce(sum(exposure), 0), count(*) "  # noqa: S608 - names of ours
            f"FROM {results} WHERE grade IS NOT NULL AND abc IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
        )
    )


def _classes(
    duck: Duck, results: str, has: set[str]
) -> tuple[tuple[str, int, float, float, float], ...]:
    """The portfolio by five-tier class; nothing for a policy workbook without classes."""
    if not {"five_tier", "provision", "booked"} <= has:
        return ()
    return tuple(
        duck.rows(
            "SELECT coalesce(five_tier, ''), count(*), coalesce(sum(exposure), 0), "  # noqa: S608 - names of ours
            "coalesce(sum(provision), 0), coalesce(sum(booked), 0) "
            f"FROM {results} GROUP BY 1 ORDER BY 3 DESC, 1"
        )
    )


def _grades(duck: Duck, results: str) -> tuple[str, ...]:
    found = duck.rows(
        f"SELECT grade FROM {results} WHERE grade IS NOT NULL "  # noqa: S608 - names of ours
        "GROUP BY grade ORDER BY min(pd) NULLS LAST, grade"
    )
    return tuple(row[0] for row in found)


def _last_results(last: Path) -> str | None:
    folder = last / "customers"
    return parquet(folder) if any(folder.glob("part-*.parquet")) else None


def _last_join(last: Path) -> str:
    return f" LEFT JOIN {_last_results(last)} b ON r.customer_id = b.customer_id"


def _migration(duck: Duck, results: str, last: Path) -> tuple[Migration | None, bool]:
    """The migration against the last run, and whether there is one."""
    before = _last_results(last)
    if before is None:
        return None, False
    manifest = json.loads((last / "manifest.json").read_text(encoding="utf-8"))
    cells = duck.rows(
        "SELECT coalesce(b.grade, ''), coalesce(r.grade, ''), count(*) "  # noqa: S608 - names of ours
        f"FROM {results} r JOIN {before} b ON r.customer_id = b.customer_id "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    added = _one(
        duck,
        f"SELECT count(*) FROM {results} r "  # noqa: S608 - same
        f"ANTI JOIN {before} b ON r.customer_id = b.customer_id",
    )
    gone = _one(
        duck,
        f"SELECT count(*) FROM {before} b "  # noqa: S608 - same
        f"ANTI JOIN {results} r ON r.customer_id = b.customer_id",
    )
    return Migration(manifest["as_of"], tuple(cells), added, gone), True


def _watch_condition(has: set[str], *, worse: bool) -> str:
    """Who is watched: non-performing, with something to check, or in a worse grade than before."""
    conditions = ["r.npl"] if "npl" in has else []
    conditions += ['r."check" IS NOT NULL'] if "check" in has else []
    conditions += ["(r.grade <> b.grade AND r.pd > b.pd)"] if worse else []
    return " OR ".join(f"coalesce({condition}, false)" for condition in conditions) or "false"


def _errors(duck: Duck, results: str) -> dict[str, int]:
    found = duck.rows(
        'SELECT remark."column", count(*) FROM '  # noqa: S608 - names of ours
        f"(SELECT unnest(remarks) AS remark FROM {results}) GROUP BY 1 ORDER BY 1"
    )
    return dict(found)


def failed_rows(duck: Duck, rejects: Path, most: int) -> list[dict[str, Any]]:
    """The first entries of the data check, rows that were left out before the others."""
    order = " ".join(f"WHEN '{table}' THEN {place}" for place, table in enumerate(TABLES))
    found: list[dict[str, Any]] = []
    for batch in duck.batches(
        f"SELECT * EXCLUDE (content) FROM {quoted(rejects)} "  # noqa: S608 - names of ours
        f'ORDER BY CASE "table" {order} END, source, sheet, row LIMIT {most}'
    ):
        found += batch.to_pylist()
    return found
