"""Columns of cells computed element by element, as far as every program gives the same.

Computed are numbers, flags, errors, blanks, and texts that no program takes for numbers. A value
on which programs differ is `UNSURE`: like an error it goes on through what is computed of it, and
nothing is decided here if it is left at the end.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from addin.headless.cell_xml import Cell
from udfs.errors import DIV0, GETTING_DATA, NUM, VALUE, CellError

Column: TypeAlias = Sequence[Cell]
"""One value, or as many as the formula's columns have rows."""

Pair: TypeAlias = Callable[[Column, Column], Column]
FloatArray: TypeAlias = npt.NDArray[np.float64]

DIGIT: Final = re.compile(r"\d")
NUMBERS: Final = frozenset((float, int))
COUNTED: Final = frozenset((float, int, bool))
_FLAGS: Final = frozenset((bool,))
_TEXTS: Final = frozenset((str,))
FILLED: Final = frozenset((float, int, bool, str))
NEAR: Final = 1e-13
"""Numbers nearer than this, relatively, are equal to some programs and not to others."""

MOST_COUNTED: Final = 2.0**53
"""Below this, sums of whole numbers are the same in whatever order they are added."""

LAST_OF_FIRST_PLANE: Final = "\uffff"
"""Later characters count as two in Excel and as one in IronCalc."""

PLAINLY_WRITTEN: Final = (1e-4, 1e15)
"""Numbers between these are written without an exponent by every program."""


UNSURE: Final = CellError(GETTING_DATA)
"""Stands for a value that is not decided here; no formula gives this error."""


class UnsureError(Exception):
    """The result is not decided here, or the formula of a kind that is not computed here."""


def each(function: Callable[..., Cell], *columns: Column) -> list[Cell]:
    """A function of single values over columns; one value goes with every row."""
    alongside = _alongside(columns)
    if function is _if and _FLAGS.issuperset(map(type, columns[0])):
        conditions, then, *rest = alongside
        otherwise = rest[0] if rest else repeat(False)
        return [a if flag else b for flag, a, b in zip(conditions, then, otherwise, strict=False)]
    return list(map(function, *alongside))


def _alongside(columns: Sequence[Column]) -> Iterator[Iterable[Cell]]:
    height = max(map(len, columns))
    for column in columns:
        if len(column) not in (1, height):
            raise UnsureError
        yield column if len(column) == height else repeat(column[0], height)


def _floats(kinds: frozenset[type], *columns: Column) -> list[FloatArray] | None:
    """The columns as arrays; None if there is anything but cells of these types in them."""
    if not all(kinds.issuperset(map(type, column)) for column in columns):
        return None
    if len(set(map(len, columns)) - {1}) > 1:
        raise UnsureError
    return [np.array(column, dtype=np.float64) for column in columns]


# --- operators ------------------------------------------------------------------------------


def arithmetic(compute: Callable[[Any, Any], Any]) -> Pair:
    """One of + - * / over two columns."""

    def one(left: Cell, right: Cell) -> Cell:
        if isinstance(left, str) and isinstance(right, CellError):
            return UNSURE  # the error of the text, or that of the cell
        a, b = _number(left), _number(right)
        for number in (a, b):
            if isinstance(number, CellError):
                return number
        try:
            done: float = compute(a, b)
        except ZeroDivisionError:
            return CellError(DIV0)
        return done if math.isfinite(done) else CellError(NUM)

    def both(left: Column, right: Column) -> Column:
        arrays = _floats(COUNTED, left, right)
        if arrays is not None:
            with np.errstate(all="ignore"):
                done = compute(*arrays)
            if np.isfinite(done).all():
                numbers: list[Cell] = done.tolist()
                return numbers
        return each(one, left, right)

    return both


def _number(value: Cell) -> float | CellError:
    if value is None:
        return 0.0
    if isinstance(value, CellError):
        return value
    if isinstance(value, str):
        return UNSURE if DIGIT.search(value) else CellError(VALUE)
    return float(value)


