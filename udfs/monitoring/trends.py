"""Trends over periods: rising, falling, stable or deteriorating, with the rule that says so."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, Mixed, faulty
from udfs.errors import CallError, Words
from udfs.kinds import Choice, FloatArray, Grid, Language, Output, TextArray
from udfs.labels import blank_nan
from udfs.monitoring.trend_rules import (
    ADVERSE,
    Series,
    Tested,
    TrendRule,
    TrendRules,
    examine_trend,
    mean,
    read_trend_rules,
    relative,
)
from udfs.records import record

_BETTER: Final = Choice({"higher": ("high", "高", "越高越好"), "lower": ("low", "低", "越低越好")})
_WORDS: Final = {
    "en": ("stable", "rising", "falling", "deteriorating", "insufficient data"),
    "zh": ("平稳", "上升", "下降", "恶化", "数据不足"),
}
_STABLE, _RISING, _FALLING, _WORSE, _UNKNOWN = range(5)
_HEADERS: Final = {
    "en": ("trend", "latest", "previous", "change", "earlier average", "known periods", "missing periods"),
    "zh": ("趋势", "最新值", "上一期", "变动率", "以往均值", "已知期数", "缺失期数"),
}  # fmt: skip
_SLACK: Final = 1e-9
_COMPARABLE: Final = 2


@udf(
    "CR_TREND",
    family="monitoring",
    zh="""判断指标多期走势：上升、下降、平稳、恶化，或数据不足，并说明触发的规则。

    恶化：连续变差、差于自身均值、较中位数突变、为各期最差，任一成立即是。空白期跳过，前后已知各期相接；可比的以往
    期数不足则不检验并注明。没有恶化时，按最新值与以往均值之差判断升、降、平。

    参数：
        values: 每行一个客户或指标、每列一期的区域，最早一期在左。
        better: "higher" 越高越好，如收入、利润率（默认）；"lower" 越低越好，如资产负债率、逾期天数。
        rules: 规则表；默认为内置表 trend_rules。
        out: "value" 走势（默认）；"why" 理由；"table" 走势、数值与各规则是否成立。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        每行一个词：上升、下降、平稳、恶化、数据不足。
    错误：
        某期不是数字时该行为 #VALUE!；少于两列时整个调用为 #VALUE!。
    来源：
        国内公开的预警信号清单（持续下滑）；规则与阈值为 creditcells 默认，见 CR_POLICY("trend_rules")。
    """,
)
def trend(
    values: Annotated[list[Mixed], Grid()],
    better: Annotated[str, _BETTER] = "higher",
    rules: TrendRules | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Trend of a figure over periods: rising, falling, stable or deteriorating, and why.

    Deteriorating is worse several times in a row, worse than its own average, a jump against the
    median, or the worst of all periods. Blank periods are passed over; with too few comparable
    earlier periods a rule is not tested, and that is said. Otherwise the latest value against the
    earlier average tells rising, falling or stable.

    Args:
        values: Range with one row per customer or figure and one column per period, the oldest on
            the left.
        better: "higher" if higher is better, as for revenue or margin (default); "lower" as for
            debt ratio or days overdue.
        rules: Rules; default the built-in trend_rules.
        out: "value" the trend (default); "why" the reason; "table" the trend, the figures and
            which rules hold.
        lang: Language of words and headers, "en" or "zh".

    Returns:
        One word per row: rising, falling, stable, deteriorating or insufficient data.

    Errors:
        #VALUE! in a row with a period that is no number; the whole call with fewer than two
        columns.

    Example:
        =CR_TREND({100,104,108,112;100,95,91,88;100,101,100,102;100,"","",""}) -> {"rising";"deteriorating";"stable";"insufficient data"}
        =CR_TREND({0.5,0.52,0.55,0.6},"lower",,"why") -> "Deteriorating: worse three times in a row, 0.5 to 0.6 (+20.0%)."

    Source:
        Continuing falls of published Chinese warning lists; rules and thresholds are a
        creditcells default, see CR_POLICY("trend_rules").
    """
    if len(values) < _COMPARABLE:
        given = Words(f"{len(values)} column", f"{len(values)} 列")
        raise CallError("values", given, Words("at least two periods", "至少两期"))
    book = read_trend_rules(rules)
    columns = [column.numbers() for column in values]
    faults: Faults = {}
    for column in columns:
        faults = column.faults | faults
    series = Series.of([column.values for column in columns], better)
    tested = [examine_trend(rule, series) for rule in book if rule.kind in ADVERSE]
    place = _places(series, book, tested)
    words = np.array(_WORDS[lang], dtype=object)[place]
    if out == "value":
        return faulty(words, faults.items()) if faults else words
    if out == "table":
        return _table(series, tested, words, faults, lang)
    reasons = _Reasons(series, tested, place, lang)
    texts = [faults.get(row) or reasons.sentence(row) for row in range(len(place))]
    return np.array(texts, dtype=object)


