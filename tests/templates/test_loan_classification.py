"""The loan-classification workbook: classes, lists, provisions and summary as Python says."""

import datetime as dt

import pandas as pd
import pytest

from tests.templates.every import named, serial_number, shipped
from tests.templates.every import named_rows as cells
from udfs import call
from workbook_templates.loan_classification import layout
from workbook_templates.loan_classification.worked_case import loan_case

NAME = "loan_classification"
LOANS = 69
TAG_FIELDS = (
    "kind", "ownership", "industry", "purpose", "product", "start", "maturity", "amount", "rate",
    "lpr", "rate_type", "guarantee", "five_tier", "pd",
)  # fmt: skip


def column(book, name):
    """A column of the worked case's loans; blank texts as None."""
    return [None if row[0] == "" else row[0] for row in cells(book, name)][:LOANS]


def result(book, name):
    return column(book, layout.result_name(name))


def results(live, name):
    """The same of a live workbook."""
    return [None if one == "" else one for one in live[layout.result_name(name)]][:LOANS]


def loan_ids(lang):
    return [row["loan_id"] for row in loan_case(lang).loans]


class Case:
    """The worked case as frames, and what the functions make of it."""

    def __init__(self, lang):
        self.lang = lang
        case = loan_case(lang)
        self.loans = pd.DataFrame(case.loans).astype(object)
        self.loans = self.loans.where(self.loans.notna(), None)
        obligors = pd.DataFrame(case.obligors).set_index("obligor_id")
        self.owned = obligors.loc[self.loans["obligor_id"]].reset_index()

    def given(self, name):
        frame = self.loans if name in self.loans else self.owned
        return [[serial(one)] for one in frame[name]]

    def own(self, out="value"):
        names = ("overdue_days", "impaired", "ecl_ratio", "circumstances")
        return call("CR_LOANCLASS", *map(self.given, names), None, out, self.lang)

    def upgrade(self, out="code"):
        names = ("arrears_paid", "instalments", "interval", "able", "impaired_left", "restructured")
        asof = serial_number(dt.date(2026, 3, 31))
        given = [self.given(name) for name in names]
        return call(
            "CR_UPGRADE", self.given("previous_class"), asof, *given, None, None, out, self.lang
        )

    def previous_words(self):
        """The classes before as the workbook of the language writes them."""
        field = next(one for one in layout.FIELDS["loans"] if one.name == "previous_class")
        words = field.options if self.lang == "zh" else {}
        return [words.get(one, one) for one in self.loans["previous_class"]]

    def kept(self):
        codes = layout.CLASS_CODES
        labels = {code.replace("_", " "): rank for rank, code in enumerate(codes)}
        rows = zip(self.own("code"), self.upgrade(), self.loans["previous_class"], strict=True)
        kept = []
        for (code,), (may,), previous in rows:
            leaves = previous and labels[previous] >= 2 and codes.index(code) < 2
            kept.append(leaves and may == "no")
        pairs = zip(kept, self.previous_words(), self.own(), strict=True)
        return [[previous if stays else own] for stays, previous, (own,) in pairs]

    def final(self, out="value"):
        names = ("retail", "overdue_days", "other_debt", "other_overdue")
        return call(
            "CR_OBLIGORCLASS", self.given("obligor_id"), self.given("balance"), self.kept(),
            *map(self.given, names), None, out, self.lang,
        )  # fmt: skip


def serial(one):
    return serial_number(one) if isinstance(one, dt.date) else one


def first(rows):
    return [row[0] for row in rows]


@pytest.fixture
def case(lang):
    return Case(lang)


def test_the_class_of_each_loan_by_itself_is_that_of_the_function(values, case):
    assert result(values, "own") == first(case.own())
    assert result(values, "own_why") == first(case.own("why"))


def test_every_trigger_decides_a_loan_and_exceptions_are_heeded(values, lang):
    rules = layout.TRIGGERS.table.rows
    labels = rules.loc[rules["class_trigger"].isin(layout.TRIGGER_CODES), f"label_{lang}"]
    assert set(labels) == set(result(values, "own_trigger")) - {None}
    normal = {"en": "normal", "zh": "正常"}[lang]
    delayed = {"en": "Operational", "zh": "技术性"}[lang]
    words = [row.get("circumstances") or "" for row in loan_case(lang).loans]
    pairs = zip(result(values, "own"), words, strict=True)
    excepted = [own for own, text in pairs if delayed in text]
    assert excepted == [normal]


