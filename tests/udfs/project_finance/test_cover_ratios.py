import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs

CFADS = [100, 110, 120, 130, 140]
LONG = [*CFADS, 140, 140, 140]
PAYMENT = 94.95856017247579
"""The annuity of 400 at 6 % over five years (oracles.json, topic 9)."""
YEARS = [2027, 2028, 2029, 2030, 2031]


def one(name, *cells):
    ((cell,),) = udfs.call(name, *cells)
    return cell


def down(cells):
    return [[cell] for cell in cells]


def annuity_balances(debt, rate, count):
    payment = debt * rate / (1 - (1 + rate) ** -count)
    balances = []
    for _ in range(count):
        balances.append(debt)
        debt = debt * (1 + rate) - payment
    return balances


# --- DSCR -----------------------------------------------------------------------------------------


def test_annuity_case_of_the_fact_book():
    (ratios,) = udfs.call("CR_DSCR", CFADS, PAYMENT)
    assert ratios == pytest.approx([1.0531, 1.1584, 1.2637, 1.369, 1.4743], abs=5e-5)
    assert one("CR_DSCR", CFADS, PAYMENT, None, None, None, "min") == pytest.approx(
        1.053090946, abs=1e-9
    )
    assert one("CR_DSCR", CFADS, PAYMENT, None, None, None, "average") == pytest.approx(
        1.263709136, abs=1e-9
    )


def test_equal_principal_case_of_the_fact_book():
    service = [80 + 0.06 * (400 - 80 * i) for i in range(5)]
    (ratios,) = udfs.call("CR_DSCR", CFADS, service)
    assert ratios == pytest.approx([0.9615, 1.1089, 1.2712, 1.4509, 1.6509], abs=5e-5)


@pytest.mark.parametrize(("turn", "rows"), [(lambda cells: cells, 1), (down, 5)])
def test_result_has_the_shape_of_the_cash_flow(turn, rows):
    result = udfs.call("CR_DSCR", turn(CFADS), down([PAYMENT] * 5))
    assert len(result) == rows
    assert sum(map(len, result)) == 5


def test_period_without_debt_service_is_blank_and_counts_nowhere():
    cash, service = [50, *CFADS, None], [0, *[PAYMENT] * 5, None]
    (ratios,) = udfs.call("CR_DSCR", cash, service)
    assert ratios[0] is None
    assert ratios[-1] is None
    assert one("CR_DSCR", cash, service, None, None, None, "average") == pytest.approx(1.263709136)
    (levels,) = udfs.call("CR_DSCR", cash, service, None, None, None, "level")
    assert levels == [None, "default", "lock-up", "met", "met", "met", None]


@pytest.mark.parametrize(
    ("cash", "service", "code", "reason"),
    [
        ([100, None, 120], [90, 90, 90], "#N/A", "2028: cfads is missing."),
        ([100, 110, 120], [90, None, 90], "#N/A", "2028: debt_service is missing"),
        ([100, "n/a", 120], [90, 90, 90], "#VALUE!", "2028: cfads"),
        ([100, 110, 120], [90, -1, 90], "#NUM!", "2028: debt_service"),
        ([100, None, 120], 90, "#N/A", "2028: cfads is missing."),
    ],
)
def test_faulty_period_keeps_its_error_and_there_is_no_minimum_without_it(
    cash, service, code, reason
):
    (ratios,) = udfs.call("CR_DSCR", cash, service)
    assert ratios[0] == pytest.approx(100 / 90)
    assert ratios[1].code == code
    for out in ("min", "average", "why"):
        error = one("CR_DSCR", cash, service, YEARS[:3], None, None, out)
        assert error.code == code
        assert error.reason.startswith(reason)
        assert "2028：" in error.reason_zh


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        ((CFADS, [90, 90]), "#VALUE!", "5 and 2 cells"),
        ((CFADS, 90, [2027, 2028]), "#VALUE!", "5 cells, one for each period"),
        ((CFADS, 0, None, None, None, "min"), "#DIV/0!", "no period has debt service"),
    ],
)
def test_bad_call_says_what_is_wrong(cells, code, words):
    error = one("CR_DSCR", *cells)
    assert error.code == code
    assert words in error.reason
    assert error.reason_zh


@pytest.mark.parametrize(
    ("lang", "reason"),
    [
        (
            "en",
            (
                "DSCR is lowest in 2027 at 1.053 and 1.264 on average over 5 periods; below the "
                "lock-up level of 1.25 in 2 periods (2027 – 2028), below the default level of 1.1 in "
                "1 period (2027)."
            ),
        ),
        (
            "zh",
            (
                "DSCR 最低为 1.053（2027），5 期平均 1.264；低于“分红锁定”水平 1.25 的有 2 期（2027 – 2028），"
                "低于“违约”水平 1.1 的有 1 期（2027）。"
            ),
        ),
    ],
)
def test_why_names_the_periods_of_breach(lang, reason):
    assert one("CR_DSCR", CFADS, PAYMENT, YEARS, None, None, "why", lang) == reason


