from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom, binomtest, norm

import udfs
from udfs.errors import CellError

CALL = ("method", "correlation", "lights", "out", "lang")
GRADES = st.lists(
    st.tuples(st.integers(1, 400), st.floats(0, 1), st.floats(0.001, 0.6)).map(
        lambda row: (row[0], int(row[0] * row[1]), row[2])
    ),
    min_size=1,
    max_size=8,
)


def column(items):
    return [[item] for item in items]


def binomial(n, defaults, pd, **options):
    ranges = (column(n), column(defaults), column(pd))
    return udfs.call("CR_BINOMTEST", *ranges, *(options.get(argument) for argument in CALL))


def values(n, defaults, pd, **options):
    return [cell for (cell,) in binomial(n, defaults, pd, **options)]


def test_published_value_with_its_critical_numbers():
    # oracles.json, topic 5
    assert values([500], [9], [0.01]) == pytest.approx([0.06711015991370484], abs=1e-10)
    header, row = binomial([500], [9], [0.01], out="table")
    found = dict(zip(header, row, strict=True))
    assert (found["critical_95%"], found["critical_99%"]) == (9, 11)


@given(GRADES)
@settings(deadline=None, max_examples=40)
def test_exact_test_is_that_of_scipy(rows):
    expected = [binomtest(d, n, p, alternative="greater").pvalue for n, d, p in rows]
    assert values(*zip(*rows, strict=True)) == pytest.approx(expected, abs=1e-11)


@given(GRADES)
@settings(deadline=None, max_examples=40)
def test_critical_numbers_are_quantiles(rows):
    header, *cells = binomial(*zip(*rows, strict=True), out="table")
    for row, (n, _, p) in zip(cells, rows, strict=True):
        found = dict(zip(header, row, strict=True))
        for level in (95, 99):
            assert found[f"critical_{level}%"] == binom.ppf(level / 100, n, p)


@given(GRADES)
@settings(deadline=None, max_examples=30)
def test_normal_and_jeffreys_as_they_are_defined(rows):
    ranges = list(zip(*rows, strict=True))
    n, d, p = (np.array(each, dtype=float) for each in ranges)
    normal = norm.sf((d - n * p) / np.sqrt(n * p * (1 - p)))
    assert values(*ranges, method="normal") == pytest.approx(normal, abs=1e-12)
    jeffreys = np.where(d > 0, beta.cdf(p, d + 0.5, n - d + 0.5), 1)
    assert values(*ranges, method="jeffreys") == pytest.approx(jeffreys, abs=1e-11)


@pytest.mark.parametrize("method", ["exact", "normal", "jeffreys"])
@given(n=st.integers(1, 300), p=st.floats(0.001, 0.5))
@settings(deadline=None, max_examples=20)
def test_more_defaults_never_raise_the_p_value_and_the_critical_number_is_the_last_green(
    method, n, p
):
    counts = list(range(n + 1))
    found = values([n] * (n + 1), counts, [p] * (n + 1), method=method)
    assert all(a >= b - 1e-12 for a, b in pairwise(found))
    (most,) = values([n], [0], [p], method=method, out="critical")
    assert most == max((d for d, v in zip(counts, found, strict=True) if v >= 0.05), default=0)


def test_false_alarms_are_no_more_frequent_than_they_say():
    rng = np.random.default_rng(4)
    defaults = rng.binomial(800, 0.02, 20_000).astype(float)
    p = np.array(udfs.call("CR_BINOMTEST", np.full(20_000, 800.0), defaults, 0.02), dtype=float)
    for level in (0.05, 0.01):
        assert (p < level).mean() <= level


@given(GRADES)
@settings(deadline=None, max_examples=20)
def test_one_row_is_as_in_a_batch(rows):
    for out in ("value", "light", "critical", "why"):
        batch = values(*zip(*rows, strict=True), out=out)
        alone = [udfs.call("CR_BINOMTEST", *row, None, None, None, out)[0][0] for row in rows]
        assert batch == alone


@pytest.mark.parametrize(
    ("lang", "expected"),
    [("en", ["green", "yellow", "red"]), ("zh", ["绿色", "黄色", "红色"])],
)
def test_lights(lang, expected):
    found = values([500] * 3, [9, 10, 14], [0.01] * 3, out="light", lang=lang)
    assert found == expected


