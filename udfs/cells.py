"""Cell values to columns: the only place that knows what a host's cell looks like.

A host hands over None, "", numbers, numbers as text, booleans, dates, Excel serial numbers and
error cells in three spellings, one cell at a time or as flat or nested lists. Here they become
columns: one flat array per argument with the faults beside it. `results` is the way back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import field
from functools import partial
from itertools import chain
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray

from udfs import errors
from udfs.errors import CallError, CellError, Words
from udfs.kinds import UNKNOWN, FloatArray, TextArray
from udfs.one_cell import (
    date_cell,
    error_of,
    flag_cell,
    is_blank,
    number_cell,
    passed,
    text_cell,
    to_float,
    too_large,
)
from udfs.parsing import LAST_SERIAL, LEAP_YEAR_SLIP
from udfs.records import record

Cell: TypeAlias = bool | int | float | str | dt.datetime | dt.date | CellError | None
Shape: TypeAlias = tuple[int, int]
Faults: TypeAlias = dict[int, CellError]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
T = TypeVar("T")

EXCEL_EPOCH: Final = np.datetime64("1899-12-30", "D")
MAC_EPOCH: Final = np.datetime64("1904-01-01", "D")
_STRIP: Final = 8192
_FEW: Final = 16
_ALONE: Final = {bool, np.bool_, dict, CellError}
_COM_FLOOR: Final = errors.COM_ERROR_BASE
_COM_CEILING: Final = errors.COM_ERROR_BASE + 4096


@record
class Block:
    """A rectangle of cells as one flat array in reading order, with its shape.

    A host that hands the same cells to many calls hands them over as one block: it remembers
    what it was decoded to. Nobody may write to its cells, nor to what they were decoded to.
    """

    cells: npt.NDArray[Any]
    shape: Shape
    _known: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def size(self) -> int:
        """The number of cells."""
        return self.shape[0] * self.shape[1]

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What the cells were made into under a key; made when first asked for."""
        if key not in self._known:
            self._known[key] = make()
        made: T = self._known[key]
        return made

    def column(self, key: Hashable, decode: Callable[[], AnyColumn]) -> AnyColumn:
        """The cells decoded; once if there are no faults, for those name the call's argument."""
        known: AnyColumn | None = self._known.get(key)
        if known is not None:
            return known
        decoded = decode()
        if not decoded.faults:
            self._known[key] = decoded
        return decoded

    def columns(self) -> list[Block]:
        """The block column by column."""
        return self.once("columns", self._columns)

    def _columns(self) -> list[Block]:
        rows, width = self.shape
        square = self.cells.reshape(rows, width)
        turned = np.empty((width, rows), dtype=self.cells.dtype)
        # Strips that fit the processor's cache turn three times faster than whole columns.
        for start in range(0, rows, _STRIP):
            turned[:, start : start + _STRIP] = square[start : start + _STRIP].T
        return [Block(column, (rows, 1)) for column in turned]


@record
class Column:
    """Decoded cells: the values, which cells are blank, and what is wrong with the others.

    Attributes:
        values: one value per cell; NaN, NaT, "" or ``UNKNOWN`` where there is none.
        blank: which cells are empty.
        faults: the error of each cell that cannot be used, by its position.
        shape: rows and columns of the range.
    """

    values: npt.NDArray[Any]
    blank: BoolArray
    faults: Faults = field(default_factory=dict)
    shape: Shape = (1, 1)

    def __len__(self) -> int:
        return len(self.values)


AnyColumn = TypeVar("AnyColumn", bound=Column)


def block(raw: Any, argument: str) -> Block:
    """The cells that a host handed over for one argument.

    A flat list is one row, as hosts hand it over; a nested list is rows of cells; anything else
    is a single cell. Arrays and pandas objects pass without a copy: a Series, an Index or a
    one-dimensional array is a column. What a masked array hides is blank.

    Raises:
        CallError: rows of different lengths, or more than two dimensions.
    """
    if isinstance(raw, Block):
        return raw
    if isinstance(raw, pd.DataFrame):
        return Block(raw.to_numpy().reshape(-1), (len(raw), raw.shape[1]))
    if isinstance(raw, pd.Series | pd.Index | ExtensionArray):
        raw = raw.to_numpy()
    elif isinstance(raw, range):
        raw = list(raw)
    if isinstance(raw, np.ma.MaskedArray):
        shown = raw.data.astype(object)
        shown[np.ma.getmaskarray(raw)] = None
        raw = shown
    if isinstance(raw, np.ndarray):
        return _array_block(raw, argument)
    if not isinstance(raw, list | tuple):
        return Block(_objects([raw]), (1, 1))
    if not any(isinstance(row, list | tuple) for row in raw):
        return Block(_compact(list(raw)), (1, len(raw)))
    return _nested_block(raw, argument)