def test_a_non_performing_loan_goes_up_only_when_the_conditions_are_met(values, case):
    assert result(values, "upgrade_code") == first(case.upgrade())
    assert result(values, "kept") == first(case.kept())
    changed = [
        (own, kept)
        for own, kept in zip(result(values, "own"), result(values, "kept"), strict=True)
        if own != kept
    ]
    words = {"en": ("normal", "substandard"), "zh": ("正常", "次级")}
    assert changed == [words[case.lang]]


def test_the_class_after_the_rules_across_an_obligors_loans_is_that_of_the_function(values, case):
    assert result(values, "class") == first(case.final())
    assert result(values, "class_why") == first(case.final("why"))


def test_every_obligor_rule_occurs(values, lang):
    labels = layout.OBLIGOR_RULES.table.rows[f"label_{lang}"]
    assert set(result(values, "rule_name")) - {None} == set(labels)


def test_retail_loans_are_left_out_of_the_obligor_rules(values, case):
    retail = case.owned["retail"] == "yes"
    rules = pd.Series(result(values, "rule_name"))
    assert rules[retail.to_numpy()].isna().all()


def test_provisions_are_those_of_the_function_by_both_schemes(values, case):
    classes = case.final()
    for name, scheme in zip(("first", "second"), layout.SCHEMES, strict=True):
        expected = first(call("CR_PROVISION", case.given("balance"), classes, scheme))
        assert result(values, name) == pytest.approx(expected)
    general = call("CR_PROVISION", case.given("balance"), classes, None, None, None, "general")
    assert result(values, "general") == pytest.approx(first(general))


@pytest.mark.parametrize("number", range(1, layout.LIST_COUNT + 1))
def test_the_class_in_each_list_is_that_of_the_function(values, case, number):
    five = {"five_tier": case.final()}
    block = [five.get(name) or case.given(name) for name in TAG_FIELDS]
    rows = [[one[i][0] for one in block] for i in range(LOANS)]
    expected = call("CR_TAG", number, rows, [list(TAG_FIELDS)], None, "value", case.lang)
    assert column(values, layout.tag_name(number)) == first(expected)


@pytest.mark.parametrize("number", range(1, layout.LIST_COUNT + 1))
def test_every_class_of_a_list_occurs(values, number, lang):
    rows = layout.TAGS.table.rows
    labels = rows.loc[rows["loan_list"] == layout.list_code(number), f"label_{lang}"]
    assert set(column(values, layout.tag_name(number))) == set(labels)


@pytest.mark.parametrize("number", range(14, 19))
def test_the_last_five_lists_repeat_five_to_nine(values, number):
    assert column(values, layout.tag_name(number)) == column(values, layout.tag_name(number - 9))


def test_the_summary_adds_up_what_the_function_says(values, case):
    balance, classes = case.given("balance"), case.final()
    ratio = call("CR_NPL", balance, classes)[0][0]
    assert named(values, "npl_ratio") == pytest.approx(ratio)
    for name, out in (("coverage", "coverage"), ("loan_provisions", "provision_ratio")):
        expected = call("CR_NPL", balance, classes, case.given("provision"), None, out)[0][0]
        assert named(values, name) == pytest.approx(expected)
    sheet = values[layout.SHEETS["summary"][case.lang]]
    frame = pd.DataFrame({"class": first(classes), "balance": first(balance)})
    sums = frame.groupby("class")["balance"].sum()
    for row in range(12, 17):
        assert sheet.cell(row, 4).value == sums.get(sheet.cell(row, 2).value, 0)


def test_the_overdue_structure_goes_by_the_bands(values, case):
    sheet = values[layout.SHEETS["summary"][case.lang]]
    days = case.loans["overdue_days"].astype(float)
    bands = layout.BANDS.table.rows["days_from"].tolist()
    ends = [*bands[1:], float("inf")]
    for row, (low, high) in enumerate(zip(bands, ends, strict=True), start=12):
        inside = (days >= low) & (days < high)
        assert sheet.cell(row, 12).value == inside.sum()
        assert sheet.cell(row, 13).value == case.loans.loc[inside, "balance"].sum()


