"""The rows a model is fitted on: outcomes and factors read together, rows left out counted."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from udfs.cells import BoolArray, Column, Mixed
from udfs.errors import CallError, Words
from udfs.learning.factor_columns import FactorColumn, IndexArray, factor_names, read_factor
from udfs.parsing import parse_flag
from udfs.records import record

_BAD_WORDS: Final = {"bad": 1, "default": 1, "坏": 1, "违约": 1, "good": 0, "好": 0, "正常": 0}


@record
class Outcomes:
    """What became of each row.

    Attributes:
        classes: the class of each row, -1 where it is not known.
        names: the classes in alphabetical order; of good and bad rows the two names of "bad".
        is_bad: whether class 1 is bad and class 0 good.
        faulty: which cells are errors.
    """

    classes: IndexArray
    names: tuple[str, ...]
    is_bad: bool
    faulty: BoolArray


def read_outcomes(column: Column) -> Outcomes:
    """Good and bad where every outcome is one of the two; otherwise classes by their names."""
    codes, spellings = pd.factorize(column.values)
    texts = [str(text) for text in spellings]
    faulty = np.zeros(len(column), dtype=bool)
    faulty[list(column.faults)] = True
    used = {texts[code] for code in np.unique(codes[~column.blank & ~faulty])}
    flags = {text: _flag(text) for text in used}
    names: dict[str, str] = {}
    if None not in flags.values():
        classes = {text: int(flag) for text, flag in flags.items() if flag is not None}
    else:
        for text in sorted(used):
            names.setdefault(text.casefold(), text)
        places = {folded: place for place, folded in enumerate(names)}
        classes = {text: places[text.casefold()] for text in used}
    found = np.array([classes.get(text, -1) for text in texts], dtype=np.intp)[codes]
    found[column.blank | faulty] = -1
    is_bad = not names
    return Outcomes(found, ("0", "1") if is_bad else tuple(names.values()), is_bad, faulty)


def _flag(text: str) -> int | None:
    flag = parse_flag(text)
    return _BAD_WORDS.get(text.casefold()) if flag is None else int(flag)


@record
class Sample:
    """The rows that can be used, and how many cannot.

    Attributes:
        factors: the columns of the rows used.
        classes: their outcomes.
        outcomes: of all rows.
        unknown: rows left out for want of an outcome.
        empty: rows left out for want of any value.
        faulty: rows left out for an error cell.
    """

    factors: list[FactorColumn]
    classes: IndexArray
    outcomes: Outcomes
    unknown: int
    empty: int
    faulty: int

    @property
    def counts(self) -> list[int]:
        """Rows used of each class."""
        counted: list[int] = np.bincount(self.classes, minlength=len(self.outcomes.names)).tolist()
        return counted

    def left_out(self) -> list[tuple[Words, object]]:
        """The rows used and left out, as items of a report."""
        return [
            (Words("rows used", "使用行数"), len(self.classes)),
            (Words("rows left out: no outcome", "剔除行数：无结果"), self.unknown),
            (Words("rows left out: no values", "剔除行数：各列均为空"), self.empty),
            (Words("rows left out: error cells", "剔除行数：错误值"), self.faulty),
        ]


def read_sample(
    bad: Column, values: list[Mixed], factors: list[str] | None, minimum_rows: int, lang: str
) -> Sample:
    """The sample of a fit.

    Raises:
        CallError: too few rows, or only one outcome.
    """
    outcomes = read_outcomes(bad)
    names = factor_names(values, factors, lang)
    columns = [read_factor(column, name) for column, name in zip(values, names, strict=True)]
    faulty = np.logical_or.reduce([outcomes.faulty, *(column.faulty for column in columns)])
    empty = np.logical_and.reduce([column.missing for column in columns])
    unknown = (outcomes.classes < 0) & ~faulty & ~empty
    rows = np.flatnonzero((outcomes.classes >= 0) & ~faulty & ~empty)
    classes = outcomes.classes[rows]
    if len(rows) < 2 * minimum_rows:
        raise CallError(
            "values",
            Words(f"{len(rows)} usable rows", f"{len(rows)} 行可用数据"),
            Words(
                f"at least {2 * minimum_rows} rows with an outcome and without error cells",
                f"至少 {2 * minimum_rows} 行有结果且无错误值的数据",
            ),
        )
    if len(np.unique(classes)) < 2:  # noqa: PLR2004 - good and bad
        only = outcomes.names[int(classes[0])]
        raise CallError(
            "bad",
            Words(f"only {only}", f"全部为 {only}"),
            Words("at least two different outcomes", "至少两种不同的结果"),
        )
    return Sample(
        [column.take(rows) for column in columns],
        classes,
        outcomes,
        int(unknown.sum()),
        int((empty & (outcomes.classes >= 0) & ~faulty).sum()),
        int(faulty.sum()),
    )
