import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

import udfs
from udfs.errors import CellError

INSIDE = st.floats(1e-6, 1 - 1e-6)


def one(name, *cells):
    ((cell,),) = udfs.call(name, *cells)
    return cell


def test_published_prior_shift():
    # oracles.json, topic 5
    assert one("CR_PRIORSHIFT", 0.2, 0.3, 0.03) == pytest.approx(0.017721518987341773, abs=1e-12)


@given(INSIDE, INSIDE, INSIDE)
@settings(deadline=None, max_examples=60)
def test_prior_shift_moves_the_log_odds_and_can_be_undone(pd, sample, target):
    shifted = one("CR_PRIORSHIFT", pd, sample, target)
    odds = pd / (1 - pd) * (target / (1 - target)) / (sample / (1 - sample))
    assert shifted == pytest.approx(odds / (1 + odds), rel=1e-9)
    assert one("CR_PRIORSHIFT", sample, sample, target) == pytest.approx(target, rel=1e-9)
    if 1e-9 < shifted < 1 - 1e-9:
        assert one("CR_PRIORSHIFT", shifted, target, sample) == pytest.approx(pd, rel=1e-6)


def test_sure_things_stay_and_rates_must_lie_inside():
    cells = udfs.call("CR_PRIORSHIFT", [[0], [1], [None], [0.1], ["x"]], 0.5, 0.02)
    assert cells[:3] == [[0], [1], [None]]
    assert cells[4] == [CellError("#VALUE!")]
    for rates in ((0, 0.02), (0.5, 1), (0.5, 1.2)):
        assert one("CR_PRIORSHIFT", 0.1, *rates) == CellError("#NUM!")


def test_prior_shift_of_a_balanced_sample_finds_the_true_pds():
    rng = np.random.default_rng(14)
    true = rng.uniform(0.005, 0.1, 40_000)
    bad = rng.random(40_000) < true
    kept = bad | (rng.random(40_000) < bad.mean())
    rate = bad[kept].mean()
    # In the sample a customer of PD p is bad with these odds.
    odds = true / (1 - true) / bad.mean()
    sample_pd = odds / (1 + odds)
    column = np.array(udfs.call("CR_PRIORSHIFT", sample_pd, rate, bad.mean()), dtype=float)[:, 0]
    assert column == pytest.approx(true, rel=0.06)


@pytest.mark.parametrize(("factor", "percent"), [(-1, 5.1165), (0, 2), (1, 0.6684)])
def test_published_point_in_time_pds(factor, percent):
    # fact book, part 5
    assert 100 * one("CR_PDPIT", 0.02, factor, 0.15) == pytest.approx(percent, abs=5e-5)


@pytest.mark.parametrize("method", ["shift", "vasicek"])
@given(pd=st.floats(1e-4, 0.5), factor=st.floats(-3, 3), correlation=st.floats(0, 0.5))
@settings(deadline=None, max_examples=40)
def test_there_and_back(method, pd, factor, correlation):
    there = one("CR_PDPIT", pd, factor, correlation, "to_pit", method)
    back = one("CR_PDPIT", there, factor, correlation, "to_ttc", method)
    assert back == pytest.approx(pd, rel=1e-6)


@pytest.mark.parametrize("pd", [0.001, 0.02, 0.3])
def test_vasicek_averages_to_the_ttc_pd(pd):
    mean, _ = quad(lambda z: norm.pdf(z) * one("CR_PDPIT", pd, z, 0.15, "to_pit", "vasicek"), -8, 8)
    assert mean == pytest.approx(pd, rel=1e-6)


def test_point_in_time_pd_falls_as_the_economy_improves():
    factors = [[z] for z in np.linspace(-3, 3, 25)]
    for method in ("shift", "vasicek"):
        column = np.array(udfs.call("CR_PDPIT", 0.02, factors, 0.12, None, method), dtype=float)
        assert (np.diff(column[:, 0]) < 0).all()


def test_bounds_and_blanks_of_point_in_time():
    cells = udfs.call("CR_PDPIT", [[0], [1], [None], [1.1]], -2, 0.15)
    assert cells == [[0], [1], [None], [CellError("#NUM!")]]
    assert one("CR_PDPIT", 0.02, 1, 1) == CellError("#NUM!")
    assert one("CR_PDPIT", 0.02, 5, 0, "时点转跨周期") == pytest.approx(0.02)
