"""A whole bank by DuckDB, each size in a process of its own; pandas and polars beside it.

The peers read the same files and do the RFM part alone (totals per customer, cut-offs, scores);
the run does the whole chain, checks every row, and writes results, rejects and a workbook.

Five and twenty million customers take tens of minutes, and some 20 GB of the folder for temporary
files (TMPDIR): ``python -m tests.benchmarks bank_fivefold bank_twentyfold`` on a quiet machine.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from tests.benchmarks.bank_data import make_files
from tests.benchmarks.process_tree import memory_of
from tests.benchmarks.table import Row

MEASURED = """
import json, resource, time
{setup}
def spent():
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in found)
started, before = time.perf_counter(), spent()
{code}
print(json.dumps([time.perf_counter() - started, spent() - before]))
"""
SCORE_SETUP = """
import datetime
from addin.bank.workers import usual_count
from addin.bank.score import score
from addin.portfolio import SourceSet
from addin.templates import new_workbook
new_workbook("portfolio", {folder!r} + "/policy.xlsx")
named = {{table: {folder!r} + "/" + table for table in ("customers", "loans", "transactions")}}
"""
SCORE = """
score({folder!r} + "/policy.xlsx", SourceSet.of(**named), {folder!r} + "/out",
      as_of=datetime.date(2026, 9, 30), workers=usual_count())
"""
FUNCTIONS_SETUP = """
import datetime
import pyarrow.parquet as pq
from addin.bank.batch import ChainRun
from addin.bank.cell_columns import field_column
from addin.bank.policy_book import read_policy
from addin.portfolio import SourceSet
from addin.portfolio.reading import read_portfolio
from addin.bank.staging import _arrow
from addin.templates import new_workbook
new_workbook("portfolio", {folder!r} + "/plain.xlsx")
policy = read_policy({folder!r} + "/plain.xlsx", datetime.date(2026, 9, 30))
named = {{t: {folder!r} + f"/{{t}}/{{t}}-0000.parquet" for t in ("customers", "loans", "transactions")}}
tables = read_portfolio(SourceSet.of(**named), policy.as_of, None).tables
cells = {{
    (table, known.name): field_column(known, _arrow(known, tables[table].frame), "en", date1904=False)
    for table in tables
    for known in policy.chain.used_fields(table, range(len(policy.chain.steps)))
}}
rows = len(tables["customers"].frame)
"""
FUNCTIONS = """
run, results = ChainRun(policy.chain), {{}}
for stage in range(policy.chain.stages):
    results = run.compute(cells, results, rows, stage).results
"""
PANDAS = """
events = pandas.read_parquet({folder!r} + "/transactions")
events["date"] = pandas.to_datetime(events["date"])
events = events[events["date"] <= as_of]
active = events[events["kind"] != "missed"]
inside = events[events["date"] > start]
base = pandas.DataFrame({{
    "recency": (as_of - active.groupby("customer_id")["date"].max()).dt.days,
    "frequency": active[active["date"] > start].groupby("customer_id")["count"].sum(),
    "monetary": inside.groupby("customer_id")["amount"].sum(),
}}).fillna({{"frequency": 0.0, "monetary": 0.0}})
for name, sign in (("recency", -1), ("frequency", 1), ("monetary", 1)):
    cuts = base[name].quantile([0.2, 0.4, 0.6, 0.8]).to_numpy()
    scores = numpy.searchsorted(cuts, base[name].to_numpy(), side="left")
    base[name[0]] = scores + 1 if sign > 0 else 5 - scores
base.to_parquet({folder!r} + "/pandas.parquet")
"""
PANDAS_SETUP = """
import numpy, pandas
as_of, start = pandas.Timestamp("2026-09-30"), pandas.Timestamp("2024-09-30")
"""
POLARS = """
events = polars.scan_parquet({folder!r} + "/transactions/*.parquet").filter(
    polars.col("date") <= as_of)
