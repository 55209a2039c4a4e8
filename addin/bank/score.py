"""One run: the policy of a workbook over everything a bank has, safely."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from addin.bank.engine import Engine, EngineError, EngineName
from addin.bank.engines import engine_and_workers
from addin.bank.fault_files import Faults
from addin.bank.inputs import BATCH_ROWS, Input, open_inputs
from addin.bank.joins import Joiner
from addin.bank.manifest import write_manifest
from addin.bank.outcome_book import write_outcome_book
from addin.bank.pace import Pace
from addin.bank.passes import Passes
from addin.bank.policy_book import Policy, read_policy
from addin.bank.rejects import write_rejects
from addin.bank.run_folder import parts_of
from addin.bank.run_report import write_report
from addin.bank.staging import InputCount, stage_inputs
from addin.bank.summary import RunSummary, summarise
from addin.bank.work import Work
from addin.bank.workers import Workers
from addin.errors import FileError
from addin.portfolio.model import Progress, SourceSet, no_progress
from addin.safe_files import exclusive_name
from udfs.errors import Words
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
    engine: EngineName = "duckdb",
    master: str | None = None,
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
        engine: "duckdb" on this machine, or "spark"; the outcome is the same.
        master: the cluster of Spark, such as ``spark://host:7077``; default this machine alone.
            Every node must see the sources and the folder that ``out`` stands in, and have
            creditcells, under the paths that they have here; ``workers`` are its executors then.

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
            Words("holds something else than a run's output.", "其中有并非运行结果的内容。"),
            Words("Name another folder, or a new one.", "请指定其他文件夹或新文件夹。"),
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with exclusive_name(target), _write_errors(target):
        work = Work(target)
        work.recover()
        read = read_policy(policy, as_of)
        inputs = open_inputs(sources)
        work.prepare(_key(read, inputs, sources), resume=resume)
        pace = Pace(progress, read.lang)
        with engine_and_workers(engine, work.places.spill, master=master, workers=workers) as both:
            run = _Run(read, inputs, work, pace, batch_rows, *both)
            summary = run.run(now or dt.datetime.now().astimezone())
        work.publish()
        return Outcome(work.out, summary, pace.seconds)


@contextmanager
def _write_errors(out: Path) -> Iterator[None]:
    """Tell in a sentence that there is no room to write to."""
    try:
        yield
    except EngineError as fault:
        raise _unfinished(out, fault.problem, fault.remedy) from fault
    except (OSError, pa.ArrowException) as problem:
        told = " ".join(str(problem).split())
        remedy = "Make room on the disk, then go on with --resume."
        raise _unfinished(out, told, remedy) from problem


def _unfinished(out: Path, told: str, remedy: str) -> FileError:
    return FileError(
        out, f"the run cannot be finished ({told}); the last good output is as it was.", remedy
    )


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
    engine: Engine
    workers: Workers

    def run(self, now: dt.datetime) -> RunSummary:
        counts = self._join(self._read())
        self._step("score", self._customers() * self.policy.chain.stages)
        places, chain = self.work.places, self.policy.chain
        Passes(chain, places, self.engine, self.workers, self.pace.advance).run()
        self._step("write")
        summary = self._write(counts, now)
        self.pace.stop()
        return summary

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

    def _join(self, counts: tuple[InputCount, ...]) -> tuple[InputCount, ...]:
        state, places = self.work.state(), self.work.places
        if "joined" in state:
            return tuple(InputCount(**count) for count in state["joined"])
        self._step("join")
        # What an earlier attempt at this step found is found again.
        shutil.rmtree(places.faults_joined, ignore_errors=True)
        first = sum(count.faults for count in counts)
        faults = Faults(places, places.faults_joined, self.policy.lang, first=first)
        joiner = Joiner(self.engine, self.work.folder / "staged", counts, faults)
        joiner.drop_repeated("customers")
        joiner.drop_repeated("loans")
        joiner.drop_repeated("transactions")
        for table in DETAILS:
            joiner.join(table, places.details(table))
        np.save(places.dropped, joiner.dropped.get("customers", np.zeros(0, dtype=np.int64)))
        self.work.note(joined=[asdict(count) for count in counts])
        return counts

    def _customers(self) -> int:
        staged = parts_of(self.work.places.staged("customers"))
        rows: int = sum(pq.read_metadata(part).num_rows for part in staged)
        return rows - len(np.load(self.work.places.dropped, mmap_mode="r"))

    def _write(self, counts: tuple[InputCount, ...], now: dt.datetime) -> RunSummary:
        fresh = self.work.fresh
        folders = [self.work.places.faults, self.work.places.faults_joined]
        faults = write_rejects(self.engine, folders, fresh / "rejects.parquet", self.policy.lang)
        summary = summarise(
            self.engine, self.workers, fresh, self.work.out, self.policy, counts, faults
        )
        write_outcome_book(fresh / "outcome.xlsx", fresh, summary)
        write_manifest(fresh, self.policy, self.inputs, counts, summary, self.engine)
        self.pace.stop()
        write_report(fresh / "report.html", summary, self.pace, now)
        return summary
