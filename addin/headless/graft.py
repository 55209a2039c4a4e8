"""Putting a computed value into a cell without touching anything else of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from addin.headless import formula_cells
from addin.headless.cell_xml import Cell, typed
from addin.headless.references import cell_name

if TYPE_CHECKING:
    from addin.headless.sheet import Sheet

# The type of the old value, and the rich value (a picture, a linked type) that it stood for.
VALUE_ATTRIBUTES: Final = re.compile(rb"\s(?:t|vm)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
# A formula cell as usual programs write it: everything before its type, its formula, its value.
USUAL: Final = re.compile(
    rb'(<c r="[A-Z]+\d+"(?: s="\d+")?)(?: t="(\w+)")?( cm="\d+")?'
    rb"(?:/>|>((?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?)(?:<v>([^<]*)</v>|<v/>)?</c>)"
)


def graft(sheet: Sheet, row: int, column: int, value: Cell) -> None:
    """Gives a cell a computed value; one that it has already leaves it as it is.

    Raises:
        WorkbookError: a value that no cell can hold.
    """
    target = sheet.data.make_row(row)
    cell = target.cells.get(column)
    if cell is None:
        if value is None:
            return
        style = sheet.default_style(row, column)
        tag = sheet.data.prefix.decode() + "c"
        marked = f' s="{style}"' if style else ""
        cell = f'<{tag} r="{cell_name(row, column)}"{marked}/>'.encode()
    usual = None if sheet.data.prefix else USUAL.fullmatch(cell)
    if usual is None:
        old = sheet.decode_cell(row, column, cell)
    else:
        start, old_kind, metadata, formula, old_text = usual.groups(b"")
        old = sheet.decode_text(row, column, old_kind, old_text)
    if same(old, value):
        return
    try:
        kind, text = ("", "") if value is None else typed(value)
    except ValueError as error:
        raise sheet.error(row, column, f"cannot hold {error}.", "Give another value.") from error
    if usual is None:
        target.cells[column] = _unusual(sheet, cell, kind, None if value is None else text)
    else:
        content = b"" if value is None else b"<v>" + text.encode() + b"</v>"
        inside = formula + content
        end = b">" + inside + b"</c>" if inside else b"/>"
        target.cells[column] = start + kind.encode() + metadata + end
    target.changed = True


def _unusual(sheet: Sheet, cell: bytes, kind: str, text: str | None) -> bytes:
    """A cell with a namespace prefix, other attributes or extensions, and its new value."""
    p = sheet.data.prefix
    attributes, body = sheet.data.take_apart_cell(cell)
    formula, others = formula_cells.without_value(p, body)
    content = b"" if text is None else b"<%sv>%s</%sv>" % (p, text.encode(), p)
    inside = formula + content + others
    start = b"<" + p + b"c" + VALUE_ATTRIBUTES.sub(b"", attributes.rstrip()) + kind.encode()
    return start + (b">" + inside + b"</" + p + b"c>" if inside else b"/>")


def same(old: Cell, new: Cell) -> bool:
    """Whether two values are the same to a spreadsheet: 1 is 1.0, but not TRUE."""
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    numeric = isinstance(old, int | float) and isinstance(new, int | float)
    return old == new and (numeric or type(old) is type(new))
