"""The risk pages after a refresh: with all fields, and from sources that lack the optional ones."""

import datetime as dt

import pandas as pd
import pytest

from addin.demo import make_bank, write_sources
from addin.headless.calculate import calculate
from addin.headless.engine import open_book
from addin.headless.workbook import Workbook
from addin.portfolio import SourceSet, refresh_file
from addin.templates import new_workbook
from tests.portfolio.test_refresh import Desk, customers, loans, transactions
from workbook_templates.portfolio import large_exposures, layout

AS_OF = dt.date(2026, 9, 30)
PAGES = ("concentration", "large_exposures", "classification")
OPTIONAL = {
    "customers": ("industry", "region", "connected_group", "circumstances"),
    "loans": ("five_tier", "impaired", "provision", "guarantee"),
}


def cells(book, lang, key):
    return Workbook.open(book).sheet(layout.SHEETS[key][lang]).values(1, 1, 70, 45)


def wrong_cells(book, lang):
    return [
        (key, cell)
        for key in PAGES
        for row in cells(book, lang, key)
        for cell in row
        if str(cell).startswith("#")
    ]


def named(book, name):
    return open_book(book).names[name].refers_to_range.value


def lacking(frame, table):
    return frame.drop(columns=[name for name in OPTIONAL[table] if name in frame])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_sources_without_the_optional_fields_leave_no_error(tmp_path, lang):
    desk = Desk(tmp_path, lang)
    summary = desk.refresh(
        customers=lacking(customers(), "customers"),
        loans=lacking(loans(), "loans"),
        transactions=transactions(),
    )
    assert (summary.uncomputed, summary.unreconciled) == ((), 0)
    assert wrong_cells(desk.book, lang) == []


def test_made_up_capital_does_not_stay_beside_a_banks_own_customers(tmp_path):
    desk = Desk(tmp_path)
    desk.refresh(customers=customers(), loans=loans(), transactions=transactions())
    for name in layout.CAPITAL_OF_THE_CASE:
        assert named(desk.book, name) is None


def test_capital_that_was_typed_in_stays(tmp_path):
    desk = Desk(tmp_path)
    book = open_book(desk.book)
    book.names[layout.TIER1_NAME].refers_to_range.value = 5000
    book.save()
    desk.refresh(customers=customers(), loans=loans(), transactions=transactions())
    assert named(desk.book, layout.TIER1_NAME) == 5000
    assert named(desk.book, layout.NET_CAPITAL_NAME) is None


def test_a_later_refresh_leaves_any_capital(tmp_path):
    desk = Desk(tmp_path)
    tables = {"customers": customers(), "loans": loans(), "transactions": transactions()}
    desk.refresh(**tables)
    book = open_book(desk.book)
    made_up = layout.CAPITAL_OF_THE_CASE[layout.TIER1_NAME]
    book.names[layout.TIER1_NAME].refers_to_range.value = made_up
    book.save()
    desk.refresh(**tables)
    assert named(desk.book, layout.TIER1_NAME) == made_up


@pytest.fixture(scope="module", params=["en", "zh"])
def refreshed(request, tmp_path_factory):
    """A demo bank of 300 customers, clean and with its capital, in a workbook."""
    lang, folder = request.param, tmp_path_factory.mktemp("risk")
    bank = make_bank(300)
    book = new_workbook("portfolio", folder / "b.xlsx", lang=lang)
    opened = open_book(book)
    opened.names[layout.TIER1_NAME].refers_to_range.value = bank.tier1_capital
    opened.names[layout.NET_CAPITAL_NAME].refers_to_range.value = bank.net_capital
    opened.save()
    bank.loans.to_csv(folder / "loans.csv", index=False)
    bank.transactions.to_csv(folder / "transactions.csv", index=False)
    bank.customers.to_csv(folder / "customers.csv", index=False)
    files = {
        table: str(folder / f"{table}.csv") for table in ("customers", "loans", "transactions")
    }
    summary = refresh_file(book, SourceSet.of(**files), as_of=AS_OF)
    assert summary.unreconciled == 0
    return lang, book, bank


CODES = ["normal", "special mention", "substandard", "doubtful", "loss"]


