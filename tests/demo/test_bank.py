import numpy as np
import pandas as pd
import pytest

from addin.demo import make_bank, write_sources
from workbook_templates.fields import TABLES, fields


@pytest.fixture(scope="module")
def bank():
    return make_bank(400)


def test_same_seed_makes_the_same_bank(bank):
    again = make_bank(400)
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(bank, table), getattr(again, table))


def test_other_seed_makes_another(bank):
    assert not make_bank(400, seed=1).customers.equals(bank.customers)


@pytest.mark.parametrize("table", TABLES)
def test_columns_are_those_of_the_field_dictionary(bank, table):
    assert set(getattr(bank, table).columns) == {field.name for field in fields(table)}


@pytest.mark.parametrize("table", TABLES)
def test_clean_figures_lie_within_the_dictionarys_bounds(bank, table):
    frame = getattr(bank, table)
    for field in fields(table):
        if field.kind != "number":
            continue
        values = pd.to_numeric(frame[field.name]).dropna()
        assert field.lower is None or (values >= field.lower).all(), field.name
        assert field.upper is None or (values <= field.upper).all(), field.name
        if field.options:
            assert set(frame[field.name]) <= set(field.options)


def test_every_name_says_that_it_is_a_sample(bank):
    assert bank.customers["name"].str.contains("Sample|示例").all()


def test_names_come_in_both_languages(bank):
    chinese = bank.customers["name"].str.contains(r"[\u4e00-\u9fff]")
    assert 0.4 < chinese.mean() < 0.8


def test_some_customers_are_connected_and_most_are_not(bank):
    groups = bank.customers["connected_group"]
    assert 0.02 < (groups != "").mean() < 0.12
    assert groups[groups != ""].value_counts().max() > 1


def test_loans_beyond_ninety_days_are_impaired_and_provided_for(bank):
    loans = bank.loans
    assert ((loans["impaired"] == "yes") == (loans["overdue_days"] > 90)).all()
    rates = (loans["provision"] / loans["balance"]).groupby(loans["five_tier"]).mean()
    assert rates["normal"] < rates["special mention"] < rates["substandard"] < rates["doubtful"]


def test_the_bank_has_its_own_capital(bank):
    total = bank.loans["balance"].sum()
    assert bank.tier1_capital < bank.net_capital < total
    assert bank.tier1_capital == pytest.approx(0.07 * total, rel=0.01)


def test_weak_ratios_go_with_overdue_loans(bank):
    worst = bank.loans.groupby("customer_id")["overdue_days"].max()
    customers = bank.customers.set_index("customer_id").assign(late=worst.ge(90))
    by_late = customers.groupby(customers["late"].eq(True))["debt_ratio"].mean()
    assert by_late[True] > by_late[False] + 0.05


def test_earlier_quarter_has_the_same_customers_and_no_later_events():
    now, before = make_bank(200), make_bank(200, quarter=1)
    assert before.as_of == now.as_of - np.timedelta64(91, "D")
    assert list(before.customers["customer_id"]) == list(now.customers["customer_id"])
    assert (before.transactions["date"] <= before.as_of).all()
    assert (before.loans["start"] <= before.as_of).all()
    moved = (before.customers["debt_ratio"] - now.customers["debt_ratio"]).abs().mean()
    assert 0 < moved < 0.05


@pytest.mark.parametrize(("lang", "encoding"), [("en", "utf-8"), ("zh", "gb18030")])
def test_files_have_the_workbooks_headers_and_every_row(bank, tmp_path, lang, encoding):
    files = write_sources(bank, tmp_path, lang=lang)
    for table in TABLES:
        frame = pd.read_csv(getattr(files, table), encoding=encoding, dtype=str)
        assert list(frame.columns) == [field.header(lang) for field in fields(table)]
        assert len(frame) >= len(getattr(bank, table))


def test_files_have_the_dirt_of_real_ones(bank, tmp_path):
    files = write_sources(bank, tmp_path)
    customers = pd.read_csv(files.customers, dtype=str, keep_default_na=False)
    assert customers["Customer ID"].duplicated().any()
    assert customers["Debt ratio"].isin(["n/a"]).any()
    assert customers["Name"].str.startswith("=cmd").any()
    loans = pd.read_csv(files.loans, dtype=str, keep_default_na=False)
    assert (loans["Customer ID"] == "C999999").any()
    assert (loans["Balance"] == "-100").any()
