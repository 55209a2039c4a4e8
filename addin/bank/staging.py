"""Sources read, mapped and checked batch by batch, and kept as Parquet until they are joined.

Every row is checked by the refresh's own checks. What compares rows with each other (a key that
stands twice, a loan of nobody) is left to the engine, which sees all of them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from addin.bank.inputs import BATCH_ROWS, Input
from addin.errors import SourceError
from addin.portfolio.checks import CheckedTable, check_table
from addin.portfolio.faults import COLUMNS, FaultLog, Place
from addin.portfolio.mapping import (
    FEWEST_FOR_A_PATTERN,
    Mapped,
    map_rows,
    unread_cells,
    unreadable_column,
)
from addin.portfolio.rows import RawRows
from addin.portfolio.values import missing
from workbook_templates.fields import TABLES, Field, TableName, fields

Advance = Callable[[int], None]

_TYPES: Final = {
    "number": pa.float64(),
    "date": pa.date32(),
    "flag": pa.int8(),
    "text": pa.string(),
}
_FAULT_TYPES: Final = {"row": pa.int64(), "left_out": pa.int64()}
FAULT_SCHEMA: Final = pa.schema(
    [
        *((name, _FAULT_TYPES.get(name, pa.string())) for name in COLUMNS),
        ("content", pa.string()),
        ("number", pa.int64()),
    ]
)
"""An entry of the data check, the cells of its row if the row was left out, and its number."""


@dataclass(slots=True)
class InputCount:
    """Where the rows of one input went; ``read == kept + left_out`` when all is done.

    Attributes:
        table: the table it feeds.
        source: how messages call it.
        sheet: its sheet, or the query of a database.
        read: its rows, without blank ones.
        left_out: rows that could not be used; each is among the rejects.
        faults: entries among the rejects.
        detail: how it was read.
        columns: how it calls the column of each field.
    """

    table: str
    source: str
    sheet: str = ""
    read: int = 0
    left_out: int = 0
    faults: int = 0
    detail: str = ""
    columns: dict[str, str] = field(default_factory=dict)

    def column(self, name: str) -> str:
        """How the source calls a field's column; the field's own name if it is computed."""
        return self.columns.get(name) or name


def schema(table: TableName) -> pa.Schema:
    """The columns of a staged table: its fields, and where each row came from."""
    own = [(known.name, _TYPES[known.kind]) for known in fields(table)]
    return pa.schema([*own, ("place", pa.int32()), ("row", pa.int64()), ("seq", pa.int64())])


class Faults:
    """The entries of the data check, written out as they come."""

    def __init__(self, folder: Path, lang: str) -> None:
        self.folder = folder
        self.lang = lang
        self.count = 0
        self._parts = 0
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, log: FaultLog, content: Callable[[Place, int], str | None]) -> None:
        """Write the entries of a log.

        Args:
            log: what was found wrong in one batch.
            content: gives the cells of a row that was left out.
        """
        if not log.faults:
            return
        entries = log.entries(self.lang)
        place_of = {(p.table, p.source, p.sheet): p for p in log.left_out}
        keys = zip(
            entries["table"], entries["source"], entries["sheet"], entries["row"], strict=True
        )
        gone = entries["left_out"].to_numpy() == 1
        cells = [
            content(place_of[table, source, sheet], int(row)) if out else None
            for (table, source, sheet, row), out in zip(keys, gone, strict=True)
        ]
        number = np.arange(self.count, self.count + len(entries))
        frame = entries.assign(content=pd.Series(cells, dtype=object), number=number)
        arrow = pa.Table.from_pandas(
            frame.astype({name: object for name in frame if name != "number"}),
            FAULT_SCHEMA,
            preserve_index=False,
        )
        pq.write_table(arrow, self.folder / f"part-{self._parts:06d}.parquet")
        self._parts += 1
        self.count += len(entries)


@dataclass(slots=True)
class _Column:
    """Whether anything of a column could be read, over all batches of an input."""

    unread: int = 0
    filled: bool = False
    example: tuple[object, int] = ("", 0)
    column: str = ""


@dataclass(slots=True)
class Stage:
    """The usable rows of one table, written as parts of about one batch each."""

    table: TableName
    folder: Path
    size: int = BATCH_ROWS
    seq: int = 0
    parts: int = 0
    _open: list[pa.Table] = field(default_factory=list)
    _rows: int = 0

    def add(self, checked: CheckedTable, place: int) -> None:
        """Keep the usable rows of a batch."""
        count = len(checked.frame)
        if not count:
            return
        columns = [_arrow(known, checked.frame) for known in fields(self.table)]
        seq = np.arange(self.seq, self.seq + count)
        columns += [pa.array(np.full(count, place, np.int32)), pa.array(checked.rows)]
        columns.append(pa.array(seq))
        self._open.append(pa.Table.from_arrays(columns, schema=schema(self.table)))
        self.seq += count
        self._rows += count
        if self._rows >= self.size:
            self.flush()

    def flush(self) -> None:
        """Write what is held back."""
        if not self._open:
            return
        table = pa.concat_tables(self._open).combine_chunks()
        for start in range(0, len(table), self.size):
            path = self.folder / f"part-{self.parts:06d}.parquet"
            pq.write_table(table.slice(start, self.size), path, compression="zstd")
            self.parts += 1
        self._open.clear()
        self._rows = 0


def _arrow(known: Field, frame: pd.DataFrame) -> pa.Array:
    kind = _TYPES[known.kind]
    if known.name not in frame:
        return pa.nulls(len(frame), kind)
    values = frame[known.name].to_numpy()
    if known.kind == "text":
        return pa.array(values, kind, mask=values == "", from_pandas=True)
    if known.kind == "flag":
        return pa.array(values.astype(np.int8), kind, mask=values < 0)
    if known.kind == "date":
        return pa.array(values.astype("datetime64[D]"), kind)
    return pa.array(values.astype(np.float64), kind, from_pandas=True)


def stage_inputs(
    inputs: tuple[Input, ...],
    folder: Path,
    as_of: dt.date,
    faults: Faults,
    advance: Advance,
    size: int = BATCH_ROWS,
) -> tuple[InputCount, ...]:
    """Read and check all inputs into a folder per table.

    Args:
        inputs: what to read, in the order of tables.
        folder: where the tables' folders are made.
        as_of: the day of the run.
        faults: takes up what is found wrong.
        advance: told how many rows were read.
        size: rows of a batch.

    Returns:
        Where the rows of each input went, as far as single rows tell.

    Raises:
        SourceError: an input cannot be read.
        MappingError: an input's columns do not fit the fields.
    """
    counts = [InputCount(part.plan.table, part.name) for part in inputs]
    for table in TABLES:
        (folder / table).mkdir(parents=True, exist_ok=True)
        stage = Stage(table, folder / table, size)
        for place, part in enumerate(inputs):
            if part.plan.table == table:
                _stage(part, place, stage, counts[place], as_of, faults, advance)
        stage.flush()
        if table == "customers" and not stage.seq:
            read = sum(count.read for count in counts if count.table == table)
            raise SourceError(
                ", ".join(part.name for part in inputs if part.plan.table == table),
                f"none of its {read:,} rows can be used as a customer.",
                "Check that it is the right file, whole, and mapped as meant.",
            )
    return tuple(counts)


def _stage(
    part: Input,
    place: int,
    stage: Stage,
    count: InputCount,
    as_of: dt.date,
    faults: Faults,
    advance: Advance,
) -> None:
    day = np.datetime64(as_of, "D")
    seen: dict[str, _Column] = {}
    for raw in part.batches(stage.size):
        mapped = map_rows(part.plan, raw, day, whole=False)
        _note_columns(mapped, seen)
        log = FaultLog()
        checked = check_table([mapped], log, row_by_row=True)
        stage.add(checked, place)
        faults.add(log, _content_of(raw))
        origin = checked.origins[0]
        count.source, count.sheet, count.detail = origin.source, origin.sheet, str(raw.detail)
        count.columns = {name: values.column for name, values in mapped.fields.items()}
        count.read += raw.read
        count.left_out += len(log.left_out.get(origin, ()))
        count.faults += log.count(origin)
        advance(raw.read)
    for known in part.plan.fields:
        found = seen.get(known.name)
        if found and not found.filled and found.unread >= FEWEST_FOR_A_PATTERN:
            raise unreadable_column(part.plan, known, found.column, part.name, found.example)


def _note_columns(mapped: Mapped, seen: dict[str, _Column]) -> None:
    raw = mapped.raw
    for known in mapped.plan.fields:
        values = mapped.fields.get(known.name)
        if values is None or known.kind == "text":
            continue
        column = seen.setdefault(known.name, _Column())
        unread = unread_cells(values)
        if unread.any() and not column.unread:
            first = int(np.argmax(unread))
            name = next((fault.column for fault in values.faults if fault.column), known.name)
            cell = raw.frame[name].iloc[first] if name in raw.frame else ""
            column.column, column.example = name, (cell, int(raw.rows[first]))
        column.unread += int(unread.sum())
        column.filled |= not missing(values, mapped.plan.reading).all()


def _content_of(raw: RawRows) -> Callable[[Place, int], str | None]:
    """Gives a row as JSON: what its source holds, for whoever has to correct it."""
    broken = {row.row: row.text for row in raw.broken}
    where: dict[int, int] = {}

    def content(_place: Place, row: int) -> str | None:
        if row in broken:
            return broken[row]
        if not where:
            where.update(zip(raw.rows.tolist(), range(len(raw.rows)), strict=True))
        if row not in where:
            return None
        return row_as_json(raw.frame.iloc[where[row]].to_dict())

    return content


def row_as_json(cells: Mapping[Any, Any]) -> str:
    """A row's cells as JSON text, blank ones left out."""
    filled = {str(name): cell for name, cell in cells.items() if cell != "" and not pd.isna(cell)}
    return json.dumps(filled, ensure_ascii=False, default=str)


def parts_of(folder: Path) -> Iterator[Path]:
    """The Parquet parts in a folder, in order."""
    yield from sorted(folder.glob("part-*.parquet"))
