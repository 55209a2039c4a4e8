"""The ribbon of the add-in: its buttons in both languages, and the VBA behind them.

Each button runs one function of ``addin.desktop.actions``; its labels stand on a sheet of the
add-in, from where Excel reads those of its own language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import quoteattr

from addin.desktop.vba_project import Module

ACTIONS_MODULE: Final = "addin.desktop.actions"
RIBBON_MODULE: Final = "CreditCellsRibbon"
RIBBON_SHEET: Final = "ribbon"
TAB: Final = ("creditCellsTab", "creditcells", "creditcells")


@dataclass(frozen=True, slots=True)
class Button:
    """One button.

    Attributes:
        id: also the name of the action that it runs.
        group: the group it stands in.
        icon: the name of one of Excel's own pictures.
        labels: English and Chinese.
        tips: likewise, what it does.
        large: whether it is a large button.
    """

    id: str
    group: str
    icon: str
    labels: tuple[str, str]
    tips: tuple[str, str]
    large: bool = False


GROUPS: Final = {
    "workbook": ("Workbook", "工作簿"),
    "portfolio": ("Portfolio", "信贷组合"),
    "functions": ("Functions", "函数"),
    "sending": ("Sending", "外发"),
    "about": ("creditcells", "creditcells"),
}

BUTTONS: Final = (
    Button(
        "new_workbook", "workbook", "FileNew", ("New workbook", "新建工作簿"),
        ("A workbook from one of the templates.", "由模板新建工作簿。"), large=True,
    ),
    Button(
        "check_workbook", "workbook", "ReviewAcceptChange", ("Check", "检查"),
        ("What is wrong in this workbook: errors, findings, formulas.", "检查本工作簿的错误、数据问题与公式。"),
    ),
    Button(
        "refresh_source", "portfolio", "RefreshAll", ("Refresh from source", "从数据源刷新"),
        ("New customers, loans and transactions from files or a database.", "由文件或数据库更新客户、贷款与交易。"),
        large=True,
    ),
    Button(
        "refresh_sheet", "portfolio", "Refresh", ("Refresh sheet", "刷新本表"),
        ("Recompute the formulas of this sheet.", "重新计算本工作表的公式。"),
    ),
    Button(
        "refresh_workbook", "portfolio", "CalculateNow", ("Refresh workbook", "刷新工作簿"),
        ("Recompute all formulas of this workbook.", "重新计算本工作簿的全部公式。"),
    ),
    Button(
        "snapshot", "portfolio", "Camera", ("Snapshot", "快照"),
        ("Keep today's grades and balances for the migration matrix.", "保存当前等级与余额，供迁徙矩阵使用。"),
    ),
    Button(
        "why", "functions", "FunctionsLogicalInsertGallery", ("Why?", "为什么？"),
        ("The reasons behind the selected cells.", "所选单元格结果的理由。"), large=True,
    ),
    Button(
        "browse_functions", "functions", "FunctionWizard", ("Browse", "函数浏览"),
        ("All functions with their help; insert one.", "查看全部函数及说明，并插入。"),
    ),
    Button(
        "relink", "functions", "EditLinks", ("Relink", "修复链接"),
        ("Repair formulas that turned into links to a file of this add-in.", "修复变成加载项文件链接的公式。"),
    ),
    Button(
        "freeze", "sending", "PasteValues", ("Freeze", "转为数值"),
        ("Our functions become values, to send the workbook outside.", "把本加载项的函数转为数值，便于对外发送。"),
    ),
    Button(
        "thaw", "sending", "Undo", ("Thaw", "恢复公式"),
        ("The functions come back.", "恢复函数公式。"),
    ),
    Button(
        "settings", "about", "ControlsGallery", ("Settings", "设置"),
        ("Which Python is used, and where the settings stand.", "所用 Python 及设置文件位置。"),
    ),
    Button(
        "show_help", "about", "Help", ("Help", "帮助"),
        ("What is where, and the version.", "使用说明与版本。"),
    ),
)  # fmt: skip


def ribbon_xml() -> str:
    """The part ``customUI14.xml``: a tab with groups of buttons, labelled when Excel asks."""
    groups = "".join(_group_xml(group) for group in GROUPS)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<customUI xmlns="http://schemas.microsoft.com/office/2006/01/customui"><ribbon><tabs>'
        f'<tab id="{TAB[0]}" getLabel="{RIBBON_MODULE}.GetLabel">{groups}</tab>'
        "</tabs></ribbon></customUI>"
    )


def _group_xml(group: str) -> str:
    buttons = "".join(_button_xml(button) for button in BUTTONS if button.group == group)
    return f'<group id="{group}Group" getLabel="{RIBBON_MODULE}.GetLabel">{buttons}</group>'


def _button_xml(button: Button) -> str:
    size = "large" if button.large else "normal"
    return (
        f'<button id="{button.id}" imageMso={quoteattr(button.icon)} size="{size}" '
        f'getLabel="{RIBBON_MODULE}.GetLabel" getScreentip="{RIBBON_MODULE}.GetTip" '
        f'onAction="{RIBBON_MODULE}.OnButton"/>'
    )


def ribbon_rows() -> list[list[str]]:
    """The labels as they stand on the sheet: id, English, Chinese, English tip, Chinese tip."""
    rows = [[TAB[0], TAB[1], TAB[2], "", ""]]
    rows += [[f"{group}Group", *labels, "", ""] for group, labels in GROUPS.items()]
    rows += [[button.id, *button.labels, *button.tips] for button in BUTTONS]
    return rows


_SOURCE: Final = """Option Explicit
Option Private Module

