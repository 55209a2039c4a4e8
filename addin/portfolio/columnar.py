"""Parquet files and SQL databases as sources; both are optional extras."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from addin.errors import SourceError, install
from addin.portfolio.model import Source
from addin.portfolio.rows import RawRows, name_columns
from udfs.errors import Words

PARQUET_SUFFIXES: Final = frozenset({".parquet", ".pq"})
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+_.-]+://")
_READING: Final = re.compile(r"\s*(select|with|values|table)\b", re.IGNORECASE)


def is_url(location: str) -> bool:
    """Whether a location is a database URL and not a file's path."""
    return _URL.match(location) is not None


def read_parquet(source: Source, file: Path) -> RawRows:  # noqa: ARG001 - one signature for all
    """The rows of a Parquet file; row 1 is its first.

    Raises:
        SourceError: pyarrow is not installed, or the file cannot be read.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an optional extra, slow to import
        import pyarrow.parquet as pq  # noqa: PLC0415 - same
    except ImportError:
        raise SourceError(
            file, Words("needs pyarrow.", "需要 pyarrow。"), install("parquet")
        ) from None
    try:
        frame = pq.read_table(file).to_pandas()
    except (pa.ArrowException, OSError) as problem:
        raise SourceError(
            file, f"cannot be read as Parquet ({problem}).", "Export it again."
        ) from None
    return _rows(frame, file.name, "", hashlib.sha256(file.read_bytes()).hexdigest(), "Parquet")


@dataclass(frozen=True, slots=True)
class OpenDatabase:
    """A connection to a database, with the statement that reads a source's rows.

    Attributes:
        connection: of SQLAlchemy.
        statement: reads the rows.
        shown: the database's URL without its password.
    """

    connection: Any
    statement: Any
    shown: str


@contextmanager
def open_database(source: Source, came: Callable[[], int] | None = None) -> Iterator[OpenDatabase]:
    """Connect to a source's database.

    The password in the URL never appears in a message, an audit row or a log.

    Args:
        source: its location is the database's URL, its query the table or the statement.
        came: how many rows came so far, for the message should the query fail on the way.

    Raises:
        SourceError: SQLAlchemy or the driver is not installed, the database cannot be reached,
            the statement fails, or it would not just read.
    """
    try:
        import sqlalchemy as sa  # noqa: PLC0415 - an optional extra, slow to import
    except ImportError:
        raise SourceError(
            "database", Words("needs SQLAlchemy.", "需要 SQLAlchemy。"), install("sql")
        ) from None
    url, shown = database_url(source.location)
    query = reading_query(source, shown)
    try:
        engine = sa.create_engine(url)
    except (sa.exc.SQLAlchemyError, ImportError) as problem:
        raise SourceError(
            shown, f"no driver ({without_secret(problem, url)}).", "Install the database's driver."
        ) from None
    try:
        with engine.connect() as connection:
            yield OpenDatabase(connection, sa.text(query), shown)
    except sa.exc.SQLAlchemyError as problem:
        after = "" if came is None else f" after {came():,} rows"
        raise SourceError(
            shown,
            f"the query failed{after} ({without_secret(problem, url)}).",
            "Check the query and that the database can be reached.",
        ) from None
    finally:
        engine.dispose()


def read_database(source: Source) -> RawRows:
    """The rows of a table or of a SELECT statement; row 1 is the first that came.

    Raises:
        SourceError: as ``open_database``.
    """
    with open_database(source) as database:
        result = database.connection.execute(database.statement)
        frame = pd.DataFrame.from_records(result.fetchall(), columns=list(result.keys()))
    shown = database.shown
    digest = hashlib.sha256(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return _rows(
        frame,
        shown,
        source.query or "",
        digest.hexdigest(),
        Words(f"SQL, {shown}", f"SQL，{shown}"),
    )


def database_url(location: str) -> tuple[Any, str]:
    """A database's URL, and the same as it is shown: without its password.

    Raises:
        SourceError: it is none.
    """
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - an optional extra
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415 - same

    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        kind = location.split("://", maxsplit=1)[0]
        raise SourceError(
            f"{kind}://…", "is no database URL.", "Write dialect://user:password@host/database."
        ) from None
    return url, url.render_as_string(hide_password=True)


def reading_query(source: Source, shown: str) -> str:
    """The statement that reads a source's rows.

    Raises:
        SourceError: there is none, or it would not just read.
    """
    if not source.query:
        raise SourceError(shown, "no table or query.", "Give the source a query in the mapping.")
    if _READING.match(source.query):
        return source.query
    if not re.fullmatch(r"[\w.$]+", source.query):
        raise SourceError(
            shown,
            f"{source.query!r} is neither a table nor a statement that just reads.",
            "Use a table's name or a SELECT statement.",
        )
    return f"SELECT * FROM {source.query}"  # noqa: S608 - a name of word characters only


def without_secret(problem: Exception, url: Any) -> str:
    """What a driver says went wrong, without the password."""
    text = " ".join(str(getattr(problem, "orig", None) or problem).split())
    return text.replace(str(url.password), "***") if url.password else text


def _rows(frame: pd.DataFrame, source: str, sheet: str, sha256: str, detail: str) -> RawRows:
    names, twice = name_columns(list(frame.columns), source)
    frame = frame.set_axis(names, axis=1)
    filled = frame.notna().any(axis=1).to_numpy()
    rows = np.flatnonzero(filled).astype(np.int64) + 1
    return RawRows(
        source=source,
        sheet=sheet,
        frame=frame.loc[filled].reset_index(drop=True),
        rows=rows,
        twice=twice,
        sha256=sha256,
        detail=detail,
    )
