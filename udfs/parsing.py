"""Numbers, dates and flags that people write as text, in Chinese or English."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from decimal import Decimal
from typing import Any, Final

import numpy as np

_NUMBER: Final = re.compile(
    r"(?P<sign>[+-]?)[¥$€£]?\s?"
    r"(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)"
    r"(?P<exponent>[eE][+-]?\d{1,3})?\s?(?P<percent>%?)"
)
_DATE: Final = re.compile(
    r"(?P<year>\d{4})(?P<sep>[-/.年])(?P<month>\d{1,2})(?:(?P=sep)|月)(?P<day>\d{1,2})日?"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_COMPACT_DATE: Final = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_YES: Final = frozenset({"true", "yes", "y", "t", "1", "是", "有", "真", "√", "✓"})
_NO: Final = frozenset({"false", "no", "n", "f", "0", "否", "无", "假", "×", "✗"})
_FIRST_COMPACT: Final = 19000101
_LAST_COMPACT: Final = 99991231
LAST_SERIAL: Final = 2958465
LEAP_YEAR_SLIP: Final = 60


def parse_number(text: str) -> float | None:
    """The number that a text writes; None if it is no number.

    Full-width digits, thousands separators, a currency sign, a percent sign and brackets for a
    negative amount are understood. "1,23" is refused: a separator in the wrong place may mean a
    decimal comma, and guessing wrong would be off by a factor of a hundred.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("\N{MINUS SIGN}", "-")
    negative = plain.startswith("(") and plain.endswith(")")
    match = _NUMBER.fullmatch(plain[1:-1].strip() if negative else plain)
    if match is None or (negative and match["sign"]):
        return None
    value = float(match["sign"] + match["digits"].replace(",", "") + (match["exponent"] or ""))
    if match["percent"]:
        value /= 100
    if value in (float("inf"), float("-inf")):
        return None
    return -value if negative else value


def parse_date(text: str) -> dt.date | None:
    """The date that a text writes with the year first; None if there is none such.

    2026-03-31, 2026/3/31, 2026.3.31, 2026年3月31日 and 20260331 are understood. Day-first and
    month-first dates are refused, since 03/04 means two different days.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _DATE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain)
    return None if match is None else _date(match["year"], match["month"], match["day"])


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def serial_to_date(serial: float, *, date1904: bool = False) -> dt.date | None:
    """The date of an Excel serial number, or of a number such as 20260331; None if none.

    Excel's 1900 system counts a 29 February 1900 that never was: serial 60 has no date.
    """
    if not math.isfinite(serial):
        return None
    whole = int(serial // 1)
    if _FIRST_COMPACT <= whole <= _LAST_COMPACT and serial == whole:
        return parse_date(str(whole))
    if date1904:
        return dt.date(1904, 1, 1) + dt.timedelta(whole) if 0 <= whole <= LAST_SERIAL else None
    if not 1 <= whole <= LAST_SERIAL or whole == LEAP_YEAR_SLIP:
        return None
    epoch = dt.date(1899, 12, 31) if whole < LEAP_YEAR_SLIP else dt.date(1899, 12, 30)
    return epoch + dt.timedelta(whole)


def parse_flag(cell: Any) -> bool | None:
    """Yes or no as a boolean, 1 or 0, or a usual word; None for anything else."""
    if isinstance(cell, bool | np.bool_):
        return bool(cell)
    if isinstance(cell, str):
        word = unicodedata.normalize("NFKC", cell).strip().casefold()
        return True if word in _YES else False if word in _NO else None
    if isinstance(cell, int | float | Decimal | np.number) and cell in (0, 1):
        return bool(cell)
    return None
