import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

TIER1, CAPITAL = 4200, 5000


def column(items):
    return [[item] for item in items]


def exposure(customers, amounts, *, out="value", lang="en", tier1=TIER1, capital=CAPITAL, **more):
    groups, kinds, loans, limits = (more.get(n) for n in ("groups", "kinds", "loans", "limits"))
    return udfs.call(
        "CR_EXPOSURE", customers, amounts, tier1, capital, groups, kinds, loans, limits, out, lang
    )


# 233.com: 10 % of net capital, 15, 20 and 25 % of tier 1; with 5000 and 4200: 500, 630, 840, 1050.
@pytest.mark.parametrize(
    ("kind", "loan", "limit", "rule"),
    [
        ("nonbank", None, 500, "single-customer loans"),
        ("非同业客户", 0, 630, "single-customer exposure"),
        ("interbank", None, 1050, "single interbank exposure"),
        ("gsib", None, 630, "exposure to a global systemically important bank"),
        ("匿名客户", None, 630, "anonymous customers"),
    ],
)
def test_limits_of_a_single_customer(kind, loan, limit, rule):
    more = {"kinds": kind, "loans": loan}
    assert exposure("C1", 300, **more) == [[pytest.approx(limit - 300)]]
    assert exposure("C1", 300, out="rule", **more) == [[rule]]


def test_a_group_is_added_up_and_may_bind():
    got = exposure(column(["C1", "C2", "C1"]), column([300, 400, 100]), groups=column("GGG"))
    assert got == column([pytest.approx(40)] * 3)
    rules = exposure(column(["C1", "C2"]), column([400, 300]), groups=column("GG"), out="rule")
    assert rules == column(["single-customer loans", "exposure to connected customers"])


def test_a_group_named_on_one_row_holds_for_all_rows_of_its_customer():
    groups = column(["G", "G", None])
    got = exposure(column(["C1", "C2", "C1"]), column([300, 400, 100]), groups=groups)
    assert got == column([pytest.approx(40)] * 3)


def test_exceeded_limits_leave_no_room_and_name_the_excess():
    assert exposure("C1", 700) == [[0]]
    assert exposure("C1", 700, out="excess") == [[pytest.approx(200)]]
    assert exposure("C1", 700, out="used") == [[pytest.approx(1.4)]]


@pytest.mark.parametrize(("amount", "large"), [(104.99, False), (105, True), (500, True)])
def test_large_from_two_and_a_half_per_cent(amount, large):
    assert exposure("C1", amount, out="large") == [[large]]


def test_a_group_is_large_even_if_its_members_are_not():
    got = exposure(column(["C1", "C2"]), column([60, 60]), groups=column("GG"), out="large")
    assert got == column([True, True])


def test_without_net_capital_the_loan_limit_is_named_as_not_tested():
    assert exposure("C1", 100, capital=None) == [[530]]
    why = exposure("C1", 100, capital=None, out="why", lang="zh")[0][0]
    assert why.endswith("未给出资本净额而未检验：单一客户贷款余额。")
    assert (
        "未检验"
        not in exposure("B1", 100, capital=None, kinds="同业客户", out="why", lang="zh")[0][0]
    )


def test_an_exempt_customer_has_no_limit():
    assert exposure("S1", 9000, kinds="exempt") == [[None]]
    assert exposure("S1", 9000, kinds="exempt", out="why") == [
        ["exposure 9,000 (214.29% of tier 1 capital); no limit applies; a large exposure."]
    ]


@pytest.mark.parametrize(
    ("amounts", "lang", "expected"),
    [
        (
            (300, 400, 100),
            "en",
            "exposure 400 (9.52% of tier 1 capital), group 800 (19.05%); exposure to connected customers binds: 800 of 840 (20% of tier 1 capital 4,200), room 40; a large exposure.",
        ),
        (
            (300, 400, 300),
            "zh",
            "风险暴露 600（占一级资本净额 14.29%），集团 1,000（23.81%）；超过一组关联客户风险暴露：1,000，限额 840（一级资本净额 4,200 的 20%），超出 160；属大额风险暴露。",
        ),
        (
            (20, 0, 0),
            "zh",
            "风险暴露 20（占一级资本净额 0.48%），集团 20（0.48%）；约束限额为单一客户贷款余额：20，限额 500（资本净额 5,000 的 10%），余量 480。",
        ),
    ],
)
def test_why(amounts, lang, expected):
    customers = column(["C1", "C2", "C1"])
    got = exposure(customers, column(amounts), groups=column("GGG"), out="why", lang=lang)
    assert got[0] == [expected]


