"""Supervisory loss given default of the foundation approach, unsecured and secured."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.capital.irb_rules import CLAIM_COLUMNS, IrbLgds
from udfs.capital.schemes import rows_of_scheme
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, faulty
from udfs.errors import CallError, CellError, Words, one_of
from udfs.kinds import (
    NOT_NEGATIVE,
    POSITIVE,
    FloatArray,
    Language,
    Numbers,
    Output,
    Text,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, IndexArray, blank_nan, places, unknown_rows
from udfs.limits.amounts import shown
from udfs.records import record
from udfs.tables import builtin

_HEADERS: Final = {
    "en": ("lgd", "claim", "lgd_secured", "lgd_unsecured", "secured_amount", "secured_share"),
    "zh": ("违约损失率", "债权", "覆盖部分违约损失率", "无担保违约损失率", "覆盖金额", "覆盖比例"),
}


@udf(
    "CR_LGD",
    family="capital",
    zh="""内部评级初级法的监管违约损失率：无担保债权、次级债权，或按押品覆盖部分加权。

    有押品时：违约损失率 = 无担保 × 未覆盖比例 + 有担保 × 覆盖比例；覆盖金额 = 押品价值 ×（1 - 折扣率）÷ 超额抵押倍数。

    参数：
        claim: 债权或押品：senior、senior_financial、subordinated、financial、receivables、real_estate、physical，也可用中文名称。
        collateral_value: 押品价值，万元；有押品时必填。
        ead: 违约风险敞口，万元；有押品时必填。
        unsecured: 未覆盖部分属于哪种无担保债权，默认 "senior"。
        scheme: 监管方案："china"（默认）、"basel3"、"basel2"、"crr"，或表中的其他方案。
        lgds: 违约损失率表；默认为内置表 irb_lgd。
        out: "value" 违约损失率；"why" 理由；"table" 明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的违约损失率，小数。
    错误：
        债权无法识别为 #VALUE!；有押品而缺押品价值或敞口为 #N/A；没有该方案时整个调用为 #VALUE!。
    来源：
        巴塞尔框架 CRE32.6 至 32.14；其他方案请核对法规原文，见 CR_POLICY("irb_lgd","note","zh")。
    """,
)
def supervisory_lgd(
    claim: Annotated[TextArray, Texts()],
    collateral_value: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)] | None = None,
    ead: Annotated[FloatArray, Numbers(bounds=POSITIVE)] | None = None,
    unsecured: Annotated[str, Text()] = "senior",
    scheme: Annotated[str, Text()] = "china",
    lgds: IrbLgds | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Supervisory LGD of the foundation IRB approach: unsecured, subordinated or by collateral.

    With collateral it is the average of the secured and the unsecured LGD, weighted by what the
    collateral covers: value x (1 - haircut) / over-collateralisation, at most the exposure.

    Args:
        claim: senior, senior_financial, subordinated, or the collateral: financial, receivables,
            real_estate, physical; labels in either language too.
        collateral_value: Value of the collateral, 10k yuan; needed for collateral.
        ead: Exposure at default, 10k yuan; needed for collateral.
        unsecured: The claim that the uncovered part is; default "senior".
        scheme: Regulation: "china" (default), "basel3", "basel2", "crr", or another of the table.
        lgds: Table of supervisory LGD; default the built-in irb_lgd.
        out: "value" LGD; "why" the reason; "table" all parts.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Loss given default, decimal, in the common shape.

    Errors:
        #VALUE! where the claim is unknown; #N/A where collateral has no value or exposure; the
        whole call is #VALUE! for an unknown scheme.

    Example:
        =CR_LGD({"senior";"次级债权"}) -> {0.4;0.75}
        =CR_LGD("real_estate",1000,1000) -> 0.28
        =CR_LGD("real_estate",1000,1000,,,,"why") -> "Scheme china: 1,000 of residential or commercial real estate covers 600 of 1,000 (60.0%) at LGD 20%, the rest at 40%: LGD 28%."

    Source:
        Basel Framework CRE32.6 to 32.14; other schemes: check against the regulation, see
        CR_POLICY("irb_lgd","note").
    """
    rows = rows_of_scheme(builtin("irb_lgd").rows if lgds is None else lgds, scheme)
    base = _unsecured_row(rows, unsecured)
    place = places(claim, rows, *CLAIM_COLUMNS)
    faults = unknown_rows("claim", claim, place, rows["claim"])
    covered = rows["secured"].to_numpy()[place] == 1
    losses = rows["lgd"].to_numpy(dtype=np.float64)
    amounts = _Amounts(
        np.full(len(claim), np.nan) if collateral_value is None else collateral_value,
        np.full(len(claim), np.nan) if ead is None else ead,
    )
    faults |= _lacking(amounts, covered & (place != NOWHERE))
    share = np.where(covered, _covered_share(rows, place, amounts), 0.0)
    rest = np.where(covered, losses[base], losses[place])
    lgd = np.where(covered, losses[place] * share + rest * (1 - share), rest)
    if out == "value":
        return faulty(lgd, faults.items()) if faults else lgd
    parts = _Parts(rows, place, covered, share, rest, lgd)
    if out == "table":
        return _table(parts, amounts, faults, lang)
    return faulty(_reasons(parts, amounts, lang), faults.items())


