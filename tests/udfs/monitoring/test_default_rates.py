import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError


def column(cells):
    return [[cell] for cell in cells]


def rates(bad, *rest):
    rows = udfs.call("CR_DEFRATE", column(bad), *rest)
    return {row[0]: row[1:] for row in rows[1:]}


def test_rate_and_exact_interval_of_a_published_kind():
    # Clopper-Pearson for 10 of 100 at 95 %: 4.90 % to 17.62 % (any statistics handbook).
    found = rates([1] * 10 + [0] * 90)["total"]
    assert found[:4] == [100, 10, 0, 0.1]
    assert found[4:] == pytest.approx([0.0490, 0.1762], abs=5e-5)


@pytest.mark.parametrize(("bad", "lower", "upper"), [([0] * 20, 0, 1 - 0.025 ** (1 / 20)),
                                                     ([1] * 20, 0.025 ** (1 / 20), 1)])  # fmt: skip
def test_interval_at_the_ends(bad, lower, upper):
    assert rates(bad)["total"][4:] == pytest.approx([lower, upper])


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 30), st.integers(1, 30), st.sampled_from([0.8, 0.9, 0.99]))
def test_limits_are_those_of_scipy(hits, misses, confidence):
    stats = pytest.importorskip("scipy.stats")
    low, high = rates([1] * hits + [0] * misses, None, None, confidence)["total"][4:]
    known = stats.binomtest(hits, hits + misses).proportion_ci(confidence, "exact")
    assert (low, high) == pytest.approx((known.low, known.high), abs=1e-9)


def test_groups_stand_in_the_order_of_the_grades_or_of_their_names_with_the_total_last():
    assert list(rates([1, 0, 0], column(["BBB", "AA", "A-"]))) == ["AA", "A-", "BBB", "total"]
    assert list(rates([1, 0, 0], column(["west", "east", None]))) == [
        "east",
        "west",
        "no group",
        "total",
    ]


def test_unknown_outcome_is_shown_and_not_part_of_the_rate():
    found = rates([1, 0, None, None], column(["A", "A", "A", "B"]))
    assert found["A"][:4] == [2, 1, 1, 0.5]
    assert found["B"] == [0, 0, 1, None, None, None]
    assert found["total"][:4] == [2, 1, 2, 0.5]


def test_amounts_weight_the_rate_and_widen_the_interval():
    even = rates([1, 0, 0, 0], None, column([5, 5, 5, 5]))["total"]
    assert even == pytest.approx(rates([1, 0, 0, 0])["total"])
    uneven = rates([1, 0, 0, 0], None, column([70, 10, 10, 10]))["total"]
    assert uneven[3] == 0.7
    assert uneven[5] - uneven[4] > even[5] - even[4]


@pytest.mark.parametrize(
    ("lang", "why"),
    [
        ("en", "31 of 400 customers in default, 7.75% (95% interval 5.33% to 10.82%); clearly above average: B 30.00%; 1 unknown and not counted."),
        ("zh", "400 户中 31 户违约，违约率 7.75%（95% 置信区间 5.33% 至 10.82%）；显著高于平均：B 30.00%；1 户未知，未计入。"),
    ],
)  # fmt: skip
def test_why_names_the_groups_clearly_above_average(lang, why):
    bad = [1] * 30 + [0] * 70 + [1] + [0] * 299 + [None]
    group = ["B"] * 100 + ["A"] * 301
    assert udfs.call("CR_DEFRATE", column(bad), column(group), None, None, "why", lang) == [[why]]


def test_why_says_that_a_rate_is_by_amount():
    call = ("CR_DEFRATE", column([1, 0]), None, column([90, 10]), None, "why")
    assert "1 of 2 customers in default, 90.00% by amount" in udfs.call(*call)[0][0]
    assert "2 户中 1 户违约，按金额违约率 90.00%" in udfs.call(*call, "zh")[0][0]


def test_why_without_any_known_outcome():
    call = ("CR_DEFRATE", column([None]), column(["A"]), None, None, "why")
    assert udfs.call(*call) == [["No outcome is known."]]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ((column(["x"]),), "bad, row 1"),
        ((column([1, 0]), None, column([1, None])), "weights, row 2"),
        ((column([1]), column(["#N/A"])), "group, row 1"),
        ((column([None]),), "bad"),
        ((column([1]), None, None, 1), "confidence"),
        ((column([1, 0]), column(["A"])), "bad and group"),
    ],
)
def test_bad_call_names_what_is_wrong(cells, words):
    (error,) = udfs.call("CR_DEFRATE", *cells)[0]
    assert isinstance(error, CellError)
    assert error.reason.startswith(words)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from([0, 1, None]), st.sampled_from(["x", "y"])),
        min_size=1,
        max_size=20,
    ),
    st.randoms(),
)
def test_rates_do_not_depend_on_the_order_of_rows(rows, random):
    def call(pairs):
        return udfs.call("CR_DEFRATE", *(column(part) for part in zip(*pairs, strict=True)))

    first = call(rows)
    random.shuffle(rows)
    assert call(rows) == first


