"""The customer rating workbook: right values, alive, keeps the rules, can be emptied."""

import re

import pytest

from tests.templates import rules
from tests.templates.every import cells, named, written
from tests.templates.live import Live
from udfs import call
from workbook_templates.customer_rating import layout
from workbook_templates.customer_rating.case import AS_OF, COLLATERAL, FIGURES
from workbook_templates.formulas import compute

NAME = "customer_rating"
POLICY_SHEETS = ("policy", "ratio_policy", "credit_policy", "tier_policy")
LAST = {code: values[2] for code, values in FIGURES.items()}
PRIOR = {code: values[1] for code, values in FIGURES.items()}
FIRST = {code: values[0] for code, values in FIGURES.items()}


def policy_titles(lang):
    return [layout.title(key, lang) for key in POLICY_SHEETS]


def total(year, *codes):
    return sum(year[code] for code in codes)


def assets(year):
    return total(
        year, "cash", "trading_assets", "notes_receivable", "accounts_receivable",
        "receivables_financing", "prepayments", "other_receivables", "inventories",
        "other_current_assets", "long_term_investments", "fixed_assets",
        "construction_in_progress", "intangible_assets", "deferred_tax_assets",
        "other_non_current_assets",
    )  # fmt: skip


def current_liabilities(year):
    return total(
        year, "short_term_borrowings", "notes_payable", "accounts_payable", "contract_liabilities",
        "employee_benefits_payable", "taxes_payable", "other_payables",
        "non_current_liabilities_due",
    )  # fmt: skip


def liabilities(year):
    return current_liabilities(year) + total(year, "long_term_borrowings", "deferred_income")


def equity(year):
    return total(
        year, "share_capital", "capital_reserve", "surplus_reserve", "undistributed_profit"
    )


def operating_profit(year):
    costs = total(
        year, "cost_of_sales", "taxes_and_surcharges", "selling_expenses",
        "administrative_expenses", "research_expenses", "finance_expenses", "impairment_losses",
    )  # fmt: skip
    return year["revenue"] + year["other_income"] - costs


def profit_before_tax(year):
    return operating_profit(year) + year["non_operating_income"] - year["non_operating_expenses"]


def net_profit(year):
    return profit_before_tax(year) - year["income_tax"]


def operating_cash(year):
    paid = total(
        year, "cash_paid_for_goods", "cash_paid_to_employees", "taxes_paid",
        "other_operating_payments",
    )  # fmt: skip
    return year["cash_from_sales"] + year["other_operating_receipts"] - paid


# The worked case itself


@pytest.mark.parametrize("year", [FIRST, PRIOR, LAST], ids=["first", "prior", "last"])
def test_the_balance_sheet_of_the_case_balances(year):
    assert assets(year) == liabilities(year) + equity(year)


@pytest.mark.parametrize(("year", "before"), [(PRIOR, FIRST), (LAST, PRIOR)])
def test_the_cash_flow_of_the_case_follows_from_its_balance_sheets(year, before):
    """The indirect method, from profit and the changes of balances, gives the same cash flow."""
    held = ("notes_receivable", "accounts_receivable", "receivables_financing", "prepayments",
            "other_receivables", "inventories", "other_current_assets", "deferred_tax_assets")  # fmt: skip
    owed = ("notes_payable", "accounts_payable", "contract_liabilities",
            "employee_benefits_payable", "taxes_payable", "other_payables", "deferred_income")  # fmt: skip
    changes = total(year, *owed) - total(before, *owed) - total(year, *held) + total(before, *held)
    spread = total(year, "fixed_asset_depreciation", "intangible_amortisation", "interest_expense")
    assert net_profit(year) + spread + changes == operating_cash(year)


@pytest.mark.parametrize(("year", "before"), [(PRIOR, FIRST), (LAST, PRIOR)])
def test_retained_earnings_of_the_case_grow_by_profit_less_dividends(year, before):
    kept = total(year, "surplus_reserve", "undistributed_profit")
    grown = kept - total(before, "surplus_reserve", "undistributed_profit")
    assert grown == net_profit(year) - year["dividends_declared"]


# Values


def test_nothing_is_missing(values):
    assert named(values, "missing_inputs") == 0


