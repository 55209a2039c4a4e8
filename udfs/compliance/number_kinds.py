"""Which kind of number a text is, and what Excel did to it."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.compliance.characters import NOT_A_DIGIT, characters, digits, lengths, normalised
from udfs.compliance.identity_numbers import (
    CARD_LENGTHS,
    ID_LENGTH,
    OLD_LENGTH,
    Checked,
    Fault,
    check_bank_cards,
    check_credit_codes,
    check_old_ids,
    check_resident_ids,
)
from udfs.kinds import Choice, TextArray

KINDS: Final = Choice(
    {
        "auto": ("自动",),
        "resident_id": ("resident id", "id", "身份证", "身份证号", "公民身份号码"),
        "uscc": ("unified social credit code", "统一社会信用代码", "信用代码"),
        "bank_card": ("bank card", "card", "银行卡", "银行卡号"),
    }
)
EXPONENT: Final = re.compile(r"\d(?:\.\d+)?E\+?\d+")
"""A long number as a cell shows it that keeps it as a number, such as 1.10105E+17."""

EXACT_DIGITS: Final = 15
"""A cell keeps so many digits of a number and replaces the others by zeros."""

_LONGEST: Final = CARD_LENGTHS[1]
_SURE_ZEROS: Final = 3
"""So many zeros at the end of a number that fails its check are Excel's."""


def guess_kinds(numbers: TextArray) -> TextArray:
    """The kind that each normalised number has by its form: "" if it has none.

    Eighteen digits may be a resident identity number or a credit code; the check tells which.
    """
    sizes = lengths(numbers)
    kinds = np.full(len(numbers), "", dtype=object)
    block = digits(characters(numbers, _LONGEST))
    # Columns behind the end of a number count as digits.
    figure = (block != NOT_A_DIGIT) | (np.arange(_LONGEST) >= sizes[:, None])
    decimal = figure.all(axis=1)
    kinds[decimal & (sizes >= CARD_LENGTHS[0]) & (sizes <= CARD_LENGTHS[1])] = "bank_card"
    kinds[decimal & (sizes == OLD_LENGTH)] = "resident_id"
    long = sizes == ID_LENGTH
    figures = figure[:, :17].all(axis=1)
    kinds[long] = "uscc"
    rows = np.flatnonzero(long & figures)
    if len(rows):
        as_id = check_resident_ids(numbers[rows]).fault
        as_code = check_credit_codes(numbers[rows]).fault
        is_code = (as_id != Fault.NONE) & (as_code == Fault.NONE)
        kinds[rows] = np.where(is_code, "uscc", "resident_id")
    return kinds


def check_numbers(numbers: TextArray, kinds: TextArray) -> tuple[Checked, npt.NDArray[np.bool_]]:
    """Check each number by its kind.

    Args:
        numbers: normalised numbers.
        kinds: the kind of each, "" if not known.

    Returns:
        What is wrong with each number; and which are resident identity numbers of the old form.
    """
    count = len(numbers)
    fault = np.full(count, Fault.UNKNOWN, dtype=np.int8)
    position = np.zeros(count, dtype=np.int64)
    expected = np.full(count, "", dtype=object)
    sizes = lengths(numbers)
    old = (kinds == "resident_id") & (sizes == OLD_LENGTH)
    cards = (sizes >= CARD_LENGTHS[0]) & (sizes <= CARD_LENGTHS[1])
    fault[kinds != ""] = Fault.LENGTH
    for rows, check in (
        ((kinds == "resident_id") & (sizes == ID_LENGTH), check_resident_ids),
        (old, check_old_ids),
        ((kinds == "uscc") & (sizes == ID_LENGTH), check_credit_codes),
        ((kinds == "bank_card") & cards, check_bank_cards),
    ):
        here = np.flatnonzero(rows)
        if len(here):
            found = check(numbers[here])
            fault[here], position[here] = found.fault, found.position
            expected[here] = found.expected
    _note_damage(numbers, fault)
    return Checked(fault, position, expected), old


def _note_damage(numbers: TextArray, fault: npt.NDArray[np.int8]) -> None:
    """Mark the faulty numbers that Excel kept as numbers."""
    rows = np.flatnonzero(fault != Fault.NONE)
    for row in rows.tolist():
        text = numbers[row]
        if EXPONENT.fullmatch(text):
            fault[row] = Fault.EXPONENT
        elif zeros_behind(text) >= _SURE_ZEROS:
            fault[row] = Fault.ZEROS


def zeros_behind(text: str) -> int:
    """How many digits a number has behind the fifteenth if all of these are zeros; else none."""
    behind = text[EXACT_DIGITS:]
    return len(behind) if text.isdecimal() and not behind.strip("0") else 0


def read_numbers(texts: TextArray, kinds: TextArray | None) -> tuple[TextArray, TextArray]:
    """The normalised numbers with their kinds, guessed where none is given."""
    numbers = normalised(texts)
    if kinds is None:
        return numbers, guess_kinds(numbers)
    chosen = np.where((kinds == "auto") | (kinds == ""), "", kinds)
    rows = np.flatnonzero(pd.Series(chosen, dtype=object).eq("").to_numpy())
    if len(rows):
        chosen[rows] = guess_kinds(numbers[rows])
    return numbers, chosen
