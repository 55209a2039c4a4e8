"""The VBA of the functions: a wrapper for each function of the catalogue.

A wrapper hands its cells to Python and makes real Excel errors of what comes back. Excel shows a
function's argument names as the wrapper has them. Python gets cells, never Excel's own objects:
it need not call Excel while Excel waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import udfs
from addin.desktop.vba_project import CODE_PAGE, Module
from udfs.catalogue import Argument, Function
from udfs.errors import EXCEL_ERROR_NUMBERS

PYTHON_MODULE: Final = "addin.desktop.functions"
CALLING_MODULE: Final = "CreditCellsCall"
_LONGEST_LINE: Final = 900
_SUMMARY_LIMIT: Final = 255

# What VBA keeps for itself (MS-VBAL 3.3.5.2), in small letters.
_RESERVED: Final = frozenset({
    "abs", "addressof", "and", "any", "as", "attribute", "boolean", "byref", "byte", "byval",
    "call", "case", "cbool", "cbyte", "ccur", "cdate", "cdbl", "cdec", "cint", "circle", "clng",
    "clnglng", "clngptr", "close", "const", "csng", "cstr", "currency", "cvar", "cverr", "date",
    "debug", "decimal", "declare", "dim", "do", "doevents", "double", "each", "else", "elseif",
    "empty", "end", "endif", "enum", "eqv", "erase", "event", "exit", "false", "fix", "for",
    "friend", "function", "get", "global", "gosub", "goto", "if", "imp", "implements", "in",
    "input", "inputb", "int", "integer", "is", "lbound", "len", "lenb", "let", "like", "lock",
    "long", "longlong", "longptr", "loop", "lset", "me", "mod", "new", "next", "not", "nothing",
    "null", "on", "open", "option", "optional", "or", "paramarray", "preserve", "print",
    "private", "pset", "public", "put", "raiseevent", "redim", "rem", "resume", "return",
    "rset", "scale", "seek", "select", "set", "sgn", "shared", "single", "spc", "static",
    "stop", "string", "sub", "tab", "then", "to", "true", "type", "typeof", "ubound", "unlock",
    "until", "variant", "wend", "while", "with", "withevents", "write", "xor",
})  # fmt: skip

_CALLING: Final = """Option Explicit
Option Private Module

Private python As Object
Private problem As String

Public Function Answer(name As String, arguments As Variant) As Variant
    'What Python answers, with real errors in it. A call that does not reach Python shows #VALUE!
    'and leaves its message for CR_LASTERROR.
    Dim cells As Variant, tried As Boolean
    On Error GoTo failed
    If name = "CR_LASTERROR" And problem <> "" Then
        Answer = problem
        problem = ""
        Exit Function
    End If
again:
    'XLPy reads all settings anew each time, so its answer is kept for the next cells.
    If python Is Nothing Then Set python = XLPy
    cells = python.CallUDF("{module}", name, Contents(arguments), Nothing, Nothing)
    Answer = WithErrors(cells)
    Exit Function
failed:
    If Not tried And Not python Is Nothing Then
        'Python may have ended since the last cell: once more, with a new one.
        tried = True
        Set python = Nothing
        Resume again
    End If
    problem = name & ": " & Reason(Err.Description)
    Answer = CVErr(xlErrValue)
End Function

Private Function Contents(arguments As Variant) As Variant
    'The cells of ranges, so that Python need not ask Excel for them, which takes several calls each.
    'Value2 has money as a plain number and days as serial numbers, as all other hosts hand them over.
    Dim given() As Variant, i As Long
    ReDim given(LBound(arguments) To UBound(arguments))
    For i = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(i)) Then given(i) = arguments(i).Value2 Else given(i) = arguments(i)
    Next i
    Contents = given
End Function

Public Function CountsFrom1904() As Variant
    'Whether the calling workbook counts its days from 1904.
    CountsFrom1904 = False
    On Error Resume Next
    CountsFrom1904 = Application.Caller.Worksheet.Parent.Date1904
End Function

Public Function Reason(text As String) As String
    'An error in words: of a fault in Python the last line, without the way that led there.
    Dim lines As Variant, i As Long
    lines = Split(Replace(text, vbCr, vbLf), vbLf)
    If InStr(text, "Traceback") = 0 Then
        Reason = Trim$(Join(lines, " "))
        Exit Function
    End If
    For i = UBound(lines) To 0 Step -1
        Reason = Trim$(lines(i))
        If Reason <> "" Then Exit Function
    Next i
