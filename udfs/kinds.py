"""The kinds of argument a function can ask for.

A function names the kind of each argument in its signature with ``Annotated``; the catalogue
reads it there, and ``binding`` turns cells into what the kind promises:

==================  ====================================================================
kind                what the function receives
==================  ====================================================================
Number, Text, Date  one value that holds for the whole call
Flag, Choice        likewise; a Choice is one of the named options
NumberList          a list of values that holds for the whole call, such as cut-offs
TextList            likewise
Numbers, Texts      one value per row: a flat array of the rows that can be computed.
Dates, Flags        Rows of all such arguments are broadcast to one shape
Keys                likewise: what identifies a row, as whole numbers or as texts
Grid                several columns per row, numbers and text mixed: a list of ``Mixed``
Table               a table with headers, checked against its columns: a DataFrame
Matrix              a block of numbers without headers: a two-dimensional array
AnyCells            cells as they are, errors too: a flat list
==================  ====================================================================

A row kind with ``series`` set belongs to another list of rows (say, transactions) than the
result; the function then receives ``Column`` objects and answers for their faults itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from udfs.errors import Words
from udfs.records import record

FloatArray: TypeAlias = npt.NDArray[np.float64]
TextArray: TypeAlias = npt.NDArray[np.object_]
DateArray: TypeAlias = npt.NDArray[np.datetime64]
FlagArray: TypeAlias = npt.NDArray[np.int8]

UNKNOWN: Final = -1
"""The value of a flag whose cell is blank."""


@record(kw_only=True)
class Bounds:
    """What a number may be. ``lower`` and ``upper`` belong to the range unless open."""

    lower: float = -math.inf
    upper: float = math.inf
    lower_open: bool = False
    upper_open: bool = False
    whole: bool = False

    def outside(self, values: FloatArray) -> npt.NDArray[np.bool_]:
        """Which values are not allowed; a missing value (NaN) is not outside."""
        bad = np.isinf(values)
        if math.isfinite(self.lower):
            bad |= values <= self.lower if self.lower_open else values < self.lower
        if math.isfinite(self.upper):
            bad |= values >= self.upper if self.upper_open else values > self.upper
        if self.whole:
            bad |= ~np.isnan(values) & (np.floor(values) != values)
        return bad

    def describe(self) -> Words:
        """What a number may be, in words."""
        return Words(self._english(), self._chinese())

    def _english(self) -> str:
        noun = "a whole number" if self.whole else "a number"
        low, high = math.isfinite(self.lower), math.isfinite(self.upper)
        above = f"{'above' if self.lower_open else 'at least'} {self.lower:g}"
        below = f"{'below' if self.upper_open else 'at most'} {self.upper:g}"
        if low and high and not (self.lower_open or self.upper_open):
            return f"{noun} from {self.lower:g} to {self.upper:g}"
        limits = " and ".join(text for text, shown in ((above, low), (below, high)) if shown)
        return f"{noun} {limits}".strip()

    def _chinese(self) -> str:
        noun = "整数" if self.whole else "数字"
        low = f"{'大于' if self.lower_open else '不小于'} {self.lower:g}"
        high = f"{'小于' if self.upper_open else '不大于'} {self.upper:g}"
        shown = [
            text for text, limit in ((low, self.lower), (high, self.upper)) if math.isfinite(limit)
        ]
        return f"{' 且'.join(shown)} 的{noun}" if shown else noun


ANY_NUMBER: Final = Bounds()


@record(kw_only=True)
class Number:
    """One number for the whole call."""

    bounds: Bounds = ANY_NUMBER


@record(kw_only=True)
class Text:
    """One text for the whole call."""


@record(kw_only=True)
class Date:
    """One date for the whole call."""


@record(kw_only=True)
class Flag:
    """One yes or no for the whole call."""


@record
class Choice:
    """One of the named options, each with the other words it is known by."""

    options: dict[str, tuple[str, ...]]

    def find(self, text: str) -> str | None:
        """The option meant by the text, in any case and language; None if there is none."""
        wanted = text.casefold().strip()
        for option, aliases in self.options.items():
            if wanted in (option.casefold(), *(alias.casefold() for alias in aliases)):
                return option
        return None


@record(kw_only=True)
class NumberList:
    """A few numbers for the whole call."""

    bounds: Bounds = ANY_NUMBER
    ascending: bool = False


@record(kw_only=True)
class TextList:
    """A few texts for the whole call."""


@record(kw_only=True)
class Numbers:
    """A number per row; with ``blanks``, a blank cell is no fault but a fact: NaN."""

    bounds: Bounds = ANY_NUMBER
    blanks: bool = False
    series: str = ""


@record(kw_only=True)
class Texts:
    """A text per row; with ``options``, one of them (or of their other words).

    With ``blanks``, as for ``Numbers``, a blank cell is a fact: "".
    """

    options: Choice | None = None
    blanks: bool = False
    series: str = ""


@record(kw_only=True)
class Keys:
    """An identifier per row, such as a customer number: whole numbers or texts, see ``keys``."""

    series: str = ""


@record(kw_only=True)
class Dates:
    """A date per row; with ``blanks``, a blank cell is no fault but a fact: NaT."""

    blanks: bool = False
    series: str = ""


@record(kw_only=True)
class Flags:
    """A yes (1), no (0) or blank (``UNKNOWN``) per row; with ``blanks``, blank is no fault."""

    blanks: bool = False
    series: str = ""


@record(kw_only=True)
class Grid:
    """Several columns per row, numbers and text mixed."""

    series: str = ""


ColumnKind: TypeAlias = Literal["number", "text", "date", "flag"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """One column of a table: its name in both languages and what stands in it."""

    name: str
    zh: str
    kind: ColumnKind = "number"
    required: bool = True


@record(kw_only=True)
class Table:
    """A table with headers.

    With ``builtin`` set, its columns are those of the built-in table of that name, and leaving
    the argument out means that table; the name of another built-in table with the same columns
    will do for a range. With ``further`` set, columns beyond those are handed on as
    they stand, under their headers as written: a table of rules has a column per factor.
    """

    builtin: str = ""
    columns: tuple[TableColumn, ...] = ()
    further: bool = False


@record(kw_only=True)
class Matrix:
    """A block of numbers without headers."""

    square: bool = False
    bounds: Bounds = ANY_NUMBER


@record(kw_only=True)
class AnyCells:
    """Cells whatever is in them, for a question about the cells themselves."""


RowKind: TypeAlias = Numbers | Texts | Keys | Dates | Flags | Grid
Kind: TypeAlias = (
    Number
    | Text
    | Date
    | Flag
    | Choice
    | NumberList
    | TextList
    | RowKind
    | Table
    | Matrix
    | AnyCells
)
ROW_KINDS: Final = (Numbers, Texts, Keys, Dates, Flags, Grid)

PROBABILITY: Final = Bounds(lower=0, upper=1)
NOT_NEGATIVE: Final = Bounds(lower=0)
POSITIVE: Final = Bounds(lower=0, lower_open=True)

LANGUAGES: Final = Choice({"en": ("english", "英文"), "zh": ("chinese", "中文", "cn")})
OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
Language = Annotated[str, LANGUAGES]
Output = Annotated[str, OUTPUTS]
