import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs

CUSTOMER = (1000, 0.045, 0.024, 0.01, 0.4, 600, 0.0035, 0.019, 3, 5)
"""Loans of 1000 at 4.5 %, FTP 2.4 %, PD 1 %, LGD 40 %, deposits of 600, fees 3, costs 5."""


def one(name, *cells):
    ((cell,),) = udfs.call(name, *cells)
    return cell


def column(result):
    return [cell for (cell,) in result]


def test_contribution_is_income_less_cost_risk_tax_and_capital():
    loan, deposit, loss = 1000 * (0.045 - 0.024), 600 * (0.019 - 0.0035), 1000 * 0.01 * 0.4
    before = loan + deposit + 3 - 5 - loss
    expected = before * 0.75 - 1000 * 0.105 * 0.11
    assert one("CR_CONTRIB", *CUSTOMER) == pytest.approx(expected, abs=1e-12)


def test_without_tax_it_is_the_formula_of_the_fact_book():
    policy = [
        [*row[:3], 0] if row[0] == "tax" else row
        for row in udfs.call("CR_POLICY", "pricing_policy")
    ]
    loan, deposit, loss = 1000 * (0.045 - 0.024), 600 * (0.019 - 0.0035), 1000 * 0.01 * 0.4
    expected = loan + deposit + 3 - 5 - loss - 1000 * 0.105 * 0.11
    assert one("CR_CONTRIB", *CUSTOMER, None, policy) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(
    balance=st.floats(1, 1e6),
    risk=st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 3)),
    costs=st.tuples(st.floats(-0.01, 0.1), st.floats(0, 0.05)),
)
def test_a_loan_at_its_risk_based_rate_contributes_nothing(balance, risk, costs):
    funding, operating = costs
    chance, lgd, weight = risk
    rate = one("CR_RATE", funding, operating, chance, lgd, weight)
    brought = one(
        "CR_CONTRIB", balance, rate, funding, chance, lgd, None, None, None, None,
        operating * balance, weight,
    )  # fmt: skip
    assert brought == pytest.approx(0, abs=1e-9 * balance)


def test_parts_add_up_to_the_last_digit_in_both_languages():
    headers, row = udfs.call("CR_CONTRIB", *CUSTOMER, None, None, "table")
    assert headers[0] == "loan margin"
    total = row[0]
    for part in row[1:-1]:
        total += part
    assert total == row[-1] == one("CR_CONTRIB", *CUSTOMER)
    chinese = udfs.call("CR_CONTRIB", *CUSTOMER, None, None, "table", "zh")
    assert chinese[0][-1] == "贡献"
    assert chinese[1] == row


@pytest.mark.parametrize(
    ("lang", "reason"),
    [
        (
            "en",
            (
                "Contribution 6.675 = loan margin 21 + deposit margin 9.3 + fees 3 + costs -5 + "
                "expected loss -4 + tax -6.075 + capital charge -11.55."
            ),
        ),
        (
            "zh",
            (
                "综合贡献 6.675 = 贷款利差 21 + 存款利差 9.3 + 手续费 3 + 成本 -5 + 预期损失 -4 + "
                "所得税 -6.075 + 资本成本 -11.55。"
            ),
        ),
    ],
)
def test_why_lists_the_parts(lang, reason):
    assert one("CR_CONTRIB", *CUSTOMER, None, None, "why", lang) == reason


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((None, None, None, None, None, 800, 0.0035, 0.019, None, None), 800 * 0.0155 * 0.75),
        ((0, None, None, None, None, 800, 0.0035, 0.019, None, None), 800 * 0.0155 * 0.75),
        ((None,) * 8 + (4, None), 3.0),
        ((None,) * 10, None),
        ((1000, None, 0.024, 0.01, 0.4, *[None] * 5), "loan_rate is missing"),
        ((1000, 0.05, 0.024, None, 0.4, *[None] * 5), "pd is missing"),
        ((1000, 0.05, 0.024, 0.01, None, *[None] * 5), "lgd is missing"),
        ((1000, 0.05, None, 0.01, 0.4, *[None] * 5), "funding_rate is missing"),
        ((None, None, None, None, None, 800, None, 0.019, 1, 1), "deposit_rate is missing"),
        ((None, None, None, None, None, 800, 0.003, None, 1, 1), "deposit_ftp is missing"),
    ],
)
def test_what_a_balance_needs_is_named_and_what_is_not_there_is_nothing(row, expected):
    cells = [[[cell], [other]] for cell, other in zip(row, CUSTOMER, strict=True)]
    cell, other = column(udfs.call("CR_CONTRIB", *cells))
    assert other == one("CR_CONTRIB", *CUSTOMER)
    if isinstance(expected, str):
        assert cell.code == "#N/A"
        assert cell.reason.startswith(expected)
        assert expected.split()[0] in cell.reason_zh
    else:
        assert cell == (None if expected is None else pytest.approx(expected))


def test_deposits_are_credited_at_the_funding_rate_where_no_other_is_given():
    assert one("CR_CONTRIB", 0, None, 0.02, None, None, 1000, 0.005) == pytest.approx(11.25)


def test_negative_balance_is_refused_in_its_row():
    bad, good = column(udfs.call("CR_CONTRIB", [[-1], [0]], 0.05, 0.02, 0.01, 0.4))
    assert bad.code == "#NUM!"
    assert good == 0


def test_fifty_thousand_customers_equal_one_by_one():
    rng = np.random.default_rng(3)
    count = 50_000
    columns = [
        rng.uniform(0, high, count)
        for high in (5000, 0.08, 0.03, 0.1, 0.6, 3000, 0.02, 0.03, 20, 20)
    ]
    batch = udfs.evaluate(udfs.function("CR_CONTRIB"), tuple(columns)).values
    for i in (0, 17, count - 1):
        assert batch[i] == one("CR_CONTRIB", *(float(values[i]) for values in columns))
