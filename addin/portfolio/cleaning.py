"""Cells of a source to numbers, dates, flags and text, with what could not be read marked.

Everything is decided per column and stated: a decimal comma is believed when a column makes
sense in no other way; dates are read with the year first unless formats are given. Each distinct
cell is read once.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from addin.portfolio.encodings import REPLACEMENT
from addin.portfolio.rows import ObjectArray
from udfs.errors import Words
from udfs.parsing import parse_date, parse_flag, parse_number, serial_to_date

FloatArray: TypeAlias = npt.NDArray[np.float64]
DateArray: TypeAlias = npt.NDArray[np.datetime64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Faults: TypeAlias = dict[str, Mask]

NOT_A_DATE: Final = np.datetime64("NaT", "D")
LONGEST_TEXT: Final = 32767
EXACT_DIGITS: Final = 1e15
_LAST_CENTURY: Final = 100
_CURRENCIES: Final = ("¥", "$", "€", "£", "元")
# Groups of three behind a first group that is no zero: "0,125" is no 125.
_GROUPED: Final = r"(?<![\d.,])[1-9]\d{{0,2}}(?:{thousands}\d{{3}})+(?!\d)"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_FORMULA_STARTS: Final = frozenset("=@+-＝＠＋－")
_PLAIN_SIGNED: Final = re.compile(r"[+\-＋－][\s\d.,%]*|[-－—–]+")
_ISO: Final = re.compile(r"\d{4}\D\d{1,2}\D\d{1,2}|\d{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a column's text is to be read; a mapping file sets it per source or per field.

    Attributes:
        decimal: "." or ","; None to find out per column.
        thousands: what groups digits; None for the usual one beside the decimal sign.
        currency: signs and words to strip from amounts, beside ¥ $ € £.
        dates: ``strptime`` formats tried in turn; empty for dates with the year first.
        two_digit_years_from: the first of the hundred years that "%y" stands for.
        blanks: words that mean an empty cell.
    """

    decimal: str | None = None
    thousands: str | None = None
    currency: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    two_digit_years_from: int = 1970
    blanks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One column, read.

    Attributes:
        values: float, day, flag (1, 0, -1 for unknown) or text; NaN, NaT, -1 or "" where blank
            or at fault.
        faults: the cells at fault, by the rule they break.
        note: what had to be found out, such as "decimal comma"; "" if nothing.
    """

    values: npt.NDArray[Any]
    faults: Faults = field(default_factory=dict)
    note: str = ""


def is_blank(cells: npt.NDArray[Any], blanks: frozenset[str]) -> Mask:
    """Which cells hold nothing, or a word that means nothing."""
    if cells.dtype != object:
        return np.asarray(pd.isna(cells), dtype=bool)
    codes, distinct = _distinct(cells)
    return _blank_among(codes, distinct, blanks)


def _blank_among(codes: npt.NDArray[np.int64], distinct: list[Any], blanks: frozenset[str]) -> Mask:
    if set(map(type, distinct)) == {str}:
        empty = [not text or text in blanks for text in map(str.strip, distinct)]
    else:
        empty = [
            isinstance(cell, str) and (not cell.strip() or cell.strip() in blanks)
            for cell in distinct
        ]
    blank: Mask = np.array([*empty, True])[codes]
    return blank


def clean_numbers(cells: npt.NDArray[Any], reading: Reading) -> Cleaned:
    """Numbers; text that writes none is at fault under "text in number"."""
    if cells.dtype.kind in "iuf":
        values = cells.astype(np.float64)
        endless = np.isinf(values)
        return Cleaned(np.where(endless, np.nan, values), _marked("text in number", endless))
    if cells.dtype.kind in "bM":
        return _all_at_fault(cells, "text in number", np.nan)
    values, note = _plain_numbers(cells, reading), ""
    left = np.flatnonzero(np.isnan(values))
    left = left[~is_blank(cells[left], reading.blanks)]
    fault = np.zeros(len(cells), dtype=bool)
    if len(left):
        values[left], note = _written_numbers(cells[left], reading, values)
        fault[left] = np.isnan(values[left])
    return Cleaned(values, _marked("text in number", fault), note)


def _plain_numbers(cells: ObjectArray, reading: Reading) -> FloatArray:
    """What needs no interpretation; NaN for the rest."""
    kinds = set(map(type, cells))
    words = kinds & ({str, bool} if reading.decimal == "," else {bool})
    if words:
        cells = cells.copy()
        cells[[type(cell) in words for cell in cells]] = None
    values: FloatArray = pd.to_numeric(pd.Series(cells, dtype=object), errors="coerce").to_numpy(
        dtype=np.float64, copy=True
    )
    values[np.isinf(values)] = np.nan
    return values


def _written_numbers(
    cells: ObjectArray, reading: Reading, plain: FloatArray
) -> tuple[FloatArray, str]:
    codes, distinct = _distinct(cells)
    decimal = reading.decimal or "."
    read = _parse_all(distinct, decimal, reading)
    note = ""
    if reading.decimal is None and np.isnan(read).any():
        comma = _parse_all(distinct, ",", reading)
        clashing = _fractions(plain)
        if np.isfinite(comma).sum() > np.isfinite(read).sum() and not clashing:
            read, note = comma, Words("decimal comma", "小数点为逗号")
    return np.concatenate((read, [np.nan]))[codes], note


def _fractions(plain: FloatArray) -> bool:
    """Whether the column already holds numbers with a decimal point."""
    seen = plain[~np.isnan(plain)]
    return bool((seen != np.floor(seen)).any())


def _parse_all(distinct: list[Any], decimal: str, reading: Reading) -> FloatArray:
    read = _reader(decimal, reading)
    return np.array(
        [_or_nan(read(cell)) if isinstance(cell, str) else np.nan for cell in distinct],
        dtype=np.float64,
    )


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value


def _reader(decimal: str, reading: Reading) -> Callable[[str], float | None]:
    thousands = reading.thousands if reading.thousands is not None else _usual_group(decimal)
    grouped = re.compile(_GROUPED.format(thousands=re.escape(thousands))) if thousands else None
    words = sorted({*_CURRENCIES, *reading.currency}, key=len, reverse=True)

    def read(text: str) -> float | None:
        plain = unicodedata.normalize("NFKC", text).strip()
        for word in words:
            plain = plain.removeprefix(word).removesuffix(word).strip()
        if grouped is not None:
            plain = grouped.sub(lambda match: match[0].replace(thousands, ""), plain, count=1)
        if ("." if decimal == "," else ",") in plain:
            return None
        return parse_number(plain.replace(decimal, ".", 1))

    return read


def _usual_group(decimal: str) -> str:
    return "," if decimal == "." else "."


def clean_dates(cells: npt.NDArray[Any], reading: Reading, *, date1904: bool = False) -> Cleaned:
    """Days; what is none is at fault under "not a date" or "impossible date"."""
    if cells.dtype.kind == "M":
        return Cleaned(cells.astype("datetime64[D]"))
    if cells.dtype != object:
        cells = cells.astype(object)
    blank = is_blank(cells, reading.blanks)
    codes, distinct = _distinct(cells)
    days = _days(distinct, reading, date1904=date1904)
    values = np.concatenate((days, [NOT_A_DATE]))[codes]
    missing = np.isnat(values) & ~blank
    shaped = np.concatenate((_shaped_like_dates(distinct, days, reading), [False]))[codes]
    faults = _marked("impossible date", missing & shaped) | _marked("not a date", missing & ~shaped)
    years = any("%y" in form for form in reading.dates)
    first = reading.two_digit_years_from
    century = f"{first}–{first + 99}"
    note = Words(f"two-digit years {century}", f"两位年份按 {century} 解读") if years else ""
    return Cleaned(values, faults, note)


def _days(distinct: list[Any], reading: Reading, *, date1904: bool) -> DateArray:
    days = np.full(len(distinct), NOT_A_DATE)
    texts = []
    for position, cell in enumerate(distinct):
        if isinstance(cell, dt.datetime):
            days[position] = np.datetime64(cell.replace(tzinfo=None), "D")
        elif isinstance(cell, dt.date):
            days[position] = np.datetime64(cell, "D")
        elif isinstance(cell, str):
            texts.append(position)
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            days[position] = _day(serial_to_date(float(cell), date1904=date1904))
    if texts:
        words = [distinct[position].strip() for position in texts]
        days[texts] = _formatted(words, reading) if reading.dates else _year_first(words)
    return days


def _day(day: dt.date | None) -> np.datetime64:
    return NOT_A_DATE if day is None else np.datetime64(day, "D")


def _year_first(words: list[str]) -> DateArray:
    return np.array([_day(parse_date(word)) for word in words], dtype="datetime64[D]")


def _formatted(words: list[str], reading: Reading) -> DateArray:
    days = np.full(len(words), NOT_A_DATE)
    for form in reading.dates:
        left = [position for position, day in enumerate(days) if np.isnat(day)]
        if not left:
            break
        read = pd.to_datetime(
            pd.Series([words[position] for position in left], dtype=object),
            format=form,
            errors="coerce",
        ).to_numpy()
        found = read.astype("datetime64[D]")
        days[left] = _pivoted(found, reading.two_digit_years_from) if "%y" in form else found
    return days


def _pivoted(days: DateArray, first: int) -> DateArray:
    """The days moved by centuries into the hundred years from the first."""
    shifted = days.copy()
    for position, day in enumerate(days):
        if np.isnat(day):
            continue
        date = day.astype(dt.date)
        year = first + (date.year - first) % _LAST_CENTURY
        leap_day = (date.month, date.day) == (2, 29)
        try:
            shifted[position] = np.datetime64(date.replace(year=year), "D")
        except ValueError:
            shifted[position] = NOT_A_DATE if leap_day else day
    return shifted


def _shaped_like_dates(distinct: list[Any], days: DateArray, reading: Reading) -> Mask:
    """Text that looks like a date and is none (30 February), and numbers beyond any calendar."""
    return np.array(
        [
            np.isnat(day) and not isinstance(cell, bool) and _looks_dated(cell, reading)
            for cell, day in zip(distinct, days, strict=True)
        ],
        dtype=bool,
    )


def _looks_dated(cell: Any, reading: Reading) -> bool:
    if not isinstance(cell, str):
        return isinstance(cell, int | float)
    word = cell.strip()
    if not reading.dates:
        return _ISO.match(word) is not None
    return any(_shape(form).fullmatch(word) for form in reading.dates)


def _shape(form: str) -> re.Pattern[str]:
    """A format with any digits and letters in place of its parts."""
    parts = re.split(r"%[-#]?([A-Za-z%])", form)
    shapes = {"b": "[^\\W\\d]+", "B": "[^\\W\\d]+", "%": "%"}
    text = "".join(
        re.escape(part) if position % 2 == 0 else shapes.get(part, r"\d+")
        for position, part in enumerate(parts)
    )
    return re.compile(text)


def clean_flags(cells: npt.NDArray[Any], reading: Reading) -> Cleaned:
    """Yes (1), no (0) or unknown (-1); other words are at fault under "not yes or no"."""
    if cells.dtype.kind == "b":
        return Cleaned(cells.astype(np.int8))
    codes, distinct = _distinct(cells.astype(object))
    blank = _blank_among(codes, distinct, reading.blanks)
    flags = [parse_flag(cell) for cell in distinct]
    read = np.array([-1 if flag is None else int(flag) for flag in flags] + [-1], dtype=np.int8)
    values = read[codes]
    return Cleaned(values, _marked("not yes or no", (values < 0) & ~blank))


def clean_texts(cells: npt.NDArray[Any], reading: Reading) -> Cleaned:
    """Text without outer blanks; whole numbers without decimals; what is odd is marked and kept.

    Rules: "formula-like text", "control characters", "damaged text", "text too long" and
    "digits may be lost" (a number too long to be exact, such as an account number that a
    spreadsheet turned into a number).
    """
    objects = cells.astype(object)
    codes, distinct = _distinct(objects)
    blank = _blank_among(codes, distinct, reading.blanks)
    plain = set(map(type, distinct)) == {str}
    texts = [cell.strip() for cell in distinct] if plain else [_text(cell) for cell in distinct]
    everything = "\n".join(texts)
    tests: dict[str, Callable[[Any, str], bool]] = {}
    if {text[:1] for text in texts} & _FORMULA_STARTS:
        tests["formula-like text"] = lambda _, text: looks_like_formula(text)
    if _CONTROL.search(everything):
        tests["control characters"] = lambda _, text: _CONTROL.search(text) is not None
    if REPLACEMENT in everything:
        tests["damaged text"] = lambda _, text: REPLACEMENT in text
    if max(map(len, texts), default=0) > LONGEST_TEXT:
        tests["text too long"] = lambda _, text: len(text) > LONGEST_TEXT
    if not plain and any(isinstance(cell, float) for cell in distinct):
        tests["digits may be lost"] = lambda cell, _: _inexact(cell)
    faults: Faults = {}
    for rule, test in tests.items():
        hit = [test(cell, text) for cell, text in zip(distinct, texts, strict=True)]
        if any(hit):
            faults |= _marked(rule, np.array([*hit, False])[codes] & ~blank)
    if "control characters" in faults:
        texts = [_CONTROL.sub(" ", text) for text in texts]
    if "text too long" in faults:
        texts = [text[:LONGEST_TEXT] for text in texts]
    tidy = np.array([*texts, ""], dtype=object)
    values = tidy[codes]
    values[blank] = ""
    return Cleaned(values, faults)


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula or a command."""
    return text[:1] in _FORMULA_STARTS and _PLAIN_SIGNED.fullmatch(text) is None


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)


def _inexact(cell: Any) -> bool:
    return isinstance(cell, float) and abs(cell) >= EXACT_DIGITS


def _distinct(cells: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int64], list[Any]]:
    """The distinct cells, and where each stands; missing ones have the code -1.

    ``1`` and ``True`` are one key to pandas, so flags are told apart first.
    """
    if cells.dtype == object and bool in set(map(type, cells)):
        keys = np.array([(type(cell), cell) for cell in cells] + [None], dtype=object)[:-1]
        codes, found = pd.factorize(keys)
        return codes.astype(np.int64), [key[1] for key in found]
    codes, found = pd.factorize(cells)
    return codes.astype(np.int64), list(found)


def _marked(rule: str, mask: Mask) -> Faults:
    return {rule: mask} if mask.any() else {}


def _all_at_fault(cells: npt.NDArray[Any], rule: str, missing: Any) -> Cleaned:
    fault = ~np.asarray(pd.isna(cells), dtype=bool)
    return Cleaned(np.full(len(cells), missing), _marked(rule, fault))
