"""The cost of the cell boundary and of importing."""

import tempfile

import numpy as np

import udfs
from tests.benchmarks.hosts import import_seconds
from tests.benchmarks.table import Row, median_seconds
from udfs.cells import block, decode_numbers
from udfs.results import encode


def importing(*, quick):
    repeats = 7 if quick else 15
    with tempfile.TemporaryDirectory() as compiled:
        ours = import_seconds("udfs", compiled, repeats)
        floor = import_seconds("numpy, pandas", compiled, repeats)
    return Row(
        "import udfs (processor time)", ours, {"import numpy, pandas": floor},
        "≤ 1.3 × numpy and pandas", ours <= 1.3 * floor,
    )  # fmt: skip


def single_calls(*, quick):
    """What a host does for a column of formulas, each about its own cell."""
    count = 1_000 if quick else 10_000
    scores = np.random.default_rng(2).uniform(0, 100, count).tolist()
    scale = udfs.call("CR_POLICY", "grade_scale")
    ours = median_seconds(lambda: [udfs.call("CR_GRADE", s, None, scale) for s in scores])
    column = median_seconds(lambda: udfs.call("CR_GRADE", [[s] for s in scores], None, scale))
    return Row(
        f"CR_GRADE with a scale of one's own in {count:,} single calls", ours,
        {"the same in one call": column}, "≤ 50 µs a call", ours <= 50e-6 * count,
    )  # fmt: skip


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


JOBS = [importing, cell_boundary, single_calls]
