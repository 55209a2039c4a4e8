"""The whole population of a call: gathered batch by batch, ordered by the engine, then fitted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from addin.bank.batch import Batch, with_compute
from addin.bank.chain import CallStep, Chain
from addin.bank.engine import ROW_GROUP, Engine
from addin.bank.population_fits import FITS, Compute, NumberFile
from addin.bank.run_folder import parts_of
from addin.errors import WorkbookError
from udfs.binding import Whole
from udfs.catalogue import FUNCTIONS, Function, is_row_argument
from udfs.errors import CallError
from udfs.kinds import FloatArray, Grid

GroupKey: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Calls over one and the same population.

    Attributes:
        number: which group of its stage it is.
        steps: the calls.
        arguments: the names of the arguments that have a value per customer, for each call.
    """

    number: int
    steps: tuple[int, ...]
    arguments: Mapping[int, tuple[str, ...]]


def groups(chain: Chain, stage: int) -> tuple[Group, ...]:
    """The calls that become computable at a stage, put together by what they are about."""
    found: dict[GroupKey, list[int]] = {}
    names: dict[int, tuple[str, ...]] = {}
    for number in chain.population_steps(stage):
        step = chain.steps[number]
        if not isinstance(step, CallStep):
            continue
        key: list[Any] = []
        own: list[str] = []
        for argument, given in zip(FUNCTIONS[step.name].arguments, step.arguments, strict=False):
            if not is_row_argument(argument):
                continue
            if isinstance(argument.kind, Grid):
                raise WorkbookError(
                    "the policy workbook",
                    f"{step.name} compares whole rows of factors among all customers.",
                    "Compute this workbook with `creditcells refresh`.",
                )
            # Kinds of different functions are alike if they say the same.
            key.append((given, repr(argument.kind), argument.required, argument.default))
            own.append(argument.name)
        found.setdefault(tuple(key), []).append(number)
        names[number] = tuple(own)
    return tuple(
        Group(place, tuple(steps), {number: names[number] for number in steps})
        for place, steps in enumerate(found.values())
    )


@dataclass(slots=True)
class Gathered:
    """What one batch gives to a group.

    Attributes:
        table: the values of the customers who can be computed, a column per argument.
        options: the other arguments of each call.
    """

    table: pa.Table | None = None
    options: dict[int, dict[str, Any]] = field(default_factory=dict)


def gather(batch: Batch, group: Group) -> Gathered:
    """The values that a batch gives to a group, and the options of its calls."""
    gathered = Gathered()
    for number in group.steps:
        batch.collect(number, _collector(gathered, group, number))
    return gathered


def _collector(gathered: Gathered, group: Group, number: int) -> Callable[..., Any]:
    names = group.arguments[number]

    def compute(**given: Any) -> Any:
        columns = [given.pop(name, None) for name in names]
        filled = [column for column in columns if column is not None]
        gathered.options[number] = given
        if gathered.table is None:
            gathered.table = pa.table(
                {
                    f"a{place}": pa.array(column, from_pandas=True)
                    for place, column in enumerate(columns)
                    if column is not None
                }
            )
        return np.zeros(len(filled[0]))

    return compute


