import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError
from udfs.parsing import serial_to_date

AS_OF = "2026-09-30"
ASKED = (
    "loan_class",
    "as_of",
    "arrears_paid",
    "instalments",
    "interval",
    "able",
    "impaired_left",
    "restructured",
)
GOOD = {
    "loan_class": "substandard",
    "as_of": AS_OF,
    "arrears_paid": "2026-03-31",
    "instalments": 2,
    "interval": 3,
    "able": True,
    "impaired_left": False,
    "restructured": None,
}


def ask(to=None, out="value", lang="en", rules=None, **facts):
    known = GOOD | facts
    return udfs.call("CR_UPGRADE", *(known[name] for name in ASKED), to, rules, out, lang)[0][0]


def date(**facts):
    serial = ask(out="date", **facts)
    return None if serial is None else str(serial_to_date(serial))


def test_loan_that_meets_all_conditions_may_be_upgraded():
    assert ask() == "yes"
    assert ask(lang="zh", loan_class="次级") == "可以上调"
    assert ask(out="code") == "yes"
    assert ask(to="normal") == "yes"
    assert ask(out="why") == "yes: all conditions hold."


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"arrears_paid": None}, "Arrears and costs paid in full: not known (Art. 14(1))"),
        ({"arrears_paid": "2026-10-01"}, "Arrears and costs paid in full: only on 2026-10-01"),
        ({"arrears_paid": "2026-04-01"}, "6 months end on 2026-10-01"),
        ({"instalments": 1}, "1 of 2 instalments"),
        ({"instalments": None}, "not known of 2 instalments"),
        ({"able": False}, "Assessed as able to keep paying: no (Art. 14(2))"),
        ({"able": None}, "Assessed as able to keep paying: not known"),
        (
            {"impaired_left": True},
            "No impaired asset of the obligor left at the bank: no (Art. 14(3))",
        ),
        ({"impaired_left": None}, "No impaired asset of the obligor left at the bank: not known"),
    ],
)
def test_condition_that_does_not_hold_or_is_not_known_refuses_and_is_named(facts, said):
    assert ask(**facts) == "no"
    assert said in ask(out="why", **facts)
    assert ask(lang="zh", **facts) == "不可上调"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "2026-09-30"),
        ({"arrears_paid": "2026-02-28"}, "2026-08-28"),
        # the six months are the longer
        ({"arrears_paid": "2026-07-31", "instalments": 0, "interval": 1}, "2027-01-31"),
        # the two instalments are the longer
        ({"arrears_paid": "2026-07-31", "instalments": 0, "interval": 6}, "2027-09-30"),
        ({"instalments": 1, "interval": 3}, "2026-12-30"),
        ({"instalments": 1, "interval": None}, None),
        ({"arrears_paid": None}, None),
        # nothing but the assessment is missing: at once
        ({"able": False, "arrears_paid": "2026-01-15"}, "2026-09-30"),
    ],
)
def test_earliest_date_is_the_later_of_months_and_instalments(facts, expected):
    assert date(**facts) == expected


def test_reason_names_all_that_is_missing_and_the_date():
    facts = {"arrears_paid": "2026-05-15", "instalments": 1, "impaired_left": None}
    assert ask(out="why", **facts) == (
        "no: Normal payment since: 1 of 2 instalments, 6 months end on 2026-11-15 (Art. 14(1), "
        "check against the regulation); No impaired asset of the obligor left at the bank: not "
        "known (Art. 14(3)). Not before 2026-12-30."
    )
    assert ask(out="why", lang="zh", **facts) == (
        "不可上调：其后正常偿付：已付 1 期，须 2 期，6 个月至 2026-11-15 届满（第十四条第（一）项，请核对法规原文）；"
        "在本行已无信用减值资产：未知（第十四条第（三）项）。不早于 2026-12-30。"
    )


@pytest.mark.parametrize("name", ["normal", "special mention", "关注"])
def test_performing_loan_needs_no_upgrade_by_article_14(name):
    assert ask(loan_class=name, arrears_paid=None) == "not needed"
    assert date(loan_class=name) is None
    assert ask(loan_class=name, out="why").startswith("not needed: the loan is ")


