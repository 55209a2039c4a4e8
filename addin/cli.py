"""The ``creditcells`` command.

Exit codes: 0 done; 1 done, but something needs looking at (faults that `check` found, formulas
that kept their old value); 2 the command line is wrong; 3 a file, source or mapping cannot be
used (the message says which and what to do; nothing was changed).
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from addin import console
from udfs.errors import CreditCellsError

LOOK_AT: Final = 1
CANNOT: Final = 3


class Engine(StrEnum):
    """What computes a workbook."""

    DEFAULT = "default"
    LIBREOFFICE = "libreoffice"


class Lang(StrEnum):
    """The language of labels, templates and help."""

    EN = "en"
    ZH = "zh"


calc_addin = typer.Typer(help="The add-in for LibreOffice Calc.", no_args_is_help=True)
app = typer.Typer(
    help="Grade, score and segment credit customers in Excel workbooks, with or without Excel.",
    epilog="Exit codes: 0 done, 1 look at the findings, 2 wrong command line, 3 cannot be used.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(calc_addin, name="calc-addin")

LangOption = Annotated[Lang, typer.Option("--lang", help="Language of labels and help.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Write the result as JSON.")]
BookArgument = Annotated[Path, typer.Argument(help="An .xlsx or .xlsm workbook.")]
OutOption = Annotated[
    Path | None, typer.Option(help="Write to this file instead of replacing the workbook.")
]
AsOfOption = Annotated[
    dt.datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day that the figures are for."),
]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", min=1, help="Seconds that LibreOffice may take.")
]
ProfileOption = Annotated[
    Path | None, typer.Option(help="A profile folder of LibreOffice's; by default your own.")
]


@app.command()
def demo(
    out: Annotated[Path, typer.Argument(help="Folder to write to; made if need be.")],
    lang: LangOption = Lang.EN,
    customers: Annotated[int, typer.Option(min=10, help="Size of the bank.")] = 5000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same bank.")] = 2026,
) -> None:
    """Make a synthetic bank, build its portfolio workbook, refresh it, and show the outcome."""
    from addin.demo.run import run_demo

    with console.progress(quiet=False) as progress:
        outcome = run_demo(out, lang=lang.value, customers=customers, seed=seed, progress=progress)
    console.show_summary(outcome.summary)
    places = {Lang.EN: "Sources: {}\nWorkbook: {}", Lang.ZH: "数据来源：{}\n工作簿：{}"}
    console.show(places[lang].format(outcome.sources, outcome.workbook))


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="The template's name, such as portfolio.")],
    out: Annotated[Path, typer.Argument(help="The workbook to write.")],
    lang: LangOption = Lang.EN,
) -> None:
    """Write a new workbook from a template."""
    from addin.templates import new_workbook

    console.show(f"Written: {new_workbook(name, out, lang=lang.value)}")


@app.command()
def refresh(
    book: BookArgument,
    customers: Annotated[str | None, typer.Option(help="Source of the customers.")] = None,
    loans: Annotated[str | None, typer.Option(help="Source of the loans.")] = None,
    transactions: Annotated[str | None, typer.Option(help="Source of the transactions.")] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(help="A source by the mapping file's name for it: NAME=LOCATION."),
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="TOML file: columns to fields.")] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(help="A policy table to load into the workbook: NAME=FILE.csv."),
    ] = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Bring new data into a portfolio workbook and recompute it, without Excel.

    A source is a CSV, Excel or Parquet file, or a database's SQLAlchemy URL. A table without a
    source keeps its rows. The workbook is replaced only when all is done; one backup is kept.
    """
    from addin.portfolio import SourceSet, refresh_file

    sources = SourceSet.of(
        customers=customers,
        loans=loans,
        transactions=transactions,
        named=_pairs(source, "--source"),
        mapping=mapping,
        policy=_pairs(policy, "--policy"),
    )
    with console.progress(quiet=json) as progress:
        summary = refresh_file(
            book, sources, as_of=None if as_of is None else as_of.date(), progress=progress
        )
    if json:
        console.show_json(summary.to_json())
    else:
        console.show_summary(summary)
    if summary.uncomputed or summary.unreconciled:
        raise typer.Exit(LOOK_AT)


@app.command()
def recalc(
    book: BookArgument,
    out: OutOption = None,
    json: JsonOption = False,
    engine: Annotated[Engine, typer.Option(help="What computes.")] = Engine.DEFAULT,
    compare: Annotated[
        bool, typer.Option("--compare", help="Compute with both engines; write nothing.")
    ] = False,
    timeout: TimeoutOption = 300,
) -> None:
    """Compute a workbook's formulas, Excel's and ours, and store the values in it."""
    from addin.headless.recalc import recalc_file

    if compare:
        if out is not None:
            raise typer.BadParameter("--compare writes nothing: leave --out away.")
        _compare(book, json=json, seconds=timeout)
        return
    with console.progress(quiet=json) as progress:
        if engine is Engine.LIBREOFFICE:
            from addin.calc.referee import recalc_in_office

            report = recalc_in_office(book, out, seconds=timeout)
        else:
            report = recalc_file(book, out, progress=progress)
    if json:
        console.show_json(asdict(report))
    else:
        console.show_recalculation(report)
    if report.uncomputed:
        raise typer.Exit(LOOK_AT)


