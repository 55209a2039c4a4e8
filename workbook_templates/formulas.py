"""Formulas with our functions, written by argument name and checked against the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from udfs import FUNCTIONS, call
from udfs.errors import CreditCellsError

T = TypeVar("T")


class FormulaError(CreditCellsError):
    """A template's formula does not fit the catalogue."""


def udf(function: str, **arguments: str) -> str:
    """A call as a formula without the equals sign; arguments left out stay blank between commas.

    Example:
        >>> udf("CR_PD2GRADE", pd="A1", lang='"zh"')
        'CR_PD2GRADE(A1,,,"zh")'

    Raises:
        FormulaError: there is no such function or argument, or a needed one is missing.
    """
    return f"{function}({','.join(_in_order(function, arguments, ''))})"


def compute(function: str, **arguments: Any) -> list[list[Any]]:
    """The cells that a call gives, its arguments given by name as cells.

    Example:
        >>> compute("CR_PD2GRADE", pd=0.0018)
        [['A']]

    Raises:
        FormulaError: there is no such function or argument, or a needed one is missing.
    """
    return call(function, *_in_order(function, arguments, None))


def _in_order(function: str, arguments: Mapping[str, T], blank: T) -> list[T]:
    """The arguments in the catalogue's order, up to the last one given."""
    if function not in FUNCTIONS:
        raise FormulaError(f"function must be one of the catalogue; got {function!r}.")
    known = FUNCTIONS[function].arguments
    names = [argument.name for argument in known]
    unknown = sorted(arguments.keys() - set(names))
    if unknown:
        raise FormulaError(f"{function} must get some of {', '.join(names)}; got {unknown[0]!r}.")
    missing = [a.name for a in known if a.required and a.name not in arguments]
    if missing:
        raise FormulaError(f"{function} must get its argument {missing[0]!r}; got nothing.")
    last = max((names.index(name) for name in arguments), default=-1)
    return [arguments.get(name, blank) for name in names[: last + 1]]
