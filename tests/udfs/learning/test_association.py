import json
import math
import warnings
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError
from udfs.learning import association_sets

SHARED = Path(__file__).parents[3] / "../shared"
FACTS = SHARED / "facts/oracles.json"
RETAIL = SHARED / "data/online_retail/OnlineRetail_partial_nwevo.csv"
GROCERIES = [
    ["Milk", "Onion", "Nutmeg", "Kidney Beans", "Eggs", "Yogurt"],
    ["Dill", "Onion", "Nutmeg", "Kidney Beans", "Eggs", "Yogurt"],
    ["Milk", "Apple", "Kidney Beans", "Eggs"],
    ["Milk", "Unicorn", "Corn", "Kidney Beans", "Yogurt"],
    ["Corn", "Onion", "Onion", "Kidney Beans", "Ice cream", "Eggs"],
]
FIVE = [
    ["Bread", "Milk"],
    ["Bread", "Diaper", "Beer", "Eggs"],
    ["Milk", "Diaper", "Beer", "Coke"],
    ["Bread", "Milk", "Diaper", "Beer"],
    ["Bread", "Milk", "Diaper", "Coke"],
]


FIGURES = ["support", "confidence", "lift", "leverage", "conviction"]


def assoc(baskets, *rest):
    customers = [number for number, basket in enumerate(baskets) for _ in basket]
    products = [product for basket in baskets for product in basket]
    return table(customers, products, None, *rest)


def table(customers, products, *rest):
    column = [[p] if not isinstance(p, list) else p for p in products]
    header, *rows = udfs.call("CR_ASSOC", [[c] for c in customers], column, *rest)
    return [dict(zip(header, row, strict=True)) for row in rows]


def one(rules, held, offer):
    (found,) = [r for r in rules if set(r["held"].split("; ")) == set(held)
                and set(r["offer"].split("; ")) == set(offer)]  # fmt: skip
    return found


# --- published figures --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "offer", "support", "confidence", "lift"),
    [
        (["Eggs"], ["Kidney Beans"], 0.8, 1.0, 1.0),
        (["Onion"], ["Eggs"], 0.6, 1.0, 1.25),
        (["Eggs"], ["Onion"], 0.6, 0.75, 1.25),
        (["Kidney Beans", "Onion"], ["Eggs"], 0.6, 1.0, 1.25),
        (["Onion"], ["Eggs", "Kidney Beans"], 0.6, 1.0, 1.25),
    ],
)
def test_user_guide_of_mlxtend(held, offer, support, confidence, lift):
    rule = one(assoc(GROCERIES, 0.6, 0.7, 0, 3, 2), held, offer)
    assert (rule["support"], rule["confidence"]) == pytest.approx((support, confidence), abs=1e-12)
    assert rule["lift"] == pytest.approx(lift, abs=1e-12)
    assert rule["customers"] == round(support * 5)


def test_milk_and_diapers_of_tan_steinbach_and_kumar():
    rule = one(assoc(FIVE, 0.4, 0.5), ["Diaper", "Milk"], ["Beer"])
    found = [rule[name] for name in ("support", "confidence", "lift", "leverage", "conviction")]
    assert found == pytest.approx([0.4, 2 / 3, 10 / 9, 0.04, 1.2], abs=1e-12)


@pytest.mark.skipif(not FACTS.exists(), reason="the fact book is not on this machine")
def test_oracles_of_the_fact_book():
    cases = [o for o in json.loads(FACTS.read_text("utf-8")) if o["fn"] == "assoc"]
    assert len(cases) >= 6
    for case in cases:
        rules = assoc(case["inputs"]["T"], 0, 0, 0, 3, 2)
        rule = one(rules, case["inputs"]["a"], case["inputs"]["c"])
        for name, value in case["expected"].items():
            assert rule[name] == pytest.approx(value, abs=case["tol"])


def test_certain_rule_has_a_blank_conviction():
    rule = one(assoc(GROCERIES, 0.6, 0.7), ["Onion"], ["Eggs"])
    assert rule["conviction"] is None


# --- peers and brute force ----------------------------------------------------------------------


