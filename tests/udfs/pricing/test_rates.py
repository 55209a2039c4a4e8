import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import tables

CASE = (0.024, 0.006, 0.02, 0.4, 1, 0.105, 0.11, 0.25)
"""The fact book's case: FTP, operating cost, PD, LGD, risk weight, capital ratio, hurdle, tax."""


def one(name, *cells):
    ((cell,),) = udfs.call(name, *cells)
    return cell


def column(result):
    return [cell for (cell,) in result]


def options(rate_options):
    """The arguments of CR_RAROC that go with those of CR_RATE: the hurdle is not among them."""
    return (*rate_options[:6], *rate_options[7:])


# --- CR_RATE --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "rate"),
    [
        (CASE, 0.0534),  # oracles.json, topic 8
        ((*CASE[:4], 1.0209, *CASE[5:]), 0.053722),  # fact book §8: IRB risk weight 102.09 %
        (CASE[:4], 0.0534),  # the policy holds the same figures
        ((*CASE, 0.002), 0.0514),
        ((*CASE, 0, "debt"), 0.0534 - 0.024 * 0.105),
        ((*CASE, 0, "invested"), 0.0534 - 0.02 * 0.105),
        ((*CASE, 0, None, "included"), 0.0534 * 1.06 / (1.06 - 0.0672)),
        ((*CASE[:4], 0), 0.038),
        ((0.024, 0.006, 0, 0.4), 0.0454),
    ],
)
def test_rate_covers_cost_loss_and_capital(cells, rate):
    assert one("CR_RATE", *cells) == pytest.approx(rate, abs=5e-7)


def test_fact_book_case_is_exact():
    assert one("CR_RATE", *CASE) == pytest.approx(0.0534, abs=1e-12)


@pytest.mark.parametrize("convention", ["loan", "debt", "invested"])
@pytest.mark.parametrize("vat", ["excluded", "included"])
def test_parts_add_up_to_the_rate_to_the_last_digit(convention, vat):
    rng = np.random.default_rng(7)
    risk = [[p] for p in rng.uniform(0, 0.2, 200).tolist()]
    fees = [[f] for f in rng.uniform(0, 0.01, 200).tolist()]
    cells = (0.0237, 0.0061, risk, 0.43, None, None, None, None, fees, convention, vat)
    headers, *rows = udfs.call("CR_RATE", *cells, None, "table")
    assert headers[-1] == "rate"
    values = column(udfs.call("CR_RATE", *cells))
    for row, value in zip(rows, values, strict=True):
        total = row[0]
        for part in row[1:-1]:
            total += part
        assert total == row[-1] == value


def test_blank_row_stays_blank_and_a_fault_stays_in_its_row():
    result = column(
        udfs.call(
            "CR_RATE",
            [[0.024], [None], [0.024], [0.024], [0.024]],
            [[0.006], [None], [0.006], [0.006], [0.006]],
            [[0.02], [None], [1.02], ["n/a"], [None]],
            [[0.4], [None], [0.4], [0.4], [0.4]],
        )
    )
    assert result[0] == pytest.approx(0.0534)
    assert result[1] is None
    assert [cell.code for cell in result[2:]] == ["#NUM!", "#VALUE!", "#N/A"]
    assert result[4].reason == "pd is missing."


def test_blank_risk_weight_takes_the_policys():
    weights = [[None], [1.0], [0.5]]
    blank, whole, half = column(udfs.call("CR_RATE", *CASE[:4], weights))
    assert blank == whole > half


