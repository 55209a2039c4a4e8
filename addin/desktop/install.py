"""Installing the add-in: one file where Excel starts, one file with the Python to use.

No setting of Excel is changed, and "Trust access to the VBA project" is not needed.
"""

from __future__ import annotations

import csv
from importlib import import_module
from pathlib import Path
from typing import Final

from addin.desktop.machine import Machine
from addin.desktop.paths import addin_file, settings_file
from addin.desktop.ribbon_code import ACTIONS_MODULE
from addin.desktop.wrappers import PYTHON_MODULE
from addin.desktop.xlam import build_addin
from addin.errors import WorkbookError
from addin.safe_files import write_safely

INTERPRETER: Final = "INTERPRETER_WIN"
_CLOSE: Final = "Close Excel and try again."


class NotWindowsError(WorkbookError):
    """The desktop add-in was asked for on a system without desktop Excel for Windows."""

    def __init__(self, platform: str) -> None:
        super().__init__(
            "creditcells.xlam",
            f"is for Excel on Windows; this system is {platform}.",
            "Here, `creditcells addin build` makes the file for a Windows computer, `creditcells "
            "refresh` and `recalc` compute workbooks without Excel, and the LibreOffice and "
            "xlwings Lite add-ins bring the functions into cells.",
        )


def install(machine: Machine | None = None) -> tuple[Path, Path]:
    """Put the add-in where Excel opens it at its start, and note the Python to use.

    What Excel will import is imported here once: so it is known to work, and Python keeps it
    compiled, which it does not when Excel starts it.

    Returns:
        The add-in and the settings file.

    Raises:
        NotWindowsError: this is not Windows.
        WorkbookError: a file cannot be written, for example because Excel has it open.
    """
    here = _windows(machine)
    settings = _settings(here)
    for module in (PYTHON_MODULE, ACTIONS_MODULE):
        import_module(module)
    addin = build_addin(addin_file(here.environment))
    file = settings_file(here.environment)
    write_safely(file, settings, _CLOSE)
    return addin, file


def uninstall(machine: Machine | None = None) -> list[Path]:
    """Remove the add-in and its settings; backups of workbooks stay.

    Returns:
        The files that were removed; none where it is not installed.

    Raises:
        NotWindowsError: this is not Windows.
        WorkbookError: Excel has the add-in open.
    """
    here = _windows(machine)
    removed = []
    for file in (addin_file(here.environment), settings_file(here.environment)):
        if file.exists():
            _remove(file)
            removed.append(file)
    return removed


def _windows(machine: Machine | None) -> Machine:
    here = machine or Machine()
    if not here.is_windows:
        raise NotWindowsError(here.platform)
    return here


def _settings(here: Machine) -> bytes:
    """The settings as VBA reads them: pairs in quotes, in Windows' own code page."""
    python = interpreter(here.python)
    try:
        return f'"{INTERPRETER}","{python}"\r\n'.encode(here.code_page)
    except UnicodeEncodeError:
        problem = "The path has letters that Windows' code page lacks, so Excel cannot read it."
        remedy = (
            "Install Python and creditcells in a folder named in plain letters, as C:\\creditcells."
        )
        raise WorkbookError(python, problem, remedy) from None


def _remove(file: Path) -> None:
    try:
        file.unlink()
    except OSError as error:
        raise WorkbookError(file, f"It cannot be removed: {error.strerror}.", _CLOSE) from None


def interpreter(python: Path) -> Path:
    """The interpreter without a console window, where there is one beside the other."""
    quiet = python.with_name("pythonw.exe")
    return quiet if quiet.exists() else python


def noted_interpreter(machine: Machine) -> Path | None:
    """The Python that the settings name; None where they name none."""
    file = settings_file(machine.environment)
    if not file.exists():
        return None
    text = file.read_bytes().decode(machine.code_page, errors="replace")
    for pair in csv.reader(text.splitlines()):
        if len(pair) > 1 and pair[0].casefold() == INTERPRETER.casefold():
            return Path(pair[1])
    return None
