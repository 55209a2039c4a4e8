"""What the tests of the desktop add-in share."""

import sys
from pathlib import Path

import pytest

# The tests are no package; this lets them import the stand-ins beside them and of the hosts.
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "hosts")]


@pytest.fixture(scope="session")
def built():
    """The add-in's bytes, which always are the same, built once."""
    from addin.desktop.xlam import addin_bytes  # noqa: PLC0415 - not before it is needed

    return addin_bytes()


@pytest.fixture
def built_once(built, monkeypatch):
    """Let whoever builds the add-in have the one that is there already."""
    for module in ("xlam", "installation_checks"):
        monkeypatch.setattr(f"addin.desktop.{module}.addin_bytes", lambda: built)
