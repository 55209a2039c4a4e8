"""The policy workbook: its chain, its settings and its fingerprint, read and never changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import xlwings

from addin.bank.chain import (
    KEYED,
    CallStep,
    Chain,
    ChainColumn,
    ColumnKey,
    FormulaStep,
    Step,
    as_step,
    ranges_of,
    steps_below,
)
from addin.bank.row_formulas import RowFormula
from addin.errors import NOT_A_PORTFOLIO, WorkbookError
from addin.headless.cell_grid import CellGrid
from addin.headless.column_values import UnsureError
from addin.headless.engine import open_book
from addin.headless.formula_plan import Native, Planner, PythonCall
from addin.headless.formula_scope import Scope
from addin.headless.formula_text import Range, Spill
from addin.headless.references import Area, column_letters
from addin.headless.tables import Table
from addin.headless.uncomputable import UncomputableError
from addin.headless.workbook import Workbook
from addin.portfolio.policy import policy_fingerprint
from addin.portfolio.portfolio_sheets import policy_cell
from addin.portfolio.rows import normalise
from addin.portfolio.sheet_tables import day_cells
from udfs.catalogue import FUNCTIONS
from udfs.cells import Block, Cell
from workbook_templates.fields import TABLES, Field, fields
from workbook_templates.portfolio.layout import (
    DATA_TABLES,
    HEADER_ROW,
    KEY_ROW,
    RESULT_PREFIX,
)

_FINGERPRINT_LENGTH: Final = 12
_REMEDY: Final = "Change the formula, or compute this workbook with `creditcells refresh`."


@dataclass(frozen=True, slots=True)
class Policy:
    """A bank's policy as its workbook states it.

    Attributes:
        file: the workbook.
        chain: what its result columns compute.
        as_of: the day that the figures are for.
        fingerprint: twelve digits that change with any policy table or setting.
        formulas: twelve digits that change with any formula of the results.
    """

    file: Path
    chain: Chain
    as_of: dt.date
    fingerprint: str
    formulas: str

    @property
    def lang(self) -> str:
        """The workbook's language."""
        return self.chain.lang


def read_policy(file: str | Path, as_of: dt.date | None = None) -> Policy:
    """Read a policy workbook.

    Args:
        file: a portfolio workbook.
        as_of: the day that the figures are for; default the workbook's own.

    Raises:
        WorkbookError: it is no portfolio workbook, or one of its result formulas cannot be
            computed row by row.
    """
    path = Path(file)
    book = open_book(path)
    day = as_of or _as_of(book)
    chain, formulas = _chain(book, day)
    return Policy(path, chain, day, policy_fingerprint(book), formulas)


def _as_of(book: xlwings.Book) -> dt.date:
    cell = policy_cell(book, "asof")
    if not isinstance(cell, dt.datetime):
        raise WorkbookError(
            book.fullname,
            f"the as-of cell holds {cell!r}, which is no date.",
            "Write a date into it on the policy sheet, or give --as-of.",
        )
    return cell.date()


def _chain(book: xlwings.Book, as_of: dt.date) -> tuple[Chain, str]:
    lang = str(policy_cell(book, "lang"))
    workbook: Workbook = book.api
    plan = _Plan(workbook)
    fixed = plan.fixed()
    serial = day_cells(np.array([as_of], dtype="datetime64[D]"), date1904=workbook.date1904)[0]
    place = plan.name_range("asof")
    if place in fixed:
        fixed[place] = None if serial is None else float(serial)
    columns, stages = plan.sorted_columns()
    chain = Chain(
        columns=columns,
        order=tuple(plan.roots),
        steps=tuple(plan.steps),
        fields=plan.fields,
        results=plan.results,
        fixed=fixed,
        lang=lang,
        date1904=workbook.date1904,
        _stage_of_step=stages,
    )
    packed = json.dumps(plan.texts, ensure_ascii=False)
    return chain, hashlib.sha256(packed.encode()).hexdigest()[:_FINGERPRINT_LENGTH]


