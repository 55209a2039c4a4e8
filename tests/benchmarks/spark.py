"""A whole bank on a real Spark cluster of one and of two workers, beside DuckDB.

Everything runs on this machine: a master and workers of one core each on loopback. What a cluster
gains is one worker beside two; what it costs on one machine is Spark beside DuckDB.
"""

import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from tests.bank.spark import cluster as clusters
from tests.benchmarks.bank import MILLION, SCORE, SCORE_SETUP, measure
from tests.benchmarks.bank_data import make_files
from tests.benchmarks.table import Row

ON_SPARK = """
score({folder!r} + "/policy.xlsx", SourceSet.of(**named), {folder!r} + "/" + {out!r},
      as_of=datetime.date(2026, 9, 30), engine="spark", master={master!r},
      batch_rows={batch})
"""
PARTS = 10
"""The customers fall into so many parts, whatever their number, so that both workers have some."""

FASTER = 1.2
"""Two workers must be so much faster than one, although each run's start and end are not shared."""


def _on_cluster(folder, workers, batch):
    place = Path(folder) / f"cluster-{workers}"
    place.mkdir()
    around = clusters.environment(place, memory="1g")
    with (
        clusters.running(place, around, workers) as cluster,
        patch.dict(os.environ, around),
    ):
        (Path(folder) / "policy.xlsx").unlink()  # the setup makes it anew
        where = {"folder": folder, "out": f"spark-{workers}", "master": cluster.url, "batch": batch}
        return measure(SCORE_SETUP, ON_SPARK, **where).seconds


def bank_on_spark(*, quick):
    """The same customers by two workers, by one, and by DuckDB in one process."""
    customers = MILLION // 10 if quick else MILLION
    reason = clusters.reason_to_skip()
    if reason is not None:
        return Row(f"bank on Spark (left out: {reason})", 0.0)
    with tempfile.TemporaryDirectory() as folder:
        make_files(folder, customers)
        duck = measure(SCORE_SETUP, SCORE, folder=folder).seconds
        one = _on_cluster(folder, 1, customers // PARTS)
        two = _on_cluster(folder, 2, customers // PARTS)
    return Row(
        f"bank on Spark, {customers:,} customers, two workers of one core", two,
        {"one worker": one, "DuckDB": duck},
        f"≥ {FASTER} × as fast as one worker", two * FASTER <= one,
    )  # fmt: skip


JOBS = [bank_on_spark]
