"""Numbers with letters as blocks of characters, so that a column of them is checked at once."""

from __future__ import annotations

import unicodedata
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.cells import BoolArray
from udfs.kinds import TextArray

Characters = npt.NDArray[np.uint32]
_LEFT_OUT: Final = str.maketrans("", "", " -'‘’\u00a0\u3000\u200b\ufeff\t\r\n")
NOT_A_DIGIT: Final = 99


def normalised(texts: TextArray) -> TextArray:
    """The numbers in capital letters and narrow digits, without spaces, hyphens and apostrophes."""
    everything = "".join(texts)
    if everything.isascii() and everything.isalnum() and everything == everything.upper():
        return texts
    codes, distinct = pd.factorize(texts)
    plain = np.empty(len(distinct), dtype=object)
    plain[:] = [_plain(str(text)) for text in distinct]
    spread: TextArray = plain[codes]
    return spread


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_LEFT_OUT).upper()


def characters(texts: TextArray, width: int) -> Characters:
    """The characters of each text in a row of a width, zero where there are no more.

    Args:
        texts: texts of at most that many characters.
        width: number of columns.

    Returns:
        Rows × width code points.
    """
    fixed = np.asarray(texts, dtype=f"U{width}")
    return fixed.view(np.uint32).reshape(len(texts), width)


def digits(block: Characters) -> npt.NDArray[np.int64]:
    """The digits of characters, ``NOT_A_DIGIT`` for others."""
    values = block.astype(np.int64) - ord("0")
    values[(values < 0) | (values > 9)] = NOT_A_DIGIT  # noqa: PLR2004 - the last digit
    return values


def letter_values(block: Characters, alphabet: str) -> npt.NDArray[np.int64]:
    """The place of each character in an alphabet, -1 where it has none."""
    table = np.full(128, -1, dtype=np.int64)
    table[[ord(letter) for letter in alphabet]] = np.arange(len(alphabet))
    known = block < len(table)
    return np.where(known, table[np.where(known, block, 0)], -1)


def lengths(texts: TextArray) -> npt.NDArray[np.int64]:
    """The number of characters of each text."""
    return np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))


def any_of(block: BoolArray) -> BoolArray:
    """Which rows have a True."""
    rows: BoolArray = np.logical_or.reduce(block, axis=1)
    return rows
