"""How well a score tells defaulted customers from others: AUC, Gini and their curves."""

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
from udfs.validation.bands import Bands, GiniBands, read_bands
from udfs.validation.rankings import Ranking, area, area_error, rank, thinned
from udfs.validation.samples import (
    Confidence,
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
        "value": ("auc", "值", "结果"),
        "gini": ("ar", "基尼", "基尼系数"),
        "interval": ("ci", "置信区间"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "curve": ("roc", "曲线"),
        "cap": ("gain",),
    }
)
_SLACK: Final = 1e-12
_CURVE_HEADERS: Final = {
    "en": ("good_share", "bad_share", "cut_off"),
    "zh": ("好客户累计占比", "坏客户累计占比", "临界值"),
}
_CAP_HEADERS: Final = {
    "en": ("customer_share", "bad_share", "perfect", "random"),
    "zh": ("客户累计占比", "坏客户累计占比", "完美模型", "随机模型"),
}


@udf(
    "CR_AUC",
    family="validation",
    zh="""全体样本：得分区分违约与未违约客户的能力：AUC、基尼系数（AR）、置信区间、ROC 与 CAP 曲线。

    AUC 为任取一名违约客户和一名未违约客户，前者得分更差的概率，得分相同计一半；基尼系数 = 2 × AUC - 1，
    即准确性比率 AR。空白行不计；缺值或有误的行不计入，行数见 "why" 与 "table"。

    参数：
        bad: 每个客户是否违约：1 违约，0 未违约。
        score: 每个客户的得分或违约概率，与 bad 行数相同。
        higher: "better" 越高越好，如得分（默认）；"worse" 越高越差，如违约概率。
        weights: 每行的抽样权重，不小于 0；省略则各行相同。
        confidence: 置信水平，小数，默认 0.95。
        bands: 基尼系数评价表；默认为内置表 gini_bands。
        out: "value" AUC；"gini" 基尼系数；"interval" AUC 置信下限与上限；"why" 结论；"table" 各项指标；"curve" ROC 曲线；"cap" CAP 曲线。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        一个数、一行两个数、一句话或一张表；曲线至多 201 点，首末点保留。
    错误：
        没有可用的行，或只有一类结果，为 #NUM!。
    来源：
        Hanley、McNeil（1982）；DeLong 等（1988）的方差；评价见 CR_POLICY("gini_bands","source","zh")。
    """,
)
def auc(
    bad: Outcomes,
    score: Scores,
    higher: Higher = "better",
    weights: Weights | None = None,
    confidence: Confidence = 0.95,
    bands: GiniBands | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All rows together: how well a score tells defaulted customers from others: AUC, Gini, curves.

    AUC is the chance that, of a defaulted customer and another one, the defaulted one has the
    worse score; equal scores count half. Gini = 2 AUC - 1, which is the accuracy ratio (AR) of the
    CAP curve. Blank rows do not count; rows with a missing or faulty value are left out, and
    "why" and "table" say how many.

    Args:
        bad: Whether each customer defaulted: 1 defaulted, 0 not.
        score: Score or PD of each customer, as many rows as bad.
        higher: What a higher score means: "better", as with a score (default); "worse", as with
            a PD.
        weights: Sampling weight of each row, at least 0; default all alike.
        confidence: Confidence level of the interval, decimal; default 0.95.
        bands: Ratings of the Gini; default the built-in gini_bands.
        out: "value" AUC; "gini"; "interval" lower and upper limit of the AUC; "why" the verdict;
            "table" all measures; "curve" the ROC curve to chart; "cap" the CAP curve to chart.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        One number, two numbers in a row, one sentence, or a table; a curve has at most 201 points,
        both ends among them.

    Errors:
        #NUM! if no row can be used or all rows have the same outcome.

    Example:
        =CR_AUC({0;0;1;1},{0.1;0.4;0.35;0.8},"worse") -> 0.75
        =CR_AUC({0;0;0;1;0;1;0;1;1;1},{5;10;15;20;25;40;45;60;60;90},"worse",,,,"gini") -> 0.76
        =CR_AUC({1;0;1;0;0;0},{480;510;530;560;600;640},,,,,"why") -> "AUC 0.875 (95% interval 0.529 to 1.000), Gini 75.0%: good (Gini at least 60.0%). 2 rows defaulted, 4 did not."

    Source:
        Hanley and McNeil (1982); variance by DeLong, DeLong and Clarke-Pearson (1988); ratings see
        CR_POLICY("gini_bands","source").
    """
    ratings = read_bands(bands, "gini_bands", "gini_from", "bands")
    sample = read_sample(bad, weights, score=score)
    ranking = rank(sample, higher)
    value = area(ranking)
    if out == "value":
        return Whole(value)
    if out == "gini":
        return Whole(2 * value - 1)
    if out == "curve":
        return Whole(_roc(ranking, lang))
    if out == "cap":
        return Whole(_cap(ranking, lang))
    rows = (int(sample.bad.sum()), int((~sample.bad).sum()))
    found = _Area(value, area_error(ranking), confidence, rows, ratings, sample.left_out)
    if out == "table":
        return Whole(found.table(lang))
    return Whole(found.interval() if out == "interval" else found.reason(lang))


@record
class _Area:
    """An AUC with what there is to say about it."""

    auc: float
    error: float
    confidence: float
    rows: tuple[int, int]
    ratings: Bands
    left_out: LeftOut

    @property
    def gini(self) -> float:
        return 2 * self.auc - 1

    def limits(self) -> tuple[float, float]:
        """The confidence limits of the AUC; NaN where a class has one row only."""
        from scipy.special import ndtri  # noqa: PLC0415 - slow to import

        reach = float(ndtri((1 + self.confidence) / 2)) * self.error
        return max(self.auc - reach, 0.0), min(self.auc + reach, 1.0)

    def interval(self) -> np.ndarray:
        """The confidence limits in a row.

        Raises:
            CallError: a class has one row only.
        """
        if np.isnan(self.error):
            bads, goods = self.rows
            raise CallError(
                "bad",
                Words(f"{bads} with 1 and {goods} with 0", f"{bads} 行为 1、{goods} 行为 0"),
                Words(
                    "at least two rows of each outcome for an interval",
                    "每类结果至少两行，才有置信区间",
                ),
                code=errors.NUM,
            )
        return np.array([self.limits()])

    def table(self, lang: str) -> pd.DataFrame:
        lower, upper = (np.nan, np.nan) if np.isnan(self.error) else self.limits()
        level = f"{self.confidence:.4g}"
        place = self.ratings.place(self.gini)
        bads, goods = self.rows
        return measures(
            [
                ("AUC", "AUC", self.auc),
                ("standard error", "标准误", self.error),
                (f"lower limit {level}", f"置信下限 {level}", lower),
                (f"upper limit {level}", f"置信上限 {level}", upper),
                ("Gini", "基尼系数", self.gini),
                ("Gini, lower limit", "基尼系数下限", 2 * lower - 1),
                ("Gini, upper limit", "基尼系数上限", 2 * upper - 1),
                ("rating", "评价", self.ratings.labels[lang][place]),
                ("customers", "客户数", bads + goods),
                ("defaults", "违约数", bads),
                ("rows left out", "未计入行数", self.left_out.count),
            ],
            lang,
        )

    def reason(self, lang: str) -> str:
        zh = lang == "zh"
        place = self.ratings.place(self.gini)
        label = self.ratings.labels[lang][place]
        limit = self.ratings.limit_words(place, lang, ".1%")
        bads, goods = self.rows
        interval = self._interval_words(lang)
        remark = self.left_out.remark(lang)
        if zh:
            wrong = "低于 0.5：得分的方向与违约相反，请检查 higher。" if self.gini < 0 else ""
            return (
                f"AUC 为 {self.auc:.3f}{interval}，基尼系数 {self.gini:.1%}，{label}（基尼系数{limit}）。"
                f"{wrong}违约 {bads} 行，未违约 {goods} 行。{remark}"
            )
        wrong = (
            " Below 0.5 the score ranks the wrong way round: check higher." if self.gini < 0 else ""
        )
        return (
            f"AUC {self.auc:.3f}{interval}, Gini {self.gini:.1%}: {label} (Gini {limit}).{wrong} "
            f"{bads} rows defaulted, {goods} did not.{remark}"
        )

    def _interval_words(self, lang: str) -> str:
        """The interval in brackets; nothing where rows are too few or the scores too plain."""
        if not self.error > _SLACK:
            return ""
        lower, upper = self.limits()
        level = f"{100 * self.confidence:.4g}%"
        if lang == "zh":
            return f"（{level} 置信区间 {lower:.3f} 至 {upper:.3f}）"
        return f" ({level} interval {lower:.3f} to {upper:.3f})"


def _roc(ranking: Ranking, lang: str) -> pd.DataFrame:
    """Share of the defaulted that are refused against share of the others, cut-off by cut-off."""
    good = np.append(0.0, ranking.good_share)
    bad = np.append(0.0, ranking.bad_share)
    cuts = [ranking.cut_off(place) for place in range(-1, len(ranking.scores))]
    kept = thinned(good, bad)
    shown = [None if np.isnan(cuts[place]) else cuts[place] for place in kept]
    columns = (good[kept], bad[kept], np.array(shown, dtype=object))
    return pd.DataFrame(dict(zip(_CURVE_HEADERS[lang], columns, strict=True)))


def _cap(ranking: Ranking, lang: str) -> pd.DataFrame:
    """Share of the defaulted among the worst customers, beside a perfect and a random model."""
    share = np.append(0.0, ranking.share)
    bad = np.append(0.0, ranking.bad_share)
    rate = ranking.bads / (ranking.bads + ranking.goods)
    # The corner of the perfect model mostly lies between two points: it is put in as a point.
    corner = int(np.searchsorted(share, rate - _SLACK))
    if share[corner] > rate + _SLACK:
        between = np.interp(rate, share, bad)
        share, bad = np.insert(share, corner, rate), np.insert(bad, corner, between)
    kept = thinned(share, bad, corner)
    columns = (share[kept], bad[kept], np.minimum(share[kept] / rate, 1.0), share[kept])
    return pd.DataFrame(dict(zip(_CAP_HEADERS[lang], columns, strict=True)))
