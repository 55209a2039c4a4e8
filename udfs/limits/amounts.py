"""Amounts of money as reasons and tables show them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from udfs.cells import Faults, faulty
from udfs.kinds import FloatArray, TextArray
from udfs.labels import blank_nan


def shown(amount: float) -> str:
    """An amount with thousands apart and at most two decimals: 12,345.6."""
    text = f"{amount:,.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def or_unknown(values: FloatArray | None, count: int) -> FloatArray:
    """An optional argument's figures; NaN for every row where it was left out."""
    return np.full(count, np.nan) if values is None else values


def parts_table(
    headers: tuple[str, ...], columns: tuple[FloatArray | TextArray, ...], faults: Faults
) -> pd.DataFrame:
    """A table of parts, one row per row; unknown figures blank, faulty rows as their error."""
    shown_columns = (
        blank_nan(column.astype(np.float64)) if column.dtype.kind == "f" else column
        for column in columns
    )
    return pd.DataFrame(
        {
            header: faulty(column, faults.items())
            for header, column in zip(headers, shown_columns, strict=True)
        },
        dtype=object,
    )
