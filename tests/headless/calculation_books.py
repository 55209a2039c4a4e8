"""Workbooks for the tests of the calculation, and Python functions to put into them."""

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

import books

from addin.headless.references import Area
from addin.headless.workbook import Workbook
from udfs.errors import VALUE, CellError

METADATA_TYPE = (
    f'<Override PartName="/xl/metadata.xml" ContentType="{books.TYPE}.sheetMetadata+xml"/>'
)


@dataclass(frozen=True)
class Array:
    """An array formula over a fixed rectangle, such as `Array("C1:C3", "A1:A3*2")`."""

    ref: str
    text: str
    dynamic = False


class Dynamic(Array):
    """A formula that spills; its rectangle is where it spilled last."""

    dynamic = True


@dataclass(frozen=True)
class Cached:
    """A formula with the value it had when the file was saved."""

    text: str
    value: object


@dataclass(frozen=True)
class Text:
    """A text, whatever it looks like."""

    text: str


def _cell(name, value):
    kind, content = _content(value)
    return f'<c r="{name}"{kind}>{content}</c>'


def _content(value):
    """The attributes and the contents of a cell."""
    if isinstance(value, Array):
        kind = ' cm="1"' if value.dynamic else ""
        return kind, f'<f t="array" ref="{value.ref}">{escape(value.text)}</f>'
    if isinstance(value, Cached):
        kind = ' t="str"' if isinstance(value.value, str) else ""
        return kind, f"<f>{escape(value.text.removeprefix('='))}</f><v>{value.value}</v>"
    if isinstance(value, str) and value.startswith("="):
        return "", f"<f>{escape(value[1:])}</f>"
    if isinstance(value, Text | str):
        text = value.text if isinstance(value, Text) else value
        return ' t="inlineStr"', f"<is><t>{escape(text)}</t></is>"
    kind = ' t="b"' if isinstance(value, bool) else ' t="e"' if isinstance(value, CellError) else ""
    return kind, f"<v>{int(value) if isinstance(value, bool) else value}</v>"


def sheet(cells):
    """A worksheet part from cells by name."""
    rows = {}
    for name, value in cells.items():
        place = Area.parse(name)
        rows.setdefault(place.first_row, {})[place.first_column] = _cell(name, value)
    return books.worksheet(
        "".join(
            f'<row r="{row}">{"".join(cell for _, cell in sorted(cells.items()))}</row>'
            for row, cells in sorted(rows.items())
        )
    )


def book(path, names=None, properties="", **sheets):
    """Writes and opens a workbook from sheets of cells; `_` in a sheet's name is a space."""
    defined = "".join(
        f'<definedName name="{name}">{escape(text)}</definedName>'
        for name, text in (names or {}).items()
    )
    made = books.parts(
        *(sheet(cells) for cells in sheets.values()),
        names=defined,
        properties=properties,
        extra={"xl/metadata.xml": books.HEADER + books.METADATA},
        links=[("rId95", "sheetMetadata", "metadata.xml")],
    )
    for number, name in enumerate(sheets, 1):
        shown = escape(name.replace("_", " "))
        made["xl/workbook.xml"] = made["xl/workbook.xml"].replace(
            f'<sheet name="S{number}" sheetId', f'<sheet name="{shown}" sheetId'
        )
    made["[Content_Types].xml"] = made["[Content_Types].xml"].replace(
        "</Types>", f"{METADATA_TYPE}</Types>"
    )
    books.save(path, made)
    return Workbook.open(path)


def rows_of(cells):
    return cells if isinstance(cells, list) else [[cells]]


def twice(cells):
    """Doubles numbers; blanks stay blank, errors pass, text is an error."""

    def one(value):
        if value is None or isinstance(value, CellError):
            return value
        return CellError(VALUE, "no number") if isinstance(value, str) else value * 2

    return [[one(value) for value in row] for row in rows_of(cells)]


def seen(*arguments):
    """What the function was handed, as text."""
    return [[re.sub(r"CellError\(code='([^']*)'[^)]*\)", r"\1", repr(arguments))]]


def broken(_):
    raise ZeroDivisionError("in a function")


FUNCTIONS = {
    "CR_TWICE": twice,
    "CR_SEEN": seen,
    "CR_BROKEN": broken,
    "CR_BLANK": lambda *_: [[None]],
    "CR_TABLE": lambda: [["a", 1.0], ["b", True]],
    "CR_NOTHING": list,
    "CR_TEXT": lambda text: [[text]],
}
