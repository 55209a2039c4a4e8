"""A database as a source of a bank's run: rows come in chunks, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from addin.errors import SourceError
from addin.portfolio.columnar import database_url, reading_query, without_secret
from addin.portfolio.model import Source
from addin.portfolio.rows import RawRows, name_columns
from udfs.errors import Words


def database_batches(source: Source, size: int) -> Iterator[RawRows]:
    """The rows of a table or of a SELECT statement in chunks; row 1 is the first that came.

    Raises:
        SourceError: SQLAlchemy or the driver is not installed, the database cannot be reached,
            the statement fails, or it would not just read.
    """
    try:
        import sqlalchemy as sa  # noqa: PLC0415 - an optional extra, slow to import
    except ImportError:
        raise SourceError(
            "database", "needs SQLAlchemy.", "Install it with: pip install 'creditcells[sql]'"
        ) from None
    url, shown = database_url(source.location)
    query = reading_query(source, shown)
    try:
        engine = sa.create_engine(url)
    except (sa.exc.SQLAlchemyError, ImportError) as problem:
        raise SourceError(
            shown, f"no driver ({without_secret(problem, url)}).", "Install the database's driver."
        ) from None
    start = 0
    try:
        with engine.connect() as connection:
            options = connection.execution_options(stream_results=True, yield_per=size)
            result = options.execute(sa.text(query))
            names = list(result.keys())
            for rows in result.partitions(size):
                yield _raw(pd.DataFrame.from_records(rows, columns=names), source, shown, start)
                start += len(rows)
    except sa.exc.SQLAlchemyError as problem:
        raise SourceError(
            shown,
            f"the query failed after {start:,} rows ({without_secret(problem, url)}).",
            "Check the query and that the database can be reached.",
        ) from None
    finally:
        engine.dispose()


def _raw(frame: pd.DataFrame, source: Source, shown: str, start: int) -> RawRows:
    names, twice = name_columns(list(frame.columns), shown)
    filled: Any = frame.notna().any(axis=1).to_numpy()
    rows = np.flatnonzero(filled).astype(np.int64) + 1 + start
    kept = frame.set_axis(names, axis=1).loc[filled].reset_index(drop=True)
    detail = Words(f"SQL, {shown}", f"SQL，{shown}")
    return RawRows(shown, source.query or "", kept, rows, twice=twice, detail=detail)
