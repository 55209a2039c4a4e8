"""The definitions of ratios: a table with a formula per ratio, or a formula typed in a cell."""

from __future__ import annotations

from typing import Annotated, Any, Final

import pandas as pd

from udfs.errors import CallError, Words, column_of
from udfs.kinds import Choice, Table
from udfs.ratios.formulas import Formula, read_formula
from udfs.ratios.names import name_key, read_names
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin
from udfs.units import UNITS, shown

Definitions = Annotated[pd.DataFrame, Table(builtin="ratios")]
DIRECTIONS: Final = Choice({"higher": ("越高越好", "高"), "lower": ("越低越好", "低")})
_SHOWN: Final = 8


@record
class Ratio:
    """One ratio.

    Attributes:
        code: as in the table.
        labels: English and Chinese name.
        groups: English and Chinese name of its group; "" if it has none.
        formula: how it is computed.
        unit: decimal, times, turns, days, years or amount; "" for a formula typed in a cell.
        better: higher or lower; "" if neither is better.
    """

    code: str
    labels: dict[str, str]
    groups: dict[str, str]
    formula: Formula
    unit: str
    better: str

    def show(self, value: float, lang: str) -> str:
        """A value as the ratio's unit is written."""
        return shown(value, self.unit, lang)


def find_ratio(text: str, definitions: pd.DataFrame | None) -> Ratio:
    """The ratio of a code or name; a text with an operation in it is a formula itself.

    Raises:
        CallError: it is neither, or the definition is faulty.
    """
    table = builtin("ratios").rows if definitions is None else definitions
    code = _names(table).get(name_key(text))
    if code is not None:
        return _ratio_of(table, code)
    if any(sign in text for sign in "+-*/()×÷（）＋－／"):  # as typed, full width too
        return Ratio(text, {"en": text, "zh": text}, {"en": "", "zh": ""}, _typed(text), "", "")
    raise _no_ratio("ratio", text, table)


def _names(table: pd.DataFrame) -> dict[str, str]:
    return read_names(table, "ratio", "definitions")


def _typed(text: str) -> Formula:
    return read_formula(text, "ratio")


def known_ratio(name: str, definitions: pd.DataFrame | None) -> Ratio:
    """What the definitions say of a name; a ratio of one's own has neither unit nor direction."""
    table = builtin("ratios").rows if definitions is None else definitions
    code = _names(table).get(name_key(name))
    if code is None:
        labels = {"en": name, "zh": name}
        return Ratio(name, labels, {"en": "", "zh": ""}, _typed("0"), "", "")
    return _ratio_of(table, code)


@read_once
def _ratio_of(table: pd.DataFrame, code: str) -> Ratio:
    (row,) = table[table["ratio"] == code].head(1).to_dict("records")
    return _ratio(row)


def find_ratios(names: list[str] | None, definitions: pd.DataFrame | None) -> list[Ratio]:
    """The ratios of a list of codes, names and groups; all of them if there is no list.

    Raises:
        CallError: one is neither, or its definition is faulty.
    """
    table = builtin("ratios").rows if definitions is None else definitions
    known = _names(table)
    rows: list[dict[Any, Any]] = table.to_dict("records")
    if not names:
        return [_ratio(row) for row in rows]
    chosen: dict[str, Ratio] = {}
    for name in names:
        key = name_key(name)
        groups = [r for r in rows if key in (name_key(r["group_en"]), name_key(r["group_zh"]))]
        found = groups or [row for row in rows if row["ratio"] == known.get(key)]
        if not found:
            raise _no_ratio("ratios", name, table)
        for row in found:
            chosen.setdefault(str(row["ratio"]), _ratio(row))
    return list(chosen.values())


def _no_ratio(argument: str, text: str, table: pd.DataFrame) -> CallError:
    codes = [str(code) for code in table["ratio"]]
    some = codes[:_SHOWN] + ["…"] * (len(codes) > _SHOWN)
    return CallError(
        argument,
        text,
        Words(
            f'a ratio of the definitions ({", ".join(some)}; see CR_POLICY("ratios")) or a formula '
            "such as liabilities / assets",
            f'定义表中的比率（{"、".join(some)}；见 CR_POLICY("ratios")），或公式，如“负债合计/资产总计”',
        ),
    )


def _ratio(row: dict[Any, Any]) -> Ratio:
    code = str(row["ratio"])
    unit = _option(UNITS, row, "unit", "单位", code)
    better = _option(DIRECTIONS, row, "better", "优劣方向", code)
    return Ratio(
        code=code,
        labels={"en": str(row["label_en"]), "zh": str(row["label_zh"])},
        groups={"en": str(row["group_en"]), "zh": str(row["group_zh"])},
        formula=read_formula(
            str(row["formula"]), column_of("definitions", "formula", "公式", code)
        ),
        unit=unit,
        better=better,
    )


def _option(choice: Choice, row: dict[Any, Any], column: str, zh: str, code: str) -> str:
    text = str(row[column])
    found = choice.find(text) if text else ""
    if found is None:
        options = ", ".join(choice.options)
        raise CallError(
            column_of("definitions", column, zh, code),
            text,
            Words(f"one of {options}, or blank", f"{options} 之一，或留空"),
        )
    return found
