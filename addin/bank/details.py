"""The detail rows of a batch of customers, from a file that is sorted by customer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


class DetailRows:
    """A sorted file of loans or transactions.

    Args:
        file: Parquet with a column ``owner`` in ascending order; it need not exist if there are
            no rows.
    """

    def __init__(self, file: Path) -> None:
        filled = file.exists() and pq.read_metadata(file).num_rows
        self._parquet = pq.ParquetFile(file) if filled else None
        self._ends: list[tuple[int, int]] = []
        if self._parquet is not None:
            metadata = self._parquet.metadata
            place = self._parquet.schema_arrow.names.index("owner")
            for number in range(metadata.num_row_groups):
                found = metadata.row_group(number).column(place).statistics
                self._ends.append((found.min, found.max))

    def of(self, first: int, last: int, columns: list[str]) -> pa.Table | None:
        """Columns of the rows of the customers numbered from ``first`` to ``last``.

        None if no customer at all has any.
        """
        if self._parquet is None:
            return None
        wanted = ["owner", *columns]
        groups = [
            number for number, (low, high) in enumerate(self._ends) if high >= first and low <= last
        ]
        if not groups:
            return self._parquet.schema_arrow.empty_table().select(wanted)
        table = self._parquet.read_row_groups(groups, columns=wanted)
        owners = table.column("owner").to_numpy()
        start = int(np.searchsorted(owners, first, side="left"))
        end = int(np.searchsorted(owners, last, side="right"))
        return table.slice(start, end - start)
