"""Formulas as Calc needs them: for the copy that the referee computes, and for who works in Calc.

- Calc hands the number 0 to a function that is given one empty cell, so that a missing figure would
  count as a good one. A single cell among our arguments is therefore asked first:
  ``CR_PD(B2)`` becomes ``CR_PD(IF(ISBLANK(B2),"",B2))``.
- Texts among other cells, and be it the "" of a blank row, must be made texts of Calc's own before
  they can be compared (``results``
  says why): ``CR_STRATEGY(…)`` becomes ``IF(ISTEXT(CR_STRATEGY(…)),CR_STRATEGY(…)&"",CR_STRATEGY(…))``;
  and numbers that a function of texts had to write as texts become numbers again. (With LET, which
  would be shorter, Calc computes row by row inside an IF: hundreds of calls instead of three.)
  Functions of ours compare texts themselves: a call that is another's argument stays as it is.
- In a plain formula IF and VALUE look at the first cell of a table alone. Where more of it counts, as
  in ``INDEX(CR_RATE(…),2,1)``, the formula becomes an array formula of its one cell; unless it also
  takes from a range the cell of its own row, which only a plain formula does.
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
from addin.headless.native_functions import place as native_place
from addin.headless.references import Area, cell_name
from addin.headless.sheet import Formula
from addin.headless.uncomputable import UncomputableError
from addin.headless.workbook import Workbook
from udfs.catalogue import FUNCTIONS

_TEXT_FORMS: Final = (None, '"value"', '"why"')
_REFERENCES: Final = (Kind.REFERENCE, Kind.TABLE, Kind.NAME)
_HANDED_ON: Final = {"IF": 1, "CHOOSE": 1, "IFERROR": 0, "IFNA": 0}
"""Functions that hand on one of their arguments as it is, and the first such argument."""


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
            text, ref = _rewritten(formula, sheet.name, scope)
            if text == formula.text:
                continue
            cached = formula.cached
            if ref is not None:
                sheet.set_array_formula(ref, text)
            else:
                sheet.set_formula(formula.row, formula.col, text)
            sheet.set_cached(formula.row, formula.col, cached)


def _rewritten(formula: Formula, sheet: str, scope: Scope) -> tuple[str, str | None]:
    """The text that Calc needs, and the rectangle of an array formula."""
    if "CR_" not in formula.text.upper() or formula.kind == "data table":
        return formula.text, formula.ref
    try:
        expression = parse(formula.text)
    except UncomputableError:  # a text that only LibreOffice may be able to read
        return formula.text, formula.ref
    rewriter = _Rewriter(scope, sheet, formula)
    text, ref = render(rewriter.expression(expression, first=True)), formula.ref
    if ref is None and rewriter.reads_tables and not rewriter.picks(expression, "s"):
        ref = cell_name(formula.row, formula.col)
    return text, ref


class _Rewriter:
    """Rewrites one formula.

    Attributes:
        reads_tables: whether more than the first cell of a call with texts in it counted.
    """

    def __init__(self, scope: Scope, sheet: str, formula: Formula) -> None:
        self._scope = scope
        self._place = (sheet, formula.row, formula.col)
        self.reads_tables = False

    def expression(self, nodes: Expression, *, first: bool) -> Expression:
        """The expression as Calc needs it.

        Args:
            nodes: the expression.
            first: whether of a table only the first cell counts where it stands.
        """
        return tuple(self._node(node, first=first) for node in nodes)

    def _node(self, node: Node, *, first: bool) -> Node:
        if isinstance(node, Group):
            return Group(tuple(self.expression(part, first=first) for part in node.parts))
        if not isinstance(node, Call):
            return node
        called = self._asked((node,))
        if called is not None:
            made = _with_own_texts(called)
            self.reads_tables |= made is not called and not first
            return made
        name = plain_name(node.name)
        return Call(
            node.name,
            tuple(
                self.expression(argument, first=first and _wanted(name, i, "s") == "s")
                for i, argument in enumerate(node.arguments)
            ),
        )

    def _asked(self, nodes: Expression) -> Call | None:
        """A call of ours whose arguments are as Calc needs them; None for anything else."""
        if len(nodes) != 1 or not isinstance(nodes[0], Call):
            return None
        name = plain_name(nodes[0].name)
        if name not in FUNCTIONS:
            return None
        return Call(name, tuple(map(self._argument, nodes[0].arguments)))

    def _argument(self, nodes: Expression) -> Expression:
        called = self._asked(nodes)
        if called is not None:
            return (called,)
        found = self.expression(nodes, first=False)
        area = self._area(found[0]) if len(found) == 1 else None
        if area is None or not _is_one_cell(area):
            return found
        blank = Call("ISBLANK", (found,))
        return (Call("IF", ((blank,), (Leaf(Kind.TEXT, '""'),), found)),)

    def picks(self, nodes: Expression, place: str) -> bool:
        """Whether a plain formula takes from a range the cell of its own row or column.

        Args:
            nodes: the expression.
            place: the letter of the place where it stands, as in ``native_functions``.
        """
        if place == "r" and len(nodes) > 1:
            place = "s"
        return any(self._picks(node, place) for node in nodes)

    def _picks(self, node: Node, place: str) -> bool:
        if isinstance(node, Group):
            return any(self.picks(part, place) for part in node.parts)
        if isinstance(node, Call):
            name = plain_name(node.name)
            return any(
                self.picks(argument, _wanted(name, i, place))
                for i, argument in enumerate(node.arguments)
            )
        area = self._area(node)
        return place == "s" and area is not None and not _is_one_cell(area)

    def _area(self, node: Node) -> Area | None:
        """The area that a reference or a name means."""
        if not isinstance(node, Leaf) or node.kind not in _REFERENCES:
            return None
        try:
            found = self._scope.resolve((node,), *self._place)
        except UncomputableError:
            return None
        return found[0].area if len(found) == 1 and isinstance(found[0], Range) else None


def _is_one_cell(area: Area) -> bool:
    return area.rows == area.columns == 1


def _wanted(name: str, index: int, place: str) -> str:
    """What a function wants of an argument: the letters of ``native_functions``.

    Args:
        name: the function, without prefixes.
        index: the argument, from 0.
        place: the letter of the place where the call itself stands.
    """
    if place == "a":
        return "a"
    if name in FUNCTIONS:
        return "r"
    if index >= _HANDED_ON.get(name, index + 1):
        return place
    return native_place(name, index)


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
