"""One worked example per function, taken from the catalogue's help and ready to be laid out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from udfs import FAMILIES, FUNCTIONS
from udfs.catalogue import Function
from udfs.errors import CellError
from udfs.examples import parse_call, parse_result
from workbook_templates.text_width import text_width

ARROW: Final = "->"
"""What stands in an example between the formula and its value."""
WIDEST_CELL: Final = 30.0
"""Characters of the widest text that may stand in a block of several cells."""

Block = tuple[tuple[Any, ...], ...]
"""Cells row by row."""


@dataclass(frozen=True, slots=True)
class Given:
    """An argument of an example.

    Attributes:
        name: the argument's name.
        help: what it is, by language.
        cells: its cells.
    """

    name: str
    help: dict[str, str]
    cells: Block


@dataclass(frozen=True, slots=True)
class Example:
    """A function at work.

    Attributes:
        function: the function.
        formula: the call with its arguments written out, as the help has it.
        arguments: in the order of the call; None for those left out.
        expected: the cells that the help promises.
    """

    function: Function
    formula: str
    arguments: tuple[Given | None, ...]
    expected: Block

    @property
    def columns(self) -> int:
        """The width of its widest block."""
        return max(len(block[0]) for block in self.blocks())

    def blocks(self) -> list[Block]:
        """The cells of its arguments and of its result."""
        return [*(given.cells for given in self.arguments if given), self.expected]


def families() -> dict[str, list[Example]]:
    """An example of every function, by family, in the order of the catalogue."""
    found: dict[str, list[Example]] = {family: [] for family in FAMILIES}
    for function in FUNCTIONS.values():
        found[function.family].append(best_example(function))
    return found


def best_example(function: Function) -> Example:
    """The example of a function that reads best in cells: short texts in few columns."""
    read = [_example(function, text) for text in function.help["en"].examples]
    return min(read, key=_awkwardness)


def _example(function: Function, text: str) -> Example:
    formula, _, promised = text.partition(ARROW)
    _, values = parse_call(formula.strip())
    arguments = tuple(
        None if value is None else Given(known.name, known.help, _block(value))
        for known, value in zip(function.arguments, values, strict=False)
    )
    return Example(function, formula.strip(), arguments, _block(parse_result(promised.strip())))


def _block(value: Any) -> Block:
    rows = value if isinstance(value, list) else [[value]]
    return tuple(tuple(row) for row in rows)


def _awkwardness(example: Example) -> tuple[bool, bool, int, int]:
    """How hard an example is to read: errors, wide texts in blocks, columns, long texts."""
    cells = [cell for block in example.blocks() for row in block for cell in row]
    errors = any(isinstance(cell, CellError) for cell in cells)
    wide = any(
        len(block) * len(block[0]) > 1 and _widest(block) > WIDEST_CELL
        for block in example.blocks()
    )
    longest = max(_widest(block) for block in example.blocks())
    return errors, wide, max(0, example.columns - _EASY_COLUMNS), int(longest > _EASY_TEXT)


_EASY_COLUMNS: Final = 9
_EASY_TEXT: Final = 100


def _widest(block: Block) -> float:
    return max(
        (text_width(cell) for row in block for cell in row if isinstance(cell, str)), default=0
    )
