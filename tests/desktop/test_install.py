"""Installing and removing the add-in, on a Windows computer of the test's own."""

from pathlib import Path

import pytest
from fake_machine import FakeMachine

from addin.desktop.install import NotWindowsError, install, noted_interpreter, uninstall
from addin.desktop.machine import Machine
from addin.desktop.paths import addin_file, settings_file
from addin.errors import WorkbookError

pytestmark = pytest.mark.usefixtures("built_once")


@pytest.fixture
def machine(tmp_path):
    return FakeMachine.at(tmp_path / "银行 venv")


def files(machine):
    home = Path(machine.environment["USERPROFILE"])
    return {str(one.relative_to(home)) for one in home.rglob("*") if one.is_file()}


INSTALLED = {"AppData/Microsoft/Excel/XLSTART/creditcells.xlam", ".creditcells/creditcells.conf"}


def test_install_writes_the_addin_where_excel_starts_and_the_python_to_use(machine, built):
    addin, settings = install(machine)
    assert files(machine) == INSTALLED
    assert addin == addin_file(machine.environment)
    assert addin.read_bytes() == built
    assert settings == settings_file(machine.environment)
    assert noted_interpreter(machine) == machine.python.with_name("pythonw.exe")


def test_settings_are_read_as_vba_reads_them(machine):
    """VBA's Input # takes two texts in quotes, in the code page of Windows."""
    _, settings = install(machine)
    (line,) = settings.read_bytes().splitlines()
    name, python = line.decode("cp936").strip('"').split('","')
    assert name == "INTERPRETER_WIN"
    assert Path(python).is_file()


def test_install_twice_is_the_same_as_once(machine):
    assert install(machine) == install(machine)
    assert files(machine) == INSTALLED


def test_python_without_its_quiet_twin_is_noted_itself(machine):
    machine.python.with_name("pythonw.exe").unlink()
    install(machine)
    assert noted_interpreter(machine) == machine.python


def test_uninstall_removes_what_install_wrote_and_nothing_else(machine):
    install(machine)
    other = settings_file(machine.environment).parent / "backups" / "mine.bak.xlsx"
    other.parent.mkdir()
    other.touch()
    assert len(uninstall(machine)) == 2
    assert files(machine) == {".creditcells/backups/mine.bak.xlsx"}
    assert uninstall(machine) == []


def held_open(*_):
    raise PermissionError(13, "另一个程序正在使用此文件")


@pytest.mark.parametrize(("work", "method"), [(install, "replace"), (uninstall, "unlink")])
def test_addin_that_excel_holds_open_is_named_with_the_remedy(machine, monkeypatch, work, method):
    addin, settings = install(machine)
    before = addin.read_bytes(), settings.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(type(addin), method, held_open)
        with pytest.raises(WorkbookError) as raised:
            work(machine)
    assert "creditcells.xlam" in raised.value.where
    assert "另一个程序正在使用此文件" in raised.value.problem
    assert "Close Excel" in raised.value.remedy
    assert (addin.read_bytes(), settings.read_bytes()) == before


def test_path_that_windows_code_page_lacks_is_refused_before_anything_is_written(tmp_path):
    machine = FakeMachine.at(tmp_path / "银行", code_page="cp1252")
    with pytest.raises(WorkbookError, match="plain letters"):
        install(machine)
    assert files(machine) == set()


@pytest.mark.parametrize("work", [install, uninstall])
@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_other_systems_are_told_what_to_use_instead(work, platform):
    with pytest.raises(NotWindowsError) as raised:
        work(Machine(platform=platform))
    for word in (platform, "addin build", "recalc", "LibreOffice", "Lite"):
        assert word in str(raised.value)


def test_settings_without_a_python_name_none(machine):
    file = settings_file(machine.environment)
    assert noted_interpreter(machine) is None
    file.parent.mkdir(parents=True)
    file.write_bytes(b'"SHOW CONSOLE","True"\r\n\r\n"alone"\r\n')
    assert noted_interpreter(machine) is None
