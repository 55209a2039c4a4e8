"""The work of a run that falls into independent parts, as tasks that any process can take.

A task holds plain values, and finds all rows in the run's folder. What it writes appears only when
complete, so that a task that was done, or is done twice, does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from addin.bank.batch import Batch, ChainRun, FieldCells
from addin.bank.cell_columns import Cells, field_column, from_arrow, to_arrow
from addin.bank.chain import Chain
from addin.bank.details import DetailRows
from addin.bank.output import column_types, output_table
from addin.bank.population import Fitted, Group, gather
from addin.bank.run_folder import RunFolder
from udfs.cells import Block
from workbook_templates.fields import TABLES, Field, TableName

_DETAILS: Final[tuple[TableName, ...]] = ("loans", "transactions")


@dataclass(frozen=True, slots=True)
class Part:
    """Some customers of a run.

    Attributes:
        number: which part it is.
        file: their checked rows.
    """

    number: int
    file: Path


@dataclass(frozen=True)
class PassTask:
    """One pass of the chain over a part of the customers; gives how many it computed.

    Attributes:
        chain: what to compute.
        folder: the run's folder.
        stage: which pass it is.
        fits: what the calls over all customers take from them.
        following: the calls of the next pass that take all customers; none in the last pass.
    """

    chain: Chain
    folder: RunFolder
    stage: int
    fits: tuple[Fitted, ...] = ()
    following: tuple[Group, ...] = ()

    def __call__(self, part: Part) -> int:
        """Compute a part and write its results, unless that is done."""
        target = self.target(part)
        if target.exists():
            return int(pq.read_metadata(target).num_rows)
        batch = self._computed(part)
        if self.is_last:
            types = column_types(self.chain)
            table = output_table(batch.results, types, self.chain, batch.rows)
        else:
            self._gather(batch, part)
            table = self._cells(batch)
        # Written last: this file tells that all of the part is done.
        self.folder.write(table, target)
        return batch.rows

    @property
    def is_last(self) -> bool:
        """Whether this pass gives the results."""
        return self.stage == self.chain.stages - 1

    def target(self, part: Part) -> Path:
        """The file that tells that a part is done."""
        if self.is_last:
            return self.folder.results / f"part-{part.number:06d}.parquet"
        return self.folder.cells(self.stage) / part.file.name

    def options(self, part: Part, group: Group) -> dict[int, dict[str, object]]:
        """The options of a group's calls, which are the same for every part."""
        fields, rows = self._fields(part, group.steps)
        results = self._earlier(part, self.stage + 1, self.chain.used_results(group.steps))
        return gather(Batch(self._run, fields, results, rows), group).options

    def _computed(self, part: Part) -> Batch:
        run = self._run
        run.fitted = {
            number: function
            for fitted in self.fits
            for number, function in fitted.functions(self.chain, part.number).items()
        }
        steps = self.chain.steps_at(self.stage)
        fields, rows = self._fields(part, steps)
        wanted = set(self.chain.order) if self.is_last else self.chain.used_results(steps)
        return run.compute(fields, self._earlier(part, self.stage, wanted), rows, self.stage)

    def _gather(self, batch: Batch, part: Part) -> None:
        for group in self.following:
            table = gather(batch, group).table
            if table is not None:
                self.folder.write(
                    table, self.folder.population(self.stage, group.number) / part.file.name
                )

    def _cells(self, batch: Batch) -> pa.Table:
        arrays: dict[str, pa.Array] = {}
        for column in self.chain.at_stage(self.stage):
            arrays |= to_arrow(column.name, batch.results[column.name])
        return pa.table(arrays)

    @cached_property
    def _run(self) -> ChainRun:
        return ChainRun(self.chain)

    @cached_property
    def _details(self) -> dict[TableName, DetailRows]:
        return {table: DetailRows(self.folder.details(table)) for table in _DETAILS}

    @cached_property
    def _dropped(self) -> npt.NDArray[np.int64]:
        dropped: npt.NDArray[np.int64] = np.load(self.folder.dropped, mmap_mode="r")
        return dropped

    def _earlier(self, part: Part, stage: int, wanted: AbstractSet[str]) -> dict[str, Cells]:
        """Columns of the passes before one."""
        found: dict[str, Cells] = {}
        for before in range(stage):
            names = [column.name for column in self.chain.at_stage(before) if column.name in wanted]
            columns = [f"{name}.{what}" for name in names for what in ("kind", "number", "text")]
            table = pq.read_table(self.folder.cells(before) / part.file.name, columns=columns)
            found |= {name: from_arrow(name, table) for name in names}
        return found

    def _fields(self, part: Part, steps: Iterable[int]) -> tuple[FieldCells, int]:
        """The fields that some steps take, and how many customers there are."""
        used = {table: self.chain.used_fields(table, steps) for table in TABLES}
        columns = [known.name for known in used["customers"]]
        customers = pq.read_table(part.file, columns=[*columns, "seq"])
        seq = customers.column("seq").to_numpy()
        first, last = int(seq[0]), int(seq[-1])
        low, high = np.searchsorted(self._dropped, (first, last + 1))
        if high > low:
            customers = customers.filter(pa.array(~np.isin(seq, self._dropped[low:high])))
        cells: dict[tuple[TableName, str], Cells] = {}
        for known in used["customers"]:
            cells["customers", known.name] = self._column(known, customers)
        for table in _DETAILS:
            if used[table]:
                rows = self._details[table].of(first, last, [known.name for known in used[table]])
                for known in used[table]:
                    cells[table, known.name] = self._column(known, rows)
        return cells, len(customers)

    def _column(self, known: Field, rows: pa.Table | None) -> Cells:
        if rows is None:
            return Cells(Block(np.array([None], dtype=object), (1, 1)), absent=True)
        # These customers have no detail rows though others have: blank ones belong to nobody.
        values = rows.column(known.name)
        if not len(values):
            values = pa.nulls(2, values.type)
        return field_column(known, values, self.chain.lang, date1904=self.chain.date1904)
