from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

CLASSES = ["normal", "special mention", "substandard", "doubtful", "loss"]
NORMAL, SPECIAL, SUBSTANDARD, DOUBTFUL, LOSS = CLASSES


def column(values):
    return [[value] for value in values]


def judge(*columns, out="value", lang="en", rules=None):
    cells = [None if each is None else column(each) for each in columns]
    cells += [None] * (7 - len(cells))
    return udfs.call("CR_OBLIGORCLASS", *cells, rules, out, lang)


def simply(loans):
    """Articles 7 and 10(4) as they are worded, obligor by obligor; no retail obligors."""
    of = defaultdict(list)
    for obligor, balance, name in loans:
        of[obligor].append((balance, CLASSES.index(name)))
    result = []
    for obligor, _, name in loans:
        total = sum(balance for balance, _ in of[obligor])
        npl = sum(balance for balance, place in of[obligor] if place >= 2)
        least = 2 if npl > total / 10 else 1 if npl > 0 else 0
        result.append([CLASSES[max(least, CLASSES.index(name))]])
    return result


@pytest.mark.parametrize(
    ("npl", "expected"),
    [(0, NORMAL), (1, SPECIAL), (10, SPECIAL), (11, SUBSTANDARD), (60, SUBSTANDARD)],
)
def test_more_than_a_tenth_non_performing_takes_all_claims_along(npl, expected):
    assert judge(["C", "C"], [100 - npl, npl], [NORMAL, DOUBTFUL])[0] == [expected]


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.integers(1, 50), st.sampled_from(CLASSES)),
        min_size=1,
        max_size=10,
    ),
    st.randoms(use_true_random=False),
)
def test_every_book_in_any_order_is_judged_as_the_rules_are_worded(loans, random):
    random.shuffle(loans)
    assert judge(*zip(*loans, strict=True)) == simply(loans)


def test_obligors_do_not_touch_each_other_and_classes_come_in_either_language():
    result = judge(["A", "A", "B"], [50, 50, 1], ["正常", "loss", "正常"], lang="zh")
    assert result == [["次级"], ["损失"], ["正常"]]
    assert judge([1, "1", "01"], [50, 50, 1], [NORMAL, LOSS, NORMAL], out="code") == [
        ["substandard"],
        ["loss"],
        ["normal"],
    ]


@pytest.mark.parametrize(
    ("retail", "expected"),
    [
        ([True, True], NORMAL),
        ([True, None], NORMAL),
        ([None, None], SUBSTANDARD),
        ([False, False], SUBSTANDARD),
        ([True, False], SUBSTANDARD),
    ],
)
def test_rules_spare_only_obligors_known_to_be_retail(retail, expected):
    assert judge(["A", "A"], [50, 50], [NORMAL, LOSS], retail)[0] == [expected]


@pytest.mark.parametrize(
    ("days", "other_debt", "other_overdue", "expected"),
    [
        # 100 here and 100 elsewhere: a fifth is 40
        (0, 100, 40, NORMAL),
        (0, 100, 40.01, SUBSTANDARD),
        (0, 0, 0, NORMAL),
        (90, 100, 0, NORMAL),
        (91, 100, 0, SUBSTANDARD),
    ],
)
def test_more_than_a_fifth_overdue_at_all_banks_is_substandard(
    days, other_debt, other_overdue, expected
):
    assert judge(["A"], [100], [NORMAL], None, [days], [other_debt], [other_overdue]) == [
        [expected]
    ]


def test_debts_elsewhere_are_stated_once_for_all_loans_of_an_obligor():
    ids, balances, classes, days = ["A", "A", "B"], [60, 40, 9], [NORMAL] * 3, [0, 0, 0]
    stated = judge(ids, balances, classes, None, days, [100, None, 0], [90, None, 0])
    assert stated == [[SUBSTANDARD], [SUBSTANDARD], [NORMAL]]
    (first,), (second,), third = judge(
        ids, balances, classes, None, days, [100, 90, 0], [0, None, 0]
    )
    assert first.code == second.code == "#VALUE!"
    assert "got 90 and 100" in first.reason
    assert third == [NORMAL]


def test_debts_elsewhere_that_are_not_known_are_named_where_they_matter():
    result = judge(
        ["A", "B", "P"],
        [1, 1, 1],
        [NORMAL, LOSS, NORMAL],
        [False, False, True],
        [0] * 3,
        [None] * 3,
        [None] * 3,
    )
    assert result == [[CellError("#N/A")], [LOSS], [NORMAL]]
    assert "other_debt or other_overdue is missing" in result[0][0].reason


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ((None, None, [1], None), "other_overdue must be given"),
        ((None, None, None, [1]), "other_debt must be given"),
        ((None, None, [1], [1]), "overdue_days must be given"),
    ],
)
def test_columns_that_need_each_other_are_asked_for(columns, said):
    ((error,),) = judge(["A"], [1], [NORMAL], *columns)
    assert error.code == "#N/A"
    assert error.reason.startswith(said)


