"""The Kolmogorov-Smirnov statistic of a score and the cut-off at which it occurs."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.errors import CallError, Words
from udfs.kinds import Choice, Language
from udfs.records import record
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

_OUTPUTS: Final = Choice(
    {
        "value": ("ks", "值", "结果"),
        "point": ("cut", "cut_off", "临界值"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "curve": ("曲线",),
    }
)
_CURVE_HEADERS: Final = {
    "en": ("cut_off", "customer_share", "bad_share", "good_share", "gap"),
    "zh": ("临界值", "客户累计占比", "坏客户累计占比", "好客户累计占比", "差值"),
}


@udf(
    "CR_KS",
    family="validation",
    zh="""全体样本：KS 值，即违约与未违约客户累计占比的最大差距，以及差距最大处的临界值。

    由差到好累计。临界值属于较高一侧：得分达到它即通过；若 higher 为 "worse"，违约概率达到它即拒绝。
    空白行不计；缺值或有误的行不计入，行数见 "why" 与 "table"。

    参数：
        bad: 每个客户是否违约：1 违约，0 未违约。
        score: 每个客户的得分或违约概率，与 bad 行数相同。
        higher: "better" 越高越好，如得分（默认）；"worse" 越高越差，如违约概率。
        weights: 每行的抽样权重，不小于 0；省略则各行相同。
        out: "value" KS 值；"point" 临界值；"why" 结论；"table" 各项指标；"curve" 两条累计曲线。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        一个小数、一个得分、一句话或一张表；曲线至多 201 点，首末点与 KS 点保留。
    错误：
        没有可用的行，或只有一类结果，为 #NUM!；所有得分相同时没有临界值，为 #NUM!。
    来源：
        两样本 Kolmogorov-Smirnov 统计量；Thomas、Edelman、Crook，《Credit Scoring and Its
        Applications》（2002）第 7 章。
    """,
)
def kolmogorov_smirnov(
    bad: Outcomes,
    score: Scores,
    higher: Higher = "better",
    weights: Weights | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All rows together: KS, the largest gap between defaulted and other customers, and its cut-off.

    Shares are cumulated from the worst score on. The cut-off belongs to the upper side: a score
    that reaches it is accepted; with higher "worse", a PD that reaches it is refused. Blank rows do
    not count; rows with a missing or faulty value are left out, and "why" and "table" say how many.

    Args:
        bad: Whether each customer defaulted: 1 defaulted, 0 not.
        score: Score or PD of each customer, as many rows as bad.
        higher: What a higher score means: "better", as with a score (default); "worse", as with
            a PD.
        weights: Sampling weight of each row, at least 0; default all alike.
        out: "value" KS; "point" the cut-off where the gap is largest; "why" the verdict; "table"
            all measures; "curve" both cumulative curves to chart.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        One decimal, one score, one sentence, or a table; the curve has at most 201 points, both
        ends and the point of KS among them.

    Errors:
        #NUM! if no row can be used or all rows have the same outcome; "point" also if all scores
        are equal.

    Example:
        =CR_KS({0;0;0;1;0;1;0;1;1;1},{5;10;15;20;25;40;45;60;60;90},"worse") -> 0.6
        =CR_KS({1;0;1;0;0;0},{480;510;530;560;600;640},,,"point") -> 560
        =CR_KS({1;0;1;0;0;0},{480;510;530;560;600;640},,,"why") -> "KS 75.0% at the cut-off 560: below it lie 100.0% of the defaulted and 25.0% of the other customers."

    Source:
        Two-sample Kolmogorov-Smirnov statistic; Thomas, Edelman and Crook, Credit Scoring and Its
        Applications (2002), chapter 7.
    """
    sample = read_sample(bad, weights, score=score)
    ranking = rank(sample, higher)
    gap = largest_gap(ranking)
    if out == "value":
        return Whole(gap.size)
    if out == "point":
        return Whole(_point(gap, ranking))
    if out == "curve":
        return Whole(_curve(ranking, gap, lang))
    if out == "table":
        return Whole(_table(ranking, gap, sample.left_out, lang))
    return Whole(_reason(ranking, gap, lang) + sample.left_out.remark(lang))