def test_lights_of_the_table_can_be_changed():
    lights = udfs.call("CR_POLICY", "test_lights")
    lights[1][3] = 0.10
    assert values([500], [9], [0.01], lights=lights, out="light") == ["yellow"]
    header = binomial([500], [9], [0.01], lights=lights, out="table")[0]
    assert "critical_90%" in header


def test_sure_things():
    assert values([10, 10, 10, 10], [0, 1, 10, 9], [0, 0, 1, 1]) == [1, 0, 1, 1]
    normal = values([10, 10, 10], [0, 1, 10], [0, 0, 1], method="normal")
    assert normal == [1, 0, 1]


def test_overstated_pd_shows_in_the_table():
    header, row = binomial([1000], [2], [0.01], out="table")
    found = dict(zip(header, row, strict=True))
    assert found["p_overstated"] == pytest.approx(binom.cdf(2, 1000, 0.01))


def test_blank_empty_and_faulty_rows():
    n, defaults, pd = (
        [500, 0, None, 10, 10, 3],
        [9, 0, None, 11, "x", 1.5],
        [0.01, 0.01, None, 0.01, 0.01, 1.5],
    )
    for out in ("value", "light", "critical"):
        found = values(n, defaults, pd, out=out)
        assert found[1:3] == [None, None]
        assert found[3:] == [CellError("#NUM!"), CellError("#VALUE!"), CellError("#NUM!")]
    why = values(n, defaults, pd, out="why", lang="zh")
    assert why[1] == "没有客户，无从检验。"
    assert why[3] == "defaults 不得大于 n（10），实际为 11。"
    table = binomial(n, defaults, pd, out="table")
    assert table[2] == [0, 0, 0.01, 0, None, None, None, None, None, None]
    assert table[3] == [None] * 10
    assert table[4] == [CellError("#NUM!")] * 10


def test_reason_in_chinese():
    assert values([500], [9], [0.01], out="why", lang="zh") == [
        "500 户中违约 9 户（1.80%），违约概率 1.0000% 下预期 5.0 户：p 值 0.0671，绿色；绿色至多 9，黄色至多 11。"
    ]


def test_table_in_chinese():
    assert binomial([500], [9], [0.01], out="table", lang="zh")[0] == [
        "客户数", "违约数", "违约概率", "预期违约数", "违约率", "p 值", "高估 p 值",
        "临界违约数 95%", "临界违约数 99%", "信号灯",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("n", "defaults", "pd"), [(500, 14, 0.01), (50, 2, 0.02), (20_000, 900, 0.03)]
)
def test_correlated_test_agrees_with_simulation(n, defaults, pd):
    rng = np.random.default_rng(17)
    factor = rng.normal(size=300_000)
    given = norm.cdf((norm.ppf(pd) - np.sqrt(0.12) * factor) / np.sqrt(0.88))
    simulated = rng.binomial(n, given)
    (p,) = values([n], [defaults], [pd], correlation=0.12)
    assert p == pytest.approx((simulated >= defaults).mean(), abs=0.003)
    header, row = binomial([n], [defaults], [pd], correlation=0.12, out="table")
    found = dict(zip(header, row, strict=True))
    assert found["p_overstated"] == pytest.approx((simulated <= defaults).mean(), abs=0.003)
    most = found["critical_95%"]
    assert (simulated >= most).mean() >= 0.047
    assert (simulated > most).mean() <= 0.053


def test_almost_no_correlation_is_none():
    alone = values([500], [9], [0.01])
    assert values([500], [9], [0.01], correlation=1e-9) == pytest.approx(alone, rel=1e-4)


def test_sure_things_with_correlation():
    found = values([10, 10, 10], [0, 1, 10], [0, 0, 1], correlation=0.1)
    assert found == pytest.approx([1, 0, 1], abs=1e-12)


def test_correlation_goes_with_the_exact_method_only():
    (error,) = values([10], [1], [0.1], correlation=0.1, method="jeffreys")
    assert error.reason == "method must be exact when correlation is above 0; got 'jeffreys'."
