"""LibreOffice as referee: a workbook computed in a real spreadsheet, with our functions in it.

LibreOffice computes a copy; only values come back, into the original package. What it would save
itself has lost table styles, links and the marks of dynamic arrays, and is handed to nobody.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from addin.calc.calc_formulas import rewrite_for_calc
from addin.calc.extension import unpack_extension
from addin.calc.functions import CALC_ERRORS
from addin.calc.office import ASK_THE_DOCTOR, SECONDS, OfficeError, private_office
from addin.headless.calculate import Report, Uncomputed, calculate
from addin.headless.cell_xml import Cell
from addin.headless.graft import same
from addin.headless.grid_read import read_columns
from addin.headless.references import Area, cell_name
from addin.headless.sheet import Formula, Sheet
from addin.headless.workbook import Workbook
from addin.safe_files import exclusive, replace_book
from udfs import errors
from udfs.chinese import joined
from udfs.errors import EXCEL_ERROR_NUMBERS, CellError, Words
from udfs.helpers.about import version

TOLERANCE: Final = 1e-9
_SMALL: Final = 1e-12
_EXCEL_CODES: Final = {number: code for code, number in CALC_ERRORS.items()}
_UNKNOWN_NAME: Final = CALC_ERRORS[errors.NAME]
PROBE: Final[list[list[Any]]] = [
    ["create"],
    ["formulas", "Sheet1", "A1:A2", [['=CR_ABOUT("version")'], ["=CR_LASTERROR()"]]],
    ["read", "Sheet1", "A1:A2"],
]
"""Steps that ask the add-in for its version, and for what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error that only Calc knows, or a name that it does not know."""

    number: int

    @property
    def reason(self) -> str:
        """What it means, in one sentence."""
        if self.number == _UNKNOWN_NAME:
            return "LibreOffice does not know a function or a name in it."
        return f"LibreOffice shows Err:{self.number}."


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell for which LibreOffice and the default engine give different values.

    Attributes:
        sheet: its sheet.
        cell: its cell, such as `B7`.
        formula: its formula with `=`.
        ours: the value of the default engine.
        theirs: the value of LibreOffice.
    """

    sheet: str
    cell: str
    formula: str
    ours: Cell
    theirs: Cell


def recalc_in_office(book: Path, out: Path | None = None, *, seconds: float = SECONDS) -> Report:
    """Compute a workbook file in LibreOffice, and store the values in it or in another file.

    As ``recalc_file`` does with the default engine: nothing but the values of formulas changes.

    Args:
        book: an .xlsx or .xlsm workbook.
        out: the file to write; by default the workbook itself, which leaves one backup.
        seconds: how long LibreOffice may take.

    Returns:
        What was computed, changed and left.

    Raises:
        BookInUseError: it is open elsewhere, or another run works on it.
        WorkbookError: it cannot be read or written.
        OfficeError: there is no usable LibreOffice, it failed, or the add-in did not load.
    """
    with exclusive(book):
        workbook = Workbook.open(book)
        report = calculate_in_office(workbook, seconds=seconds)
        if out is not None:
            workbook.save(out)
        elif report.changed:
            replace_book(book, workbook.save)
    return report


def calculate_in_office(workbook: Workbook, *, seconds: float = SECONDS) -> Report:
    """Compute all formulas of a workbook in LibreOffice and graft the values; nothing is saved.

    Args:
        workbook: the workbook as it stands in its file.
        seconds: how long LibreOffice may take.

    Returns:
        What was computed and changed. Formulas that LibreOffice cannot compute keep their values
        and are listed.

    Raises:
        OfficeError: there is no usable LibreOffice, it failed, or the add-in did not load.
    """
    start = time.perf_counter()
    report = Report()
    values = _computed(workbook, seconds)
    report.seconds["compute"] = time.perf_counter() - start
    start = time.perf_counter()
    for sheet in workbook.sheets:
        changes: dict[tuple[int, int], Cell] = {}
        stored = _Stored(sheet)
        for formula in sheet.formulas():
            report.formulas += 1
            given = _answers(formula, values[sheet.name], stored)
            fault = next((v for v in given.values() if isinstance(v, Fault)), None)
            if fault is not None:
                report.uncomputed.append(_left(sheet, formula, fault))
                continue
            changes |= {
                place: value
                for place, value in given.items()
                if not isinstance(value, Fault) and not same(stored.at(*place), value)
            }
        if changes:
            report.changed[sheet.name] = len(changes)
            sheet.set_cached_cells(changes)
    report.computed = report.formulas - len(report.uncomputed)
    report.seconds["write"] = time.perf_counter() - start
    return report


def compare(book: Path, *, seconds: float = SECONDS) -> tuple[list[Difference], list[Uncomputed]]:
    """Compute a workbook with both engines; the file is only read.

    Args:
        book: an .xlsx or .xlsm workbook.
        seconds: how long LibreOffice may take.

    Returns:
        Every cell that differs, in sheet order; and the formulas that one engine left, which are
        not compared.

    Raises:
        WorkbookError: the workbook cannot be read.
        OfficeError: there is no usable LibreOffice, it failed, or the add-in did not load.
    """
    ours = Workbook.open(book)
    left = calculate(ours).uncomputed
    workbook = Workbook.open(book)
    values = _computed(workbook, seconds)
    differences: list[Difference] = []
    skipped = {(one.sheet, one.cell) for one in left}
    for sheet in workbook.sheets:
        stored, mine = _Stored(sheet), _Stored(ours.sheet(sheet.name))
        for formula in sheet.formulas():
            if (sheet.name, cell_name(formula.row, formula.col)) in skipped:
                continue
            given = _answers(formula, values[sheet.name], stored)
            fault = next((v for v in given.values() if isinstance(v, Fault)), None)
            if fault is not None:
                left.append(_left(sheet, formula, fault))
                continue
            differences += _differing(sheet.name, formula, given, mine)
    return differences, left


