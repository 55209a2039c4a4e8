"""Formulas as Calc needs them: for the copy that the referee computes, and for who works in Calc.

- Calc hands the number 0 to a function that is given one empty cell, so that a missing figure would
  count as a good one. A single cell among our arguments is therefore asked first:
  ``CR_PD(B2)`` becomes ``CR_PD(IF(ISBLANK(B2),"",B2))``.
- Texts among other cells, and be it the "" of a blank row, must be made texts of Calc's own before
  they can be compared (``results``
  says why): ``CR_STRATEGY(…)`` becomes ``IF(ISTEXT(CR_STRATEGY(…)),CR_STRATEGY(…)&"",CR_STRATEGY(…))``;
  and numbers that a function of texts had to write as texts become numbers again. (With LET, which
  would be shorter, Calc computes row by row inside an IF: hundreds of calls instead of three.)
- Names that other hosts put a mark before become plain, the only form that Calc knows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from addin.calc.results import gives_texts
from addin.errors import WorkbookError
from addin.headless.formula_scope import Scope
from addin.headless.formula_text import (
    Call,
    Expression,
    Group,
    Kind,
    Leaf,
    Node,
    Range,
    parse,
    plain_name,
    render,
)
from addin.headless.sheet import Formula
from addin.headless.uncomputable import UncomputableError
from addin.headless.workbook import Workbook
from udfs.catalogue import FUNCTIONS

_TEXT_FORMS: Final = (None, '"value"', '"why"')
_REFERENCES: Final = (Kind.REFERENCE, Kind.TABLE, Kind.NAME)


def write_for_calc(book: Path, out: Path) -> Path:
    """Write a copy of a workbook whose formulas work in Calc; in Excel they give the same.

    Args:
        book: an .xlsx or .xlsm workbook; it is not changed.
        out: the copy.

    Returns:
        The copy.

    Raises:
        WorkbookError: the workbook cannot be read, or the copy is there already or cannot be
            written.
    """
    if out.exists():
        raise WorkbookError(out, "The file exists already.", "Choose another name.")
    workbook = Workbook.open(book)
    rewrite_for_calc(workbook)
    workbook.save(out)
    return out


def rewrite_for_calc(workbook: Workbook) -> None:
    """Rewrite the formulas of a workbook that call functions of ours; nothing is saved."""
    scope = Scope(workbook)
    for sheet in workbook.sheets:
        for formula in list(sheet.formulas()):
            text = _rewritten(formula, sheet.name, scope)
            if text == formula.text:
                continue
            cached = formula.cached
            if formula.ref is not None:
                sheet.set_array_formula(formula.ref, text)
            else:
                sheet.set_formula(formula.row, formula.col, text)
            sheet.set_cached(formula.row, formula.col, cached)


def _rewritten(formula: Formula, sheet: str, scope: Scope) -> str:
    if "CR_" not in formula.text.upper() or formula.kind == "data table":
        return formula.text
    try:
        expression = parse(formula.text)
    except UncomputableError:  # a text that only LibreOffice may be able to read
        return formula.text
    return render(_Rewriter(scope, sheet, formula).expression(expression))


class _Rewriter:
    def __init__(self, scope: Scope, sheet: str, formula: Formula) -> None:
        self._scope = scope
        self._place = (sheet, formula.row, formula.col)

    def expression(self, nodes: Expression) -> Expression:
        return tuple(map(self._node, nodes))

    def _node(self, node: Node) -> Node:
        if isinstance(node, Group):
            return Group(tuple(map(self.expression, node.parts)))
        if not isinstance(node, Call):
            return node
        arguments = tuple(map(self.expression, node.arguments))
        name = plain_name(node.name)
        if name in FUNCTIONS:
            asked = tuple(self._asked(argument) for argument in arguments)
            return _with_own_texts(Call(name, asked))
        return Call(node.name, arguments)

    def _asked(self, argument: Expression) -> Expression:
        if len(argument) != 1 or not self._is_one_cell(argument):
            return argument
        blank = Call("ISBLANK", (argument,))
        return (Call("IF", ((blank,), (Leaf(Kind.TEXT, '""'),), argument)),)

    def _is_one_cell(self, argument: Expression) -> bool:
        leaf = argument[0]
        if not isinstance(leaf, Leaf) or leaf.kind not in _REFERENCES:
            return False
        try:
            found = self._scope.resolve(argument, *self._place)
        except UncomputableError:
            return False
        return (
            len(found) == 1
            and isinstance(found[0], Range)
            and found[0].area.rows == found[0].area.columns == 1
        )


def _with_own_texts(call: Call) -> Node:
    if not gives_texts(call.name):
        return _texts_of_calc((call,))
    return call if _form(call) in _TEXT_FORMS else _numbers_of_texts((call,))


def _form(call: Call) -> str | None:
    """In which form the call wants its result, as it stands there; None where it does not say."""
    names = [argument.name for argument in FUNCTIONS[call.name].arguments]
    if "out" not in names or names.index("out") >= len(call.arguments):
        return None
    return render(call.arguments[names.index("out")]) or None


def _texts_of_calc(found: Expression) -> Node:
    text = (*found, Leaf(Kind.OPERATOR, "&"), Leaf(Kind.TEXT, '""'))
    return Call("IF", ((Call("ISTEXT", (found,)),), text, found))


def _numbers_of_texts(found: Expression) -> Node:
    return Call("IFERROR", ((Call("VALUE", (found,)),), found))
