"""Where the add-in and its settings stand on Windows: one place each, on this computer."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from addin.desktop.help_sheets import PRODUCT
from addin.desktop.xlam import FILE_NAME


def settings_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The user's settings, which xlwings' VBA reads: the Python to start."""
    return _folder(environment, "USERPROFILE") / f".{PRODUCT}" / f"{PRODUCT}.conf"


def backup_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the backups of workbooks go that have no folder of their own."""
    return settings_file(environment).parent / "backups"


def start_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder from which Excel opens add-ins when it starts, and whose macros it trusts."""
    return _folder(environment, "APPDATA") / "Microsoft" / "Excel" / "XLSTART"


def addin_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The installed add-in."""
    return start_folder(environment) / FILE_NAME


def _folder(environment: Mapping[str, str], variable: str) -> Path:
    return Path(environment.get(variable) or Path.home())
