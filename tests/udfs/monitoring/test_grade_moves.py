import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

SCALE = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C", "D"]


@pytest.mark.parametrize(
    ("begin", "end", "word", "notches"),
    [
        ("A", "A", "unchanged", 0),
        ("a", "AA", "upgraded", -1),
        ("A", "BB", "downgraded", 2),
        ("A", "A-", "downgraded", pytest.approx(1 / 3)),
        ("A+", "AA", "upgraded", pytest.approx(-2 / 3)),
        (None, "A", "new", None),
        ("NR", "A", "new", None),
        ("A", "已结清", "withdrawn", None),
        ("A", None, "withdrawn", None),
        ("NR", None, None, None),
    ],
)
def test_move_and_notches(begin, end, word, notches):
    assert udfs.call("CR_GRADEMOVE", [[begin]], [[end]]) == [[word]]
    assert udfs.call("CR_GRADEMOVE", [[begin]], [[end]], None, "notches") == [[notches]]


def test_own_list_of_classes():
    classes = ["正常", "关注", "次级", "可疑", "损失"]
    assert udfs.call("CR_GRADEMOVE", "正常", "次级", classes, "value", "zh") == [["下调"]]


@pytest.mark.parametrize(
    ("begin", "end", "lang", "why"),
    [
        ("A", "BBB", "en", "A to BBB: downgraded by 1 notch."),
        ("A", "AAA", "zh", "A 至 AAA：上调 2 级。"),
        ("A", "A", "en", "A to A: unchanged."),
        (None, "A", "zh", "期初没有等级，期末 A：新增。"),
        ("A", None, "en", "A to no grade: withdrawn."),
        (None, None, "en", None),
    ],
)
def test_why_in_words(begin, end, lang, why):
    assert udfs.call("CR_GRADEMOVE", [[begin]], [[end]], None, "why", lang) == [[why]]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_table_shows_both_grades(lang):
    assert udfs.call("CR_GRADEMOVE", "A", "B", None, "table", lang)[1][1:] == [3, "A", "B"]


def test_unknown_grade_and_error_are_their_own_rows():
    cells = udfs.call("CR_GRADEMOVE", [["A"], ["odd"], ["#N/A"]], [["B"], ["B"], ["B"]])
    assert cells == [["downgraded"], [CellError("#VALUE!")], [CellError("#N/A")]]
    assert "grade_begin" in cells[1][0].reason


GRADES = st.sampled_from([*SCALE, "NR", None])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(GRADES, GRADES), min_size=1, max_size=20))
def test_moves_agree_with_the_matrix_of_all(pairs):
    begin, end = ([[cell] for cell in part] for part in zip(*pairs, strict=True))
    words = [cell for (cell,) in udfs.call("CR_GRADEMOVE", begin, end)]
    rows = udfs.call("CR_MIGRATE", begin, end, SCALE, None, None, "summary")
    numbers = {row[0]: row[1] for row in rows[1:]}
    assert words.count("upgraded") == numbers["upgraded"]
    assert words.count("unchanged") == numbers["unchanged"]
    assert words.count("downgraded") == numbers["downgraded"]
    assert words.count("withdrawn") == numbers["withdrawn"]
    assert words.count("new") == numbers["new at the end"]
