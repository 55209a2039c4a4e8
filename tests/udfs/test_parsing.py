import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.parsing import parse_date, parse_flag, parse_number, serial_to_date


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        (" 12.5 ", 12.5),
        (".5", 0.5),
        ("5.", 5),
        ("-3", -3),
        ("\N{MINUS SIGN}3", -3),
        ("+3", 3),
        ("1,234,567.89", 1234567.89),
        ("1,234,567", 1234567),
        ("1,234", 1234),
        ("12.5%", 0.125),
        ("12.5 %", 0.125),
        ("45%", 0.45),
        ("123", 123),
        ("¥1,000", 1000),
        ("¥1,000.50", 1000.5),
        ("$60,000.00 ", 60000),
        ("(1,234)", -1234),
        ("(5)", -5),
        ("1e3", 1000),
        ("2.5E-02", 0.025),
    ],
)
def test_number_written_as_text_is_understood(text, number):
    assert parse_number(text) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "1,23", "12,34,567", "1.234,5", "1 234", "--1", "(-5)", "5%%", "nan", "inf",
     "1e999", "0x10", "1_000", "½", "十二", "=1+1"],
)  # fmt: skip
def test_text_that_is_no_number_is_refused(text):
    assert parse_number(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_number_survives_formatting_with_thousands_separators(value):
    assert parse_number(f"{value:,.6f}") == pytest.approx(round(value, 6), abs=1e-6)


@pytest.mark.parametrize(
    "text",
    ["2026-03-31", "2026/3/31", "2026.03.31", "2026年3月31日", "20260331", "2026-03-31 08:30:00",
     "2026-03-31T08:30", "2026/03/31"],
)  # fmt: skip
def test_year_first_date_is_understood(text):
    assert parse_date(text) == dt.date(2026, 3, 31)


@pytest.mark.parametrize(
    "text", ["31/03/2026", "03-31-26", "2026-02-30", "2026-13-01", "2026-3/31", "soon", ""]
)
def test_ambiguous_or_impossible_date_is_refused(text):
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("serial", "date1904", "date"),
    [
        (1, False, dt.date(1900, 1, 1)),
        (59, False, dt.date(1900, 2, 28)),
        (60, False, None),
        (61, False, dt.date(1900, 3, 1)),
        (46112, False, dt.date(2026, 3, 31)),
        (46112.75, False, dt.date(2026, 3, 31)),
        (44650, True, dt.date(2026, 3, 31)),
        (0, True, dt.date(1904, 1, 1)),
        (0, False, None),
        (-1, False, None),
        (2958465, False, dt.date(9999, 12, 31)),
        (2958466, False, None),
        (20260331, False, dt.date(2026, 3, 31)),
        (20261331, False, None),
    ],
)
def test_serial_number_is_the_date_that_excel_shows(serial, date1904, date):
    assert serial_to_date(serial, date1904=date1904) == date


@pytest.mark.parametrize(
    ("cell", "flag"),
    [(True, True), (False, False), (1, True), (0.0, False), ("TRUE", True), ("是", True),
     ("否", False), ("Y", True), ("no", False), ("1", True), ("√", True), ("maybe", None),
     (2, None), ("", None)],
)  # fmt: skip
def test_flag_is_understood_in_both_languages(cell, flag):
    assert parse_flag(cell) is flag
