"""The sources of a command line: which table each is for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from addin.errors import SourceError
from addin.filling.recognised import recognise
from addin.portfolio.model import Source, SourceSet
from udfs.errors import Words


def sources_of(
    book: Path,
    given: Sequence[str],
    *,
    table: str | None = None,
    mapping: Path | None = None,
    sheet: str | None = None,
) -> SourceSet:
    """What a command line names as sources.

    Args:
        book: the workbook to fill.
        given: ``NAME=LOCATION``, where the name is a table's or the mapping's for the source, or
            a location alone.
        table: the table, or the mapping's name, of a location alone; by default the workbook's
            only table.
        mapping: the mapping file.
        sheet: the sheet to read of sources that are workbooks.

    Raises:
        SourceError: it is open which table a source is for.
        WorkbookError: the workbook cannot be read, or is of no template that can be filled.
    """
    sources = []
    for text in given:
        name, location = _split(text)
        if not name:
            name = table or _only_table(book, location)
        sources.append(Source(location=location, name=name, sheet=sheet))
    return SourceSet(sources=tuple(sources), mapping=mapping)


def _split(text: str) -> tuple[str, str]:
    """A source's name and location; the name is "" if there is none."""
    name, equals, location = text.partition("=")
    if equals and name.isidentifier() and location and not Path(text).exists():
        return name, location
    return "", text


def _only_table(book: Path, location: str) -> str:
    from addin.headless.engine import open_book  # noqa: PLC0415 - slow to import

    target = recognise(open_book(book))
    names = list(target.tables)
    if len(names) == 1:
        return names[0]
    raise SourceError(
        location,
        Words(
            f"it is open which table it is for: {target.template.name} has {', '.join(names)}.",
            f"不清楚填入哪张表：{target.template.name} 有 {'、'.join(names)}。",
        ),
        Words(
            f"Write {names[-1]}={location}, say, or give --table.",
            f"请写成如 {names[-1]}={location}，或加 --table。",
        ),
    )
