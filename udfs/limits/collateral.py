"""Loan to value: haircut by kind of collateral, the highest ratio by kind and risk tier."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CellError
from udfs.kinds import (
    NOT_NEGATIVE,
    Choice,
    FloatArray,
    Language,
    Numbers,
    Table,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, IndexArray, blank_nan, places, unknown_rows
from udfs.limits.amounts import or_unknown, parts_table, shown
from udfs.records import record
from udfs.strategy.tier_strategy import TIER_COLUMNS, TierStrategy
from udfs.tables import builtin

Amounts = Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)]
CollateralKinds = Annotated[pd.DataFrame, Table(builtin="collateral_kinds")]

_OUTPUTS: Final = Choice(
    {
        "value": ("ltv", "值", "结果", "抵押率"),
        "max_ltv": ("limit", "最高抵押率"),
        "lendable": ("loan", "可贷金额"),
        "required": ("押品要求",),
        "shortfall": ("押品缺口",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_HEADERS: Final = {
    "en": (
        "recognised_value",
        "ltv",
        "max_ltv",
        "lendable_amount",
        "collateral_required",
        "collateral_shortfall",
        "within_max",
    ),
    "zh": (
        "认定价值",
        "抵押率",
        "最高抵押率",
        "可贷金额",
        "所需押品价值",
        "押品缺口",
        "未超最高抵押率",
    ),
}


@udf(
    "CR_LTV",
    family="limits",
    zh="""计算抵押率（贷款价值比），并按押品种类的折扣与风险层级给出最高抵押率、可贷金额、所需押品与缺口。

    认定价值 = 押品价值 ×（1 - 折扣率）；抵押率 =（贷款 + 优先受偿债权）÷ 认定价值；最高抵押率取押品种类与风险层级二者中较低者。

    参数：
        loan: 贷款金额，万元。
        collateral_value: 押品评估价值，万元。
        kind: 押品种类，如 residential、住宅、应收账款；省略则不打折扣。
        tier: 风险层级，中文或英文或代码；省略则只看押品种类。
        prior_claims: 优先于本贷款受偿的债权，万元；空白为没有。
        kinds: 押品种类表；默认为内置表 collateral_kinds。
        policy: 策略表，取其 max_ltv 一列；默认为内置表 tier_strategy。
        out: "value" 抵押率；"max_ltv" 最高抵押率；"lendable" 可贷金额；"required" 所需押品价值；"shortfall" 押品缺口；"why" 理由；"table" 明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的比率，小数；或金额，万元。
    错误：
        种类或层级无法识别为 #VALUE!；缺贷款、押品价值或所给区域中的种类、层级，或二者都省略而需要最高抵押率，为 #N/A；认定价值为 0 时抵押率为 #DIV/0!。
    来源：
        抵押率的通行定义；折扣率与最高抵押率为 creditcells 默认，见 CR_POLICY("collateral_kinds") 与 CR_POLICY("tier_strategy")。
    """,
)
def loan_to_value(
    loan: Amounts,
    collateral_value: Amounts,
    kind: Annotated[TextArray, Texts()] | None = None,
    tier: Annotated[TextArray, Texts()] | None = None,
    prior_claims: Amounts | None = None,
    kinds: CollateralKinds | None = None,
    policy: TierStrategy | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Loan to value after the haircut of the collateral, the highest allowed, and what is lacking.

    Recognised value = value x (1 - haircut); loan to value = (loan + prior claims) / recognised
    value; the highest is the lower of the kind's and the risk tier's.

    Args:
        loan: Loan, 10k yuan.
        collateral_value: Appraised value of the collateral, 10k yuan.
        kind: Kind of collateral, such as residential or receivables, in either language; left out
            means no haircut.
        tier: Risk tier by code or label; left out means that the kind alone decides.
        prior_claims: Claims paid before this loan, 10k yuan; blank is none.
        kinds: Kinds of collateral; default the built-in collateral_kinds.
        policy: Strategy table, of which max_ltv is read; default the built-in tier_strategy.
        out: "value" loan to value; "max_ltv" the highest; "lendable" most that can be lent;
            "required" collateral value needed; "shortfall" of collateral; "why" the reason;
            "table" all parts.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Ratio, decimal, or amount in 10k yuan, in the common shape.

    Errors:
        #VALUE! where kind or tier is unknown; #N/A where an amount, or a kind or tier of a column
        given, is missing, or neither tells the highest ratio; #DIV/0! where nothing is recognised.

    Example:
        =CR_LTV(600,1000) -> 0.6
        =CR_LTV({600;800},1000,"residential","medium",,,,"shortfall") -> {52.631578947;403.508771930}

    Source:
        Usual definition of loan to value; haircuts and highest ratios: creditcells default, see
        CR_POLICY("collateral_kinds") and CR_POLICY("tier_strategy").
    """
    count = len(loan)
    kind_table = builtin("collateral_kinds").rows if kinds is None else kinds
    tiers = builtin("tier_strategy").rows if policy is None else policy
    kind_place, faults = _found(
        "kind", kind, kind_table, ("collateral_kind", "label_en", "label_zh"), count
    )
    tier_place, tier_faults = _found("tier", tier, tiers, TIER_COLUMNS, count)
    haircut = _figures(kind_table["haircut"], kind_place, 0.0)
    by_kind = _figures(kind_table["max_ltv"], kind_place, np.nan)
    by_tier = _figures(tiers["max_ltv"], tier_place, np.nan)
    prior = np.nan_to_num(or_unknown(prior_claims, count))
    cover = _Cover(loan, collateral_value, prior, haircut, by_kind, by_tier)
    names = (_labels(kind_table, kind_place, lang), _labels(tiers, tier_place, lang))
    return _result(cover, names, tier_faults | faults, out, lang)


