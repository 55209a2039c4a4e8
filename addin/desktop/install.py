"""Installing the add-in: one file where Excel starts, one file with the Python to use.

No setting of Excel is changed, and "Trust access to the VBA project" is not needed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from addin.desktop.machine import Machine
from addin.desktop.paths import addin_file, settings_file
from addin.desktop.xlam import build_addin
from addin.errors import WorkbookError

INTERPRETER: Final = "INTERPRETER_WIN"
# VBA reads text files in the code page of Windows.
_ENCODING: Final = "mbcs" if sys.platform == "win32" else "utf-8"


class NotWindowsError(WorkbookError):
    """The desktop add-in was asked for on a system without desktop Excel for Windows."""

    def __init__(self, platform: str) -> None:
        super().__init__(
            "creditcells.xlam",
            f"It is for Excel on Windows; this system is {platform}.",
            "Use `creditcells addin build` to make the file for a Windows computer, `creditcells "
            "recalc` and `refresh` to compute workbooks here, or the LibreOffice add-in.",
        )


def install(machine: Machine | None = None) -> tuple[Path, Path]:
    """Put the add-in where Excel opens it at its start, and note the Python to use.

    Returns:
        The add-in and the settings file.

    Raises:
        NotWindowsError: this is not Windows.
        WorkbookError: a file cannot be written, for example because Excel has it open.
    """
    here = machine or Machine()
    if not here.is_windows:
        raise NotWindowsError(here.platform)
    addin = build_addin(addin_file(here.environment))
    settings = settings_file(here.environment)
    settings.parent.mkdir(parents=True, exist_ok=True)
    line = f'"{INTERPRETER}","{interpreter(here.python)}"\n'
    settings.write_text(line, encoding=_ENCODING)
    return addin, settings


def uninstall(machine: Machine | None = None) -> list[Path]:
    """Remove the add-in and its settings.

    Returns:
        The files that were removed.

    Raises:
        NotWindowsError: this is not Windows.
        WorkbookError: Excel has the add-in open.
    """
    here = machine or Machine()
    if not here.is_windows:
        raise NotWindowsError(here.platform)
    removed = []
    for file in (addin_file(here.environment), settings_file(here.environment)):
        if file.exists():
            _remove(file)
            removed.append(file)
    return removed


def _remove(file: Path) -> None:
    try:
        file.unlink()
    except OSError as error:
        problem = f"The file cannot be removed: {error.strerror}."
        raise WorkbookError(file, problem, "Close Excel and try again.") from None


def interpreter(python: Path) -> Path:
    """The interpreter without a console window, where there is one beside the other."""
    quiet = python.with_name("pythonw.exe")
    return quiet if quiet.exists() else python


def noted_interpreter(machine: Machine) -> Path | None:
    """The Python that the settings name; None where they name none."""
    file = settings_file(machine.environment)
    if not file.exists():
        return None
    for line in file.read_text(encoding=_ENCODING, errors="replace").splitlines():
        name, _, value = line.partition(",")
        if name.strip('"').upper() == INTERPRETER:
            return Path(value.strip('"'))
    return None