@pytest.mark.parametrize(
    ("lang", "reason"),
    [
        (
            "en",
            (
                "5.1772% = funding 2.4000% + operating cost 0.6000% + expected loss 0.8000% (PD 2.00% "
                "× LGD 40.0%) + capital charge 1.5400% (capital 10.50% × 11.00% / (1 − tax 25.0%)) "
                "− capital benefit 0.2100% + VAT 0.3472% − fee 0.3000%."
            ),
        ),
        (
            "zh",
            (
                "5.1772% = 资金成本 2.4000% + 运营成本 0.6000% + 预期损失 0.8000%（违约概率 2.00% "
                "× 违约损失率 40.0%）+ 资本成本 1.5400%（资本 10.50% × 11.00% ÷（1 − 所得税率 25.0%））"
                " − 资本收益 0.2100% + 增值税及附加 0.3472% − 手续费 0.3000%。"
            ),
        ),
    ],
)
def test_why_shows_the_build_up(lang, reason):
    cells = (*CASE, 0.003, "invested", "included", None, "why", lang)
    expected = (0.0534 - 0.0021) * 1.06 / (1.06 - 0.0672) - 0.003
    assert f"{expected:.4%}" == reason[:7]
    assert one("CR_RATE", *cells) == reason


def test_headers_are_in_both_languages():
    english = udfs.call("CR_RATE", *CASE, None, None, None, None, "table", "en")[0]
    chinese = udfs.call("CR_RATE", *CASE, None, None, None, None, "table", "zh")[0]
    assert english[:2] == ["funding", "operating cost"]
    assert chinese[:2] == ["资金成本", "运营成本"]
    assert len(english) == len(chinese) == 8


# --- CR_RAROC -------------------------------------------------------------------------------------


