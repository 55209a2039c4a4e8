"""Names of statement items and ratios, as statements and people write them.

``资产总计``, ``资产总计（万元）``, ``Total assets`` and ``total_assets`` are one name; so are
``减：营业成本`` and ``营业成本``, ``五、净利润（净亏损以“－”号填列）`` and ``净利润``. Left out of
a name are its numbering, the words that say how a line is added up, what stands in brackets,
spaces and marks.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import pandas as pd

from udfs.errors import CallError, Words, column_of
from udfs.read_once import read_once

_NUMBERING: Final = re.compile(r"^\s*\(?[一二三四五六七八九十\d]+(?:\)[、.]?|[、.])\s*(?=\D)")
_ADDED_UP: Final = re.compile(r"^\s*(?:其中|加|减|less|add|of which|including)\s*:\s*")
_BRACKETS: Final = re.compile(r"\([^()]*\)")
_MARKS: Final = re.compile(r"[\W_]+")
_BETWEEN: Final = re.compile(r"[;；]")


def name_key(text: str) -> str:
    """What two spellings of one name have in common; "" if nothing is left of it."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    plain = _ADDED_UP.sub("", _NUMBERING.sub("", plain, count=1), count=1)
    bare = _BRACKETS.sub("", plain)
    return _MARKS.sub("", bare) or _MARKS.sub("", plain)


@read_once
def read_names(table: pd.DataFrame, code: str, argument: str) -> dict[str, str]:
    """The code of each name in a table with labels and other names, by ``name_key``.

    Args:
        table: with the columns of the code, label_en, label_zh and other_names.
        code: the column that holds the code, itself a name.
        argument: the argument that holds the table.

    Raises:
        CallError: one name stands for two codes.
    """
    found: dict[str, str] = {}
    columns = (code, "label_en", "label_zh", "other_names")
    for row in table[list(columns)].itertuples(index=False):
        own = str(row[0])
        others = _BETWEEN.split(str(row[3]))
        for name in (own, str(row[1]), str(row[2]), *others):
            key = name_key(name)
            if key and found.setdefault(key, own) != own:
                raise CallError(
                    column_of(argument, code, "项目" if code == "item" else "比率", own),
                    Words(
                        f"{name}, which is also a name of {found[key]}",
                        f"{name}（也是 {found[key]} 的名称）",
                    ),
                    Words("names that differ from all others", "与其他各行不同的名称"),
                )
    return found
