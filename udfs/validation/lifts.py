"""Lift and capture: how many of the defaults the worst customers have, group by group."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.kinds import Bounds, Choice, FloatArray, Language, Number
from udfs.labels import IndexArray
from udfs.records import record
from udfs.validation.groups import equal_groups, first_of_each
from udfs.validation.rankings import Ranking, rank
from udfs.validation.samples import Higher, Outcomes, Scores, Weights, read_sample

_OUTPUTS: Final = Choice(
    {
        "table": ("all", "明细", "表"),
        "value": ("lift", "值", "结果", "提升度"),
        "capture": ("捕获率",),
        "why": ("reason", "原因", "理由"),
    }
)
_GROUPS: Final = Bounds(lower=2, upper=1000, whole=True)
_HEADERS: Final = {
    "en": (
        "group",
        "lowest",
        "highest",
        "customers",
        "defaults",
        "default_rate",
        "lift",
        "customer_share",
        "bad_share",
        "cumulative_customer_share",
        "cumulative_bad_share",
        "cumulative_good_share",
        "cumulative_lift",
        "gap",
    ),
    "zh": (
        "组别",
        "最低值",
        "最高值",
        "客户数",
        "违约数",
        "违约率",
        "提升度",
        "客户占比",
        "坏客户占比",
        "客户累计占比",
        "坏客户累计占比",
        "好客户累计占比",
        "累计提升度",
        "差值",
    ),
}


@udf(
    "CR_LIFT",
    family="validation",
    zh="""全体样本：按得分由差到好分组的提升表：每组违约率、提升度、捕获的违约占比及其累计。

    各组人数尽量相等，得分相同的客户同组，故组数可能少于要求。提升度 = 该组违约率 ÷ 全体违约率。
    空白行不计；缺值或有误的行不计入，行数见 "why"。

    参数：
        bad: 每个客户是否违约：1 违约，0 未违约。
        score: 每个客户的得分或违约概率，与 bad 行数相同。
        groups: 组数，默认 10（十分位）。
        higher: "better" 越高越好，如得分（默认）；"worse" 越高越差，如违约概率。
        weights: 每行的抽样权重，不小于 0；省略则各行相同。
        out: "table" 各组明细（默认）；"value" 最差一组的提升度；"capture" 最差一组捕获的违约占比；"why" 结论。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        带表头的表、一个数或一句话。
    错误：
        没有可用的行，或只有一类结果，为 #NUM!。
    来源：
        提升图与增益图的通行定义；Siddiqi，《Credit Risk Scorecards》（2006）。
    """,
)
def lift(
    bad: Outcomes,
    score: Scores,
    groups: Annotated[float, Number(bounds=_GROUPS)] = 10,
    higher: Higher = "better",
    weights: Weights | None = None,
    out: Annotated[str, _OUTPUTS] = "table",
    lang: Language = "en",
) -> Whole:
    """All rows together: lift table from the worst score to the best: default rate, lift and defaults captured per group.

    Groups are of about equal size; customers with equal scores are in one group, so there may be
    fewer groups than asked for. Lift = default rate of the group / default rate of all. Blank rows
    do not count; rows with a missing or faulty value are left out, and "why" says how many.

    Args:
        bad: Whether each customer defaulted: 1 defaulted, 0 not.
        score: Score or PD of each customer, as many rows as bad.
        groups: Number of groups; default 10 (deciles).
        higher: What a higher score means: "better", as with a score (default); "worse", as with
            a PD.
        weights: Sampling weight of each row, at least 0; default all alike.
        out: "table" group by group (default); "value" lift of the worst group; "capture" share of
            all defaults in the worst group; "why" the verdict.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        A table with headers, one number or one sentence.

    Errors:
        #NUM! if no row can be used or all rows have the same outcome.

    Example:
        =CR_LIFT({1;0;1;0;0;0},{480;510;530;560;600;640},2,,,"value") -> 2
        =CR_LIFT({1;1;0;0;0;0;0;0;0;0},{1;2;3;4;5;6;7;8;9;10},5,,,"why") -> "The worst of 5 groups, scores from 1 to 2, has 20.0% of the customers and 100.0% of the defaults: lift 5.00. The default rate never rises towards the better groups."

    Source:
        Lift and gain charts as usually defined; Siddiqi, Credit Risk Scorecards (2006).
    """
    sample = read_sample(bad, weights, score=score)
    grouped = _grouped(rank(sample, higher), int(groups))
    if out == "value":
        return Whole(float(grouped.lift[0]))
    if out == "capture":
        return Whole(float(grouped.bad[0] / grouped.bads))
    if out == "why":
        return Whole(grouped.reason(lang) + sample.left_out.remark(lang))
    return Whole(grouped.table(lang))


@record
class _Grouped:
    """Customers in groups from the worst score to the best.

    Attributes:
        lowest: lowest score of each group.
        highest: highest score of each group.
        bad: weight of the defaulted customers.
        good: weight of the others.
    """

    lowest: FloatArray
    highest: FloatArray
    bad: FloatArray
    good: FloatArray

    @property
    def bads(self) -> float:
        return float(self.bad.sum())

    @property
    def rate(self) -> FloatArray:
        rates: FloatArray = self.bad / (self.bad + self.good)
        return rates

    @property
    def overall(self) -> float:
        return self.bads / float((self.bad + self.good).sum())

    @property
    def lift(self) -> FloatArray:
        return self.rate / self.overall

    def table(self, lang: str) -> pd.DataFrame:
        customers = self.bad + self.good
        share, bad, good = (each / each.sum() for each in (customers, self.bad, self.good))
        up_to, bad_up_to, good_up_to = (np.cumsum(each) for each in (share, bad, good))
        columns = (
            np.arange(1, len(customers) + 1),
            self.lowest,
            self.highest,
            customers,
            self.bad,
            self.rate,
            self.lift,
            share,
            bad,
            up_to,
            bad_up_to,
            good_up_to,
            bad_up_to / up_to,
            bad_up_to - good_up_to,
        )
        return pd.DataFrame(dict(zip(_HEADERS[lang], columns, strict=True)))

    def reason(self, lang: str) -> str:
        customers = self.bad + self.good
        share = f"{customers[0] / customers.sum():.1%}"
        captured = f"{self.bad[0] / self.bads:.1%}"
        low, high = f"{self.lowest[0]:.6g}", f"{self.highest[0]:.6g}"
        rises = np.flatnonzero(np.diff(self.rate) > 0) + 2
        if lang == "zh":
            order = (
                f"违约率在第 {'、'.join(map(str, rises))} 组反而上升。"
                if len(rises)
                else "违约率由差到好没有反弹。"
            )
            return (
                f"最差一组（共 {len(customers)} 组，得分 {low} 至 {high}）占客户的 {share}，"
                f"占违约的 {captured}，提升度 {self.lift[0]:.2f}。{order}"
            )
        order = (
            f"The default rate rises in group {', '.join(map(str, rises))}."
            if len(rises)
            else "The default rate never rises towards the better groups."
        )
        return (
            f"The worst of {len(customers)} groups, scores from {low} to {high}, has {share} of "
            f"the customers and {captured} of the defaults: lift {self.lift[0]:.2f}. {order}"
        )


def _grouped(ranking: Ranking, number: int) -> _Grouped:
    starts = first_of_each(equal_groups(ranking.bad + ranking.good, number))
    ends: IndexArray = np.append(starts[1:], len(ranking.scores)) - 1
    edges = ranking.scores[starts], ranking.scores[ends]
    bad, good = (np.add.reduceat(each, starts) for each in (ranking.bad, ranking.good))
    return _Grouped(np.minimum(*edges), np.maximum(*edges), bad, good)
