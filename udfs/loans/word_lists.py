"""Several words in one cell, with commas between: which of a table's words they name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.cells import BoolArray, Faults
from udfs.kinds import TextArray
from udfs.labels import IndexArray, unknown
from udfs.read_once import read_once
from udfs.records import record

_SEPARATORS: Final = re.compile(r"[,;，；、]")


@record
class NamedWords:
    """Which words the cell of each row names.

    Attributes:
        codes: the place of each row's text among the distinct texts.
        named: distinct texts × words of the table.
        faults: the error of each row that names an unknown word.
    """

    codes: IndexArray
    named: npt.NDArray[np.bool_]
    faults: Faults

    def has(self, place: int) -> BoolArray:
        """Which rows name the word at a place of the table."""
        rows: BoolArray = self.named[:, place][self.codes]
        return rows

    def any_word(self) -> BoolArray:
        """Which rows name a word at all."""
        rows: BoolArray = np.logical_or.reduce(self.named, axis=1)[self.codes]
        return rows

    def any(self, place: int) -> bool:
        """Whether any row names the word."""
        return bool(self.named[:, place].any())


@read_once
def words_by_name(table: pd.DataFrame, *columns: str) -> dict[str, int]:
    """The row of a table by each name it has in the columns, in small letters."""
    found: dict[str, int] = {}
    for column in columns:
        for place, name in enumerate(table[column]):
            if name:
                found.setdefault(str(name).casefold().strip(), place)
    return found


def split_words(text: str) -> list[str]:
    """The words of a cell, without blanks around them."""
    return [word for word in (part.strip() for part in _SEPARATORS.split(text)) if word]


def read_words(
    values: TextArray, place_of: Mapping[str, int], argument: str, known: list[str]
) -> NamedWords:
    """Read the words of every row.

    Args:
        values: one text per row; "" names nothing.
        place_of: the place of each word in its table by its names in small letters.
        argument: what messages call the argument.
        known: the words that messages list.

    Returns:
        Which words each row names, with the errors of the rows that name unknown ones.
    """
    codes, uniques = pd.factorize(values)
    named = np.zeros((len(uniques), 1 + max(place_of.values())), dtype=bool)
    faults: Faults = {}
    for i, text in enumerate(uniques):
        for word in split_words(str(text)):
            place = place_of.get(word.casefold())
            if place is None:
                rows = np.flatnonzero(codes == i).tolist()
                faults |= dict.fromkeys(rows, unknown(argument, word, known))
            else:
                named[i, place] = True
    return NamedWords(codes, named, faults)


def word_pattern(words: str) -> re.Pattern[str]:
    """What a rule's words stand for: semicolons between, * being any text, in small letters."""
    listed = [word.strip().casefold() for word in words.replace("；", ";").split(";")]
    parts = [".*".join(map(re.escape, word.split("*"))) for word in listed if word]
    return re.compile("|".join(parts), re.DOTALL)
