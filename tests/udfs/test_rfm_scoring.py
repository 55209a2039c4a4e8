import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udfs.rfm.scoring import Measure, cut_offs, quantiles, score, score_within

# fmt: off
MTCARS_MPG = [
    21, 21, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4, 10.4,
    14.7, 32.4, 30.4, 33.9, 21.5, 15.5, 15.2, 13.3, 19.2, 27.3, 26, 30.4, 15.8, 19.7, 15, 21.4,
]
# fmt: on
FREQUENCIES = [1, 1, 1, 2, 2, 3, 3, 4, 9, 10]
REPEATED = st.lists(st.integers(0, 12), min_size=1, max_size=40)
RULES_BY_VALUE = ["quantile", "r_package", "rank", "rank_average", "mean"]


def scores_of(values, bins, rule, *, low_is_good=False, cuts=None):
    given_cuts = None if cuts is None else np.array(cuts, dtype=float)
    measure = Measure(np.array(values, dtype=float), low_is_good, given_cuts)
    return score(measure, bins, rule)[0].tolist()


def test_r_package_cuts_are_those_published():
    # R rfm, tests/testthat/test-utils.R
    cuts, closed = cut_offs(Measure(np.array(MTCARS_MPG, dtype=float)), 5, "r_package")
    assert cuts == pytest.approx([16.20, 18.92, 22.00, 25.08])
    assert closed == "left"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("r_package", "1112233455"),
        ("rank_average", "1113344455"),
        ("rank", "2223344455"),
        ("ntile", "1122334455"),
        # PERCENTILE.INC gives 1, 2, 3 and 5; a value on a cut-off goes down.
        ("quantile", "1112233455"),
    ],
)
def test_rules_differ_on_ties(rule, expected):
    assert "".join(map(str, scores_of(FREQUENCIES, 5, rule))) == expected


@pytest.mark.parametrize(
    ("rule", "low_is_good", "expected"),
    [
        # The cut-off is 3 for each rule but r_package, where it is 4.
        ("quantile", False, [1, 1, 2]),
        ("quantile", True, [2, 2, 1]),
        ("mean", False, [1, 2, 2]),
        ("mean", True, [2, 2, 1]),
        ("r_package", False, [1, 1, 2]),
        ("r_package", True, [2, 2, 1]),
    ],
)
def test_a_value_on_the_cut(rule, low_is_good, expected):
    assert scores_of([1, 3, 5], 2, rule, low_is_good=low_is_good) == expected


@pytest.mark.parametrize(
    ("rule", "on_the_cut"), [("quantile", 1), ("r_package", 2), ("custom", 2), ("mean", 2)]
)
def test_given_cuts_keep_the_rule_of_the_method(rule, on_the_cut):
    assert scores_of([9, 10, 11], 5, rule, cuts=[10]) == [1, on_the_cut, 2]


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=60), st.integers(2, 9))
@settings(deadline=None, max_examples=60)
def test_quantiles_agree_with_numpy(values, bins):
    column = np.array(values, dtype=float)
    expected = np.quantile(column, np.arange(1, bins) / bins)
    assert quantiles(column, bins) == pytest.approx(expected)


@pytest.mark.parametrize("count", [6, 11, 16, 26, 36, 101])
def test_a_quantile_that_is_a_customer_is_exactly_that_customer(count):
    values = np.array([1 / (i + 3) for i in range(count)])[::-1].copy()
    assert quantiles(values, 5).tolist() == [values[k * (count - 1) // 5] for k in range(1, 5)]


@given(REPEATED, st.integers(2, 9))
@settings(deadline=None, max_examples=60)
def test_rank_is_the_ceiling_of_the_share_that_is_not_better(values, bins):
    count = len(values)
    expected = [-(-bins * sum(w <= v for w in values) // count) for v in values]
    assert scores_of(values, bins, "rank") == expected


@given(REPEATED, st.integers(2, 9))
@settings(deadline=None, max_examples=60)
def test_rank_average_is_the_ceiling_of_the_average_rank(values, bins):
    def twice_rank(v):
        return sum(w < v for w in values) + sum(w <= v for w in values) + 1

    expected = [math.ceil(bins * twice_rank(v) / (2 * len(values)) - 1e-9) for v in values]
    assert scores_of(values, bins, "rank_average") == expected


@given(REPEATED, st.integers(2, 9))
@settings(deadline=None, max_examples=60)
def test_ntile_bands_have_equal_sizes_and_the_first_ones_take_the_rest(values, bins):
    sizes = np.bincount(scores_of(values, bins, "ntile"), minlength=bins + 1)[1:]
    size, rest = divmod(len(values), bins)
    assert sizes.tolist() == [size + 1] * rest + [size] * (bins - rest)


@pytest.mark.parametrize("low_is_good", [False, True])
@pytest.mark.parametrize("rule", RULES_BY_VALUE)
@given(REPEATED, st.integers(2, 9), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_row_order_never_changes_a_score(rule, low_is_good, values, bins, random):
    order = list(range(len(values)))
    random.shuffle(order)
    plain = scores_of(values, bins, rule, low_is_good=low_is_good)
    shuffled = scores_of([values[i] for i in order], bins, rule, low_is_good=low_is_good)
    assert shuffled == [plain[i] for i in order]


@pytest.mark.parametrize("low_is_good", [False, True])
@pytest.mark.parametrize("rule", [*RULES_BY_VALUE, "ntile"])
@given(REPEATED, st.integers(2, 9))
@settings(deadline=None, max_examples=30)
def test_better_values_never_score_less(rule, low_is_good, values, bins):
    scores = scores_of(values, bins, rule, low_is_good=low_is_good)
    ranked = sorted(zip(values, scores, strict=True), reverse=low_is_good)
    if rule == "ntile":
        ranked.sort(key=lambda pair: (-pair[0] if low_is_good else pair[0], pair[1]))
    assert [s for _, s in ranked] == sorted(scores)


@pytest.mark.parametrize("low_is_good", [False, True])
@pytest.mark.parametrize("rule", RULES_BY_VALUE)
@given(REPEATED, st.integers(2, 9))
@settings(deadline=None, max_examples=30)
def test_bands_say_who_scores_what(rule, low_is_good, values, bins):
    measure = Measure(np.array(values, dtype=float), low_is_good)
    scores, bands = score(measure, bins, rule)
    assert sum(band.count for band in bands) == len(values)
    for band in bands:
        if band.closed == "left":
            inside = [band.lower <= v < band.upper for v in values]
        else:
            inside = [band.lower < v <= band.upper for v in values]
        assert inside == (scores == band.score).tolist()
        assert band.count == sum(inside)


@given(REPEATED)
@settings(deadline=None, max_examples=30)
def test_mean_splits_at_the_mean(values):
    mean = statistics.fmean(values)
    for value, got in zip(values, scores_of(values, 5, "mean"), strict=True):
        if not math.isclose(value, mean):
            assert got == (2 if value > mean else 1)


def test_within_groups_each_group_has_its_own_cuts():
    measure = Measure(np.array([1.0, 2, 3, 4, 10, 20, 30, 40]))
    groups = np.array([1, 1, 1, 1, 2, 2, 2, 2], dtype=np.int32)
    scores, bands = score_within(measure, 2, "quantile", groups)
    assert scores.tolist() == [1, 1, 2, 2, 1, 1, 2, 2]
    assert [(b.group, b.score, b.upper) for b in bands if b.score == 1] == [(1, 1, 2.5), (2, 1, 25)]
