"""``creditcells addin``: build, install, remove and examine the add-in for Excel on Windows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin import console
from addin.options import LOOK_AT, Lang, LangOption

app = typer.Typer(
    help="The add-in for Excel on Windows: build it anywhere, install and examine it there.",
    no_args_is_help=True,
)


@app.command()
def build(
    out: Annotated[Path, typer.Argument(help="The .xlam to write, or a folder for it.")],
) -> None:
    """Make creditcells.xlam, on any system; no Excel is needed."""
    from addin.desktop.xlam import build_addin

    console.show(f"Written: {build_addin(out)}")


@app.command()
def install() -> None:
    """Put the add-in where Excel opens it at its start, and note this Python for it."""
    from addin.desktop.install import install as put

    for file in put():
        console.show(f"Written: {file}")
    console.show(
        "Start Excel anew; `creditcells addin doctor` helps if the ribbon has no creditcells."
    )


@app.command()
def uninstall() -> None:
    """Remove the add-in and its settings."""
    from addin.desktop.install import uninstall as remove

    removed = remove()
    for file in removed:
        console.show(f"Removed: {file}")
    if not removed:
        console.show("Nothing was installed.")


@app.command()
def doctor(lang: LangOption = Lang.EN) -> None:
    """Name what keeps the add-in from working on this computer, and the remedy."""
    from addin.desktop.doctor import diagnose, told

    diagnoses = diagnose()
    for line in told(diagnoses, lang.value):
        console.show(line)
    if not all(one.well for one in diagnoses):
        raise typer.Exit(LOOK_AT)