def _array_block(array: npt.NDArray[Any], argument: str) -> Block:
    if array.ndim == 0:
        return Block(array.reshape(1), (1, 1))
    if array.ndim == 1:
        return Block(array, (len(array), 1))
    if array.ndim > 2:  # noqa: PLR2004 - a sheet has two dimensions
        raise CallError(
            argument,
            Words(f"{array.ndim} dimensions", f"{array.ndim} 维"),
            Words("a range of rows and columns", "行列区域"),
        )
    return Block(array.reshape(-1), (array.shape[0], array.shape[1]))


def _nested_block(rows: Sequence[Any], argument: str) -> Block:
    widths = set(map(len, rows)) if set(map(type, rows)) <= {list, tuple} else set()
    if len(widths) != 1:
        raise CallError(
            argument,
            Words("rows of different lengths", "长短不一的行"),
            Words("a rectangular range", "矩形区域"),
        )
    flat = list(chain.from_iterable(rows))
    return Block(_compact(flat), (len(rows), widths.pop()))


def _compact(flat: list[Any]) -> npt.NDArray[Any]:
    """All-float cells as a float array, everything else as objects."""
    if set(map(type, flat)) == {float}:
        return np.array(flat, dtype=np.float64)
    return _objects(flat)


def _objects(flat: Sequence[Any]) -> npt.NDArray[np.object_]:
    cells = np.empty(len(flat), dtype=object)
    cells[:] = flat
    return cells


def decode_numbers(cells: Block, argument: str) -> Column:
    """Numbers, from numbers, booleans and numbers written as text."""
    return cells.column("numbers", partial(_decode_numbers, cells, argument))


def _decode_numbers(cells: Block, argument: str) -> Column:
    if cells.cells.dtype.kind in "fiub":
        return _plain_numbers(cells, argument)
    types = set(map(type, cells.cells))
    if types <= {float, type(None)}:
        values = cells.cells.astype(np.float64)
        return Column(values, np.isnan(values), _infinite(values, argument), cells.shape)
    if types <= {float, int, type(None)}:
        return _integers_too(cells, argument)
    return _decode(cells, argument, number_cell, np.float64, np.nan)


def _plain_numbers(cells: Block, argument: str) -> Column:
    values = cells.cells.astype(np.float64, copy=False)
    return Column(values, np.isnan(values), _infinite(values, argument), cells.shape)


def _infinite(values: FloatArray, argument: str) -> Faults:
    bad = np.flatnonzero(np.isinf(values))
    return {int(i): too_large(argument) for i in bad}


def _integers_too(cells: Block, argument: str) -> Column:
    values = np.array([to_float(cell) for cell in cells.cells], dtype=np.float64)
    faults = _infinite(values, argument)
    for i in np.flatnonzero((values >= _COM_FLOOR) & (values < _COM_CEILING)):
        error = error_of(cells.cells[i])
        if error is not None:
            faults[int(i)] = passed(error, argument)
            values[i] = np.nan
    blank = np.isnan(values)
    blank[list(faults)] = False
    return Column(values, blank, faults, cells.shape)


def decode_texts(cells: Block, argument: str) -> Column:
    """Texts, trimmed; a number becomes its shortest text, as Excel joins it to a text."""
    return cells.column(
        "texts", lambda: _decode(_as_objects(cells), argument, text_cell, object, "")
    )


def decode_dates(cells: Block, argument: str, *, date1904: bool = False) -> Column:
    """Dates, from dates, serial numbers of either date system and year-first text."""
    decode = partial(_decode_dates, cells, argument, date1904=date1904)
    return cells.column(("dates", date1904), decode)


def _decode_dates(cells: Block, argument: str, *, date1904: bool) -> Column:
    if cells.cells.dtype.kind == "M":
        values = cells.cells.astype("datetime64[D]")
        return Column(values, np.isnat(values), {}, cells.shape)
    if cells.cells.dtype.kind in "fiu":
        return _serial_dates(cells, argument, date1904=date1904)

    def day_of(cell: Any, name: str) -> Any:
        return date_cell(cell, name, date1904=date1904)

    missing = np.datetime64("NaT", "D")
    return _decode(cells, argument, day_of, "datetime64[D]", missing)


def _serial_dates(cells: Block, argument: str, *, date1904: bool) -> Column:
    serials = cells.cells.astype(np.float64, copy=False)
    blank = np.isnan(serials)
    first = 0 if date1904 else 1
    usual = (serials >= first) & (serials <= LAST_SERIAL)
    if not date1904:
        usual &= serials > LEAP_YEAR_SLIP
    if not (usual | blank).all():
        objects = Block(serials.astype(object), cells.shape)
        return decode_dates(objects, argument, date1904=date1904)
    days = np.where(blank, 0, np.floor(serials)).astype(np.int64)
    values = (MAC_EPOCH if date1904 else EXCEL_EPOCH) + days
    values[blank] = np.datetime64("NaT", "D")
    return Column(values, blank, {}, cells.shape)


