import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs

AMOUNTS, RATES = [[600], [300], [100]], [[0.045], [0.038], [0.09]]
NAMES = [["loan"], ["bond"], ["private"]]


def one(name, *cells):
    ((cell,),) = udfs.call(name, *cells)
    return cell


def column(result):
    return [cell for (cell,) in result]


def test_blended_cost_of_the_fact_book():
    assert one("CR_MIXCOST", AMOUNTS, RATES) == pytest.approx(0.0474, abs=1e-12)  # §8


@pytest.mark.parametrize(
    ("fees", "years", "tax", "cost"),
    [
        ([[None], [0.01], [None]], [[None], [5], [None]], None, 0.0474 + 0.3 * 0.002),
        ([[0], [0], [0]], None, None, 0.0474),
        (None, None, 0.25, 0.0474 * 0.75),
        ([[0.01], [0.01], [0.03]], [[1], [5], [2]], 0.2, (0.0474 + 0.006 + 0.0006 + 0.0015) * 0.8),
    ],
)
def test_fees_are_spread_over_the_term_and_interest_counts_against_tax(fees, years, tax, cost):
    assert one("CR_MIXCOST", AMOUNTS, RATES, fees, years, None, None, None, tax) == (
        pytest.approx(cost, abs=1e-12)
    )


def test_marginal_channel_is_the_dearest_in_use():
    amounts = [[600], [300], [0]]
    tail = (None, None, NAMES, None, None, None)
    assert one("CR_MIXCOST", AMOUNTS, RATES, *tail, "marginal") == "private"
    assert one("CR_MIXCOST", amounts, RATES, *tail, "marginal") == "loan"
    assert one("CR_MIXCOST", amounts, RATES, *tail, "marginal_cost") == 0.045
    unnamed = (None, None, None, None, None, None, "marginal")
    assert one("CR_MIXCOST", AMOUNTS, RATES, *unnamed) == "row 3"
    assert one("CR_MIXCOST", AMOUNTS, RATES, *unnamed, "zh") == "第 3 行"


def test_table_has_a_row_per_channel_in_use():
    amounts = [[600], [300], [100], [None]]
    rates = [*RATES, [None]]
    names = [*NAMES, ["lease"]]
    headers, *rows = udfs.call(
        "CR_MIXCOST", amounts, rates, None, None, names, None, None, None, "table"
    )
    assert headers == ["channel", "amount", "share", "cost", "weighted cost", "above blended cost"]
    assert [row[0] for row in rows] == ["loan", "bond", "private"]
    assert [row[2] for row in rows] == pytest.approx([0.6, 0.3, 0.1])
    assert sum(row[4] for row in rows) == pytest.approx(0.0474)
    assert sum(row[2] * row[5] for row in rows) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize(
    ("lang", "reason"),
    [
        (
            "en",
            (
                "3 channels cost 4.7400% blended; the marginal channel is private at 9.0000%, "
                "without it 4.2667%."
            ),
        ),
        (
            "zh",
            "3 个渠道的综合成本为 4.7400%；边际渠道为 private，全成本 9.0000%，不含该渠道为 4.2667%。",
        ),
    ],
)
def test_why_names_the_marginal_channel(lang, reason):
    cells = (AMOUNTS, RATES, None, None, NAMES, None, None, None, "why", lang)
    assert one("CR_MIXCOST", *cells) == reason


def test_each_customer_has_its_own_mix():
    owners = [["C1"], ["C1"], ["C2"]]
    wanted = [["C2"], ["C1"], ["C9"], [None]]
    cells = (AMOUNTS, RATES, None, None, NAMES, wanted, owners, None)
    assert column(udfs.call("CR_MIXCOST", *cells)) == [
        0.09,
        pytest.approx((600 * 0.045 + 300 * 0.038) / 900),
        None,
        None,
    ]
    assert column(udfs.call("CR_MIXCOST", *cells, "marginal")) == ["private", "loan", None, None]
    why = column(udfs.call("CR_MIXCOST", *cells, "why"))
    assert why[0] == "1 channel costs 9.0000% blended; the marginal channel is private at 9.0000%."
    assert why[1].endswith("without it 3.8000%.")
    headers, *rows = udfs.call("CR_MIXCOST", *cells, "table", "zh")
    assert headers == ["综合成本", "金额", "渠道数", "边际渠道", "边际成本"]
    assert rows[1][1:] == [900, 2, "loan", 0.045]


@pytest.mark.parametrize(
    ("amounts", "rates", "fees", "code", "words"),
    [
        (AMOUNTS, [[0.045], [None], [0.09]], None, "#N/A", "row 2 (bond): rates is missing."),
        (AMOUNTS, [[0.045], ["x"], [0.09]], None, "#VALUE!", "row 2 (bond)"),
        ([[600], [-1], [100]], RATES, None, "#NUM!", "row 2 (bond)"),
        (AMOUNTS, RATES, [[0], [0.01], [0]], "#N/A", "years is missing"),
        ([[0], [0], [None]], RATES, None, "#DIV/0!", "add up to 0"),
    ],
)
def test_faulty_channel_is_named(amounts, rates, fees, code, words):
    cell = one("CR_MIXCOST", amounts, rates, fees, None, NAMES)
    assert cell.code == code
    assert words in cell.reason
    assert cell.reason_zh


def test_faulty_channel_stays_with_its_customer():
    cells = (AMOUNTS, [[0.045], ["x"], [0.09]], None, None, NAMES)
    bad, good = column(udfs.call("CR_MIXCOST", *cells, [["C1"], ["C2"]], [["C1"], ["C1"], ["C2"]]))
    assert bad.code == "#VALUE!"
    assert good == 0.09


def test_customers_need_the_customers_of_the_rows():
    cell = one("CR_MIXCOST", AMOUNTS, RATES, None, None, None, "C1")
    assert cell.code == "#VALUE!"
    assert "row_customers" in cell.reason


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.floats(0.01, 1e6), st.floats(0, 0.3), st.sampled_from("abc")),
        min_size=1,
        max_size=12,
    ),
    seed=st.integers(0, 100),
)
def test_cost_lies_between_the_cheapest_and_dearest_whatever_the_order(rows, seed):
    rows.sort()
    order = np.random.default_rng(seed).permutation(len(rows))
    given_rows = [[[rows[i][k]] for i in range(len(rows))] for k in range(3)]
    mixed = [[cells[i] for i in order] for cells in given_rows]
    cost = one("CR_MIXCOST", *given_rows[:2])
    rates = [row[1] for row in rows]
    assert min(rates) - 1e-12 <= cost <= max(rates) + 1e-12
    assert one("CR_MIXCOST", *mixed[:2]) == pytest.approx(cost, rel=1e-12)
    wanted = [["a"], ["b"], ["c"]]
    by_customer = column(udfs.call("CR_MIXCOST", *given_rows[:2], None, None, None, wanted, given_rows[2]))  # fmt: skip
    for name, found in zip("abc", by_customer, strict=True):
        own = [row for row in rows if row[2] == name]
        alone = own and sum(a * r for a, r, _ in own) / sum(a for a, _, _ in own)
        assert found == (pytest.approx(alone, rel=1e-9, abs=1e-12) if own else None)
