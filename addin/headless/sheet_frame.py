"""What stands around the rows of a sheet: its stated size and the styles of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from addin.headless import xml
from addin.headless.cell_xml import attributes
from addin.headless.references import MAX_COLUMN, Area
from addin.headless.shared_strings import pattern

if TYPE_CHECKING:
    from addin.headless.sheet_data import SheetData

COLUMN_ELEMENT: Final = rb"<{p}col\s[^>]*>"
DIMENSION: Final = rb"(<{p}dimension\s[^>]*?\bref\s*=\s*[\"'])([^\"']*)"


def column_styles(data: SheetData) -> dict[int, int]:
    """The style of each column that has one."""
    styles: dict[int, int] = {}
    for element in pattern(COLUMN_ELEMENT, data.prefix).findall(data.head):
        given = attributes(element)
        with xml.meaning_of(*data.source):
            style = int(given.get("style", "0"))
            columns = range(int(given["min"]), min(int(given["max"]), MAX_COLUMN) + 1)
        if style:
            styles.update(dict.fromkeys(columns, style))
    return styles


def update_dimension(data: SheetData, written: Area | None) -> None:
    """Widens the sheet's stated rectangle where cells were written outside of it."""
    found = pattern(DIMENSION, data.prefix).search(data.head)
    if found is None or written is None:
        return
    try:
        stated = Area.parse(found[2].decode("ascii"))
    except ValueError:
        stated = written
    if not stated.covers(written):
        wider = str(stated.union(written)).encode()
        data.head = data.head[: found.start(2)] + wider + data.head[found.end(2) :]
