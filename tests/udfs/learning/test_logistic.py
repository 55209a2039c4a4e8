"""PD by logistic regression: estimates against statsmodels, and what a fit must say."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import binding, catalogue
from udfs.errors import CellError

FACTORS = ["dti", "age", "income"]


def simulated(count=400, seed=3, factors=3):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, factors)) * [1, 10, 1e6][:factors] + [0, 40, 5e6][:factors]
    log_odds = -1 + x[:, 0] - 0.05 * (x[:, 1] - 40) if factors > 1 else x[:, 0]
    bad = (rng.random(count) < 1 / (1 + np.exp(-log_odds))).astype(int)
    return bad, x


def fitted(bad, values, *rest):
    """The table of coefficients by factor."""
    rows = udfs.call("CR_LOGIT", np.asarray(bad).reshape(-1, 1).tolist(), values, *rest)
    assert not isinstance(rows[0][0], CellError), rows[0][0].reason
    return pd.DataFrame(rows[1:], columns=rows[0], dtype=object).set_index(rows[0][0])


def cells(values):
    return np.asarray(values).tolist()


def message(*arguments):
    ((error,),) = udfs.call("CR_LOGIT", *arguments)
    assert isinstance(error, CellError)
    return error.reason


# --- estimates ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def statsmodels():
    return pytest.importorskip("statsmodels.api", reason="statsmodels is the referee here")


@pytest.mark.parametrize("seed", range(5))
def test_estimates_errors_and_intervals_are_those_of_statsmodels(statsmodels, seed):
    bad, x = simulated(seed=seed)
    table = fitted(bad, cells(x), [FACTORS])
    # Their Newton needs columns of like size, so the income is counted in millions for them.
    units = np.array([1, 1, 1, 1e6])
    theirs = statsmodels.Logit(bad, statsmodels.add_constant(x) / units).fit(disp=0, tol=1e-14)
    expected = {
        "coefficient": theirs.params / units,
        "standard_error": theirs.bse / units,
        "z": theirs.tvalues,
        "p_value": theirs.pvalues,
        "lower": theirs.conf_int()[:, 0] / units,
        "upper": theirs.conf_int()[:, 1] / units,
    }
    for name, values in expected.items():
        assert np.allclose(table[name].to_numpy(float), values, rtol=1e-8, atol=1e-12), name


def test_statistics_are_those_of_statsmodels(statsmodels):
    bad, x = simulated()
    x = x / [1, 1, 1e6]
    rows = udfs.call("CR_LOGIT", bad.reshape(-1, 1), x, None, *[None] * 6, "fit")
    found = {row[0]: row[1] for row in rows[1:]}
    theirs = statsmodels.Logit(bad, statsmodels.add_constant(x)).fit(disp=0, tol=1e-14)
    assert math.isclose(found["log-likelihood"], theirs.llf, rel_tol=1e-10)
    assert math.isclose(found["log-likelihood of the constant"], theirs.llnull, rel_tol=1e-9)
    assert math.isclose(found["pseudo R2 (McFadden)"], theirs.prsquared, rel_tol=1e-8)
    assert math.isclose(found["likelihood ratio"], theirs.llr, rel_tol=1e-8)
    assert math.isclose(found["p-value of the likelihood ratio"], theirs.llr_pvalue, rel_tol=1e-7)
    assert math.isclose(found["AIC"], theirs.aic, rel_tol=1e-10)
    assert (found["rows"], found["bads"], found["factors"]) == (400, bad.sum(), 3)


def test_weights_count_as_repetitions():
    bad, x = simulated(60)
    weights = np.random.default_rng(1).integers(0, 4, size=60)
    weighted = fitted(bad, cells(x), None, None, cells(weights.reshape(-1, 1)))
    repeated = fitted(np.repeat(bad, weights), cells(np.repeat(x, weights, axis=0)))
    for name in ("coefficient", "standard_error", "mean"):
        assert np.allclose(
            weighted[name].dropna().astype(float),
            repeated[name].dropna().astype(float),
            rtol=1e-7,
            atol=1e-12,
        )


def test_vif_is_that_of_a_regression_on_the_other_factors(statsmodels):
    influence = pytest.importorskip("statsmodels.stats.outliers_influence", reason="referee")
    bad, x = simulated()
    x[:, 2] = x[:, 2] / 1e6 + x[:, 0]
    table = fitted(bad, cells(x))
    whole = statsmodels.add_constant(x)
    for place, name in enumerate(["x1", "x2", "x3"], start=1):
        theirs = influence.variance_inflation_factor(whole, place)
        assert math.isclose(table.loc[name, "vif"], theirs, rel_tol=1e-8)


@pytest.mark.parametrize("penalty", [0.5, 10])
def test_regularisation_is_the_ridge_of_scikit_learn_on_standardised_columns(penalty):
    linear = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is the referee here")
    bad, x = simulated()
    table = fitted(bad, cells(x), None, None, None, penalty)
    spread = x.std(axis=0)
    model = linear.LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=10_000)
    model.fit((x - x.mean(axis=0)) / spread, bad)
    ours = table["coefficient"].to_numpy(float)[1:] * spread
    assert np.allclose(ours, model.coef_[0], rtol=1e-5)
    assert f"regularisation {penalty:g}" in table["note"].iloc[0]


def test_confidence_level_can_be_chosen():
    bad, x = simulated()
    narrow = fitted(bad, cells(x), *[None] * 5, 0.5)
    wide = fitted(bad, cells(x), *[None] * 5, 0.99)
    assert (narrow["upper"] < wide["upper"]).all()
    ratio = (wide["upper"] - wide["coefficient"]) / wide["standard_error"]
    assert np.allclose(ratio.astype(float), 2.5758293035489004)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 100), st.randoms(use_true_random=False))
def test_row_order_does_not_matter(seed, random):
    bad, x = simulated(150, seed)
    order = list(range(150))
    random.shuffle(order)
    first, second = fitted(bad, cells(x)), fitted(bad[order], cells(x[order]))
    for name in ("coefficient", "standard_error", "vif"):
        assert np.allclose(
            first[name].dropna().astype(float), second[name].dropna().astype(float), rtol=1e-9
        )


def test_log_odds_of_two_groups_are_those_of_their_bad_rates():
    # 30 of 100 and 60 of 100: the model of one yes-or-no factor hits both rates exactly.
    bad = [1] * 30 + [0] * 70 + [1] * 60 + [0] * 40
    table = fitted(bad, [[0]] * 100 + [[1]] * 100, "late")
    constant, late = table["coefficient"]
    assert math.isclose(constant, math.log(30 / 70), rel_tol=1e-10)
    assert math.isclose(late, math.log(60 / 40) - math.log(30 / 70), rel_tol=1e-10)


def test_area_under_the_curve_counts_ties_half():
    rows = udfs.call(
        "CR_LOGIT",
        [[0], [0], [1], [1], [0], [1]],
        [[1], [1], [1], [2], [2], [2]],
        *[None] * 7,
        "fit",
    )
    # Pairs of a bad and a good row: bad at 1: two ties, one worse (0.5 0.5 0); bads at 2: 1 1 0.5.
    found = {row[0]: row[1] for row in rows[1:]}
    assert math.isclose(found["AUC"], (1 + 2.5 + 2.5) / 9)


# --- what a fit must say ------------------------------------------------------------------------


def test_rows_without_a_number_are_left_out_and_counted():
    bad, x = simulated(200)
    values = cells(x)
    values[3][1] = None
    values[5][1] = "unknown"
    values[7][0] = "#DIV/0!"
    table = fitted(bad, values, [FACTORS])
    kept = [row for row in range(200) if row not in (3, 5, 7)]
    same = fitted(bad[kept], cells(x[kept]), [FACTORS])
    assert list(table["coefficient"]) == list(same["coefficient"])
    said = "3 rows left out: a factor or weight is missing, most often age"
    assert said in table["note"].iloc[0]
    assert "3 行缺少因子或权重，未参与，以 age 最多" in fitted(bad, values, [FACTORS], *[None] * 7, "zh")["说明"].iloc[0]  # fmt: skip


def test_rows_without_outcome_are_left_out_and_counted():
    bad, x = simulated(200)
    outcomes = bad.tolist()
    outcomes[0] = outcomes[1] = None
    table = fitted(outcomes, cells(x))
    assert list(table["coefficient"]) == list(fitted(bad[2:], cells(x[2:]))["coefficient"])
    assert "2 rows without bad left out" in table["note"].iloc[0]


def test_column_that_follows_from_others_is_left_out_with_coefficient_zero():
    bad, x = simulated()
    doubled = np.column_stack([x, 2 * x[:, 0] - x[:, 1] / 3, np.full(400, 7)])
    table = fitted(bad, cells(doubled), [[*FACTORS, "again", "same"]])
    assert list(table["coefficient"].iloc[-2:]) == [0, 0]
    assert table["note"].iloc[-2] == "left out: follows from dti, age (collinear)"
    assert table["note"].iloc[-1] == "left out: always the same value"
    alone = fitted(bad, cells(x), [FACTORS])
    assert np.allclose(
        table["coefficient"].iloc[:-2].astype(float),
        alone["coefficient"].astype(float),
        rtol=1e-12,
    )


def test_near_collinearity_shows_in_vif_and_note():
    bad, x = simulated()
    x[:, 2] = x[:, 0] + x[:, 2] / 1e8
    table = fitted(bad, cells(x))
    assert table.loc["x1", "vif"] > 1000
    assert "VIF above 10: collinear with other factors" in table.loc["x1", "note"]
    relaxed = [["check", "label_en", "label_zh", "threshold"], ["vif", "", "", 1e9]]
    relaxed[1][1:3] = ["VIF", "VIF"]
    told = fitted(bad, cells(x), *[None] * 6, relaxed)
    assert "VIF" not in (told.loc["x1", "note"] or "")


@pytest.mark.parametrize(
    ("x", "bad"),
    [
        ([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1]),  # complete
        ([1, 2, 3, 3, 5, 6], [0, 0, 0, 1, 1, 1]),  # but for one tie: quasi
        ([0, 0, 0, 0, 1, 1], [0, 1, 0, 1, 1, 1]),  # a group without goods
    ],
)
def test_separation_is_reported_instead_of_numbers(x, bad):
    table = fitted(bad, [[value] for value in x], "late")
    assert table["coefficient"].isna().all()
    assert table["standard_error"].isna().all()
    assert "no estimate: late tell good and bad rows apart" in table["note"].iloc[0]
    assert table.loc["late", "note"] == "part of the separation"
    chinese = fitted(bad, [[value] for value in x], "late", *[None] * 7, "zh")
    assert "分离" in chinese["说明"].iloc[0]


def test_separation_names_the_factor_that_separates():
    bad, x = simulated(100)
    flag = np.where((bad == 1) & (np.arange(100) % 5 == 0), 1, 0)
    table = fitted(bad, cells(np.column_stack([x, flag])), [[*FACTORS, "flag"]])
    assert "no estimate: flag tell" in table["note"].iloc[0]
    assert table.loc["flag", "note"] == "part of the separation"
    assert table.loc["dti", "note"] is None


def test_separated_table_is_no_model_to_score_with():
    rows = udfs.call("CR_LOGIT", [[0], [0], [0], [1], [1], [1]], [[1], [2], [3], [4], [5], [6]])
    ((error,),) = udfs.call("CR_PD", [[3]], rows)
    assert "coefficients, column coefficient, row 1 must be a number" in error.reason


def test_regularisation_ends_a_separation():
    table = fitted([0, 0, 0, 1, 1, 1], [[x] for x in range(6)], None, None, None, 1)
    assert table["coefficient"].notna().all()


def test_outlier_is_no_separation():
    bad, x = simulated()
    x[0, 0], bad[0] = 60, 1
    table = fitted(bad, cells(x))
    assert table["coefficient"].notna().all()


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), min_size=8, max_size=14
    ).filter(lambda rows: len({bad for *_, bad in rows}) == 2)
)
def test_either_an_estimate_with_slope_zero_or_a_separation(rows):
    """Where no direction separates, the likelihood has its slope at zero; where one does, none."""
    bad = np.array([int(flag) for *_, flag in rows])
    x = np.array([pair[:2] for pair in rows], dtype=float)
    table = fitted(bad, cells(x))
    found = table["coefficient"].to_numpy(dtype=float)
    columns = np.column_stack([np.ones(len(x)), x])
    if np.isnan(found).any():
        assert _separable(columns, bad)
    else:
        chance = 1 / (1 + np.exp(-columns @ found))
        assert np.abs(columns.T @ (bad - chance)).max() < 1e-6
        assert not _separable(columns, bad)


def _separable(columns, bad):
    """Try every direction through the points of a small grid: no row wrong, some row right."""
    side = np.where(bad == 1, 1, -1)[:, None] * columns
    steps = np.arange(-12, 13) / 4
    grid = np.array(np.meshgrid(steps * 3, [*steps], [*steps])).reshape(3, -1)
    grid = grid[:, np.abs(grid[1:]).sum(axis=0) > 0]
    margins = side @ grid
    right = (margins >= 0).all(axis=0) & (margins > 0).any(axis=0)
    return bool(right.any())


def test_sign_that_turns_beside_other_factors_is_remarked():
    rng = np.random.default_rng(2)
    a = rng.normal(size=3000)
    b = a + rng.normal(size=3000) / 2
    bad = rng.random(3000) < 1 / (1 + np.exp(-(2 * a - 0.7 * b)))
    table = fitted(bad.astype(int), cells(np.column_stack([a, b])))
    assert table.loc["x1", "note"] is None
    assert table.loc["x2", "note"] == "sign turned: alone the factor works the other way"


def test_factor_without_effect_is_remarked():
    bad, x = simulated()
    assert fitted(bad, cells(x)).loc["x3", "note"] == "p-value above 0.05: may be chance"


def test_forward_selection_takes_what_tells_and_says_that_it_chose():
    bad, x = simulated(2000)
    noise = np.random.default_rng(9).normal(size=(2000, 4))
    table = fitted(bad, cells(np.column_stack([noise, x])), *[None] * 4, "forward")
    assert list(table.index[table["coefficient"] != 0]) == ["constant", "x5", "x6"]
    assert "2 of 7 factors chosen" in table["note"].iloc[0]
    alone = fitted(bad, cells(x[:, :2]))
    assert np.allclose(
        table.loc[["constant", "x5", "x6"], "coefficient"].astype(float),
        alone["coefficient"].astype(float),
        rtol=1e-9,
    )


def test_first_factor_chosen_is_that_of_the_best_single_model(statsmodels):
    bad, x = simulated(500, seed=6)
    x = x / [1, 1, 1e6]
    limits = [["check", "label_en", "label_zh", "threshold"], ["p_value", "p", "p", 1e-9]]
    table = fitted(bad, cells(x), *[None] * 4, "forward", None, limits)
    fits = [
        statsmodels.Logit(bad, statsmodels.add_constant(x[:, [j]])).fit(disp=0).llf
        for j in range(3)
    ]
    chosen = [name for name in table.index[1:] if table.loc[name, "coefficient"]]
    assert chosen[:1] == [f"x{int(np.argmax(fits)) + 1}"]


# --- with bins ----------------------------------------------------------------------------------


def test_model_on_bins_is_the_model_on_their_woe():
    bad, x = simulated(1000)
    values = cells(x)
    for row in range(0, 1000, 9):
        values[row][1] = None
    outcomes = [[int(flag)] for flag in bad]
    bins = udfs.call("CR_BINNING", outcomes, values, [FACTORS])
    table = fitted(bad, values, [FACTORS], bins)
    woe = udfs.call("CR_WOE", values, bins, [FACTORS])
    same = fitted(bad, woe[1:], [FACTORS])
    assert list(table["coefficient"]) == list(same["coefficient"])
    assert set(table["input"]) == {"WoE"}
    assert set(same["input"]) == {"number"}
    some = fitted(bad, [row[:2] for row in values], [FACTORS[:2]], bins)
    assert list(some.index) == ["constant", "dti", "age"]


def test_constant_of_a_single_binned_factor_is_the_log_odds_of_the_sample():
    bad, x = simulated(1000)
    outcomes = [[int(flag)] for flag in bad]
    values = cells(x[:, :1])
    bins = udfs.call("CR_BINNING", outcomes, values, "dti", "quantile")
    constant, dti = fitted(bad, values, "dti", bins)["coefficient"]
    assert math.isclose(constant, math.log(bad.sum() / (1000 - bad.sum())), rel_tol=1e-9)
    assert math.isclose(dti, -1, rel_tol=1e-9)


# --- bad calls ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[0], [1]], [[1], [2]]), "values must be at least 3 usable rows; got 2 usable rows."),
        (([[1], [1], [1]], [[1], [2], [3]]), "got 3 bad and 0 good rows"),
        (
            ([[0], [1], [1], [0]], [["a"], ["b"], ["c"], ["d"]], "job"),
            "at least 3 usable rows; job is no number in 4 rows: bin it with CR_BINNING",
        ),
        (([[0], [1], [1], [0]], [[1], [2], [3], [4]], "Constant"), "names other than constant"),
        (
            ([[0], [1], [1], [0]], [[1], [2], [3], [4]], None, None, [[1], [1], [-1], [1]]),
            "weights, row 3 must be a number at least 0",
        ),
        (
            ([[0], [1], [1], [0]], [[1], [2], [3], [4]], None, None, [[0]] * 4),
            "at least 3 usable rows; got 0 usable rows",
        ),
        (
            ([[0], [1], [1], [1], [1]], [[1], [2], [3], [4], [2]], None, None, [[0], *[[1]] * 4]),
            "got 4 bad and 0 good rows",
        ),
        (
            ([[0], [1], [1], [0]], [[1], [2], [3], [4]], "b", [["factor", "lower", "woe"], ["a", 1, 2]]),
            "factors must be names of factors in bins (a); got b",
        ),
        (([[0], [1], [1], [0]], [[1], [2], [3], [4]], None, None, None, -1), "regularisation must"),
    ],
)  # fmt: skip
def test_call_that_cannot_be_fitted_is_refused(arguments, words):
    assert words in message(*arguments)


def test_same_result_from_arrays():
    bad, x = simulated()
    frame = pd.DataFrame(x, columns=FACTORS)
    result = binding.evaluate(catalogue.function("CR_LOGIT"), (bad, frame, FACTORS))
    table = fitted(bad, cells(x), [FACTORS])
    assert result.values.value[2].tolist() == list(table["coefficient"])
