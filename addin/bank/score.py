"""One run: the policy of a workbook over everything a bank has, safely."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from addin.bank.duck import Duck, Joiner
from addin.bank.inputs import BATCH_ROWS, Input, open_inputs
from addin.bank.manifest import write_manifest
from addin.bank.outcome_book import write_outcome_book
from addin.bank.pace import Pace
from addin.bank.passes import Passes
from addin.bank.policy_book import Policy, read_policy
from addin.bank.rejects import write_rejects
from addin.bank.run_report import write_report
from addin.bank.staging import Faults, InputCount, parts_of, stage_inputs
from addin.bank.summary import RunSummary, summarise
from addin.bank.work import Work
from addin.bank.workers import Workers, some_workers
from addin.errors import FileError
from addin.portfolio.model import Progress, SourceSet, no_progress
from addin.safe_files import exclusive_name
from udfs.helpers.about import version
from workbook_templates.fields import TABLES, TableName

DETAILS: Final[tuple[TableName, ...]] = ("loans", "transactions")
_STEPS: Final = {
    "read": {"en": "reading and checking", "zh": "读取与检查"},
    "join": {"en": "joining", "zh": "关联"},
    "score": {"en": "scoring", "zh": "评分"},
    "write": {"en": "writing the outcome", "zh": "写出结果"},
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did.

    Attributes:
        out: the folder with the results.
        summary: what came out.
        seconds: the time by step.
    """

    out: Path
    summary: RunSummary
    seconds: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``--json``."""
        summary = self.summary
        tables = {table: summary.rows_of(table) for table in TABLES}
        return {
            "out": str(self.out),
            "as_of": summary.as_of.isoformat(),
            "customers": summary.customers,
            "policy": summary.fingerprint,
            "rows": {
                table: {"read": read, "kept": read - gone, "left_out": gone}
                for table, (read, gone) in tables.items()
            },
            "faults": summary.faults,
            "tiers": [asdict(line) for line in summary.tiers],
            "watched": summary.watched,
            "errors": summary.errors,
            "seconds": self.seconds,
        }


def score(
    policy: str | Path,
    sources: SourceSet,
    out: str | Path,
    *,
    as_of: dt.date | None = None,
    resume: bool = False,
    now: dt.datetime | None = None,
    progress: Progress = no_progress,
    batch_rows: int = BATCH_ROWS,
    workers: int = 1,
) -> Outcome:
    """Apply the policy of a portfolio workbook to all customers of a bank.

    The output folder appears, or changes, in one step when all is done; the output before is kept
    beside it as ``OUT.previous``. Whatever fails, the last good output stays as it was.

    Args:
        policy: the portfolio workbook whose policy and result formulas are applied.
        sources: files, folders of files or databases; see ``SourceSet``.
        out: the folder to write to.
        as_of: the day that the figures are for; default the workbook's own.
        resume: go on with the run that was broken off.
        now: when, for the report; default the clock.
        progress: told how far the run is.
        batch_rows: customers computed together; more take more memory, and no less time.
        workers: how many processes compute; the outcome is the same for any number. With more
            than one, a script must start its work under ``if __name__ == "__main__":``.

    Raises:
        WorkbookError: the policy workbook cannot be used.
        SourceError: a source cannot be read.
        MappingError: a source's columns do not fit the fields.
        FileError: the output cannot be written, or another run is writing to it.

    Example:
        >>> score("policy.xlsx", SourceSet.of(customers="customers/"), "scored")  # doctest: +SKIP
    """
    target = Path(out).absolute()
    if target.exists() and not (target / "manifest.json").exists() and any(target.iterdir()):
        raise FileError(
            target,
            "holds something else than a run's output.",
            "Name another folder, or a new one.",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with exclusive_name(target), _write_errors(target):
        work = Work(target)
        work.recover()
        read = read_policy(policy, as_of)
        inputs = open_inputs(sources)
        work.prepare(_key(read, inputs, sources), resume=resume)
        with some_workers(workers) as able:
            run = _Run(read, inputs, work, Pace(progress, read.lang), batch_rows, able)
            return run.run(now or dt.datetime.now().astimezone())


@contextmanager
def _write_errors(out: Path) -> Iterator[None]:
    """Tell in a sentence that there is no room to write to."""
    try:
        yield
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException, pa.ArrowException) as problem:
        told = " ".join(str(problem).split())
        raise FileError(
            out,
            f"the run cannot be finished ({told}); the last good output is as it was.",
            "Make room on the disk, then go on with --resume.",
        ) from problem


def _key(policy: Policy, inputs: tuple[Input, ...], sources: SourceSet) -> str:
    """What tells a run from one about other data or another policy."""
    mapping = sources.mapping.read_text(encoding="utf-8-sig") if sources.mapping else ""
    facts: list[Any] = [
        version(),
        policy.fingerprint,
        policy.formulas,
        policy.as_of.isoformat(),
        mapping,
        [
            (
                part.plan.table,
                part.name,
                part.sha256,
                part.plan.source.query,
                part.plan.source.sheet,
            )
            for part in inputs
        ],
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@dataclass(slots=True)
class _Run:
    policy: Policy
    inputs: tuple[Input, ...]
    work: Work
    pace: Pace
    batch_rows: int
    workers: Workers

    def run(self, now: dt.datetime) -> Outcome:
        duck = Duck(self.work.places.spill, threads=os.cpu_count() or 1)
        try:
            counts = self._read()
            rows = self._join(duck, counts)
            self._step("score", self._customers() * self.policy.chain.stages)
            places, chain = self.work.places, self.policy.chain
            Passes(chain, places, duck, self.workers, self.pace.advance).run()
            self._step("write")
            summary = self._write(duck, rows, now)
        finally:
            duck.close()
        self.pace.stop()
        self.work.publish()
        return Outcome(self.work.out, summary, self.pace.seconds)

    def _step(self, name: str, total: int = 0) -> None:
        self.pace.step(_STEPS[name][self.policy.lang], total)

    def _read(self) -> tuple[InputCount, ...]:
        state = self.work.state()
        if "read" in state:
            return tuple(InputCount(**count) for count in state["read"])
        self._step("read", sum(part.rows for part in self.inputs))
        counts = stage_inputs(
            self.inputs,
            self.work.places,
            self.policy.as_of,
            self.policy.lang,
            self.workers,
            self.pace.advance,
            self.batch_rows,
        )
        self.work.note(read=[asdict(count) for count in counts])
        return counts

    def _join(self, duck: Duck, counts: tuple[InputCount, ...]) -> tuple[InputCount, ...]:
        state, places = self.work.state(), self.work.places
        if "joined" in state:
            return tuple(InputCount(**count) for count in state["joined"])
        self._step("join")
        # What an earlier attempt at this step found is found again.
        shutil.rmtree(places.faults_joined, ignore_errors=True)
        first = sum(count.faults for count in counts)
        faults = Faults(places, places.faults_joined, self.policy.lang, first=first)
        joiner = Joiner(duck, self.work.folder / "staged", counts, faults)
        dropped = joiner.drop_repeated("customers")
        joiner.find_owners()
        joiner.drop_repeated("loans")
        joiner.drop_repeated("transactions")
        for table in DETAILS:
            joiner.join(table, places.details(table))
        np.save(places.dropped, dropped)
        self.work.note(joined=[asdict(count) for count in counts])
        return counts

    def _customers(self) -> int:
        staged = parts_of(self.work.places.staged("customers"))
        rows: int = sum(pq.read_metadata(part).num_rows for part in staged)
        return rows - len(np.load(self.work.places.dropped, mmap_mode="r"))

    def _write(self, duck: Duck, counts: tuple[InputCount, ...], now: dt.datetime) -> RunSummary:
        fresh = self.work.fresh
        folders = [self.work.places.faults, self.work.places.faults_joined]
        faults = write_rejects(duck, folders, fresh / "rejects.parquet", self.policy.lang)
        summary = summarise(duck, fresh, self.work.out, self.policy, counts, faults)
        write_outcome_book(duck, fresh / "outcome.xlsx", fresh, summary)
        write_manifest(fresh, self.policy, self.inputs, counts, summary)
        self.pace.stop()
        write_report(fresh / "report.html", summary, self.pace, now)
        return summary
