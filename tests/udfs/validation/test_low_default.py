from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm

import udfs
from udfs.errors import CellError

CALL = ("confidence", "correlation", "years", "year_correlation", "target_rate", "out", "lang")
PAPER = [100, 400, 300]
GRADES = st.lists(st.tuples(st.integers(1, 400), st.integers(0, 3)), min_size=1, max_size=7).map(
    lambda rows: [(n, min(n, d)) for n, d in rows]
)


def column(items):
    return [[item] for item in items]


def low_default(n, defaults, **options):
    return udfs.call(
        "CR_LOWDEFAULT", column(n), column(defaults), *(options.get(argument) for argument in CALL)
    )


def pds(n, defaults, **options):
    return [cell for (cell,) in low_default(n, defaults, **options)]


@pytest.mark.parametrize(
    ("confidence", "percent"),
    [
        (0.5, [0.09, 0.10, 0.23]),
        (0.75, [0.17, 0.20, 0.46]),
        (0.9, [0.29, 0.33, 0.76]),
        (0.95, [0.37, 0.43, 0.99]),
        (0.99, [0.57, 0.66, 1.52]),
        (0.999, [0.86, 0.98, 2.28]),
    ],
)
def test_table_1_of_the_paper(confidence, percent):
    # oracles.json, topic 5: recalled and reproduced
    found = pds(PAPER, [0, 0, 0], confidence=confidence)
    assert [100 * pd for pd in found] == pytest.approx(percent, abs=0.006)


@given(GRADES, st.floats(0.05, 0.99))
@settings(deadline=None, max_examples=50)
def test_so_few_defaults_have_the_chance_left_by_the_confidence(rows, confidence):
    n, defaults = zip(*rows, strict=True)
    for i, pd in enumerate(pds(n, defaults, confidence=confidence)):
        if sum(n[i:]) == sum(defaults[i:]):
            assert pd == 1
        else:
            chance = binom.cdf(sum(defaults[i:]), sum(n[i:]), pd)
            assert chance == pytest.approx(1 - confidence, abs=1e-9)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=8), st.floats(0.5, 0.99))
@settings(deadline=None, max_examples=40)
def test_without_defaults_the_pd_rises_from_grade_to_grade(n, confidence):
    found = pds(n, [0] * len(n), confidence=confidence)
    assert all(better < worse for better, worse in pairwise(found))


@given(GRADES, st.sampled_from([0, 0.12]))
@settings(deadline=None, max_examples=15)
def test_more_confidence_is_more_prudent(rows, correlation):
    n, defaults = zip(*rows, strict=True)
    lower, higher = (
        pds(n, defaults, confidence=confidence, correlation=correlation)
        for confidence in (0.75, 0.9)
    )
    assert all(a <= b + 1e-12 for a, b in zip(lower, higher, strict=True))


@given(st.lists(st.tuples(st.integers(100, 400), st.integers(0, 3)), min_size=1, max_size=5))
@settings(deadline=None, max_examples=15)
def test_more_correlation_is_more_prudent_with_few_defaults(rows):
    n, defaults = zip(*rows, strict=True)
    found = [pds(n, defaults, confidence=0.9, correlation=rho) for rho in (0, 0.12, 0.24)]
    for lower, higher in pairwise(found):
        assert all(a < b for a, b in zip(lower, higher, strict=True))


def test_correlated_defaults_agree_with_simulation():
    rng = np.random.default_rng(13)
    n, defaults, rho = [100, 400, 300], [0, 2, 1], 0.12
    found = pds(n, defaults, confidence=0.9, correlation=rho)
    factor = rng.normal(size=400_000)
    for i, pd in enumerate(found):
        conditional = norm.cdf((norm.ppf(pd) - np.sqrt(rho) * factor) / np.sqrt(1 - rho))
        simulated = rng.binomial(sum(n[i:]), conditional)
        assert (simulated <= sum(defaults[i:])).mean() == pytest.approx(0.1, abs=0.002)


def test_independent_years_multiply_survival():
    one = np.array(pds(PAPER, [0, 2, 1]))
    five = np.array(pds(PAPER, [0, 2, 1], years=5))
    assert 1 - (1 - five) ** 5 == pytest.approx(one)
    nearly = pds(PAPER, [0, 2, 1], years=5, correlation=1e-8)
    assert nearly == pytest.approx(five, rel=1e-3)


@pytest.mark.parametrize("theta", [0, 0.3, 0.9])
def test_defaults_over_years_agree_with_simulation(theta):
    rng = np.random.default_rng(18)
    n, defaults, rho, years = [100, 400, 300], [0, 2, 1], 0.12, 5
    found = pds(n, defaults, confidence=0.9, correlation=rho, years=years, year_correlation=theta)
    factor = np.empty((300_000, years))
    factor[:, 0] = rng.normal(size=len(factor))
    for year in range(1, years):
        fresh = rng.normal(size=len(factor))
        factor[:, year] = theta * factor[:, year - 1] + np.sqrt(1 - theta**2) * fresh
    for i, pd in enumerate(found):
        yearly = norm.cdf((norm.ppf(pd) - np.sqrt(rho) * factor) / np.sqrt(1 - rho))
        over_years = 1 - np.prod(1 - yearly, axis=1)
        simulated = rng.binomial(sum(n[i:]), over_years)
        assert (simulated <= sum(defaults[i:])).mean() == pytest.approx(0.1, abs=0.0025)


