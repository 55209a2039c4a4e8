"""The chain over one batch of customers with the detail rows of exactly these customers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from addin.bank.cell_columns import Cells, side_by_side
from addin.bank.chain import CallStep, Chain, FormulaStep
from addin.bank.row_formulas import RowFormula
from addin.headless.array_results import Columns, fit, shown
from addin.headless.cell_grid import typed
from addin.headless.cell_xml import Cell
from addin.headless.formula_plan import Computed, Constant
from addin.headless.formula_text import Range, Result, walk
from udfs.binding import evaluate, to_columns
from udfs.catalogue import FUNCTIONS, Function
from udfs.cells import Block
from udfs.errors import CallError

FieldCells: TypeAlias = Mapping[tuple[str, str], Cells]
"""The cells of each field that the chain takes, by table and field."""


@dataclass(slots=True)
class ChainRun:
    """A chain made ready to run over batches.

    Attributes:
        chain: what to compute.
        fitted: functions over the whole population with their fit, by step.
    """

    chain: Chain
    fitted: Mapping[int, Function] = field(default_factory=dict)
    _formulas: dict[int, RowFormula] = field(default_factory=dict)

    def compute(
        self, batch: FieldCells, results: Mapping[str, Cells], rows: int, stage: int
    ) -> Batch:
        """Compute all columns of a stage.

        Args:
            batch: the cells of the fields.
            results: the columns of earlier stages that this one takes.
            rows: how many customers.
            stage: the stage.

        Returns:
            The batch, its ``results`` filled up.
        """
        done = Batch(self, batch, dict(results), rows)
        for column in self.chain.at_stage(stage):
            cells = fit(shown(done.step(column.step)), rows, 1)
            done.results[column.name] = Cells.of(cells[0])
        return done

    def formula(self, number: int, step: FormulaStep) -> RowFormula:
        """A formula step, kept between batches."""
        if number not in self._formulas:
            fixed = self.chain.fixed
            self._formulas[number] = RowFormula(step.expression, lambda place: place not in fixed)
        return self._formulas[number]


@dataclass(slots=True)
class Batch:
    """The values of one batch while it is computed."""

    run: ChainRun
    fields: FieldCells
    results: dict[str, Cells]
    rows: int
    _steps: dict[int, Columns] = field(default_factory=dict)
    _blocks: dict[object, Block] = field(default_factory=dict)

    def step(self, number: int) -> Columns:
        """What a step gives, column by column."""
        if number not in self._steps:
            step = self.run.chain.steps[number]
            self._steps[number] = (
                self._call(number, step)
                if isinstance(step, CallStep)
                else [self._formula(number, step)]
            )
        return self._steps[number]

    def collect(self, number: int, compute: Callable[..., Any]) -> None:
        """Hand the usable rows of a call over the whole population to ``compute``."""
        step = self.run.chain.steps[number]
        if not isinstance(step, CallStep):
            raise TypeError(f"step {number} is no call: {step}")
        self._evaluate(with_compute(FUNCTIONS[step.name], compute), step)

    def _call(self, number: int, step: CallStep) -> Columns:
        function = self.run.fitted.get(number, FUNCTIONS[step.name])
        return self._evaluate(function, step)

    def _evaluate(self, function: Function, step: CallStep) -> Columns:
        date1904 = self.run.chain.date1904
        cells = tuple(map(self._argument, step.arguments))
        try:
            return to_columns(evaluate(function, cells, date1904=date1904), date1904=date1904)
        except CallError as error:
            return [[error.as_cell()]]

    def _argument(self, argument: Constant | Range | Result | Computed) -> Any:
        if isinstance(argument, Constant):
            return argument.value
        if isinstance(argument, Result | Computed):
            columns = self.step(argument.number)
            if argument not in self._blocks:
                self._blocks[argument] = typed(columns)
            return self._blocks[argument]
        if argument in self.run.chain.fixed:
            return self.run.chain.fixed[argument]
        if argument not in self._blocks:
            own = self._columns(argument)
            if len(own) == 1 and own[0].absent:
                return None  # one blank cell, as an empty table on a sheet has
            self._blocks[argument] = side_by_side(own)
        return self._blocks[argument]

    def _columns(self, place: Range) -> list[Cells]:
        area = place.area
        return [
            self._column(place.sheet, number)
            for number in range(area.first_column, area.last_column + 1)
        ]

    def _column(self, sheet: str, number: int) -> Cells:
        known = self.run.chain.fields.get((sheet, number))
        if known is not None:
            return self.fields[known.table, known.name]
        return self.results[self.run.chain.results[sheet, number]]

    def _formula(self, number: int, step: FormulaStep) -> list[Cell]:
        values: dict[Range | Result, list[Cell]] = {}
        for node in walk(step.expression):
            if isinstance(node, Result):
                values[node] = shown(self.step(node.number))[0]
            elif isinstance(node, Range):
                values[node] = self._list(node)
        formula = self.run.formula(number, step)
        return formula.compute(values, self.rows, blanks=step.blanks)

    def _list(self, place: Range) -> list[Cell]:
        if place not in self.run.chain.fixed:
            return self._columns(place)[0].list
        fixed = self.run.chain.fixed[place]
        if isinstance(fixed, Block):
            raise TypeError(f"{place} is an area in a formula by row.")
        return [fixed]  # type: ignore[list-item]  # a grid's cell is never a date


def with_compute(function: Function, compute: Callable[..., Any]) -> Function:
    """The function with another computation behind the same arguments."""
    other = Function(function.name, function.family, compute, function.zh)
    vars(other).update(help=function.help, arguments=function.arguments)
    return other
