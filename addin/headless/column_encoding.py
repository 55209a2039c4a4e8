"""Columns of constants as the XML of their cells, each kind of column in one go."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Final

from addin.headless.cell_xml import MAX_TEXT, DatedCell, encode

NUMBERS: Final = frozenset((int, float, type(None)))
TEXTS: Final = frozenset((str, type(None)))
FLAGS: Final = frozenset((bool, type(None)))
BLANK: Final = "/>"


class ColumnEncoder:
    """Encodes what follows the place and style of each cell's tag.

    Attributes:
        dates_seen: whether any column so far held a date.
    """

    def __init__(self, prefix: bytes, *, date1904: bool) -> None:
        self.dates_seen = False
        self._prefix = prefix
        self._date1904 = date1904

    def one(self, value: DatedCell) -> str:
        """Encodes one constant.

        Raises:
            ValueError: no cell can hold it.
        """
        return encode(value, self._prefix, date1904=self._date1904)

    def column(self, column: Sequence[DatedCell]) -> list[str]:
        """Encodes a column of constants.

        Raises:
            ValueError: no cell can hold one of them.
        """
        kinds = set(map(type, column))
        self.dates_seen |= any(issubclass(kind, dt.date) for kind in kinds)
        if not self._prefix and kinds <= TEXTS:
            return self._texts(column)  # type: ignore[arg-type]  # all are str or None
        if not self._prefix and kinds <= NUMBERS:
            return self._numbers(column, kinds)  # type: ignore[arg-type]  # all are numbers or None
        if kinds <= FLAGS:
            encoded = {value: self.one(value) for value in (True, False, None)}
            return [encoded[value] for value in column]  # type: ignore[index]  # all are flags
        return [self.one(value) for value in column]

    def _numbers(self, column: Sequence[float | None], kinds: set[type]) -> list[str]:
        if kinds == {int}:
            return [f"><v>{value}</v></c>" for value in column]
        if not all(map(math.isfinite, filter(None, column))):
            return [self.one(value) for value in column]
        if type(None) in kinds:
            return [
                BLANK if value is None else f"><v>{repr(value).removesuffix('.0')}</v></c>"
                for value in column
            ]
        return [f"><v>{repr(value).removesuffix('.0')}</v></c>" for value in column]

    def _texts(self, column: Sequence[str | None]) -> list[str]:
        encoded = _EncodedTexts(self)
        return [
            # Letters and digits alone, in any script, need no escaping.
            f' t="inlineStr"><is><t>{text}</t></is></c>'
            if text is not None and text.isalnum() and len(text) <= MAX_TEXT
            else encoded[text]
            for text in column
        ]


class _EncodedTexts(dict[str | None, str]):
    """Texts that may need escaping, each encoded once: most columns of text repeat themselves."""

    def __init__(self, encoder: ColumnEncoder) -> None:
        super().__init__()
        self._encoder = encoder

    def __missing__(self, text: str | None) -> str:
        encoded = self[text] = self._encoder.one(text)
        return encoded
