"""The pricing and limit workbook computes what plain Python computes, and follows its inputs."""

import datetime as dt

import openpyxl
import pytest

from tests.templates.every import errors, named
from udfs import call
from workbook_templates.pricing_limit.layout import PAYMENTS, policy_of
from workbook_templates.pricing_limit.settings import AS_OF
from workbook_templates.pricing_limit.worked_case import (
    BANK,
    CHANNEL_ROWS,
    COLLATERAL,
    COSTS,
    EXCEPTION_ROWS,
    FACILITY_ROWS,
    LOAN,
    RELATION,
    STATEMENTS,
)

NAME = "pricing_limit"
POLICY = policy_of("en").tables
BLOCKS = (LOAN, COSTS, RELATION, STATEMENTS, COLLATERAL, BANK)
GIVEN = {entry.name: entry.value for block in BLOCKS for entry in block}
PD = 0.00402  # BBB+ on the built-in master scale
CAPITAL, HURDLE, TAX = 0.105, 0.11, 0.25


def least_rate(**changed):
    """Funding + cost + expected loss + capital charge - fee, as the fact book has it."""
    g = GIVEN | {"pd": PD, "capital": CAPITAL, "hurdle": HURDLE} | changed
    charge = g["capital"] * g["hurdle"] / (1 - TAX)
    loss = g["pd"] * g["lgd"]
    return g["funding_rate"] + g["operating_cost"] + loss + charge - g["fee_rate"]


def raroc(rate, pd=PD):
    g = GIVEN
    income = rate + g["fee_rate"] - g["funding_rate"] - g["operating_cost"] - pd * g["lgd"]
    return income * (1 - TAX) / CAPITAL


def sheet_of(values, en, zh, lang):
    return values[en if lang == "en" else zh]


def test_the_least_rate_is_the_sum_of_its_parts(values):
    assert named(values, "default_pd") == PD
    assert named(values, "minimum_rate") == pytest.approx(least_rate())


def test_the_waterfall_ends_at_the_least_rate(values, lang):
    sheet = sheet_of(values, "Price", "定价", lang)
    parts = [sheet.cell(row, 4).value for row in range(6, 13)]
    assert sum(parts) == pytest.approx(least_rate())
    assert sheet.cell(12, 5).value == pytest.approx(sheet.cell(13, 4).value)
    for row in range(7, 13):
        before, after = sheet.cell(row - 1, 5).value, sheet.cell(row, 5).value
        assert sheet.cell(row, 6).value == pytest.approx(min(before, after))


def test_raroc_at_the_quoted_rate_is_that_of_the_formula(values):
    assert named(values, "raroc") == pytest.approx(raroc(GIVEN["quoted_rate"]))


def test_the_grid_of_raroc_is_that_of_the_formula(values, lang):
    sheet = sheet_of(values, "Price", "定价", lang)
    for i, change in enumerate((-0.005, -0.0025, 0, 0.0025, 0.005, 0.01)):
        for j, factor in enumerate((0.5, 1, 1.5, 2, 3)):
            shown = sheet.cell(17 + i, 3 + j).value
            assert shown == pytest.approx(raroc(GIVEN["quoted_rate"] + change, PD * factor))


@pytest.mark.parametrize(
    ("place", "changed"),
    [
        (0, {"funding_rate": 0.022}),
        (1, {"operating_cost": 0.007}),
        (2, {"pd": 2 * PD}),
        (3, {"lgd": 0.5}),
        (4, {"capital": 0.115}),
        (5, {"hurdle": 0.13}),
    ],
)
def test_one_change_at_a_time_moves_the_least_rate(values, lang, place, changed):
    sheet = sheet_of(values, "Price", "定价", lang)
    assert sheet.cell(26 + place, 3).value == pytest.approx(least_rate(**changed))


def test_the_price_needs_the_exception_that_python_says(values):
    ((code,),) = call("CR_RATECHECK", GIVEN["quoted_rate"], least_rate(), None, "code")
    assert named(values, "price_code") == code == "branch_exception"


