"""Real loans (US Small Business Administration) through both engines."""

import pytest

from addin.bank.score import score
from tests.bank.cells import run_cells, sheet_cells
from tests.bank.spark.outcomes import assert_same
from tests.sba_loans import WHOLE, needs_the_files, sources

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("nothing_left"), needs_the_files]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_spark_gives_the_bytes_of_duckdb_and_the_cells_of_a_refresh(
    cluster, sba, sba_by_duckdb, lang, tmp_path
):
    book, spark = sba(WHOLE, lang).book, tmp_path / "spark"
    score(
        book, sources(WHOLE), spark, batch_rows=5000, engine="spark", master=cluster.url
    )  # fmt: skip
    assert_same(sba_by_duckdb(WHOLE, lang).out, spark)
    computed, shown = run_cells(spark), sheet_cells(book)
    assert len(computed["customer_id"]) > 1000
    for name, cells in shown.items():
        assert computed[name] == cells, name
