import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

CLASSES = ["正常", "关注", "次级", "可疑", "损失"]


def column(cells):
    return [[cell] for cell in cells]


def rates(*columns, out="value", ceilings=None):
    cells = [column(c) for c in columns] + [None] * (4 - len(columns))
    rows = udfs.call("CR_LOANMIGRATE", *cells, ceilings, out, "zh")
    return {row[0]: dict(zip(rows[0][1:], row[1:], strict=True)) for row in rows[1:]}


@pytest.mark.parametrize(
    ("begin", "moved", "reduced", "rate"),
    [
        # Fact book, section 2: the published exam item, then two without a printed answer.
        (5000, 500, 1000, 0.125),
        (10000, 1000, 500, 0.1052631578947),
        (1000, 600, 200, 0.75),
        (100, 0, 0, 0),
        (100, 0, None, 0),
    ],
)
def test_rate_from_totals(begin, moved, reduced, rate):
    assert udfs.call("CR_MIGRATIONRATE", begin, moved, reduced) == [[pytest.approx(rate)]]


def test_rate_of_what_is_gone_or_of_more_than_is_left_is_an_error():
    cells = udfs.call(
        "CR_MIGRATIONRATE", column([100, 100, 0]), column([0, 60, 0]), column([100, 50, 0])
    )
    assert cells == [[CellError("#DIV/0!")], [CellError("#NUM!")], [CellError("#DIV/0!")]]
    assert "(50)" in cells[1][0].reason


@pytest.mark.parametrize(
    ("lang", "why"),
    [
        ("en", "12.50% = 500 moved down / (5,000 at the beginning - 1,000 reduced)."),
        ("zh", "迁徙率 12.50% = 向下迁徙 500 /（期初余额 5,000 - 期间减少 1,000）。"),
    ],
)
def test_why_shows_the_calculation(lang, why):
    assert udfs.call("CR_MIGRATIONRATE", 5000, 500, 1000, "why", lang) == [[why]]


def test_published_item_from_rows_of_a_table_of_totals():
    found = rates(["关注", "关注", "关注"], ["次级", "关注", None], [500, 3500, 1000])
    assert found["关注"]["期初余额"] == 5000
    assert found["关注"]["期间减少"] == 1000
    assert found["关注"]["向下迁徙"] == 500
    assert found["关注"]["迁徙率"] == 0.125
    assert found["关注"]["是否达标"] is False


def test_each_loan_counts_with_what_is_left_of_it():
    begin = ["正常", "正常", "正常", "关注", "次级", "可疑", "损失", None]
    end = ["正常", "关注", "次级", "损失", "正常", None, "损失", "正常"]
    found = rates(begin, end, [100, 50, 40, 30, 20, 10, 5, None], [80, 60, 30, 30, 15, 0, 5, 7])
    assert found["正常"] == pytest.approx({
        "期初余额": 190, "期间减少": 30, "向下迁徙": 80, "迁徙率": 0.5, "迁徙率上限": 0.005,
        "是否达标": False,
    })  # fmt: skip
    assert found["关注"]["迁徙率"] == 1
    assert found["次级"]["迁徙率"] == 0
    assert found["次级"]["是否达标"] is True
    assert found["可疑"]["迁徙率"] is None
    assert found["正常贷款"]["向下迁徙"] == 30 + 30
    assert found["正常贷款"]["迁徙率"] == pytest.approx(60 / (220 - 30))


def test_matrix_adds_up_to_the_beginning():
    rows = udfs.call(
        "CR_LOANMIGRATE", column(["normal", "normal"]), column(["loss", None]), column([10, 20]),
        column([8, None]), None, "matrix",
    )  # fmt: skip
    assert rows[0][-1] == "gone"
    assert rows[1] == ["normal", 0, 0, 0, 0, 8, 22]


def test_why_names_the_rates_above_their_ceiling():
    call = ("CR_LOANMIGRATE", column(["正常", "正常"]), column(["正常", "关注"]), column([99, 1]))
    assert udfs.call(*call, None, None, "why", "zh") == [
        ["正常迁徙率 1.00%（高于上限 0.5%），正常贷款迁徙率 0.00%。"]
    ]
    own = [["loan_class", "ceiling"], ["正常", 0.02], ["正常贷款", 0.01]]
    assert udfs.call(*call, None, own, "why") == [["normal 1.00%, performing loans 0.00%."]]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ((["odd"], ["正常"], [1]), "class_begin, row 1"),
        ((["正常"], ["odd"], [1]), "class_end, row 1"),
        ((["正常"], ["正常"], [None]), "balance_begin, row 1"),
        ((["正常"], ["正常"], ["x"]), "balance_begin, row 1"),
        ((["正常"], ["正常"], [1], [None]), "balance_end, row 1"),
        ((["正常"], [None], [1], [1]), "class_end, row 1"),
        (([None], [None], [None]), "class_begin"),
        ((["正常"], ["#REF!"], [1]), "class_end, row 1"),
        ((["正常"], ["正常"], [-1]), "balance_begin, row 1"),
    ],
)
def test_bad_row_is_refused_with_its_number(columns, words):
    cells = [column(c) for c in columns]
    (error,) = udfs.call("CR_LOANMIGRATE", *cells)[0]
    assert error.reason.startswith(words)


def test_unknown_class_among_the_ceilings_is_refused():
    own = [["loan_class", "ceiling"], ["odd", 0.02]]
    (error,) = udfs.call("CR_LOANMIGRATE", "正常", "正常", 1, None, own)[0]
    assert "ceilings, column loan_class, row 1" in error.reason


LOANS = st.tuples(
    st.sampled_from(CLASSES), st.sampled_from([*CLASSES, None]), st.integers(1, 100), st.integers(0, 120)
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(st.lists(LOANS, min_size=1, max_size=25))
def test_rates_equal_a_sum_one_by_one(loans):
    begin, end, balance, later = zip(*loans, strict=True)
    later = [None if e is None else amount for e, amount in zip(end, later, strict=True)]
    found = rates(begin, end, balance, later)
    rank = {name: place for place, name in enumerate(CLASSES)}
    for name in CLASSES[:-1]:
        own = [
            (rank.get(e, -1), b, min(b, amount or 0))
            for c, e, b, amount in zip(begin, end, balance, later, strict=True)
            if c == name
        ]
        whole = sum(b for _, b, _ in own)
        reduced = sum(b - kept for _, b, kept in own)
        moved = sum(kept for e, _, kept in own if e > rank[name])
        expected = moved / (whole - reduced) if whole > reduced else None
        assert found[name]["期初余额"] == whole
        assert found[name]["期间减少"] == reduced
        if expected is None:
            assert found[name]["迁徙率"] is None
        else:
            assert np.isclose(found[name]["迁徙率"], expected)
            assert 0 <= expected <= 1
