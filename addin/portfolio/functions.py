"""The functions that an expression of a mapping may use."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from addin.portfolio.cleaning import Reading
from addin.portfolio.scope import ExpressionError, Scope, with_options
from addin.portfolio.values import ValueKind, Values, blank_of, choose, common_kind, missing

_FARTHEST_MONTH: Final = 100_000
_EPOCH_YEAR: Final = 1970
_MANY: Final = 255


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one function call in an expression.

    Attributes:
        function: the function's name, for messages.
        nodes: the arguments, not yet evaluated.
        options: the named arguments.
        evaluate: gives the value of an argument.
        scope: the source.
        reading: how text is read where nothing else is said.
    """

    function: str
    nodes: Sequence[ast.expr]
    options: Mapping[str, Any]
    evaluate: Callable[[ast.expr], Values]
    scope: Scope
    reading: Reading

    def __len__(self) -> int:
        return len(self.nodes)

    def value(self, position: int, kind: ValueKind = "raw") -> Values:
        """An argument, read as a kind."""
        return self.read(self.evaluate(self.nodes[position]), kind)

    def values(self, kind: ValueKind) -> list[Values]:
        """All arguments, read as a kind."""
        return [self.value(position, kind) for position in range(len(self))]

    def read(self, values: Values, kind: ValueKind, reading: Reading | None = None) -> Values:
        """Values as a kind."""
        return self.scope.read_as(values, kind, reading or self.reading)

    def literal(self, position: int) -> Any:
        """An argument that must be a plain text or number."""
        return literal(self.nodes[position], self.function)


Function: TypeAlias = Callable[[Arguments], Values]


@dataclass(frozen=True, slots=True)
class FunctionRule:
    """A function with what it may be given."""

    run: Function
    fewest: int
    most: int
    options: frozenset[str] = frozenset()

    def check(self, name: str, arguments: int, options: Sequence[str]) -> None:
        """Refuse a call with too few or too many arguments, or an unknown option.

        Raises:
            ExpressionError: the call does not fit.
        """
        if not self.fewest <= arguments <= self.most:
            raise ExpressionError(f"{name} takes {self._count()}; got {arguments}.")
        for option in options:
            if option not in self.options:
                known = ", ".join(sorted(self.options)) or "none"
                raise ExpressionError(f"{name} has no option {option!r}; its options: {known}.")

    def _count(self) -> str:
        if self.fewest == self.most:
            return f"{self.fewest} argument{'' if self.fewest == 1 else 's'}"
        beyond = "or more" if self.most == _MANY else f"to {self.most}"
        return f"{self.fewest} {beyond} arguments"


