"""The ``creditcells`` command.

Exit codes: 0 done; 1 done, but something needs looking at (faults that `check` found, formulas
that kept their old value); 2 the command line is wrong; 3 a file, source or mapping cannot be
used (the message says which and what to do; nothing was changed).
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from addin import console
from addin.bank import cli as bank
from addin.calc import cli as calc
from addin.desktop import cli as desktop
from addin.filling import cli as filling
from addin.options import (
    LOOK_AT,
    AsOfOption,
    BookArgument,
    JsonOption,
    Lang,
    LangOption,
    LoansOption,
    MappingOption,
    NamedSourcesOption,
    OutOption,
    TimeoutOption,
    TransactionsOption,
    pairs,
)
from udfs.errors import CreditCellsError

CANNOT: Final = 3


class Engine(StrEnum):
    """What computes a workbook."""

    DEFAULT = "default"
    LIBREOFFICE = "libreoffice"


app = typer.Typer(
    help="Grade, score and segment credit customers in Excel workbooks, with or without Excel.",
    epilog="Exit codes: 0 done, 1 look at the findings, 2 wrong command line, 3 cannot be used.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(desktop.app, name="addin")
app.add_typer(calc.app, name="calc-addin")
app.command("pdf")(calc.print_pages)
app.command("score")(bank.score)
app.command("fill")(filling.fill)
app.command("fields")(filling.fields)


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
    empty: Annotated[
        bool, typer.Option("--empty", help="Without the worked case: inputs blank, policy kept.")
    ] = False,
    rows: Annotated[
        list[str] | None,
        typer.Option(help="Room for so many rows of data: N, or TABLE=N for a single table."),
    ] = None,
) -> None:
    """Write a new workbook from a template, with room for as many rows as are needed."""
    from addin.templates import new_workbook

    whole, named = _rows(rows)
    written = new_workbook(name, out, lang=lang.value, without_case=empty, rows=named, whole=whole)
    console.show(f"Written: {written}")


@app.command()
def refresh(
    book: BookArgument,
    customers: Annotated[str | None, typer.Option(help="Source of the customers.")] = None,
    loans: LoansOption = None,
    transactions: TransactionsOption = None,
    source: NamedSourcesOption = None,
    mapping: MappingOption = None,
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
        named=pairs(source, "--source"),
        mapping=mapping,
        policy=pairs(policy, "--policy"),
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
        calc.compare_engines(book, json=json, seconds=timeout)
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
def lite(
    book: BookArgument,
    out: OutOption = None,
    lang: LangOption = Lang.EN,
    package: Annotated[
        str | None,
        typer.Option(help="Where Excel gets creditcells from: a requirement or a wheel's address."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace other code that the workbook holds.")
    ] = False,
) -> None:
    """Let a workbook bring the functions along for the free Excel add-in xlwings Lite."""
    from addin.lite.embedding import embed_file

    written = embed_file(book, out, lang=lang.value, package=package, replace=replace)
    console.show(f"Written: {written}")


@app.command()
def server(
    host: Annotated[str, typer.Option(envvar="CREDITCELLS_HOST")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="CREDITCELLS_PORT", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(envvar="CREDITCELLS_WORKERS", min=1)] = 2,
    certificate: Annotated[
        Path | None, typer.Option(envvar="CREDITCELLS_CERTIFICATE", help="For https.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(envvar="CREDITCELLS_KEY", help="The certificate's private key.")
    ] = None,
) -> None:
    """Serve the functions to a whole bank's Excel with xlwings Server, which has its own licence."""
    from addin.server.run import Address, serve

    serve(Address(host, port, workers, certificate, key))


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


def _rows(given: list[str] | None) -> tuple[int | None, dict[str, int]]:
    """What ``--rows`` asks for: the size of the whole workbook, and of single tables."""
    whole: int | None = None
    named: dict[str, int] = {}
    for text in given or ():
        name, equals, number = text.rpartition("=")
        if not (number.isascii() and number.isdigit()) or bool(equals) != bool(name):
            raise typer.BadParameter(f"--rows must be N or TABLE=N; got {text!r}.")
        if name:
            named[name] = int(number)
        else:
            whole = int(number)
    return whole, named


def main() -> None:
    """Run the command; a fault of ours or the user's ends with one message and a code."""
    try:
        app()
    except CreditCellsError as error:
        console.complain(error.told)
        sys.exit(CANNOT)


if __name__ == "__main__":
    main()