def peers_rules(frame, support, confidence, longest):
    """mlxtend's rules with one product offered."""
    frequent = pytest.importorskip("mlxtend.frequent_patterns", reason="mlxtend is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sets = frequent.fpgrowth(frame, min_support=support, use_colnames=True, max_len=longest)
        rules = frequent.association_rules(sets, metric="confidence", min_threshold=confidence)
    single = rules[rules["consequents"].map(len) == 1].replace(np.inf, np.nan)
    return {
        (row["antecedents"], row["consequents"]): [row[name] for name in FIGURES]
        for _, row in single.iterrows()
    }


def our_rules(rules):
    return {
        (frozenset(rule["held"].split("; ")), frozenset(rule["offer"].split("; "))): [
            np.nan if rule[name] is None else rule[name] for name in FIGURES
        ]
        for rule in rules
    }


def assert_alike(ours, theirs):
    assert ours.keys() == theirs.keys()
    for rule, figures in ours.items():
        np.testing.assert_allclose(figures, theirs[rule], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_random_holdings_agree_with_mlxtend(seed):
    rng = np.random.default_rng(seed)
    chances = rng.uniform(0.05, 0.6, 12)
    grid = rng.random((400, 12)) < chances
    names = [f"p{i:02d}" for i in range(12)]
    rules = table(range(400), grid.tolist(), names, 0.0201, 0.2001, 0, 4)
    assert_alike(
        our_rules(rules), peers_rules(pd.DataFrame(grid, columns=names), 0.0201, 0.2001, 4)
    )
    assert len(rules) > 100


@pytest.mark.skipif(not RETAIL.exists(), reason="the retail orders are not on this machine")
def test_baskets_of_an_online_shop_agree_with_mlxtend():
    orders = pd.read_csv(RETAIL, encoding="latin-1", dtype=str).dropna(subset=["Description"])
    orders = orders[~orders["Description"].str.contains("[;；]")]
    products = orders["Description"].str.strip().str.upper()
    header, *rows = udfs.call("CR_ASSOC", orders["InvoiceNo"], products, None, 0.02, 0.3, 0, 3)
    rules = [dict(zip(header, row, strict=True)) for row in rows]
    grid = pd.crosstab(orders["InvoiceNo"], products) > 0
    assert_alike(our_rules(rules), peers_rules(grid, 0.0201, 0.3001, 3))
    assert len(rules) > 20


BASKETS = st.lists(st.lists(st.sampled_from("abcde"), min_size=1, max_size=5), min_size=1, max_size=12)  # fmt: skip


@given(BASKETS, st.sampled_from([0.0, 0.2, 0.5]), st.sampled_from([0.0, 0.3, 1.0]))
@settings(deadline=None, max_examples=60)
def test_every_rule_and_no_other_is_found(baskets, support, confidence):
    found = our_rules(assoc(baskets, support, confidence, 0, 5))
    sets = [set(basket) for basket in baskets]
    n = len(sets)
    expected = set()
    for size in range(2, 6):
        for products in combinations("abcde", size):
            both = sum(set(products) <= s for s in sets)
            if both == 0 or both / n < support - 1e-12:
                continue
            for offer in products:
                held = set(products) - {offer}
                with_held = sum(held <= s for s in sets)
                if both / with_held >= confidence:
                    expected.add((frozenset(held), frozenset(offer)))
    assert found.keys() == expected


@given(BASKETS, st.randoms())
@settings(deadline=None, max_examples=30)
def test_order_of_rows_does_not_matter(baskets, random):
    pairs = [(number, product) for number, basket in enumerate(baskets) for product in basket]
    before = table(*zip(*pairs, strict=True), None, 0.1, 0.1)
    random.shuffle(pairs)
    assert table(*zip(*pairs, strict=True), None, 0.1, 0.1) == before


# --- forms of the history -----------------------------------------------------------------------


def test_list_grid_and_lists_in_cells_say_the_same():
    as_list = assoc([["loan", "card"], ["loan"], ["card", "Loan"]], 0.1, 0.1)
    grid = table(["x", "y", "z"], [[1, "yes"], ["是", None], [True, 1]], ["loan", "card"], 0.1, 0.1)
    cells = table(["x", "y", "z"], ["loan; card", "loan", "card；Loan"], None, 0.1, 0.1)
    for rules in (grid, cells):
        assert [list(r.values())[2:] for r in rules] == [list(r.values())[2:] for r in as_list]
        assert {r["held"].casefold() for r in rules} == {"loan", "card"}


def test_customer_who_holds_nothing_counts_as_a_customer():
    (row,) = table([1, 2, 3, 4], ["a", "a", None, None], None, 0, 0, 0, 2, 1, "products")
    assert (row["customers"], row["share"]) == (2, 0.5)


def test_same_product_twice_counts_once():
    (row,) = table([1, 1, 2], ["a", "a", "a"], None, 0, 0, 0, 2, 1, "products")
    assert row["customers"] == 2


def test_rows_that_cannot_be_used_are_counted():
    told = table([1, None, 2, 2], ["a", "a", CellError("#N/A"), "b"], None, 0, 0, 0, 2, 1, "report")
    told = {row["item"]: row["value"] for row in told}
    assert told["rows left out: no customer"] == 1
    assert told["rows left out: error cells"] == 1
    assert told["customers"] == 2


def test_product_with_a_semicolon_comes_back_in_quotes():
    rules = table([1, 1, 2, 2], ['"a; b"', "c", '"a; b"', "c"], None, 0.5, 0.5)
    assert {rule["held"] for rule in rules} == {'"a; b"', "c"}


def test_threshold_reached_exactly_counts():
    # 3 of 30 customers: 0.1 × 30 is a little more than 3 in binary.
    baskets = [["a", "b"]] * 3 + [["c"]] * 27
    assert assoc(baskets, 0.1, 0)


def test_least_lift_and_confidence_hold():
    every = assoc(FIVE, 0.2, 0, 0)
    some = assoc(FIVE, 0.2, 0.6, 1.1)
    assert 0 < len(some) < len(every)
    assert all(rule["lift"] >= 1.1 and rule["confidence"] >= 0.6 for rule in some)


def test_best_rules_stand_first():
    rules = assoc(GROCERIES, 0.4, 0.3)
    keys = [(-r["lift"], -r["confidence"], -r["customers"]) for r in rules]
    assert keys == sorted(keys)


def test_headers_are_chinese_on_request():
    cells = [[1], [1]], [["a"], ["b"]], None, 0, 0, 0, 2, 1, "rules", "zh"
    header, *_ = udfs.call("CR_ASSOC", *cells)
    assert header == ["已持有", "推荐", "支持度", "置信度", "提升度", "杠杆率", "确信度", "客户数"]


@pytest.mark.parametrize(
    ("customers", "products", "rest", "words"),
    [
        ([[1], [2]], [[1, 0], [0, 1]], (), "names of the 2 columns"),
        ([[1], [2]], [[1, 5], [0, 1]], (["a", "b"],), "column b, row 1"),
        ([[CellError("#N/A")], [2]], [["a"], ["b"]], (), "customers, row 1"),
        ([[None], [None]], [["a"], ["b"]], (), "a customer in at least one row"),
        ([[1], [2]], [["a"], ["b"], ["c"]], (), "as many rows"),
    ],
)
def test_history_that_cannot_be_read_is_refused(customers, products, rest, words):
    ((error,),) = udfs.call("CR_ASSOC", customers, products, *rest)
    assert words in error.why()


def test_too_many_sets_are_refused(monkeypatch):
    monkeypatch.setattr(association_sets, "MOST_SETS", 20)
    ((error,),) = udfs.call("CR_ASSOC", [[1]] * 6, [[p] for p in "abcdef"], None, 0, 0, 0, 6)
    assert "minimum_support must be higher" in error.why()


# --- the next product ---------------------------------------------------------------------------

RULES = [
    ["held", "offer", "confidence", "lift"],
    ["loan", "card", 0.6, 1.1],
    ["loan; card", "payroll", 0.7, 1.5],
    ["deposit", "fund; insurance", 0.3, 3.0],
    ["loan", "deposit", 0.5, 2.0],
]


def offers(values, *rest, rules=RULES):
    return [row[0] for row in udfs.call("CR_RULES", values, rules, *rest)]


@pytest.mark.parametrize(
    ("held", "offer"),
    [
        ("loan", "card"),
        ("LOAN ; Card", "payroll"),
        ("loan; card; payroll", "deposit"),
        ("deposit; loan; card; payroll", "fund; insurance"),
        ("deposit; fund", None),
        ("mortgage", None),
    ],
)
def test_best_rule_that_applies_gives_the_offer(held, offer):
    assert offers([[held]]) == [offer]


def test_columns_of_names_and_of_flags_say_the_same():
    assert offers([["card", "loan"], [None, "loan"]]) == ["payroll", "card"]
    assert offers([[1, "yes"], [1, None]], ["loan", "card"]) == ["payroll", "card"]


@pytest.mark.parametrize(("by", "offer"), [("confidence", "card"), ("lift", "deposit")])
def test_what_is_best_can_be_chosen(by, offer):
    assert offers([["loan"]], None, 1, by) == [offer]
    assert offers([["loan"]], None, 3) == ["card; deposit"]


def test_best_by_a_figure_the_table_lacks_is_refused():
    (error,) = offers([["loan"]], None, 1, "leverage")
    assert "column leverage, row 1 must be a number" in error.why()


def test_reasons_in_both_languages():
    assert offers([["loan"]], None, 2, "confidence", "why") == [
        (
            "Holds loan: 60% of such customers also have card (1.1 times the average). "
            "Holds loan: 50% of such customers also have deposit (2 times the average)."
        )
    ]
    zh = offers([["loan"], ["card"], ["x"]], None, 1, "confidence", "why", "zh")
    assert zh == [
        "已持有 loan：同类客户中 60% 还持有 card，为平均水平的 1.1 倍。",
        "没有规则适用于已持有的产品（card）。",
        "未持有规则涉及的产品，无法推荐。",
    ]


def test_table_has_the_rule_behind_the_offer():
    rows = udfs.call("CR_RULES", [["loan"], ["x"], [None]], RULES, None, 1, "confidence", "table")
    assert rows == [
        ["offer", "held", "confidence", "lift", "customers"],
        ["card", "loan", 0.6, 1.1, None],
        [None] * 5,
        [None] * 5,
    ]


def test_faulty_cells_stay_in_their_rows():
    assert offers([["loan", "#REF!"], ["loan", None]]) == [CellError("#REF!"), "card"]
    assert offers([[1, "maybe"], [1, 0]], ["loan", "card"]) == [CellError("#VALUE!"), "card"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_rules_that_were_found_are_taken_back(lang):
    customers = [[c] for c, basket in enumerate(FIVE) for _ in basket]
    products = [[p] for basket in FIVE for p in basket]
    rules = udfs.call("CR_ASSOC", customers, products, None, 0.2, 0.3, 0, 3, 1, "rules", lang)
    found = offers([["; ".join(basket)] for basket in FIVE], rules=rules)
    sets = [set(basket) for basket in FIVE]
    for basket, offer in zip(sets, found, strict=True):
        best = max(
            (
                (row[3], row[4])
                for row in rules[1:]
                if set(row[0].split("; ")) <= basket and row[1] not in basket
            ),
            default=None,
        )
        assert (offer is None) == (best is None)
        if best is not None:
            assert best in [(row[3], row[4]) for row in rules[1:] if row[1] == offer]


@given(
    st.lists(
        st.lists(st.sampled_from(["loan", "card", "deposit", "x"]), max_size=3),
        min_size=1,
        max_size=8,
    )
)
@settings(deadline=None, max_examples=30)
def test_one_row_is_as_in_a_batch(baskets):
    cells = [["; ".join(basket) or None] for basket in baskets]
    batch = offers(cells)
    assert [offers([cell])[0] for cell in cells] == batch


def test_many_products_are_told_apart():
    names = [f"p{i}" for i in range(150)]
    rules = [["held", "offer", "confidence"], *([f"p{i}", f"p{i + 1}", 0.5] for i in range(149))]
    assert offers([[name] for name in names[:-1]], rules=rules) == names[1:]
    assert math.isclose(len(offers([["p149"]], rules=rules)), 1)
