"""The engine of a run, and those who compute for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from addin.bank.engine import Engine, EngineName
from addin.bank.workers import Workers, some_workers
from addin.errors import FileError


@contextmanager
def engine_and_workers(
    name: EngineName, spill: Path, *, master: str | None, workers: int
) -> Iterator[tuple[Engine, Workers]]:
    """An engine with those who compute the parts of a run: its executors, or our own processes.

    Args:
        name: the engine.
        spill: the engine's folder within the run's.
        master: the cluster of Spark; None for this machine.
        workers: how many processes compute beside DuckDB.

    Raises:
        FileError: a cluster cannot be reached, or cannot do the run.
        EngineError: the engine cannot go on.
    """
    if name == "spark":
        from addin.bank.spark.engine import spark_engine  # noqa: PLC0415 - an optional extra

        with spark_engine(spill, master) as (spark, executors):
            yield spark, executors
        return
    if master is not None:
        raise FileError(master, "names a cluster of Spark.", "Choose Spark as the engine.")
    from addin.bank.duck import duck_engine  # noqa: PLC0415 - not needed beside Spark

    with duck_engine(spill, os.cpu_count() or 1) as duck, some_workers(workers) as able:
        yield duck, able
