"""The executors of a cluster as the workers of a run."""

from __future__ import annotations

import pickle
import socket
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyspark import SparkContext

from addin.bank.workers import Done, Item, Task
from addin.errors import FileError
from udfs.errors import CreditCellsError
from udfs.helpers.about import version

MOST_TASKS: Final = 256
"""Tasks under way at once, however large the cluster."""


@dataclass(frozen=True, slots=True)
class SparkWorkers:
    """Executors, each of which sees the run's folder.

    A task is a Spark job of its own: what came of it is here as soon as it is done, and Spark
    gives it to another executor should one be lost.

    Attributes:
        context: the session with Spark.
        threads: wait for the jobs.
    """

    context: SparkContext
    threads: ThreadPoolExecutor

    def run(self, task: Task[Item, Done], items: Iterable[Item]) -> Iterator[Done]:
        """Do a task for each item, as many at once as the executors have cores."""
        pickled = pickle.dumps(task)
        left = iter(items)
        waiting: set[Future[Any]] = set()
        while True:
            # Executors come and go; one task more than they have cores leaves none of them idle.
            room = min(self.context.defaultParallelism + 1, MOST_TASKS) - len(waiting)
            waiting |= {self._submit(pickled, item) for item in islice(left, max(room, 0))}
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for one in done:
                yield _value(one.result())

    def require_able(self, folder: Path) -> None:
        """See whether the executors can do the tasks.

        Raises:
            FileError: one has another version of creditcells, or does not see the folder.
        """
        master, count = self.context.master, self.context.defaultParallelism
        asked = self.context.parallelize([str(folder)] * count, count)
        for host, other, sees in asked.map(_about_this_node).collect():
            if other != version():
                raise FileError(
                    master,
                    f"the node {host} has creditcells {other}, this machine has {version()}.",
                    "Install the same version everywhere.",
                )
            if not sees:
                raise FileError(
                    folder,
                    f"the node {host} does not see this folder.",
                    "Write to a folder that every node of the cluster sees under the same path.",
                )

    def _submit(self, pickled: bytes, item: Any) -> Future[Any]:
        return self.threads.submit(self._job, pickled, item)

    def _job(self, pickled: bytes, item: Any) -> Any:
        jobs = self.context.parallelize([pickle.dumps(item)], 1)
        (found,) = jobs.map(_Try(pickled)).collect()
        return found


@dataclass(frozen=True, slots=True)
class _Try:
    """A task on an executor; an error of ours comes back as it is, without a second try."""

    pickled: bytes

    def __call__(self, item: bytes) -> Any:
        try:
            return _task(self.pickled)(pickle.loads(item))  # noqa: S301 - made by the run itself
        except CreditCellsError as error:
            return _Refused(error)


@dataclass(frozen=True, slots=True)
class _Refused:
    error: CreditCellsError


@lru_cache(maxsize=1)
def _task(pickled: bytes) -> Task[Any, Any]:
    """The task, read once by each Python of an executor."""
    pa.set_cpu_count(1)  # the executor has as many of us as cores
    task: Task[Any, Any] = pickle.loads(pickled)  # noqa: S301 - made by the run itself
    return task


def _value(found: Any) -> Any:
    if isinstance(found, _Refused):
        raise found.error
    return found


def _about_this_node(folder: str) -> tuple[str, str, bool]:
    return socket.gethostname(), version(), Path(folder).is_dir()
