"""Chinese sentences put together from parts, spaced as Chinese is set.

A space stands between Chinese and Latin letters or figures, none between two Chinese characters
and none beside a full-width mark: ``得分应为 0 至 100，实际为 120。``
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from string import Formatter
from typing import Final

_QUOTES: Final = frozenset("“”‘’")


def joined(*parts: str) -> str:
    """The parts as one text, with spaces where Chinese and other letters meet.

    Args:
        *parts: pieces of a sentence; spaces at their ends do not count, empty ones are left out.

    Returns:
        The sentence. Between two parts that both end in Latin letters stands one space, so that
        lines of English are joined alike.

    Example:
        >>> joined("lang", "应为", "en 或 zh", "，实际为", "空", "。")
        'lang 应为 en 或 zh，实际为空。'
    """
    text = ""
    for part in (part.strip() for part in parts):
        if text and part and _apart(text[-1], part[0]):
            text += " "
        text += part
    return text


def filled(template: str, **words: str) -> str:
    """A Chinese sentence with words in its places, spaced as ``joined`` does.

    Args:
        template: the sentence, with names in braces as for ``str.format``.
        **words: what stands in each place.

    Returns:
        The sentence.

    Example:
        >>> filled("{column} 应 {limit}，实际为 {value}。", column="利率", limit="≤ 0.5", value="“4”")
        '利率应 ≤ 0.5，实际为“4”。'
    """
    parts = []
    for text, name, _, _ in Formatter().parse(template):
        parts.append(text)
        if name is not None:
            parts.append(words[name])
    return joined(*parts)


@lru_cache(maxsize=4096)
def _apart(left: str, right: str) -> bool:
    """Whether a space stands between two characters."""
    if _is_mark(left) or _is_mark(right):
        return False
    return not (_is_wide(left) and _is_wide(right))


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def _is_mark(character: str) -> bool:
    """Whether it is a full-width mark, which brings its own space."""
    if character in _QUOTES:
        return True
    return _is_wide(character) and unicodedata.category(character).startswith("P")
