import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError

HEADERS = ["customer type", "term", "amount", "rate", "lpr", "five tier class", "pd", "industry"]


def tag(list_name, loan, fields=None, out="value", lang="en", rules=None):
    return udfs.call("CR_TAG", list_name, loan, fields, rules, out, lang)


def column(values):
    return [[value] for value in values]


# --- every list with all of its classes ----------------------------------------------------


@pytest.mark.parametrize(
    ("number", "loans", "english", "chinese"),
    [
        (
            1,
            column(["流动资金周转", "个人消费", "购买住房", "其他", "炒股", "设备采购", "业主装修"]),
            ["production and operation", "consumer", "housing", "other", "other", "production and operation", "consumer"],
            ["生产经营贷款", "消费贷款", "住房贷款", "其他贷款", "其他贷款", "生产经营贷款", "消费贷款"],
        ),
        (
            2,
            column([1, 12, 12.1, 60, 60.5, 360]),
            ["short-term", "short-term", "medium-term", "medium-term", "long-term", "long-term"],
            ["短期贷款", "短期贷款", "中期贷款", "中期贷款", "长期贷款", "长期贷款"],
        ),
        (
            3,
            column(["抵押", "pledge", "保证+抵押", "信用", "none", "无抵押", "guarantor", "其他"]),
            ["secured"] * 3 + ["unsecured"] * 3 + ["secured"] * 2,
            ["有担保贷款"] * 3 + ["无担保贷款"] * 3 + ["有担保贷款"] * 2,
        ),
        (
            4,
            column(["固定", "浮动", "LPR浮动", "Fixed", "floating"]),
            ["fixed rate", "floating rate", "floating rate", "fixed rate", "floating rate"],
            ["固定利率贷款", "浮动利率贷款", "浮动利率贷款", "固定利率贷款", "浮动利率贷款"],
        ),
        (
            5,
            column(["企业", "individual", "政府", "other"]),
            ["enterprise", "individual", "government", "other"],
            ["企业贷款", "个人贷款", "政府贷款", "其他贷款"],
        ),
        (
            6,
            [["正常", 0.001], ["正常", 0.005], ["关注", 0.001], ["正常", 0.03], ["次级", 0.001], ["loss", 1]],
            ["low risk", "medium risk", "medium risk", "high risk", "high risk", "high risk"],
            ["低风险贷款", "中等风险贷款", "中等风险贷款", "高风险贷款", "高风险贷款", "高风险贷款"],
        ),
        (
            7,
            column(["C", "C13", "F", "65", "K", "701", "A", "E47", "制造业"]),
            ["manufacturing"] * 2 + ["services"] * 2 + ["real estate"] * 2 + ["other"] * 2 + ["manufacturing"],
            ["制造业贷款"] * 2 + ["服务业贷款"] * 2 + ["房地产贷款"] * 2 + ["其他贷款"] * 2 + ["制造业贷款"],
        ),
        (
            8,
            column([0, 999.99, 1000, 9999.99, 10000]),
            ["small", "small", "medium", "medium", "large"],
            ["小额贷款", "小额贷款", "中额贷款", "中额贷款", "大额贷款"],
        ),
        (
            9,
            column(["国有控股", "非国有", "民营企业", "外商独资", "中外合资经营", "集体企业", "个人"]),
            ["state-owned enterprise", "private enterprise", "private enterprise", "foreign enterprise", "foreign enterprise", "other", "individual"],
            ["国有企业贷款", "民营企业贷款", "民营企业贷款", "外资企业贷款", "外资企业贷款", "其他贷款", "个人贷款"],
        ),
        (
            10,
            column(["流动资金贷款", "固定资产贷款", "项目融资", "固定资产项目贷款", "个人住房贷款"]),
            ["working capital", "fixed asset", "project", "project", "other"],
            ["流动资金贷款", "固定资产贷款", "项目贷款", "项目贷款", "其他贷款"],
        ),
        (
            11,
            column([12, 11.5, 11.4, 36.5, 60, 24]),
            ["one-year", "one-year", "other", "three-year", "five-year", "other"],
            ["一年期贷款", "一年期贷款", "其他贷款", "三年期贷款", "五年期贷款", "其他贷款"],
        ),
        (
            12,
            [[0.03, 0.03], [0.03005, 0.03], [0.0301, 0.03], [0.0299, 0.03]],
            ["at the benchmark", "at the benchmark", "above the benchmark", "below the benchmark"],
            ["基准利率贷款", "基准利率贷款", "上浮利率贷款", "下浮利率贷款"],
        ),
        (
            13,
            column(["抵押", "质押+抵押", "抵押、保证", "保证", "信用", "保证金", "存单质押", "其他"]),
            ["mortgage", "pledge", "mortgage", "guarantor", "other", "pledge", "pledge", "other"],
            ["抵押贷款", "质押贷款", "抵押贷款", "保证贷款", "其他贷款", "质押贷款", "质押贷款", "其他贷款"],
        ),
    ],
)  # fmt: skip
def test_list_gives_its_classes(number, loans, english, chinese):
    assert tag(number, loans) == column(english)
    assert tag(str(number), loans, lang="zh") == column(chinese)