@pytest.mark.parametrize(
    ("periods", "shown"),
    [
        ([46387, 46752, 47118, 47483, 47848], "2026-12-31"),
        ([dt.datetime(2026, 12, 31), None, "3", "4", "5"], "2026-12-31"),  # noqa: DTZ001 - a cell's date has no zone
        (["Y1", "Y2", "Y3", "Y4", "Y5"], "Y1"),
        (None, "period 1"),
    ],
)
def test_periods_go_by_date_number_or_name(periods, shown):
    assert f"lowest in {shown} at" in one("CR_DSCR", CFADS, PAYMENT, periods, None, None, "why")
    assert "第 1 期" in one("CR_DSCR", CFADS, PAYMENT, None, None, None, "why", "zh")


def test_breaches_apart_from_each_other_are_listed_apart():
    cash = [100, 130, 100, 105, 130]
    text = one("CR_DSCR", cash, 90, None, None, None, "why")
    assert text.endswith("below the lock-up level of 1.25 in 3 periods (periods 1, 3–4).")


def test_cover_at_its_level_is_no_breach():
    debt = one("CR_SCULPT", CFADS, 0.06, 1.25)
    (service,) = udfs.call("CR_SCULPT", CFADS, 0.06, 1.25, None, None, None, "service")
    assert debt > 400
    text = one("CR_DSCR", CFADS, service, None, None, None, "why")
    assert text.endswith("; no covenant is breached.")


def test_table_shows_every_period_with_its_headroom():
    headers, *rows = udfs.call(
        "CR_DSCR", [50, *CFADS], [0, *[PAYMENT] * 5], None, None, None, "table"
    )
    assert headers == ["period", "CFADS", "debt service", "DSCR", "covenant", "headroom"]
    assert rows[0] == [1, 50, 0, None, None, None]
    assert rows[1][4] == "default"
    assert rows[1][5] == pytest.approx(100 - 1.25 * PAYMENT)
    chinese = udfs.call("CR_DSCR", CFADS, PAYMENT, YEARS, None, None, "table", "zh")
    assert chinese[0][3] == "偿债备付率"
    assert chinese[1][0] == "2027"
    assert chinese[1][4] == "违约"


def test_own_covenants_are_used_and_must_fall():
    headers = ["约束条款", "英文名称", "中文名称", "偿债备付率"]
    own = [headers, ["cash_sweep", "cash sweep", "现金清扫", 1.4], ["default", "default", "违约", 1.0]]  # fmt: skip
    (levels,) = udfs.call("CR_DSCR", CFADS, PAYMENT, None, own, None, "level")
    assert levels == ["cash sweep"] * 4 + ["met"]
    error = one("CR_DSCR", CFADS, PAYMENT, None, [headers, own[2], own[1]])
    assert error.code == "#VALUE!"
    assert "fall from row to row" in error.reason


def test_window_tests_several_periods_together():
    cash, service = [60, 140, 70, 150, 80], [90, 80, 90, 80, 90]
    (ratios,) = udfs.call("CR_DSCR", cash, service, None, None, 2)
    assert ratios == [None, *(pytest.approx(sums / 170) for sums in (200, 210, 220, 230))]
    assert one("CR_DSCR", cash, service, None, None, 2, "min") == pytest.approx(200 / 170)
    _, *rows = udfs.call("CR_DSCR", cash, service, None, None, 2, "table")
    assert rows[1][1:4] == [200, 170, pytest.approx(200 / 170)]
    (four,) = udfs.call("CR_DSCR", cash, 100, None, None, 4)
    assert four == [None] * 3 + [pytest.approx(420 / 400), pytest.approx(440 / 400)]


def test_faulty_period_is_in_every_window_that_holds_it():
    (ratios,) = udfs.call("CR_DSCR", [60, None, 70, 150, 80], 90, None, None, 2)
    assert [getattr(cell, "code", cell) for cell in ratios[:3]] == [None, "#N/A", "#N/A"]
    assert ratios[3] == pytest.approx(220 / 180)


# --- LLCR and PLCR --------------------------------------------------------------------------------


def test_life_cover_of_the_fact_book():
    assert one("CR_LLCR", CFADS, 0.06, 400) == pytest.approx(1.251454664, abs=1e-9)
    assert one("CR_LLCR", LONG, 0.06, 400, 5) == pytest.approx(1.251454664, abs=1e-9)
    assert one("CR_PLCR", LONG, 0.06, 400) == pytest.approx(1.950555172, abs=1e-9)


def test_life_cover_by_year_of_the_fact_book():
    balances = [*annuity_balances(400, 0.06, 5), 0, 0, 0]
    (ratios,) = udfs.call("CR_LLCR", LONG, 0.06, balances)
    assert ratios[:5] == pytest.approx([1.2515, 1.3087, 1.3649, 1.4201, 1.4743], abs=5e-5)
    assert ratios[5:] == [None] * 3


def test_what_rounding_left_of_a_repaid_loan_is_no_debt():
    balances = [*annuity_balances(400, 0.06, 5), 3e-14, 0, 0]
    (ratios,) = udfs.call("CR_LLCR", LONG, 0.06, balances)
    assert ratios[5] is None
    assert ratios[0] == pytest.approx(1.251454664)