def _places(series: Series, book: list[TrendRule], tested: list[Tested]) -> npt.NDArray[np.intp]:
    """The trend of each series as its place among the words."""
    tolerance = max((rule.threshold for rule in book if rule.kind == "stable"), default=0.0)
    moved = relative(series.latest, mean(series.earlier(0)))
    place = np.full(len(moved), _STABLE, dtype=np.intp)
    place[moved > tolerance + _SLACK] = _RISING
    place[moved < -tolerance - _SLACK] = _FALLING
    unknown = series.count < _COMPARABLE
    for rule in book:
        if rule.kind == "gaps":
            unknown |= series.missing(rule.periods) > rule.threshold + _SLACK
    place[unknown] = _UNKNOWN
    for each in tested:
        place[each.holds] = _WORSE
    return place


def _table(
    series: Series, tested: list[Tested], words: TextArray, faults: Faults, lang: str
) -> pd.DataFrame:
    previous = series.known[-2]
    change = relative(series.latest, previous)
    change[~np.isfinite(change)] = np.nan
    periods = len(series.values)
    figures = (
        words,
        blank_nan(series.latest),
        blank_nan(previous),
        blank_nan(change),
        blank_nan(mean(series.earlier(0))),
        series.count.astype(np.float64),
        (periods - series.count).astype(np.float64),
    )
    parts = dict(zip(_HEADERS[lang], figures, strict=True))
    for each in tested:
        parts.setdefault(each.rule.labels[lang], _flags(each.holds, each.testable))
    return pd.DataFrame(
        {name: faulty(part, faults.items()) if faults else part for name, part in parts.items()}
    )


def _flags(holds: BoolArray, testable: BoolArray) -> TextArray:
    """TRUE or FALSE; blank where a rule could not be tested."""
    flags = holds.astype(object)
    flags[~testable] = None
    return flags


@record(caches=True)
class _Reasons:
    """The reasons of a call, row by row."""

    series: Series
    tested: list[Tested]
    place: npt.NDArray[np.intp]
    lang: str

    def sentence(self, row: int) -> str:
        """The trend of one series, the rules behind it, and what could not be looked at."""
        zh = self.lang == "zh"
        word = _WORDS[self.lang][self.place[row]]
        facts = [self._fact(each, row) for each in self.tested if each.holds[row]]
        if not facts:
            facts = [self._against_average(row)]
        # What was not tested could only make a series look worse than it does.
        open_question = self.place[row] not in (_WORSE, _UNKNOWN)
        tail = [self._gaps(row), self._untested(row) if open_question else ""]
        tail = [text for text in tail if text]
        if zh:
            return f"{word}：{'；'.join([*facts, *tail])}。"
        return f"{word[:1].upper()}{word[1:]}: {'; '.join([*facts, *tail])}."

    @cached_property
    def _average(self) -> FloatArray:
        return mean(self.series.earlier(0))

    def _fact(self, each: Tested, row: int) -> str:
        """A rule that holds, with the figures compared."""
        latest, base = float(self.series.latest[row]), float(each.base[row])
        label = each.rule.labels[self.lang]
        share = _share(latest, base, self.lang)
        if each.rule.kind == "run":
            if self.lang == "zh":
                return f"{label}，由 {base:.6g} 至 {latest:.6g}{share}"
            return f"{label}, {base:.6g} to {latest:.6g}{share}"
        if self.lang == "zh":
            return f"{label}，最新 {latest:.6g}，比较基准 {base:.6g}{share}"
        return f"{label}, {latest:.6g} against {base:.6g}{share}"

    def _against_average(self, row: int) -> str:
        if self.series.count[row] < _COMPARABLE:
            known = int(self.series.count[row])
            return f"仅有 {known} 期数据" if self.lang == "zh" else f"{known} known period(s) only"
        latest, base = float(self.series.latest[row]), float(self._average[row])
        share = _share(latest, base, self.lang)
        if self.lang == "zh":
            return f"最新 {latest:.6g}，以往均值 {base:.6g}{share}"
        return f"{latest:.6g} against an earlier average of {base:.6g}{share}"

    def _gaps(self, row: int) -> str:
        periods = len(self.series.values)
        missing = periods - int(self.series.count[row])
        if not missing:
            return ""
        stale = bool(np.isnan(self.series.values[-1, row]))
        if self.lang == "zh":
            return f"{periods} 期中缺 {missing} 期{'，含最近一期' if stale else ''}"
        return f"{missing} of {periods} periods missing{', the latest among them' if stale else ''}"

    def _untested(self, row: int) -> str:
        names = [each.rule.labels[self.lang] for each in self.tested if not each.testable[row]]
        if not names:
            return ""
        if self.lang == "zh":
            return f"可比期数不足，未检验：{'、'.join(names)}"
        return f"not tested for want of periods: {', '.join(names)}"


def _share(value: float, base: float, lang: str) -> str:
    """By which share a value differs from what it is compared with; nothing where it has none."""
    if not base:
        return ""
    share = f"{(value - base) / abs(base):+.1%}"
    return f"（{share}）" if lang == "zh" else f" ({share})"