def test_the_schedule_repays_equal_parts_after_the_grace(values):
    principal = named(values, "schedule_principal")
    parts = GIVEN["months"] // 3 - GIVEN["grace"]
    expected = [0.0] * GIVEN["grace"] + [GIVEN["amount"] / parts] * parts
    assert principal[: len(expected)] == pytest.approx(expected)
    assert principal[len(expected) :] == [0] * (PAYMENTS - len(expected))
    balance, interest = GIVEN["amount"], 0.0
    for part in expected:
        interest += balance * GIVEN["quoted_rate"] / 4
        balance -= part
    assert named(values, "total_interest") == pytest.approx(interest)


def test_the_dates_of_the_schedule_are_quarters_after_the_drawdown(values):
    dates = named(values, "schedule_date")
    assert [day.date() for day in dates[:3]] == [
        dt.date(2026, 7, 15), dt.date(2026, 10, 15), dt.date(2027, 1, 15),
    ]  # fmt: skip
    assert dates[12] in (None, "")


def test_the_limit_is_the_least_of_six_methods(values):
    g = GIVEN
    turns = 360 / (
        g["inventory_days"] + g["receivable_days"] - g["payable_days"]
        + g["prepayment_days"] - g["prereceipt_days"]
    )  # fmt: skip
    working = g["sales"] * (1 - g["margin"]) * (1 + g["growth"]) / turns
    need = working - g["own_funds"] - g["existing_loans"] - g["other_funds"]
    leverage = (0.7 * g["assets"] - g["liabilities"]) / 0.3
    rate, years = g["quoted_rate"], g["months"] / 12
    flow = g["cash_flow"] / 1.25 * (1 - (1 + rate) ** -years) / rate
    equity = g["equity"] * 1.0 - g["existing_credit"]
    collateral = g["collateral_value"] * 0.8 * 0.6
    used = sum(row[7] for row in FACILITY_ROWS if row[1] == "C0104")
    room = 0.1 * g["net_capital"] - used
    expected = [need, leverage, flow, equity, collateral, room]
    assert named(values, "method_credit") == pytest.approx(expected)
    assert named(values, "new_limit") == pytest.approx(min(expected))


def test_the_blended_cost_weighs_all_in_costs_by_amount(values):
    total = sum(row[1] for row in CHANNEL_ROWS)
    cost = sum(row[1] * (row[2] + (row[3] or 0) / (row[4] or 1)) for row in CHANNEL_ROWS) / total
    assert named(values, "mix_cost") == pytest.approx(cost)
    assert named(values, "mix_after_tax") == pytest.approx(cost * (1 - TAX))


def test_available_is_limit_less_used(values):
    available = named(values, "reg_available")[: len(FACILITY_ROWS)]
    assert available == [row[6] - row[7] for row in FACILITY_ROWS]


def test_next_reviews_are_those_of_python(values):
    rows = FACILITY_ROWS
    reviews = call(
        "CR_NEXTREVIEW",
        [[row[10]] for row in rows],
        [[row[5][0]] for row in rows],
        [[row[11][0]] for row in rows],
    )
    epoch = dt.date(1899, 12, 30)
    shown = [day.date() for day in named(values, "reg_review")[: len(rows)]]
    assert shown == [epoch + dt.timedelta(days=int(day)) for (day,) in reviews]


def test_the_register_counts_what_is_over_and_expired(values):
    assert named(values, "count_over") == sum(row[7] > row[6] for row in FACILITY_ROWS) == 1
    assert named(values, "count_expired") == sum(row[9] < AS_OF for row in FACILITY_ROWS) == 1


def test_the_gravest_fault_of_a_facility_is_its_status(values, lang):
    status = named(values, "reg_status")
    assert status[8] == {"en": "Over the limit", "zh": "超额度"}[lang]
    assert status[7] == {"en": "In order", "zh": "正常"}[lang]
    assert status[len(FACILITY_ROWS)] in (None, "")


