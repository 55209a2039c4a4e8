"""A real server of its own, with its workers, on this machine."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 90


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def running(*, workers=2, log=None, **environment):
    """The address of a server that runs as long as the block.

    Args:
        workers: its worker processes.
        log: a file for what it says; by default nothing is kept.
        environment: further variables of its environment.
    """
    port = free_port()
    with contextlib.ExitStack() as files:
        out = subprocess.DEVNULL if log is None else files.enter_context(Path(log).open("wb"))
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
            [
                sys.executable, "-m", "addin.cli", "server",
                "--port", str(port), "--workers", str(workers),
            ],
            cwd=ROOT, stdout=out, stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        )  # fmt: skip
        try:
            wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(START_SECONDS)


def wait_for(port, process):
    started = time.monotonic()
    while time.monotonic() - started < START_SECONDS:
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError(f"the server did not start within {START_SECONDS} s")