@record
class _Amounts:
    value: FloatArray
    ead: FloatArray


@record
class _Parts:
    rows: pd.DataFrame
    place: IndexArray
    covered: BoolArray
    share: FloatArray
    rest: FloatArray
    lgd: FloatArray


def _unsecured_row(rows: pd.DataFrame, unsecured: str) -> int:
    """The row of the claim that the uncovered part is.

    Raises:
        CallError: it is not an unsecured claim of the table.
    """
    found = int(places(np.array([unsecured], dtype=object), rows, *CLAIM_COLUMNS)[0])
    if found == NOWHERE or rows["secured"].iloc[found] == 1:
        raise CallError("unsecured", unsecured, one_of(rows["claim"][rows["secured"] != 1]))
    return found


def _lacking(amounts: _Amounts, covered: BoolArray) -> Faults:
    faults: Faults = {}
    for name, values in (("collateral_value", amounts.value), ("ead", amounts.ead)):
        missing = CellError(
            errors.NA,
            f"{name} is missing: it says how much of the claim the collateral covers.",
            f"缺少 {name}：无从计算押品覆盖的比例。",
        )
        for row in np.flatnonzero(covered & np.isnan(values)).tolist():
            faults.setdefault(row, missing)
    return faults


def _covered_share(rows: pd.DataFrame, place: IndexArray, amounts: _Amounts) -> FloatArray:
    """How much of each exposure its collateral covers by the rules."""
    haircut = rows["haircut"].fillna(0).to_numpy(dtype=np.float64)[place]
    cover = rows["over_collateral"].fillna(1).to_numpy(dtype=np.float64)[place]
    least = rows["minimum_cover"].fillna(0).to_numpy(dtype=np.float64)[place]
    if (cover <= 0).any():
        where = Words("lgds, column over_collateral", "lgds 的“超额抵押倍数”列")
        allowed = Words("numbers above 0", "大于 0 的数字")
        raise CallError(where, float(cover.min()), allowed, code=errors.NUM)
    share = np.clip(amounts.value * (1 - haircut) / cover / amounts.ead, 0, 1)
    return np.where(amounts.value / amounts.ead < least, 0.0, share)


def _table(parts: _Parts, amounts: _Amounts, faults: Faults, lang: str) -> pd.DataFrame:
    losses = parts.rows["lgd"].to_numpy(dtype=np.float64)[parts.place]
    columns = (
        parts.lgd,
        parts.rows[f"label_{lang}"].to_numpy(dtype=object)[parts.place],
        blank_nan(np.where(parts.covered, losses, np.nan)),
        parts.rest,
        blank_nan(np.where(parts.covered, parts.share * amounts.ead, np.nan)),
        parts.share,
    )
    return pd.DataFrame(
        {
            header: faulty(column, faults.items())
            for header, column in zip(_HEADERS[lang], columns, strict=True)
        },
        dtype=object,
    )


_WORDS: Final = {
    "en": {
        "plain": "Scheme {}: {}, LGD {:.4g}%.",
        "covered": "Scheme {}: {} of {} covers {} of {} ({:.1%}) at LGD {:.4g}%, the rest at {:.4g}%: LGD {:.4g}%.",
        "too_little": "Scheme {}: {} of {} is less than the least share of {} that counts, so all is unsecured: LGD {:.4g}%.",
    },
    "zh": {
        "plain": "方案 {}：{}，违约损失率 {:.4g}%。",
        "covered": "方案 {0}：{2}价值 {1}，覆盖敞口 {4} 中的 {3}（{5:.1%}），该部分违约损失率 {6:.4g}%，其余 {7:.4g}%：违约损失率 {8:.4g}%。",
        "too_little": "方案 {0}：{2}价值 {1} 低于敞口 {3} 的最低覆盖比例，不予认可，按无担保计：违约损失率 {4:.4g}%。",
    },
}


def _reasons(parts: _Parts, amounts: _Amounts, lang: str) -> TextArray:
    words = _WORDS[lang]
    scheme = str(parts.rows["scheme"].iloc[0])
    labels = parts.rows[f"label_{lang}"].to_numpy(dtype=object)
    losses = parts.rows["lgd"].to_numpy(dtype=np.float64)
    reasons = np.empty(len(parts.lgd), dtype=object)
    for i, place in enumerate(parts.place.tolist()):
        label, lgd = labels[place], 100 * parts.lgd[i]
        value, ead, share = shown(amounts.value[i]), amounts.ead[i], parts.share[i]
        if not parts.covered[i]:
            reasons[i] = words["plain"].format(scheme, label, lgd)
        elif share == 0:
            reasons[i] = words["too_little"].format(scheme, value, label, shown(ead), lgd)
        else:
            losses_of = (100 * losses[place], 100 * parts.rest[i], lgd)
            reasons[i] = words["covered"].format(
                scheme, value, label, shown(share * ead), shown(ead), share, *losses_of
            )
    return reasons