@pytest.mark.parametrize(
    ("to", "restructured", "expected"),
    [
        ("special_mention", "2026-01-31", "yes"),
        ("normal", "2026-01-31", "no"),
        ("normal", "2025-09-30", "yes"),
        ("normal", "2025-10-01", "no"),
        ("正常", None, "yes"),
    ],
)
def test_restructured_loan_is_special_mention_at_best_while_observed(to, restructured, expected):
    assert ask(to=to, restructured=restructured) == expected


def test_restructured_special_mention_waits_for_the_end_of_its_observation():
    facts = {"loan_class": "special mention", "restructured": "2026-01-31", "able": None}
    assert ask(to="normal", **facts) == "no"
    assert date(to="normal", **facts) == "2027-01-31"
    assert (
        "Observation of the restructured loan over: 12 months end on 2027-01-31 (Art. 20)"
        in ask(to="normal", out="why", **facts)
    )
    assert ask(to="special_mention", **facts) == "not needed"


def test_table_shows_each_condition_that_is_asked():
    known = GOOD | {"impaired_left": True}
    table = udfs.call("CR_UPGRADE", *(known[name] for name in ASKED), None, None, "table")
    assert table[0] == [
        "upgrade",
        "Arrears and costs paid in full",
        "Normal payment since",
        "Assessed as able to keep paying",
        "No impaired asset of the obligor left at the bank",
        "Observation of the restructured loan over",
        "earliest_date",
    ]
    assert table[1] == ["no", True, True, True, False, None, 46295]


def rules(condition, column, value):
    table = udfs.call("CR_POLICY", "upgrade_conditions")
    for row in table[1:]:
        if row[0] == condition:
            row[table[0].index(column)] = value
    return table


def test_shorter_of_two_periods_is_a_choice_in_the_table():
    own = rules("payment", "period", "shorter")
    assert ask(rules=own, arrears_paid="2026-09-01") == "yes"
    assert ask(rules=own, arrears_paid="2026-03-30", instalments=0) == "yes"
    assert ask(rules=own, arrears_paid="2026-09-01", instalments=1) == "no"
    assert date(rules=own, arrears_paid="2026-09-01", instalments=1, interval=1) == "2026-10-30"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("payment", "period", "both"), "one of longer, shorter"),
        (("payment", "upgrade_condition", "rain"), "one of arrears, payment"),
        (("payment", "least_months", -1), "least_months"),
    ],
)
def test_faulty_table_of_conditions_is_refused(change, said):
    error = ask(rules=rules(*change))
    assert error.code == "#VALUE!"
    assert said in error.reason


def test_table_must_hold_all_conditions():
    table = udfs.call("CR_POLICY", "upgrade_conditions")
    assert "no observation" in ask(rules=table[:-1]).reason


def test_faulty_rows_answer_for_themselves():
    result = udfs.call(
        "CR_UPGRADE", [["bad"], ["loss"], [None], ["loss"]], [[AS_OF], ["x"], [None], [None]]
    )
    assert result == [[CellError("#VALUE!")], [CellError("#VALUE!")], [None], [CellError("#N/A")]]


dates = st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31))


@settings(deadline=None, max_examples=60)
@given(dates, st.integers(0, 4), st.sampled_from([1, 3, 6, 12]))
def test_on_the_earliest_date_and_with_the_instalments_paid_the_answer_is_yes(
    paid, count, interval
):
    facts = {"arrears_paid": paid.isoformat(), "instalments": count, "interval": interval}
    earliest = date(**facts)
    later = facts | {"as_of": earliest, "instalments": max(count, 2)}
    assert ask(**later) == "yes"
    before = (dt.date.fromisoformat(earliest) - dt.timedelta(1)).isoformat()
    if ask(**facts) == "no" and before >= AS_OF:
        assert ask(**facts | {"as_of": before}) == "no"


def test_one_loan_has_the_answer_it_has_in_a_column():
    paid = [["2026-03-31"], ["2026-04-01"], [None]]
    column = udfs.call("CR_UPGRADE", "loss", AS_OF, paid, [[2], [2], [2]], 3, True, False)
    assert column == [[ask(loan_class="loss", arrears_paid=each[0])] for each in paid]