def test_one_year_knows_no_correlation_between_years():
    plain = pds(PAPER, [0, 2, 1], correlation=0.12)
    assert pds(PAPER, [0, 2, 1], correlation=0.12, year_correlation=0.8) == plain


def test_reason_names_the_years():
    ((text,),) = low_default(PAPER, [0, 2, 1], years=5, out="why")
    assert text.startswith("3 defaults of 800 customers in 5 years (0.3750%); confidence 0.75, ")
    ((text,),) = low_default(PAPER, [0, 2, 1], years=5, out="why", lang="zh")
    assert text.startswith("800 户中 5 年内违约 3 户（0.3750%）；置信水平 0.75，")


def test_almost_no_correlation_is_none():
    alone = pds(PAPER, [0, 2, 1], confidence=0.9)
    assert pds(PAPER, [0, 2, 1], confidence=0.9, correlation=1e-9) == pytest.approx(alone, rel=1e-6)


def test_large_book_with_correlation_is_summed_finely_enough():
    n, rho = 1_000_000, 0.12
    (found,) = pds([n], [10_000], confidence=0.9, correlation=rho)
    # The share of defaults of an endless book is normal on the scale of the factor.
    endless = norm.cdf(norm.ppf(0.01) * np.sqrt(1 - rho) + np.sqrt(rho) * norm.ppf(0.9))
    assert found == pytest.approx(endless, rel=2e-3)


@given(GRADES, st.floats(0.001, 0.05))
@settings(deadline=None, max_examples=30)
def test_scaled_pds_have_the_target_as_average_and_keep_their_proportions(rows, target):
    n, defaults = zip(*rows, strict=True)
    plain, scaled = pds(n, defaults), pds(n, defaults, target_rate=target)
    if isinstance(scaled[0], CellError):
        return
    assert np.dot(scaled, n) / sum(n) == pytest.approx(target, rel=1e-12)
    assert np.divide(scaled, plain) == pytest.approx(scaled[0] / plain[0])


def test_scaling_beyond_one_is_refused():
    (error,) = pds([1000, 1], [0, 1], target_rate=0.5)
    assert error.reason.startswith("target_rate must be so low that no PD exceeds 1")


def test_all_defaulted_is_certain():
    assert pds([5, 3], [0, 3])[1] == 1
    assert pds([5, 3], [0, 3], correlation=0.1)[1] == 1


def test_shape_and_blank_rows_are_kept():
    assert udfs.call("CR_LOWDEFAULT", [[100, 400, 300]], [[0, 0, 0]])[0] == pds(PAPER, [0, 0, 0])
    found = pds([100, None, 400, 300], [0, None, 0, 0])
    assert found == [*pds(PAPER, [0, 0, 0])[:1], None, *pds(PAPER, [0, 0, 0])[1:]]


def test_grade_without_customers_gets_the_pd_of_the_next_worse():
    found = pds([100, 0, 300], [0, 0, 0])
    assert found[1] == found[2]
    assert low_default([100, 0, 300], [0, 0, 0], out="table")[2][:4] == [2, 0, 0, None]


@pytest.mark.parametrize(
    ("n", "defaults", "start"),
    [
        ([100, 3], [0, 4], "defaults, row 2 must be at most n, which is 3; got '4'"),
        ([100, None], [0, 4], "n, row 2 must be a whole number of at least 0; got a blank cell"),
        ([100, 5], [0, None], "defaults, row 2 must be a whole number"),
        ([100, 2.5], [0, 1], "n, row 2 must be a whole number"),
        ([100, 0], [0, 0], "n must be the customers of each grade, best first"),
        ([None], [None], "n must be the customers of each grade"),
        ([1, 2], [1], "n and defaults must be ranges with as many rows"),
    ],
)
def test_bad_calls_name_the_row(n, defaults, start):
    (error,) = pds(n, defaults)
    assert error.reason.startswith(start)


def test_table_and_reason_name_a_falling_pd():
    rows = low_default([100, 100], [9, 0], out="table")
    assert rows[0][-2:] == ["upper_bound", "pd"]
    assert [row[4:6] for row in rows[1:]] == [[200, 9], [100, 0]]
    ((text,),) = low_default([100, 100], [9, 0], out="why")
    assert text.endswith(
        "The PD falls at position 2: better grades have more defaults than worse ones."
    )
    ((text,),) = low_default(PAPER, [0, 0, 0], target_rate=0.01, out="why", lang="zh")
    assert text.startswith("800 户中违约 0 户（0.0000%）；置信水平 0.75，相关性 0：违约概率由 ")
    assert text.endswith("平均 1.0000%，已缩放至目标。")
