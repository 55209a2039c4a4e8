"""A real Spark cluster on loopback: a master and two workers, each a process of our own."""

import os
import re
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from addin.bank.spark.java import require_java
from addin.errors import FileError

ROOT = Path(__file__).parents[3]
PATIENCE = 60
LONG = 300
"""Seconds that a busy machine may take to come to the middle of a run."""
SETTINGS = """\
spark.driver.memory {memory}
spark.driver.extraJavaOptions -XX:+UseSerialGC -XX:TieredStopAtLevel=1
spark.executor.memory {memory}
spark.executor.cores 1
spark.executor.extraJavaOptions -XX:+UseSerialGC -XX:TieredStopAtLevel=1
"""
"""Two cores and a few hundred megabytes do for the tests, and Java need not get faster by the hour."""


def reason_to_skip():
    """Why Spark cannot be used on this machine; None if it can."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed (pip install 'creditcells[spark]')"
    try:
        require_java()
    except FileError as error:
        return str(error)
    return None


def environment(folder, memory="512m"):
    """What a driver, a master or a worker is started with, its settings in a folder."""
    (folder / "spark-defaults.conf").write_text(SETTINGS.format(memory=memory))
    return {
        "SPARK_CONF_DIR": str(folder),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "128m",
        "SPARK_DAEMON_JAVA_OPTS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@dataclass
class Cluster:
    """A running cluster.

    Attributes:
        url: the master's address.
        folder: its workers' folders and logs.
        workers: their processes.
    """

    url: str
    folder: Path
    processes: list = field(default_factory=list)

    @property
    def master(self):
        return self.processes[0]

    @property
    def workers(self):
        return self.processes[1:]


def spark_class(environment, log, *arguments):
    (place,) = find_spec("pyspark").submodule_search_locations
    program = Path(place) / "bin" / "spark-class"
    with log.open("wb") as told:
        return subprocess.Popen(  # noqa: S603 - Spark's own program
            [program, *map(str, arguments)],
            env={**os.environ, **environment}, stdout=told, stderr=told, cwd=log.parent,
        )  # fmt: skip


def wait_for(log, pattern, process):
    """The first match of a pattern in a growing log."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        found = re.search(pattern, log.read_text(errors="replace"))
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(log.read_text(errors="replace"))


def children(pid):
    """The processes that a process started, by whichever of its threads."""
    found = set()
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # the thread has just ended
            found |= {int(number) for number in file.read_text().split()}
    return found


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def executors(worker):
    """The executors of a worker."""
    return {pid for pid in children(worker.pid) if "ExecutorBackend" in command_of(pid)}


def below(pid):
    """All processes below one."""
    found = children(pid)
    for child in tuple(found):
        found |= below(child)
    return found


def start_worker(cluster, environment, number):
    log = cluster.folder / f"worker-{number}.log"
    worker = spark_class(
        environment, log, "org.apache.spark.deploy.worker.Worker",
        "--host", "127.0.0.1", "--port", 0, "--webui-port", 0,
        "--cores", 1, "--memory", "1g", "--work-dir", cluster.folder / f"work-{number}",
        cluster.url,
    )  # fmt: skip
    cluster.processes.append(worker)
    return worker, log


@contextmanager
def running(folder, around, workers=2):
    """A cluster while it is needed; nothing of it is left."""
    log = folder / "master.log"
    master = spark_class(
        around, log, "org.apache.spark.deploy.master.Master",
        "--host", "127.0.0.1", "--port", 0, "--webui-port", 0,
    )  # fmt: skip
    cluster = Cluster("", folder, [master])
    try:
        cluster.url = wait_for(log, r"Starting Spark master at (spark://\S+)", master)[1]
        started = [start_worker(cluster, around, number) for number in range(workers)]
        for worker, told in started:
            wait_for(told, "Successfully registered with master", worker)
        yield cluster
    finally:
        stop(cluster.processes)


def stop(processes):
    """End processes and all below them."""
    ours = {process.pid for process in processes if process.poll() is None}
    for pid in tuple(ours):
        ours |= below(pid)
    kill(ours)
    for process in processes:
        process.wait(PATIENCE)


def kill(pids):
    for pid in pids:
        with suppress(ProcessLookupError):  # it has just ended by itself
            os.kill(pid, signal.SIGKILL)


def wait_until(true, what):
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.02)
