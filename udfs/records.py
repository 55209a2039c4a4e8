"""Records: small classes that hold a few values and are not changed once they are made.

A frozen dataclass writes six methods for each class when it is imported, and there are two hundred
such classes: that took longer than importing numpy. A record has one of its own, the constructor. That
nobody writes to it is checked by the type checker, as for a frozen dataclass; two records are equal
if they are the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def record(made: type[T]) -> type[T]: ...
@overload
def record(*, kw_only: bool = ..., caches: bool = ...) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(field,))
def record(
    made: type[T] | None = None, *, kw_only: bool = False, caches: bool = False
) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a class a record of its annotated fields.

    Args:
        made: the class.
        kw_only: whether its fields are given by name alone.
        caches: whether it has cached properties, which need room besides its fields.
    """

    def write(plain: type[T]) -> type[T]:
        written = dataclass(slots=not caches, eq=False, repr=False, kw_only=kw_only)(plain)
        written.__repr__ = _shown  # type: ignore[method-assign]  # one for all of them
        return written

    return write if made is None else write(made)


def _shown(one: Any) -> str:
    values = ", ".join(
        f"{each.name}={getattr(one, each.name)!r}" for each in fields(one) if each.repr
    )
    return f"{type(one).__qualname__}({values})"
