"""The customers gone through batch by batch: once, and once more after each fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from addin.bank.batch import Batch, ChainRun, FieldCells
from addin.bank.cell_columns import Cells, field_column, from_arrow, to_arrow
from addin.bank.chain import Chain
from addin.bank.details import DetailRows
from addin.bank.duck import Duck
from addin.bank.output import column_types, output_table
from addin.bank.population import (
    Fitted,
    Group,
    StoredPopulation,
    fit_group,
    gather,
    groups,
)
from addin.bank.staging import parts_of
from addin.bank.work import Work
from udfs.catalogue import Function
from udfs.cells import Block
from workbook_templates.fields import Field, TableName

Advance = Callable[[int], None]


@dataclass(slots=True)
class Passes:
    """All passes of a run.

    Attributes:
        chain: what to compute.
        work: the run's folders.
        duck: puts the values of whole populations in order.
        dropped: the numbers of customers left out, in ascending order.
        advance: told how many customers of a pass are done.
    """

    chain: Chain
    work: Work
    duck: Duck
    dropped: npt.NDArray[np.int64]
    advance: Advance
    _run: ChainRun = field(init=False)
    _details: dict[TableName, DetailRows] = field(init=False)
    _parts: list[Path] = field(init=False)

    def __post_init__(self) -> None:
        self._run = ChainRun(self.chain)
        self._details = {
            table: DetailRows(
                self.work.folder / f"{table}.parquet",
                [known.name for known in self.chain.used_fields(table)],
            )
            for table in ("loans", "transactions")
        }
        self._parts = self._filled_parts()

    def _filled_parts(self) -> list[Path]:
        """The parts of the customers, but for one of which nobody is left."""
        filled, start = [], 0
        for part in parts_of(self.work.folder / "staged" / "customers"):
            end = start + pq.read_metadata(part).num_rows
            low, high = np.searchsorted(self.dropped, (start, end))
            if high - low < end - start:
                filled.append(part)
            start = end
        return filled

    def run(self) -> int:
        """Compute everything and write the results; returns how many customers have some."""
        target = self.work.fresh / "customers"
        target.mkdir(exist_ok=True)
        types = column_types(self.chain)
        done = 0
        last = self.chain.stages - 1
        for stage in range(last):
            self._go_through(stage)
        fits = self._fits(last)
        for number, part in enumerate(self._parts):
            if (target / part.name).exists():
                rows = pq.read_metadata(target / part.name).num_rows
            else:
                results, rows = self._compute(last, number, part, fits)
                _write(output_table(results, types, self.chain, rows), target / part.name)
            done += rows
            self.advance(rows)
        return done

    def _go_through(self, stage: int) -> None:
        """One pass whose results are needed by a later one."""
        following = groups(self.chain, stage + 1)
        folder = self._stage_folder(stage)
        for group in following:
            self._group_folder(stage, group).mkdir(parents=True, exist_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        fits = self._fits(stage)
        for number, part in enumerate(self._parts):
            if (folder / part.name).exists():
                self.advance(pq.read_metadata(folder / part.name).num_rows)
                continue
            self._one_part(stage, number, part, fits, following)

    def _one_part(
        self, stage: int, number: int, part: Path, fits: list[Fitted], following: tuple[Group, ...]
    ) -> None:
        self._set_fits(fits, number)
        fields, rows = self._fields(part)
        batch = self._run.compute(fields, self._earlier(stage, part), rows, stage)
        for group in following:
            gathered = gather(batch, group)
            if gathered.table is not None:
                _write(gathered.table, self._group_folder(stage, group) / part.name)
        arrays: dict[str, pa.Array] = {}
        for column in self.chain.at_stage(stage):
            arrays |= to_arrow(column.name, batch.results[column.name])
        # Written last: this part tells that all of the batch is done.
        _write(pa.table(arrays), self._stage_folder(stage) / part.name)
        self.advance(rows)

    def _compute(
        self, stage: int, number: int, part: Path, fits: list[Fitted]
    ) -> tuple[Mapping[str, Cells], int]:
        self._set_fits(fits, number)
        fields, rows = self._fields(part)
        earlier = self._earlier(stage, part, every=True)
        return self._run.compute(fields, earlier, rows, stage).results, rows

    def _set_fits(self, fits: list[Fitted], number: int) -> None:
        found: dict[int, Function] = {}
        for fitted in fits:
            found |= fitted.functions(self.chain, number)
        self._run.fitted = found

    def _fits(self, stage: int) -> list[Fitted]:
        """Everything that calls of this and earlier stages take from their whole population."""
        fits = []
        for at in range(1, stage + 1):
            fits += [self._fit(at - 1, group) for group in groups(self.chain, at)]
        return fits

    def _fit(self, stage: int, group: Group) -> Fitted:
        parts = self._group_folder(stage, group)
        options = self._options(stage, group)

        def stored(names: tuple[str, ...]) -> StoredPopulation:
            return StoredPopulation(self.duck, parts, parts / "fit", names)

        sizes = [
            pq.read_metadata(parts / part.name).num_rows if (parts / part.name).exists() else 0
            for part in self._parts
        ]
        return fit_group(self.chain, group, options, stored, sizes)

    def _options(self, stage: int, group: Group) -> dict[int, dict[str, Any]]:
        """The options of a group's calls, which are the same for every batch."""
        folder = self._group_folder(stage, group)
        part = next((part for part in self._parts if (folder / part.name).exists()), None)
        if part is None:
            return {}
        fields, rows = self._fields(part)
        results = self._earlier(stage + 1, part, steps=group.steps)
        return gather(Batch(self._run, fields, results, rows), group).options

    def _stage_folder(self, stage: int) -> Path:
        return self.work.folder / f"pass {stage}"

    def _group_folder(self, stage: int, group: Group) -> Path:
        return self.work.folder / f"pass {stage} population {group.number}"

    def _earlier(
        self, stage: int, part: Path, *, every: bool = False, steps: tuple[int, ...] = ()
    ) -> dict[str, Cells]:
        """The columns of earlier passes that this one, or some steps of it, takes."""
        wanted = self.chain.used_results(steps) if steps else self._wanted(stage, every=every)
        found: dict[str, Cells] = {}
        for before in range(stage):
            names = [column.name for column in self.chain.at_stage(before) if column.name in wanted]
            columns = [f"{name}.{what}" for name in names for what in ("kind", "number", "text")]
            table = pq.read_table(self._stage_folder(before) / part.name, columns=columns)
            found |= {name: from_arrow(name, table) for name in names}
        return found

    def _wanted(self, stage: int, *, every: bool) -> frozenset[str]:
        if every:
            return frozenset(self.chain.order)
        steps = [column.step for column in self.chain.at_stage(stage)]
        steps += self.chain.population_steps(stage + 1)
        return self.chain.used_results(steps)

    def _fields(self, part: Path) -> tuple[FieldCells, int]:
        customers = pq.read_table(part)
        seq = customers.column("seq").to_numpy()
        first, last = int(seq[0]), int(seq[-1])
        low, high = np.searchsorted(self.dropped, (first, last + 1))
        if high > low:
            customers = customers.filter(pa.array(~np.isin(seq, self.dropped[low:high])))
        cells: dict[tuple[str, str], Cells] = {}
        self._take(cells, "customers", customers)
        for table, details in self._details.items():
            found = details.of(first, last)
            if found is None:
                blank = Cells(Block(np.array([None], dtype=object), (1, 1)), absent=True)
                cells |= {(table, known.name): blank for known in self.chain.used_fields(table)}
            else:
                self._take(cells, table, found)
        return cells, len(customers)

    def _take(self, cells: dict[tuple[str, str], Cells], table: TableName, rows: pa.Table) -> None:
        for known in self.chain.used_fields(table):
            cells[table, known.name] = self._cells(known, rows)

    def _cells(self, known: Field, rows: pa.Table) -> Cells:
        # These customers have no detail rows though others have: blank ones belong to nobody.
        values = rows.column(known.name)
        if not len(values):
            values = pa.nulls(2, values.type)
        return field_column(known, values, self.chain.lang, date1904=self.chain.date1904)


def _write(table: pa.Table, file: Path) -> None:
    fresh = file.with_suffix(".new")
    pq.write_table(table, fresh, compression="zstd")
    fresh.replace(file)
