"""Risk tiers: high, medium, low and premium customers."""

from __future__ import annotations

import math
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CellError
from udfs.kinds import (
    PROBABILITY,
    UNKNOWN,
    Choice,
    FlagArray,
    Flags,
    FloatArray,
    Language,
    Numbers,
    Table,
    TextArray,
)
from udfs.tables import builtin

RiskTiers = Annotated[pd.DataFrame, Table(builtin="risk_tiers")]
_TIER_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "code": ("代码",),
    }
)
_NO, _YES = 0, 1


@udf(
    "CR_RISKTIER",
    family="grading",
    zh="""按违约概率、价值位次和不良标志把客户分为优质、低、中、高风险四层。

    参数：
        pd: 一年期违约概率，小数，单元格或区域。
        value_share: 价值位次：价值更高的客户占比，0（最高）至 1；未知留空，则不会评为优质。
        npl: 是否不良客户；省略表示均非不良，某行留空表示未知，未知者不评为优质或低风险。
        tiers: 层级表：层级、违约概率上限、价值位次上限、不良，自上而下取第一个符合的行；默认为内置表 risk_tiers。
        out: "value" 层级名称；"code" 层级代码；"why" 理由；"table" 层级及依据。
        lang: 名称、理由与表头的语言，"en" 或 "zh"。
    结果：
        与 pd 同形的层级文本；英文名称即代码：premium、low、medium、high。
    错误：
        违约概率或价值位次不在 0 与 1 之间为 #NUM!；没有符合的层级为 #N/A。
    来源：
        见 CR_POLICY("risk_tiers","source","zh")。
    """,
)
def risk_tier(
    pd: Annotated[FloatArray, Numbers(bounds=PROBABILITY)],
    value_share: Annotated[FloatArray | None, Numbers(bounds=PROBABILITY)] = None,
    npl: Annotated[FlagArray | None, Flags()] = None,
    tiers: RiskTiers | None = None,
    out: Annotated[str, _TIER_OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Risk tier of a customer, premium, low, medium or high, by PD, position by value and NPL flag.

    Args:
        pd: Probability of default in one year, decimal, one cell or a range.
        value_share: Position by value: share of customers worth more, 0 (best) to 1; a customer
            whose position is blank is never premium.
        npl: Whether the customer is non-performing; left out means that none is, a blank cell
            means unknown, which is neither premium nor low.
        tiers: Risk tiers: tier, pd_upper, value_share, npl; the first row that fits counts;
            default the built-in risk_tiers.
        out: "value" the tier's name; "code" its code; "why" the reason; "table" the tier and what
            it rests on.
        lang: Language of name, reason and headers, "en" or "zh".

    Returns:
        Tier text in the shape of pd; the English names are the codes.

    Errors:
        #NUM! where pd or value_share is not between 0 and 1; #N/A where no tier fits.

    Example:
        =CR_RISKTIER({0.002;0.002;0.01;0.001},{0.1;0.4;0.1;0},{FALSE;FALSE;FALSE;TRUE}) -> {"premium";"low";"medium";"high"}

    Source:
        See CR_POLICY("risk_tiers","source").
    """
    table = builtin("risk_tiers").rows if tiers is None else tiers
    count = len(pd)
    share = np.full(count, np.nan) if value_share is None else value_share
    flag = np.full(count, _NO, dtype=np.int8) if npl is None else npl
    place = _first_fit(table, pd, share, flag)
    faults = _no_fit(place)
    codes = table["tier"].to_numpy()
    labels = table[f"label_{lang}"].to_numpy()
    if out in ("value", "code"):
        return faulty((labels if out == "value" else codes)[place], faults.items())
    if out == "table":
        frame = _tier_table((labels[place], pd, share, flag), lang)
        if not faults:
            return frame
        return frame.apply(lambda column: faulty(column.to_numpy(), faults.items()))
    limits = list(
        zip(table["pd_upper"].tolist(), table["value_share"].tolist(), labels, strict=True)
    )
    # Plain numbers of Python are formatted several times as fast as those of numpy.
    rows = zip(place.tolist(), pd.tolist(), share.tolist(), flag.tolist(), strict=True)
    reasons = [_reason(limits[p], chance, s, n, lang) for p, chance, s, n in rows]
    return faulty(np.array(reasons, dtype=object), faults.items())


def _first_fit(
    table: pd.DataFrame, chance: FloatArray, share: FloatArray, npl: FlagArray
) -> npt.NDArray[np.intp]:
    """The first row of the table that fits each customer, -1 where none does."""
    place = np.full(len(chance), -1, dtype=np.intp)
    rows = zip(table["pd_upper"], table["value_share"], table["npl"], strict=True)
    for i, (pd_upper, value_share, flag) in enumerate(rows):
        fits = place < 0
        if flag != _YES:
            fits &= (npl == _NO) if flag == _NO else (npl != _YES)
        if not np.isnan(pd_upper):
            fits &= chance < pd_upper
        if not np.isnan(value_share):
            fits &= share < value_share
        place[fits] = i
    return place


def _no_fit(place: npt.NDArray[np.intp]) -> Faults:
    nothing = CellError(
        errors.NA,
        "no row of the table tiers fits the customer; end it with a row without limits.",
        "层级表中没有符合该客户的行；请以不设上限的一行结尾。",
    )
    return dict.fromkeys(np.flatnonzero(place < 0).tolist(), nothing)


def _tier_table(
    parts: tuple[TextArray, FloatArray, FloatArray, FlagArray], lang: str
) -> pd.DataFrame:
    tier, chance, share, npl = parts
    unknown_share = np.isnan(share)
    shown_share = share.astype(object)
    shown_share[unknown_share] = None
    shown_npl = np.array([None, False, True], dtype=object)[npl + 1]
    headers = {
        "en": ("tier", "pd", "value_share", "npl"),
        "zh": ("层级", "违约概率", "价值位次", "不良"),
    }[lang]
    return pd.DataFrame(
        dict(zip(headers, (tier, chance, shown_share, shown_npl), strict=True)), dtype=object
    )


def _reason(
    tier: tuple[float, float, str], chance: float, share: float, npl: int, lang: str
) -> str:
    """The limits of the tier with the customer's figures, and what is not known of them."""
    limit, share_limit, label = tier
    zh = lang == "zh"
    parts = []
    if npl == _YES:
        parts.append("不良客户" if zh else "non-performing")
    if math.isnan(limit):
        parts.append(f"违约概率 {chance:.4%}" if zh else f"PD {chance:.4%}")
    else:
        parts.append(
            f"违约概率 {chance:.4%} 低于 {limit:.2%}"
            if zh
            else f"PD {chance:.4%} is below {limit:.2%}"
        )
    if not math.isnan(share_limit):
        parts.append(
            f"价值位次 {share:.1%} 低于 {share_limit:.1%}"
            if zh
            else f"position by value {share:.1%} is below {share_limit:.1%}"
        )
    if math.isnan(share):
        parts.append("价值位次未知" if zh else "position by value not known")
    if npl == UNKNOWN:
        parts.append("是否不良未知" if zh else "NPL flag not known")
    return f"{'；'.join(parts)}：{label}。" if zh else f"{'; '.join(parts)}: {label}."
