"""The columns of a model's factors: named, read as numbers or categories, rows left out counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.binding import Whole
from udfs.cells import BoolArray, Mixed
from udfs.errors import CallError, Words
from udfs.kinds import FloatArray
from udfs.one_cell import error_of
from udfs.records import record

IndexArray: TypeAlias = npt.NDArray[np.intp]

MISSING: Final = -1
"""The code of a blank cell in a column of categories."""

_DEFAULT_NAMES: Final = {"en": "column {}", "zh": "第 {} 列"}


@record
class FactorColumn:
    """One factor of a sample.

    Attributes:
        name: as the caller names it.
        values: numbers, NaN where blank; of categories the place in ``labels``, ``MISSING`` where
            blank.
        labels: the categories in alphabetical order; empty for numbers. Spellings that differ in
            case only are one category.
        faulty: which cells are errors.
    """

    name: str
    values: npt.NDArray[np.float64] | IndexArray
    labels: tuple[str, ...]
    faulty: BoolArray

    @property
    def missing(self) -> BoolArray:
        """Which cells are blank."""
        blank: BoolArray = self.values == MISSING if self.labels else np.isnan(self.values)
        return blank & ~self.faulty

    def take(self, rows: IndexArray) -> FactorColumn:
        """The factor of some of the rows."""
        return FactorColumn(self.name, self.values[rows], self.labels, self.faulty[rows])


def factor_names(
    values: Sequence[Mixed],
    factors: list[str] | None,
    lang: str,
    arguments: tuple[str, str] = ("values", "factors"),
) -> list[str]:
    """The name of each column of values; "column 1" and so on if none are given.

    Args:
        values: the columns.
        factors: their names, if given.
        lang: language of names that are not given.
        arguments: what messages call the columns and their names.

    Raises:
        CallError: not one name per column, or a name that stands twice.
    """
    if factors is None:
        return [_DEFAULT_NAMES[lang].format(place + 1) for place in range(len(values))]
    columns, argument = arguments
    if len(factors) != len(values):
        raise CallError(
            argument,
            Words(f"{len(factors)} names", f"{len(factors)} 个名称"),
            Words(
                f"one name for each of the {len(values)} columns of {columns}",
                f"与 {columns} 的 {len(values)} 列一一对应的名称",
            ),
        )
    folded = [name.casefold() for name in factors]
    for name in factors:
        if folded.count(name.casefold()) > 1:
            raise CallError(
                argument,
                Words(f"{name} twice", f"{name} 出现两次"),
                Words("names that differ", "互不相同的名称"),
            )
    return factors


def place_of(wanted: str, names: Iterable[str]) -> int | None:
    """Where a factor stands among the names, in any case; its default name in both languages."""
    meant = {wanted.casefold()}
    for place, name in enumerate(names):
        defaults = {text.format(place + 1) for text in _DEFAULT_NAMES.values()}
        own = {name.casefold()} | (defaults if name in defaults else set())
        if meant & own:
            return place
    return None


def missing_column(wanted: str, names: list[str]) -> CallError:
    """The error of a factor that has no column."""
    chinese = [_chinese(name, place) for place, name in enumerate(names)]
    return CallError(
        "factors",
        Words(", ".join(names), "、".join(chinese)),
        Words(f"names of columns with {wanted} among them", f"列名，其中须有“{wanted}”"),
    )


def _chinese(name: str, place: int) -> str:
    """A column's name in Chinese, if it is one that we gave."""
    given = name == _DEFAULT_NAMES["en"].format(place + 1)
    return _DEFAULT_NAMES["zh"].format(place + 1) if given else name


def read_factor(column: Mixed, name: str) -> FactorColumn:
    """A column of a sample as numbers, or as categories where its cells are texts.

    Raises:
        CallError: texts among a majority of numbers: a typing error cannot be told from a
            category.
    """
    numbers = column.numbers()
    cells = column.block.cells
    texts = [
        row for row in numbers.faults if isinstance(cells[row], str) and not error_of(cells[row])
    ]
    faulty = np.zeros(len(column), dtype=bool)
    faulty[list(numbers.faults)] = True
    faulty[texts] = False
    if not texts:
        return FactorColumn(name, numbers.values, (), faulty)
    known = len(column) - int(numbers.blank.sum()) - int(faulty.sum())
    if known > 2 * len(texts):
        raise CallError(
            Words(
                f"values, column {name}, row {texts[0] + 1}",
                f"values 的“{name}”列第 {texts[0] + 1} 行",
            ),
            str(cells[texts[0]]),
            Words(
                "a number or blank, as most cells of the column are numbers",
                "数字或空白（该列多数单元格为数字）",
            ),
        )
    return _read_categories(column, name)


def _read_categories(column: Mixed, name: str) -> FactorColumn:
    decoded = column.texts()
    faulty = np.zeros(len(column), dtype=bool)
    faulty[list(decoded.faults)] = True
    first_codes, spellings = pd.factorize(decoded.values)
    shown: dict[str, str] = {}
    for text in sorted(str(spelling) for spelling in spellings):
        if text:
            shown.setdefault(text.casefold(), text)
    places = {folded: place for place, folded in enumerate(shown)}
    codes = [places.get(str(text).casefold(), MISSING) for text in spellings]
    values = np.array(codes, dtype=np.intp)[first_codes]
    values[faulty] = MISSING
    return FactorColumn(name, values, tuple(shown.values()), faulty)


def canonical_order(columns: Sequence[npt.NDArray[np.generic]]) -> IndexArray:
    """The rows in an order of their own, so that a fit does not depend on the order of a sheet.

    Rows are sorted by their values, the first column first; equal rows are interchangeable. One
    weighted sum sorts them much faster than column by column, and tells nearly all of them apart.
    """
    numbers = [np.asarray(column, dtype=np.float64) for column in columns]
    if len(numbers) == 1:
        return np.argsort(numbers[0])
    spreads = [float(np.ptp(column)) if len(column) else 0.0 for column in numbers]
    key = np.zeros(len(numbers[0]))
    for place, (column, spread) in enumerate(zip(numbers, spreads, strict=True)):
        if spread > 0:
            key += np.sqrt(place + 2.0) * (column / spread)
    order = np.argsort(key)
    ordered = key[order]
    tied = np.flatnonzero(ordered[1:] == ordered[:-1])
    if any((column[order[tied]] != column[order[tied + 1]]).any() for column in numbers):
        return np.lexsort(tuple(reversed(numbers)))
    return order


def report_table(items: Sequence[tuple[Words, object]], lang: str) -> Whole:
    """What a fit reports of itself: one row per item."""
    headers = ("项目", "数值") if lang == "zh" else ("item", "value")
    rows = [(words.zh if lang == "zh" else str(words), value) for words, value in items]
    return Whole(pd.DataFrame(rows, columns=list(headers), dtype=object))


def without_faults(values: FloatArray, faulty: BoolArray) -> FloatArray:
    """Numbers with NaN in place of error cells."""
    return np.where(faulty, np.nan, values) if faulty.any() else values