def test_fact_book_rate_brings_the_hurdle():
    assert one("CR_RAROC", 0.0534, *options(CASE)) == pytest.approx(0.11, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    figures=st.tuples(
        st.floats(-0.01, 0.08),
        st.floats(0, 0.03),
        st.floats(0, 1),
        st.floats(0, 1),
        st.floats(0.05, 12.5),
        st.floats(0.05, 0.3),
        st.floats(-0.1, 0.5),
        st.floats(0, 0.6),
        st.floats(0, 0.02),
    ),
    funding=st.sampled_from(["loan", "debt", "invested"]),
    vat=st.sampled_from(["excluded", "included"]),
)
def test_raroc_of_the_rate_is_the_hurdle(figures, funding, vat):
    cells = (*figures, funding, vat)
    rate = one("CR_RATE", *cells)
    assert one("CR_RAROC", rate, *options(cells)) == pytest.approx(figures[6], abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(chances=st.lists(st.floats(0, 1), min_size=2, max_size=8))
def test_one_row_gives_what_it_gives_in_a_batch_and_more_risk_costs_more(chances):
    batch = column(udfs.call("CR_RATE", 0.024, 0.006, [[p] for p in chances], 0.4))
    assert batch == [one("CR_RATE", 0.024, 0.006, p, 0.4) for p in chances]
    order = np.argsort(chances)
    assert (np.diff(np.array(batch)[order]) >= 0).all()


def test_income_parts_add_up():
    cells = (0.06, *options((*CASE, 0.003, "debt", "included")))
    headers, row = udfs.call("CR_RAROC", *cells, None, "table")
    parts = dict(zip(headers, row, strict=True))
    before = sum(row[:7])
    assert parts["tax"] == pytest.approx(-0.25 * before)
    assert parts["income after tax"] == pytest.approx(0.75 * before)
    assert parts["RAROC"] == pytest.approx(parts["income after tax"] / parts["capital"])
    assert parts["RAROC"] == one("CR_RAROC", *cells)


def test_no_capital_is_the_error_of_its_row():
    zero, usual = column(udfs.call("CR_RAROC", 0.05, *CASE[:4], [[0], [1]]))
    assert zero.code == "#DIV/0!"
    assert "资本为 0" in zero.reason_zh
    assert usual == pytest.approx((0.05 - 0.038) * 0.75 / 0.105)
    headers, first, _ = udfs.call(
        "CR_RAROC", 0.05, *CASE[:4], [[0], [1]], None, None, None, None, None, None, "table"
    )
    assert dict(zip(headers, first, strict=True))["RAROC"].code == "#DIV/0!"
    assert one("CR_RAROC", 0.05, *CASE[:4], 0, *[None] * 6, "why").startswith("risk_weight and")


@pytest.mark.parametrize(
    ("rate", "english", "chinese"),
    [
        (
            0.0534,
            (
                "At 5.3400% the loan earns 1.1550% after tax on capital of 10.50%: RAROC 11.00% "
                "reaches the hurdle of 11.00%."
            ),
            "利率 5.3400% 时，税后收益 1.1550%，资本 10.50%：RAROC 11.00% 达到目标回报率 11.00%。",
        ),
        (
            0.045,
            (
                "At 4.5000% the loan earns 0.5250% after tax on capital of 10.50%: RAROC 5.00% "
                "is below the hurdle of 11.00%."
            ),
            "利率 4.5000% 时，税后收益 0.5250%，资本 10.50%：RAROC 5.00% 低于目标回报率 11.00%。",
        ),
    ],
)
def test_why_compares_with_the_hurdle(rate, english, chinese):
    cells = (rate, *CASE[:4], *[None] * 7)
    assert one("CR_RAROC", *cells, "why") == english
    assert one("CR_RAROC", *cells, "why", "zh") == chinese


# --- policy ---------------------------------------------------------------------------------------


def edited(**values):
    rows = udfs.call("CR_POLICY", "pricing_policy", "table", "zh")
    return [
        [*row[:3], values[row[0]]] if row[0] in values else row for row in rows if row[0] != "gone"
    ]


def test_edited_policy_is_used():
    policy = edited(hurdle=0.15, tax=0.0)
    rate = one("CR_RATE", *CASE[:4], *[None] * 7, policy)
    assert rate == pytest.approx(0.038 + 0.105 * 0.15, abs=1e-12)


@pytest.mark.parametrize(
    ("policy", "code", "words"),
    [
        (edited(tax=1), "#NUM!", "tax"),
        (edited(hurdle=-0.1), "#NUM!", "hurdle"),
        (edited()[:-1], "#VALUE!", "capital_yield"),
        ([*edited(), edited()[1]], "#VALUE!", "risk_weight"),
    ],
)
def test_policy_that_cannot_be_used_is_refused(policy, code, words):
    cell = one("CR_RATE", *CASE[:4], *[None] * 7, policy)
    assert cell.code == code
    assert words in cell.reason
    assert words in cell.reason_zh


def test_unknown_convention_is_refused_with_the_known_ones():
    cell = one("CR_RATE", *CASE, 0, "capital")
    assert cell.code == "#VALUE!"
    assert "loan, debt, invested" in cell.reason


# --- CR_RATECHECK ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quoted", "code", "shortfall"),
    [
        (0.0534, "approve", 0),
        (0.0600, "approve", 0),
        (0.05339, "branch_exception", 0.00001),
        (0.0514, "branch_exception", 0.002),
        (0.051399, "head_office_exception", 0.002001),
        (0.0484, "head_office_exception", 0.005),
        (0.0483, "decline", 0.0051),
        (-0.01, "decline", 0.0634),
    ],
)
def test_shortfall_decides_who_may_approve(quoted, code, shortfall):
    assert one("CR_RATECHECK", quoted, 0.0534, None, "code") == code
    assert one("CR_RATECHECK", quoted, 0.0534, None, "shortfall") == pytest.approx(shortfall)


def test_decision_reason_and_table_are_in_both_languages():
    cells = (0.0514, 0.0534, None)
    assert one("CR_RATECHECK", *cells) == "exception by the branch head"
    assert one("CR_RATECHECK", *cells, "value", "zh") == "分行行长例外审批"
    assert one("CR_RATECHECK", *cells, "why") == (
        "Quoted 5.1400% is 20 bp short of the minimum of 5.3400%: exception by the branch head."
    )
    assert one("CR_RATECHECK", *cells, "why", "zh") == (
        "报价 5.1400% 比最低利率 5.3400% 低 20 基点：分行行长例外审批。"
    )
    assert one("CR_RATECHECK", 0.06, 0.0534, None, "why", "zh") == (
        "报价 6.0000% 达到最低利率 5.3400%：批准。"
    )
    headers, row = udfs.call("CR_RATECHECK", *cells, "table", "zh")
    assert headers == ["报价利率", "最低利率", "差额", "审批结论"]
    assert row == [0.0514, 0.0534, pytest.approx(0.002), "分行行长例外审批"]


