"""What tests of several folders share."""

import sys

import pytest

from addin import cli
from addin.calc.office import OfficeError, find_program


@pytest.fixture(scope="session")
def program():
    """The LibreOffice of this machine; without one the test is skipped."""
    try:
        return find_program()
    except OfficeError as error:
        pytest.skip(str(error))


@pytest.fixture
def run(monkeypatch, capsys):
    """``creditcells`` as a person types it: how it ends, what it prints, what it complains of."""

    def type_in(*arguments):
        monkeypatch.setattr(sys, "argv", ["creditcells", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code or 0
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return type_in
