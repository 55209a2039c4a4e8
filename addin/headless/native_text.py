"""The text of a formula as IronCalc computes it the way Excel does.

Three things differ. A plain formula in a file takes, where a single value is meant, the cell of a
range in its own row or column; IronCalc would spill. Many functions are not computed element by
element over arrays; they are put into MAP. Some functions need a range where a computed array
stands; the array is put into cells first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Final

from addin.headless.constants import written
from addin.headless.formula_text import (
    Call,
    Expression,
    Group,
    Kind,
    Leaf,
    Node,
    Range,
    plain_name,
    quote,
    render,
)
from addin.headless.native_functions import (
    ARRAYS_TAKEN,
    BINDERS,
    CLIPPED,
    DATES,
    LANGUAGE,
    LIFTED,
    NEED_AREAS,
    WORKBOOK_ONLY,
    known,
    place,
    places,
)
from addin.headless.native_rewrites import rewrite
from addin.headless.references import MAX_COLUMN, MAX_ROW, Area
from addin.headless.shapes import SCALAR, Shape, array_size, broadcast, shape
from addin.headless.uncomputable import UncomputableError

RESULTS: Final = "~results"
"""The sheet on which arrays that are already known stand, beside the workbook's own."""

MOST_CELLS: Final = 50_000_000
"""More cells than this in one range are not read; 48 whole columns are not yet that many."""

REFERENCES: Final = ("INDEX", "OFFSET", "INDIRECT", "SINGLE")
TABLES: Final = ("VLOOKUP", "LOOKUP", "HLOOKUP")
MAPPERS: Final = ("MAP", "REDUCE", "SCAN", "MAKEARRAY")
Spiller = Callable[[str, Shape], str]


