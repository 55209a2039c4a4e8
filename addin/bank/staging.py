"""Sources read, mapped and checked batch by batch, and kept as Parquet until they are joined.

Every row is checked by the refresh's own checks. What compares rows with each other (a key that
stands twice, a loan of nobody) is left to the engine, which sees all of them.
"""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from addin.bank.fault_files import Faults, row_as_json
from addin.bank.inputs import BATCH_ROWS, Input, Slice
from addin.bank.run_folder import RunFolder
from addin.bank.workers import Workers
from addin.errors import SourceError
from addin.portfolio.checks import CheckedTable, check_table
from addin.portfolio.faults import FaultLog, Place
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

_FEWEST_TOGETHER: Final = 10_000
_ROW_BITS: Final = 40
"""A row's number in a run is that of its input, and in these bits that within its input."""

_TYPES: Final = {
    "number": pa.float64(),
    "date": pa.date32(),
    "flag": pa.int8(),
    "text": pa.string(),
}


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

    def add(self, further: InputCount) -> None:
        """Take in more rows of the same input."""
        self.source, self.sheet, self.detail = further.source, further.sheet, further.detail
        self.columns = further.columns
        self.read += further.read
        self.left_out += further.left_out
        self.faults += further.faults

    def column(self, name: str) -> str:
        """How the source calls a field's column; the field's own name if it is computed."""
        return self.columns.get(name) or name


def schema(table: TableName) -> pa.Schema:
    """The columns of a staged table: its fields, and where each row came from."""
    own = [(known.name, _TYPES[known.kind]) for known in fields(table)]
    return pa.schema([*own, ("place", pa.int32()), ("row", pa.int64()), ("seq", pa.int64())])


@dataclass(slots=True)
class SeenColumn:
    """Whether anything of a column could be read, over all slices of an input.

    Attributes:
        unread: how many cells could not be read.
        filled: whether any cell was read.
        example: a cell that was not, and its row.
        column: how the source calls the column.
    """

    unread: int = 0
    filled: bool = False
    example: tuple[object, int] = ("", 0)
    column: str = ""

    def add(self, other: SeenColumn) -> None:
        """Take in what a later slice shows."""
        if other.unread and not self.unread:
            self.example, self.column = other.example, other.column
        self.unread += other.unread
        self.filled |= other.filled


@dataclass(frozen=True, slots=True)
class Chunk:
    """Slices of a table's inputs that are read and checked together.

    Attributes:
        number: which chunk it is.
        table: the table.
        slices: the position of each input, and a slice of it.
    """

    number: int
    table: TableName
    slices: tuple[tuple[int, Slice], ...]


@dataclass(slots=True)
class StagedChunk:
    """What came of a chunk.

    Attributes:
        chunk: which one.
        kept: rows that can be used.
        counts: where the rows of each of its inputs went.
        seen: what was read of each input's columns.
    """

    chunk: int
    kept: int
    counts: dict[int, InputCount]
    seen: dict[int, dict[str, SeenColumn]]


@dataclass(slots=True)
class _Stage:
    """The usable rows of a chunk, written as parts of at most one batch each."""

    chunk: Chunk
    run: RunFolder
    size: int
    rows: int = 0
    _parts: int = 0
    _open: list[pa.Table] = field(default_factory=list)
    _held: int = 0

    def add(self, checked: CheckedTable, place: int) -> None:
        """Keep the usable rows of a batch."""
        count = len(checked.frame)
        if not count:
            return
        columns = [_arrow(known, checked.frame) for known in fields(self.chunk.table)]
        columns += [pa.array(np.full(count, place, np.int32)), pa.array(checked.rows)]
        columns.append(pa.array((np.int64(place) << _ROW_BITS) + checked.rows))
        self._open.append(pa.Table.from_arrays(columns, schema=schema(self.chunk.table)))
        self.rows += count
        self._held += count
        if self._held >= self.size:
            self.flush()

    def flush(self) -> None:
        """Write what is held back."""
        if not self._open:
            return
        table = pa.concat_tables(self._open).combine_chunks()
        folder = self.run.staged(self.chunk.table)
        for start in range(0, len(table), self.size):
            name = f"part-{self.chunk.number:06d}-{self._parts:06d}.parquet"
            self.run.write(table.slice(start, self.size), folder / name)
            self._parts += 1
        self._open.clear()
        self._held = 0


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
    run: RunFolder,
    as_of: dt.date,
    lang: str,
    workers: Workers,
    advance: Advance,
    size: int = BATCH_ROWS,
) -> tuple[InputCount, ...]:
    """Read and check all inputs into a folder per table.

    Args:
        inputs: what to read, in the order of tables.
        run: the run's folder.
        as_of: the day of the run.
        lang: the language of what is found wrong.
        workers: those who read.
        advance: told how many rows were read.
        size: customers computed together.

    Returns:
        Where the rows of each input went, as far as single rows tell.

    Raises:
        SourceError: an input cannot be read.
        MappingError: an input's columns do not fit the fields.
    """
    for folder in (*map(run.staged, TABLES), run.chunks, run.faults):
        folder.mkdir(parents=True, exist_ok=True)
    task = StageTask(inputs, run, as_of, lang, size)
    staged = []
    for done in workers.run(task, chunks(inputs, size)):
        advance(sum(count.read for count in done.counts.values()))
        staged.append(done)
    staged.sort(key=lambda done: done.chunk)
    _check_columns(inputs, staged)
    counts = _totals(inputs, staged)
    if not any(run.staged("customers").iterdir()):
        read = sum(count.read for count in counts if count.table == "customers")
        raise SourceError(
            ", ".join(part.name for part in inputs if part.plan.table == "customers"),
            f"none of its {read:,} rows can be used as a customer.",
            "Check that it is the right file, whole, and mapped as meant.",
        )
    return counts


