"""Risk words in one text, and what the words around them make of them."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, TypeVar

from udfs.records import record
from udfs.text_signals.lexicon import Finder, Modifier, Term, Vocabulary
from udfs.text_signals.words import WordsOf, words_of

_QUOTED_WORDS: Final = 6
_NEGATION_GAP: Final = 2
_RESOLVED: Final = "resolved"
_SPACES: Final = re.compile(r"[^\S\n]+")

W = TypeVar("W")


@record
class Signal:
    """One risk word found in a text.

    Attributes:
        term: the risk word.
        found: as the text spells it.
        quote: it with the words around it.
        effect: what its points are multiplied by.
        reason: the modifier behind the effect; None where it counts as it stands.
    """

    term: Term
    found: str
    quote: str
    effect: float
    reason: Modifier | None

    @property
    def points(self) -> float:
        """What it adds to the text's points."""
        return self.term.points * self.effect

    @property
    def hard(self) -> bool:
        """Whether it alone makes the text red."""
        return self.term.hard and self.effect >= 1


@record
class _Place:
    """Where a word of the vocabulary stands: letters, the words it covers, its clause."""

    start: int
    end: int
    first: int
    last: int
    clause: int

    def overlaps(self, other: _Place) -> bool:
        """Whether both stand on some of the same letters."""
        return self.start < other.end and other.start < self.end


@record
class _Changing:
    """A modifier where it stands in the text."""

    place: _Place
    modifier: Modifier

    def reaches(self, term: _Place) -> bool:
        """Whether it stands on its side of a risk word, near enough."""
        before, after = term.first - self.place.last, self.place.first - term.last
        if self.modifier.place == "before":
            after = 0
        elif self.modifier.place == "after":
            before = 0
        return 0 < before <= self.modifier.reach or 0 < after <= self.modifier.reach

    def undone_by_it(self, clause: list[_Changing]) -> list[_Changing]:
        """What is said to be resolved right behind this negation, as in "not settled"."""
        return [
            other
            for other in clause
            if other.modifier.kind == _RESOLVED
            and 0 < other.place.first - self.place.last <= _NEGATION_GAP
        ]


def signals_of(text: str, words: Vocabulary) -> list[Signal]:
    """The risk words of a text in their order, each with what its clause makes of it."""
    text = _SPACES.sub(" ", text)
    read = words_of(text, words.chinese)
    terms = list(_places(read, words.terms))
    if not terms:
        return []
    changing = [
        _Changing(place, modifier)
        for place, modifiers in _places(read, words.modifiers)
        if not any(place.overlaps(term) for term, _ in terms)
        for modifier in modifiers
    ]
    signals = []
    for place, term in terms:
        effect, reason = _effect(place, changing)
        found = text[place.start : place.end]
        signals.append(Signal(term, found, _quote(text, read, place), effect, reason))
    return signals


def _places(read: WordsOf, finder: Finder[W]) -> Iterator[tuple[_Place, W]]:
    """The words of a finder in a text, from left to right, none inside another."""
    free = 0
    for number, start in enumerate(read.starts):
        found = finder.at(read.text, start, read.end_of) if start >= free else None
        if found is not None:
            free, word = found
            last = bisect_left(read.starts, free) - 1
            yield _Place(start, free, number, last, read.clause[number]), word


def _effect(term: _Place, changing: list[_Changing]) -> tuple[float, Modifier | None]:
    """What the words around a risk word make of it, and the word behind that.

    A negation of something resolved ("not settled") leaves the risk word as it is. Of the other
    negations two cancel each other; without one, the change farthest from none counts.
    """
    clause = [one for one in changing if one.place.clause == term.clause]
    undoing = [one for one in clause if one.modifier.effect == 0 and one.undone_by_it(clause)]
    undone = [other for one in undoing for other in one.undone_by_it(clause)]
    near = [one for one in clause if one.reaches(term) and one not in undoing and one not in undone]
    negations = [one for one in near if one.modifier.effect == 0]
    others = [one for one in near if 0 < one.modifier.effect != 1]
    if len(negations) % 2:
        return 0.0, negations[-1].modifier
    if not others:
        return 1.0, None
    strongest = max(others, key=lambda one: abs(math.log(one.modifier.effect)))
    return strongest.modifier.effect, strongest.modifier


def _quote(text: str, read: WordsOf, place: _Place) -> str:
    """The risk word with a few words on either side, as the text has them."""
    first = max(place.first - _QUOTED_WORDS, 0)
    last = min(place.last + _QUOTED_WORDS, len(read.starts) - 1)
    start, end = read.starts[first], read.ends[last]
    shown = " ".join(text[start:end].split())
    return f"{'…' if first else ''}{shown}{'…' if last + 1 < len(read.starts) else ''}"
