import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

CLASSES = ["normal", "special mention", "substandard", "doubtful", "loss"]
BALANCES = [9000, 500, 300, 150, 50]
# The two regulations, typed in a second time: general and specific rate by class.
SCHEMES = {
    "guideline_2002": (0.01, [0, 0.02, 0.25, 0.5, 1]),
    "caijin_2012": (0, [0.015, 0.03, 0.3, 0.6, 1]),
}


def column(values):
    return [[value] for value in values]


def provide(balance, loan_class, *rest):
    return udfs.call("CR_PROVISION", balance, loan_class, *rest)


@pytest.mark.parametrize(
    ("scheme", "out", "total"),
    [
        # facts/oracles.json, topic 2
        ("guideline_2002", "specific", 210),
        ("caijin_2012", "value", 380),
        # fact book, section 2: (210 + 100) / 500
        ("guideline_2002", "value", 310),
        ("guideline_2002", "general", 100),
        ("caijin_2012", "general", 0),
    ],
)
def test_published_portfolio_is_provided_for(scheme, out, total):
    parts = provide(column(BALANCES), column(CLASSES), scheme, None, None, out)
    assert sum(row[0] for row in parts) == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("place", range(5))
def test_every_class_has_its_rates(scheme, place):
    general, specific = SCHEMES[scheme]
    cells = (1000, CLASSES[place], scheme, None, None)
    assert provide(*cells, "general")[0][0] == pytest.approx(1000 * general)
    assert provide(*cells, "specific")[0][0] == pytest.approx(1000 * specific[place])
    assert provide(*cells, "rate")[0][0] == pytest.approx(general + specific[place])


@pytest.mark.parametrize(
    "name", ["substandard", "次级", "次级类", "SUBSTANDARD", "sub-standard", " 次级贷款 "]
)
def test_class_is_read_in_either_language(name):
    assert provide(100, name) == provide(100, "substandard")


def test_class_written_by_the_classification_is_taken_back():
    for lang in ("en", "zh"):
        days = column([0, 30, 100, 300, 400])
        classes = udfs.call("CR_LOANCLASS", days, None, None, None, None, "value", lang)
        assert provide(column(BALANCES), classes) == provide(column(BALANCES), column(CLASSES))


@pytest.mark.parametrize("scheme", ["2002年计提指引", "Guidelines of 2002", "GUIDELINE_2002"])
def test_scheme_is_known_by_code_and_label(scheme):
    assert provide(300, "次级", scheme) == [[78]]


def test_adjustment_is_relative_and_for_the_classes_that_may_float():
    specific = provide(column([100] * 5), column(CLASSES), None, None, 0.2, "specific")
    assert [row[0] for row in specific] == pytest.approx([0, 2, 30, 60, 100])
    specific = provide(column([100] * 5), column(CLASSES), None, None, -0.2, "specific")
    assert [row[0] for row in specific] == pytest.approx([0, 2, 20, 40, 100])


def test_adjustment_beyond_the_limit_is_that_rows_error():
    result = provide([[100], [100]], [["次级"], ["正常"]], None, None, 0.21)
    assert result == [[CellError("#NUM!")], [1]]
    assert "-0.2 to 0.2" in result[0][0].reason
    assert "-0.2 至 0.2" in result[0][0].reason_zh


@pytest.mark.parametrize(
    ("cells", "reason", "reason_zh"),
    [
        (
            (300, "次级", None, None, 0.2),
            (
                "substandard, Guidelines of 2002: general 1 % of 300 = 3; specific 30 % = 90 "
                "(25 % adjusted by +20 %); together 93."
            ),
            "次级，2002年计提指引：一般准备 300 的 1% 为 3；专项准备 30% 为 90（25% 浮动 +20%）；合计 93。",
        ),
        (
            (1000, "normal", "caijin_2012", None, None),
            "normal, Caijin 2012 No. 20: specific 1.5 % = 15; together 15.",
            "正常，财金2012年20号：专项准备 1.5% 为 15；合计 15。",
        ),
        (
            (1000, "normal", None, None, None),
            "normal, Guidelines of 2002: general 1 % of 1,000 = 10; together 10.",
            "正常，2002年计提指引：一般准备 1,000 的 1% 为 10；合计 10。",
        ),
    ],
)
def test_reason_names_rates_and_amounts(cells, reason, reason_zh):
    assert provide(*cells, "why") == [[reason]]
    assert provide(*cells, "why", "zh") == [[reason_zh]]


def test_table_has_all_parts():
    headers, row = provide(300, "次级", None, None, None, "table")
    assert headers == [
        "provision",
        "general",
        "specific",
        "general_rate",
        "specific_rate",
        "scheme",
    ]
    assert row == [78, 3, 75, 0.01, 0.25, "Guidelines of 2002"]
    headers, _ = provide(300, "次级", None, None, None, "table", "zh")
    assert headers == ["准备合计", "一般准备", "专项准备", "一般准备率", "专项准备率", "计提方案"]


def test_faulty_and_blank_rows_answer_for_themselves():
    result = provide(
        [[100], [-1], [100], [None], [100]], [["loss"], ["loss"], ["bad"], [None], [None]]
    )
    codes = [CellError("#NUM!"), CellError("#VALUE!"), None, CellError("#N/A")]
    assert result == [[101], *([code] for code in codes)]
    assert "special mention (关注)" in result[2][0].reason


def test_unknown_scheme_is_refused_with_those_there_are():
    ((error,),) = provide(100, "loss", "basel")
    assert error.code == "#VALUE!"
    assert "guideline_2002, caijin_2012" in error.reason


def test_scheme_of_ones_own_is_taken_from_the_table():
    table = udfs.call("CR_POLICY", "provision_rates")
    own = [
        ["mine", "Mine", "本行", name, 0, rate, None]
        for name, rate in zip(CLASSES, range(5), strict=True)
    ]
    assert provide(10, "doubtful", "本行", [*table, *own]) == [[30]]
    ((error,),) = provide(10, "doubtful", "mine", [table[0], *own[:-1]])
    assert "each of the five classes" in error.reason


@settings(deadline=None, max_examples=40)
@given(st.floats(0, 1e9), st.sampled_from(sorted(SCHEMES)))
def test_a_worse_class_never_needs_less(balance, scheme):
    amounts = [row[0] for row in provide(balance, column(CLASSES), scheme)]
    assert amounts == sorted(amounts)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.floats(0, 1e6), st.sampled_from(CLASSES)), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_one_loan_has_the_provision_it_has_in_any_batch(loans, random):
    order = random.sample(loans, len(loans))
    batch = provide(*(column(part) for part in zip(*order, strict=True)))
    assert batch == [provide(*loan)[0] for loan in order]
