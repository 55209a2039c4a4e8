"""Real data into every template that has tables of data: the results are those of Python."""

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from addin.filling.fill import fill_file
from addin.portfolio import Source, SourceSet
from addin.templates import new_workbook
from tests.templates.every import errors, named, named_rows
from udfs import call
from workbook_templates import template

DATA = Path(__file__).parents[2] / "../shared/data"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not on this machine"),
]


class Trial:
    """A source in an empty workbook of a template that grows to take it."""

    def __init__(self, folder, name, lang, rows, mapping, as_of=None):
        self.lang, self.rows = lang, rows
        self.template = template(name)
        source, plan = folder / "source.csv", folder / "mapping.toml"
        rows.to_csv(source, index=False)
        plan.write_text(mapping, encoding="utf-8")
        book = new_workbook(name, folder / "empty.xlsx", lang=lang, without_case=True)
        before = book.read_bytes()
        sources = SourceSet(sources=(Source(location=str(source), name="source"),), mapping=plan)
        self.filled = fill_file(book, sources, folder / "filled.xlsx", as_of=as_of, grow=True)
        assert book.read_bytes() == before
        self.book = openpyxl.load_workbook(folder / "filled.xlsx", data_only=True)

    def column(self, name):
        """A named column, down to the last row that a source filled."""
        return [row[0] for row in named_rows(self.book, name)]

    def accounted(self):
        """Rows written and left out by table, after a look at everything that must hold."""
        assert self.filled.uncomputed == ()
        assert self.filled.difference == 0
        assert named(self.book, "check_total") == 0
        assert errors(self.book) == []
        for one in self.filled.tables:
            assert one.read == one.written + one.left_out
        return {one.table: (one.written, one.left_out) for one in self.filled.tables}


def filled_cells(column):
    return [cell for cell in column if cell not in (None, "")]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_orders_become_segments(tmp_path, lang):
    orders = pd.read_csv(DATA / "rfm_orders/rfm_data_orders.csv")
    mapping = """
    [customers]
    source = "source"
    [customers.fields]
    customer_id = "email"
    name = "customer_id"
    grade = { value = "A" }
    overdue_days = { value = 0 }
    [transactions]
    source = "source"
    [transactions.fields]
    customer_id = "email"
    date = "order_date"
    amount = "revenue / 100"
    kind = { value = "fee" }
    """
    day = pd.Timestamp("2006-12-31")
    trial = Trial(tmp_path, "rfm_abc", lang, orders, mapping, day.date())
    people = orders["email"].nunique()
    assert trial.accounted() == {
        "customers": (people, len(orders) - people),
        "transactions": (len(orders), 0),
    }
    orders["date"] = pd.to_datetime(orders["order_date"])
    by_customer = orders.groupby("email", sort=False)
    inside = orders[orders["date"] > day - pd.DateOffset(months=24)].groupby("email")
    ids = trial.column("res_customer_id")
    assert ids == list(by_customer.groups)
    recency = (day - by_customer["date"].max()).dt.days
    frequency = inside.size().reindex(ids).fillna(0)
    money = (inside["revenue"].sum() / 100).reindex(ids).fillna(0)
    assert trial.column("res_frequency") == frequency.tolist()
    assert trial.column("res_monetary") == pytest.approx(money.tolist())
    active = [place for place, count in enumerate(frequency) if count]
    shown = trial.column("res_recency")
    assert [shown[i] for i in active] == [recency[ids[i]] for i in active]
    scores = call("CR_RFM", *([[x] for x in trial.column(f"res_{n}")]
                              for n in ("recency", "frequency", "monetary")), 5)  # fmt: skip
    assert trial.column("res_rfm") == [one for (one,) in scores]


def test_purchases_of_the_last_century_are_counted(tmp_path):
    bought = pd.read_csv(DATA / "cdnow/CDNOW_master_restored.csv")
    bought = bought[bought["id"] <= 500]
    mapping = """
    [customers]
    source = "source"
    [customers.fields]
    customer_id = "id"
    name = "id"
    grade = { value = "A" }
    overdue_days = { value = 0 }
    [transactions]
    source = "source"
    [transactions.fields]
    customer_id = "id"
    date = "date"
    amount = "amt"
    kind = { value = "fee" }
    """
    day = pd.Timestamp("1998-06-30")
    trial = Trial(tmp_path, "rfm_abc", "zh", bought, mapping, day.date())
    people = bought["id"].nunique()
    assert trial.accounted() == {
        "customers": (people, len(bought) - people),
        "transactions": (len(bought), 0),
    }
    by_customer = bought.groupby("id", sort=False)
    assert trial.column("res_monetary") == pytest.approx(by_customer["amt"].sum().tolist())
    last = pd.to_datetime(by_customer["date"].max().astype(str))
    assert trial.column("res_recency") == (day - last).dt.days.tolist()