def expected_factors():
    """The scorecard's factors, by hand from the case."""
    current = assets(LAST) - total(
        LAST, "long_term_investments", "fixed_assets", "construction_in_progress",
        "intangible_assets", "deferred_tax_assets", "other_non_current_assets",
    )  # fmt: skip
    haircuts = {"industrial": 0.2, "land": 0.15, "receivables": 0.2}
    recognised = sum(v * (1 - haircuts[kind]) - p for kind, _, _, v, p in COLLATERAL)
    interest = LAST["interest_expense"]
    return {
        "debt_ratio": liabilities(LAST) / assets(LAST),
        "current_ratio": current / current_liabilities(LAST),
        "interest_cover": (profit_before_tax(LAST) + interest) / interest,
        "cash_flow_ratio": operating_cash(LAST) / current_liabilities(LAST),
        "profit_margin": operating_profit(LAST) / LAST["revenue"],
        "revenue_growth": LAST["revenue"] / PRIOR["revenue"] - 1,
        "years_in_business": (AS_OF.year - 2007) - 1 + (313 / 360),
        "management": "good",
        "market_position": "good",
        "credit_record": "minor",
        "collateral_ratio": recognised / 5000,
    }


def test_factors_are_those_of_the_case(values):
    shown = named(values, "factor_values")
    for name, value in zip(shown, expected_factors().values(), strict=True):
        if isinstance(value, float):
            assert name == pytest.approx(value)


def test_score_grade_and_pd_agree_with_plain_python(values):
    factors = expected_factors()
    score = call("CR_SCORE", [list(factors.values())], None, [list(factors)])[0][0]
    grade = call("CR_GRADE", score, "debt_ratio_not_full,interest_not_full")[0][0]
    assert named(values, "score") == pytest.approx(score)
    assert named(values, "grade") == grade
    assert named(values, "pd") == call("CR_GRADE2PD", grade)[0][0]


def expected_limit(grade="A"):
    def days(code, base):
        return 360 * (LAST[code] + PRIOR[code]) / 2 / LAST[base]

    need = compute(
        "CR_WCNEED", sales=LAST["revenue"], margin=net_profit(LAST) / LAST["revenue"], growth=0.08,
        inventory_days=days("inventories", "cost_of_sales"),
        receivable_days=days("accounts_receivable", "revenue"),
        payable_days=days("accounts_payable", "cost_of_sales"),
        prepayment_days=days("prepayments", "cost_of_sales"),
        prereceipt_days=days("contract_liabilities", "revenue"),
        own_funds=3200, existing_loans=8100, other_funds=0,
    )[0][0]  # fmt: skip
    ebitda = profit_before_tax(LAST) + total(
        LAST, "interest_expense", "fixed_asset_depreciation", "intangible_amortisation"
    )
    free = ebitda - total(LAST, "income_tax", "principal_due", "interest_expense")
    lendable = (6200 * 0.8 * 0.6 - 1100) + 2400 * 0.85 * 0.6 + 2600 * 0.8 * 0.6
    return compute(
        "CR_LIMIT", need=need, assets=assets(LAST), liabilities=liabilities(LAST), cash_flow=free,
        rate=0.0375, years=3, equity=equity(LAST) - LAST["intangible_assets"], grade=grade,
        existing=20500, collateral_value=lendable, max_ltv=1, room=50000 - 3000, out="table",
    )[1]  # fmt: skip


def test_the_limit_and_each_method_agree_with_plain_python(values):
    expected = expected_limit()
    assert named(values, "limit_amount") == pytest.approx(expected[0])
    assert named(values, "method_limits") == pytest.approx(expected[2:8])
    assert named(values, "recommended") == expected[0] // 50 * 50


def test_price_and_return_agree_with_plain_python(values):
    pd = named(values, "pd")
    parts = {"funding_rate": 0.0185, "operating_cost": 0.005, "pd": pd, "lgd": 0.2, "fee": 0.0005}
    minimum = 0.0185 + 0.005 + pd * 0.2 + 0.105 * 0.11 / 0.75 - 0.0005
    assert named(values, "lgd") == pytest.approx(0.2)
    assert named(values, "minimum_rate") == pytest.approx(minimum)
    raroc = compute("CR_RAROC", rate=0.0375, **parts)[0][0]
    assert named(values, "raroc") == pytest.approx(raroc)
    offer = compute("CR_SPREAD", grade="A", lpr=0.03, years=3, floor=minimum, out="rate")[0][0]
    assert named(values, "offer_rate") == pytest.approx(offer)


