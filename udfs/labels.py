"""Codes and labels of a table: found in either language, shown in the one asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.cells import Faults
from udfs.errors import CellError, shorten
from udfs.kinds import TextArray

NOWHERE: Final = -1
"""The place of a text that is not in the table, and of a blank."""

IndexArray = npt.NDArray[np.intp]
T = TypeVar("T")


def places(values: TextArray, table: pd.DataFrame, *columns: str) -> IndexArray:
    """The first table row whose code or label each text is, in any case; else ``NOWHERE``."""
    rows: dict[str, int] = {}
    for column in columns:
        for row, text in enumerate(table[column]):
            if text:
                rows.setdefault(str(text).casefold(), row)
    codes, uniques = pd.factorize(values)
    found = [rows.get(str(text).casefold(), NOWHERE) for text in uniques]
    return np.array(found, dtype=np.intp)[codes]


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
    allowed = ", ".join(dict.fromkeys(str(text) for text in known))
    given = shorten(value)
    return CellError(
        errors.VALUE,
        f"{argument} must be one of {allowed}; got {given}.",
        f"{argument} 应为 {allowed} 之一，实际为 {given}。",
    )


def unknown_rows(
    argument: str, values: TextArray, found: IndexArray, known: Iterable[str]
) -> Faults:
    """The errors of the rows whose text was not found; one object per distinct text."""
    rows = np.flatnonzero(found == NOWHERE)
    allowed = list(known)
    made: dict[str, CellError] = {}
    return {
        int(row): made.setdefault(str(values[row]), unknown(argument, str(values[row]), allowed))
        for row in rows
    }


def errors_at(codes: IndexArray, read: Sequence[Any]) -> Faults:
    """The errors among what was read once, at the rows that have them."""
    wrong = [place for place, found in enumerate(read) if isinstance(found, CellError)]
    if not wrong:
        return {}
    return {i: read[codes[i]] for i in np.flatnonzero(np.isin(codes, wrong)).tolist()}