active, inside = polars.col("kind") != "missed", polars.col("date") > start
base = events.group_by("customer_id").agg(
    recency=(as_of - polars.col("date").filter(active).max()).dt.total_days(),
    frequency=polars.col("count").filter(active & inside).sum(),
    monetary=polars.col("amount").filter(inside).sum(),
).collect()
scores = []
for name, sign in (("recency", -1), ("frequency", 1), ("monetary", 1)):
    cuts = [base[name].quantile(share, "linear") for share in (0.2, 0.4, 0.6, 0.8)]
    passed = sum((polars.col(name) > cut).cast(polars.Int8) for cut in cuts)
    scores.append((passed + 1 if sign > 0 else 5 - passed).alias(name[0]))
base.with_columns(scores).write_parquet({folder!r} + "/polars.parquet")
"""
POLARS_SETUP = """
import datetime, polars
as_of, start = datetime.date(2026, 9, 30), datetime.date(2024, 9, 30)
"""
MOST_MB = 4096
MILLION = 1_000_000


@dataclass(frozen=True)
class Measured:
    """What a piece of work took.

    The memory is that of all its processes together, the most at any time; a page that several of
    them share counts once.
    """

    seconds: float
    cpu_seconds: float
    memory_mb: float

    def __str__(self):
        return f"{self.cpu_seconds:,.0f} s of the processors"


def measure(setup, code, **values):
    text = MEASURED.format(setup=setup.format(**values), code=code.format(**values))
    with subprocess.Popen(  # noqa: S603 - our interpreter and code
        [sys.executable, "-c", text], stdout=subprocess.PIPE, text=True
    ) as work:
        memory = memory_of(work)
        shown = work.stdout.read()
    if work.returncode:
        raise subprocess.CalledProcessError(work.returncode, text)
    return Measured(*json.loads(shown.splitlines()[-1]), memory)


def _bank(customers):
    with tempfile.TemporaryDirectory() as folder:
        make_files(folder, customers)
        return measure(SCORE_SETUP, SCORE, folder=folder)


def bank_million(*, quick):
    """A million customers beside pandas, polars, and the functions without engine and files."""
    customers = MILLION // 10 if quick else MILLION
    with tempfile.TemporaryDirectory() as folder:
        make_files(folder, customers)
        run = measure(SCORE_SETUP, SCORE, folder=folder)
        pandas = measure(PANDAS_SETUP, PANDAS, folder=folder).seconds
        polars = measure(POLARS_SETUP, POLARS, folder=folder).seconds
    with tempfile.TemporaryDirectory() as folder:
        make_files(folder, MILLION // 10)
        alone = measure(FUNCTIONS_SETUP, FUNCTIONS, folder=folder).seconds
    alone *= customers / (MILLION // 10)
    return Row(
        f"bank, {customers:,} customers, whole chain, checked and written ({run})", run.seconds,
        {"pandas, RFM only": pandas, "polars, RFM only": polars,
         "the chain's functions alone, in memory, one core": alone},
        "≤ 4 GB", run.memory_mb <= MOST_MB, run.memory_mb,
    )  # fmt: skip


def bank_fivefold(*, quick):
    """Five times the customers take five times the time, and no more memory than is allowed."""
    small = MILLION // 20 if quick else MILLION
    base = _bank(small)
    run = _bank(5 * small)
    kept = run.seconds <= 6 * base.seconds and run.memory_mb <= MOST_MB
    return Row(
        f"bank, {5 * small:,} customers ({run})", run.seconds,
        {f"{small:,} customers": base.seconds},
        "≤ 6 × that of a fifth, ≤ 4 GB", kept, run.memory_mb,
    )  # fmt: skip


def bank_twentyfold(*, quick):
    """Twenty million customers, two hundred million transactions."""
    customers = MILLION // 5 if quick else 20 * MILLION
    run = _bank(customers)
    return Row(
        f"bank, {customers:,} customers ({run})", run.seconds, {},
        "≤ 4 GB", run.memory_mb <= MOST_MB, run.memory_mb,
    )  # fmt: skip


JOBS = [bank_million, bank_fivefold, bank_twentyfold]
