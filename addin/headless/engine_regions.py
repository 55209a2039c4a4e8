"""Where Ctrl + an arrow key ends, and the block around some cells, as in Excel."""

from __future__ import annotations

from typing import Any

from addin.headless import bulk_read
from addin.headless.references import Area


def steps_to_end(line: Any) -> int | None:
    """How far Ctrl + arrow goes from the first cell of a line; None to the edge of the sheet."""
    cells = iter(line)
    start = next(cells, False)
    inside: bool | None = None
    steps = 0
    for steps, filled in enumerate(cells, 1):
        if inside is None:
            inside = start and filled
        if inside and not filled:
            return steps - 1
        if not inside and filled:
            return steps
    return steps if inside else None


def region(cells: Any, area: Area) -> Area:
    """Grows an area until the rows and columns around it are blank."""
    used = cells.used_range
    if used is None:
        return area
    filled: dict[int, list[int]] = {
        number: bulk_read.all_filled_columns(cells, number)
        for number in cells.data.numbers(used.first_row, used.last_row)
    }
    while True:
        wider = Area(
            max(area.first_row - 1, 1),
            max(area.first_column - 1, 1),
            area.last_row + 1,
            area.last_column + 1,
        )
        grown = area
        for row in (wider.first_row, wider.last_row):
            for column in filled.get(row, ()):
                if wider.first_column <= column <= wider.last_column:
                    grown = grown.union(Area(row, column, row, column))
        columns = {wider.first_column, wider.last_column}
        for row in range(area.first_row, area.last_row + 1):
            for column in columns.intersection(filled.get(row, ())):
                grown = grown.union(Area(row, column, row, column))
        if grown == area:
            return area
        area = grown
