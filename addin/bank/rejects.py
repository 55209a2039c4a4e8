"""Everything found wrong in the sources, in one Parquet file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from addin.bank.duck import Duck, quoted
from addin.bank.staging import FAULT_SCHEMA
from addin.portfolio.rules import ACTIONS, LEFT_OUT
from workbook_templates.fields import TABLES

_OUT_SCHEMA: Final = pa.schema([field for field in FAULT_SCHEMA if field.name != "number"])
_PLACE: Final = '"table", source, sheet, row'


def write_rejects(duck: Duck, folders: list[Path], target: Path, lang: str) -> int:
    """Write the entries in the order of tables, sources and rows; returns how many.

    The first entry of a row that was left out counts it and holds its cells.
    """
    files = [str(file) for folder in folders for file in sorted(folder.glob("part-*.parquet"))]
    count = 0
    with pq.ParquetWriter(target, _OUT_SCHEMA, compression="zstd") as writer:
        if files:
            for batch in duck.batches(_ordered(files, lang)):
                writer.write_table(pa.Table.from_batches([batch]).cast(_OUT_SCHEMA))
                count += batch.num_rows
    return count


def _ordered(files: list[str], lang: str) -> str:
    listed = ", ".join(quoted(file) for file in files)
    order = " ".join(f"WHEN '{table}' THEN {place}" for place, table in enumerate(TABLES))
    names = ", ".join(
        f'"{name}"' for name in _OUT_SCHEMA.names if name not in {"action", "left_out", "content"}
    )
    return (
        f"SELECT {names}, CASE WHEN gone = 1 THEN {quoted(ACTIONS[LEFT_OUT][lang])} ELSE action "  # noqa: S608 - names of ours
        "END AS action, CASE WHEN gone = 1 AND place = 1 THEN 1 ELSE 0 END AS left_out, "
        "CASE WHEN gone = 1 AND place = 1 THEN cells END AS content FROM ("
        f"SELECT *, max(left_out) OVER (PARTITION BY {_PLACE}) AS gone, "
        f"max(content) OVER (PARTITION BY {_PLACE}) AS cells, "
        f"row_number() OVER (PARTITION BY {_PLACE} ORDER BY number) AS place "
        f"FROM read_parquet([{listed}])) "
        f'ORDER BY CASE "table" {order} END, source, sheet, row, number'
    )