def test_home_equity_loans_become_a_scorecard(tmp_path):
    loans = pd.read_csv(DATA / "hmeq/hmeq.csv").iloc[::5]
    # A loan of which no factor is known cannot be scored, and the check sheet would say so.
    loans = loans.dropna(subset=["DEBTINC", "Delinquencies", "YOJ", "Job"], how="all")
    loans = loans.reset_index(drop=True)
    loans["ID"] = [f"H{i}" for i in range(len(loans))]
    loans["Sample"] = ["validation" if i % 3 == 0 else "development" for i in range(len(loans))]
    mapping = """
    [history]
    source = "source"
    by_name = true
    [history.fields]
    loan_id = "ID"
    defaulted = "Default"
    exposure = "Loan / 10000"
    debt_ratio = "DEBTINC / 100"
    credit_use = "Mortgage / Value"
    days_late = "Delinquencies"
    years = "YOJ"
    [history.fields.sector]
    column = "Job"
    values = { Other = "services", Mgr = "trade", ProfExe = "manufacturing", Office = "services", Self = "construction", Sales = "trade" }
    """
    trial = Trial(tmp_path, "model_lab", "en", loans, mapping)
    assert trial.accounted() == {"history": (len(loans), 0)}
    factors = [list(row) for row in named_rows(trial.book, "history_factors")]
    names = [list(row) for row in named_rows(trial.book, "factor_names")]
    outcome = [
        [bad] if sample == "development" else [None]
        for bad, sample in zip(loans["Default"].tolist(), loans["Sample"], strict=True)
    ]
    bins = call("CR_BINNING", outcome, factors, names, "merge", 5, None, 0.05)
    shown = [row for row in named_rows(trial.book, "bin_table") if row[0] not in (None, "")]
    assert len(shown) == len(bins)
    for here, there in zip(shown[1:], bins[1:], strict=True):
        assert [cell or 0 for cell in here[6:9]] == pytest.approx(
            [cell or 0 for cell in there[6:9]]
        )
    scores = trial.column("res_score")
    tested = [i for i, sample in enumerate(loans["Sample"]) if sample == "validation"]
    expected = roc_auc_score(loans["Default"][tested], [-scores[i] for i in tested])
    page = trial.book["Validation"]
    told = [row for row in page.iter_rows(values_only=True) if "AUC" in row]
    assert any(cell == pytest.approx(expected) for row in told for cell in row)
    assert expected > 0.8


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_rating_histories_become_a_matrix(tmp_path, lang):
    history = pd.read_csv(DATA / "rating_history/synthetic_data4.csv")
    history = history[(history["ID"] < 300) & (history["Time"] <= 4)]
    mapping = """
    [customers]
    source = "source"
    [customers.fields]
    customer_id = "concat('K', ID)"
    name = "concat('K', ID)"
    manager = { value = "M" }
    [snapshots]
    source = "source"
    [snapshots.fields]
    customer_id = "concat('K', ID)"
    period = { column = "Time", values = { "0" = "2025Q1", "1" = "2025Q2", "2" = "2025Q3", "3" = "2025Q4", "4" = "2026Q1" } }
    grade = { column = "State", values = { "0" = "AAA", "1" = "AA", "2" = "A", "3" = "BBB", "4" = "BB", "5" = "B", "6" = "CCC", "7" = "D" } }
    tier = { column = "State", values = { "0" = "premium", "1" = "premium", "2" = "low", "3" = "low", "4" = "medium", "5" = "medium", "6" = "high", "7" = "high" } }
    exposure = { value = 100 }
    overdue_days = "if(State == 7, 120, 0)"
    """
    trial = Trial(tmp_path, "migration_monitoring", lang, history, mapping)
    assert trial.accounted() == {
        "customers": (300, len(history) - 300),
        "snapshots": (len(history), 0),
    }
    grades = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C", "D"]
    of_state = dict(enumerate([*grades[:7], "D"]))
    wide = history.pivot_table(index="ID", columns="Time", values="State").dropna().astype(int)
    expected = pd.crosstab(wide[0].map(of_state), wide[4].map(of_state))
    expected = expected.reindex(index=grades, columns=grades, fill_value=0)
    counts = [list(row) for row in named_rows(trial.book, "migration_counts")]
    assert [[cell or 0 for cell in row[:10]] for row in counts] == expected.to_numpy().tolist()


