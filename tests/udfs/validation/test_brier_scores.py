import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, log_loss

import udfs
from udfs.errors import CellError

CALL = ("groups", "weights", "out", "lang")
SAMPLES = st.lists(
    st.tuples(st.booleans(), st.integers(1, 9).map(lambda i: i / 10)), min_size=2, max_size=40
).filter(lambda rows: len({bad for bad, _ in rows}) == 2)  # fmt: skip


def column(items):
    return [[item] for item in items]


def brier(bad, pd, **options):
    return udfs.call(
        "CR_BRIER", column(bad), column(pd), *(options.get(argument) for argument in CALL)
    )


def value(bad, pd, **options):
    ((cell,),) = brier(bad, pd, **options)
    return cell


def measures(bad, pd, **options):
    return dict(brier(bad, pd, **options, out="table")[1:])


@given(SAMPLES)
@settings(deadline=None, max_examples=40)
def test_agrees_with_scikit_learn(rows):
    bad, pd = zip(*rows, strict=True)
    assert value(bad, pd) == pytest.approx(brier_score_loss(bad, pd), abs=1e-12)
    assert measures(bad, pd)["log loss"] == pytest.approx(log_loss(bad, pd), abs=1e-12)


@given(SAMPLES, st.integers(2, 12))
@settings(deadline=None, max_examples=40)
def test_parts_add_up_and_nothing_is_left_where_groups_are_pds(rows, groups):
    found = measures(*zip(*rows, strict=True), groups=groups)
    parts = found["miscalibration"] - found["resolution"] + found["uncertainty"]
    assert parts + found["within groups"] == pytest.approx(found["Brier score"], abs=1e-12)
    fine = measures(*zip(*rows, strict=True), groups=1000)
    assert fine["within groups"] == pytest.approx(0, abs=1e-12)


def test_skill_of_the_average_and_of_foresight():
    bad = [1, 0, 0, 0]
    assert value(bad, [0.25] * 4, out="skill") == pytest.approx(0)
    assert value(bad, bad, out="skill") == 1
    assert measures(bad, bad)["Spiegelhalter z"] is None


def test_weights_count_as_repeated_rows():
    bad, pd, times = [1, 0, 1, 0], [0.7, 0.2, 0.4, 0.4], [3, 1, 2, 4]
    weighed = measures(bad, pd, weights=column(times))
    repeated = measures(*(np.repeat(each, times).tolist() for each in (bad, pd)))
    for name in ("Brier score", "miscalibration", "resolution", "uncertainty", "log loss"):
        assert weighed[name] == pytest.approx(repeated[name], abs=1e-12)


def test_spiegelhalter_accepts_right_pds_and_finds_wrong_ones():
    rng = np.random.default_rng(12)
    pd = rng.uniform(0.02, 0.4, 5000)
    alarms = 0
    for _ in range(200):
        bad = rng.random(5000) < pd
        rows = udfs.call("CR_BRIER", bad, pd, None, None, "table")
        alarms += dict(rows[1:])["Spiegelhalter p"] < 0.05
    assert 1 <= alarms <= 22
    bad = rng.random(5000) < 1.5 * pd
    assert dict(udfs.call("CR_BRIER", bad, pd, None, None, "table")[1:])["Spiegelhalter p"] < 1e-6


def test_impossible_default_makes_the_log_loss_infinite():
    assert measures([1, 0], [0, 0.5])["log loss"] == CellError("#NUM!")


def test_reason_in_chinese_with_left_out_rows():
    text = value([0, 1, 0, 0, 1, None], [0.1, 0.6, 0.3, 0.2, 0.8, 0.5], out="why", lang="zh")
    assert text == (
        "Brier 得分 0.0680，相对平均违约率的技能得分 71.7%；平均违约概率 40.00%，违约率 40.00%。"
        "未计入 1 行：1 行缺少违约标志。"
    )


def test_one_outcome_only_is_refused():
    assert value([0, 0], [0.1, 0.2]) == CellError("#NUM!")
