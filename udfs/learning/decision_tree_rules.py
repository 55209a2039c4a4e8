"""Rule tables: read from a sheet, and put into words.

A table has one row per rule and, for each factor, the columns that its conditions need. The end
of a header says what the column asks:

==================  ========================================================================
header              the factor must be
==================  ========================================================================
``debt ratio ≥``    at least the number in the cell; likewise ``>``, ``<`` and ``≤``
``industry``        one of the values in the cell, with semicolons between
``industry ≠``      none of the values in the cell
==================  ========================================================================

Blank cells ask nothing. Bounds and values of one factor widen each other: a number within the
bounds *or* among the values. The word ``missing`` (缺失) among the values stands for a blank cell
of the customer; quotes keep a text that is itself that word, or holds a semicolon, as it is.
"""

from __future__ import annotations

import math
import operator
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import field
from typing import Any, Final

import pandas as pd

from udfs.cells import Block, decode_numbers, decode_texts
from udfs.chinese import joined
from udfs.errors import CallError, Words, column_of
from udfs.kinds import FloatArray, TableColumn
from udfs.learning.value_lists import joined_list, split_list
from udfs.parsing import parse_number
from udfs.read_once import read_once
from udfs.records import record

RULE_COLUMNS: Final = (
    TableColumn(name="rule", zh="规则", kind="text", required=False),
    TableColumn(name="label", zh="标签", kind="text"),
    TableColumn(name="count", zh="样本数", kind="number", required=False),
    TableColumn(name="bad", zh="坏样本数", kind="number", required=False),
    TableColumn(name="bad_rate", zh="坏样本率", kind="number", required=False),
    TableColumn(name="label_share", zh="标签占比", kind="number", required=False),
)

COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "≥": operator.ge,
    ">": operator.gt,
    "<": operator.lt,
    "≤": operator.le,
}
_HEADER: Final = re.compile(r"(?P<factor>.*?)\s*(?P<sign>≥|≤|≠|<>|>=|<=|!=|>|<)?\s*")
_SIGNS: Final = {">=": "≥", "<=": "≤", "!=": "≠", "<>": "≠"}
_MISSING_WORDS: Final = frozenset({"missing", "缺失"})
_MISSING_WORD: Final = {"en": "missing", "zh": "缺失"}


@record
class Listed:
    """The values in one cell of a rule table.

    Attributes:
        texts: in small letters.
        numbers: those of the values that are numbers.
        missing: whether a blank is among them.
        shown: as written.
    """

    texts: frozenset[str] = frozenset()
    numbers: frozenset[float] = frozenset()
    missing: bool = False
    shown: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.texts) or self.missing

    def has(self, text: str) -> bool:
        """Whether a text is among the values."""
        number = parse_number(text) if self.numbers else None
        return text.casefold() in self.texts or (number is not None and number in self.numbers)


@record
class Condition:
    """What one rule asks of one factor.

    Attributes:
        factor: its name.
        bounds: signs with their numbers.
        listed: values that will do as well.
        excluded: values that will not do.
    """

    factor: str
    bounds: tuple[tuple[str, float], ...] = ()
    listed: Listed = field(default_factory=Listed)
    excluded: Listed = field(default_factory=Listed)

    def in_words(self, lang: str) -> str:
        """The condition as a reader writes it."""
        zh = lang == "zh"
        mark = "、" if zh else ", "
        parts = []
        if self.bounds:
            parts.append((" 且 " if zh else " and ").join(f"{s} {x:.10g}" for s, x in self.bounds))
        if self.listed:
            names = mark.join(_in_language(self.listed.shown, lang))
            parts.append(joined("为", names) if zh else f"one of {names}")
        text = ("或" if zh else " or ").join(parts)
        if self.excluded:
            names = mark.join(_in_language(self.excluded.shown, lang))
            text += ("，" if text and zh else ", " if text else "") + (
                joined("不为", names) if zh else f"not {names}"
            )
        return joined(self.factor, text) if zh else f"{self.factor} {text}"


@record
class Rule:
    """One row of a rule table: all of its conditions hold together."""

    name: str
    conditions: tuple[Condition, ...]


@record
class RuleTable:
    """A rule table ready to be applied.

    Attributes:
        rules: from the top down.
        rows: the table's own columns, such as label and bad rate.
        factors: the factors that any rule asks for, in the order of the columns.
    """

    rules: tuple[Rule, ...]
    rows: pd.DataFrame
    factors: tuple[str, ...]