def test_the_exception_log_tells_open_expired_and_closed_apart(values, lang):
    words = {
        "en": ["Open", "Expired", "Expires soon", "Open", "Closed"],
        "zh": ["有效", "已到期", "即将到期", "有效", "已关闭"],
    }
    assert named(values, "exc_status")[: len(EXCEPTION_ROWS)] == words[lang]
    assert named(values, "exceptions_open") == 4


def test_the_level_is_the_highest_that_anything_asks_for(values):
    assert named(values, "total_request") == 3000 + 2000 + 800
    assert named(values, "level_amount") == 3
    assert named(values, "level_price") == 3
    assert named(values, "level_needed") == 3


def test_a_better_grade_lowers_the_least_rate_as_python_says(live):
    live.set("grade", "AA")
    live.calculate()
    assert live["minimum_rate"] == pytest.approx(least_rate(pd=0.00021))
    assert live["level_amount"] == 2
    assert live["check_total"] == 0


def test_a_higher_hurdle_in_the_policy_raises_the_least_rate(live):
    live.policy(POLICY["pricing_policy"], 2, "value", 0.13)
    live.calculate()
    assert live["minimum_rate"] == pytest.approx(least_rate(hurdle=0.13))
    assert live["hurdle"] == 0.13
    assert live["check_total"] == 0


def test_a_request_above_the_limit_goes_to_the_level_of_the_policy(live):
    live.set("amount", 5_000)
    live.calculate()
    assert live["limit_margin"] < 0
    assert live["level_limit"] == 4
    assert live["collateral_short"] > 0
    assert live["level_needed"] == 4
    assert live["check_total"] == 0


def test_a_method_switched_off_no_longer_binds(live):
    live.policy(POLICY["limit_methods"], 4, "active", False)
    live.calculate()
    assert live["new_limit"] == pytest.approx(3_400)
    assert live["check_total"] == 0


@pytest.mark.parametrize(
    ("en", "zh", "method"), [("Annuity", "等额本息", "annuity"),
                             ("Interest only, principal at the end", "按期付息到期还本", "bullet")],
)  # fmt: skip
def test_other_repayments_follow_python(live, en, zh, method):
    live.set("repayment", en if live.lang == "en" else zh)
    live.calculate()
    g = GIVEN
    ((interest,),) = call(
        "CR_INSTALMENT", g["amount"], g["quoted_rate"], g["months"], method, "quarterly",
        g["grace"], g["residual"], "interest",
    )  # fmt: skip
    assert live["total_interest"] == pytest.approx(interest)
    assert sum(live["schedule_interest"]) == pytest.approx(interest)
    assert live["check_total"] == 0


def test_a_later_as_of_date_makes_more_facilities_expire(live):
    live.set("asof", dt.date(2026, 6, 30))
    live.calculate()
    expired = sum(row[9] < dt.date(2026, 6, 30) for row in FACILITY_ROWS)
    assert live["count_expired"] == expired
    assert live["exceptions_expired"] == 2


def test_an_exception_without_an_owner_shows_in_the_check(live):
    live.set("exc_owner", None)
    live.calculate()
    assert live["exceptions_unowned"] == 1
    assert live["check_total"] == 1


def test_the_language_of_results_follows_one_cell(live):
    other = "zh" if live.lang == "en" else "en"
    live.set("lang", other)
    live.calculate()
    assert live["limit_method"] == {"en": "collateral", "zh": "押品价值"}[other]
    assert live["check_total"] == 0


@pytest.mark.parametrize(
    "blank",
    [("grade",), ("amount", "start"), ("funding_rate", "lpr"), ("quoted_rate",),
     ("collateral_kind", "tier"), ("customer_no", "tier1_capital")],
    ids="-".join,
)  # fmt: skip
def test_an_unfinished_request_adds_up_without_errors(live, blank, tmp_path):
    for name in blank:
        live.set(name, None)
    live.calculate()
    live.book.save(tmp_path / "changed.xlsx")
    book = openpyxl.load_workbook(tmp_path / "changed.xlsx", data_only=True)
    assert errors(book) == []
    assert named(book, "check_total") == 0
