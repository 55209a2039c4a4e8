"""Figures by period: one length, nothing missing, and names by which messages speak of them."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np

from udfs import errors
from udfs.binding import Whole
from udfs.cells import Column, Shape
from udfs.errors import CallError, CellError, Words
from udfs.kinds import NOT_NEGATIVE, Choice, FloatArray, Numbers, TextArray, Texts
from udfs.records import record

FREQUENCY: Final = Choice(
    {
        "yearly": ("annual", "year", "按年", "年"),
        "half-yearly": ("semi-annual", "half-year", "按半年", "半年"),
        "quarterly": ("quarter", "按季", "季"),
        "monthly": ("month", "按月", "月"),
    }
)
MONTHS_BETWEEN: Final = {"yearly": 12, "half-yearly": 6, "quarterly": 3, "monthly": 1}

Frequency = Annotated[str, FREQUENCY]
Cfads = Annotated[Column, Numbers(series="cfads")]
Rates = Annotated[Column, Numbers(series="rate")]
DebtService = Annotated[Column, Numbers(series="debt_service", bounds=NOT_NEGATIVE)]
PeriodNames = Annotated[Column, Texts(series="periods")]

_FIRST_SERIAL, _LAST_SERIAL = 18264, 73050
"""1950-01-01 and 2099-12-31: whole numbers from here to there are dates, years are below."""

_SHOWN: Final = 8
"""A sentence names at most so many spans of periods."""

_EPOCH: Final = np.datetime64("1899-12-30", "D")


@record
class Names:
    """What the periods are called.

    Attributes:
        texts: a name each, such as "2029" or "period 3".
        lang: the language of names that were not given.
        numbered: whether no names were given.
    """

    texts: TextArray
    lang: str
    numbered: bool

    def column(self) -> FloatArray | TextArray:
        """The names as a column of a table: plain numbers where none were given."""
        return np.arange(1.0, len(self.texts) + 1) if self.numbered else self.texts

    def spans(self, places: list[int]) -> str:
        """Some periods in words, consecutive ones as a span; of many spans the first ones."""
        spans: list[list[int]] = []
        for place in places:
            if spans and spans[-1][1] == place - 1:
                spans[-1][1] = place
            else:
                spans.append([place, place])
        shown, rest = spans[:_SHOWN], sum(b - a + 1 for a, b in spans[_SHOWN:])
        text = self._numbered(shown) if self.numbered else self._named(shown)
        if not rest:
            return text
        return f"{text}，另有 {rest} 期" if self.lang == "zh" else f"{text} and {rest} more"

    def _named(self, spans: list[list[int]]) -> str:
        shown = [
            str(self.texts[a]) if a == b else f"{self.texts[a]} – {self.texts[b]}" for a, b in spans
        ]
        return ("、" if self.lang == "zh" else ", ").join(shown)

    def _numbered(self, spans: list[list[int]]) -> str:
        shown = [str(a + 1) if a == b else f"{a + 1}–{b + 1}" for a, b in spans]
        if self.lang == "zh":
            return f"第 {'、'.join(shown)} 期"
        many = len(spans) > 1 or spans[0][0] != spans[0][1]
        return f"period{'s' if many else ''} {', '.join(shown)}"


def period_names(periods: Column | None, count: int, lang: str) -> Names:
    """The names of the periods: those given, or their numbers.

    Raises:
        CallError: there are not as many names as periods.
    """
    numbered = [f"第 {i} 期" if lang == "zh" else f"period {i}" for i in range(1, count + 1)]
    if periods is None:
        return Names(_texts(numbered), lang, numbered=True)
    if len(periods) != count:
        raise _wrong_length("periods", len(periods), count)
    for place, error in periods.faults.items():
        raise _at("periods", place, error)
    given = zip(periods.values.tolist(), numbered, strict=True)
    return Names(_texts([_name(text) or number for text, number in given]), lang, numbered=False)


def _texts(items: list[str]) -> TextArray:
    texts = np.empty(len(items), dtype=object)
    texts[:] = items
    return texts


def _name(text: str) -> str:
    """A name as it is shown: the serial number of a date as that date."""
    if text.isdigit() and _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
        return str(_EPOCH + int(text))
    return text


def every(column: Column, argument: str, count: int) -> FloatArray:
    """A figure for each period, one for all being spread.

    Raises:
        CallError: one is missing or faulty, or there are neither one nor ``count`` of them.
    """
    for place, error in column.faults.items():
        raise _at(argument, place, error)
    if column.blank.any():
        where = Words(
            f"{argument}, cell {int(np.argmax(column.blank)) + 1}",
            f"{argument} 第 {int(np.argmax(column.blank)) + 1} 格",
        )
        blank = Words("a blank cell", "空单元格")
        allowed = Words("a number, 0 if there is nothing", "数字，没有则填 0")
        raise CallError(where, blank, allowed, code=errors.NA)
    if len(column) not in (1, count):
        raise _wrong_length(argument, len(column), count)
    return np.broadcast_to(column.values, (count,))


def _at(argument: str, place: int, error: CellError) -> CallError:
    where = Words(f"{argument}, cell {place + 1}", f"{argument} 第 {place + 1} 格")
    given = Words(error.reason or error.code, error.why("zh") or error.code)
    return CallError(where, given, Words("usable", "可用的数值"), code=error.code)


def _wrong_length(argument: str, given: int, count: int) -> CallError:
    return CallError(
        argument,
        Words(f"{given} cells", f"{given} 个单元格"),
        Words(f"{count} cells, one for each period", f"{count} 个单元格，每期一个"),
    )


def check_rates(rate: FloatArray) -> None:
    """Refuse rates at which a later flow has no value.

    Raises:
        CallError: a rate is not above -100 %.
    """
    if (rate <= -1).any():
        allowed = Words("above -100 %", "大于 -100%")
        raise CallError("rate", f"{rate.min():g}", allowed, code=errors.NUM)


def per_period(rate: FloatArray, frequency: str) -> FloatArray:
    """Rates per year as rates per period, in proportion to its months."""
    return rate * (MONTHS_BETWEEN[frequency] / 12)


def life(loan_periods: float | None, count: int) -> int:
    """The number of periods of the loan.

    Raises:
        CallError: there are fewer periods of cash flow.
    """
    if loan_periods is None:
        return count
    if loan_periods > count:
        raise CallError(
            "loan_periods",
            f"{loan_periods:g}",
            Words(f"at most {count}, the periods of cfads", f"不超过 cfads 的期数 {count}"),
            code=errors.NUM,
        )
    return int(loan_periods)


def present_values(flows: FloatArray, rate: FloatArray) -> FloatArray:
    """The value of all later flows at the beginning of each period, and 0 after the last.

    Args:
        flows: at the end of each period.
        rate: of each period.

    Returns:
        One value more than there are periods.
    """
    values = np.zeros(len(flows) + 1)
    for place in range(len(flows) - 1, -1, -1):
        values[place] = (flows[place] + values[place + 1]) / (1 + rate[place])
    return values


def shaped(values: Any, shape: Shape) -> Whole:
    """A figure per period in the shape of the range that the periods came in."""
    return Whole(np.asarray(values).reshape(shape))
