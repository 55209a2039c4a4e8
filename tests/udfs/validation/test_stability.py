import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

CALL = ("of", "cuts", "bins", "categories", "missing", "floor", "rules", "out", "lang")
COUNTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=8).filter(
    lambda rows: sum(e for e, _ in rows) and sum(a for _, a in rows)
)


def column(items):
    return [[item] for item in items]


def psi(expected, actual, **options):
    return udfs.call(
        "CR_PSI", column(expected), column(actual), *(options.get(argument) for argument in CALL)
    )


def value(expected, actual, **options):
    ((cell,),) = psi(expected, actual, **options)
    return cell


def test_published_value():
    # oracles.json, topic 5
    found = value([0.1, 0.2, 0.4, 0.2, 0.1], [0.08, 0.18, 0.38, 0.24, 0.12])
    assert found == pytest.approx(0.01853524063482901, abs=1e-12)


@given(COUNTS)
@settings(deadline=None, max_examples=60)
def test_by_hand(rows):
    expected, actual = zip(*rows, strict=True)
    total = 0.0
    for e, a in rows:
        e_share, a_share = e / sum(expected) or 1e-4, a / sum(actual) or 1e-4
        total += (a_share - e_share) * math.log(a_share / e_share) if e or a else 0
    found = value(expected, actual)
    assert found == pytest.approx(total, abs=1e-12)
    assert found >= 0
    assert value(actual, expected) == pytest.approx(found, abs=1e-12)


def test_counts_and_shares_and_a_row_of_cells_give_the_same():
    counts, shares = [20, 30, 50], [0.2, 0.3, 0.5]
    assert value(counts, [0.3, 0.3, 0.4]) == pytest.approx(value(shares, [30, 30, 40]), abs=1e-12)
    assert udfs.call("CR_PSI", counts, [30, 30, 40]) == [[value(counts, [30, 30, 40])]]


def test_empty_bin_counts_as_the_floor():
    expected = 0.5 * math.log(0.5) - 0.5 * math.log(0.001) - 0.001 * math.log(0.5 / 0.001)
    expected = (0.001 - 0.5) * math.log(0.001 / 0.5) + 0.5 * math.log(2)
    assert value([1, 1], [0, 1], floor=0.001) == pytest.approx(expected, abs=1e-12)


def test_same_population_is_zero():
    rng = np.random.default_rng(1)
    numbers = rng.normal(size=500).tolist()
    assert value(numbers, numbers[::-1], of="numbers") == 0


@pytest.mark.parametrize(
    ("actual", "rating", "zh"),
    [([10, 10], "stable", "稳定"), ([12, 8], "stable", "稳定"), ([66, 34], "watch", "关注"), ([8, 2], "shift", "显著变化")],
)  # fmt: skip
def test_rating(actual, rating, zh):
    assert value([50, 50], actual, out="rating") == rating
    assert value([50, 50], actual, out="rating", lang="zh") == zh


def test_limit_itself_belongs_to_the_upper_band():
    table = udfs.call("CR_POLICY", "psi_bands")
    table[1][3] = value([50, 50], [66, 34])
    assert value([50, 50], [66, 34], out="rating", rules=table) == "shift"


def test_quantile_bins_are_equal_for_distinct_numbers():
    numbers = list(range(100))
    rows = psi(numbers, numbers, of="numbers", bins=4, out="table")
    assert rows[0] == ["bin", "lower", "upper", "expected", "actual", "expected_share", "actual_share", "psi"]  # fmt: skip
    assert [row[1:4] for row in rows[1:-1]] == [[None, 25, 25], [25, 50, 25], [50, 75, 25], [75, None, 25]]  # fmt: skip
    assert rows[-1] == ["total", None, None, 100, 100, 1, 1, 0]


def test_spike_of_equal_numbers_gets_a_bin_of_its_own():
    expected = [0] * 95 + [1, 2, 3, 4, 5]
    rows = psi(expected, [0] * 50 + [3] * 50, of="numbers", out="table")[1:-1]
    assert [row[1:5] for row in rows] == [[None, 1, 95, 50], [1, None, 5, 50]]
    rows = psi([0] * 99 + [1], [1], of="numbers", out="table")[1:-1]
    assert [row[1:5] for row in rows] == [[None, 1, 99, 0], [1, None, 1, 1]]


def test_cuts_are_closed_on_the_left():
    rows = psi([1, 2, 3], [2, 2], of="numbers", cuts=[2, 3], out="table")[1:-1]
    assert [row[3:5] for row in rows] == [[1, 0], [1, 2], [1, 0]]


