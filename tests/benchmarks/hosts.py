"""The functions through the pipelines of the hosts, beside a function that only hands cells on."""

import json
import os
import subprocess
import sys
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


JOBS = [classic_pipeline]
