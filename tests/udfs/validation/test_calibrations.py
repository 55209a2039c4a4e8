import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

import udfs
from udfs.errors import CellError

CALL = ("bad", "target_rate", "method", "of", "weights", "out", "lang")
PDS = st.lists(st.floats(1e-4, 0.9), min_size=1, max_size=40)


def column(items):
    return None if items is None else [[item] for item in items]


def calibrate(values, **options):
    options["bad"], options["weights"] = (column(options.get(a)) for a in ("bad", "weights"))
    return udfs.call("CR_CALIBRATE", column(values), *(options.get(argument) for argument in CALL))


def pds(values, **options):
    return [cell for (cell,) in calibrate(values, **options, out="value")]


def parameters(values, **options):
    header, row = calibrate(values, **options)
    return dict(zip(header, row, strict=True))


def book(count=2000, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(-2.5, 1, count)
    bad = (rng.random(count) < expit(0.3 + 0.8 * x)).astype(int)
    return x, bad


@given(PDS, st.floats(1e-4, 0.9))
@settings(deadline=None, max_examples=80)
def test_mean_is_exactly_the_target_and_the_odds_move_together(values, target):
    found = np.array(pds(values, target_rate=target))
    assert found.mean() == pytest.approx(target, abs=1e-12)
    moves = logit(found) - logit(values)
    assert np.ptp(moves) == pytest.approx(0, abs=1e-9)


@given(PDS)
@settings(deadline=None, max_examples=20)
def test_target_already_met_moves_nothing(values):
    found = parameters(values, target_rate=float(np.mean(values)))
    assert found["intercept"] == pytest.approx(0, abs=1e-9)


def test_target_by_default_is_the_default_rate():
    x, bad = book()
    for method in ("shift", "logistic"):
        found = pds(expit(x).tolist(), bad=bad.tolist(), method=method)
        assert np.mean(found) == pytest.approx(bad.mean(), abs=1e-12)


def test_weighted_mean_is_the_target():
    values, weights = [0.01, 0.02, 0.2], [5, 1, 2]
    found = pds(values, target_rate=0.07, weights=weights)
    assert np.average(found, weights=weights) == pytest.approx(0.07, abs=1e-12)


@pytest.mark.parametrize("of", ["pd", "score"])
@pytest.mark.parametrize("weighted", [False, True])
def test_logistic_fit_agrees_with_statsmodels(of, weighted):
    statsmodels = pytest.importorskip("statsmodels.api", reason="the peer is not installed")
    x, bad = book()
    weights = np.random.default_rng(2).integers(1, 5, len(x)) if weighted else None
    values = expit(x) if of == "pd" else 600 - 28.85 * x
    axis = x if of == "pd" else values
    times = np.ones(len(x), dtype=int) if weights is None else weights
    design = statsmodels.add_constant(np.repeat(axis, times))
    binomial = statsmodels.families.Binomial()
    peer = statsmodels.GLM(np.repeat(bad, times), design, family=binomial).fit(tol=1e-14)
    found = parameters(
        values.tolist(), bad=bad.tolist(), method="logistic", of=of,
        weights=None if weights is None else weights.tolist(),
    )  # fmt: skip
    assert [found["intercept"], found["slope"]] == pytest.approx(peer.params, rel=1e-6)
    assert [found["intercept_error"], found["slope_error"]] == pytest.approx(peer.bse, rel=1e-5)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("method", "of"), [("shift", "pd"), ("logistic", "pd"), ("logistic", "score")]
)
def test_spilled_parameters_give_the_same_pds_to_the_last_digit(method, of, lang):
    x, bad = book(300)
    values = (expit(x) if of == "pd" else 600 - 28.85 * x).tolist()
    options = {"bad": bad.tolist(), "target_rate": 0.031, "method": method, "of": of}
    model = calibrate(values, **options, lang=lang)
    again = [cell for (cell,) in udfs.call("CR_CALIBRATEDPD", column(values), model)]
    assert again == pds(values, **options)
    assert np.mean(again) == pytest.approx(0.031, abs=1e-12)


def test_sure_pds_do_not_move():
    assert pds([0, 0.1, 1], target_rate=0.4)[::2] == [0, 1]
    (error, *_) = pds([0.1, 0.1, 1], target_rate=0.3)
    assert error.reason == (
        "target_rate must be above 0.333333 and below 1, since PDs of 0 and 1 do not move; "
        "got '0.3'."
    )


@given(st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=10)
def test_row_order_does_not_count(chance):
    x, bad = book(200)
    rows = list(zip(expit(x).tolist(), bad.tolist(), strict=True))
    there = parameters([v for v, _ in rows], bad=[b for _, b in rows], method="logistic")
    chance.shuffle(rows)
    again = parameters([v for v, _ in rows], bad=[b for _, b in rows], method="logistic")
    numbers = [key for key in there if key != "of"]
    assert [again[k] for k in numbers] == pytest.approx([there[k] for k in numbers], rel=1e-9)


def test_rows_without_outcome_are_left_out_of_the_fit_and_still_calibrated():
    x, bad = book(200)
    values = expit(x).tolist()
    plain = pds(values, bad=bad.tolist(), method="logistic")
    more = pds([*values, 0.05, None, "x"], bad=[*bad.tolist(), None, None, 1], method="logistic")
    assert more[:200] == plain
    assert 0 < more[200] < 1
    assert more[201:] == [None, CellError("#VALUE!")]
    found = parameters([*values, 0.05], bad=[*bad.tolist(), None], method="logistic")
    assert (found["customers"], found["left_out"]) == (200, 1)


