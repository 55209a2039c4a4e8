"""A real standalone cluster on loopback: the same outcome, whatever happens to its processes."""

import datetime as dt
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from addin import cli
from addin.bank.score import score
from addin.bank.work import Work
from addin.errors import FileError
from tests.bank.cells import run_cells, sheet_cells
from tests.bank.spark import cluster as clusters
from tests.bank.spark.outcomes import assert_same
from tests.bank.test_runs_are_safe import contents, same_data

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("nothing_left")]
RUN = """
import sys
from addin.bank.score import score
from addin.portfolio import SourceSet
book, folder, out, master = sys.argv[1:]
named = {t: f"{folder}/{t}.csv" for t in ("customers", "loans", "transactions")}
score(book, SourceSet.of(**named), out, batch_rows=20, engine="spark", master=master)
"""


@pytest.fixture(autouse=True)
def told_at_once(monkeypatch):
    monkeypatch.setattr("addin.bank.pace._EVERY", 0.0)


class AtScoring:
    """Progress that does something once, when the first customers are scored."""

    def __init__(self, act):
        self.act = act
        self.done = False

    def __call__(self, step, done, _total):
        if step.startswith("scoring") and done and not self.done:
            self.done = True
            self.act()


@pytest.mark.parametrize(("lang", "first"), [("en", "spark"), ("zh", "duckdb")])
def test_two_workers_give_the_bytes_of_duckdb_and_the_cells_of_the_sheet(
    cluster, demo, lang, first, tmp_path
):
    """The second day has a migration, whichever engine the output of the first is from."""
    bank = demo(lang)

    def scored(engine, day):
        score(
            bank.book, bank.sources, tmp_path / engine, as_of=day, batch_rows=60,
            engine=engine, master=cluster.url if engine == "spark" else None,
        )  # fmt: skip

    scored("duckdb", dt.date(2026, 6, 30))
    if first == "spark":
        scored("spark", dt.date(2026, 6, 30))
        assert_same(tmp_path / "duckdb", tmp_path / "spark")
    else:
        shutil.copytree(tmp_path / "duckdb", tmp_path / "spark")
    for engine in ("duckdb", "spark"):
        scored(engine, dt.date(2026, 9, 30))
    assert_same(tmp_path / "duckdb", tmp_path / "spark")
    assert run_cells(tmp_path / "spark") == sheet_cells(bank.book)
    versions = json.loads((tmp_path / "spark" / "manifest.json").read_text())["versions"]
    assert "pyspark" in versions
    assert "duckdb" not in versions


def test_the_command_runs_on_the_cluster(cluster, demo, monkeypatch, capsys, tmp_path):
    bank = demo()
    line = ["creditcells", "score", "--policy", bank.book, "--out", tmp_path / "out", "--json",
            "--engine", "spark", "--master", cluster.url]  # fmt: skip
    for table in ("customers", "loans", "transactions"):
        line += [f"--{table}", bank.folder / f"{table}.csv"]
    monkeypatch.setattr(sys, "argv", list(map(str, line)))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    shown = capsys.readouterr()
    assert json.loads(shown.out)["customers"] == len(run_cells(tmp_path / "out")["customer_id"])
    assert not shown.err  # neither Spark's log nor a warning


@pytest.mark.parametrize("whom", ["python", "executor", "worker"])
def test_a_process_that_is_killed_does_not_lose_the_run(
    cluster, spark_settings, demo, whole, whom, tmp_path
):
    bank = demo()
    victim = cluster.workers[0]

    def kill():
        (executor,) = clusters.executors(victim)
        if whom == "python":
            clusters.kill(clusters.below(executor))
        elif whom == "executor":
            clusters.kill({executor})
        else:
            clusters.kill({victim.pid, executor})

    act = AtScoring(kill)
    score(
        bank.book, bank.sources, tmp_path / "spark", batch_rows=20, engine="spark",
        master=cluster.url, progress=act,
    )  # fmt: skip
    assert act.done
    assert_same(whole(20), tmp_path / "spark")
    if whom == "worker":
        victim.wait(30)
        cluster.processes.remove(victim)
        worker, log = clusters.start_worker(cluster, spark_settings, "again")
        clusters.wait_for(log, "Successfully registered with master", worker)