@given(st.lists(st.integers(0, 6), min_size=2, max_size=40), st.lists(st.integers(0, 6), min_size=1, max_size=40), st.integers(2, 6))  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_bins_of_numbers_by_hand(expected, actual, bins):
    if len(set(expected)) == 1:
        assert value(expected, actual, of="numbers") == CellError("#NUM!")
        return
    rows = psi(expected, actual, of="numbers", bins=bins, out="table")[1:-1]
    assert 2 <= len(rows) <= bins
    for _, low, high, e, a, *_ in rows:
        for numbers, count in ((expected, e), (actual, a)):
            inside = [
                n for n in numbers if (low is None or n >= low) and (high is None or n < high)
            ]
            assert len(inside) == count
        assert e > 0


def test_blanks_are_a_bin_of_their_own_unless_left_out():
    expected, actual = [1, 2, 3, 4], [1, 2, None, None]
    rows = psi(expected, actual, of="numbers", bins=2, out="table", lang="zh")
    assert rows[-2][:5] == ["缺失", None, None, 0, 2]
    left = psi(expected, actual, of="numbers", bins=2, missing="leave_out", out="table")
    assert [row[0] for row in left[1:]] == ["1", "2", "total"]
    assert value(expected, actual, of="numbers", bins=2, missing="leave_out") < value(expected, actual, of="numbers", bins=2)  # fmt: skip


def test_grades_come_in_the_order_of_the_master_scale():
    rows = psi(["B", "AAA", "A", "bbb"], ["AAA", "BBB", "b"], of="categories", out="table")
    assert [row[0] for row in rows[1:-1]] == ["AAA", "A", "BBB", "B"]
    assert [row[4] for row in rows[1:-1]] == [1, 0, 1, 1]


def test_categories_may_be_listed_in_an_order():
    rows = psi(["low", "高"], ["高", None], of="categories", categories=["高", "low"], out="table")
    assert [(row[0], row[3], row[4]) for row in rows[1:-1]] == [("高", 1, 1), ("low", 1, 0), ("missing", 0, 1)]  # fmt: skip


def test_reason_in_both_languages():
    assert value([50, 50], [66, 34], out="why", lang="zh") == (
        "PSI 为 0.1061，不低于 0.1，评价：关注。变化最大的是分箱 2：基准 50.0%，实际 34.0%，贡献 0.0617。"
    )
    assert value([1, 2], [1, 2], out="why").startswith("PSI 0.0000 is below 0.1: stable.")


@pytest.mark.parametrize(
    ("actual", "en", "zh"),
    [
        ([1] * 6 + [15, 15, 25, 25], "1 (below 10)", "1（低于 10）"),
        ([15] * 6 + [1, 1, 25, 25], "2 (10 to 20)", "2（10 至 20）"),
        ([25] * 6 + [1, 1, 15, 15], "3 (from 20)", "3（不低于 20）"),
        ([None] * 99 + [1], "missing", "缺失"),
    ],
)
def test_reason_says_which_numbers_a_bin_holds(actual, en, zh):
    expected = [1] * 3 + [15] * 3 + [25] * 3
    found = [
        value(expected, actual, of="numbers", cuts=[10, 20], out="why", lang=lang)
        for lang in ("en", "zh")
    ]
    assert f"is from bin {en}: " in found[0]
    assert f"变化最大的是分箱 {zh}：" in found[1]


@pytest.mark.parametrize(
    ("arguments", "options", "start"),
    [
        (([1, 2], [1, 2, 3]), {}, "expected and actual must be of as many bins"),
        (([1, -2], [1, 2]), {}, "expected, bin 2 must be a number of at least 0; got '-2'"),
        (([1, 2], [1, None]), {}, "actual, bin 2 must be a number of at least 0; got a blank cell"),
        (([0, 0], [1, 2]), {}, "expected must be at least one customer"),
        (([1, "x"], [1, 2]), {}, "expected, column 1, row 2 must be a value without errors"),
        (([1, 2], [1, 2]), {"cuts": [1]}, "of must be numbers when cuts is given; got 'shares'"),
        (([1, 2], [1, 2]), {"categories": ["a"]}, "of must be categories when categories"),
        ((["a"], ["b"]), {"of": "categories", "categories": ["a"]}, "actual must be one of categories (a); got 'b'"),
        (([3, 3], [1, 2]), {"of": "numbers"}, "expected must be at least two distinct numbers"),
        (([1, 2], [1, 2]), {"of": "totals"}, "of must be one of shares, numbers, categories"),
    ],
)  # fmt: skip
def test_bad_calls_say_what_is_wrong(arguments, options, start):
    error = value(*arguments, **options)
    assert isinstance(error, CellError)
    assert error.reason.startswith(start)
    assert any("\u4e00" <= character <= "\u9fff" for character in error.why("zh"))


def test_bins_blank_on_both_sides_do_not_count():
    assert value([1, None, 2], [2, None, 1]) == value([1, 2], [2, 1])
