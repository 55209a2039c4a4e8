import calendar
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError
from udfs.tables import builtin

STRATEGY = builtin("tier_strategy")
TIERS = ["premium", "low", "medium", "high"]
ITEMS = [c.name.removesuffix("_zh").removesuffix("_en") for c in STRATEGY.columns]
EPOCH = dt.date(1899, 12, 30)


def serial(date):
    return float((dt.date.fromisoformat(date) - EPOCH).days)


def test_strategy_speaks_of_the_tiers_of_cr_risktier_in_the_same_words():
    tiers = builtin("risk_tiers").rows
    for column in ("tier", "label_en", "label_zh"):
        assert sorted(STRATEGY.rows[column]) == sorted(tiers[column])


@pytest.mark.parametrize("item", dict.fromkeys(ITEMS))
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_item_of_the_strategy_is_filled_in_for_every_tier(item, lang):
    result = udfs.call("CR_STRATEGY", [[tier] for tier in TIERS], item, None, lang)
    assert all(isinstance(cell, float) or cell for (cell,) in result)
    assert all(not isinstance(cell, CellError) for (cell,) in result)


@pytest.mark.parametrize(
    ("tier", "words"),
    [
        # Seed 004, the strategies for high, medium and low risk and for premium customers.
        (
            "high",
            [
                "加强监控和风险管理",
                "提高贷款审批标准",
                "个性化还款计划和支持",
                "额外的担保或抵押品",
            ],
        ),
        (
            "medium",
            ["定期监控和风险评估", "财务咨询和教育", "调整还款计划以提高可负担性", "优化贷款结构"],
        ),
        ("low", ["简化贷款流程和审批", "优惠利率和灵活还款选项", "培养客户忠诚度和交叉销售机会"]),
        ("premium", ["提供专属服务", "优先贷款审批", "交叉销售高价值产品"]),
    ],
)
def test_actions_keep_the_words_of_their_source(tier, words):
    (actions,) = udfs.call("CR_STRATEGY", tier, "actions", None, "zh")[0]
    for word in words:
        assert word in actions


@pytest.mark.parametrize(
    ("item", "direction"),
    [
        ("spread_bp", 1),
        ("limit_multiple", -1),
        ("max_ltv", -1),
        ("review_months", -1),
        ("monitoring_months", -1),
    ],
)
def test_riskier_tiers_are_never_treated_more_kindly(item, direction):
    values = [cell for (cell,) in udfs.call("CR_STRATEGY", [[t] for t in TIERS], item)]
    assert values == sorted(values, key=lambda value: direction * value)


@pytest.mark.parametrize(
    "item",
    ["approval", "approval_zh", "审批路径", " APPROVAL ", "审批路径(英文)", "审批路径（英文）"],
)
def test_item_is_found_by_name_or_header_in_any_case(item):
    (cell,) = udfs.call("CR_STRATEGY", "优质", item, None, "zh")[0]
    assert cell.startswith("优先审批")


def test_tier_is_known_by_code_and_by_both_labels():
    assert udfs.call(
        "CR_STRATEGY", [["HIGH"], ["高风险"], [None], ["odd"], ["#N/A"]], "spread_bp"
    ) == [
        [300.0],
        [300.0],
        [None],
        [CellError("#VALUE!")],
        [CellError("#N/A")],
    ]


def test_unknown_item_fails_the_call_and_lists_what_there_is():
    (error,) = udfs.call("CR_STRATEGY", "high", "colour")[0]
    assert "one of tier, label, approval" in error.reason
    assert "之一" in error.reason_zh


