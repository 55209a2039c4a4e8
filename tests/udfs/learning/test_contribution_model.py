import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from addin.demo.bank import make_bank
from udfs.errors import CellError

NAMES = ["deposits", "loans", "kind"]


def sample(seed=0, count=200):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "deposits": rng.lognormal(6, 1, count),
            "loans": rng.gamma(2, 500, count),
            "kind": rng.choice(["large", "small", "micro"], count, p=[0.2, 0.5, 0.3]),
        }
    )
    effect = frame["kind"].map({"large": 30.0, "small": 5.0, "micro": 0.0})
    noise = rng.normal(0, 1, count) * (2 + frame["loans"] / 500)
    return 4 + 0.01 * frame["deposits"] + 0.02 * frame["loans"] + effect + noise, frame


def fit(contribution, values, factors=NAMES, *rest):
    return udfs.call("CR_CONTRIBFIT", contribution, values, factors, *rest)


def rows_of(table):
    header, *rows = table
    return {(row[0], row[1]): dict(zip(header, row, strict=True)) for row in rows}


def report(contribution, values, factors=NAMES, errors=None, lang="en"):
    return dict(fit(contribution, values, factors, errors, "report", lang)[1:])


def predict(values, model, factors=None, contribution=None, *rest):
    return [r[0] for r in udfs.call("CR_CONTRIBPRED", values, model, factors, contribution, *rest)]


# --- beside statsmodels -------------------------------------------------------------------------


def peer(contribution, frame, errors):
    api = pytest.importorskip("statsmodels.api", reason="statsmodels is not installed")
    design = pd.DataFrame({"constant": 1.0, "deposits": frame["deposits"], "loans": frame["loans"]})
    for kind in ("large", "micro"):
        design[kind] = (frame["kind"] == kind).astype(float)
    how = {} if errors == "classic" else {"cov_type": "HC3", "use_t": True}
    return api.OLS(contribution, design).fit(**how), design


@pytest.mark.parametrize("errors", ["classic", "robust"])
@pytest.mark.parametrize("seed", range(3))
def test_coefficients_and_errors_agree_with_statsmodels(seed, errors):
    contribution, frame = sample(seed)
    theirs, _ = peer(contribution, frame, errors)
    ours = rows_of(fit(contribution, frame, NAMES, errors))
    assert ours["kind", "small"]["note"] == "reference"
    places = [
        ("constant", None),
        ("deposits", None),
        ("loans", None),
        ("kind", "large"),
        ("kind", "micro"),
    ]
    limits = theirs.conf_int()
    for place, name in zip(places, theirs.params.index, strict=True):
        row = ours[place]
        assert row["coefficient"] == pytest.approx(theirs.params[name], rel=1e-9)
        assert row["standard_error"] == pytest.approx(theirs.bse[name], rel=1e-9)
        assert row["t"] == pytest.approx(theirs.tvalues[name], rel=1e-9)
        assert row["p"] == pytest.approx(theirs.pvalues[name], rel=1e-6, abs=1e-300)
        assert [row["lower_95"], row["upper_95"]] == pytest.approx(
            limits.loc[name].tolist(), rel=1e-8
        )
    deviation = ours["residual deviation", None]["coefficient"]
    assert deviation == pytest.approx(np.sqrt(theirs.scale), rel=1e-9)


def test_report_agrees_with_statsmodels():
    contribution, frame = sample()
    theirs, design = peer(contribution, frame, "classic")
    diagnostic = pytest.importorskip("statsmodels.stats.diagnostic")
    told = report(contribution, frame)
    assert told["R squared"] == pytest.approx(theirs.rsquared, rel=1e-9)
    assert told["adjusted R squared"] == pytest.approx(theirs.rsquared_adj, rel=1e-9)
    assert told["p of all factors together"] == pytest.approx(theirs.f_pvalue, rel=1e-6, abs=1e-300)
    uneven = diagnostic.het_breuschpagan(theirs.resid, design)[1]
    assert told["p of even spread (Breusch-Pagan)"] == pytest.approx(uneven, rel=1e-6)
    assert uneven < 0.05


def test_variance_inflation_agrees_with_statsmodels():
    contribution, frame = sample()
    _, design = peer(contribution, frame, "classic")
    influence = pytest.importorskip("statsmodels.stats.outliers_influence")
    ours = rows_of(fit(contribution, frame))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = [influence.variance_inflation_factor(design.to_numpy(), i) for i in range(1, 5)]
    found = [ours[p]["vif"] for p in [("deposits", None), ("loans", None), ("kind", "large"), ("kind", "micro")]]  # fmt: skip
    assert found == pytest.approx(theirs, rel=1e-9)


