"""Programs that end, hang, crash or leave children behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from addin.calc.process import run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
BOUND = 5
ROOT = Path(__file__).parents[2]


def shell(script, seconds=BOUND):
    return run(["/bin/sh", "-c", script], seconds=seconds, environment=os.environ)


def is_there(pid):
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def zombies():
    """Our own children that have ended and were not waited for."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state == "Z" and parent == str(os.getpid()):
            found.append(stat.parent.name)
    return found


@pytest.mark.parametrize(
    ("script", "code", "output"),
    [
        ("echo done", 0, "done"),
        ("echo out; echo err >&2; exit 3", 3, "out\nerr"),
        ("kill -SEGV $$", -11, ""),
    ],
)
def test_a_program_that_ends_tells_its_code_and_what_it_printed(script, code, output):
    ended = shell(script)
    assert (ended.code, ended.output) == (code, output)


@pytest.mark.parametrize("script", ["sleep 60", "trap '' TERM INT; sleep 60", "kill -STOP $$"])
def test_a_program_that_hangs_is_killed_within_the_bound(script):
    start = time.monotonic()
    ended = shell(f"echo $$; {script}", seconds=0.3)
    assert time.monotonic() - start < BOUND
    assert ended.code is None
    assert not is_there(ended.output)
    assert zombies() == []


@pytest.mark.parametrize("script", ["sleep 60 & echo $!; wait", "sleep 60 & echo $!"])
def test_its_children_are_killed_too(script):
    ended = shell(script, seconds=0.3)
    deadline = time.monotonic() + BOUND
    while is_there(ended.output) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_there(ended.output)


def test_when_we_are_told_to_end_the_program_ends_too(tmp_path):
    pid_file = tmp_path / "pid"
    code = (
        "import os; from addin.calc.process import run;"
        f"run(['/bin/sh', '-c', 'echo $$ > {pid_file}.new; mv {pid_file}.new {pid_file}; sleep 60'],"
        "seconds=60, environment=os.environ)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)  # noqa: S603 - our own code
    deadline = time.monotonic() + 60
    while not pid_file.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    parent.terminate()
    assert parent.wait(BOUND) == 128 + signal.SIGTERM
    assert not is_there(pid_file.read_text().strip())


def test_only_the_end_of_a_long_output_is_kept():
    ended = shell("seq 1 20000; echo last")
    assert ended.output.endswith("last")
    assert len(ended.output) <= 2000
