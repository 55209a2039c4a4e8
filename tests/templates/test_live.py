"""Changing an input or a policy changes the page: the workbook is alive without Excel."""

import pytest

from tests.templates.live import Live
from workbook_templates import field, fields
from workbook_templates.portfolio.layout import FIRST_ROW, SHEETS
from workbook_templates.portfolio.result_formulas import result_columns


class Portfolio(Live):
    """A new portfolio workbook whose inputs are changed by name."""

    def __init__(self, folder, lang):
        super().__init__("portfolio", folder, lang)
        self.columns = [column.name for column in result_columns(lang)]

    def sheet(self, key):
        return self.book.sheet(SHEETS[key][self.lang])

    def set_field(self, row, name, value):
        column = 2 + [one.name for one in fields("customers")].index(name)
        self.sheet("customers").set_values(FIRST_ROW + row, column, [[value]])

    def rows_where(self, name, value):
        column = 2 + [one.name for one in fields("customers")].index(name)
        cells = self.sheet("customers").values(FIRST_ROW, column, FIRST_ROW + 39, column)
        return [row for row, (cell,) in enumerate(cells) if cell == value]

    def result(self, row, name):
        return self.sheet("results").value(FIRST_ROW + row, 2 + self.columns.index(name))

    def results(self, name):
        return [self.result(row, name) for row in range(40)]


@pytest.fixture
def live(tmp_path, lang):
    return Portfolio(tmp_path, lang)


def test_a_higher_lgd_raises_the_expected_loss_in_proportion(live):
    before = live["total_loss"]
    live.set("lgd", 0.9)
    live.calculate()
    assert live["total_loss"] == pytest.approx(2 * before)


def test_the_language_of_results_follows_one_cell(live):
    other = "en" if live.lang == "zh" else "zh"
    live.set("lang", other)
    live.calculate()
    tiers = set(live.results("risk_tier"))
    words = {
        "en": {"premium", "low", "medium", "high"},
        "zh": {"优质", "低风险", "中风险", "高风险"},
    }
    assert tiers == words[other]
    assert live["tier_customers"] == 40
    assert live["check_total"] == 0


def test_a_person_without_consent_is_not_scored(live):
    options = field("customers", "kind").options
    person = options["individual"] if live.lang == "zh" else "individual"
    row = live.rows_where("kind", person)[0]
    live.set_field(row, "consent", {"en": "no", "zh": "否"}[live.lang])
    live.calculate()
    assert live.result(row, "score") in (None, "")
    blank = [name for name in live.columns if live.result(row, name) in (None, "")]
    assert {"score", "grade", "pd", "expected_loss", "risk_tier", "limit", "headroom"} <= set(blank)
    assert (
        live.result(row, "check")
        == {"en": "No consent: not scored", "zh": "未授权：不评分"}[live.lang]
    )
    assert live["not_classified"] == 1
    assert live["tier_customers"] == 39


def test_consent_is_not_asked_where_the_policy_says_so(live):
    options = field("customers", "kind").options
    row = live.rows_where("kind", options["individual"] if live.lang == "zh" else "individual")[0]
    score = live.result(row, "score")
    live.set_field(row, "consent", None)
    live.set("consent_needed", False)
    live.calculate()
    assert live.result(row, "score") == score


def test_a_customer_whose_factor_is_wrong_shows_an_error_and_sinks_nobody_else(live):
    before = live.results("grade")
    live.set_field(3, "debt_ratio", "unknown")
    live.calculate()
    after = live.results("grade")
    assert str(after[3]) == "#VALUE!"
    assert after[:3] + after[4:] == before[:3] + before[4:]
    assert live["not_classified"] == 1
    assert live["total_loss"] > 0


def test_a_worse_debt_ratio_never_gives_a_better_grade(live):
    order = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C", "D"]
    before = live.results("grade")
    for row in range(40):
        live.set_field(row, "debt_ratio", 0.95)
    live.calculate()
    pairs = zip(before, live.results("grade"), strict=True)
    assert all(order.index(new) >= order.index(old) for old, new in pairs)


def test_a_blank_factor_is_scored_as_missing_and_named(live):
    before = live.result(5, "score")
    live.set_field(5, "interest_cover", None)
    live.calculate()
    assert live.result(5, "score") < before
    name = field("customers", "interest_cover").header(live.lang)
    assert name in live.result(5, "reasons")


def test_a_stricter_limit_of_days_makes_more_customers_non_performing(live):
    before = sum(value is True for value in live.results("npl"))
    live.set("npl_days", 10)
    live.calculate()
    assert sum(value is True for value in live.results("npl")) > before


def test_an_exposure_beyond_the_limit_is_marked(live):
    row = live.results("risk_tier").index({"en": "low", "zh": "低风险"}[live.lang])
    live.set_field(row, "assets", 1)
    live.calculate()
    assert live.result(row, "headroom") < 0
    assert live.result(row, "check") == {"en": "Over the limit", "zh": "超授信额度"}[live.lang]
