import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError
from udfs.value_classes.abc_classes import Limits, abc_places

AMOUNTS = st.lists(st.integers(-3, 30), min_size=1, max_size=30)


def column(items):
    return [[item] for item in items]


def abc(values, *more):
    return udfs.call("CR_ABC", column(values), *more)


def letters(values, *more):
    return "".join(cell for (cell,) in abc(values, *more))


def by_hand(values, cut_a, cut_b, *, upwards, together):
    """The definition, one customer after the other in whole numbers (cut-offs in percent)."""
    order = sorted(range(len(values)), key=lambda i: -values[i])
    total = sum(v for v in values if v > 0)
    classes = ["C"] * len(values)
    before = 0
    groups = [[i] for i in order]
    if together:
        groups = [[i for i in order if values[i] == v] for v in sorted(set(values), reverse=True)]
    for rank, group in enumerate(groups):
        after = before + sum(values[i] for i in group)
        if values[group[0]] <= 0:
            break
        for name, cut in (("B", cut_b), ("A", cut_a)):
            limit = cut * total
            reached = 100 * before < limit if upwards else 100 * after <= limit
            if reached or (rank == 0 and name == "A"):
                for i in group:
                    classes[i] = name
        before = after
    return "".join(classes)


@pytest.mark.parametrize(
    ("values", "more", "expected"),
    [
        ([50, 30, 15, 5], (), "AABC"),
        ([5, 15, 30, 50], (), "CBAA"),
        ([100], (), "A"),
        ([90, 5, 5], (), "ACC"),
        ([90, 5, 4, 1], (), "ABCC"),
        ([50, 31, 14, 5], (), "ABBC"),
        ([50, 31, 14, 5], (None, None, "up"), "AABC"),
        ([50, 30, 15, 5], (None, None, "up"), "AABC"),
        ([50, 25, 15, 10], (0.7, 0.9), "ABBC"),
        ([10, 10, 10, 10], (), "AAAA"),
        ([10, 10, 10, 10], (None, None, None, "order"), "AAAC"),
        ([40, 30, 30], (), "ACC"),
        ([40, 30, 30], (None, None, "up"), "AAA"),
        ([40, 30, 30], (None, None, None, "order"), "AAC"),
        ([0, -5, 7], (), "CCA"),
        ([0, -5], (), "CC"),
        ([0.1] * 10, (None, None, None, "order"), "AAAAAAAABC"),
    ],
)
def test_classes(values, more, expected):
    assert letters(values, *more) == expected


@pytest.mark.parametrize("upwards", [False, True])
@pytest.mark.parametrize("together", [False, True])
@given(AMOUNTS, st.integers(1, 99), st.integers(1, 99))
@settings(deadline=None, max_examples=60)
def test_classes_agree_with_the_definition(upwards, together, values, first, second):
    cut_a, cut_b = min(first, second), max(first, second) + 1
    limits = Limits(cut_a / 100, cut_b / 100, upwards, together)
    got = "".join("ABC"[place] for place in abc_places(np.array(values, dtype=float), limits))
    assert got == by_hand(values, cut_a, cut_b, upwards=upwards, together=together)


@pytest.mark.parametrize("ties", ["together", "order"])
@pytest.mark.parametrize("cross", ["down", "up"])
@given(AMOUNTS)
@settings(deadline=None, max_examples=30)
def test_class_a_is_never_empty_and_better_values_never_fare_worse(ties, cross, values):
    classes = letters(values, None, None, cross, ties)
    assert ("A" in classes) == (max(values) > 0)
    ranked = sorted(zip(values, classes, strict=True), key=lambda pair: (-pair[0], pair[1]))
    assert [name for _, name in ranked] == sorted(classes)


@given(AMOUNTS, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_row_order_never_changes_a_class(values, shuffler):
    order = list(range(len(values)))
    shuffler.shuffle(order)
    plain = letters(values)
    assert letters([values[i] for i in order]) == "".join(plain[i] for i in order)


@pytest.mark.parametrize(
    ("values", "more", "row", "expected"),
    [
        (
            [50, 31, 14, 5],
            (None, None, None, None, "why"),
            1,
            "Rank 2 of 4: 31.00% of the total, 81.00% cumulative (A up to 0.8, B up to 0.95): class B.",
        ),
        (
            [90, 10],
            (None, None, None, None, "why"),
            0,
            "Rank 1 of 2: 90.00% of the total, 90.00% cumulative (A up to 0.8, B up to 0.95): class A, as class A is never empty.",
        ),
        (
            [50, 31, 14, 5],
            (None, None, "up", None, "why", "zh"),
            1,
            "第 2 名，共 4 名：占 31.00%，累计 81.00%（A 至 0.8，B 至 0.95），A 类（跨越上限者归此类）。",
        ),
        ([-3, 1], (None, None, None, None, "why"), 0, "-3 adds nothing to the total: class C."),
    ],
)
def test_why(values, more, row, expected):
    assert abc(values, *more)[row][0] == expected


@pytest.mark.parametrize(
    ("lang", "headers"),
    [
        ("en", ["rank", "value", "share", "cumulative", "class"]),
        ("zh", ["名次", "数值", "占比", "累计占比", "类别"]),
    ],
)
def test_table(lang, headers):
    cells = abc([25, 50, 25, 0], None, None, None, None, "table", lang)
    assert cells == [
        headers,
        [2, 25.0, 0.25, 1.0, "C"],
        [1, 50.0, 0.5, 0.5, "A"],
        [2, 25.0, 0.25, 1.0, "C"],
        [4, 0.0, 0.0, 1.0, "C"],
    ]


def test_table_of_ties_in_row_order():
    cells = abc([25, 50, 25], None, None, None, "order", "table")
    assert [row[0] for row in cells[1:]] == [2, 1, 3]
    assert [row[3] for row in cells[1:]] == [0.75, 0.5, 1.0]


def test_cuts_add_up():
    cells = abc([50, 30, 15, 5, 0], None, None, None, None, "cuts")
    assert cells == [
        ["class", "lowest", "highest", "customers", "customer_share", "value", "value_share"],
        ["A", 30.0, 50.0, 2, 0.4, 80.0, 0.8],
        ["B", 15.0, 15.0, 1, 0.2, 15.0, 0.15],
        ["C", 0.0, 5.0, 2, 0.4, 5.0, 0.05],
    ]
    assert abc([1], None, None, None, None, "cuts", "zh")[2] == ["B", None, None, 0, 0.0, 0.0, 0.0]


def test_rows_that_are_no_numbers_are_not_counted():
    values = [cell for (cell,) in abc([80, None, "n/a", 15, 5])]
    assert values == ["A", None, CellError("#VALUE!"), "B", "C"]


@pytest.mark.parametrize(
    ("more", "argument"),
    [
        ((0.9, 0.8), "cut_a"),
        ((0, 0.9), "cut_a"),
        ((0.8, 1.1), "cut_b"),
        ((0.8, 0.9, "left"), "cross"),
    ],
)
def test_bad_calls(more, argument):
    ((cell,),) = abc([1, 2], *more)
    assert isinstance(cell, CellError)
    assert cell.reason.startswith(argument)


def test_a_long_list_keeps_the_definition_at_the_borders():
    values = np.random.default_rng(7).pareto(1.2, 50_000)
    places = abc_places(values)
    total = values.sum()
    assert values[places == 0].sum() <= 0.8 * total
    assert values[places == 0].sum() + values[places == 1].max() > 0.8 * total
    assert values[places <= 1].sum() <= 0.95 * total
    assert values[places <= 1].sum() + values[places == 2].max() > 0.95 * total
