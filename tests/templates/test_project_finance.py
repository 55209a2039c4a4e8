"""The project finance workbook computes what plain Python computes, and follows its inputs."""

import openpyxl
import pytest

from tests.templates.every import errors, named
from udfs import call
from workbook_templates.project_finance.layout import CASES, PERIODS, policy_of
from workbook_templates.project_finance.worked_case import (
    ANSWERS,
    FIRST_YEAR_FACTOR,
    LOAN,
    MAJOR_MAINTENANCE,
    OPERATION,
    TAX,
    USES,
)

NAME = "project_finance"
POLICY = policy_of("en").tables
GIVEN = {entry.name: entry.value for entry in (*USES, *OPERATION, *TAX, *LOAN)}
TAX_SHARES = {1: 0, 4: 0.5, 7: 1}
CASE_FACTORS = [
    (1, 1, 1, 0, 0),
    (0.9, 1, 1, 0, 0),
    (1, 0.9, 1, 0, 0),
    (1, 1, 1.15, 0, 0),
    (1, 1, 1, 0.01, 0),
    (0.95, 0.95, 1.1, 0.005, 15),
]


def cash_flow(number, given=None):
    """Cash flow available for debt service of a case, year by year, in plain arithmetic."""
    g = GIVEN | (given or {})
    volume, price, cost, _, days = CASE_FACTORS[number - 1]
    investment = sum(g[use.name] for use in USES)
    assets = investment - g["use_working_capital"] - g["use_reserve"]
    flow, receivables = [], 0.0
    for year in range(1, PERIODS + 1):
        if year > g["project_life"]:
            flow.append(-0.0 + receivables)
            receivables = 0.0
            continue
        output = g["volume"] * (1 + g["volume_growth"]) ** (year - 1) * volume
        output *= FIRST_YEAR_FACTOR if year == 1 else 1
        unit = g["price"] * (1 + g["price_growth"]) ** (year - 1) * price
        revenue = output * unit + g["other_revenue"]
        fixed = g["fixed_cost"] * (1 + g["cost_growth"]) ** (year - 1)
        costs = (fixed + g["variable_share"] * revenue) * cost
        surcharges = g["surcharge_share"] * revenue
        repairs = MAJOR_MAINTENANCE.get(year, 0) * cost
        depreciation = 0.0
        if year <= g["depreciation_years"]:
            depreciation = assets * (1 - g["residual_share"]) / g["depreciation_years"]
        share = max((start, part) for start, part in TAX_SHARES.items() if start <= year)[1]
        profit = revenue - costs - surcharges - repairs - depreciation
        tax = g["tax_rate"] * share * max(0.0, profit)
        owed = revenue * (g["collection_days"] + days) / 365 * (year < g["project_life"])
        flow.append(revenue - costs - surcharges - repairs - tax - (owed - receivables))
        receivables = owed
    return flow


def loan(given=None):
    """The loan, its DSCR and its balances at the end of each year."""
    g = GIVEN | (given or {})
    flow = [cash_flow(1, given)]
    investment = sum(g[use.name] for use in USES)
    ((capacity,),) = call("CR_DEBTSIZE", flow, g["loan_rate"], investment, g["tenor"])
    amount = min(g["requested"], capacity)
    ((target,),) = call("CR_LLCR", flow, g["loan_rate"], amount, g["tenor"])
    (balance,) = call("CR_SCULPT", flow, g["loan_rate"], target, g["tenor"], None, None, "balance")
    return capacity, amount, target, balance


@pytest.mark.parametrize("number", range(1, CASES + 1))
def test_the_cash_flow_of_each_case_is_that_of_plain_arithmetic(values, number):
    assert named(values, f"case{number}_cfads") == pytest.approx(cash_flow(number), abs=1e-6)


