"""The command ``creditcells score``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from addin import console
from addin.options import (
    AsOfOption,
    JsonOption,
    LoansOption,
    MappingOption,
    NamedSourcesOption,
    TransactionsOption,
    pairs,
)


class EngineName(StrEnum):
    """What joins, orders and aggregates the rows of a bank."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def score(
    policy: Annotated[Path, typer.Option(help="The portfolio workbook with the policy.")],
    out: Annotated[Path, typer.Option(help="Folder for the results; replaced when all is done.")],
    customers: Annotated[
        str | None, typer.Option(help="Customers: a file, a folder of files, or a database.")
    ] = None,
    loans: LoansOption = None,
    transactions: TransactionsOption = None,
    source: NamedSourcesOption = None,
    mapping: MappingOption = None,
    as_of: AsOfOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a broken-off run.")] = False,
    engine: Annotated[
        EngineName, typer.Option(help="DuckDB on this machine, or Apache Spark.")
    ] = EngineName.DUCKDB,
    master: Annotated[
        str | None,
        typer.Option(
            help="Spark's cluster, such as spark://host:7077; default this machine's cores. Its "
            "nodes must see the sources and the output's folder and have creditcells, under the "
            "same paths."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, help="Processes that compute; default one per core, as far as memory goes."
        ),
    ] = None,
    database: Annotated[
        str | None, typer.Option(help="Write the results to this SQLAlchemy URL, too.")
    ] = None,
    table: Annotated[
        str, typer.Option(help="The table there; its rows are replaced in one transaction.")
    ] = "creditcells_results",
    json: JsonOption = False,
) -> None:
    """Apply the policy of a portfolio workbook to a whole bank, however many customers it has.

    Reads Parquet, CSV, Excel or databases; writes Parquet, a workbook with the outcome, a report
    and a manifest. The output changes only when all is done.
    """
    from addin.bank import require_extra

    if master is not None and engine is not EngineName.SPARK:
        raise typer.BadParameter("--master names a cluster of Spark: add --engine spark.")
    require_extra(engine.value)
    from addin.bank.score import score as run
    from addin.bank.workers import usual_count
    from addin.portfolio import SourceSet

    sources = SourceSet.of(
        customers=customers,
        loans=loans,
        transactions=transactions,
        named=pairs(source, "--source"),
        mapping=mapping,
    )
    with console.progress(quiet=json) as progress:
        outcome = run(
            policy,
            sources,
            out,
            as_of=None if as_of is None else as_of.date(),
            resume=resume,
            engine=engine.value,
            master=master,
            progress=progress,
            workers=workers or usual_count(),
        )
    if database is not None:
        from addin.bank.database_output import write_results

        write_results(outcome.out, database, table)
    if json:
        console.show_json(outcome.to_json())
    else:
        console.show_outcome(outcome)
