"""Delinquency buckets: M0 for what is current, then one bucket for every 30 days overdue."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.catalogue import udf
from udfs.errors import CallError, Words, column_of
from udfs.kinds import NOT_NEGATIVE, Choice, FloatArray, Language, Numbers, Table, TextArray
from udfs.parsing import parse_number
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

BucketTable = Annotated[pd.DataFrame, Table(builtin="delinquency_buckets")]

_OUTPUTS: Final = Choice({"value": ("code", "值", "代码"), "label": ("name", "名称")})


@record
class Buckets:
    """The buckets from current to worst, by code and labels, and the days each begins at."""

    codes: list[str]
    labels: dict[str, list[str]]
    days_from: FloatArray

    def of_days(self, days: FloatArray) -> np.ndarray:
        """The place of the bucket of each number of days."""
        return np.searchsorted(self.days_from, days, side="right") - 1

    def place(self, text: str) -> int | None:
        """The place of a bucket by its name, or of days overdue; None if it is neither."""
        for names in (self.codes, *self.labels.values()):
            folded = [name.casefold() for name in names]
            if text.casefold() in folded:
                return folded.index(text.casefold())
        days = parse_number(text)
        return None if days is None or days < 0 else int(self.of_days(np.array([days]))[0])


@read_once
def read_buckets(table: pd.DataFrame | None) -> Buckets:
    """The buckets of a table, checked.

    Raises:
        CallError: the days do not ascend from zero, or a code stands twice.
    """
    table = builtin("delinquency_buckets").rows if table is None else table
    days = table["days_from"].to_numpy(dtype=np.float64)
    codes = [str(code) for code in table["bucket"]]
    if days[0] != 0 or (np.diff(days) <= 0).any():
        where = column_of("buckets", "days_from", "天数下限")
        allowed = Words("days that ascend from 0", "从 0 起递增的天数")
        raise CallError(where, ", ".join(f"{day:g}" for day in days), allowed)
    if len({code.casefold() for code in codes}) != len(codes):
        where = column_of("buckets", "bucket", "逾期期次")
        raise CallError(where, ", ".join(codes), Words("each bucket once", "互不相同的期次"))
    labels = {lang: [str(label) for label in table[f"label_{lang}"]] for lang in ("en", "zh")}
    return Buckets(codes, labels, days)


@udf(
    "CR_BUCKET",
    family="monitoring",
    zh="""按逾期天数确定逾期期次：M0 未逾期，M1 逾期 1 至 30 天，依此类推至 M7。

    参数：
        overdue_days: 逾期天数，单元格或区域；未逾期为 0。
        buckets: 期次表；默认为内置表 delinquency_buckets。
        out: "value" 期次代码（默认）；"label" 期次名称。
        lang: 名称的语言，"en" 或 "zh"。
    结果：
        与 overdue_days 同形的文本。
    错误：
        负数为 #NUM!；不是数字为 #VALUE!。
    来源：
        零售信贷逾期期次惯例；见 CR_POLICY("delinquency_buckets")。
    """,
)
def delinquency_bucket(
    overdue_days: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)],
    buckets: BucketTable | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray:
    """Delinquency bucket by days overdue: M0 current, M1 for 1 to 30 days, and so on to M7.

    Args:
        overdue_days: Days overdue, one cell or a range; 0 if nothing is.
        buckets: Buckets; default the built-in delinquency_buckets.
        out: "value" the bucket's code (default); "label" its name.
        lang: Language of the name, "en" or "zh".

    Returns:
        Text in the shape of overdue_days.

    Errors:
        #NUM! for a negative number; #VALUE! for what is no number.

    Example:
        =CR_BUCKET({0;1;30;31;200}) -> {"M0";"M1";"M1";"M2";"M7"}
        =CR_BUCKET(45,,"label","zh") -> "M2 逾期31至60天"

    Source:
        Convention of retail lending; see CR_POLICY("delinquency_buckets").
    """
    book = read_buckets(buckets)
    words = book.codes if out == "value" else book.labels[lang]
    named: TextArray = np.array(words, dtype=object)[book.of_days(overdue_days)]
    return named