def decode_flags(cells: Block, argument: str) -> Column:
    """Yes or no, from booleans, 1 and 0, and the usual words of both languages."""
    return cells.column("flags", partial(_decode_flags, cells, argument))


def _decode_flags(cells: Block, argument: str) -> Column:
    if cells.cells.dtype.kind == "b":
        return Column(cells.cells.astype(np.int8), np.zeros(cells.size, bool), {}, cells.shape)
    if cells.cells.dtype.kind in "fiu":
        blank = np.isnan(cells.cells)
        if (blank | (cells.cells == 0) | (cells.cells == 1)).all():
            return Column(
                np.where(blank, UNKNOWN, cells.cells == 1).astype(np.int8), blank, {}, cells.shape
            )
    return _decode(_as_objects(cells), argument, flag_cell, np.int8, UNKNOWN)


def among(column: Column, texts: list[str]) -> BoolArray:
    """Which cells of a text column are one of the texts, in any case, as Excel compares."""
    wanted = {text.casefold() for text in texts}
    codes, uniques = pd.factorize(column.values)
    chosen = [code for code, text in enumerate(uniques) if str(text).casefold() in wanted]
    return np.isin(codes, chosen)


@record
class Mixed:
    """One column in which numbers and text may stand side by side; read it as either."""

    block: Block
    name: str

    def __len__(self) -> int:
        return self.block.size

    def numbers(self) -> Column:
        """The cells as numbers; text that is no number is a fault."""
        return decode_numbers(self.block, self.name)

    def texts(self) -> Column:
        """The cells as texts."""
        return decode_texts(self.block, self.name)

    def take(self, rows: npt.NDArray[np.intp]) -> Mixed:
        """The same column with only the rows named."""
        return Mixed(Block(self.block.cells[rows], (len(rows), 1)), self.name)


def blank_cells(cells: Block) -> BoolArray:
    """Which cells of a block are empty."""
    if cells.cells.dtype.kind == "f":
        missing: BoolArray = np.isnan(cells.cells)
        return missing
    if cells.cells.dtype.kind != "O":
        return np.zeros(cells.size, dtype=bool)
    return np.fromiter(map(is_blank, cells.cells), dtype=bool, count=cells.size)


def _as_objects(cells: Block) -> Block:
    if cells.cells.dtype.kind == "O":
        return cells
    return Block(_objects(cells.cells.tolist()), cells.shape)


_CellDecoder: TypeAlias = Callable[[Any, str], Any]


def _decode(cells: Block, argument: str, one: _CellDecoder, dtype: Any, missing: Any) -> Column:
    """Decode a mixed block through its distinct cells, so that the cost is paid once for each."""
    codes, uniques = _distinct(cells.cells)
    decoded = np.empty(len(uniques), dtype=dtype)
    decoded[:] = missing
    empty = np.zeros(len(uniques), dtype=bool)
    wrong: dict[int, CellError] = {}
    for i, cell in enumerate(uniques):
        error = error_of(cell)
        if error is not None:
            wrong[i] = passed(error, argument)
        elif is_blank(cell):
            empty[i] = True
        else:
            value = one(cell, argument)
            if isinstance(value, CellError):
                wrong[i] = value
            else:
                decoded[i] = value
    faults: Faults = {}
    if wrong:
        for row in np.flatnonzero(np.isin(codes, list(wrong))).tolist():
            faults[row] = wrong[int(codes[row])]
    return Column(decoded[codes], empty[codes], faults, cells.shape)


def _distinct(cells: npt.NDArray[Any]) -> tuple[npt.NDArray[np.intp], Sequence[Any]]:
    """A code per cell and the cell of each code; TRUE and 1 stay apart, and so do reasons."""
    if len(cells) <= _FEW:
        return np.arange(len(cells)), cells.tolist()
    if not _ALONE & set(map(type, cells)):
        places, distinct = pd.factorize(cells, use_na_sentinel=False)
        return places, list(distinct)
    seen: dict[Any, int] = {}
    uniques: list[Any] = []
    codes = np.empty(len(cells), dtype=np.intp)
    for i, cell in enumerate(cells):
        key = (type(cell), repr(cell) if isinstance(cell, dict | CellError) else cell)
        code = seen.get(key)
        if code is None:
            code = seen[key] = len(uniques)
            uniques.append(cell)
        codes[i] = code
    return codes, uniques


def faulty(values: npt.NDArray[Any], faults: Iterable[tuple[int, CellError]]) -> TextArray:
    """A result in which some rows are errors; the other rows keep their values."""
    mixed = values.astype(object)
    for i, error in faults:
        mixed[i] = error
    return mixed
