"""A quoted rate against the minimum: who may approve it."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CallError, CellError, Words, column_of
from udfs.kinds import Choice, FloatArray, Language, Numbers, Table, TextArray
from udfs.labels import IndexArray
from udfs.tables import builtin

BASIS_POINTS: Final = 10_000
"""Basis points in the whole: 1 bp is 0.01 %."""

BP_DECIMALS: Final = 6
"""Differences of rates are compared at this many decimals of a basis point, so that 5.34 % less
5.14 % is 20 bp."""

Authority = Annotated[pd.DataFrame, Table(builtin="price_exceptions")]
_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "code": ("代码",),
        "shortfall": ("差额",),
    }
)


@udf(
    "CR_RATECHECK",
    family="pricing",
    zh="""把报价利率与最低利率比较，给出批准、例外审批或拒绝的结论。

    参数：
        quoted: 报价年利率，小数，单元格或区域。
        minimum: 最低年利率，小数，如 CR_RATE 的结果。
        authority: 定价授权表：差额上限（基点）、结论，自上而下取第一个符合的行；默认为内置表 price_exceptions。
        out: "value" 结论名称；"code" 结论代码；"shortfall" 差额，小数，达到最低利率时为 0；"why" 理由；
            "table" 报价、最低利率、差额与结论。
        lang: 名称、理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的文本；out 为 "shortfall" 时为小数。
    错误：
        授权表中没有符合的行为 #N/A；差额上限未由小到大排列时整个调用为 #VALUE!。
    来源：
        定价授权为 creditcells 默认，见 CR_POLICY("price_exceptions","source","zh")。
    """,
)
def check_rate(
    quoted: Annotated[FloatArray, Numbers()],
    minimum: Annotated[FloatArray, Numbers()],
    authority: Authority | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Whether a quoted rate may be approved: it reaches the minimum, or who may except it.

    Args:
        quoted: Quoted rate per year, decimal, one cell or a range.
        minimum: Minimum rate per year, decimal, such as the result of CR_RATE.
        authority: Pricing authority: shortfall_bp (up to), decision; the first row that fits
            counts; default the built-in price_exceptions.
        out: "value" the decision; "code" its code; "shortfall" the missing rate, decimal, 0 if
            none; "why" the reason; "table" quoted, minimum, shortfall and decision.
        lang: Language of decision, reason and headers, "en" or "zh".

    Returns:
        Text in the common shape; decimals with out "shortfall".

    Errors:
        #N/A where no row of the authority fits; #VALUE! for the call if its limits do not ascend.

    Example:
        =CR_RATECHECK(5.2%,5.34%) -> "exception by the branch head"
        =CR_RATECHECK({5.4%;5.2%;4.2%},5.34%,,"code") -> {"approve";"branch_exception";"decline"}
        =CR_RATECHECK(5.2%,5.34%,,"shortfall") -> 0.0014

    Source:
        Pricing authority is a creditcells default: CR_POLICY("price_exceptions","source").
    """
    table = builtin("price_exceptions").rows if authority is None else authority
    shortfall = np.maximum(np.round((minimum - quoted) * BASIS_POINTS, BP_DECIMALS), 0.0)
    if out == "shortfall":
        return shortfall / BASIS_POINTS
    place = _first_limit(table, shortfall)
    faults = _beyond(place, shortfall)
    labels = table[f"label_{lang}"].to_numpy()[place]
    if out in ("value", "code"):
        return faulty(table["decision"].to_numpy()[place] if out == "code" else labels, faults.items())  # fmt: skip
    if out == "table":
        columns = (quoted, minimum, shortfall / BASIS_POINTS, faulty(labels, faults.items()))
        return pd.DataFrame(dict(zip(_HEADERS[lang], columns, strict=True)))
    rows = zip(quoted.tolist(), minimum.tolist(), shortfall.tolist(), labels, strict=True)
    one = _reason_zh if lang == "zh" else _reason_en
    return faulty(np.array([one(*row) for row in rows], dtype=object), faults.items())


_HEADERS: Final = {
    "en": ("quoted", "minimum", "shortfall", "decision"),
    "zh": ("报价利率", "最低利率", "差额", "审批结论"),
}


def _first_limit(table: pd.DataFrame, shortfall: FloatArray) -> IndexArray:
    """The first row whose limit is not passed, -1 where there is none."""
    limits = table["shortfall_bp"].fillna(np.inf).to_numpy(dtype=np.float64)
    if (np.diff(limits) <= 0).any():
        shown = ", ".join("blank" if np.isinf(limit) else f"{limit:g}" for limit in limits)
        raise CallError(
            column_of("authority", "shortfall_bp", "差额上限（基点）"),
            Words(shown, shown.replace(", ", "、").replace("blank", "空白")),
            Words("limits in ascending order, a blank one last", "由小到大的上限，空白在最后"),
        )
    place = np.searchsorted(limits, shortfall, side="left")
    return np.where(place < len(limits), place, -1)


def _beyond(place: IndexArray, shortfall: FloatArray) -> Faults:
    return {
        row: CellError(
            errors.NA,
            f"no row of authority allows a shortfall of {shortfall[row]:.6g} bp; end the table "
            "with a row whose limit is blank.",
            f"定价授权表中没有适用于差额 {shortfall[row]:.6g} 基点的行；请以上限留空的一行结尾。",
        )
        for row in np.flatnonzero(place < 0).tolist()
    }


def _reason_en(quoted: float, minimum: float, shortfall: float, decision: str) -> str:
    if not shortfall:
        return f"Quoted {quoted:.4%} reaches the minimum of {minimum:.4%}: {decision}."
    return (
        f"Quoted {quoted:.4%} is {shortfall:.6g} bp short of the minimum of {minimum:.4%}: "
        f"{decision}."
    )


def _reason_zh(quoted: float, minimum: float, shortfall: float, decision: str) -> str:
    if not shortfall:
        return f"报价 {quoted:.4%} 达到最低利率 {minimum:.4%}：{decision}。"
    return f"报价 {quoted:.4%} 比最低利率 {minimum:.4%} 低 {shortfall:.6g} 基点：{decision}。"
