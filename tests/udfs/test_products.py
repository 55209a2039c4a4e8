import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError
from udfs.tables import builtin

RULES = builtin("product_rules").rows
LABELS = dict(zip(RULES["product"], RULES["label_en"], strict=True))


def product(industry, size=None, tier=None, growth=None, cash=None, years=None, *rest):
    return udfs.call("CR_PRODUCT", industry, size, tier, growth, cash, years, *rest)


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        # Seed 002 and 001: who gets what.
        (("I65", "small", "low", 0.3, None, None), "technology"),
        (("I65", "large", "low", 0.2, None, None), "technology"),
        (("C39", "medium", "medium", 0.1999, None, None), "innovation"),
        (("C13", "large", "low", None, 0.2, None), "supply_chain"),
        (("C13", "large", "low", None, 0.1, None), "multi_channel"),
        (("D44", "medium", "low", None, None, None), "project"),
        (("F51", "medium", "low", None, None, 5), "dedicated"),
        (("F51", "medium", "medium", None, None, 5), "working_capital"),
        (("F51", "medium", "medium", None, None, 0), "guidance"),
        (("F51", "micro", "medium", None, None, 1), "inclusive"),
        (("I65", "small", "high", 0.9, 0.9, 9), "restructuring"),
        (("F51", None, None, None, None, None), "standard"),
    ],
)
def test_first_rule_that_fits_gives_the_product(customer, expected):
    assert product(*customer) == [[LABELS[expected]]]


def test_labels_of_size_and_tier_in_both_languages():
    assert product("F51", "微型", "中风险", None, None, 3, None, "value", "zh") == [
        ["普惠小微贷款"]
    ]


def test_all_lists_every_product_and_the_fallback_only_alone():
    both = product(
        [["I65"], ["J"]], [["small"], [None]], [["low"], [None]], 0.3, None, 6, None, "all"
    )
    wanted = ["technology", "innovation", "dedicated", "inclusive", "working_capital"]
    assert both[0] == ["; ".join(LABELS[name] for name in wanted)]
    assert both[1] == [LABELS["standard"]]


def test_reason_names_what_could_not_be_checked():
    assert product("I65", "small", "low", None, None, None, None, "why")[0][0] == (
        "Innovation loan with flexible term and guarantee: a small or medium technology firm."
        " Not checked for want of revenue_growth: Technology development loan."
    )
    why = product("I65", "small", "low", None, None, None, None, "why", "zh")[0][0]
    assert why.endswith("因缺少营业收入增长率未能核对：技术开发贷款。")
    complete = product("I65", "small", "low", 0.5, 0.1, 1, None, "why")
    assert complete == [["Technology development loan: a technology firm in its growth stage."]]


def test_faults_are_named_in_their_rows():
    result = product(
        [["zzz"], ["C"], ["C"], [None], ["C"]],
        [["small"], ["huge"], ["small"], ["small"], ["small"]],
        [["low"], ["low"], ["odd"], ["low"], ["low"]],
        None,
        None,
        [[1], [1], [1], [1], [-1]],
    )
    assert "industry must be" in result[0][0].reason
    assert "size must be one of large" in result[1][0].reason
    assert "tier must be one of premium" in result[2][0].reason
    assert result[3] == [None]
    assert result[4] == [CellError("#NUM!")]


HEADERS = list(RULES.columns)


def rule(**filled):
    texts = {"product": "p", "label_en": "P", "label_zh": "品", "reason_en": "r", "reason_zh": "因"}
    return [(texts | filled).get(header) for header in HEADERS]


def test_own_rules_and_no_rule_that_fits():
    own = [HEADERS, rule(industries="C", sizes="小型;micro")]
    result = product([["C"], ["C"], ["D"]], [["small"], ["large"], ["small"]], *[None] * 4, own)
    assert result == [["P"], [CellError("#N/A")], [CellError("#N/A")]]


@pytest.mark.parametrize("fault", [{"industries": "U9"}, {"sizes": "huge"}, {"tiers": "odd"}])
def test_bad_rule_fails_the_call(fault):
    (error,) = product("C", "small", "low", None, None, None, [HEADERS, rule(**fault)])[0]
    assert error.code == "#VALUE!"
    assert next(iter(fault)) in error.reason


def simply(industry, size, tier, growth, cash, years):
    """The table's rules in plain words, for codes of a few industries."""
    good_standing = tier in {"premium", "low"}
    technology = industry in {"I65", "C39", "M73"}
    rules = {
        "restructuring": tier == "high",
        "standard": tier is None,
        "technology": technology and growth is not None and growth >= 0.2,
        "innovation": technology and size in {"micro", "small", "medium"},
        "supply_chain": industry.startswith("C") and cash is not None and cash >= 0.2,
        "multi_channel": size == "large" and good_standing,
        "project": industry[0] in "DEGN",
        "dedicated": years is not None and years >= 5 and good_standing,
        "guidance": years is not None and years < 1,
        "inclusive": size in {"micro", "small"},
        "working_capital": True,
    }
    return next(name for name, holds in rules.items() if holds)


figure = st.one_of(st.none(), st.sampled_from([0.0, 0.1, 0.2, 0.5, 1.0, 5.0, 9.0]))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["I65", "C39", "C13", "M73", "D44", "F51", "H62", "E47"]),
            st.sampled_from([None, "micro", "small", "medium", "large", "not applicable"]),
            st.sampled_from([None, "premium", "low", "medium", "high"]),
            figure,
            figure,
            figure,
        ),
        min_size=1,
        max_size=30,
    )
)
@settings(deadline=None, max_examples=80)
def test_batch_agrees_with_the_rules_told_row_by_row(cases):
    result = product(*([[row[j]] for row in cases] for j in range(6)))
    assert result == [[LABELS[simply(*row)]] for row in cases]
