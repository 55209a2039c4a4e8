"""The risk words and what changes them, read from their tables and made ready for searching."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any, Final, Generic, Self, TypeVar

import pandas as pd

from udfs.errors import CallError, Words, column_of, one_of
from udfs.kinds import Table
from udfs.read_once import read_once
from udfs.records import record

Lexicon = Annotated[pd.DataFrame, Table(builtin="risk_lexicon")]
Modifiers = Annotated[pd.DataFrame, Table(builtin="text_modifiers")]

W = TypeVar("W")

PLACES: Final = ("before", "after", "either")
_SMALL: Final = str.maketrans(string.ascii_uppercase + "-‑", string.ascii_lowercase + "  ")
# Not compiled here, since so large a set takes longer than all else in this module.
_CHINESE: Final = r"[\u3400-\u9fff]"


@record
class Term:
    """One risk word or phrase.

    Attributes:
        text: as in the table.
        topic: the code of what it is about.
        labels: the topic in English and Chinese.
        points: how much it weighs.
        hard: whether it makes the text red alone.
    """

    text: str
    topic: str
    labels: tuple[str, str]
    points: float
    hard: bool


@record
class Modifier:
    """One word that changes the risk words near it.

    Attributes:
        text: as in the table.
        kind: the code of what it says of them, such as negated or resolved.
        labels: what it says of them, in English and Chinese.
        place: where it stands: before, after, either.
        reach: how many words away at most.
        effect: what it multiplies their points by.
    """

    text: str
    kind: str
    labels: tuple[str, str]
    place: str
    reach: float
    effect: float


@record
class Finder(Generic[W]):
    """Words by their first letter, the longest first, as they are looked for in a text."""

    words: dict[str, list[tuple[str, bool, W]]]

    @classmethod
    def of(cls, words: dict[str, W]) -> Self:
        """A finder of the words; one that ends with * stands for any ending."""
        index: dict[str, list[tuple[str, bool, W]]] = {}
        for spelling, word in sorted(words.items(), key=lambda item: -len(item[0])):
            start = spelling.rstrip("*")
            index.setdefault(start[0], []).append((start, spelling != start, word))
        return cls(index)

    def at(self, text: str, start: int, end_of: dict[int, int]) -> tuple[int, W] | None:
        """The longest word that starts at a place and ends where a word of the text ends.

        Args:
            text: the text in small letters.
            start: the place.
            end_of: for each place inside a word of the text, where that word ends.
        """
        for spelling, open_end, word in self.words.get(text[start], ()):
            if text.startswith(spelling, start):
                end = start + len(spelling)
                if end not in end_of:
                    return end, word
                if open_end:
                    return end_of[end], word
        return None


@record
class Vocabulary:
    """The words of both tables, made ready for searching.

    Attributes:
        terms: the risk words.
        modifiers: what changes them; one word may stand before and after.
        chinese: the Chinese words of both, for the segmenter.
    """

    terms: Finder[Term]
    modifiers: Finder[tuple[Modifier, ...]]
    chinese: tuple[str, ...]


@read_once
def vocabulary(lexicon: pd.DataFrame, modifiers: pd.DataFrame) -> Vocabulary:
    """The words of both tables, made ready once for each content of the tables.

    Raises:
        CallError: a word stands twice, or a place, reach, points or effect is not allowed.
    """
    return _vocabulary(_rows(lexicon), _rows(modifiers))


def small(text: str) -> str:
    """A text with small Latin letters, without hyphens, and every character in its place."""
    return text.translate(_SMALL)


def has_chinese(text: str) -> bool:
    """Whether there is a Chinese character in a text."""
    return re.search(_CHINESE, text) is not None


def _rows(table: pd.DataFrame) -> tuple[tuple[Any, ...], ...]:
    return tuple(table.itertuples(index=False, name=None))


@lru_cache(maxsize=8)
def _vocabulary(
    lexicon: tuple[tuple[Any, ...], ...], modifiers: tuple[tuple[Any, ...], ...]
) -> Vocabulary:
    terms = _terms(lexicon)
    changing = _modifiers(modifiers)
    chinese = tuple(filter(has_chinese, (*terms, *changing)))
    return Vocabulary(Finder.of(terms), Finder.of(changing), chinese)


def _terms(rows: Iterable[tuple[Any, ...]]) -> dict[str, Term]:
    terms: dict[str, Term] = {}
    for number, (text, topic, label_en, label_zh, points, hard) in enumerate(rows, start=1):
        key = small(text)
        if key in terms:
            where = column_of("lexicon", "term", "词语", number)
            raise CallError(where, text, Words("a word that stands once", "只出现一次的词语"))
        if not points >= 0:
            where = column_of("lexicon", "points", "分值", number)
            raise CallError(where, points, Words("at least 0", "不小于 0 的数字"))
        terms[key] = Term(text, topic, (label_en, label_zh), float(points), hard == 1)
    return terms


def _modifiers(rows: Iterable[tuple[Any, ...]]) -> dict[str, tuple[Modifier, ...]]:
    found: dict[str, tuple[Modifier, ...]] = {}
    for number, row in enumerate(rows, start=1):
        text, kind, label_en, label_zh, place, reach, effect = row
        if place not in PLACES:
            raise CallError(column_of("modifiers", "place", "位置", number), place, one_of(PLACES))
        if not (reach >= 1 and effect >= 0):
            where = column_of("modifiers", "reach", "范围", number)
            allowed = Words("at least 1, and effect at least 0", "不小于 1，且系数不小于 0")
            given = f"{reach:g}, {effect:g}"
            raise CallError(where, Words(given, given), allowed)
        one = Modifier(text, kind, (label_en, label_zh), place, float(reach), float(effect))
        found[small(text)] = (*found.get(small(text), ()), one)
    return found
