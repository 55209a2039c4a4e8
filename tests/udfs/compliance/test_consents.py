import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

AS_OF = "2026-09-30"
ASKED = ("consent", "purpose", "allowed", "expiry", "as_of", "separate", "withdrawn", "subject")
GOOD = {
    "consent": True,
    "purpose": "marketing",
    "allowed": "marketing, loan_management",
    "expiry": "2027-12-31",
    "as_of": AS_OF,
    "separate": None,
    "withdrawn": None,
    "subject": None,
}


def ask(out="value", lang="en", purposes=None, **facts):
    known = GOOD | facts
    return udfs.call("CR_CONSENT", *(known[name] for name in ASKED), purposes, out, lang)[0][0]


@pytest.mark.parametrize(
    ("facts", "answer", "zh", "reason"),
    [
        (
            {},
            "usable",
            "可用",
            "The consent covers marketing on 2026-09-30. It holds until 2027-12-31.",
        ),
        (
            {"expiry": None},
            "usable",
            "可用",
            "The consent covers marketing on 2026-09-30. No expiry is on record.",
        ),
        ({"expiry": AS_OF}, "usable", "可用", None),
        (
            {"expiry": "2026-09-29"},
            "expired",
            "已过期",
            "The consent ended on 2026-09-29, before 2026-09-30.",
        ),
        ({"consent": False}, "no consent", "无授权", "The person has not consented."),
        ({"consent": None}, "no consent", "无授权", "No consent on record, which counts as none."),
        (
            {"allowed": "loan_management"},
            "out of scope",
            "超范围",
            "The consent does not name marketing.",
        ),
        ({"allowed": None}, "out of scope", "超范围", None),
        ({"withdrawn": AS_OF}, "withdrawn", "已撤回", "The consent was withdrawn on 2026-09-30."),
        ({"withdrawn": "2026-10-01"}, "usable", "可用", None),
        ({"subject": "企业", "consent": None}, "not needed", "无需授权", None),
        ({"subject": "个人"}, "usable", "可用", None),
        (
            {"purpose": "信用评分", "allowed": "信用评分"},
            "separate consent missing",
            "缺单独同意",
            "credit scoring needs a separate consent (PIPL Art. 29), which is not on record.",
        ),
        (
            {"purpose": "credit scoring", "allowed": "credit_scoring", "separate": True},
            "usable",
            "可用",
            None,
        ),
        (
            {"purpose": "sharing", "allowed": "sharing", "separate": False},
            "separate consent missing",
            "缺单独同意",
            None,
        ),
    ],
)
def test_consent_is_judged_and_the_obstacle_named(facts, answer, zh, reason):
    assert ask(**facts) == answer
    assert ask(lang="zh", **facts) == zh
    assert ask(out="code", **facts) == {"separate consent missing": "separate_missing"}.get(
        answer, answer.replace(" ", "_")
    )
    if reason:
        assert ask(out="why", **facts) == reason
    assert ask(out="why", lang="zh", **facts).endswith("。")


def test_nothing_but_a_full_consent_is_usable():
    options = {
        "consent": (True, False, None),
        "allowed": ("credit_report", "marketing", None),
        "expiry": ("2026-01-01", AS_OF, None),
        "separate": (True, False, None),
        "withdrawn": ("2026-01-01", None),
    }
    cases = [
        dict(zip(options, values, strict=True)) for values in itertools.product(*options.values())
    ]
    columns = {name: [[case[name]] for case in cases] for name in options}
    result = udfs.call(
        "CR_CONSENT",
        columns["consent"],
        "credit_report",
        columns["allowed"],
        columns["expiry"],
        AS_OF,
        columns["separate"],
        columns["withdrawn"],
    )
    for case, (answer,) in zip(cases, result, strict=True):
        full = (
            case["consent"] is True
            and case["allowed"] == "credit_report"
            and case["expiry"] != "2026-01-01"
            and case["separate"] is True
            and case["withdrawn"] is None
        )
        assert (answer == "usable") == full, case


def test_missing_purpose_or_day_is_named():
    result = udfs.call(
        "CR_CONSENT",
        [[True], [True], [None]],
        [[None], ["marketing"], [None]],
        "marketing",
        None,
        [[AS_OF], [None], [None]],
    )
    assert result == [[CellError("#N/A")], [CellError("#N/A")], [None]]
    assert result[0][0].reason == "purpose is missing."


@pytest.mark.parametrize("name", ["purpose", "allowed"])
def test_unknown_purpose_is_refused_with_those_there_are(name):
    error = ask(**{name: "espionage"})
    assert error == CellError("#VALUE!")
    assert "marketing (营销)" in error.reason
    assert error.reason.startswith(name)


def test_purposes_of_ones_own_are_taken_from_the_table():
    headers = udfs.call("CR_POLICY", "consent_purposes")[0]
    own = [headers, ["audit", "audit", "审计", True, None, None]]
    facts = {"purpose": "审计", "allowed": "audit"}
    assert ask(purposes=own, **facts) == "separate consent missing"
    assert ask(purposes=own, separate=True, **facts) == "usable"


def test_table_shows_what_the_answer_rests_on():
    rows = udfs.call(
        "CR_CONSENT",
        [[True]],
        "marketing",
        "marketing",
        "2027-12-31",
        AS_OF,
        None,
        None,
        None,
        None,
        "table",
    )
    assert rows == [
        ["consent", "purpose", "allowed", "expiry", "article"],
        ["usable", "marketing", "marketing", 46752, "PIPL Art. 13"],
    ]
    assert udfs.call(
        "CR_CONSENT", True, "营销", "营销", None, AS_OF, None, None, None, None, "table", "zh"
    ) == [
        ["授权同意", "用途", "授权范围", "到期日", "条款"],
        ["可用", "营销", "营销", None, "《个人信息保护法》第十三条"],
    ]


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([True, False, None]), st.sampled_from(["marketing", "sharing", None])
        ),
        min_size=1,
        max_size=6,
    )
)
def test_one_row_has_the_answer_it_has_in_any_batch(rows):
    batch = udfs.call(
        "CR_CONSENT", [[r[0]] for r in rows], "marketing", [[r[1]] for r in rows], None, AS_OF
    )
    assert batch == [[ask(consent=c, allowed=a, expiry=None)] for c, a in rows]
