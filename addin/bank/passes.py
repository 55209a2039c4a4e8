"""The customers gone through part by part: once, and once more after each fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from addin.bank.chain import Chain
from addin.bank.engine import Engine
from addin.bank.population import Fitted, Group, StoredPopulation, fit_group, groups
from addin.bank.run_folder import RunFolder, parts_of
from addin.bank.tasks import Part, PassTask
from addin.bank.workers import Workers

Advance = Callable[[int], None]


@dataclass(slots=True)
class Passes:
    """All passes of a run.

    Attributes:
        chain: what to compute.
        folder: the run's folder; the customers are staged and their details joined.
        engine: puts the values of whole populations in order.
        workers: those who compute the parts.
        advance: told how many customers of a pass are done.
    """

    chain: Chain
    folder: RunFolder
    engine: Engine
    workers: Workers
    advance: Advance
    _parts: tuple[Part, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._parts = self._filled_parts()

    def _filled_parts(self) -> tuple[Part, ...]:
        """The parts of the customers, but for one of which nobody is left."""
        dropped = np.load(self.folder.dropped, mmap_mode="r")
        filled: list[Part] = []
        for file in parts_of(self.folder.staged("customers")):
            first, last, rows = _numbers(file)
            low, high = np.searchsorted(dropped, (first, last + 1))
            if high - low < rows:
                filled.append(Part(len(filled), file))
        return tuple(filled)

    def run(self) -> int:
        """Compute everything and write the results; returns how many customers have some."""
        self.folder.results.mkdir(exist_ok=True)
        done = 0
        for stage in range(self.chain.stages):
            done = self._go_through(stage)
        return done

    def _go_through(self, stage: int) -> int:
        following = groups(self.chain, stage + 1)
        if stage < self.chain.stages - 1:
            self.folder.cells(stage).mkdir(parents=True, exist_ok=True)
        for group in following:
            self.folder.population(stage, group.number).mkdir(parents=True, exist_ok=True)
        task = PassTask(self.chain, self.folder, stage, self._fits(stage), following)
        done = 0
        for rows in self.workers.run(task, self._parts):
            self.advance(rows)
            done += rows
        return done

    def _fits(self, stage: int) -> tuple[Fitted, ...]:
        """Everything that calls of this and earlier stages take from their whole population."""
        return tuple(
            self._fit(at - 1, group)
            for at in range(1, stage + 1)
            for group in groups(self.chain, at)
        )

    def _fit(self, stage: int, group: Group) -> Fitted:
        parts = self.folder.population(stage, group.number)

        def stored(names: tuple[str, ...]) -> StoredPopulation:
            return StoredPopulation(self.engine, parts, parts / "fit", names)

        files = [parts / part.file.name for part in self._parts]
        sizes = [pq.read_metadata(file).num_rows if file.exists() else 0 for file in files]
        filled = next((part for part in self._parts if (parts / part.file.name).exists()), None)
        task = PassTask(self.chain, self.folder, stage)
        options = {} if filled is None else task.options(filled, group)
        return fit_group(self.chain, group, options, stored, sizes)


def _numbers(file: Path) -> tuple[int, int, int]:
    """The first and the last number of a part's customers, and how many there are."""
    metadata = pq.read_metadata(file)
    place = metadata.schema.names.index("seq")
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    found = [group.column(place).statistics for group in groups]
    return found[0].min, found[-1].max, metadata.num_rows