@record
class _Cover:
    """What the collateral is worth to the loan."""

    loan: FloatArray
    value: FloatArray
    prior: FloatArray
    haircut: FloatArray
    by_kind: FloatArray
    by_tier: FloatArray

    @property
    def highest(self) -> FloatArray:
        """The lower of the highest ratios by kind and by tier; NaN where neither is known."""
        lower: FloatArray = np.fmin(self.by_kind, self.by_tier)
        return lower

    @property
    def recognised(self) -> FloatArray:
        """Value after the haircut."""
        return self.value * (1 - self.haircut)

    @property
    def ratio(self) -> FloatArray:
        """Loan to value; NaN where nothing is recognised."""
        recognised = self.recognised
        unknown = np.full(len(recognised), np.nan)
        ratio: FloatArray = np.divide(
            self.loan + self.prior, recognised, out=unknown, where=recognised > 0
        )
        return ratio

    @property
    def lendable(self) -> FloatArray:
        """The most that can be lent, after prior claims."""
        room: FloatArray = np.maximum(self.recognised * self.highest - self.prior, 0)
        return room

    @property
    def required(self) -> FloatArray:
        """Appraised value at which the loan is at the highest ratio; NaN where none suffices."""
        rate = self.highest * (1 - self.haircut)
        unknown = np.full(len(rate), np.nan)
        needed: FloatArray = np.divide(self.loan + self.prior, rate, out=unknown, where=rate > 0)
        return needed

    @property
    def shortfall(self) -> FloatArray:
        """Appraised value that is lacking."""
        gap: FloatArray = np.maximum(self.required - self.value, 0)
        return gap


def _found(
    name: str, texts: TextArray | None, table: pd.DataFrame, columns: tuple[str, ...], count: int
) -> tuple[IndexArray, Faults]:
    """The table row of each text, ``NOWHERE`` without the argument, and what is unknown to it.

    A blank in a column that is given is a fault: taken as nothing, it would be lenient.
    """
    if texts is None:
        return np.full(count, NOWHERE, dtype=np.intp), {}
    place = places(texts, table, *columns)
    blank = texts == ""
    faults = unknown_rows(name, texts, np.where(blank, 0, place), table[columns[0]])
    missing = CellError(errors.NA, f"{name} is missing.", f"缺少 {name}。")
    return place, faults | dict.fromkeys(np.flatnonzero(blank).tolist(), missing)


def _figures(column: pd.Series[float], place: IndexArray, blank: float) -> FloatArray:
    # The last place stands for a row that names none.
    figures: FloatArray = np.append(column.to_numpy(dtype=np.float64), blank)[place]
    return figures


def _labels(table: pd.DataFrame, place: IndexArray, lang: str) -> TextArray:
    labels: TextArray = np.append(table[f"label_{lang}"].to_numpy(dtype=object), "")[place]
    return labels


_NO_HIGHEST: Final = CellError(
    errors.NA,
    "kind and tier are missing: one of them must tell the highest loan to value.",
    "缺少 kind 与 tier：须由其一给出最高抵押率。",
)
_NOTHING: Final = CellError(
    errors.DIV0, "the collateral has no recognised value.", "押品的认定价值为 0。"
)
_NEVER: Final = CellError(
    errors.NUM,
    "no amount of this collateral suffices: its recognised share or highest loan to value is 0.",
    "该押品再多也不足：其认定比例或最高抵押率为 0。",
)


