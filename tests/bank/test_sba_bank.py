"""Real loans (US Small Business Administration): a bank's run equals a refresh of the same file."""

import pytest

from tests.bank.cells import run_cells, sheet_cells
from tests.sba_loans import MAPPINGS, needs_the_files

pytestmark = [pytest.mark.long, needs_the_files]


@pytest.mark.parametrize("file", MAPPINGS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_results_are_those_of_a_refresh(sba, sba_by_duckdb, file, lang):
    refreshed, outcome = sba(file, lang), sba_by_duckdb(file, lang)
    computed, shown = run_cells(outcome.out), sheet_cells(refreshed.book)
    assert len(computed["customer_id"]) > 1000
    for name, cells in shown.items():
        assert computed[name] == cells, name
    assert outcome.summary.faults == refreshed.summary.faults
    for table in ("customers", "loans"):
        counts = [count for count in refreshed.summary.tables if count.table == table]
        read = sum(count.read for count in counts), sum(count.left_out for count in counts)
        assert outcome.summary.rows_of(table) == read
