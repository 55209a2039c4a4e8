"""The detail rows of a batch of customers, from files that are sorted by customer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from addin.bank.run_folder import parts_of


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
    """

    def __init__(self, folder: Path) -> None:
        self._groups = [
            group for part in parts_of(folder) for group in _row_groups(pq.ParquetFile(part))
        ]

    def of(self, first: int, last: int, columns: list[str]) -> pa.Table | None:
        """Columns of the rows of the customers numbered from ``first`` to ``last``.

        None if no customer at all has any.
        """
        if not self._groups:
            return None
        wanted = ["owner", *columns]
        found = [group for group in self._groups if group.last >= first and group.first <= last]
        if not found:
            return self._groups[0].file.schema_arrow.empty_table().select(wanted)
        table = pa.concat_tables(
            [group.file.read_row_group(group.number, columns=wanted) for group in found]
        )
        owners = table.column("owner").to_numpy()
        start = int(np.searchsorted(owners, first, side="left"))
        end = int(np.searchsorted(owners, last, side="right"))
        return table.slice(start, end - start)


def _row_groups(file: pq.ParquetFile) -> list[_RowGroup]:
    place = file.schema_arrow.names.index("owner")
    found = []
    for number in range(file.metadata.num_row_groups):
        owners = file.metadata.row_group(number).column(place).statistics
        if owners.has_min_max:
            found.append(_RowGroup(file, number, owners.min, owners.max))
    return found
