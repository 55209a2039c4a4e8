import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError
from udfs.segments.percentiles import percent_scores

NUMBERS = st.lists(st.integers(-4, 9), min_size=1, max_size=30)


def shares(values, *more):
    cells = udfs.call("CR_PERCENTILE", [[value] for value in values], *more)
    return [cell for (cell,) in cells]


@given(NUMBERS)
@settings(deadline=None, max_examples=50)
def test_share_is_counted_by_hand(values):
    count = len(values)
    assert shares(values) == [sum(w > v for w in values) / count for v in values]
    assert shares(values, "smaller") == [sum(w < v for w in values) / count for v in values]


def test_blank_and_faulty_rows_are_not_counted():
    assert shares([3, None, "x", 1]) == [0.0, None, CellError("#VALUE!"), 0.5]


def test_top_fifth_of_ten():
    assert sum(share < 0.2 for share in shares(range(10))) == 2


def test_a_whole_block_keeps_its_shape():
    assert udfs.call("CR_PERCENTILE", [[4, 3], [2, 1]]) == [[0.0, 0.25], [0.5, 0.75]]


def test_unknown_direction():
    ((cell,),) = udfs.call("CR_PERCENTILE", [[1]], "sideways")
    assert cell.reason.startswith("direction must be one of larger, smaller")


@given(NUMBERS)
@settings(deadline=None, max_examples=50)
def test_percent_scores_of_the_negative_are_the_mirror(values):
    column = np.array(values, dtype=float)
    assert percent_scores(-column) == pytest.approx(100 - percent_scores(column))


@pytest.mark.parametrize(
    ("values", "expected"), [([7], [50]), ([7, 7, 7], [50, 50, 50]), ([1, 2, 2], [0, 75, 75])]
)
def test_percent_scores_of_ties(values, expected):
    assert percent_scores(np.array(values, dtype=float)).tolist() == expected
