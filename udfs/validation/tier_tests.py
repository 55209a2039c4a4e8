"""How well a tiering worked: what became of the customers of each tier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.errors import CallError, Words, one_of
from udfs.grading.master_scales import grade_key
from udfs.kinds import (
    NOT_NEGATIVE,
    Choice,
    Flags,
    FloatArray,
    Language,
    Number,
    Numbers,
    TextArray,
    TextList,
    Texts,
)
from udfs.labels import IndexArray
from udfs.tables import builtin
from udfs.validation.samples import INSIDE, Outcomes, check_both, given, p_words, usable_rows
from udfs.validation.tier_figures import TierFigures, totals

_OUTPUTS: Final = Choice(
    {
        "table": ("all", "明细", "表"),
        "value": ("gini", "值", "结果", "基尼系数"),
        "iv": ("信息值",),
        "verdict": ("判断", "结论"),
        "why": ("reason", "原因", "理由"),
    }
)
_VERDICTS: Final = {
    "works": ("works", "有效"),
    "partly": ("partly works", "部分有效"),
    "fails": ("does not rank the customers", "排序失效"),
}
_COLUMNS: Final = {
    "tier": "层级",
    "customers": "客户数",
    "customer_share": "客户占比",
    "defaults": "违约数",
    "default_rate": "违约率",
    "lift": "提升度",
    "exposure": "敞口",
    "exposure_share": "敞口占比",
    "loss": "损失",
    "loss_share": "损失占比",
    "loss_rate": "损失率",
    "profit": "利润",
    "profit_share": "利润占比",
    "profit_per_customer": "户均利润",
    "return_on_exposure": "敞口收益率",
    "churned": "流失数",
    "churn_rate": "流失率",
    "p_next": "与下一级同率的 p 值",
    "inverted": "倒挂",
}
_PARTS: Final = (
    ("customers", "customers", "客户"),
    ("exposure", "exposure", "敞口"),
    ("loss", "loss", "损失"),
    ("profit", "profit", "利润"),
)
_TOTAL: Final = {"en": "total", "zh": "合计"}
_LEFT_OUT: Final = {"en": "left out", "zh": "未计入"}
_Amounts = Annotated[Column, Numbers(series="sample")]
_Exposures = Annotated[Column, Numbers(bounds=NOT_NEGATIVE, series="sample")]


@udf(
    "CR_TIERTEST",
    family="validation",
    zh="""全体客户：检验分层的效果：各层客户、敞口、违约率、损失率、利润、流失率，违约率是否逐层上升，相邻层是否真有差别。

    所有数字出自同一批客户：缺少任一给出的值的行不计入，并列为一行；没有损失请填 0。相邻层的差别用 Fisher 精确检验。
    信息值中没有违约（或全部违约）的层按半户计。

    参数：
        tier: 每个客户期初的层级或等级。
        bad: 每个客户是否违约：1 违约，0 未违约，与 tier 行数相同。
        exposure: 每个客户的敞口。
        loss: 每个客户的损失（核销减回收），单位同敞口；须同时给出 exposure。
        profit: 每个客户的利润，可为负。
        churned: 每个客户是否流失：1 流失，0 未流失。
        order: 层级由好到差；省略时认识内置的风险层级（优质、低、中、高）与主标尺的等级。
        significance: 相邻层差别的显著性水平，小数，默认 0.05。
        out: "table" 各层明细（默认）；"value" 分层的基尼系数；"iv" 信息值；"verdict" 判断；"why" 结论。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        带表头的表、一个数或一个文本。
    错误：
        层级不在 order 中、只有一个层级、没有可用的行或只有一类结果，整个调用报错。
    来源：
        Fisher 精确检验；基尼系数与信息值的通行定义；判断规则为 creditcells 约定。
    """,
)
def tier_test(
    tier: Annotated[Column, Texts(series="sample")],
    bad: Outcomes,
    exposure: _Exposures | None = None,
    loss: _Amounts | None = None,
    profit: _Amounts | None = None,
    churned: Annotated[Column, Flags(series="sample")] | None = None,
    order: Annotated[list[str] | None, TextList()] = None,
    significance: Annotated[float, Number(bounds=INSIDE)] = 0.05,
    out: Annotated[str, _OUTPUTS] = "table",
    lang: Language = "en",
) -> Whole:
    """All customers together: how well a tiering worked: default, loss and churn rate, profit per tier, and whether tiers differ.

    All figures are of the same customers: a row that lacks any value given is left out and counted
    in a row of its own; write 0 where there was no loss. Neighbouring tiers are compared by
    Fisher's exact test. In the IV a tier without defaults, or without others, counts as half a
    customer.

    Args:
        tier: Tier or grade of each customer at the start.
        bad: Whether each customer defaulted: 1 defaulted, 0 not; as many rows as tier.
        exposure: Exposure of each customer.
        loss: Loss on each customer (write-off less recovery), in the unit of exposure; needs
            exposure.
        profit: Profit of each customer; may be negative.
        churned: Whether each customer left: 1 left, 0 stayed.
        order: Tiers from the best to the worst; left out, the built-in risk tiers (premium, low,
            medium, high) and the grades of the master scale are known.
        significance: Level of significance for neighbouring tiers, decimal; default 0.05.
        out: "table" tier by tier (default); "value" Gini of the tiering; "iv" information value;
            "verdict"; "why" the verdict with its reasons.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        A table with headers, one number or one text.

    Errors:
        One error if a tier is not in order, there is one tier only, no row can be used or all rows
        have the same outcome.

    Example:
        =CR_TIERTEST({"low";"low";"medium";"medium";"high";"high"},{0;0;0;1;1;1},,,,,,,"value") -> 0.8888888888888888
        =CR_TIERTEST({"低风险";"低风险";"中风险";"中风险";"高风险";"高风险"},{0;0;0;1;1;1},,,,,,,"verdict","zh") -> "部分有效"

    Source:
        Fisher's exact test; Gini and IV as usually defined; the rule of the verdict is
        creditcells'.
    """
    figures = _read(tier, order, lang, bad, _amounts(exposure, loss, profit, churned))
    if out == "value":
        return Whole(figures.gini)
    if out == "iv":
        return Whole(figures.information_value)
    if out == "verdict":
        return Whole(_VERDICTS[_verdict(figures, significance)][lang == "zh"])
    if out == "table":
        return Whole(_table(figures, lang))
    return Whole(_reason(figures, significance, lang))


def _amounts(
    exposure: Column | None, loss: Column | None, profit: Column | None, churned: Column | None
) -> dict[str, Column]:
    """The columns given besides tier and outcome.

    Raises:
        CallError: a loss without the exposure that it is measured by.
    """
    if loss is not None and exposure is None:
        raise CallError(
            "exposure",
            Words("nothing", "空"),
            Words("given when loss is", "给出（已给出 loss 时）"),
        )
    return given(exposure=exposure, loss=loss, profit=profit, churned=churned)


def _read(
    tier: Column, order: list[str] | None, lang: str, bad: Column, amounts: dict[str, Column]
) -> TierFigures:
    used, left_out = usable_rows({"tier": tier, "bad": bad, **amounts})
    outcome = bad.values[used].astype(bool)
    check_both(outcome, left_out)
    places, names = _ordered(tier.values[used], order, lang)
    customers = np.bincount(places, minlength=len(names)).astype(np.float64)
    seen = customers > 0
    if np.count_nonzero(seen) < 2:  # noqa: PLR2004 - one tier parts nobody
        raise CallError(
            "tier",
            Words(f"{names[seen][0]} in every row", f"每行都是{names[seen][0]}"),
            Words("at least two tiers", "至少两个层级"),
            code=errors.NUM,
        )
    sums = {
        name: totals(places, column.values[used].astype(np.float64), len(names))[seen]
        for name, column in amounts.items()
    }
    defaults = totals(places, outcome.astype(np.float64), len(names))[seen]
    return TierFigures(names[seen], customers[seen], defaults, sums, left_out)


def _ordered(tiers: TextArray, order: list[str] | None, lang: str) -> tuple[IndexArray, TextArray]:
    """The place of each tier in the order, and the names in the order.

    Raises:
        CallError: a tier is not in the order, or the order is not known.
    """
    codes, uniques = pd.factorize(tiers)
    for names, spellings in _orders(order, lang):
        place_of: dict[str, int] = {}
        for column in spellings:
            for place, text in enumerate(column):
                place_of.setdefault(grade_key(text), place)
        lacking = [str(text) for text in uniques if grade_key(text) not in place_of]
        if not lacking:
            found = np.array([place_of[grade_key(text)] for text in uniques], dtype=np.intp)
            return found[codes], np.array(names, dtype=object)
        if order:
            raise CallError("tier", lacking[0], one_of(order))
    shown = ", ".join(map(str, uniques[:5]))
    raise CallError(
        "order",
        Words(f"nothing, with tiers {shown}", f"空，层级为 {shown}"),
        Words("the tiers from the best to the worst", "由好到差的层级"),
    )


def _orders(order: list[str] | None, lang: str) -> list[tuple[Sequence[str], list[Sequence[str]]]]:
    """The orders to try: names to show, and all spellings of them."""
    if order:
        return [(order, [order])]
    tiers = builtin("risk_tiers").rows
    grades: list[str] = builtin("master_scale").rows["grade"].tolist()
    spellings: list[Sequence[str]] = [
        tiers[column].tolist() for column in ("tier", "label_en", "label_zh")
    ]
    return [(tiers[f"label_{lang}"].tolist(), spellings), (grades, [grades])]


def _verdict(figures: TierFigures, significance: float) -> str:
    """It works if rates rise from tier to tier and every step is more than chance."""
    if figures.inverted:
        best, worst = figures.rate[0], figures.rate[-1]
        return "partly" if worst > best and figures.gini > 0 else "fails"
    if figures.gini <= 0:
        return "fails"
    return "partly" if figures.alike(significance) else "works"


def _table(figures: TierFigures, lang: str) -> pd.DataFrame:
    columns = _figures(figures)
    last: dict[str, Any] = {"tier": _LEFT_OUT[lang], "customers": figures.left_out.count}
    shown = {}
    for name, (cells, total) in columns.items():
        header = _COLUMNS[name] if lang == "zh" else name
        values = [*cells, _TOTAL[lang] if name == "tier" else total]
        shown[header] = [*values, last.get(name)] if figures.left_out.count else values
    return pd.DataFrame(shown, dtype=object)


def _figures(figures: TierFigures) -> dict[str, tuple[list[Any], Any]]:
    """The cells of each column, and its total."""
    n, bad, sums = figures.customers, figures.defaults, figures.sums
    columns: dict[str, tuple[list[Any], Any]] = {
        "tier": (figures.names.tolist(), None),
        "customers": _with_sum(n),
        "customer_share": _shares(n),
        "defaults": _with_sum(bad),
        "default_rate": _rates(bad, n),
        "lift": ((figures.rate / figures.overall).tolist(), 1.0),
    }
    exposure = sums.get("exposure")
    if exposure is not None:
        columns |= {"exposure": _with_sum(exposure), "exposure_share": _shares(exposure)}
    if "loss" in sums and exposure is not None:
        loss = sums["loss"]
        columns |= {
            "loss": _with_sum(loss),
            "loss_share": _shares(loss),
            "loss_rate": _rates(loss, exposure),
        }
    if "profit" in sums:
        profit = sums["profit"]
        columns |= {
            "profit": _with_sum(profit),
            "profit_share": _shares(profit),
            "profit_per_customer": _rates(profit, n),
        }
        if exposure is not None:
            columns["return_on_exposure"] = _rates(profit, exposure)
    if "churned" in sums:
        columns |= {
            "churned": _with_sum(sums["churned"]),
            "churn_rate": _rates(sums["churned"], n),
        }
    columns["p_next"] = ([*figures.neighbours.tolist(), None], None)
    marks = [place in figures.inverted for place in range(len(n))]
    columns["inverted"] = (marks, any(marks))
    return columns


def _with_sum(values: FloatArray) -> tuple[list[Any], Any]:
    return values.tolist(), float(values.sum())


def _shares(values: FloatArray) -> tuple[list[Any], Any]:
    """Shares of the total; blank where a tier is below 0, for then shares say nothing."""
    total = float(values.sum())
    if total <= 0 or values.min() < 0:
        return [None] * len(values), None
    return (values / total).tolist(), 1.0


def _rates(part: FloatArray, whole: FloatArray) -> tuple[list[Any], Any]:
    """The part for each unit of the whole; blank where the whole is 0."""
    pairs = [*zip(part.tolist(), whole.tolist(), strict=True), (part.sum(), whole.sum())]
    *cells, total = [float(p / w) if w else None for p, w in pairs]
    return cells, total


def _reason(figures: TierFigures, significance: float, lang: str) -> str:
    zh = lang == "zh"
    names, rate = figures.names, figures.rate
    verdict = _VERDICTS[_verdict(figures, significance)][zh]
    first, last = f"{rate[0]:.2%}", f"{rate[-1]:.2%}"
    p = [p_words(each, lang) for each in figures.neighbours.tolist()]
    inverted = [(names[i], names[i - 1], p[i - 1]) for i in figures.inverted]
    alike = [(names[i], names[i + 1], p[i]) for i in figures.alike(significance)]
    extra = _money(figures, zh=zh) + figures.left_out.remark(lang)
    if zh:
        text = (
            f"分层{verdict}：违约率由{names[0]}的 {first} 至{names[-1]}的 {last}，"
            f"基尼系数 {figures.gini:.1%}，信息值 {figures.information_value:.2f}。"
        )
        text += "".join(
            f"{worse}的违约率反而低于{better}（{p}）。" for worse, better, p in inverted
        )
        text += "".join(
            f"{a}与{b}的违约率没有显著差别（{p}），就违约风险而言可视为同一层。"
            for a, b, p in alike
        )
        if not (inverted or alike):
            text += "违约率逐层上升，相邻层均有显著差别。"
        return text + extra
    text = (
        f"The tiering {verdict}: default rates go from {first} ({names[0]}) to {last} "
        f"({names[-1]}), Gini {figures.gini:.1%}, IV {figures.information_value:.2f}."
    )
    text += "".join(
        f" {worse} defaulted less than {better} ({p})." for worse, better, p in inverted
    )
    text += "".join(
        f" {a} and {b} do not differ significantly in their default rate ({p}): as to risk they "
        "are one tier."
        for a, b, p in alike
    )
    if not (inverted or alike):
        text += " Rates rise from tier to tier and neighbours differ significantly."
    return text + extra


def _money(figures: TierFigures, *, zh: bool) -> str:
    """What the worst tier costs and brings, where that is known."""
    name = figures.names[-1]
    told = []
    for key, english, chinese in _PARTS:
        values = figures.customers if key == "customers" else figures.sums.get(key)
        if values is None or values.sum() <= 0 or values.min() < 0:
            continue
        share = f"{values[-1] / values.sum():.1%}"
        told.append(f"{chinese}的 {share}" if zh else f"{share} of the {english}")
    earned = figures.sums.get("profit")
    if earned is not None and earned[-1] < 0:
        figure = f"{earned[-1]:,.6g}"
        told.append(f"利润 {figure}" if zh else f"a profit of {figure}")
    if len(told) < 2:  # noqa: PLR2004 - the share of customers alone says nothing
        return ""
    return f"{name}：占{'、'.join(told)}。" if zh else f" {name} has {', '.join(told)}."
