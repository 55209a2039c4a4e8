"""Tasks done by several processes: the same outcome as by one, and an end to all of them together."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from addin.bank.score import score
from addin.bank.workers import InThisProcess, ProcessPool, some_workers
from addin.errors import FileError, SourceError
from tests.bank.small_tasks import Die, Fail, Square
from tests.bank.test_runs_are_safe import contents, same_data

ROOT = Path(__file__).parents[2]
FORGETFUL = """
import signal
from addin.bank.workers import ProcessPool
from tests.bank.small_tasks import Square, Wait

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell ignores it
    with ProcessPool(2) as pool:
        print(*{pid for _, pid, _ in pool.run(Square(0.2), range(8))}, flush=True)
        list(pool.run(Wait(), range(4)))
"""


@pytest.mark.parametrize("count", [1, 2])
def test_every_item_is_done_once(count):
    with some_workers(count) as workers:
        done = sorted(square for square, _, _ in workers.run(Square(), range(9)))
    assert done == [number * number for number in range(9)]


def test_one_worker_is_this_process():
    with some_workers(1) as workers:
        assert isinstance(workers, InThisProcess)
        assert {pid for _, pid, _ in workers.run(Square(), range(3))} == {os.getpid()}


def test_a_process_keeps_what_a_task_made_ready():
    with ProcessPool(2) as pool:
        done = list(pool.run(Square(0.05), range(12)))
        pids = {pid for _, pid, _ in done}
        assert os.getpid() not in pids
        assert sum(max(n for _, pid, n in done if pid == own) for own in pids) == 12
        # Another task begins afresh.
        assert {n for _, _, n in pool.run(Square(0.06), range(1))} == {1}


def test_an_error_of_a_task_arrives_as_it_is():
    with ProcessPool(2) as pool, pytest.raises(SourceError, match="after row 7") as raised:
        list(pool.run(Fail("loans.csv"), range(6)))
    assert raised.value.where == "loans.csv"
    assert raised.value.remedy == "Export it again."


def test_a_lost_worker_is_told_with_what_to_do():
    with (
        ProcessPool(2) as pool,
        pytest.raises(FileError, match="worker processes was lost") as lost,
    ):
        list(pool.run(Die(), range(6)))
    assert "--resume" in lost.value.remedy


def alive(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_the_run_however_it_ends(end, tmp_path):
    script = tmp_path / "run.py"
    script.write_text(FORGETFUL)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment, text=True,
    ) as run:  # fmt: skip
        pids = [int(pid) for pid in run.stdout.readline().split()]
        assert len(pids) == 2
        run.send_signal(end)
        run.wait(30)
        until = time.monotonic() + 10
        while any(map(alive, pids)) and time.monotonic() < until:
            time.sleep(0.05)
        assert not any(map(alive, pids))
        assert run.stderr.read().count("Traceback") == (end == signal.SIGINT)


def test_the_outcome_does_not_depend_on_the_number_of_workers(demo, whole, tmp_path):
    by_one, by_two = whole(40), tmp_path / "two"
    score(demo().book, demo().sources, by_two, batch_rows=40, workers=2)
    assert same_data(by_one, by_two)
    assert contents(by_one)["outcome.xlsx"] == contents(by_two)["outcome.xlsx"]


def test_a_run_that_lost_a_worker_can_be_resumed(demo, whole, tmp_path, monkeypatch):
    monkeypatch.setattr("addin.bank.pace._EVERY", 0.0)
    bank, out = demo(), tmp_path / "out"

    def kill_one(step, done, _total):
        if step.startswith("scoring") and done and multiprocessing.active_children():
            multiprocessing.active_children()[0].kill()

    with pytest.raises(FileError, match="worker processes was lost"):
        score(bank.book, bank.sources, out, batch_rows=40, workers=2, progress=kill_one)
    assert not out.exists()
    score(bank.book, bank.sources, out, batch_rows=40, workers=2, resume=True)
    assert same_data(whole(40), out)
