"""Slotting of specialised lending: factor categories to a slot, risk weight and expected loss."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.capital.slots import (
    DEFAULT,
    SlotFactors,
    SlotRules,
    Slots,
    factor_names,
    factor_weights,
    nearest_slot,
)
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, Mixed, faulty
from udfs.errors import CellError, in_language
from udfs.kinds import (
    NOT_NEGATIVE,
    Choice,
    FlagArray,
    Flags,
    FloatArray,
    Grid,
    Language,
    NumberList,
    Numbers,
    TextArray,
)
from udfs.labels import blank_nan
from udfs.records import record

EXPOSURES: Final = Choice(
    {
        "project": ("pf", "specialised lending", "项目融资", "专业贷款"),
        "hvcre": ("高波动性商用房地产",),
    }
)
_OUTPUTS: Final = Choice(
    {
        "value": ("category", "值", "结果", "监管类别"),
        "rw": ("risk weight", "风险权重"),
        "el": ("expected loss", "预期损失"),
        "slot": ("number", "序号"),
        "average": ("加权平均",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_HEADERS: Final = {
    "en": ("slot", "category", "average", "risk_weight", "expected_loss", "external_equivalent"),
    "zh": ("监管类别", "类别名称", "加权平均", "风险权重", "预期损失", "对应外部评级"),
}


@udf(
    "CR_SLOT",
    family="capital",
    zh="""专业贷款监管映射：由各因子的类别加权平均得出优、良、中、差，并给出风险权重与预期损失。

    加权平均取最近的整数，恰在两档中间的归入较差一档；各权重为 5% 至 60%，合计为 1。剩余期限低于 2.5 年时适用较低的权重。

    参数：
        categories: 每个项目一行、每个因子一列：1 至 4，或优、良、中、差，或 strong、good、satisfactory、weak。
        weights: 各因子的权重，小数，合计为 1；省略则取因子表（30%、15%、25%、15%、15%）。
        years: 剩余期限，年；空白按标准权重。
        bad: 是否已违约，1 为是；违约项目归入“违约”。
        exposure_class: "project" 项目融资、物品融资、商品融资、产生收入的房地产（默认）；"hvcre" 高波动性商用房地产。
        factors: 因子表；默认为内置表 slotting_factors。
        rules: 类别表；默认为内置表 slotting_weights。
        out: "value" 类别；"rw" 风险权重；"el" 预期损失率；"slot" 类别序号 1 至 5；"average" 加权平均；"why" 理由；"table" 明细。
        lang: 类别、理由与表头的语言，"en" 或 "zh"。
    结果：
        每行一个类别。
    错误：
        某因子缺类别为 #N/A 并指明因子；类别无法识别为 #VALUE!；权重越界或合计不为 1 时整个调用为 #NUM!。
    来源：
        欧盟委员会授权条例 2021/598 第 2 条；巴塞尔框架 CRE33；中间归入较差为 creditcells 默认。请核对法规原文。
    """,
)
def slot(
    categories: Annotated[list[Mixed], Grid()],
    weights: Annotated[FloatArray, NumberList()] | None = None,
    years: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)] | None = None,
    bad: Annotated[FlagArray, Flags()] | None = None,
    exposure_class: Annotated[str, EXPOSURES] = "project",
    factors: SlotFactors | None = None,
    rules: SlotRules | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Slot of specialised lending from factor categories: strong, good, satisfactory or weak.

    The weighted average is rounded to the nearest category, halfway to the worse; weights lie
    from 5 % to 60 % and add up to 1. Below 2.5 years of remaining maturity the lower weights hold.

    Args:
        categories: One row per project, one column per factor: 1 to 4, or strong, good,
            satisfactory, weak in either language.
        weights: Weight of each factor, decimal, adding up to 1; default those of the factors
            table, 30, 15, 25, 15 and 15 %.
        years: Remaining maturity in years; blank takes the standard weights.
        bad: Whether the project is in default, 1 for yes; then the slot is default.
        exposure_class: "project" for project, object, commodities finance and income-producing
            real estate (default); "hvcre" for high-volatility commercial real estate.
        factors: Table of factors; default the built-in slotting_factors.
        rules: Table of slots; default the built-in slotting_weights.
        out: "value" the slot's label; "rw" risk weight; "el" expected loss rate; "slot" its number
            1 to 5; "average" the weighted average; "why" the reason; "table" all parts.
        lang: Language of label, reason and headers, "en" or "zh".

    Returns:
        One label per row.

    Errors:
        #N/A where a factor has no category, which is named; #VALUE! where one is unknown; the
        whole call is #NUM! for weights out of bounds or with another sum.

    Example:
        =CR_SLOT({2,1,2,3,2},{0.4,0.1,0.2,0.15,0.15}) -> "good"
        =CR_SLOT({1,1,1,2,1;"差","差","中","差","良"},,5,,,,,"rw") -> {0.7;1.15}

    Source:
        Commission Delegated Regulation (EU) 2021/598, Article 2; Basel Framework CRE33; halfway
        to the worse: creditcells default. Check against the regulation.
    """
    slots = Slots.of(rules, exposure_class)
    names = factor_names(factors, len(categories), lang)
    stated = factor_weights(weights, factors, len(categories))
    matrix, faults = _categories(categories, slots, factors)
    average = matrix @ stated
    defaulted = np.zeros(len(average), dtype=bool) if bad is None else bad == 1
    number = np.where(defaulted, DEFAULT, nearest_slot(average))
    faults = {row: error for row, error in faults.items() if not defaulted[row]}
    slotted = _Slotted.of(slots, matrix, stated, number, years)
    return _result(slotted, average, names, faults, out, lang)


