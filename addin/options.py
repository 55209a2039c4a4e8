"""What every command shares: the language option, and how a command ends."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer

LOOK_AT: Final = 1
"""The exit code of a command that did its work and found something to look at."""


class Lang(StrEnum):
    """The language of labels, templates and help."""

    EN = "en"
    ZH = "zh"


LangOption = Annotated[Lang, typer.Option("--lang", help="Language of labels and help.")]