def test_distress_scores_agree_with_plain_python(values):
    whole, owed = assets(LAST), liabilities(LAST)
    current = expected_factors()["current_ratio"] * current_liabilities(LAST)
    kept = total(LAST, "surplus_reserve", "undistributed_profit")
    ebit = profit_before_tax(LAST) + LAST["interest_expense"]
    x1, x2, x3 = (current - current_liabilities(LAST)) / whole, kept / whole, ebit / whole
    x4, x5 = equity(LAST) / owed, LAST["revenue"] / whole
    private = 0.717 * x1 + 0.847 * x2 + 3.107 * x3 + 0.42 * x4 + 0.998 * x5
    emerging = 3.25 + 6.56 * x1 + 3.26 * x2 + 6.72 * x3 + 1.05 * x4
    liquidity = current / current_liabilities(LAST)
    zmijewski = -4.336 - 4.513 * net_profit(LAST) / whole + 5.679 * owed / whole + 0.004 * liquidity
    assert named(values, "altman_score") == pytest.approx(private)
    assert named(values, "em_score") == pytest.approx(emerging)
    assert named(values, "zmijewski_score") == pytest.approx(zmijewski)
    assert named(values, "piotroski_score") == 9


# The workbook is alive


def test_a_higher_credit_record_lifts_the_grade_as_python_says(live):
    live.set("credit_record", {"en": "clean", "zh": "良好"}[live.lang])
    live.calculate()
    factors = expected_factors() | {"credit_record": "clean"}
    score = call("CR_SCORE", [list(factors.values())], None, [list(factors)])[0][0]
    assert live["score"] == pytest.approx(score)
    assert live["grade"] == call("CR_GRADE", score, "debt_ratio_not_full")[0][0] == "AA"
    minimum = 0.0185 + 0.005 + 0.00021 * 0.2 + 0.0154 - 0.0005
    assert live["minimum_rate"] == pytest.approx(minimum)


def test_a_condition_caps_the_grade_and_with_it_limit_and_price(live):
    position = live["judged_caps"].index("restricted_industry")
    live.set("judged_holds", {"en": "yes", "zh": "是"}[live.lang], row=position)
    live.calculate()
    assert live["grade"] == "B"
    assert live["pd"] == call("CR_GRADE2PD", "B")[0][0]
    assert live["tier"] == {"en": "high", "zh": "高风险"}[live.lang]
    assert live["limit_amount"] == 0
    assert live["recommendation"] == {"en": "Decline", "zh": "不同意"}[live.lang]
    assert live["minimum_rate"] == pytest.approx(
        0.0185 + 0.005 + 0.09793 * live["lgd"] + 0.0154 - 0.0005
    )


def test_a_loan_without_collateral_is_limited_by_the_other_methods(live):
    for row in range(len(COLLATERAL)):
        for name in ("collateral_text", "collateral_kind", "collateral_value", "collateral_prior"):
            live.set(name, None, row=row)
    live.calculate()
    assert live["lgd"] == pytest.approx(0.4)
    assert live["binding_method"] == {"en": "working-capital need", "zh": "营运资金需求"}[live.lang]
    assert live["limit_amount"] > 0
    assert live["check_total"] == 0
    assert live.errors() == []


def test_a_stricter_scorecard_lowers_the_grade(live):
    """A policy cell changes what the memo says: the cut-off of grade A."""
    grades = layout.GRADE_SCALE.table.rows["grade"].tolist()
    live.policy(layout.GRADE_SCALE, grades.index("A"), "lower", 79.75)
    live.calculate()
    assert live["grade"] == "BBB"


def test_a_higher_hurdle_raises_the_price(live):
    before = live["minimum_rate"]
    parameters = layout.PRICING.table.rows["parameter"].tolist()
    live.policy(layout.PRICING, parameters.index("hurdle"), "value", 0.14)
    live.calculate()
    assert live["minimum_rate"] - before == pytest.approx(0.105 * 0.03 / 0.75)


def test_a_statement_that_does_not_balance_fails_the_check(live):
    live.set("last_cash", 6841)
    live.calculate()
    assert live["check_total"] > 0


