"""The catalogue: the one list of functions that every host, page and test is made from.

A function is put on the list with ``@udf``. Its signature names the kind of each argument, its
docstring is the English help and ``zh`` the Chinese one.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, ParamSpec, TypeVar, get_type_hints

from udfs.errors import UnknownFunctionError, Words
from udfs.help_text import Help, parse_help
from udfs.kinds import ROW_KINDS, Kind
from udfs.records import record

P = ParamSpec("P")
R = TypeVar("R")

FAMILIES: Final = {
    "grading": ("Credit grading", "信用评级"),
    "ratios": ("Ratios and distress scores", "财务比率与困境模型"),
    "qualitative": ("Questionnaires and qualitative factors", "问卷与定性因素"),
    "rfm": ("RFM", "RFM 分析"),
    "value_classes": ("ABC classes", "ABC 分类"),
    "segments": ("Segments", "客户细分"),
    "strategy": ("Tier strategy", "分层策略"),
    "loans": ("Loan classification", "贷款分类"),
    "capital": ("Regulatory capital", "监管资本"),
    "pricing": ("Pricing and contribution", "定价与贡献"),
    "limits": ("Limits and exposure", "限额与敞口"),
    "project_finance": ("Project finance and schedules", "项目融资与还款计划"),
    "monitoring": ("Monitoring", "监测与预警"),
    "validation": ("Validation", "模型验证"),
    "learning": ("Learning from history", "历史数据建模"),
    "text_signals": ("Text signals", "文本信号"),
    "compliance": ("Compliance", "合规"),
    "helpers": ("Policy and tables", "政策与表格"),
}
"""The families in the order of the manual, with their names in both languages; the code of a
family is in the folder of its name."""


@record
class Argument:
    """One argument of a function.

    Attributes:
        name: as in the help and in messages.
        kind: what it may be.
        required: whether a call needs it.
        default: what leaving it out means.
        help: English and Chinese help.
    """

    name: str
    kind: Kind
    required: bool
    default: Any
    help: dict[str, str]


@dataclass(frozen=True, eq=False)
class Function:
    """One function of the catalogue. Its help and arguments are read when somebody asks.

    Attributes:
        name: as typed in a cell, such as CR_GRADE.
        family: a key of ``FAMILIES``.
        compute: the Python function.
        zh: the Chinese twin of its docstring.
    """

    name: str
    family: str
    compute: Callable[..., Any]
    zh: str = field(repr=False)

    @cached_property
    def help(self) -> dict[str, Help]:
        """English and Chinese help."""
        return {"en": parse_help(self.compute.__doc__ or ""), "zh": parse_help(self.zh)}

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        """The arguments in their order."""
        return tuple(_arguments(self.compute, self.help))

    def signature(self) -> str:
        """The call as a formula, optional arguments in brackets."""
        shown = [a.name if a.required else f"[{a.name}]" for a in self.arguments]
        return f"={self.name}({', '.join(shown)})"


_PREFIX: Final = "CR_"
FUNCTIONS: Final[dict[str, Function]] = {}
"""All functions by name."""


def is_row_argument(argument: Argument) -> bool:
    """Whether the argument's rows are the rows of the result."""
    return isinstance(argument.kind, ROW_KINDS) and not argument.kind.series


def function(name: str) -> Function:
    """The function of a name, in any case.

    Raises:
        UnknownFunctionError: there is none of that name.
    """
    wanted = str(name).strip().upper()
    if wanted not in FUNCTIONS:
        raise UnknownFunctionError(_no_function(name, wanted))
    return FUNCTIONS[wanted]


def _no_function(name: object, wanted: str) -> Words:
    """That there is no such function, with those that may be meant."""
    full = wanted if wanted.startswith(_PREFIX) else f"{_PREFIX}{wanted}"
    near = difflib.get_close_matches(full, FUNCTIONS, n=3, cutoff=0.75)
    return Words(
        f"name must be a creditcells function such as CR_GRADE; got {name!r}."
        + (f" Did you mean {' or '.join(near)}?" if near else "")
        + " `creditcells functions` lists them all.",
        f"name 应为 creditcells 函数，如 CR_GRADE，实际为 {name!r}。"
        + (f"是否指 {'、'.join(near)}？" if near else "")
        + "`creditcells functions --lang zh` 列出全部函数。",
    )


def udf(name: str, *, family: str, zh: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Put a function on the list.

    Args:
        name: as typed in a cell: CR_ and capital letters or digits.
        family: a key of ``FAMILIES``.
        zh: the Chinese help, in the form of the docstring (参数, 结果, 错误).

    Returns:
        A decorator that hands the function back unchanged.
    """

    def register(compute: Callable[P, R]) -> Callable[P, R]:
        if name in FUNCTIONS:
            raise ValueError(f"{name} is in the catalogue already.")
        FUNCTIONS[name] = Function(name, family, compute, zh)
        return compute

    return register


def _arguments(compute: Callable[..., Any], texts: dict[str, Help]) -> Iterator[Argument]:
    hints = get_type_hints(compute, include_extras=True)
    for parameter in inspect.signature(compute).parameters.values():
        required = parameter.default is parameter.empty
        yield Argument(
            name=parameter.name,
            kind=_kind_of(hints[parameter.name], parameter.name),
            required=required,
            default=None if required else parameter.default,
            help={lang: text.arguments.get(parameter.name, "") for lang, text in texts.items()},
        )


def _kind_of(hint: Any, name: str) -> Kind:
    for part in (hint, *getattr(hint, "__args__", ())):
        for extra in getattr(part, "__metadata__", ()):
            if isinstance(extra, Kind):
                return extra
    raise TypeError(f"{name} needs a kind: write Annotated[type, kind].")