def _computed(workbook: Workbook, seconds: float) -> dict[str, _Answers]:
    """The values of each sheet from its first cell to its last formula."""
    areas = {sheet.name: _formula_area(sheet) for sheet in workbook.sheets}
    asked = {name: area for name, area in areas.items() if area is not None}
    if not asked:
        return dict.fromkeys(areas, _Answers(_NOTHING))
    with private_office(recalculate=False, seconds=seconds) as office:
        unpack_extension(office.extensions / "creditcells")
        copy = office.room / f"book{workbook.path.suffix}"
        twin = Workbook.open(workbook.path)
        rewrite_for_calc(twin)
        twin.save(copy)
        reading = [["read", name, str(area)] for name, area in asked.items()]
        results = office.work([*PROBE, ["load", str(copy)], ["calculate"], *reading])
    check_probe(results[len(PROBE) - 1])
    sheets = zip(asked, results[len(results) - len(reading) :], strict=True)
    found = {name: _Answers(result) for name, result in sheets}
    return {name: found.get(name, _Answers(_NOTHING)) for name in areas}


def check_probe(result: dict[str, Any]) -> None:
    """Look at what the last step of ``PROBE`` gave: whether the add-in works, and is this one.

    Raises:
        OfficeError: it is missing, broken or another one.
    """
    [[found], [message]] = result["rows"]
    if found != version():
        why = Words("it does not answer", "没有应答")
        if message:
            why = Words(message, message)
        elif found:
            why = Words(f"it answers {found!r}", f"其应答为 {found!r}")
        problem = Words(
            f"the add-in of creditcells {version()} does not work in it: {why}.",
            joined(f"creditcells {version()} 的加载项在其中无法工作：", why.zh, "。"),
        )
        raise OfficeError("LibreOffice", problem, ASK_THE_DOCTOR)


def _formula_area(sheet: Sheet) -> Area | None:
    corners = [_area(formula) for formula in sheet.formulas()]
    if not corners:
        return None
    return Area(1, 1, max(a.last_row for a in corners), max(a.last_column for a in corners))


def _area(formula: Formula) -> Area:
    if formula.ref is not None:
        return Area.parse(formula.ref)
    return Area(formula.row, formula.col, formula.row, formula.col)


_NOTHING: Final[dict[str, Any]] = {"rows": [], "errors": [], "logical": []}


class _Answers:
    """What LibreOffice has in the cells of a sheet."""

    def __init__(self, result: dict[str, Any]) -> None:
        self._rows = result["rows"]
        self._errors = {(row, column): number for row, column, number in result["errors"]}
        self._logical = [
            Area(first_row + 1, first_column + 1, last_row + 1, last_column + 1)
            for first_row, last_row, first_column, last_column in result["logical"]
        ]

    def at(self, row: int, column: int, stored: Cell) -> Cell | Fault:
        """The value of a cell; a number is TRUE or FALSE where it is shown or was stored so."""
        value = self._rows[row - 1][column - 1]
        if value is None:
            number = self._errors[row - 1, column - 1]
            code = _EXCEL_CODES.get(number)
            if code is None or (code == errors.NAME and stored != CellError(code)):
                return Fault(number)
            return CellError(code)
        if value in (0.0, 1.0) and (
            isinstance(stored, bool) or any((row, column) in area for area in self._logical)
        ):
            return bool(value)
        found: Cell = value
        return found


class _Stored:
    """The values of a sheet as they stand in its file."""

    def __init__(self, sheet: Sheet) -> None:
        self._columns = read_columns(sheet)

    def at(self, row: int, column: int) -> Cell:
        cells = self._columns.get(column, ())
        return cells[row - 1] if row <= len(cells) else None


def _answers(
    formula: Formula, answers: _Answers, stored: _Stored
) -> dict[tuple[int, int], Cell | Fault]:
    """LibreOffice's values for the cells of a formula."""
    area = _area(formula)
    found = {
        (row, column): answers.at(row, column, stored.at(row, column))
        for row in range(area.first_row, area.last_row + 1)
        for column in range(area.first_column, area.last_column + 1)
    }
    if "CR_" not in formula.text.upper():
        return found
    # A function of texts can only write the error of a row among others as a text.
    return {
        place: CellError(value) if value in EXCEL_ERROR_NUMBERS else value
        for place, value in found.items()
    }


def _left(sheet: Sheet, formula: Formula, fault: Fault) -> Uncomputed:
    place = cell_name(formula.row, formula.col)
    return Uncomputed(sheet.name, place, f"={formula.text}", fault.reason)


def _differing(
    sheet: str, formula: Formula, given: dict[tuple[int, int], Cell | Fault], mine: _Stored
) -> Iterator[Difference]:
    for (row, column), theirs in given.items():
        ours = mine.at(row, column)
        if not isinstance(theirs, Fault) and not alike(ours, theirs):
            place = cell_name(row, column)
            yield Difference(sheet, place, f"={formula.text}", ours, theirs)


def alike(ours: Cell, theirs: Cell) -> bool:
    """Whether two engines agree on a cell.

    Numbers may differ in the tenth digit; nothing and an empty text are the same; TRUE is 1, since
    Calc has no other truth in arrays.
    """
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return math.isclose(ours, theirs, rel_tol=TOLERANCE, abs_tol=_SMALL)
    return (ours in (None, "") and theirs in (None, "")) or same(ours, theirs)
