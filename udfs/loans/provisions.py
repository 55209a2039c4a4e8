"""Loan loss provisions of a loan by its five-tier class."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults
from udfs.errors import CallError, CellError, Words, column_of, one_of
from udfs.kinds import (
    NOT_NEGATIVE,
    Bounds,
    Choice,
    FloatArray,
    Language,
    Numbers,
    Table,
    Text,
    TextArray,
    Texts,
)
from udfs.loans.five_tier import FiveTier, five_tier
from udfs.loans.shown_rows import shown, shown_table
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

ProvisionRates = Annotated[pd.DataFrame, Table(builtin="provision_rates")]
_RELATIVE: Final = Bounds(lower=-1, upper=1)
_FLOAT_SLACK: Final = 1e-12
_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "general": ("一般", "一般准备"),
        "specific": ("专项", "专项准备"),
        "rate": ("比例", "计提比例"),
    }
)
_HEADERS: Final = {
    "en": ("provision", "general", "specific", "general_rate", "specific_rate", "scheme"),
    "zh": ("准备合计", "一般准备", "专项准备", "一般准备率", "专项准备率", "计提方案"),
}


@udf(
    "CR_PROVISION",
    family="loans",
    zh="""按五级分类计提贷款损失准备：2002 年指引或财金〔2012〕20号的标准风险系数。

    参数：
        balance: 贷款余额，单位自定（默认万元）。
        loan_class: 五级分类，中文、英文或代码。
        scheme: 计提方案："guideline_2002" 2002 年指引（默认，一般准备加专项准备）或 "caijin_2012"
            财金〔2012〕20号标准风险系数；也可用表中自有方案的代码或名称。
        rates: 计提比例表；默认为内置表 provision_rates。
        adjust: 专项准备率的相对浮动，小数，如 0.2 为上浮 20%；只对允许浮动的分类有效，省略为 0。
        out: "value" 准备合计（默认）；"why" 理由；"table" 各部分；"general" 一般准备；"specific"
            专项准备；"rate" 合计比例。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的金额，单位同 balance；"rate" 为小数。
    错误：
        余额为负或浮动超过允许幅度为 #NUM!；分类无法识别为 #VALUE!；缺余额或分类为 #N/A。
    来源：
        《银行贷款损失准备计提指引》（2002）；《金融企业准备金计提管理办法》（财金〔2012〕20号）；见
        CR_POLICY("provision_rates")。
    """,
)
def provision(
    balance: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)],
    loan_class: Annotated[TextArray, Texts()],
    scheme: Annotated[str, Text()] = "guideline_2002",
    rates: ProvisionRates | None = None,
    adjust: Annotated[FloatArray, Numbers(bounds=_RELATIVE)] | float = 0.0,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Loan loss provision of a loan by its five-tier class, by either Chinese scheme.

    Args:
        balance: Balance of the loan in any unit, by default 万元.
        loan_class: Five-tier class, by code or name in either language.
        scheme: Scheme: "guideline_2002" (default, a general and a specific part), "caijin_2012"
            (standard risk coefficients), or one of your own in rates.
        rates: Provision rates by scheme and class; default the built-in provision_rates.
        adjust: Relative adjustment of the specific rate, decimal, 0.2 for a fifth more; holds for
            the classes that may float; default 0.
        out: "value" the provision (default); "why" the reason; "table" all parts; "general";
            "specific"; "rate" the provision as a share of the balance.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Amount in the common shape, in the unit of balance; a decimal for "rate".

    Errors:
        #NUM! where the balance is negative or the adjustment is beyond the limit; #VALUE! where
        the class is unknown; #N/A where balance or class is missing.

    Example:
        =CR_PROVISION({9000;500;300;150;50},{"normal";"special mention";"substandard";"doubtful";"loss"},"caijin_2012") -> {135;15;90;90;50}
        =CR_PROVISION(300,"次级",,,0.2,"why") -> "substandard, Guidelines of 2002: general 1 % of 300 = 3; specific 30 % = 90 (25 % adjusted by +20 %); together 93."

    Source:
        People's Bank of China, Guidelines on Loan Loss Provisions (2002); Ministry of Finance,
        Caijin 2012 No. 20; see CR_POLICY("provision_rates").
    """
    tiers = five_tier()
    chosen = _read_scheme(builtin("provision_rates").rows if rates is None else rates, scheme)
    classes, faults = tiers.read(loan_class, "loan_class")
    change = np.where(np.isnan(chosen.float_range[classes]), 0.0, adjust)
    faults |= _beyond(change, chosen.float_range[classes])
    general_rate = chosen.general[classes]
    specific_rate = chosen.specific[classes] * (1 + change)
    general, specific = balance * general_rate, balance * specific_rate
    figures = {
        "value": general + specific,
        "general": general,
        "specific": specific,
        "rate": general_rate + specific_rate,
    }
    if out in figures:
        return shown(figures[out], faults)
    if out == "table":
        name = np.full(len(balance), chosen.labels[lang], dtype=object)
        parts = (figures["value"], general, specific, general_rate, specific_rate, name)
        return shown_table(_HEADERS[lang], parts, faults)
    write = _Reasons(chosen, tiers, lang)
    columns = (classes, balance, change, general, specific)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return shown(np.array([write.sentence(*row) for row in rows], dtype=object), faults)


