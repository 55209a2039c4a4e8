"""A session with Spark: a Java process of our own, opened for one run and gone after it."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from py4j.protocol import Py4JError
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkException
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

from addin.bank.engine import EngineError
from addin.bank.spark.failures import cause, lost
from addin.bank.spark.master import LOCAL, is_here, require_reachable
from addin.bank.workers import usual_count

_RETRIES: Final = 4
"""How often a task is tried on one machine before the run is given up, as on a cluster."""

_SETTINGS: Final = {
    "spark.app.name": "creditcells score",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",
    # Days are days and texts are bytes, wherever the nodes stand.
    "spark.sql.session.timeZone": "UTC",
    # The SQL that the other engine reads, too.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.parquet.compression.codec": "zstd",
    # Files are named one by one; there is nothing to look for in parallel.
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000000",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}
_END: Final = 30.0


@contextmanager
def spark_session(folder: Path, master: str | None) -> Iterator[SparkSession]:
    """Spark for one run.

    What the user's own ``spark-defaults.conf`` says (memory, security, number of executors)
    stays as it is, but for what the results depend on.

    Args:
        folder: takes up the log, and on this machine what does not fit into memory.
        master: the cluster, such as ``spark://host:7077``; None for this machine alone.

    Raises:
        FileError: the cluster cannot be reached.
        EngineError: Spark failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    address = master or f"local[{usual_count()},{_RETRIES}]"
    require_reachable(address)
    log = folder / "spark.log"
    with log.open("wb") as told:
        gateway = _gateway(_configuration(address, folder), told)
        try:
            yield _session(gateway)
        except (Py4JError, PySparkException, ConnectionError) as problem:
            if gateway.proc.poll() is not None:
                raise lost(log) from problem
            raise cause(problem) from problem
        finally:
            _close(gateway)


def _configuration(master: str, folder: Path) -> SparkConf:
    settings = _SETTINGS | {"spark.master": master}
    if is_here(master):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    if master.startswith(LOCAL):
        settings["spark.local.dir"] = str(folder)
    configuration = SparkConf(loadDefaults=False)
    for name, value in settings.items():
        configuration.set(name, value)
    return configuration


def _gateway(configuration: SparkConf, log: Any) -> Any:
    """A Java process that ends with this one, whatever happens to it."""
    try:
        return launch_gateway(configuration, {"stdout": log, "stderr": log})  # type: ignore[no-untyped-call]  # it has no types
    except (PySparkException, OSError) as problem:
        raise EngineError(
            f"Spark's Java process did not start ({problem}).",
            f"See {Path(log.name)}.",
        ) from problem


def _session(gateway: Any) -> SparkSession:
    with warnings.catch_warnings():
        # pandas is not used through Spark; the warning would come with every run.
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
        import pyspark.testing.utils  # noqa: F401, PLC0415 - what py4j's converters import

        configuration = SparkConf(_jvm=gateway.jvm)
        context = SparkContext(conf=configuration, gateway=gateway)
        # The nodes run the Python that has creditcells, under the path that it has here.
        context.pythonExec = os.environ.get("PYSPARK_PYTHON", sys.executable)
        return SparkSession(context)


def _close(gateway: Any) -> None:
    """End the session and its process, and leave nothing open in this one."""
    context = SparkContext._active_spark_context  # noqa: SLF001 - there is no other way to it
    if gateway.proc.poll() is None and context is not None:
        context.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    try:
        gateway.proc.wait(_END)
    except subprocess.TimeoutExpired:
        gateway.proc.kill()
        gateway.proc.wait(_END)
    # A later run gets a process of its own.
    SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001 - same
    SparkContext._active_spark_context = None  # noqa: SLF001 - same