@pytest.mark.parametrize(("number", "same_as"), [(14, 5), (15, 6), (16, 7), (17, 8), (18, 9)])
def test_lists_fourteen_to_eighteen_repeat_five_to_nine(number, same_as):
    loans = {
        5: ["企业", "政府"],
        6: ["正常", "可疑"],
        7: ["C", "K"],
        8: [5, 50000],
        9: ["国有", "民营"],
    }
    loan = column(loans[same_as])
    for out in ("value", "code", "why", "table"):
        assert tag(number, loan, out=out) == tag(same_as, loan, out=out)


@pytest.mark.parametrize(
    ("names", "number"),
    [
        (("term", "TERM", "贷款期限", "期限", "2", 2.0), 2),
        (("guarantee", "担保方式", "13"), 13),
        (("benchmark", "利率与基准比较", "rate against LPR"), 12),
        (("风险等级", "Risk", "risk_15"), 15),
    ],
)
def test_list_is_known_by_number_and_by_name(names, number):
    loans = {2: [[24]], 13: [["质押"]], 12: [[0.04, 0.03]], 15: [["关注"]]}
    assert len({str(tag(name, loans[number])) for name in (*names, number)}) == 1


def test_unknown_list_is_refused_with_those_there_are():
    ((error,),) = tag(19, [[1]])
    assert error.code == "#VALUE!"
    assert "13 Guarantee" in error.reason
    assert "13 担保方式" in error.reason_zh


# --- terms, rates and guarantees from several fields ----------------------------------------


@pytest.mark.parametrize(
    ("start", "maturity", "term", "standard"),
    [
        ("2025-01-01", "2026-01-01", "short-term", "one-year"),
        ("2025-01-01", "2026-01-02", "medium-term", "one-year"),
        ("2025-01-01", "2026-01-16", "medium-term", "one-year"),
        ("2025-01-01", "2026-01-17", "medium-term", "other"),
        ("2024-02-29", "2029-02-28", "medium-term", "five-year"),
        ("2024-02-29", "2029-03-01", "long-term", "five-year"),
        ("2023-06-30", "2026-06-30", "medium-term", "three-year"),
    ],
)
def test_term_is_counted_between_the_dates_by_the_calendar(start, maturity, term, standard):
    assert tag(2, [[start, maturity]]) == [[term]]
    assert tag(11, [[start, maturity]]) == [[standard]]


def test_stated_term_goes_before_the_dates_and_dates_fill_its_blanks():
    loans = [[6, "2025-01-01", "2030-01-01"], [None, "2025-01-01", "2031-01-01"]]
    assert tag(2, loans, ["term", "start", "maturity"]) == [["short-term"], ["long-term"]]


def test_maturity_before_start_is_that_loans_error():
    ((error,),) = tag(2, [["2025-01-01", "2024-01-01"]])
    assert error == CellError("#NUM!")
    assert error.reason == "Maturity lies before start."


@pytest.mark.parametrize(
    ("term", "repricing", "expected"),
    [
        (60, 12, "floating rate"),
        (12, 12, "fixed rate"),
        (6, 12, "fixed rate"),
        (60, 0, "fixed rate"),
    ],
)
def test_rate_that_reprices_within_the_term_is_floating(term, repricing, expected):
    assert tag(4, [[term, repricing]]) == [[expected]]


@pytest.mark.parametrize(
    ("amounts", "main", "secured"),
    [
        ([100, 50, 0], "mortgage", "secured"),
        ([100, 100, 100], "pledge", "secured"),
        ([100, 0, 100], "mortgage", "secured"),
        ([0, 0, 1], "guarantor", "secured"),
        ([0, 0, 0], "other", "unsecured"),
        ([None, None, 5], "guarantor", "secured"),
    ],
)
def test_main_guarantee_is_the_largest_amount(amounts, main, secured):
    # the columns: mortgage, pledge, guaranteed
    assert tag(13, [amounts]) == [[main]]
    assert tag(3, [amounts]) == [[secured]]


def test_amounts_go_before_the_named_guarantee():
    loans = [["抵押", 10, 50], ["抵押", None, None]]
    fields = ["担保方式", "抵押金额", "质押金额"]
    assert tag(13, loans, fields) == [["pledge"], ["mortgage"]]


