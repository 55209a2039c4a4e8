import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, kstest

import udfs
from udfs.errors import CellError

CALL = ("groups", "sample", "lights", "out", "lang")
SMALL = ([0, 1, 0, 0, 1, 1], [0.1, 0.1, 0.3, 0.3, 0.6, 0.6])
SAMPLES = st.lists(
    st.tuples(st.booleans(), st.integers(1, 19).map(lambda i: i / 20)), min_size=2, max_size=40
).filter(lambda rows: len({bad for bad, _ in rows}) == 2)  # fmt: skip


def column(items):
    return [[item] for item in items]


def hosmer(bad, pd, **options):
    return udfs.call(
        "CR_HOSMER", column(bad), column(pd), *(options.get(argument) for argument in CALL)
    )


def value(bad, pd, **options):
    ((cell,),) = hosmer(bad, pd, **options)
    return cell


@given(SAMPLES, st.integers(2, 6))
@settings(deadline=None, max_examples=50)
def test_statistic_and_p_value_by_hand(rows, groups):
    bad, pd = zip(*rows, strict=True)
    table = hosmer(bad, pd, groups=groups, sample="new", out="table")[1:]
    total = 0.0
    for _, low, high, customers, defaults, expected, *_ in table:
        inside = [(b, p) for b, p in rows if low <= p <= high]
        assert (len(inside), sum(b for b, _ in inside)) == (customers, defaults)
        assert expected == pytest.approx(sum(p for _, p in inside))
        total += (defaults - expected) ** 2 / (expected * (1 - expected / customers))
    assert sum(row[3] for row in table) == len(rows)
    found = value(bad, pd, groups=groups, sample="new", out="statistic")
    assert found == pytest.approx(total)
    p = value(bad, pd, groups=groups, sample="new")
    assert p == pytest.approx(chi2.sf(total, len(table)), abs=1e-12)


def test_fitted_sample_has_two_degrees_of_freedom_less():
    statistic = value(*SMALL, groups=3, out="statistic")
    assert value(*SMALL, groups=3) == pytest.approx(chi2.sf(statistic, 1))
    assert value(*SMALL, groups=3, sample="new") == pytest.approx(chi2.sf(statistic, 3))


def test_p_value_of_right_pds_is_uniform():
    rng = np.random.default_rng(11)
    pd = rng.uniform(0.02, 0.4, 2000)
    found = []
    for _ in range(200):
        bad = rng.random(2000) < pd
        found.append(udfs.call("CR_HOSMER", bad, pd, 10, "new")[0][0])
    assert kstest(found, "uniform").pvalue > 0.001


@given(SAMPLES, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=20)
def test_row_order_does_not_count(rows, chance):
    there = hosmer(*zip(*rows, strict=True), sample="new", out="table")
    shuffled = chance.sample(rows, len(rows))
    assert hosmer(*zip(*shuffled, strict=True), sample="new", out="table") == there


def test_reason_in_chinese():
    assert value(*SMALL, groups=3, sample="new", out="why", lang="zh") == (
        "卡方 5.75，自由度 3，p 值 0.1246，绿色。共违约 3 户，预期 2.0 户。"
        "偏离最大的是第 1 组（卡方 3.56）：违约 1 户，预期 0.2 户。"
    )


def test_default_ruled_out_is_a_certain_misfit():
    bad, pd = [1, 0, 1, 0], [0, 0, 0.5, 0.5]
    assert value(bad, pd, sample="new") == 0
    assert value(bad, pd, sample="new", out="statistic") == CellError("#NUM!")
    assert value([0, 0, 1, 0], pd, sample="new") == 1


def test_too_few_groups_are_refused():
    error = value([1, 0, 1], [0.1, 0.1, 0.2])
    assert error.reason == (
        "pd must be PDs of at least 3 groups, given that sample is fitted; "
        "got PDs that fall into 2 groups."
    )
    assert value([1, 1], [0.1, 0.2]) == CellError("#NUM!")


def test_pd_out_of_bounds_is_left_out_and_named():
    text = value([*SMALL[0], 1], [*SMALL[1], 1.2], groups=3, sample="new", out="why")
    assert text.endswith("1 faulty (row 7: pd must be a number from 0 to 1; got 1.2).")


def test_chinese_headers():
    header = hosmer(*SMALL, groups=3, out="table", lang="zh")[0]
    assert header == ["组别", "最低值", "最高值", "客户数", "违约数", "预期违约数", "违约率", "平均违约概率", "卡方"]  # fmt: skip