End Function

Public Function WithErrors(cells As Variant) As Variant
    'One cell, one row, which comes as a plain list, or rows and columns.
    Dim i As Long, j As Long
    Select Case Dimensions(cells)
    Case 0
        cells = AsError(cells)
    Case 1
        For i = LBound(cells) To UBound(cells)
            If VarType(cells(i)) = vbString Then cells(i) = AsError(cells(i))
        Next i
    Case Else
        For i = LBound(cells, 1) To UBound(cells, 1)
            For j = LBound(cells, 2) To UBound(cells, 2)
                If VarType(cells(i, j)) = vbString Then cells(i, j) = AsError(cells(i, j))
            Next j
        Next i
    End Select
    WithErrors = cells
End Function

Private Function Dimensions(cells As Variant) As Long
    'How many subscripts an array has; 0 for a single value.
    Dim count As Long, last As Long
    If Not IsArray(cells) Then Exit Function
    On Error GoTo counted
    Do
        last = UBound(cells, count + 1)
        count = count + 1
    Loop
counted:
    Dimensions = count
End Function

Private Function AsError(ByVal cell As Variant) As Variant
    AsError = cell
    If VarType(cell) <> vbString Then Exit Function
    If Left$(cell, 1) <> "#" Then Exit Function
    Select Case cell
{cases}
    End Select
End Function
"""


def calling_module() -> Module:
    """The module that all wrappers call: to Python and back, with real errors."""
    cases = "\n".join(
        f'        Case "{code}": AsError = CVErr({number})'
        for code, number in EXCEL_ERROR_NUMBERS.items()
    )
    return Module(CALLING_MODULE, _CALLING.format(module=PYTHON_MODULE, cases=cases))


def wrapper_modules() -> list[Module]:
    """A module for each family, with a wrapper for each of its functions."""
    modules = []
    for family in udfs.FAMILIES:
        members = sorted(name for name, f in udfs.FUNCTIONS.items() if f.family == family)
        if members:
            source = "\n".join(wrapper(udfs.FUNCTIONS[name]) for name in members)
            modules.append(Module(_module_name(family), f"Option Explicit\n\n{source}"))
    return modules


def _module_name(family: str) -> str:
    return "Functions" + "".join(word.capitalize() for word in family.split("_"))


def wrapper(function: Function) -> str:
    """The VBA of one function: its signature, its help, its call."""
    return "\n".join(_lines(function)) + "\n"


def _lines(function: Function) -> Iterator[str]:
    names = [vba_name(argument.name) for argument in function.arguments]
    shown = [_declared(argument) for argument in function.arguments]
    yield from _broken(f"Public Function {function.name}(", shown, ") As Variant")
    yield f'Attribute {function.name}.VB_Description = "{_description(function)}"'
    yield f'Attribute {function.name}.VB_ProcData.VB_Invoke_Func = " \\n14"'
    call = f'    {function.name} = {CALLING_MODULE}.Answer("{function.name}", Array('
    yield from _broken(call, [*names, f"{CALLING_MODULE}.CountsFrom1904"], "))")
    yield "End Function"


def vba_name(name: str) -> str:
    """An argument's name as VBA takes it: a word that VBA keeps for itself gets a mark behind."""
    return f"{name}_" if name in _RESERVED else name


def _declared(argument: Argument) -> str:
    name = vba_name(argument.name)
    return name if argument.required else f"Optional {name}"


def _broken(start: str, items: list[str], end: str) -> Iterator[str]:
    """A line with a list in it, broken where it would be too long for VBA."""
    line = start
    for i, item in enumerate(items):
        text = item + (", " if i + 1 < len(items) else end)
        if len(line) + len(text) > _LONGEST_LINE:
            yield f"{line}_"
            line = "        "
        line += text
    yield line if items else start + end


def _description(function: Function) -> str:
    """The English summary as VBA source can hold it."""
    text = function.help["en"].summary[:_SUMMARY_LIMIT]
    plain = text.encode(CODE_PAGE, "replace").decode(CODE_PAGE)
    return plain.replace('"', '""')
