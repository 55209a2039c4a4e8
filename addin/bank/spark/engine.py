"""Spark SQL as the engine of a run."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from addin.bank.engine import ROW_GROUP
from addin.bank.spark.session import spark_session
from addin.bank.spark.watch import watched
from addin.bank.spark.workers import MOST_TASKS, SparkWorkers

_ROW_GROUP_BYTES: Final = 8 << 20
"""A reader of some rows reads a whole row group: much smaller ones than Spark's own."""

_PATTERN: Final = re.compile(r"[\[\]{}*?\\]")
_TASK_BYTES: Final = 8 << 20
"""The share of a compressed table that one task joins or puts in order."""


@dataclass(slots=True)
class Spark:
    """Spark at work on one run.

    Attributes:
        session: the session.
        folder: what is kept between queries; every node sees it.
    """

    session: SparkSession
    folder: Path
    programs: tuple[str, ...] = field(default=("pyspark",), init=False)
    _tasks: int = field(default=0, init=False, repr=False)
    _numbers: Iterator[int] = field(default_factory=count, init=False, repr=False)

    def view(self, name: str, files: Iterable[Path]) -> None:
        """Give a name to the rows of Parquet files."""
        paths = list(files)
        self._spread(sum(path.stat().st_size for path in paths))
        # A path is no pattern, whatever characters it has.
        plain = [_PATTERN.sub(r"\\\g<0>", _location(path)) for path in paths]
        rows = self.session.read.parquet(*plain)
        rows.createOrReplaceTempView(name)

    def define(self, name: str, sql: str) -> None:
        """Give a name to a query."""
        self.session.sql(sql).createOrReplaceTempView(name)

    def keep(self, name: str, sql: str) -> int:
        """Compute a query once, and give a name to its rows; returns how many there are."""
        folder = self._new_folder()
        self.write(sql, folder)
        parts = _parts(folder)
        self.view(name, parts)
        return sum(pq.read_metadata(part).num_rows for part in parts)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a small result."""
        return [tuple(row) for row in self.session.sql(sql).collect()]

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The rows of a large result: the executors write them, and they are read part by part."""
        folder = self._new_folder()
        self.write(sql, folder)
        for part in _parts(folder):
            with pq.ParquetFile(part) as parquet:
                yield from parquet.iter_batches(ROW_GROUP)
        shutil.rmtree(folder)

    def write(self, sql: str, folder: Path) -> None:
        """Write the rows of a result into a folder, which appears when it is complete."""
        fresh = self._new_folder()
        writer = self.session.sql(sql).write.option("parquet.block.size", _ROW_GROUP_BYTES)
        writer.parquet(_location(fresh))
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh.rename(folder)

    def _spread(self, size: int) -> None:
        """Let joins and orders fall into as many tasks as the largest table so far asks for."""
        tasks = max(self.session.sparkContext.defaultParallelism, -(-size // _TASK_BYTES))
        if tasks > self._tasks:
            self._tasks = tasks
            self.session.conf.set("spark.sql.shuffle.partitions", tasks)

    def _new_folder(self) -> Path:
        return self.folder / f"query-{next(self._numbers):06d}"


def _location(path: Path) -> str:
    """A path as Hadoop takes it: no URI, for nothing in it is escaped."""
    return f"file://{path}"


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*.parquet"))


@contextmanager
def spark_engine(spill: Path, master: str | None) -> Iterator[tuple[Spark, SparkWorkers]]:
    """Spark for one run, and its executors.

    Args:
        spill: a folder for what is kept between queries; every node sees it.
        master: the cluster, such as ``spark://host:7077``; None for this machine alone.

    Raises:
        FileError: the cluster cannot be reached, or cannot do the run.
        EngineError: Spark failed.
    """
    shutil.rmtree(spill, ignore_errors=True)  # what a broken-off run left
    # The session ends before the threads that wait for its jobs.
    with (
        ThreadPoolExecutor(MOST_TASKS) as threads,
        spark_session(spill, master) as session,
        watched(session.sparkContext),
    ):
        workers = SparkWorkers(session.sparkContext, threads)
        workers.require_able(spill)
        yield Spark(session, spill), workers
