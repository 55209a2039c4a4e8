"""Real loans (US Small Business Administration) through both engines."""

import pytest

from addin.bank.score import score
from addin.portfolio import SourceSet, refresh_file
from addin.templates import new_workbook
from tests.bank.cells import run_cells, sheet_cells
from tests.bank.spark.outcomes import assert_same
from tests.bank.test_sba_bank import AS_OF, DATA, HERE, MAPPINGS, POLICY

pytestmark = [
    pytest.mark.long,
    pytest.mark.usefixtures("nothing_left"),
    pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data/sba_loans is not on this machine"),
]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_spark_gives_the_bytes_of_duckdb_and_the_cells_of_a_refresh(cluster, lang, tmp_path):
    file = "SBAnational_22k.csv"
    named, mapping = {"sba": str(DATA / file)}, HERE / MAPPINGS[file]
    sources = SourceSet.of(named=named, mapping=mapping)
    book = new_workbook("portfolio", tmp_path / "book.xlsx", lang=lang)
    refresh_file(book, SourceSet.of(named=named, mapping=mapping, policy=POLICY), as_of=AS_OF)
    for engine, master in (("duckdb", None), ("spark", cluster.url)):
        score(
            book, sources, tmp_path / engine, batch_rows=5000, engine=engine, master=master
        )  # fmt: skip
    assert_same(tmp_path / "duckdb", tmp_path / "spark")
    computed, shown = run_cells(tmp_path / "spark"), sheet_cells(book)
    assert len(computed["customer_id"]) > 1000
    for name, cells in shown.items():
        assert computed[name] == cells, name