# --- loss rates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "rate"),
    [
        ((120, 20, 9000, 11000), 0.01),
        ((30, 5, 1000, 1000, 3), 0.1),
        ((0, 5, 1000, 1000), -0.005),
        ((0, 0, 0, 10), 0),
    ],
)
def test_loss_rate_per_year(cells, rate):
    assert udfs.call("CR_LOSSRATE", *cells) == [[pytest.approx(rate)]]


def test_faulty_rows_of_loss_rates_are_their_own_errors():
    cells = udfs.call(
        "CR_LOSSRATE", column([1, 1, -1, 1]), 0, column([0, None, 5, 5]), column([0, 5, 5, 5])
    )
    assert cells == [[CellError("#DIV/0!")], [CellError("#N/A")], [CellError("#NUM!")], [0.2]]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_loss_table_and_words(lang):
    call = ("CR_LOSSRATE", column([120, 0]), 20, 9000, 11000, None)
    table = udfs.call(*call, "table", lang)
    assert table[1] == [0.01, 100, 10000, pytest.approx(1 / 6)]
    assert table[2] == [-0.002, -20, 10000, None]
    why = {"en": "1.00% per year = (120 written off - 20 recovered) / 10,000 on average.",
           "zh": "年损失率 1.00% =（核销 120 - 回收 20）/ 平均余额 10,000。"}[lang]  # fmt: skip
    assert udfs.call(*call, "why", lang)[0] == [why]


# --- churn ----------------------------------------------------------------------------------------


def test_lost_are_those_of_the_beginning_who_are_not_at_the_end():
    rows = udfs.call("CR_CHURN", column(["C1", "C2", 3, "C4"]), column(["C1", "3", "C9", "C9"]))
    assert rows == [
        ["group", "customers", "lost", "unknown", "churn rate", "new"],
        ["total", 4, 2, 0, 0.5, 1],
    ]


def test_customer_who_stands_twice_counts_once_with_all_amounts():
    rows = udfs.call(
        "CR_CHURN",
        column(["C1", "C1", "C2", None]),
        column(["C2"]),
        None,
        None,
        column([10, 20, 70, None]),
    )
    assert rows[1] == ["total", 2, 1, 0, 0.5, 0, 100, 30, 0.3]


def test_flags_tell_the_lost_and_the_unknown():
    rows = udfs.call("CR_CHURN", column([1, 2, 3, 4]), None, column([True, "否", None, 0]))
    assert rows == [
        ["group", "customers", "lost", "unknown", "churn rate"],
        ["total", 4, 1, 1, pytest.approx(1 / 3)],
    ]


def test_list_of_the_lost_for_the_officer():
    assert udfs.call("CR_CHURN", column(["b", "a"]), column(["c"]), *[None] * 3, "lost") == [
        ["a"],
        ["b"],
    ]
    assert udfs.call("CR_CHURN", column(["a"]), column(["a"]), *[None] * 3, "lost") == [[None]]


@pytest.mark.parametrize(
    ("lang", "why"),
    [
        ("en", "2 of 4 customers lost, 50.00%; 1 new; highest: west 100.00%."),
        ("zh", "期初 4 户中流失 2 户，流失率 50.00%；新增 1 户；最高：west 100.00%。"),
    ],
)
def test_churn_in_words(lang, why):
    call = (
        "CR_CHURN",
        column("abcd"),
        column("abx"),
        None,
        column(["east", "east", "west", "west"]),
        None,
    )
    assert udfs.call(*call, "why", lang) == [[why]]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ((column(["a"]),), "customers_end and lost"),
        ((column(["a"]), column(["a"]), column([1])), "customers_end and lost"),
        ((column([None]), column(["a"])), "customers_begin"),
        ((column(["#N/A"]), column(["a"])), "customers_begin, row 1"),
        ((column(["a"]), column(["a"]), None, None, column([None])), "amounts, row 1"),
        ((column(["a"]), None, column(["x"])), "lost, row 1"),
    ],
)
def test_bad_churn_call_names_what_is_wrong(cells, words):
    (error,) = udfs.call("CR_CHURN", *cells)[0]
    assert error.reason.startswith(words)


IDS = st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=12)


@settings(deadline=None, max_examples=50)
@given(IDS, IDS)
def test_churn_is_that_of_sets(begin, end):
    row = udfs.call("CR_CHURN", column(begin), column(end))[1]
    lost = set(begin) - set(end)
    assert row[1:3] == [len(set(begin)), len(lost)]
    assert np.isclose(row[4], len(lost) / len(set(begin)))
    assert row[5] == len(set(end) - set(begin))
