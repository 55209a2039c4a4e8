"""Simple expressions over a source's columns, as a mapping file writes them.

They look like Excel formulas in Python's spelling, and only what is listed here can be said:
columns by name, constants, ``+ - * /``, comparisons, ``and or not``, and the functions of
``functions.FUNCTIONS``. Nothing is ever executed; an expression is parsed and walked.
"""

from __future__ import annotations

import ast
import io
import operator
import tokenize
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from addin.portfolio.cleaning import Reading
from addin.portfolio.functions import FUNCTIONS, Arguments, joined, literal
from addin.portfolio.scope import ExpressionError, Scope
from addin.portfolio.values import (
    UNKNOWN,
    CellFault,
    ValueKind,
    Values,
    choose,
    common_kind,
    missing,
)

_LONGEST: Final = 2000
_DEEPEST: Final = 40
_IF: Final = "if_"
_ARITHMETIC: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISONS: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def evaluate(text: str, scope: Scope, reading: Reading) -> Values:
    """The value of an expression in every row.

    Args:
        text: a column's name as it stands in the source, or an expression.
        scope: the source and what else may be referred to.
        reading: how text is read where the expression does not say.

    Raises:
        ExpressionError: it cannot be understood, or names what does not exist.
    """
    if scope.find(text) is not None:
        return scope.column(text)
    try:
        return _Walker(scope, reading, 0).value(_parse(text))
    except TypeError as problem:
        raise ExpressionError(f"{problem}.") from None


def names_in(text: str) -> set[str]:
    """The columns that a text may refer to: itself, or the names in the expression that it is."""
    names = {text}
    try:
        tree = _parse(text)
    except ExpressionError:
        return names
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.add(node.value)
    return names


def _parse(text: str) -> ast.expr:
    if len(text) > _LONGEST:
        raise ExpressionError(f"it is longer than {_LONGEST} characters.")
    try:
        return ast.parse(_with_functions(text), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError) as problem:
        reason = getattr(problem, "msg", "") or "invalid syntax"
        raise ExpressionError(
            f"it is neither a column nor an expression ({reason}); "
            'a column whose name has blanks or signs is written column("…").'
        ) from None


def _with_functions(text: str) -> str:
    """``if(a, b, c)`` as a function's name that Python's grammar knows."""
    tokens = []
    before = None
    for token in tokenize.generate_tokens(io.StringIO(text.strip()).readline):
        starts = before is None or (before.type == tokenize.OP and before.string != ")")
        if token.string == "if" and starts:
            token = token._replace(string=_IF)  # noqa: PLW2901 - the token in its new spelling
        tokens.append((token.type, token.string))
        before = token
    return tokenize.untokenize(tokens).strip()


@dataclass(frozen=True, slots=True)
class _Walker:
    """Walks one expression's tree."""

    scope: Scope
    reading: Reading
    depth: int

    def value(self, node: ast.expr) -> Values:
        if self.depth > _DEEPEST:
            raise ExpressionError("it is nested too deeply.")
        inner = replace(self, depth=self.depth + 1)
        if isinstance(node, ast.Constant) and isinstance(node.value, _CONSTANTS):
            return self.scope.constant(node.value)
        if isinstance(node, ast.Name):
            return self.scope.column(node.id)
        rule = _RULES.get(type(node))
        if rule is None:
            raise ExpressionError(f"{ast.unparse(node)!r} is not allowed in a mapping.")
        return rule(inner, node)

    def read(self, node: ast.expr, kind: ValueKind) -> Values:
        return self.scope.read_as(self.value(node), kind, self.reading)

    def arithmetic(self, node: ast.BinOp) -> Values:
        apply = _ARITHMETIC.get(type(node.op))
        if apply is None:
            raise ExpressionError(f"{ast.unparse(node)!r} is not allowed in a mapping.")
        left, right = self.read(node.left, "number"), self.read(node.right, "number")
        with np.errstate(all="ignore"):
            data = apply(left.data, right.data)
        finite = np.isfinite(data)
        result = joined((left, right), "number", np.where(finite, data, np.nan))
        endless = ~finite & np.isfinite(left.data) & np.isfinite(right.data)
        if not endless.any():
            return result
        fault = CellFault("division by zero", right.column, endless)
        return replace(result, faults=(*result.faults, fault))

    def unary(self, node: ast.UnaryOp) -> Values:
        if isinstance(node.op, ast.USub):
            number = self.read(node.operand, "number")
            return replace(number, data=-number.data, column="")
        if isinstance(node.op, ast.Not):
            flag = self.read(node.operand, "flag")
            turned = np.where(flag.data == UNKNOWN, UNKNOWN, 1 - flag.data)
            return replace(flag, data=turned.astype(np.int8), column="")
        raise ExpressionError(f"{ast.unparse(node)!r} is not allowed in a mapping.")

    def logic(self, node: ast.BoolOp) -> Values:
        flags = [self.read(item, "flag") for item in node.values]
        table = np.stack([flag.data for flag in flags])
        decisive, other = (0, 1) if isinstance(node.op, ast.And) else (1, 0)
        unknown = (table == UNKNOWN).any(axis=0)
        decided = (table == decisive).any(axis=0)
        data = np.where(decided, decisive, np.where(unknown, UNKNOWN, other))
        return joined(flags, "flag", data.astype(np.int8))

    def compare(self, node: ast.Compare) -> Values:
        apply = _COMPARISONS.get(type(node.ops[0]))
        if apply is None or len(node.ops) > 1:
            raise ExpressionError(f"{ast.unparse(node)!r} is not allowed in a mapping.")
        left, right = self.value(node.left), self.value(node.comparators[0])
        kind = common_kind(left, right)
        kind = "text" if kind == "raw" else kind
        left = self.scope.read_as(left, kind, self.reading)
        right = self.scope.read_as(right, kind, self.reading)
        data = np.asarray(apply(left.data, right.data))
        if kind != "text":
            # A blank text can be compared with ""; a missing number is neither more nor less.
            unknown = missing(left, self.reading) | missing(right, self.reading)
            data = np.where(unknown, UNKNOWN, data)
        return joined((left, right), "flag", data.astype(np.int8))

    def condition(self, node: ast.IfExp) -> Values:
        test, yes, no = self.read(node.test, "flag"), self.value(node.body), self.value(node.orelse)
        return choose(test, yes, no, self.reading)

    def call(self, node: ast.Call) -> Values:
        name = _name(node.func)
        rule = FUNCTIONS.get(name)
        if rule is None:
            known = ", ".join(sorted(FUNCTIONS))
            raise ExpressionError(f"there is no function {name!r}; use one of {known}.")
        options = {word.arg or "**": literal(word.value, name) for word in node.keywords}
        rule.check(name, len(node.args), list(options))
        return rule.run(Arguments(name, node.args, options, self.value, self.scope, self.reading))


def _name(function: ast.expr) -> str:
    name = ast.unparse(function)
    return "if" if name == _IF else name


_CONSTANTS: Final = (bool, int, float, str, type(None))
_RULES: Final[Mapping[type[ast.expr], Callable[[_Walker, Any], Values]]] = {
    ast.BinOp: _Walker.arithmetic,
    ast.UnaryOp: _Walker.unary,
    ast.BoolOp: _Walker.logic,
    ast.Compare: _Walker.compare,
    ast.IfExp: _Walker.condition,
    ast.Call: _Walker.call,
}
