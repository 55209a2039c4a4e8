"""The detail rows of a batch of customers, from files that are sorted by customer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from addin.bank.staging import parts_of


@dataclass(frozen=True, slots=True)
class _RowGroup:
    """Rows that are read together, and the customers that they belong to."""

    file: pq.ParquetFile
    number: int
    first: int
    last: int


class DetailRows:
    """The sorted rows of loans or transactions.

    Args:
        folder: Parquet parts with a column ``owner`` in ascending order through all of them; it
            need not exist if there are no rows.
        columns: the columns to read beside it.
    """

    def __init__(self, folder: Path, columns: list[str]) -> None:
        self._columns = ["owner", *columns]
        self._groups = [
            group for part in parts_of(folder) for group in _row_groups(pq.ParquetFile(part))
        ]
        self._last: tuple[_RowGroup, pa.Table] | None = None

    def of(self, first: int, last: int) -> pa.Table | None:
        """The rows of the customers numbered from ``first`` to ``last``; None if nobody has any."""
        if not self._groups:
            return None
        groups = [group for group in self._groups if group.last >= first and group.first <= last]
        if not groups:
            schema = self._groups[0].file.schema_arrow
            return schema.empty_table().select(self._columns)
        table = pa.concat_tables([self._read(group) for group in groups])
        owners = table.column("owner").to_numpy()
        start = int(np.searchsorted(owners, first, side="left"))
        end = int(np.searchsorted(owners, last, side="right"))
        return table.slice(start, end - start)

    def _read(self, group: _RowGroup) -> pa.Table:
        # The last group of a batch is most often the first one of the next.
        if self._last is None or self._last[0] is not group:
            rows = group.file.read_row_group(group.number, columns=self._columns)
            self._last = group, rows
        return self._last[1]


def _row_groups(file: pq.ParquetFile) -> list[_RowGroup]:
    place = file.schema_arrow.names.index("owner")
    found = []
    for number in range(file.metadata.num_row_groups):
        owners = file.metadata.row_group(number).column(place).statistics
        if owners.has_min_max:
            found.append(_RowGroup(file, number, owners.min, owners.max))
    return found