@pytest.mark.parametrize(
    ("loan", "number", "expected"),
    [
        (["企业", None], 1, "production and operation"),
        (["企业", "其他"], 1, "other"),
        (["企业", "学校教育设备"], 1, "production and operation"),
        (["个人", "教育"], 1, "consumer"),
    ],
)
def test_enterprise_loan_is_for_production_unless_said_otherwise(loan, number, expected):
    assert tag(number, [loan], ["kind", "purpose"]) == [[expected]]


def test_individual_is_no_industry_and_an_ownership_of_its_own():
    fields = ["kind", "industry", "ownership"]
    loans = [["个人", None, None], ["企业", "C13", "国有"]]
    assert tag(7, loans, fields) == [["other"], ["manufacturing"]]
    assert tag(9, loans, fields) == [["individual"], ["state-owned enterprise"]]


# --- what is missing or wrong -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "fields", "loan", "said", "said_zh"),
    [
        (6, ["five_tier", "pd"], [None, 0.001], "Five tier class is missing", "缺少五级分类"),
        (6, ["five_tier", "pd"], ["正常", None], "PD is missing", "缺少违约概率"),
        (6, ["five_tier", "pd"], ["关注", None], "PD is missing", "缺少违约概率"),
        (7, ["industry", "kind"], [None, "企业"], "Industry code is missing", "缺少行业代码"),
        (7, ["industry", "kind"], ["C", None], "Customer type is missing", "缺少客户类型"),
        (9, ["ownership", "kind"], [None, "企业"], "Ownership is missing", "缺少所有制"),
        (
            12,
            ["rate", "lpr"],
            [0.03, None],
            "Rate less LPR (bp) is missing",
            "缺少利率减 LPR（基点）",
        ),
        (
            2,
            ["start", "maturity"],
            ["2025-01-01", None],
            "Term in months is missing",
            "缺少期限（月）",
        ),
    ],
)
def test_field_that_is_missing_is_named_and_not_guessed(number, fields, loan, said, said_zh):
    ((error,),) = tag(number, [loan], fields)
    assert error == CellError("#N/A")
    assert error.reason == f"{said}."
    assert error.reason_zh == f"{said_zh}。"


@pytest.mark.parametrize(
    ("loan", "expected"), [([None, 0.03], "high risk"), (["次级", None], "high risk")]
)
def test_missing_field_that_cannot_make_it_worse_does_no_harm(loan, expected):
    assert tag(6, [loan], ["five_tier", "pd"]) == [[expected]]


@pytest.mark.parametrize(
    ("number", "fields", "loan", "code", "said"),
    [
        (
            5,
            None,
            ["martian"],
            "#VALUE!",
            "'martian' is in no class of the list (enterprise, individual",
        ),
        (13, None, ["岁月静好"], "#VALUE!", "Guarantee: '岁月静好' is in no class"),
        (2, None, [0], "#NUM!", "Term in months: 0 is in no class"),
        (8, None, [-1], "#NUM!", "Amount must be a number at least 0"),
        (12, None, [3.45, 0.03], "#NUM!", "Rate must be a number from 0 to 0.5"),
        (6, None, ["bad"], "#VALUE!", "five_tier must be one of normal (正常)"),
        (7, None, ["ZZ"], "#VALUE!", "industry must be a GB/T 4754-2017 code"),
        (8, None, ["#DIV/0!"], "#DIV/0!", "the cell holds #DIV/0!"),
        (2, None, ["soon", "2025-01-01"], "#VALUE!", "start: 'soon' is not a date"),
    ],
)
def test_value_of_no_class_is_that_loans_error(number, fields, loan, code, said):
    ((error,),) = tag(number, [loan], fields)
    assert error == CellError(code)
    assert said in error.reason
    assert error.reason_zh


def test_faulty_loan_answers_for_itself_alone_and_blank_rows_stay_blank():
    assert tag(2, column([24, "x", None, 6])) == [
        ["medium-term"],
        [CellError("#VALUE!")],
        [None],
        ["short-term"],
    ]


@pytest.mark.parametrize(
    ("loan", "fields", "said"),
    [
        ([[1, 2, 3]], None, "loan must be the columns Term in months; or Start, Maturity"),
        ([[1]], ["rate", "lpr"], "fields must be one header for each of the 1 columns"),
        ([[1, 2]], ["term", "期限"], "fields must be each field once"),
        ([[1]], ["rate"], "Term in months, or Start and Maturity for the list Term; got Rate"),
        ([[1]], ["colour"], "got no column of a loan's field"),
    ],
)
def test_columns_that_do_not_fit_are_refused(loan, fields, said):
    ((error,),) = tag("term", loan, fields)
    assert said in error.reason
    assert error.reason_zh


