"""What the engine over a file does not do: every such member says so by name."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, NoReturn, TypeVar

AnyClass = TypeVar("AnyClass", bound=type)


def refuse_the_rest(engine_class: AnyClass) -> AnyClass:
    """Gives each member that xlwings leaves open, and this class does not fill, a clear error.

    xlwings' base classes raise a bare NotImplementedError, which names neither what was asked nor
    why it fails.
    """
    for base in engine_class.__mro__[1:]:
        if not base.__module__.startswith("xlwings."):
            continue
        for name, member in vars(base).items():
            if name not in vars(engine_class) and _is_open(member):
                setattr(engine_class, name, _refusal(f"{engine_class.__name__}.{name}", member))
    return engine_class


def _is_open(member: Any) -> bool:
    function = member.fget if isinstance(member, property) else member
    return (
        isinstance(function, FunctionType) and "NotImplementedError" in function.__code__.co_names
    )


def _refusal(name: str, member: Any) -> Any:
    refuse = refusal(name)
    return property(refuse, refuse) if isinstance(member, property) else refuse


def refusal(name: str) -> Callable[..., NoReturn]:
    """A function that says that `name` needs a spreadsheet program."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise NotImplementedError(
            f"{name} is not supported on a workbook file without Excel. "
            "Do it in Excel, or build it into the template."
        )

    return refuse
