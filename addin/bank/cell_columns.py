"""Columns of cells, as functions take them, as formulas take them, and as Arrow keeps them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from addin.headless.cell_grid import typed
from addin.headless.cell_xml import Cell
from addin.portfolio.sheet_tables import day_cells
from udfs.cells import Block
from udfs.errors import CellError
from workbook_templates.fields import Field

if TYPE_CHECKING:
    import pyarrow as pa

_NUMBER, _TEXT, _FLAG, _ERROR, _BLANK = range(5)
_CODES: Final[dict[type, int]] = {
    float: _NUMBER,
    int: _NUMBER,
    str: _TEXT,
    bool: _FLAG,
    CellError: _ERROR,
    type(None): _BLANK,
}
_NUMBERS: Final = frozenset({int, float})
_COUNTED: Final = frozenset({int, float, bool})
_MARK: Final = "\x1f"
_FLAG_WORDS: Final = {"en": {1: "yes", 0: "no"}, "zh": {1: "是", 0: "否"}}


@dataclass(slots=True)
class Cells:
    """One column of cells.

    Attributes:
        block: the cells as functions take them.
        absent: whether they stand for the one blank row of an empty table.
    """

    block: Block
    absent: bool = False
    _list: list[Cell] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, cells: list[Cell]) -> Cells:
        """A column from its cells."""
        return cls(typed([cells]), _list=cells)

    def __len__(self) -> int:
        return self.block.size

    @property
    def list(self) -> list[Cell]:
        """The cells one by one, as formulas take them."""
        if self._list is None:
            values = self.block.cells
            cells: list[Cell] = values.tolist()
            if values.dtype.kind == "f":
                for position in np.flatnonzero(np.isnan(values)):
                    cells[position] = None
            self._list = cells
        return self._list


def side_by_side(columns: Sequence[Cells]) -> Block:
    """Columns as one block, as a range of several columns gives it."""
    if len(columns) == 1:
        return columns[0].block
    return typed([column.list for column in columns])


def field_column(
    known: Field, values: pa.ChunkedArray | pa.Array, lang: str, *, date1904: bool
) -> Cells:
    """A field's checked values as they stand in the cells of a sheet of the language.

    Args:
        known: the field.
        values: its values: numbers, texts, days, or flags (1, 0), with nulls for blanks.
        lang: the sheet's language.
        date1904: whether its days count from 1904.
    """
    if known.kind == "number":
        return Cells(_column(values.to_numpy(zero_copy_only=False).astype(np.float64)))
    if known.kind == "date":
        days = values.to_numpy(zero_copy_only=False).astype("datetime64[D]")
        serials = np.array(day_cells(days, date1904=date1904), dtype=np.float64)
        return Cells(_column(serials))
    if known.kind == "flag":
        words = _FLAG_WORDS[lang]
        cells = np.array([words.get(flag) for flag in values.to_pylist()] + [None], dtype=object)
        return Cells(_column(cells[:-1]))
    if known.options and lang == "zh":
        chinese = known.options
        return Cells(_column(_texts(values, chinese.get)))
    return Cells(_column(_texts(values, lambda text: text)))


def _texts(
    values: pa.ChunkedArray | pa.Array, shown: Callable[[str], str | None]
) -> npt.NDArray[Any]:
    """Texts as objects, one for all cells with the same text."""
    import pyarrow as pa  # noqa: PLC0415 - an optional extra, slow to import

    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    coded = whole.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    distinct = [shown(text) for text in coded.dictionary.to_pylist()]
    # The last one stands for a blank: its place is -1.
    cells: npt.NDArray[Any] = np.array([*distinct, None], dtype=object)[codes]
    return cells


def _column(values: npt.NDArray[Any]) -> Block:
    return Block(values, (len(values), 1))


def to_arrow(name: str, cells: Cells) -> dict[str, pa.Array]:
    """A column of any cells as three Arrow columns: what kind each cell is, its number, its text."""
    import pyarrow as pa  # noqa: PLC0415 - an optional extra, slow to import

    values = cells.list
    kinds = set(map(type, values))
    count = len(values)
    nothing_numbers, nothing_texts = pa.nulls(count, pa.float64()), pa.nulls(count, pa.string())
    if kinds <= _NUMBERS:
        codes = np.full(count, _NUMBER, dtype=np.int8)
        numbers: Any = pa.array(np.array(values, dtype=np.float64))
        texts: Any = nothing_texts
    elif kinds == {str}:
        codes = np.full(count, _TEXT, dtype=np.int8)
        numbers, texts = nothing_numbers, pa.array(values, pa.string())
    else:
        codes = np.array([_CODES[kind] for kind in map(type, values)], dtype=np.int8)
        numbers = pa.array([_number_of(value) for value in values], pa.float64())
        texts = pa.array([_text_of(value) for value in values], pa.string())
    return {f"{name}.kind": pa.array(codes), f"{name}.number": numbers, f"{name}.text": texts}


def _number_of(value: Cell) -> float | None:
    return float(value) if type(value) in _COUNTED else None  # type: ignore[arg-type]  # a number


def _text_of(value: Cell) -> str | None:
    if type(value) is str:
        return value
    if isinstance(value, CellError):
        return _MARK.join((value.code, value.reason, value.reason_zh))
    return None


def from_arrow(name: str, table: pa.Table | pa.RecordBatch) -> Cells:
    """A column of cells as ``to_arrow`` wrote it."""
    codes = table.column(f"{name}.kind").to_numpy(zero_copy_only=False)
    kinds = set(np.unique(codes).tolist())
    if kinds == {_NUMBER}:
        numbers = table.column(f"{name}.number").to_numpy(zero_copy_only=False)
        return Cells(_column(np.asarray(numbers, dtype=np.float64)))
    texts = table.column(f"{name}.text").to_pylist()
    if kinds == {_TEXT}:
        return Cells.of(texts)
    numbers = table.column(f"{name}.number").to_pylist()
    return Cells.of([_cell(*parts) for parts in zip(codes.tolist(), numbers, texts, strict=True)])


def _cell(code: int, number: float | None, text: str | None) -> Cell:
    if code == _NUMBER:
        return number
    if code == _TEXT:
        return text
    if code == _FLAG:
        return bool(number)
    return None if code == _BLANK else CellError(*(text or "").split(_MARK))
