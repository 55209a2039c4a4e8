import builtins
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import udfs
from udfs import tables
from udfs.errors import NAME, NUM, VALUE, CellError
from udfs.text_signals import words

LEXICON = [
    ["term", "topic", "label_en", "label_zh", "points", "hard"],
    ["逾期", "overdue", "Overdue", "逾期欠息", 3, False],
    ["overdue", "overdue", "Overdue", "逾期欠息", 3, False],
    ["default*", "default", "Default", "违约", 4, False],
    ["破产", "insolvency", "Insolvency", "破产", 8, True],
]


def one(text, out="value", lang="en", **tables_given):
    ((cell,),) = udfs.call(
        "CR_TEXTRISK",
        text,
        tables_given.get("lexicon"),
        tables_given.get("modifiers"),
        tables_given.get("warnings"),
        out,
        lang,
    )
    return cell


def found(text):
    """The risk words of a text with what each adds."""
    _, *rows = udfs.call("CR_TEXTSIGNALS", text)
    return {row[1]: row[4] for row in rows}


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        ("公司贷款逾期", {"逾期": 3}),
        ("该公司未发生逾期", {"逾期": 0}),
        ("无逾期、欠息、垫款等情况", {"逾期": 0, "欠息": 0, "垫款": 0}),
        ("公司无法按期还款", {"无法按期还款": 3}),
        ("公司无力偿还到期债务", {"无力偿还": 3}),
        ("违约金条款已修改", {}),
        ("不良贷款率下降", {}),
        ("未发生逾期，但被起诉", {"逾期": 0, "被起诉": 3}),
        ("未发生逾期但被起诉", {"逾期": 0, "被起诉": 3}),
        ("若铜价继续下跌，可能出现亏损", {"亏损": 1}),
        ("不排除债券违约的可能", {"债券违约": 2}),
        ("诉讼已撤诉", {"诉讼": 0.75}),
        ("法院已解除冻结", {"冻结": 1}),
        ("账户尚未解除冻结", {"冻结": 4}),
        ("并非没有逾期", {"逾期": 3}),
        ("不仅逾期，而且欠息", {"逾期": 3, "欠息": 3}),
        ("多次逾期", {"逾期": 4.5}),
        ("曾逾期", {"逾期": 1.5}),
        ("竞争对手破产", {"破产": 4}),
        ("该企业不是失信被执行人", {"失信被执行人": 0}),
        ("实际控制人失联", {"失联": 6}),
        ("The loan is OVERDUE", {"OVERDUE": 3}),
        ("The borrower has not defaulted.", {"defaulted": 0}),
        ("No sign of overdue payments", {"overdue": 0}),
        ("The firm may default", {"default": 2}),
        ("Not only overdue but also sued", {"overdue": 3, "sued": 3}),
        ("No lawsuits; accounts frozen", {"lawsuits": 0, "frozen": 4}),
        ("Not overdue at 3.5 million", {"overdue": 0}),
        ("Fraud was ruled out", {"Fraud": 0}),
        ("The lawsuit has not been settled", {"lawsuit": 3}),
        ("The lawsuit was settled", {"lawsuit": 0.75}),
        ("pursued the issue by default-free means", {"default": 4}),
        ("missed  payments", {"missed payments": 3}),
        ("cross-default and past-due", {"cross-default": 4, "past-due": 3}),
        ("客户A公司default了", {"default": 4}),
        ("", {}),
        ("一切正常", {}),
    ],
)
def test_words_around_a_risk_word_are_heeded(text, signals):
    assert found(text) == signals


def test_negation_ends_with_its_clause():
    assert found("没有增加员工。贷款逾期。") == {"逾期": 3}


def test_negation_reaches_only_so_many_words():
    far = "没有" + "一个两个三个四个五个六个七个八个九个十个" + "逾期"
    assert found(far)["逾期"] == 3


def test_each_word_counts_once_and_at_its_strongest():
    assert one("可能逾期。已经逾期。再说逾期。") == 3


@pytest.mark.parametrize(
    ("text", "colour", "zh"),
    [
        ("一切正常", "Green", "绿色"),
        ("出现亏损", "Yellow", "黄色"),
        ("逾期，欠息", "Orange", "橙色"),
        ("逾期，欠息，被起诉", "Red", "红色"),
        ("失联", "Red", "红色"),
        ("可能失联", "Yellow", "黄色"),
    ],
)
def test_colour_follows_points_and_hard_words(text, colour, zh):
    assert one(text, "warning") == colour
    assert one(text, "warning", "zh") == zh
    assert one(text, "code") == colour.lower()


def test_reason_quotes_what_counts_and_what_does_not():
    text = "该公司未发生逾期，但多次被起诉。"
    assert one(text, "why") == (
        "Yellow, 4.5 points: litigation “该公司未发生逾期，但多次被起诉” (4.5, stressed: 多次). "
        "Not counted: overdue “该公司未发生逾期，但多次被起诉” (0, negated: 未发生)."
    )
    assert one(text, "why", "zh") == (
        "黄色，4.5 分：诉讼仲裁“该公司未发生逾期，但多次被起诉”（4.5 分，加重：多次）。"
        "不计分：逾期欠息“该公司未发生逾期，但多次被起诉”（0 分，否定：未发生）。"
    )