@record
class _Scheme:
    """The rates of one scheme by the place of the class."""

    labels: dict[str, str]
    general: FloatArray
    specific: FloatArray
    float_range: FloatArray


@read_once
def _read_scheme(table: pd.DataFrame, name: str) -> _Scheme:
    wanted = name.casefold().strip()
    chosen = np.zeros(len(table), dtype=bool)
    for column in ("provision_scheme", "label_en", "label_zh"):
        chosen |= (table[column].str.casefold() == wanted).to_numpy()
    rows = table[chosen]
    if rows.empty:
        raise CallError("scheme", name, one_of(dict.fromkeys(table["provision_scheme"])))
    tiers = five_tier()
    where = column_of("rates", "loan_class", "贷款分类")
    places = [tiers.place(each, where) for each in rows["loan_class"]]
    if sorted(places) != list(range(len(tiers.codes))):
        allowed = Words("each of the five classes once", "五个分类各一行")
        raise CallError(where, "、".join(rows["loan_class"]), allowed)
    order = np.argsort(places)
    return _Scheme(
        labels={lang: str(rows[f"label_{lang}"].iloc[0]) for lang in ("en", "zh")},
        general=rows["general_rate"].to_numpy()[order],
        specific=rows["specific_rate"].to_numpy()[order],
        float_range=rows["float_range"].to_numpy()[order],
    )


def _beyond(change: FloatArray, limit: FloatArray) -> Faults:
    """The errors of the rows whose adjustment is more than their class may float."""
    faults: Faults = {}
    for row in np.flatnonzero(np.abs(change) > limit + _FLOAT_SLACK).tolist():
        most, given = f"{limit[row]:g}", f"{change[row]:g}"
        faults[row] = CellError(
            errors.NUM,
            f"adjust must be from -{most} to {most} for this class; got {given}.",
            f"adjust：该分类的浮动幅度为 -{most} 至 {most}，实际为 {given}。",
        )
    return faults


class _Reasons:
    """Where a provision comes from, in words."""

    def __init__(self, scheme: _Scheme, tiers: FiveTier, lang: str) -> None:
        self._scheme = scheme
        self._names = tiers.labels[lang]
        self._zh = lang == "zh"

    def sentence(
        self, place: int, balance: float, change: float, general: float, specific: float
    ) -> str:
        """The parts with their rates; a part at rate zero is left out."""
        scheme, zh = self._scheme, self._zh
        parts = []
        if scheme.general[place]:
            share, amount = _percent(scheme.general[place]), f"{balance:,.10g}"
            parts.append(
                f"一般准备 {amount} 的 {share}% 为 {general:,.10g}"
                if zh
                else f"general {share} % of {amount} = {general:,.10g}"
            )
        if scheme.specific[place] or not parts:
            parts.append(self._specific(place, change, specific))
        total = f"{general + specific:,.10g}"
        name = self._names[place]
        if zh:
            return f"{name}，{scheme.labels['zh']}：{'；'.join(parts)}；合计 {total}。"
        return f"{name}, {scheme.labels['en']}: {'; '.join(parts)}; together {total}."

    def _specific(self, place: int, change: float, amount: float) -> str:
        rate = self._scheme.specific[place]
        adjusted, base, moved = (
            _percent(rate * (1 + change)),
            _percent(rate),
            f"{100 * change:+.4g}",
        )
        if self._zh:
            text = f"专项准备 {adjusted}% 为 {amount:,.10g}"
            return f"{text}（{base}% 浮动 {moved}%）" if change else text
        text = f"specific {adjusted} % = {amount:,.10g}"
        return f"{text} ({base} % adjusted by {moved} %)" if change else text


def _percent(share: float) -> str:
    return f"{100 * share:.6g}"
