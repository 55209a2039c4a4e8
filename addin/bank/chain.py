"""The chain of a policy workbook: what its result columns compute, from what, in which order.

There is no second list of the chain. It is read from the formulas behind the workbook's ``res_*``
names, taken apart by the planner that also computes the workbook without Excel, so whatever an
officer changes in the policy, or in a formula, is what a bank's run computes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from addin.headless.formula_plan import Argument, Computed, Constant, Native, PythonCall
from addin.headless.formula_text import Expression, Range, Result, walk
from udfs.catalogue import FUNCTIONS
from udfs.cells import Block, Cell
from workbook_templates.fields import Field, TableName

ColumnKey: TypeAlias = tuple[str, int]
"""A column of the workbook: its sheet and its number."""

KEYED: Final = frozenset({"CR_ROLLUP", "CR_RFMBASE"})
"""Functions that take detail rows and give each customer a figure of its own rows alone, so that
a batch of customers needs the rows of those customers only."""

_TOGETHER: Final = re.compile(r"All \w+ together\b")


@dataclass(frozen=True, slots=True)
class CallStep:
    """A call of one of our functions.

    Attributes:
        name: the function.
        arguments: a constant, a column or area of the workbook, or another step's result each.
        population: whether its result for one customer depends on all the others.
    """

    name: str
    arguments: tuple[Constant | Range | Result | Computed, ...]
    population: bool


@dataclass(frozen=True, slots=True)
class FormulaStep:
    """A formula of Excel's own, computed row by row.

    Attributes:
        expression: its tree; calls of our functions stand in it as results of other steps.
        blanks: whether a blank result stays blank instead of becoming 0.
    """

    expression: Expression
    blanks: bool


Step: TypeAlias = CallStep | FormulaStep


@dataclass(frozen=True, slots=True)
class ChainColumn:
    """One result column.

    Attributes:
        name: its defined name without the prefix.
        step: the number of the step that gives its cells.
        stage: after how many fits over the whole population it can be computed.
    """

    name: str
    step: int
    stage: int


@dataclass(frozen=True, slots=True)
class Chain:
    """What the result columns of a policy workbook compute.

    Attributes:
        columns: the result columns, each after all that it needs.
        order: their names as they stand on the sheet.
        steps: what they are computed by.
        fields: the columns of the data sheets that hold a field of the dictionary.
        results: the columns of the results sheet.
        fixed: the policy cells and tables that the formulas take.
        lang: the workbook's language.
        date1904: whether it counts its days from 1904.
    """

    columns: tuple[ChainColumn, ...]
    order: tuple[str, ...]
    steps: tuple[Step, ...]
    fields: Mapping[ColumnKey, Field]
    results: Mapping[ColumnKey, str]
    fixed: Mapping[Range, Block | Cell]
    lang: str
    date1904: bool
    _stage_of_step: Mapping[int, int] = field(default_factory=dict)

    @property
    def stages(self) -> int:
        """How often the customers are gone through: once, and once more after each fit."""
        return 1 + max(column.stage for column in self.columns)

    def at_stage(self, stage: int) -> tuple[ChainColumn, ...]:
        """The columns that are computed at a stage."""
        return tuple(column for column in self.columns if column.stage == stage)

    def population_steps(self, stage: int) -> tuple[int, ...]:
        """The calls over the whole population whose result is needed from a stage on."""
        return tuple(
            number
            for number, at in self._stage_of_step.items()
            if at == stage and _is_population(self.steps[number])
        )

    def used_fields(self, table: TableName, numbers: Iterable[int]) -> tuple[Field, ...]:
        """The fields of a table that some steps take, directly or through other steps."""
        places = [
            (place.sheet, column)
            for number in self._with_below(numbers)
            for place in self.ranges(number)
            if place not in self.fixed
            for column in range(place.area.first_column, place.area.last_column + 1)
        ]
        found = {
            known.name: known
            for known in (self.fields.get(place) for place in places)
            if known is not None and known.table == table
        }
        return tuple(found.values())

    def used_results(self, numbers: Iterable[int]) -> frozenset[str]:
        """The result columns that some steps take, directly or through other steps."""
        found: set[str] = set()
        for number in self._with_below(numbers):
            for range_ in self.ranges(number):
                name = self.results.get((range_.sheet, range_.area.first_column))
                if name is not None and range_ not in self.fixed:
                    found.add(name)
        return frozenset(found)

    def steps_at(self, stage: int) -> tuple[int, ...]:
        """The steps that a pass computes: its columns', and what the next fit takes."""
        own = tuple(column.step for column in self.at_stage(stage))
        return own + self.population_steps(stage + 1)

    def _with_below(self, numbers: Iterable[int]) -> list[int]:
        """Some steps, and all those whose results they take, in ascending order."""
        seen: set[int] = set()
        left = list(numbers)
        while left:
            number = left.pop()
            if number not in seen:
                seen.add(number)
                left += self.steps_below(number)
        return sorted(seen)

    def ranges(self, number: int) -> tuple[Range, ...]:
        """The columns and areas of the workbook that a step takes itself."""
        return ranges_of(self.steps[number])

    def steps_below(self, number: int) -> tuple[int, ...]:
        """The steps whose results a step takes."""
        return steps_below(self.steps[number])


def ranges_of(step: Step) -> tuple[Range, ...]:
    """The columns and areas of the workbook that a step takes itself."""
    nodes = step.arguments if isinstance(step, CallStep) else walk(step.expression)
    return tuple(node for node in nodes if isinstance(node, Range))


def steps_below(step: Step) -> tuple[int, ...]:
    """The steps whose results a step takes."""
    nodes = step.arguments if isinstance(step, CallStep) else walk(step.expression)
    return tuple(node.number for node in nodes if isinstance(node, Result | Computed))


def is_population(name: str) -> bool:
    """Whether a function compares all rows with each other; its help says so in the first line."""
    summary = FUNCTIONS[name].help["en"].summary
    return _TOGETHER.match(summary) is not None


def _is_population(step: Step) -> bool:
    return isinstance(step, CallStep) and step.population


def as_step(part: Native | PythonCall) -> Step:
    """A planned part as a step of the chain."""
    if isinstance(part, PythonCall):
        return CallStep(part.name, _arguments(part.arguments), is_population(part.name))
    return FormulaStep(part.expression or (), part.blanks)


def _arguments(
    arguments: tuple[Argument, ...],
) -> tuple[Constant | Range | Result | Computed, ...]:
    return tuple(
        argument
        for argument in arguments
        if isinstance(argument, Constant | Range | Result | Computed)
    )
