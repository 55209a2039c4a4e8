import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

CALL = ("groups", "higher", "weights", "out", "lang")
SAMPLES = st.lists(
    st.tuples(st.booleans(), st.integers(-5, 5)), min_size=2, max_size=40
).filter(lambda rows: len({bad for bad, _ in rows}) == 2)  # fmt: skip


def column(items):
    return [[item] for item in items]


def lift(bad, score, **options):
    return udfs.call(
        "CR_LIFT", column(bad), column(score), *(options.get(argument) for argument in CALL)
    )


def test_distinct_scores_fall_into_groups_of_equal_size():
    bad = [1, 1, 1, 0, 1, 0, 0, 0, 0, 0]
    rows = lift(bad, list(range(10)), groups=5)
    assert rows[0][:6] == ["group", "lowest", "highest", "customers", "defaults", "default_rate"]
    assert [row[:6] for row in rows[1:]] == [
        [1, 0, 1, 2, 2, 1],
        [2, 2, 3, 2, 1, 0.5],
        [3, 4, 5, 2, 1, 0.5],
        [4, 6, 7, 2, 0, 0],
        [5, 8, 9, 2, 0, 0],
    ]
    assert [row[6] for row in rows[1:]] == pytest.approx([2.5, 1.25, 1.25, 0, 0])
    assert rows[-1][9:12] == pytest.approx([1, 1, 1])


@pytest.mark.parametrize("higher", ["better", "worse"])
@given(rows=SAMPLES, groups=st.integers(2, 6))
@settings(deadline=None, max_examples=50)
def test_groups_hold_whole_scores_and_all_customers(higher, rows, groups):
    bad, score = zip(*rows, strict=True)
    table = lift(bad, score, groups=groups, higher=higher)[1:]
    assert 1 <= len(table) <= groups
    for _, low, high, customers, defaults, rate, *_ in table:
        inside = [b for b, s in zip(bad, score, strict=True) if low <= s <= high]
        assert (len(inside), sum(inside)) == (customers, defaults)
        assert rate == pytest.approx(sum(inside) / len(inside))
    assert sum(row[3] for row in table) == len(rows)
    middles = [(row[1] + row[2]) / 2 for row in table]
    assert middles == sorted(middles, reverse=higher == "worse")


@given(SAMPLES, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=25)
def test_row_order_does_not_count(rows, chance):
    shuffled = chance.sample(rows, len(rows))
    assert lift(*zip(*rows, strict=True)) == lift(*zip(*shuffled, strict=True))


def test_largest_gap_of_the_groups_does_not_exceed_ks():
    rng = np.random.default_rng(3)
    score = rng.normal(size=3000)
    bad = rng.random(3000) < 1 / (1 + np.exp(2 + score))
    rows = udfs.call("CR_LIFT", bad, score)[1:]
    assert len(rows) == 10
    ((ks,),) = udfs.call("CR_KS", bad, score)
    assert 0.8 * ks < max(row[-1] for row in rows) <= ks + 1e-12


@pytest.mark.parametrize(("out", "expected"), [("value", 2.5), ("capture", 0.5)])
def test_figures_of_the_worst_group(out, expected):
    bad = [1, 1, 1, 0, 1, 0, 0, 0, 0, 0]
    assert lift(bad, list(range(10)), groups=5, out=out) == [[pytest.approx(expected)]]


def test_reason_names_a_rise():
    bad = [1, 1, 0, 0, 1, 0, 0, 0, 0, 0]
    ((text,),) = lift(bad, list(range(10)), groups=5, out="why")
    assert text.endswith("The default rate rises in group 3.")
    ((text,),) = lift([*bad, None], [*range(10), 4], groups=5, out="why", lang="zh")
    assert text == (
        "最差一组（共 5 组，得分 0 至 1）占客户的 20.0%，占违约的 66.7%，提升度 3.33。"
        "违约率在第 3 组反而上升。未计入 1 行：1 行缺少违约标志。"
    )


def test_chinese_headers():
    header = lift([1, 0], [1, 2], lang="zh")[0]
    assert header[:7] == ["组别", "最低值", "最高值", "客户数", "违约数", "违约率", "提升度"]
    assert len(set(header)) == len(header)


def test_weights_count_as_repeated_rows():
    bad, score, times = [1, 0, 1, 0], [1, 2, 3, 4], [3, 1, 2, 4]
    repeated = [np.repeat(each, times).tolist() for each in (bad, score)]
    assert lift(bad, score, groups=2, weights=column(times)) == lift(*repeated, groups=2)


@pytest.mark.parametrize("groups", [1, 2.5])
def test_number_of_groups_is_checked(groups):
    assert lift([1, 0], [1, 2], groups=groups) == [[CellError("#NUM!")]]
