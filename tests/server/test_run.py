"""Starting the server where it may not run: one message, and no trace."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from licence import KEY

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("key", [None, "no such key"])
def test_without_a_licence_the_command_says_what_is_missing(key, tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != KEY}
    # xlwings would also look for a key in the user's home.
    environment |= {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    if key is not None:
        environment[KEY] = key
    finished = subprocess.run(
        [sys.executable, "-m", "addin.cli", "server", "--port", "0"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert finished.returncode == 3
    assert "creditcells server" in finished.stderr
    assert KEY in finished.stderr or "pip install 'creditcells[server]'" in finished.stderr
    assert "Traceback" not in finished.stderr
