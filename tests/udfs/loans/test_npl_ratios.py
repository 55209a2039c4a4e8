import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

CLASSES = ["正常", "关注", "次级", "可疑", "损失"]
BALANCES = [9000, 500, 300, 150, 50]


def column(values):
    return [[value] for value in values]


def ratio(*cells):
    return udfs.call("CR_NPL", *cells)


def book(provision=310, minimums=None, out="value", lang="en"):
    return ratio(column(BALANCES), column(CLASSES), provision, minimums, out, lang)


@pytest.mark.parametrize(
    ("out", "expected"),
    [
        # fact book, section 2: NPL ratio 5 %; (210 + 100) / 500 = 62 %
        ("value", 0.05),
        ("coverage", 0.62),
        ("provision_ratio", 0.031),
        ("shortfall", 440),
    ],
)
def test_published_portfolio_has_its_ratios(out, expected):
    assert book(out=out)[0][0] == pytest.approx(expected, rel=1e-12)
    assert len(book(out=out)) == 1


def test_provisions_per_loan_add_up_to_one_total():
    parts = udfs.call("CR_PROVISION", column(BALANCES), column(CLASSES))
    assert book(parts, out="coverage")[0][0] == pytest.approx(0.62)
    assert book([[100], [None], [200], [10], [None]], out="coverage") == [[0.62]]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.floats(0.01, 1e6), st.sampled_from(CLASSES)), min_size=1, max_size=9),
    st.floats(0, 1e6),
)
def test_provisions_to_loans_are_coverage_times_npl_ratio(loans, provision):
    cells = [column(part) for part in zip(*loans, strict=True)]
    npl = sum(amount for amount, name in loans if name in CLASSES[2:])
    if not npl:
        return
    share = ratio(*cells)[0][0]
    assert share == pytest.approx(npl / sum(amount for amount, _ in loans))
    coverage = ratio(*cells, provision, None, "coverage")[0][0]
    to_loans = ratio(*cells, provision, None, "provision_ratio")[0][0]
    assert to_loans == pytest.approx(coverage * share)


@pytest.mark.parametrize(
    ("npl", "binding"),
    # 1.5 × NPL = 2.5 % of the loans at an NPL ratio of 1.667 %
    [(1.6, "provisions to loans"), (1.7, "provision coverage"), (0, "provisions to loans")],
)
def test_minimum_that_asks_for_more_binds(npl, binding):
    table = ratio([[100 - npl], [npl]], [["正常"], ["损失"]], 1, None, "table")
    items = dict(table[1:])
    assert items["binding"] == binding
    assert items["shortfall"] == pytest.approx(max(1.5 * npl, 2.5) - 1)


def test_own_minimums_are_taken_from_the_table():
    minimums = [
        ["regulatory_ratio", "label_en", "label_zh", "minimum"],
        ["coverage", "c", "覆盖", 1.2],
    ]
    assert book(minimums=minimums, out="shortfall")[0][0] == pytest.approx(1.2 * 500 - 310)
    minimums[1][0] = "capital"
    ((error,),) = book(minimums=minimums, out="shortfall")
    assert "one of coverage, provision_ratio" in error.reason


def test_reason_states_the_identity_and_what_binds():
    assert book(out="why") == [
        [
            (
                "NPL 500 of 10,000 = 5.00 %; provisions 310: coverage 62.00 %, provisions to loans "
                "3.10 % (= coverage × NPL ratio). Required 750 by provision coverage of 150 % "
                "(provisions to loans of 2.5 % would ask for 250): short by 440."
            )
        ]
    ]
    assert book(1000, out="why", lang="zh") == [
        [
            (
                "不良 500，贷款 10,000，不良率 5.00%；准备 1,000，拨备覆盖率 200.00%，贷款拨备率 10.00%"
                "（= 拨备覆盖率 × 不良率）。约束为拨备覆盖率 150%，需 750（贷款拨备率 2.5% 需 250），超出 250。"
            )
        ]
    ]


def test_classes_are_counted_with_their_shares():
    table = ratio([[1], [3], [4]], [["关注"], ["损失"], ["关注"]], None, None, "classes")
    assert table[0] == ["loan_class", "npl", "loans", "balance", "share"]
    assert table[2] == ["special mention", False, 2, 5, 0.625]
    assert [row[3] for row in table[1:]] == [0, 5, 0, 0, 3]
    assert ratio([[1]], [["关注"]], None, None, "classes", "zh")[1] == ["正常", False, 0, 0, 0]


def test_coverage_without_non_performing_loans_has_no_value():
    assert ratio([[1]], [["正常"]], 1, None, "coverage") == [[CellError("#DIV/0!")]]
    table = ratio([[1]], [["正常"]], 1, None, "table")
    assert dict(table[1:])["provision coverage"] == CellError("#DIV/0!")


def test_blank_rows_and_settled_loans_without_a_class_are_left_out():
    assert ratio([[9], [1], [None], [0]], [["正常"], ["损失"], [None], [None]]) == [[0.1]]


@pytest.mark.parametrize(
    ("balances", "classes", "code", "said"),
    [
        ([1, 2, 3], ["正常", None, None], "#N/A", "row 2: loan_class is missing (2 such rows)"),
        ([1, None], ["正常", "损失"], "#N/A", "row 2: balance is missing"),
        ([1, 2], ["正常", "bad"], "#VALUE!", "row 2: loan_class must be one of"),
        ([1, -2], ["正常", "损失"], "#NUM!", "row 2: balance must be"),
        ([1, "#REF!"], ["正常", "损失"], "#REF!", "row 2: balance: the cell holds #REF!"),
        ([0, 0], ["正常", "损失"], "#DIV/0!", "a total of 0"),
    ],
)
def test_loan_that_cannot_be_read_makes_the_ratio_an_error(balances, classes, code, said):
    ((error,),) = ratio(column(balances), column(classes))
    assert error.code == code
    assert said in error.reason
    assert error.reason_zh


def test_coverage_needs_provisions():
    ((error,),) = book(None, out="coverage")
    assert error.code == "#N/A"
    assert error.reason.startswith("provision must be")
    assert book(None) == [[0.05]]


def test_ranges_of_different_length_are_refused():
    ((error,),) = ratio([[1], [2]], [["正常"]])
    assert "balance and loan_class" in error.reason
