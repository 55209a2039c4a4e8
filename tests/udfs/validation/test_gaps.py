import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp

import udfs
from udfs.errors import CellError

# oracles.json, topic 5
TIED = ([0, 0, 0, 1, 0, 1, 0, 1, 1, 1], [0.05, 0.1, 0.15, 0.2, 0.25, 0.4, 0.45, 0.6, 0.6, 0.9])
CALL = ("higher", "weights", "out", "lang")
SAMPLES = st.lists(
    st.tuples(st.booleans(), st.integers(-5, 5)), min_size=2, max_size=40
).filter(lambda rows: len({bad for bad, _ in rows}) == 2)  # fmt: skip


def column(items):
    return [[item] for item in items]


def ks(bad, score, **options):
    return udfs.call(
        "CR_KS", column(bad), column(score), *(options.get(argument) for argument in CALL)
    )


def value(bad, score, **options):
    ((cell,),) = ks(bad, score, **options)
    return cell


def test_published_value():
    assert value(*TIED, higher="worse") == pytest.approx(0.6, abs=1e-12)


@given(SAMPLES)
@settings(deadline=None, max_examples=60)
def test_agrees_with_scipy(rows):
    bads = [score for bad, score in rows if bad]
    goods = [score for bad, score in rows if not bad]
    expected = ks_2samp(bads, goods, method="exact").statistic
    for higher in ("better", "worse"):
        found = value(*zip(*rows, strict=True), higher=higher)
        assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("higher", ["better", "worse"])
@given(rows=SAMPLES)
@settings(deadline=None, max_examples=40)
def test_gap_at_the_point_is_ks(higher, rows):
    bad, score = zip(*rows, strict=True)
    point = value(bad, score, higher=higher, out="point")
    size = value(bad, score, higher=higher)
    if size == 0:
        assert point == CellError("#NUM!")
        return
    refused = [s < point if higher == "better" else s >= point for s in score]
    shares = [
        sum(r for r, b in zip(refused, bad, strict=True) if b == kind) / bad.count(kind)
        for kind in (True, False)
    ]
    assert abs(shares[0] - shares[1]) == pytest.approx(size, abs=1e-12)


@given(SAMPLES, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_row_order_does_not_count(rows, chance):
    shuffled = chance.sample(rows, len(rows))
    for out in ("table", "curve"):
        assert ks(*zip(*rows, strict=True), out=out) == ks(*zip(*shuffled, strict=True), out=out)


def test_weights_count_as_repeated_rows():
    bad, score, times = [1, 0, 1, 0], [1, 2, 3, 4], [3, 1, 2, 4]
    repeated = [np.repeat(each, times).tolist() for each in (bad, score)]
    assert value(bad, score, weights=column(times)) == pytest.approx(value(*repeated), abs=1e-12)


def test_table_and_reason_name_the_shares():
    bad, score = [1, 0, 1, 0, 0, 0], [480, 510, 530, 560, 600, 640]
    assert ks(bad, score, out="table") == [
        ["measure", "value"],
        ["KS", 0.75],
        ["cut-off", 560.0],
        ["defaulted customers on the worse side", 1.0],
        ["other customers on the worse side", 0.25],
        ["all customers on the worse side", 0.5],
        ["weight of defaults", 2.0],
        ["weight of customers", 6.0],
        ["rows left out", 0],
    ]
    assert value(bad, score, out="why", lang="zh") == (
        "KS 为 75.0%，临界值 560：低于它的坏客户占 100.0%，好客户占 25.0%。"
    )
    pd = [0.3, 0.2, 0.1, 0.05, 0.02, 0.01]
    assert value(bad, pd, higher="worse", out="why") == (
        "KS 75.0% at the cut-off 0.1: at it or above lie 100.0% of the defaulted and 25.0% of the "
        "other customers."
    )


def test_wrong_direction_is_said_and_ks_stays():
    assert value(*TIED) == pytest.approx(0.6)
    assert value(*TIED, out="why").endswith("The score ranks the wrong way round: check higher.")
    assert value(*TIED, out="why", lang="zh").endswith("请检查 higher。")


def test_score_that_says_nothing():
    assert value([1, 0, 1, 0], [5, 5, 5, 5]) == 0
    assert value([1, 0], [5, 5], out="why").startswith("KS 0: the score does not tell")
    error = value([1, 0], [5, 5], out="point")
    assert error.reason.startswith("score must be scores that differ")


def test_left_out_rows_are_named():
    text = value([1, 0, 1], [1, 2, "n/a"], out="why")
    assert text.endswith("1 row left out: 1 faulty (row 3: score: 'n/a' is not a number).")


def test_curve_holds_the_point_and_both_ends():
    rng = np.random.default_rng(9)
    score = rng.normal(size=20_000)
    bad = rng.random(20_000) < 1 / (1 + np.exp(2 + score))
    rows = udfs.call("CR_KS", bad, score, None, None, "curve")
    assert rows[0] == ["cut_off", "customer_share", "bad_share", "good_share", "gap"]
    assert len(rows) <= 203
    assert rows[1][1:] == [0, 0, 0, 0]
    assert rows[-1][2:4] == [1, 1]
    ((size,),) = udfs.call("CR_KS", bad, score)
    ((point,),) = udfs.call("CR_KS", bad, score, None, None, "point")
    assert max(row[4] for row in rows[1:]) == size
    assert point in {row[0] for row in rows[1:]}


def test_one_outcome_only_is_refused():
    assert value([0, 0], [1, 2]) == CellError("#NUM!")
