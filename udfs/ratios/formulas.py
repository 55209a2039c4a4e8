"""Formulas over statement items: one expression, read without running any of it.

Allowed are items, numbers, ``+ - * /``, brackets and the functions of ``FUNCTIONS``. An item is
named by its code, its Chinese name or any header; a name with spaces or marks stands in quotes::

    (利润总额 + 财务费用) / 平均(资产总计)
    growth(accounts_receivable) - growth('Net sales')
"""

from __future__ import annotations

import ast
import operator
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np

from udfs.errors import CallError, Words
from udfs.kinds import FloatArray
from udfs.records import record

FUNCTIONS: Final = {
    "average": "平均",
    "prior": "上期",
    "change": "变动",
    "growth": "增长",
    "positive": "正值",
    "abs": "绝对值",
    "min": "最小",
    "max": "最大",
}
"""The functions that a formula may use, by their English and Chinese names."""

_TWO_ARGUMENTS: Final = frozenset({"min", "max"})
_LOOKS_BACK: Final = frozenset({"prior", "change", "growth"})
_ENGLISH: Final = {zh: en for en, zh in FUNCTIONS.items()}
_SIGNS: Final = str.maketrans({"×": "*", "÷": "/", "−": "-", "–": "-", "“": "'", "”": "'"})
BINARY: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_OPERATORS: Final = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_LONGEST: Final = 500


@record
class Formula:
    """A formula that was read and found to be one.

    Attributes:
        text: as written.
        tree: the expression; only what is allowed is in it.
    """

    text: str
    tree: ast.expr

    def items(self) -> list[str]:
        """The items it names, each once, in their order."""
        return list(dict.fromkeys(name for name, _ in _uses(self.tree, 0, opening=True)))

    def periods_back(self, *, opening: bool) -> int:
        """How many periods before its own the formula needs.

        Args:
            opening: whether an average needs the opening balance.
        """
        return max((lag for _, lag in _uses(self.tree, 0, opening=opening)), default=0)

    def show(self, label: Callable[[str], str], lang: str) -> str:
        """The formula with the items' labels, in a language."""
        return _show(self.tree, label, lang)

    def is_simple(self) -> bool:
        """Whether it only adds, subtracts and multiplies."""
        return not any(isinstance(node, ast.Call | ast.Div) for node in ast.walk(self.tree))


def item_of(node: ast.expr) -> str | None:
    """The name of the item that a node is; None if it is something else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def function_of(node: ast.Call) -> str:
    """The English name of the function that a node calls; "" if it is none of ``FUNCTIONS``."""
    name = node.func.id.casefold() if isinstance(node.func, ast.Name) else ""
    name = _ENGLISH.get(name, name)
    return name if name in FUNCTIONS else ""


@lru_cache(maxsize=1024)
def read_formula(text: str, where: str) -> Formula:
    """The formula of a text.

    Args:
        text: the formula; full-width marks and × ÷ are read as what they mean.
        where: the place of the formula, as messages name it.

    Raises:
        CallError: the text is no formula, or has something in it that is not allowed.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_SIGNS)).strip().removeprefix("=")
    if len(plain) > _LONGEST:
        length = Words(f"{len(plain)} characters", f"{len(plain)} 个字符")
        allowed = Words(
            f"a formula of at most {_LONGEST} characters", f"不超过 {_LONGEST} 个字符的公式"
        )
        raise CallError(where, length, allowed)
    try:
        with warnings.catch_warnings():
            # What Python merely warns of, such as 1or 2, is refused below or is harmless.
            warnings.simplefilter("ignore")
            tree = ast.parse(plain.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        allowed = Words("a formula such as liabilities / assets", "公式，如“负债合计/资产总计”")
        raise CallError(where, text, allowed) from None
    _check(tree, where)
    return Formula(text.strip(), tree)


def _check(node: ast.expr, where: str) -> None:
    """Refuse whatever is no item, number, operation or function."""
    parts: list[ast.expr] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, _OPERATORS):
        parts = [node.left, node.right]
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        parts = [node.operand]
    elif isinstance(node, ast.Call):
        _check_call(node, where)
        parts = node.args
    elif not (item_of(node) or "").strip() and not _is_number(node):
        allowed = Words(
            "made of items, numbers, + - * / and brackets", "由项目、数字、+ - * / 与括号组成的公式"
        )
        raise CallError(where, ast.unparse(node), allowed)
    for part in parts:
        _check(part, where)


