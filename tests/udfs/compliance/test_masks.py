import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError


def mask(text, kind=None, out="value", lang="en", rules=None):
    return udfs.call("CR_MASK", text, kind, rules, out, lang)[0][0]


@pytest.mark.parametrize(
    ("text", "masked", "kind"),
    [
        ("11010519491231002X", "110***********002X", "resident ID"),
        ("440524800101001", "440********1001", "resident ID"),
        ("91350100M000100Y43", "9135**********0Y43", "unified social credit code"),
        ("4111111111111111", "411111******1111", "bank card"),
        ("4111 1111 1111 1111", "4111 11** **** 1111", "bank card"),
        ("13800138000", "138****8000", "telephone"),
        ("+86 138-0013-8000", "+86 138-****-8000", "telephone"),
        ("0755-12345678", "075*-****5678", "telephone"),
        ("zhang.san@bank.example", "z********@bank.example", "e-mail"),
        ("１３８００１３８０００", "138****8000", "telephone"),
    ],
)
def test_known_form_is_masked_but_for_its_ends(text, masked, kind):
    assert mask(text) == masked
    assert udfs.call("CR_MASK", text, None, None, "table")[1] == [masked, kind]


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("欧阳娜娜", "欧***"),
        ("张", "*"),
        ("阿卜杜拉·买买提", "阿*******"),
        ("Anna Smith", "A*** S****"),
        ("A", "*"),
        ("José García", "J*** G*****"),
    ],
)
def test_name_keeps_its_first_letter(name, masked):
    assert mask(name, "name") == mask(name, "姓名") == masked


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("abc-7", None),
        ("张三", None),
        ("110105194902300024", None),
        ("123456789012345679", None),
        ("1234567890123", None),
        ("1.10105E+17", None),
        (110105194912310020.0, None),
        ("11010519491231002X 张三", None),
        ("11010519491231002X", "phone"),
        ("13800138000", "resident_id"),
        ("不是姓名的一段话，带标点", "name"),
        ("某某科技有限责任公司", "name"),
        ("me@home", "email"),
        ("@bank.example", "email"),
    ],
)
def test_text_of_unknown_or_other_form_is_masked_altogether(text, kind):
    assert mask(text, kind) == "********"
    assert mask(text, kind, "why") == "Unknown form: masked altogether."
    assert mask(text, kind, "why", "zh") == "格式不明，全部脱敏。"


def test_slip_in_the_check_digit_leaves_a_resident_id_one():
    assert mask("110105194912310021") == "110***********0021"


@settings(deadline=None, max_examples=150)
@given(
    st.text("0123456789X- ", min_size=1, max_size=22)
    | st.text(min_size=1, max_size=12)
    | st.from_regex(r"1[3-9][0-9]{9}|[a-z]{1,8}@[a-z]{1,8}\.cn", fullmatch=True),
    st.sampled_from([None, "name", "phone", "bank_card", "email", "resident_id", "uscc"]),
)
def test_no_text_ever_comes_back_as_it_was_or_half_of_it(text, kind):
    masked = mask(text, kind)
    if isinstance(masked, CellError) or masked is None:
        return
    assert "*" in masked
    if masked == "********":
        return
    shown = masked.split("@", maxsplit=1)[0]
    letters = [c for c in shown.removeprefix("+86").removeprefix("0086") if c.isalnum()]
    assert masked.count("*") >= 1
    assert len(letters) <= 10


def test_number_of_characters_is_a_choice_in_the_table():
    rules = udfs.call("CR_POLICY", "mask_rules")
    for row in rules[1:]:
        row[3:] = [0, 2]
    assert mask("13800138000", rules=rules) == "*********00"
    assert (
        mask("13800138000", out="why", rules=rules)
        == "telephone: first 0 and last 2 characters shown."
    )
    for row in rules[1:]:
        row[3:] = [9, 9]
    # At least something is hidden whatever the table says.
    assert mask("13800138000", rules=rules) == "***********"


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [(0, "passport", "mask_kind"), (3, -1, "keep_first"), (4, 0.5, "keep_last")],
)
def test_faulty_table_of_rules_is_refused(column, value, said):
    rules = udfs.call("CR_POLICY", "mask_rules")
    rules[1][column] = value
    assert said in mask("13800138000", rules=rules).reason


def test_column_with_blanks_errors_and_kinds_by_row():
    texts = [["13800138000"], [None], ["#REF!"], ["张三"], ["1"]]
    kinds = [["手机"], [None], [None], ["name"], ["passport"]]
    result = udfs.call("CR_MASK", texts, kinds)
    assert result == [
        ["138****8000"],
        [None],
        [CellError("#REF!")],
        ["张*"],
        [CellError("#VALUE!")],
    ]
    assert udfs.call("CR_MASK", texts[:2], kinds[:2], None, "table", "zh") == [
        ["脱敏文本", "类型"],
        ["138****8000", "电话号码"],
        [None, None],
    ]


def test_reason_names_the_rule():
    assert mask("13800138000", out="why") == "telephone: first 3 and last 4 characters shown."
    assert mask("13800138000", out="why", lang="zh") == "电话号码：显示前 3 位、后 4 位。"