# --- fitting ------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_table_taken_back_gives_the_fitted_values(lang):
    contribution, frame = sample()
    model = fit(contribution, frame, NAMES, "classic", "model", lang)
    theirs, _ = peer(contribution, frame, "classic")
    expected = predict(frame, model)
    assert expected == pytest.approx(theirs.fittedvalues.tolist(), rel=1e-10)
    residuals = predict(frame, model, None, contribution, 1, "residual")
    assert sum(residuals) == pytest.approx(0, abs=1e-8)
    turned = predict(frame[NAMES[::-1]], model, NAMES[::-1])
    assert turned == expected


@given(st.integers(0, 1000), st.randoms())
@settings(deadline=None, max_examples=15)
def test_order_of_rows_does_not_matter(seed, random):
    contribution, frame = sample(seed, 60)
    order = list(range(60))
    random.shuffle(order)
    assert fit(contribution.iloc[order], frame.iloc[order]) == fit(contribution, frame)


def test_column_that_others_determine_is_left_out_and_named():
    contribution, frame = sample()
    frame = frame.assign(total=frame["deposits"] + frame["loans"], same=7.0)
    names = list(frame)
    ours = rows_of(fit(contribution, frame, names))
    assert ours["total", None]["note"] == "left out: determined by the columns before it"
    assert ours["same", None]["note"] == "left out: does not vary"
    assert ours["total", None]["coefficient"] == 0
    assert report(contribution, frame, names)["columns left out"] == "total, same"
    plain = rows_of(fit(contribution, frame[NAMES]))
    assert ours["loans", None]["coefficient"] == pytest.approx(plain["loans", None]["coefficient"], rel=1e-9)  # fmt: skip
    assert predict(frame, fit(contribution, frame, names)) == pytest.approx(
        predict(frame[NAMES], fit(contribution, frame[NAMES])), rel=1e-9
    )


def test_columns_closely_related_are_noted():
    contribution, frame = sample()
    frame = frame.assign(kind=frame["deposits"] * (1 + 0.001 * np.sin(np.arange(len(frame)))))
    ours = rows_of(fit(contribution, frame))
    assert ours["deposits", None]["note"] == "closely related to other columns"
    assert ours["loans", None]["note"] is None
    assert report(contribution, frame)["largest variance inflation"] > 1000


def test_figures_of_very_different_size_keep_their_digits():
    contribution, frame = sample()
    scaled = frame.assign(deposits=frame["deposits"] * 1e12, loans=frame["loans"] * 1e-9)
    first, second = rows_of(fit(contribution, frame)), rows_of(fit(contribution, scaled))
    assert second["deposits", None]["coefficient"] * 1e12 == pytest.approx(
        first["deposits", None]["coefficient"], rel=1e-9
    )
    assert second["loans", None]["t"] == pytest.approx(first["loans", None]["t"], rel=1e-9)


def test_exact_line_has_no_spread():
    ours = rows_of(fit([3, 5, 7, 9], [[1], [2], [3], [4]], ["x"]))
    assert ours["x", None]["coefficient"] == pytest.approx(2)
    assert ours["constant", None]["coefficient"] == pytest.approx(1)
    assert ours["residual deviation", None]["coefficient"] == pytest.approx(0, abs=1e-12)


def test_rows_with_blanks_or_errors_are_left_out_and_counted():
    contribution = [3, 5, 7, 9.5, None, 4, CellError("#N/A"), None]
    values = [[1], [2], [3], [4], [5], [None], [6], [None]]
    told = report(contribution, values, ["x"])
    assert told["rows used"] == 4
    assert told["rows left out: blank cells"] == 2
    assert told["rows left out: error cells"] == 1
    assert report(contribution, values, ["x"], lang="zh")["剔除行数：有空白"] == 2


@pytest.mark.parametrize(
    ("contribution", "values", "rest", "words"),
    [
        ([1, 2], [[1], [2]], (["x"],), "more than 2 rows"),
        ([1, 2, 3], [[1], [2], [3]], (["Constant"],), "other than constant"),
        ([None, None], [[1], [2]], (["x"],), "rows with a contribution"),
        ([1, 2, 3, 5, 4], [["a"], ["a"], ["a"], ["a"], ["b"]], (["k"], "robust"), "alone has k b"),
    ],
)
def test_fit_that_cannot_be_is_refused(contribution, values, rest, words):
    ((error,),) = fit(contribution, values, *rest)
    assert error.code == "#VALUE!"
    assert words in error.why()


# --- customers ----------------------------------------------------------------------------------

