"""What the browser has is enough: the workbook's code registers every function there."""

import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import udfs
from addin.lite.code import main_py

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("pyodide_like.py")
# numpy and pandas of Pyodide with what they need; nothing else is there when the code starts.
AT_START = "numpy,pandas,dateutil,six,pytz,tzdata,udfs"
# Pyodide 314 (Python 3.14) and 0.29 build these; all other requirements must be pure Python.
BUILT_BY_PYODIDE = {"numpy", "pandas", "scipy", "scikit-learn"}


def run(code, allowed):
    finished = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, PROGRAM, allowed],
        input=code, capture_output=True, text=True, check=False, cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


@pytest.fixture(scope="module", params=["en", "zh"])
def started(request):
    return request.param, run(main_py(request.param), f"{AT_START},addin")


def test_the_functions_start_with_numpy_and_pandas_alone():
    loaded = run("import udfs", AT_START)["loaded"]
    assert {"numpy", "pandas", "udfs"} <= set(loaded)


def test_a_package_that_the_browser_lacks_would_be_noticed():
    with pytest.raises(AssertionError, match="No module named 'lxml' in the browser"):
        run("import lxml.etree", AT_START)


def test_every_function_is_registered(started):
    assert set(started[1]["registered"]) == set(udfs.FUNCTIONS)


def test_arguments_come_raw_and_with_help(started):
    lang, found = started
    for name, function in udfs.FUNCTIONS.items():
        assert found["registered"][name]["arguments"] == {
            argument.name: {"convert": "raw", "doc": argument.help[lang]}
            for argument in function.arguments
        }


def test_functions_have_their_help_and_no_hints(started):
    lang, found = started
    for name, function in udfs.FUNCTIONS.items():
        assert found["registered"][name]["doc"] == function.help[lang].summary
        assert found["registered"][name]["hints"] == {}


def test_excel_may_keep_results_of_all_functions_but_the_one_with_a_memory(started):
    asked_again = {
        name for name, one in started[1]["registered"].items() if not one["options"]["cache"]
    }
    assert asked_again == {"CR_LASTERROR"}


def in_the_browser(requirement):
    return "sys_platform != 'emscripten'" not in requirement


def test_the_package_asks_for_nothing_that_the_browser_cannot_have():
    with (ROOT / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["project"]["dependencies"]
    names = {re.match(r"[\w.-]+", one)[0] for one in wanted if in_the_browser(one)}
    assert names - BUILT_BY_PYODIDE == {"openpyxl", "xlwings"}


def test_openpyxl_is_pure_python():
    assert "Root-Is-Purelib: true" in metadata.distribution("openpyxl").read_text("WHEEL")
