"""The key account workbook: right values, alive, keeps the rules, can be emptied."""

import datetime as dt
import re

import pytest

from tests.templates import rules
from tests.templates.every import named, written
from tests.templates.live import Live
from udfs import call
from workbook_templates.formulas import compute
from workbook_templates.key_account import layout
from workbook_templates.key_account.case import (
    AS_OF,
    COMPANIES,
    INDICATORS,
    SERVICE_DATES,
    SOURCES,
    USES,
    VISITS,
)

NAME = "key_account"


def policy_titles(lang):
    return [layout.title(key, lang) for key in layout.POLICY_SHEETS]


# Values


def test_nothing_is_missing(values):
    assert named(values, "missing_inputs") == 0


PDS = {"AA": 0.00021, "A": 0.00138, "BBB": 0.00724}


def contribution(one):
    """Value added of a company by hand: income less cost, loss, tax and the charge for capital."""
    loans, deposits = one.loans or 0, one.deposits or 0
    margin = loans * ((one.loan_rate or 0) - 0.0185) if loans else 0
    income = margin + deposits * (0.016 - one.deposit_rate) + one.fees
    before_tax = income - one.costs - loans * PDS[one.grade] * 0.4
    return before_tax * 0.75 - loans * 0.105 * 0.11


def test_the_contribution_of_each_company_is_value_added(values):
    expected = [contribution(one) for one in COMPANIES]
    assert named(values, "company_contributions")[: len(expected)] == pytest.approx(expected)
    assert named(values, "total_contribution") == pytest.approx(sum(expected))


def test_exposure_and_share_are_those_of_the_companies(values):
    loans = sum(one.loans or 0 for one in COMPANIES)
    others = sum(one.other_banks for one in COMPANIES)
    assert named(values, "group_exposure") == loans
    assert named(values, "wallet_share") == pytest.approx(loans / (loans + others))


def test_the_plan_costs_what_its_channels_cost(values):
    amounts = [amount for _, amount, *_ in SOURCES]
    costs = [rate + fee / years for _, _, rate, fee, years, _ in SOURCES]
    blended = sum(a * c for a, c in zip(amounts, costs, strict=True)) / sum(amounts)
    assert named(values, "source_costs")[: len(costs)] == pytest.approx(costs)
    assert named(values, "blended_cost") == pytest.approx(blended)
    assert named(values, "saving") == pytest.approx((0.0405 - blended) * sum(amounts))
    assert sum(amounts) == sum(amount for _, amount in USES)


def test_principal_falls_due_as_each_channel_says(values):
    due = [0.0] * 10
    for _, amount, _, _, years, repayment in SOURCES:
        for year in range(years):
            if repayment == "equal":
                due[year] += amount / years
            elif year == years - 1:
                due[year] += amount
    ((sheet, cells),) = values.defined_names["principal_due"].destinations
    shown = [cell.value for cell in values[sheet][cells.replace("$", "")][0]]
    assert shown == pytest.approx(due)
    assert named(values, "short_years") == sum(amount > 0 and 31000 / amount < 1.1 for amount in due if amount)  # fmt: skip


def test_warning_screen_and_tiers_agree_with_plain_python(values, lang):
    codes = list(INDICATORS)
    latest = [figures[-1] for figures in INDICATORS.values()]
    before = [figures[-5] for figures in INDICATORS.values()]
    warning = compute("CR_EWS", values=[latest], indicators=[codes], prior_values=[before],
                      flags="key_person", lang=lang)[0][0]  # fmt: skip
    assert named(values, "warning") == warning == {"en": "yellow", "zh": "黄色"}[lang]
    known = dict(zip(codes, latest, strict=True))
    risk = call("CR_INDRISK", "C38")[0][0]
    customer = {
        "debt_ratio": known["debt_ratio"], "current_ratio": known["current_ratio"],
        "profit_margin": known["profit_margin"], "audit": "unqualified",
        "interest_cover": known["interest_cover"], "dscr": known["dscr"], "cash_flow_ratio": 0.19,
        "overdue_days": 0, "credit_record": "clean", "collateral_ratio": 1.15, "ltv": 0.58,
        "industry_risk": risk,
    }  # fmt: skip
    screened = compute("CR_SCREEN", customer=[list(customer.values())], fields=[list(customer)],
                       lang=lang)[0][0]  # fmt: skip
    assert named(values, "admission") == screened
    tier = compute("CR_TIER", contribution_share=0.01, grade="AA", group=True, warning="yellow", lang=lang)  # fmt: skip
    assert named(values, "account_tier") == tier[0][0]
    review = compute("CR_NEXTREVIEW", last_review="2025-12-20", tier="premium", warning="yellow")
    day = dt.datetime(1899, 12, 30) + dt.timedelta(days=review[0][0])  # noqa: DTZ001 - workbooks know no time zones
    assert named(values, "next_review") == day


