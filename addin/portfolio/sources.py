"""Rows from any source: text files, workbooks, Parquet files, databases."""

from __future__ import annotations

from pathlib import Path

from addin.errors import SourceError, no_such_file
from addin.portfolio.columnar import PARQUET_SUFFIXES, is_url, read_database, read_parquet
from addin.portfolio.delimited import read_delimited
from addin.portfolio.model import Source
from addin.portfolio.rows import RawRows
from addin.portfolio.spreadsheets import SUFFIXES, read_spreadsheet
from udfs.errors import Words


def read_source(
    source: Source, folder: Path | None = None, known: frozenset[str] = frozenset()
) -> RawRows:
    """Everything a source holds, unconverted; rows that do not fit its header are kept apart.

    Args:
        source: where the rows are; the file extension tells the kind of file, and any other
            extension than a workbook's or Parquet's means delimited text.
        folder: where a relative path starts; default the working folder.
        known: normalised column names by which the header row is recognised.

    Raises:
        SourceError: it cannot be read; the message says why and what to do.
    """
    if is_url(source.location):
        return read_database(source)
    file = Path(source.location)
    if folder is not None:
        file = folder / file
    if file.is_dir():
        raise SourceError(
            file,
            Words("is a folder.", "是文件夹。"),
            Words("Name the file in it.", "请指明其中的文件。"),
        )
    if not file.exists():
        raise no_such_file(SourceError, file)
    suffix = file.suffix.casefold()
    if suffix in SUFFIXES:
        return read_spreadsheet(source, file, known)
    if suffix in PARQUET_SUFFIXES:
        return read_parquet(source, file)
    return read_delimited(source, file, known)