def test_small_business_loans_become_classes(tmp_path):
    loans = pd.read_csv(DATA / "sba_loans/SBAnational_22k.csv", dtype=str).iloc[::50]
    # A loan of no term belongs to none of the terms, and the check sheet would say so.
    loans = loans[loans["Term"] != "0"]
    mapping = """
    [sources.source]
    dates = ["%m/%d/%Y"]
    [obligors]
    source = "source"
    [obligors.fields]
    obligor_id = "concat('B', LoanNr_ChkDgt)"
    name = "Name"
    kind = { value = "enterprise" }
    ownership = { value = "private" }
    industry = { expression = "left(NAICS, 2)", values = { "0" = "O", "11" = "A", "21" = "B", "22" = "D", "23" = "E", "31" = "C", "32" = "C", "33" = "C", "42" = "F", "44" = "F", "45" = "F", "48" = "G", "49" = "G", "51" = "I", "52" = "J", "53" = "K", "54" = "M", "55" = "L", "56" = "L", "61" = "P", "62" = "Q", "71" = "R", "72" = "H", "81" = "O", "92" = "S" } }
    retail = { value = "no" }
    pd = "if(MIS_Status == 'CHGOFF', 0.5, 0.02)"
    other_debt = { value = 0 }
    other_overdue = { value = 0 }
    [loans]
    source = "source"
    [loans.fields]
    loan_id = "LoanNr_ChkDgt"
    obligor_id = "concat('B', LoanNr_ChkDgt)"
    product = { value = "working capital" }
    purpose = { value = "working capital" }
    start = "DisbursementDate"
    maturity = "add_months(DisbursementDate, Term)"
    amount = "GrAppv / 10000"
    balance = "DisbursementGross / 10000"
    rate = { value = 0.06 }
    lpr = { value = 0.05 }
    rate_type = { value = "fixed" }
    guarantee = { value = "guarantor" }
    overdue_days = "if(MIS_Status == 'CHGOFF', 400, if(RevLineCr == 'Y', 30, 0))"
    impaired = { column = "MIS_Status", values = { "CHGOFF" = "yes", "P I F" = "no" } }
    ecl_ratio = "if(MIS_Status == 'CHGOFF', 0.6, 0.01)"
    provision = { value = 0 }
    """
    trial = Trial(tmp_path, "loan_classification", "zh", loans, mapping, dt.date(2014, 12, 31))
    counts = trial.accounted()
    start = pd.to_datetime(loans["DisbursementDate"], format="%m/%d/%Y")
    usable = (start >= "1950-01-01") & loans["MIS_Status"].isin(["CHGOFF", "P I F"])
    assert counts == {
        "obligors": (len(loans), 0),
        "loans": (int(usable.sum()), len(loans) - int(usable.sum())),
    }
    rows = loans[usable]
    assert filled_cells(trial.column("lc_loan_id")) == rows["LoanNr_ChkDgt"].tolist()
    gone = rows["MIS_Status"] == "CHGOFF"
    late = [
        400 if bad else 30 if line == "Y" else 0
        for bad, line in zip(gone, rows["RevLineCr"], strict=True)
    ]
    columns = [
        [days, bool(bad), 0.6 if bad else 0.01] for days, bad in zip(late, gone, strict=True)
    ]
    given = [[[cell] for cell in column] for column in zip(*columns, strict=True)]
    own = call("CR_LOANCLASS", *given, None, None, "value", "zh")
    assert filled_cells(trial.column("lc_own")) == [one for (one,) in own]


def test_ratios_of_companies_become_warnings(tmp_path):
    ratios = (
        pd.read_csv(DATA / "polish_bankruptcy/1year.csv.gz").iloc[::20, :].reset_index(drop=True)
    )
    table = pd.DataFrame({
        "Customer ID": [f"P{i}" for i in range(len(ratios))],
        "Debt": ratios["total liabilities / total assets"],
        "Current": ratios["current assets / short-term liabilities"],
        "Margin": ratios["profit on sales / sales"],
    })  # fmt: skip
    mapping = """
    [customers]
    source = "source"
    by_name = true
    [customers.fields]
    name = "column('Customer ID')"
    manager = { value = "M" }
    tier = { value = "medium" }
    balance = { value = 100 }
    [figures]
    source = "source"
    by_name = true
    [figures.fields]
    period = { value = "2026Q1" }
    debt_ratio = "Debt"
    current_ratio = "Current"
    profit_margin = "Margin"
    overdue_days = { value = 0 }
    """
    trial = Trial(tmp_path, "early_warning", "en", table, mapping)
    counts = trial.accounted()
    assert counts["customers"] == (len(table), 0)
    assert counts["figures"] == (len(table), 0)
    codes = [list(row) for row in named_rows(trial.book, "indicator_codes")]
    order = {"debt_ratio": "Debt", "current_ratio": "Current", "profit_margin": "Margin"}
    bounds = {one.name: (one.lower, one.upper) for one in trial.template.tables[1].fields}

    def cell(row, code):
        if code == "overdue_days":
            return 0
        value = table[order[code]][row] if code in order else float("nan")
        low, high = bounds[code]
        return None if pd.isna(value) or not low <= value <= high else float(value)

    values = [[cell(row, code) for code in codes[0]] for row in range(len(table))]
    colours = call("CR_EWS", values, codes)
    assert trial.column("ew_colour") == [one for (one,) in colours]
