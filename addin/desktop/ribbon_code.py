"""The VBA behind the ribbon: labels in Excel's language, actions, inserting functions, help."""

from __future__ import annotations

from typing import Final

from addin.desktop.help_sheets import HELP_SHEETS, PRODUCT
from addin.desktop.ribbon import RIBBON_MODULE, RIBBON_SHEET
from addin.desktop.vba_project import Module

ACTIONS_MODULE: Final = "addin.desktop.actions"

WORKBOOK_EVENTS: Final = f"""
Private WithEvents host As Application
Private helped As Boolean

Private Sub Workbook_Open()
    Set host = Application
    OfferHelp
End Sub

Private Sub host_WorkbookActivate(ByVal Wb As Workbook)
    OfferHelp
End Sub

Private Sub OfferHelp()
    'Excel takes help for the function wizard only while a workbook is open: at its start none is.
    If helped Or ActiveWorkbook Is Nothing Then Exit Sub
    helped = True
    {RIBBON_MODULE}.RegisterHelp
End Sub
"""

_SOURCE: Final = """Option Explicit

Private Const msoLanguageIDUI As Long = 2

Private Function InChinese() As Boolean
    'Whether Excel itself speaks Chinese: the low ten bits of its language are 4.
    On Error Resume Next
    InChinese = (Application.LanguageSettings.LanguageID(msoLanguageIDUI) And &H3FF) = 4
End Function

Private Function TextOf(name As String, sheet As String, column As Long) As String
    'A cell of the row that begins with the name.
    Dim found As Variant
    found = Application.Match(name, ThisWorkbook.Worksheets(sheet).Columns(1), 0)
    If Not IsError(found) Then TextOf = CStr(ThisWorkbook.Worksheets(sheet).Cells(found, column).Value)
End Function

Private Function Words(name As String) As String
    Words = TextOf(name, "{ribbon}", IIf(InChinese(), 3, 2))
End Function

Private Function HelpSheet() As String
    HelpSheet = IIf(InChinese(), "{zh}", "{en}")
End Function

Public Sub GetLabel(control As IRibbonControl, ByRef returned As Variant)
    returned = Words(control.ID)
End Sub

Public Sub GetTip(control As IRibbonControl, ByRef returned As Variant)
    returned = TextOf(control.ID, "{ribbon}", IIf(InChinese(), 5, 4))
End Sub

Public Sub GetFunctionTip(control As IRibbonControl, ByRef returned As Variant)
    returned = TextOf(control.Tag, HelpSheet(), 3)
End Sub

Public Sub OnAction(control As IRibbonControl)
    'Runs an action of Python on the active workbook.
    Dim python As Object
    On Error GoTo failed
    If Not Application.ActiveProtectedViewWindow Is Nothing Then
        MsgBox Words("protected_view"), vbExclamation, "{product}"
        Exit Sub
    End If
    If control.ID = "why" And TypeName(Selection) <> "Range" Then
        MsgBox Words("no_cells"), vbInformation, "{product}"
        Exit Sub
    End If
    If ActiveWorkbook Is Nothing Then Workbooks.Add
    Set python = XLPy
    python.SetAttr python.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook
    python.Exec "import {actions} as actions; actions.press('" & control.ID & "', '" & IIf(InChinese(), "zh", "en") & "')"
    Exit Sub
failed:
    Debug.Print Err.Description
    MsgBox CreditCellsCall.Reason(Err.Description) & vbCrLf & vbCrLf & Words("no_answer"), vbCritical, "{product}"
End Sub

Public Sub OnInsert(control As IRibbonControl)
    'Puts a function into the active cell, if that is empty, and asks for its arguments.
    On Error GoTo failed
    If ActiveCell Is Nothing Then Exit Sub
    If Not IsEmpty(ActiveCell.Value) Or ActiveCell.HasFormula Then
        MsgBox Words("not_empty"), vbInformation, "{product}"
        Exit Sub
    End If
    PutFormula ActiveCell, "=" & control.Tag & "()"
    If Not Application.Dialogs(xlDialogFunctionWizard).Show Then ActiveCell.ClearContents
    Exit Sub
failed:
    MsgBox Err.Description, vbExclamation, "{product}"
End Sub

Private Sub PutFormula(cell As Object, formula As String)
    'Where Excel spills results, Formula would put an @ before the function; older ones know no Formula2.
    On Error GoTo older
    cell.Formula2 = formula
    Exit Sub
older:
    cell.Formula = formula
End Sub

Public Sub OnWizard(control As IRibbonControl)
    If Not ActiveCell Is Nothing Then Application.Dialogs(xlDialogFunctionWizard).Show
End Sub

Public Sub RegisterHelp()
    'Descriptions, categories and argument help in Excel's own language, for the function wizard.
    Dim sheet As Worksheet, row As Long, name As String
    Set sheet = ThisWorkbook.Worksheets(HelpSheet())
    For row = 1 To sheet.UsedRange.Rows.Count
        name = CStr(sheet.Cells(row, 1).Value)
        If Not Described(sheet, row, name) Then Described sheet, row, "'" & ThisWorkbook.Name & "'!" & name
    Next row
    ThisWorkbook.Saved = True
End Sub

Private Function Described(sheet As Worksheet, row As Long, macro As String) As Boolean
    'Whether Excel took the help of a function under this name.
    Dim helps() As String, count As Long, i As Long
    On Error GoTo refused
    count = sheet.Cells(row, 4).Value
    If count = 0 Then
        Application.MacroOptions Macro:=macro, Category:=CStr(sheet.Cells(row, 2).Value), _
            Description:=CStr(sheet.Cells(row, 3).Value)
    Else
        ReDim helps(1 To count)
        For i = 1 To count
            helps(i) = CStr(sheet.Cells(row, 4 + i).Value)
        Next i
        Application.MacroOptions Macro:=macro, Category:=CStr(sheet.Cells(row, 2).Value), _
            Description:=CStr(sheet.Cells(row, 3).Value), ArgumentDescriptions:=helps
    End If
    Described = True
refused:
End Function
"""


def ribbon_module() -> Module:
    """The module that the ribbon calls."""
    source = _SOURCE.format(
        product=PRODUCT, ribbon=RIBBON_SHEET, actions=ACTIONS_MODULE, **HELP_SHEETS
    )
    return Module(RIBBON_MODULE, source)
