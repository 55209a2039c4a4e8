"""The demo and the refresh, each in a process of its own, so that its memory is its own."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.table import Row

MEASURED = """
import json, resource, sys, time
started = time.perf_counter()
{code}
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([seconds, peak]))
"""
DEMO = """
from pathlib import Path
from addin.demo.run import run_demo
run_demo(Path({folder!r}), customers={customers})
"""
REFRESH = """
import datetime
from addin.portfolio import SourceSet, refresh_file
folder = {folder!r} + "/sources/2026-09-30/"
sources = SourceSet.of(
    customers=folder + "customers.csv",
    loans=folder + "loans.csv",
    transactions=folder + "transactions.csv",
)
refresh_file({folder!r} + "/portfolio.en.xlsx", sources, as_of=datetime.date(2026, 9, 30))
"""
WRITE_ONLY = """
import openpyxl, pandas
book = openpyxl.Workbook(write_only=True)
for table in ("customers", "loans", "transactions"):
    frame = pandas.read_csv({folder!r} + "/sources/2026-09-30/" + table + ".csv", dtype=str)
    sheet = book.create_sheet(table)
    sheet.append(list(frame.columns))
    for row in frame.itertuples(index=False):
        sheet.append(row)
book.save({folder!r} + "/plain.xlsx")
"""
PLAIN = "pandas and openpyxl, the three tables as plain text only"


def _measure(code, **values):
    finished = subprocess.run(  # noqa: S603 - our interpreter and code
        [sys.executable, "-c", MEASURED.format(code=code.format(**values))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds, peak = json.loads(finished.stdout.splitlines()[-1])
    return seconds, peak


def portfolio(*, quick):
    customers = 500 if quick else 5000
    with tempfile.TemporaryDirectory() as folder:
        seconds, memory = _measure(DEMO, folder=folder, customers=customers)
        plain, _ = _measure(WRITE_ONLY, folder=folder)
    return Row(
        f"demo, {customers:,} customers, two quarters", seconds, {PLAIN: plain},
        "≤ 20 s, ≤ 1,500 MB at 5,000", seconds <= 20 and memory <= 1500, memory,
    )  # fmt: skip


def refresh(*, quick):
    customers = 500 if quick else 5000
    with tempfile.TemporaryDirectory() as folder:
        _measure(DEMO, folder=folder, customers=customers)
        seconds, memory = _measure(REFRESH, folder=folder)
        plain, _ = _measure(WRITE_ONLY, folder=folder)
        size = (Path(folder) / "portfolio.en.xlsx").stat().st_size / 2**20
    return Row(
        f"refresh, {customers:,} customers ({size:.0f} MB workbook)", seconds, {PLAIN: plain},
        "≤ 8 s at 5,000", seconds <= 8, memory,
    )  # fmt: skip


def tenfold_refresh(*, quick):
    small, large = (200, 2000) if quick else (5000, 50_000)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        _measure(DEMO, folder=folder, customers=small)
        base, _ = _measure(REFRESH, folder=folder)
        _measure(DEMO, folder=other, customers=large)
        seconds, memory = _measure(REFRESH, folder=other)
    return Row(
        f"refresh, {large:,} customers", seconds, {f"{small:,} customers": base},
        "≤ 12 × that of a tenth", seconds <= 12 * base, memory,
    )  # fmt: skip


JOBS = [portfolio, refresh, tenfold_refresh]
