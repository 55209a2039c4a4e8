"""What the tests of LibreOffice share."""

import os
import sys
from pathlib import Path

import pytest

# The tests are no package; this lets them import what stands beside them and the calls of the hosts.
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "hosts")]


@pytest.fixture
def fake_office(tmp_path, monkeypatch):
    """Puts a shell script in the place of LibreOffice; `$out` and `$book` are what it is asked."""

    def put(script, version="LibreOffice 25.8.1.1 600(Build:1)"):
        folder = tmp_path / "fake"
        folder.mkdir(exist_ok=True)
        program = folder / "soffice"
        program.write_text(
            "#!/bin/sh\n"
            f'if [ "$1" = --version ]; then echo "{version}"; exit 0; fi\n'
            'profile="${1#*file://}"\n'
            'while [ "$#" -gt 1 ]; do [ "$1" = --outdir ] && out="$2"; shift; done\n'
            f'book="$1"\n{script}\n'
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    return put


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder that temporary files go to, which must be empty again at the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield folder
    assert list(folder.iterdir()) == []
