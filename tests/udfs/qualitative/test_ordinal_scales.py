import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import tables
from udfs.errors import CellError

ROWS = tables.builtin("ordinal_scales").rows
SCALES = ROWS["scale"].unique().tolist()


def points(answers, *rest):
    return [row[0] for row in udfs.call("CR_ORD", [[a] for a in answers], *rest)]


def spellings(row):
    return [row["label_en"], row["label_zh"], *filter(None, row["also"].split(";"))]


@pytest.mark.parametrize("scale", SCALES)
def test_every_spelling_of_an_answer_gives_its_points(scale):
    for row in ROWS[ROWS["scale"] == scale].to_dict("records"):
        for text in spellings(row):
            assert points([text, text.upper(), f" {text} "], scale) == [row["points"]] * 3, text


@pytest.mark.parametrize("scale", SCALES)
def test_points_of_a_scale_fall_from_its_first_answer_to_its_last(scale):
    listed = ROWS[ROWS["scale"] == scale]["points"].tolist()
    assert listed == sorted(set(listed), reverse=True)
    assert listed[0] == 100
    assert 0 <= listed[-1] <= 20


@pytest.mark.parametrize(
    ("answer", "scale", "expected"),
    [
        ("优", None, 100),
        ("良", None, 75),
        ("中", None, 50),
        ("差", None, 15),
        ("较差", None, 15),
        (5, "agreement", 100),
        ("5", "frequency", 100),
        (1.0, "frequency", 0),
        (True, "yes_partly_no", 100),
        ("excellent", "Quality", 100),
        ("无", "yes_partly_no", 0),
    ],
)
def test_words_letters_and_numbers_are_known(answer, scale, expected):
    assert points([answer], scale) == [expected]


def test_unknown_answer_is_its_rows_error_with_the_answers_that_will_do():
    good, error, blank = points(["good", "super", None])
    assert (good, blank) == (75, None)
    assert error.code == "#VALUE!"
    assert "strong (优), good (良), average (中), weak (差)" in error.why()
    assert points([CellError("#N/A"), "good"]) == [CellError("#N/A"), 75]


def test_unknown_scale_is_refused_with_all_names():
    (error,) = points(["good"], "size")
    assert "one of quality, level, agreement" in error.why()


def test_words_and_tables_in_both_languages():
    assert points(["B"], None, None, "label") == ["good"]
    assert points(["B"], None, None, "label", "zh") == ["良"]
    assert points(["B"], None, None, "why") == [
        "good: 75 points (strong 100, good 75, average 50, weak 15)."
    ]
    assert points(["B"], None, None, "why", "zh") == ["良：75 分（优 100、良 75、中 50、差 15）。"]
    assert udfs.call("CR_ORD", [["A"], [None]], None, None, "table", "zh") == [
        ["名称", "分值"],
        ["优", 100],
        [None, None],
    ]
    assert "must be one of strong" in points(["x"], None, None, "why")[0]


def test_own_scale_counts():
    scales = [
        ["scale", "label_en", "label_zh", "points"],
        ["mood", "up", "涨", 3],
        ["mood", "down", "跌", -2],
    ]
    assert points(["涨", "DOWN"], "mood", scales) == [3, -2]


def test_spelling_for_two_answers_is_refused():
    header = ["scale", "label_en", "label_zh", "also", "points"]
    scales = [header, ["m", "a", "甲", "x", 1], ["m", "b", "乙", "X", 2]]
    (error,) = points(["a"], "m", scales)
    assert "x for two answers" in error.why()


@given(st.lists(st.sampled_from(["优", "good", "C", "差", "?", None]), min_size=1, max_size=9))
@settings(deadline=None, max_examples=30)
def test_one_row_is_as_in_a_batch(answers):
    assert [points([a])[0] for a in answers] == points(answers)
