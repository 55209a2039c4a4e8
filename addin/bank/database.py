"""A database as a source of a bank's run: rows come in chunks, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from addin.portfolio.columnar import open_database
from addin.portfolio.model import Source
from addin.portfolio.rows import RawRows, name_columns
from udfs.errors import Words


def database_batches(source: Source, size: int) -> Iterator[RawRows]:
    """The rows of a table or of a SELECT statement in chunks; row 1 is the first that came.

    Raises:
        SourceError: as ``open_database``.
    """
    start = 0
    with open_database(source, came=lambda: start) as database:
        options = database.connection.execution_options(stream_results=True, yield_per=size)
        result = options.execute(database.statement)
        names = list(result.keys())
        for rows in result.partitions(size):
            frame = pd.DataFrame.from_records(rows, columns=names)
            yield _raw(frame, source, database.shown, start)
            start += len(rows)


def _raw(frame: pd.DataFrame, source: Source, shown: str, start: int) -> RawRows:
    names, twice = name_columns(list(frame.columns), shown)
    filled: Any = frame.notna().any(axis=1).to_numpy()
    rows = np.flatnonzero(filled).astype(np.int64) + 1 + start
    kept = frame.set_axis(names, axis=1).loc[filled].reset_index(drop=True)
    detail = Words(f"SQL, {shown}", f"SQL，{shown}")
    return RawRows(shown, source.query or "", kept, rows, twice=twice, detail=detail)
