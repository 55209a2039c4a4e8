"""``creditcells calc-addin``: the functions in LibreOffice; and what LibreOffice does for others."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from addin import console
from addin.options import LOOK_AT, BookArgument, Lang, LangOption, TimeoutOption

app = typer.Typer(help="The add-in for LibreOffice Calc.", no_args_is_help=True)

ProfileOption = Annotated[
    Path | None, typer.Option(help="A profile folder of LibreOffice's; by default your own.")
]


@app.command()
def build(
    out: Annotated[Path, typer.Argument(help="The .oxt file, or a folder for it.")] = Path(),
) -> None:
    """Write the add-in for this Python environment; LibreOffice's extension manager adds it."""
    from addin.calc.extension import build_extension

    console.show(f"Written: {build_extension(out)}")


@app.command()
def install(profile: ProfileOption = None) -> None:
    """Add the functions to LibreOffice on this machine; LibreOffice must be closed."""
    from addin.calc.installing import install_extension

    console.show(f"Installed: {install_extension(profile)}")


@app.command()
def workbook(
    book: BookArgument, out: Annotated[Path, typer.Argument(help="The copy to write.")]
) -> None:
    """Write a copy of a workbook for work in Calc, with formulas that Calc computes rightly."""
    from addin.calc.calc_formulas import write_for_calc

    console.show(f"Written: {write_for_calc(book, out)}")


@app.command()
def doctor(profile: ProfileOption = None, lang: LangOption = Lang.EN) -> None:
    """Look at all that the add-in needs: LibreOffice, its Python, the add-in itself, fonts."""
    from addin.calc.doctor import examine

    good = True
    for found in examine(profile):
        console.show_check(found, lang.value)
        good = good and found.good is not False
    if not good:
        raise typer.Exit(LOOK_AT)


def print_pages(
    book: BookArgument,
    sheet: Annotated[
        list[str] | None, typer.Option(help="A sheet to print; all by default.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The PDF, or a folder for it.")] = None,
    png: Annotated[bool, typer.Option("--png", help="Also a picture of each page.")] = False,
    timeout: TimeoutOption = 300,
) -> None:
    """Print a workbook to PDF with LibreOffice, showing the values that it holds."""
    from addin.calc.printing import print_book

    written = print_book(book, out, sheets=sheet or (), pictures=png, seconds=timeout)
    for path in written:
        console.show(f"Written: {path}")


def compare_engines(book: Path, *, json: bool, seconds: float) -> None:
    """Compute with both engines and tell every cell that differs; nothing is written."""
    from addin.calc.referee import compare

    differences, left = compare(book, seconds=seconds)
    if json:
        both = {"differences": map(asdict, differences), "uncomputed": map(asdict, left)}
        console.show_json({name: list(found) for name, found in both.items()})
    else:
        console.show_differences(differences, left)
    if differences or left:
        raise typer.Exit(LOOK_AT)