def test_score_far_from_zero_and_small_spread_is_fitted():
    x, bad = book()
    found = parameters((1e6 + x / 1000).tolist(), bad=bad.tolist(), method="logistic", of="score")
    plain = parameters(x.tolist(), bad=bad.tolist(), method="logistic", of="score")
    assert found["slope"] == pytest.approx(1000 * plain["slope"], rel=1e-6)


@pytest.mark.parametrize("outlier", [1e4, 1e9])
def test_outlier_of_the_same_kind_does_not_stop_the_fit(outlier):
    x, bad = book(500)
    plain = parameters([*x.tolist(), 5], bad=[*bad.tolist(), 1], method="logistic", of="score")
    found = parameters(
        [*x.tolist(), outlier], bad=[*bad.tolist(), 1], method="logistic", of="score"
    )
    assert found["slope"] == pytest.approx(plain["slope"], rel=0.02)


def test_two_crossed_rows_are_enough_for_a_steep_slope():
    bad = [0] * 50 + [1] * 50
    bad[49], bad[50] = 1, 0
    found = parameters(list(range(100)), bad=bad, method="logistic", of="score")
    assert found["slope"] > 1
    p = expit(found["intercept"] + found["slope"] * np.arange(100))
    # The likelihood is greatest where residuals sum to zero, alone and along the values.
    assert [(bad - p).sum(), ((bad - p) * np.arange(100)).sum()] == pytest.approx([0, 0], abs=1e-6)


@pytest.mark.parametrize(
    ("stretch", "end"),
    [
        (lambda x: np.append(x, 1e16), "got values of which no slope can be fitted."),
        (lambda x: np.append(x, 1e200), "got values of which no slope can be fitted."),
        (lambda x: 1e9 + np.append(x, 3) * 1e-6, "off the target."),
    ],
)
def test_numbers_that_cannot_be_fitted_say_so(stretch, end):
    x, bad = book(500)
    values = stretch(x)
    ((error,),) = calibrate(values.tolist(), bad=[*bad.tolist(), 1], method="logistic", of="score")
    assert error == CellError("#NUM!")
    assert error.reason.endswith(end)


@pytest.mark.parametrize(
    ("values", "options", "start"),
    [
        ([0.1], {}, "target_rate must be a default rate when bad is not given"),
        ([0.1, 600], {"target_rate": 0.1}, "values, row 2 must be a number from 0 to 1 since of is pd"),
        ([600], {"target_rate": 0.1, "of": "score"}, "of must be pd with method shift"),
        ([0.1], {"method": "logistic"}, "bad must be given with method logistic"),
        ([0.1, 0.2], {"bad": [1, 1]}, "bad must be rows of both outcomes"),
        ([0.1, 0.1], {"bad": [1, 0], "method": "logistic"}, "values must be values that differ"),
        ([0.2, 0.1, 0.1], {"bad": [1, 0, 0], "method": "logistic"}, "values must be values in which"),
        ([0.1, 0.2, 0.2], {"bad": [1, 1, 0], "method": "logistic"}, "values must be values in which"),
        ([0, 0.2], {"bad": [1, 0], "method": "logistic"}, "values, row 1 must be a number above 0"),
        ([None], {"target_rate": 0.1}, "values must be at least one number"),
    ],
)  # fmt: skip
def test_bad_calls_say_what_is_wrong(values, options, start):
    ((error,),) = calibrate(values, **options)
    assert isinstance(error, CellError)
    assert error.reason.startswith(start)
    assert any("\u4e00" <= character <= "\u9fff" for character in error.why("zh"))


def test_reasons_in_both_languages():
    ((text,),) = calibrate([0.01, 0.02, 0.05], target_rate=0.04, out="why", lang="zh")
    assert text == "违约对数几率上移 0.4251：平均违约概率由 2.6667% 变为 4.0000%。"
    ((text,),) = calibrate([0.01, 0.02, 0.05], target_rate=0.01, out="why")
    assert text.startswith("The log-odds fall by ")
    x, bad = book()
    ((text,),) = calibrate(expit(x).tolist(), bad=bad.tolist(), method="logistic", out="why")
    assert text.endswith("The slope is below 1: the PDs were too far apart.")
    ((text,),) = calibrate(
        expit(-x).tolist(), bad=bad.tolist(), method="logistic", out="why", lang="zh"
    )
    assert text.endswith("斜率为负：违约概率的排序与实际相反。")
    ((text,),) = calibrate(x.tolist(), bad=bad.tolist(), method="logistic", of="score", out="why")
    assert text.endswith("The slope is positive: a higher score means more defaults.")


def test_model_is_checked_and_rows_keep_their_own_errors():
    model = [["of", "intercept", "slope"], ["pd", 0, 1]]
    cells = udfs.call("CR_CALIBRATEDPD", [[0.3], [None], [1.5], ["x"], [0], [1]], model)
    assert cells[0][0] == pytest.approx(0.3)
    assert cells[1:4] == [[None], [CellError("#NUM!")], [CellError("#VALUE!")]]
    assert cells[4:] == [[0], [1]]
    ((error,),) = udfs.call("CR_CALIBRATEDPD", 0.3, [*model, ["pd", 1, 1]])
    assert error.reason == "model must be the table of CR_CALIBRATE with one row; got 2 rows."
    ((error,),) = udfs.call("CR_CALIBRATEDPD", 0.3, [model[0], ["rating", 1, 1]])
    assert error.reason == "model must be of pd or score; got 'rating'."
