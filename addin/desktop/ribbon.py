"""The ribbon of the add-in: what stands on it, in both languages.

A button that works on the workbook runs the action of ``addin.desktop.actions`` that has the
button's id as its name; the others are done by Excel itself, in ``addin.desktop.ribbon_code``.
Labels and tips stand on a sheet of the add-in, from where Excel reads those of its own language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from xml.sax.saxutils import quoteattr

import udfs
from addin.manual import functions_by_family
from udfs.catalogue import Function
from workbook_templates.registry import TEMPLATES, Template

RIBBON_MODULE: Final = "CreditCellsRibbon"
RIBBON_SHEET: Final = "ribbon"
TAB: Final = ("creditCellsTab", "creditcells", "creditcells")
NEW: Final = "new_"
"""What the id of a template's button begins with; its name follows."""
EMPTY: Final = "empty_"
"""The same of the button for a template without its worked case."""
INSERT: Final = "insert_"
"""What the id of a function's button begins with; its name follows."""

Callback = Literal["OnAction", "OnInsert", "OnWizard"]


@dataclass(frozen=True, slots=True)
class Button:
    """One button or menu.

    Attributes:
        id: for a button of ``OnAction`` also the name of its action.
        icon: the name of one of Excel's own pictures.
        labels: English and Chinese.
        tips: likewise, what it does.
        large: whether it is large, where it stands on the ribbon itself.
        runs: the VBA that it runs.
        menu: the buttons that it opens; then it runs nothing itself.
    """

    id: str
    icon: str
    labels: tuple[str, str]
    tips: tuple[str, str]
    large: bool = False
    runs: Callback = "OnAction"
    menu: tuple[Button, ...] = ()


def _templates() -> tuple[Button, ...]:
    return tuple(
        Button(f"{NEW}{one.name}", "FileNew", _title(one), _command(one.name))
        for one in TEMPLATES.values()
    )


def _empty_templates() -> tuple[Button, ...]:
    """Those that can be had without their worked case."""
    return tuple(
        Button(f"{EMPTY}{one.name}", "FileNew", _title(one), _command(f"{one.name} --empty"))
        for one in TEMPLATES.values()
        if one.has_case
    )


def _title(one: Template) -> tuple[str, str]:
    return one.title["en"], one.title["zh"]


def _command(words: str) -> tuple[str, str]:
    """The command that does the same, which is told in both languages alike."""
    return f"creditcells new {words}", f"creditcells new {words}"


GROUPS: Final = {
    "workbook": ("Workbook", "工作簿"),
    "portfolio": ("Portfolio", "信贷组合"),
    "functions": ("Functions", "函数"),
    "sending": ("Sending", "外发"),
    "about": ("creditcells", "creditcells"),
}

BUTTONS: Final[dict[str, tuple[Button, ...]]] = {
    "workbook": (
        Button(
            "new_workbook", "FileNew", ("New workbook", "新建工作簿"),
            ("A workbook from one of the templates, with its worked case.", "由模板新建工作簿，含示例数据。"),
            large=True, menu=_templates(),
        ),
        Button(
            "new_empty_workbook", "FileNewDefault", ("New, without example", "新建空白工作簿"),
            ("A workbook from one of the templates: inputs blank, policy kept.", "由模板新建工作簿：录入项留空，保留政策。"),
            menu=_empty_templates(),
        ),
        Button(
            "check_workbook", "ReviewAcceptChange", ("Check", "检查"),
            ("What is wrong in this workbook: errors, stale values, formulas.", "检查本工作簿的错误、过期数值与公式。"),
        ),
    ),
    "portfolio": (
        Button(
            "refresh_source", "RefreshAll", ("Refresh from source", "从数据源刷新"),
            ("New customers, loans and transactions.", "更新客户、贷款与交易。"),
            large=True,
            menu=(
                Button(
                    "refresh_files", "FileOpen", ("From files…", "从文件…"),
                    ("CSV, Excel or Parquet files of customers, loans and transactions.", "选择客户、贷款与交易的 CSV、Excel 或 Parquet 文件。"),
                ),
                Button(
                    "refresh_mapping", "DatabaseQueryNew", ("By a mapping file…", "按映射文件…"),
                    (
                        "Files or databases: a TOML file says which column is which field.",
                        "文件或数据库：用 TOML 映射文件说明字段对应关系。",
                    ),
                ),
            ),
        ),
        Button(
            "refresh_sheet", "Refresh", ("Refresh sheet", "刷新本表"),
            ("Recompute the formulas of this sheet.", "重新计算本工作表的公式。"),
        ),
        Button(
            "refresh_workbook", "CalculateNow", ("Refresh workbook", "刷新工作簿"),
            ("Recompute all formulas of this workbook.", "重新计算本工作簿的全部公式。"),
        ),
        Button(
            "snapshot", "Camera", ("Snapshot", "快照"),
            ("Keep today's grades and balances for the migration matrix.", "保存当前等级与余额，供迁徙矩阵使用。"),
        ),
    ),
    "functions": (
        Button(
            "why", "FunctionsLogicalInsertGallery", ("Why?", "为什么？"),
            ("The reasons behind the selected cells.", "所选单元格结果的理由。"), large=True,
        ),
        Button(
            "browse_functions", "FunctionWizard", ("Browse", "函数浏览"),
            ("All functions by family; a click inserts one.", "按类别查看全部函数，单击即可插入。"),
            menu=(
                Button(
                    "function_wizard", "FunctionWizard", ("Search in Excel's wizard…", "在插入函数对话框中搜索…"),
                    ("Excel's own Insert Function.", "打开 Excel 的“插入函数”。"), runs="OnWizard",
                ),
            ),
        ),
        Button(
            "relink", "EditLinks", ("Relink", "修复链接"),
            ("Repair formulas that turned into links to a file of this add-in.", "修复变成加载项文件链接的公式。"),
        ),
    ),
    "sending": (
        Button(
            "freeze", "PasteValues", ("Freeze", "转为数值"),
            ("Our functions become values, to send the workbook outside.", "把本加载项的函数转为数值，便于对外发送。"),
        ),
        Button(
            "thaw", "Undo", ("Thaw", "恢复公式"),
            ("The functions come back.", "恢复函数公式。"),
        ),
    ),
    "about": (
        Button(
            "settings", "ControlsGallery", ("Settings", "设置"),
            ("Which Python is used, and where the settings stand.", "所用 Python 及设置文件位置。"),
        ),
        Button(
            "show_help", "Help", ("Help", "帮助"),
            ("What is where, and the version.", "使用说明与版本。"),
        ),
    ),
}  # fmt: skip

