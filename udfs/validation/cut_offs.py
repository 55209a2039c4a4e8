"""What a cut-off does: who is refused, who is accepted, and which cut-off is best."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.errors import CallError, Words
from udfs.kinds import NOT_NEGATIVE, Choice, Language, Number
from udfs.labels import blank_nan
from udfs.records import record
from udfs.validation.decisions import Effect, along_scores, at_cut_off
from udfs.validation.rankings import Ranking, rank, thinned
from udfs.validation.samples import (
    Higher,
    LeftOut,
    Outcomes,
    Scores,
    Weights,
    measures,
    read_sample,
)

_BEST: Final = Choice(
    {
        "ks": ("youden",),
        "accuracy": ("准确率",),
        "f1": ("f",),
        "cost": ("成本",),
    }
)
_OUTPUTS: Final = Choice(
    {
        "value": ("accuracy", "值", "结果"),
        "cut": ("cut_off", "临界值"),
        "confusion": ("matrix", "混淆矩阵"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "curve": ("曲线",),
    }
)
_BEST_WORDS: Final = {
    "ks": ("the gap of KS is largest", "KS 差距最大"),
    "accuracy": ("accuracy is highest", "准确率最高"),
    "f1": ("F1 is highest", "F1 最高"),
    "cost": ("the cost is lowest", "成本最低"),
}
_CONFUSION_HEADERS: Final = {
    "en": ("outcome", "refused", "accepted", "total"),
    "zh": ("实际结果", "拒绝", "通过", "合计"),
}
_OUTCOMES: Final = {
    "en": ("defaulted", "not defaulted", "total"),
    "zh": ("违约", "未违约", "合计"),
}
_CURVE_HEADERS: Final = {
    "en": (
        "cut_off",
        "approval_rate",
        "default_rate_accepted",
        "accuracy",
        "precision",
        "recall",
        "specificity",
        "f1",
        "cost",
    ),
    "zh": (
        "临界值",
        "通过率",
        "通过客户违约率",
        "准确率",
        "精确率",
        "召回率",
        "特异度",
        "F1",
        "成本",
    ),
}
_Costs = Annotated[float | None, Number(bounds=NOT_NEGATIVE)]


@udf(
    "CR_ACCURACY",
    family="validation",
    zh="""全体样本：临界值的效果：混淆矩阵、准确率、精确率、召回率、特异度、F1、误判成本，以及最佳临界值。

    得分达到临界值即通过；若 higher 为 "worse"，违约概率达到临界值即拒绝。拒绝视为预测违约。
    空白行不计；缺值或有误的行不计入，行数见 "why" 与 "table"。

    参数：
        bad: 每个客户是否违约：1 违约，0 未违约。
        score: 每个客户的得分或违约概率，与 bad 行数相同。
        cut: 临界值；省略则按 best 选出最佳临界值。
        higher: "better" 越高越好，如得分（默认）；"worse" 越高越差，如违约概率。
        best: 最佳的标准："ks" 召回率与误拒率之差最大（约登指数，默认）；"accuracy" 准确率最高；"f1" F1 最高；"cost" 误判成本最低。
        cost_bad: 通过一名违约客户的成本，如平均损失；与 cost_good 同时给出。
        cost_good: 拒绝一名好客户的成本，如平均收益，单位与 cost_bad 相同。
        weights: 每行的抽样权重，不小于 0；省略则各行相同。
        out: "value" 准确率；"cut" 临界值（空白表示全部通过或全部拒绝）；"confusion" 混淆矩阵；"why" 结论；"table" 各项指标；"curve" 各临界值的指标。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        一个数、一句话或一张表；曲线至多 201 点。
    错误：
        没有可用的行，或只有一类结果，为 #NUM!；成本只给出其一，或 best 为 "cost" 而未给成本，为 #VALUE!。
    来源：
        二分类混淆矩阵的定义：Fawcett（2006）；约登指数：Youden（1950）。
    """,
)
def accuracy(
    bad: Outcomes,
    score: Scores,
    cut: Annotated[float | None, Number()] = None,
    higher: Higher = "better",
    best: Annotated[str, _BEST] = "ks",
    cost_bad: _Costs = None,
    cost_good: _Costs = None,
    weights: Weights | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All rows together: what a cut-off does (confusion, accuracy, precision, recall, F1, cost), and the best one.

    A score that reaches the cut-off is accepted; with higher "worse", a PD that reaches it is
    refused. To refuse is to predict a default. Blank rows do not count; rows with a missing or
    faulty value are left out, and "why" and "table" say how many.

    Args:
        bad: Whether each customer defaulted: 1 defaulted, 0 not.
        score: Score or PD of each customer, as many rows as bad.
        cut: Cut-off; default the best one by best.
        higher: What a higher score means: "better", as with a score (default); "worse", as with
            a PD.
        best: What makes a cut-off best: "ks" recall less refused good share (Youden, default);
            "accuracy"; "f1"; "cost" the lowest cost.
        cost_bad: Cost of accepting a customer who defaults, such as the average loss; goes with
            cost_good.
        cost_good: Cost of refusing a customer who does not, such as the average income, in the
            unit of cost_bad.
        weights: Sampling weight of each row, at least 0; default all alike.
        out: "value" accuracy; "cut" the cut-off (blank: accept or refuse all); "confusion" the
            matrix; "why" the verdict; "table" all measures; "curve" the measures by cut-off.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        One number, one sentence, or a table; the curve has at most 201 points.

    Errors:
        #NUM! if no row can be used or all rows have the same outcome; #VALUE! if only one cost is
        given, or none with best "cost".

    Example:
        =CR_ACCURACY({1;0;1;0;0;0},{480;510;530;560;600;640},550) -> 0.8333333333333334
        =CR_ACCURACY({1;0;1;0;0;0},{480;510;530;560;600;640},550,,,,,,"confusion") -> {"outcome","refused","accepted","total";"defaulted",2,0,2;"not defaulted",1,3,4;"total",3,3,6}
        =CR_ACCURACY({1;0;1;0;0;0},{480;510;530;560;600;640},,,"cost",1,5,,"cut") -> 510

    Source:
        Measures of a two-way classification: Fawcett (2006); Youden's index: Youden (1950).
    """
    costs = _costs(cost_bad, cost_good, best if cut is None else "")
    sample = read_sample(bad, weights, score=score)
    ranking = rank(sample, higher)
    along = along_scores(ranking, costs)
    if out == "curve":
        return Whole(_curve(ranking, along, lang))
    if cut is None:
        place = along.best(best)
        decided = _Decided(ranking.cut_off(place - 1), along.at(place), best, sample.left_out)
    else:
        decided = _Decided(cut, at_cut_off(sample, cut, higher, costs), "", sample.left_out)
    if out == "value":
        return Whole(float(decided.effect.accuracy[0]))
    if out == "cut":
        return Whole(None if np.isnan(decided.cut) else decided.cut)
    if out == "confusion":
        return Whole(decided.confusion(lang))
    return Whole(decided.table(lang) if out == "table" else decided.reason(higher, lang))