def test_migration_is_that_of_the_function(values, case):
    expected = call(
        "CR_LOANMIGRATE", case.given("previous_class"), case.final(),
        case.given("previous_balance"), case.given("balance"), None, None, case.lang,
    )  # fmt: skip
    sheet = values[layout.SHEETS["summary"][case.lang]]
    titles = {"en": "Migration since the period before", "zh": "较上期的迁徙"}
    top = next(cell.row for cell in sheet["B"] if cell.value == titles[case.lang])
    shown = [[sheet.cell(top + 1 + i, 2 + j).value for j in range(7)] for i in range(6)]
    words = {"en": {True: "yes", False: "no"}, "zh": {True: "是", False: "否"}}[case.lang]
    for row, wanted in zip(shown, expected, strict=True):
        for cell, one in zip(row[:-1], wanted[:-1], strict=True):
            assert (cell or None) == (
                pytest.approx(one) if isinstance(one, float) and one else one or None
            )
    for row, wanted in zip(shown[1:], expected[1:], strict=True):
        assert (row[-1] or None) == words.get(wanted[-1])


def test_an_overdue_loan_falls_and_takes_its_obligors_other_loans_with_it(live):
    before = results(live, "class")
    place = (
        loan_ids(live.lang).index("L00026")
        if "L00026" in loan_ids(live.lang)
        else loan_ids(live.lang).index("L00023")
    )
    owner = loan_case(live.lang).loans[place]["obligor_id"]
    live.input("loans", place, "overdue_days", 91)
    live.calculate()
    after = results(live, "class")
    bad = {"en": "substandard", "zh": "次级"}[live.lang]
    same = [row["obligor_id"] == owner for row in loan_case(live.lang).loans]
    assert {new for new, mine in zip(after, same, strict=True) if mine} == {bad}
    others = [(a, b) for a, b, mine in zip(before, after, same, strict=True) if not mine]
    assert all(old == new for old, new in others)
    assert live["check_total"] == 0


def test_a_change_of_the_obligor_rule_changes_the_classes(live):
    before = results(live, "class")
    live.policy(layout.OBLIGOR_RULES, 0, "share_above", 0.99)
    live.calculate()
    assert results(live, "class") != before
    assert live["check_total"] == 0


def test_a_change_of_a_provision_rate_changes_the_provisions(live):
    rates = layout.RATES.table.rows
    place = rates.index[
        (rates["provision_scheme"] == layout.SCHEMES[1]) & (rates["loan_class"] == "normal")
    ][0]
    before = live["class_second"]
    live.policy(layout.RATES, place, "specific_rate", 0.03)
    live.calculate()
    normal = {"en": "normal", "zh": "正常"}[live.lang]
    balance = sum(
        amount
        for amount, one in zip(results(live, "balance"), results(live, "class"), strict=True)
        if one == normal
    )
    assert live["class_second"] == pytest.approx(before + 0.015 * balance)


def test_a_missing_impairment_is_an_error_where_it_matters_and_sinks_nobody_else(live):
    before = results(live, "own")
    place = loan_ids(live.lang).index("L00004")
    live.input("loans", place, "impaired", None)
    live.calculate()
    after = results(live, "own")
    assert str(after[place]) == "#N/A"
    assert after[:place] + after[place + 1 :] == before[:place] + before[place + 1 :]


def test_results_come_in_the_language_of_the_one_cell(live):
    other = "zh" if live.lang == "en" else "en"
    live.set("lang", other)
    live.calculate()
    assert results(live, "class") == result(shipped(NAME, other, values=True), "class")
    assert live["npl_balance"] == named(shipped(NAME, other, values=True), "npl_balance")
    assert live["check_total"] == 0


def test_a_loan_of_an_unknown_obligor_is_told_by_the_checks(live):
    live.input("loans", 0, "obligor_id", "C9999")
    live.calculate()
    assert live["check_total"] > 0
