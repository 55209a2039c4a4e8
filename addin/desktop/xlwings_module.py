"""The VBA by which Excel starts Python: the module for add-ins that xlwings ships (BSD), closed.

As it is shipped, any cell of any workbook may call its functions, ``=RunPython("…")`` among them,
and a sheet or a file beside a workbook may say which program to start as Python. A bank's users
open workbooks from everywhere, without macros and without fear; so here every procedure but
``XLPy`` is private, and the settings are those of the add-in and of the user alone.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import Final

from addin.desktop.help_sheets import PRODUCT
from addin.desktop.vba_project import Module
from addin.errors import WorkbookError

NAME: Final = "xlwings"
OPEN_TO_OTHERS: Final = "XLPy"
"""The one procedure that our own modules call."""

_SOURCE: Final = "xlwings_custom_addin.bas"
_TITLE: Final = re.compile(r'\A(VERSION.*?\n)?Attribute VB_Name = "xlwings"\r?\n')
_PROCEDURE: Final = re.compile(
    r"^(?P<indent>[ \t]*)(?:Public |Private )?(?P<kind>(?:Declare(?: PtrSafe)? )?(?:Function|Sub)) "
    r"(?P<name>\w+)",
    re.MULTILINE,
)
_PLACEHOLDER: Final = 'PROJECT_NAME As String = "myaddin"'


def xlwings_module() -> Module:
    """The module, told the name under which its settings stand, and closed to workbooks.

    Raises:
        WorkbookError: the installed xlwings ships another text than the one known here.
    """
    text = resources.files("xlwings").joinpath(_SOURCE).read_text("cp1252")
    return Module(NAME, closed(_TITLE.sub("", text)))


def closed(source: str) -> str:
    """The source of xlwings' module with private procedures and the add-in's own settings.

    Raises:
        WorkbookError: it is not the text that is known here.
    """
    if source.count(_PLACEHOLDER) != 1 or f"Function {OPEN_TO_OTHERS}()" not in source:
        problem = "Its project name or its function XLPy was not found."
        raise WorkbookError(_SOURCE, problem, "Install xlwings 0.37.")
    private = _PROCEDURE.sub(_private, source)
    named = private.replace(_PLACEHOLDER, _PLACEHOLDER.replace("myaddin", PRODUCT))
    return "Option Private Module\n" + named.replace("ActiveWorkbook", "ThisWorkbook")


def _private(found: re.Match[str]) -> str:
    scope = "Public" if found["name"] == OPEN_TO_OTHERS else "Private"
    return f"{found['indent']}{scope} {found['kind']} {found['name']}"
