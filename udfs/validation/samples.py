"""The rows that a validation is made on: outcomes with scores, and what had to be left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.cells import BoolArray, Column
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words
from udfs.kinds import (
    NOT_NEGATIVE,
    PROBABILITY,
    Bounds,
    Choice,
    Flags,
    FloatArray,
    Number,
    Numbers,
)
from udfs.records import record

Outcomes = Annotated[Column, Flags(series="sample")]
Scores = Annotated[Column, Numbers(series="sample")]
Chances = Annotated[Column, Numbers(bounds=PROBABILITY, series="sample")]
Weights = Annotated[Column, Numbers(bounds=NOT_NEGATIVE, series="sample")]
Higher = Annotated[
    str,
    Choice({
        "better": ("score", "得分", "越高越好"),
        "worse": ("pd", "违约概率", "越高越差"),
    }),
]  # fmt: skip
INSIDE: Final = Bounds(lower=0, upper=1, lower_open=True, upper_open=True)
Confidence = Annotated[float, Number(bounds=INSIDE)]

_BOTH: Final = Words(
    "rows of both outcomes, 1 (defaulted) and 0 (not), complete and without errors",
    "同时含有违约（1）与未违约（0）、各值齐全且无误的行",
)

_IN_CHINESE: Final = {
    "bad": "违约标志",
    "churned": "流失标志",
    "exposure": "敞口",
    "grade": "等级",
    "loss": "损失",
    "pd": "违约概率",
    "profit": "利润",
    "score": "得分",
    "tier": "层级",
    "values": "取值",
    "weights": "权重",
}
"""What a reader calls the columns that may lack a value, by argument."""


@record
class LeftOut:
    """The rows that could not be used; rows blank in every argument are none.

    Attributes:
        missing: how many rows lack a value, by the argument that lacks it.
        faulty: how many rows have an error, a text in place of a number, or a value out of bounds.
        first: number of the first faulty row, and its error.
    """

    missing: Mapping[str, int] = field(default_factory=dict)
    faulty: int = 0
    first: tuple[int, CellError] | None = None

    @property
    def count(self) -> int:
        """How many rows were left out."""
        return sum(self.missing.values()) + self.faulty

    def remark(self, lang: str) -> str:
        """What was left out and why, as a sentence; nothing if nothing was."""
        if not self.count:
            return ""
        zh = lang == "zh"
        parts = [
            f"{count} 行缺少{_IN_CHINESE[name]}" if zh else f"{count} without {name}"
            for name, count in self.missing.items()
        ]
        if self.first is not None:
            row, error = self.first
            reason = error.why(lang).rstrip(".。")
            parts.append(
                joined(f"{self.faulty} 行有误（第 {row + 1} 行：", reason, "）")
                if zh
                else f"{self.faulty} faulty (row {row + 1}: {reason})"
            )
        if zh:
            return f"未计入 {self.count} 行：{'，'.join(parts)}。"
        rows = "row" if self.count == 1 else "rows"
        return f" {self.count} {rows} left out: {', '.join(parts)}."


@record
class Sample:
    """The usable rows of a sample.

    Attributes:
        bad: whether each row defaulted.
        values: its score or PD.
        weights: its weight, above zero; None if all count alike.
        left_out: the rows that could not be used.
        used: which rows of the ranges these are.
    """

    bad: BoolArray
    values: FloatArray
    weights: FloatArray | None
    left_out: LeftOut
    used: BoolArray


def usable_rows(columns: Mapping[str, Column]) -> tuple[BoolArray, LeftOut]:
    """Which rows have all values, and what is wrong with the others.

    Args:
        columns: the columns of one series, by argument.
    """
    count = len(next(iter(columns.values())))
    used = np.ones(count, dtype=bool)
    faults: dict[int, CellError] = {}
    for column in columns.values():
        for row, error in column.faults.items():
            faults.setdefault(row, error)
    used[list(faults)] = False
    empty = np.logical_and.reduce([column.blank for column in columns.values()])
    missing: dict[str, int] = {}
    for name, column in columns.items():
        lacking = int(np.count_nonzero(column.blank & used & ~empty))
        if lacking:
            missing[name] = lacking
        used &= ~column.blank
    first = min(faults.items(), default=None, key=lambda item: item[0])
    return used, LeftOut(missing, len(faults), first)


def given(**columns: Column | None) -> dict[str, Column]:
    """The columns that were given, by argument."""
    return {name: column for name, column in columns.items() if column is not None}


def read_sample(bad: Column, weights: Column | None = None, **values: Column) -> Sample:
    """The usable rows of outcomes and one column of scores or PDs, named as the argument is.

    Raises:
        CallError: no row can be used, or all rows that can have the same outcome.
    """
    ((_, scores),) = values.items()
    used, left_out = usable_rows(given(bad=bad, **values, weights=weights))
    if weights is not None:
        used &= weights.values > 0
    everything = bool(used.all())
    outcome = (bad.values if everything else bad.values[used]).astype(bool)
    weight = None if weights is None else weights.values[used]
    check_both(outcome, left_out)
    numbers = scores.values if everything else scores.values[used]
    return Sample(outcome, numbers, weight, left_out, used)


def check_both(bad: BoolArray, left_out: LeftOut) -> None:
    """Refuse a sample of one outcome.

    Raises:
        CallError: it has no row, or rows of one outcome only.
    """
    bads = int(np.count_nonzero(bad))
    if 0 < bads < len(bad):
        return
    goods = len(bad) - bads
    spare = left_out.count
    raise CallError(
        "bad",
        Words(
            f"{bads} with 1, {goods} with 0, {spare} left out",
            f"可用的 {bads} 行为 1、{goods} 行为 0，未计入 {spare} 行",
        ),
        _BOTH,
        code=errors.NUM,
    )


_LEAST_SHOWN: Final = 0.0001
_MEASURE_HEADERS: Final = {"en": ("measure", "value"), "zh": ("指标", "数值")}


def measures(rows: list[tuple[str, str, object]], lang: str) -> pd.DataFrame:
    """A table of measures, one a row.

    Args:
        rows: English name, Chinese name and value of each; NaN becomes a blank.
        lang: language of names and headers.
    """
    names = [zh if lang == "zh" else en for en, zh, _ in rows]
    values = [None if isinstance(v, float) and np.isnan(v) else v for _, _, v in rows]
    return pd.DataFrame(
        dict(zip(_MEASURE_HEADERS[lang], (names, values), strict=True)), dtype=object
    )


def p_words(p: float, lang: str) -> str:
    """A p-value as it stands in a sentence."""
    if p >= _LEAST_SHOWN:
        return f"p 值 {p:.4f}" if lang == "zh" else f"p {p:.4f}"
    return f"p 值小于 {_LEAST_SHOWN:g}" if lang == "zh" else f"p below {_LEAST_SHOWN:g}"
