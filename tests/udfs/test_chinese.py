import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udfs.chinese import filled, joined


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (("pd", "应为", "小于 1 的数字"), "pd 应为小于 1 的数字"),
        (
            ("lang", "应为", "en、zh 之一", "，实际为", "'fr'", "。"),
            "lang 应为 en、zh 之一，实际为 'fr'。",
        ),
        (("policy 的“预警颜色”列", "应为", "颜色"), "policy 的“预警颜色”列应为颜色"),
        (("“AA”", "AA"), "“AA”AA"),
        (("应为", " TRUE 或 FALSE"), "应为 TRUE 或 FALSE"),
        (("two lines", "of English"), "two lines of English"),
        (("内置表", "数量。"), "内置表数量。"),
        (("得分", "", "。"), "得分。"),
        ((), ""),
    ],
)
def test_parts_are_spaced_as_chinese_is_set(parts, sentence):
    assert joined(*parts) == sentence


@given(st.lists(st.text(st.sampled_from("得分，。“”AB1 "), max_size=4), max_size=5))
@settings(deadline=None, max_examples=100)
def test_nothing_but_spaces_is_added_or_lost(parts):
    assert joined(*parts).replace(" ", "") == "".join(parts).replace(" ", "")


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("利率", "“4”", "利率应为数字，“4”不是数字。"),
        ("rate {a}", "“{b}”", "rate {a} 应为数字，“{b}”不是数字。"),
        ("利率", "4", "利率应为数字，4 不是数字。"),
    ],
)
def test_words_in_a_sentence_are_spaced_by_what_they_are(column, value, sentence):
    template = "{column} 应为数字，{value} 不是数字。"
    assert filled(template, column=column, value=value) == sentence
