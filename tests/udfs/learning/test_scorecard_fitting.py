"""Scorecards from bins and coefficients: the same scores as the PDs, to the last digits."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs

FACTORS = [["dti", "job", "age"]]
BINS = [
    ["factor", "bin", "lower", "upper", "category", "woe"],
    ["dti", "range", None, 0.4, None, 0.7],
    ["dti", "range", 0.4, None, None, -0.6],
    ["dti", "special", None, None, "-999", 0.1],
    ["job", "category", None, None, "clerk", 0.2],
    ["job", "other", None, None, None, 0],
    ["job", "missing", None, None, None, -0.4],
]
MODEL = [["factor", "coefficient"], ["constant", -2], ["dti", -1], ["job", -0.8]]


def table(rows):
    """A table as cells by header."""
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def learned(seed=7, count=600):
    """Cells of a sample: outcomes and values with blanks, special values and texts."""
    rng = np.random.default_rng(seed)
    dti, age = rng.gamma(2, 0.2, size=count).round(3), rng.integers(20, 70, size=count)
    job = rng.choice(["clerk", "farmer", "miner", "smith", "poet"], p=[0.4, 0.3, 0.2, 0.08, 0.02], size=count)  # fmt: skip
    log_odds = -2 + 2 * dti - 0.02 * (age - 45) + (job == "miner")
    bad = (rng.random(count) < 1 / (1 + np.exp(-log_odds))).astype(int)
    values = [[float(d), str(j), int(a)] for d, j, a in zip(dti, job, age, strict=True)]
    for row in range(count):
        if row % 11 == 0:
            values[row][0] = None
        if row % 13 == 0:
            values[row][0] = -999
        if row % 17 == 0:
            values[row][1] = None
    return [[int(flag)] for flag in bad], values


def score(values, card, factors=FACTORS):
    return [row[0] for row in udfs.call("CR_SCORE", values, card, factors)]


def scores_of_pds(values, model, bins, *scale):
    chances = udfs.call("CR_PD", values, model, bins, FACTORS)
    return [row[0] for row in udfs.call("CR_PD2SCORE", chances, *scale)]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("constant", ["base", "spread"])
@pytest.mark.parametrize("scale", [(600, 50, 20), (500, 1, 50), (660, 15, 40)])
def test_scores_are_those_of_the_pds(scale, constant, lang):
    bad, values = learned()
    for method in ("merge", "quantile", "tree"):
        bins = udfs.call(
            "CR_BINNING", bad, values, FACTORS, method, None, [[-999]], *[None] * 5, lang
        )
        model = udfs.call("CR_LOGIT", bad, values, FACTORS, bins, *[None] * 6, lang)
        card = udfs.call("CR_SCORECARD", bins, model, *scale, None, constant, lang)
        expected = scores_of_pds(values, model, bins, *scale)
        assert score(values, card) == pytest.approx(expected, rel=1e-12)
    unseen = [[-999, "astronaut", 101], [None, None, 18]]
    assert score(unseen, card) == pytest.approx(scores_of_pds(unseen, model, bins, *scale), rel=1e-12)  # fmt: skip


@pytest.mark.parametrize("sign", ["good_bad", "bad_good"])
def test_sign_of_woe_does_not_change_the_scores(sign):
    bad, values = learned()
    bins = udfs.call("CR_BINNING", bad, values, FACTORS, *[None] * 5, sign)
    model = udfs.call("CR_LOGIT", bad, values, FACTORS, bins)
    card = udfs.call("CR_SCORECARD", bins, model)
    plain = udfs.call("CR_BINNING", bad, values, FACTORS)
    same = udfs.call("CR_SCORECARD", plain, udfs.call("CR_LOGIT", bad, values, FACTORS, plain))
    assert score(values, card) == pytest.approx(score(values, same), rel=1e-9)


def test_points_of_a_small_card():
    rows = table(udfs.call("CR_SCORECARD", BINS, MODEL))
    factor = 20 / math.log(2)
    assert rows[0]["bin"] == "base"
    assert math.isclose(rows[0]["points"], 600 - factor * math.log(50) + 2 * factor)
    assert [row["bin"] for row in rows[1:]] == [row[1] for row in BINS[1:]]
    for row, source in zip(rows[1:], BINS[1:], strict=True):
        weight = 1 if source[0] == "dti" else 0.8
        assert math.isclose(row["points"], factor * weight * source[5], abs_tol=1e-12)


def test_whole_points_move_a_score_by_half_a_point_for_each_row_at_most():
    values = [[0.39, "clerk"], [0.4, None], [-999, "poet"]]
    exact = score(values, udfs.call("CR_SCORECARD", BINS, MODEL), [["dti", "job"]])
    whole = udfs.call("CR_SCORECARD", BINS, MODEL, None, None, None, "whole")
    rounded = score(values, whole, [["dti", "job"]])
    assert all(row["points"] == int(row["points"]) for row in table(whole))
    assert max(abs(a - b) for a, b in zip(exact, rounded, strict=True)) <= 1.5


def test_spread_card_has_no_base_row():
    spread = table(udfs.call("CR_SCORECARD", BINS, MODEL, None, None, None, None, "spread"))
    assert {row["factor"] for row in spread} == {"dti", "job"}


def test_factor_with_coefficient_zero_is_not_on_the_card():
    model = [*MODEL[:2], ["dti", 0], MODEL[3]]
    assert {row["factor"] for row in table(udfs.call("CR_SCORECARD", BINS, model))} == {
        "constant",
        "job",
    }


def test_reasons_name_what_costs_most_against_the_best_bin():
    card = udfs.call("CR_SCORECARD", BINS, MODEL, None, None, None, "whole")
    ((why,),) = udfs.call("CR_REASONS", [[0.5, None]], card, [["dti", "job"]])
    assert why == "dti 0.5: -37 points; job missing: -14 points"


def test_names_of_factors_and_categories_in_both_languages_reach_the_card():
    bins = [
        ["factor", "label_en", "label_zh", "category", "category_zh", "woe"],
        ["home", "Home", "住房", "own", "自有", 0.4],
        ["home", "Home", "住房", "rent", "租赁", -0.4],
    ]
    model = [["factor", "coefficient"], ["constant", -2], ["住房", -1]]
    card = udfs.call("CR_SCORECARD", bins, model, None, None, None, "whole", "spread", "zh")
    assert card[0] == ["因子", "英文名称", "中文名称", "分箱", "下限", "上限", "类别取值", "类别取值（中文）", "分值"]  # fmt: skip
    ((first,), (second,)) = udfs.call("CR_SCORE", [["自有"], ["RENT"]], card, "住房")
    assert first > second


def test_card_can_be_edited_by_hand():
    card = udfs.call("CR_SCORECARD", BINS, MODEL, None, None, None, "whole")
    before = score([[0.5, "clerk"]], card, [["dti", "job"]])
    edited = [row.copy() for row in card]
    edited[3][-1] = 0
    after = score([[0.5, "clerk"]], edited, [["dti", "job"]])
    assert before[0] - after[0] == card[3][-1]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 1000), st.sampled_from(["merge", "quantile", "tree"]))
def test_score_is_affine_in_the_log_odds_whatever_the_sample(seed, method):
    bad, values = learned(seed, 200)
    bins = udfs.call("CR_BINNING", bad, values, FACTORS, method)
    model = udfs.call("CR_LOGIT", bad, values, FACTORS, bins, None, 1)
    card = udfs.call("CR_SCORECARD", bins, model)
    shown = udfs.call("CR_PD", values, model, bins, FACTORS, "table")
    log_odds = np.array([row[-2] for row in shown[1:]])
    factor, offset = 20 / math.log(2), 600 - 20 / math.log(2) * math.log(50)
    assert score(values, card) == pytest.approx((offset - factor * log_odds).tolist(), abs=1e-10)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((BINS, [["factor", "coefficient"], ["dti", 1]]), "a table with one row constant"),
        ((BINS, [*MODEL, ["age", 1]]), "bins must be bins of every factor of coefficients; got no bins of age."),
        ((BINS, MODEL[:2]), "a table with at least one factor"),
        ((BINS, MODEL, 600, 0), "odds must be a number above 0"),
        ((BINS, MODEL, 600, 50, 20, "half"), "rounding must be one of none, whole"),
        ((BINS, [*MODEL[:3], ["job", None]]), "row 3 must be a number; got a blank cell"),
    ],
)  # fmt: skip
def test_card_that_cannot_be_made_is_refused(arguments, words):
    ((error,),) = udfs.call("CR_SCORECARD", *arguments)
    assert words in error.reason
