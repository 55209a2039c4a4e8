"""The functions through the pipelines of the hosts, beside a function that only hands cells on."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.table import Row

ROOT = Path(__file__).parents[2]


def classic_pipeline(*, quick):
    program = ROOT / "tests/hosts/classic_timing.py"
    finished = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, program, "5" if quick else "25"],
        capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    times = json.loads(finished.stdout)
    return Row(
        "CR_WSCORE on 10,000 × 12 cells through xlwings for Excel on Windows",
        times["CR_WSCORE"], {"identity, raw": times["identity"]}, "≤ 1.5 × identity",
        times["CR_WSCORE"] <= 1.5 * times["identity"],
    )  # fmt: skip


def import_seconds(modules, compiled, repeats):
    """The processor's time for importing modules that are compiled, in a fresh Python.

    xlwings imports matplotlib and polars where they are; only our peers in the benchmark bring
    them, a user's installation has neither.
    """
    program = (
        "import sys, time; sys.modules['matplotlib'] = sys.modules['polars'] = None; "
        f"started = time.process_time(); import {modules}; "
        "print(time.process_time() - started)"
    )
    settings = {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": compiled}
    settings |= {"PYTHONDONTWRITEBYTECODE": ""}  # the first run compiles, as an installation does
    times = [
        float(
            subprocess.run(  # noqa: S603 - our own interpreter and program
                [sys.executable, "-c", program],
                capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ, **settings},
            ).stdout
        )
        for _ in range(repeats + 1)
    ]  # fmt: skip
    return statistics.median(times[1:])


def importing_udf_module(*, quick):
    repeats = 3 if quick else 9
    with tempfile.TemporaryDirectory() as compiled:
        seconds = import_seconds("addin.desktop.functions", compiled, repeats)
        floor = import_seconds("numpy, pandas, xlwings", compiled, repeats)
    return Row(
        "importing the UDF module, as Excel's first cell does (processor time)", seconds,
        {"import numpy, pandas, xlwings": floor}, "≤ 1 s", seconds <= 1,
    )  # fmt: skip


JOBS = [classic_pipeline, importing_udf_module]