def test_the_loan_is_sized_and_sculpted_as_python_says(values):
    capacity, amount, target, balance = loan()
    assert named(values, "debt_capacity") == pytest.approx(capacity)
    assert named(values, "loan_amount") == pytest.approx(amount)
    assert named(values, "sculpt_dscr") == pytest.approx(target)
    opening = [amount, *balance[:-1]]
    assert named(values, "loan_opening") == pytest.approx(opening, abs=1e-6)
    assert sum(named(values, "loan_principal")) == pytest.approx(amount)


def test_sculpted_the_loan_has_one_dscr_which_is_its_llcr(values):
    tenor = GIVEN["tenor"]
    *_, target, _ = loan()
    for ratio in ("dscr", "llcr"):
        assert named(values, ratio)[:tenor] == pytest.approx([target] * tenor)
        assert named(values, ratio)[tenor:] == [None] * (PERIODS - tenor)


@pytest.mark.parametrize("number", range(1, CASES + 1))
def test_the_least_dscr_of_each_case_is_that_of_python(values, lang, number):
    _, amount, _, balance = loan()
    opening = [amount, *balance[:-1]]
    rate = GIVEN["loan_rate"] + CASE_FACTORS[number - 1][3]
    service = [start - end + start * rate for start, end in zip(opening, balance, strict=True)]
    ((least,),) = call("CR_DSCR", [cash_flow(number)], [service], None, None, None, "min")
    sheet = values[{"en": "Scenarios", "zh": "情景对比"}[lang]]
    assert sheet.cell(5 + number, 8).value == pytest.approx(least)


def test_the_break_even_is_that_of_python(values):
    revenue, service = named(values, "revenue"), named(values, "service")
    share = min(
        (flow - due) / earned
        for flow, due, earned in zip(cash_flow(1), service, revenue, strict=True)
        if due > 0
    )
    assert named(values, "shown_fall") == pytest.approx(share)


def test_the_rating_is_that_of_python(values):
    items = [f"{i}" for i in range(1, 19)] + ["19b"] + [f"{i}" for i in range(20, 29)]
    answers = ANSWERS | {"2": "good", "4": "strong"}
    column = [[answers[item]] for item in items]
    named_items = [[item] for item in items]
    ((slot,),) = call("CR_SLOTGRID", column, named_items, None, None, None, None, None, "slot")
    assert slot == 1
    assert named(values, "slot_weight") == 0.7
    assert named(values, "slot_loss") == 0.004
    assert named(values, "slot_average") == pytest.approx(1.3)
    # CR_RATE's own formula: funding + cost + expected loss + capital charge - fee.
    charge = 0.7 * 0.105 * 0.11 / 0.75
    rate = 0.019 + 0.002 + 0.004 + charge - 0.0005
    assert named(values, "minimum_rate") == pytest.approx(rate)


def test_a_lower_price_lowers_the_loan_as_python_says(live):
    live.set("price", 0.25)
    live.calculate()
    capacity, amount, target, _ = loan({"price": 0.25})
    assert amount < GIVEN["requested"]
    assert live["debt_capacity"] == pytest.approx(capacity)
    assert live["loan_amount"] == pytest.approx(amount)
    assert live["least_dscr"] == pytest.approx(target)
    assert live["check_total"] == 0


def test_a_stricter_llcr_lowers_the_debt_capacity_in_proportion(live):
    before = live["debt_capacity"]
    live.policy(POLICY["debt_sizing"], 1, "requirement", 2.0)
    live.calculate()
    assert live["debt_capacity"] == pytest.approx(before * 1.4 / 2.0)
    assert live["check_total"] == 0


def test_without_a_request_the_loan_is_the_capacity(live):
    live.set("requested", None)
    live.calculate()
    assert live["loan_amount"] == pytest.approx(loan()[0])


