import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs

CFADS = [100, 110, 120, 130, 140]
LONG = [*CFADS, 140, 140, 140]


def one(name, *cells):
    ((cell,),) = udfs.call(name, *cells)
    return cell


def level(*rows):
    return [["criterion", "label_en", "label_zh", "requirement"], *([c, c, c, v] for c, v in rows)]


# --- sculpting ------------------------------------------------------------------------------------


def test_sculpted_case_of_the_fact_book():
    assert one("CR_SCULPT", CFADS, 0.06, 1.3) == pytest.approx(385.06297340703287, abs=1e-9)
    (principal,) = udfs.call("CR_SCULPT", CFADS, 0.06, 1.3, None, None, None, "principal")
    assert principal == pytest.approx([53.8193, 64.7408, 76.3175, 88.5889, 101.5965], abs=1e-4)


@pytest.mark.parametrize("out", ["principal", "interest", "service", "balance"])
def test_figures_by_period_have_the_shape_of_the_cash_flow(out):
    column = udfs.call("CR_SCULPT", [[cash] for cash in CFADS], 0.06, 1.3, None, None, None, out)
    (row,) = udfs.call("CR_SCULPT", CFADS, 0.06, 1.3, None, None, None, out)
    assert [cell for (cell,) in column] == row


@settings(max_examples=60, deadline=None)
@given(
    periods=st.lists(
        st.tuples(st.floats(-50, 1e4), st.floats(0, 0.2), st.floats(0.8, 3)),
        min_size=1,
        max_size=30,
    ),
    data=st.data(),
)
def test_schedule_is_consistent_whatever_the_cash_flow(periods, data):
    length = data.draw(st.integers(1, len(periods)))
    cash, rates, targets = (list(column) for column in zip(*periods, strict=True))
    headers, *rows = udfs.call("CR_SCULPT", cash, rates, targets, length, None, None, "table")
    table = dict(zip(headers, map(np.array, zip(*rows, strict=True)), strict=True))
    debt = one("CR_SCULPT", cash, rates, targets, length)
    assert len(rows) == length
    assert table["opening"][0] == debt
    assert table["closing"][-1] == 0
    assert (table["opening"][1:] == table["closing"][:-1]).all()
    # Digits below those of the debt are lost when balances are taken from each other.
    slack = 1e-9 * (1 + debt + np.max(np.abs(cash)))
    expected = np.maximum(cash[:length], 0) / np.array(targets[:length])
    assert np.allclose(table["debt service"].astype(float), expected, atol=slack)
    interest = table["opening"] * np.array(rates[:length])
    assert np.allclose(table["interest"].astype(float), interest.astype(float), atol=slack)
    assert table["principal"].sum() == pytest.approx(debt, abs=slack)


def test_cash_flow_after_the_loan_repays_nothing():
    assert one("CR_SCULPT", LONG, 0.06, 1.3, 5) == one("CR_SCULPT", CFADS, 0.06, 1.3)
    (balance,) = udfs.call("CR_SCULPT", LONG, 0.06, 1.3, 5, None, None, "balance")
    assert balance[4:] == [0] * 4


def test_why_names_the_periods_in_which_the_balance_rises():
    cash = [5, 5, 120, 130, 140]
    english = one("CR_SCULPT", cash, 0.06, 1.25, None, None, None, "why")
    chinese = one("CR_SCULPT", cash, 0.06, 1.25, None, None, [2027, 2028, 2029, 2030, 2031], "why", "zh")  # fmt: skip
    assert english.endswith("in periods 1–2 the cash flow does not pay the interest and the balance rises.")  # fmt: skip
    assert "2027 – 2028" in chinese
    assert one("CR_SCULPT", CFADS, 0.06, 1.3, None, None, None, "why") == (
        "A DSCR of 1.3 over 5 periods carries a debt of 385.06 with 76.48 of interest."
    )
    by_period = one("CR_SCULPT", CFADS, 0.06, [1.2, 1.2, 1.3, 1.3, 1.4], None, None, None, "why", "zh")  # fmt: skip
    assert by_period.startswith("目标 DSCR 1.2 至 1.4 在 5 期内可承受债务")


