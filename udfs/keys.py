"""Identifiers, such as customer numbers: decoding them and finding one list in another.

Two identifiers are the same when their texts are: the number 1 and the text "1" are one
customer, "001" is another, and capital letters count. Whole numbers stay numbers as long as
they can, and long lists of texts are looked at once: finding ten million of them must not take
much longer than adding up their amounts.
"""

from __future__ import annotations

import operator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.cells import Block, BoolArray, Column, Faults, block, decode_texts
from udfs.errors import CallError, CellError, Words
from udfs.kinds import TextArray
from udfs.one_cell import error_of
from udfs.records import record

_EXACT: Final = 1e15
"""Below this every whole number is written with all its digits."""

_SPREAD: Final = 8
"""A direct table may have this many places per identifier before hashing saves memory."""

_SMALL: Final = 1024
"""Lists shorter than this count as this long when a direct table is weighed."""

_ODD_STARTS: Final = ("", "#")
"""How a text starts that is empty or stands for an error cell."""

_PLAIN: Final = {int, float, type(None)}
"""The types of cells that may all be whole numbers."""

Places = npt.NDArray[np.intp]


@record
class KeyColumn(Column):
    """A column of identifiers.

    Attributes:
        texts: the distinct identifiers, whose places ``values`` holds (-1 for none); None if
            ``values`` holds the identifiers themselves, as whole numbers.
    """

    texts: TextArray | None = None


@record
class Lookup:
    """Where each of some rows stands in a list of identifiers.

    Attributes:
        owner: for each identifier of the list, the first place where it stands in the list.
        place: for each row, the first place of its identifier in the list; -1 if it is not there.
        count: the length of the list.
    """

    owner: Places
    place: Places
    count: int


# --- cells in -------------------------------------------------------------------------------


def decode_keys(cells: Block, argument: str) -> Column:
    """The identifiers themselves: 64-bit whole numbers if all are such, else trimmed texts."""
    column = _key_column(cells, argument)
    if column.texts is None:
        return column
    texts = np.append(column.texts, "")[column.values]
    return Column(texts, column.blank, column.faults, column.shape)


def key_column(raw: Any, argument: str) -> KeyColumn:
    """The identifiers of a list of rows, as a host or pandas hands them over."""
    if isinstance(raw, pd.Series) and isinstance(raw.dtype, pd.StringDtype):
        codes, uniques = raw.array.factorize()
        return _trimmed(codes, uniques.to_numpy(dtype=object), (len(raw), 1), argument)
    return _key_column(block(raw, argument), argument)


def _key_column(cells: Block, argument: str) -> KeyColumn:
    return cells.column("keys", lambda: _decode_keys(cells, argument))


def _decode_keys(cells: Block, argument: str) -> KeyColumn:
    values = cells.cells
    if values.dtype.kind == "O":
        values = _numbers_if_all(values)
    if values.dtype.kind == "i" or (values.dtype.kind == "u" and values.dtype.itemsize < 8):  # noqa: PLR2004 - bytes
        return _numbers(values, np.zeros(len(values), dtype=bool), cells)
    if values.dtype.kind == "f":
        blank = np.isnan(values)
        numbers = np.where(blank, 0.0, values)
        if (np.floor(numbers) == numbers).all() and (np.abs(numbers) < _EXACT).all():
            return _numbers(numbers, blank, cells)
    if values.dtype.kind == "O":
        column = _only_texts(cells, argument)
        if column is not None:
            return column
    decoded = decode_texts(cells, argument)
    codes, uniques = pd.factorize(decoded.values)
    codes[decoded.blank] = -1
    return KeyColumn(codes, codes < 0, decoded.faults, cells.shape, uniques)


def _numbers_if_all(cells: npt.NDArray[np.object_]) -> npt.NDArray[Any]:
    """The cells as floats if there are only plain numbers and blanks among them."""
    kinds = set(map(type, cells[:_SMALL]))
    if not kinds <= _PLAIN or not set(map(type, cells)) <= _PLAIN:
        return cells
    if any(error_of(cell) is not None for cell in cells):
        return cells
    try:
        return cells.astype(np.float64)
    except OverflowError:  # a whole number beyond any float is a name, not a number
        return cells


def _numbers(values: npt.NDArray[Any], blank: BoolArray, cells: Block) -> KeyColumn:
    return KeyColumn(values.astype(np.int64, copy=False), blank, {}, cells.shape)


def _only_texts(cells: Block, argument: str) -> KeyColumn | None:
    """The column if its cells are texts and blanks only; None if there is anything else.

    No text equals anything but a text, so the distinct cells tell it for all of them.
    """
    try:
        codes, uniques = pd.factorize(cells.cells)
    except TypeError:  # a cell that cannot be hashed: an error cell as a dictionary
        return None
    if not all(type(cell) is str for cell in uniques):
        return None
    return _trimmed(codes, uniques, cells.shape, argument)


