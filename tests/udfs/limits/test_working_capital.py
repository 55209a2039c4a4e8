import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

TURNS_5 = (60, 40, 20, 0, 8)  # 72 days: five turns of 360


def need(*cells):
    ((value,),) = udfs.call("CR_WCNEED", *cells)
    return value


def column(items):
    return [[item] for item in items]


def test_the_published_case():
    # Annex to the Interim Measures of 2010, worked case: 3000, 15 %, 10 %, five turns -> 561.
    assert need(3000, 0.15, 0.1, *TURNS_5) == pytest.approx(561, rel=1e-12)


def test_days_and_turns_are_not_rounded_on_the_way():
    # 71 days are 5.0704 turns; rounded to 5.07 the need would be 553.25.
    assert need(3000, 0.15, 0.1, 71, 0, 0, 0, 0) == pytest.approx(3000 * 0.85 * 1.1 * 71 / 360)


@pytest.mark.parametrize(
    ("out", "expected"),
    [("value", 261), ("need", 561), ("gap", 261), ("days", 72), ("turns", 5), ("周转次数", 5)],
)
def test_parts(out, expected):
    got = need(3000, 0.15, 0.1, *TURNS_5, 200, 100, 0, None, out)
    assert got == pytest.approx(expected)


@pytest.mark.parametrize(("out", "expected"), [("value", 0), ("gap", -39), ("need", 561)])
def test_a_surplus_is_no_negative_loan(out, expected):
    assert need(3000, 0.15, 0.1, *TURNS_5, 600, 0, 0, None, out) == pytest.approx(expected)


@pytest.mark.parametrize("payables", [100, 130])
def test_a_cycle_carried_by_suppliers_needs_no_loan(payables):
    assert need(3000, 0.15, 0.1, 60, 40, payables, 0, 0) == 0
    turns = udfs.call("CR_WCNEED", 3000, 0.15, 0.1, 60, 40, payables, 0, 0, *[None] * 4, "turns")
    assert turns == [[None]]


def test_year_of_365_days():
    assert need(3650, 0, 0, 10, 0, 0, 0, 0, None, None, None, 365) == pytest.approx(100)


@pytest.mark.parametrize(
    ("cells", "lang", "expected"),
    [
        (
            (200, 100, 0),
            "en",
            "72 days, 5 turns a year: working capital 561, less own funds 200, existing loans 100, other funds 0; new loan 261.",
        ),
        (
            (200, None, None),
            "zh",
            "周转 72 天，一年 5 次，营运资金量 561，减自有资金 200；未给出而未扣减：现有贷款、其他渠道资金；新增贷款 361。",
        ),
        (
            (600, 0, 0),
            "en",
            "72 days, 5 turns a year: working capital 561, less own funds 600, existing loans 0, other funds 0; 39 more than needed, so no new loan.",
        ),
        (
            (None, None, None),
            "en",
            "72 days, 5 turns a year: working capital 561; not given and not deducted: own funds, existing loans, other funds; new loan 561.",
        ),
    ],
)
def test_why_names_what_was_deducted_and_what_is_missing(cells, lang, expected):
    assert need(3000, 0.15, 0.1, *TURNS_5, *cells, None, "why", lang) == expected


def test_why_of_a_cycle_carried_by_suppliers():
    why = need(3600, 0, 0, 10, 10, 120, 0, 0, 1, 0, 0, None, "why", "zh")
    assert why == (
        "应付与预收已覆盖整个周转（-100 天），营运资金量 -1,000，减自有资金 1、现有贷款 0、其他渠道资金 0；"
        "资金已多出 1,001，无新增贷款需求。"
    )


@pytest.mark.parametrize(
    ("lang", "headers"),
    [
        (
            "en",
            [
                "cycle_days",
                "turns",
                "working_capital",
                "own_funds",
                "existing_loans",
                "other_funds",
                "funding_gap",
                "new_loan",
            ],
        ),
        (
            "zh",
            [
                "营运资金周转天数",
                "周转次数",
                "营运资金量",
                "自有资金",
                "现有流动资金贷款",
                "其他渠道资金",
                "资金缺口",
                "新增流动资金贷款",
            ],
        ),
    ],
)
def test_table(lang, headers):
    rows = udfs.call("CR_WCNEED", 3000, 0.15, 0.1, *TURNS_5, 600, None, 0, None, "table", lang)
    assert rows[0] == headers
    assert rows[1] == [72, 5, pytest.approx(561), 600, None, 0, pytest.approx(-39), 0]


