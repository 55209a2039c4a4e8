"""Codes and labels of a table: found in either language, shown in the one asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.cells import Faults
from udfs.chinese import joined
from udfs.errors import CellError, one_of, shorten
from udfs.kinds import FloatArray, TextArray
from udfs.read_once import read_once

NOWHERE: Final = -1
"""The place of a text that is not in the table, and of a blank."""

IndexArray = npt.NDArray[np.intp]
T = TypeVar("T")


def places(values: TextArray, table: pd.DataFrame, *columns: str) -> IndexArray:
    """The first table row whose code or label each text is, in any case; else ``NOWHERE``."""
    rows = _rows_by_name(table, *columns)
    codes, uniques = pd.factorize(values)
    found = [rows.get(str(text).casefold(), NOWHERE) for text in uniques]
    return np.array(found, dtype=np.intp)[codes]


@read_once
def _rows_by_name(table: pd.DataFrame, *columns: str) -> dict[str, int]:
    rows: dict[str, int] = {}
    for column in columns:
        for row, text in enumerate(table[column]):
            if text:
                rows.setdefault(str(text).casefold(), row)
    return rows


def once_each(values: TextArray, read: Callable[[str], T]) -> tuple[IndexArray, list[T]]:
    """Each distinct text read once: a place per row, and what stands at each place."""
    codes, uniques = pd.factorize(values)
    return codes, [read(str(text)) for text in uniques]


def spread(codes: IndexArray, contents: Iterable[Any]) -> TextArray:
    """The contents at the places of the rows, as an array of objects."""
    listed = list(contents)
    array = np.empty(len(listed), dtype=object)
    array[:] = listed
    return array[codes]


def unknown(argument: str, value: str, known: Iterable[str]) -> CellError:
    """The error of a row whose text is none of the table's."""
    allowed = one_of(dict.fromkeys(known))
    given = shorten(value)
    return CellError(
        errors.VALUE,
        f"{argument} must be {allowed}; got {given}.",
        joined(argument, "应为", allowed.zh, "，实际为", given, "。"),
    )


def unknown_rows(
    argument: str, values: TextArray, found: IndexArray, known: Iterable[str]
) -> Faults:
    """The errors of the rows whose text was not found."""
    rows = np.flatnonzero(found == NOWHERE)
    if not len(rows):
        return {}
    allowed = list(known)
    codes, read = once_each(values[rows], lambda text: unknown(argument, text, allowed))
    return errors_at(codes, read, rows)


def errors_at(codes: IndexArray, read: Sequence[Any], rows: IndexArray | None = None) -> Faults:
    """The errors among what was read once, at the rows that have them.

    Args:
        codes: the place of each row in ``read``.
        read: what stands at each place.
        rows: the numbers of the rows, where they are not simply counted.
    """
    faults: Faults = {}
    for place, found in enumerate(read):
        if isinstance(found, CellError):
            here = np.flatnonzero(codes == place)
            faults |= dict.fromkeys((here if rows is None else rows[here]).tolist(), found)
    return faults


def joined_codes(first: IndexArray, second: IndexArray) -> IndexArray:
    """One code per pair of codes, numbered from zero."""
    codes, _ = pd.factorize(first * (int(second.max(initial=0)) + 1) + second)
    return codes


def blank_nan(values: FloatArray) -> TextArray:
    """Numbers as they go into a table of cells: blank where there is none."""
    shown = values.astype(object)
    shown[np.isnan(values)] = None
    return shown
