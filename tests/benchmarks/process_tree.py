"""The memory of a process together with all that it started."""

import contextlib
import time
from pathlib import Path

PAUSE = 0.25


def memory_of(work):
    """Wait for a process; the most memory, in MB, that it and its processes had at any time."""
    most = 0.0
    while work.poll() is None:
        most = max(most, sum(map(_memory, _tree(work.pid))))
        time.sleep(PAUSE)
    return most


def _tree(pid):
    """A process and all that it started, directly or not."""
    yield pid
    with contextlib.suppress(OSError):  # it has ended
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))


def _memory(pid):
    """The memory of a process in MB; of a page that n processes share, the nth part."""
    with contextlib.suppress(OSError):  # it has ended
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0
