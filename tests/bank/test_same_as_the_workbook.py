"""A bank's run gives, cell by cell, what `creditcells refresh` gives for the same files."""

import datetime as dt
import shutil

import pytest

from addin.bank.score import score
from addin.headless.engine import open_book
from addin.portfolio import refresh_file
from addin.portfolio.sheet_tables import find_tables
from addin.templates import new_workbook
from tests.bank.cells import AS_OF, Refreshed, rejects, run_cells, sheet_cells


def assert_same(out, book):
    computed, shown = run_cells(out), sheet_cells(book)
    assert list(computed) == list(shown)
    for name, cells in shown.items():
        assert computed[name] == cells, name


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_cell_is_that_of_the_sheet_to_the_last_digit(demo, lang, tmp_path):
    bank = demo(lang)
    score(bank.book, bank.sources, tmp_path / "out")
    assert_same(tmp_path / "out", bank.book)


@pytest.mark.parametrize("size", [pytest.param(1, marks=pytest.mark.long), 37, 239])
def test_the_size_of_the_batches_changes_nothing(demo, size, tmp_path):
    bank = demo()
    score(bank.book, bank.sources, tmp_path / "out", batch_rows=size)
    assert_same(tmp_path / "out", bank.book)


def test_without_transactions_no_payment_is_made_on_the_sheet_or_in_the_run(sources, tmp_path):
    folder = tmp_path / "sources"
    shutil.copytree(sources(), folder)
    header, *_ = (folder / "transactions.csv").read_text(encoding="utf-8").splitlines()
    (folder / "transactions.csv").write_text(header + "\n", encoding="utf-8")
    bank = Refreshed(new_workbook("portfolio", tmp_path / "book.xlsx"), folder, "en")
    refresh_file(bank.book, bank.sources, as_of=AS_OF)
    score(bank.book, bank.sources, tmp_path / "out")
    assert_same(tmp_path / "out", bank.book)
    shown = sheet_cells(bank.book)
    assert {*shown["paid"], *shown["missed"]} == {0}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_rejects_are_the_entries_of_the_data_check(demo, lang, tmp_path):
    bank = demo(lang)
    score(bank.book, bank.sources, tmp_path / "out", batch_rows=50)
    table = find_tables(open_book(bank.book), ["tblChecks"])["tblChecks"]
    names = {"Customers": "customers", "Loans": "loans", "Transactions": "transactions",
             "客户": "customers", "贷款": "loans", "交易": "transactions"}  # fmt: skip
    listed = sorted(
        (names[row[0]], *("" if c is None else str(_whole(c)) for c in row[1:]))
        for row in table.body()
    )
    assert rejects(tmp_path / "out") == listed


def _whole(cell):
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


@pytest.mark.long
@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("rfm_method", "r_package"),
        ("rfm_method", "rank"),
        ("rfm_method", "rank_average"),
        ("rfm_method", "ntile"),
        ("rfm_method", "mean"),
        ("rfm_method", "no such rule"),
        ("rfm_bins", 3),
        ("abc_cross", "up"),
        ("abc_cut_a", 0.97),
        ("vrn_high", 0.2),
        ("rfm_months", 0),
        ("lgd", 0.6),
        ("npl_days", 30),
        ("consent_needed", False),
    ],
)
def test_the_policy_is_that_of_the_workbook_whatever_the_officer_writes(
    demo, cell, value, tmp_path
):
    bank = demo(**{cell: value})
    score(bank.book, bank.sources, tmp_path / "out", batch_rows=100)
    assert_same(tmp_path / "out", bank.book)


@pytest.mark.long
def test_another_day_than_the_workbooks_is_that_of_a_refresh(demo, tmp_path):
    day = dt.date(2026, 6, 15)
    bank = demo(as_of=day)
    score(demo().book, bank.sources, tmp_path / "out", as_of=day)
    assert_same(tmp_path / "out", bank.book)