def _trimmed(codes: Places, uniques: TextArray, shape: tuple[int, int], name: str) -> KeyColumn:
    """Texts without spaces around them; those that then are equal become one."""
    stripped = [text.strip() for text in uniques]
    texts = uniques
    # A text without spaces around it is handed back as itself, and comparing that costs nothing.
    if not all(map(operator.is_, stripped, uniques)):
        merged, texts = pd.factorize(_objects(stripped))
        codes = np.append(merged, -1)[codes]
    odd = [(i, text) for i, text in enumerate(texts) if text[:1] in _ODD_STARTS]
    faults: Faults = {}
    for place, text in odd:
        error = error_of(text)
        if error is not None:
            reason = CellError(
                error.code, f"{name}: the cell holds {error}.", f"{name}：单元格为错误值 {error}。"
            )
            faults.update(dict.fromkeys(np.flatnonzero(codes == place).tolist(), reason))
        elif not text:
            codes = np.where(codes == place, -1, codes)
    return KeyColumn(codes, codes < 0, faults, shape, texts)


def _objects(items: list[str]) -> TextArray:
    texts = np.empty(len(items), dtype=object)
    texts[:] = items
    return texts


# --- one list in another ----------------------------------------------------------------------


def unique_keys(keys: KeyColumn, argument: str) -> tuple[npt.NDArray[Any], Lookup]:
    """The identifiers that occur, in ascending order, and where each row stands among them.

    Blank rows belong to nobody.

    Raises:
        CallError: an identifier is an error cell.
    """
    _refuse_faults(keys, argument)
    if keys.texts is not None:
        return _unique_texts(keys.texts, keys.values)
    used = keys.values[~keys.blank] if keys.blank.any() else keys.values
    if len(used) == len(keys) and len(used) and _is_dense(used, len(used)):
        return _unique_dense(used)
    uniques = np.sort(pd.unique(used))
    return uniques, locate(uniques, keys, argument)


def _unique_dense(numbers: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], Lookup]:
    """Numbers close together: the number itself says the place, and no hashing is needed."""
    first = numbers.min()
    shifted = numbers - first if first else numbers
    present = np.bincount(shifted) > 0
    uniques = np.flatnonzero(present) + first
    place = shifted if len(uniques) == len(present) else (np.cumsum(present) - 1)[shifted]
    return uniques, Lookup(np.arange(len(uniques)), place, len(uniques))


def _unique_texts(texts: TextArray, codes: Places) -> tuple[TextArray, Lookup]:
    present = np.flatnonzero(np.bincount(codes + 1, minlength=1)[1:])
    order = present[np.argsort(texts[present], kind="stable")]
    rank = np.full(len(texts) + 1, -1, dtype=np.intp)
    rank[order] = np.arange(len(order))
    # A blank row's code, -1, takes the last rank, which is nobody's.
    return texts[order], Lookup(np.arange(len(order)), rank[codes], len(order))


def locate(wanted: npt.NDArray[Any], keys: KeyColumn, argument: str) -> Lookup:
    """Where each row of ``keys`` stands in the list ``wanted``.

    Raises:
        CallError: an identifier among the rows is an error cell: it could be anybody's.
    """
    _refuse_faults(keys, argument)
    if keys.texts is not None:
        owner, found = _locate_hashed(_as_texts(wanted), keys.texts)
        place = np.append(found, -1)[keys.values]
    elif wanted.dtype.kind == "i":
        owner, place = _locate_numbers(wanted, keys.values)
    else:
        codes, numbers = pd.factorize(keys.values)
        owner, found = _locate_hashed(wanted, _as_texts(numbers))
        place = found[codes]
    if keys.blank.any():
        place[keys.blank] = -1
    return Lookup(owner, place, len(wanted))


def _refuse_faults(keys: Column, argument: str) -> None:
    for i, error in keys.faults.items():
        where = Words(f"{argument}, row {i + 1}", f"{argument} 第 {i + 1} 行")
        shown = Words(error.reason or str(error), error.reason_zh or str(error))
        allowed = Words("an identifier or blank", "编号或空白")
        raise CallError(where, shown, allowed, code=error.code)


def _is_dense(values: npt.NDArray[np.int64], count: int) -> bool:
    # In Python's own integers, since the difference of two 64-bit numbers may not fit in one.
    return int(values.max()) - int(values.min()) < _SPREAD * max(count, _SMALL)


def _locate_numbers(
    wanted: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
) -> tuple[Places, Places]:
    if not len(wanted) or not _is_dense(wanted, max(len(wanted), len(rows) // _SPREAD)):
        return _locate_hashed(wanted, rows)
    first, last = int(wanted.min()), int(wanted.max())
    table = np.full(last - first + 2, -1, dtype=np.intp)
    table[wanted[::-1] - first] = np.arange(len(wanted) - 1, -1, -1)
    owner = table[wanted - first]
    if not len(rows) or (int(rows.min()) >= first and int(rows.max()) <= last):
        return owner, table[rows - first]
    inside = (rows >= first) & (rows <= last)
    # The table's last place belongs to nobody and holds -1.
    return owner, table[np.where(inside, rows - first, -1)]


def _locate_hashed(wanted: npt.NDArray[Any], rows: npt.NDArray[Any]) -> tuple[Places, Places]:
    codes, uniques = pd.factorize(wanted)
    first = np.empty(len(uniques), dtype=np.intp)
    first[codes[::-1]] = np.arange(len(wanted) - 1, -1, -1)
    found = pd.Index(uniques).get_indexer(rows)
    return first[codes], np.append(first, -1)[found]


def _as_texts(values: npt.NDArray[Any]) -> TextArray:
    if values.dtype.kind != "i":
        return values
    return _objects([str(number) for number in values.tolist()])
