"""How wide a text is on a sheet, in the characters that column widths are counted in."""

from __future__ import annotations

import unicodedata
from typing import Final

_WIDE_CLASSES: Final = frozenset("WF")
_WIDE: Final = 2.0


def text_width(text: str) -> float:
    """The width of a text: a Chinese character takes two.

    Example:
        >>> text_width("PD"), text_width("违约概率")
        (2.0, 8.0)
    """
    wide = sum(unicodedata.east_asian_width(character) in _WIDE_CLASSES for character in text)
    return len(text) - wide + _WIDE * wide
