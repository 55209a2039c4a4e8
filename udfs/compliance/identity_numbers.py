"""Check digits: resident identity numbers, unified social credit codes, bank cards.

Each check takes texts of the right length and says of each what is wrong first, if anything, and
where. GB 11643-1999: the sum of the digits times 2^(18 - i) mod 11 must be 1, the last character
X being ten. GB 32100-2015: the 18th character is 31 minus the sum of the values times 3^(i - 1)
mod 31. Bank cards: ISO/IEC 7812, Luhn.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from udfs.cells import BoolArray
from udfs.compliance.characters import (
    NOT_A_DIGIT,
    Characters,
    any_of,
    characters,
    digits,
    letter_values,
)
from udfs.kinds import DateArray, TextArray
from udfs.records import record
from udfs.tables import builtin

ID_LENGTH: Final = 18
OLD_LENGTH: Final = 15
CARD_LENGTHS: Final = (12, 19)
CREDIT_CODE_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ID_WEIGHTS: Final = np.array([2 ** (17 - i) % 11 for i in range(17)])
_ID_CHECKS: Final = "10X98765432"
_CREDIT_WEIGHTS: Final = np.array([3**i % 31 for i in range(17)])
_ORGANISATION_WEIGHTS: Final = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ORGANISATION: Final = slice(8, 17)
_REGION_DIGITS: Final = slice(2, 8)
_NATIONAL: Final = 10
"""Registration codes of national authorities start with 10, which is no province."""

_FIRST_YEAR, _LAST_YEAR = 1800, 2199


class Fault(IntEnum):
    """What is wrong with a number."""

    NONE = 0
    LENGTH = 1
    CHARACTER = 2
    REGION = 3
    DATE = 4
    CHECK = 5
    EXPONENT = 6
    ZEROS = 7
    UNKNOWN = 8


@record
class Checked:
    """What a check found, one entry per number.

    Attributes:
        fault: what is wrong first, as a ``Fault``.
        position: which character is wrong, from 1; 0 if none or all.
        expected: the check character that would fit; "" if it cannot be computed.
    """

    fault: npt.NDArray[np.int8]
    position: npt.NDArray[np.int64]
    expected: TextArray


def _first_fault(
    count: int, tests: list[tuple[Fault, npt.NDArray[np.int64]]], expected: TextArray
) -> Checked:
    """The first test that fails, each test being the position at fault or 0 where it passes."""
    fault = np.full(count, Fault.NONE, dtype=np.int8)
    position = np.zeros(count, dtype=np.int64)
    for name, places in tests:
        fails = (fault == Fault.NONE) & (places > 0)
        fault[fails], position[fails] = name, places[fails]
    return Checked(fault, position, expected)


def _first_column(wrong: BoolArray, offset: int = 1) -> npt.NDArray[np.int64]:
    """The position of the first wrong character of each row, 0 where none is."""
    return np.where(any_of(wrong), np.argmax(wrong, axis=1) + offset, 0)


# --- resident identity numbers -----------------------------------------------------------------


def check_resident_ids(numbers: TextArray) -> Checked:
    """Check resident identity numbers of eighteen characters (GB 11643-1999)."""
    block = characters(numbers, ID_LENGTH)
    values = digits(block)
    wrong = values == NOT_A_DIGIT
    wrong[:, -1] &= block[:, -1] != ord("X")
    figures = np.where(wrong, 0, values)[:, :17]
    check = _letters(_ID_CHECKS)[figures @ _ID_WEIGHTS % 11]
    dates = birth_dates(numbers)
    tests = [
        (Fault.CHARACTER, _first_column(wrong)),
        (Fault.REGION, np.where(known_region(figures), 0, 1)),
        (Fault.DATE, np.where(np.isnat(dates), 7, 0)),
        (Fault.CHECK, np.where(block[:, -1] == _points(check), 0, ID_LENGTH)),
    ]
    return _first_fault(len(numbers), tests, np.where(any_of(wrong[:, :17]), "", check))


def check_old_ids(numbers: TextArray) -> Checked:
    """Check resident identity numbers of fifteen digits (GB 11643-1989), which have no check."""
    block = characters(numbers, OLD_LENGTH)
    wrong = digits(block) == NOT_A_DIGIT
    figures = np.where(wrong, 0, digits(block))
    tests = [
        (Fault.CHARACTER, _first_column(wrong)),
        (Fault.REGION, np.where(known_region(figures), 0, 1)),
        (Fault.DATE, np.where(np.isnat(birth_dates(lengthened(numbers))), 7, 0)),
    ]
    return _first_fault(len(numbers), tests, np.full(len(numbers), "", dtype=object))


def lengthened(numbers: TextArray) -> TextArray:
    """The numbers of fifteen digits as eighteen: born in the last century, with a check."""
    longer = np.array([f"{text[:6]}19{text[6:]}" for text in numbers], dtype=object)
    figures = digits(characters(longer, 17))
    check = _letters(_ID_CHECKS)[np.where(figures == NOT_A_DIGIT, 0, figures) @ _ID_WEIGHTS % 11]
    found: TextArray = longer + check
    return found


def birth_dates(numbers: TextArray) -> DateArray:
    """The birth dates of numbers of eighteen characters; NaT where there is no such day."""
    figures = digits(characters(numbers, ID_LENGTH))[:, 6:14]
    known = ~any_of(figures == NOT_A_DIGIT)
    figures = np.where(known[:, None], figures, 0)
    year = figures[:, :4] @ [1000, 100, 10, 1]
    month, day = figures[:, 4:6] @ [10, 1], figures[:, 6:] @ [10, 1]
    known &= (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month >= 1) & (month <= 12)  # noqa: PLR2004 - months of a year
    months = (np.where(known, (year - 1970) * 12 + month - 1, 0)).astype("datetime64[M]")
    dates = months.astype("datetime64[D]") + np.where(known, day - 1, 0)
    known &= (day >= 1) & (dates.astype("datetime64[M]") == months)
    dates[~known] = np.datetime64("NaT", "D")
    return dates


@cache
def _prefixes() -> tuple[frozenset[int], frozenset[int]]:
    """The prefixes of two digits and of one digit that resident identity numbers have."""
    codes = {*builtin("provinces").rows["code"], *builtin("resident_id_prefixes").rows["prefix"]}
    two = frozenset(int(code) for code in codes if len(code) > 1)
    return two, frozenset(int(code) for code in codes if len(code) == 1)


def known_region(figures: npt.NDArray[np.int64]) -> BoolArray:
    """For which numbers the first digits are a province or another known prefix."""
    two, one = _prefixes()
    first = figures[:, 0] * 10 + figures[:, 1]
    known: BoolArray = np.isin(first, list(two)) | np.isin(figures[:, 0], list(one))
    return known


# --- unified social credit codes -----------------------------------------------------------------


def check_credit_codes(numbers: TextArray) -> Checked:
    """Check unified social credit codes of eighteen characters (GB 32100-2015)."""
    block = characters(numbers, ID_LENGTH)
    values = letter_values(block, CREDIT_CODE_LETTERS)
    wrong = values < 0
    wrong[:, _REGION_DIGITS] |= digits(block[:, _REGION_DIGITS]) == NOT_A_DIGIT
    figures = np.where(wrong, 0, values)
    check = _letters(CREDIT_CODE_LETTERS)[-(figures[:, :17] @ _CREDIT_WEIGHTS) % 31]
    province = figures[:, 2] * 10 + figures[:, 3]
    known = np.isin(province, [*_prefixes()[0], _NATIONAL])
    tests = [
        (Fault.CHARACTER, _first_column(wrong)),
        (Fault.REGION, np.where(known, 0, 3)),
        (Fault.CHECK, np.where(block[:, -1] == _points(check), 0, ID_LENGTH)),
    ]
    return _first_fault(len(numbers), tests, np.where(any_of(wrong[:, :17]), "", check))


def organisation_checks(numbers: TextArray) -> TextArray:
    """The check character that the organisation code inside a credit code should have.

    It is the 17th character (GB 11714-1997); "" where it cannot be computed.
    """
    values = letter_values(characters(numbers, ID_LENGTH)[:, _ORGANISATION], _ORGANISATION_LETTERS)
    known = ~any_of(values < 0)
    rest = np.where(known[:, None], values, 0)[:, :8] @ _ORGANISATION_WEIGHTS % 11
    return np.where(known, _letters("0X987654321")[rest], "")


# --- bank cards --------------------------------------------------------------------------------


def check_bank_cards(numbers: TextArray) -> Checked:
    """Check bank card numbers of 12 to 19 digits by Luhn's sum (ISO/IEC 7812)."""
    width = CARD_LENGTHS[1]
    padded = np.array([text.rjust(width, "0") for text in numbers], dtype=object)
    values = digits(characters(padded, width))
    wrong = values == NOT_A_DIGIT
    figures = np.where(wrong, 0, values)
    doubled = figures[:, -2::-2] * 2
    total = figures[:, -3::-2].sum(axis=1) + (doubled - 9 * (doubled > 9)).sum(axis=1)  # noqa: PLR2004 - digits of a doubled digit
    check = _letters("0987654321")[total % 10]
    given = characters(padded, width)[:, -1]
    sizes = np.fromiter(map(len, numbers), dtype=np.int64, count=len(numbers))
    first = _first_column(wrong)
    tests = [
        (Fault.CHARACTER, np.where(first > 0, first - (width - sizes), 0)),
        (Fault.CHECK, np.where(given == _points(check), 0, sizes)),
    ]
    return _first_fault(len(numbers), tests, np.where(any_of(wrong[:, :-1]), "", check))


@cache
def _letters(alphabet: str) -> npt.NDArray[np.object_]:
    return np.array(list(alphabet), dtype=object)


def _points(letters: npt.NDArray[np.object_]) -> Characters:
    return characters(letters, 1)[:, 0]
