import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs


def gain(counts, *rest):
    ((cell,),) = udfs.call("CR_GINIGAIN", counts, *rest)
    return cell


@pytest.mark.parametrize(
    ("out", "value"), [("before", 0.3848), ("after", 0.3080), ("value", 0.0768)]
)
def test_gini_of_the_fact_books_split(out, value):
    assert gain([[6, 54], [20, 20]], out) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("counts", "value"),
    [
        ([[5, 0], [0, 5]], 0.5),
        ([[5, 5], [5, 5]], 0),
        ([[10, 10]], 0),
        ([[0, 0], [3, 1]], 0),
        ([[4, 0, 0], [0, 4, 0], [0, 0, 4]], 2 / 3),
    ],
)
def test_gain_of_known_splits(counts, value):
    assert gain(counts) == pytest.approx(value, abs=1e-15)


def test_words_and_table_in_both_languages():
    assert gain([[6, 54], [20, 20]], "why", "zh") == (
        "分裂前基尼 0.3848；分为 60、40 行后为 0.308；增益 0.0768。"
    )
    table = udfs.call("CR_GINIGAIN", [[6, 54], [20, 20]], "table")
    assert [row[0] for row in table] == ["part", "branch 1", "branch 2", "before", "after", "gain"]
    assert [row[1] for row in table[1:]] == [60, 40, 100, 100, 100]
    assert table[1][2] == pytest.approx(0.18)
    zh = udfs.call("CR_GINIGAIN", [[6, 54], [20, 20]], "table", "zh")
    assert [row[0] for row in zh] == ["项目", "分支 1", "分支 2", "分裂前", "分裂后", "增益"]


@pytest.mark.parametrize(
    ("counts", "code"),
    [([[1, -1]], "#NUM!"), ([[0, 0]], "#VALUE!"), ([[5], [6]], "#VALUE!"), ([[1, None]], "#N/A")],
)
def test_counts_that_are_none_are_refused(counts, code):
    assert gain(counts).code == code


def splits(bad, values, *rest):
    header, *rows = udfs.call("CR_BESTSPLIT", bad, values, *rest)
    return [dict(zip(header, row, strict=True)) for row in rows]


def brute_force(bad, column):
    """The best gain over every split of a column of numbers, counted one by one."""
    best = 0.0
    for cut in sorted(set(column))[1:]:
        left = [b for b, x in zip(bad, column, strict=True) if x < cut]
        right = [b for b, x in zip(bad, column, strict=True) if x >= cut]
        counts = [[sum(s), len(s) - sum(s)] for s in (left, right)]
        best = max(best, gain(counts))
    return best


def brute_force_groups(bad, column):
    """The best gain over every way to split categories in two."""
    kinds = sorted(set(column))
    best = 0.0
    for size in range(1, len(kinds)):
        for group in itertools.combinations(kinds, size):
            left = [b for b, x in zip(bad, column, strict=True) if x in group]
            right = [b for b, x in zip(bad, column, strict=True) if x not in group]
            best = max(best, gain([[sum(s), len(s) - sum(s)] for s in (left, right)]))
    return best


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=2, max_size=30))
@settings(deadline=None, max_examples=60)
def test_cut_gains_as_much_as_any_cut_can(rows):
    bad = [int(b) for b, _ in rows]
    if len(set(bad)) == 1:
        return
    column = [x for _, x in rows]
    (found,) = splits(bad, [[x] for x in column], ["x"])
    assert found["gain"] == pytest.approx(brute_force(bad, column), abs=1e-12)
    if found["cut"] is not None:
        below = [b for b, x in zip(bad, column, strict=True) if x < found["cut"]]
        assert (found["left_count"], found["left_bad_rate"]) == (len(below), np.mean(below))


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abcde")), min_size=2, max_size=30))
@settings(deadline=None, max_examples=40)
def test_groups_in_the_order_of_bad_rates_gain_as_much_as_any_two_groups_can(rows):
    bad = [int(b) for b, _ in rows]
    if len(set(bad)) == 1:
        return
    column = [x for _, x in rows]
    (found,) = splits(bad, [[x] for x in column], ["x"])
    assert found["gain"] == pytest.approx(brute_force_groups(bad, column), abs=1e-12)


def test_factors_stand_by_gain_and_root_is_the_trees():
    bad = [1, 1, 1, 0, 0, 0]
    values = [[1, 9, "a"], [2, 8, "a"], [1, 7, "b"], [2, 3, "b"], [1, 2, "b"], [2, 1, "b"]]
    found = splits(bad, values, ["noise", "x", "kind"])
    assert [row["factor"] for row in found] == ["x", "kind", "noise"]
    rules = udfs.call("CR_TREEFIT", bad, values, ["noise", "x", "kind"], 1, 1)
    assert rules[1][1] == found[0]["cut"]


def test_blanks_do_not_count_for_their_factor():
    (found,) = splits([1, 1, 0, 0, 1], [[5], [6], [1], [2], [None]], ["x"])
    assert (found["left_count"], found["right_count"], found["gain"]) == (2, 2, 0.5)


def test_least_number_of_rows_holds_on_both_sides():
    bad = [1, 0, 0, 0, 0, 0]
    values = [[x] for x in (6, 5, 4, 3, 2, 1)]
    assert splits(bad, values, ["x"])[0]["right_count"] == 1
    assert splits(bad, values, ["x"], 2)[0]["right_count"] == 2


def test_factor_without_a_split_has_blanks():
    (found,) = splits([1, 0], [[3], [3]], ["x"])
    assert found == dict.fromkeys(found) | {"factor": "x", "gain": 0}


def test_three_outcomes_are_refused():
    ((error,),) = udfs.call("CR_BESTSPLIT", ["a", "b", "c"], [[1], [2], [3]])
    assert "two outcomes" in error.why()


def test_headers_are_chinese_on_request():
    assert udfs.call("CR_BESTSPLIT", [1, 0], [[1], [2]], None, 1, "zh")[0][:3] == [
        "因子",
        "切点",
        "左侧类别",
    ]
