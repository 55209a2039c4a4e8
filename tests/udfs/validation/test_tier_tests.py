import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

import udfs
from udfs.errors import CellError

CALL = ("exposure", "loss", "profit", "churned", "order", "significance", "out", "lang")
COLUMNS = CALL[:4]
TIERS = ["premium", "low", "medium", "high"]
SAMPLES = st.lists(
    st.tuples(st.sampled_from(TIERS), st.booleans()), min_size=3, max_size=40
).filter(lambda rows: len({t for t, _ in rows}) > 1 and len({b for _, b in rows}) == 2)


def column(items):
    return None if items is None else [[item] for item in items]


def tier_test(tier, bad, **options):
    options |= {name: column(options[name]) for name in COLUMNS if name in options}
    return udfs.call(
        "CR_TIERTEST", column(tier), column(bad), *(options.get(argument) for argument in CALL)
    )


def value(tier, bad, **options):
    ((cell,),) = tier_test(tier, bad, **options)
    return cell


def by_tier(tier, bad, **options):
    header, *rows = tier_test(tier, bad, **options)
    return {row[0]: dict(zip(header[1:], row[1:], strict=True)) for row in rows}


def book(rates, each=400):
    tier = [name for name in rates for _ in range(each)]
    bad = [int(i < each * rate) for rate in rates.values() for i in range(each)]
    return tier, bad


@given(SAMPLES)
@settings(deadline=None, max_examples=40)
def test_counts_rates_and_neighbours_by_hand(rows):
    found = by_tier(*zip(*rows, strict=True))
    overall = sum(b for _, b in rows) / len(rows)
    tiers = [t for t in TIERS if any(t == name for name, _ in rows)]
    assert list(found) == [*tiers, "total"]
    counts = {t: [b for name, b in rows if name == t] for t in tiers}
    for i, t in enumerate(tiers):
        bads = counts[t]
        assert (found[t]["customers"], found[t]["defaults"]) == (len(bads), sum(bads))
        assert found[t]["default_rate"] == pytest.approx(sum(bads) / len(bads))
        assert found[t]["lift"] == pytest.approx(sum(bads) / len(bads) / overall)
        if i + 1 < len(tiers):
            pair = [[sum(c), len(c) - sum(c)] for c in (bads, counts[tiers[i + 1]])]
            assert found[t]["p_next"] == pytest.approx(fisher_exact(pair).pvalue)
        if i:
            before = counts[tiers[i - 1]]
            assert found[t]["inverted"] == (sum(bads) / len(bads) < sum(before) / len(before))
    assert found["total"]["customer_share"] == 1


@given(SAMPLES)
@settings(deadline=None, max_examples=30)
def test_gini_is_that_of_the_tiers_as_a_score(rows):
    tier, bad = zip(*rows, strict=True)
    scores = [TIERS.index(name) for name in tier]
    ((gini,),) = udfs.call("CR_AUC", column(bad), column(scores), "worse", *[None] * 3, "gini")
    assert value(tier, bad, out="value") == pytest.approx(gini, abs=1e-12)


def test_information_value_of_german_credit():
    # oracles.json, topic 5: checking account status
    bad, good = [135, 14, 105, 46], [139, 49, 164, 348]
    names = ["a", "b", "c", "d"]
    tier = [n for n, b, g in zip(names, bad, good, strict=True) for _ in range(b + g)]
    outcome = [x for b, g in zip(bad, good, strict=True) for x in [1] * b + [0] * g]
    found = value(tier, outcome, order=names, out="iv")
    assert found == pytest.approx(0.6660115033513336, abs=1e-12)


def test_tier_without_defaults_counts_as_half_a_customer():
    tier, bad = ["low"] * 10 + ["high"] * 10, [0] * 10 + [1] * 5 + [0] * 5
    bads, goods = [0.5, 5], [10, 5]
    shares = [(b / 5.5, g / 15) for b, g in zip(bads, goods, strict=True)]
    expected = sum((b - g) * math.log(b / g) for b, g in shares)
    assert value(tier, bad, out="iv") == pytest.approx(expected)


def test_money_and_churn_per_tier():
    tier, bad = ["low", "low", "high", "high"], [0, 0, 0, 1]
    found = by_tier(
        tier, bad, exposure=[100, 300, 50, 150], loss=[0, 0, 0, 40], profit=[2, 6, 4, 8],
        churned=[1, 0, "否", "是"],
    )  # fmt: skip
    high = found["high"]
    assert [high[k] for k in ("exposure", "exposure_share", "loss", "loss_share", "loss_rate")] == [200, pytest.approx(1 / 3), 40, 1, 0.2]  # fmt: skip
    assert [high[k] for k in ("profit", "profit_share", "profit_per_customer", "return_on_exposure")] == [12, 0.6, 6, 0.06]  # fmt: skip
    assert (high["churned"], high["churn_rate"]) == (1, 0.5)
    total = found["total"]
    assert [total[k] for k in ("loss_rate", "return_on_exposure", "churn_rate")] == [pytest.approx(40 / 600), pytest.approx(20 / 600), 0.5]  # fmt: skip


