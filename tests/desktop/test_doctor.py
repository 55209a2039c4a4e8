"""The doctor: every finding with its remedy, on a Windows computer of the test's own."""

import re

import pytest
import xlwings
from fake_machine import FakeMachine

from addin.desktop import doctor
from addin.desktop.doctor import CHECKS, diagnose, told
from addin.desktop.install import install
from addin.desktop.machine import Machine
from addin.desktop.paths import addin_file, settings_file
from addin.desktop.policy_checks import DEFENDER_RULES

EXCEL = r"Software\Microsoft\Office\16.0\Excel"
POLICY = r"Software\Policies\Microsoft\Office\16.0"
CLOUD = r"Software\Policies\Microsoft\Cloud\Office\16.0"
RULES = r"Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
DEFENDER = rf"SOFTWARE\Policies\Microsoft\{RULES}"
MANAGER = r"SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager"
CLICK_TO_RUN = r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
LOCATIONS = r"Security\Trusted Locations"
CHILD, WIN32 = DEFENDER_RULES
pytestmark = pytest.mark.usefixtures("built_once")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def machine(tmp_path):
    made = FakeMachine.at(tmp_path / "venv")
    install(made)
    return made


def findings(machine):
    return [one for one in diagnose(machine) if not one.well]


def only(machine):
    (found,) = findings(machine)
    return found


def test_good_installation_has_no_findings(machine):
    assert findings(machine) == []
    for lang, word in (("en", ": ok"), ("zh", "：正常")):
        lines = list(told(diagnose(machine), lang))
        assert len(lines) == len(CHECKS)
        assert all(line.endswith(word) for line in lines)


def set_key(root, key, name, value):
    return lambda machine: machine.keys.update({(root, key, name): value})


def remove_libraries(machine):
    for file in machine.python.parent.parent.glob("*.dll"):
        file.unlink()


def install_for_one_user(machine):
    remove_libraries(machine)
    machine.user_base.mkdir(parents=True)
    for bits in (32, 64):
        (machine.user_base / f"xlwings{bits}-{xlwings.__version__}.dll").touch()


def old_library(machine):
    for file in machine.python.parent.parent.glob("*.dll"):
        file.rename(file.with_name("xlwings64-0.30.0.dll"))


def note(python):
    def write(machine):
        text = f'"INTERPRETER_WIN","{python}"\r\n'
        settings_file(machine.environment).write_text(text, encoding="cp936")

    return write


def other_python(machine):
    other = machine.python.parents[2] / "other" / "pythonw.exe"
    other.parent.mkdir()
    for bits in (32, 64):
        (other.parent / f"xlwings{bits}-{xlwings.__version__}.dll").touch()
    other.touch()
    note(other)(machine)


