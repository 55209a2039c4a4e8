import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score, roc_curve

import udfs
from udfs.errors import CellError

# oracles.json, topic 5
TIED = ([0, 0, 0, 1, 0, 1, 0, 1, 1, 1], [0.05, 0.1, 0.15, 0.2, 0.25, 0.4, 0.45, 0.6, 0.6, 0.9])
CALL = ("higher", "weights", "confidence", "bands", "out", "lang")
SAMPLES = st.lists(
    st.tuples(st.booleans(), st.integers(-5, 5)), min_size=2, max_size=40
).filter(lambda rows: len({bad for bad, _ in rows}) == 2)  # fmt: skip


def column(items):
    return [[item] for item in items]


def auc(bad, score, **options):
    return udfs.call(
        "CR_AUC", column(bad), column(score), *(options.get(argument) for argument in CALL)
    )


def value(bad, score, **options):
    ((cell,),) = auc(bad, score, **options)
    return cell


def measures(bad, score, **options):
    return dict(auc(bad, score, **options, out="table")[1:])


@pytest.mark.parametrize(
    ("bad", "score", "expected"),
    [([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], 0.75), (*TIED, 0.88)],
)
def test_published_values(bad, score, expected):
    assert value(bad, score, higher="worse") == pytest.approx(expected, abs=1e-12)
    assert value(bad, [-s for s in score]) == pytest.approx(expected, abs=1e-12)


def test_gini_is_twice_the_area_less_one():
    assert value(*TIED, higher="worse", out="gini") == pytest.approx(0.76, abs=1e-12)


@given(SAMPLES)
@settings(deadline=None, max_examples=60)
def test_area_is_the_share_of_pairs_in_order(rows):
    bads = [score for bad, score in rows if bad]
    goods = [score for bad, score in rows if not bad]
    pairs = [(b < g) + (b == g) / 2 for b in bads for g in goods]
    bad, score = zip(*rows, strict=True)
    assert value(bad, score) == pytest.approx(sum(pairs) / len(pairs), abs=1e-12)