def test_shares_are_blank_where_a_tier_loses_money():
    found = by_tier(["low", "high"], [0, 1], profit=[10, -4])
    assert found["high"]["profit_share"] is None
    assert found["total"]["profit"] == 6
    assert value(["low", "high"], [0, 1], profit=[10, -4], out="why").endswith(
        "high has 50.0% of the customers, a profit of -4."
    )


@pytest.mark.parametrize(
    ("rates", "verdict", "zh"),
    [
        ({"low": 0.01, "medium": 0.05, "high": 0.2}, "works", "有效"),
        ({"low": 0.01, "medium": 0.015, "high": 0.2}, "partly works", "部分有效"),
        ({"low": 0.05, "medium": 0.01, "high": 0.2}, "partly works", "部分有效"),
        ({"low": 0.2, "medium": 0.05, "high": 0.01}, "does not rank the customers", "排序失效"),
        ({"low": 0.05, "high": 0.05}, "does not rank the customers", "排序失效"),
    ],
)
def test_verdict(rates, verdict, zh):
    assert value(*book(rates), out="verdict") == verdict
    assert value(*book(rates), out="verdict", lang="zh") == zh
    assert value(*book(rates), out="why").startswith(f"The tiering {verdict}: ")


def test_reason_names_what_is_wrong():
    text = value(*book({"low": 0.05, "medium": 0.01, "high": 0.015}), out="why")
    assert "medium defaulted less than low (p 0." in text
    assert "medium and high do not differ significantly in their default rate (p 0." in text
    text = value(*book({"low": 0.05, "medium": 0.01, "high": 0.015}), out="why", lang="zh")
    assert "中风险的违约率反而低于低风险（p 值 0." in text
    assert "中风险与高风险的违约率没有显著差别（p 值 0." in text
    text = value(*book({"low": 0.01, "high": 0.2}), out="why", lang="zh")
    assert text.endswith("违约率逐层上升，相邻层均有显著差别。")


def test_level_of_significance_decides():
    rates = {"low": 0.01, "medium": 0.03, "high": 0.2}
    assert value(*book(rates), out="verdict") == "partly works"
    assert value(*book(rates), significance=0.1, out="verdict") == "works"


def test_tiers_are_known_in_either_language_and_grades_by_the_master_scale():
    found = by_tier(["高风险", "low", "优质", "Low"], [1, 0, 0, 0])
    assert list(found) == ["premium", "low", "high", "total"]
    assert list(by_tier(["B", "AAA", "bbb"], [1, 0, 0])) == ["AAA", "BBB", "B", "total"]
    found = by_tier(["Z", "y"], [1, 0], order=["Y", "x", "Z"], lang="zh")
    assert list(found) == ["Y", "Z", "合计"]


def test_incomplete_rows_are_left_out_and_have_a_row_of_their_own():
    tier, bad = ["low", "high", "low", None, "high"], [0, 1, None, 0, 1]
    found = by_tier(tier, bad, profit=[1, 2, 3, 4, "?"])
    assert found["left out"]["customers"] == 3
    assert found["total"]["customers"] == 2
    assert value(tier, bad, profit=[1, 2, 3, 4, "?"], out="why").endswith(
        "3 rows left out: 1 without tier, 1 without bad, 1 faulty "
        "(row 5: profit: '?' is not a number)."
    )


@pytest.mark.parametrize(
    ("tier", "bad", "options", "start"),
    [
        (["x", "y"], [0, 1], {}, "order must be the tiers from the best to the worst; got nothing, with tiers x, y"),
        (["x", "y"], [0, 1], {"order": ["x", "z"]}, "tier must be one of x, z; got 'y'"),
        (["low", "low"], [0, 1], {}, "tier must be at least two tiers; got low in every row"),
        (["low", "high"], [0, 0], {}, "bad must be rows of both outcomes"),
        (["low", "high"], [0, 1], {"loss": [1, 2]}, "exposure must be given when loss is"),
    ],
)  # fmt: skip
def test_bad_calls_say_what_is_wrong(tier, bad, options, start):
    error = value(tier, bad, **options)
    assert isinstance(error, CellError)
    assert error.reason.startswith(start)
    assert any("\u4e00" <= character <= "\u9fff" for character in error.why("zh"))


def test_chinese_headers_and_a_million_customers():
    rng = np.random.default_rng(15)
    tier = rng.choice(np.array(["low", "medium", "high"], dtype=object), 1_000_000)
    bad = rng.random(1_000_000) < 0.02
    header, *rows = udfs.call("CR_TIERTEST", tier, bad, *[None] * 7, "zh")
    assert header == ["层级", "客户数", "客户占比", "违约数", "违约率", "提升度", "与下一级同率的 p 值", "倒挂"]  # fmt: skip
    assert rows[-1][1] == 1_000_000
