"""What can go wrong: one error that sits in a cell, and one small family of exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Self

from udfs.chinese import joined

NULL: Final = "#NULL!"
DIV0: Final = "#DIV/0!"
VALUE: Final = "#VALUE!"
REF: Final = "#REF!"
NAME: Final = "#NAME?"
NUM: Final = "#NUM!"
NA: Final = "#N/A"
GETTING_DATA: Final = "#GETTING_DATA"
SPILL: Final = "#SPILL!"
CALC: Final = "#CALC!"

# Excel's own numbers: CVErr(2042) is #N/A. COM hands an error cell over as this number plus
# COM_ERROR_BASE.
EXCEL_ERROR_NUMBERS: Final = {
    NULL: 2000,
    DIV0: 2007,
    VALUE: 2015,
    REF: 2023,
    NAME: 2029,
    NUM: 2036,
    NA: 2042,
    GETTING_DATA: 2043,
    SPILL: 2045,
    CALC: 2050,
}
COM_ERROR_BASE: Final = -2146828288
COM_ERRORS: Final = {COM_ERROR_BASE + n: code for code, n in EXCEL_ERROR_NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class CellError:
    """An Excel error as the value of one cell, with the reason in words.

    Two errors are equal when their codes are, as they are to Excel.

    Attributes:
        code: as Excel shows it, such as #N/A.
        reason: why, in English.
        reason_zh: why, in Chinese.
    """

    code: str
    reason: str = field(default="", compare=False)
    reason_zh: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.code not in EXCEL_ERROR_NUMBERS:
            known = ", ".join(EXCEL_ERROR_NUMBERS)
            raise ValueError(f"code must be one of {known}; got {self.code!r}.")

    def __str__(self) -> str:
        return self.code

    def why(self, lang: str = "en") -> str:
        """The reason in a language, in English where there is no other."""
        return (self.reason_zh if lang == "zh" else "") or self.reason


class Words(str):
    """A few words of a message in both languages; as a string, the English ones."""

    __slots__ = ("zh",)

    zh: str

    def __new__(cls, english: str, chinese: str) -> Self:
        """The English words as a string that knows its Chinese twin."""
        words = super().__new__(cls, english)
        words.zh = chinese
        return words

    def __reduce__(self) -> tuple[type[Words], tuple[str, str]]:
        """What a copy is made from: both languages."""
        return Words, (str(self), self.zh)


def in_language(text: str, lang: str) -> str:
    """A text in a language, where it speaks that language; in English otherwise."""
    return text.zh if lang == "zh" and isinstance(text, Words) else str(text)


def one_of(options: Iterable[str]) -> Words:
    """That something must be one of the options, in words."""
    listed = [str(option) for option in options]
    return Words(f"one of {', '.join(listed)}", joined("、".join(listed), "之一"))


def column_of(argument: str, english: str, chinese: str, row: int | str | None = None) -> Words:
    """A column of a table argument as messages name it, or one row of it.

    Args:
        argument: the argument that holds the table.
        english: the column's header in English.
        chinese: its header in Chinese.
        row: the row's number from 1, or what the row is about.

    Returns:
        The place in both languages.
    """
    place = Words(f"{argument}, column {english}", joined(argument, f"的“{chinese}”列"))
    if row is None:
        return place
    numbered = f"第 {row} 行" if isinstance(row, int) else f"（{row}）"
    named = f"row {row}" if isinstance(row, int) else str(row)
    return Words(f"{place}, {named}", joined(place.zh, numbered))


def numbered_column(argument: str, place: int) -> Words:
    """A column of a range as messages name it; the first has place 0."""
    return Words(f"{argument}, column {place + 1}", f"{argument} 第 {place + 1} 列")


class CreditCellsError(Exception):
    """The root of every exception that creditcells raises on purpose."""

    @property
    def told(self) -> str:
        """The message; ``Words`` where it is there in Chinese, too."""
        (message,) = self.args[:1] or ("",)
        return message if isinstance(message, str) else str(self)


class CallError(CreditCellsError):
    """A function was called in a way that cannot give any result.

    Attributes:
        argument: the argument at fault.
        value: what it was given; ``Words`` describe what cannot be quoted.
        allowed: what it may be, in words.
        code: the Excel error that the whole call shows.
    """

    def __init__(self, argument: str, value: Any, allowed: str, *, code: str = VALUE) -> None:
        self.argument = argument
        self.value = value
        self.allowed = allowed
        self.code = code
        super().__init__(f"{argument} must be {allowed}; got {_shown(value, 'en')}.")

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[str, Any, str]]:
        """What a copy is made from, such as one that another process hands over."""
        return partial(type(self), code=self.code), (self.argument, self.value, self.allowed)

    def as_cell(self) -> CellError:
        """The error that the whole call shows in its cell, with the message as its reason."""
        argument, allowed = (in_language(text, "zh") for text in (self.argument, self.allowed))
        reason = joined(argument, "应为", allowed, "，实际为", _shown(self.value, "zh"), "。")
        return CellError(self.code, str(self), reason)


class UnknownFunctionError(CreditCellsError):
    """No function of that name is in the catalogue."""


class UnknownTableError(CreditCellsError):
    """No policy or standards table of that name is built in."""


def _shown(value: Any, lang: str) -> str:
    """What was given, as a message shows it; the full stop of a reason gives way to its own."""
    return in_language(value, lang).rstrip(".。") if isinstance(value, Words) else shorten(value)


def shorten(value: Any, limit: int = 60) -> str:
    """The value as it may appear in a message: quoted if text, cut if long."""
    text = repr(value) if type(value) is str else str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
