import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

SCALE = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC", "D"]


def column(cells):
    return [[cell] for cell in cells]


def matrix(begin, end, *rest):
    """The matrix as a dictionary of rows by grade."""
    rows = udfs.call("CR_MIGRATE", column(begin), column(end), *rest)
    return {row[0]: row[1:] for row in rows}


def test_probabilities_are_shares_of_those_who_began_in_the_grade():
    found = matrix(["A", "A", "A", "BBB"], ["A", "A", "BBB", "D"])
    assert found["from"] == ["A", "BBB", "D", "total"]
    assert found["A"] == pytest.approx([2 / 3, 1 / 3, 0, 3])
    assert found["BBB"] == [0, 0, 1, 1]


def test_grade_that_nobody_had_has_a_blank_row_not_zeros():
    assert matrix(["A"], ["D"])["D"] == [None, None, 0]


def test_withdrawn_are_left_out_or_have_a_column():
    begin, end = ["A", "A", "A", "A"], ["A", "B", "NR", None]
    assert matrix(begin, end)["A"] == [0.5, 0.5, 2]
    included = matrix(begin, end, None, None, "column")
    assert included["from"] == ["A", "B", "withdrawn", "total"]
    assert included["A"] == [0.25, 0.25, 0.5, 4]


def test_lookup_that_found_nothing_is_a_withdrawal_or_a_new_customer():
    begin, end = ["A", "A", "#N/A"], ["A", CellError("#N/A"), "B"]
    numbers = {row[0]: row[1] for row in udfs.call(
        "CR_MIGRATE", column(begin), column(end), None, None, None, "summary")}  # fmt: skip
    assert numbers["at the beginning"] == 2
    assert numbers["withdrawn"] == 1
    assert numbers["new at the end"] == 1


def test_other_errors_are_refused_with_their_row():
    (error,) = udfs.call("CR_MIGRATE", column(["A", "#REF!"]), column(["A", "A"]))[0]
    assert error.code == "#REF!"
    assert "grade_begin, row 2" in error.reason


@pytest.mark.parametrize("grades", [None, ["A", "B"]])
def test_unknown_grade_is_refused_with_its_row_and_the_grades_there_are(grades):
    (error,) = udfs.call("CR_MIGRATE", column(["A", "A"]), column(["A", "odd"]), grades)[0]
    assert error.code == "#VALUE!"
    assert "grade_end, row 2" in error.reason
    assert "'odd'" in error.reason
    assert "grade_end 第 2 行" in error.reason_zh


def test_grades_that_occur_stand_in_the_order_of_the_scale_with_their_notches():
    begin = ["ccc", "AA-", "AAA", "BBB+", "AA", "D"]
    assert matrix(begin, begin)["from"] == ["AAA", "AA", "AA-", "BBB+", "CCC", "D", "total"]


def test_own_list_of_grades_keeps_its_order_and_its_empty_grades():
    classes = ["正常", "关注", "次级", "可疑", "损失"]
    found = matrix(["正常", "正常"], ["正常", "次级"], classes, None, None, "counts", "zh")
    assert found["期初等级"] == [*classes, "合计"]
    assert found["正常"] == [1, 0, 1, 0, 0, 2]


def test_numbers_may_be_grades():
    found = matrix([1, 1, 2.0], [1, 2, 2], ["1", "2"])
    assert found["1"] == [0.5, 0.5, 2]


@pytest.mark.parametrize("grades", [["A", "a"], ["A"]])
def test_list_of_grades_must_be_at_least_two_different_ones(grades):
    (error,) = udfs.call("CR_MIGRATE", column(["A"]), column(["A"]), grades)[0]
    assert "grades must be at least two" in error.reason


def test_amounts_weight_the_moves():
    found = matrix(["A", "A"], ["A", "B"], None, column([300, 100]))
    assert found["A"] == [0.75, 0.25, 400]
    counted = matrix(["A", "A"], ["A", "B"], None, column([300, 100]), None, "counts")
    assert counted["A"] == [300, 100, 400]


