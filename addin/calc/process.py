"""Runs a program to its end or to a bound, and leaves none of its processes behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_SHOWN: Final = 2000
_GRACE: Final = 5.0
_LOOK: Final = 0.2
_SIGNALLED: Final = 128  # what a shell adds to the signal that ended a program


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended.

    Attributes:
        code: its exit code; negative for the signal that ended it; None if it had to be killed
            because its time was over.
        output: the end of what it printed.
    """

    code: int | None
    output: str


def run(command: Sequence[str], *, seconds: float, environment: Mapping[str, str]) -> Ended:
    """Run a program in a process group of its own; whatever is left of the group is killed.

    Args:
        command: the program and its arguments.
        seconds: how long it may take; then it is killed by its own process id.
        environment: all its environment variables.

    Returns:
        How it ended.

    Raises:
        OSError: it cannot be started.
    """
    with tempfile.TemporaryFile() as output, _asked_to_end() as asked:
        process = subprocess.Popen(  # noqa: S603 - the callers name programs that they found
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            start_new_session=True,
        )
        try:
            code = _wait(process, seconds, asked)
        finally:
            kill(process)
        if asked:
            raise SystemExit(_SIGNALLED + asked[0])
        output.seek(0)
        text = output.read().decode(errors="replace").strip()
    return Ended(code, text[-_SHOWN:])


def _wait(process: subprocess.Popen[bytes], seconds: float, asked: list[int]) -> int | None:
    """The program's exit code; None if its time is over, or ours."""
    end = time.monotonic() + seconds
    while not asked and time.monotonic() < end:
        try:
            return process.wait(min(_LOOK, seconds))
        except subprocess.TimeoutExpired:
            continue
    return process.poll()


@contextlib.contextmanager
def _asked_to_end() -> Iterator[list[int]]:
    """Note a request to terminate us, which must not leave a program behind; yields its signal."""
    asked: list[int] = []
    plain = signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if not plain or threading.current_thread() is not threading.main_thread():
        yield asked
        return
    signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
    try:
        yield asked
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process that ``run`` or a caller started in a group of its own, with its children."""
    if sys.platform == "win32":
        if process.poll() is None:
            tree = ["taskkill", "/PID", str(process.pid), "/T", "/F"]
            subprocess.run(tree, check=False, capture_output=True)  # noqa: S603 - our own child
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait(_GRACE)
