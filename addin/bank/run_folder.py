"""Where everything of a run stands that is not done yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from workbook_templates.fields import TableName


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run's folder, which all that work on the run can see.

    Attributes:
        path: the folder.
    """

    path: Path

    def write(self, table: pa.Table, file: Path, compression: str = "lz4") -> None:
        """Write a Parquet file that is there only when it is complete."""
        fresh = self.fresh()
        pq.write_table(table, fresh, compression=compression)
        fresh.replace(file)

    def fresh(self) -> Path:
        """A name for a file that nobody else writes, and that is moved to its place when done."""
        self.being_written.mkdir(exist_ok=True)
        return self.being_written / uuid4().hex

    def staged(self, table: TableName) -> Path:
        """The checked rows of a table, in parts."""
        return self.path / "staged" / table

    def details(self, table: TableName) -> Path:
        """The rows of a detail table in the order of their customers, in parts."""
        return self.path / "details" / table

    def cells(self, stage: int) -> Path:
        """The result columns of a pass, in parts."""
        return self.path / f"pass {stage}"

    def population(self, stage: int, group: int) -> Path:
        """What calls over all customers take from a pass, in parts."""
        return self.path / f"pass {stage} population {group}"

    @property
    def dropped(self) -> Path:
        """The numbers of customers left out, in ascending order."""
        return self.path / "dropped.npy"

    @property
    def chunks(self) -> Path:
        """What came of each chunk of the inputs."""
        return self.path / "chunks"

    @property
    def faults(self) -> Path:
        """What was found wrong in single rows."""
        return self.path / "faults"

    @property
    def faults_joined(self) -> Path:
        """What was found wrong between rows."""
        return self.path / "faults joined"

    @property
    def spill(self) -> Path:
        """What the engine cannot keep in memory."""
        return self.path / "spill"

    @property
    def being_written(self) -> Path:
        """Files that are not complete; each is moved to its place when it is."""
        return self.path / "being written"

    @property
    def outcome(self) -> Path:
        """The output while it is being written."""
        return self.path / "out"

    @property
    def results(self) -> Path:
        """The results of the customers, in parts."""
        return self.outcome / "customers"


def parts_of(folder: Path) -> Iterator[Path]:
    """The Parquet parts in a folder, in order."""
    yield from sorted(folder.glob("part-*.parquet"))
