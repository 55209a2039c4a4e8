import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

NAMES = ("industry", "size", "better", "least", "out", "lang")
PEER_NAMES = ("industry", "size", "better", "ratio", "out", "lang")


def column(items):
    return [[item] for item in items]


def flat(cells):
    return [cell for (cell,) in cells]


def bench(values, **more):
    more |= {key: column(more[key]) for key in ("industry", "size") if key in more}
    return udfs.call("CR_BENCH", column(values), *[more.get(name) for name in NAMES])


def peer(value, peers, **more):
    return udfs.call("CR_PEER", value, peers, *[more.get(name) for name in PEER_NAMES])


# --- CR_BENCH -------------------------------------------------------------------------------------

SHOPS = {
    "industry": ["F", "F", "F", "F", "C", "C", "C", "", "F"],
    "size": ["small", "small", "small", "large", "small", "Small", "small", "small", ""],
}
VALUES = [1, 2, 3, 10, 4, 6, 8, 5, 7]


def test_narrowest_group_that_is_large_enough_counts():
    cells = bench(VALUES, **SHOPS, least=3, out="table")
    assert cells[0] == [
        "value",
        "peers",
        "customers",
        "percentile",
        "median",
        "gap",
        "quarter",
    ]
    rows = {row[0]: row for row in cells[1:]}
    assert rows[2][1:6] == ["F, small", 3, 0.5, 2, 0]
    assert rows[6][1:6] == ["C, Small", 3, 0.5, 6, 0]
    assert rows[10][1:6] == ["F", 5, 1, 3, 7]
    assert rows[5][1:6] == ["all", 9, 0.5, 5, 0]
    assert rows[7][1:6] == ["F", 5, 0.75, 3, 4]


def test_why_says_which_group_counts_and_which_were_too_small():
    reasons = flat(bench(VALUES, **SHOPS, least=3, out="why"))
    assert reasons[1] == (
        "2 is better than 50.0% of 3 peers (F, small): median 2, gap +0, second quarter."
    )
    assert reasons[3].endswith("best quarter; F, large has only 1.")
    assert reasons[7].endswith("second quarter; industry or size is not known.")
    chinese = flat(bench(VALUES, **SHOPS, least=3, out="why", lang="zh"))
    assert chinese[3] == (
        "10 优于 100.0% 的同业（5 户，F）：中位数 3，差距 +7，最优四分之一；F、large仅 1 户。"
    )


@pytest.mark.parametrize(
    ("better", "shares", "quarters"),
    [
        ("higher", [0, 0.5, 0.5, 1], ["worst", "second", "second", "best"]),
        ("lower", [1, 0.5, 0.5, 0], ["best", "second", "second", "worst"]),
    ],
)
def test_direction_and_ties(better, shares, quarters):
    assert flat(bench([1, 2, 2, 3], least=4, better=better)) == shares
    words = flat(bench([1, 2, 2, 3], least=4, better=better, out="quarter"))
    assert words == [f"{word} quarter" for word in quarters]


def test_gap_is_to_the_median_in_the_ratios_own_unit():
    assert flat(bench([1, 2, 4, 9], least=2, out="gap")) == [-2, -1, 1, 6]
    assert flat(bench([1, 2, 4, 9], least=2, better="lower", out="gap")) == [-2, -1, 1, 6]


def test_rows_without_a_value_do_not_count():
    cells = bench([1, None, "x", 3], industry=["C", "C", "C", "C"], least=2)
    assert flat(cells) == [0, None, CellError("#VALUE!"), 1]


def test_too_few_customers_are_no_peers():
    for out in ("value", "gap", "quarter"):
        cells = bench([1, 2, 3], out=out)
        assert flat(cells) == [CellError("#N/A")] * 3
        assert cells[0][0].reason == (
            "only 3 customers have a value, and peers must be at least 20; lower least."
        )
    ((cell,),) = bench([1, 2, 3], out="quartiles")
    assert cell.reason.startswith("least must be at most 3")


def test_a_size_alone_makes_groups():
    cells = bench([1, 2, 3, 4], size=["s", "s", "l", "l"], least=2)
    assert flat(cells) == [0, 1, 0, 1]


ROWS = st.lists(
    st.tuples(st.integers(-5, 5), st.sampled_from(["C", "F", ""]), st.sampled_from(["s", "l", ""])),
    min_size=1,
    max_size=25,
)


@given(ROWS, st.integers(2, 6), st.sampled_from(["higher", "lower"]))
@settings(deadline=None, max_examples=60)
def test_percentiles_and_quartiles_are_as_counted_by_hand(rows, least, better):
    values, industry, size = (list(part) for part in zip(*rows, strict=True))
    more = {"industry": industry, "size": size, "least": least, "better": better}
    shares, gaps = (flat(bench(values, **more, out=out)) for out in ("value", "gap"))
    for (value, i, s), share, gap in zip(rows, shares, gaps, strict=True):
        groups = [
            [v for v, a, b in rows if (a, b) == (i, s) and a and b],
            [v for v, a, _ in rows if a == i and a],
            values,
        ]
        group = next((g for g in groups if len(g) >= least), None)
        if group is None:
            assert share == gap == CellError("#N/A")
            continue
        worse = sum(v < value if better == "higher" else v > value for v in group)
        ties = group.count(value) - 1
        assert share == pytest.approx((worse + ties / 2) / (len(group) - 1))
        assert gap == pytest.approx(value - np.median(group))


