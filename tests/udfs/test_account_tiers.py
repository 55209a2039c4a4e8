import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError
from udfs.grading.grade_order import GradeOrder
from udfs.tables import builtin

GRADES = ["AAA", "AA+", "AA", "AA-", "A+", "A", "A-", "BBB+", "BBB", "BBB-", "BB", "B", "C", "D"]
WARNINGS = [None, "green", "yellow", "orange", "red"]


def tier(share, grade, group=None, warning=None, *rest):
    return udfs.call("CR_TIER", share, grade, group, warning, *rest)


@pytest.mark.parametrize(
    ("share", "grade", "group", "warning", "expected"),
    [
        (0, "AAA", None, None, "strategic"),
        (0.0499, "AA-", None, None, "strategic"),
        (0.05, "AA", None, None, "core"),
        (0.01, "A+", None, None, "core"),
        (0.1999, "BBB", None, None, "core"),
        (0.2, "AAA", None, None, "general"),
        (0.1, "BBB-", None, None, "general"),
        (1, "D", None, None, "general"),
        (0.9, "AA", True, None, "strategic"),
        (0.9, "A", True, None, "general"),
        (0.9, "AA", False, None, "general"),
        (0.01, "AA", None, "green", "strategic"),
        (0.01, "AA", None, "黄", "strategic"),
        (0.01, "AA", None, "orange", "core"),
        (0.01, "AA", True, "橙色", "core"),
        (0.01, "AA", None, "red", "general"),
    ],
)
def test_first_row_that_fits_gives_the_tier(share, grade, group, warning, expected):
    assert tier(share, grade, group, warning) == [[expected]]


def test_labels_in_chinese():
    result = tier([[0.01], [0.1], [0.5]], "AA", None, None, None, None, "value", "zh")
    assert result == [["战略客户"], ["核心客户"], ["一般客户"]]


def simply(share, grade, group, warning):
    rank = GRADES.index(grade)
    strong = (share < 0.05 or group) and rank <= GRADES.index("AA-")
    if strong and warning not in {"orange", "red"}:
        return "strategic"
    if share < 0.2 and rank <= GRADES.index("BBB") and warning != "red":
        return "core"
    return "general"


customers = st.lists(
    st.tuples(
        st.sampled_from([0, 0.01, 0.05, 0.1, 0.2, 0.5, 1]),
        st.sampled_from(GRADES),
        st.sampled_from([None, True, False]),
        st.sampled_from(WARNINGS),
    ),
    min_size=1,
    max_size=30,
)


@given(customers)
@settings(deadline=None, max_examples=60)
def test_batch_agrees_with_the_rule_told_row_by_row(cases):
    result = tier(*([[row[j]] for row in cases] for j in range(4)))
    assert result == [[simply(*row)] for row in cases]


def test_missing_and_unknown_inputs_are_named():
    result = tier(
        [[None], [0.1], [0.1], [0.1], [1.5], [None]],
        [["AA"], [None], ["ZZ"], ["AA"], ["AA"], [None]],
        None,
        [[None], [None], [None], ["purple"], [None], [None]],
        None,
        None,
        "why",
    )
    texts = [row[0] for row in result]
    assert texts[0] == "contribution_share is missing."
    assert texts[1] == "grade is missing."
    assert texts[2].startswith("grade must be one of AAA, AA, A")
    assert texts[3].startswith("warning must be one of green")
    assert texts[4].startswith("contribution_share must be")
    assert texts[5] is None


def test_reason_names_what_is_lacking_for_the_tier_above():
    assert tier(0.1, "A-", True, "yellow", None, None, "why")[0][0] == (
        "10.0% of customers contribute more, grade A-, member of a strategic group, yellow "
        "warning: core; for strategic it lacks: grade AA- or better."
    )
    assert tier(0.1, "A-", None, None, None, None, "why", "zh") == [
        [
            "10.0% 的客户贡献更高、等级 A-：核心客户；未满足“战略客户”的条件：贡献位次低于 5.0%、等级不低于 AA-。"
        ]
    ]
    (blocked,) = tier(0.01, "AA", None, [["red"]], None, None, "why")[0]
    assert blocked.endswith("for core it lacks: freedom from a blocking warning.")
    (unknown,) = tier(0.01, "AA", None, [[None]], None, None, "why")[0]
    assert "no warning on record" in unknown


def test_table_shows_the_conditions_of_the_tier():
    result = tier([[0.01], [None], [0.1]], [["AA"], ["AA"], ["x"]], None, None, None, None, "table")
    assert result == [
        ["tier", "contribution_share", "lowest_grade", "blocking_warnings"],
        ["strategic", 0.05, "AA-", "orange;red"],
        [CellError("#N/A")] * 4,
        [CellError("#VALUE!")] * 4,
    ]
    (headers, _) = tier(0.01, "AA", None, None, None, None, "table", "zh")
    assert headers == ["层级", "贡献位次上限", "最低等级", "排除预警"]


POLICY = [
    ["tier", "label_en", "label_zh", "contribution_share", "strategic_group", "lowest_grade",
     "blocking_warnings"],
    ["top", "top", "顶级", 0.5, "no", "2", "红"],
    ["rest", "rest", "其余", None, None, "3", None],
]  # fmt: skip


def test_own_policy_and_own_scale():
    scale = [["grade"], ["1"], ["2"], ["3"], ["4"]]
    result = tier(0.1, [["1"], ["3"], ["4"]], None, None, POLICY, scale)
    assert result == [["top"], ["rest"], [CellError("#N/A")]]


def test_policy_with_an_unknown_grade_or_colour_fails_the_call():
    (error,) = tier(0.1, "AA", None, None, POLICY)[0]
    assert "lowest_grade" in error.reason
    assert "等级表" in error.reason_zh
    bad = [POLICY[0], ["top", "top", "顶级", 0.5, "no", None, "purple"]]
    (error,) = tier(0.1, "AA", None, None, bad)[0]
    assert "purple" in error.reason


@pytest.mark.parametrize("better", range(len(GRADES) - 1))
def test_grades_are_in_order_also_between_the_letters_of_the_scale(better):
    order = GradeOrder(builtin("grade_scale").rows)
    assert order.rank(GRADES[better]) < order.rank(GRADES[better + 1])


def test_every_grade_of_the_master_scale_has_its_place_on_the_grade_scale():
    order = GradeOrder(builtin("grade_scale").rows)
    ranks = order.ranks(builtin("master_scale").rows["grade"].to_numpy())
    assert (ranks[1:] > ranks[:-1]).all()