def _result(
    cover: _Cover, names: tuple[TextArray, TextArray], faults: Faults, out: str, lang: str
) -> FloatArray | TextArray | pd.DataFrame:
    if out == "why":
        return faulty(_reasons(cover, names, lang), faults.items())
    if out == "table":
        within = np.empty(len(cover.loan), dtype=object)
        known = ~np.isnan(cover.highest) & ~np.isnan(cover.ratio)
        within[known] = (cover.ratio <= cover.highest)[known]
        columns = (
            cover.recognised,
            cover.ratio,
            cover.highest,
            cover.lendable,
            cover.required,
            cover.shortfall,
            within,
        )
        return parts_table(_HEADERS[lang], columns, faults)
    values = {
        "max_ltv": cover.highest,
        "lendable": cover.lendable,
        "required": cover.required,
        "shortfall": cover.shortfall,
    }.get(out, cover.ratio)
    undefined = np.isnan(values)
    if undefined.any():
        for row in np.flatnonzero(undefined).tolist():
            if out == "value":
                faults.setdefault(row, _NOTHING)
            else:
                faults.setdefault(row, _NO_HIGHEST if np.isnan(cover.highest[row]) else _NEVER)
    return faulty(blank_nan(values), faults.items()) if faults else values


_WORDS: Final = {
    "en": {
        "kind": "{} {}, haircut {:.4g}%",
        "plain": "collateral {1}, kind not given, no haircut",
        "prior": " and prior claims {}",
        "ratio": "{}, recognised {}: loan {}{}, loan to value {:.2%}",
        "none": "{}, recognised 0: no loan to value",
        "within": "{}, within the highest of {:.4g}% ({}); up to {} can be lent.",
        "beyond": "{}, above the highest of {:.4g}% ({}); up to {} can be lent, collateral lacks {}.",
        "empty": "{}, highest {:.4g}% ({}); up to {} can be lent, collateral lacks {}.",
        "never": "{}; none of it counts, up to 0 can be lent.",
        "unknown": "{}; the highest is not known, neither kind nor tier is given.",
        "by_kind": "by kind",
        "by_tier": "tier {}",
    },
    "zh": {
        "kind": "{} {}，折扣率 {:.4g}%",
        "plain": "押品 {1}，未给出种类，不打折扣",
        "prior": "、优先受偿债权 {}",
        "ratio": "{}，认定价值 {}：贷款 {}{}，抵押率 {:.2%}",
        "none": "{}，认定价值 0：无抵押率",
        "within": "{}，未超过最高抵押率 {:.4g}%（{}）；最多可贷 {}。",
        "beyond": "{}，超过最高抵押率 {:.4g}%（{}）；最多可贷 {}，押品缺口 {}。",
        "empty": "{}，最高抵押率 {:.4g}%（{}）；最多可贷 {}，押品缺口 {}。",
        "never": "{}；该押品不予认可，最多可贷 0。",
        "unknown": "{}；未给出种类与层级，最高抵押率未知。",
        "by_kind": "按押品种类",
        "by_tier": "“{}”层级",
    },
}


def _reasons(cover: _Cover, names: tuple[TextArray, TextArray], lang: str) -> TextArray:
    reasons = np.empty(len(cover.loan), dtype=object)
    figures = zip(
        cover.recognised, cover.ratio, cover.highest, cover.lendable, cover.shortfall, strict=True
    )
    for i, row in enumerate(figures):
        reasons[i] = _reason(cover, i, (str(names[0][i]), str(names[1][i])), row, lang)
    return reasons


def _reason(
    cover: _Cover, i: int, names: tuple[str, str], figures: tuple[float, ...], lang: str
) -> str:
    words = _WORDS[lang]
    kind, tier = names
    recognised, ratio, highest, lendable, shortfall = figures
    what = words["kind" if kind else "plain"].format(
        kind, shown(cover.value[i]), 100 * cover.haircut[i]
    )
    if np.isnan(ratio):
        start = words["none"].format(what)
    else:
        prior = words["prior"].format(shown(cover.prior[i])) if cover.prior[i] else ""
        parts = (what, shown(recognised), shown(cover.loan[i]), prior, ratio)
        start = words["ratio"].format(*parts)
    if np.isnan(highest):
        return words["unknown"].format(start)
    tighter = np.isnan(cover.by_kind[i]) or cover.by_tier[i] < cover.by_kind[i]
    by = words["by_tier"].format(tier) if tighter else words["by_kind"]
    room = (100 * highest, by, shown(lendable))
    if np.isnan(shortfall):
        return words["never"].format(start)
    if shortfall > 0:
        return words["empty" if np.isnan(ratio) else "beyond"].format(
            start, *room, shown(shortfall)
        )
    return words["within"].format(start, *room)
