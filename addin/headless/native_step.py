"""The formulas of one step, computed by IronCalc."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from addin.headless.array_results import Columns, shown
from addin.headless.constants import written
from addin.headless.formula_plan import Native
from addin.headless.formula_text import (
    RANGE,
    SHEET,
    Call,
    Expression,
    Group,
    Kind,
    Leaf,
    Node,
    Range,
    Result,
    Spill,
)
from addin.headless.native_model import NativeModel, ScratchCell
from addin.headless.native_text import NativeText
from addin.headless.references import Area
from addin.headless.shapes import SCALAR, shape
from addin.headless.uncomputable import UncomputableError

if TYPE_CHECKING:
    from addin.headless.calculation import Calculation

CELLS: Final = re.compile(rf"(?:{SHEET})?(?:{RANGE})")
# ISBLANK alone looks at the first value of an array only, MAP alone at no single reference.
BLANK_TEST: Final = "IF(ISBLANK({0}),TRUE,MAP({0},LAMBDA(each_,ISBLANK(each_))))"


class NativeStep:
    """Puts formulas and the values they need into a model, evaluates it, and takes the results."""

    def __init__(self, calculation: Calculation, numbers: Iterable[int]) -> None:
        self.calculation = calculation
        self.in_cells: dict[int, Native] = {}
        self.in_scratch: dict[int, tuple[ScratchCell, ScratchCell | None]] = {}
        self.reference_texts: dict[int, list[ScratchCell]] = {}
        self._placed: dict[int, Range] = {}
        formulas = [(number, self._native(number)) for number in numbers]
        rooms = sum(native.expression is not None for _, native in formulas)
        self.model = NativeModel(calculation.sheet_names, rooms)
        self._load([native for _, native in formulas])
        for number, native in formulas:
            try:
                self._put(number, native)
            except UncomputableError as error:
                calculation.fail(number, error.reason)

    def _native(self, number: int) -> Native:
        part = self.calculation.parts[number]
        if not isinstance(part, Native):
            raise TypeError(f"part {number} is not for IronCalc: {part}")
        return part

    def _load(self, natives: list[Native]) -> None:
        """Loads the parts of columns that the formulas refer to."""
        if any(native.dynamic for native in natives):
            for sheet in self.calculation.sheet_names:
                grid = self.calculation.grid(sheet)
                for column in range(1, grid.last_column + 1):
                    self.model.load_column(sheet, column, 1, grid.column(column, 1, grid.last_row))
            return
        spans: dict[tuple[str, int], list[int]] = {}
        for sheet, area in self._reads(natives):
            last_column = area.last_column
            if last_column != area.first_column:
                last_column = min(last_column, self.calculation.grid(sheet).last_column)
            filled = self.calculation.grid(sheet).filled_columns
            for column in range(area.first_column, last_column + 1):
                if column not in filled:
                    continue
                span = spans.get((sheet, column))
                if span is None:
                    spans[sheet, column] = [area.first_row, area.last_row]
                else:
                    span[0] = min(span[0], area.first_row)
                    span[1] = max(span[1], area.last_row)
        for (sheet, column), (first, last) in spans.items():
            values = self.calculation.grid(sheet).column(column, first, last)
            self.model.load_column(sheet, column, first, values)

    def _reads(self, natives: list[Native]) -> set[tuple[str, Area]]:
        places = {place for native in natives for place in native.reads}
        for native in natives:
            for spill in native.spills:
                places.add((spill.sheet, self.calculation.spilled(spill)))
        return places

    def _put(self, number: int, native: Native) -> None:
        formula = native.formula
        if native.expression is None:
            self.model.put_formula(native.sheet, formula.row, formula.col, formula.text)
            self.in_cells[number] = native
            return
        array = formula.kind != "normal"
        expression = self._with_results(native.expression)
        writer = NativeText(
            formula.row,
            formula.col,
            self.model.spill,
            height=Area.parse(formula.ref).rows if formula.ref and array else 1,
            last_row=lambda: self.calculation.last_row,
            last_column=lambda: self.calculation.last_column,
            date1904=self.calculation.date1904,
            in_place=native.in_place,
            sheet=native.sheet,
        )
        wanted = "a" if array else "r" if native.argument else "s"
        text = writer.write(expression, array=array, wanted=wanted)
        self.reference_texts[number] = [
            self.model.scratch(reference, SCALAR) for reference in writer.reference_texts
        ]
        size = shape(expression, {})
        if native.in_place:
            # What may still be an array shows its first value, as in a cell that cannot spill.
            single = text if size == SCALAR else f"@({text})"
            self.model.put_formula(native.sheet, formula.row, formula.col, single)
            self.in_cells[number] = native
            return
        blanks = self.model.scratch(BLANK_TEST.format(text), None) if native.blanks else None
        room = None if native.blanks else size
        self.in_scratch[number] = self.model.scratch(text, room), blanks

    def _with_results(self, expression: Expression) -> Expression:
        return tuple(map(self._with_result, expression))

    def _with_result(self, node: Node) -> Node:
        if isinstance(node, Result):
            return self._result(node.number)
        if isinstance(node, Spill):
            return Range(node.sheet, self.calculation.spilled(node))
        if isinstance(node, Call):
            return Call(node.name, tuple(map(self._with_results, node.arguments)))
        if isinstance(node, Group):
            return Group(tuple(map(self._with_results, node.parts)))
        return node

    def _result(self, number: int) -> Node:
        """A single value is written into the formula; an array is put into cells of its own."""
        columns = self.calculation.result(number)
        if len(columns) == len(columns[0]) == 1:
            return Leaf(Kind.NUMBER, written(columns[0][0]))
        if number not in self._placed:
            self._placed[number] = Range(*self.model.put_array(shown(columns)))
        return self._placed[number]

    def compute(self) -> None:
        """Evaluates until every formula either has a value or is known not to get one."""
        while self.in_cells or self.in_scratch:
            self.model.evaluate()
            failed = self._take()
            if not failed:
                return
            for number in self._causes(failed):
                self.calculation.fail(number, failed[number])
                native = self.in_cells.pop(number, None)
                if native is not None:
                    row, column = native.formula.row, native.formula.col
                    last = self.calculation.grid(native.sheet).value(row, column)
                    self.model.put(native.sheet, row, column, last)
                self.in_scratch.pop(number, None)

    def _take(self) -> dict[int, str]:
        failed: dict[int, str] = {}
        values: list[tuple[int, Columns]] = []
        for number, native in self.in_cells.items():
            try:
                self._check_references(number)
                value = self.model.value(native.sheet, native.formula.row, native.formula.col)
                values.append((number, shown([[value]])))
            except UncomputableError as error:
                failed[number] = error.reason
        for number, places in self.in_scratch.items():
            try:
                self._check_references(number)
                values.append((number, self._spilled(*places)))
            except UncomputableError as error:
                failed[number] = error.reason
        if not failed:
            for number, columns in values:
                self.calculation.take(number, columns)
        return failed

    def _check_references(self, number: int) -> None:
        """IronCalc's INDIRECT knows cells only; a name or a table would silently be #REF!."""
        for place in self.reference_texts.get(number, ()):
            text = self.model.value(place.sheet, place.row, place.column)
            if isinstance(text, str) and not CELLS.fullmatch(text.strip()):
                raise UncomputableError(f"INDIRECT of {text!r}, which names no cells by address.")

    def _spilled(self, place: ScratchCell, blanks: ScratchCell | None) -> Columns:
        if blanks is None:
            return self.model.spilled(place)
        tests = self.model.spilled(blanks)
        values = self.model.spilled(place)
        if len(tests) != len(values) or len(tests[0]) != len(values[0]):
            return values
        return [
            [None if test is True else value for test, value in zip(*pair, strict=True)]
            for pair in zip(tests, values, strict=True)
        ]

    def _causes(self, failed: dict[int, str]) -> list[int]:
        """The formulas that failed by themselves, not because another one did."""
        cells: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number in failed:
            if number in self.in_cells:
                native = self.in_cells[number]
                cells[native.sheet].append((native.formula.row, native.formula.col))
        causes = [
            number
            for number in failed
            if not any(
                cell in area for sheet, area in self._native(number).reads for cell in cells[sheet]
            )
        ]
        return causes or list(failed)
