"""A call of one row, as a host makes it for every cell of a column: its arguments, prepared.

What such calls have in common is done once: which arguments there are, what leaving one out means,
between which bounds a number lies. A number is looked at and put into an array. Anything else is
decoded as in any other call and remembered by its content, so that the cut-offs and tables which
ten thousand cells hand over are read once. A call with anything unusual in it (a blank, a fault,
several rows) is left to the general way, which says what is wrong.
"""

from __future__ import annotations

import datetime as dt
import marshal
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final, TypeAlias

import numpy as np

from udfs.arguments import bind, check_series
from udfs.catalogue import Argument, Function, is_row_argument
from udfs.cells import Block, block
from udfs.errors import COM_ERRORS, CallError
from udfs.kinds import AnyCells, Bounds, Grid, Numbers
from udfs.rows import join_rows

UNUSUAL: Final = object()
"""What stands for an argument that only the general way can answer for."""

Reader: TypeAlias = Callable[[Any, bool], Any]

_PLAIN: Final = frozenset({str, float, int, bool, type(None)})
_RANGES: Final = (list, tuple)
_EXACT: Final = 2**53
_LARGEST: Final = math.nextafter(math.inf, 0)
_MOST_ROWS: Final = 512
_MOST_BYTES: Final = 2**15
_ROOM: Final = 2**22
_OVERHEAD: Final = 256
# The last version of marshal whose bytes depend on the value alone, not on who else refers to it.
_MARSHAL: Final = 2


@dataclass(slots=True, eq=False)
class Plan:
    """How the arguments of one row of a function are read.

    Attributes:
        arguments: the name of each argument and how it is read, in their order.
        needed: how many of them a call must give.
        left_out: what the function receives for each argument that a call leaves out.
        by_row: whether it gives one value per row.
        series: whether some arguments must have as many rows as each other.
    """

    arguments: tuple[tuple[str, Reader], ...]
    needed: int
    left_out: dict[str, Any]
    by_row: bool
    series: bool

    def bound(self, wanted: Function, cells: tuple[Any, ...], *, date1904: bool) -> Any:
        """What the function receives, by argument; ``UNUSUAL`` if the general way must tell."""
        if not self.needed <= len(cells) <= len(self.arguments):
            return UNUSUAL
        bound = self.left_out.copy()
        for (name, read), cell in zip(self.arguments, cells, strict=False):
            if cell is not None:
                value = bound[name] = read(cell, date1904)
                if value is UNUSUAL:
                    return UNUSUAL
            elif name not in self.left_out:
                return UNUSUAL
        if self.series:
            check_series(wanted, bound)
        return bound


@cache
def plan_of(wanted: Function) -> Plan:
    """The plan of a function."""
    arguments = wanted.arguments
    return Plan(
        tuple((argument.name, _reader(argument)) for argument in arguments),
        sum(argument.required for argument in arguments),
        {a.name: bind(a, None, date1904=False) for a in arguments if not a.required},
        any(map(is_row_argument, arguments)),
        any(getattr(argument.kind, "series", "") for argument in arguments),
    )


def _reader(argument: Argument) -> Reader:
    if isinstance(argument.kind, AnyCells):
        return partial(_bound, argument)
    if not is_row_argument(argument):
        return partial(_memory.range, partial(_bound, argument))
    read = partial(_one_row, argument)
    if isinstance(argument.kind, Grid):
        return partial(_grid_row, read)
    if isinstance(argument.kind, Numbers):
        return _number_reader(argument.kind.bounds, partial(_memory.cell, read))
    return partial(_memory.cell, read)


def _bound(argument: Argument, raw: Any, date1904: bool) -> Any:
    try:
        return bind(argument, raw, date1904=date1904)
    except CallError:
        return UNUSUAL