@app.command()
def pdf(
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


@calc_addin.command("build")
def calc_addin_build(
    out: Annotated[Path, typer.Argument(help="The .oxt file, or a folder for it.")] = Path(),
) -> None:
    """Write the add-in for this Python environment; LibreOffice's extension manager adds it."""
    from addin.calc.extension import build_extension

    console.show(f"Written: {build_extension(out)}")


@calc_addin.command("install")
def calc_addin_install(profile: ProfileOption = None) -> None:
    """Add the functions to LibreOffice on this machine; LibreOffice must be closed."""
    from addin.calc.installing import install_extension

    console.show(f"Installed: {install_extension(profile)}")


@calc_addin.command("workbook")
def calc_addin_workbook(
    book: BookArgument, out: Annotated[Path, typer.Argument(help="The copy to write.")]
) -> None:
    """Write a copy of a workbook for work in Calc, with formulas that Calc computes rightly."""
    from addin.calc.calc_formulas import write_for_calc

    console.show(f"Written: {write_for_calc(book, out)}")


@calc_addin.command("doctor")
def calc_addin_doctor(profile: ProfileOption = None, lang: LangOption = Lang.EN) -> None:
    """Look at all that the add-in needs: LibreOffice, its Python, the add-in itself, fonts."""
    from addin.calc.doctor import examine

    good = True
    for found in examine(profile):
        console.show_check(found, lang.value)
        good = good and found.good is not False
    if not good:
        raise typer.Exit(LOOK_AT)


@app.command()
def check(book: BookArgument, lang: LangOption = Lang.EN, json: JsonOption = False) -> None:
    """Look through a workbook for errors, stale values, and formulas that break the rules."""
    from addin.check import check_file

    findings = check_file(book)
    if json:
        console.show_json([finding.to_json() for finding in findings])
    else:
        console.show_findings(findings, lang.value)
    if findings:
        raise typer.Exit(LOOK_AT)


@app.command()
def why(
    book: BookArgument,
    cells: Annotated[str, typer.Argument(help="The cells, such as 'Result!F7:F20'.")],
    lang: LangOption = Lang.EN,
    json: JsonOption = False,
) -> None:
    """Tell the reasons behind cells: the rule that decided, with its figures."""
    from addin.workbook_tools.files import file_reasons

    found = file_reasons(book, cells, lang.value)
    if json:
        console.show_json([asdict(reason) for reason in found])
    else:
        console.show_reasons(found, lang.value)


@app.command()
def freeze(book: BookArgument, out: OutOption = None, lang: LangOption = Lang.EN) -> None:
    """Turn our formulas into values, to send the workbook outside; thaw brings them back."""
    from addin.workbook_tools import freeze as tool
    from addin.workbook_tools.files import change_file

    console.show_changed(change_file(book, tool, out), lang.value)


@app.command()
def thaw(book: BookArgument, out: OutOption = None, lang: LangOption = Lang.EN) -> None:
    """Bring the formulas back that freeze turned into values, and compute them."""
    from addin.workbook_tools import thaw as tool
    from addin.workbook_tools.files import change_file

    console.show_changed(change_file(book, tool, out, compute=True), lang.value)


@app.command()
def relink(book: BookArgument, out: OutOption = None, lang: LangOption = Lang.EN) -> None:
    """Make formulas plain that turned into links to an add-in's file, and compute them."""
    from addin.workbook_tools import relink as tool
    from addin.workbook_tools.files import change_file

    console.show_changed(change_file(book, tool, out, compute=True), lang.value)


@app.command()
def functions(
    name: Annotated[str | None, typer.Argument(help="One function, for its whole help.")] = None,
    lang: LangOption = Lang.EN,
) -> None:
    """List the functions, or show the help of one."""
    import udfs
    from addin.manual import function_page, functions_by_family

    if name is not None:
        console.show(function_page(udfs.function(name), lang.value))
        return
    for family, members in functions_by_family().items():
        title = udfs.FAMILIES[family][0 if lang is Lang.EN else 1]
        console.show(title)
        for function in members:
            console.show(f"  {function.name:<16} {function.help[lang.value].summary}")


def _compare(book: Path, *, json: bool, seconds: float) -> None:
    from addin.calc.referee import compare

    differences, left = compare(book, seconds=seconds)
    if json:
        both = {"differences": map(asdict, differences), "uncomputed": map(asdict, left)}
        console.show_json({name: list(found) for name, found in both.items()})
    else:
        console.show_differences(differences, left)
    if differences or left:
        raise typer.Exit(LOOK_AT)


def _pairs(given: list[str] | None, option: str) -> dict[str, str]:
    pairs = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise typer.BadParameter(f"{option} must be NAME=VALUE; got {text!r}.")
        pairs[name] = value
    return pairs


def main() -> None:
    """Run the command; a fault of ours or the user's ends with one message and a code."""
    try:
        app()
    except CreditCellsError as error:
        console.complain(str(error))
        sys.exit(CANNOT)


if __name__ == "__main__":
    main()
