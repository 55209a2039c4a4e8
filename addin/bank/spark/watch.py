"""A watch over a cluster's executors, for Spark itself waits for lost ones without an end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from py4j.protocol import Py4JError
from pyspark import SparkContext
from pyspark.errors import PySparkException

from addin.bank.engine import EngineError
from addin.bank.spark.master import LOCAL

_PATIENCE: Final = 120.0
"""Seconds that a job may wait while there is no executor at all."""

_EVERY: Final = 1.0


@contextmanager
def watched(context: SparkContext) -> Iterator[None]:
    """End the jobs of a session once its cluster has given no executor for too long.

    Raises:
        EngineError: there was none.
    """
    if (context.master or "").startswith(LOCAL):
        yield
        return
    watch = _Watch(context)
    watch.start()
    try:
        yield
    except (Py4JError, PySparkException) as problem:
        if not watch.given_up.is_set():
            raise
        raise EngineError(
            f"{context.master} gave no executor for {_PATIENCE:.0f} seconds",
            "Check that its workers run, and that they have a free core and the memory that an "
            "executor needs (spark.executor.memory, 1 GB by default); then go on with --resume.",
        ) from problem
    finally:
        watch.end()


@dataclass(slots=True)
class _Watch:
    """A thread that looks after the executors.

    Attributes:
        context: the session.
        given_up: set once the jobs were ended.
    """

    context: SparkContext
    given_up: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._look, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        seen = time.monotonic()
        while not self._ended.wait(_EVERY):
            try:
                if not self._waits_in_vain():
                    seen = time.monotonic()
                elif time.monotonic() - seen > _PATIENCE:
                    self.given_up.set()
                    self.context.cancelAllJobs()
            except (Py4JError, PySparkException, OSError):
                return  # the session itself has ended, which the run sees, too

    def _waits_in_vain(self) -> bool:
        """Whether there are jobs and nobody to do them; the driver is listed as well."""
        if not self.context.statusTracker().getActiveJobsIds():
            return False
        status = self.context._jsc.sc().statusTracker()  # noqa: SLF001 - Python's has no executors
        return len(status.getExecutorInfos()) <= 1
