from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, fisher_exact, norm

import udfs
from udfs.errors import CellError

CALL = ("scale", "method", "correlation", "lights", "out", "lang")
SCALE = [["grade", "pd"], ["A", 0.01], ["B", 0.1], ["C", 0.3], ["D", 1]]
SAMPLES = st.lists(st.tuples(st.sampled_from("ABC"), st.booleans()), min_size=1, max_size=10)


def column(items):
    return [[item] for item in items]


def back_test(grade, bad, scale=SCALE, **options):
    options["scale"] = scale
    return udfs.call(
        "CR_BACKTEST", column(grade), column(bad), *(options.get(argument) for argument in CALL)
    )


def value(grade, bad, **options):
    ((cell,),) = back_test(grade, bad, **options)
    return cell


def test_grades_are_counted_and_tested_in_the_order_of_the_scale():
    grade = ["B"] * 60 + ["A"] * 200 + ["C"] * 40
    bad = [1] * 5 + [0] * 55 + [1] * 7 + [0] * 193 + [1] * 12 + [0] * 28
    header, *rows = back_test(grade, bad)
    assert header == ["grade", "n", "defaults", "default_rate", "pd", "expected_defaults", "p_value", "p_overstated", "light", "p_inverted"]  # fmt: skip
    assert [row[:6] for row in rows] == [
        ["A", 200, 7, 0.035, 0.01, 2],
        ["B", 60, 5, pytest.approx(5 / 60), 0.1, 6],
        ["C", 40, 12, 0.3, 0.3, 12],
        ["total", 300, 24, 0.08, pytest.approx(20 / 300), 20],
    ]
    for row in rows[:3]:
        _, n, defaults, _, pd, _, p, low, *_ = row
        assert p == pytest.approx(binom.sf(defaults - 1, n, pd), abs=1e-12)
        assert low == pytest.approx(binom.cdf(defaults, n, pd), abs=1e-12)
    assert [row[8] for row in rows] == ["red", "green", "green", "green"]
    assert [row[9] for row in rows] == [None] * 4


@given(SAMPLES)
@settings(deadline=None, max_examples=40)
def test_p_value_of_all_is_that_of_every_possible_outcome(rows):
    grade, bad = zip(*rows, strict=True)
    chance = [dict(SCALE[1:])[g] for g in grade]
    expected = sum(
        np.prod([p if b else 1 - p for p, b in zip(chance, outcome, strict=True)])
        for outcome in product([0, 1], repeat=len(rows))
        if sum(outcome) >= sum(bad)
    )
    assert value(grade, bad, out="value") == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("customers", "rate"), [(6000, 0.5), (6004, 0.501)])
def test_p_value_of_many_defaults_is_continuous(customers, rate):
    # One grade: on either side of the change to the normal distribution the exact value is known.
    defaults = int(customers * rate)
    bad = np.arange(customers) < defaults
    scale = [["grade", "pd"], ["A", 0.49]]
    ((p,),) = udfs.call("CR_BACKTEST", np.full(customers, "A", dtype=object), bad, scale, None, None, None, "value")  # fmt: skip
    assert p == pytest.approx(binom.sf(defaults - 1, customers, 0.49), abs=2e-5)


@given(SAMPLES, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=20)
def test_row_order_does_not_count(rows, chance):
    there = back_test(*zip(*rows, strict=True))
    assert back_test(*zip(*chance.sample(rows, len(rows)), strict=True)) == there


def test_inversions_are_tested_and_named():
    grade = ["A"] * 10 + ["B"] * 10 + ["C"] * 10
    bad = [1] + [0] * 9 + [0] * 10 + [1] * 4 + [0] * 6
    assert [row[9] for row in back_test(grade, bad)[1:]] == [None, 0.5, None, None]
    assert value(grade, bad, out="why").endswith("Inverted, maybe by chance: B below A.")
    assert value(grade, bad, out="why", lang="zh").endswith("可能出于偶然的倒挂：B 低于 A。")
    assert value(["A", "B"], [0, 1], out="why").endswith("never fall from grade to grade.")
    grade, bad = ["A"] * 100 + ["B"] * 100, [1] * 20 + [0] * 80 + [1] * 2 + [0] * 98
    p = fisher_exact([[20, 80], [2, 98]], "greater").pvalue
    assert back_test(grade, bad)[2][9] == pytest.approx(p)
    assert value(grade, bad, out="why").endswith(
        "Inverted: B defaulted less than A (p below 0.0001)."
    )
    assert "倒挂：B 的违约率低于 A（p 值小于 0.0001）。" in value(grade, bad, out="why", lang="zh")


