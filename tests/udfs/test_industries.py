import pytest

import udfs
from udfs.errors import CellError


@pytest.mark.parametrize(
    ("level", "lang", "expected"),
    [
        ("section", "en", "C"),
        ("division", "en", "13"),
        ("code", "en", "C1311"),
        ("name", "en", "Manufacturing"),
        ("name", "zh", "制造业"),
        ("division_name", "en", "Processing of food from agricultural products"),
        ("division_name", "zh", "农副食品加工业"),
        ("大类名称", "zh", "农副食品加工业"),
    ],
)
def test_every_level_in_both_languages(level, lang, expected):
    assert udfs.call("CR_INDUSTRY", 1311, level, lang) == [[expected]]


def test_shape_blanks_and_faults_stay_in_their_cells():
    result = udfs.call("CR_INDUSTRY", [["C13", None], ["#REF!", "zzz"]])
    assert result == [["C", None], [CellError("#REF!"), CellError("#VALUE!")]]


def test_section_of_several_divisions_has_no_division():
    (error,) = udfs.call("CR_INDUSTRY", "C", "division")[0]
    assert error.code == "#N/A"
    assert "several divisions" in error.reason
    assert "多个大类" in error.reason_zh


def test_section_of_one_division_has_one():
    assert udfs.call("CR_INDUSTRY", "K", "division") == [["70"]]


def test_unknown_level_fails_the_call():
    (error,) = udfs.call("CR_INDUSTRY", "C", "class")[0]
    assert error.code == "#VALUE!"
    assert "level" in error.reason