def test_services_are_due_by_the_months_of_the_tier(values):
    months = dict(zip(layout.SERVICES.table.rows["service"], layout.SERVICES.table.rows["strategic"], strict=True))  # fmt: skip
    overdue = 0
    for service, last in SERVICE_DATES.items():
        if last is not None:
            month = last.month - 1 + int(months[service])
            due = dt.date(last.year + month // 12, month % 12 + 1, last.day)
            overdue += due < AS_OF
    assert named(values, "overdue_services") == overdue == 1


def test_notes_are_read_for_risk_words(values, lang):
    place = ("en", "zh").index(lang)
    notes = [[one.note[place]] for one in VISITS]
    points = [row[0] for row in call("CR_TEXTRISK", notes)]
    assert named(values, "visit_points")[: len(points)] == points
    assert named(values, "note_points") == sum(points) == 3


def test_follow_ups_are_counted_until_they_are_done(values):
    still_open = [one for one in VISITS if one.due and not one.done]
    assert named(values, "open_follow_ups") == len(still_open)
    assert named(values, "overdue_follow_ups") == sum(one.due < AS_OF for one in still_open)


# The workbook is alive


def test_a_grave_event_turns_the_warning_red_and_costs_the_tier(live):
    yes = {"en": "yes", "zh": "是"}[live.lang]
    live.set("event_answers", yes)
    live.calculate()
    assert live["warning"] == {"en": "red", "zh": "红色"}[live.lang]
    assert live["adjusted_limit"] == 0
    expected = compute("CR_TIER", contribution_share=0.01, grade="AA", group=True, warning="red", lang=live.lang)  # fmt: skip
    assert live["account_tier"] == expected[0][0]
    assert live["account_tier"] == {"en": "general", "zh": "一般客户"}[live.lang]


def test_a_dearer_channel_raises_the_blended_cost(live):
    before = live["blended_cost"]
    live.set("source_rates", 0.07, row=3)
    live.calculate()
    assert live["blended_cost"] - before == pytest.approx((0.07 - 0.056) * 4000 / 80000)


def test_a_plan_that_is_not_funded_fails_the_check(live):
    live.set("use_amounts", 50000)
    live.calculate()
    assert live["check_total"] == pytest.approx(2000)


def test_a_stricter_screen_rejects(live):
    row = layout.SCREENING.table.rows["field"].tolist().index("debt_ratio")
    live.policy(layout.SCREENING, row, "refer_above", 0.5)
    live.policy(layout.SCREENING, row, "reject_above", 0.6)
    live.calculate()
    assert live["admission"] == {"en": "reject", "zh": "拒绝"}[live.lang]


def test_another_deposit_price_changes_the_contribution(live):
    before = live["total_contribution"]
    live.set("deposit_ftp", 0.018)
    live.calculate()
    assert live["total_contribution"] - before == pytest.approx(70400 * 0.002 * 0.75)


def test_a_service_that_is_done_is_no_longer_overdue(live):
    live.set("service_dates", AS_OF)
    live.calculate()
    assert live["overdue_services"] == 0


def test_the_language_of_results_follows_one_cell(live):
    other = "en" if live.lang == "zh" else "zh"
    live.set("lang", other)
    live.calculate()
    assert live["warning"] == {"en": "yellow", "zh": "黄色"}[other]
    assert live["risk_tier"] == {"en": "premium", "zh": "优质"}[other]
    assert live["worse_trends"] == 6
    assert live["overdue_services"] == 1
    assert live["open_products"] == 4
    assert live["total_contribution"] == pytest.approx(342.66)
    assert live.errors() == []


def test_a_blank_figure_asks_for_a_review_and_is_counted(live):
    live.set("collateral_ratio", None)
    live.set("ltv", None)
    live.set("grade", None)
    live.calculate()
    assert live["missing_inputs"] == 3
    assert live["account_tier"] == live["missing"]
    assert live["admission"] == {"en": "review", "zh": "复核"}[live.lang]
    assert live.errors() == []


def test_an_emptied_workbook_shows_no_error(tmp_path, lang):
    live = Live(NAME, tmp_path, lang, without_case=True)
    live.calculate()
    assert live.errors() == []
    assert live["check_total"] == 0
    assert live["missing_inputs"] > 80
    assert live["account_tier"] in (None, "", live["missing"])
    assert live["total_sources"] == 0


# Rules


def test_sheets_stand_in_their_order(built, lang):
    assert built.sheetnames == [layout.title(key, lang) for key in layout.SHEETS]


def test_formulas_keep_the_rules(built):
    assert rules.unreadable(built) == []


def test_no_threshold_stands_in_a_formula(built):
    """Only places in a table, zero and one are written out."""
    plain = re.compile(r"(?<![\w.$!])\d+(?:\.\d+)?(?![\w.]*[(:])")
    for place in written(built):
        text = re.sub(r'"[^"]*"|tbl\w+\[[^\]]*\]|\$?[A-Z]{1,3}\$?\d+', "", place[2])
        assert {float(n) for n in plain.findall(text)} <= {0, 1, 2, 3, 4, 5}, place


def test_every_policy_that_a_result_rests_on_stands_in_the_workbook(built):
    tables = {policy.table.name: policy.name for policy in layout.POLICY_TABLES}
    # The questionnaire on the urgency of funds stands in for the default one, on management.
    tables["questionnaire_management"] = layout.QUESTIONNAIRE.name
    assert rules.policies_left_out(built, tables) == set()


def test_policy_tables_stand_in_the_workbook(built):
    found = {name for sheet in built for name in sheet.tables}
    assert found == {policy.name for policy in layout.POLICY_TABLES}


def test_every_input_prompts(built, lang):
    assert rules.inputs_without_validation(built, policy_titles(lang)) == []


def test_no_array_formula_stands_in_merged_cells(built):
    assert rules.merged_arrays(built) == []


def test_no_chart_is_empty(formulas, values):
    assert sum(len(sheet._charts) for sheet in formulas) == 8  # noqa: SLF001 - openpyxl has no other way
    # The layer of the channel that the worked case leaves blank has nothing to show.
    spare = {cells for _, cells in rules.empty_charts(formulas, values)}
    assert len(spare) <= 1


def test_the_plan_prints_on_one_sheet(built, lang):
    sheet = built[layout.title("plan", lang)]
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    assert sheet.page_setup.paperSize == 9
    assert sheet.oddFooter.center.text == "&A"