def test_own_authority_without_an_end_leaves_a_larger_shortfall_open():
    header = tables.builtin("price_exceptions").headers("en")
    authority = [header, [0, "ok", "fine", "可以"], [10, "ask", "ask", "请示"]]
    fine, ask, beyond = column(
        udfs.call("CR_RATECHECK", [[0.05], [0.0495], [0.04]], 0.05, authority, "value", "zh")
    )
    assert (fine, ask) == ("可以", "请示")
    assert beyond.code == "#N/A"
    assert "100 bp" in beyond.reason
    disordered = one("CR_RATECHECK", 0.05, 0.05, [header, authority[2], authority[1]])
    assert disordered.code == "#VALUE!"
    assert "10, 0" in disordered.reason


# --- CR_COSTPLUS ----------------------------------------------------------------------------------


def test_margin_of_the_capital_charge_gives_the_risk_based_rate():
    margin = 0.105 * 0.11 / 0.75
    for fee, vat in ((None, None), (0.003, "included")):
        rate = one("CR_RATE", *CASE, fee, None, vat)
        assert one("CR_COSTPLUS", *CASE[:4], margin, fee, vat) == pytest.approx(rate, abs=1e-15)


def test_cost_plus_parts_add_up_to_the_last_digit():
    margins = [[m / 1000] for m in range(50)]
    cells = (0.0237, 0.0061, 0.0173, 0.43, margins, 0.0021, "included", None)
    headers, *rows = udfs.call("CR_COSTPLUS", *cells, "table", "zh")
    assert headers == [
        "资金成本",
        "运营成本",
        "预期损失",
        "目标利润率",
        "增值税及附加",
        "手续费",
        "利率",
    ]
    values = column(udfs.call("CR_COSTPLUS", *cells))
    for row, value in zip(rows, values, strict=True):
        total = row[0]
        for part in row[1:-1]:
            total += part
        assert total == row[-1] == value


def test_cost_plus_says_its_parts_in_chinese():
    assert one("CR_COSTPLUS", *CASE[:4], 0.015, 0.001, None, None, "why", "zh") == (
        "5.2000% = 资金成本 2.4000% + 运营成本 0.6000% + 预期损失 0.8000%（违约概率 2.00% × 违约损失率 "
        "40.0%）+ 目标利润率 1.5000% − 手续费 0.1000%。"
    )


def test_missing_margin_is_named_in_its_row():
    chances, margins = [[0.02], [0.02], [None]], [[0.015], [None], [None]]
    good, bad, blank = column(udfs.call("CR_COSTPLUS", 0.024, 0.006, chances, 0.4, margins))
    assert good == pytest.approx(0.053)
    assert (bad.code, bad.reason) == ("#N/A", "margin is missing.")
    assert blank is None


@pytest.mark.parametrize("name", ["CR_RATE", "CR_RAROC", "CR_COSTPLUS", "CR_CONTRIB"])
def test_no_part_of_nothing_is_shown_as_minus_zero(name):
    arguments = [argument.name for argument in udfs.function(name).arguments]
    cells = [0.0 if argument not in ("out", "lang") else None for argument in arguments]
    cells = [None if a in ("policy", "funding", "vat", "risk_weight") else c for a, c in zip(arguments, cells, strict=True)]  # fmt: skip
    cells[arguments.index("out")] = "table"
    if "capital_ratio" in arguments:
        cells[arguments.index("capital_ratio")] = 0.1
    _, row = udfs.call(name, *cells)
    assert [str(cell) for cell in row if cell == 0] == ["0.0"] * row.count(0.0)
