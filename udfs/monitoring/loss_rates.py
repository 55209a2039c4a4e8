"""Loss rates of a portfolio: write-offs net of recoveries by average balance."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import faulty
from udfs.errors import CellError
from udfs.kinds import (
    NOT_NEGATIVE,
    Bounds,
    FloatArray,
    Language,
    Number,
    Numbers,
    Output,
    TextArray,
)

Amounts = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]
Months = Annotated[float, Number(bounds=Bounds(lower=0, lower_open=True, upper=1200))]

_YEAR: Final = 12.0
_NO_BALANCE: Final = CellError(
    errors.DIV0,
    "balance_begin and balance_end are both 0: there is no rate.",
    "期初与期末余额均为 0，无法计算损失率。",
)
_HEADERS: Final = {
    "en": ("loss rate", "net loss", "average balance", "recovery rate"),
    "zh": ("损失率", "净损失", "平均余额", "回收率"),
}


@udf(
    "CR_LOSSRATE",
    family="monitoring",
    zh="""损失率：核销减回收，除以期初期末平均余额，并折算为年率。

    参数：
        write_offs: 期间核销金额。
        recoveries: 期间已核销贷款的回收金额；没有填 0。
        balance_begin: 期初余额。
        balance_end: 期末余额。
        months: 期间的月数，默认 12；季度填 3。
        out: "value" 年损失率（默认）；"why" 算式；"table" 损失率、净损失、平均余额、回收率。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的小数；回收大于核销时为负。
    错误：
        期初期末余额均为 0 为 #DIV/0!；缺任何一项为 #N/A；负数为 #NUM!。
    来源：
        净核销率，银行业通行做法（核销减回收 / 平均贷款余额）。
    """,
)
def loss_rate(
    write_offs: Amounts,
    recoveries: Amounts,
    balance_begin: Amounts,
    balance_end: Amounts,
    months: Months = _YEAR,
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Loss rate per year: write-offs less recoveries, by the average of the balances.

    Args:
        write_offs: Amount written off in the period.
        recoveries: Amount recovered in the period on loans written off; 0 if none.
        balance_begin: Balance at the beginning.
        balance_end: Balance at the end.
        months: Months of the period, default 12; 3 for a quarter.
        out: "value" the rate per year (default); "why" the calculation; "table" rate, net loss,
            average balance and recovery rate.
        lang: Language of words and headers, "en" or "zh".

    Returns:
        Decimals in the common shape; negative where more was recovered than written off.

    Errors:
        #DIV/0! where both balances are 0; #N/A where anything is missing; #NUM! for a negative
        amount.

    Example:
        =CR_LOSSRATE(120,20,9000,11000) -> 0.01
        =CR_LOSSRATE({30;0},{5;2},{1000;1000},{1000;1000},3,"why") -> {"10.00% per year = (30 written off - 5 recovered) / 1,000 on average × 12 / 3 months.";"-0.80% per year = (0 written off - 2 recovered) / 1,000 on average × 12 / 3 months."}

    Source:
        Net charge-off rate, practice of banks: write-offs less recoveries by average loans.
    """
    net = write_offs - recoveries
    average = (balance_begin + balance_end) / 2
    faults = dict.fromkeys(np.flatnonzero(average == 0).tolist(), _NO_BALANCE)
    rate = np.zeros(len(net))
    np.divide(net * _YEAR / months, average, out=rate, where=average > 0)
    if out == "value":
        return faulty(rate, faults.items()) if faults else rate
    if out == "table":
        recovered = np.full(len(net), None, dtype=object)
        written = write_offs > 0
        recovered[written] = (recoveries[written] / write_offs[written]).tolist()
        parts = zip(_HEADERS[lang], (rate, net, average, recovered), strict=True)
        return pd.DataFrame(
            {name: faulty(part, faults.items()) if faults else part for name, part in parts}
        )
    rows = zip(rate, write_offs, recoveries, average, strict=True)
    texts = np.array([_calculation(*row, months, lang) for row in rows], dtype=object)
    return faulty(texts, faults.items())


def _calculation(
    rate: float, written: float, recovered: float, average: float, months: float, lang: str
) -> str:
    year = "" if months == _YEAR else f" × 12 / {months:g}"
    if lang == "zh":
        text = f"年损失率 {rate:.2%} =（核销 {written:,.10g} - 回收 {recovered:,.10g}）/ 平均余额 {average:,.10g}"
        return f"{text}{f'{year} 个月' if year else ''}。"
    text = (
        f"{rate:.2%} per year = ({written:,.10g} written off - {recovered:,.10g} recovered) / "
        f"{average:,.10g} on average"
    )
    return f"{text}{f'{year} months' if year else ''}."
