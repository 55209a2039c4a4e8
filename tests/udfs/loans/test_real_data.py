"""Loans of real banks, classified; the data stand outside the project."""

from pathlib import Path

import pandas as pd
import pytest

import udfs
from udfs.errors import CellError

DATA = Path(__file__).parents[3] / "../shared/data"
SBA = DATA / "sba_loans/SBAnational_22k.csv"
CARDS = DATA / "card_default_taiwan/UCI_Credit_Card.csv"
DAYS_PER_MONTH = 30


def table(path):
    if not path.exists():
        pytest.skip(f"{path.name} is not at {DATA}")
    return pd.read_csv(path, low_memory=False)


def column(values):
    return [[value] for value in values]


@pytest.fixture(scope="module")
def sba():
    frame = table(SBA)
    codes = udfs.call("CR_TAG", "term", column(frame["Term"]), None, None, "code")
    return frame.assign(code=[row[0] for row in codes])


def test_terms_of_small_business_loans_are_those_of_the_general_rules(sba):
    good = sba[sba["Term"] > 0]
    expected = pd.cut(good["Term"], [0, 12, 60, 1000], labels=["short", "medium", "long"])
    assert (good["code"] == expected.astype(str)).all()


def test_loan_with_a_term_of_zero_months_gets_no_class(sba):
    assert set(sba["code"][sba["Term"] == 0].map(type)) == {CellError}
    assert set(sba["code"][sba["Term"] > 0].map(type)) == {str}


def test_longer_terms_defaulted_less(sba):
    # Loans that failed ended early: their term is that until the default.
    good = sba[sba["Term"] > 0]
    rates = good["MIS_Status"].eq("CHGOFF").groupby(good["code"]).mean()
    assert rates["short"] > rates["medium"] > rates["long"]


def test_standard_terms_are_exactly_twelve_thirty_six_and_sixty_months(sba):
    codes = pd.Series(
        [row[0] for row in udfs.call("CR_TAG", 11, column(sba["Term"]), None, None, "code")]
    )
    months = {"one_year": 12, "three_years": 36, "five_years": 60}
    for code, term in months.items():
        assert set(sba["Term"][codes == code]) == {term}


@pytest.fixture(scope="module")
def cards():
    frame = table(CARDS)
    days = frame["PAY_0"].clip(lower=0) * DAYS_PER_MONTH
    classes = udfs.call_columns("CR_LOANCLASS", days.to_numpy(dtype=float))[0]
    return frame.assign(days=days, loan_class=classes)


def test_cards_by_months_of_delay_are_in_the_class_of_their_days(cards):
    by_month = cards.groupby("days")["loan_class"].unique().map(list).to_dict()
    assert by_month == {
        0: ["normal"],
        30: ["special mention"],
        60: ["special mention"],
        90: ["special mention"],
        120: ["substandard"],
        150: ["substandard"],
        180: ["substandard"],
        210: ["substandard"],
        240: ["substandard"],
    }


def test_worse_classes_of_cards_default_more(cards):
    rates = cards.groupby("loan_class")["default.payment.next.month"].mean()
    assert rates["normal"] < rates["special mention"] < rates["substandard"]


def test_ratios_of_the_card_book_are_those_of_plain_sums(cards):
    balance = cards["BILL_AMT1"].clip(lower=0)
    cells = (column(balance), column(cards["loan_class"]))
    provision = udfs.call("CR_PROVISION", *cells)
    npl = balance[cards["loan_class"] == "substandard"].sum()
    held = (
        0.01 * balance.sum()
        + 0.02 * balance[cards["loan_class"] == "special mention"].sum()
        + 0.25 * npl
    )
    assert udfs.call("CR_NPL", *cells)[0][0] == pytest.approx(npl / balance.sum())
    coverage = udfs.call("CR_NPL", *cells, provision, None, "coverage")[0][0]
    assert coverage == pytest.approx(held / npl)
