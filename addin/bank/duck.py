"""DuckDB: what needs all rows at once, out of core: keys that stand twice, joins and orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from addin.bank.staging import Faults, InputCount, row_as_json
from addin.portfolio.faults import Fault, FaultLog, Place
from addin.portfolio.rules import LEFT_OUT
from workbook_templates.fields import TableName, fields

MEMORY: Final = "1500MB"
"""What DuckDB may keep in memory; what does not fit goes to the run's own folder."""

_FETCH: Final = 50_000
_ROW_GROUP: Final = 100_000


@dataclass(slots=True)
class Duck:
    """One DuckDB without a file of its own.

    Attributes:
        folder: where it may write what does not fit into memory.
        threads: how many it uses.
    """

    folder: Path
    threads: int
    memory: str = MEMORY
    _connection: duckdb.DuckDBPyConnection = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._connection = duckdb.connect(
            config={
                "memory_limit": self.memory,
                "temp_directory": str(self.folder),
                "threads": self.threads,
                # Nothing is fetched from anywhere.
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        self._connection.execute("SET enable_progress_bar = false")

    def close(self) -> None:
        """Let go of its memory and files."""
        self._connection.close()

    def execute(self, sql: str, **values: object) -> None:
        """Run a statement."""
        self._connection.execute(sql, values)

    def rows(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        """The rows of a small result."""
        return self._connection.execute(sql, values).fetchall()

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The rows of a large result in Arrow batches, never all at once."""
        yield from self._connection.sql(sql).to_arrow_reader(_FETCH)


def parquet(folder: Path) -> str:
    """The parts of a folder as DuckDB reads them, in their order."""
    files = sorted(str(file) for file in folder.glob("part-*.parquet"))
    listed = ", ".join(quoted(file) for file in files)
    return f"read_parquet([{listed}])"


def quoted(text: str | Path) -> str:
    """A text in SQL."""
    return "'" + str(text).replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Joiner:
    """Leaves out what only all rows together show, and puts each row beside its customer.

    Attributes:
        duck: the database.
        staged: the folder of the checked tables.
        counts: where the rows of each input went; rows left out here are added.
        faults: takes up why.
    """

    duck: Duck
    staged: Path
    counts: Sequence[InputCount]
    faults: Faults

    def drop_repeated(self, table: TableName) -> npt.NDArray[np.int64]:
        """The rows whose key stood before; the first usable row of each key counts."""
        key = next((known.name for known in fields(table) if known.key), None)
        self.duck.execute(f"CREATE OR REPLACE TABLE dropped_{table} (seq BIGINT)")
        if key is None or not self._has_rows(table):
            return np.zeros(0, dtype=np.int64)
        self.duck.execute(
            f"CREATE OR REPLACE TABLE keys_twice AS SELECT {key} AS k, min(seq) AS first "  # noqa: S608 - names of ours
            f"FROM {self._source(table)} GROUP BY {key} HAVING count(*) > 1"
        )
        self.duck.execute(
            "CREATE OR REPLACE TABLE first_rows AS SELECT t.k, s.row AS first_row "  # noqa: S608 - same
            f"FROM keys_twice t JOIN {self._source(table)} s ON s.seq = t.first"
        )
        self.duck.execute(
            f"CREATE OR REPLACE TABLE dropped_{table} AS SELECT s.seq FROM {self._source(table)} s "  # noqa: S608 - same
            f"JOIN keys_twice t ON s.{key} = t.k AND s.seq <> t.first ORDER BY s.seq"
        )
        found = (
            f"SELECT s.*, f.first_row FROM {self._source(table)} s "  # noqa: S608 - same
            f"JOIN dropped_{table} d ON s.seq = d.seq JOIN first_rows f ON s.{key} = f.k "
            "ORDER BY s.seq"
        )
        self._leave_out(table, "duplicate id", key, found, allowed="first_row")
        rows = self.duck.rows(f"SELECT seq FROM dropped_{table} ORDER BY seq")  # noqa: S608 - same
        return np.array([row[0] for row in rows], dtype=np.int64)

    def join(self, table: TableName, target: Path) -> int:
        """The rows of a detail table in the order of their customers; returns how many.

        A row of nobody is left out.
        """
        if not self._has_rows(table):
            return 0
        found = (
            f"SELECT d.* FROM {self._source(table)} d ANTI JOIN dropped_{table} x ON d.seq = x.seq "  # noqa: S608 - names of ours
            "ANTI JOIN owners c ON d.customer_id = c.customer_id ORDER BY d.seq"
        )
        self._leave_out(table, "unknown customer", "customer_id", found)
        self.duck.execute(
            "COPY (SELECT c.seq AS owner, d.* EXCLUDE (place, row) "  # noqa: S608 - same
            f"FROM {self._source(table)} d ANTI JOIN dropped_{table} x ON d.seq = x.seq "
            "JOIN owners c ON d.customer_id = c.customer_id ORDER BY owner, d.seq) "
            f"TO {quoted(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP})"
        )
        return int(self.duck.rows(f"SELECT count(*) FROM {quoted(target)}")[0][0])  # noqa: S608 - same

    def find_owners(self) -> None:
        """Note each usable customer's number."""
        self.duck.execute(
            "CREATE OR REPLACE TABLE owners AS SELECT s.customer_id, s.seq "  # noqa: S608 - names of ours
            f"FROM {self._source('customers')} s ANTI JOIN dropped_customers d ON s.seq = d.seq"
        )

    def _has_rows(self, table: TableName) -> bool:
        return any((self.staged / table).glob("part-*.parquet"))

    def _source(self, table: TableName) -> str:
        return parquet(self.staged / table)

    def _leave_out(
        self, table: TableName, rule: str, column: str, found: str, allowed: str = ""
    ) -> None:
        for batch in self.duck.batches(found):
            rows = batch.to_pylist()
            log = FaultLog()
            cells: dict[tuple[Place, int], Mapping[str, Any]] = {}
            for place in sorted({row["place"] for row in rows}):
                own = [row for row in rows if row["place"] == place]
                count = self.counts[place]
                origin = Place(table, count.source, count.sheet)
                numbers = np.array([row["row"] for row in own], dtype=np.int64)
                cells |= {(origin, row["row"]): row for row in own}
                log.leave_out(origin, numbers)
                log.add(
                    Fault(
                        place=origin,
                        rule=rule,
                        action=LEFT_OUT,
                        column=count.column(column),
                        rows=numbers,
                        values=[row[column] for row in own],
                        allowed=[str(row[allowed]) for row in own] if allowed else "",
                    )
                )
                count.left_out += len(own)
                count.faults += len(own)
            self.faults.add(log, partial(_content, cells))


def _content(cells: Mapping[tuple[Place, int], Mapping[str, Any]], place: Place, row: int) -> str:
    own = {
        name: cell
        for name, cell in cells[place, row].items()
        if name not in {"place", "row", "seq", "first_row"} and cell is not None
    }
    return row_as_json(own)


def sorted_values(duck: Duck, source: str, column: str, where: str, file: Path) -> int:
    """Write a column's values, in ascending order, as plain numbers to a file; how many."""
    order = f'SELECT "{column}" AS v FROM {source} WHERE {where} ORDER BY v'  # noqa: S608 - names of ours
    return _write_values(duck.batches(order), file)


def values_in_rows(duck: Duck, source: str, column: str, where: str, file: Path) -> int:
    """Write a column's values, in the order of the rows, as plain numbers to a file; how many."""
    order = f'SELECT "{column}" AS v FROM {source} WHERE {where}'  # noqa: S608 - names of ours
    return _write_values(duck.batches(order), file)


def _write_values(batches: Iterator[pa.RecordBatch], file: Path) -> int:
    count = 0
    with file.open("wb") as target:
        for batch in batches:
            values = batch.column(0).to_numpy(zero_copy_only=False)
            values.astype(np.float64, copy=False).tofile(target)
            count += len(values)
    return count
