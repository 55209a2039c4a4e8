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


@pytest.fixture(scope="session")
def sba(tmp_path_factory):
    """Workbooks refreshed from real loans, by file and language, each made once."""
    from tests import sba_loans  # noqa: PLC0415 - not before it is needed

    made = {}

    def make(file, lang):
        if (file, lang) not in made:
            made[file, lang] = sba_loans.refreshed(tmp_path_factory.mktemp("sba"), file, lang)
        return made[file, lang]

    return make


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
