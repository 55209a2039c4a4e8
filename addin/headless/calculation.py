"""The work of one calculation: parts of formulas computed step by step on grids of values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from addin.headless.array_results import Columns, fit, shown
from addin.headless.cell_grid import CellGrid, typed
from addin.headless.column_values import Column, UnsureError
from addin.headless.constants import rectangle
from addin.headless.dependencies import Order, affected, order
from addin.headless.formula_plan import (
    Argument,
    Computed,
    Constant,
    Native,
    Place,
    Planner,
    PythonCall,
)
from addin.headless.formula_scope import Scope
from addin.headless.formula_text import Range, Result, Spill
from addin.headless.native_step import NativeStep
from addin.headless.native_text import MOST_CELLS
from addin.headless.references import Area, cell_name
from addin.headless.uncomputable import UncomputableError
from udfs.cells import Block
from udfs.errors import CALC, SPILL, CellError, CreditCellsError

if TYPE_CHECKING:
    from addin.headless.sheet import Formula
    from addin.headless.workbook import Workbook

Function = Callable[..., Columns]
CellKey = tuple[str, int, int]
MOST_PASSES: Final = 10
PYTHON_ERRORS: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Calculation:
    """A workbook's formulas with the values they have so far.

    Attributes:
        touched: the cells that were written since all formulas were computed; None if they
            never were.
        sheet_names: the sheets in order.
        date1904: whether days count from 1904.
        parts: what the formulas were taken apart into.
        formulas: every formula by its cell.
        failed: why a part cannot be computed.
        uncomputed: why a cell keeps its old value.
        python_calls: how many calls of Python functions were made.
        passes: how often the whole was computed until nothing changed any more.
        steps: into how many steps the first pass was cut.
    """

    def __init__(
        self,
        workbook: Workbook,
        functions: Mapping[str, Function],
        touched: Collection[Place] | None = None,
    ) -> None:
        self.workbook = workbook
        self.touched = touched
        self.functions = functions
        self.sheet_names = [sheet.name for sheet in workbook.sheets]
        self.date1904 = workbook.date1904
        planner = Planner(Scope(workbook), functions, date1904=workbook.date1904)
        self.parts = planner.parts
        self.formulas: dict[CellKey, tuple[str, Formula]] = {}
        self.failed: dict[int, str] = {}
        self.uncomputed: dict[CellKey, str] = {}
        self.python_calls = 0
        self.passes = 0
        self.steps = 0
        self._grids: dict[str, CellGrid] = {}
        self._results: dict[int, Columns] = {}
        self._blocks: dict[int, Block] = {}
        self._roots: dict[CellKey, int] = {}
        self._cells: dict[int, list[CellKey]] = {}
        self._spills: dict[CellKey, Area] = {}
        self._unplanned: dict[CellKey, str] = {}
        self._moved = 0
        self._resized = False
        self._plan(planner)

    def _plan(self, planner: Planner) -> None:
        for sheet in self.workbook.sheets:
            for formula in sheet.formulas():
                key = (sheet.name, formula.row, formula.col)
                self.formulas[key] = (sheet.name, formula)
                if formula.ref is not None and formula.kind != "data table":
                    self._spills[key] = Area.parse(formula.ref)
                try:
                    self._roots[key] = planner.add(sheet.name, formula)
                except UncomputableError as error:
                    self._unplanned[key] = error.reason
        for key, number in self._roots.items():
            self._cells.setdefault(number, []).append(key)

    @cached_property
    def _stored_rows(self) -> int:
        return max((max(s.data.numbers(), default=1) for s in self.workbook.sheets), default=1)

    @property
    def last_row(self) -> int:
        """A row after which no sheet holds anything."""
        return max([self._stored_rows, *(grid.last_row for grid in self.grids)])

    @property
    def last_column(self) -> int:
        """The last column that any sheet uses."""
        return max((self.grid(name).last_column for name in self.sheet_names), default=1)

    def grid(self, sheet: str) -> CellGrid:
        """The values of a sheet, read when first needed."""
        if sheet not in self._grids:
            self._grids[sheet] = CellGrid(self.workbook.sheet(sheet))
        return self._grids[sheet]

    @property
    def grids(self) -> list[CellGrid]:
        """The sheets that were needed."""
        return list(self._grids.values())

    def spilled(self, spill: Spill) -> Area:
        """What a dynamic or array formula fills.

        Raises:
            UncomputableError: the cell holds neither.
        """
        area = self._spills.get((spill.sheet, spill.row, spill.column))
        if area is None:
            cell = cell_name(spill.row, spill.column)
            raise UncomputableError(f"{spill.sheet}!{cell}# refers to a cell that does not spill.")
        return area

    def fail(self, number: int, reason: str) -> None:
        """Notes that a part cannot be computed; its cell keeps its value."""
        self.failed[number] = reason
        for key in self._cells.get(number, ()):
            self.uncomputed[key] = reason

    def result(self, number: int) -> Columns:
        """What a part has given.

        Raises:
            UncomputableError: it could not be computed.
        """
        if number in self.failed:
            raise UncomputableError(self.failed[number])
        return self._results[number]

    def run(self) -> None:
        """Computes everything; again, as long as sizes of spills or volatile references move."""
        again = any(isinstance(part, Native) and part.dynamic for part in self.parts)
        while True:
            self.passes += 1
            self._moved, self._resized = 0, False
            self.failed = {}
            self.uncomputed = dict(self._unplanned)
            done = self._sorted()
            for natives, calls in done.steps:
                if natives:
                    NativeStep(self, natives).compute()
                for number in calls:
                    self._by_python(number)
            if self.passes == 1:
                self.steps = len(done.steps)
            if self._resized:
                # Another size of a spill may mean anything to the others.
                self.touched = None
            if not (self._resized or (again and self._moved)) or self.passes >= MOST_PASSES:
                return

    def _sorted(self) -> Order:
        owned = [
            (key[0], self._spills.get(key) or Area(key[1], key[2], key[1], key[2]), number)
            for key, number in self._roots.items()
        ]
        done = order(self.parts, owned, self._roots)
        for circle in done.circles:
            cells = [key for number in circle for key in self._cells.get(number, ())]
            shown_cells = ", ".join(f"{s}!{cell_name(r, c)}" for s, r, c in cells[:5])
            for number in circle:
                self.fail(number, f"A circular reference: {shown_cells}.")
        if self.touched is None:
            return done
        return done.only(affected(self.parts, owned, self._roots, self.touched))

    def _by_python(self, number: int) -> None:
        part = self.parts[number]
        try:
            if isinstance(part, PythonCall):
                columns = self._compute(part)
            elif part.columns is not None:
                columns = [part.columns.compute(self._column, blanks=part.blanks)]
            else:
                raise TypeError(f"part {number} is for IronCalc: {part}")
        except UnsureError:
            NativeStep(self, [number]).compute()
            return
        except UncomputableError as error:
            self.fail(number, error.reason)
            return
        self.take(number, columns)

    def _compute(self, call: PythonCall) -> Columns:
        arguments = [self._argument(argument) for argument in call.arguments]
        self.python_calls += 1
        try:
            columns = self.functions[call.name](*arguments)
        except CreditCellsError as error:
            raise UncomputableError(f"{call.name}: {error}") from error
        except PYTHON_ERRORS as error:
            # A fault of the function itself: the rest of the workbook still gets computed.
            reason = f"{call.name} failed in Python: {type(error).__name__}: {error}"
            raise UncomputableError(reason) from error
        if not rectangle(columns):
            return [[CellError(CALC, f"{call.name} gave no rows.")]]
        return columns

    def _argument(self, argument: Argument) -> object:
        if isinstance(argument, Constant):
            return argument.value
        if isinstance(argument, Computed | Result):
            columns = self.result(argument.number)
            if len(columns) == len(columns[0]) == 1:
                return columns[0][0]
            if argument.number not in self._blocks:
                self._blocks[argument.number] = typed(columns)
            return self._blocks[argument.number]
        area = argument.area if isinstance(argument, Range) else self.spilled(argument)
        grid = self.grid(argument.sheet)
        if area.rows == area.columns == 1:
            return grid.value(area.first_row, area.first_column)
        size = grid.clip(area)
        if size.rows * size.columns > MOST_CELLS:
            cells = f"{size.rows * size.columns:,}"
            raise UncomputableError(f"A Python function would take {cells} cells ({size}).")
        return grid.block(size)

    def _column(self, node: Range | Result) -> Column:
        """The values that a formula over columns takes."""
        if isinstance(node, Range):
            area = node.area
            return self.grid(node.sheet).cells(area.first_column, area.first_row, area.last_row)
        columns = shown(self.result(node.number))
        if len(columns) > 1:
            raise UnsureError
        return columns[0]

    def take(self, number: int, columns: Columns) -> None:
        """Notes what a part has given, and puts it into the cells whose formula it is."""
        self._results[number] = columns
        self._blocks.pop(number, None)
        visible = shown(columns)
        for key in self._cells.get(number, ()):
            formula = self.formulas[key][1]
            grid = self.grid(key[0])
            if formula.kind == "normal":
                self._moved += grid.set(formula.row, formula.col, visible[0][0])
            elif formula.kind == "array":
                area = self._spills[key]
                filled = fit(visible, area.rows, area.columns)
                self._moved += grid.set_block(formula.row, formula.col, filled)
            else:
                self._spill(key, grid, visible)

    def _spill(self, key: CellKey, grid: CellGrid, columns: Columns) -> None:
        _, row, column = key
        old = self._spills[key]
        new = Area(row, column, row + len(columns[0]) - 1, column + len(columns) - 1)
        if self._blocked(key, grid, old, new):
            columns = [[CellError(SPILL, "Cells in the way of the result are not empty.")]]
            new = Area(row, column, row, column)
        if new != old:
            self._resized = True
            self._spills[key] = new
            for r in range(old.first_row, old.last_row + 1):
                for c in range(old.first_column, old.last_column + 1):
                    if (r, c) not in new:
                        grid.set(r, c, None)
        self._moved += grid.set_block(row, column, columns)

    def _blocked(self, key: CellKey, grid: CellGrid, old: Area, new: Area) -> bool:
        """Whether something stands where a result would newly spill to."""
        if old.covers(new):
            return False
        return any(
            (r, c) not in old and (grid.value(r, c) is not None or (key[0], r, c) in self.formulas)
            for r in range(new.first_row, new.last_row + 1)
            for c in range(new.first_column, new.last_column + 1)
        )

    def areas(self) -> dict[CellKey, Area]:
        """The dynamic formulas whose spill has another size than in the file."""
        return {
            key: area
            for key, area in self._spills.items()
            if self.formulas[key][1].kind == "dynamic"
            and str(area) != str(Area.parse(self.formulas[key][1].ref or ""))
        }
