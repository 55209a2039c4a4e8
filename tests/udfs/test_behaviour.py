import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

CLASSES = ("good", "watch", "poor")


def behave(rate, days, complaints=None, contacts=None, *rest):
    return udfs.call("CR_BEHAVE", rate, days, complaints, contacts, *rest)


@pytest.mark.parametrize(
    ("rate", "days", "complaints", "contacts", "expected", "quadrant"),
    [
        (1, 0, 0, 4, "good", "high potential"),
        (0.95, 7, 2, 3, "good", "stable"),
        (0.9499, 7, 2, 8, "watch", "high potential"),
        (0.95, 8, 2, 7, "watch", "stable"),
        (0.95, 7, 3, 0, "watch", "stable"),
        (0.8, 30, 6, 0, "watch", "stable"),
        (0.7999, 0, 0, 0, "poor", "high risk"),
        (1, 31, 0, 11, "poor", "high risk"),
        (1, 0, 7, 12, "poor", "high risk with potential"),
        (1, 0, None, None, "good", "stable"),
    ],
)
def test_class_and_quadrant_at_every_limit(rate, days, complaints, contacts, expected, quadrant):
    assert behave(rate, days, complaints, contacts) == [[expected]]
    assert behave(rate, days, complaints, contacts, None, "quadrant") == [[quadrant]]


def test_blank_complaints_are_none_on_record_and_the_reason_says_so():
    cells = ([[1], [1], [1]], 0, [[None], [0], [3]])
    assert behave(*cells) == [["good"], ["good"], ["watch"]]
    assert "no complaints on record" in behave(*cells, None, None, "why")[0][0]
    assert "没有投诉记录" in behave(1, 0, None, None, None, "why", "zh")[0][0]


def test_unknown_contacts_are_no_potential_and_are_named():
    cells = (1, 0, 0, [[None], [9]], None)
    assert behave(*cells, "quadrant") == [["stable"], ["high potential"]]
    assert "contacts unknown" in behave(*cells, "why")[0][0]
    assert "互动次数未知" in behave(*cells, "why", "zh")[0][0]


def test_reason_in_both_languages():
    assert behave(0.9, 20, 1, 5, None, "why")[0][0] == (
        "90.0% paid on time, at most 20 days overdue, complaints 1, contacts 5: watch, stable; "
        "good needs at least 95.0% on time, at most 7 days overdue."
    )
    assert behave(0.9, 3, 1, 9, None, "why", "zh") == [
        [
            "按期还款率 90.0%、最长逾期 3 天、投诉 1 次、互动 9 次：关注，高潜力；良好须按期还款率不低于 95.0%。"
        ]
    ]


def test_table_in_both_languages():
    assert behave([[1], [None]], [[0], [None]], 1, None, None, "table") == [
        ["class", "quadrant", "on_time_rate", "max_overdue_days", "complaints", "contacts"],
        ["good", "stable", 1.0, 0.0, 1.0, None],
        [None] * 6,
    ]
    headers, row = behave(1, 0, 1, None, None, "table", "zh")
    assert headers == ["类别", "象限", "按期还款率", "最长逾期天数", "投诉次数", "互动次数"]
    assert row[:2] == ["良好", "稳定"]


def test_faults_stay_in_their_rows():
    assert behave([[1.01], [None], [1], ["#N/A"], [1]], [[0], [0], [-1], [0], [0]]) == [
        [CellError("#NUM!")],
        [CellError("#N/A")],
        [CellError("#NUM!")],
        [CellError("#N/A")],
        ["good"],
    ]


def test_policy_without_a_last_class_for_everyone_leaves_no_guess():
    own = [
        ["class", "label_en", "label_zh", "on_time_rate", "overdue_days", "complaints",
         "high_risk", "contacts"],
        ["good", "good", "良好", 0.9, None, None, "no", None],
    ]  # fmt: skip
    result = behave([[0.95], [0.5]], 0, None, None, own)
    assert result == [["good"], [CellError("#N/A")]]


figures = st.tuples(
    st.floats(0, 1), st.integers(0, 60), st.one_of(st.none(), st.integers(0, 9)), st.integers(0, 15)
)


@given(st.lists(figures, min_size=1, max_size=30))
@settings(deadline=None, max_examples=50)
def test_a_row_alone_gives_what_it_gives_in_a_batch(cases):
    cells = [[[row[j]] for row in cases] for j in range(4)]
    alone = [behave(*row, None, "table")[1] for row in cases]
    assert behave(*cells, None, "table")[1:] == alone


@given(figures, st.floats(0, 1), st.integers(0, 60))
@settings(deadline=None, max_examples=60)
def test_better_repayment_never_gives_a_worse_class(case, better, fewer):
    rate, days, complaints, _ = case
    before = CLASSES.index(behave(rate, days, complaints)[0][0])
    improved = behave(max(rate, better), min(days, fewer), complaints)[0][0]
    assert CLASSES.index(improved) <= before
