import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError


def call(name, *cells, out="value", lang="en"):
    count = len(udfs.FUNCTIONS[name].arguments) - 2
    return udfs.call(name, *cells, *[None] * (count - len(cells)), out, lang)


def value(name, *cells):
    ((cell,),) = call(name, *cells)
    return cell


# Fact book section 8, computed from the stated formulas.
@pytest.mark.parametrize(
    ("name", "cells", "expected"),
    [
        ("CR_LEVERAGECAP", (10000, 6000, 0.7), 3333.33),
        ("CR_LEVERAGECAP", (10000, 6000), 3333.33),
        ("CR_DEBTCAPACITY", (800, 0.06, 5, 1.25), 2695.91),
        ("CR_DEBTCAPACITY", (800, 0.06, 5), 2695.91),
        ("CR_EQUITYCAP", (4000, "BBB", 2500), 1500),
    ],
)
def test_worked_cases(name, cells, expected):
    assert value(name, *cells) == pytest.approx(expected, abs=0.005)


@given(st.floats(100, 1e6), st.floats(0, 0.95), st.floats(0, 0.95))
@settings(deadline=None, max_examples=60)
def test_debt_up_to_the_cap_brings_the_ratio_there(assets, before, cap):
    debt = value("CR_LEVERAGECAP", assets, before * assets, cap)
    if before < cap:
        assert (before * assets + debt) / (assets + debt) == pytest.approx(cap)
    else:
        assert debt == pytest.approx(0, abs=1e-6)


@given(st.floats(1, 1e5), st.floats(0, 0.3), st.integers(1, 30), st.floats(1, 3))
@settings(deadline=None, max_examples=60)
def test_debt_capacity_is_paid_off_by_its_payments(cash, rate, years, dscr):
    debt = value("CR_DEBTCAPACITY", cash, rate, years, dscr)
    for _ in range(years):
        debt = debt * (1 + rate) - cash / dscr
    assert debt == pytest.approx(0, abs=1e-6 * cash * (1 + rate) ** years)


@pytest.mark.parametrize(
    ("grade", "multiple"),
    [
        ("AAA", 2),
        ("AA+", 1.5),
        ("aa", 1.5),
        ("AA-", 1.2),
        ("BBB-", 0.7),
        ("CC", 0),
        ("D", 0),
    ],
)
def test_a_grade_between_two_rows_takes_the_lower_multiple(grade, multiple):
    assert value("CR_EQUITYCAP", 1000, grade, 0) == pytest.approx(1000 * multiple)


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("CR_LEVERAGECAP", (10000, 8000)),
        ("CR_DEBTCAPACITY", (-50, 0.05, 5)),
        ("CR_EQUITYCAP", (4000, "BBB", 5000)),
        ("CR_EQUITYCAP", (-100, "AAA", 0)),
    ],
)
def test_below_zero_is_no_room_and_says_so(name, cells):
    assert value(name, *cells) == 0
    assert call(name, *cells, out="why")[0][0].endswith("not above 0, so no room for new credit.")
    assert call(name, *cells, out="why", lang="zh")[0][0].endswith("没有新增授信空间。")


@pytest.mark.parametrize(
    ("name", "cells", "lang", "expected"),
    [
        (
            "CR_LEVERAGECAP",
            (10000, 6000),
            "en",
            "(70% of 10,000 - 6,000) / 30% = 3,333.33 of new debt brings the debt ratio to 70%.",
        ),
        (
            "CR_LEVERAGECAP",
            (10000, 6000),
            "zh",
            "（10,000 × 70% - 6,000）÷ 30% = 3,333.33，新增该数额后资产负债率为 70%。",
        ),
        (
            "CR_DEBTCAPACITY",
            (800, 0.06, 5),
            "en",
            "800 a year / DSCR 1.25 = 640 of debt service over 5 years at 6% (factor 4.2124): debt 2,695.91.",
        ),
        (
            "CR_DEBTCAPACITY",
            (800, 0.06, 5),
            "zh",
            "每年 800 ÷ 偿债备付率 1.25 = 每年偿债 640，5 年、利率 6%（系数 4.2124）：债务 2,695.91。",
        ),
        ("CR_EQUITYCAP", (4000, "BBB", 2500), "en", "grade BBB: 4,000 × 1 - 2,500 = 1,500."),
        (
            "CR_EQUITYCAP",
            (4000, "BBB"),
            "zh",
            "等级 BBB：4,000 × 1 - 0 = 4,000；未给出现有授信，未扣减。",
        ),
    ],
)
def test_why(name, cells, lang, expected):
    assert call(name, *cells, out="why", lang=lang) == [[expected]]


@pytest.mark.parametrize(
    ("name", "cells", "lang", "rows"),
    [
        (
            "CR_LEVERAGECAP",
            (10000, 8000, 0.75),
            "zh",
            [["资产负债率", "最高资产负债率", "测算金额", "新增债务"], [0.8, 0.75, -2000, 0]],
        ),
        (
            "CR_DEBTCAPACITY",
            (800, 0, 5, 2),
            "en",
            [["debt_service", "dscr", "annuity_factor", "new_debt"], [400, 2, 5, 2000]],
        ),
        (
            "CR_EQUITYCAP",
            (4000, "AA"),
            "en",
            [["equity", "multiple", "existing", "new_credit"], [4000, 1.5, None, 6000]],
        ),
    ],
)
def test_table(name, cells, lang, rows):
    assert call(name, *cells, out="table", lang=lang) == rows


def test_an_unknown_grade_stays_in_its_row():
    got = call("CR_EQUITYCAP", 1000, [["A"], ["Q"], [None], ["BB"]], 0)
    assert got == [[1200], [CellError("#VALUE!")], [None], [700]]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["leverage", "L", "L", True, 1.2], "from 0 to below 1; got 1.2"),
        (["leverage", "L", "L", True, None], "must be a number; got nothing"),
        (["cash_flow", "L", "L", True, 1.2], "must be a number; got nothing"),
    ],
)
def test_a_policy_without_a_usable_parameter(row, words):
    methods = [["method", "label_en", "label_zh", "active", "parameter"], row]
    assert words in value("CR_LEVERAGECAP", 100, 50, None, methods).reason


def test_the_policy_sets_the_cap():
    methods = [
        ["方法", "英文名称", "中文名称", "启用", "参数"],
        ["leverage", "L", "L", "否", 0.6],
        ["cash_flow", "C", "C", "是", 2],
    ]
    assert value("CR_LEVERAGECAP", 1000, 500, None, methods) == pytest.approx(250)
    assert value("CR_DEBTCAPACITY", 100, 0, 10, None, methods) == pytest.approx(500)
