"""Computes a workbook without Excel: Excel's functions by IronCalc, ours by Python."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

import udfs
from addin.garbage import without_collection
from addin.headless.array_results import Columns
from addin.headless.calculation import Calculation, Function
from addin.headless.cell_xml import Cell
from addin.headless.constants import rectangle
from addin.headless.formula_plan import Place
from addin.headless.references import Area, cell_name
from udfs import last_errors
from udfs.cells import Block

if TYPE_CHECKING:
    from addin.headless.workbook import Workbook

Progress = Callable[[str], None]
FunctionOfRows = Callable[..., list[list[Cell]]]


@dataclass(frozen=True, slots=True)
class Uncomputed:
    """A formula that keeps its old value.

    Attributes:
        sheet: its sheet.
        cell: its cell, such as `B7`.
        formula: its text with `=`.
        reason: why, in one sentence.
    """

    sheet: str
    cell: str
    formula: str
    reason: str


@dataclass(slots=True)
class Report:
    """What a calculation did.

    Attributes:
        formulas: how many formulas the workbook has (an array formula counts once).
        computed: how many of them were computed.
        python_calls: how many calls of Python functions that took.
        changed: the cells that got another value, by sheet.
        uncomputed: the formulas that keep their old value, in sheet order.
        steps: into how many steps the work was cut.
        passes: how often it was done until spills and volatile references kept still.
        seconds: the time by phase: `read`, `compute`, `write`.
    """

    formulas: int = 0
    computed: int = 0
    python_calls: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    uncomputed: list[Uncomputed] = field(default_factory=list)
    steps: int = 0
    passes: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def changed_cells(self) -> int:
        """How many cells got another value."""
        return sum(self.changed.values())


def calculate(
    workbook: Workbook,
    progress: Progress | None = None,
    functions: Mapping[str, FunctionOfRows] | None = None,
    *,
    changed_only: bool = False,
) -> Report:
    """Computes all formulas of a workbook and grafts their values into it; nothing is saved.

    A formula that cannot be computed keeps the value that it had when the file was last saved.
    Other formulas go on with that value, and the report lists it with the reason.

    Args:
        workbook: the open workbook.
        progress: told in a word what is being done.
        functions: the Python functions by their names in capitals, each from cells to rows of
            cells; by default all of the catalogue.
        changed_only: leave out the formulas that nothing has changed for since this workbook
            was last computed, as Excel does; the first time computes all.

    Returns:
        What was computed, changed and left.

    Example:
        >>> book = Workbook.open("book.xlsx")  # doctest: +SKIP
        >>> calculate(book).changed_cells  # doctest: +SKIP
        12
    """
    with without_collection():
        touched = workbook.touched if changed_only else None
        report = _calculate(workbook, progress or (lambda _: None), functions, touched)
    # What could not be computed is tried again the next time, and reported again.
    workbook.touched = [(one.sheet, Area.parse(one.cell)) for one in report.uncomputed]
    return report


def _calculate(
    workbook: Workbook,
    tell: Progress,
    functions: Mapping[str, FunctionOfRows] | None,
    touched: Collection[Place] | None,
) -> Report:
    report = Report()
    last_errors.forget()  # what CR_LASTERROR says is about this workbook alone
    with _timed(report, "read"):
        tell("read")
        chosen = (
            catalogue_functions(date1904=workbook.date1904)
            if functions is None
            else {name: partial(_with_lists, function) for name, function in functions.items()}
        )
        calculation = Calculation(workbook, chosen, touched)
    with _timed(report, "compute"):
        tell("compute")
        calculation.run()
    with _timed(report, "write"):
        tell("write")
        _write(calculation, report)
    report.formulas = len(calculation.formulas)
    report.uncomputed = list(_uncomputed(calculation))
    report.computed = report.formulas - len(report.uncomputed)
    report.python_calls = calculation.python_calls
    report.steps = calculation.steps
    report.passes = calculation.passes
    return report


def catalogue_functions(*, date1904: bool = False) -> dict[str, Function]:
    """The functions of the catalogue as the calculation calls them."""
    return {name: partial(udfs.call_columns, name, date1904=date1904) for name in udfs.FUNCTIONS}


def _with_lists(function: FunctionOfRows, *arguments: object) -> Columns:
    """Calls a function from rows of cells to rows of cells."""
    rows = function(*map(_nested, arguments))
    return list(map(list, zip(*rows, strict=True))) if rectangle(rows) else []


def _nested(argument: object) -> object:
    if not isinstance(argument, Block):
        return argument
    cells = argument.cells.astype(object)
    if argument.cells.dtype.kind == "f":
        cells[np.isnan(argument.cells)] = None
    return cells.reshape(argument.shape).tolist()


@contextmanager
def _timed(report: Report, phase: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    report.seconds[phase] = time.perf_counter() - start


def _write(calculation: Calculation, report: Report) -> None:
    workbook = calculation.workbook
    for (name, row, column), area in calculation.areas().items():
        formula = calculation.formulas[name, row, column][1]
        workbook.sheet(name).set_array_formula(str(area), formula.text)
    for grid in calculation.grids:
        changes = grid.changes()
        if not changes:
            continue
        report.changed[grid.sheet.name] = len(changes)
        grid.sheet.set_cached_cells(changes)


def _uncomputed(calculation: Calculation) -> Iterator[Uncomputed]:
    for key, (sheet, formula) in calculation.formulas.items():
        reason = calculation.uncomputed.get(key)
        if reason is not None:
            cell = cell_name(formula.row, formula.col)
            yield Uncomputed(sheet, cell, f"={formula.text}", reason)
