"""The cost of the cell boundary and of importing."""

import os
import subprocess
import sys

import numpy as np

from tests.benchmarks.table import Row, median_seconds
from udfs.cells import block, decode_numbers
from udfs.results import encode


def importing(*, quick):
    ours = _import_seconds("import udfs", repeats=5 if quick else 15)
    floor = _import_seconds("import numpy, pandas", repeats=5 if quick else 15)
    return Row(
        "import udfs", ours, {"import numpy, pandas": floor}, "≤ 1.3 × numpy and pandas",
        ours <= 1.3 * floor,
    )  # fmt: skip


def _import_seconds(code, repeats):
    """An installed package has its bytecode compiled, so a first run may write ours."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def run():
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)  # noqa: S603 - our interpreter

    run()
    return median_seconds(run, repeats)


def cell_boundary(*, quick):
    rng = np.random.default_rng(1)
    rows = rng.random((10_000, 12)).tolist()
    result = rng.random(10_000)

    def through():
        decode_numbers(block(rows, "x"), "x")
        encode(result, {}, (10_000, 1), date1904=False)

    repeats = 5 if quick else 25
    ours = median_seconds(through, repeats)
    floor = median_seconds(lambda: np.array(rows, dtype=float), repeats)
    return Row(
        "10,000 × 12 cells in, 10,000 × 1 out", ours, {"np.array of the cells": floor},
        "≤ 10 ms", ours <= 0.010,
    )  # fmt: skip


JOBS = [importing, cell_boundary]
