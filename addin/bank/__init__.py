"""Beyond one sheet: the chain of a policy workbook over all customers of a bank."""

from __future__ import annotations

import importlib.util

from addin.errors import FileError

_NEEDED = ("duckdb", "pyarrow")


def require_extra() -> None:
    """Say what to install where it is missing.

    Raises:
        FileError: DuckDB or pyarrow is not installed.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise FileError(
            "creditcells score",
            f"needs {' and '.join(missing)}.",
            "Install it with: pip install 'creditcells[bank]'",
        )
