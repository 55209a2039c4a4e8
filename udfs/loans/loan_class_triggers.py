"""The triggers of the five-tier classification: which hold for a loan, and the worst of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.cells import BoolArray
from udfs.errors import CallError, Words, column_of
from udfs.kinds import UNKNOWN, FlagArray, FloatArray, TextArray
from udfs.labels import NOWHERE, IndexArray
from udfs.loans.five_tier import NORMAL, five_tier
from udfs.loans.word_lists import NamedWords, words_by_name
from udfs.read_once import read_once
from udfs.records import record

_YES: Final = 1
Binding = npt.NDArray[np.int16]


@record
class Loans:
    """What is known of the loans of a call.

    Attributes:
        overdue_days: days overdue.
        impaired: 1, 0 or ``UNKNOWN``; None if the argument was left out.
        ecl_ratio: expected credit loss divided by the book balance, NaN if not known; None if the
            argument was left out.
        flags: the triggers and circumstances named; None if the argument was left out.
    """

    overdue_days: FloatArray
    impaired: FlagArray | None
    ecl_ratio: FloatArray | None
    flags: NamedWords | None

    def take(self, rows: IndexArray) -> Loans:
        """The same facts of some of the loans."""
        flags = self.flags
        return Loans(
            self.overdue_days[rows],
            None if self.impaired is None else self.impaired[rows],
            None if self.ecl_ratio is None else self.ecl_ratio[rows],
            None if flags is None else NamedWords(flags.codes[rows], flags.named, {}),
        )

    def worst(self) -> Loans:
        """The loans if all that is asked for and not known were bad."""
        impaired, ecl_ratio = self.impaired, self.ecl_ratio
        if impaired is not None:
            impaired = np.where(impaired == UNKNOWN, np.int8(_YES), impaired)
        if ecl_ratio is not None:
            ecl_ratio = np.where(np.isnan(ecl_ratio), 1.0, ecl_ratio)
        return replace(self, impaired=impaired, ecl_ratio=ecl_ratio)


@record
class Triggers:
    """The table of triggers, one place per row.

    Attributes:
        codes: the triggers' codes.
        labels: their names by language.
        articles: where they stand in the regulation, by language.
        check: whether a row must still be checked against the regulation.
        classes: the place of the class each leads to; ``NOWHERE`` for a circumstance.
        above: days overdue that must be exceeded; NaN if days do not matter.
        ecl_from: least share of expected credit loss; NaN if it does not matter.
        impaired: whether only credit-impaired loans are meant.
        exempted_by: the place of the circumstance under which it does not hold.
        exempt_days: up to how many days overdue the circumstance counts.
        place_of: the place of each trigger by its names.
    """

    codes: TextArray
    labels: dict[str, TextArray]
    articles: dict[str, TextArray]
    check: BoolArray
    classes: IndexArray
    above: FloatArray
    ecl_from: FloatArray
    impaired: BoolArray
    exempted_by: IndexArray
    exempt_days: FloatArray
    place_of: dict[str, int]

    def names(self) -> list[str]:
        """What can be named, as messages list it: all that does not follow from figures."""
        named = np.isnan(self.above) & np.isnan(self.ecl_from) & ~self.impaired
        pairs = zip(self.codes[named], self.labels["zh"][named], strict=True)
        return [f"{code} ({label})" for code, label in pairs]

    def counts_days(self, place: int) -> bool:
        """Whether a trigger is a matter of days overdue alone."""
        days = not np.isnan(self.above[place])
        return days and np.isnan(self.ecl_from[place]) and not self.impaired[place]

    def worst(self, loans: Loans) -> Binding:
        """The trigger that decides each loan's class, -1 where none holds.

        The worst class counts; within a class, the trigger that stands first.
        """
        binding = np.full(len(loans.overdue_days), NOWHERE, dtype=np.int16)
        places = [place for place, found in enumerate(self.classes) if found != NOWHERE]
        for place in sorted(places, key=lambda place: (self.classes[place], -place)):
            holds = self.holds(place, loans)
            if holds is not None:
                np.copyto(binding, np.int16(place), where=holds)
        return binding

    def class_of(self, binding: Binding) -> IndexArray:
        """The place of the class that each binding trigger leads to."""
        found: IndexArray = np.append(self.classes, NORMAL)[binding]
        return found

    def holds(self, place: int, loans: Loans) -> BoolArray | None:
        """For which loans a trigger holds; None if it cannot hold for any."""
        found = self._by_figures(place, loans)
        if loans.flags is not None and loans.flags.any(place):
            named = loans.flags.has(place)
            found = named if found is None else found | named
        if found is None:
            return None
        excepted = self.excepted(place, loans)
        return found if excepted is None else found & ~excepted

    def excepted(self, place: int, loans: Loans) -> BoolArray | None:
        """For which loans a named circumstance keeps a trigger from holding."""
        circumstance = int(self.exempted_by[place])
        if circumstance == NOWHERE or loans.flags is None or not loans.flags.any(circumstance):
            return None
        named = loans.flags.has(circumstance)
        limit = self.exempt_days[place]
        return named if np.isnan(limit) else named & (loans.overdue_days <= limit)

    def _by_figures(self, place: int, loans: Loans) -> BoolArray | None:
        conditions: list[BoolArray] = []
        if not np.isnan(self.above[place]):
            conditions.append(loans.overdue_days > self.above[place])
        if self.impaired[place]:
            if loans.impaired is None:
                return None
            conditions.append(loans.impaired == _YES)
        if not np.isnan(self.ecl_from[place]):
            if loans.ecl_ratio is None:
                return None
            conditions.append(loans.ecl_ratio >= self.ecl_from[place])
        if not conditions:
            return None
        holds: BoolArray = np.logical_and.reduce(conditions)
        return holds


@read_once
def read_triggers(table: pd.DataFrame) -> Triggers:
    """The table of triggers, checked.

    Raises:
        CallError: an unknown class, a trigger that stands twice, or an unknown circumstance.
    """
    codes = table["class_trigger"].to_numpy()
    place_of = words_by_name(table, "class_trigger", "label_en", "label_zh")
    if len(set(codes)) < len(codes):
        twice = table["class_trigger"][table["class_trigger"].duplicated()].iloc[0]
        where = column_of("rules", "class_trigger", "分类触发条件")
        raise CallError(where, twice, Words("each trigger once", "每个触发条件只出现一次"))
    return Triggers(
        codes=codes,
        labels={lang: table[f"label_{lang}"].to_numpy() for lang in ("en", "zh")},
        articles={lang: table[f"article_{lang}"].to_numpy() for lang in ("en", "zh")},
        check=table["to_check"].to_numpy() == _YES,
        classes=np.array([_class_place(name) for name in table["loan_class"]], dtype=np.intp),
        above=table["overdue_above"].to_numpy(),
        ecl_from=table["ecl_from"].to_numpy(),
        impaired=table["impaired"].to_numpy() == _YES,
        exempted_by=np.array(
            [_circumstance(name, place_of) for name in table["exempted_by"]], dtype=np.intp
        ),
        exempt_days=table["exempt_days"].to_numpy(),
        place_of=place_of,
    )


def _class_place(name: str) -> int:
    if not name:
        return NOWHERE
    return five_tier().place(name, column_of("rules", "loan_class", "贷款分类"))


def _circumstance(name: str, place_of: dict[str, int]) -> int:
    if not name:
        return NOWHERE
    try:
        return place_of[name.casefold().strip()]
    except KeyError:
        where = column_of("rules", "exempted_by", "例外情形")
        allowed = Words("a row of the column class_trigger", "“分类触发条件”列中的一行")
        raise CallError(where, name, allowed) from None