def chunks(inputs: tuple[Input, ...], size: int) -> Iterator[Chunk]:
    """The inputs in chunks of about a batch: slices of a large one, many small ones together."""
    number = 0
    for table in TABLES:
        most = _rows_together(table, size)
        held: list[tuple[int, Slice]] = []
        rows = 0
        for place, part in enumerate(inputs):
            if part.plan.table != table:
                continue
            for one in part.slices(most):
                if held and rows + one.rows > most:
                    yield Chunk(number, table, tuple(held))
                    number, rows, held = number + 1, 0, []
                held.append((place, one))
                rows += one.rows
        if held:
            yield Chunk(number, table, tuple(held))
            number += 1


def _rows_together(table: TableName, size: int) -> int:
    """Customers are computed in their parts; other rows are joined to them before."""
    return size if table == "customers" else max(size, _FEWEST_TOGETHER)


def _check_columns(inputs: Sequence[Input], staged: Sequence[StagedChunk]) -> None:
    """Refuse an input with a column of which nothing could be read: it is mapped wrongly."""
    for place, part in enumerate(inputs):
        for known in part.plan.fields:
            found = SeenColumn()
            for done in staged:
                if place in done.seen and known.name in done.seen[place]:
                    found.add(done.seen[place][known.name])
            if not found.filled and found.unread >= FEWEST_FOR_A_PATTERN:
                raise unreadable_column(part.plan, known, found.column, part.name, found.example)


def _totals(inputs: Sequence[Input], staged: Sequence[StagedChunk]) -> tuple[InputCount, ...]:
    totals = [InputCount(part.plan.table, part.name) for part in inputs]
    for done in staged:
        for place, count in done.counts.items():
            totals[place].add(count)
    return tuple(totals)


@dataclass(frozen=True)
class StageTask:
    """Reads and checks a chunk of the inputs; a task.

    Attributes:
        inputs: all inputs.
        run: the run's folder.
        as_of: the day of the run.
        lang: the language of what is found wrong.
        size: customers computed together.
    """

    inputs: tuple[Input, ...]
    run: RunFolder
    as_of: dt.date
    lang: str
    size: int

    def __call__(self, chunk: Chunk) -> StagedChunk:
        """Write the usable rows and what is found wrong, unless that is done."""
        note = self.run.chunks / f"chunk-{chunk.number:06d}"
        if note.exists():
            known: StagedChunk = pickle.loads(note.read_bytes())  # noqa: S301 - written below
            return known
        done = self._stage(chunk)
        fresh = self.run.fresh()
        fresh.write_bytes(pickle.dumps(done))
        # Written last: this file tells that all of the chunk is done.
        fresh.replace(note)
        return done

    def _stage(self, chunk: Chunk) -> StagedChunk:
        size = _rows_together(chunk.table, self.size)
        stage = _Stage(chunk, self.run, size)
        faults = Faults(self.run, self.run.faults, self.lang, chunk=chunk.number)
        done = StagedChunk(chunk.number, 0, {}, {})
        for place, one in chunk.slices:
            part = self.inputs[place]
            count = done.counts.setdefault(place, InputCount(chunk.table, part.name))
            seen = done.seen.setdefault(place, {})
            for raw in part.batches(one, size):
                mapped = map_rows(part.plan, raw, np.datetime64(self.as_of, "D"), whole=False)
                _note_columns(mapped, seen)
                log = FaultLog()
                checked = check_table([mapped], log, row_by_row=True)
                stage.add(checked, place)
                faults.add(log, _content_of(raw))
                count.add(_count(mapped, checked.origins[0], log))
        stage.flush()
        done.kept = stage.rows
        return done


def _count(mapped: Mapped, origin: Place, log: FaultLog) -> InputCount:
    return InputCount(
        origin.table,
        origin.source,
        origin.sheet,
        mapped.raw.read,
        len(log.left_out.get(origin, ())),
        log.count(origin),
        str(mapped.raw.detail),
        {name: values.column for name, values in mapped.fields.items()},
    )


def _note_columns(mapped: Mapped, seen: dict[str, SeenColumn]) -> None:
    raw = mapped.raw
    for known in mapped.plan.fields:
        values = mapped.fields.get(known.name)
        if values is None or known.kind == "text":
            continue
        unread = unread_cells(values)
        found = SeenColumn(int(unread.sum()))
        found.filled = not missing(values, mapped.plan.reading).all()
        if found.unread:
            first = int(np.argmax(unread))
            name = next((fault.column for fault in values.faults if fault.column), known.name)
            cell = raw.frame[name].iloc[first] if name in raw.frame else ""
            found.column, found.example = name, (cell, int(raw.rows[first]))
        seen.setdefault(known.name, SeenColumn()).add(found)


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
