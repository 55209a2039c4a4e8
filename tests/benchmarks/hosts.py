"""The functions through the pipelines of the hosts, beside a function that only hands cells on."""

import importlib.util
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.table import Row

ROOT = Path(__file__).parents[2]
HOSTS = ROOT / "tests/hosts"
KEY = "XLWINGS_LICENSE_KEY"
RATE, SECONDS = 200, 60


def classic_pipeline(*, quick):
    return pipeline_row("xlwings for Excel on Windows", timing("classic_timing.py", quick=quick))


def server_pipeline(*, quick):
    host = "xlwings Server"
    if not os.environ.get(KEY):
        return not_measured(f"CR_WSCORE on 10,000 × 12 cells through {host}")
    return pipeline_row(host, timing("server_timing.py", quick=quick))


def timing(program, *, quick):
    finished = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, HOSTS / program, "5" if quick else "25"],
        capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return json.loads(finished.stdout)


def pipeline_row(host, times):
    return Row(
        f"CR_WSCORE on 10,000 × 12 cells through {host}",
        times["CR_WSCORE"], {"identity, raw": times["identity"]}, "≤ 1.5 × identity",
        times["CR_WSCORE"] <= 1.5 * times["identity"],
    )  # fmt: skip


def server_load(*, quick):
    seconds = SECONDS / 10 if quick else SECONDS
    job = f"{RATE} calls/s of 100 rows for {seconds:.0f} s to a server with two workers: p99"
    if not os.environ.get(KEY) or importlib.util.find_spec("xlwings_server") is None:
        return not_measured(job)
    sys.path.insert(0, str(HOSTS))
    from server_load import steady  # noqa: PLC0415 - the tests of the hosts are no package
    from server_process import running  # noqa: PLC0415 - likewise

    with running(workers=2) as address:
        load = steady(address, per_second=RATE, seconds=seconds)
    return Row(
        job, load.percentile(99), {"p50": load.percentile(50)},
        f"no error ({len(load.errors)}), the rate kept ({len(load.latencies) / load.seconds:.0f}/s)",
        not load.errors and load.seconds <= seconds + 1,
    )  # fmt: skip


def not_measured(job):
    return Row(f"{job} (not measured: needs creditcells[server] and a licence in {KEY})", math.nan)


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


JOBS = [classic_pipeline, importing_udf_module, server_pipeline, server_load]