def test_more_overdue_than_owed_elsewhere_is_refused():
    ((error,),) = judge(["A"], [1], [NORMAL], None, [0], [10], [11])
    assert error.code == "#NUM!"
    assert "at most other_debt, 10; got 11" in error.reason


@pytest.mark.parametrize(
    ("balance", "loan_class", "code"),
    [
        (5, "bad", "#VALUE!"),
        (5, None, "#N/A"),
        (None, LOSS, "#N/A"),
        (-1, LOSS, "#NUM!"),
        ("#REF!", LOSS, "#REF!"),
    ],
)
def test_loan_that_cannot_be_read_speaks_for_all_of_its_obligor(balance, loan_class, code):
    result = judge(["A", "B", "A"], [5, 5, balance], [NORMAL, NORMAL, loan_class])
    assert result[0] == result[2] == [CellError(code)]
    assert result[0][0].reason.startswith("row 3, of the same obligor: ")
    assert result[0][0].reason_zh.startswith("同一债务人的第 3 行：")
    assert not result[2][0].reason.startswith("row 3")
    assert result[1] == [NORMAL]


def test_loan_without_an_obligor_is_named_and_blank_rows_stay_blank():
    result = judge([None, None, "A"], [None, 5, 0], [None, NORMAL, None])
    assert result == [[None], [CellError("#N/A")], [None]]
    assert "obligors is missing" in result[1][0].reason
    assert judge([None, "A"], [None, 5], [None, NORMAL], out="table")[1] == [None] * 6


def test_obligor_that_is_an_error_cell_could_be_anybody():
    ((error,),) = judge(["#N/A", "A"], [1, 1], [NORMAL, NORMAL])
    assert error.code == "#N/A"
    assert "obligors, row 1" in error.reason


def test_reasons_name_the_figures_the_rule_and_the_change():
    columns = (
        ["A", "A", "B", "P"],
        [88, 12, 7, 1],
        [NORMAL, LOSS, SPECIAL, LOSS],
        [None, None, None, True],
    )
    assert judge(*columns, out="why") == column(
        [
            "12 of 100 (12.0 %) of the claims on the obligor non-performing, more than 10 % (Art. 7): from normal to substandard.",
            "12 of 100 (12.0 %) of the claims on the obligor non-performing, more than 10 % (Art. 7): stays loss.",
            "No rule across the obligor's loans holds: stays special mention.",
            "Retail obligor, to whom no rule applies: stays loss.",
        ]
    )
    assert judge(*columns, out="why", lang="zh")[0] == [
        "本行债权 100 中不良 12（12.0%），超过 10%（第七条）：由正常调整为次级。"
    ]


def test_tables_by_loan_and_by_obligor():
    columns = (["A", "A", "B"], [88, 12, 7], [NORMAL, LOSS, SPECIAL])
    table = judge(*columns, out="table")
    assert table[0] == [
        "loan_class",
        "class_before",
        "rule",
        "article",
        "npl_share",
        "overdue_share",
    ]
    rule = "More than 10 % of the claims on the obligor non-performing"
    assert table[1] == [SUBSTANDARD, NORMAL, rule, "Art. 7", 0.12, None]
    assert table[2] == [LOSS, LOSS, None, None, 0.12, None]
    assert judge(*columns, out="obligors")[1:] == [
        ["A", 2, 100, 0.12, None, rule, 1],
        ["B", 1, 7, 0, None, None, 0],
    ]
    assert judge(*columns, out="obligors", lang="zh")[0] == [
        "债务人",
        "笔数",
        "余额",
        "不良占比",
        "逾期占比",
        "规则",
        "调整笔数",
    ]


def test_own_limits_are_taken_from_the_table():
    rules = udfs.call("CR_POLICY", "obligor_rules")
    rules[1][rules[0].index("share_above")] = 0.5
    assert judge(["A", "A"], [60, 40], [NORMAL, LOSS], rules=rules)[0] == [SPECIAL]
    rules[1][rules[0].index("share_of")] = "sales"
    ((error,),) = judge(["A", "A"], [60, 40], [NORMAL, LOSS], rules=rules)
    assert "one of npl_share, overdue_share" in error.reason