def classes_by_hand(bank):
    """The class of each customer with loans from 0 to 4, by the days overdue of the Measures."""
    loans = bank.loans
    days = loans.groupby("customer_id")["overdue_days"].max()
    worst = pd.cut(days, [-1, 0, 90, 270, 360, 1e9], labels=False)
    stated = bank.customers.set_index("customer_id")["circumstances"]
    least = stated.map({"refinanced": 1, "changed_use": 1, "debt_evasion": 3}).fillna(0)
    return worst.combine(least.reindex(worst.index), max)


def test_classes_and_provisions_of_a_bank_are_those_of_pandas(refreshed):
    lang, book, bank = refreshed
    classes = classes_by_hand(bank)
    exposure = bank.loans.groupby("customer_id")["balance"].sum()
    booked = bank.loans.groupby("customer_id")["provision"].sum()
    sheet = Workbook.open(book).sheet(layout.SHEETS["classification"][lang])
    for place, rate in enumerate([0.01, 0.03, 0.26, 0.51, 1.01]):
        own = classes.index[classes == place]
        row = sheet.values(9 + place, 3, 9 + place, 12)[0]
        assert row[0] == len(own)
        amount = exposure[own].sum()
        assert [row[2], row[7], row[8]] == pytest.approx([amount, amount * rate, booked[own].sum()])


def test_the_matrix_of_a_bank_is_that_of_pandas(refreshed):
    lang, book, bank = refreshed
    suggested = bank.loans["customer_id"].map(classes_by_hand(bank))
    stated = bank.loans["five_tier"].map(CODES.index)
    expected = bank.loans.groupby([stated, suggested])["balance"].sum()
    sheet = Workbook.open(book).sheet(layout.SHEETS["classification"][lang])
    shown = sheet.values(26, 3, 30, 7)
    for books in range(5):
        for place in range(5):
            assert shown[books][place] == pytest.approx(expected.get((books, place), 0))


def test_large_exposures_of_a_bank_are_those_of_pandas(refreshed):
    lang, book, bank = refreshed
    exposure = bank.loans.groupby("customer_id")["balance"].sum()
    large = exposure[exposure >= 0.025 * bank.tier1_capital].sort_values(ascending=False)
    sheet = Workbook.open(book).sheet(layout.SHEETS["large_exposures"][lang])
    shown = sheet.values(9, 3, 8 + large_exposures.CUSTOMERS, 6)
    listed = large[: large_exposures.CUSTOMERS]
    assert [row[0] for row in shown][: len(listed)] == list(listed.index)
    assert [row[3] for row in shown][: len(listed)] == pytest.approx(listed.tolist())
    assert sheet.value(5, 5) == len(large)
    assert sheet.value(5, 11) == len(large) - len(listed)


def test_shares_of_a_bank_are_those_of_pandas(refreshed):
    lang, book, bank = refreshed
    sums = bank.loans.groupby("guarantee")["balance"].sum().sort_values(ascending=False)
    sheet = Workbook.open(book).sheet(layout.SHEETS["concentration"][lang])
    shown = sheet.values(28, 10, 31, 11)
    assert [row[0] for row in shown] == pytest.approx(sums.tolist())
    assert [row[1] for row in shown] == pytest.approx((sums / sums.sum()).tolist())


def test_dirty_files_leave_unclassified_customers_in_a_row_of_their_own(tmp_path):
    bank = make_bank(300)
    files = write_sources(bank, tmp_path)
    book = new_workbook("portfolio", tmp_path / "b.xlsx")
    sources = SourceSet.of(
        customers=str(files.customers), loans=str(files.loans), transactions=str(files.transactions)
    )
    summary = refresh_file(book, sources, as_of=AS_OF)
    assert summary.unreconciled == 0
    assert named(book, "class_unknown") > 0
    assert wrong_cells(book, "en") == []


def test_a_second_calculation_changes_nothing(refreshed):
    _, path, _ = refreshed
    book = Workbook.open(path)
    place = book.sheet(layout.SHEETS["classification"][refreshed[0]])
    before = place.values(1, 1, 40, 13)
    assert calculate(book).uncomputed == []
    assert place.values(1, 1, 40, 13) == before