@pytest.mark.parametrize("engine", ["spark", "duckdb"])
def test_a_killed_driver_leaves_the_last_output_and_either_engine_goes_on(
    cluster, demo, whole, last_output, engine
):
    bank, out = demo(), last_output
    before = contents(out)
    arguments = [str(bank.book), str(bank.folder), str(out), cluster.url]
    with subprocess.Popen([sys.executable, "-c", RUN, *arguments]) as run:  # noqa: S603 - our own code
        done = Work(out).places.cells(0)
        try:
            clusters.wait_until(lambda: len(list(done.glob("part-*"))) > 2, "nothing was computed")
            java = clusters.below(run.pid)
        finally:
            run.send_signal(signal.SIGKILL)
            run.wait(30)
    clusters.wait_until(lambda: not any(map(clusters.is_alive, java)), "the driver's Java runs on")
    assert contents(out) == before
    kept = {file: file.stat().st_mtime_ns for file in done.glob("part-*")}
    master = cluster.url if engine == "spark" else None
    seen = []
    act = AtScoring(lambda: seen.extend(f for f in kept if f.stat().st_mtime_ns == kept[f]))
    score(
        bank.book, bank.sources, out, batch_rows=20, resume=True, engine=engine, master=master,
        progress=act,
    )  # fmt: skip
    assert sorted(seen) == sorted(kept)  # what was done is not done again
    resumed, undisturbed = contents(out), contents(whole(20))
    rows = [name for name in undisturbed if name.endswith(".parquet")]
    assert len(rows) > 1
    assert all(resumed[name] == undisturbed[name] for name in rows)
    assert not Work(out).folder.exists()


def test_a_bug_in_a_task_is_told_in_a_sentence(cluster, demo, tmp_path, monkeypatch):
    # Executors read what the driver pickles: a chain that does not fit its fields.
    monkeypatch.setattr("addin.bank.tasks.PassTask.__reduce__", lambda _: (int, ("no number",)))
    with pytest.raises(FileError, match="the run cannot be finished") as raised:
        score(demo().book, demo().sources, tmp_path / "out", engine="spark", master=cluster.url)
    assert "a task failed: ValueError: invalid literal for int()" in str(raised.value)
    assert "\tat " not in str(raised.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("spark_settings")
def test_a_full_disk_leaves_the_run_to_be_resumed(demo, whole, tmp_path):
    bank, out = demo(), tmp_path / "out"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill():
        # The run's own Java and what it started, not the cluster that stands beside it.
        own = [
            pid
            for pid in clusters.children(os.getpid())
            if "SparkSubmit" in clusters.command_of(pid)
        ]
        for pid in own + [below for java in own for below in clusters.below(java)]:
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (2_000, limits[1]))

    with pytest.raises(FileError, match="cannot be finished") as raised:
        score(bank.book, bank.sources, out, batch_rows=60, engine="spark", progress=AtScoring(fill))
    assert "Make room on the disk" in raised.value.remedy
    assert not out.exists()
    score(bank.book, bank.sources, out, batch_rows=60, engine="spark", resume=True)
    assert_same(whole(60), out)


def test_a_cluster_without_workers_is_given_up_in_time(spark_settings, demo, tmp_path, monkeypatch):
    monkeypatch.setattr("addin.bank.spark.watch._PATIENCE", 3.0)
    with (
        clusters.running(tmp_path, spark_settings, workers=0) as alone,
        pytest.raises(FileError, match="gave no executor for 3 seconds") as raised,
    ):
        score(demo().book, demo().sources, tmp_path / "out", engine="spark", master=alone.url)
    assert alone.url in str(raised.value)
    assert not (tmp_path / "out").exists()


def test_a_run_that_loses_all_workers_is_given_up_and_can_be_resumed(
    spark_settings, demo, whole, tmp_path, monkeypatch
):
    bank, out = demo(), tmp_path / "out"
    monkeypatch.setattr("addin.bank.spark.watch._PATIENCE", 3.0)
    with clusters.running(tmp_path, spark_settings, workers=1) as only:
        act = AtScoring(lambda: clusters.stop(only.workers))
        with pytest.raises(FileError, match="gave no executor for 3 seconds"):
            score(
                bank.book, bank.sources, out, batch_rows=20, engine="spark", master=only.url,
                progress=act,
            )  # fmt: skip
    assert not out.exists()
    score(bank.book, bank.sources, out, batch_rows=20, resume=True)
    assert same_data(whole(20), out)


def test_a_master_that_is_killed_does_not_lose_the_run(spark_settings, demo, whole, tmp_path):
    bank = demo()
    with clusters.running(tmp_path, spark_settings) as cluster:
        act = AtScoring(lambda: clusters.kill({cluster.master.pid}))
        score(
            bank.book, bank.sources, tmp_path / "spark", batch_rows=20, engine="spark",
            master=cluster.url, progress=act,
        )  # fmt: skip
        assert cluster.master.wait(30) == -signal.SIGKILL
    assert_same(whole(20), tmp_path / "spark")
