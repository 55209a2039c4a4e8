"""The add-in's component: hands each call on to creditcells in the environment it lives in.

LibreOffice is silent about a component that cannot be loaded. So this file needs nothing but
LibreOffice, and keeps what is wrong with the environment as a message that CR_LASTERROR shows.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import unohelper
from com.sun.star.lang import IllegalArgumentException, XServiceInfo, XServiceName

try:
    from org.creditcells import XFunctions
except ImportError:  # while it is being installed: the types come with LibreOffice's next start
    INTERFACES: tuple[Any, ...] = (XServiceInfo, XServiceName)
else:
    INTERFACES = (XFunctions, XServiceInfo, XServiceName)

IMPLEMENTATION = "org.creditcells.Functions"
SERVICES = ("com.sun.star.sheet.AddIn", IMPLEMENTATION)
MESSAGES = "CR_LASTERROR"
FIRST_YEAR_1904 = 1904
Rows = tuple[tuple[Any, ...], ...]

settings = json.loads(Path(__file__).with_name("settings.json").read_text("utf-8"))


@cache
def environment() -> tuple[ModuleType | None, str]:
    """The module that computes calls; or None, and why it cannot be had."""
    here = list(sys.version_info[:2])
    if here != settings["python"]:
        theirs, ours = (".".join(map(str, version)) for version in (here, settings["python"]))
        return None, (
            f"LibreOffice runs Python {theirs}, creditcells is installed for {ours}. "
            f"LibreOffice 使用 Python {theirs}，creditcells 安装于 {ours}。"
        )
    sys.path[:0] = [path for path in settings["paths"] if path not in sys.path]
    try:
        from addin.calc import functions  # noqa: PLC0415 - the path is set just above
    except (ImportError, OSError) as error:
        place = settings["paths"][0]
        return None, (
            f"creditcells cannot be loaded from {place}: {error}. 无法从 {place} 加载 creditcells。"
        )
    # What was imported stays: a collection need not look through it after every few thousand cells.
    gc.freeze()
    return functions, ""


class Functions(unohelper.Base, *INTERFACES):  # type: ignore[misc]  # classes of LibreOffice's
    """Every function of the catalogue as a method; LibreOffice finds them by their names."""

    def __init__(self, context: Any) -> None:
        self.context = context

    def getServiceName(self) -> str:  # noqa: N802 - LibreOffice's name
        """The service's name."""
        return IMPLEMENTATION

    def getImplementationName(self) -> str:  # noqa: N802 - same
        """The implementation's name."""
        return IMPLEMENTATION

    def supportsService(self, name: str) -> bool:  # noqa: N802 - same
        """Whether this is a service of that name."""
        return name in SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802 - same
        """The services that this is."""
        return SERVICES


def method(name: str, dates: bool) -> Callable[..., Rows]:
    """A function of the catalogue on cells as LibreOffice hands them over.

    Where dates matter, the first of them is the document, which knows its first day.
    """

    def compute(self: Functions, *cells: Any) -> Rows:
        functions, problem = environment()
        if functions is None:
            if name == MESSAGES:
                return ((problem,),)
            raise IllegalArgumentException(problem, self, 0)
        rows: Rows
        if dates:
            document, *others = cells
            date1904 = counts_from_1904(document)
            rows = functions.answer(name, tuple(others), date1904=date1904)
        else:
            rows = functions.answer(name, cells)
        return rows

    return compute


def counts_from_1904(document: Any) -> bool:
    """Whether day 0 of a document is in 1904."""
    first = getattr(document, "NullDate", None)
    return first is not None and first.Year == FIRST_YEAR_1904


for method_name, *facts in settings["functions"]:
    setattr(Functions, method_name, method(*facts))

g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - LibreOffice's name
g_ImplementationHelper.addImplementation(Functions, IMPLEMENTATION, SERVICES)
