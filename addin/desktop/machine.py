"""The computer as the installer and the doctor see it; a test hands them another one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class Machine:
    """This computer.

    Attributes:
        platform: as ``sys.platform``.
        environment: the environment variables.
        python: the interpreter that creditcells is installed in.
        prefix: its environment's folder.
    """

    platform: str = sys.platform
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    python: Path = field(default_factory=lambda: Path(sys.executable))
    prefix: Path = field(default_factory=lambda: Path(sys.prefix))

    @property
    def is_windows(self) -> bool:
        """Whether Excel's desktop add-ins can run here."""
        return self.platform == "win32"

    def registry(self, root: str, key: str, name: str) -> object | None:
        """A value of the registry; None where there is none.

        Args:
            root: "HKCU" or "HKLM".
            key: the key's path.
            name: the value's name; "*" asks whether the key has any value at all.
        """
        return _registry_value(root, key, name)

    def has_package(self, name: str) -> bool:
        """Whether a Python package is installed."""
        return find_spec(name) is not None

    def is_running(self, program: str) -> bool:
        """Whether a program such as EXCEL.EXE runs."""
        if not self.is_windows:
            return False
        command = ["tasklist", "/FI", f"IMAGENAME eq {program}", "/NH"]
        listed = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - Windows' own program
        return program.casefold() in listed.stdout.casefold()

    def is_marked_from_web(self, file: Path) -> bool:
        """Whether Windows has noted that a file came from the internet."""
        return self.is_windows and Path(f"{file}:Zone.Identifier").exists()


if sys.platform == "win32":
    import winreg

    _ROOTS = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}

    def _registry_value(root: str, key: str, name: str) -> object | None:
        try:
            with winreg.OpenKey(_ROOTS[root], key) as opened:
                if name == "*":
                    return winreg.QueryInfoKey(opened)[1] or None
                value: object = winreg.QueryValueEx(opened, name)[0]
                return value
        except FileNotFoundError:
            return None

else:

    def _registry_value(root: str, key: str, name: str) -> object | None:
        """Other systems have no registry."""
        _ = root, key, name
        return None
