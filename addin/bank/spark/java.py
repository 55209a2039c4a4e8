"""The Java that Spark runs on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from addin.errors import FileError

OLDEST: Final = 17
_VERSION: Final = re.compile(r'version "(\d+)(?:\.(\d+))?')
_SECONDS: Final = 60


def require_java() -> None:
    """Say what to install where Java is missing or too old.

    Raises:
        FileError: there is no Java of the version that Spark needs.
    """
    program = _program()
    found = None if program is None else _version(program)
    if found is None or found < OLDEST:
        told = "there is none" if found is None else f"{program} is version {found}"
        raise FileError(
            "creditcells score --engine spark",
            f"needs Java {OLDEST} or newer; {told}.",
            f"Install it (Debian: apt install openjdk-{OLDEST}-jre-headless), or set JAVA_HOME.",
        )


def _program() -> str | None:
    """The ``java`` that Spark's own scripts would take."""
    home = os.environ.get("JAVA_HOME")
    return str(Path(home) / "bin" / "java") if home else shutil.which("java")


def _version(program: str) -> int | None:
    try:
        told = subprocess.run(  # noqa: S603 - the machine's Java
            [program, "-version"], capture_output=True, text=True, check=True, timeout=_SECONDS
        ).stderr
    except (OSError, subprocess.SubprocessError):
        return None
    found = _VERSION.search(told)
    if found is None:
        return None
    first, second = found.groups()
    return int(second) if first == "1" and second else int(first)
