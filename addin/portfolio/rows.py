"""What every kind of source is read into: rows of untouched cells, each with its place."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from addin.errors import SourceError

ObjectArray: TypeAlias = npt.NDArray[np.object_]
IntArray: TypeAlias = npt.NDArray[np.int64]

_HEADER_SEARCH: Final = 20


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that does not fit the header.

    Attributes:
        row: its line or row number in the file, from 1.
        text: what stands there.
        rule: the rule it breaks, a key of ``faults.RULES``.
        allowed: what was expected, in figures.
    """

    row: int
    text: str
    rule: str
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class RawRows:
    """The rows of a source as they were read; nothing is converted yet.

    Attributes:
        source: how messages call the source: a file name or a database without its password.
        sheet: the sheet, table or query; "" for a text file.
        frame: one column per header, cells as the file gives them: text from text files, text,
            numbers, dates and flags from others; "" or None where blank.
        rows: the file's line or row number of each row.
        broken: rows that do not fit the header and are not in the frame.
        twice: headers that stand more than once; the later ones are numbered in the frame.
        sha256: of the file, or of the rows that a database gave.
        detail: how it was read, such as "utf-8, comma".
    """

    source: str
    sheet: str
    frame: pd.DataFrame
    rows: IntArray
    broken: tuple[BrokenRow, ...] = ()
    twice: frozenset[str] = field(default_factory=frozenset)
    sha256: str = ""
    detail: str = ""

    @property
    def read(self) -> int:
        """How many rows the source holds, without blank ones."""
        return len(self.frame) + len(self.broken)

    @property
    def place(self) -> str:
        """The source with its sheet, as messages name it."""
        return f"{self.source} [{self.sheet}]" if self.sheet else self.source


def normalise(header: Any) -> str:
    """A header as it is compared: without case, width, and needless blanks."""
    plain = unicodedata.normalize("NFKC", str(header)).replace("(", " (")
    return " ".join(plain.split()).casefold()


def find_header(rows: Sequence[Sequence[Any]], known: frozenset[str]) -> int:
    """The position of the header row among a source's first rows.

    It is the row that holds most of the known (normalised) names; where none holds any, the
    first row that is not blank.
    """
    first = next((i for i, row in enumerate(rows) if any(_filled(cell) for cell in row)), 0)
    matches = [
        sum(normalise(cell) in known for cell in row if _filled(cell))
        for row in rows[:_HEADER_SEARCH]
    ]
    return matches.index(max(matches)) if any(matches) else first


def _filled(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def name_columns(headers: Sequence[Any], source: str) -> tuple[list[str], frozenset[str]]:
    """Names for the columns, and which of the headers stand twice.

    Raises:
        SourceError: there is no header at all.
    """
    texts = ["" if header is None else " ".join(str(header).split()) for header in headers]
    if not any(texts):
        raise SourceError(source, "has no header row.", "Put the column names into its first row.")
    names: list[str] = []
    twice: set[str] = set()
    for position, text in enumerate(texts):
        name = text or f"column {position + 1}"
        if name in names:
            twice.add(name)
            name = f"{name} ({position + 1})"
        names.append(name)
    return names, frozenset(twice)
