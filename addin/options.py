"""What the commands of several rooms share: options, and how a command ends."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

LOOK_AT: Final = 1
"""The exit code of a command that did its work and found something to look at."""


class Lang(StrEnum):
    """The language of labels, templates and help."""

    EN = "en"
    ZH = "zh"


LangOption = Annotated[Lang, typer.Option("--lang", help="Language of labels and help.")]
BookArgument = Annotated[Path, typer.Argument(help="An .xlsx or .xlsm workbook.")]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", min=1, help="Seconds that LibreOffice may take.")
]