@record
class Gap:
    """The largest gap between two cumulative curves.

    Attributes:
        size: how large it is, from 0 to 1.
        place: the last distinct score below it, counted from the worst.
        cut_off: the cut-off behind that score; NaN if there is no gap at all.
        reversed: whether the other customers are ahead: the score ranks the wrong way round.
    """

    size: float
    place: int
    cut_off: float
    reversed: bool


def largest_gap(ranking: Ranking) -> Gap:
    """The largest gap; the first of several that are equally large."""
    gaps = ranking.bad_share - ranking.good_share
    sizes = np.abs(gaps)
    # Shares that ought to be equal differ in their last digits.
    place = int(np.argmax(sizes >= sizes.max() - 1e-12))
    if sizes[place] <= 1e-12:  # noqa: PLR2004 - rounding
        return Gap(0.0, place, np.nan, reversed=False)
    return Gap(float(sizes[place]), place, ranking.cut_off(place), reversed=bool(gaps[place] < 0))


def _point(gap: Gap, ranking: Ranking) -> float:
    if np.isnan(gap.cut_off):
        raise CallError(
            "score",
            Words(
                f"{len(ranking.scores)} distinct scores without any gap",
                f"{len(ranking.scores)} 个不同的得分，两类客户没有差距",
            ),
            Words("scores that differ between the two outcomes", "在两类客户之间有差别的得分"),
            code=errors.NUM,
        )
    return gap.cut_off


def _curve(ranking: Ranking, gap: Gap, lang: str) -> pd.DataFrame:
    bad = np.append(0.0, ranking.bad_share)
    good = np.append(0.0, ranking.good_share)
    cuts = [ranking.cut_off(place) for place in range(-1, len(ranking.scores))]
    kept = thinned(good, bad, gap.place + 1)
    shown = np.array([None if np.isnan(cuts[p]) else cuts[p] for p in kept], dtype=object)
    share = np.append(0.0, ranking.share)
    columns = (shown, share[kept], bad[kept], good[kept], bad[kept] - good[kept])
    return pd.DataFrame(dict(zip(_CURVE_HEADERS[lang], columns, strict=True)))


def _table(ranking: Ranking, gap: Gap, left_out: LeftOut, lang: str) -> pd.DataFrame:
    shares = (ranking.bad_share, ranking.good_share, ranking.share)
    bad, good, share = (float(each[gap.place]) for each in shares)
    return measures(
        [
            ("KS", "KS 值", gap.size),
            ("cut-off", "临界值", gap.cut_off),
            ("defaulted customers on the worse side", "较差一侧的坏客户占比", bad),
            ("other customers on the worse side", "较差一侧的好客户占比", good),
            ("all customers on the worse side", "较差一侧的客户占比", share),
            ("weight of defaults", "违约数", ranking.bads),
            ("weight of customers", "客户数", ranking.bads + ranking.goods),
            ("rows left out", "未计入行数", left_out.count),
        ],
        lang,
    )


def _reason(ranking: Ranking, gap: Gap, lang: str) -> str:
    zh = lang == "zh"
    if np.isnan(gap.cut_off):
        return (
            "KS 为 0：得分完全不能区分违约与未违约客户。"
            if zh
            else "KS 0: the score does not tell defaulted customers from others at all."
        )
    bad, good = (float(share[gap.place]) for share in (ranking.bad_share, ranking.good_share))
    cut = f"{gap.cut_off:.6g}"
    if zh:
        side = "低于它的" if ranking.higher == "better" else "达到它的"
        wrong = "得分的方向与违约相反，请检查 higher。" if gap.reversed else ""
        return (
            f"KS 为 {gap.size:.1%}，临界值 {cut}：{side}坏客户占 {bad:.1%}，"
            f"好客户占 {good:.1%}。{wrong}"
        )
    side = "below it lie" if ranking.higher == "better" else "at it or above lie"
    wrong = " The score ranks the wrong way round: check higher." if gap.reversed else ""
    return (
        f"KS {gap.size:.1%} at the cut-off {cut}: {side} {bad:.1%} of the defaulted and "
        f"{good:.1%} of the other customers.{wrong}"
    )
