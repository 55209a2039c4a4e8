"""Beyond one sheet: the chain of a policy workbook over all customers of a bank."""

from __future__ import annotations

import importlib.util
from typing import Final

from addin.errors import FileError, install
from udfs.errors import Words

_NEEDED: Final = {"duckdb": ("duckdb", "pyarrow"), "spark": ("pyspark", "pyarrow")}
_EXTRA: Final = {"duckdb": "bank", "spark": "spark"}


def require_extra(engine: str = "duckdb") -> None:
    """Say what to install where it is missing.

    Args:
        engine: "duckdb" or "spark".

    Raises:
        FileError: a package that the engine needs is not installed, or Spark's Java is not.
    """
    missing = [name for name in _NEEDED[engine] if importlib.util.find_spec(name) is None]
    if missing:
        raise FileError(
            "creditcells score",
            Words(f"needs {' and '.join(missing)}.", f"需要 {'、'.join(missing)}。"),
            install(_EXTRA[engine]),
        )
    if engine == "spark":
        from addin.bank.spark.java import require_java  # noqa: PLC0415 - needed for Spark alone

        require_java()