def _costs(
    cost_bad: float | None, cost_good: float | None, best: str
) -> tuple[float, float] | None:
    """Both costs, or none.

    Raises:
        CallError: one is missing, or both are although the best cut-off depends on them.
    """
    if cost_bad is not None and cost_good is not None:
        return cost_bad, cost_good
    lacking = "cost_bad" if cost_bad is None else "cost_good"
    if best == "cost" or cost_bad is not None or cost_good is not None:
        raise CallError(
            lacking,
            Words("nothing", "空"),
            Words(
                "a number when best is cost or the other cost is given",
                "一个数字（best 为 cost 或已给出另一成本时）",
            ),
        )
    return None


@record
class _Decided:
    """A cut-off with what it does and how it was found; ``best`` is "" if it was given."""

    cut: float
    effect: Effect
    best: str
    left_out: LeftOut

    def _counts(self) -> list[float]:
        """Refused bad, refused good, accepted bad, accepted good."""
        effect = self.effect
        columns = (
            effect.refused_bad,
            effect.refused_good,
            effect.accepted_bad,
            effect.accepted_good,
        )
        return [float(column[0]) for column in columns]

    def confusion(self, lang: str) -> pd.DataFrame:
        rb, rg, ab, ag = self._counts()
        rows = [(rb, ab, rb + ab), (rg, ag, rg + ag), (rb + rg, ab + ag, rb + rg + ab + ag)]
        cells: list[tuple[Any, ...]] = [
            (name, *row) for name, row in zip(_OUTCOMES[lang], rows, strict=True)
        ]
        return pd.DataFrame(cells, columns=list(_CONFUSION_HEADERS[lang]), dtype=object)

    def table(self, lang: str) -> pd.DataFrame:
        effect = self.effect
        rb, rg, ab, ag = self._counts()
        rows = [
            ("cut-off", "临界值", self.cut),
            ("refused, defaulted", "拒绝且违约", rb),
            ("refused, not defaulted", "拒绝但未违约", rg),
            ("accepted, defaulted", "通过但违约", ab),
            ("accepted, not defaulted", "通过且未违约", ag),
            ("accuracy", "准确率", float(effect.accuracy[0])),
            ("precision", "精确率", float(effect.precision[0])),
            ("recall", "召回率", float(effect.recall[0])),
            ("specificity", "特异度", float(effect.specificity[0])),
            ("F1", "F1", float(effect.f1[0])),
            ("approval rate", "通过率", float(effect.approval_rate[0])),
            (
                "default rate of the accepted",
                "通过客户违约率",
                float(effect.default_rate_accepted[0]),
            ),
            ("cost", "成本", float(effect.cost[0])),
            ("rows left out", "未计入行数", self.left_out.count),
        ]
        return measures([row for row in rows if row[0] != "cost" or effect.costs], lang)

    def reason(self, higher: str, lang: str) -> str:
        effect = self.effect
        figures = {
            "accuracy": f"{effect.accuracy[0]:.1%}",
            "recall": f"{effect.recall[0]:.1%}",
            "good": f"{1 - effect.specificity[0]:.1%}",
            "approved": f"{effect.approval_rate[0]:.1%}",
        }
        zh = lang == "zh"
        where = self._where(higher, zh=zh)
        cost = f"{effect.cost[0]:,.6g}" if effect.costs else ""
        remark = self.left_out.remark(lang)
        if zh:
            spent = f"，误判成本 {cost}" if cost else ""
            return (
                f"{where}拒绝 {figures['recall']} 的违约客户和 {figures['good']} 的好客户，"
                f"通过率 {figures['approved']}，准确率 {figures['accuracy']}{spent}。{remark}"
            )
        spent = f"; wrong decisions cost {cost}" if cost else ""
        return (
            f"{where} refuses {figures['recall']} of the customers who defaulted and "
            f"{figures['good']} of the others, accepts {figures['approved']}, accuracy "
            f"{figures['accuracy']}{spent}.{remark}"
        )

    def _where(self, higher: str, *, zh: bool) -> str:
        """The cut-off in words, and why it was taken."""
        english, chinese = _BEST_WORDS.get(self.best, ("", ""))
        if np.isnan(self.cut):
            all_accepted = higher == "worse"
            if zh:
                return f"全部{'通过' if all_accepted else '拒绝'}时{chinese}："
            return f"Best is to {'accept' if all_accepted else 'refuse'} all, where {english}: it"
        if zh:
            return f"临界值 {self.cut:.6g}{f'（{chinese}）' if chinese else ''}："
        return f"The cut-off {self.cut:.6g}{f', where {english},' if english else ''}"


def _curve(ranking: Ranking, along: Effect, lang: str) -> pd.DataFrame:
    cuts = np.array([ranking.cut_off(place - 1) for place in range(len(along.refused_bad))])
    kept = thinned(along.refused_good / along.goods, along.recall)
    columns = [
        cuts,
        along.approval_rate,
        along.default_rate_accepted,
        along.accuracy,
        along.precision,
        along.recall,
        along.specificity,
        along.f1,
        along.cost,
    ]
    shown = len(columns) if along.costs else len(columns) - 1
    headers = _CURVE_HEADERS[lang][:shown]
    return pd.DataFrame(
        {
            header: blank_nan(column[kept])
            for header, column in zip(headers, columns[:shown], strict=True)
        }
    )
