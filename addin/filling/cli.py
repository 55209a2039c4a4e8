"""The command ``creditcells fill``."""

from __future__ import annotations

from typing import Annotated

import typer

from addin import console
from addin.options import (
    LOOK_AT,
    AsOfOption,
    BookArgument,
    JsonOption,
    Lang,
    LangOption,
    MappingOption,
    OutOption,
)


def fill(
    book: BookArgument,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="What to write: TABLE=FILE, such as transactions=orders.csv; FILE alone if the "
            "workbook has one table or --table names it; NAME=FILE where a mapping says NAME.",
        ),
    ],
    out: OutOption = None,
    table: Annotated[
        str | None, typer.Option(help="The table that a file without a name belongs to.")
    ] = None,
    mapping: MappingOption = None,
    sheet: Annotated[
        str | None, typer.Option(help="The sheet to read, where a source is a workbook.")
    ] = None,
    as_of: AsOfOption = None,
    grow: Annotated[
        bool, typer.Option("--grow", help="Build the workbook anew where it lacks room.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write a file's rows into the data tables of a template's workbook, and recompute it.

    A source is a CSV, Excel or Parquet file, or a database's SQLAlchemy URL. Columns are found by
    the fields' names and headers in either language, or by a mapping. The rows of a table that a
    source fills are replaced; a row that does not fit is listed with the reason in a file beside
    the workbook.
    """
    from addin.filling.fill import fill_file
    from addin.filling.named_sources import sources_of

    with console.progress(quiet=json) as progress:
        filled = fill_file(
            book,
            sources_of(book, sources, table=table, mapping=mapping, sheet=sheet),
            out,
            as_of=None if as_of is None else as_of.date(),
            grow=grow,
            progress=progress,
        )
    if json:
        console.show_json(filled.to_json())
    else:
        console.show_filled(filled)
    if filled.uncomputed or filled.difference:
        raise typer.Exit(LOOK_AT)


def fields(
    name: Annotated[str, typer.Argument(help="The template's name, such as rfm_abc.")],
    lang: LangOption = Lang.EN,
    json: JsonOption = False,
) -> None:
    """List the data tables of a template and their fields, which a file can fill."""
    from addin.filling.field_list import field_list
    from workbook_templates.registry import template

    listed = field_list(template(name), lang.value)
    if json:
        console.show_json([table.to_json() for table in listed])
    else:
        console.show_fields(listed, lang.value)
