"""Results by row as they are shown: errors in their places, blank rows blank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy.typing as npt
import pandas as pd

from udfs.cells import BoolArray, Faults, faulty


def shown(
    values: npt.NDArray[Any], faults: Faults, blank: BoolArray | None = None
) -> npt.NDArray[Any]:
    """The values with the errors of faulty rows; a blank row stays blank, whatever its error."""
    if not faults and (blank is None or not blank.any()):
        return values
    cells = faulty(values, faults.items())
    if blank is not None:
        cells[blank] = None
    return cells


def shown_table(
    headers: Sequence[str],
    columns: Sequence[npt.NDArray[Any]],
    faults: Faults,
    blank: BoolArray | None = None,
) -> pd.DataFrame:
    """The columns under their headers, shown alike."""
    pairs = zip(headers, columns, strict=True)
    return pd.DataFrame(
        {header: shown(column, faults, blank) for header, column in pairs}, dtype=object
    )
