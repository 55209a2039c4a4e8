"""A run gives the same bytes with either engine."""

import pytest

from addin.bank.score import score
from tests.bank.cells import run_cells, sheet_cells
from tests.bank.spark.outcomes import assert_same


@pytest.mark.long
def test_a_run_gives_the_bytes_of_duckdb_and_the_cells_of_the_sheet(
    spark_settings, demo, nothing_left, tmp_path  # noqa: ARG001 - Spark's environment
):  # fmt: skip
    bank = demo()
    for engine in ("duckdb", "spark"):
        score(bank.book, bank.sources, tmp_path / engine, batch_rows=100, engine=engine)
    assert_same(tmp_path / "duckdb", tmp_path / "spark")
    assert run_cells(tmp_path / "spark") == sheet_cells(bank.book)
