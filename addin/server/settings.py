"""What the server is told by environment variables; xlwings Server has its own, XLWINGS_…."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from addin.errors import FileError

MEBIBYTE: Final = 1 << 20
PROJECT: Final = Path(__file__).with_name("project")
LANGUAGES: Final = ("en", "zh")

XLWINGS_DEFAULTS: Final = {
    # xlwings decides when it is imported what its decorators do.
    "XLWINGS_ON_SERVER": "true",
    "XLWINGS_PROJECT_DIR": str(PROJECT),
    "XLWINGS_PROJECT_NAME": "creditcells",
    # The functions have the same plain names in every host.
    "XLWINGS_FUNCTIONS_NAMESPACE": "",
    # Only streaming functions need it, and it would tie a user to one worker.
    "XLWINGS_ENABLE_SOCKETIO": "false",
}
"""xlwings Server's own settings, where the environment does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the server.

    Attributes:
        lang: CREDITCELLS_LANG, the language of help and messages, "en" or "zh".
        max_bytes: CREDITCELLS_MAX_REQUEST_MB, the largest request in mebibytes.
        mapping: CREDITCELLS_MAPPING, the mapping file that names the sources of the refresh;
            without it the refresh uses what is on the workbook's sheets.
    """

    lang: str = "en"
    max_bytes: int = 32 * MEBIBYTE
    mapping: Path | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Settings:
        """The settings of an environment.

        Raises:
            FileError: a variable holds what it may not.
        """
        lang = environment.get("CREDITCELLS_LANG", "en")
        if lang not in LANGUAGES:
            raise FileError("CREDITCELLS_LANG", f"is {lang!r}.", "Set it to en or zh.")
        size = environment.get("CREDITCELLS_MAX_REQUEST_MB", "32")
        if not size.isdecimal() or int(size) < 1:
            remedy = "Set it to a whole number of mebibytes, at least 1."
            raise FileError("CREDITCELLS_MAX_REQUEST_MB", f"is {size!r}.", remedy)
        mapping = environment.get("CREDITCELLS_MAPPING")
        return cls(lang, int(size) * MEBIBYTE, Path(mapping) if mapping else None)


def use_environment() -> Settings:
    """Fill in xlwings Server's settings for this process, and give back ours."""
    for name, value in XLWINGS_DEFAULTS.items():
        os.environ.setdefault(name, value)
    return Settings.of(os.environ)
