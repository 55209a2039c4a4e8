import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

CLASSES = ("normal", "special mention", "substandard", "doubtful", "loss")
NORMAL, SPECIAL, SUBSTANDARD, DOUBTFUL, LOSS = CLASSES
ZH = dict(zip(CLASSES, ("正常", "关注", "次级", "可疑", "损失"), strict=True))
# The Measures of 2023, typed in a second time.
NAMED = {
    "bankruptcy": LOSS,
    "debt_evasion": DOUBTFUL,
    "external_downgrade": SUBSTANDARD,
    "debts_overdue_20": SUBSTANDARD,
    "restructured_again": SUBSTANDARD,
    "changed_use": SPECIAL,
    "refinanced": SPECIAL,
    "npl_elsewhere": SPECIAL,
    "restructured": SPECIAL,
}


def classify(*cells):
    return udfs.call("CR_LOANCLASS", *cells)


def simply(days, impaired, ecl, flags):
    """The Measures as they are worded, one loan at a time."""
    least = [NORMAL]
    if days > 0 and not (days <= 7 and "technical_delay" in flags):
        least.append(SPECIAL)
    least += [
        name for limit, name in ((90, SUBSTANDARD), (270, DOUBTFUL), (360, LOSS)) if days > limit
    ]
    if impaired:
        least.append(SUBSTANDARD)
        least += [DOUBTFUL] * (ecl >= 0.5) + [LOSS] * (ecl >= 0.9)
    for flag in flags:
        if flag in NAMED and not (flag == "refinanced" and "small_firm_renewal" in flags):
            least.append(NAMED[flag])
    return max(least, key=CLASSES.index)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # fact book, section 2: "the day rule is strict"
        (0, NORMAL),
        (1, SPECIAL),
        (7, SPECIAL),
        (90, SPECIAL),
        (91, SUBSTANDARD),
        (270, SUBSTANDARD),
        (271, DOUBTFUL),
        (360, DOUBTFUL),
        (361, LOSS),
        (5000, LOSS),
    ],
)
def test_days_overdue_are_compared_strictly(days, expected):
    assert classify(days) == [[expected]]
    assert classify(days, None, None, None, None, "value", "zh") == [[ZH[expected]]]
    assert classify(days, None, None, None, None, "code") == [[expected.replace(" ", "_")]]


def test_every_combination_of_facts_has_the_class_of_the_worst_trigger():
    days = (0, 3, 8, 91, 300, 400)
    flag_sets = [(), *((flag,) for flag in [*NAMED, "technical_delay", "small_firm_renewal"])]
    flag_sets += [("refinanced", "small_firm_renewal"), ("technical_delay", "changed_use")]
    cases = list(itertools.product(days, (False, True), (0.0, 0.49, 0.5, 0.89, 0.9), flag_sets))
    columns = [[[case[i]] for case in cases] for i in range(3)]
    flags = [[", ".join(case[3])] for case in cases]
    assert classify(*columns, flags) == [[simply(*case)] for case in cases]


@pytest.mark.parametrize(
    "flags",
    ["changed_use", "Use of funds changed without consent", "擅自改变资金用途", " CHANGED_USE ； "],
)
def test_circumstances_are_named_by_code_or_label(flags):
    assert classify(0, None, None, flags) == [[SPECIAL]]


def test_unknown_circumstance_is_refused_with_those_that_can_be_named():
    ((error,),) = classify(0, None, None, "changed_use, moved")
    assert error.code == "#VALUE!"
    for word in ("'moved'", "debt_evasion", "逃废银行债务", "technical_delay"):
        assert word in error.reason
    assert "overdue_90" not in error.reason
    assert classify([[0], [0]], None, None, [["moved"], [None]])[1] == [NORMAL]


@pytest.mark.parametrize(
    ("cells", "reason", "reason_zh"),
    [
        (
            (91,),
            (
                "substandard: Overdue for more than 90 days (91 days; Art. 11(1)). "
                "Not assessed: credit impairment, expected loss, flags."
            ),
            "次级：逾期超过90天（91 天；第十一条第（一）项）。未评估：信用减值、预期信用损失占比、其他情形。",
        ),
        (
            (0, False, 0, ""),
            "normal: 0 days overdue, no trigger holds.",
            "正常：逾期 0 天，没有触发条件。",
        ),
        (
            (5, False, 0, "technical_delay"),
            "normal: 5 days overdue, excepted as Operational or technical delay.",
            "正常：逾期 5 天，按例外处理：操作性或技术性逾期。",
        ),
        (
            (300, True, 0.925, "changed_use"),
            (
                "loss: Credit-impaired with expected loss from 90 % (expected loss 92.5 %; "
                "Art. 13(3), check against the regulation). Also: Overdue for more than 270 days; "
                "Credit-impaired with expected loss from 50 %; Credit-impaired; Use of funds "
                "changed without consent."
            ),
            (
                "损失：已减值且预期信用损失占比90%以上（占比 92.5%；第十三条第（三）项，请核对法规原文）。"
                "另有：逾期超过270天；已减值且预期信用损失占比50%以上；已发生信用减值；擅自改变资金用途。"
            ),
        ),
    ],
)
def test_reason_names_trigger_figures_article_and_what_is_not_assessed(cells, reason, reason_zh):
    padded = (*cells, *[None] * (5 - len(cells)))
    assert classify(*padded, "why") == [[reason]]
    assert classify(*padded, "why", "zh") == [[reason_zh]]


