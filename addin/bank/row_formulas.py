"""Excel's own formulas over the rows of a batch.

They are computed as in a workbook without Excel: by columns, as far as every program agrees, and
the rows on which programs could differ by IronCalc.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from addin.headless.cell_xml import Cell
from addin.headless.column_formulas import ColumnFormula
from addin.headless.column_values import UnsureError
from addin.headless.constants import written
from addin.headless.formula_text import (
    Call,
    Expression,
    Group,
    Kind,
    Leaf,
    Node,
    Range,
    Result,
)
from addin.headless.native_model import NativeModel
from addin.headless.native_text import NativeText
from addin.headless.references import Area
from addin.headless.shapes import SCALAR

Values = Mapping[Range | Result, Sequence[Cell]]
_FIRST_ROW = 2
_FEWEST = 2


@dataclass(slots=True)
class RowFormula:
    """One formula for batches of any size.

    Attributes:
        expression: its tree.
        by_row: whether a range in it is a column with a cell per row.
    """

    expression: Expression
    by_row: Callable[[Range], bool]
    _known: dict[int, tuple[ColumnFormula, dict[Range, Range]]] = field(default_factory=dict)

    def at(self, height: int) -> tuple[ColumnFormula, dict[Range, Range]]:
        """The formula over columns of a height, and which range stands for which column.

        Raises:
            UnsureError: it is of a kind that is not computed by columns.
        """
        if height not in self._known:
            stands_for: dict[Range, Range] = {}
            tree = _resized(self.expression, height, self.by_row, stands_for)
            self._known.clear()
            self._known[height] = ColumnFormula(tree, array=True), stands_for
        return self._known[height]

    def compute(self, values: Values, height: int, *, blanks: bool) -> list[Cell]:
        """The formula's cells, one per row.

        Args:
            values: the cells of every column and result in the formula: one, or one per row.
            height: how many rows.
            blanks: whether a blank stays blank instead of becoming 0.

        Raises:
            UncomputableError: IronCalc cannot compute a row that is left to it.
        """
        try:
            return self._by_columns(values, height, blanks=blanks)
        except UnsureError:
            if height == 1:
                return [_by_ironcalc(self.expression, values)]
        half = height // 2
        return [
            *self.compute(_part(values, height, 0, half), half, blanks=blanks),
            *self.compute(_part(values, height, half, height), height - half, blanks=blanks),
        ]

    def _by_columns(self, values: Values, height: int, *, blanks: bool) -> list[Cell]:
        # A single row would look like a single value, which goes with every row.
        tall = max(height, _FEWEST)
        formula, stands_for = self.at(tall)

        def cells(node: Range | Result) -> Sequence[Cell]:
            given = values[stands_for.get(node, node) if isinstance(node, Range) else node]
            return [given[0]] * tall if height < tall and len(given) == 1 else given

        done = formula.compute(cells, blanks=blanks)
        return done * height if len(done) == 1 else done[:height]


def _resized(
    expression: Expression,
    height: int,
    by_row: Callable[[Range], bool],
    stands_for: dict[Range, Range],
) -> Expression:
    def one(node: Node) -> Node:
        if isinstance(node, Range) and by_row(node):
            area = Area(
                _FIRST_ROW, node.area.first_column, _FIRST_ROW + height - 1, node.area.last_column
            )
            other = Range(node.sheet, area)
            stands_for[other] = node
            return other
        if isinstance(node, Call):
            return replace(node, arguments=tuple(map(every, node.arguments)))
        if isinstance(node, Group):
            return Group(tuple(map(every, node.parts)))
        return node

    def every(nodes: Expression) -> Expression:
        return tuple(map(one, nodes))

    return every(expression)


def _part(values: Values, height: int, start: int, end: int) -> Values:
    return {
        key: cells[start:end] if len(cells) == height else cells for key, cells in values.items()
    }


def _by_ironcalc(expression: Expression, values: Values) -> Cell:
    """One row, its values written into the formula."""

    def one(node: Node) -> Node:
        if isinstance(node, Range | Result):
            return Leaf(Kind.NUMBER, written(values[node][0]))
        if isinstance(node, Call):
            return replace(node, arguments=tuple(map(every, node.arguments)))
        if isinstance(node, Group):
            return Group(tuple(map(every, node.parts)))
        return node

    def every(nodes: Expression) -> Expression:
        return tuple(map(one, nodes))

    model = NativeModel(["row"])
    writer = NativeText(1, 1, model.spill, last_row=lambda: 1, last_column=lambda: 1)
    place = model.scratch(writer.write(every(expression), array=False, wanted="s"), SCALAR)
    model.evaluate()
    return model.value(place.sheet, place.row, place.column)
