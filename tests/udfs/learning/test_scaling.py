import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

METHODS = ["zscore", "minmax", "rank", "robust", "log"]
FIGURES = [12.0, 7, 7, 30, 1000, 0.5, -4]


def scale(values, *rest):
    return [row[0] for row in udfs.call("CR_SCALE", [[x] for x in values], *rest)]


def parameters(values, method, lang="en"):
    cells = [[x] for x in values], method, None, None, "parameters", lang
    return udfs.call("CR_SCALE", *cells)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (
            "zscore",
            [-1.5 / 1.2909944487, -0.5 / 1.2909944487, 0.5 / 1.2909944487, 1.5 / 1.2909944487],
        ),
        ("minmax", [0, 1 / 3, 2 / 3, 1]),
        ("rank", [0, 1 / 3, 2 / 3, 1]),
        ("robust", [-1, -1 / 3, 1 / 3, 1]),
    ],
)
def test_known_scales_of_one_to_four(method, expected):
    assert scale([1, 2, 3, 4], method) == pytest.approx(expected, abs=1e-9)


def test_logarithm_keeps_the_sign_and_takes_zero():
    logs = np.array([np.log1p(9), 0, -np.log1p(9)])
    expected = (logs - logs.mean()) / logs.std(ddof=1)
    assert scale([9, 0, -9], "log") == pytest.approx(expected.tolist())


def test_percent_rank_is_excels():
    # PERCENTRANK.INC of 1, 2, 2, 4: 0, 1/3, 1/3, 1; of 3 between 2 and 4: halfway.
    assert scale([1, 2, 2, 4], "rank") == pytest.approx([0, 1 / 3, 1 / 3, 1])
    new = scale([3, 0, 9], "rank", [[1], [2], [2], [4]])
    assert new == pytest.approx([2 / 3, 0, 1])


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("method", METHODS)
def test_parameters_taken_back_scale_new_rows_the_same_way(method, lang):
    table = parameters(FIGURES, method, lang)
    new = [5, 100, -1e6]
    expected = scale(new, method, [[x] for x in FIGURES])
    assert scale(new, "zscore", None, table) == expected
    assert scale(FIGURES, None, None, table) == scale(FIGURES, method)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20),
    st.sampled_from(["zscore", "minmax", "rank", "log"]),
    st.randoms(),
)
@settings(deadline=None, max_examples=60)
def test_larger_values_scale_higher_in_any_order(values, method, random):
    values = [round(x, 3) for x in values]
    if len(set(values)) == 1:
        return
    scaled = scale(values, method)
    order = sorted(range(len(values)), key=values.__getitem__)
    assert [scaled[i] for i in order] == sorted(scaled)
    random.shuffle(order)
    assert scale([values[i] for i in order], method) == [scaled[i] for i in order]


def test_blank_and_faulty_rows_do_not_count():
    found = scale([10, None, "abc", 20, CellError("#N/A"), 30])
    assert found == [-1, None, CellError("#VALUE!"), 0, CellError("#N/A"), 1]


def test_words_in_both_languages():
    assert scale([26], "zscore", [[10], [20], [30]], None, "why", "zh") == [
        "（26 - 均值 20）÷ 标准差 10 = 0.6。"
    ]
    assert scale([20], "rank", [[10], [20], [30]], None, "why") == [
        "20 is above 50.0% of the other values."
    ]
    assert scale([20], "rank", [[10], [20], [30]], None, "why", "zh") == [
        "20 高于总体中 50.0% 的数值。"
    ]
    assert scale([9], "log", [[0], [99]], None, "why")[0].startswith(
        "((ln(1 + 9) = 2.30259) - log mean"
    )


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        (("zscore", [[5], [5]]), "two different numbers; got 2 times 5"),
        (("zscore", [[None], [None]]), "two different numbers; got no number"),
        (("zscore", [["x"], [1]]), "reference, row 1"),
        (("robust", [[1], [5], [5], [5], [9]]), "zscore, minmax or rank"),
        (
            ("zscore", [[1], [2]], [["parameter", "value"], ["mean", 1], ["deviation", 2]]),
            "one at a time",
        ),
        (("zscore", None, [["parameter", "value"], ["mean", 1]]), "two parameters of one method"),
        (("zscore", None, [["parameter", "value"], ["mean", 1], ["range", 2]]), "two parameters"),
        (("zscore", None, [["parameter", "value"], ["mean", 1], ["deviation", 0]]), "above 0"),
        (
            ("rank", None, [["parameter", "value", "share"], ["rank", 2, 0], ["rank", 1, 1]]),
            "rising",
        ),
        (("size",), "one of zscore"),
    ],
)
def test_scale_that_cannot_be_is_refused(rest, words):
    (error,) = scale([1], *rest)
    assert error.code == "#VALUE!"
    assert words in error.why()
