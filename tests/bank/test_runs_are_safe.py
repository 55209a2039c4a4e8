"""Whatever happens to a run: nothing lost, nothing half visible, a clear message."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from addin.bank.score import score
from addin.bank.work import Work
from addin.errors import BookInUseError, FileError
from addin.portfolio import SourceSet
from addin.safe_files import exclusive_name
from tests.bank.cells import run_cells

ROOT = Path(__file__).parents[2]
RUN = """
import sys
from pathlib import Path
from addin.bank.run_folder import RunFolder
from addin.bank.score import score
from addin.portfolio import SourceSet
book, folder, out, stop = sys.argv[1:5]
write, seen = RunFolder.write, []

def slow(folder, *written):
    write(folder, *written)
    seen.append(written)
    if len(seen) == int(stop):
        print("here", flush=True)
        sys.stdin.readline()

RunFolder.write = slow
named = {t: f"{folder}/{t}.csv" for t in ("customers", "loans", "transactions")}
score(book, SourceSet.of(**named), out, batch_rows=40)
"""


def contents(folder):
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def same_data(one, other):
    """The files of two runs that must be the same to the byte."""
    names = [name for name in contents(one) if name.endswith(".parquet")]
    assert names
    first, second = contents(one), contents(other)
    return all(first[name] == second[name] for name in [*names, "manifest.json"])


def killed_run(bank, out, stop):
    """A run that is killed for good once so many parts are written."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    arguments = [str(bank.book), str(bank.folder), str(out), str(stop)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", RUN, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True,
    ) as run:  # fmt: skip
        assert run.stdout.readline() == "here\n"
        run.send_signal(signal.SIGKILL)
        run.wait(30)


def test_two_runs_on_the_same_input_write_the_same_bytes(demo, whole, tmp_path):
    one, two = whole(), tmp_path / "two"
    score(demo().book, demo().sources, two)
    assert same_data(one, two)
    assert contents(one)["outcome.xlsx"] == contents(two)["outcome.xlsx"]


@pytest.mark.long
@pytest.mark.parametrize("stop", [2, 12, 21, 48])
def test_a_killed_run_leaves_the_last_output_and_can_be_resumed(demo, whole, last_output, stop):
    bank, out = demo(), last_output
    before = contents(out)
    killed_run(bank, out, stop)
    assert contents(out) == before
    assert Work(out).folder.is_dir()
    score(bank.book, bank.sources, out, batch_rows=40, resume=True)
    assert same_data(whole(40), out)
    assert contents(Work(out).previous) == before
    assert not Work(out).folder.exists()


def test_a_resumed_run_takes_up_the_parts_that_are_done(demo, tmp_path, monkeypatch):
    bank, out = demo(), tmp_path / "out"
    killed_run(bank, out, 28)
    monkeypatch.setattr("addin.bank.score.stage_inputs", None)
    score(bank.book, bank.sources, out, batch_rows=40, resume=True)
    assert len(run_cells(out)["customer_id"])


@pytest.mark.long
def test_a_killed_run_is_started_anew_without_resume(demo, whole, tmp_path):
    bank, out = demo(), tmp_path / "out"
    killed_run(bank, out, 5)
    score(bank.book, bank.sources, out)
    assert same_data(whole(), out)


def test_there_must_be_something_to_resume(demo, tmp_path):
    bank = demo()
    with pytest.raises(FileError, match="no run to resume"):
        score(bank.book, bank.sources, tmp_path / "out", resume=True)


def test_a_run_about_other_data_is_not_resumed(demo, tmp_path):
    bank, out = demo(), tmp_path / "out"
    killed_run(bank, out, 5)
    other = SourceSet.of(customers=str(bank.folder / "customers.csv"))
    with pytest.raises(FileError, match="other sources, another policy"):
        score(bank.book, other, out, resume=True)
    assert not out.exists()


def test_a_run_killed_while_it_takes_the_place_of_the_last_one_loses_neither(last_output):
    out = last_output
    before = contents(out)
    out.rename(Work(out).previous)
    Work(out).recover()
    assert contents(out) == before


def test_only_one_run_at_a_time_writes_to_a_folder(demo, tmp_path):
    bank = demo()
    with (
        exclusive_name((tmp_path / "out").absolute()),
        pytest.raises(BookInUseError, match="another run"),
    ):
        score(bank.book, bank.sources, tmp_path / "out")


def test_a_folder_with_other_things_in_it_is_not_replaced(demo, tmp_path):
    bank = demo()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("dear customer")
    with pytest.raises(FileError, match="something else than a run's output"):
        score(bank.book, bank.sources, tmp_path / "out")


@pytest.mark.long
@pytest.mark.parametrize("limit", [4_000, 40_000])
def test_a_full_disk_leaves_the_last_output_and_the_run_can_be_resumed(
    demo, whole, last_output, limit
):
    bank, out = demo(), last_output
    before = contents(out)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(FileError, match="the last good output is as it was"):
            score(bank.book, bank.sources, out, batch_rows=240)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert contents(out) == before
    score(bank.book, bank.sources, out, batch_rows=240, resume=True)
    assert same_data(whole(240), out)


def test_progress_tells_rate_and_remaining_time(demo, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr("addin.bank.pace._EVERY", 0.0)
    bank = demo()
    started = time.perf_counter()
    score(
        bank.book, bank.sources, tmp_path / "out", batch_rows=40,
        progress=lambda *step: told.append(step),
    )  # fmt: skip
    assert time.perf_counter() > started
    scoring = [step for step in told if step[0].startswith("scoring: 240 of")]
    assert scoring
    assert all("/s, 0:00:" in step[0] and step[0].endswith(" left") for step in scoring)