@pytest.mark.parametrize(("method", "index"), [("annuity", 1), ("equal principal", 2)])
def test_other_repayments_follow_the_schedule_of_python(live, method, index):
    words = {"annuity": ("Annuity", "等额本息"), "equal principal": ("Equal principal", "等额本金")}
    live.set("repayment", words[method][0 if live.lang == "en" else 1])
    live.calculate()
    amount = live["loan_amount"]
    g = GIVEN
    investment = sum(g[use.name] for use in USES)
    ((capacity,),) = call(
        "CR_DEBTSIZE", [cash_flow(1)], g["loan_rate"], investment, g["tenor"], method
    )
    assert amount == pytest.approx(min(g["requested"], capacity))
    due = live["loan_service"][: g["tenor"]]
    if index == 1:
        factor = (1 - (1 + g["loan_rate"]) ** -g["tenor"]) / g["loan_rate"]
        assert due == pytest.approx([amount / factor] * g["tenor"])
    else:
        principal = amount / g["tenor"]
        balances = [amount - principal * year for year in range(g["tenor"])]
        assert due == pytest.approx([principal + b * g["loan_rate"] for b in balances])
    assert live["check_total"] == 0


def test_the_case_shown_changes_the_pages_but_not_the_loan(live):
    amount = live["loan_amount"]
    live.set("reporting_case", {"en": "Combined downside", "zh": "综合压力"}[live.lang])
    live.calculate()
    assert live["loan_amount"] == pytest.approx(amount)
    assert live["cfads"] == pytest.approx(cash_flow(6), abs=1e-6)
    assert sum(live["locked"]) > 0
    assert live["check_total"] == 0


def years_of(live, title):
    """The years of each row of a sheet with years across, by the row's label."""
    block = live.book.sheet(title).values(1, 1, 120, 36)
    return {row[1]: list(row[6:]) for row in block if isinstance(row[1], str)}


def test_distributions_wait_while_locked_up(live):
    live.set("reporting_case", {"en": "Combined downside", "zh": "综合压力"}[live.lang])
    live.calculate()
    rows = years_of(live, {"en": "Cash flow", "zh": "现金流"}[live.lang])
    given = rows[{"en": "Distributed to the owners", "zh": "向股东分配"}[live.lang]]
    for locked, paid in zip(live["locked"], given, strict=True):
        assert not (locked and paid)


def test_a_higher_covenant_locks_distributions_up(live):
    assert sum(live["locked"]) == 0
    live.policy(POLICY["project_covenants"], 0, "dscr", 1.6)
    live.calculate()
    assert sum(live["locked"]) == GIVEN["tenor"]


def test_a_weak_answer_worsens_the_slot_and_raises_the_rate(live):
    rate = live["minimum_rate"]
    weak = {"en": "weak", "zh": "差"}[live.lang]
    sheet, area = live.place("slotting_answers")
    for row in range(area.first_row, area.last_row + 1):
        sheet.set_values(row, area.first_column - 1, [[weak]])
    live.calculate()
    assert live["slot_weight"] == 2.5
    assert live["minimum_rate"] > rate


def test_a_missing_answer_leaves_the_slot_open_and_is_counted(live):
    sheet, area = live.place("slotting_answers")
    sheet.set_values(area.first_row, area.first_column - 1, [[None]])
    live.calculate()
    assert live["missing_answers"] == 1
    assert live["slot"] in (None, "")


def test_the_language_of_results_follows_one_cell(live):
    other = "zh" if live.lang == "en" else "en"
    live.set("lang", other)
    live.calculate()
    assert live["slot"] == {"en": "strong", "zh": "优"}[other]
    assert live["check_total"] == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"price": 0.1},
        {"price": 0.04},
        {"project_life": 12},
        {"project_life": 30, "tenor": 25, "requested": None, "use_reserve": None},
        {"loan_rate": None},
        {"first_year": None, "repayment": None},
    ],
    ids=["years of negative cash flow", "no cash flow", "loan beyond life", "long loan", "no rate",
         "no year and no repayment"],
)  # fmt: skip
def test_unusual_and_unfinished_projects_add_up_without_errors(live, changes, tmp_path):
    for name, value in changes.items():
        live.set(name, value)
    live.calculate()
    live.book.save(tmp_path / "changed.xlsx")
    book = openpyxl.load_workbook(tmp_path / "changed.xlsx", data_only=True)
    assert errors(book) == []
    assert named(book, "check_total") == 0
