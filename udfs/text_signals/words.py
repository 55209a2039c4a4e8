"""A text as words: where each starts and ends, and which clause it is in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from udfs import errors
from udfs.errors import CallError, Words
from udfs.records import record
from udfs.text_signals.lexicon import has_chinese, small

_LATIN: Final = re.compile(r"[A-Za-z]+|\d+(?:[.,]\d+)*|\s+|[^A-Za-z\d\s]")
_CLAUSE_MARKS: Final = frozenset("，。；！？：,;!?\n\r|…")
_CLAUSE_WORDS: Final = frozenset(
    {"但", "但是", "然而", "不过", "却", "而", "but", "however", "although", "though"}
)


@record
class WordsOf:
    """The words of one text.

    Attributes:
        text: the text in small letters.
        starts: where each word starts; spaces and marks are left out.
        ends: where each word ends.
        clause: the number of the clause of each word.
        end_of: for each place inside a word, where that word ends.
    """

    text: str
    starts: list[int]
    ends: list[int]
    clause: list[int]
    end_of: dict[int, int]


def words_of(text: str, chinese: tuple[str, ...]) -> WordsOf:
    """The words of a text: Chinese by the segmenter, which is told the words that matter here.

    Raises:
        CallError: the text is Chinese and the segmenter is not installed.
    """
    lowered = small(text)
    tokens = segmenter(chinese)(lowered) if has_chinese(text) else _latin(lowered)
    found = WordsOf(lowered, [], [], [], {})
    clause = 0
    for token, start, end in tokens:
        if token in _CLAUSE_WORDS or not token[0].isalnum():
            clause += _ends_clause(lowered, token, end)
            continue
        found.starts.append(start)
        found.ends.append(end)
        found.clause.append(clause)
        found.end_of.update(dict.fromkeys(range(start + 1, end), end))
    return found


def _ends_clause(text: str, piece: str, end: int) -> bool:
    """Whether a mark or word ends a clause; a full stop does before a space or at the end."""
    if piece == ".":
        return text[end : end + 1] in ("", " ", "\n")
    return piece in _CLAUSE_WORDS or not _CLAUSE_MARKS.isdisjoint(piece)


def _latin(text: str) -> list[tuple[str, int, int]]:
    return [(match[0], match.start(), match.end()) for match in _LATIN.finditer(text)]


@lru_cache(maxsize=8)
def segmenter(chinese: tuple[str, ...]) -> Any:
    """What cuts a Chinese text into words with their places, once for each set of own words."""
    try:
        from rjieba import Jieba  # noqa: PLC0415 - only texts in Chinese need it
    except ImportError:
        raise CallError(
            Words("the Chinese segmenter rjieba", "中文分词库 rjieba"),
            Words("no such package", "未安装"),
            Words("installed (pip install rjieba)", "已安装（pip install rjieba）"),
            code=errors.NAME,
        ) from None
    jieba = Jieba()
    for word in chinese:
        if not jieba.has_word(word):
            jieba.add_word(word, jieba.suggest_freq(word), "n")
    return lambda text: jieba.tokenize(text, "default", False)
