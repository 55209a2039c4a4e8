"""The five classes of loans: their order, and reading them as people write them."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from udfs.cells import BoolArray, Faults
from udfs.errors import CallError, one_of
from udfs.kinds import TextArray
from udfs.labels import NOWHERE, IndexArray, once_each, unknown_rows
from udfs.records import record
from udfs.tables import builtin

NORMAL: Final = 0
"""The place of the best class; the others follow in the order of the table."""


@record
class FiveTier:
    """The classes from the best to the worst.

    Attributes:
        codes: what the classes are called in tables.
        labels: their names by language.
        npl: which classes are non-performing.
        place_of: the place of a class by any of its names, in small letters.
    """

    codes: TextArray
    labels: dict[str, TextArray]
    npl: BoolArray
    place_of: dict[str, int]

    def read(self, values: TextArray, argument: str) -> tuple[IndexArray, Faults]:
        """The place of each class, ``NOWHERE`` for a blank and an unknown one, with its error."""
        codes, read = once_each(values, lambda text: self.place_of.get(_plain(text), NOWHERE))
        places = np.array(read, dtype=np.intp)[codes]
        unread = np.where((places == NOWHERE) & (values != ""), NOWHERE, 0)
        return places, unknown_rows(argument, values, unread, self.known())

    def place(self, name: str, argument: str) -> int:
        """The place of the class that a table names.

        Raises:
            CallError: there is no such class.
        """
        found = self.place_of.get(_plain(name))
        if found is None:
            raise CallError(argument, name, one_of(self.known()))
        return found

    def known(self) -> list[str]:
        """The names of the classes in both languages, as messages list them."""
        pairs = zip(self.labels["en"], self.labels["zh"], strict=True)
        return [f"{en} ({zh})" for en, zh in pairs]


@cache
def five_tier() -> FiveTier:
    """The built-in classes."""
    table = builtin("loan_classes").rows
    place_of: dict[str, int] = {}
    for place, row in enumerate(table.itertuples()):
        names = [row.loan_class, row.label_en, row.label_zh, *str(row.other_names).split(";")]
        place_of |= {_plain(str(name)): place for name in names if name}
    return FiveTier(
        codes=table["loan_class"].to_numpy(),
        labels={lang: table[f"label_{lang}"].to_numpy() for lang in ("en", "zh")},
        npl=table["npl"].to_numpy() == 1,
        place_of=place_of,
    )


def _plain(text: str) -> str:
    return text.casefold().strip()