@given(ROWS, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=25)
def test_row_order_changes_nothing(rows, random):
    def by_row(listed):
        values, industry, size = (list(part) for part in zip(*listed, strict=True))
        cells = flat(bench(values, industry=industry, size=size, least=2))
        return sorted(zip(listed, map(repr, cells), strict=True))

    shuffled = list(rows)
    random.shuffle(shuffled)
    assert by_row(rows) == by_row(shuffled)


# --- CR_PEER --------------------------------------------------------------------------------------

PEERS = [
    ["industry", "size", "lower_quartile", "median", "upper_quartile"],
    ["C", "small", 1, 2, 3],
    ["C", "", 2, 3, 4],
    ["", "", 3, 4, 5],
]


@pytest.mark.parametrize(
    ("industry", "size", "number", "gap"),
    [
        ("C", "small", 1, 1),
        ("c", "Small ", 1, 1),
        ("C", "large", 2, 0),
        ("C", None, 2, 0),
        ("F", "small", 3, -1),
        (None, None, 3, -1),
    ],
)
def test_the_narrowest_row_of_the_table_counts(industry, size, number, gap):
    more = {"industry": industry, "size": size}
    assert peer(3, PEERS, **more, out="number") == [[number]]
    assert peer(3, PEERS, **more, out="gap") == [[gap]]


@pytest.mark.parametrize(
    ("better", "numbers"),
    [("higher", [4, 3, 3, 2, 2, 1, 1]), ("lower", [1, 1, 2, 2, 3, 3, 4])],
)
def test_a_value_on_a_quartile_is_on_the_better_side(better, numbers):
    values = column([2, 3, 3.5, 4, 4.5, 5, 6])
    assert flat(peer(values, PEERS, better=better, out="number")) == numbers


def test_why_and_table_in_both_languages():
    assert peer(3, PEERS, industry="C", size="large", out="why") == [
        [
            (
                "3 is in the second quarter of C: quartiles 2, 3, 4, gap to the median +0; peers has no "
                "row for C, large."
            )
        ]
    ]
    assert peer(3, PEERS, out="why", lang="zh") == [
        ["3 位于全部的次差四分之一：四分位数 3、4、5，与中位数的差距 -1。"]
    ]
    assert peer(3, PEERS, industry="C", out="table") == [
        ["value", "peers", "quarter", "lower_quartile", "median", "upper_quartile", "gap"],
        [3, "C", "second quarter", 2, 3, 4, 0],
    ]


def test_without_a_row_for_all_a_customer_of_another_industry_has_no_peers():
    cells = peer(column([3, 3]), PEERS[:3], industry=column(["F", "C"]), size="small")
    assert flat(cells) == [CellError("#N/A"), "best quarter"]
    assert cells[0][0].reason.startswith("peers has no row for F, small")


def test_a_table_of_several_ratios_needs_the_name_of_one():
    table = [
        ["比率", "下四分位数", "中位数", "上四分位数"],
        ["流动比率", 1, 2, 3],
        ["ROE", 0, 0.1, 0.2],
    ]
    assert peer(2.5, table, ratio="流动比率") == [["second quarter"]]
    assert peer(0.3, table, ratio="roe") == [["best quarter"]]
    for ratio, start in (
        (None, "ratio must be one of 流动比率, ROE"),
        ("x", "ratio must be a ratio"),
    ):
        ((cell,),) = peer(2.5, table, ratio=ratio)
        assert cell.reason.startswith(start)


def test_quartiles_that_do_not_ascend_are_refused():
    ((cell,),) = peer(1, [PEERS[0], ["C", "", 1, 2, 1.5]])
    assert cell.reason.startswith(
        "peers, column median, row 1 must be quartiles in ascending order"
    )


@given(ROWS, st.sampled_from(["higher", "lower"]), st.sampled_from(["en", "zh"]))
@settings(deadline=None, max_examples=40)
def test_quartiles_of_the_book_are_taken_back_as_a_table_of_peers(rows, better, lang):
    values, industry, size = (list(part) for part in zip(*rows, strict=True))
    more = {"industry": industry, "size": size, "least": 2, "better": better, "lang": lang}
    table = bench(values, **more, out="quartiles")
    if len(rows) < 2:
        assert isinstance(table[0][0], CellError)
        return
    asked = {key: column(more[key]) for key in ("industry", "size")} | {"better": better}
    assert peer(column(values), table, **asked, lang=lang) == bench(values, **more, out="quarter")
    assert peer(column(values), table, **asked, out="gap") == bench(values, **more, out="gap")