# What happens to the computer; the check that finds it; what its problem and its remedy speak of.
CASES = {
    "add-in missing": (
        lambda m: addin_file(m.environment).unlink(),
        "Add-in file", "is missing", "addin install",
    ),
    "add-in of another version": (
        lambda m: addin_file(m.environment).write_bytes(b"old"),
        "Add-in file", "another version", "addin install",
    ),
    "second copy": (
        set_key("HKCU", rf"{EXCEL}\Options", "OPEN3", r'"C:\old\CreditCells.xlam"'),
        "Second copy", r"C:\old\CreditCells.xlam", "Relink",
    ),
    "mark of the web": (
        lambda m: m.marked.add("creditcells.xlam"),
        "Protected View", "from the internet", "Unblock",
    ),
    "no settings": (
        lambda m: settings_file(m.environment).unlink(),
        "Python", "does not say which Python", "addin install",
    ),
    "Python gone": (
        note("/gone/pythonw.exe"), "Python", "not there any more", "addin install",
    ),
    "another Python": (
        other_python, "Python", "Excel starts", "addin install",
    ),
    "pywin32 missing": (
        lambda m: m.packages.clear(), "pywin32", "pywin32 is missing", "pip install pywin32",
    ),
    "library missing": (
        remove_libraries, "xlwings library", f"xlwings32-{xlwings.__version__}.dll", "antivirus",
    ),
    "library for one user": (
        install_for_one_user, "xlwings library", "in none of", "python -m venv",
    ),
    "library of another version": (
        old_library, "xlwings library", f"-{xlwings.__version__}.dll", "--force-reinstall",
    ),
    "VBA off": (
        set_key("HKLM", rf"{POLICY}\Common", "VBAOff", 1), "Macro policy", "switches VBA off", "IT",
    ),
    "add-ins off by IT": (
        set_key("HKCU", rf"{CLOUD}\Excel\Security", "DisableAllAddins", 1),
        "Macro policy", "DisableAllAddins", "IT",
    ),
    "unsigned add-ins off": (
        set_key("HKCU", rf"{EXCEL}\Security", "RequireAddinSig", 1),
        "Macro policy", "not signed", "Trust Center",
    ),
    "trusted locations off": (
        set_key("HKCU", rf"{EXCEL}\{LOCATIONS}", "AllLocationsDisabled", 1),
        "Trusted start folder", "switched off", "Trust Center",
    ),
    "trusted locations off by IT": (
        set_key("HKCU", rf"{POLICY}\Excel\{LOCATIONS}", "AllLocationsDisabled", 1),
        "Trusted start folder", "switched off", "IT",
    ),
    "Defender: child processes": (
        set_key("HKLM", DEFENDER, CHILD, "1"), "Antivirus rule", "start other programs", CHILD,
    ),
    "Defender: warning": (
        set_key("HKLM", rf"SOFTWARE\Microsoft\{RULES}", CHILD, 6),
        "Antivirus rule", "start other programs", CHILD,
    ),
    "Defender: calls of Windows": (
        set_key("HKLM", MANAGER, "ASRRules", f"{CHILD}=2|{WIN32.upper()}=1"),
        "Antivirus rule", "call Windows", WIN32,
    ),
    "disabled after a crash": (
        set_key("HKCU", rf"{EXCEL}\Resiliency\DisabledItems", "*", 1),
        "Disabled items", "after a crash", "Disabled Items",
    ),
    "Excel runs": (
        lambda m: m.running.add("EXCEL.EXE"), "Running Excel", "running", "Task Manager",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("happens", "check", "problem", "remedy"), CASES.values(), ids=CASES)
def test_finding_names_the_problem_and_the_remedy(machine, happens, check, problem, remedy):
    happens(machine)
    found = only(machine)
    assert found.check[0] == check
    assert problem.casefold() in found.problem[0].casefold()
    assert remedy in found.remedy[0]
    for text in (found.problem[1], found.remedy[1]):
        assert CHINESE.search(text)
        assert text.endswith("。")
    for lang, side in (("en", 0), ("zh", 1)):
        (line,) = (one for one in told(diagnose(machine), lang) if found.problem[side] in one)
        assert line.startswith(found.check[side])
        assert line.endswith(found.remedy[side])


def test_every_check_has_a_case_that_it_finds():
    assert len(CASES) >= len(CHECKS)
    checked = {check for _, check, _, _ in CASES.values()} | {"OneDrive"}
    assert len(checked) == len(CHECKS)


def test_python_in_onedrive_is_found(tmp_path):
    machine = FakeMachine.at(tmp_path / "OneDrive - Bank" / "venv")
    machine.environment.update({"APPDATA": str(tmp_path), "USERPROFILE": str(tmp_path)})
    install(machine)
    found = only(machine)
    assert "OneDrive" in found.problem[0]
    assert CHINESE.search(found.remedy[1])


@pytest.mark.parametrize(
    ("key", "name", "value", "missing"),
    [
        (CLICK_TO_RUN, "Platform", "x86", 32),
        (CLICK_TO_RUN, "Platform", "x64", 64),
        (r"SOFTWARE\Microsoft\Office\16.0\Outlook", "Bitness", "x86", 32),
        (r"SOFTWARE\WOW6432Node\Microsoft\Office\16.0\Outlook", "Bitness", "x64", 64),
    ],
)
def test_library_must_be_of_excels_own_bits_whatever_python_has(machine, key, name, value, missing):
    machine.keys["HKLM", key, name] = value
    folder = machine.python.parent.parent
    (folder / f"xlwings{96 - missing}-{xlwings.__version__}.dll").unlink()
    assert findings(machine) == []
    (folder / f"xlwings{missing}-{xlwings.__version__}.dll").unlink()
    assert f"xlwings{missing}-" in only(machine).problem[0]


def test_library_beside_the_interpreter_is_found_too(machine):
    for file in list(machine.python.parent.parent.glob("*.dll")):
        file.rename(machine.python.with_name(file.name))
    assert findings(machine) == []


@pytest.mark.parametrize("value", ["2", "0", None])
def test_defender_rule_that_only_watches_is_no_finding(machine, value):
    machine.keys["HKLM", DEFENDER, CHILD] = value
    assert findings(machine) == []


def test_trusted_locations_do_not_matter_where_all_macros_run(machine):
    machine.keys["HKCU", rf"{EXCEL}\{LOCATIONS}", "AllLocationsDisabled"] = 1
    machine.keys["HKCU", rf"{EXCEL}\Security", "VBAWarnings"] = 1
    assert findings(machine) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_other_systems_are_told_what_to_use_instead(lang):
    (line,) = told(diagnose(Machine(platform="linux")), lang)
    for word in ("linux", "recalc", "addin build", "LibreOffice", "Lite"):
        assert word in line


def test_this_computer_can_be_asked():
    here = Machine()
    assert here.has_package("xlwings")
    assert not here.has_package("no_such_package")
    assert here.registry("HKCU", "Software", "none") is None
    assert doctor.diagnose()
