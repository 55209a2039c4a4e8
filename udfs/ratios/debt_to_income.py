"""Debt to income: the share of a period's income that its debt service takes."""

from __future__ import annotations

import math
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CellError
from udfs.kinds import NOT_NEGATIVE, POSITIVE, Choice, FloatArray, Language, Numbers, TextArray
from udfs.labels import blank_nan

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果", "dti"),
        "check": ("核对", "是否超限"),
        "room": ("余地", "headroom"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_CHECKS: Final = {"en": ("within", "over"), "zh": ("未超限", "超限")}
_HEADERS: Final = {
    "en": ("dti", "limit", "check", "room"),
    "zh": ("债务收入比", "债务收入比上限", "核对", "可增加还款额"),
}
_DECIMALS: Final = 12
_ZERO: Final = CellError(errors.DIV0, "income is zero.", "income 为零。")
_NO_LIMIT: Final = CellError(
    errors.NA,
    "limit is missing, and the result depends on it.",
    "缺少 limit，该结果取决于上限。",
)


@udf(
    "CR_DTI",
    family="ratios",
    zh="""债务收入比（DTI）：当期应还本息占同期收入的比例，并可与上限比较。

    两者须为同一期间（月或年）、同一口径；应还本息包括本笔贷款与其他全部负债。

    参数：
        debt_service: 当期应还本息合计，金额。
        income: 同期收入，金额，大于 0。
        limit: 上限，小数，如 0.55；等于上限不算超限。省略或空白则不比较。
        out: "value" 比例（默认）；"check" 未超限或超限；"room" 上限内还可增加的还款额，负数为超出额；"why" 理由；"table" 明细。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的小数或文本。
    错误：
        缺少数值，或比较时缺少上限，为 #N/A；收入为零为 #DIV/0!；负数为 #NUM!。
    来源：
        债务收入比 = 当期应还本息 / 同期收入；上限由本行规定，住房贷款可参考《商业银行房地产贷款风险管理指引》（2004）第三十六条，请核对法规原文。
    """,
)
def debt_to_income(
    debt_service: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)],
    income: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)],
    limit: Annotated[FloatArray | None, Numbers(bounds=POSITIVE)] = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Debt to income (DTI): the share of a period's income that its debt service takes.

    Both must belong to the same period, a month or a year; debt service holds principal and
    interest of this loan and of all other debt.

    Args:
        debt_service: Principal and interest due in the period, an amount.
        income: Income of the same period, an amount above zero.
        limit: Highest share allowed, decimal, such as 0.55; a share on the limit is within it.
            Left out or blank, nothing is compared.
        out: "value" the share (default); "check" within or over; "room" the further debt service
            within the limit, below zero if over; "why" the reason; "table" all of it.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        Decimal or text in the common shape.

    Errors:
        #N/A where a figure is missing, or the limit for a comparison; #DIV/0! without income;
        #NUM! below zero.

    Example:
        =CR_DTI({4000;6000},10000) -> {0.4;0.6}
        =CR_DTI({4000;6000},10000,0.55,"room") -> {1500;-500}

    Source:
        Debt service due / income of the period; the limit is the bank's. For housing loans compare
        the Guidelines on Commercial Banks' Real Estate Loan Risk (China, 2004), article 36, and
        check against the regulation.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(income > 0, debt_service / income, np.nan)
    faults: Faults = dict.fromkeys(np.flatnonzero(np.isnan(share)).tolist(), _ZERO)
    if out == "value":
        return faulty(share, faults.items()) if faults else share
    most = np.full(len(share), np.nan) if limit is None else limit
    # Rounded, so that 0.1 + 0.2 in binary is not over a limit of 0.3.
    over = np.round(share - most, _DECIMALS) > 0
    checks = np.array(_CHECKS[lang], dtype=object)[over.astype(np.intp)]
    room = most * income - debt_service
    if out == "why":
        return faulty(_reasons((debt_service, income, share, most), checks, lang), faults.items())
    unlimited: Faults = dict.fromkeys(np.flatnonzero(np.isnan(most)).tolist(), _NO_LIMIT)
    if out in ("check", "room"):
        return faulty(checks if out == "check" else room, (unlimited | faults).items())
    checks[list(unlimited)] = None
    columns = (blank_nan(share), blank_nan(most), checks, blank_nan(room))
    shown = (faulty(column, faults.items()) for column in columns)
    return pd.DataFrame(dict(zip(_HEADERS[lang], shown, strict=True)), dtype=object)


def _reasons(
    figures: tuple[FloatArray, FloatArray, FloatArray, FloatArray], checks: TextArray, lang: str
) -> TextArray:
    sentence = {
        "en": "Debt service {:,.10g} / income {:,.10g} = {:.2%}{}.",
        "zh": "应还本息 {:,.10g} / 收入 {:,.10g} = {:.2%}{}。",
    }[lang]
    compared = {"en": ", {} the limit {:.2%}", "zh": "，{}（上限 {:.2%}）"}[lang]
    unlimited = {"en": "; no limit given", "zh": "；未给出上限"}[lang]
    reasons = np.empty(len(checks), dtype=object)
    rows = zip(*(column.tolist() for column in figures), checks, strict=True)
    for i, (service, income, share, most, check) in enumerate(rows):
        tail = unlimited if math.isnan(most) else compared.format(check, most)
        reasons[i] = sentence.format(service, income, share, tail)
    return reasons