def literal(node: ast.expr, function: str) -> Any:
    """The value of a node that must be a text, a number or a list of them.

    Raises:
        ExpressionError: it is anything else.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.List | ast.Tuple):
        return tuple(literal(item, function) for item in node.elts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -literal(node.operand, function)
    raise ExpressionError(f"{function}: {ast.unparse(node)!r} must be a text or a number.")


def joined(parts: Sequence[Values], kind: ValueKind, data: npt.NDArray[Any]) -> Values:
    """Computed values with the faults and notes of all that they were computed from."""
    faults = tuple(fault for part in parts for fault in part.faults)
    notes: frozenset[str] = frozenset().union(*(part.notes for part in parts))
    return Values(kind, data, faults, "", notes)


def _column(call: Arguments) -> Values:
    return call.scope.column(str(call.literal(0)))


def _reader(kind: ValueKind) -> Function:
    def read(call: Arguments) -> Values:
        options = dict(call.options)
        formats = tuple(call.literal(position) for position in range(1, len(call)))
        if formats:
            options["dates"] = formats
        values = call.evaluate(call.nodes[0])
        return call.read(values, kind, with_options(call.reading, options))

    return read


def _if(call: Arguments) -> Values:
    otherwise = call.value(2) if len(call) > 2 else call.scope.constant(None)  # noqa: PLR2004 - the third
    return choose(call.value(0, "flag"), call.value(1), otherwise, call.reading)


def _coalesce(call: Arguments) -> Values:
    result = call.value(0)
    for position in range(1, len(call)):
        other = call.value(position)
        kind = common_kind(result, other)
        result, other = call.read(result, kind), call.read(other, kind)
        blank = missing(result, call.reading)
        # A cell at fault is not blank: another column must not hide it.
        for fault in result.faults:
            blank = blank & ~fault.cells
        data = np.where(blank, other.data, result.data)
        data = data.astype(object) if kind in ("raw", "text") else data
        notes = result.notes | other.notes
        result = Values(kind, data, result.faults + other.where(blank), "", notes)
    return result


def _concat(call: Arguments) -> Values:
    separator = str(call.options.get("separator", ""))
    parts = call.values("text")
    rows = zip(*(part.data for part in parts), strict=True)
    texts = [separator.join(item for item in row if item or not separator) for row in rows]
    return joined(parts, "text", np.array(texts, dtype=object))


def _texts(change: Callable[..., str]) -> Function:
    def apply(call: Arguments) -> Values:
        text = call.value(0, "text")
        extra = [call.literal(position) for position in range(1, len(call))]
        codes, distinct = pd.factorize(text.data)
        changed = np.array([change(item, *extra) for item in distinct], dtype=object)
        return replace(text, data=changed[codes] if len(changed) else text.data, column="")

    return apply


def _numbers(change: Callable[..., Any]) -> Function:
    def apply(call: Arguments) -> Values:
        parts = call.values("number")
        return joined(parts, "number", change(*(part.data for part in parts)))

    return apply


def _is_blank(call: Arguments) -> Values:
    values = call.value(0)
    return Values("flag", missing(values, call.reading).astype(np.int8), values.faults)


def _add_months(call: Arguments) -> Values:
    start, months = call.value(0, "date"), call.value(1, "number")
    usable = ~np.isnat(start.data) & (np.abs(months.data) < _FARTHEST_MONTH)
    whole = np.where(usable, months.data, 0).astype(np.int64)
    month = start.data.astype("datetime64[M]")
    day = start.data - month.astype("datetime64[D]")
    target = month + whole.astype("timedelta64[M]")
    # A month without that day gives its last one: 31 January and one month is 28 February.
    last = (target + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    data = np.minimum(target.astype("datetime64[D]") + day, last)
    return joined((start, months), "date", np.where(usable, data, blank_of("date")))


def _days(call: Arguments) -> Values:
    start, end = call.value(0, "date"), call.value(1, "date")
    blank = np.isnat(start.data) | np.isnat(end.data)
    days = (end.data - start.data).astype("timedelta64[D]").astype(np.float64)
    return joined((start, end), "number", np.where(blank, np.nan, days))


def _year(call: Arguments) -> Values:
    date = call.value(0, "date")
    years = date.data.astype("datetime64[Y]").astype(np.int64) + _EPOCH_YEAR
    return joined((date,), "number", np.where(np.isnat(date.data), np.nan, years))


def _as_of(call: Arguments) -> Values:
    return Values("date", np.full(len(call.scope.rows.frame), call.scope.as_of))


def _rounded(values: Any, places: Any) -> Any:
    """Half away from zero, as Excel rounds and numpy does not."""
    scale = 10.0**places
    return np.sign(values) * np.floor(np.abs(values) * scale + 0.5) / scale


_BLANKS: Final = frozenset({"blanks"})
_NUMBER: Final = frozenset({"decimal", "thousands", "currency", "blanks"})
_DATE: Final = frozenset({"dates", "two_digit_years_from", "blanks"})

FUNCTIONS: Final[Mapping[str, FunctionRule]] = {
    "column": FunctionRule(_column, 1, 1),
    "text": FunctionRule(_reader("text"), 1, 1, _BLANKS),
    "number": FunctionRule(_reader("number"), 1, 1, _NUMBER),
    "date": FunctionRule(_reader("date"), 1, 9, _DATE),
    "flag": FunctionRule(_reader("flag"), 1, 1, _BLANKS),
    "if": FunctionRule(_if, 2, 3),
    "coalesce": FunctionRule(_coalesce, 2, _MANY),
    "concat": FunctionRule(_concat, 1, _MANY, frozenset({"separator"})),
    "is_blank": FunctionRule(_is_blank, 1, 1),
    "left": FunctionRule(_texts(lambda text, count: text[: int(count)]), 2, 2),
    "right": FunctionRule(_texts(lambda text, count: text[max(len(text) - int(count), 0) :]), 2, 2),
    "replace": FunctionRule(_texts(lambda text, old, new: text.replace(str(old), str(new))), 3, 3),
    "upper": FunctionRule(_texts(str.upper), 1, 1),
    "lower": FunctionRule(_texts(str.lower), 1, 1),
    "abs": FunctionRule(_numbers(np.abs), 1, 1),
    "min": FunctionRule(_numbers(lambda *parts: np.fmin.reduce(parts)), 1, _MANY),
    "max": FunctionRule(_numbers(lambda *parts: np.fmax.reduce(parts)), 1, _MANY),
    "round": FunctionRule(_numbers(_rounded), 2, 2),
    "add_months": FunctionRule(_add_months, 2, 2),
    "days": FunctionRule(_days, 2, 2),
    "year": FunctionRule(_year, 1, 1),
    "as_of": FunctionRule(_as_of, 0, 0),
}