def _check_call(node: ast.Call, where: str) -> None:
    name = function_of(node)
    shown = ast.unparse(node)
    if not name:
        allowed = Words(
            f"a formula with no functions but {', '.join(FUNCTIONS)}",
            f"只使用函数 {'、'.join(FUNCTIONS)} 的公式",
        )
        raise CallError(where, shown, allowed)
    needed = 2 if name in _TWO_ARGUMENTS else 1
    if len(node.args) != needed or node.keywords:
        allowed = Words(
            f"a formula with {needed} in the brackets of {name}, parted by commas",
            f"{name} 括号内恰有 {needed} 项的公式",
        )
        raise CallError(where, shown, allowed)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _uses(node: ast.expr, lag: int, *, opening: bool) -> Iterator[tuple[str, int]]:
    """Every item with how many periods back it is used."""
    name = item_of(node)
    if name is not None:
        yield name, lag
        return
    lags: tuple[int, ...] = (lag,)
    if isinstance(node, ast.Call):
        function = function_of(node)
        if function == "prior":
            lags = (lag + 1,)
        elif function in _LOOKS_BACK or (function == "average" and opening):
            lags = (lag, lag + 1)
    for part in _parts(node):
        for one in lags:
            yield from _uses(part, one, opening=opening)


def _parts(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    return node.args if isinstance(node, ast.Call) else []


def _show(node: ast.expr, label: Callable[[str], str], lang: str) -> str:
    name = item_of(node)
    if name is not None:
        return label(name)
    if isinstance(node, ast.BinOp):
        sign = {ast.Add: "+", ast.Sub: "-", ast.Mult: "×", ast.Div: "/"}[type(node.op)]
        left, right = (_show(part, label, lang) for part in (node.left, node.right))
        return f"{_bracketed(left, node.left, node)} {sign} {_bracketed(right, node.right, node)}"
    if isinstance(node, ast.UnaryOp):
        sign = "-" if isinstance(node.op, ast.USub) else ""
        return sign + _bracketed(_show(node.operand, label, lang), node.operand, node)
    if isinstance(node, ast.Call):
        function = function_of(node)
        inside = [_show(part, label, lang) for part in node.args]
        if function == "positive":
            return f"({inside[0]})" if isinstance(node.args[0], ast.BinOp) else inside[0]
        shown = FUNCTIONS[function] if lang == "zh" else function
        return f"{shown}({', '.join(inside)})"
    return ast.unparse(node)


def _bracketed(text: str, node: ast.expr, outer: ast.expr) -> str:
    """The text of a part, in brackets where the operation around it would tear it apart."""
    if not isinstance(node, ast.BinOp):
        return text
    if not isinstance(outer, ast.BinOp):
        return f"({text})"
    loose = isinstance(node.op, ast.Add | ast.Sub)
    tight = isinstance(outer.op, ast.Mult | ast.Div)
    on_the_right = node is outer.right and isinstance(outer.op, ast.Sub if loose else ast.Div)
    return f"({text})" if (loose and tight) or on_the_right else text


def arithmetic(tree: ast.expr, values: Mapping[str, FloatArray], length: int) -> FloatArray:
    """A formula that only adds, subtracts and multiplies, of the items' values."""

    def value(node: ast.expr) -> Any:
        name = item_of(node)
        if name is not None:
            return values[name]
        if isinstance(node, ast.BinOp):
            return BINARY[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.UnaryOp):
            return -value(node.operand) if isinstance(node.op, ast.USub) else value(node.operand)
        return float(ast.literal_eval(node))

    return np.broadcast_to(np.asarray(value(tree), dtype=np.float64), (length,))