def test_table_has_class_trigger_article_and_all_triggers():
    headers, row = classify(95, True, 0.1, "restructured", None, "table")
    assert dict(zip(headers, row, strict=True)) == {
        "loan_class": SUBSTANDARD,
        "npl": True,
        "trigger": "Overdue for more than 90 days",
        "article": "Art. 11(1)",
        "all_triggers": "Overdue for more than 90 days; Credit-impaired; Restructured and under observation",
        "to_check": False,
    }
    headers, row = classify(0, False, 0, "", None, "table", "zh")
    assert headers == ["贷款分类", "不良", "触发条件", "条款", "全部触发条件", "待核对"]
    assert row == ["正常", False, None, None, None, False]


@pytest.mark.parametrize(
    ("days", "impaired", "ecl", "missing"),
    [
        (0, None, 0.1, "impaired is missing: the loan may be normal or as bad as substandard"),
        (95, None, 0.6, "impaired is missing: the loan may be substandard or as bad as doubtful"),
        (0, True, None, "ecl_ratio is missing: the loan may be substandard or as bad as loss"),
        (0, None, None, "impaired is missing: the loan may be normal or as bad as loss"),
        (300, True, None, "ecl_ratio is missing: the loan may be doubtful or as bad as loss"),
        (None, True, 0.1, "overdue_days is missing"),
    ],
)
def test_blank_that_could_change_the_class_is_named(days, impaired, ecl, missing):
    # A second row makes ranges of the arguments, in which one cell is blank.
    result = classify([[days], [0]], [[impaired], [False]], [[ecl], [0]])
    assert result[0][0].code == "#N/A"
    assert missing in result[0][0].reason
    assert result[0][0].reason_zh
    assert result[1] == [NORMAL]


@pytest.mark.parametrize(
    ("days", "impaired", "ecl", "expected"),
    [(361, None, None, LOSS), (95, None, 0.4, SUBSTANDARD), (0, False, None, NORMAL)],
)
def test_blank_that_cannot_change_the_class_does_no_harm(days, impaired, ecl, expected):
    assert classify([[days], [0]], [[impaired], [False]], [[ecl], [0]])[0] == [expected]


def test_blank_row_stays_blank():
    cells = ([[1], [None]], [[False], [None]], [[0], [None]], [["changed_use"], [None]])
    assert classify(*cells) == [[SPECIAL], [None]]
    assert classify(*cells, None, "table")[2] == [None] * 6
    assert classify(*cells, None, "why")[1] == [None]


def test_faulty_row_answers_for_itself_alone():
    result = classify([[-1], [2.5], ["x"], ["#DIV/0!"], [91]])
    codes = ("#NUM!", "#NUM!", "#VALUE!", "#DIV/0!")
    assert result == [*([CellError(code)] for code in codes), [SUBSTANDARD]]


def test_ratio_without_impairment_is_refused():
    ((error,),) = classify(0, None, 0.6)
    assert error.code == "#VALUE!"
    assert error.reason.startswith("impaired must be")


def rules(**changes):
    table = udfs.call("CR_POLICY", "loan_class_triggers")
    headers = table[0]
    for row in table[1:]:
        for column, (trigger, value) in changes.items():
            if row[0] == trigger:
                row[headers.index(column)] = value
    return table


def test_own_limits_are_taken_from_the_table():
    own = rules(overdue_above=("overdue_90", 60))
    assert classify([[60], [61]], None, None, None, own) == [[SPECIAL], [SUBSTANDARD]]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"loan_class": ("overdue", "bad")}, "loan_class"),
        ({"exempted_by": ("overdue", "rain")}, "exempted_by"),
        ({"class_trigger": ("overdue", "overdue_90")}, "class_trigger"),
    ],
)
def test_faulty_table_of_triggers_is_refused(change, named):
    ((error,),) = classify(0, None, None, None, rules(**change))
    assert error.code == "#VALUE!"
    assert named in error.reason


loans = st.lists(
    st.tuples(
        st.integers(0, 500),
        st.booleans(),
        st.sampled_from((0.0, 0.3, 0.5, 0.9, 1.0)),
        st.sampled_from(["", "changed_use", "bankruptcy, restructured", "technical_delay"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=40)
@given(loans, st.randoms(use_true_random=False))
def test_one_loan_has_the_class_it_has_in_any_batch(cases, random):
    order = list(range(len(cases)))
    random.shuffle(order)
    batch = classify(*[[[cases[i][j]] for i in order] for j in range(4)])
    assert batch == [classify(*cases[i])[0] for i in order]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 500), st.integers(1, 300), st.booleans(), st.floats(0, 1))
def test_more_days_are_never_a_better_class(days, more, impaired, ecl):
    (before,), (after,) = classify([[days], [days + more]], impaired, ecl)
    assert CLASSES.index(before) <= CLASSES.index(after)


def test_a_million_loans_have_the_classes_of_the_simple_rule():
    days = np.arange(1_000_000, dtype=float) % 500
    classes = np.array(udfs.call_columns("CR_LOANCLASS", days)[0])
    expected = np.select([days > 360, days > 270, days > 90, days > 0], CLASSES[:0:-1], NORMAL)
    assert (classes == expected).all()