def test_target_must_be_above_zero():
    error = one("CR_SCULPT", CFADS, 0.06, 0)
    assert error.code == "#NUM!"
    assert "dscr" in error.reason


# --- debt capacity --------------------------------------------------------------------------------


def test_each_criterion_gives_its_debt():
    value = sum(cash / 1.06 ** (i + 1) for i, cash in enumerate(CFADS))
    whole = sum(cash / 1.06 ** (i + 1) for i, cash in enumerate(LONG))
    payment = 0.06 / (1 - 1.06**-5)
    cells = (LONG, 0.06, 600, 5)
    cases = [
        ("sculpted", level(("dscr", 1.3)), value / 1.3),
        ("annuity", level(("dscr", 1.3)), 100 / payment / 1.3),
        ("equal principal", level(("dscr", 1.3)), 100 / 1.3 / 0.26),
        ("sculpted", level(("llcr", 1.4)), value / 1.4),
        ("sculpted", level(("plcr", 1.6)), whole / 1.6),
        ("sculpted", level(("gearing", 0.6)), 360),
    ]
    for method, criteria, debt in cases:
        assert one("CR_DEBTSIZE", *cells, method, criteria) == pytest.approx(debt), criteria


def test_least_debt_binds_and_is_named():
    cells = (LONG, 0.06, 400, 5, None, None, None)
    assert one("CR_DEBTSIZE", *cells) == pytest.approx(320)
    assert one("CR_DEBTSIZE", *cells, "binding") == "gearing"
    assert one("CR_DEBTSIZE", *cells, "binding", "zh") == "负债比例"
    assert one("CR_DEBTSIZE", *cells, "why") == (
        "The project carries 320.00, set by gearing 0.8; DSCR 1.3: 385.06, LLCR 1.4: 357.56, "
        "PLCR 1.6: 487.64."
    )
    assert one("CR_DEBTSIZE", *cells, "why", "zh") == (
        "可承受债务 320.00，由负债比例 0.8 决定；其余：偿债备付率 1.3 为 385.06、贷款期覆盖率 1.4 为 "
        "357.56、项目期覆盖率 1.6 为 487.64。"
    )
    headers, *rows = udfs.call("CR_DEBTSIZE", *cells, "table")
    assert headers == ["criterion", "requirement", "debt", "binding"]
    assert [row[3] for row in rows] == [None, None, None, "binding"]


def test_debt_sized_by_dscr_meets_it_in_every_period():
    for method in ("annuity", "equal principal"):
        debt = one("CR_DEBTSIZE", CFADS, 0.06, 1e9, None, method, level(("dscr", 1.3)))
        steps = np.arange(5)
        annuity = np.full(5, debt * 0.06 / (1 - 1.06**-5))
        linear = debt / 5 + 0.06 * debt * (1 - steps / 5)
        service = annuity if method == "annuity" else linear
        least = one("CR_DSCR", CFADS, service.tolist(), None, None, None, "min")
        assert least == pytest.approx(1.3)


@pytest.mark.parametrize(
    ("criteria", "code", "words"),
    [
        (level(("irr", 0.1)), "#VALUE!", "dscr, llcr, plcr, gearing"),
        (level(("dscr", 0)), "#NUM!", "above 0"),
        (level(("dscr", 1.3), ("DSCR", 1.2)), "#VALUE!", "twice"),
    ],
)
def test_criterion_that_cannot_be_used_is_refused(criteria, code, words):
    error = one("CR_DEBTSIZE", LONG, 0.06, 600, 5, None, criteria)
    assert error.code == code
    assert words in error.reason
    assert error.reason_zh


def test_project_without_cash_carries_no_debt():
    assert one("CR_DEBTSIZE", [-5, -5], 0.06, 600) == 0
    assert one("CR_DEBTSIZE", [-5, 100], 0.06, 600, None, "annuity") == 0


