"""Everything found wrong in the sources, in one Parquet file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from addin.bank.engine import ROW_GROUP, Engine, listed, quoted
from addin.bank.fault_files import FAULT_SCHEMA
from addin.portfolio.rules import ACTIONS, LEFT_OUT
from workbook_templates.fields import TABLES

_OUT_SCHEMA: Final = pa.schema([field for field in FAULT_SCHEMA if field.name != "number"])
_PLACE: Final = ("table", "source", "sheet", "row")


def write_rejects(engine: Engine, folders: list[Path], target: Path, lang: str) -> int:
    """Write the entries in the order of tables, sources and rows; returns how many.

    The first entry of a row that was left out counts it and holds its cells.
    """
    files = [file for folder in folders for file in sorted(folder.glob("part-*.parquet"))]
    count = 0
    with pq.ParquetWriter(target, _OUT_SCHEMA, compression="zstd") as writer:
        if files:
            engine.view("faults", files)
            for rows in _of_one_size(engine.batches(_ordered(lang))):
                writer.write_table(rows)
                count += len(rows)
    return count


def _of_one_size(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The rows in tables of one size, so that every engine gives the same bytes."""
    held = _OUT_SCHEMA.empty_table()
    for batch in batches:
        held = pa.concat_tables([held, pa.Table.from_batches([batch]).cast(_OUT_SCHEMA)])
        while len(held) >= ROW_GROUP:
            yield held.slice(0, ROW_GROUP).combine_chunks()
            held = held.slice(ROW_GROUP)
    if len(held):
        yield held.combine_chunks()


def _ordered(lang: str) -> str:
    order = " ".join(f"WHEN '{table}' THEN {place}" for place, table in enumerate(TABLES))
    computed = {
        "action": f"CASE WHEN gone = 1 THEN {quoted(ACTIONS[LEFT_OUT][lang])} ELSE action END",
        "left_out": "CASE WHEN gone = 1 AND place = 1 THEN 1 ELSE 0 END",
        "content": "CASE WHEN gone = 1 AND place = 1 THEN cells END",
    }
    columns = ", ".join(
        f'{computed[name]} AS "{name}"' if name in computed else f'"{name}"'
        for name in _OUT_SCHEMA.names
    )
    keys = ", ".join(f"{listed([name])} NULLS LAST" for name in _PLACE[1:])
    return (
        f"SELECT {columns} FROM ("  # noqa: S608 - names of ours
        f"SELECT *, max(left_out) OVER (PARTITION BY {listed(_PLACE)}) AS gone, "
        f"max(content) OVER (PARTITION BY {listed(_PLACE)}) AS cells, "
        f"row_number() OVER (PARTITION BY {listed(_PLACE)} ORDER BY number) AS place "
        f'FROM faults) marked ORDER BY CASE "table" {order} END, {keys}, number'
    )
