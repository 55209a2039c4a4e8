"""What failed in Spark, in a sentence instead of two stack traces."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

from addin.bank.engine import EngineError

_TRACE: Final = "Traceback (most recent call last):"
_ERROR: Final = re.compile(r"^\w[\w.]*(?:: .*)?$", re.MULTILINE)
"""The line that ends a trace of Python's."""

_AGAIN: Final = "Remove the cause, then go on with --resume."
_REMEDIES: Final = (
    ("No space left", "Make room on the disk, then go on with --resume."),
    ("File too large", "Make room on the disk, then go on with --resume."),
    (
        "ModuleNotFoundError",
        (
            "Install creditcells for the Python of every node, under the path that it has here "
            "(or name another with PYSPARK_PYTHON), then go on with --resume."
        ),
    ),
    (
        "FileNotFoundError",
        "Write to a folder that every node of the cluster sees under the same path.",
    ),
    (
        "OutOfMemoryError",
        "Give Spark more memory (spark.executor.memory), then go on with --resume.",
    ),
)


def cause(problem: Exception) -> EngineError:
    """A failure of Spark with its first cause."""
    told = _told(problem)
    remedy = next((remedy for word, remedy in _REMEDIES if word in told), _AGAIN)
    return EngineError(f"Spark: {told}", remedy)


def lost(log: Path) -> EngineError:
    """Spark's own process ended in the middle of the run."""
    return EngineError(
        f"Spark's Java process ended; its log is {log}.",
        "Go on with --resume, with more memory (spark.driver.memory) if memory was short.",
    )


def _told(problem: Exception) -> str:
    text = problem.getMessage() if isinstance(problem, PySparkException) else str(problem)
    raised = _ERROR.search(text.rpartition(_TRACE)[2]) if _TRACE in text else None
    if raised is not None:
        return f"a task failed: {raised[0]}"
    if isinstance(problem, Py4JJavaError):
        return _first_cause(problem.java_exception)
    return text.splitlines()[0] if text else type(problem).__name__


def _first_cause(raised: Any) -> str:
    while raised.getCause() is not None:
        raised = raised.getCause()
    lines = str(raised.toString()).splitlines()
    # Spark tells of a lost stage in several lines, the last of which names the cause.
    return next((line for line in lines if line.strip()), type(raised).__name__)