MESSAGES: Final = {
    "protected_view": (
        "This workbook is open in Protected View. Press Enable Editing first.",
        "工作簿处于受保护的视图，请先点击“启用编辑”。",
    ),
    "not_empty": (
        "Select an empty cell for the function first.",
        "请先选择一个空单元格，再插入函数。",
    ),
    "no_cells": (
        "Select cells on a sheet first.",
        "请先在工作表中选择单元格。",
    ),
    "no_answer": (
        (
            "This did not work. `creditcells addin doctor` names what may be wrong with the "
            "installation."
        ),
        "操作未能完成。可运行 `creditcells addin doctor` 检查安装问题。",
    ),
}
"""What the VBA itself tells."""


def buttons() -> Iterator[Button]:
    """Every button and menu but those of the functions, from left to right."""
    for group in BUTTONS.values():
        for button in group:
            yield button
            yield from button.menu


def actions() -> list[str]:
    """The ids of the buttons that run an action."""
    return [button.id for button in buttons() if button.runs == "OnAction" and not button.menu]


def ribbon_xml() -> str:
    """The part ``customUI.xml``: a tab with groups of buttons, labelled when Excel asks."""
    groups = "".join(
        f'<group id="{group}Group" {_callback("getLabel", "GetLabel")}>'
        f"{''.join(map(_on_ribbon, members))}</group>"
        for group, members in BUTTONS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<customUI xmlns="http://schemas.microsoft.com/office/2006/01/customui"><ribbon><tabs>'
        f'<tab id="{TAB[0]}" {_callback("getLabel", "GetLabel")}>{groups}</tab>'
        "</tabs></ribbon></customUI>"
    )


def _callback(attribute: str, procedure: str) -> str:
    return f'{attribute}="{RIBBON_MODULE}.{procedure}"'


def _on_ribbon(button: Button) -> str:
    size = f'size="{"large" if button.large else "normal"}" '
    if not button.menu:
        return _button_xml(button, size)
    inside = "".join(_button_xml(one) for one in button.menu)
    if button.id == "browse_functions":
        inside += '<menuSeparator id="familySeparator"/>' + "".join(_families())
    return f"<menu {_looks(button, size)}>{inside}</menu>"


def _button_xml(button: Button, size: str = "") -> str:
    return f"<button {_looks(button, size)} {_callback('onAction', button.runs)}/>"


def _looks(button: Button, size: str) -> str:
    return (
        f"id={quoteattr(button.id)} imageMso={quoteattr(button.icon)} {size}"
        f"{_callback('getLabel', 'GetLabel')} {_callback('getScreentip', 'GetTip')}"
    )


def _families() -> Iterator[str]:
    """A menu for each family, with a button for each function, which tells what it does."""
    for family, members in functions_by_family().items():
        if members:
            inside = "".join(map(_function_xml, members))
            yield f'<menu id="{family}Family" {_callback("getLabel", "GetLabel")}>{inside}</menu>'


def _function_xml(function: Function) -> str:
    name = function.name
    return (
        f'<button id="{INSERT}{name}" tag="{name}" label="{name}" screentip="{name}" '
        f"{_callback('getSupertip', 'GetFunctionTip')} {_callback('onAction', 'OnInsert')}/>"
    )


def ribbon_rows() -> list[list[str]]:
    """The texts as they stand on the sheet: id, English, Chinese, English tip, Chinese tip."""
    rows = [[*TAB, "", ""]]
    rows += [[f"{group}Group", *labels, "", ""] for group, labels in GROUPS.items()]
    rows += [[f"{family}Family", *titles, "", ""] for family, titles in udfs.FAMILIES.items()]
    rows += [[button.id, *button.labels, *button.tips] for button in buttons()]
    rows += [[name, *texts, "", ""] for name, texts in MESSAGES.items()]
    return rows