@record
class _Slotted:
    slots: Slots
    matrix: npt.NDArray[np.float64]
    weights: FloatArray
    number: npt.NDArray[np.intp]
    years: FloatArray
    short: BoolArray
    risk_weight: FloatArray
    loss: FloatArray

    @staticmethod
    def of(
        slots: Slots,
        matrix: npt.NDArray[np.float64],
        weights: FloatArray,
        number: npt.NDArray[np.intp],
        years: FloatArray | None,
    ) -> _Slotted:
        place = number - 1
        remaining = np.full(len(number), np.nan) if years is None else years
        short = remaining < slots.figures("short_years")[place]
        figures = [
            np.where(short, slots.figures(f"short_{name}")[place], slots.figures(name)[place])
            for name in ("risk_weight", "expected_loss")
        ]
        return _Slotted(slots, matrix, weights, number, remaining, short, *figures)


def _categories(
    columns: list[Mixed], slots: Slots, factors: pd.DataFrame | None
) -> tuple[npt.NDArray[np.float64], Faults]:
    """The category of each project by factor, and what is wrong or missing."""
    english = factor_names(factors, len(columns), "en")
    chinese = factor_names(factors, len(columns), "zh")
    parts = []
    faults: Faults = {}
    for mixed, name, zh in zip(columns, english, chinese, strict=True):
        values, wrong = slots.read_mixed(mixed)
        missing = CellError(
            errors.NA,
            f"{mixed.name} ({name}) is missing.",
            f"缺少 {in_language(mixed.name, 'zh')}（{zh}）。",
        )
        for row in np.flatnonzero(np.isnan(values)).tolist():
            faults.setdefault(row, wrong.get(row, missing))
        parts.append(values)
    return np.column_stack(parts), faults


def _result(
    slotted: _Slotted, average: FloatArray, names: list[str], faults: Faults, out: str, lang: str
) -> FloatArray | TextArray | pd.DataFrame:
    place = slotted.number - 1
    labels = slotted.slots.labels(lang)[place]
    in_default = slotted.number == DEFAULT
    if out == "table":
        columns = (
            slotted.number,
            labels,
            blank_nan(np.where(in_default, np.nan, average)),
            slotted.risk_weight,
            slotted.loss,
            slotted.slots.table[f"external_equivalent_{lang}"].to_numpy(dtype=object)[place],
        )
        return pd.DataFrame(
            {
                header: faulty(np.asarray(column), faults.items())
                for header, column in zip(_HEADERS[lang], columns, strict=True)
            },
            dtype=object,
        )
    if out == "why":
        return faulty(_reasons(slotted, average, names, lang), faults.items())
    results: dict[str, FloatArray | TextArray] = {
        "rw": slotted.risk_weight,
        "el": slotted.loss,
        "slot": slotted.number.astype(np.float64),
        "average": blank_nan(np.where(in_default, np.nan, average)),
    }
    values = results.get(out, labels)
    return faulty(values, faults.items()) if faults else values


_WORDS: Final = {
    "en": {
        "part": "{} {:g} ({:.4g}%)",
        "joint": ", ",
        "average": "{}: weighted average {:.4g} of {}; risk weight {:.4g}%, expected loss {:.4g}%{}.",
        "default": "{}: the project is in default; risk weight {:.4g}%, expected loss {:.4g}%.",
        "short": "; remaining maturity {:.4g} years, so the lower weights hold where the supervisor allows them",
        "long": "; remaining maturity {:.4g} years",
        "unknown": "; remaining maturity not given, standard weights",
    },
    "zh": {
        "part": "{} {:g}（{:.4g}%）",
        "joint": "、",
        "average": "{}：加权平均 {:.4g}（{}）；风险权重 {:.4g}%，预期损失 {:.4g}%{}。",
        "default": "{}：项目已违约；风险权重 {:.4g}%，预期损失 {:.4g}%。",
        "short": "；剩余期限 {:.4g} 年，监管允许时适用较低权重",
        "long": "；剩余期限 {:.4g} 年",
        "unknown": "；未给出剩余期限，按标准权重",
    },
}


def _reasons(slotted: _Slotted, average: FloatArray, names: list[str], lang: str) -> TextArray:
    words = _WORDS[lang]
    labels = slotted.slots.labels(lang)[slotted.number - 1]
    reasons = np.empty(len(average), dtype=object)
    for i, row in enumerate(slotted.matrix):
        figures = (100 * slotted.risk_weight[i], 100 * slotted.loss[i])
        if slotted.number[i] == DEFAULT:
            reasons[i] = words["default"].format(labels[i], *figures)
            continue
        parts = words["joint"].join(
            words["part"].format(name, category, 100 * weight)
            for name, category, weight in zip(names, row, slotted.weights, strict=True)
        )
        years = slotted.years[i]
        kind = "unknown" if np.isnan(years) else "short" if slotted.short[i] else "long"
        time = words[kind].format(years)
        reasons[i] = words["average"].format(labels[i], average[i], parts, *figures, time)
    return reasons
