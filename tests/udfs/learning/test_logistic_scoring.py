"""PD by a table of coefficients, typed in or spilled by a fit."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

MODEL = [
    ["factor", "coefficient", "mean"],
    ["constant", -3, None],
    ["dti", 2, 0.4],
    ["late", 0.5, 1],
    ["age", 0, 45],
]
BINS = [
    ["factor", "bin", "lower", "upper", "category", "woe"],
    ["dti", "range", None, 0.4, None, 0.7],
    ["dti", "range", 0.4, None, None, -0.6],
    ["dti", "missing", None, None, None, -0.9],
    ["home", "category", None, None, "own", 0.2],
    ["home", "category", None, None, "rent", -0.3],
]
WOE_MODEL = [
    ["factor", "input", "coefficient"],
    ["constant", "WoE", -1],
    ["dti", "WoE", -1],
    ["home", "WoE", -0.5],
]


def pd(values, model=MODEL, *rest):
    return udfs.call("CR_PD", values, model, *rest)


def chance(log_odds):
    return 1 / (1 + math.exp(-log_odds))


def test_pd_of_raw_numbers():
    (first,), (second,) = pd([[0.6, 2, 30], ["60%", 0, 30]])
    assert math.isclose(first, chance(-3 + 1.2 + 1), rel_tol=1e-15)
    assert math.isclose(second, chance(-3 + 1.2), rel_tol=1e-15)


def test_pd_of_raw_values_through_bins():
    (first,), (second,), (third,) = pd(
        [[0.39, "own"], [0.4, "rent"], [None, "OWN"]], WOE_MODEL, BINS
    )
    assert math.isclose(first, chance(-1 - 0.7 - 0.1), rel_tol=1e-15)
    assert math.isclose(second, chance(-1 + 0.6 + 0.15), rel_tol=1e-15)
    assert math.isclose(third, chance(-1 + 0.9 - 0.1), rel_tol=1e-15)


@pytest.mark.parametrize("log_odds", [-40, 0, 40])
def test_pd_is_exact_at_both_ends(log_odds):
    model = [["factor", "coefficient"], ["constant", 0], ["x", 1]]
    ((found,),) = pd([[log_odds]], model)
    assert math.isclose(found, chance(log_odds), rel_tol=1e-14)


def test_far_ends_do_not_overflow():
    model = [["factor", "coefficient"], ["constant", 0], ["x", 1]]
    assert pd([[-800], [800]], model) == [[0], [1]]


@pytest.mark.parametrize("constant", ["常数项", "Intercept", "const", " Constant "])
def test_constant_is_known_by_its_other_words(constant):
    ((found,),) = pd([[1]], [["因子", "系数"], [constant, -1], ["x", 2]])
    assert math.isclose(found, chance(1))


def test_columns_are_found_by_name_and_a_zero_coefficient_needs_no_value():
    ((found,),) = pd([["n/a", 2, 0.6]], MODEL, None, [["branch", "LATE", "dti"]])
    assert math.isclose(found, chance(-3 + 1.2 + 1))
    ((found,),) = pd([[0.6, 2, None]])
    assert math.isclose(found, chance(-3 + 1.2 + 1))


def test_row_without_a_needed_value_is_its_own_error():
    rows = pd([[None, 2, 3], [0.6, "many", 3], [0.6, "#REF!", 3], [0.6, 2, 3], [None] * 3])
    missing, text, reference, good, blank = (row[0] for row in rows)
    assert (missing.code, missing.reason) == ("#N/A", "dti is missing.")
    assert missing.why("zh") == "缺少 dti。"
    assert (text.code, text.reason) == ("#VALUE!", "late: 'many' is not a number.")
    assert reference.code == "#REF!"
    assert math.isclose(good, chance(-0.8))
    assert blank is None


def test_value_that_fits_no_bin_is_its_own_error():
    rows = pd([[0.3, "boat"], [0.3, None], [0.3, "own"]], WOE_MODEL, BINS)
    assert rows[0][0].reason == "home: 'boat' fits none of the bins (own, rent)."
    assert rows[1][0].code == "#N/A"
    assert math.isclose(rows[2][0], chance(-1.8))


def test_why_names_what_raises_the_pd_most_against_the_average():
    (first,), (error,) = pd([[0.9, 0, 50], [None, 1, 50]], MODEL, None, None, "why")
    assert first == (
        "PD 23.15%: raised most by dti ×2.72; lowered most by late ×0.607 "
        "(odds of default against the average)."
    )
    assert error == "dti is missing."
    ((chinese,),) = pd([[0.9, 0, 50]], MODEL, None, None, "why", "zh")
    assert chinese == (
        "违约概率 23.15%；推高最多：dti ×2.72；压低最多：late ×0.607（相对于平均水平的几率倍数）。"
    )
    ((average,),) = pd([[0.4, 1, 50]], MODEL, None, None, "why")
    assert average == "PD 15.45%: every factor is average (odds of default against the average)."


def test_table_shows_what_each_factor_adds():
    headers, row, error = pd([[0.9, 0, 50], [0.9, "x", 50]], MODEL, None, None, "table", "zh")
    assert headers == ["dti", "late", "对数几率", "违约概率"]
    assert row == pytest.approx([1, -0.5, -1.2, chance(-1.2)])
    assert error[0] == pytest.approx(1)
    assert [type(cell) for cell in error[1:]] == [CellError] * 3


@settings(deadline=None, max_examples=15)
@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.floats(0, 3)), st.sampled_from(["own", "rent", "boat"])),
        min_size=1,
        max_size=12,
    )
)
def test_one_row_alone_gives_what_it_gives_in_a_batch(rows):
    values = [list(row) for row in rows]
    for out in ("value", "why"):
        together = pd(values, WOE_MODEL, BINS, None, out)
        assert together == [pd([row], WOE_MODEL, BINS, None, out)[0] for row in values]


def test_what_a_fit_spills_scores_the_same_in_either_language_and_from_cells():
    rng = np.random.default_rng(12)
    x = rng.normal(size=(300, 2))
    bad = (rng.random(300) < 1 / (1 + np.exp(1 - x[:, 0]))).astype(int)
    names = [["a", "b"]]
    english = udfs.call("CR_LOGIT", bad.reshape(-1, 1).tolist(), x.tolist(), names)
    chinese = udfs.call(
        "CR_LOGIT", bad.reshape(-1, 1).tolist(), x.tolist(), names, *[None] * 7, "zh"
    )
    first, second = pd(x.tolist(), english, None, names), pd(x.tolist(), chinese, None, names)
    assert first == second
    coefficients = [row[2] for row in english[1:]]
    wanted = 1 / (1 + np.exp(-(coefficients[0] + x @ coefficients[1:])))
    assert np.allclose(np.ravel(first), wanted, rtol=1e-13)
    # The sum of the PDs is the number of defaults: the slope of the likelihood is zero.
    assert math.isclose(sum(row[0] for row in first), bad.sum(), rel_tol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[1]], [["factor", "coefficient"], ["x", 1]]), "a table with one row constant; got 0 rows"),
        (([[1]], [["factor", "coefficient"], ["constant", 1], ["截距", 1]]), "got 2 rows constant"),
        (([[1]], [["factor", "coefficient"], ["constant", 1], ["x", None]]), "coefficients, column coefficient, row 2 must be a number"),
        (([[1, 2]], [["factor", "coefficient"], ["constant", 1], ["x", 1], ["X", 2]]), "each factor once; got x twice"),
        (([[1]], MODEL), "values must be 3 columns in the order of coefficients (dti, late, age)"),
        (([[1, 2, 3]], MODEL, None, [["a", "late", "age"]]), "names of columns with dti among them once"),
        (([[1, 2, 3]], MODEL, None, [["a", "late"]]), "one name for each of the 3 columns of values; got 2 names"),
        (([[1, 2]], WOE_MODEL), "bins must be the table of bins that the model was fitted with"),
        (([[1, 2]], WOE_MODEL, BINS[:4]), "bins must be bins of every factor of coefficients; got no bins of home."),
    ],
)  # fmt: skip
def test_model_that_cannot_score_is_refused(arguments, words):
    ((error,),) = pd(*arguments)
    assert words in error.reason