# --- break-even -----------------------------------------------------------------------------------


def test_cash_flow_may_fall_until_the_weakest_period_just_pays():
    fall = one("CR_BREAKEVEN", CFADS, 80)
    assert fall == pytest.approx(0.2)
    (ratios,) = udfs.call("CR_DSCR", [cash * (1 - fall) for cash in CFADS], 80)
    assert min(ratios) == pytest.approx(1)


@settings(max_examples=50, deadline=None)
@given(
    periods=st.lists(st.tuples(st.floats(1, 1e4), st.floats(0.5, 1e4)), min_size=1, max_size=20),
    dscr=st.floats(0, 2),
)
def test_after_the_fall_the_least_dscr_is_the_one_asked_for(periods, dscr):
    cash, service = (list(column) for column in zip(*periods, strict=True))
    fall = one("CR_BREAKEVEN", cash, service, dscr)
    fallen = [flow * (1 - fall) for flow in cash]
    least = one("CR_DSCR", fallen, service, None, None, None, "min")
    assert least == pytest.approx(dscr, abs=1e-9 * max(1, max(cash) / min(service)))


def test_revenue_falls_with_costs_unchanged():
    revenue = [160, 170, 180, 190, 200]
    fall = one("CR_BREAKEVEN", CFADS, 80, 1.1, revenue)
    fallen = [c - fall * r for c, r in zip(CFADS, revenue, strict=True)]
    assert one("CR_DSCR", fallen, 80, None, None, None, "min") == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("cells", "english", "chinese"),
    [
        (
            (CFADS, 80, 1.1, None, [2027, 2028, 2029, 2030, 2031]),
            "Cash flow may fall by 12.00% until DSCR is 1.1; the weakest is 2027.",
            "现金流最多可下降 12.00%，DSCR 降至 1.1；最薄弱的是 2027。",
        ),
        (
            (CFADS, [100, 0, 0, 0, 140], 1.1, [200, 200, 200, 200, 200], None),
            "Revenue must rise by 7.00% for a DSCR of 1.1; the weakest is period 5.",
            "收入须增加 7.00%，DSCR 才达到 1.1；最薄弱的是第 5 期。",
        ),
    ],
)
def test_why_names_the_weakest_period(cells, english, chinese):
    assert one("CR_BREAKEVEN", *cells, "why") == english
    assert one("CR_BREAKEVEN", *cells, "why", "zh") == chinese


def test_periods_and_table_show_every_fall():
    cells = (CFADS, [0, 80, 80, 80, 80], None, None, None)
    (falls,) = udfs.call("CR_BREAKEVEN", *cells, "periods")
    assert falls == [None, *(pytest.approx(1 - 80 / cash) for cash in CFADS[1:])]
    headers, first, *_ = udfs.call("CR_BREAKEVEN", *cells, "table", "zh")
    assert headers == ["期间", "可用于偿债的现金流", "还本付息额", "偿债备付率", "可下降比例"]
    assert first == [1, 100, 0, None, None]


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        (([100, -5], 80), "#NUM!", "cfads, period 2"),
        ((CFADS, 0), "#DIV/0!", "no period has debt service"),
        ((CFADS, [80, None, 80, 80, 80]), "#N/A", "debt_service, cell 2"),
        ((CFADS, 80, 1, [1, 2, 0, 4, 5]), "#NUM!", "revenue, period 3"),
    ],
)
def test_period_that_cannot_fall_is_named(cells, code, words):
    error = one("CR_BREAKEVEN", *cells)
    assert error.code == code
    assert words in error.reason
    assert error.reason_zh


@pytest.mark.parametrize("rate", [-1, -1.5])
def test_a_rate_at_which_later_flows_have_no_value_is_refused(rate):
    error = one("CR_DEBTSIZE", CFADS, rate, 600)
    assert error.code == "#NUM!"
    assert "above -100 %" in error.reason
