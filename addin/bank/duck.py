"""DuckDB, the engine on one machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from addin.bank.engine import ROW_GROUP, EngineError, quoted

MEMORY: Final = "1500MB"
"""What DuckDB may keep in memory; what does not fit goes to the run's own folder."""

_FETCH: Final = 50_000


@contextmanager
def duck_engine(spill: Path, threads: int, memory: str = MEMORY) -> Iterator[Duck]:
    """A DuckDB without a file of its own.

    Args:
        spill: where it may write what does not fit into memory.
        threads: how many it uses.
        memory: how much it may keep in memory.

    Raises:
        EngineError: it has no room, or a file that it needs cannot be read.
    """
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            "memory_limit": memory,
            "temp_directory": str(spill),
            "threads": threads,
            # What it no longer uses goes back to the system while the customers are computed.
            "allocator_background_threads": True,
            # Nothing is fetched from anywhere.
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    try:
        connection.execute("SET enable_progress_bar = false")
        yield Duck(connection)
    except (duckdb.IOException, duckdb.OutOfMemoryException) as problem:
        raise EngineError(
            str(problem), "Make room on the disk, then go on with --resume."
        ) from problem
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class Duck:
    """DuckDB at work on one run.

    Attributes:
        connection: to the database, which is closed with the run.
    """

    connection: duckdb.DuckDBPyConnection
    programs: tuple[str, ...] = field(default=("duckdb",), init=False)

    def view(self, name: str, files: Iterable[Path]) -> None:
        """Give a name to the rows of Parquet files."""
        paths = ", ".join(quoted(str(file)) for file in files)
        self.define(name, f"SELECT * FROM read_parquet([{paths}])")  # noqa: S608 - paths of ours

    def define(self, name: str, sql: str) -> None:
        """Give a name to a query."""
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")

    def keep(self, name: str, sql: str) -> int:
        """Compute a query once, and give a name to its rows; returns how many there are."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")
        return int(self.rows(f"SELECT count(*) FROM {name}")[0][0])  # noqa: S608 - a name of ours

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a small result."""
        return self.connection.execute(sql).fetchall()

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The rows of a large result, never all at once."""
        yield from self.connection.sql(sql).to_arrow_reader(_FETCH)

    def write(self, sql: str, folder: Path) -> None:
        """Write the rows of a result into a folder."""
        fresh = folder.with_name(f"{folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        target = quoted(str(fresh / "part-000000.parquet"))
        self.connection.execute(
            f"COPY ({sql}) TO {target} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
