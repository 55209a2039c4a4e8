import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.errors import CellError
from udfs.parsing import serial_to_date

# Examples printed in the standards' annexes (GB 11643-1999, annexes A and B) and in a public
# account of the check of GB 32100-2015 (91350100M000100Y4Z is given there as wrong for ...3).
RESIDENT_IDS = ["11010519491231002X", "440524188001010014"]
CREDIT_CODE = "91350100M000100Y43"
CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Well-known test numbers of the card schemes.
CARDS = ["4111111111111111", "5555555555554444", "6011111111111117", "3530111333300000"]


def check(number, kind=None, out="value", lang="en"):
    return udfs.call("CR_IDCHECK", number, kind, out, lang)[0][0]


def simple_id_check(number):
    """GB 11643-1999 the way it is worded: sum of a_i times W_i, W_i = 2^(i-1) mod 11 from the right."""
    total = sum(
        (10 if c == "X" else int(c)) * pow(2, i, 11) for i, c in enumerate(reversed(number))
    )
    return total % 11 == 1


def simple_credit_check(code):
    total = sum(CREDIT_LETTERS.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return CREDIT_LETTERS.index(code[17]) == (31 - total % 31) % 31


def simple_luhn(number):
    doubled = [int(c) * (2 if i % 2 else 1) for i, c in enumerate(reversed(number))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


@pytest.mark.parametrize("number", [*RESIDENT_IDS, CREDIT_CODE, *CARDS])
def test_published_numbers_are_valid(number):
    assert check(number) == "valid"
    assert check(number, lang="zh") == "有效"
    assert check(number, out="why").startswith("Well-formed ")


def test_published_counterexample_names_the_right_check_character():
    reason = check("91350100M000100Y4Z", out="why")
    assert reason == (
        "Character 18, Z, does not occur in such numbers (perhaps 2); the check character would be 3."
    )


def others(letters, number, position):
    return [
        number[:position] + c + number[position + 1 :] for c in letters if c != number[position]
    ]


@pytest.mark.parametrize("number", RESIDENT_IDS)
def test_any_other_digit_anywhere_in_a_resident_id_is_detected(number):
    changed = [one for i in range(18) for one in others("0123456789" + "X" * (i == 17), number, i)]
    result = udfs.call_columns("CR_IDCHECK", [[one] for one in changed], "resident_id", "code")[0]
    assert "valid" not in result
    assert len(result) == 17 * 9 + 10


def test_any_other_character_anywhere_in_a_credit_code_is_detected():
    changed = [one for i in range(18) for one in others(CREDIT_LETTERS, CREDIT_CODE, i)]
    result = udfs.call_columns("CR_IDCHECK", [[one] for one in changed], "uscc", "code")[0]
    assert set(result) == {"invalid"}


@pytest.mark.parametrize("number", CARDS)
def test_any_other_digit_anywhere_in_a_card_number_is_detected(number):
    changed = [one for i in range(len(number)) for one in others("0123456789", number, i)]
    result = udfs.call_columns("CR_IDCHECK", [[one] for one in changed], "bank_card", "code")[0]
    assert set(result) <= {"invalid", "damaged"}


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(["11", "31", "44", "65"]),
    st.integers(0, 9999),
    st.dates(dt.date(1900, 1, 1), dt.date(2030, 12, 31)),
    st.integers(0, 999),
    st.sampled_from("0123456789X"),
)
def test_resident_ids_are_checked_as_the_standard_is_worded(region, county, born, serial, last):
    number = f"{region}{county:04d}{born:%Y%m%d}{serial:03d}{last}"
    assert (check(number, "resident_id", "code") == "valid") == simple_id_check(number)


@settings(deadline=None, max_examples=200)
@given(
    st.text(CREDIT_LETTERS, min_size=2, max_size=2),
    st.sampled_from(["100000", "310115", "440300"]),
    st.text(CREDIT_LETTERS, min_size=10, max_size=10),
)
def test_credit_codes_are_checked_as_the_standard_is_worded(start, region, rest):
    code = start + region + rest
    found = check(code, "uscc", "code")
    assert (found == "valid") == simple_credit_check(code)


@settings(deadline=None, max_examples=200)
@given(st.text("0123456789", min_size=12, max_size=19))
def test_cards_are_checked_by_luhns_sum(number):
    assert (check(number, "bank_card", "code") == "valid") == simple_luhn(number)


def test_check_character_that_is_offered_makes_the_number_valid():
    for number, kind in (("11010519491231002", "resident_id"), (CREDIT_CODE[:17], "uscc")):
        for last in CREDIT_LETTERS if kind == "uscc" else "0123456789":
            headers, row = udfs.call("CR_IDCHECK", number + last, kind, "table")
            expected = row[headers.index("expected")]
            if expected:
                assert check(number + expected, kind) == "valid"


@pytest.mark.parametrize(
    ("number", "kind", "reason", "reason_zh"),
    [
        (
            "110105194912310021",
            None,
            "The check fails: character 18 would have to be X, it is 1; one of the characters is wrong.",
            "校验不通过：第 18 位应为 X，实际为 1，号码中有一位有误。",
        ),
        (
            "1101O519491231002X",
            "resident_id",
            "Character 5, O, does not occur in such numbers (perhaps 0).",
            "第 5 位 O 不会出现在该位置（可能是 0）。",
        ),
        ("001005194912310021", None, "Characters 1 to 2, 00, are no region.", "第 1 至 2 位 00 不是行政区划。"),
        ("110105194902300024", None, "Characters from 7 on, 19490230, are no date.", "第 7 位起的 19490230 不是日期。"),
        ("110105491331002", None, "Characters from 7 on, 491331, are no date.", "第 7 位起的 491331 不是日期。"),
        ("11010519491231", "resident_id", "A resident ID has 18 characters; got 14.", "身份证号应为 18 位，实际为 14 位。"),
        ("911", "uscc", "A credit code has 18 characters; got 3.", "统一社会信用代码应为 18 位，实际为 3 位。"),
        ("91990100M000100Y43", None, "Characters 3 to 4, 99, are no region.", "第 3 至 4 位 99 不是行政区划。"),
        ("9135O100M000100Y43", None, "Character 5, O, does not occur in such numbers (perhaps 0).", "第 5 位 O 不会出现在该位置（可能是 0）。"),
        ("hello", None, "It has the form of none of resident ID, credit code and bank card.", "不具有身份证号、统一社会信用代码或银行卡号的形式。"),
        (
            "4111111111111112",
            None,
            "The check fails: character 16 would have to be 1, it is 2; one of the characters is wrong.",
            "校验不通过：第 16 位应为 1，实际为 2，号码中有一位有误。",
        ),
    ],
)  # fmt: skip
def test_reason_says_what_is_wrong_and_where(number, kind, reason, reason_zh):
    assert check(number, kind) == "invalid"
    assert check(number, kind, "why") == reason
    assert check(number, kind, "why", "zh") == reason_zh


@pytest.mark.parametrize(
    "number",
    [
        110105194912310020.0,
        6222020200112230.0,
        "1.10105E+17",
        "1.23e+17",
        "1.10105194912310E+17",
        "110105194912310000",
        "6222020200112240000",
    ],
)
def test_number_that_excel_kept_as_a_number_is_told_apart(number):
    assert check(number) == "damaged by Excel"
    assert check(number, lang="zh") == "被 Excel 损坏"
    assert "as text" in check(number, out="why")
    assert "设为文本" in check(number, out="why", lang="zh")


def test_any_resident_id_through_excels_fifteen_digits_is_not_valid():
    rng = np.random.default_rng(3)
    for serial in rng.integers(0, 1000, 50):
        number = udfs.call("CR_IDCHECK", f"440524800101{serial:03d}", None, "number")[0][0]
        assert check(number) == "valid"
        if number.isdecimal():
            assert check(float(number)) == "damaged by Excel"
            kept = number[:15] + "000"
            assert check(kept) in ("damaged by Excel", "valid")
            assert (check(kept) == "valid") == simple_id_check(kept)


def test_zeros_that_may_be_excels_are_hinted_at():
    assert check("6222020200112232", out="why").endswith("one of the characters is wrong.")
    assert check("6222020200112210", out="why").endswith(
        "The digits after the 15th are zeros, as Excel leaves them."
    )


def test_old_form_is_recognised_and_lengthened():
    assert check("440524800101001") == "old form"
    assert check(440524800101001.0) == "old form"
    longer = check("440524800101001", out="number")
    assert longer == "440524198001010013"
    assert check(longer) == "valid"
    assert longer in check("440524800101001", out="why")
    assert check("440524800101001", lang="zh") == "旧号"


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002x",
        " 110105 19491231 002X",
        "110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'11010519491231002X",
        "110105\u00a019491231002X",
    ],
)
def test_way_of_writing_does_no_harm(written):
    assert check(written) == "valid"
    assert check(written, out="number") == "11010519491231002X"