def test_missing_amount_is_refused_but_not_for_a_row_without_a_customer():
    assert matrix(["A", None], ["A", None], None, column([1, None]))["A"] == [1, 1]
    (error,) = udfs.call("CR_MIGRATE", column("AA"), column("AA"), None, column([1, None]))[0]
    assert "weights, row 2" in error.reason


def test_columns_of_different_length_are_refused():
    (error,) = udfs.call("CR_MIGRATE", column("AA"), column("A"))[0]
    assert "2 and 1 rows" in error.reason


def test_summary_counts_up_down_and_notches():
    begin = ["AAA", "AA", "A", "BBB", "B", "B", None, "A"]
    end = ["AAA", "AAA", "A", "B", "D", "B", "A", "NR"]
    rows = udfs.call("CR_MIGRATE", column(begin), column(end), SCALE, None, None, "summary")
    found = {row[0]: row[1:] for row in rows}
    assert found["at the beginning"] == [7, None]
    assert found["upgraded"] == pytest.approx([1, 1 / 7])
    assert found["unchanged"] == pytest.approx([3, 3 / 7])
    assert found["downgraded"] == pytest.approx([2, 2 / 7])
    assert found["to the worst grade"] == pytest.approx([1, 1 / 7])
    assert found["withdrawn"] == pytest.approx([1, 1 / 7])
    assert found["new at the end"] == [1, None]
    assert found["notches down on average"] == [pytest.approx((-1 + 2 + 2) / 6), None]
    assert found["upgrades per downgrade"] == [0.5, None]
    assert found["mobility"] == [pytest.approx((0 + 1 + 0 + 1 + 0.5) / 5), None]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        (
            "en",
            (
                "Of 3 customers at the beginning 2 have a grade at the end: 0.0% up, 50.0% unchanged, "
                "50.0% down, 1.00 notches down on average; 1 moved to D; 1 withdrawn and 0 new are "
                "not counted."
            ),
        ),
        (
            "zh",
            (
                "期初户数 3，其中 2 期末仍有等级：上调 0.0%，不变 50.0%，下调 50.0%，平均下调 1.00 级；"
                "降至 D：1；退出 1，期末新增 0 不计入。"
            ),
        ),
    ],
)
def test_why_is_the_summary_in_a_sentence(lang, text):
    begin, end = column(["A", "A", "A"]), column(["A", "D", None])
    grades = ["A", "BBB", "D"]
    ((why,),) = udfs.call("CR_MIGRATE", begin, end, grades, None, None, "why", lang)
    assert why == text


def test_population_without_grades_at_both_ends_says_so():
    begin, end = column(["A", None]), column([None, "A"])
    ((why,),) = udfs.call("CR_MIGRATE", begin, end, None, None, None, "why")
    assert why == "Nobody has a grade at both ends."


GRADES = st.sampled_from([*SCALE, "NR", None])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(GRADES, GRADES), min_size=1, max_size=30), st.randoms())
def test_matrix_equals_a_count_one_by_one_whatever_the_order(pairs, random):
    random.shuffle(pairs)
    rows = udfs.call(
        "CR_MIGRATE", column([a for a, _ in pairs]), column([b for _, b in pairs]), SCALE,
        None, "column", "counts",
    )  # fmt: skip
    for row in rows[1:]:
        ends = [b for a, b in pairs if a == row[0]]
        expected = [ends.count(grade) for grade in SCALE]
        expected.append(ends.count("NR") + ends.count(None))
        assert row[1:] == [*expected, len(ends)]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(SCALE), st.sampled_from(SCALE)), min_size=1, max_size=30))
def test_rows_add_up_to_one(pairs):
    begin, end = column([a for a, _ in pairs]), column([b for _, b in pairs])
    for row in udfs.call("CR_MIGRATE", begin, end)[1:]:
        if row[-1]:
            assert np.isclose(sum(row[1:-1]), 1)