@read_once
def read_rules(table: pd.DataFrame) -> RuleTable:
    """The rules of a table.

    Raises:
        CallError: a condition that cannot be read.
    """
    own = [column.name for column in RULE_COLUMNS]
    headers = [str(header) for header in table.columns if header not in own]
    asked = {header: _read_header(header) for header in headers}
    factors = tuple(dict.fromkeys(factor for factor, _ in asked.values()))
    bounds = {
        header: _read_bounds(table[header], header)
        for header, (_, sign) in asked.items()
        if sign in COMPARE
    }
    lists = {
        header: [_read_list(cell) for cell in _texts(table[header], header)]
        for header, (_, sign) in asked.items()
        if sign not in COMPARE
    }
    rules = []
    for row in range(len(table)):
        conditions = (_condition(factor, asked, bounds, lists, row) for factor in factors)
        name = str(table["rule"].iloc[row]) or str(row + 1)
        rules.append(Rule(name, tuple(c for c in conditions if c is not None)))
    return RuleTable(tuple(rules), table[own], factors)


def _read_header(header: str) -> tuple[str, str]:
    """The factor and the sign of a header; the sign is empty for a list of values."""
    match = _HEADER.fullmatch(
        unicodedata.normalize("NFKC", header).replace("≧", "≥").replace("≦", "≤")
    )
    if match is None or not match["factor"]:
        raise CallError(
            "rules",
            Words(f"the header {header!r}", f"表头 {header!r}"),
            Words(
                "headers of a factor with or without a sign, such as debt ratio ≥",
                "因子名后可带符号的表头，如“资产负债率 ≥”",
            ),
        )
    sign = match["sign"] or ""
    # The name itself stays as written: NFKC is for the sign alone.
    name = re.sub(r"\s*(?:≥|≤|≠|≧|≦|<>|>=|<=|!=|>|<|＞＝|＜＝|＞|＜|！＝)\s*$", "", header).strip()
    return name, _SIGNS.get(sign, sign)


def _read_bounds(cells: pd.Series[Any], header: str) -> FloatArray:
    where = f"rules[{header}]"
    column = decode_numbers(Block(cells.to_numpy(dtype=object), (len(cells), 1)), where)
    for row, fault in column.faults.items():
        raise CallError(
            column_of("rules", header, header, row + 1),
            Words(fault.reason or str(fault), fault.why("zh") or str(fault)),
            Words("a number or blank", "数字或空白"),
            code=fault.code,
        )
    return column.values


def _texts(cells: pd.Series[Any], header: str) -> list[str]:
    where = f"rules[{header}]"
    column = decode_texts(Block(cells.to_numpy(dtype=object), (len(cells), 1)), where)
    for row, fault in column.faults.items():
        raise CallError(
            column_of("rules", header, header, row + 1),
            Words(fault.reason or str(fault), fault.why("zh") or str(fault)),
            Words("values with semicolons between", "以分号分隔的取值"),
            code=fault.code,
        )
    return [str(text) for text in column.values]


def _read_list(cell: str) -> Listed:
    texts, numbers, shown = set(), set(), []
    missing = False
    for text, quoted in split_list(cell):
        shown.append(text)
        if not quoted and text.casefold() in _MISSING_WORDS:
            missing = True
            continue
        texts.add(text.casefold())
        number = parse_number(text)
        if number is not None:
            numbers.add(number)
    return Listed(frozenset(texts), frozenset(numbers), missing, tuple(shown))


def written_list(values: Iterable[str], *, missing: bool, lang: str) -> str:
    """Values as they go into a cell of a rule table, to be read back as they were."""
    written = joined_list(values, _MISSING_WORDS)
    return "; ".join(filter(None, [written, _MISSING_WORD[lang] if missing else ""]))


def _condition(
    factor: str,
    asked: dict[str, tuple[str, str]],
    bounds: dict[str, FloatArray],
    lists: dict[str, list[Listed]],
    row: int,
) -> Condition | None:
    signs = {sign: header for header, (name, sign) in asked.items() if name == factor}
    limits = tuple(
        (sign, float(bounds[signs[sign]][row]))
        for sign in COMPARE
        if sign in signs and not math.isnan(bounds[signs[sign]][row])
    )
    listed = lists[signs[""]][row] if "" in signs else Listed()
    excluded = lists[signs["≠"]][row] if "≠" in signs else Listed()
    if not (limits or listed or excluded):
        return None
    return Condition(factor, limits, listed, excluded)


def _in_language(shown: Iterable[str], lang: str) -> list[str]:
    return [_MISSING_WORD[lang] if text.casefold() in _MISSING_WORDS else text for text in shown]
