"""The grades of a migration matrix: their order, and the place of each customer's grade."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.errors import CallError, Words
from udfs.grading.grade_order import grade_order
from udfs.keys import KeyColumn
from udfs.monitoring.series_columns import refuse_faults, row_of
from udfs.tables import builtin

ABSENT: Final = -1
"""The place of a customer who is not there: a blank, or a lookup that found nothing."""

_WITHDRAWN: Final = frozenset(
    {"nr", "n.r.", "wr", "wd", "withdrawn", "not rated", "退出", "已退出", "已结清", "未评级", "撤销评级"}
)  # fmt: skip

Codes = npt.NDArray[np.intp]


def is_withdrawn(text: str) -> bool:
    """Whether a text stands for a rating that was withdrawn."""
    return text.casefold() in _WITHDRAWN


class GradeList:
    """Grades from the best to the worst, found in any case.

    Attributes:
        names: the grades, the best first.
    """

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self._places = {name.casefold(): place for place, name in enumerate(names)}

    def __len__(self) -> int:
        return len(self.names)

    @property
    def withdrawn(self) -> int:
        """The place of a customer whose rating was withdrawn: after all grades."""
        return len(self.names)

    def place(self, text: str) -> int | None:
        """The place of one text; None if it is no grade of the list."""
        if not text:
            return ABSENT
        found = self._places.get(text.casefold())
        return self.withdrawn if found is None and is_withdrawn(text) else found

    def codes(self, column: KeyColumn, name: str) -> Codes:
        """The place of each cell of a column.

        Raises:
            CallError: a text that is neither a grade nor a word for a withdrawn rating.
        """
        codes, texts = distinct_texts(column)
        places = [self.place(text) for text in texts]
        # The code of a blank, -1, takes the last place. A text that only error cells have stands
        # nowhere.
        unknown = np.flatnonzero(np.array([*(place is None for place in places), False])[codes])
        if len(unknown):
            row = int(unknown[0])
            listed, listed_zh = ", ".join(self.names), "、".join(self.names)
            allowed = Words(
                f"one of the grades {listed}, NR or blank", f"等级 {listed_zh}、NR 或空白之一"
            )
            raise CallError(row_of(name, row), texts[codes[row]], allowed)
        known = [ABSENT if place is None else place for place in places]
        return np.array([*known, ABSENT], dtype=np.intp)[codes]


def distinct_texts(column: KeyColumn) -> tuple[Codes, list[str]]:
    """A code per cell, -1 for a blank or an error, and the text of each code."""
    if column.texts is None:
        codes, texts = pd.factorize(column.values)
        codes = np.where(column.blank, ABSENT, codes)
    else:
        codes, texts = column.values, column.texts
    if column.faults:
        codes = codes.copy()
        codes[list(column.faults)] = ABSENT
    return codes, [str(text) for text in texts]


def grade_list(given: list[str] | None, columns: dict[str, KeyColumn]) -> GradeList:
    """The grades named, or those that occur in the columns in the order of the grade scale.

    Raises:
        CallError: a grade stands twice, there are fewer than two, or the order of one is unknown.
    """
    for name, column in columns.items():
        refuse_faults(column, name, passing=errors.NA)
    if given is None:
        return GradeList(_occurring(columns))
    folded = [name.casefold() for name in given]
    if len(set(folded)) != len(folded) or len(given) < 2:  # noqa: PLR2004 - a matrix needs two
        allowed = Words("at least two grades, each once", "至少两个且互不相同的等级")
        raise CallError("grades", ", ".join(given), allowed)
    return GradeList(given)


def _occurring(columns: dict[str, KeyColumn]) -> list[str]:
    order = grade_order(builtin("grade_scale").rows)
    ranks: dict[str, float] = {}
    for name, column in columns.items():
        codes, texts = distinct_texts(column)
        for place, text in enumerate(texts):
            if place not in codes or not text or is_withdrawn(text):
                continue
            rank = order.rank(text)
            if np.isnan(rank):
                row = int(np.flatnonzero(codes == place)[0])
                allowed = Words(
                    f"a grade of the scale {', '.join(order.grades)}, or one of the list grades",
                    f"等级表中的等级（{'、'.join(order.grades)}），或在 grades 中列出的等级",
                )
                raise CallError(row_of(name, row), text, allowed)
            ranks.setdefault(text.upper(), rank)
    if not ranks:
        raise CallError(
            next(iter(columns)),
            Words("no grade", "没有等级"),
            Words("a range with grades", "含有等级的区域"),
            code=errors.NA,
        )
    return sorted(ranks, key=lambda text: (ranks[text], text))
