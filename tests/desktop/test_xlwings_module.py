"""The VBA of xlwings as our add-in has it: closed to the cells and files of others' workbooks."""

import re
from importlib import resources

import pytest

from addin.desktop.xlwings_module import closed, xlwings_module
from addin.errors import WorkbookError

SOURCE = xlwings_module().source
ORIGINAL = resources.files("xlwings").joinpath("xlwings_custom_addin.bas").read_text("cp1252")
PROCEDURE = re.compile(
    r"^[ \t]*(?P<scope>Public |Private )?(?:Declare(?: PtrSafe)? )?(?:Function|Sub) (?P<name>\w+)",
    re.MULTILINE,
)


def test_only_the_way_to_python_is_open():
    scopes = {found["name"]: found["scope"] for found in PROCEDURE.finditer(SOURCE)}
    assert {name for name, scope in scopes.items() if scope != "Private "} == {"XLPy"}
    assert set(scopes) == {found["name"] for found in PROCEDURE.finditer(ORIGINAL)}
    assert {"RunPython", "RunFrozenPython", "SaveConfigToFile", "ReadFile"} <= set(scopes)


def test_module_is_hidden_from_the_function_wizard():
    assert SOURCE.startswith("Option Private Module\n")


def test_no_setting_comes_from_the_workbook_that_is_open():
    assert "ActiveWorkbook" not in SOURCE
    assert 'PROJECT_NAME As String = "creditcells"' in SOURCE


def test_nothing_else_of_xlwings_is_changed():
    back = SOURCE.removeprefix("Option Private Module\n").replace("creditcells", "myaddin")
    ours = [without_scope(line) for line in back.splitlines()]
    theirs = [
        without_scope(line.replace("ActiveWorkbook", "ThisWorkbook"))
        for line in ORIGINAL.splitlines()[1:]
    ]
    assert ours == theirs
    assert "BSD 3-clause license" in SOURCE


def without_scope(line):
    scope = re.compile(r"^(\s*)(?:Public |Private )(?=(?:Declare|Function|Sub)\b)")
    return scope.sub(r"\1", line)


@pytest.mark.parametrize(
    "source",
    [
        "Function XLPy()\nEnd Function",
        'Public Const PROJECT_NAME As String = "myaddin"',
    ],
)
def test_another_text_than_the_known_one_is_refused(source):
    with pytest.raises(WorkbookError, match=r"Install xlwings 0\.37"):
        closed(source)
