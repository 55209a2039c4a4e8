"""The rules of one regulation out of a table that holds several side by side."""

from __future__ import annotations

from typing import Final

import pandas as pd

from udfs.errors import CallError, one_of
from udfs.read_once import read_once

_NAMES: Final = ("scheme", "scheme_en", "scheme_zh")


@read_once
def rows_of_scheme(table: pd.DataFrame, scheme: str) -> pd.DataFrame:
    """The rows of the scheme that a code or a name in either language means.

    Raises:
        CallError: the table has no such scheme.
    """
    wanted = scheme.casefold().strip()
    for name in _NAMES:
        if name in table.columns:
            rows = table[table[name].str.casefold() == wanted]
            if len(rows):
                return rows.reset_index(drop=True)
    raise CallError("scheme", scheme, one_of(dict.fromkeys(table["scheme"])))