def test_all_lists_need_headers():
    ((error,),) = tag("all", [[1]])
    assert error.reason.startswith("fields must be the headers of all columns")


# --- results --------------------------------------------------------------------------------


LOAN = ["企业", 24, 500, 0.0345, 0.03, "正常", 0.004, "C13"]


def test_all_lists_stand_side_by_side_with_their_titles():
    table = tag("all", [LOAN], HEADERS)
    row = dict(zip(*table, strict=True))
    assert len(table[0]) == 13
    assert row["Term"] == "medium-term"
    assert row["Risk"] == "low risk"
    assert row["Purpose"] == "production and operation"
    assert row["Guarantee"] == CellError("#N/A")
    assert "headers with Guarantee" in row["Guarantee"].reason
    assert tag("全部", [LOAN], HEADERS, lang="zh")[0][:3] == ["贷款用途", "贷款期限", "有无担保"]


def test_all_lists_agree_with_each_list_alone():
    table = tag("all", [LOAN, LOAN], HEADERS, out="code")
    for number, (title, code) in enumerate(zip(table[0], table[2], strict=True), start=1):
        alone = tag(number, [LOAN], HEADERS, out="code")[0][0]
        assert alone == code, title


def test_reason_names_field_value_and_limits():
    assert tag(2, [[24]], out="why") == [["medium-term: Term in months 24 (> 12, ≤ 60)."]]
    assert tag(2, [[24]], out="why", lang="zh") == [["中期贷款：期限（月） 24（> 12，≤ 60）。"]]
    assert tag(13, [["抵押"]], out="why") == [["mortgage: Guarantee 抵押."]]
    assert tag(1, [["炒股"]], out="why") == [
        ["other: Purpose 炒股 (in none of the other classes)."]
    ]
    assert tag(6, [["关注"]], out="why", lang="zh") == [["中等风险贷款：五级分类 关注。"]]
    reason = tag("all", [LOAN], HEADERS, out="why")[0][0]
    assert "Term: medium-term: Term in months 24 (> 12, ≤ 60)." in reason
    assert "Guarantee: fields must be headers with Guarantee" in reason


def test_table_shows_what_decided():
    table = tag(8, column([500, None, 20000]), out="table")
    assert table[0] == ["Loan size", "field", "value", "condition"]
    assert table[1] == ["small", "Amount", 500, "≥ 0, < 1000"]
    assert table[2] == [None] * 4
    assert tag(8, [[500]], out="table", lang="zh")[0] == ["贷款规模", "字段", "取值", "条件"]


def test_own_limits_and_words_are_taken_from_the_table():
    rules = udfs.call("CR_POLICY", "loan_tags")
    headers = rules[0]
    for row in rules[1:]:
        if row[:2] == ["size", "large"]:
            row[headers.index("lower")] = 400
        if row[:2] == ["borrower", "other"]:
            row[headers.index("words")] = "martian"
    assert tag(8, [[500]], rules=rules) == [["large"]]
    assert tag(5, [["Martian"]], rules=rules) == [["other"]]
    rules[1][headers.index("field")] = "colour"
    ((error,),) = tag(8, [[500]], rules=rules)
    assert "rules, column field" in error.reason
    ((error,),) = tag(
        8, [[500]], rules=[row for row in rules if row[0] != "size" and row[4] != "colour"]
    )
    assert "a table with rows of list size" in error.reason


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.floats(0.1, 400),
            st.floats(0, 2e4),
            st.sampled_from(["正常", "关注", "次级"]),
            st.floats(0, 1),
        ),
        min_size=1,
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_every_loan_in_any_batch_is_tagged_as_the_rules_are_worded(loans, random):
    order = random.sample(loans, len(loans))
    table = tag(
        "all", [list(loan) for loan in order], ["term", "amount", "five_tier", "pd"], out="code"
    )
    rows = [dict(zip(table[0], row, strict=True)) for row in table[1:]]
    for (term, amount, tier, chance), row in zip(order, rows, strict=True):
        assert row["Term"] == ("short" if term <= 12 else "medium" if term <= 60 else "long")
        assert row["Loan size"] == (
            "small" if amount < 1000 else "medium" if amount < 10000 else "large"
        )
        near = [
            name
            for name, months in (("one_year", 12), ("three_years", 36), ("five_years", 60))
            if math.fabs(term - months) <= 0.5
        ]
        assert row["Standard term"] == (near or ["other"])[0]
        by_tier = {"正常": 0, "关注": 1, "次级": 2}[tier]
        by_chance = 0 if chance < 0.005 else 1 if chance < 0.03 else 2
        assert row["Risk"] == ("low", "medium", "high")[max(by_tier, by_chance)]