@pytest.mark.parametrize("frequency", ["yearly", "half-yearly", "quarterly", "monthly", "季"])
def test_rate_of_a_period_is_its_share_of_the_year(frequency):
    months = {"yearly": 12, "half-yearly": 6, "quarterly": 3, "monthly": 1, "季": 3}[frequency]
    rate = 0.06 * months / 12
    value = sum(cash / (1 + rate) ** (i + 1) for i, cash in enumerate(CFADS))
    assert one("CR_LLCR", CFADS, 0.06, 400, None, None, frequency) == pytest.approx(value / 400)


def test_rates_may_differ_by_period_and_reserves_are_added():
    rates = [0.06, 0.05, 0.04, 0.05, 0.06]
    factor, value = 1.0, 0.0
    for cash, rate in zip(CFADS, rates, strict=True):
        factor /= 1 + rate
        value += cash * factor
    assert one("CR_LLCR", CFADS, rates, 400) == pytest.approx(value / 400)
    assert one("CR_LLCR", CFADS, rates, 400, None, 20) == pytest.approx((value + 20) / 400)


def test_covenants_of_life_cover_are_named():
    balances = annuity_balances(400, 0.06, 5)
    assert one("CR_LLCR", CFADS, 0.06, balances, None, None, None, YEARS, None, "why") == (
        "LLCR is lowest in 2027 at 1.251; below the lock-up level of 1.5 in 5 periods (2027 – 2031)."
    )
    assert one("CR_LLCR", CFADS, 0.06, 400, *[None] * 5, "why", "zh") == (
        "LLCR 为 1.251；低于“分红锁定”水平 1.5 的有 1 期（第 1 期）。"
    )
    assert one("CR_PLCR", LONG, 0.06, 400, *[None] * 4, "level", "zh") == "分红锁定"
    assert one("CR_PLCR", LONG, 0.06, 300, *[None] * 4, "level", "zh") == "达标"
    headers, *rows = udfs.call("CR_LLCR", CFADS, 0.06, balances, *[None] * 5, "table", "zh")
    assert headers == ["期间", "可用于偿债的现金流", "现值", "债务余额", "贷款期覆盖率", "约束条款"]
    assert [row[3] for row in rows] == pytest.approx(balances)
    assert one("CR_LLCR", CFADS, 0.06, balances, *[None] * 5, "min") == rows[0][4]
    average = one("CR_LLCR", CFADS, 0.06, balances, *[None] * 5, "average")
    assert average == pytest.approx(np.mean([row[4] for row in rows]))


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        (([100, None, 120], 0.06, 400), "#N/A", "cfads, cell 2"),
        (([100, "x", 120], 0.06, 400), "#VALUE!", "cfads, cell 2"),
        ((CFADS, [0.06, 0.05], 400), "#VALUE!", "rate must be 5 cells"),
        ((CFADS, -1, 400), "#NUM!", "above -100 %"),
        ((CFADS, 0.06, 0), "#DIV/0!", "nothing to cover"),
        ((CFADS, 0.06, 400, 6), "#NUM!", "at most 5"),
        ((CFADS, 0.06, 400, 2.5), "#NUM!", "whole number"),
        ((CFADS, 0.06, -4), "#NUM!", "debt"),
    ],
)
def test_missing_figure_is_named(cells, code, words):
    error = one("CR_LLCR", *cells)
    assert error.code == code
    assert words in error.reason
    assert error.reason_zh


@settings(max_examples=60, deadline=None)
@given(
    cash=st.lists(st.floats(1, 1e5), min_size=1, max_size=40),
    rate=st.floats(0, 0.3),
    target=st.floats(1, 3),
    frequency=st.sampled_from(["yearly", "half-yearly", "quarterly", "monthly"]),
)
def test_sculpted_debt_has_an_llcr_of_its_dscr_at_every_date(cash, rate, target, frequency):
    headers, *rows = udfs.call("CR_SCULPT", down(cash), rate, target, None, frequency, None, "table")  # fmt: skip
    opening = [row[headers.index("opening")] for row in rows]
    ratios = udfs.call("CR_LLCR", down(cash), rate, down(opening), None, None, frequency)
    found = [ratio for (ratio,) in ratios]
    assert found == [None if ratio is None else pytest.approx(target, rel=1e-9) for ratio in found]
    assert found[0] is not None
    service = [row[headers.index("debt service")] for row in rows]
    assert one("CR_DSCR", down(cash), down(service), None, None, None, "min") == pytest.approx(
        target
    )


@pytest.mark.parametrize(
    ("lang", "end"), [("en", "13, 15 and 12 more)"), ("zh", "15 期，另有 12 期）")]
)
def test_many_breaches_are_counted_but_not_all_named(lang, end):
    cash = [100, 200] * 20
    text = one("CR_DSCR", cash, 88, None, None, None, "why", lang)
    assert text.rstrip("。.").endswith(end)
