import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

FOUR = ["debt ratio", "interest cover", "collateral ratio", "industry risk"]
GOOD = [0.55, 3, 1.2, "low"]
PASS, REVIEW, REJECT = "pass", "review", "reject"


def screen(customers, fields=None, out="value", lang="en", rules=None):
    return udfs.call("CR_SCREEN", customers, fields, rules, out, lang)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("debt ratio", 0.7, PASS),
        ("debt ratio", 0.7001, REVIEW),
        ("debt ratio", 0.9, REVIEW),
        ("debt ratio", 0.9001, REJECT),
        ("interest cover", 2, PASS),
        ("interest cover", 1.99, REVIEW),
        ("interest cover", 1, REVIEW),
        ("interest cover", 0.99, REJECT),
        ("collateral ratio", 0.99, REVIEW),
        ("collateral ratio", 0, REVIEW),
        ("industry risk", "high", REVIEW),
        ("industry risk", "高风险", REVIEW),
        ("industry risk", "restricted", REJECT),
        ("industry risk", "淘汰类", REJECT),
        ("industry risk", "medium", PASS),
    ],
)
def test_each_limit_rejects_or_asks_for_a_review(field, value, expected):
    customer = list(GOOD)
    customer[FOUR.index(field)] = value
    assert screen([customer], FOUR) == [[expected]]


def test_worst_field_decides():
    customers = [GOOD, [0.75, 3, 1.2, "low"], [0.75, 0.5, 1.2, "high"]]
    assert screen(customers, FOUR) == [[PASS], [REVIEW], [REJECT]]
    assert screen(customers, FOUR, lang="zh") == [["通过"], ["复核"], ["拒绝"]]
    assert screen(customers, FOUR, out="code") == [[PASS], [REVIEW], [REJECT]]


@pytest.mark.parametrize("place", range(4))
def test_field_that_is_blank_never_passes_and_is_named(place):
    customer = list(GOOD)
    customer[place] = None
    assert screen([customer], FOUR) == [[REVIEW]]
    name = ("Debt ratio", "Interest cover", "Collateral ratio", "Industry risk")[place]
    assert f"{name} is missing" in screen([customer], FOUR, "why")[0][0]


@pytest.mark.parametrize("place", range(4))
def test_factor_without_any_field_never_passes_and_is_named(place):
    customer = [value for i, value in enumerate(GOOD) if i != place]
    headers = [header for i, header in enumerate(FOUR) if i != place]
    assert screen([customer], headers) == [[REVIEW]]
    factor = ("Financial condition", "Repayment ability", "Collateral", "Industry risk")[place]
    assert screen([customer], headers, "why") == [[f"review: {factor}: nothing given."]]


def test_reason_names_what_rejects_and_what_asks_for_a_review():
    assert screen([[0.75, 0.8, 1.2, "高风险"]], FOUR, "why") == [
        [
            (
                "reject: Repayment ability: Interest cover 0.8 (below 1). Also for review: Financial "
                "condition: Debt ratio 0.75 (above 0.7); Industry risk: Industry risk 高风险."
            )
        ]
    ]
    assert screen([[0.95, None, 1.2, "low"]], FOUR, "why", "zh") == [
        ["拒绝：财务状况：资产负债率 0.95（高于 0.9）。另须复核：还款能力：缺少利息保障倍数。"]
    ]
    assert screen([GOOD], FOUR, "why") == [["pass: every field passes."]]


def test_table_has_a_result_per_factor():
    assert screen([[0.75, 0.5, 1.2, "low"]], FOUR, "table") == [
        ["result", "Financial condition", "Repayment ability", "Collateral", "Industry risk"],
        [REJECT, REVIEW, REJECT, PASS, PASS],
    ]
    assert screen([GOOD], FOUR, "table", "zh")[0] == [
        "准入结果",
        "财务状况",
        "还款能力",
        "抵押物",
        "行业风险",
    ]


