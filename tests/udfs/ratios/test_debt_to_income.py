import pytest
from hypothesis import given
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError


def dti(*cells):
    return udfs.call("CR_DTI", *cells)


def one(*cells):
    ((cell,),) = dti(*cells)
    return cell


@pytest.mark.parametrize(
    ("out", "expected"),
    [
        ("value", [0.4, 0.55, 0.6]),
        ("check", ["within", "within", "over"]),
        ("room", [1500, 0, -500]),
    ],
)
def test_outputs_against_a_limit(out, expected):
    cells = dti([[4000], [5500], [6000]], 10000, 0.55, out)
    assert [cell for (cell,) in cells] == [
        pytest.approx(e) if out != "check" else e for e in expected
    ]


def test_binary_fractions_do_not_break_a_limit():
    assert one(0.1 + 0.2, 1, 0.3, "check") == "within"


def test_why_in_both_languages():
    assert one(6000, 10000, 0.55, "why") == (
        "Debt service 6,000 / income 10,000 = 60.00%, over the limit 55.00%."
    )
    assert one(4000, 10000, None, "why") == (
        "Debt service 4,000 / income 10,000 = 40.00%; no limit given."
    )
    assert one(4000, 10000, 0.55, "why", "zh") == (
        "应还本息 4,000 / 收入 10,000 = 40.00%，未超限（上限 55.00%）。"
    )


def test_table_leaves_blank_what_needs_a_limit():
    cells = dti([[4000], [4000]], 10000, [[0.5], [None]], "table")
    assert cells == [
        ["dti", "limit", "check", "room"],
        [0.4, 0.5, "within", 1000],
        [0.4, None, None, None],
    ]
    assert dti(1, 2, None, "table", "zh")[0] == [
        "债务收入比",
        "债务收入比上限",
        "核对",
        "可增加还款额",
    ]


@pytest.mark.parametrize("out", ["check", "room"])
def test_a_missing_limit_is_never_within(out):
    cells = dti([[1], [1]], 10, [[None], [0.5]], out)
    assert cells[0][0] == CellError("#N/A")
    assert one(1, 10, None, out) == CellError("#N/A")


@pytest.mark.parametrize(
    ("service", "income", "code"),
    [(1, 0, "#DIV/0!"), (1, -1, "#NUM!"), (-1, 1, "#NUM!"), (1, None, "#N/A"), ("x", 1, "#VALUE!")],
)
def test_rows_without_a_share(service, income, code):
    for out in ("value", "check", "room"):
        assert one(service, income, 0.5, out) == CellError(code)


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 200))
def test_check_and_room_agree(service, income, percent):
    check, room = (one(service, income, percent / 100, out) for out in ("check", "room"))
    assert (check == "over") == (service * 100 > income * percent)
    assert room == pytest.approx(income * percent / 100 - service, abs=1e-6)
