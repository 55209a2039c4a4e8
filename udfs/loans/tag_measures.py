"""What the rules of the classification lists look at: fields of a loan and what follows from them."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from udfs import errors
from udfs.cells import BoolArray, Faults
from udfs.errors import CellError
from udfs.kinds import FloatArray, TextArray
from udfs.labels import IndexArray
from udfs.loans.field_columns import FieldColumns
from udfs.loans.five_tier import five_tier
from udfs.loans.term_months import months_between
from udfs.loans.word_lists import word_pattern
from udfs.records import record
from udfs.segments.industry_codes import IndustryCode, read_industry, scopes

BASIS_POINTS: Final = 1e4
_GAP_DECIMALS: Final = 6
DERIVED: Final = {
    "term_months": (("term",), ("start", "maturity")),
    "rate_gap": (("rate", "lpr"),),
    "repricing_margin": (("repricing", "term"), ("repricing", "start", "maturity")),
    "main_guarantee": (("guarantee",), ("mortgage",), ("pledge",), ("guaranteed",)),
}
"""The fields that each derived measure needs; either of several sets will do."""

_SECURITIES: Final = (("pledge", "pledge"), ("mortgage", "mortgage"), ("guaranteed", "guarantor"))
"""The amounts by kind of security, in the order that decides between equal ones."""

_BEFORE_START: Final = CellError(errors.NUM, "Maturity lies before start.", "到期日早于起始日。")
_PLACES: Final = {
    "term_months": {"en": "Term in months", "zh": "期限（月）"},
    "rate_gap": {"en": "Rate less LPR (bp)", "zh": "利率减 LPR（基点）"},
    "repricing_margin": {"en": "Months after the first repricing", "zh": "首次重定价后剩余月数"},
    "main_guarantee": {"en": "Guarantee", "zh": "担保方式"},
}


@record
class Measure:
    """One thing that rules look at, for every loan.

    Attributes:
        known: for which loans it is known.
        faults: where it cannot be read.
        numbers: its numbers; None if it is a text.
        codes: the place of each loan's text among the distinct ones; None if it is a number.
        distinct: the distinct texts.
        written: the distinct texts as they were written, where rules read them otherwise.
        industries: the codes behind the distinct texts of an industry field.
    """

    known: BoolArray
    faults: Faults
    numbers: FloatArray | None = None
    codes: IndexArray | None = None
    distinct: TextArray | None = None
    written: TextArray | None = None
    industries: list[IndustryCode | CellError] | None = None

    def values(self) -> npt.NDArray[np.object_]:
        """What stands in the cells, as reasons and tables show it."""
        if self.numbers is not None:
            return self.numbers.astype(object)
        texts = self.distinct if self.written is None else self.written
        shown = np.array([] if texts is None else [*texts.tolist(), ""], dtype=object)
        return shown[self.codes]

    def within(self, lower: float, more_than: float, less_than: float, up_to: float) -> BoolArray:
        """For which loans the number lies within limits; a limit that is NaN does not count."""
        values = np.full(len(self.known), np.nan) if self.numbers is None else self.numbers
        fits = self.known.copy()
        for limit, passes in (
            (lower, np.greater_equal),
            (more_than, np.greater),
            (less_than, np.less),
            (up_to, np.less_equal),
        ):
            if not np.isnan(limit):
                fits &= passes(values, limit)
        return fits

    def among(self, words: str, argument: str) -> BoolArray:
        """For which loans the text is one of the words."""
        if self.codes is None or self.distinct is None:
            return np.zeros(len(self.known), dtype=bool)
        if self.industries is not None:
            listed = scopes(words, argument)
            fits = [
                isinstance(code, IndustryCode) and any(code.within(scope) for scope in listed)
                for code in self.industries
            ]
        else:
            pattern = word_pattern(words)
            fits = [pattern.fullmatch(str(text).casefold()) is not None for text in self.distinct]
        chosen: BoolArray = np.array([*fits, False], dtype=bool)[self.codes] & self.known
        return chosen


def measure_label(name: str, columns: FieldColumns, lang: str) -> str:
    """What a measure is called in a language."""
    return _PLACES[name][lang] if name in _PLACES else columns.table.label(name, lang)


def can_measure(name: str, columns: FieldColumns) -> bool:
    """Whether the grid has the columns that a measure needs."""
    needed = DERIVED.get(name, ((name,),))
    return any(all(map(columns.has, fields)) for fields in needed)


def measure(name: str, columns: FieldColumns) -> Measure:
    """A measure of every loan; the grid has the columns for it."""
    if name == "term_months":
        return _number(*_term(columns))
    if name == "rate_gap":
        gap = np.round(
            (columns.numbers("rate") - columns.numbers("lpr")) * BASIS_POINTS, _GAP_DECIMALS
        )
        return _number(gap, columns.faults("lpr") | columns.faults("rate"))
    if name == "repricing_margin":
        term, faults = _term(columns)
        return _number(term - columns.numbers("repricing"), columns.faults("repricing") | faults)
    if name == "main_guarantee":
        return _main_guarantee(columns)
    if columns.table.fields[name].kind == "number":
        return _number(columns.numbers(name), columns.faults(name))
    return _text(name, columns)


def _number(values: FloatArray, faults: Faults) -> Measure:
    return Measure(~np.isnan(values), faults, numbers=values)


def _term(columns: FieldColumns) -> tuple[FloatArray, Faults]:
    """The term in months, as stated or else between the dates."""
    term = np.full(columns.count, np.nan)
    faults: Faults = {}
    if columns.has("term"):
        term, faults = columns.numbers("term").copy(), columns.faults("term")
    if columns.has("start") and columns.has("maturity"):
        between = months_between(columns.dates("start"), columns.dates("maturity"))
        lacking = np.isnan(term)
        backwards = np.flatnonzero(lacking & (between < 0)).tolist()
        unread = columns.faults("maturity") | columns.faults("start")
        faults = {row: error for row, error in unread.items() if lacking[row]} | faults
        faults = dict.fromkeys(backwards, _BEFORE_START) | faults
        term = np.where(lacking, between, term)
        term[backwards] = np.nan
    return term, faults


def _text(name: str, columns: FieldColumns) -> Measure:
    texts = columns.texts(name)
    distinct, faults, kind = texts.distinct, columns.faults(name), columns.table.fields[name].kind
    known = ~texts.blank
    known[list(faults)] = False
    industries: list[IndustryCode | CellError] | None = None
    if kind == "class":
        places, _ = five_tier().read(distinct, name)
        shown = np.append(five_tier().codes, "")[places]
        unread = {
            i: _not_a_class(str(text), name)
            for i, text in enumerate(distinct)
            if text and places[i] < 0
        }
        distinct = np.where(places < 0, distinct, shown)
        faults |= _spread(texts.codes, unread)
    elif kind == "industry":
        industries = [read_industry(str(text), name) for text in distinct]
        unread = {
            i: code
            for i, code in enumerate(industries)
            if isinstance(code, CellError) and distinct[i]
        }
        faults |= _spread(texts.codes, unread)
    return Measure(
        known,
        faults,
        codes=texts.codes,
        distinct=distinct,
        written=texts.distinct,
        industries=industries,
    )


def _not_a_class(text: str, name: str) -> CellError:
    _, faults = five_tier().read(np.array([text], dtype=object), name)
    return faults[0]


def _spread(codes: IndexArray, errors_by_text: dict[int, CellError]) -> Faults:
    if not errors_by_text:
        return {}
    rows = np.flatnonzero(np.isin(codes, list(errors_by_text))).tolist()
    return {row: errors_by_text[int(codes[row])] for row in rows}


def _main_guarantee(columns: FieldColumns) -> Measure:
    """The main security by its amount, else as the field names it."""
    amounts = [
        columns.numbers(field) if columns.has(field) else np.full(columns.count, np.nan)
        for field, _ in _SECURITIES
    ]
    faults: Faults = {}
    for field, _ in _SECURITIES:
        if columns.has(field):
            faults |= columns.faults(field)
    stacked: npt.NDArray[np.float64] = np.column_stack(amounts)
    stated: BoolArray = np.logical_or.reduce(~np.isnan(stacked), axis=1)
    largest = np.argmax(np.nan_to_num(stacked, nan=-1.0), axis=1)
    secured = np.nan_to_num(stacked, nan=0.0).max(axis=1) > 0
    # The codes of the amounts stand after the distinct texts of the field.
    names = np.array([*(code for _, code in _SECURITIES), "none"], dtype=object)
    by_amount = np.where(secured, largest, len(_SECURITIES))
    if not columns.has("guarantee"):
        return Measure(stated, faults, codes=by_amount, distinct=names)
    texts = columns.texts("guarantee")
    faults = columns.faults("guarantee") | faults
    codes = np.where(stated, by_amount + len(texts.distinct), texts.codes)
    distinct = np.append(texts.distinct, names)
    return Measure(stated | ~texts.blank, faults, codes=codes, distinct=distinct)