@given(SAMPLES, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_neither_row_order_nor_a_rising_transformation_counts(rows, chance):
    bad, score = zip(*rows, strict=True)
    shuffled = chance.sample(rows, len(rows))
    there = auc(bad, score, out="table")
    assert auc(*zip(*shuffled, strict=True), out="table") == there
    assert auc(bad, [math.exp(s) for s in score], out="table") == there


@given(SAMPLES)
@settings(deadline=None, max_examples=40)
def test_reversed_score_gives_the_mirror(rows):
    bad, score = zip(*rows, strict=True)
    assert value(bad, score) == pytest.approx(1 - value(bad, score, higher="worse"), abs=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
def test_agrees_with_scikit_learn(weighted):
    rng = np.random.default_rng(5)
    score = np.round(rng.normal(size=4000), 1)
    bad = (rng.random(4000) < 1 / (1 + np.exp(2 + score))).astype(float)
    weights = rng.uniform(0.5, 3, 4000) if weighted else None
    ((ours,),) = udfs.call("CR_AUC", bad, score, "better", weights)
    assert ours == pytest.approx(roc_auc_score(bad, -score, sample_weight=weights), abs=1e-12)


def delong(bad, score):
    """The variance as the paper writes it: structural components over all pairs."""
    x = -np.array([s for b, s in zip(bad, score, strict=True) if b], dtype=float)
    y = -np.array([s for b, s in zip(bad, score, strict=True) if not b], dtype=float)
    psi = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    return math.sqrt(psi.mean(1).var(ddof=1) / len(x) + psi.mean(0).var(ddof=1) / len(y))


def test_standard_error_is_that_of_delong():
    rng = np.random.default_rng(6)
    score = rng.integers(0, 12, 300)
    bad = rng.random(300) < 0.1 + 0.03 * (12 - score)
    found = measures(bad.tolist(), score.tolist())
    assert found["standard error"] == pytest.approx(delong(bad, score), rel=1e-10)


def test_equal_weights_are_no_weights():
    bad, score = TIED
    plain, weighed = measures(bad, score), measures(bad, score, weights=column([2.5] * 10))
    for name in ("AUC", "standard error", "lower limit 0.95"):
        assert weighed[name] == pytest.approx(plain[name], abs=1e-12)


def test_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(7)
    truth = 0.760249938906  # Phi(1 / sqrt(2)), scores one standard deviation apart
    inside = 0
    for _ in range(300):
        bad = np.arange(200) < 60
        score = rng.normal(size=200) - bad
        ((low, high),) = udfs.call("CR_AUC", bad, score, None, None, 0.9, None, "interval")
        inside += low <= truth <= high
    assert 0.85 <= inside / 300 <= 0.95


def test_one_defaulted_row_has_an_area_and_no_interval():
    assert value([1, 0, 0], [1, 2, 3]) == 1
    assert value([1, 0, 0], [1, 2, 3], out="interval") == CellError("#NUM!")
    assert measures([1, 0, 0], [1, 2, 3])["lower limit 0.95"] is None
    assert "interval" not in value([1, 0, 0], [1, 2, 3], out="why")


@pytest.mark.parametrize(
    ("score", "rating", "zh"),
    [
        ([1, 2, 3, 4, 5, 6], "good", "良好"),
        ([1, 4, 2, 3, 5, 6], "acceptable", "可接受"),
        ([4, 5, 1, 2, 3, 6], "weak", "偏弱"),
    ],
)
def test_rating_comes_from_the_table(score, rating, zh):
    bad = [1, 1, 0, 0, 0, 0]
    assert measures(bad, score)["rating"] == rating
    assert measures(bad, score, lang="zh")["评价"] == zh
    assert f": {rating} (Gini " in value(bad, score, out="why")


def test_limits_of_the_table_can_be_changed_in_either_language():
    strict = udfs.call("CR_POLICY", "gini_bands", None, "zh")
    strict[1][3] = 0.99
    assert "acceptable (Gini at least 40.0%)" in value(
        *TIED, higher="worse", bands=strict, out="why"
    )


@pytest.mark.parametrize("limits", [(0.4, 0.6, None), (0.6, 0.4, 0.1), (None, 0.4, None)])
def test_table_whose_limits_do_not_fall_to_a_blank_is_refused(limits):
    table = udfs.call("CR_POLICY", "gini_bands")
    for row, limit in zip(table[1:], limits, strict=True):
        row[3] = limit
    error = value(*TIED, bands=table)
    assert error.reason.startswith("bands, column gini_from must be falling numbers")


def test_wrong_direction_is_said():
    assert "check higher" in value(*TIED, out="why")
    assert "请检查 higher" in value(*TIED, out="why", lang="zh")


def test_rows_that_cannot_be_used_are_counted_and_named():
    bad = [1, 0, 1, 0, None, None, 1, 2, 0]
    score = [1, 5, 2, 6, None, 3, None, 4, CellError("#N/A")]
    assert value(bad, score) == 1
    assert measures(bad, score)["rows left out"] == 4
    assert value(bad, score, out="why").endswith(
        "2 rows defaulted, 2 did not. 4 rows left out: 1 without bad, 1 without score, "
        "2 faulty (row 8: bad: 2 is neither yes nor no; write TRUE or FALSE, 1 or 0, yes or no)."
    )
    assert value(bad, score, out="why", lang="zh").endswith(
        "未计入 4 行：1 行缺少违约标志，1 行缺少得分，2 行有误（第 8 行：bad：2 既非是也非否，请填 TRUE/FALSE、1/0 或“是/否”）。"
    )


@pytest.mark.parametrize(
    ("bad", "score", "given"),
    [
        ([1, 1], [3, 4], "2 with 1, 0 with 0, 0 left out"),
        ([0], [3], "0 with 1, 1 with 0, 0 left out"),
        ([1, 0], [3, None], "1 with 1, 0 with 0, 1 left out"),
        ([None], [None], "0 with 1, 0 with 0, 0 left out"),
    ],
)
def test_one_outcome_only_is_refused(bad, score, given):
    error = value(bad, score)
    assert error == CellError("#NUM!")
    assert given in error.reason


def test_weight_of_zero_takes_a_row_out():
    assert value([1, 0, 1, 0], [1, 2, 9, 3], weights=column([1, 1, 0, 1])) == 1
    assert value([1, 0], [1, 2], weights=column([1, 0])) == CellError("#NUM!")


def test_ranges_of_different_length_are_refused():
    assert "rows" in value([1, 0, 1], [3, 4]).reason


def test_curve_of_few_scores_is_that_of_scikit_learn():
    bad, score = TIED
    fpr, tpr, _ = roc_curve(bad, score, drop_intermediate=False)
    header, *points = auc(bad, score, higher="worse", out="curve")
    assert header == ["good_share", "bad_share", "cut_off"]
    assert [p[0] for p in points] == pytest.approx(fpr)
    assert [p[1] for p in points] == pytest.approx(tpr)


def test_cut_off_parts_what_the_curve_says():
    bad, score = TIED
    for good_share, bad_share, cut in auc(bad, score, out="curve")[1:]:
        below = [b for b, s in zip(bad, score, strict=True) if cut is None or s < cut]
        assert (below.count(0) / 5, below.count(1) / 5) == (good_share, bad_share)


@pytest.mark.parametrize("out", ["curve", "cap"])
def test_long_curve_is_thinned_with_its_ends_and_keeps_its_area(out):
    rng = np.random.default_rng(8)
    score = rng.normal(size=20_000)
    bad = rng.random(20_000) < 1 / (1 + np.exp(2 + score))
    points = np.array(udfs.call("CR_AUC", bad, score, *[None] * 4, out)[1:], dtype=float)
    assert 150 <= len(points) <= 201
    assert points[0, :2].tolist() == [0, 0]
    assert points[-1, :2].tolist() == [1, 1]
    ((area,),) = udfs.call("CR_AUC", bad, score)
    under = np.trapezoid(points[:, 1], points[:, 0])
    rate = bad.mean()
    expected = area if out == "curve" else rate / 2 + (1 - rate) * area
    assert under == pytest.approx(expected, abs=2e-4)
    assert (np.diff(points[:, :2], axis=0) >= 0).all()


def test_cap_has_the_corner_of_the_perfect_model():
    header, *points = auc(*TIED, higher="worse", out="cap")
    assert header == ["customer_share", "bad_share", "perfect", "random"]
    assert [p[2] for p in points if p[0] == 0.5] == [1.0]
    bad, score = [1, 0, 0], [1, 1, 2]
    assert [p[:3] for p in auc(bad, score, out="cap")[1:]] == [
        [0.0, 0.0, 0.0],
        [pytest.approx(1 / 3), pytest.approx(0.5), 1.0],
        [pytest.approx(2 / 3), 1.0, 1.0],
        [1.0, 1.0, 1.0],
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("out", ["value", "gini", "interval", "why", "table", "curve", "cap"])
def test_every_output_in_both_languages(out, lang):
    cells = auc(*TIED, higher="worse", out=out, lang=lang)
    assert not any(isinstance(cell, CellError) for row in cells for cell in row)
    texts = "".join(cell for row in cells for cell in row if isinstance(cell, str))
    chinese = any("\u4e00" <= character <= "\u9fff" for character in texts)
    assert chinese == (lang == "zh" and bool(texts))