class _Plan:
    """The result formulas of a workbook, taken apart and checked."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.grids: dict[str, CellGrid] = {}
        self.fields = _field_columns(workbook)
        self.data = {
            table.sheet: table.body
            for table in workbook.tables
            if table.name in DATA_TABLES.values()
        }
        self.results: dict[ColumnKey, str] = {}
        self.roots: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self.result_rows: dict[str, Area] = {}
        planner = Planner(Scope(workbook), FUNCTIONS, date1904=workbook.date1904)
        for name in workbook.names:
            if name.name.startswith(RESULT_PREFIX):
                self._add(planner, name.name)
        if not self.roots:
            raise WorkbookError(
                workbook.path,
                f"has no names that begin with {RESULT_PREFIX}: it has no results.",
                NOT_A_PORTFOLIO,
            )
        self.parts = planner.parts
        self.steps: list[Step] = [as_step(part) for part in planner.parts]
        for short, root in self.roots.items():
            self._check(short, root)

    def name_range(self, name: str) -> Range:
        """The cell or area that a defined name stands for."""
        text = next((n.text for n in self.workbook.names if n.name == name), None)
        if text is None:
            raise WorkbookError(
                self.workbook.path,
                f"has no cell named {name}.",
                NOT_A_PORTFOLIO,
            )
        sheet, _, cells = text.rpartition("!")
        return Range(sheet.strip("'").replace("''", "'"), Area.parse(cells))

    def _add(self, planner: Planner, name: str) -> None:
        place = self.name_range(name)
        area = place.area
        formula = self.workbook.sheet(place.sheet).formula(area.first_row, area.first_column)
        short = name.removeprefix(RESULT_PREFIX)
        if formula is None:
            raise self._error(short, "holds no formula")
        self.texts[short] = formula.text
        try:
            self.roots[short] = planner.add(place.sheet, formula)
        except UncomputableError as problem:
            raise self._error(short, f"cannot be computed ({problem.reason})") from None
        self.results[place.sheet, area.first_column] = short
        self.result_rows[place.sheet] = area

    def _error(self, name: str, problem: str) -> WorkbookError:
        return WorkbookError(self.workbook.path, f"result column {name!r} {problem}.", _REMEDY)

    def fixed(self) -> dict[Range, Block | Cell]:
        """The cells and areas that are the same for every customer."""
        found: dict[Range, Block | Cell] = {}
        for step in self.steps:
            for place in ranges_of(step):
                if not self._by_row(place) and place not in found:
                    found[place] = self._cells(place)
        return found

    def _cells(self, place: Range) -> Block | Cell:
        if place.sheet not in self.grids:
            self.grids[place.sheet] = CellGrid(self.workbook.sheet(place.sheet))
        grid, area = self.grids[place.sheet], place.area
        if area.rows == area.columns == 1:
            return grid.value(area.first_row, area.first_column)
        return grid.block(area)

    def _by_row(self, place: Range) -> bool:
        """Whether an area is rows of data or results rather than policy."""
        area = place.area
        body = self.data.get(place.sheet)
        if body is not None and area.first_row >= body.first_row:
            return True
        rows = self.result_rows.get(place.sheet)
        return rows is not None and area.first_row >= rows.first_row

    def _check(self, name: str, root: int) -> None:
        """Refuse what would not give, batch by batch, what the sheet gives."""
        left = [root]
        while left:
            number = left.pop()
            left += steps_below(self.steps[number])
            self._check_step(name, number)

    def _check_step(self, name: str, number: int) -> None:
        part, step = self.parts[number], self.steps[number]
        if isinstance(part, PythonCall):
            if any(isinstance(argument, Spill) for argument in part.arguments):
                raise self._error(name, "takes a spilled range")
            self._check_details(name, part)
        elif isinstance(part, Native) and isinstance(step, FormulaStep):
            self._check_formula(name, part, step)
        for place in ranges_of(step):
            if self._by_row(place):
                self._check_columns(name, place)

    def _check_formula(self, name: str, part: Native, step: FormulaStep) -> None:
        text = part.formula.text
        if part.expression is None or part.dynamic or part.spills or part.formula.kind == "normal":
            raise self._error(name, f"is no array formula over columns (={text})")
        details = {self.fields[key].table for key in self._keys(step) if key in self.fields}
        if details - {"customers"}:
            raise self._error(name, f"takes detail rows in a formula of Excel's own (={text})")
        try:
            RowFormula(step.expression, self._is_column).at(2)
        except UnsureError:
            raise self._error(name, f"is not computed row by row (={text})") from None

    def _check_details(self, name: str, call: PythonCall) -> None:
        known = FUNCTIONS[call.name].arguments
        for argument, given in zip(known, call.arguments, strict=False):
            if not isinstance(given, Range):
                continue
            tables = {
                self.fields[key].table for key in self._range_keys(given) if key in self.fields
            }
            details = bool(tables - {"customers"}) and self._by_row(given)
            series = bool(getattr(argument.kind, "series", ""))
            if details and not (series and call.name in KEYED):
                raise self._error(
                    name,
                    f"gives {call.name} all {', '.join(sorted(tables))}; in a bank's run only "
                    f"{' and '.join(sorted(KEYED))} take detail rows",
                )
            if series and call.name in KEYED and not details:
                raise self._error(name, f"gives {call.name} detail rows from another sheet")

    def _check_columns(self, name: str, place: Range) -> None:
        for key in self._range_keys(place):
            if key not in self.fields and key not in self.results:
                raise self._error(
                    name,
                    f"takes column {column_letters(key[1])} of sheet {key[0]!r}, which is no field "
                    "of the dictionary and no result",
                )

    def _is_column(self, place: Range) -> bool:
        return self._by_row(place)

    def _range_keys(self, place: Range) -> list[ColumnKey]:
        area = place.area
        return [(place.sheet, n) for n in range(area.first_column, area.last_column + 1)]

    def _keys(self, step: Step) -> list[ColumnKey]:
        return [
            key
            for place in ranges_of(step)
            if self._by_row(place)
            for key in self._range_keys(place)
        ]

    def sorted_columns(self) -> tuple[tuple[ChainColumn, ...], dict[int, int]]:
        """The columns in the order of their needs, and the stage of each step."""
        stages: dict[int, int] = {}
        done: dict[str, ChainColumn] = {}
        open_columns: list[str] = []

        def of_step(number: int) -> int:
            if number in stages:
                return stages[number]
            step = self.steps[number]
            needed = [of_step(below) for below in steps_below(step)]
            needed += [
                of_column(self.results[key]) for key in self._keys(step) if key in self.results
            ]
            own = 1 if isinstance(step, CallStep) and step.population else 0
            stages[number] = max(needed, default=0) + own
            return stages[number]

        def of_column(name: str) -> int:
            if name in done:
                return done[name].stage
            if name in open_columns:
                raise self._error(name, "depends on itself")
            open_columns.append(name)
            stage = of_step(self.roots[name])
            done[name] = ChainColumn(name, self.roots[name], stage)
            open_columns.pop()
            return stage

        for name in self.roots:
            of_column(name)
        return tuple(done.values()), stages


def _field_columns(workbook: Workbook) -> dict[ColumnKey, Field]:
    """Which columns of the data sheets hold which fields of the dictionary."""
    found: dict[ColumnKey, Field] = {}
    tables: Mapping[str, Table] = {table.name: table for table in workbook.tables}
    absent = [name for name in DATA_TABLES.values() if name not in tables]
    if absent:
        raise WorkbookError(
            workbook.path,
            f"has no table {', '.join(absent)}.",
            NOT_A_PORTFOLIO,
        )
    for name in TABLES:
        table = tables[DATA_TABLES[name]]
        area = table.area
        sheet = workbook.sheet(table.sheet)
        names_row = area.first_row - (HEADER_ROW - KEY_ROW)
        for position, header in enumerate(table.columns):
            column = area.first_column + position
            above = sheet.value(names_row, column) if names_row >= 1 else None
            known = _field(name, header) or _field(name, str(above))
            if known is not None:
                found[table.sheet, column] = known
    return found


def _field(table: str, header: str) -> Field | None:
    wanted = normalise(header)
    for known in fields(table):  # type: ignore[arg-type]  # one of TABLES
        if wanted in {normalise(text) for text in (known.name, *known.labels.values())}:
            return known
    return None
