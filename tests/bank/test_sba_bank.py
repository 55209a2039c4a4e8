"""Real loans (US Small Business Administration): a bank's run equals a refresh of the same file."""

import datetime as dt
from pathlib import Path

import pytest

from addin.bank.score import score
from addin.portfolio import SourceSet, refresh_file
from addin.templates import new_workbook
from tests.bank.cells import run_cells, sheet_cells

HERE = Path(__file__).parents[1] / "portfolio"
DATA = HERE.parents[1] / "../shared/data/sba_loans"
POLICY = {
    "scorecard_corporate": HERE / "sba_scorecard.csv",
    "grade_scale": HERE / "sba_grade_scale.csv",
    "master_scale": HERE / "sba_master_scale.csv",
}
MAPPINGS = {
    "SBAnational_22k.csv": "sba_22k.toml",
    "SBAnational_eu_semicolon_a.csv": "sba_semicolon.toml",
}
AS_OF = dt.date(2014, 12, 31)

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data/sba_loans is not on this machine"),
]


@pytest.mark.parametrize("file", MAPPINGS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_results_are_those_of_a_refresh(file, lang, tmp_path):
    sources = SourceSet.of(named={"sba": str(DATA / file)}, mapping=HERE / MAPPINGS[file])
    book = new_workbook("portfolio", tmp_path / "book.xlsx", lang=lang)
    with_policy = SourceSet.of(
        named={"sba": str(DATA / file)}, mapping=HERE / MAPPINGS[file], policy=POLICY
    )
    summary = refresh_file(book, with_policy, as_of=AS_OF)
    outcome = score(book, sources, tmp_path / "out", batch_rows=5000)
    computed, shown = run_cells(tmp_path / "out"), sheet_cells(book)
    assert len(computed["customer_id"]) > 1000
    for name, cells in shown.items():
        assert computed[name] == cells, name
    assert outcome.summary.faults == summary.faults
    for table in ("customers", "loans"):
        counts = [count for count in summary.tables if count.table == table]
        read = sum(count.read for count in counts), sum(count.left_out for count in counts)
        assert outcome.summary.rows_of(table) == read