def test_reason_names_the_lights_worst_first_and_what_chance_would_bring():
    grade = ["A"] * 200 + ["B"] * 100 + ["C"] * 10
    bad = [1] * 8 + [0] * 192 + [1] * 17 + [0] * 83 + [0] * 10
    text = value(grade, bad, out="why")
    assert "By grade (of 3, 0.0 red by chance): red A; yellow B." in text
    assert value(grade, bad, out="light") == "red"
    assert value(grade, bad, out="light", lang="zh") == "红色"
    assert "按等级（共 3 级，偶然出现红色约 0.0 级）：红色 A；黄色 B。" in value(
        grade, bad, out="why", lang="zh"
    )
    assert "Every grade is green." in value(["A", "B"], [0, 0], out="why")


def test_pd_that_is_too_high_is_named():
    grade, bad = ["B"] * 100, [1] + [0] * 99
    assert "PD too high: B." in value(grade, bad, out="why")
    assert "违约概率偏高：B。" in value(grade, bad, out="why", lang="zh")


def simulated(n, pd, rho, rounds=200_000):
    rng = np.random.default_rng(16)
    factor = rng.normal(size=(rounds, 1))
    given = norm.cdf((norm.ppf(pd) - np.sqrt(rho) * factor) / np.sqrt(1 - rho))
    return rng.binomial(n, given)


@pytest.mark.parametrize(
    ("n", "defaults"), [([200, 100], [4, 16]), ([20_000, 10_000], [500, 1800])]
)
def test_correlated_grades_agree_with_simulation(n, defaults):
    grade = np.repeat(np.array(["A", "B"], dtype=object), n)
    bad = np.concatenate([np.arange(k) < d for k, d in zip(n, defaults, strict=True)])
    rows = udfs.call("CR_BACKTEST", grade, bad, SCALE, None, 0.12)[1:]
    counts = simulated(n, [0.01, 0.1], 0.12)
    for i, row in enumerate(rows[:2]):
        assert row[6] == pytest.approx((counts[:, i] >= defaults[i]).mean(), abs=0.004)
        assert row[7] == pytest.approx((counts[:, i] <= defaults[i]).mean(), abs=0.004)
    expected = (counts.sum(axis=1) >= sum(defaults)).mean()
    assert rows[2][6] == pytest.approx(expected, abs=0.004)


def test_grades_are_known_in_any_spelling_and_by_the_built_in_scale():
    rows = back_test(["ａａａ", "aaa", "BBB\N{EN DASH}"], [0, 0, 0], scale=None)
    assert [row[:2] for row in rows[1:]] == [["AAA", 2], ["BBB-", 1], ["total", 3]]


def test_scale_in_chinese_and_chinese_result():
    scale = udfs.call("CR_POLICY", "master_scale", "table", "zh")
    rows = back_test(["AA", "D"], [0, 1], scale=scale, lang="zh")
    assert rows[0] == ["等级", "客户数", "违约数", "违约率", "违约概率", "预期违约数", "p 值", "高估 p 值", "信号灯", "倒挂 p 值"]  # fmt: skip
    assert [row[0] for row in rows[1:]] == ["AA", "D", "合计"]
    assert rows[2][6] == 1


@pytest.mark.parametrize("method", ["normal", "jeffreys"])
def test_method_of_the_grades(method):
    rows = back_test(["A"] * 100, [1] * 3 + [0] * 97, method=method)
    assert rows[1][6] == udfs.call("CR_BINOMTEST", 100, 3, 0.01, method)[0][0]
    assert rows[2][6] == pytest.approx(binom.sf(2, 100, 0.01))


def test_correlation_goes_with_the_exact_method_only():
    error = value(["A"], [0], method="normal", correlation=0.1)
    assert error.reason == "method must be exact when correlation is above 0; got 'normal'."


def test_left_out_rows_are_named():
    text = value(["A", None, "B", "A"], [0, 0, None, "?"], out="why")
    assert "3 rows left out: 1 without grade, 1 without bad, 1 faulty (row 4:" in text


def test_left_out_rows_have_a_row_of_their_own():
    rows = back_test(["A", None, "B"], [0, 0, None])
    assert rows[-1][:3] == ["left out", 2, None]
    assert back_test(["A"], [0], lang="zh")[-1][0] == "合计"


def test_unknown_grade_and_empty_sample_are_refused():
    error = value(["A", "E"], [0, 1])
    assert error.reason == "grade must be one of A, B, C, D; got 'E'."
    assert value([None], [None]) == CellError("#NUM!")
    assert value(["A"], [None]).reason.endswith("got no complete row, 1 left out.")