@pytest.mark.parametrize(
    ("lang", "headers"),
    [
        (
            "en",
            [
                "customer_exposure",
                "group_exposure",
                "share_of_tier1",
                "binding_limit",
                "limit_amount",
                "limit_used",
                "room",
                "excess",
                "large_exposure",
            ],
        ),
        (
            "zh",
            [
                "客户风险暴露",
                "集团风险暴露",
                "占一级资本净额",
                "约束限额",
                "限额",
                "限额使用率",
                "余量",
                "超限额",
                "大额风险暴露",
            ],
        ),
    ],
)
def test_table(lang, headers):
    rows = exposure(column(["C1", None]), column([420, None]), out="table", lang=lang)
    assert rows[0] == headers
    assert rows[1][0] == 420
    assert rows[1][1] is None
    assert rows[1][4:] == [500, pytest.approx(0.84), 80, 0, True]
    assert rows[2] == [None] * 9


def test_a_wrong_amount_is_that_of_its_customer_and_group_and_of_nobody_else():
    got = exposure(
        column(["C1", "C2", "C1", "C3", "C4"]),
        column([100, "many", 50, 10, None]),
        groups=column(["G", "G", None, None, None]),
    )
    assert [cell for (cell,) in got] == [
        CellError("#VALUE!"),
        CellError("#VALUE!"),
        CellError("#VALUE!"),
        490,
        CellError("#N/A"),
    ]
    assert got[0][0].reason == "row 2: amounts: 'many' is not a number."
    assert got[4][0].reason == "row 5: amounts is missing."


def test_rows_without_customer_and_blank_rows():
    got = exposure(column(["C1", None, None]), column([100, 5, None]))
    assert got == column([400, CellError("#N/A"), None])
    assert exposure(column(["C1", None]), column([100, 5]), out="why")[1] == [
        "customers is missing."
    ]


def test_a_customer_in_two_groups():
    got = exposure(column(["C1", "C1", "C2"]), column([1, 1, 1]), groups=column(["G", "H", "G"]))
    assert [cell for (cell,) in got] == [CellError("#VALUE!"), CellError("#VALUE!"), 498 + 1]
    assert "two groups" in got[0][0].reason


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"kinds": "friend"}, "kinds must be one of nonbank, interbank, gsib"),
        ({"tier1": 0}, "tier1 must be a number above 0"),
        ({"tier1": None}, "tier1 must be a number above 0"),
    ],
)
def test_bad_calls(more, words):
    ((cell,),) = exposure("C1", 100, **more)
    assert words in cell.reason


def test_an_error_cell_among_the_customers_could_be_anybody_s():
    ((cell,),) = exposure(column(["C1", CellError("#REF!")]), column([1, 2]))
    assert cell == CellError("#REF!")


@pytest.mark.parametrize("name", ["scope", "measure", "capital_base", "purpose"])
def test_limits_with_unknown_words(name):
    rows = udfs.call("CR_POLICY", "large_exposures")
    rows[1][rows[0].index(name)] = "moon"
    ((cell,),) = exposure("C1", 100, limits=rows)
    assert cell.reason.startswith(f"limits, column {name}, row 1 must be one of")


def test_the_bank_s_own_limit():
    rows = udfs.call("CR_POLICY", "large_exposures")
    rows[1][rows[0].index("base_share")] = 0.05
    assert exposure("C1", 100, limits=rows) == [[150]]


def by_hand(rows):
    """Room by plain sums in plain Python."""
    rooms = []
    for customer, group, _ in rows:
        single = sum(a for c, _, a in rows if c == customer)
        limits = [0.1 * CAPITAL - single, 0.15 * TIER1 - single]
        if group:
            members = {c for c, g, _ in rows if g == group}
            limits.append(0.2 * TIER1 - sum(a for c, _, a in rows if c in members))
        rooms.append(max(min(limits), 0))
    return rooms


@given(
    st.lists(st.tuples(st.integers(1, 8), st.floats(0, 400)), min_size=1, max_size=25),
    st.lists(st.sampled_from(["", "G", "H"]), min_size=8, max_size=8),
    st.randoms(use_true_random=False),
)
@settings(deadline=None, max_examples=50)
def test_rooms_agree_with_plain_sums_in_any_order(loans, group_of, rng):
    rows = [(customer, group_of[customer - 1], amount) for customer, amount in loans]
    for _ in range(2):
        customers, groups, amounts = (column(part) for part in zip(*rows, strict=True))
        got = [cell for (cell,) in exposure(customers, amounts, groups=groups)]
        assert got == pytest.approx(by_hand(rows), abs=1e-6)
        rng.shuffle(rows)


def test_a_book_of_fifty_thousand_with_many_wrong_rows_is_quick():
    customers = column([i * 7919 % 20000 for i in range(50000)])
    amounts = column(["x" if i % 3 == 0 else 1.0 for i in range(50000)])
    started = time.perf_counter()
    got = exposure(customers, amounts)
    assert time.perf_counter() - started < 5
    wrong = {i * 7919 % 20000 for i in range(0, 50000, 3)}
    assert [cell == CellError("#VALUE!") for (cell,) in got] == [c in wrong for (c,) in customers]