def test_risk_of_the_industry_comes_from_its_own_function_in_either_language():
    for lang in ("en", "zh"):
        ((risk,),) = udfs.call("CR_INDRISK", "E", None, None, "value", lang)
        assert screen([[0.5, 3, 1.2, risk]], FOUR)[0][0] in (PASS, REVIEW)
    highest = udfs.call("CR_POLICY", "industry_risk_levels")[1]
    for label in highest[1:3]:
        assert screen([[0.5, 3, 1.2, label]], FOUR) == [[REVIEW]]


def test_columns_stand_in_the_order_of_the_rules_without_headers():
    rules = udfs.call("CR_POLICY", "screening_rules")
    kept = [rules[0], *(row for row in rules[1:] if row[3] in ("debt_ratio", "ltv"))]
    assert screen([[0.5, 0.6], [0.5, 0.8], [0.5, 1.1]], rules=kept) == [[PASS], [REVIEW], [REJECT]]
    ((error,),) = screen([[0.5]], rules=kept)
    assert "customer must be the columns Debt ratio, LTV" in error.reason


def test_faulty_cells_answer_for_their_own_row_and_blank_rows_stay_blank():
    customers = [GOOD, ["x", 3, 1.2, "low"], [None] * 4, [0.5, "#DIV/0!", 1.2, "low"]]
    assert screen(customers, FOUR) == [
        [PASS],
        [CellError("#VALUE!")],
        [None],
        [CellError("#DIV/0!")],
    ]


def own(field, column, value):
    rules = udfs.call("CR_POLICY", "screening_rules")
    for row in rules[1:]:
        if row[3] == field:
            row[rules[0].index(column)] = value
    return rules


def test_own_limits_are_taken_from_the_table():
    assert screen([[0.65, 3, 1.2, "low"]], FOUR, rules=own("debt_ratio", "refer_above", 0.6)) == [
        [REVIEW]
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("debt_ratio", "refer_above", 0.95), "limits in the order"),
        (("debt_ratio", "refer_words", "x"), "a field with limits or with words; got both"),
        (("credit_record", "field", "debt_ratio"), "got both"),
        (("current_ratio", "field", "debt_ratio"), "each field once"),
    ],
)
def test_faulty_rules_are_refused(change, said):
    rules = own(*change)
    if said == "got both":
        rules = own("credit_record", "refer_below", 1)
    ((error,),) = screen([GOOD], FOUR, rules=rules)
    assert said in error.reason
    assert error.reason_zh


def test_columns_that_are_no_fields_are_refused():
    ((error,),) = screen([[1]], ["colour"])
    assert error.code == "#VALUE!"
    assert "Debt ratio" in error.reason


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 1.5),
            st.floats(-2, 5),
            st.floats(0, 2),
            st.sampled_from(["low", "high", "restricted"]),
        ),
        min_size=1,
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_every_customer_in_any_batch_is_screened_as_the_rules_are_worded(customers, random):
    random.shuffle(customers)
    result = screen([list(each) for each in customers], FOUR)
    for (debt, cover, collateral, risk), (answer,) in zip(customers, result, strict=True):
        levels = [
            2 if debt > 0.9 else 1 if debt > 0.7 else 0,
            2 if cover < 1 else 1 if cover < 2 else 0,
            1 if collateral < 1 else 0,
            {"low": 0, "high": 1, "restricted": 2}[risk],
        ]
        assert answer == (PASS, REVIEW, REJECT)[max(levels)]


@pytest.mark.parametrize(
    ("opinion", "told"),
    [
        ("标准无保留意见", False),
        ("无保留意见", False),
        ("保留意见", True),
        ("带强调事项段的无保留意见", True),
    ],
)
def test_an_unqualified_opinion_is_no_reason_for_a_review(opinion, told):
    ((why,),) = udfs.call("CR_SCREEN", [[opinion]], [["审计意见"]], None, "why", "zh")
    assert (f"审计意见 {opinion}" in why) is told