class Comparison:
    """One of = <> < > <= >= over two columns."""

    def __init__(self, compare: Callable[[Any, Any], Any]) -> None:
        self._compare = compare
        self._of_equality = compare in (operator.eq, operator.ne)

    def __call__(self, left: Column, right: Column) -> Column:
        """A flag for each row."""
        if self._of_equality and len(right) == 1 and right[0] == "":
            return self._with_empty_text(left)
        if len(right) == 1 and _TEXTS.issuperset(map(type, left)):
            found = {text: self._one(text, right[0]) for text in set(left)}
            return [found[text] for text in left]
        arrays = _floats(NUMBERS, left, right)
        if arrays is None:
            return each(self._one, left, right)
        a, b = arrays
        if ((a != b) & (np.abs(a - b) <= NEAR * np.maximum(np.abs(a), np.abs(b)))).any():
            return each(self._one, left, right)
        flags: list[Cell] = self._compare(a, b).tolist()
        return flags

    def _with_empty_text(self, column: Column) -> Column:
        """Only a blank and a text without letters are equal to it; by far the usual comparison."""
        if FILLED.issuperset(map(type, column)):
            return list(map(self._compare, column, repeat("")))
        return [
            value
            if isinstance(value, CellError)
            else self._compare("" if value is None else value, "")
            for value in column
        ]

    def _one(self, left: Cell, right: Cell) -> Cell:
        for value in (left, right):
            if isinstance(value, CellError):
                return value
        a, b = _instead_of_blank(left, right), _instead_of_blank(right, left)
        if _rank(a) != _rank(b):
            return bool(self._compare(_rank(a), _rank(b)))
        if isinstance(a, str):
            return self._of_texts(a, str(b))
        if a != b and math.isclose(a, b, rel_tol=NEAR):  # type: ignore[arg-type]  # of one rank
            return UNSURE
        return bool(self._compare(a, b))

    def _of_texts(self, a: str, b: str) -> Cell:
        equal = a.lower() == b.lower()
        if a != b and equal != (a.upper() == b.upper()):
            return UNSURE
        # Which of two texts comes first depends on the language.
        return bool(self._compare(0, 0 if equal else 1)) if equal or self._of_equality else UNSURE


def _rank(value: Cell) -> int:
    """Numbers come before texts, and texts before flags."""
    return 2 if isinstance(value, bool) else 1 if isinstance(value, str) else 0


def _instead_of_blank(value: Cell, other: Cell) -> Cell:
    """A blank is compared as the nothing of the other value's kind."""
    if value is not None:
        return value
    return False if isinstance(other, bool) else "" if isinstance(other, str) else 0


SUMS: Final = {"+": arithmetic(operator.add), "-": arithmetic(operator.sub)}
PRODUCTS: Final = {"*": arithmetic(operator.mul), "/": arithmetic(operator.truediv)}
COMPARISONS: Final = {
    "=": Comparison(operator.eq),
    "<>": Comparison(operator.ne),
    "<": Comparison(operator.lt),
    ">": Comparison(operator.gt),
    "<=": Comparison(operator.le),
    ">=": Comparison(operator.ge),
}


# --- functions ------------------------------------------------------------------------------


def _if(condition: Cell, then: Cell, otherwise: Cell = False) -> Cell:
    if isinstance(condition, CellError):
        return condition
    if isinstance(condition, str):
        return UNSURE
    return then if condition else otherwise


def _iferror(value: Cell, otherwise: Cell) -> Cell:
    return otherwise if isinstance(value, CellError) and value is not UNSURE else value


def _isnumber(value: Cell) -> Cell:
    return UNSURE if value is UNSURE else type(value) in NUMBERS


def _iserror(value: Cell) -> Cell:
    return UNSURE if value is UNSURE else isinstance(value, CellError)


def _istext(value: Cell) -> Cell:
    return UNSURE if value is UNSURE else isinstance(value, str)


def _len(value: Cell) -> Cell:
    if isinstance(value, CellError):
        return value
    if isinstance(value, str):
        return UNSURE if max(value, default="") > LAST_OF_FIRST_PLANE else len(value)
    if value is None or isinstance(value, bool):
        return 0 if value is None else UNSURE
    text = f"{value + 0.0:.15g}"  # there is no -0 in Excel
    low, high = PLAINLY_WRITTEN
    plain = value == 0 or (low <= abs(value) < high and float(text) == value)
    return len(text) if plain else UNSURE


FUNCTIONS: Final[dict[tuple[str, int], Callable[..., Cell]]] = {
    ("IF", 2): _if,
    ("IF", 3): _if,
    ("IFERROR", 2): _iferror,
    ("ISERROR", 1): _iserror,
    ("ISNUMBER", 1): _isnumber,
    ("ISTEXT", 1): _istext,
    ("LEN", 1): _len,
}
"""Functions of single values by their names and numbers of arguments."""


def sum_of_products(columns: Sequence[Column]) -> Cell:
    """SUMPRODUCT of whole numbers, whose sum is the same in any order; flags and texts are 0."""
    if len(set(map(len, columns))) != 1:
        raise UnsureError
    products = np.ones(len(columns[0]))
    errors: set[str] = set()
    for column in columns:
        arrays = _floats(NUMBERS, column)
        if arrays is None:
            errors.update(value.code for value in column if isinstance(value, CellError))
            counted = [value if type(value) in NUMBERS else 0.0 for value in column]
            products *= np.array(counted, dtype=np.float64)
        else:
            products *= arrays[0]
    if errors:
        return CellError(errors.pop()) if len(errors) == 1 else UNSURE
    whole = np.array_equal(products, np.floor(products))
    return float(products.sum()) if whole and np.abs(products).sum() < MOST_COUNTED else UNSURE
