from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

import udfs
from udfs.errors import CellError

CALL = ("scale", "method", "lights", "out", "lang")
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
    assert header == ["grade", "n", "defaults", "default_rate", "pd", "expected_defaults", "p_value", "p_overstated", "light", "inverted"]  # fmt: skip
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
    assert [row[9] for row in rows] == [False, False, False, False]


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
    ((p,),) = udfs.call("CR_BACKTEST", np.full(customers, "A", dtype=object), bad, scale, None, None, "value")  # fmt: skip
    assert p == pytest.approx(binom.sf(defaults - 1, customers, 0.49), abs=2e-5)


@given(SAMPLES, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=20)
def test_row_order_does_not_count(rows, chance):
    there = back_test(*zip(*rows, strict=True))
    assert back_test(*zip(*chance.sample(rows, len(rows)), strict=True)) == there


def test_inversions_are_marked_and_named():
    grade = ["A"] * 10 + ["B"] * 10 + ["C"] * 10
    bad = [1] + [0] * 9 + [0] * 10 + [1] * 4 + [0] * 6
    assert [row[9] for row in back_test(grade, bad)[1:]] == [False, True, False, True]
    text = value(grade, bad, out="why")
    assert text.endswith("Inverted: B defaulted less than A.")
    assert "倒挂：B 的违约率低于 A。" in value(grade, bad, out="why", lang="zh")
    assert value(["A", "B"], [0, 1], out="why").endswith("never fall from grade to grade.")


def test_reason_names_the_lights_worst_first():
    grade = ["A"] * 200 + ["B"] * 100 + ["C"] * 10
    bad = [1] * 8 + [0] * 192 + [1] * 17 + [0] * 83 + [0] * 10
    text = value(grade, bad, out="why")
    assert "By grade: red A; yellow B." in text
    assert value(grade, bad, out="light") == "red"
    assert value(grade, bad, out="light", lang="zh") == "红色"


def test_grades_are_known_in_any_spelling_and_by_the_built_in_scale():
    rows = back_test(["ａａａ", "aaa", "BBB\N{EN DASH}"], [0, 0, 0], scale=None)
    assert [row[:2] for row in rows[1:]] == [["AAA", 2], ["BBB-", 1], ["total", 3]]


def test_scale_in_chinese_and_chinese_result():
    scale = udfs.call("CR_POLICY", "master_scale", "table", "zh")
    rows = back_test(["AA", "D"], [0, 1], scale=scale, lang="zh")
    assert rows[0] == ["等级", "客户数", "违约数", "违约率", "违约概率", "预期违约数", "p 值", "高估 p 值", "信号灯", "倒挂"]  # fmt: skip
    assert [row[0] for row in rows[1:]] == ["AA", "D", "合计"]
    assert rows[2][6] == 1


@pytest.mark.parametrize("method", ["normal", "jeffreys"])
def test_method_of_the_grades(method):
    rows = back_test(["A"] * 100, [1] * 3 + [0] * 97, method=method)
    assert rows[1][6] == udfs.call("CR_BINOMTEST", 100, 3, 0.01, method)[0][0]
    assert rows[2][6] == pytest.approx(binom.sf(2, 100, 0.01))


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