def test_worse_answers_about_management_lower_the_score(live):
    before = live["score"]
    for row in (3, 4, 7):
        live.set("answers", {"en": "weak", "zh": "差"}[live.lang], row=row)
    live.calculate()
    assert live["management_band"] == {"en": "average", "zh": "一般"}[live.lang]
    assert live["score"] == pytest.approx(before - 2)


def test_the_language_of_results_follows_one_cell(live):
    other = "en" if live.lang == "zh" else "zh"
    live.set("lang", other)
    live.calculate()
    assert live["tier"] == {"en": "low", "zh": "低风险"}[other]
    assert live["score"] == pytest.approx(79.7)
    assert set(live.column("covenant_status")) == {{"en": "kept", "zh": "符合"}[live.lang]}
    assert live.errors() == []


def test_a_missing_cost_is_named_and_never_good(live):
    for column in range(3):
        live.set("revenue_years", None, row=1, column=column)
    live.set("quoted_rate", None)
    live.calculate()
    assert live["missing_inputs"] == 4
    assert live["recommended"] == live["limit_amount"] or live["limit_amount"] != 0
    assert live["quote_decision"] in (None, "", live["missing"])
    assert live.errors() == []


def test_an_emptied_workbook_shows_no_error(tmp_path, lang):
    live = Live(NAME, tmp_path, lang, without_case=True)
    live.calculate()
    assert live.errors() == []
    assert live["check_total"] == 0
    assert live["missing_inputs"] > 40
    assert live["grade"] in (None, "", live["missing"])
    assert live["recommended"] == live["missing"]


# Rules


def test_sheets_stand_in_their_order(built, lang):
    assert built.sheetnames == [layout.title(key, lang) for key in layout.SHEETS]


def test_formulas_keep_the_rules(built):
    assert rules.unreadable(built) == []


def test_no_threshold_stands_in_a_formula(built):
    """Only places in a table, zero, one and the months of a year are written out."""
    plain = re.compile(r"(?<![\w.$!])\d+(?:\.\d+)?(?![\w.]*[(:])")
    for place in written(built):
        text = re.sub(r'"[^"]*"|tbl\w+\[[^\]]*\]|\$?[A-Z]{1,3}\$?\d+|\$\d+:\$\d+', "", place[2])
        assert {float(n) for n in plain.findall(text)} <= {0, 1, 2, 3, 4, 5, 9, 12}, place


def test_every_policy_that_a_result_rests_on_stands_in_the_workbook(built):
    tables = {policy.table.name: policy.name for policy in layout.POLICY_TABLES}
    assert rules.policies_left_out(built, tables) == {
        ("CR_LTV", "tier_strategy"),  # the recognised value, which no tier changes
        ("CR_LIMIT", "limit_multiples"),
    } - {("CR_LIMIT", "limit_multiples")}


def test_policy_tables_start_from_the_built_in_ones(built, lang):
    found = {name for sheet in built for name in sheet.tables}
    assert found == {policy.name for policy in layout.POLICY_TABLES}
    scale = next(s.tables["tblMasterScale"] for s in built if "tblMasterScale" in s.tables)
    headers = [column.name for column in scale.tableColumns]
    assert headers == call("CR_POLICY", "master_scale", "table", lang)[0]


def test_every_input_prompts(built, lang):
    free = [layout.title("memo", lang)]
    assert rules.inputs_without_validation(built, policy_titles(lang), free) == []


def test_inputs_are_unlocked_and_formulas_are_locked(built):
    for _, cell in cells(built):
        if cell.style == "CR input":
            assert not cell.protection.locked
        elif cell.value is not None:
            assert cell.protection.locked


def test_no_array_formula_stands_in_merged_cells(built):
    assert rules.merged_arrays(built) == []


def test_no_chart_is_empty(formulas, values):
    assert sum(len(sheet._charts) for sheet in formulas) == 5  # noqa: SLF001 - openpyxl has no other way
    assert rules.empty_charts(formulas, values) == []


def test_the_memo_prints_on_one_sheet(built, lang):
    sheet = built[layout.title("memo", lang)]
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    assert sheet.page_setup.paperSize == 9
    assert sheet.oddFooter.center.text == "&A"