@dataclass(slots=True)
class NativeText:
    """Writes a resolved tree as text for IronCalc.

    Attributes:
        row: the row of the formula's cell.
        column: its column.
        height: how many rows an array formula fills; 1 for others.
        spill: puts a formula text on a scratch sheet and gives the reference to its result.
        last_row: gives the last row that any sheet uses.
        last_column: gives the last column that any sheet uses.
        date1904: whether the workbook counts its days from 1904.
        in_place: whether the text is put into the formula's own cell.
        sheet: the formula's sheet.
        variables: the sizes of the LET and LAMBDA variables around the expression.
        reference_texts: the texts that INDIRECT makes references of.
        changes: one entry for each way in which the text differs from the formula.
    """

    row: int
    column: int
    spill: Spiller
    height: int = 1
    last_row: Callable[[], int] = lambda: MAX_ROW
    last_column: Callable[[], int] = lambda: MAX_COLUMN
    date1904: bool = False
    in_place: bool = True
    sheet: str = ""
    variables: dict[str, Shape] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    reference_texts: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def write(self, expression: Expression, *, array: bool, wanted: str) -> str:
        """The text of an expression, without `=`.

        Args:
            expression: the resolved tree; Python results stand in it as ranges or constants.
            array: whether it is computed as an array.
            wanted: `s` for one value, `r` for a range or its values, `o` for an operand inside
                of such, `a` for an array.

        Raises:
            UncomputableError: IronCalc cannot compute it, or not as Excel would.
        """
        array = array or wanted == "a"
        one = wanted == "s" or len(expression) > 1
        return "".join(self._node(node, array, one, wanted) for node in expression)

    def _node(self, node: Node, array: bool, one: bool, wanted: str) -> str:
        if isinstance(node, Range):
            return self._range(node, array, one, wanted)
        if isinstance(node, Call):
            return self._call(node, array, wanted if not one or wanted == "s" else "o")
        if isinstance(node, Group):
            inner = wanted if not one or wanted == "s" else "o"
            return f"({self.write(node.parts[0], array=array, wanted=inner)})"
        return render((node,))

    def _range(self, node: Range, array: bool, one: bool, wanted: str) -> str:
        if node.area.rows * node.area.columns > MOST_CELLS:
            node = self._within_used(node)
        if array or not (one or wanted == "o") or node.area.rows == node.area.columns == 1:
            return render((node,))
        self.changes.append("one cell of a range")
        if not node.sheet.startswith(RESULTS):
            return render((self._intersection(node),))
        if wanted == "s":
            first = Area(*(node.area.first_row, node.area.first_column) * 2)
            return render((replace(node, area=first),))
        return render((node,))

    def _within_used(self, node: Range) -> Range:
        """The used part of a range of whole sheets, of which IronCalc would read every cell."""
        self.changes.append("empty cells left out")
        area = node.area
        used = Area(
            area.first_row,
            area.first_column,
            max(area.first_row, min(area.last_row, self.last_row())),
            max(area.first_column, min(area.last_column, self.last_column())),
        )
        if used.rows * used.columns > MOST_CELLS:
            raise UncomputableError(f"The formula refers to {used.rows * used.columns:,} cells.")
        return replace(node, area=used)

    def _intersection(self, node: Range) -> Node:
        """The cell of a range in the formula's own row or column."""
        area = node.area
        if area.columns == 1 and area.first_row <= self.row <= area.last_row:
            return replace(node, area=Area(*(self.row, area.first_column) * 2))
        if area.rows == 1 and area.first_column <= self.column <= area.last_column:
            return replace(node, area=Area(*(area.first_row, self.column) * 2))
        return Leaf(Kind.ERROR, "#VALUE!")

    def _call(self, call: Call, array: bool, wanted: str) -> str:
        name = plain_name(call.name)
        self._check(name)
        special = self._special(name, call, array=array, wanted=wanted)
        if special is not None:
            return special
        if name == "INDIRECT":
            call = self._indirect(call)
        rewritten = rewrite(name, call, array=array, variables=self.variables)
        if rewritten is not None:
            self.changes.append("another function")
            return self.write((rewritten,), array=array, wanted=wanted)
        if places(name) is None and name.casefold() not in self.variables:
            self._check_single(name, call, array=array)
        lifted = self._lifted(name, call, array=array)
        if lifted:
            return self._map(name, call, lifted)
        texts = (self._argument(name, i, a, array, wanted) for i, a in enumerate(call.arguments))
        return f"{name}({','.join(texts)})"

    def _check(self, name: str) -> None:
        if name in WORKBOOK_ONLY:
            raise UncomputableError(f"{name} asks about the workbook itself, which needs Excel.")
        if name in LANGUAGE:
            raise UncomputableError(f"{name} counts bytes, which depends on the language of Excel.")
        if self.date1904 and name in DATES:
            raise UncomputableError(f"{name} would count from 1900, but this workbook from 1904.")
        if name.casefold() not in self.variables and name != "SINGLE" and not known(name):
            raise UncomputableError(f"There is no function {name} here or in the Python functions.")

    def _special(self, name: str, call: Call, *, array: bool, wanted: str) -> str | None:
        """A call that is more than a name and its arguments; None for all others."""
        if name in BINDERS:
            return self._binder(name, call, array, wanted)
        if name in MAPPERS:
            return self._mapper(name, call)
        if name in ("ROW", "COLUMN") and not call.arguments:
            return self._own_place(name)
        if name == "SINGLE" and len(call.arguments) == 1:
            return self._single(call.arguments[0])
        return None

    def _check_single(self, name: str, call: Call, *, array: bool) -> None:
        for argument in call.arguments:
            if shape(argument, self.variables) != SCALAR and (array or _has_own_array(argument)):
                raise UncomputableError(f"{name} over an array is not known to be computed right.")

    def _argument(
        self, name: str, index: int, argument: Expression, array: bool, wanted: str
    ) -> str:
        letter = place(name, index)
        if letter == "r" and name in ("IF", "CHOOSE", "IFS"):
            letter = wanted if wanted in ("s", "o") else "r"
        if (
            letter != "s"
            and name not in ARRAYS_TAKEN
            and self._is_array(argument, array or letter == "a")
        ):
            return self._in_cells(argument, array or letter == "a")
        if name in CLIPPED and (len(argument) == 1 or name in TABLES):
            argument = self._clipped(argument, deep=name in TABLES)
        text = self.write(argument, array=array, wanted=letter)
        if name in NEED_AREAS and letter != "s" and _is_one_cell(argument):
            self.changes.append("a range of one cell")
            return f"{text}:{text.rpartition('!')[2]}"
        return text

    def _is_array(self, argument: Expression, array: bool) -> bool:
        """Whether an argument is an array without cells of its own."""
        if len(argument) == 1:
            node = argument[0]
            if isinstance(node, Range):
                return False
            if isinstance(node, Group):
                return self._is_array(node.parts[0], array)
            if isinstance(node, Call) and plain_name(node.name) in REFERENCES:
                return False
        size = shape(argument, self.variables)
        return size != SCALAR and (array or _has_own_array(argument))

    def _in_cells(self, argument: Expression, array: bool) -> str:
        if self.variables:
            raise UncomputableError("An array inside LET or LAMBDA would need cells of its own.")
        self.changes.append("an array in cells")
        text = self.write(argument, array=array, wanted="a" if array else "r")
        return self.spill(text, shape(argument, self.variables))

    def _clipped(self, nodes: Expression, *, deep: bool) -> Expression:
        clipped: list[Node] = []
        for node in nodes:
            if isinstance(node, Range):
                clipped.append(self._clip(node))
            elif deep and isinstance(node, Call):
                arguments = tuple(self._clipped(a, deep=True) for a in node.arguments)
                clipped.append(replace(node, arguments=arguments))
            else:
                clipped.append(node)
        return tuple(clipped)

    def _clip(self, node: Range) -> Range:
        """Without the empty rows under the last used one, which IronCalc would all read."""
        area = node.area
        if area.last_row < MAX_ROW or area.first_row > self.last_row():
            return node
        if area.first_column == 1 and area.last_column == MAX_COLUMN:
            return node
        self.changes.append("empty rows left out")
        return replace(node, area=replace(area, last_row=self.last_row()))

    def _own_place(self, name: str) -> str:
        if self.in_place:
            return f"{name}()"
        self.changes.append("its own place")
        if name == "COLUMN":
            return str(self.column)
        return str(self.row) if self.height == 1 else f"SEQUENCE({self.height},1,{self.row})"

    def _single(self, argument: Expression) -> str:
        """One value of a range or an array: `@` in Excel, SINGLE in files."""
        self.changes.append("a single value")
        return f"@({self.write(argument, array=False, wanted='s')})"

    def _indirect(self, call: Call) -> Call:
        """INDIRECT of a text without a sheet means the formula's sheet, not the scratch sheet."""
        if len(call.arguments) != 1:
            raise UncomputableError("INDIRECT with a second argument (R1C1) needs Excel.")
        text = self.write(call.arguments[0], array=False, wanted="s")
        if not self.variables:
            self.reference_texts.append(text)
        if self.in_place:
            return call
        own = written(quote(self.sheet))
        self.changes.append("its own sheet")
        whole = Leaf(Kind.NAME, f'IF(ISNUMBER(FIND("!",{text})),{text},{own}&{text})')
        return replace(call, arguments=((whole,), *call.arguments[1:]))

    def _lifted(self, name: str, call: Call, *, array: bool) -> list[int]:
        """The arguments that are arrays where the function takes a single value.

        In a plain formula only array constants and Python results are, not ranges.
        """
        if name in LIFTED or name == "IF":
            return []
        found = [
            index
            for index, argument in enumerate(call.arguments)
            if place(name, index) == "s"
            and shape(argument, self.variables) != SCALAR
            and (array or _has_own_array(argument))
        ]
        if found and name == "CHOOSE":
            if all(shape(a, self.variables) == SCALAR for a in call.arguments[1:]):
                return []
            raise UncomputableError("CHOOSE with an array of numbers and ranges to choose from.")
        return found

    def _map(self, name: str, call: Call, lifted: list[int]) -> str:
        self.changes.append("element by element")
        sizes = [shape(call.arguments[i], self.variables) for i in lifted]
        whole = SCALAR if len(sizes) > 1 else sizes[0]
        for size in sizes:
            whole = broadcast(whole, size)
        if whole is None and len(sizes) > 1:
            raise UncomputableError(f"{name} over several arrays whose sizes are not known.")
        given, names = [], []
        arguments = list(call.arguments)
        for index, size in zip(lifted, sizes, strict=True):
            text = self.write(arguments[index], array=True, wanted="a")
            if size != whole and whole is not None:
                text = f"IF(SEQUENCE({whole[0]},{whole[1]})>0,{text})"
            given.append(text)
            names.append(f"each_{next(self.numbers)}")
            arguments[index] = (Leaf(Kind.NAME, names[-1]),)
        inner = self._inside(dict.fromkeys(names, SCALAR))
        text = inner.write((Call(name, tuple(arguments)),), array=True, wanted="a")
        function = f"LAMBDA({','.join([*names, text])})"
        return f"MAP({','.join([*given, function])})"

    def _inside(self, variables: Mapping[str, Shape]) -> NativeText:
        return replace(self, variables={**self.variables, **variables})

    def _binder(self, name: str, call: Call, array: bool, wanted: str) -> str:
        inner = self._inside({})
        pieces = []
        *bindings, body = call.arguments
        for index, argument in enumerate(bindings):
            if name == "LAMBDA" or index % 2 == 0:
                variable = render(argument)
                inner.variables.setdefault(variable.casefold(), None)
                pieces.append(variable)
            else:
                size = shape(argument, inner.variables)
                pieces.append(inner.write(argument, array=array, wanted="r"))
                inner.variables[pieces[-2].casefold()] = size
        pieces.append(inner.write(body, array=array, wanted=wanted))
        return f"{name}({','.join(pieces)})"

    def _mapper(self, name: str, call: Call) -> str:
        """MAP and its like hand single values to their LAMBDA."""
        *arrays, function = call.arguments
        texts = [self.write(argument, array=True, wanted="a") for argument in arrays]
        inner = self._inside({})
        if len(function) == 1 and isinstance(function[0], Call):
            for variable in function[0].arguments[:-1]:
                inner.variables[render(variable).casefold()] = SCALAR
        texts.append(inner.write(function, array=True, wanted="a"))
        return f"{name}({','.join(texts)})"


def _is_one_cell(argument: Expression) -> bool:
    """Whether an argument is the reference to one cell and nothing else."""
    node = argument[0] if len(argument) == 1 else None
    return isinstance(node, Range) and node.area.rows == node.area.columns == 1


def _has_own_array(expression: Expression) -> bool:
    """Whether an array constant, a Python result or an array function gives an array here."""
    for node in expression:
        if isinstance(node, Leaf) and node.kind is Kind.ARRAY and array_size(node.text) != SCALAR:
            return True
        if isinstance(node, Range) and node.sheet.startswith(RESULTS):
            return True
        if isinstance(node, Group) and _has_own_array(node.parts[0]):
            return True
        if isinstance(node, Call) and (
            shape((node,), {}) is None or any(map(_has_own_array, node.arguments))
        ):
            return True
    return False


def scratch_reference(sheet: str, cell: str) -> str:
    """The reference to what a formula on a scratch sheet spills."""
    return f"{quote(sheet)}{cell}#"
