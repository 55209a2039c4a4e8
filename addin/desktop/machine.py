"""The computer as the installer and the doctor see it; a test hands them another one."""

from __future__ import annotations

import locale
import os
import site
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
        user_base: where packages go that are installed for one user.
        code_page: the encoding in which VBA reads text files and Windows' older functions paths.
    """

    platform: str = sys.platform
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    python: Path = field(default_factory=lambda: Path(sys.executable))
    user_base: Path = field(default_factory=lambda: Path(site.getuserbase()))
    code_page: str = "mbcs" if sys.platform == "win32" else locale.getencoding()

    @property
    def is_windows(self) -> bool:
        """Whether Excel's desktop add-ins can run here."""
        return self.platform == "win32"

    def registry(self, root: str, key: str, name: str) -> object | None:
        """A value of the registry; None where there is none or it may not be read.

        Args:
            root: "HKCU" or "HKLM".
            key: the key's path.
            name: the value's name; "*" asks for the number of the key's values.
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
        listed = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - Windows' own program
        return program.casefold().encode() in listed.stdout.lower()

    def is_marked_from_web(self, file: Path) -> bool:
        """Whether Windows has noted that a file came from the internet."""
        return self.is_windows and Path(f"{file}:Zone.Identifier").exists()


if sys.platform == "win32":
    import winreg

    _ROOTS = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}

    def _registry_value(root: str, key: str, name: str) -> object | None:
        # A 32-bit Python would be shown another part of the machine's registry otherwise.
        access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        try:
            with winreg.OpenKey(_ROOTS[root], key, 0, access) as opened:
                if name == "*":
                    return winreg.QueryInfoKey(opened)[1] or None
                value: object = winreg.QueryValueEx(opened, name)[0]
                return value
        except OSError:
            return None

else:

    def _registry_value(root: str, key: str, name: str) -> object | None:
        """Other systems have no registry."""
        _ = root, key, name
        return None