Private Const msoLanguageIDUI As Long = 2

Public Function InChinese() As Boolean
    'Whether Excel itself speaks Chinese: the low ten bits of its language are 4.
    On Error Resume Next
    InChinese = (Application.LanguageSettings.LanguageID(msoLanguageIDUI) And &H3FF) = 4
End Function

Public Sub GetLabel(control As IRibbonControl, ByRef returned As Variant)
    returned = TextOf(control.ID, 2)
End Sub

Public Sub GetTip(control As IRibbonControl, ByRef returned As Variant)
    returned = TextOf(control.ID, 4)
End Sub

Private Function TextOf(id As String, column As Long) As String
    Dim found As Range
    If InChinese() Then column = column + 1
    Set found = ThisWorkbook.Worksheets("{sheet}").Columns(1).Find(id, LookIn:=xlValues, LookAt:=xlWhole)
    If Not found Is Nothing Then TextOf = CStr(found.Offset(0, column - 1).Value)
End Function

Public Sub OnButton(control As IRibbonControl)
    If ActiveWorkbook Is Nothing Then Workbooks.Add
    RunPython "import {actions}; {actions}." & control.ID & "(" & IIf(InChinese(), "'zh'", "'en'") & ")"
End Sub

Public Sub RegisterHelp()
    'Descriptions, categories and argument help in Excel's own language, for the function wizard.
    Dim sheet As Worksheet, row As Long, i As Long, count As Long
    Dim helps() As String
    Set sheet = ThisWorkbook.Worksheets(IIf(InChinese(), "help_zh", "help_en"))
    On Error Resume Next 'Excel refuses this while no workbook is open; the functions work without
    For row = 1 To sheet.UsedRange.Rows.Count
        count = sheet.Cells(row, 4).Value
        If count = 0 Then
            Application.MacroOptions Macro:=CStr(sheet.Cells(row, 1).Value), _
                Category:=CStr(sheet.Cells(row, 2).Value), _
                Description:=CStr(sheet.Cells(row, 3).Value)
        Else
            ReDim helps(1 To count)
            For i = 1 To count
                helps(i) = CStr(sheet.Cells(row, 4 + i).Value)
            Next i
            Application.MacroOptions Macro:=CStr(sheet.Cells(row, 1).Value), _
                Category:=CStr(sheet.Cells(row, 2).Value), _
                Description:=CStr(sheet.Cells(row, 3).Value), _
                ArgumentDescriptions:=helps
        End If
    Next row
End Sub
"""


def ribbon_module() -> Module:
    """The VBA behind the buttons and their labels, and the wizard's help."""
    return Module(RIBBON_MODULE, _SOURCE.format(sheet=RIBBON_SHEET, actions=ACTIONS_MODULE))
