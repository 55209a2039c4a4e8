import copy
import pickle

import pytest

from udfs.errors import CallError, CellError, Words, column_of, in_language, one_of, shorten


def test_errors_are_equal_when_their_codes_are():
    assert CellError("#N/A", "one reason") == CellError("#N/A", "another")
    assert CellError("#N/A") != CellError("#NUM!")


def test_unknown_code_is_refused():
    with pytest.raises(ValueError, match="#OOPS!"):
        CellError("#OOPS!")


@pytest.mark.parametrize(
    ("error", "lang", "why"),
    [
        (CellError("#N/A", "missing", "缺失"), "en", "missing"),
        (CellError("#N/A", "missing", "缺失"), "zh", "缺失"),
        (CellError("#N/A", "missing"), "zh", "missing"),
    ],
)
def test_reason_comes_in_the_language_asked_for(error, lang, why):
    assert error.why(lang) == why


@pytest.mark.parametrize(
    ("value", "allowed", "english", "chinese"),
    [
        ("x", "a number", "rate must be a number; got 'x'.", "rate 应为 a number，实际为 'x'。"),
        (
            Words("nothing", "空"),
            Words("a number", "数字"),
            "rate must be a number; got nothing.",
            "rate 应为数字，实际为空。",
        ),
        (
            3,
            Words("below 1", "小于 1"),
            "rate must be below 1; got 3.",
            "rate 应为小于 1，实际为 3。",
        ),
    ],
)
def test_message_names_argument_value_and_what_is_allowed(value, allowed, english, chinese):
    error = CallError("rate", value, allowed, code="#NUM!")
    assert str(error) == english
    assert error.as_cell() == CellError("#NUM!")
    assert error.as_cell().why("zh") == chinese


def test_long_value_is_cut():
    assert shorten("x" * 1000) == "'" + "x" * 58 + "…"


@pytest.mark.parametrize(
    ("row", "english", "chinese"),
    [
        (None, "scale, column lower", "scale 的“下限”列"),
        (3, "scale, column lower, row 3", "scale 的“下限”列第 3 行"),
        ("AA", "scale, column lower, AA", "scale 的“下限”列（AA）"),
    ],
)
def test_column_of_a_table_is_named_by_its_header_in_each_language(row, english, chinese):
    place = column_of("scale", "lower", "下限", row)
    assert place == english
    assert place.zh == chinese


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copies_of_words_keep_both_languages(copied):
    words = copied(Words("nothing", "空"))
    assert (words, words.zh) == ("nothing", "空")


@pytest.mark.parametrize(
    ("text", "lang", "shown"),
    [
        (Words("nothing", "空"), "zh", "空"),
        (Words("nothing", "空"), "en", "nothing"),
        ("utf-8", "zh", "utf-8"),
    ],
)
def test_text_is_shown_in_the_language_where_it_speaks_it(text, lang, shown):
    assert in_language(text, lang) == shown


def test_options_are_listed_in_each_language():
    allowed = one_of(["red", "橙"])
    assert allowed == "one of red, 橙"
    assert allowed.zh == "red、橙之一"


def test_a_bad_call_reaches_another_process_whole():
    error = CallError("rate", Words("nothing", "空"), Words("a number", "数字"), code="#NUM!")
    other = pickle.loads(pickle.dumps(error))  # noqa: S301 - written here
    assert (str(other), other.code, other.as_cell().reason_zh) == (
        str(error), error.code, error.as_cell().reason_zh,
    )  # fmt: skip
