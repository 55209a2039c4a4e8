"""``creditcells addin`` as a person types it, here and on a Windows computer of the test's own."""

import sys
from functools import partial

import pytest
from fake_machine import FakeMachine

from addin.desktop import doctor
from addin.desktop import install as installation


@pytest.fixture
def run(run):
    return partial(run, "addin")


@pytest.fixture
def windows(tmp_path, monkeypatch, built_once):  # noqa: ARG001 - the fixture's effect is wanted
    machine = FakeMachine.at(tmp_path / "venv")
    for module in (doctor, installation):
        monkeypatch.setattr(module, "Machine", lambda: machine)
    return machine


def test_build_writes_the_file_and_says_where(run, tmp_path, built_once, built):  # noqa: ARG001 - likewise
    code, out, _ = run("build", tmp_path)
    assert code == 0
    assert str(tmp_path / "creditcells.xlam") in out
    assert (tmp_path / "creditcells.xlam").read_bytes() == built


def test_build_where_nobody_may_write_ends_with_a_message_and_code_3(run, tmp_path):
    (tmp_path / "file").touch()
    code, _, err = run("build", tmp_path / "file" / "x.xlam")
    assert code == 3
    assert "cannot be written" in err
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="it is for Windows")
@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_elsewhere_install_ends_with_what_to_use_instead_and_code_3(run, command):
    code, _, err = run(command)
    assert code == 3
    assert "recalc" in err
    assert "LibreOffice" in err


@pytest.mark.skipif(sys.platform == "win32", reason="it is for Windows")
@pytest.mark.parametrize(("lang", "word"), [("en", "The add-in is for Excel"), ("zh", "本加载项")])
def test_elsewhere_doctor_says_what_to_use_instead_with_code_1(run, lang, word):
    code, out, _ = run("doctor", "--lang", lang)
    assert code == 1
    assert word in out
    assert "recalc" in out


def test_install_says_what_it_wrote_and_what_to_do_next(run, windows):
    code, out, _ = run("install")
    assert code == 0
    assert "creditcells.xlam" in out
    assert "creditcells.conf" in out
    assert "Start Excel" in out
    assert (windows.python.parents[1] / "home" / ".creditcells").is_dir()


@pytest.mark.parametrize(("lang", "word"), [("en", "Add-in file: ok"), ("zh", "加载项文件：正常")])
def test_doctor_of_a_good_installation_ends_with_code_0(run, windows, lang, word):  # noqa: ARG001 - likewise
    run("install")
    code, out, _ = run("doctor", "--lang", lang)
    assert code == 0
    assert word in out


def test_doctor_with_a_finding_ends_with_code_1(run, windows):
    run("install")
    windows.running.add("EXCEL.EXE")
    code, out, _ = run("doctor")
    assert code == 1
    assert "Task Manager" in out


def test_uninstall_says_what_it_removed(run, windows):  # noqa: ARG001 - likewise
    assert "Nothing" in run("uninstall")[1]
    run("install")
    code, out, _ = run("uninstall")
    assert code == 0
    assert out.count("Removed:") == 2


def test_unknown_command_ends_with_code_2(run):
    assert run("no_such")[0] == 2
