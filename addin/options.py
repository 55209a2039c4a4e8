"""What the commands of several rooms share: options, and how a command ends."""

from __future__ import annotations

import datetime as dt
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
JsonOption = Annotated[bool, typer.Option("--json", help="Write the result as JSON.")]
OutOption = Annotated[
    Path | None, typer.Option(help="Write to this file instead of replacing the workbook.")
]
AsOfOption = Annotated[
    dt.datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day that the figures are for."),
]
LoansOption = Annotated[str | None, typer.Option(help="Source of the loans.")]
TransactionsOption = Annotated[str | None, typer.Option(help="Source of the transactions.")]
NamedSourcesOption = Annotated[
    list[str] | None,
    typer.Option(help="A source by the mapping file's name for it: NAME=LOCATION."),
]
MappingOption = Annotated[Path | None, typer.Option(help="TOML file: columns to fields.")]


def pairs(given: list[str] | None, option: str) -> dict[str, str]:
    """What an option that may come several times gives as ``NAME=VALUE``."""
    found = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise typer.BadParameter(f"{option} must be NAME=VALUE; got {text!r}.")
        found[name] = value
    return found
