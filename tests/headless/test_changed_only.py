"""Computing only what has changed gives what computing everything gives."""

import shutil

import pytest

from addin.headless.calculate import calculate
from addin.headless.engine import open_book
from addin.templates import new_workbook


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return new_workbook("portfolio", tmp_path_factory.mktemp("book") / "book.xlsx")


def table(book, sheet, name):
    return book.sheets[sheet].tables[name].data_body_range


def a_factor(book):
    table(book, "Customers", "tblCustomers")[3, 8].value = 0.93


def a_policy_cell(book):
    book.names["lgd"].refers_to_range.value = 0.6


def a_policy_table(book):
    table(book, "Policy", "tblGradeScale")[1, 1].value = 84


def a_snapshot(book):
    rows = table(book, "History", "tblHistory")
    rows[0, 4].value = "CC"


def a_longer_table(book):
    loans = book.sheets["Loans"].tables["tblLoans"]
    last = loans.range.last_cell
    sheet = book.sheets["Loans"]
    loans.resize(sheet.range(loans.range[0, 0], last.offset(1, 0)))
    sheet.range((last.row + 1, loans.range.column)).value = ["L9", "C0001", None, None, 900, 900]


def a_shorter_table(book):
    events = book.sheets["Transactions"].tables["tblTransactions"]
    sheet = book.sheets["Transactions"]
    events.resize(sheet.range(events.range[0, 0], events.range.last_cell.offset(-40, 0)))


def a_formula(book):
    book.names["npl_days"].refers_to_range.formula = "=30*2"


def a_name(book):
    book.names["res_pd"].refers_to = book.names["res_pd"].refers_to


def a_blank(book):
    table(book, "Customers", "tblCustomers")[5, 20].clear_contents()


def nothing(_book):
    """Leave everything as it is."""


CHANGES = [
    a_factor, a_policy_cell, a_policy_table, a_snapshot, a_longer_table, a_shorter_table, a_formula,
    a_name, a_blank, nothing,
]  # fmt: skip


def values(book):
    """Every cell; numbers to twelve digits, since a sum may be added up in another order."""
    return {
        (sheet.name, i, j): float(f"{cell:.12g}") if isinstance(cell, float) else cell
        for sheet in book.sheets
        for i, row in enumerate(sheet.used_range.options(err_to_str=True).value)
        for j, cell in enumerate(row)
    }


@pytest.mark.parametrize("change", CHANGES, ids=[change.__name__ for change in CHANGES])
def test_only_what_changed_is_computed_and_all_comes_out_the_same(template, tmp_path, change):
    books = []
    for name in ("smart.xlsx", "whole.xlsx"):
        shutil.copy(template, tmp_path / name)
        book = open_book(tmp_path / name)
        if name == "smart.xlsx":
            book.app.calculate()
        change(book)
        books.append(book)
    smart, whole = books
    smart.app.calculate()
    calculate(whole.impl.api)
    assert values(smart) == values(whole)


def test_a_second_calculation_has_little_to_do(template, tmp_path):
    shutil.copy(template, tmp_path / "book.xlsx")
    book = open_book(tmp_path / "book.xlsx")
    book.app.calculate()
    first = book.app.impl.report.python_calls
    book.app.calculate()
    assert book.app.impl.report.python_calls < first / 4
    a_snapshot(book)
    book.app.calculate()
    assert book.app.impl.report.python_calls < first / 4


def test_a_formula_that_cannot_be_computed_is_reported_every_time(template, tmp_path):
    shutil.copy(template, tmp_path / "book.xlsx")
    book = open_book(tmp_path / "book.xlsx")
    book.names["npl_days"].refers_to_range.formula = "=NO_SUCH_FUNCTION(90)"
    cells = []
    for _ in range(2):
        book.app.calculate()
        cells.append([(one.sheet, one.formula) for one in book.app.impl.report.uncomputed])
    assert cells[0] == cells[1] == [("Policy", "=NO_SUCH_FUNCTION(90)")]
