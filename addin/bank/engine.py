"""What a run asks of an engine: everything that needs all rows at once, out of core.

The queries are written once, in the SQL that every engine reads alike: names in double quotes
where they are words of SQL, ``NULLS LAST`` wherever a blank could stand first or last, texts
compared by their bytes, and no sum of fractions, whose last digit is a matter of order
(``addin.bank.totals`` adds those up).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeAlias

import pyarrow as pa

EngineName: TypeAlias = Literal["duckdb", "spark"]

ROW_GROUP: Final = 100_000
"""About how many rows stand together in a file that an engine writes."""


class EngineError(Exception):
    """An engine cannot go on, though the run can be resumed.

    Attributes:
        problem: what happened.
        remedy: what to do about it.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = " ".join(problem.split())
        self.remedy = remedy
        super().__init__(f"{self.problem} {remedy}")


class Engine(Protocol):
    """One engine at work on one run."""

    @property
    def programs(self) -> tuple[str, ...]:
        """The packages that it consists of, for the manifest."""

    def view(self, name: str, files: Iterable[Path]) -> None:
        """Give a name to the rows of Parquet files, of which there is at least one."""

    def define(self, name: str, sql: str) -> None:
        """Give a name to a query, which is computed wherever the name is used."""

    def keep(self, name: str, sql: str) -> int:
        """Compute a query once, and give a name to its rows; returns how many there are."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a result that is small whatever the size of the bank."""

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The rows of a large result in their order, never all at once."""

    def write(self, sql: str, folder: Path) -> None:
        """Write the rows of a result into a new folder of Parquet parts, in their order."""


def quoted(text: str) -> str:
    """A text of ours in SQL; it has no backslash, which only some engines read as more than that."""
    return "'" + text.replace("'", "''") + "'"


def listed(names: Iterable[str], table: str = "") -> str:
    """Columns in SQL."""
    prefix = f"{table}." if table else ""
    return ", ".join(f'{prefix}"{name}"' for name in names)
