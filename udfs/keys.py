"""Identifiers, such as customer numbers: decoding them and finding one list in another.

Two identifiers are the same when their texts are: the number 1 and the text "1" are one
customer, "001" is another, and capital letters count. Whole numbers stay numbers as long as
they can, because looking up ten million of them must not take longer than adding them up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.cells import Block, Column, decode_texts
from udfs.errors import CallError, Words

_EXACT: Final = 1e15
"""Below this every whole number is written with all its digits."""

_SPREAD: Final = 8
"""A direct table may have this many places per identifier before hashing saves memory."""

Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
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


def decode_keys(cells: Block, argument: str) -> Column:
    """Identifiers: 64-bit whole numbers if all are such, else trimmed texts."""
    values = cells.cells
    if values.dtype.kind == "i" or (values.dtype.kind == "u" and values.dtype.itemsize < 8):  # noqa: PLR2004 - bytes
        numbers = values.astype(np.int64, copy=False)
        return Column(numbers, np.zeros(len(numbers), dtype=bool), {}, cells.shape)
    if values.dtype.kind == "f":
        blank = np.isnan(values)
        numbers = np.where(blank, 0.0, values)
        if (np.floor(numbers) == numbers).all() and (np.abs(numbers) < _EXACT).all():
            return Column(numbers.astype(np.int64), blank, {}, cells.shape)
    return decode_texts(cells, argument)


def unique_keys(keys: Column, argument: str) -> tuple[npt.NDArray[Any], Lookup]:
    """The identifiers that occur, in ascending order, and where each row stands among them.

    Blank rows belong to nobody.

    Raises:
        CallError: an identifier is an error cell.
    """
    _refuse_faults(keys, argument)
    values = keys.values[~keys.blank] if keys.blank.any() else keys.values
    if values.dtype.kind == "i" and len(values) and _is_dense(values, len(values)):
        first = int(values.min())
        uniques = np.flatnonzero(np.bincount(values - first)) + first
    else:
        uniques = np.sort(pd.unique(values))
    return uniques, locate(uniques, keys, argument)


def locate(wanted: npt.NDArray[Any], keys: Column, argument: str) -> Lookup:
    """Where each row of ``keys`` stands in the list ``wanted``.

    Raises:
        CallError: an identifier among the rows is an error cell: it could be anybody's.
    """
    _refuse_faults(keys, argument)
    rows = keys.values
    if wanted.dtype.kind == "i" and rows.dtype.kind == "i":
        owner, place = _locate_numbers(wanted, rows)
    else:
        owner, place = _locate_texts(_as_texts(wanted), _as_texts(rows))
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
    return int(values.max()) - int(values.min()) < _SPREAD * max(count, 1024)


def _locate_numbers(
    wanted: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
) -> tuple[Places, Places]:
    if not len(wanted) or not _is_dense(wanted, max(len(wanted), len(rows) // _SPREAD)):
        return _locate_hashed(wanted, rows)
    first, last = int(wanted.min()), int(wanted.max())
    table = np.full(last - first + 2, -1, dtype=np.intp)
    table[wanted[::-1] - first] = np.arange(len(wanted) - 1, -1, -1)
    owner = table[wanted - first]
    if not len(rows):
        return owner, np.empty(0, dtype=np.intp)
    if int(rows.min()) >= first and int(rows.max()) <= last:
        return owner, table[rows - first]
    inside = (rows >= first) & (rows <= last)
    # The table's last place belongs to nobody and holds -1.
    return owner, table[np.where(inside, rows, last + 1) - first]


def _locate_texts(
    wanted: npt.NDArray[np.object_], rows: npt.NDArray[np.object_]
) -> tuple[Places, Places]:
    return _locate_hashed(wanted, rows)


def _locate_hashed(wanted: npt.NDArray[Any], rows: npt.NDArray[Any]) -> tuple[Places, Places]:
    codes, uniques = pd.factorize(wanted)
    first = np.empty(len(uniques), dtype=np.intp)
    first[codes[::-1]] = np.arange(len(wanted) - 1, -1, -1)
    found = pd.Index(uniques).get_indexer(rows)
    place = np.append(first, -1)[found]
    return first[codes], place


def _as_texts(values: npt.NDArray[Any]) -> npt.NDArray[np.object_]:
    if values.dtype.kind != "i":
        return values
    codes, uniques = pd.factorize(values)
    texts = np.empty(len(uniques), dtype=object)
    texts[:] = [str(number) for number in uniques.tolist()]
    spread: npt.NDArray[np.object_] = texts[codes]
    return spread
