"""Who does the tasks of a run: this process, or several at once.

A task is a picklable object that is called with one item after another and keeps what it has made
ready between them. It shares nothing with the run but the run's folder, so that any process that
sees this folder can do it, and in any order.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Final, Protocol, Self, TypeAlias, TypeVar

import pyarrow as pa

from addin.errors import FileError
from udfs.errors import CreditCellsError

Item = TypeVar("Item")
Done = TypeVar("Done")
Task: TypeAlias = Callable[[Item], Done]

WORKER_MEMORY: Final = 700 << 20
"""What one process needs for a batch of the usual size."""

_RESERVED: Final = 2 << 30
"""What the run itself needs, most of it for DuckDB."""


class Workers(Protocol):
    """Those who do tasks."""

    def run(self, task: Task[Item, Done], items: Iterable[Item]) -> Iterator[Done]:
        """Do a task for each item; gives what came of each as soon as it is there, in any order.

        Raises:
            FileError: a worker was lost.
        """


class InThisProcess:
    """One item after the other, without any further process."""

    def run(self, task: Task[Item, Done], items: Iterable[Item]) -> Iterator[Done]:
        """Do a task for each item, in their order."""
        return map(task, items)


@dataclass(frozen=True, slots=True)
class _Process:
    """One further process, and the pipe to it."""

    process: BaseProcess
    pipe: Any  # a Connection; Windows has a class of its own

    @classmethod
    def begin(cls) -> Self:
        # A fork would copy the locks of the threads of DuckDB and Arrow as they happen to be.
        context = multiprocessing.get_context("spawn")
        pipe, other = context.Pipe()
        process = context.Process(target=_work, args=(other,), daemon=True)
        process.start()
        other.close()
        return cls(process, pipe)

    def give(self, order: Any) -> None:
        try:
            self.pipe.send(order)
        except OSError as lost:
            raise _lost() from lost

    def take(self) -> Any:
        try:
            done, outcome = self.pipe.recv()
        except (EOFError, OSError) as lost:
            raise _lost() from lost
        if not done:
            raise outcome
        return outcome


class ProcessPool:
    """Further processes on this machine, which end with this one whatever happens to it.

    Args:
        count: how many.
    """

    def __init__(self, count: int) -> None:
        self._processes = [_Process.begin() for _ in range(count)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        for one in self._processes:
            one.pipe.close()
            one.process.kill()
        for one in self._processes:
            one.process.join()

    def run(self, task: Task[Item, Done], items: Iterable[Item]) -> Iterator[Done]:
        """Do a task for each item, as many at once as there are processes."""
        for one in self._processes:
            one.give(_Take(task))
        left = iter(items)
        busy: dict[Any, _Process] = {}
        for one, item in zip(self._processes, left, strict=False):
            one.give(item)
            busy[one.pipe] = one
        while busy:
            for pipe in wait(list(busy)):
                one = busy.pop(pipe)
                outcome = one.take()
                for item in islice(left, 1):
                    one.give(item)
                    busy[pipe] = one
                yield outcome


@dataclass(frozen=True, slots=True)
class _Take:
    """Tells a process which task the next items are for."""

    task: Task[Any, Any]


def _lost() -> FileError:
    return FileError(
        "creditcells score",
        "one of the worker processes was lost, most often because memory ran out; the last good "
        "output is as it was.",
        "Go on with --resume, with fewer --workers if memory is short.",
    )


def _work(pipe: Connection) -> None:
    """What a worker process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run itself is interrupted, and ends it
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    pa.set_cpu_count(1)
    task: Task[Any, Any] | None = None
    while True:
        try:
            order = pipe.recv()
        except EOFError:
            return
        if isinstance(order, _Take):
            task = order.task
        elif task is not None:
            pipe.send(_outcome(task, order))


def _outcome(task: Task[Any, Any], item: Any) -> tuple[bool, Any]:
    """Whether an item was done, and what came of it: the error if it was not."""
    try:
        return True, task(item)
    except Exception as problem:  # noqa: BLE001 - raised again in the process of the run
        if not isinstance(problem, CreditCellsError):
            problem.add_note("".join(traceback.format_exception(problem)))
        return False, problem


def _end_with_the_run() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def some_workers(count: int) -> Iterator[Workers]:
    """So many workers on this machine; one is this process itself."""
    if count <= 1:
        yield InThisProcess()
        return
    with ProcessPool(count) as pool:
        yield pool


def usual_count() -> int:
    """As many workers as the machine has cores for this process, and memory for."""
    if sys.platform == "win32":
        return os.cpu_count() or 1
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(cores, (memory - _RESERVED) // WORKER_MEMORY))