@dataclass(slots=True)
class StoredPopulation:
    """A group's values in Parquet parts, as ``population_fits.Population``."""

    engine: Engine
    parts: Path
    folder: Path
    names: tuple[str, ...]

    def ordered(self, argument: str, *, where: str | None = None) -> NumberFile:
        """An argument's values in ascending order."""
        return self._values(argument, where, "ordered", self._in_order)

    def in_rows(self, argument: str, *, where: str | None = None) -> NumberFile:
        """An argument's values in the order of the customers."""
        return self._values(argument, where, "rows", self._in_turn)

    def scratch(self, count: int) -> FloatArray:
        """Room for so many numbers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return np.memmap(self.folder / "scratch", dtype=np.float64, mode="w+", shape=(count,))

    def _values(
        self, argument: str, where: str | None, how: str, found: Callable[..., Iterator[pa.Array]]
    ) -> NumberFile:
        column = self._column(argument)
        needed = {column} | ({self._column(where)} if where else set())
        file = self.folder / f"{column}-{'-'.join(sorted(needed))}.{how}"
        if not file.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = file.with_suffix(".new")
            with fresh.open("wb") as target:
                for values in found(column, sorted(needed)):
                    values.to_numpy(zero_copy_only=False).astype(np.float64).tofile(target)
            fresh.replace(file)
        return NumberFile(file)

    def _in_order(self, column: str, needed: list[str]) -> Iterator[pa.Array]:
        self.engine.view("population", parts_of(self.parts))
        filled = " AND ".join(f"{name} IS NOT NULL" for name in needed)
        query = f"SELECT {column} FROM population WHERE {filled} ORDER BY {column}"  # noqa: S608 - names of ours
        for batch in self.engine.batches(query):
            yield batch.column(0)

    def _in_turn(self, column: str, needed: list[str]) -> Iterator[pa.Array]:
        for part in parts_of(self.parts):
            with pq.ParquetFile(part) as parquet:
                for batch in parquet.iter_batches(ROW_GROUP, columns=needed):
                    yield batch.drop_null().column(column)

    def _column(self, argument: str) -> str:
        return f"a{self.names.index(argument)}"


@dataclass(frozen=True, slots=True)
class WholeResults:
    """What a call gives for all customers who can be computed, a file per batch.

    Attributes:
        folder: where the files stand.
    """

    folder: Path

    def keep(self, values: Any, sizes: Iterable[int]) -> None:
        """Write the results of all customers, so many for each batch."""
        self.folder.mkdir(parents=True, exist_ok=True)
        start = 0
        for batch, size in enumerate(sizes):
            np.save(self._file(batch), values[start : start + size], allow_pickle=True)
            start += size

    def of(self, batch: int) -> Compute:
        """What gives the results of a batch in place of the function."""
        values = np.load(self._file(batch), allow_pickle=True)
        return lambda **_given: values

    def _file(self, batch: int) -> Path:
        return self.folder / f"batch-{batch:06d}.npy"


@dataclass(slots=True)
class Fitted:
    """The calls of one group, ready for any batch, and for any process that is to compute it.

    Attributes:
        computes: what each call computes, where its use can be split.
        whole: the results of the other calls.
    """

    computes: dict[int, Compute] = field(default_factory=dict)
    whole: dict[int, WholeResults] = field(default_factory=dict)

    def functions(self, chain: Chain, batch: int) -> dict[int, Function]:
        """The fitted functions for a batch."""
        computes = self.computes | {number: kept.of(batch) for number, kept in self.whole.items()}
        return {
            number: with_compute(_function(chain, number), compute)
            for number, compute in computes.items()
        }


def _function(chain: Chain, number: int) -> Function:
    step = chain.steps[number]
    if not isinstance(step, CallStep):
        raise TypeError(f"step {number} is no call: {step}")
    return FUNCTIONS[step.name]


def fit_group(
    chain: Chain,
    group: Group,
    options: Mapping[int, Mapping[str, Any]],
    stored: Callable[[tuple[str, ...]], StoredPopulation],
    sizes: Sequence[int],
) -> Fitted:
    """Fit the calls of a group to their population.

    Args:
        chain: the chain.
        group: the calls.
        options: the options of each call; empty where no customer could be computed.
        stored: gives the population with names for its columns.
        sizes: how many customers each batch gave.
    """
    fitted = Fitted()
    for number, given in options.items():
        function = _function(chain, number)
        population = stored(group.arguments[number])
        fit = FITS.get(function.name)
        try:
            made = fit(population, given) if fit is not None else None
        except CallError:
            # The call as a whole is an error: the function itself says so for every batch.
            continue
        if made is not None:
            fitted.computes[number] = made
        else:
            values = _in_memory(function, group.arguments[number], population, given)
            fitted.whole[number] = WholeResults(population.folder / f"step {number}")
            fitted.whole[number].keep(values, sizes)
    return fitted


def _in_memory(
    function: Function,
    names: tuple[str, ...],
    population: StoredPopulation,
    options: Mapping[str, Any],
) -> Any:
    """A function on all customers at once, where its use has no fit."""
    table = pq.read_table(sorted(population.parts.glob("part-*.parquet")))
    columns = {
        name: table.column(f"a{place}").to_numpy()
        for place, name in enumerate(names)
        if f"a{place}" in table.column_names
    }
    values = function.compute(**options, **columns)
    if isinstance(values, Whole):
        raise WorkbookError(
            "the policy workbook",
            f"{function.name} gives one table for all customers in a column of results.",
            'Ask it for "value".',
        )
    return values