def test_organisation_code_inside_a_credit_code_is_looked_at():
    # 9144030071526726X? does not matter: any code that passes its own check will do.
    body = "91350100M000100Y5"
    (code,) = [body + c for c in CREDIT_LETTERS if simple_credit_check(body + c)]
    assert check(code) == "valid"
    assert "should end in 4 (character 17, GB 11714); got 5" in check(code, out="why")
    assert "第 17 位" in check(code, out="why", lang="zh")


def test_credit_code_of_digits_alone_is_told_from_a_resident_id():
    body = "91110000100000123"
    (code,) = [body + c for c in "0123456789" if simple_credit_check(body + c)] or [None]
    if code is not None:
        assert udfs.call("CR_IDCHECK", code, None, "table")[1][1] == "credit code"
    assert udfs.call("CR_IDCHECK", RESIDENT_IDS[1], None, "table")[1][1] == "resident ID"


def test_table_shows_province_and_birth_date_of_what_is_valid():
    headers, row, wrong = udfs.call(
        "CR_IDCHECK", [["11010519491231002X"], ["110105194912310021"]], None, "table"
    )
    found = dict(zip(headers, row, strict=True))
    assert (found["kind"], found["province"]) == ("resident ID", "Beijing Municipality")
    assert serial_to_date(found["birth_date"]) == dt.date(1949, 12, 31)
    assert wrong[3:] == [None, None, 18, "X"]
    headers, row = udfs.call("CR_IDCHECK", CREDIT_CODE, None, "table", "zh")
    assert headers == ["结果", "类型", "规范号码", "省份", "出生日期", "错误位置", "应为"]
    assert row == ["有效", "统一社会信用代码", CREDIT_CODE, "福建省", None, None, None]


def test_kind_may_differ_from_row_to_row():
    kinds = [["身份证"], ["bank card"], [None]]
    numbers = [["4111111111111111"], ["4111111111111111"], ["4111111111111111"]]
    assert udfs.call("CR_IDCHECK", numbers, kinds, "code") == [["invalid"], ["valid"], ["valid"]]


def test_blank_error_and_unknown_kind():
    result = udfs.call("CR_IDCHECK", [[None], ["#N/A"], ["1"]], [[None], [None], ["passport"]])
    assert result == [[None], [CellError("#N/A")], [CellError("#VALUE!")]]


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.sampled_from([*RESIDENT_IDS, *CARDS, CREDIT_CODE, "x", "1.2E+17", "440524800101001"]),
        min_size=1,
        max_size=8,
    )
)
def test_one_number_has_the_result_it_has_in_any_batch(numbers):
    for out in ("value", "why", "number"):
        batch = udfs.call("CR_IDCHECK", [[one] for one in numbers], None, out)
        assert batch == [[check(one, out=out)] for one in numbers]