def test_own_policy_is_read_back_as_it_was_spilled():
    spilled = udfs.call("CR_POLICY", "tier_strategy", "table", "zh")
    column = spilled[0].index("利差（基点）")
    spilled[1][column] = -35.0
    assert udfs.call("CR_STRATEGY", "优质", "spread_bp", spilled) == [[-35.0]]


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("value_class", [None, "A", "B", "C", "watch", "观察"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_actions_exist_for_every_tier_and_class(tier, value_class, lang):
    (cell,) = udfs.call("CR_ACTION", tier, [[value_class]], None, lang)[0]
    assert isinstance(cell, str)
    table = builtin("tier_actions").rows
    wanted = {"观察": "watch", None: ""}.get(value_class, value_class)
    row = table[(table["tier"] == tier) & (table["value_class"] == wanted)]
    assert row[f"actions_{lang}"].tolist() == [cell]


def test_unknown_tier_or_class_is_named_in_its_row():
    result = udfs.call(
        "CR_ACTION", [["odd"], ["low"], ["low"], [None]], [["A"], ["Q"], ["a"], ["A"]]
    )
    assert "tier must be one of" in result[0][0].reason
    assert "value_class must be one of A, B, C, watch" in result[1][0].reason
    assert isinstance(result[2][0], str)
    assert result[3] == [None]


def test_class_that_the_own_policy_lacks_for_a_tier_is_an_error():
    own = [
        [
            "tier",
            "label_en",
            "label_zh",
            "value_class",
            "value_class_zh",
            "actions_en",
            "actions_zh",
        ],
        ["low", "low", "低风险", "A", "A", "grow", "增长"],
        ["high", "high", "高风险", "B", "B", "exit", "退出"],
    ]
    result = udfs.call("CR_ACTION", [["low"], ["low"], ["high"]], [["A"], ["B"], [None]], own)
    assert result[0] == ["grow"]
    assert "tier low and class B" in result[1][0].reason
    assert "(blank)" in result[2][0].reason


@pytest.mark.parametrize(
    ("last", "tier", "warning", "due"),
    [
        ("2026-03-31", "premium", None, "2027-03-31"),
        ("2024-02-29", "low", None, "2025-02-28"),
        ("2026-01-31", "medium", None, "2026-04-30"),
        ("2026-11-30", "high", None, "2027-02-28"),
        ("2026-01-31", "high", "red", "2026-02-28"),
        ("2028-01-31", "low", "orange", "2028-02-29"),
        ("2026-01-15", "low", "yellow", "2026-04-15"),
        ("2026-01-15", "low", "绿色", "2027-01-15"),
        ("2026-12-31", "高风险", "红", "2027-01-31"),
    ],
)
def test_next_review(last, tier, warning, due):
    assert udfs.call("CR_NEXTREVIEW", last, tier, warning) == [[serial(due)]]


def later(date, months):
    total = date.year * 12 + date.month - 1 + months
    year, month = divmod(total, 12)
    return dt.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


@given(
    st.lists(
        st.tuples(
            st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)),
            st.sampled_from(TIERS),
            st.sampled_from([None, "green", "yellow", "orange", "red"]),
        ),
        min_size=1,
        max_size=30,
    )
)
@settings(deadline=None, max_examples=60)
def test_months_are_counted_as_the_calendar_does(cases):
    months = {"premium": 12, "low": 12, "medium": 3, "high": 3}
    urgent = {None: 99, "green": 99, "yellow": 3, "orange": 1, "red": 1}
    result = udfs.call("CR_NEXTREVIEW", *([[row[j]] for row in cases] for j in range(3)))
    expected = [later(day, min(months[tier], urgent[colour])) for day, tier, colour in cases]
    assert result == [[float((day - EPOCH).days)] for day in expected]


def test_review_faults_are_named_in_their_rows():
    result = udfs.call(
        "CR_NEXTREVIEW",
        [[None], ["2026-01-31"], ["31/01/2026"], ["2026-01-31"], ["2026-01-31"], [None]],
        [["low"], ["odd"], ["low"], [None], ["low"], [None]],
        [[None], [None], [None], [None], ["purple"], [None]],
        None,
        None,
        "why",
    )
    texts = [cell for (cell,) in result]
    assert texts[0] == "last_review is missing."
    assert texts[1].startswith("tier must be one of premium")
    assert "is not a date" in texts[2]
    assert texts[3] == "tier is missing."
    assert texts[4].startswith("warning must be one of green")
    assert texts[5] is None


def test_review_reason_and_table_in_both_languages():
    calm = ("2026-01-31", "low", "green", None, None)
    urgent = ("2026-01-31", "low", "red", None, None)
    assert udfs.call("CR_NEXTREVIEW", *calm, "why") == [
        ["Review by 2027-01-31: 12 months after 2026-01-31 for tier low."]
    ]
    assert udfs.call("CR_NEXTREVIEW", *urgent, "why", "zh") == [
        [
            "应于 2026-02-28 前复评：自 2026-01-31 起 1 个月；红色预警缩短了“低风险”层级的间隔（12 个月）。"
        ]
    ]
    assert udfs.call("CR_NEXTREVIEW", *urgent, "table") == [
        ["next_review", "months", "interval_from"],
        [serial("2026-02-28"), 1.0, "warning"],
    ]
    assert udfs.call("CR_NEXTREVIEW", *calm, "table", "zh") == [
        ["下次复评日", "间隔月数", "间隔依据"],
        [serial("2027-01-31"), 12.0, "层级"],
    ]


def test_own_intervals():
    intervals = [["warning", "label_en", "label_zh", "months"], ["red", "red", "红色", 2]]
    result = udfs.call("CR_NEXTREVIEW", "2026-01-31", "low", [["red"], ["orange"]], None, intervals)
    assert result == [[serial("2026-03-31")], [serial("2027-01-31")]]


@pytest.mark.parametrize("months", [0, -3, 2.5])
def test_interval_that_is_no_number_of_months_fails_the_call(months):
    intervals = [["warning", "label_en", "label_zh", "months"], ["red", "red", "红色", months]]
    (error,) = udfs.call("CR_NEXTREVIEW", "2026-01-31", "low", "red", None, intervals)[0]
    assert error.code == "#NUM!"
    assert "intervals, column months" in error.reason
