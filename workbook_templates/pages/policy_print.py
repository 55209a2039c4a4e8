"""How a policy sheet is printed: tables that stand side by side, as many on a page as fit.

Each group of tables is a print area of its own, so that no page is wasted on the blank cells
under a short table. An area reaches to the end of its last page: there the tables may grow.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, product
from typing import Final, Literal

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

Orientation = Literal["portrait", "landscape"]

_SCALES: Final = (90, 75, 65, 60, 55)
"""In percent; smaller letters are hard to read."""
_PAPER: Final[dict[Orientation, tuple[float, float]]] = {
    "landscape": (122.0, 485.0),
    "portrait": (83.0, 715.0),
}
"""Characters across and points down an A4 page at full size, less a reserve: where other fonts
take the place of ours, columns are wider and rows taller."""
_ROW: Final = 15.0
"""Points of a row without a height of its own."""


def characters_across(orientation: Orientation = "landscape") -> float:
    """The widest that a table may be if it is to stand on one page."""
    return _PAPER[orientation][0] * 100 / _SCALES[-1]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Column widths in characters by column, and row heights in points where they are set."""

    widths: Mapping[int, float]
    heights: Mapping[int, float]

    def width(self, first: int, last: int) -> float:
        """The width of columns on paper, in characters."""
        return sum(self.widths[column] for column in range(first, last + 1))


@dataclass(frozen=True, slots=True)
class Block:
    """Columns that stay together on paper: a table, or the settings.

    Attributes:
        left: the first column.
        right: the last.
        bottom: the last row that is filled.
    """

    left: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class _Area:
    """What is printed from the top of a page on: some columns, down to a row."""

    left: int
    right: int
    bottom: int


def best_paper(sizes: Sizes, blocks: Sequence[Block], headings: tuple[int, int]) -> Paper:
    """The paper on which a sheet takes the fewest pages, with the largest letters.

    Args:
        sizes: of its columns and rows.
        blocks: from left to right, without gaps but the columns between them.
        headings: the rows over the tables: the first of their titles, and that of their headers,
            which every further page repeats.
    """
    papers = [
        Paper(sizes, tuple(blocks), headings, orientation, scale)
        for scale, orientation in product(_SCALES, _PAPER)
    ]
    return min(papers, key=lambda paper: (paper.pages, -paper.scale))


class Paper:
    """A sheet on paper of one orientation, at one scale.

    Attributes:
        orientation: of the paper.
        scale: in percent.
        pages: how many are printed.
    """

    def __init__(
        self,
        sizes: Sizes,
        blocks: tuple[Block, ...],
        headings: tuple[int, int],
        orientation: Orientation,
        scale: int,
    ) -> None:
        self._sizes = sizes
        self._blocks = blocks
        self._headings = headings
        self._tops = self._distances()
        self.orientation: Final = orientation
        self.scale: Final = scale
        across, down = _PAPER[orientation]
        self._across, self._down = across * 100 / scale, down * 100 / scale
        self._areas = self._best()
        self.pages: Final = sum(map(self._pages, self._areas))

    def _distances(self) -> list[float]:
        """How far each row's end is from the top of the sheet."""
        last = max((block.bottom for block in self._blocks), default=self._headings[1])
        heights = (self._sizes.heights.get(row, _ROW) for row in range(1, last + 1))
        return [0.0, *accumulate(heights)]

    def print_on(self, sheet: Worksheet) -> None:
        """Set a sheet's print areas, orientation and headings."""
        sheet.page_setup.orientation = self.orientation
        sheet.page_setup.scale = self.scale
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
        sheet.print_title_rows = f"{self._headings[1]}:{self._headings[1]}"
        sheet.print_area = ",".join(
            f"{get_column_letter(area.left)}{top}:{get_column_letter(area.right)}{bottom}"
            for area, top, bottom in self.ranges()
        )

    def ranges(self) -> list[tuple[_Area, int, int]]:
        """Each area with its first row and the last one that its pages hold."""
        found = []
        for place, area in enumerate(self._areas):
            top = self._headings[0] if place else 1
            room = self._down + (self._pages(area) - 1) * self._room()
            spare = room - self._height(top, area.bottom)
            found.append((area, top, area.bottom + max(0, math.floor(spare / _ROW))))
        return found

    def _best(self) -> list[_Area]:
        """The blocks in the groups that take the fewest pages, the first ones as full as may be."""

        @cache
        def rest(first: int) -> tuple[int, tuple[_Area, ...]]:
            if first == len(self._blocks):
                return 0, ()
            found = []
            for last in range(len(self._blocks) - 1, first - 1, -1):
                group = self._group(first, last)
                if group:
                    pages, areas = rest(last + 1)
                    found.append((pages + sum(map(self._pages, group)), (*group, *areas)))
            return min(found, key=lambda one: one[0])

        return list(rest(0)[1])

    def _group(self, first: int, last: int) -> list[_Area]:
        """The areas of blocks on the same pages; none if they are too wide for that.

        A single block that is too wide for the paper is cut between its columns.
        """
        left, right = self._blocks[first].left, self._blocks[last].right
        bottom = max(block.bottom for block in self._blocks[first : last + 1])
        ends = self._cut(left, right)
        if first < last and len(ends) > 1:
            return []
        starts = [left, *(end + 1 for end in ends)]
        return [_Area(start, end, bottom) for start, end in zip(starts, ends, strict=False)]

    def _room(self) -> float:
        """Points of a further page, under the headers that it repeats."""
        headers = self._headings[1]
        return self._down - self._height(headers, headers)

    def _pages(self, area: _Area) -> int:
        """On how many pages an area is printed."""
        height = self._height(1, area.bottom)
        return 1 + max(0, math.ceil((height - self._down) / self._room()))

    def _cut(self, left: int, right: int) -> list[int]:
        """The last columns of the parts into which columns are cut to fit the paper."""
        ends, used = [], 0.0
        for column in range(left, right + 1):
            width = self._sizes.width(column, column)
            if used and used + width > self._across:
                ends.append(column - 1)
                used = 0.0
            used += width
        return [*ends, right]

    def _height(self, first: int, last: int) -> float:
        return self._tops[last] - self._tops[first - 1]