def test_reason_of_a_hard_word_and_of_nothing():
    assert one("股东失联", "why").endswith("(6, hard trigger).")
    assert one("一切正常", "why", "zh") == "绿色：没有风险词。"


def test_table_and_evidence():
    headers, row = udfs.call("CR_TEXTRISK", "逾期。被起诉。", None, None, None, "table")
    assert headers == ["points", "warning", "signals", "not counted", "topics", "evidence"]
    assert row == [6, "Orange", 2, 0, "Overdue; Litigation", "“逾期。被起诉”"]


def test_evidence_is_cut_to_the_words_around():
    text = "一 二 三 四 五 六 七 八 逾期 九 十 百 千 万 亿 兆 京"
    assert one(text, "evidence") == "“…三 四 五 六 七 八 逾期 九 十 百 千 万 亿…”"


def test_own_words_and_own_colours():
    colours = [
        ["warning", "label_en", "label_zh", "points"],
        ["low", "Low", "低", 0],
        ["high", "High", "高", 3],
    ]
    assert one("被起诉", lexicon=LEXICON) == 0
    assert one("Defaulting", lexicon=LEXICON) == 4
    assert one("逾期", "warning", warnings=colours) == "High"


def test_rows_blank_and_faulty():
    cells = udfs.call("CR_TEXTRISK", [["逾期"], [None], [CellError("#N/A")], [12.5]])
    assert cells == [[3], [None], [CellError("#N/A")], [0]]


@pytest.mark.parametrize(
    ("name", "table", "said"),
    [
        ("lexicon", [*LEXICON, LEXICON[1]], "row 5 must be a word that stands once; got '逾期'"),
        ("lexicon", [LEXICON[0], ["x", "t", "T", "题", -1, False]], "must be at least 0; got -1.0"),
        (
            "modifiers",
            [
                ["term", "kind", "label_en", "label_zh", "place", "reach", "effect"],
                ["no", "negated", "negated", "否定", "beside", 3, 0],
            ],
            "must be one of before, after, either; got 'beside'",
        ),
        (
            "modifiers",
            [
                ["term", "kind", "label_en", "label_zh", "place", "reach", "effect"],
                ["no", "negated", "negated", "否定", "before", 0, 0],
            ],
            "must be at least 1, and effect at least 0; got 0, 0",
        ),
        (
            "warnings",
            [["warning", "label_en", "label_zh", "points"], ["a", "A", "甲", 5]],
            "must be 0 and then ascending; got",
        ),
    ],
)
def test_bad_table_is_one_error_that_names_the_row(name, table, said):
    error = one("逾期", **{name: table})
    assert error == CellError(VALUE) != CellError(NUM)
    assert said in error.reason
    assert re.search("[\u4e00-\u9fff]", error.reason_zh)


def test_missing_segmenter_is_said_and_english_works_without(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "rjieba":
            raise ImportError(name)
        return real(name, *rest)

    words.segmenter.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    error = one("公司逾期")
    assert error == CellError(NAME)
    assert "rjieba" in error.reason
    assert one("overdue") == 3


def test_built_in_words_are_found_as_they_stand():
    for term in tables.builtin("risk_lexicon").rows["term"]:
        text = term.rstrip("*")
        assert found(text), text


@given(
    st.lists(
        st.sampled_from(["逾期", "未发生逾期", "被起诉", "可能亏损", "一切正常", "sued"]),
        min_size=1,
    )
)
def test_clauses_do_not_depend_on_each_other_nor_rows_on_rows(clauses):
    together = one("。".join(clauses))
    alone = {"逾期": 3, "未发生逾期": 0, "被起诉": 3, "可能亏损": 1, "一切正常": 0, "sued": 3}
    distinct = {clause: alone[clause] for clause in clauses}
    if "逾期" in distinct:
        distinct.pop("未发生逾期", None)
    assert together == sum(distinct.values())
    column = udfs.call("CR_TEXTRISK", [[clause] for clause in clauses])
    assert column == [[alone[clause]] for clause in clauses]


@given(st.text(max_size=60))
def test_any_text_can_be_read(text):
    cell = one(text or None)
    assert cell is None or cell >= 0


@pytest.mark.parametrize(
    "note",
    [
        "Interest was paid late.",
        "The company is late on interest.",
        "Payment delays became frequent.",
        "They are behind on two instalments.",
    ],
)
def test_paying_late_is_heard_however_it_is_said(note):
    _, *rows = udfs.call("CR_TEXTSIGNALS", note)
    assert [row[2] for row in rows] == ["Overdue"]


@pytest.mark.parametrize("keys", [["C7", None], ["C7", ""], [7, None], [None, None], ["", ""]])
def test_a_text_without_a_key_has_no_key_in_the_list(keys):
    _, *rows = udfs.call("CR_TEXTSIGNALS", [["Two lawsuits."]] * 2, [[key] for key in keys])
    assert [row[0] for row in rows] == [key or None for key in keys]
