"""How wide the columns of policy tables are, and how tall the rows and notes of long texts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final

from workbook_templates.blocks import CellValue
from workbook_templates.language import LANGUAGES, Lang
from workbook_templates.pages.policy_print import Sizes, characters_across
from workbook_templates.text_width import text_width

LIMITS: Final = (60.0, 40.0, 30.0, 20.0, 18.0)
"""How wide a column of long texts may be; the narrower it is, the taller are the rows."""
MANY_ROWS: Final = 12
"""Tables with more rows have a limit of their own, since their rows add up."""
_FOREIGN: Final = 20.0
"""The widest column in the other language, which is there to be passed on rather than read."""
_NARROW: Final = 8.0
_AROUND: Final = 2.5
"""Characters around a text in a column."""
GAP: Final = 4.0
_LINE, _SPACE, _INDENT = 13.5, 6.0, 1.5
"""Points of a line and around a text, and the characters that its indent takes."""
_NOTE_LINE, _NOTE_LINES = 12.5, 8
_NOTE_LETTER, _TITLE_LETTER = 0.95, 1.25
"""How wide a letter is in the columns' characters."""
_LEAST_BLOCK: Final = 36.0


@dataclass(frozen=True)
class TableTexts:
    """What stands in a policy table and over it.

    Attributes:
        left: its first column.
        top: its row of headers.
        names: of its columns; that of one in the other language ends in its code.
        columns: their cells, the header first.
        title: stands over the table.
        note: stands under the title.
        lang: language of the workbook.
    """

    left: int
    top: int
    names: Sequence[str]
    columns: Sequence[Sequence[CellValue]]
    title: str
    note: str
    lang: Lang

    @property
    def right(self) -> int:
        """Its last column."""
        return self.left + len(self.columns) - 1

    @property
    def bottom(self) -> int:
        """Its last row."""
        return self.top + len(self.columns[0]) - 1

    @cached_property
    def _lengths(self) -> list[list[float]]:
        return [
            [0.0 if cell is None else text_width(str(cell)) + _AROUND for cell in cells]
            for cells in self.columns
        ]

    def widths(self, limit: float) -> list[float]:
        """The widths of its columns, and of the gap behind it that its title and note may need.

        Where the table would not fit on a page, its columns are narrower than the limit.
        """
        widths: list[float] = []
        for narrower in (each for each in LIMITS if each <= limit):
            widths = self._columns(narrower)
            if sum(widths) <= characters_across():
                break
        note = text_width(self.note) / _NOTE_LINES
        least = max(_LEAST_BLOCK, text_width(self.title) * _TITLE_LETTER, note)
        return [*widths, max(GAP, least - sum(widths))]

    def _columns(self, limit: float) -> list[float]:
        """What the longest text of each column needs, up to the limit; its header always."""
        others = tuple(f"_{lang}" for lang in LANGUAGES if lang != self.lang)
        widths = []
        for name, (header, *cells) in zip(self.names, self._lengths, strict=True):
            most = min(limit, _FOREIGN) if name.endswith(others) and self._is_short else limit
            widths.append(max(_NARROW, header, min(most, max(cells, default=0.0))))
        return widths

    @property
    def _is_short(self) -> bool:
        return self.bottom - self.top <= MANY_ROWS

    def heights(self, widths: Sequence[float]) -> dict[int, float]:
        """The heights of the rows whose texts take several lines."""
        heights = {}
        for place, lengths in enumerate(zip(*self._lengths, strict=True)):
            if place and (lines := max(map(_lines, lengths, widths))) > 1:
                heights[self.top + place] = _LINE * lines + _SPACE
        return heights

    def wrapped(self, widths: Sequence[float]) -> list[tuple[int, int]]:
        """The row and column of each text that takes several lines."""
        return [
            (self.top + row, self.left + column)
            for column, (lengths, width) in enumerate(zip(self._lengths, widths, strict=False))
            for row, length in enumerate(lengths)
            if row and _lines(length, width) > 1
        ]

    def note_end(self, widths: Sequence[float]) -> int:
        """The last column under the note: as many as make it easy to read."""
        wanted = max(2 * _LEAST_BLOCK, text_width(self.note) / _NOTE_LINES)
        columns = widths if widths[-1] > GAP else widths[:-1]
        reached = (i for i, total in enumerate(accumulate(columns)) if total >= wanted)
        return self.left + next(reached, len(columns) - 1)

    def note_height(self, widths: Sequence[float]) -> float:
        """The height of the row of its note."""
        across = sum(widths[: self.note_end(widths) - self.left + 1])
        lines = math.ceil(text_width(self.note) * _NOTE_LETTER / across)
        return _NOTE_LINE * max(lines, 1) + _SPACE


def sizes(tables: Sequence[TableTexts], short: float, long: float, before: Sizes) -> Sizes:
    """Column widths and row heights of a sheet of tables.

    Args:
        tables: side by side.
        short: how wide a column of a table with few rows may be.
        long: the same of one with many rows.
        before: what the sheet has already, such as the widths of its settings.
    """
    widths, heights = dict(before.widths), dict(before.heights)
    for table in tables:
        own = table.widths(limit_of(table, short, long))
        widths |= {table.left + i: width for i, width in enumerate(own)}
        rows = {table.top - 1: table.note_height(own), **table.heights(own)}
        for row, height in rows.items():
            heights[row] = max(height, heights.get(row, 0.0))
    return Sizes(widths, heights)


def limit_of(table: TableTexts, short: float, long: float) -> float:
    """How wide a column of a table may be."""
    return long if table.bottom - table.top > MANY_ROWS else short


def _lines(length: float, width: float) -> int:
    """How many lines a text takes, its length with what is around it."""
    return 1 if length <= width else math.ceil((length - _AROUND + 2) / (width - _INDENT))
