"""Installing the add-in, and the doctor that says what is wrong."""

import json
import sys

import pytest

from addin.calc import doctor, installing
from addin.calc.office import OfficeError, find_program

ENGLISH = 0


def found(profile=None):
    return {check.title[ENGLISH]: check for check in doctor.examine(profile)}


def test_without_libreoffice_the_doctor_says_so_and_stops(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("addin.calc.office._USUAL_PLACES", ())
    [check] = doctor.examine()
    assert check.good is False
    assert "Install LibreOffice 25.2" in check.detail
    assert check.detail.zh.startswith("LibreOffice：未安装。请安装含 Calc 的 LibreOffice 25.2")


def test_without_its_python_the_doctor_says_what_to_install(fake_office):
    fake_office("true")
    checks = found()
    assert checks["LibreOffice"].good is True
    assert checks["LibreOffice's Python"].good is False
    assert "python3-uno" in checks["LibreOffice's Python"].detail
    assert "请安装软件包 python3-uno" in checks["LibreOffice's Python"].detail.zh
    assert len(checks) == 2


def test_installing_needs_libreoffices_own_tool(fake_office):
    fake_office("true")
    with pytest.raises(OfficeError, match="has no unopkg"):
        installing.install_extension()


def test_what_the_tool_says_is_told(fake_office, tmp_path):
    fake_office("true")
    tool = tmp_path / "fake/unopkg"
    tool.write_text("#!/bin/sh\necho 'unopkg is running already'; exit 1\n")
    tool.chmod(0o755)
    with pytest.raises(OfficeError, match="running already"):
        installing.install_extension(tmp_path / "profile")


@pytest.mark.parametrize(
    ("system", "variable", "wanted"),
    [
        ("linux", "XDG_CONFIG_HOME", "libreoffice/4"),
        ("win32", "APPDATA", "LibreOffice/4"),
    ],
)
def test_the_profile_stands_where_the_system_keeps_settings(
    monkeypatch, tmp_path, system, variable, wanted
):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv(variable, str(tmp_path))
    assert installing.default_profile() == tmp_path / wanted


@pytest.mark.long
@pytest.mark.usefixtures("program")
def test_an_installed_addin_answers_and_an_old_one_is_noticed(tmp_path):
    profile = tmp_path / "profile"
    installed = "The installed add-in"
    assert found(profile)[installed].good is None
    folder = installing.install_extension(profile)
    assert folder == installing.installed_extension(find_program(), profile)
    checks = found(profile)
    assert [check.title for check in checks.values() if check.good is False] == []
    assert checks[installed].good is True
    file = folder / "settings.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"version": "0.0.1"}))
    assert found(profile)[installed].good is False
    file.write_text("{")
    assert "cannot be read" in found(profile)[installed].detail
    assert installing.install_extension(profile) != folder
    assert found(profile)[installed].good is True