MODEL = [
    ["factor", "category", "coefficient"],
    ["constant", None, 5],
    ["deposits", None, 0.1],
    ["size", "large", 20],
    ["size", "small", 0],
    ["residual deviation", None, 4],
]


@pytest.mark.parametrize(
    ("actual", "band", "label"),
    [
        (39, 1, "as expected"),
        (39.1, 1, "above expectation"),
        (31, 1, "as expected"),
        (30.9, 1, "below expectation"),
        (40, 2, "as expected"),
        (34.9, 0, "below expectation"),
    ],
)
def test_label_compares_with_the_residual_deviation(actual, band, label):
    assert predict([[100, "Large"]], MODEL, None, [[actual]], band, "label") == [label]


def test_words_and_table_in_both_languages():
    call = ([[100, "large"]], MODEL, None, [[30]], 1)
    assert predict(*call, "why") == [
        (
            "Expected 35: constant 5, deposits 100 +10, size large +20; actual 30, 5 below"
            " (1.2 residual deviations): below expectation."
        )
    ]
    assert predict(*call, "why", "zh") == [
        (
            "预期贡献 35：常数项 5、deposits 100 为 +10、size large 为 +20；实际 30，低于预期 5"
            "（1.2 个残差标准差），判断为“低于预期”。"
        )
    ]
    table = udfs.call("CR_CONTRIBPRED", *call, "table")
    assert table[0] == ["constant", "deposits", "size", "expected", "actual", "residual", "label"]
    assert table[1] == [5, 10, 20, 35, 30, -5, "below expectation"]
    zh = udfs.call("CR_CONTRIBPRED", [[100, "large"]], MODEL, None, None, 1, "table", "zh")
    assert zh[0] == ["常数项", "deposits", "size", "预期贡献", "实际贡献", "差额", "判断"]
    assert zh[1] == [5, 10, 20, 35, None, None, None]


def test_faults_stay_in_their_rows_and_are_named():
    values = [
        [None, "large"],
        [100, "huge"],
        ["abc", "small"],
        [100, CellError("#REF!")],
        [None, None],
    ]
    found = predict([*values, [50, "small"]], MODEL)
    assert [getattr(cell, "code", cell) for cell in found] == [
        "#N/A", "#VALUE!", "#VALUE!", "#REF!", None, 10
    ]  # fmt: skip
    assert "deposits is missing" in found[0].why()
    assert "size must be one of large, small; got 'huge'" in found[1].why()


def test_comparison_without_an_actual_contribution_says_so():
    (error,) = predict([[100, "large"]], MODEL, None, None, 1, "residual")
    assert (error.code, "contribution is missing" in error.why()) == ("#N/A", True)
    mixed = predict([[100, "large"], [100, "large"]], MODEL, None, [[30], [None]], 1, "residual")
    assert mixed == [-5, CellError("#N/A")]


@pytest.mark.parametrize(
    ("model", "call", "words"),
    [
        (MODEL[:-1], (None, [[3]], 1, "label"), "a row residual deviation"),
        ([*MODEL, ["size", "LARGE", 3]], (), "different categories"),
        ([*MODEL, ["deposits", "x", 3]], (), "different categories"),
        ([["factor", "coefficient"], ["x", None]], (), "column coefficient"),
        (MODEL, (["deposits", "other"],), "with size among them"),
    ],
)
def test_model_that_cannot_be_applied_is_refused(model, call, words):
    (error,) = predict([[100, "large"]], model, *call)
    assert error.code == "#VALUE!"
    assert words in error.why()


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.floats(-1e6, 1e6)),
            st.sampled_from(["large", "small", "x", None]),
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(deadline=None, max_examples=40)
def test_one_row_is_as_in_a_batch(rows):
    rows = [list(row) for row in rows]
    batch = predict(rows, MODEL)
    assert [predict([row], MODEL)[0] for row in rows] == batch


def test_interest_of_the_synthetic_bank_follows_the_balance():
    bank = make_bank(1500)
    loans = bank.loans.assign(interest=bank.loans["balance"] * bank.loans["rate"])
    sums = loans.groupby("customer_id")[["interest", "balance"]].sum()
    customers = (
        bank.customers.set_index("customer_id").join(sums).fillna({"interest": 0, "balance": 0})
    )
    values = customers[["balance", "products_held", "kind"]]
    model = fit(customers["interest"], values, list(values), "robust")
    found = rows_of(model)["balance", None]
    assert 0.02 < found["coefficient"] < 0.12
    assert found["p"] < 1e-12
    labels = predict(values, model, None, customers["interest"], 1, "label")
    assert set(labels) == {"below expectation", "as expected", "above expectation"}
    assert labels.count("as expected") > len(labels) / 2
