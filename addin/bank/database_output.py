"""The results of a run as a table of a database, written in chunks and shown only when whole."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from addin.bank.output import REMARKS
from addin.bank.run_folder import parts_of
from addin.errors import FileError, install
from addin.portfolio.columnar import database_url, without_secret
from udfs.errors import Words

CHUNK: Final = 10_000
_NAME: Final = re.compile(r"[A-Za-z_]\w{0,50}")


def write_results(
    out: Path, url: str, table: str, advance: Callable[[int], None] = lambda _: None
) -> int:
    """Write the results of a finished run into a database; returns how many rows.

    All is one transaction: readers see the table of the last run until the new one is whole, and
    a write that fails leaves the last one as it was.

    Args:
        out: the output folder of a run.
        url: a SQLAlchemy URL, such as ``postgresql+psycopg://user@host/bank``.
        table: the table's name; one that exists is replaced.
        advance: told how many rows were written.

    Raises:
        FileError: SQLAlchemy or the driver is not installed, the database cannot be reached, or
            it refuses the rows.
    """
    if not _NAME.fullmatch(table):
        raise FileError(
            table, "is no plain name for a table.", "Use letters, digits and underscores."
        )
    try:
        import sqlalchemy as sa  # noqa: PLC0415 - an optional extra, slow to import
    except ImportError:
        raise FileError(
            "database", Words("needs SQLAlchemy.", "需要 SQLAlchemy。"), install("sql")
        ) from None
    address, shown = database_url(url)
    count = 0
    try:
        engine = sa.create_engine(address)
        try:
            with engine.begin() as connection:
                fresh = _table(sa, out, f"{table}_new")
                fresh.drop(connection, checkfirst=True)
                fresh.create(connection)
                for rows in _chunks(out):
                    connection.execute(fresh.insert(), rows)
                    count += len(rows)
                    advance(len(rows))
                sa.Table(table, sa.MetaData()).drop(connection, checkfirst=True)
                connection.execute(sa.text(f"ALTER TABLE {table}_new RENAME TO {table}"))
        finally:
            engine.dispose()
    except ImportError as problem:
        raise FileError(
            shown, f"no driver ({problem}).", "Install the database's driver."
        ) from None
    except sa.exc.SQLAlchemyError as problem:
        raise FileError(
            shown,
            f"cannot be written to ({without_secret(problem, address)}); its table is as it was.",
            "Check that the database can be reached and that you may create tables.",
        ) from None
    return count


def _table(sa: Any, out: Path, name: str) -> Any:
    schema = pq.read_schema(next(parts_of(out / "customers")))
    columns = [sa.Column(field.name, _type(sa, field.type)) for field in schema]
    return sa.Table(name, sa.MetaData(), *columns)


def _type(sa: Any, kind: pa.DataType) -> Any:
    if pa.types.is_floating(kind):
        return sa.Double()
    if pa.types.is_boolean(kind):
        return sa.Boolean()
    return sa.Date() if pa.types.is_date(kind) else sa.Text()


def _chunks(out: Path) -> Iterator[list[dict[str, Any]]]:
    for part in parts_of(out / "customers"):
        with pq.ParquetFile(part) as parquet:
            for batch in parquet.iter_batches(CHUNK):
                rows: list[dict[str, Any]] = batch.to_pylist()
                for row in rows:
                    noted = row[REMARKS]
                    row[REMARKS] = None if noted is None else json.dumps(noted, ensure_ascii=False)
                yield rows