def _one_row(argument: Argument, raw: Any, date1904: bool) -> Any:
    """The argument's column of one row, if that row can be computed."""
    try:
        rows = join_rows([(argument, block(raw, argument.name))], date1904=date1904)
    except CallError:
        return UNUSUAL
    usable = rows.shape == (1, 1) and len(rows.good)
    return rows.columns[argument.name] if usable else UNUSUAL


def _grid_row(read: Reader, raw: Any, date1904: bool) -> Any:
    if type(raw) is Block:
        one_row = raw.shape[0] == 1
    else:
        one_row = type(raw) in _RANGES and (len(raw) == 1 or type(raw[0]) not in _RANGES)
    return read(raw, date1904) if one_row else UNUSUAL


def _number_reader(bounds: Bounds, general: Reader) -> Reader:
    """A number within its bounds becomes an array; all other cells are read the general way."""
    lower, upper = max(bounds.lower, -_LARGEST), min(bounds.upper, _LARGEST)
    if bounds.lower_open:
        lower = math.nextafter(lower, math.inf)
    if bounds.upper_open:
        upper = math.nextafter(upper, -math.inf)
    whole = bounds.whole

    def read(raw: Any, date1904: bool) -> Any:
        number = raw if type(raw) is float else _only_cell(raw)
        if type(number) is int and -_EXACT < number < _EXACT and number not in COM_ERRORS:
            number = float(number)
        usable = type(number) is float and lower <= number <= upper
        if usable and (not whole or number.is_integer()):
            return np.array((number,))
        return general(raw, date1904)

    return read


def _only_cell(raw: Any) -> Any:
    """The cell of a range of one cell; any other range as it is."""
    for _ in range(2):
        if type(raw) not in _RANGES or len(raw) != 1:
            break
        raw = raw[0]
    return raw.cells.item() if type(raw) is Block and raw.size == 1 else raw


# --- memory ---------------------------------------------------------------------------------


class _Memory:
    """What cells were read as, by their content; empties itself when it is full."""

    def __init__(self) -> None:
        self._known: dict[tuple[Reader, bool, bytes], Any] = {}
        self._room = _ROOM

    def cell(self, make: Reader, raw: Any, date1904: bool) -> Any:
        """What a range of one cell is read as; ``UNUSUAL`` if it is of several."""
        cell = _only_cell(raw)
        if type(cell) in _PLAIN:
            return self._read(make, cell, date1904)
        return make(cell, date1904) if isinstance(cell, dt.date) else UNUSUAL

    def range(self, make: Reader, raw: Any, date1904: bool) -> Any:
        """What a range is read as; ``UNUSUAL`` if it is too long to be remembered."""
        if type(raw) in _PLAIN:
            return self._read(make, raw, date1904)
        rows = raw.shape[0] if type(raw) is Block else len(raw) if hasattr(raw, "__len__") else 1
        if rows > _MOST_ROWS:
            return UNUSUAL
        plain = type(raw) in _RANGES and _is_plain(raw)
        return self._read(make, raw, date1904) if plain else make(raw, date1904)

    def _read(self, make: Reader, raw: Any, date1904: bool) -> Any:
        # Its bytes tell TRUE from 1 and 0 from -0, which are equal to Python and not to us.
        content = marshal.dumps(raw, _MARSHAL)
        key = (make, date1904, content)
        found = self._known.get(key, self)
        if found is not self:
            return found
        made = make(raw, date1904)
        if len(content) <= _MOST_BYTES:
            self._keep(key, made)
        return made

    def _keep(self, key: tuple[Reader, bool, bytes], made: Any) -> None:
        self._room -= len(key[2]) + _OVERHEAD
        if self._room < 0:
            self._known.clear()
            self._room = _ROOM
        if isinstance(made, np.ndarray):
            made.flags.writeable = False
        self._known[key] = made


_memory: Final = _Memory()


def _is_plain(raw: Any) -> bool:
    """Whether a range holds nothing but what marshal writes as it is."""
    return all(
        _PLAIN.issuperset(map(type, row)) if type(row) in _RANGES else type(row) in _PLAIN
        for row in raw
    )