def test_faults_stay_in_their_rows():
    sales = column([3000, None, "many", 3000, 3000])
    margin = column([0.15, None, 0.15, 1, None])
    got = udfs.call("CR_WCNEED", sales, margin, 0.1, *TURNS_5)
    assert got[0] == [pytest.approx(561)]
    assert got[1:] == column([None, CellError("#VALUE!"), CellError("#NUM!"), CellError("#N/A")])
    assert got[4][0].reason == "margin is missing."


@given(
    st.lists(
        st.tuples(st.floats(0, 1e6), st.floats(-0.5, 0.9), st.floats(0, 200), st.floats(0, 1e5)),
        min_size=1,
        max_size=6,
    )
)
@settings(deadline=None, max_examples=40)
def test_one_row_is_as_in_a_batch_and_more_funds_never_raise_the_loan(rows):
    sales, margin, days, funds = (column(part) for part in zip(*rows, strict=True))
    batch = udfs.call("CR_WCNEED", sales, margin, 0.1, days, 30, 20, 0, 0, funds)
    for (one,), (s, m, d, f) in zip(batch, rows, strict=True):
        assert one == need(s, m, 0.1, d, 30, 20, 0, 0, f)
        assert need(s, m, 0.1, d, 30, 20, 0, 0, f + 1) <= one


DAYS = [
    ("receivables", 500, 300, 3600, 2520, 40),
    ("应收账款", 500, 300, 3600, 2520, 40),
    ("inventory", 400, 440, 3600, 2520, 60),
    ("payables", 420, None, None, 2520, 60),
    ("advance receipts", 100, 0, 3600, None, 5),
    ("预付账款", 0, 0, None, 2520, 0),
]


@pytest.mark.parametrize(("item", "closing", "opening", "sales", "cost", "expected"), DAYS)
def test_days_from_balances(item, closing, opening, sales, cost, expected):
    ((got,),) = udfs.call("CR_TURNDAYS", item, closing, opening, sales, cost)
    assert got == pytest.approx(expected)


def test_days_of_balances_feed_the_need():
    items = column(["inventory", "receivables", "payables", "prepayments", "prereceipts"])
    days = udfs.call("CR_TURNDAYS", items, column([420, 400, 140, 0, 80]), None, 3600, 2520)
    flat = [cell for (cell,) in days]
    assert flat == pytest.approx([60, 40, 20, 0, 8])
    assert need(3000, 0.15, 0.1, *flat) == pytest.approx(561)


@pytest.mark.parametrize(
    ("item", "sales", "cost", "code", "words"),
    [
        ("receivables", None, 2520, "#N/A", "sales is missing: the days of receivables"),
        ("存货", 3600, None, "#N/A", "cost is missing: the days of 存货"),
        ("goodwill", 3600, 2520, "#VALUE!", "item must be one of receivables, prereceipts"),
        ("payables", 3600, 0, "#NUM!", "cost must be a number above 0"),
    ],
)
def test_days_without_their_base(item, sales, cost, code, words):
    ((cell,),) = udfs.call("CR_TURNDAYS", item, 100, 100, sales, cost)
    assert cell == CellError(code)
    assert words in cell.reason


@pytest.mark.parametrize(
    ("opening", "lang", "expected"),
    [
        (300, "en", "receivables: average balance 400 / sales 3,600 × 360 = 40 days."),
        (None, "zh", "应收账款：期末余额（未给出期初） 500 ÷ 销售收入 3,600 × 360 = 50 天。"),
    ],
)
def test_why_of_days(opening, lang, expected):
    got = udfs.call("CR_TURNDAYS", "receivables", 500, opening, 3600, *[None] * 3, "why", lang)
    assert got == [[expected]]


@pytest.mark.parametrize(
    ("lang", "rows"),
    [
        (
            "en",
            [
                ["item", "average_balance", "base", "base_amount", "turns", "days"],
                ["payables", 400, "cost", 2880, 7.2, 50],
            ],
        ),
        (
            "zh",
            [
                ["项目", "平均余额", "计算基础", "基础金额", "周转次数", "天数"],
                ["应付账款", 400, "销售成本", 2880, 7.2, 50],
            ],
        ),
    ],
)
def test_table_of_days(lang, rows):
    got = udfs.call("CR_TURNDAYS", "payables", 500, 300, None, 2880, None, None, "table", lang)
    assert got == rows


def test_a_base_that_is_neither_sales_nor_cost():
    bases = [["item", "label_en", "label_zh", "base"], ["x", "x", "x", "assets"]]
    ((cell,),) = udfs.call("CR_TURNDAYS", "x", 1, 1, 1, 1, None, bases)
    assert cell.reason == "bases, column base, row 1 must be one of sales, cost; got 'assets'."
