import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError


@pytest.mark.parametrize(
    ("value", "name", "number"),
    [
        (-1, "<100", 1),
        (99.999, "<100", 1),
        (100, "100–5,000", 2),
        (4999.99, "100–5,000", 2),
        (5000, "≥5,000", 3),
        (1e9, "≥5,000", 3),
    ],
)
def test_bands_are_closed_on_the_left(value, name, number):
    assert udfs.call("CR_BAND", value, [100, 5000]) == [[name]]
    assert udfs.call("CR_BAND", value, [100, 5000], None, "number") == [[float(number)]]


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20),
    st.lists(st.integers(-1000, 1000), min_size=1, max_size=6, unique=True).map(sorted),
)
@settings(deadline=None, max_examples=50)
def test_band_number_counts_the_cuts_that_are_reached(values, cuts):
    result = udfs.call("CR_BAND", [[value] for value in values], cuts, None, "number")
    assert result == [[1.0 + sum(cut <= value for cut in cuts)] for value in values]


def test_reason_of_a_band_in_both_languages():
    names = ["small", "large"]
    assert udfs.call("CR_BAND", 150, 100, names, "why") == [["150 lies in the band ≥100: large."]]
    assert udfs.call("CR_BAND", 50, 100, None, "why") == [["50 lies in the band <100."]]
    assert udfs.call("CR_BAND", 50, 100, ["小", "大"], "why", "zh") == [["50 位于 <100 档：小。"]]


def test_blank_and_bad_values_stay_alone():
    assert udfs.call("CR_BAND", [[1], [None], ["x"], ["#REF!"]], 5) == [
        ["<5"],
        [None],
        [CellError("#VALUE!")],
        [CellError("#REF!")],
    ]


@pytest.mark.parametrize(
    ("cuts", "labels", "argument"),
    [
        ([5, 5], None, "cuts"),
        ([5, 1], None, "cuts"),
        ([None], None, "cuts"),
        ([5], ["only one"], "labels"),
        ([5], ["a", "b", "c"], "labels"),
    ],
)
def test_bad_cuts_or_labels_fail_the_call(cuts, labels, argument):
    (error,) = udfs.call("CR_BAND", 1, cuts, labels)[0]
    assert error.reason.startswith(f"{argument} must be")
    assert error.reason_zh.startswith(f"{argument} 应为")


def test_grade_stands_before_the_segment():
    result = udfs.call("CR_GRADESEG", [["AA"], ["B"], ["AA"]], [["制造业"], ["制造业"], ["零售"]])
    assert result == [["AA · 制造业"], ["B · 制造业"], ["AA · 零售"]]


def test_map_joins_grades_to_classes():
    table = [
        ["等级", "英文名称", "中文名称"],
        ["AAA", "strong", "优良"],
        ["AA", "strong", "优良"],
        ["B", "weak", "较弱"],
    ]
    cells = ([["aa"], ["B"], ["CC"], [None]], "Retail", table)
    assert udfs.call("CR_GRADESEG", *cells) == [
        ["strong · Retail"],
        ["weak · Retail"],
        [CellError("#VALUE!")],
        [None],
    ]
    assert udfs.call("CR_GRADESEG", *cells, "zh")[0] == ["优良 · Retail"]


def test_missing_grade_or_segment_is_named():
    result = udfs.call("CR_GRADESEG", [["AA"], [None]], [[None], ["Retail"]])
    assert [cell.reason for (cell,) in result] == ["segment is missing.", "grade is missing."]
