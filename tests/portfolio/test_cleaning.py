"""Cells to numbers, dates, flags and text: what can be read, and what is said to be wrong."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.portfolio.cleaning import (
    Reading,
    clean_dates,
    clean_flags,
    clean_numbers,
    clean_texts,
    looks_like_formula,
)

PLAIN = Reading()


def objects(*cells):
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array


def number(cell, reading=PLAIN):
    cleaned = clean_numbers(objects(cell), reading)
    return None if cleaned.faults or np.isnan(cleaned.values[0]) else float(cleaned.values[0])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2.5", 2.5),
        (" 2.5 ", 2.5),
        ("1,234.5", 1234.5),
        ("$60,000.00 ", 60000.0),
        ("¥1,000", 1000.0),
        ("１２．５", 12.5),
        ("12%", 0.12),
        ("(5)", -5.0),
        ("1e3", 1000.0),
        (3, 3.0),
        (2.5, 2.5),
    ],
)
def test_reads_a_number(cell, value):
    assert number(cell) == value


@pytest.mark.parametrize("cell", ["abc", "1.2.3", "inf", "nan", "+1+1", "1 2", True, "12x"])
def test_text_in_a_number_is_at_fault(cell):
    assert list(clean_numbers(objects(cell), PLAIN).faults) == ["text in number"]


@pytest.mark.parametrize("cell", ["", "  ", None])
def test_a_blank_is_no_fault(cell):
    for clean in (clean_numbers, clean_dates, clean_flags, clean_texts):
        assert clean(objects(cell), PLAIN).faults == {}


def test_a_column_that_makes_sense_with_a_decimal_comma_only_is_read_so_and_says_so():
    cleaned = clean_numbers(objects("1,5", "2.345,6", "7", "1,234"), PLAIN)
    assert cleaned.values.tolist() == [1.5, 2345.6, 7.0, 1.234]
    assert cleaned.note == "decimal comma"


def test_a_group_after_a_leading_zero_is_a_decimal_comma():
    assert clean_numbers(objects("0,125"), PLAIN).values.tolist() == [0.125]


def test_points_and_commas_mixed_are_not_guessed():
    cleaned = clean_numbers(objects("1,5", "2.5"), PLAIN)
    assert cleaned.faults["text in number"].tolist() == [True, False]


def test_a_stated_decimal_comma_refuses_a_point():
    reading = Reading(decimal=",")
    assert number("1.234,5", reading) == 1234.5
    assert number("1.5", reading) is None


def test_a_stated_thousands_sign_and_currency_are_understood():
    reading = Reading(decimal=",", thousands="'", currency=("CHF",))
    assert number("CHF 1'234,50", reading) == 1234.5


def test_words_for_a_blank_are_stated():
    reading = Reading(blanks=frozenset({"n/a"}))
    assert clean_numbers(objects("n/a"), reading).faults == {}
    assert list(clean_numbers(objects("n/a"), PLAIN).faults) == ["text in number"]


@settings(deadline=None, max_examples=200)
@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_written_by_python_is_read_back(value):
    assert number(repr(value)) == value


@pytest.mark.parametrize(
    "cell",
    ["2026-03-31", "2026/3/31", "2026.03.31", "20260331", "2026年3月31日", 46112.0,
     dt.datetime(2026, 3, 31),  # noqa: DTZ001 - as a workbook's cell has it
     dt.date(2026, 3, 31)],
)  # fmt: skip
def test_reads_a_date_with_the_year_first(cell):
    assert clean_dates(objects(cell), PLAIN).values[0] == np.datetime64("2026-03-31")


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("2026-02-30", "impossible date"),
        ("2026-13-01", "impossible date"),
        ("0000-00-00", "impossible date"),
        (-5.0, "impossible date"),
        ("31/03/2026", "not a date"),
        ("soon", "not a date"),
        (True, "not a date"),
    ],
)
def test_what_is_no_day_is_at_fault(cell, rule):
    assert list(clean_dates(objects(cell), PLAIN).faults) == [rule]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("28-feb-97", "1997-02-28"),
        ("03-MAR-51", "1951-03-03"),
        ("29-feb-00", "2000-02-29"),
        ("01-jan-49", "2049-01-01"),
        ("2/28/1997", "1997-02-28"),
    ],
)
def test_stated_formats_are_tried_in_turn_with_the_century_stated(cell, day):
    reading = Reading(dates=("%d-%b-%y", "%m/%d/%Y"), two_digit_years_from=1950)
    cleaned = clean_dates(objects(cell), reading)
    assert cleaned.values[0] == np.datetime64(day)
    assert cleaned.note == "two-digit years 1950–2049"


@pytest.mark.parametrize(
    ("cell", "rule"), [("30-feb-97", "impossible date"), ("P I F", "not a date")]
)
def test_a_stated_format_tells_impossible_days_from_other_text(cell, rule):
    reading = Reading(dates=("%d-%b-%y",))
    assert list(clean_dates(objects(cell), reading).faults) == [rule]


@pytest.mark.parametrize(("cell", "flag"), [("Y", 1), ("否", 0), (True, 1), (0, 0), ("", -1)])
def test_reads_a_flag(cell, flag):
    assert clean_flags(objects(cell), PLAIN).values.tolist() == [flag]


def test_true_and_one_in_a_column_stay_apart():
    assert clean_texts(objects(1, True, "1"), PLAIN).values.tolist() == ["1", "yes", "1"]


@pytest.mark.parametrize(
    ("cell", "text"), [(1001.0, "1001"), (1.5, "1.5"), ("  A  ", "A"), ("007", "007")]
)
def test_text_stays_as_it_is_without_outer_blanks(cell, text):
    assert clean_texts(objects(cell), PLAIN).values.tolist() == [text]


@pytest.mark.parametrize(
    ("cell", "rule", "text"),
    [
        ("=cmd|'/c calc'!A0", "formula-like text", "=cmd|'/c calc'!A0"),
        ("+1+1", "formula-like text", "+1+1"),
        ("@SUM(A1)", "formula-like text", "@SUM(A1)"),
        ("-2+3", "formula-like text", "-2+3"),
        ("a\x01b", "control characters", "a b"),
        ("a\ufffdb", "damaged text", "a\ufffdb"),
        ("x" * 40000, "text too long", "x" * 32767),
        (6.2e18, "digits may be lost", "6200000000000000000"),
    ],
)
def test_odd_text_is_kept_and_marked(cell, rule, text):
    cleaned = clean_texts(objects(cell), PLAIN)
    assert list(cleaned.faults) == [rule]
    assert cleaned.values.tolist() == [text]


@pytest.mark.parametrize("text", ["-", "-5", "+86 138 0000", "A=1", "—", "", "- 3.5%"])
def test_signs_and_numbers_are_no_formulas(text):
    assert not looks_like_formula(text)
