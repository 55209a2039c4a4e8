"""The field dictionary holds together, and fits the policy tables that use its words."""

import re

import pytest

from udfs import tables
from workbook_templates import TABLES, UnknownFieldError, field, fields
from workbook_templates.portfolio.inputs import FIRST_FACTOR, LAST_FACTOR

ALL = [one for table in TABLES for one in fields(table)]
BY_NAME = {f"{one.table}.{one.name}": one for one in ALL}


@pytest.fixture(params=ALL, ids=BY_NAME)
def one(request):
    return request.param


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("transactions", ["customer_id", "date", "amount", "kind", "count"]),
        (
            "loans",
            ["loan_id", "customer_id", "start", "maturity", "amount", "balance", "rate",
             "overdue_days", "five_tier", "impaired", "provision", "collateral_value", "guarantee", "default"],
        ),
    ],
)  # fmt: skip
def test_fields_keep_the_order_of_the_dictionary(table, names):
    assert [one.name for one in fields(table)] == names


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_headers_of_a_table_differ(table, lang):
    headers = [one.header(lang) for one in fields(table)]
    assert len(set(headers)) == len(headers)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_headers_need_no_escape_in_structured_references(one, lang):
    assert re.fullmatch(r"[A-Za-z\u4e00-\u9fff][A-Za-z0-9 \u4e00-\u9fff]*", one.header(lang))


def test_limits_are_in_order(one):
    if one.lower is not None:
        assert one.lower < one.upper


def test_only_numbers_and_dates_have_limits(one):
    assert (one.lower is not None) == (one.kind in ("number", "date"))


def test_help_stands_in_both_languages_and_fits_a_prompt(one):
    assert 0 < len(one.help["en"]) <= 255
    assert 0 < len(one.help["zh"]) <= 255
    assert re.search(r"[\u4e00-\u9fff]", one.help["zh"])


def test_header_fits_its_column_on_two_lines(one):
    longest_word = max(len(word) for word in one.header("en").split())
    assert longest_word <= one.width
    assert len(one.header("en")) <= 2 * one.width


def test_options_fit_into_a_validation(one):
    for lang in ("en", "zh"):
        assert len(",".join(one.option_labels(lang))) <= 250


def test_each_key_is_required():
    assert {one.name for one in ALL if one.key} == {"customer_id", "loan_id"}
    assert all(one.required for one in ALL if one.key)


def test_the_factors_of_the_scorecard_are_neighbours_in_its_order():
    names = [one.name for one in fields("customers")]
    first, last = names.index(FIRST_FACTOR), names.index(LAST_FACTOR)
    card = list(dict.fromkeys(tables.builtin("scorecard_corporate").rows["factor"]))
    assert names[first : last + 1] == card


def test_judgements_use_the_words_of_the_scorecard():
    card = tables.builtin("scorecard_corporate").rows
    for name in ("management", "market_position", "credit_record"):
        bins = card[(card["factor"] == name) & (card["bin"] == "category")]
        words = dict(zip(bins["category"], bins["category_zh"], strict=True))
        assert field("customers", name).options == words


@pytest.mark.parametrize(
    ("text", "option"),
    [("clean", "clean"), (" CLEAN ", "clean"), ("良好", "clean"), ("spotless", None), ("", None)],
)
def test_an_option_is_found_in_either_language(text, option):
    assert field("customers", "credit_record").option(text) == option


def test_an_unknown_field_names_the_known_ones():
    with pytest.raises(
        UnknownFieldError, match=r"field of loans must be one of loan_id, .*'colour'"
    ):
        field("loans", "colour")
