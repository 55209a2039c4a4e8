"""The VBA that makes cells of Python's answers, run by LibreOffice's Basic.

What needs Excel's own objects cannot run here; the rest is plain VBA.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from addin.calc.office import private_office
from addin.desktop.wrappers import calling_module
from udfs.errors import EXCEL_ERROR_NUMBERS

SYSTEM_PYTHON = Path("/usr/bin/python3")
PROGRAM = Path(__file__).with_name("libreoffice_basic.py")

# Stands for xlwings: hands over what the test says, fails when it is told to.
FAKE_XLWINGS = """
Public failures As Integer
Public started As Integer
Public asked As String

Public Function XLPy() As Object
    started = started + 1
    Set XLPy = New FakePython
End Function
"""
FAKE_PYTHON = """
Public Function CallUDF(place As String, name As String, cells As Variant, a As Variant, b As Variant) As Variant
    If FakeXlwings.failures > 0 Then
        FakeXlwings.failures = FakeXlwings.failures - 1
        Err.Raise 1001, "Python", "Traceback" & vbCrLf & "  File x" & vbCrLf & "ValueError: too bad" & vbCrLf
    End If
    FakeXlwings.asked = place & " " & name & " " & UBound(cells)
    CallUDF = cells(0)
End Function
"""
FAKE_RANGE = """
Public Property Get Value2() As Variant
    Value2 = 42.5
End Property
"""
PROBE = """
Private Function Shown(cell As Variant) As String
    If IsError(cell) Then
        Shown = "error " & CStr(CLng(cell))
    Else
        Shown = TypeName(cell) & " " & CStr(cell)
    End If
End Function

Function fault_of_python() As String
    fault_of_python = CreditCellsCall.Reason("Traceback (most recent" & vbCrLf & "  File x" & vbCrLf & "E: bad " & vbCrLf & vbCrLf)
End Function

Function fault_elsewhere() As String
    fault_elsewhere = CreditCellsCall.Reason("Could not load x.dll from:" & vbCrLf & "in C:")
End Function

Function no_reason() As String
    no_reason = "<" & CreditCellsCall.Reason("") & ">"
End Function

Function one_row() As String
    Dim x As Variant
    x = CreditCellsCall.WithErrors(Array("a", "#NUM!", 2.5))
    one_row = Shown(x(0)) & "|" & Shown(x(1)) & "|" & Shown(x(2))
End Function

Function rows_and_columns() As String
    Dim x(1 To 2, 1 To 2) As Variant
    Dim y As Variant
    x(1, 1) = "#DIV/0!": x(1, 2) = 3.5: x(2, 1) = "#hash": x(2, 2) = ""
    y = CreditCellsCall.WithErrors(x)
    rows_and_columns = Shown(y(1, 1)) & "|" & Shown(y(1, 2)) & "|" & Shown(y(2, 1)) & "|" & Shown(y(2, 2))
End Function

Function answer() As String
    FakeXlwings.failures = 0
    answer = Shown(CreditCellsCall.Answer("CR_X", Array("#N/A", 1))) & "|" & FakeXlwings.asked
End Function

Function range_is_handed_over_as_its_cells() As String
    FakeXlwings.failures = 0
    range_is_handed_over_as_its_cells = Shown(CreditCellsCall.Answer("CR_X", Array(New FakeRange, 1)))
End Function

Function python_is_started_once() As String
    Dim before As Integer
    FakeXlwings.failures = 0
    CreditCellsCall.Answer("CR_X", Array(1))
    before = FakeXlwings.started
    CreditCellsCall.Answer("CR_X", Array(1))
    CreditCellsCall.Answer("CR_X", Array(1))
    python_is_started_once = CStr(FakeXlwings.started - before)
End Function

Function python_that_ended_is_started_again() As String
    Dim before As Integer
    FakeXlwings.failures = 0
    CreditCellsCall.Answer("CR_X", Array(1))
    before = FakeXlwings.started
    FakeXlwings.failures = 1
    python_that_ended_is_started_again = Shown(CreditCellsCall.Answer("CR_X", Array(7.5))) & "|" & CStr(FakeXlwings.started - before)
End Function

Function fault_leaves_its_message_once() As String
    Dim cell As String
    FakeXlwings.failures = 2
    cell = Shown(CreditCellsCall.Answer("CR_X", Array(1)))
    FakeXlwings.failures = 0
    cell = cell & "|" & Shown(CreditCellsCall.Answer("CR_LASTERROR", Array(1)))
    fault_leaves_its_message_once = cell & "|" & Shown(CreditCellsCall.Answer("CR_LASTERROR", Array("none left")))
End Function
"""
ERRORS = "".join(
    f"""
Function error_{number}() As String
    error_{number} = Shown(CreditCellsCall.WithErrors("{code}"))
End Function
"""
    for code, number in EXCEL_ERROR_NUMBERS.items()
)
EXPECTED = {
    "fault_of_python": "E: bad",
    "fault_elsewhere": "Could not load x.dll from:  in C:",
    "no_reason": "<>",
    "one_row": "String a|error 2036|Double 2.5",
    "rows_and_columns": "error 2007|Double 3.5|String #hash|String ",
    "answer": "error 2042|addin.desktop.functions CR_X 1",
    "range_is_handed_over_as_its_cells": "Double 42.5",
    "python_is_started_once": "0",
    "python_that_ended_is_started_again": "Double 7.5|1",
    "fault_leaves_its_message_once": (
        "error 2015|String CR_X: ValueError: too bad|String none left"
    ),
    **{f"error_{number}": f"error {number}" for number in EXCEL_ERROR_NUMBERS.values()},
}


def allow_macros(office):
    """Give it a profile of its own making, set up in a first run: ours forbids macros."""
    shutil.rmtree(office.room / "profile")
    office.run([*office.arguments(), "--terminate_after_init"])


@pytest.fixture(scope="module")
def answers(program):
    if not SYSTEM_PYTHON.exists():
        pytest.skip("the system has no Python")
    support = "Option VBASupport 1\n"
    a_class = f"Option Compatible\nOption ClassModule\n{support}"
    source = calling_module().source.replace("Option Private Module\n", "")
    wanted = {
        "modules": {
            "FakeXlwings": support + FAKE_XLWINGS,
            "FakePython": f"{a_class}{FAKE_PYTHON}",
            "FakeRange": f"{a_class}{FAKE_RANGE}",
            "CreditCellsCall": support + source,
            "Probe": support + PROBE + ERRORS,
        },
        "calls": list(EXPECTED),
    }
    with private_office(recalculate=False, program=program) as office:
        allow_macros(office)
        finished = subprocess.run(  # noqa: S603 - our own program
            [SYSTEM_PYTHON, PROGRAM],
            input=json.dumps({"office": office.arguments(), **wanted}).encode(),
            capture_output=True,
            check=False,
            timeout=180,
        )
    if b"No module named 'uno'" in finished.stderr:
        pytest.skip("python3-uno is not installed")
    assert finished.returncode == 0, finished.stderr.decode()
    return json.loads(finished.stdout)


@pytest.mark.long
@pytest.mark.parametrize(("call", "answer"), EXPECTED.items(), ids=EXPECTED)
def test_vba_answers(answers, call, answer):
    assert answers[call] == answer
