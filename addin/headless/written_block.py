"""The values of a block that was just written, so that a calculation need not parse it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from addin.headless.cell_xml import Cell, DatedCell
from addin.headless.references import Area

Columns = Sequence[Sequence[DatedCell]]

# Values that are read as they were written; dates and errors come back as something else.
KEPT: Final = frozenset((int, float, str, bool, type(None)))
# Blocks with fewer rows are as quickly parsed.
FEW_ROWS: Final = 500
# From here on a whole number is written with an exponent, and read as a float.
LARGE: Final = 1e16


@dataclass(frozen=True, slots=True)
class WrittenBlock:
    """A block of constants that fills its rows: nothing stands beside it.

    Attributes:
        area: the block.
        chunks: its columns, some rows at a time.
        version: of the sheet's data, just after it was written.
    """

    area: Area
    chunks: Sequence[Columns]
    version: int

    @classmethod
    def of(cls, area: Area, chunks: Sequence[Columns], version: int) -> WrittenBlock | None:
        """The block, if it is worth remembering and its values are read as they were written."""
        if area.rows < FEW_ROWS:
            return None
        kinds = {
            kind for columns in chunks for column in columns for kind in set(map(type, column))
        }
        return cls(area, chunks, version) if kinds <= KEPT else None

    def columns(self) -> Iterator[list[Cell]]:
        """The values of each column of the block."""
        for parts in zip(*self.chunks, strict=True):
            yield list(chain.from_iterable(map(_as_read, parts)))


def _as_read(column: Sequence[DatedCell]) -> Sequence[Cell]:
    """A column as it is read: its numbers are whole if all of them are written so."""
    if float in set(map(type, column)) and all(
        value.is_integer() and abs(value) < LARGE for value in column if type(value) is float
    ):
        column = [int(value) if type(value) is float else value for value in column]
    return column  # type: ignore[return-value]  # it holds no dates, see `of`
